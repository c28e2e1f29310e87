"""What several functions here ask of their arguments."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..errors import ArgumentError, shown


def numbers(values: Any, what: str, ndim: int = 1) -> np.ndarray:
    """Return an array of finite floats.

    Args:
        values: what was given.
        what: its name, for messages.
        ndim: int, the number of axes expected.

    Raises:
        ArgumentError (a ValueError): for other axes, no rows, and NaN or infinity.
    """
    found = _floats(values, what)
    if found.ndim != ndim or not len(found):
        raise ArgumentError(what, f"got the shape {found.shape}, expected {ndim} axes and rows.")
    if not np.isfinite(found).all():
        raise ArgumentError(what, "got NaN or infinity, expected numbers.")
    return found


def _floats(values: Any, what: str) -> np.ndarray:
    try:
        return np.asarray(values, np.float64)
    except (TypeError, ValueError):
        raise ArgumentError(what, f"got {shown(values)}, expected numbers.") from None


def same_rows(what: str, **arrays: np.ndarray) -> None:
    """Raise ArgumentError unless all arrays have the same number of rows."""
    if len({len(array) for array in arrays.values()}) > 1:
        sizes = ", ".join(f"{len(array)} of {name}" for name, array in arrays.items())
        raise ArgumentError(what, f"got {sizes}; expected one number of rows.")


def probabilities(p: Any, what: str) -> np.ndarray:
    """Return probabilities ``(rows, classes)``; of one column, or one axis, those of both classes.

    Args:
        p: what was given.
        what: its name, for messages.

    Raises:
        ArgumentError (a ValueError): for numbers that are no probabilities.
    """
    found = _floats(p, what)
    found = numbers(found if found.ndim > 1 else found[:, None], what, 2)
    if found.min() < 0 or found.max() > 1:
        raise ArgumentError(
            what, f"got values from {found.min():g} to {found.max():g}, expected probabilities."
        )
    if found.shape[1] == 1:
        return np.concatenate([1 - found, found], axis=1)
    off = np.abs(found.sum(1) - 1)
    if off.max() > 1e-3:
        raise ArgumentError(
            what,
            f"row {int(off.argmax())} sums to {found[off.argmax()].sum():g}, expected 1.",
        )
    return found


def indices(y: Any, classes: int, what: str) -> np.ndarray:
    """Return the indices of classes ``(rows,)``.

    Args:
        y: what was given.
        classes: int, the number of classes.
        what: its name, for messages.

    Raises:
        ArgumentError (a ValueError): for anything but 0 to ``classes - 1``.
    """
    given = np.asarray(y)
    if given.ndim != 1 or given.dtype.kind not in "biuf" or not np.isfinite(given).all():
        raise ArgumentError(what, f"got {shown(given)}, expected a list of indices of classes.")
    found = given.astype(np.int64)
    if (found != given).any() or found.min(initial=0) < 0 or found.max(initial=0) >= classes:
        raise ArgumentError(what, f"expected indices of classes from 0 to {classes - 1}.")
    return found


def share(value: Any, what: str) -> float:
    """Return a float between 0 and 1, without these."""
    if not isinstance(value, float | np.floating) or not 0 < value < 1:
        raise ArgumentError(what, f"got {shown(value)}, expected a float between 0 and 1.")
    return float(value)
