"""Primitives along axes: sums, extremes, their indices, softmax, cumulative sums."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from ..dims import Dim
from ..dtypes import HALF
from ..primitive import primitive
from ..trace import current_trace
from .elementwise import cast, equal, where
from .layout import axis_in, extent, reshape

if TYPE_CHECKING:
    from ..types import Axes


def _reduced(inputs, attrs):
    x, axes = inputs[0], [axis_in(inputs[0], axis) for axis in attrs["axes"]]
    dims = tuple(d for i, d in enumerate(x.dims) if i not in axes)
    return dims, "int32" if x.dtype == "bool" else x.dtype


def spread(reduced: Any, x: Any, axes: Sequence[int]) -> Any:
    """A reduced value (or its narrow gradient) with the reduced axes kept as extent 1."""
    missing = x.ndim - len(axes) - reduced.ndim
    kept = iter((*(1,) * missing, *reduced.dims))
    return reshape(reduced, tuple(1 if i in axes else next(kept) for i in range(x.ndim)))


def _extreme_vjp(g, y, x, axes):
    """The gradient goes to the extreme element, in equal parts if there are several, as in JAX."""
    hit = cast(equal(x, spread(y, x, axes)), g.dtype)
    return (spread(g / reduce_sum(hit, axes), x, axes) * hit,)


def _prod_vjp(g, y, x, axes):
    """The product of the other elements; if one element is 0, only its gradient is not 0."""
    zero = equal(x, 0)
    others = where(zero, 1, x)
    product = spread(reduce_prod(others, axes), x, axes)
    zeros = spread(reduce_sum(cast(zero, "int32"), axes), x, axes)
    at_zero = where(equal(zeros, 1), where(zero, product, 0), 0)
    return (spread(g, x, axes) * where(equal(zeros, 0), product / others, at_zero),)


_sum = primitive(
    "reduce_sum",
    _reduced,
    lambda xp, x, axes: xp.sum(x, axis=axes),
    lambda g, y, x, axes: (spread(g, x, axes),),
    narrow=True,
)
_max = primitive(
    "reduce_max", _reduced, lambda xp, x, axes: xp.max(x, axis=axes), _extreme_vjp, narrow=True
)
_min = primitive(
    "reduce_min", _reduced, lambda xp, x, axes: xp.min(x, axis=axes), _extreme_vjp, narrow=True
)
_prod = primitive("reduce_prod", _reduced, lambda xp, x, axes: xp.prod(x, axis=axes), _prod_vjp)


def _normal_axes(x: Any, axes: Any) -> tuple[int, ...]:
    if axes is None:
        return tuple(range(x.ndim))
    axes = (axes,) if isinstance(axes, int) else tuple(axes)
    for axis in axes:
        if not -x.ndim <= axis < x.ndim:
            raise ValueError(
                f"axis: got {axis} for an array of shape {x.shape}, expected "
                f"{-x.ndim} to {x.ndim - 1}."
            )
    return tuple(sorted({a % x.ndim for a in axes}))


def _reduce(op, x, axes, keepdims):
    axes = _normal_axes(x, axes)
    result = op(x, axes=axes) if axes else x
    if not keepdims:
        return result
    dims = x.dims if hasattr(x, "dims") else x.shape
    return reshape(result, tuple(1 if i in axes else d for i, d in enumerate(dims)))


def reduce_sum(x: Any, axes: Axes | None = None, keepdims: bool = False) -> Any:
    """The sum along axes; None means all."""
    return _reduce(_sum, x, axes, keepdims)


def reduce_max(x: Any, axes: Axes | None = None, keepdims: bool = False) -> Any:
    """The largest element along axes; None means all."""
    return _reduce(_max, x, axes, keepdims)


def reduce_min(x: Any, axes: Axes | None = None, keepdims: bool = False) -> Any:
    """The smallest element along axes; None means all."""
    return _reduce(_min, x, axes, keepdims)


def reduce_prod(x: Any, axes: Axes | None = None, keepdims: bool = False) -> Any:
    """The product along axes; None means all."""
    return _reduce(_prod, x, axes, keepdims)


def mean(x: Any, axes: Axes | None = None, keepdims: bool = False) -> Any:
    """The mean along axes; the count may depend on the batch size, known when the program runs."""
    own = x.dtype if isinstance(x.dtype, str) else x.dtype.name
    if own in HALF:  # rounded once, and the count exactly
        return cast(mean(cast(x, "float32"), axes, keepdims), own)
    axes = _normal_axes(x, axes)
    dims = x.dims if hasattr(x, "dims") else x.shape
    reduced = [dims[i] for i in axes]
    total = reduce_sum(x, axes, keepdims)
    if not any(isinstance(d, Dim) for d in reduced):
        count = 1
        for d in reduced:
            count *= d
        return total / float(count)
    if current_trace() is None:  # without a trace the batch size has no symbol: count by summing
        ones = where(equal(x, x), 1.0, 1.0)
        return total / reduce_sum(ones, axes, keepdims)
    dtype = total.dtype if total.dtype in ("float32", "float64") else "float32"
    return total / extent(reduced, dtype)


def _arg_infer(inputs, attrs):
    axis = axis_in(inputs[0], attrs["axis"])
    return tuple(d for i, d in enumerate(inputs[0].dims) if i != axis), "int32"


argmax = primitive("argmax", _arg_infer, lambda xp, x, axis: xp.argmax(x, axis=axis))
argmin = primitive("argmin", _arg_infer, lambda xp, x, axis: xp.argmin(x, axis=axis))


def _softmax_formula(xp, x):
    shifted = xp.exp(x - xp.max(x, axis=-1, keepdims=True))
    return shifted / xp.sum(shifted, axis=-1, keepdims=True)


def _softmax_vjp(g, y, x):
    if y.dtype in HALF:  # the difference of equals
        (found,) = _softmax_vjp(cast(g, "float32"), cast(y, "float32"), x)
        return (cast(found, y.dtype),)
    weighted = g * y
    return (weighted - y * reduce_sum(weighted, -1, keepdims=True),)


#: Along the last axis.
softmax = primitive(
    "softmax",
    lambda inputs, attrs: (inputs[0].dims, inputs[0].dtype),
    _softmax_formula,
    _softmax_vjp,
)


def _cumsum_vjp(g, y, x, axis):
    total = reduce_sum(g, axis, keepdims=True)
    return (total - cumsum(g, axis=axis) + g,)


def _cumsum_infer(inputs, attrs):
    axis_in(inputs[0], attrs["axis"])
    return inputs[0].dims, inputs[0].dtype


cumsum = primitive(
    "cumsum", _cumsum_infer, lambda xp, x, axis: xp.cumsum(x, axis=axis), _cumsum_vjp
)

__all__ = [
    "argmax",
    "argmin",
    "cumsum",
    "mean",
    "reduce_max",
    "reduce_min",
    "reduce_prod",
    "reduce_sum",
    "softmax",
    "spread",
    "where",
]
