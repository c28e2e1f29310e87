"""What is asked: a model, or any function, on an array or a table; by columns."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from ..data.columns import as_column
from ..data.notices import listed, nearest
from ..data.tables import by_column
from ..errors import ArgumentError, shown
from ..layers import Table
from ..models import Model

#: A column of an array is its index, one of a table its name.
Name = Any


def table_of(model: Any) -> Table | None:
    """Return the `Table` that a model begins with; None if it begins with another layer."""
    layers = getattr(model, "layers", None) if isinstance(model, Model) else None
    return layers[0] if layers and isinstance(layers[0], Table) else None


class Rows:
    """Rows whose columns can be exchanged one by one.

    Args:
        data: an array ``(rows, columns)``, a table of pandas, Polars or Arrow, or a dict of
            columns.
        what: the function's name, for messages.
        used: the names of the columns that count; None for all.

    Raises:
        ArgumentError (a ValueError): for anything else, and for none.
    """

    def __init__(self, data: Any, what: str, used: list[str] | None = None):
        found = by_column(data, what)
        found = data if found is None else found
        self.columns: dict[Name, np.ndarray]
        self.array = not isinstance(found, Mapping)
        if not self.array:
            self.columns = {
                str(key): as_column(value, f"{what}: the column {key!r}")
                for key, value in found.items()
            }
        else:
            array = np.asarray(found)
            if array.ndim != 2 or array.dtype.kind not in "biuf":
                raise ArgumentError(
                    what,
                    f"got {shown(data)}, expected an array (rows, columns) of numbers, a table, or "
                    "a dict of columns.",
                )
            self.columns = dict(enumerate(array.T))
        if len({len(column) for column in self.columns.values()}) > 1:
            raise ArgumentError(what, "got columns of different lengths, expected one.")
        if not self.columns or not len(self):
            raise ArgumentError(what, "got no rows, expected some.")
        if used is not None:
            lacking = [name for name in used if name not in self.columns]
            if lacking:
                raise ArgumentError(
                    what,
                    f"got a table without the column {lacking[0]!r}, expected it."
                    + nearest(lacking[0], self.columns),
                )
            self.columns = {name: self.columns[name] for name in used}
        self.names = list(self.columns)

    def __len__(self) -> int:
        return len(next(iter(self.columns.values())))

    def column(self, name: Name, what: str) -> Name:
        """Return the key of a column.

        Raises:
            ArgumentError (a ValueError): if there is no such column.
        """
        if name not in self.columns:
            raise ArgumentError(
                what, f"got {name!r}, expected one of the columns {listed(self.names, 12)}."
            )
        return name

    def taken(self, rows: np.ndarray) -> dict[Name, np.ndarray]:
        """Return the columns of some rows."""
        return {name: column[rows] for name, column in self.columns.items()}

    def as_given(self, columns: Mapping[Name, np.ndarray]) -> Any:
        """Return columns in the form in which a model takes them: one array, or a dict."""
        return np.column_stack(list(columns.values())) if self.array else dict(columns)


def asked(model: Any, what: str) -> Callable[[Any], np.ndarray]:
    """Return a function from data to outputs ``(rows, outputs)``.

    Args:
        model: a `Model` of one output, or a function from an array or a dict of columns to an array
            ``(rows,)`` or ``(rows, outputs)``.
        what: the function's name, for messages.

    Raises:
        ArgumentError (a ValueError): for what cannot be called; later, for other outputs.
    """
    if not callable(model):
        raise ArgumentError(f"{what}.model", f"got {shown(model)}, expected a model or a function.")

    def answer(data: Any) -> np.ndarray:
        rows = len(next(iter(data.values()))) if isinstance(data, Mapping) else len(data)
        found = model.predict(data, verbose=0) if isinstance(model, Model) else model(data)
        found = np.asarray(found, np.float64)
        found = found[:, None] if found.ndim == 1 else found
        if found.ndim != 2 or len(found) != rows:
            raise ArgumentError(
                f"{what}.model",
                f"it returns the shape {found.shape} for {rows} rows, expected ({rows}, outputs).",
            )
        return found

    return answer


def by_features(model: Any, rows: Rows, what: str) -> tuple[Any, list[np.ndarray], Any]:
    """Divide a model that begins with a `Table` into the table and the rest.

    Columns are then encoded once, however often they are exchanged.

    Args:
        model: a model or a function.
        rows: the data that it takes.
        what: the function's name, for messages.

    Returns:
        What to ask for the outputs of an array; for each column the places of its features in the
        array; and a function from `Rows` to the array. For a function on tables, all are None.
    """
    table = table_of(model)
    if table is not None:
        places, start = [], 0
        for column in table.columns:
            places.append(np.arange(start, start + len(column.features)))
            start += len(column.features)
        rest = _Rest(model)
        return asked(rest, what), places, lambda own: np.asarray(table(own.columns))
    if not rows.array:
        return None, [], None
    places = [np.array([i]) for i in range(len(rows.names))]
    return asked(model, what), places, lambda own: np.column_stack(list(own.columns.values()))


class _Rest:
    """A `Sequential` without its first layer, on the features that this makes."""

    def __init__(self, model: Any):
        from ..models import Sequential

        table = model.layers[0]
        self.model = Sequential(model.layers[1:])
        self.model.build((None, len(table.features)))

    def __call__(self, features: np.ndarray) -> np.ndarray:
        return self.model.predict(features, verbose=0)


def differentiable(model: Any, what: str) -> Any:
    """Return a model of arrays for a gradient: without its `Table`, if it begins with one.

    Raises:
        ArgumentError (a ValueError): for what is no model.
    """
    if not isinstance(model, Model):
        raise ArgumentError(
            f"{what}.model",
            f"got {shown(model)}, expected a model of brickwork, whose gradients are known; "
            "shap_values takes any function.",
        )
    return model if table_of(model) is None else _Rest(model).model


def output_of(outputs: np.ndarray, output: int | None, what: str) -> int:
    """Return the index of the output that is asked for.

    Raises:
        ArgumentError (a ValueError): for one that there is not, or None of several.
    """
    count = outputs.shape[1]
    if output is None and count > 1:
        raise ArgumentError(f"{what}.output", f"got None of {count} outputs, expected an index.")
    found = 0 if output is None else output
    if (
        isinstance(found, bool)
        or not isinstance(found, int | np.integer)
        or not (0 <= found < count)
    ):
        raise ArgumentError(f"{what}.output", f"got {shown(output)}, expected 0 to {count - 1}.")
    return int(found)
