"""What an estimator has learnt of X: how it becomes the numbers that networks take."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from ..data.columns import as_column
from ..data.notices import warn_once
from ..data.tables import by_column
from ..errors import ArgumentError, shown
from ..layers import Rescaling, Table
from ..layers.layer import Layer
from ..layers.table.kinds import HUGE, SCORES, NumberColumn, limited
from ..layers.table.layer import columns_of


def table_of(X: Any, kinds: Any, what: str) -> dict[str, np.ndarray] | None:
    """Return the columns of a table that holds more than numbers; None for any other X.

    Args:
        X: a table of pandas, Polars or Arrow, an array of objects, or anything.
        kinds: those of some columns, without which numbers are numbers; or None.
        what: for messages.
    """
    if by_column(X, what) is not None:
        columns = columns_of(X, what)
    elif isinstance(X, np.ndarray) and X.dtype == object and X.ndim == 2 and _holds_text(X):
        columns = _by_place(X, [f"x{i}" for i in range(X.shape[1])], what)
    elif kinds:
        raise ArgumentError(what, f"got {shown(X)} and kinds of columns, expected a table.")
    else:
        return None
    plain = all(column.dtype.kind in "biuf" for column in columns.values())
    return None if plain and not kinds else columns


def columns_like(X: Any, names: Sequence[str], what: str) -> dict[str, np.ndarray]:
    """Return the columns of a table, or of an array by the places of those that were learnt.

    Args:
        X: the table or array.
        names: of the columns that were learnt.
        what: for messages.
    """
    return _by_place(X, names, what) if by_column(X, what) is None else columns_of(X, what)


def _by_place(X: Any, names: Sequence[str], what: str) -> dict[str, np.ndarray]:
    array = np.asarray(X, object)
    if array.ndim != 2 or array.shape[1] != len(names):
        raise ArgumentError(what, f"got {shown(array)}, expected {len(names)} columns.")
    return {
        name: as_column(array[:, i], f"{what}: the column {name!r}") for i, name in enumerate(names)
    }


def _holds_text(X: np.ndarray) -> bool:
    """Whether an array of objects holds text that is no number."""
    for value in X.ravel().tolist():
        if isinstance(value, str):
            try:
                float(value)
            except ValueError:
                return True
    return False


class Features:
    """What was learnt of X; called on X it returns the features, ``(rows, features)`` float32.

    Attributes:
        width: the number of features.
        names: their names.
        numbers: the indices of those that are scaled numbers.
    """

    width: int
    names: list[str]
    numbers: list[int]

    def __call__(self, X: Any) -> Any:
        raise NotImplementedError

    def layers(self) -> list[Layer]:
        """Return the bricks that do the same in a model."""
        raise NotImplementedError


class Plain(Features):
    """Numbers as they are, or of a sparse matrix divided by the largest of their column, so that
    what is 0 stays 0."""

    def __init__(self, X: Any, names: list[str], scaled: bool):
        self.names, self.width, self.numbers = names, X.shape[1], []
        self.scale: np.ndarray | None = None
        if scaled:
            most = abs(X).max(axis=0).toarray().ravel()
            self.scale = np.where(most > 0, most, 1.0)

    def __call__(self, X: Any) -> Any:
        if not hasattr(X, "tocsr"):
            return np.asarray(X / self.scale if self.scale is not None else X, np.float32)
        found = X.tocsr(copy=True)
        found.sum_duplicates()
        if self.scale is not None:
            found.data = found.data / self.scale[found.indices]
        return found.astype(np.float32)

    def layers(self) -> list[Layer]:
        return [] if self.scale is None else [Rescaling((1 / self.scale).tolist(), name="scale")]


class Columns(Features):
    """A `Table` of columns that are text, dates or numbers."""

    def __init__(self, columns: Mapping[str, np.ndarray], kinds: Mapping[str, str] | None):
        self.table = Table.from_data(columns, kinds=kinds, name="table")
        self.names, self.width = self.table.features, len(self.table.features)
        self.numbers = self.table.numbers

    def __call__(self, X: Mapping[str, np.ndarray]) -> np.ndarray:
        return np.asarray(self.table(X), np.float32)

    def layers(self) -> list[Layer]:
        return [self.table]


class Numbers(Features):
    """An array of numbers, scaled as a `Table` scales its columns, all of them at once."""

    def __init__(self, X: np.ndarray, names: list[str], what: str):
        empty = np.flatnonzero(np.isnan(X).all(axis=0))
        if len(empty):
            raise ArgumentError(
                what, f"got no value in the column {names[empty[0]]!r}, expected some. Drop it."
            )
        columns = [NumberColumn.learnt(name, X[:, i]) for i, name in enumerate(names)]
        self.table = Table(columns, name="table")
        self.names, self.width = self.table.features, len(self.table.features)
        self.numbers = self.table.numbers
        self.center = np.array([column.center for column in columns])
        self.scale = np.array([column.scale for column in columns])
        lengths = [len(column.features) for column in columns]
        self.places = np.cumsum([0, *lengths[:-1]])
        self.missing = np.flatnonzero([column.missing for column in columns])
        self.by_rank = [i for i, column in enumerate(columns) if column.quantiles is not None]

    def __call__(self, X: np.ndarray) -> np.ndarray:
        values = np.asarray(X, np.float64)
        unknown = np.isnan(values)
        if unknown.any():
            self._note(unknown)
        z = np.clip(values, -HUGE, HUGE)
        z -= self.center
        z /= self.scale
        z[unknown] = 0
        z = limited(z)
        for i in self.by_rank:
            column = self.table.columns[i]
            known = np.where(unknown[:, i], column.center, values[:, i])
            z[:, i] = np.interp(known, column.quantiles, SCORES)
        if not len(self.missing):
            return z.astype(np.float32)
        out = np.zeros((len(z), self.width), np.float32)
        out[:, self.places] = z
        out[:, self.places[self.missing] + 1] = unknown[:, self.missing]
        return out

    def _note(self, unknown: np.ndarray) -> None:
        """Say once that values are missing that never were before."""
        for i in np.flatnonzero(unknown.any(axis=0)):
            column = self.table.columns[i]
            if not column.missing:
                warn_once(
                    f"missing {column.name}",
                    f"X: the column {column.name!r} has missing values, which it had not in fit; "
                    f"they count as the median, {column.center:g}.",
                )

    def layers(self) -> list[Layer]:
        return [self.table]
