"""Keras's ops that change the shape of a tensor or the order of its axes."""

from __future__ import annotations

from collections.abc import Sequence

from ..program.between import connect
from ..program.dims import as_extent
from ..program.primitives import layout as p
from ..program.types import Axes, Shape, Tensor, TensorLike
from .core import axis_of, dims_of, public_shape, size as element_count, tensor


def as_dims(shape: Shape) -> tuple:
    """A shape argument as a tuple of integers and `Dim`s; a single extent means rank 1."""
    shape = shape if isinstance(shape, list | tuple) else (shape,)
    return tuple(map(as_extent, shape))


def reshape(x: TensorLike, newshape: Shape) -> Tensor:
    """Return the same elements in the same order under another shape.

    Args:
        x: tensor of any shape and dtype.
        newshape: extents of the result, integers; one may be -1, which is computed from the others.

    Returns:
        Tensor of the given shape and the dtype of x.

    >>> reshape([[1, 2], [3, 4]], (-1,))
    array([1, 2, 3, 4], dtype=int32)
    """
    return p.reshape(tensor(x), as_dims(newshape))


def ravel(x: TensorLike) -> Tensor:
    """Flatten a tensor to rank 1.

    Args:
        x: tensor of any shape and dtype.

    Returns:
        Tensor of shape ``(size,)`` and the dtype of x.

    >>> ravel([[1, 2], [3, 4]])
    array([1, 2, 3, 4], dtype=int32)
    """
    return reshape(x, (element_count(x),))


def transpose(x: TensorLike, axes: Sequence[int] | None = None) -> Tensor:
    """Permute the axes.

    Args:
        x: tensor of any shape and dtype.
        axes: axes of x in the order of the result, a sequence of integers; None reverses their
            order.

    Returns:
        Tensor of the dtype of x with its axes permuted.

    Raises:
        ValueError: axes do not name each axis once.

    >>> transpose([[1, 2], [3, 4]])
    array([[1, 3],
           [2, 4]], dtype=int32)
    """
    x = tensor(x)
    rank = len(dims_of(x))
    axes = tuple(range(rank))[::-1] if axes is None else tuple(axis_of(x, a) for a in axes)
    if sorted(axes) != list(range(rank)):
        raise ValueError(
            f"transpose: got axes {axes} for a tensor of shape {public_shape(x)}, "
            f"expected each of 0 to {rank - 1} once."
        )
    return p.transpose(x, axes)


def swapaxes(x: TensorLike, axis1: int, axis2: int) -> Tensor:
    """Swap two axes.

    Args:
        x: tensor of any shape and dtype.
        axis1: first axis, an integer.
        axis2: second axis, an integer.

    Returns:
        Tensor of the dtype of x with the two axes swapped.

    >>> swapaxes([[1, 2]], 0, 1)
    array([[1],
           [2]], dtype=int32)
    """
    x = tensor(x)
    order = list(range(len(dims_of(x))))
    one, two = axis_of(x, axis1), axis_of(x, axis2)
    order[one], order[two] = order[two], order[one]
    return p.transpose(x, order)


def moveaxis(x: TensorLike, source: Axes, destination: Axes) -> Tensor:
    """Move axes to other positions; the other axes keep their order.

    Args:
        x: tensor of any shape and dtype.
        source: axis or axes to move.
        destination: position or positions of these axes in the result.

    Returns:
        Tensor of the dtype of x with its axes permuted.

    >>> moveaxis([[[1, 2]]], 2, 0).shape
    (2, 1, 1)
    """
    x = tensor(x)
    source = source if isinstance(source, list | tuple) else (source,)
    destination = destination if isinstance(destination, list | tuple) else (destination,)
    moved = dict(
        zip((axis_of(x, d) for d in destination), (axis_of(x, s) for s in source), strict=True)
    )
    others = iter(i for i in range(len(dims_of(x))) if i not in moved.values())
    return p.transpose(
        x, [moved[i] if i in moved else next(others) for i in range(len(dims_of(x)))]
    )


def expand_dims(x: TensorLike, axis: Axes) -> Tensor:
    """Insert axes of extent 1.

    Args:
        x: tensor of any shape and dtype.
        axis: position or positions of the new axes in the result.

    Returns:
        Tensor of the dtype of x with the new axes.

    Raises:
        ValueError: a position is out of range.

    >>> expand_dims([1, 2], -1).shape
    (2, 1)
    """
    x = tensor(x)
    axes = axis if isinstance(axis, list | tuple) else (axis,)
    rank = len(dims_of(x)) + len(axes)
    for a in axes:
        if not -rank <= a < rank:
            raise ValueError(
                f"expand_dims: got axis {a} for a tensor of shape {public_shape(x)}, "
                f"expected {-rank} to {rank - 1}."
            )
    new = {a % rank for a in axes}
    old = iter(dims_of(x))
    return p.reshape(x, tuple(1 if i in new else next(old) for i in range(rank)))


def squeeze(x: TensorLike, axis: Axes | None = None) -> Tensor:
    """Remove axes of extent 1.

    Args:
        x: tensor of any shape and dtype.
        axis: axis or axes to remove; None means all of extent 1.

    Returns:
        Tensor of the dtype of x without these axes.

    Raises:
        ValueError: an axis has an extent other than 1.

    >>> squeeze([[1, 2]]).shape
    (2,)
    """
    x = tensor(x)
    dims = dims_of(x)
    if axis is None:
        return p.reshape(x, tuple(d for d in dims if d != 1))
    axes = {axis_of(x, a) for a in (axis if isinstance(axis, list | tuple) else (axis,))}
    wide = [a for a in axes if dims[a] != 1]
    if wide:
        raise ValueError(
            f"squeeze: got axis {wide[0]} of a tensor of shape {public_shape(x)}, "
            "expected an axis of extent 1."
        )
    return p.reshape(x, tuple(d for i, d in enumerate(dims) if i not in axes))


def broadcast_to(x: TensorLike, shape: Shape) -> Tensor:
    """Repeat a tensor along axes of extent 1 or missing in front, up to a shape.

    Args:
        x: tensor of any shape and dtype.
        shape: extents of the result, integers.

    Returns:
        Tensor of the given shape and the dtype of x.

    >>> broadcast_to([1, 2], (2, 2))
    array([[1, 2],
           [1, 2]], dtype=int32)
    """
    return p.broadcast_to(tensor(x), as_dims(shape))


__all__ = [
    "broadcast_to",
    "expand_dims",
    "moveaxis",
    "ravel",
    "reshape",
    "squeeze",
    "swapaxes",
    "transpose",
]
connect(globals(), __all__)
