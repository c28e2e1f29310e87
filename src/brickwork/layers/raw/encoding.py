"""Integers as vectors: ``one_hot``, ``multi_hot`` and ``count``."""

from __future__ import annotations

from collections.abc import Callable
from math import prod
from typing import Any

import numpy as np

from ... import ops
from ...errors import shown

_OLD = {"binary": "multi_hot", "tf-idf": "tf_idf"}


def mode(*options: str) -> Callable:
    """Return the converter of a field: one of these output modes, or its old name."""

    def converted(value):
        current = _OLD.get(value, value) if isinstance(value, str) else value
        if not isinstance(current, str) or current not in options:
            raise ValueError(
                f"got {shown(value)}, expected one of {', '.join(map(repr, options))}."
            )
        return current

    return converted


def no_sparse(value: Any) -> bool:
    """Convert a field that accepts False only: there are no sparse outputs."""
    if value:
        raise ValueError(f"got {shown(value)}, expected False: sparse tensors are not supported.")
    return False


def encoded_shape(shape: tuple, how: str, depth: int | None) -> tuple:
    """The shape that `encoded` returns for integers of this shape."""
    shape = tuple(shape)
    if how == "int":
        return shape
    if how == "one_hot":
        return (*(shape[:-1] if len(shape) > 1 and shape[-1] == 1 else shape), depth)
    return (*shape[:1], *shape[2:], depth) if len(shape) > 1 else (depth,)


def encoded(indices: np.ndarray, how: str, depth: int, dtype: str) -> np.ndarray:
    """Encode integers from 0 to `depth` - 1; others are ignored.

    Args:
        indices: int array of any shape. "multi_hot" and "count" summarize it along axis 1 (axis
            0 of a vector).
        how: "int", "one_hot", "multi_hot" or "count".
        depth: int, length of the vectors.
        dtype: dtype of the output.

    Returns:
        An array of the shape that `encoded_shape` returns.

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


def counted(
    row: np.ndarray, indices: np.ndarray, rows: int, how: str, depth: int, dtype: str
) -> np.ndarray:
    """Count how often each integer is in each row; for modes other than "count": 1 if it is.

    Args:
        row: int array, the row that each of the `indices` belongs to.
        indices: int array of the same length.
        rows: int, number of rows.
        how, depth, dtype: as for `encoded`.

    Returns:
        An array ``(rows, depth)``.
    """
    known = (indices >= 0) & (indices < depth)
    counts = np.bincount(row[known] * depth + indices[known], minlength=rows * depth)
    hot = counts if how == "count" else counts > 0
    return hot.reshape(rows, depth).astype(dtype)


def encoded_by_ops(indices: Any, how: str, depth: int, dtype: str, weights: Any = None) -> Any:
    """`encoded` in ops, with optional weights for "count"."""
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
