"""What the weights of rows mean: a weight of 2 is the row given twice, to the bit."""

from __future__ import annotations

from typing import Any

import numpy as np

#: Rows are repeated as their weights say while that makes at most so many times as many of them.
MOST = 8


def repeated(
    weights: np.ndarray, by_class: np.ndarray | None = None
) -> tuple[np.ndarray, np.ndarray | None]:
    """Return the rows to train on, and the weight of each in the loss.

    Rows of weight 0 are left out. Whole numbers repeat their rows; any others weigh them, scaled so
    that their mean is 1.

    Args:
        weights: ``(rows,)`` of numbers >= 0, not all 0.
        by_class: ``(rows,)``, by which they are multiplied; None for 1. If only the products are no
            whole numbers, the rows are repeated, and these weigh them.

    Returns:
        Indices of rows, and their weights or None.

    >>> repeated(np.array([0.0, 2.0, 1.0]))
    (array([1, 1, 2]), None)
    >>> repeated(np.array([0.0, 2.0, 1.0]), np.array([0.5, 0.5, 1.5]))
    (array([1, 1, 2]), array([0.6, 0.6, 1.8]))
    """
    ones = np.ones(len(weights))
    by_class = ones if by_class is None else by_class
    both = weights * by_class
    given = np.flatnonzero(both)
    for times, weigh in ((both, ones), (weights, by_class), (ones, both)):
        if (times % 1 == 0).all() and times.sum() <= MOST * len(times):
            rows = np.repeat(given, times[given].astype(np.int64))
            found = weigh[rows]
            return rows, None if (found == found[0]).all() else found / found.mean()
    raise AssertionError("rows that are given once are not too many")


def in_order(features: Any, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the indices that put rows into an order which depends on their values alone, so that
    it does not matter in which one they were given; and in that order a mark of each, equal for
    equal rows.

    Args:
        features: ``(rows, features)`` float32, or a sparse matrix.
        y: ``(rows,)`` or ``(rows, outputs)``.

    >>> x = np.array([[1], [2], [3]], np.float32)
    >>> y = np.arange(3)
    >>> x[in_order(x, y)[0]].tolist() == x[::-1][in_order(x[::-1], y[::-1])[0]].tolist()
    True
    """
    draw = np.random.Generator(np.random.Philox(7))
    odd = draw.integers(0, 2**62, features.shape[1], np.uint64) * np.uint64(2) + np.uint64(1)
    if hasattr(features, "tocsr"):
        bits = features.copy()
        bits.data = _bits(bits.data)
        marks = bits @ odd
    else:
        marks = np.zeros(len(features), np.uint64)
        for column, factor in zip(features.T, odd, strict=True):
            marks += _bits(column) * factor
    for column in y.reshape(len(y), -1).T:
        marks = (marks ^ (marks >> np.uint64(29))) * odd[0] + _bits(column)
    order = np.argsort(marks, kind="stable")
    return order, marks[order]


def _bits(values: np.ndarray) -> np.ndarray:
    """Numbers as integers, equal ones as equal ones."""
    return np.add(values, 0.0, dtype=np.float64).view(np.uint64)  # -0.0 is 0.0
