"""Primitives that rearrange elements without changing them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import numpy as np

from ..dims import Dim, broadcast, size
from ..primitive import Op, apply, as_symbol, primitive

if TYPE_CHECKING:
    from ..dims import Dims


def _reshape_infer(inputs, attrs):
    if size(inputs[0].dims) != size(attrs["dims"]):
        raise ValueError(
            f"reshape: got shape {attrs['dims']} for an array of shape "
            f"{inputs[0].shape}, expected as many elements."
        )
    return attrs["dims"], inputs[0].dtype


_reshape = primitive(
    "reshape",
    _reshape_infer,
    lambda xp, x, dims: xp.reshape(x, dims),
    lambda g, y, x, dims: (_reshape_gradient(g, y, x),),
    narrow=True,
)


def _transpose_infer(inputs, attrs):
    x, axes = inputs[0], attrs["axes"]
    if sorted(axes) != list(range(x.ndim)):
        raise ValueError(
            f"transpose: got axes {axes} for an array of shape {x.shape}, expected "
            f"each of 0 to {x.ndim - 1} once."
        )
    return tuple(x.dims[i] for i in axes), x.dtype


_transpose = primitive(
    "transpose",
    _transpose_infer,
    lambda xp, x, axes: xp.transpose(x, axes),
    lambda g, y, x, axes: (transpose(g, tuple(int(i) for i in np.argsort(axes))),),
)
_broadcast_to = primitive(
    "broadcast_to",
    lambda inputs, attrs: (_fits(inputs[0].dims, attrs["dims"]), inputs[0].dtype),
    lambda xp, x, dims: xp.broadcast_to(x, dims),
    lambda g, y, x, dims: (g,),
)


def _fits(dims, wanted):
    if broadcast(dims, wanted) != tuple(wanted):
        raise ValueError(
            f"broadcast_to: got shape {wanted} for an array of shape {dims}, expected "
            "a shape to which it broadcasts."
        )
    return tuple(wanted)


def _reshape_gradient(g, y, x):
    """The gradient in the input's shape; a gradient that is one scalar for all stays a scalar."""
    if all(d == 1 for d in g.dims):
        return reshape(g, (1,) * x.ndim)
    return reshape(broadcast_to(g, y.dims), x.dims)


def reshape(x: Any, dims: Iterable[int | Dim]) -> Any:
    """The same values in the same order under another shape; one dimension may be -1."""
    dims = tuple(dims)
    own = _dims_of(x)
    if -1 in dims:
        rest = size(tuple(d for d in dims if d != -1))
        dims = tuple(_divide(size(own), rest) if d == -1 else d for d in dims)
    return x if dims == own else _reshape(x, dims=dims)


def _divide(total, part):
    if isinstance(part, Dim):
        if (
            isinstance(total, Dim)
            and total.times % part.times == 0
            and (part * (total.times // part.times) == total)
        ):
            return total.times // part.times
        raise ValueError(
            f"reshape: got {total} elements, which are not divisible by {part} for "
            "every batch size."
        )
    if part == 0 or (isinstance(total, int) and total % part):
        raise ValueError(f"reshape: got {total} elements, which are not divisible by {part}.")
    return total // part


def transpose(x: Any, axes: Iterable[int]) -> Any:
    """Permute the axes."""
    axes = tuple(axes)
    return x if axes == tuple(range(len(axes))) else _transpose(x, axes=axes)


def broadcast_to(x: Any, dims: Iterable[int | Dim]) -> Any:
    """Repeat along dimensions of extent 1 (or missing in front) until the shape is `dims`."""
    dims = tuple(dims)
    if any(isinstance(d, Dim) for d in dims):
        x = as_symbol(x)  # an array too: only the program knows how often it is repeated
    return x if dims == _dims_of(x) else _broadcast_to(x, dims=dims)


def _dims_of(x):
    return x.dims if hasattr(x, "dims") else np.shape(x)


def axis_in(x: Any, axis: int) -> int:
    """An axis counted from the front; raises ValueError where the array has no such axis."""
    if not 0 <= axis < x.ndim:
        raise ValueError(
            f"axis: got {axis} for an array of shape {x.shape}, expected 0 to {x.ndim - 1}."
        )
    return axis


def with_extent(x: Any, axis: int, extent: int | Dim) -> tuple:
    """The dimensions of an array with the extent of one axis replaced."""
    return (*x.dims[: axis_in(x, axis)], extent, *x.dims[axis + 1 :])


def _concat_infer(inputs, attrs):
    axis, first = axis_in(inputs[0], attrs["axis"]), inputs[0]
    for other in inputs[1:]:
        same = [d for i, d in enumerate(other.dims) if i != axis]
        if other.ndim != first.ndim or same != [d for i, d in enumerate(first.dims) if i != axis]:
            raise ValueError(
                f"concatenate: got shapes {first.shape} and {other.shape}, expected "
                f"shapes that differ on axis {axis} only."
            )
    total = sum(s.dims[axis] for s in inputs)
    return with_extent(first, axis, total), first.dtype


def _concat_vjp(g, y, *xs, axis):
    grads, start = [], 0
    for x in xs:
        grads.append(slice_axis(g, axis, start, x.dims[axis]))
        start = start + x.dims[axis]
    return tuple(grads)


_concat = primitive(
    "concat", _concat_infer, lambda xp, *xs, axis: xp.concatenate(xs, axis=axis), _concat_vjp
)


def concat(xs: Iterable[Any], axis: int) -> Any:
    """Concatenate arrays along an axis."""
    xs = list(xs)
    rank = len(_dims_of(xs[0]))
    return xs[0] if len(xs) == 1 else _concat(*xs, axis=axis % rank)


def _slice_formula(xp, x, axis, start, extent, step):
    index = [slice(None)] * x.ndim
    stop = start + extent * step
    index[axis] = slice(start, None if stop < 0 else stop, step)
    return x[tuple(index)]


def _slice_infer(inputs, attrs):
    x, axis, extent = inputs[0], attrs["axis"], attrs["extent"]
    dims = with_extent(x, axis, extent)
    _inside("slice", x.dims[axis], attrs["start"], extent, attrs["step"])
    return dims, x.dtype


def _inside(op: str, whole: Any, start: Any, extent: Any, step: int) -> None:
    """Raise for entries outside of an axis; if they depend on the batch, the engine checks them."""
    known = all(isinstance(d, int) for d in (whole, start, extent))
    if step == 0 or (
        known
        and (
            extent < 0
            or (extent and not (0 <= start < whole and 0 <= start + (extent - 1) * step < whole))
        )
    ):
        raise ValueError(
            f"{op}: got {extent} entries from {start} in steps of {step}, expected "
            f"entries within the extent {whole}."
        )


_slice = primitive(
    "slice",
    _slice_infer,
    _slice_formula,
    lambda g, y, x, axis, start, extent, step: (
        _unslice(g, axis=axis, start=start, step=step, whole=x.dims[axis]),
    ),
)


def slice_axis(x: Any, axis: int, start: int | Dim, extent: int | Dim, step: int = 1) -> Any:
    """Take `extent` entries along one axis, from `start` on, in steps of `step`."""
    whole = _dims_of(x)[axis]
    if start == 0 and extent == whole and step == 1:
        return x
    return _slice(x, axis=axis, start=start, extent=extent, step=step)


def _unslice_formula(xp, g, axis, start, step, whole):
    shape = list(g.shape)
    shape[axis] = whole
    index = [slice(None)] * g.ndim
    stop = start + g.shape[axis] * step
    index[axis] = slice(start, None if stop < 0 else stop, step)
    zeros = xp.zeros(shape, g.dtype)
    if xp is np:
        zeros[tuple(index)] = g
        return zeros
    return zeros.at[tuple(index)].set(g)


def _unslice_infer(inputs, attrs):
    x, axis, whole = inputs[0], attrs["axis"], attrs["whole"]
    dims = with_extent(x, axis, whole)
    _inside("unslice", whole, attrs["start"], x.dims[axis], attrs["step"])
    return dims, x.dtype


_unslice: Op = primitive(
    "unslice",
    _unslice_infer,
    _unslice_formula,
    lambda h, y, g, axis, start, step, whole: (slice_axis(h, axis, start, g.dims[axis], step),),
)


def pad_axis(x: Any, axis: int, before: int, after: int) -> Any:
    """Pad one axis with zeros before and after."""
    dims = _dims_of(x)
    if not before and not after:
        return x
    return _unslice(x, axis=axis, start=before, step=1, whole=dims[axis] + before + after)


_pack = primitive(
    "pack",
    lambda inputs, attrs: ((size((sum(size(s.dims) for s in inputs),)),), inputs[0].dtype),
    lambda xp, *xs: xp.concatenate([xp.ravel(x) for x in xs]),
)


def pack(xs: Iterable[Any]) -> Any:
    """Flatten and concatenate values to one vector, as `Pack` does for state."""
    return _pack(*xs)


def unpack(vector: Any, offset: int, dims: Dims) -> Any:
    """A piece of a vector in its own shape, as a member of a `Pack`."""
    return reshape(slice_axis(vector, 0, offset, size(dims)), dims)


iota = primitive(
    "iota",
    lambda inputs, attrs: (attrs["dims"], attrs["dtype"]),
    lambda xp, dims, axis, dtype: xp.broadcast_to(
        xp.arange(dims[axis], dtype=dtype).reshape(
            [-1 if i == axis else 1 for i in range(len(dims))]
        ),
        dims,
    ),
)

fill = primitive(
    "fill",
    lambda inputs, attrs: (attrs["dims"], attrs["dtype"]),
    lambda xp, dims, value, dtype: xp.full(dims, value, dtype),
)


def extent(dims: Iterable[int | Dim], dtype: str) -> Any:
    """The product of dimensions as a value of the program (the element count of a mean)."""
    return apply("extent", factors=tuple(dims), dtype=dtype)


primitive(
    "extent",
    lambda inputs, attrs: ((), attrs["dtype"]),
    lambda xp, factors, dtype: xp.asarray(np.prod(factors, dtype=np.float64)).astype(dtype),
)

stop_gradient = primitive(
    "stop_gradient", lambda inputs, attrs: (inputs[0].dims, inputs[0].dtype), lambda xp, x: x
)
guard = primitive("guard", lambda inputs, attrs: (inputs[0].dims, inputs[0].dtype), lambda xp, x: x)

#: The first operand; a user-defined function computes the gradients of the others.
custom_gradient = primitive(
    "custom_gradient",
    lambda inputs, attrs: (inputs[0].dims, inputs[0].dtype),
    lambda xp, x, *sources, vjp: x,
    lambda gradient, output, x, *sources, vjp: (None, *vjp(gradient)),
)
