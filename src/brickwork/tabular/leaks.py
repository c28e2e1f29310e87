"""What looks like a leak: the answer among the questions, or rows on both sides of the split."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from math import comb

import numpy as np

from ..layers import Table
from ..layers.table.guesses import counts_rows, doubt
from .scores import auc
from .task import Task
from .words import Said

#: The skill from which on one column alone is suspicious.
SUSPICIOUS = 0.99
#: In how many ways held-out rows must be able to have their classes before one is suspicious.
CHANCES = 10_000
#: The number of values, or of intervals of numbers, by which one column predicts.
INTERVALS = 32


def warnings_of(
    columns: Mapping[str, np.ndarray],
    table: Table,
    task: Task,
    y: np.ndarray,
    train: np.ndarray,
    test: np.ndarray,
    at_random: bool,
    settled: Collection[str] = (),
) -> list[Said]:
    """Return a sentence for each thing that looks like a leak, or a mistake.

    Args:
        columns: arrays of `data.columns.as_column` by name.
        table: those that the predictor uses.
        task: what is predicted.
        y: the encoded targets.
        train, test: the indices of the rows on both sides.
        at_random: whether the latter were chosen at random.
        settled: the names of columns of which the user has said what they are.
    """
    found = []
    kinds = {column.name: column.kind for column in table.columns}
    for name in kinds:
        skill = _skill(columns[name], task, y, train, test)
        if skill > SUSPICIOUS:
            found.append(Said("gives away", name=name))
        elif counts_rows(columns[name]):
            found.append(Said("numbers rows", name=name))
    for name in (one for one in columns if one not in settled):
        why = doubt(columns[name])
        if why:
            found.append(
                Said("doubtful" if name in kinds else "doubtful and out", name=name, why=why)
            )
    if task.kind == "classes":
        for k, name in enumerate(task.names):
            held = int((y[test] == k).sum())
            if held < 2:
                count = int((y == k).sum())
                found.append(Said("rare", name=name, count=count, held=held, rows=len(y)))
    dates = [name for name, kind in kinds.items() if kind == "date"]
    if at_random and dates:
        found.append(Said("order", name=dates[0]))
    twice = _on_both_sides([columns[name] for name in kinds], train, test)
    if twice > max(1, len(test) // 100):
        found.append(Said("twice", count=twice, rows=len(test)))
    return found


def _skill(
    column: np.ndarray, task: Task, y: np.ndarray, train: np.ndarray, test: np.ndarray
) -> float:
    """How well a column alone predicts the held-out rows: 0 as a constant, 1 without error."""
    codes = _codes(column, train)
    if codes is None:
        return 0.0
    counts = np.bincount(codes[train], minlength=codes.max() + 1)
    found = []
    for target in _as_numbers(task, y):
        sums = np.bincount(codes[train], target[train], minlength=len(counts))
        means = (sums + target[train].mean()) / (counts + 1)
        predicted = means[codes[test]]
        if task.classifies:
            ones = int(target[test].sum())
            if comb(len(test), ones) < CHANCES:  # few rows are told apart by chance alone
                continue
            areas = [auc(target[test], predicted)]
            if column.dtype.kind in "iuf" and not np.isnan(column.astype(float)).any():
                areas += [auc(target[test], sign * column[test]) for sign in (1.0, -1.0)]
            skills = [2 * area - 1 for area in areas if area == area]
            found.append(max(skills, default=0.0))
        else:
            spread = np.mean((target[test] - target[train].mean()) ** 2)
            error = np.mean((target[test] - predicted) ** 2)
            found.append(1 - error / spread if spread else 0)
    return float(np.mean(found)) if found else 0.0


def _codes(column: np.ndarray, train: np.ndarray) -> np.ndarray | None:
    """The value or the interval of each row."""
    if column.dtype.kind == "O":
        codes = codes_of(column)
        return codes if codes.max() < len(train) // 3 else None
    values = column.astype(np.int64 if column.dtype.kind == "M" else np.float64).astype(float)
    known = values[train][~np.isnan(values[train])]
    if not len(known):
        return None
    count = min(INTERVALS, max(2, len(train) // 10))
    found = np.unique(known)
    bounds = (
        (found[1:] + found[:-1]) / 2
        if len(found) <= count
        else np.unique(np.quantile(known, np.linspace(0, 1, count + 1)[1:-1]))
    )
    return np.where(np.isnan(values), len(bounds) + 1, np.searchsorted(bounds, values))


def _as_numbers(task: Task, y: np.ndarray) -> list[np.ndarray]:
    if task.kind == "classes":
        return [(y == k).astype(float) for k in range(1 if task.outputs == 1 else task.outputs)]
    return list(y.T.astype(float))


def _on_both_sides(columns: list[np.ndarray], train: np.ndarray, test: np.ndarray) -> int:
    """How many held-out rows are equal to one that is trained on."""
    table = np.column_stack([codes_of(column) for column in columns])
    known = {row.tobytes() for row in table[train]}
    return sum(row.tobytes() in known for row in table[test])


def codes_of(column: np.ndarray) -> np.ndarray:
    """Return a column as integers that are equal where its values are.

    Args:
        column: array ``(rows,)`` of `data.columns.as_column`.

    >>> codes_of(np.array(["b", "a", None, "b"], object))
    array([2, 1, 0, 2])
    """
    if column.dtype.kind == "O":
        return np.unique([str(text) for text in column.tolist()], return_inverse=True)[1]
    if column.dtype.kind == "M":
        return column.astype(np.int64)
    values = column.astype(np.float64) + 0.0  # -0.0 is 0.0
    return np.where(np.isnan(values), np.nan, values).view(np.int64)
