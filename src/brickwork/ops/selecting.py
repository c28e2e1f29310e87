"""Keras's ops that return some of the elements of a tensor, by position."""

from __future__ import annotations

from typing import Any

from ..program.between import connect
from ..program.operators import getitem
from ..program.primitives import elementwise as e, layout as p, take as rows
from ..program.types import Shape, Tensor, TensorLike
from .core import axis_of, dims_of, dtype_of, public_shape, tensor
from .creation import iota
from .reductions import sum
from .shapes import as_dims, expand_dims, moveaxis, ravel, reshape


def slice(inputs: TensorLike, start_indices: Shape, shape: Shape) -> Tensor:
    """Return the block of a shape that starts at the given indices.

    Args:
        inputs: tensor of any shape and dtype.
        start_indices: first index along each axis, a sequence of integers.
        shape: extents of the block, a sequence of integers; -1 means up to the end.

    Returns:
        Tensor of the given shape and the dtype of inputs.

    Raises:
        ValueError: the block goes beyond the tensor.

    >>> slice([[1, 2], [3, 4]], (0, 1), (2, 1))
    array([[2],
           [4]], dtype=int32)
    """
    x = tensor(inputs)
    for axis, (start, extent) in enumerate(
        zip(as_dims(start_indices), as_dims(shape), strict=True)
    ):
        whole = dims_of(x)[axis]
        extent = whole - start if extent == -1 else extent
        if isinstance(whole, int) and start + extent > whole:
            raise ValueError(
                f"slice: got {extent} entries from {start} on axis {axis}, beyond a "
                f"tensor of shape {public_shape(x)}, expected at most "
                f"{max(whole - start, 0)}."
            )
        x = p.slice_axis(x, axis, start, extent)
    return x


def take(x: TensorLike, indices: TensorLike, axis: int | None = None) -> Tensor:
    """Return the entries at the given indices along an axis.

    Args:
        x: tensor of any shape and dtype.
        indices: integer tensor of any shape; negative indices count from the end.
        axis: axis to take from; None means the flattened tensor.

    Returns:
        Tensor of the dtype of x; the axes of indices replace the axis.

    >>> take([[1, 2], [3, 4]], [1, 0], axis=0)
    array([[3, 4],
           [1, 2]], dtype=int32)
    """
    x = ravel(x) if axis is None else tensor(x)
    axis = axis_of(x, axis or 0)
    ids = tensor(indices)
    whole = dims_of(x)[axis]
    ids = e.where(e.less(ids, 0), e.add(ids, whole), ids)
    if axis == 0:
        return rows.take(x, ids)
    found = rows.take(moveaxis(x, axis, 0), ids)
    return moveaxis(
        found, tuple(range(len(dims_of(ids)))), tuple(range(axis, axis + len(dims_of(ids))))
    )


def take_along_axis(x: TensorLike, indices: TensorLike, axis: int | None = None) -> Tensor:
    """Return, for each position along an axis, the entry at the index given there.

    Args:
        x: tensor of any shape and dtype.
        indices: integer tensor of the rank of x that broadcasts with it outside of the axis;
            negative indices count from the end.
        axis: axis to take from; None means the flattened tensor.

    Returns:
        Tensor of the dtype of x, with the extent of indices along the axis.

    >>> take_along_axis([[5, 6], [7, 8]], [[1], [0]], axis=1)
    array([[6],
           [7]], dtype=int32)
    """
    x, ids = tensor(x), tensor(indices)
    if axis is None:
        x, axis = ravel(x), 0
    axis = axis_of(x, axis)
    whole = dims_of(x)[axis]
    ids = expand_dims(moveaxis(e.where(e.less(ids, 0), e.add(ids, whole), ids), axis, -1), -1)
    hit = e.equal(ids, iota(whole, dtype_of(ids)))
    take_along_last = e.where(hit, expand_dims(moveaxis(x, axis, -1), -2), 0)
    return moveaxis(sum(take_along_last, -1), -1, axis)


def get_item(x: TensorLike, key: Any) -> Tensor:
    """Return ``x[key]``.

    Args:
        x: tensor of any shape and dtype.
        key: an integer, a slice with known bounds, None, Ellipsis, a tuple of these, or an integer
            tensor.

    Returns:
        Tensor of the dtype of x.

    >>> int(get_item([5, 6], 1))
    6
    """
    return getitem(tensor(x), key)


def diagonal(x: TensorLike, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Tensor:
    """Return a diagonal of the matrices that two axes span.

    Args:
        x: tensor of rank 2 or more.
        offset: which diagonal: 0 is the main one, k > 0 is above it, k < 0 below.
        axis1: axis of the rows.
        axis2: axis of the columns.

    Returns:
        Tensor of the dtype of x without the two axes; the diagonal is its last axis.

    >>> diagonal([[1, 2], [3, 4]])
    array([1, 4], dtype=int32)
    """
    x = moveaxis(x, (axis1, axis2), (-2, -1))
    rows, columns = dims_of(x)[-2:]
    length = max(min(rows + min(offset, 0), columns - max(offset, 0)), 0)
    flat = reshape(x, (*dims_of(x)[:-2], rows * columns))
    start = offset if offset >= 0 else -offset * columns
    return p.slice_axis(flat, len(dims_of(flat)) - 1, start, length, columns + 1)


__all__ = ["diagonal", "get_item", "slice", "take", "take_along_axis"]
connect(globals(), __all__)
