"""Fast checks of the values in an array: one pass over memory each, no copies."""

from __future__ import annotations

import numpy as np

from .._engine import within
from .rows import Rows

#: A float64 of this size or larger rounds to inf in float32.
_FLOAT32_END = (2 - 2.0**-24) * 2.0**127
_BLOCK = 1 << 18


def is_finite_in(array: np.ndarray, dtype: str) -> bool:
    """Whether every value is finite and stays so in `dtype`.

    One pass by one thread: a product of NumPy's would wake its threads, which go on spinning where
    the engine's are to compute.
    """
    if array.dtype.kind != "f":
        return True
    array = _numbers(array)
    if array.dtype.itemsize >= 4 and (array.flags.c_contiguous or array.flags.f_contiguous):
        end = largest(array.dtype, dtype)
        if within(array.ravel(order="K"), -end, end):
            return True
    return all(not not_finite_in(block, dtype).any() for _, block in blocks(array))


def largest(dtype: np.dtype, into: str) -> float:
    """Return the largest value of a dtype of floats that stays finite in `into`."""
    if into == "float32" and dtype.itemsize == 8:
        return float(np.nextafter(_FLOAT32_END, 0))
    return float(np.finfo(dtype).max)


def not_finite_in(array: np.ndarray, dtype: str) -> np.ndarray:
    """Return a bool array: which values are NaN, infinite or too large for `dtype`."""
    with np.errstate(all="ignore"):
        if dtype == "float32" and array.dtype.itemsize == 8:
            return ~(np.abs(array) < _FLOAT32_END)
        return ~np.isfinite(array)


def blocks(array: np.ndarray):
    """Yield blocks of rows: ``(first row, rows)``, a few hundred KB each."""
    width = max(1, array.size // max(1, array.shape[0]))
    step = max(1, _BLOCK // width)
    for start in range(0, array.shape[0], step):
        yield start, array[start : start + step]


def first_not_finite(array: np.ndarray, dtype: str) -> tuple[int, tuple[int, ...]]:
    """Return how many rows have such a value, and the index of the first value."""
    count, first = 0, None
    for start, block in blocks(array):
        bad = not_finite_in(block, dtype)
        if not bad.any():
            continue
        count += int(bad.reshape(len(bad), -1).any(axis=1).sum())
        if first is None:
            at = np.unravel_index(int(bad.argmax()), bad.shape)
            first = (start + int(at[0]), *(int(i) for i in at[1:]))
    return count, first


def extremes(array: np.ndarray) -> tuple:
    """Return the minimum and the maximum; NaN if there is a NaN."""
    array = _numbers(array)
    return array.min().item(), array.max().item()


def is_integer_valued(array: np.ndarray) -> bool:
    """Whether all values are integers, for any dtype."""
    if array.dtype.kind != "f":
        return True
    with np.errstate(all="ignore"):
        return all(bool((block == np.floor(block)).all()) for _, block in blocks(_numbers(array)))


def _numbers(array: np.ndarray | Rows) -> np.ndarray | Rows:
    """Return the stored values of a sparse matrix; other arrays as they are."""
    return array.stored(array.source) if getattr(array, "stored", None) else array


def first_fraction(array: np.ndarray) -> int:
    """Return the first row with a value that is not an integer."""
    return next(
        start + where_first(block != np.floor(block))
        for start, block in blocks(array)
        if not is_integer_valued(block)
    )


def where_first(condition: np.ndarray) -> int:
    """Return the first row in which the condition holds."""
    return int(condition.reshape(len(condition), -1).any(axis=1).argmax())
