"""`ColumnModel`: a model as a function of columns that can be exchanged one by one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

import numpy as np

from ..data.columns import as_column, floats_of, times_in
from ..data.notices import listed
from ..data.tables import by_column
from ..errors import ArgumentError, shown
from ..layers import Table
from ..layers.columns_layer import ColumnsLayer
from ..layers.table.kinds import Column
from ..layers.table.layer import columns_named
from ..models import Model, Sequential

#: A column of an array is its index, one of a table its name.
Name = Any


class ColumnModel:
    """A model as a function of columns that can be exchanged one by one.

    The rows of each column are a block: its features if the model begins with a `Table`, which
    encodes them once, however often they are exchanged; otherwise its values.

    Args:
        model: a `Model` of one output, or a function from an array or a dict of columns to an array
            ``(rows,)`` or ``(rows, outputs)``. A model of one input gets the columns of a table as
            one array.
        data: an array ``(rows, columns)``, a table of pandas, Polars or Arrow, or a dict of
            columns.
        what: the caller's name, for messages.

    Attributes:
        columns: dict from each name to the values ``(rows,)``.
        names: the names of the columns that count, in order.
        blocks: for each of them an array ``(rows,)`` or ``(rows, features)``.

    Raises:
        ArgumentError (a ValueError): for what cannot be called, for other data, and for none.
    """

    def __init__(self, model: Any, data: Any, what: str):
        if not callable(model):
            raise ArgumentError(
                f"{what}.model", f"got {shown(model)}, expected a model or a function."
            )
        self._model, self._what = model, what
        self._table = _table_of(model)
        self._rest = None if self._table is None else _rest_of(model)
        self.columns, self._stacked = _columns_in(data, what)
        if self._table is not None:
            own = {column.name: column for column in self._table.columns}
            found = columns_named(self.columns, list(own), what)
            self.columns = {name: _read(own[name], column) for name, column in found.items()}
        elif not self._stacked and _takes_one_array(model):
            self._stacked = True
            known = [str(name) for name in next(iter(model._columns.values()), None) or ()]
            if known:  # the columns that it was trained on, in their order
                self.columns = columns_named(self.columns, known, what)
        self.names = list(self.columns)
        self.blocks = self._encoded(self.columns, what)

    def __len__(self) -> int:
        return len(next(iter(self.columns.values())))

    def place(self, name: Name, what: str) -> int:
        """Return the index of a column.

        Raises:
            ArgumentError (a ValueError): if there is no such column.
        """
        for one in (name, str(name)):  # pandas's names may be numbers
            if one in self.names:
                return self.names.index(one)
        raise ArgumentError(
            what, f"got {shown(name)}, expected one of the columns {listed(self.names, 12)}."
        )

    def cells(self) -> list[np.ndarray]:
        """Return for each column its values ``(rows,)``."""
        return [self.columns[name] for name in self.names]

    def beside(self, data: Any, what: str) -> list[np.ndarray]:
        """Return the blocks of other rows.

        Args:
            data: in a form that the class takes, with the same columns in any order.
            what: its name, for messages.

        Raises:
            ArgumentError (a ValueError): for other columns.
        """
        columns, _ = _columns_in(data, what)
        if self._table is None and set(columns) != set(self.names):
            raise ArgumentError(
                what, f"got the columns {listed(columns, 12)}, expected {listed(self.names, 12)}."
            )
        return self._encoded(columns_named(columns, self.names, what), what)

    def block(self, place: int, values: np.ndarray, what: str) -> np.ndarray:
        """Return a column's block for some values of it.

        Args:
            place: int, the index of the column.
            values: ``(points,)``.
            what: their name, for messages.
        """
        first = np.zeros(len(values), np.int64)
        columns = {name: column[first] for name, column in self.columns.items()}
        return self._encoded({**columns, self.names[place]: values}, what)[place]

    def __call__(self, blocks: Sequence[np.ndarray]) -> np.ndarray:
        """Return the outputs ``(rows, outputs)`` for one block for each column.

        Raises:
            ArgumentError (a ValueError): if the model returns another shape.
        """
        rows = len(blocks[0])
        if self._rest is not None:
            found = self._rest.predict(np.concatenate(blocks, axis=1), verbose=0)
        else:
            given = np.column_stack(blocks) if self._stacked else self._by_name(blocks)
            own = self._model
            found = own.predict(given, verbose=0) if isinstance(own, Model) else own(given)
        found = np.asarray(found, np.float64)
        found = found[:, None] if found.ndim == 1 else found
        if found.ndim != 2 or len(found) != rows:
            raise ArgumentError(
                f"{self._what}.model",
                f"it returns the shape {found.shape} for {rows} rows, expected ({rows}, outputs).",
            )
        return found

    def of_features(self) -> Any:
        """Return the part of the model that takes the blocks side by side as one array.

        Raises:
            ArgumentError (a ValueError): if that is no model, whose gradients would be known.
        """
        if not isinstance(self._model, Model):
            raise ArgumentError(
                f"{self._what}.model",
                f"got {shown(self._model)}, expected a model of brickwork, whose gradients are "
                "known; shap_values takes any function.",
            )
        if self._rest is None and not self._stacked:
            raise ArgumentError(
                f"{self._what}.model",
                "it takes several inputs, expected a model of one input, or one that begins with a "
                "`Table`.",
            )
        return self._model if self._rest is None else self._rest

    def _by_name(self, blocks: Sequence[np.ndarray]) -> dict[Name, np.ndarray]:
        return dict(zip(self.names, blocks, strict=True))

    def _encoded(self, columns: Mapping[Name, np.ndarray], what: str) -> list[np.ndarray]:
        if self._table is not None:
            ends = np.cumsum([len(column.features) for column in self._table.columns])[:-1]
            return np.split(np.asarray(self._table(columns)), ends, axis=1)
        if self._stacked:
            return [
                column if column.dtype.kind in "biuf" else floats_of(column, f"{what}, {name!r}")
                for name, column in columns.items()
            ]
        return list(columns.values())


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


def _table_of(model: Any) -> Table | None:
    """The `Table` that a model begins with."""
    layers = model.layers if isinstance(model, Sequential) else []
    return layers[0] if layers and isinstance(layers[0], Table) else None


def _rest_of(model: Sequential) -> Sequential:
    """A model without its `Table`, on the features that this makes."""
    rest = Sequential(model.layers[1:])
    rest.build((None, len(model.layers[0].features)))
    return rest


def _read(column: Column, cells: np.ndarray) -> np.ndarray:
    """Texts as the numbers or dates that a `Table` takes them for, which refuses what is none."""
    if cells.dtype.kind == "O" and column.kind == "date":
        times = times_in(cells, getattr(column, "form", None))
        return cells if times is None else times
    if cells.dtype.kind == "O" and column.kind == "number":
        with suppress(ValueError):
            return floats_of(cells, column.name)
    return cells


def _takes_one_array(model: Any) -> bool:
    if isinstance(model, Sequential):
        return not (model.layers and isinstance(model.layers[0], ColumnsLayer))
    return isinstance(model, Model) and len(getattr(model, "input_names", ())) == 1


def _columns_in(data: Any, what: str) -> tuple[dict[Name, np.ndarray], bool]:
    """The columns of data, and whether these are one array."""
    found = by_column(data, what)
    found = data if found is None else found
    columns: dict[Name, np.ndarray]
    if isinstance(found, Mapping):
        columns = {
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
        columns = dict(enumerate(array.T))
    if len({len(column) for column in columns.values()}) > 1:
        raise ArgumentError(what, "got columns of different lengths, expected one.")
    if not columns or not len(next(iter(columns.values()))):
        raise ArgumentError(what, "got no rows, expected some.")
    return columns, not isinstance(found, Mapping)
