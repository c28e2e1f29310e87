"""Converts tables of pandas, Polars and Arrow to numbers, column by column.

The libraries are recognised by the modules of their objects; none of them is imported.
"""

from __future__ import annotations

import re

import numpy as np

from . import facts
from .notices import listed, sentence
from .numpy_dtypes import (
    BY_LAYERS,
    KINDS,
    as_native,
    as_numeric,
    text_advice,
    variable_name,
    with_variable_name,
)
from .rows import Rows, StoredTable, sparse_rows

#: Non-numeric Polars types by prefix: their name, what to do, and the code for it, in which E
#: stands for the column.
_BYTES = ("bytes", "Decode it and number its values.", "")
_POLARS = {
    **dict.fromkeys(
        ("String", "Utf8"), ("text", "Number its values:", "E.cast(pl.Categorical).to_physical()")
    ),
    "Binary": _BYTES,
    "Struct": ("records", "Take the fields apart, each as a column.", ""),
    **dict.fromkeys(
        ("Categorical", "Enum"),
        ("categories", "Use .to_dummies(), or as class indices:", "E.to_physical()"),
    ),
    "Date": ("dates", "Count the days since the first:", "(E - E.min()).dt.total_days()"),
    "Time": ("times of the day", "Count the nanoseconds:", "E.cast(int)"),
    "Duration": ("time spans", "Count in a unit:", "E.dt.total_seconds()"),
}
#: Types of Arrow that NumPy has too.
_PLAIN = {
    "float",
    "double",
    *(f"{sign}int{bits}" for sign in ("", "u") for bits in (8, 16, 32, 64)),
}
_IN_PANDAS = "Go on in pandas, where a message says how: V = V.to_pandas()."
#: The same for Arrow; V stands for the user's variable.
_ARROW = {
    **dict.fromkeys(("string", "large_string"), ("text", f"{_IN_PANDAS} {BY_LAYERS}")),
    **dict.fromkeys(("binary", "large_binary"), _BYTES[:2]),
    **dict.fromkeys(("struct", "map"), ("records", "Take the fields apart, each as a column.")),
    "dictionary": ("categories", "Use .indices of its chunks as class indices."),
    **dict.fromkeys(("date", "timestamp"), ("dates", _IN_PANDAS)),
    "time": ("times of the day", "Use .cast('int64')."),
    "duration": ("time spans", "Use .cast('int64') and divide by a unit."),
}


def by_column(value, what: str) -> dict | None:
    """Return the columns of a table of pandas, Polars, Arrow or Parquet by name, or None.

    Raises:
        ValueError: if two columns have the same name.
    """
    module = type(value).__module__.partition(".")[0]
    if module == "pandas" and getattr(value, "ndim", 1) == 2:
        columns = [(name, value.iloc[:, i]) for i, name in enumerate(value.columns)]
    elif module == "polars" and hasattr(value, "get_columns"):
        columns = [(column.name, column) for column in value.get_columns()]
    elif module == "pyarrow" and hasattr(value, "column_names"):
        columns = [(name, value.column(i)) for i, name in enumerate(value.column_names)]
    elif isinstance(value, StoredTable) and value.ndim == 2:
        columns = [(name, value[name]) for name in value.columns]
    else:
        return None
    found = dict(columns)
    if len(found) < len(columns):
        names = [name for name, _ in columns]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(
            sentence(what, f"two columns named {twice!r}", "names that tell the columns apart")
        )
    return found


def from_pandas(value, what: str) -> tuple[np.ndarray | Rows, tuple | None]:
    """Convert a DataFrame, Series, Index or array of pandas; return it and its column names."""
    if getattr(value, "ndim", 1) == 1:
        name = getattr(value, "name", None)
        column = what if name is None else f"{what} (column {name!r})"
        array = _pandas_column(value, column)
        return (array[:, None], (name,)) if hasattr(value, "iloc") else (array, None)
    names = tuple(value.columns)
    if names and all(str(d).startswith("Sparse[") and d.fill_value == 0 for d in value.dtypes):
        matrix = value.sparse.to_coo().tocsr()
        return sparse_rows(matrix, as_numeric(matrix.data, what)), names
    kinds = {getattr(d, "kind", "O") if isinstance(d, np.dtype) else "O" for d in value.dtypes}
    if len(set(value.dtypes)) == 1 and kinds <= set("iufb"):  # stored as one array
        return as_native(value.to_numpy()), names

    def read(table):
        return _joined(
            [
                _pandas_column(table.iloc[:, i], f"{what}, column {name!r}")
                for i, name in enumerate(names)
            ],
            len(table),
        )

    return _read(value, read, lambda table, rows: table.iloc[rows]), names


def _pandas_column(column, what: str) -> np.ndarray:
    dtype = column.dtype
    if isinstance(dtype, np.dtype) or str(dtype).startswith("Sparse["):
        return as_native(as_numeric(np.asarray(column), what))
    kind = getattr(dtype, "kind", "O")
    if kind in "biuf" and str(dtype) != "category":
        if column.isna().any():  # as NaN, so that the check of values names the row
            return column.to_numpy(dtype="float64", na_value=np.nan)
        return column.to_numpy(dtype=f"{kind}{dtype.itemsize}" if kind != "b" else "bool")
    if str(dtype) == "category":
        do = with_variable_name("Use class indices: V = V.cat.codes. Or pandas.get_dummies.", what)
        raise TypeError(sentence(what, f"categories {listed(dtype.categories, 3)}", "numbers", do))
    if str(dtype).startswith("period"):
        do = with_variable_name("Count them: V = V.astype('int64').", what)
        raise TypeError(sentence(what, f"spans of time (dtype {dtype})", "numbers", do))
    some = next(iter(column.dropna()), "")
    if str(dtype).startswith("interval"):
        got, do = "intervals", "Take their middles: V = pd.arrays.IntervalArray(V).mid."
    elif isinstance(some, str):
        got, do = text_advice(some)
    else:
        got, do = (
            KINDS[kind]
            if kind in "Mm"
            else (type(some).__name__, "Encode it as a number or drop that column.")
        )
    raise TypeError(
        sentence(what, f"{got} (dtype {dtype})", "numbers", with_variable_name(do, what))
    )


def from_polars(value, what: str) -> tuple[np.ndarray | Rows, tuple | None]:
    """Convert a DataFrame or Series of Polars; return it and its column names."""
    if hasattr(value, "collect"):
        raise TypeError(
            sentence(
                what,
                f"a {type(value).__name__}, which is a query still",
                "a table",
                "Use .collect().",
            )
        )
    if not hasattr(value, "get_columns"):
        named = f"{what} (column {value.name!r})" if value.name else what
        array = _polars_column(value, named)
        return (array[:, None], (value.name,)) if array.ndim == 1 else (array, None)

    def read(table):
        return _joined(
            [
                _polars_column(column, f"{what}, column {column.name!r}")
                for column in table.get_columns()
            ],
            table.shape[0],
        )

    return _read(value, read, lambda table, rows: table[rows]), tuple(value.columns)


def _polars_column(column, what: str) -> np.ndarray:
    kind = str(column.dtype)
    for start, (got, do, code) in _POLARS.items():
        if kind.startswith(start):
            do = f"{do} {_polars_code(code, column.name, what)} {BY_LAYERS * (got == 'text')}"
            raise TypeError(sentence(what, f"{got} ({kind[:40]})", "numbers", do.rstrip()))
    if (column.null_count() and not column.dtype.is_nested()) or "128" in kind:
        column = column.cast(float)  # missing values become NaN, as for pandas
    return as_native(as_numeric(column.to_numpy(), what))


def from_arrow(value, what: str) -> tuple[np.ndarray | Rows, tuple | None]:
    """Convert a table, record batch, array, chunked array or tensor of Arrow; return it and its
    column names."""
    if not hasattr(value, "column_names"):
        if hasattr(value, "null_count"):
            return _arrow_column(value, what), None
        return as_native(as_numeric(np.asarray(_to_numpy(value)), what)), None

    def read(table):
        return _joined(
            [
                _arrow_column(table.column(i), f"{what}, column {name!r}")
                for i, name in enumerate(table.column_names)
            ],
            table.num_rows,
        )

    def pick(table, rows):
        if isinstance(rows, slice):
            start, stop, _ = rows.indices(table.num_rows)
            return table.slice(start, stop - start)
        return table.take(rows)

    return _read(value, read, pick), tuple(value.column_names)


def arrow_batch(batch, what: str) -> np.ndarray:
    """The columns of a record batch side by side."""
    kinds = {str(kind) for kind in batch.schema.types}
    plain = len(kinds) == 1 and kinds <= _PLAIN and hasattr(batch, "to_tensor")
    if plain and not any(c.null_count for c in batch.columns):
        return batch.to_tensor(row_major=True).to_numpy()  # a pass over memory, in C++
    return _joined(
        [
            _arrow_column(column, f"{what}, column {name!r}")
            for name, column in zip(batch.schema.names, batch.columns, strict=True)
        ],
        batch.num_rows,
    )


def _to_numpy(value):
    return value.to_numpy() if hasattr(value, "to_numpy") else value


def _arrow_column(column, what: str) -> np.ndarray:
    kind = str(column.type)
    for start, (got, do) in _ARROW.items():
        if kind.startswith(start):
            raise TypeError(
                sentence(
                    what,
                    f"{got} ({kind[:40]})",
                    "numbers",
                    with_variable_name(do, what.partition(", column ")[0]),
                )
            )
    if kind.startswith("fixed_size_list") and not column.null_count:
        items = column.combine_chunks() if hasattr(column, "chunks") else column
        width = column.type.list_size
        return _arrow_column(items.flatten(), what).reshape(len(column), width)
    if column.null_count and not kind.startswith(("fixed_size_list", "list", "large_list")):
        column = column.cast("float64")
    if hasattr(column, "chunks"):
        return as_native(as_numeric(column.to_numpy(), what))
    return as_native(as_numeric(column.to_numpy(zero_copy_only=False), what))


def _polars_code(code: str, name: str, what: str) -> str:
    """Return the line of code that converts a column to numbers, in a table or alone."""
    v = variable_name(what)
    alone = not what.endswith(f", column {name!r}")
    code = re.sub(r"\bE\b", v if alone else f"pl.col({name!r})", code)
    return code and (f"{v} = {code}." if alone else f"{v} = {v}.with_columns({code}).")


def _joined(columns: list[np.ndarray], rows: int) -> np.ndarray:
    if len(columns) == 1 and columns[0].ndim == 2:
        return columns[0]
    return np.column_stack(columns) if columns else np.empty((rows, 0))


def _read(table, read, pick) -> np.ndarray | Rows:
    """Return the numbers of a table; a large one is converted batch by batch."""
    try:
        rows = Rows(table, read, pick)
    except TypeError:
        read(pick(table, slice(0, 8)))  # raises a message with an example value
        raise
    return rows if rows.nbytes > facts.LARGE else read(table)
