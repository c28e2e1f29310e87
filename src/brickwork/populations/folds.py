"""How rows are divided into folds."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from ..errors import ArgumentError, whole_number


def folds_of(
    rows: int,
    folds: Any,
    *,
    classes: np.ndarray | None = None,
    groups: Any = None,
    seed: int = 0,
    what: str = "cross_validate",
) -> list[tuple[np.ndarray, np.ndarray]]:
    """The rows to train on and those to hold out, for each fold.

    Args:
        rows: the number of rows.
        folds: int >= 2, or pairs of indices such as a splitter of scikit-learn yields.
        classes: the class of each row, if folds should have each class in proportion.
        groups: ``(rows,)``: rows of one group stay together. None for none.
        seed: int that determines the folds.
        what: the function's name, for errors.

    Returns:
        A list of pairs of index arrays. Each row is held out once.

    Raises:
        ArgumentError (a ValueError): for fewer than 2 folds, more than there are rows or groups,
            and indices outside of the rows.

    >>> [test.tolist() for _, test in folds_of(4, 2, seed=1)]
    [[1, 3], [0, 2]]
    """
    if isinstance(folds, Iterable) and not isinstance(folds, str):
        return _given(rows, folds, what)
    folds = whole_number(folds, f"{what}.folds", 2)
    rng = np.random.Generator(np.random.Philox(seed))
    if groups is not None:
        place = _by_groups(rows, folds, np.asarray(groups), rng, what)
    else:
        if folds > rows:
            raise ArgumentError(f"{what}.folds", f"got {folds} folds of {rows} rows.")
        order = rng.permutation(rows)
        if classes is not None:  # one class after the other, so that each is dealt out evenly
            order = order[np.argsort(np.asarray(classes)[order], kind="stable")]
        place = np.empty(rows, np.int64)
        place[order] = np.arange(rows) % folds
    return [(np.flatnonzero(place != k), np.flatnonzero(place == k)) for k in range(folds)]


def _by_groups(rows: int, folds: int, groups: np.ndarray, rng: Any, what: str) -> np.ndarray:
    """The fold of each row: the largest groups first, each into the smallest fold."""
    if len(groups) != rows:
        raise ArgumentError(f"{what}.groups", f"got {len(groups)} for {rows} rows.")
    found, place, counts = np.unique(groups, return_inverse=True, return_counts=True)
    if len(found) < folds:
        raise ArgumentError(f"{what}.groups", f"got {len(found)} groups for {folds} folds.")
    order = rng.permutation(len(found))
    sizes, fold = np.zeros(folds, np.int64), np.empty(len(found), np.int64)
    for group in order[np.argsort(-counts[order], kind="stable")]:
        fold[group] = np.argmin(sizes)
        sizes[fold[group]] += counts[group]
    return fold[place.reshape(-1)]


def _given(rows: int, folds: Iterable, what: str) -> list[tuple[np.ndarray, np.ndarray]]:
    found = [(np.asarray(train), np.asarray(test)) for train, test in folds]
    for train, test in found:
        for part in (train, test):
            if part.ndim != 1 or part.dtype.kind not in "iu" or not part.size:
                raise ArgumentError(f"{what}.folds", "expected pairs of arrays of row indices.")
            if part.min() < 0 or part.max() >= rows:
                raise ArgumentError(f"{what}.folds", f"got an index outside of {rows} rows.")
    if not found:
        raise ArgumentError(f"{what}.folds", "got no folds.")
    return found
