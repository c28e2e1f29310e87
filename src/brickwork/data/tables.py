"""Tables of pandas, Polars and Arrow -> numbers, each column looked at on its own.

The libraries are known by what their objects say of themselves; none of them is imported.
"""

from __future__ import annotations

import numpy as np

from . import facts
from .kinds import KINDS, native, numeric
from .notices import listed, sentence
from .rows import Rows, sparse_rows

#: What columns of Polars and Arrow may hold that is no number, by how their types begin.
_DATES = ("dates", "Count from one of them: the days since the first, for instance.")
_TEXT = ("text", "Encode it as numbers: the place of each among the distinct ones.")
_BYTES = ("bytes", "Decode and encode it as numbers.")
_RECORDS = ("records", "Take the fields apart, each as a column.")
_POLARS = {
    "String": _TEXT, "Utf8": _TEXT, "Binary": _BYTES, "Struct": _RECORDS,
    "Categorical": ("categories", "Use .to_physical() as class numbers, or .to_dummies()."),
    "Enum": ("categories", "Use .to_physical() as class numbers, or .to_dummies()."),
    "Date": _DATES, "Time": ("times of the day", "Use .cast(int)."),
    "Duration": ("time spans", "Use .dt.total_seconds(), or another unit."),
}
_ARROW = {
    "string": _TEXT, "large_string": _TEXT, "binary": _BYTES, "large_binary": _BYTES,
    "struct": _RECORDS, "map": _RECORDS,
    "dictionary": ("categories", "Use .indices of its chunks as class numbers."),
    "date": _DATES, "timestamp": _DATES, "time": ("times of the day", "Use .cast('int64')."),
    "duration": ("time spans", "Use .cast('int64') and divide by a unit."),
}


def from_pandas(value, what: str) -> tuple[np.ndarray | Rows, tuple | None]:
    """A DataFrame, Series, Index or array of pandas, and the names of its columns."""
    if getattr(value, "ndim", 1) == 1:
        name = getattr(value, "name", None)
        column = what if name is None else f"{what}, column {name!r}"
        array = _pandas_column(value, column)
        return (array[:, None], (name,)) if hasattr(value, "iloc") else (array, None)
    names = tuple(value.columns)
    if names and all(str(d).startswith("Sparse[") and d.fill_value == 0 for d in value.dtypes):
        matrix = value.sparse.to_coo().tocsr()
        return sparse_rows(matrix, numeric(matrix.data, what)), names
    kinds = {getattr(d, "kind", "O") if isinstance(d, np.dtype) else "O" for d in value.dtypes}
    if len(set(value.dtypes)) == 1 and kinds <= set("iufb"):  # lies in memory as an array
        return native(value.to_numpy()), names

    def read(table):
        return _joined([_pandas_column(table.iloc[:, i], f"{what}, column {name!r}")
                        for i, name in enumerate(names)], len(table))

    return _read(value, read, lambda table, rows: table.iloc[rows]), names


def _pandas_column(column, what: str) -> np.ndarray:
    dtype = column.dtype
    if isinstance(dtype, np.dtype) or str(dtype).startswith("Sparse["):
        return native(numeric(np.asarray(column), what))
    kind = getattr(dtype, "kind", "O")
    if kind in "biuf" and str(dtype) != "category":
        if column.isna().any():  # shown as NaN, so that the check of values names the row
            return column.to_numpy(dtype="float64", na_value=np.nan)
        return column.to_numpy(dtype=f"{kind}{dtype.itemsize}" if kind != "b" else "bool")
    if str(dtype) == "category":
        got, do = "categories", "Use .cat.codes as class numbers, or pandas.get_dummies."
        raise TypeError(sentence(what, f"{got} {listed(dtype.categories, 3)}", "numbers", do))
    got, do = KINDS.get("M" if kind == "M" else "m" if kind == "m" else "U")
    raise TypeError(sentence(what, f"{got} (dtype {dtype})", "numbers", do))


def from_polars(value, what: str) -> tuple[np.ndarray | Rows, tuple | None]:
    """A DataFrame or Series of Polars, and the names of its columns."""
    if hasattr(value, "collect"):
        raise TypeError(sentence(what, f"a {type(value).__name__}, which is a query still",
                                 "a table", "Use .collect()."))
    if not hasattr(value, "get_columns"):
        named = f"{what}, column {value.name!r}" if value.name else what
        array = _polars_column(value, named)
        return (array[:, None], (value.name,)) if array.ndim == 1 else (array, None)

    def read(table):
        return _joined([_polars_column(column, f"{what}, column {column.name!r}")
                        for column in table.get_columns()], table.shape[0])

    return _read(value, read, lambda table, rows: table[rows]), tuple(value.columns)


def _polars_column(column, what: str) -> np.ndarray:
    kind = str(column.dtype)
    _refuse(kind, _POLARS, what)
    if (column.null_count() and not column.dtype.is_nested()) or "128" in kind:
        column = column.cast(float)  # gaps are shown as NaN, as those of pandas
    return native(numeric(column.to_numpy(), what))


def from_arrow(value, what: str) -> tuple[np.ndarray | Rows, tuple | None]:
    """A table, a batch of records, an array, chunks of one or a tensor of Arrow, and the names of
    its columns."""
    if not hasattr(value, "column_names"):
        if hasattr(value, "null_count"):
            return _arrow_column(value, what), None
        return native(numeric(np.asarray(_to_numpy(value)), what)), None

    def read(table):
        return _joined([_arrow_column(table.column(i), f"{what}, column {name!r}")
                        for i, name in enumerate(table.column_names)], table.num_rows)

    def pick(table, rows):
        if isinstance(rows, slice):
            start, stop, _ = rows.indices(table.num_rows)
            return table.slice(start, stop - start)
        return table.take(rows)

    return _read(value, read, pick), tuple(value.column_names)


def _to_numpy(value):
    return value.to_numpy() if hasattr(value, "to_numpy") else value


def _arrow_column(column, what: str) -> np.ndarray:
    kind = str(column.type)
    _refuse(kind, _ARROW, what)
    if kind.startswith("fixed_size_list") and not column.null_count:
        items = column.combine_chunks() if hasattr(column, "chunks") else column
        return _arrow_column(items.flatten(), what).reshape(len(column), -1)
    if column.null_count and not kind.startswith(("fixed_size_list", "list", "large_list")):
        column = column.cast("float64")
    if hasattr(column, "chunks"):
        return native(numeric(column.to_numpy(), what))
    return native(numeric(column.to_numpy(zero_copy_only=False), what))


def _refuse(kind: str, kinds: dict, what: str) -> None:
    for start, (got, do) in kinds.items():
        if kind.startswith(start):
            raise TypeError(sentence(what, f"{got} ({kind[:40]})", "numbers", do))


def _joined(columns: list[np.ndarray], rows: int) -> np.ndarray:
    return np.column_stack(columns) if columns else np.empty((rows, 0))


def _read(table, read, pick) -> np.ndarray | Rows:
    """The numbers of a table; of one too large to be checked at once, batch by batch."""
    rows = Rows(table, read, pick)
    return rows if rows.nbytes > facts.LARGE else read(table)
