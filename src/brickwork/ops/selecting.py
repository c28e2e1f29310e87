"""Keras's ops that answer some of the values of a tensor, by their places."""

from __future__ import annotations

from ..program.operators import getitem
from ..program.primitives import elementwise as e
from ..program.primitives import layout as p
from ..program.primitives import take as rows
from .core import axis_of, dims_of, dtype_of, public, tensor
from .creation import counting
from .reductions import sum
from .shapes import as_dims, expand_dims, moveaxis, ravel, reshape


def slice(inputs, start_indices, shape):
    """A block of this shape that starts there; an extent of -1 goes to the end.

    >>> slice([[1, 2], [3, 4]], (0, 1), (2, 1))
    array([[2],
           [4]], dtype=int32)
    """
    x = tensor(inputs)
    for axis, (start, extent) in enumerate(zip(as_dims(start_indices), as_dims(shape),
                                               strict=True)):
        whole = dims_of(x)[axis]
        extent = whole - start if extent == -1 else extent
        if isinstance(whole, int) and start + extent > whole:
            raise ValueError(f"slice: {extent} entries from {start} on axis {axis} go beyond a "
                             f"tensor of shape {public(x)}.")
        x = p.slice_axis(x, axis, start, extent)
    return x


def take(x, indices, axis=None):
    """The entries of these numbers along an axis; negative ones count from the end.

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
    return moveaxis(found, tuple(range(len(dims_of(ids)))),
                    tuple(range(axis, axis + len(dims_of(ids)))))


def take_along_axis(x, indices, axis=None):
    """At each place the entry of the number given for that place; shapes broadcast elsewhere.

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
    hit = e.equal(ids, counting(whole, dtype_of(ids)))
    picked = e.where(hit, expand_dims(moveaxis(x, axis, -1), -2), 0)
    return moveaxis(sum(picked, -1), -1, axis)


def get_item(x, key):
    """``x[key]``.

    >>> int(get_item([5, 6], 1))
    6
    """
    return getitem(tensor(x), key)


def diagonal(x, offset=0, axis1=0, axis2=1):
    """A diagonal of the matrices that two axes span, as a last axis.

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
