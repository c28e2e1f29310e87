"""Scores by subgroup: whether a predictor is as good for one kind of rows as for another."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from ..data.columns import as_times
from ..data.notices import listed
from ..errors import ArgumentError
from ..layers.table.kinds import texts_of
from ..program.records import Record
from .scores import Score, scores
from .task import Task

#: Numbers of more different values are divided into this many parts of equal size.
PARTS = 4
#: The most different values of numbers that are groups.
FEW = 10


class Subgroup(Record):
    """The scores of some rows.

    Args:
        name: what they have in common.
        rows: how many they are.
        scores: their scores.
    """

    __slots__ = ("name", "rows", "scores")

    def __init__(self, name: str, rows: int, scores: list[Score]):
        self.name = name
        self.rows = rows
        self.scores = scores

    def __str__(self) -> str:
        return f"{self.name} ({self.rows:,} rows): {', '.join(map(str, self.scores))}"


def scores_by(
    task: Task,
    y: np.ndarray,
    outputs: np.ndarray,
    columns: Mapping[str, np.ndarray],
    name: str,
    seed: int = 0,
    what: str = "scores_by",
) -> list[Subgroup]:
    """Score the rows of each value of a column by themselves.

    Args:
        task: what is predicted.
        y: the encoded targets.
        outputs: the outputs ``(rows, outputs)``.
        columns: arrays of `data.columns.as_column` by name.
        name: the column's name; numbers and dates of more than 10 different values are divided
            into quarters of the rows.
        seed: as for `scores.scores`.
        what: the function's name, for messages.

    Returns:
        A list of `Subgroup`, the largest first. Their intervals say what may be chance.

    Raises:
        ArgumentError (a ValueError): for a column that there is not.

    >>> columns = {"c": np.array(["a", "a", "b", "b"], object)}
    >>> task = Task("regression", ["y"])
    >>> found = scores_by(task, np.ones((4, 1)), np.array([[1.0], [1], [2], [2]]), columns, "c")
    >>> [(one.name, one.rows, one.scores[0].value) for one in found]
    [('c = a', 2, 0.0), ('c = b', 2, 1.0)]
    """
    if name not in columns:
        raise ArgumentError(
            what, f"got the column {name!r}, expected one of {listed(columns, 12)}."
        )
    names, place = _parts(name, columns[name])
    found = []
    for k, part in enumerate(names):
        rows = np.flatnonzero(place == k)
        if len(rows):
            found.append(Subgroup(part, len(rows), scores(task, y[rows], outputs[rows], seed)))
    return sorted(found, key=lambda one: -one.rows)


def _parts(name: str, column: np.ndarray) -> tuple[list[str], np.ndarray]:
    """The names of the groups, and the group of each row."""
    missing = f"{name} is missing"
    times = as_times(column)
    column = column if times is None else times
    if column.dtype.kind in "iufM":
        lacking = np.isnat(column) if column.dtype.kind == "M" else np.isnan(column.astype(float))
        given: Any = column[~lacking]
        if len(np.unique(given)) > FEW:
            edges = np.quantile(given, np.linspace(0, 1, PARTS + 1), method="nearest")
            place = np.searchsorted(edges[1:-1], column, side="left")
            shown = _texts(edges)
            names = [f"{name} from {shown[k]} to {shown[k + 1]}" for k in range(PARTS)]
            return [*names, missing], np.where(lacking, PARTS, place)
    texts = [missing if text is None else f"{name} = {text}" for text in texts_of(column)]
    names = list(dict.fromkeys(texts))
    index = {text: k for k, text in enumerate(names)}
    return names, np.array([index[text] for text in texts])


def _texts(values: np.ndarray) -> list[str]:
    """Values in few characters, in which they differ as far as they do."""
    if values.dtype.kind == "M":
        return [str(value) for value in values.astype("datetime64[m]")]
    for digits in range(4, 18):
        found = [f"{value:.{digits}g}" for value in values.tolist()]
        if len(set(found)) == len(np.unique(values)):
            break
    return found
