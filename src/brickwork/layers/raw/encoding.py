"""Integers as rows of numbers: ``one_hot``, ``multi_hot`` and ``count``."""

from __future__ import annotations

from collections.abc import Callable
from math import prod

import numpy as np

from ... import ops
from ...errors import shown

_OLD = {"binary": "multi_hot", "tf-idf": "tf_idf"}


def mode(*options: str) -> Callable:
    """For a field: one of these ways to write the output, or its old name."""
    def accepted(value):
        today = _OLD.get(value, value) if isinstance(value, str) else value
        if not isinstance(today, str) or today not in options:
            raise ValueError(f"got {shown(value)}, expected one of "
                             f"{', '.join(map(repr, options))}.")
        return today

    return accepted


def no_sparse(value) -> bool:
    """For a field: sparse outputs do not exist here."""
    if value:
        raise ValueError(f"got {shown(value)}, expected False: sparse tensors do not exist here.")
    return False


def encoded_shape(shape: tuple, how: str, depth: int | None) -> tuple:
    """The shape of what `encoded` makes of integers of this shape."""
    shape = tuple(shape)
    if how == "int":
        return shape
    if how == "one_hot":
        return (*(shape[:-1] if len(shape) > 1 and shape[-1] == 1 else shape), depth)
    return (*shape[:1], *shape[2:], depth) if len(shape) > 1 else (depth,)


def encoded(indices: np.ndarray, how: str, depth: int, dtype: str) -> np.ndarray:
    """Integers from 0 to `depth` - 1 in another form; others leave no trace.

    Args:
        indices: of any shape. ``multi_hot`` and ``count`` say of each row, which is along axis 1
            (axis 0 of a vector), what is in it.
        how: "int", "one_hot", "multi_hot" or "count".

    >>> encoded(np.array([[0, 2, 2]]), "count", 4, "float32")
    array([[1., 0., 2., 0.]], dtype=float32)
    """
    if how == "int":
        return indices.astype(dtype)
    shape = encoded_shape(indices.shape, how, depth)
    if how != "one_hot" and indices.ndim > 1:
        indices = np.moveaxis(indices, 1, -1)
    groups = prod(shape[:-1])
    row = np.arange(groups).repeat(indices.size // max(groups, 1))
    return counted(row, indices.reshape(-1), groups, how, depth, dtype).reshape(shape)


def counted(row: np.ndarray, indices: np.ndarray, rows: int, how: str, depth: int,
            dtype: str) -> np.ndarray:
    """How often each integer is in each row, or for other forms than "count" whether it is.

    Args:
        row: to which of the `rows` each of the `indices` belongs.
    """
    known = (indices >= 0) & (indices < depth)
    counts = np.bincount(row[known] * depth + indices[known], minlength=rows * depth)
    if how != "count":
        counts = counts > 0
    return counts.reshape(rows, depth).astype(dtype)


def encoded_by_ops(indices, how: str, depth: int, dtype: str, weights=None):
    """`encoded`, in ops, with weights for "count"."""
    if how == "int":
        return ops.cast(indices, dtype)
    if not indices.shape:
        indices = ops.reshape(indices, (1,))
        if how == "one_hot":
            return ops.one_hot(indices, depth, dtype=dtype)[0]
    if how == "one_hot":
        if len(indices.shape) > 1 and indices.shape[-1] == 1:
            indices = ops.squeeze(indices, -1)
        return ops.one_hot(indices, depth, dtype=dtype)
    hot, axis = ops.one_hot(indices, depth, dtype=dtype), int(len(indices.shape) > 1)
    if how == "multi_hot":
        return ops.max(hot, axis=axis)
    return ops.sum(hot if weights is None else hot * ops.expand_dims(weights, -1), axis=axis)
