"""`Table`: the brick that turns the columns of a table into numbers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Sized
from functools import partial
from typing import Any

import numpy as np

from ... import ops
from ...data.columns import as_column
from ...data.notices import CellError, listed, nearest, warn_once
from ...data.tables import by_column
from ...errors import ArgumentError, shown
from ...fields import encode, field
from ..columns_layer import ColumnsLayer, Encoder
from ..layer import registry
from .guesses import doubt, learnt, left_out_for
from .kinds import KINDS, Column, EmbeddedColumn


def _columns(value: Any) -> tuple[Column, ...]:
    """Convert a field: columns, or their configs."""
    if isinstance(value, Mapping | str) or not isinstance(value, Iterable):
        raise ValueError(f"got {shown(value)}, expected columns; Table.from_data makes them.")
    found = tuple(_column(one) for one in value)
    if not found:
        raise ValueError("got no columns, expected at least one.")
    names = [column.name for column in found]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise ValueError(f"got two columns named {twice!r}, expected names that differ.")
    return found


def _column(value: Any) -> Column:
    if isinstance(value, Column):
        return value
    kind = KINDS.get(str(value.get("class_name"))) if isinstance(value, Mapping) else None
    if kind is None:
        raise ValueError(f"got {shown(value)}, expected columns; Table.from_data makes them.")
    return kind.from_config(dict(value["config"]))


def _reasons(value: Any) -> dict[str, str]:
    """Convert a field: a dict of texts by name, or None for none."""
    if value is None:
        return {}
    if not isinstance(value, Mapping) or not all(isinstance(v, str) for v in value.values()):
        raise ValueError(f"got {shown(value)}, expected a dict from names to reasons.")
    return dict(value)


@registry.add(in_keras=False)
class Table(ColumnsLayer):
    """Turns the columns of a table into numbers that a network can learn from.

    `from_data` learns of a table what each column is and how to encode it: numbers are scaled,
    outliers limited, categories one-hot, dates a distance and cycles; missing values are features
    of their own. The layer is the first of a `Sequential` model, which is then trained, evaluated
    and asked on tables of pandas, Polars or Arrow, or on dicts of columns, in any order. It is part
    of the model's file and of its picture.

    Args:
        columns: what is known of each column, as `from_data` learns it.
        left_out: dict from the names of other columns to the reason why they are not used.
        name: str, name of the layer; by default "table" with a number.

    Shapes: a dict of columns ``(rows,)`` -> ``(rows, features)``, float32.

    Raises:
        ArgumentError (a ValueError): for two columns of one name, and for none.

    >>> table = Table.from_data({"age": [30, 40, 50], "city": ["Seoul", "Busan", None]})
    >>> table.features
    ['age', 'city = Busan', 'city = Seoul', 'city is missing']
    >>> table({"city": ["Seoul"], "age": [40]})
    array([[0., 0., 1., 0.]], dtype=float32)
    """

    field_order = ("columns", "left_out", "name")
    columns: tuple[Column, ...] | Any = field(convert=_columns)
    left_out: dict[str, str] | Any = field(default=None, convert=_reasons)
    name: str | Any = field(default=None, kind="str", kw_only=True, positional=True)

    _port_dtype = "column"

    def setup(self) -> None:
        super().setup()
        self._embedded = [one for one in self.columns if isinstance(one, EmbeddedColumn)]
        self._plain = [one for one in self.columns if not isinstance(one, EmbeddedColumn)]
        self._widths = [len(one.features) for one in self._plain]
        encoders = []
        if self._plain:
            keys, width = {one.name: "column" for one in self._plain}, sum(self._widths)
            encoders.append(Encoder(self.name, keys, (width,), "float32", self._encode))
        for one in self._embedded:
            look_up = partial(self._look_up, one)
            encoders.append(Encoder(one.name, {one.name: "column"}, (1,), "int32", look_up))
        self._encoders = tuple(encoders)

    def build(self, input_shape: Any = None) -> None:
        """Create the vectors of the embedded columns."""
        self._vectors = [
            self.add_weight((one.count, one.dimension), "uniform", name=f"vectors_{i}")
            for i, one in enumerate(self._embedded)
        ]
        self.built = True

    @classmethod
    def from_data(
        cls,
        data: Any,
        target: str | Sequence[str] | None = None,
        kinds: Mapping[str, str] | None = None,
        exclude: Iterable[str] | Mapping[str, str] = (),
        embed: int | None = None,
        name: str | None = None,
    ) -> Table:
        """Learn the columns of a table.

        Args:
            data: a table of pandas, Polars or Arrow, or a dict of columns ``(rows,)``.
            target: name of the column to be predicted, or several; not part of the table.
            kinds: dict from names of columns to "number", "category", "embedding" or "date", for
                columns that are not what they look like, such as numbers that stand for categories.
            exclude: names of columns that are not to be used; or a dict from these to the reason.
            embed: int, the categories of a column that has more than so many become trained
                vectors (embeddings); None (default): all are one-hot, the 64 most frequent
                ones of a column.
            name: str, name of the layer.

        Returns:
            A `Table`. Columns that say nothing (one value throughout) or name each row (another
            text in each) are left out; ``table.left_out`` gives the reasons.

        Raises:
            ArgumentError (a ValueError): for a name that is not in the table, and if no column is
                left.

        >>> table = Table.from_data({"zip": [1, 2, 1], "sold": [0, 1, 0]}, "sold",
        ...                         kinds={"zip": "category"})
        >>> table.features
        ['zip = 1', 'zip = 2']
        """
        found = columns_of(data, "Table.from_data")
        targets = [target] if isinstance(target, str) else list(target or ())
        chosen = dict(kinds or {})
        for given in (*targets, *chosen, *exclude):
            if given not in found:
                raise ArgumentError(
                    "Table.from_data",
                    f"got the column {given!r}, expected one of {listed(found, 8)}. "
                    f"{nearest(given, found)}".rstrip(),
                )
        left_out = {
            one: exclude[one] if isinstance(exclude, Mapping) else "excluded" for one in exclude
        }
        columns = []
        for key in found:
            if key in targets or key in left_out:
                continue
            reason = None if key in chosen else left_out_for(key, found[key])
            why = None if key in chosen else doubt(found[key])
            if why:
                taken = "left out" if reason else "taken as categories"
                warn_once(f"kind {key}", f"Table: the column {key!r} is {taken}, but {why}")
            if reason:
                left_out[key] = reason
            else:
                columns.append(learnt(key, found[key], chosen.get(key), embed))
        if not columns:
            raise ArgumentError(
                "Table.from_data",
                "got no column that can be used: "
                + "; ".join(f"{key} ({reason})" for key, reason in left_out.items()),
            )
        return cls(columns, left_out, name=name)

    @property
    def features(self) -> list[str]:
        """The names of the outputs; those of embedded columns stand at the end."""
        return _features([*self._plain, *self._embedded])

    def _look_up(self, column: EmbeddedColumn, data: Mapping[str, Any]) -> np.ndarray:
        """The places of the vectors of a column."""
        return column.places(self._array_of(data, column.name)).astype(np.int32)[:, None]

    @property
    def numbers(self) -> list[int]:
        """The indices of the outputs that are scaled numbers; the others are flags and cycles."""
        starts = np.cumsum([0, *self._widths]).tolist()
        return [
            start for start, column in zip(starts, self._plain, strict=False) if column.is_number
        ]

    def _encode(self, data: Mapping[str, Any]) -> np.ndarray:
        """The features of a dict of columns, without those that are embedded."""
        given = [self._array_of(data, column.name) for column in self._plain]
        counts = {len(array) for array in given}
        if len(counts) > 1:
            sizes = ", ".join(
                f"{column.name!r}: {len(array)}"
                for column, array in zip(self._plain, given, strict=True)
            )
            raise ArgumentError(
                self.name, f"got columns of different lengths, {sizes}; expected one."
            )
        out = np.zeros((len(given[0]), sum(self._widths)), np.float32)
        start = 0
        for column, array, width in zip(self._plain, given, self._widths, strict=True):
            end = start + width
            try:
                column.encode(array, out[:, start:end])
            except CellError as error:
                column_name = f"{self.name}: {error.column}"
                raise CellError(column_name, error.row, error.problem) from None
            except (ValueError, TypeError) as error:
                raise type(error)(f"{self.name}: {error}") from None
            start = end
        return out

    def _array_of(self, data: Mapping[str, Any], key: str) -> np.ndarray:
        column = columns_named(data, [key], self.name)[key]
        return as_column(column, f"{self.name}: the column {key!r}")

    def call(self, inputs: Any) -> Any:
        """Return the features; what was encoded before the engine began, and vectors."""
        arrays = list(inputs) if isinstance(inputs, list | tuple) else [inputs]
        parts = arrays[: bool(self._plain)]
        for places, vectors in zip(arrays[bool(self._plain) :], self._vectors, strict=True):
            known = ops.cast(places >= 0, self.compute_dtype)
            found = ops.take(vectors, ops.maximum(places[:, 0], 0), axis=0)
            parts.append(ops.cast(found, self.compute_dtype) * known)
        return parts[0] if len(parts) == 1 else ops.concatenate(parts, axis=-1)

    def compute_output_shape(self, input_shape: Any) -> tuple:
        """Return the number of features, whatever the shapes of the columns are."""
        return (None, len(self.features))

    def get_config(self) -> dict[str, Any]:
        """Return the columns and what they have learnt."""
        return {**super().get_config(), "columns": [encode(column) for column in self.columns]}


def _features(columns: Iterable[Column]) -> list[str]:
    return [feature for column in columns for feature in column.features]


def columns_of(data: Any, what: str) -> dict[str, np.ndarray]:
    """Return the columns of a table as arrays of `data.columns.as_column`, by name.

    Args:
        data: a table of pandas, Polars or Arrow, a dict of columns, or one of single values: a row.
        what: the function's name, for messages.

    Raises:
        ArgumentError (a ValueError): for anything else, names that are no text, columns of
            different lengths, and a table without rows.
    """
    found = by_column(data, what)
    found = data if found is None else found
    if not isinstance(found, Mapping):
        raise ArgumentError(
            what,
            f"got {shown(data)}, expected a table of pandas, Polars or Arrow, or a dict of "
            "columns.",
        )
    if found and not any(isinstance(v, Sized) and not isinstance(v, str) for v in found.values()):
        found = {key: [value] for key, value in found.items()}  # one row
    arrays = {
        str(key): as_column(value, f"{what}: the column {key!r}") for key, value in found.items()
    }
    counts = {len(array) for array in arrays.values()}
    if len(arrays) < len(found) or len(counts) > 1:
        sizes = ", ".join(f"{key!r}: {len(array)}" for key, array in list(arrays.items())[:8])
        raise ArgumentError(what, f"got columns {sizes}; expected one length, and each name once.")
    if not arrays or not counts.pop():
        raise ArgumentError(what, "got a table without rows, expected some.")
    return arrays


def columns_named(columns: Mapping[Any, Any], names: Iterable[Any], what: str) -> dict[Any, Any]:
    """Return some columns of a table, in the order of their names.

    Args:
        columns: all columns, by name.
        names: those that are needed.
        what: the function's name, for messages.

    Raises:
        ArgumentError (a ValueError): if there is no column of a name.
    """
    names = list(names)
    for name in names:
        if name not in columns:
            raise ArgumentError(
                what,
                f"got a table without the column {name!r}, expected it. "
                f"{nearest(str(name), columns)}".rstrip(),
            )
    return {name: columns[name] for name in names}
