"""Which rows are held out, to judge a predictor by."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from ..data.columns import as_times
from ..populations.folds import folds_of
from .task import Task

#: The share of rows that are held out.
SHARE = 0.2


def in_order_of_time(columns: Mapping[str, np.ndarray]) -> str | None:
    """Return the name of a column of dates in whose order the rows are; None if there is none.

    Args:
        columns: arrays of `data.columns.as_column` by name.

    >>> days = np.array(["2026-01-01", "2026-01-02", "2026-01-05"], "datetime64[us]")
    >>> in_order_of_time({"day": days})
    'day'
    """
    for name, column in columns.items():
        times = as_times(column)
        if times is None or np.isnat(times).any() or len(times) < 3:
            continue
        steps = np.diff(times).astype(np.int64)
        if (steps >= 0).all() and (steps > 0).any():
            return name
    return None


def held_out(
    task: Task,
    y: np.ndarray,
    groups: np.ndarray | None,
    times: np.ndarray | None,
    seed: int,
) -> tuple[np.ndarray, np.ndarray]:
    """Return the indices of the rows to train on, and of those that are held out, a fifth.

    Args:
        task: what is predicted; classes are held out in proportion.
        y: the encoded targets.
        groups: ``(rows,)``: rows of one group stay together; None for none.
        times: ``(rows,)`` of times or numbers, none missing: the last rows are held out; None for
            any.
        seed: int that determines the choice.
    """
    if times is not None:
        order = np.argsort(times, kind="stable")
        cut = len(order) - max(1, round(SHARE * len(order)))
        # Rows of one time are not divided, where that leaves rows on both sides.
        bounds = np.flatnonzero(times[order][1:] != times[order][:-1]) + 1
        if len(bounds):
            cut = int(bounds[np.abs(bounds - cut).argmin()])
        return order[:cut], order[cut:]
    return folds_of(
        len(y),
        round(1 / SHARE),
        classes=classes_of(task, y),
        groups=groups,
        seed=seed,
        what="train",
    )[0]


def classes_of(task: Task, y: np.ndarray) -> np.ndarray | None:
    """Return what rows are stratified by; None for numbers.

    Args:
        task: what is predicted.
        y: the encoded targets.
    """
    if task.kind == "classes":
        return y
    if task.kind == "labels":
        return np.unique(y, axis=0, return_inverse=True)[1].reshape(-1)
    return None
