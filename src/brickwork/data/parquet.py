"""Tables in Parquet files, of which only some rows are in memory at a time."""

from __future__ import annotations

import glob
import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

import numpy as np

from ..errors import ArgumentError
from .notices import listed, nearest
from .rows import StoredTable

if TYPE_CHECKING:
    import pyarrow as pa

#: Values that are decoded at a time, and rows at most: 784 columns took 6 us a row by 8,192 rows,
#: and 19 by 1,024, since each column costs some microseconds.
DECODED, ROWS = 1 << 23, 1 << 16


class ParquetTable(StoredTable):
    """A table in one or more Parquet files, for `fit`, `evaluate` and `predict`.

    Columns are selected as in pandas. A table of more than a gigabyte is read while it is used, in
    windows of some 64 MB: row groups come in a random order, and the rows of each window are
    shuffled. Smaller ones are read at once. Where several processes train together each reads its
    own part of a large table.

    Args:
        path: a file, a folder (all its files ``*.parquet``), a pattern such as
            ``"rides/2026-*.parquet"``, or a list of files, whose rows follow each other in this
            order. All have the same columns.

    Attributes:
        columns: the names of the columns, a tuple.
        shape: ``(rows, columns)``; of a single column ``(rows,)``.
        first: the place of its first row in the files.

    Raises:
        ArgumentError (a ValueError): where there is no such file, files differ in their columns,
            or pyarrow is not installed.

    >>> import numpy as np, pyarrow, pyarrow.parquet, tempfile
    >>> path = tempfile.mkdtemp() + "/sums.parquet"
    >>> a, b = np.random.default_rng(0).normal(size=(2, 256))
    >>> pyarrow.parquet.write_table(pyarrow.table({"a": a, "b": b, "sum": a + b}), path)
    >>> table = ParquetTable(path)
    >>> table.drop("sum").shape, table["sum"].shape
    ((256, 2), (256,))
    >>> from brickwork import Sequential, layers
    >>> model = Sequential([layers.Dense(1)])
    >>> model.compile("sgd", "mse")
    >>> history = model.fit(table.drop("sum"), table["sum"], epochs=2, verbose=0)
    """

    def __init__(self, path: str | os.PathLike | Sequence[str | os.PathLike]):
        self._files = _Files(_paths(path))
        self.columns: tuple[str, ...] = self._files.columns
        self._alone = False  # one column, as an array of one dimension
        self.first, self._last = 0, self._files.rows
        self._cursor = _Cursor(self._files, self.columns)

    def __len__(self) -> int:
        return self._last - self.first

    @property
    def shape(self) -> tuple[int, ...]:
        """``(rows, columns)``; of a single column ``(rows,)``."""
        return (len(self),) if self._alone else (len(self), len(self.columns))

    @property
    def ndim(self) -> int:
        """The number of dimensions, 2 or 1."""
        return len(self.shape)

    def __getitem__(self, key: str | Sequence[str] | slice) -> ParquetTable:
        """Select a column, some columns, or neighbouring rows; nothing is read.

        Args:
            key: a name, a list of names, or a slice without a step.

        Returns:
            A `ParquetTable`.
        """
        if isinstance(key, slice):
            start, stop, step = key.indices(len(self))
            if step != 1:
                raise ArgumentError("ParquetTable", f"got a step of {step}, expected 1.")
            return self._with(rows=(self.first + start, self.first + max(start, stop)))
        names = [key] if isinstance(key, str) else list(key)
        for name in names:
            self._check(name)
        return self._with(columns=tuple(names), alone=isinstance(key, str))

    def drop(self, columns: str | Iterable[str]) -> ParquetTable:
        """Return the table without some columns.

        Args:
            columns: a name, or several.

        Returns:
            A `ParquetTable`; nothing is read.
        """
        left_out = [columns] if isinstance(columns, str) else list(columns)
        for name in left_out:
            self._check(name)
        return self[[name for name in self.columns if name not in left_out]]

    def read(self) -> pa.Table:
        """Return all of it, in memory.

        Returns:
            A ``pyarrow.Table``.
        """
        import pyarrow as pa

        schema = pa.schema([self._files.schema.field(name) for name in self.columns])
        return pa.Table.from_batches(list(self.batches()), schema)

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> np.ndarray:
        from .numbers import as_array

        return np.asarray(as_array(self, "ParquetTable"), dtype)

    def batches(self) -> Iterator[pa.RecordBatch]:
        """Read the rows in order.

        Returns:
            An iterator of record batches of Arrow's.
        """
        return self._cursor.batches(self.first, self._last)

    @property
    def cuts(self) -> np.ndarray:
        """Where row groups begin, and the number of rows: ints ``(row groups + 1,)``."""
        ends = self._files.ends
        inner = ends[(ends > self.first) & (ends < self._last)]
        return np.array([self.first, *inner, self._last]) - self.first

    def __repr__(self) -> str:
        return f"<ParquetTable of {len(self)} rows: {listed(self.columns)}>"

    def _check(self, name: str) -> None:
        if name not in self.columns:
            raise ArgumentError(
                "ParquetTable",
                f"got the column {name!r}, expected one of {listed(self.columns, 8)}. "
                f"{nearest(name, self.columns)}".rstrip(),
            )

    def _with(
        self,
        columns: tuple[str, ...] | None = None,
        alone: bool | None = None,
        rows: tuple[int, int] | None = None,
    ) -> ParquetTable:
        found = object.__new__(ParquetTable)
        found._files = self._files
        found.columns = self.columns if columns is None else columns
        found._alone = self._alone if alone is None else alone
        found.first, found._last = rows or (self.first, self._last)
        same = found.columns == self.columns
        found._cursor = self._cursor if same else _Cursor(self._files, found.columns)
        return found


class _Files:
    """Files whose rows follow each other, and what their footers say."""

    def __init__(self, paths: list[str]):
        try:
            from pyarrow import ArrowException, parquet
        except ImportError:
            raise ArgumentError(
                "ParquetTable",
                "needs pyarrow, which is not installed: pip install 'brickwork[parquet]'.",
            ) from None
        self.groups: list[tuple[str, int]] = []
        self._footers: dict[str, Any] = {}  # of many columns one takes 25 ms to read
        self.schema: Any = None
        counts = []
        for path in paths:
            try:
                with parquet.ParquetFile(path) as file:
                    schema, metadata = file.schema_arrow.remove_metadata(), file.metadata
                    self._footers[path] = metadata
            except (OSError, ArrowException) as error:
                raise ArgumentError("ParquetTable.path", f"{path}: {error}") from None
            if self.schema is None:
                self.schema = schema
            elif not schema.equals(self.schema):
                raise ArgumentError(
                    "ParquetTable.path",
                    f"{path} has other columns than {paths[0]}: {_differ(schema, self.schema)}.",
                )
            for group in range(metadata.num_row_groups):
                self.groups.append((path, group))
                counts.append(metadata.row_group(group).num_rows)
        self.columns = tuple(self.schema.names)
        twice = next((n for n in self.columns if self.columns.count(n) > 1), None)
        if twice is not None:
            raise ArgumentError("ParquetTable.path", f"{paths[0]} has two columns {twice!r}.")
        self.ends = np.cumsum(counts, dtype=np.int64)
        self.rows = int(self.ends[-1]) if counts else 0

    def decode(self, group: int, columns: tuple[str, ...]) -> Iterator[pa.RecordBatch]:
        """Yield the rows of a row group, from its beginning."""
        from pyarrow import parquet

        path, number = self.groups[group]
        size = min(ROWS, DECODED // max(1, len(columns)))
        with parquet.ParquetFile(path, metadata=self._footers[path]) as file:
            for batch in file.iter_batches(size, row_groups=[number], columns=list(columns)):
                yield batch.select(list(columns))


class _Cursor:
    """Reads rows; those that follow the last ones are not searched for."""

    def __init__(self, files: _Files, columns: tuple[str, ...]):
        self.files, self.columns = files, columns
        self._lock = Lock()
        self._group, self._row = -1, 0  # the place of the next row
        self._rows: Iterator[pa.RecordBatch] = iter(())
        self._left: pa.RecordBatch | None = None  # decoded and not yet read

    def batches(self, first: int, last: int) -> Iterator[pa.RecordBatch]:
        with self._lock:
            found = list(self._read(first, last))
        return iter(found)

    def _read(self, first: int, last: int) -> Iterator[pa.RecordBatch]:
        while first < last:
            group = int(np.searchsorted(self.files.ends, first, "right"))
            if group != self._group or first < self._row:
                self._group, self._left = group, None
                self._row = int(self.files.ends[group - 1]) if group else 0
                self._rows = self.files.decode(group, self.columns)
            batch = self._left if self._left is not None else next(self._rows, None)
            if batch is None:
                raise OSError(f"{self.files.groups[group][0]} has changed while it was read")
            ends = self._row + batch.num_rows
            if ends <= first:  # rows before the wanted ones
                self._row, self._left = ends, None
                continue
            start, stop = first - self._row, min(ends, last) - self._row
            yield batch.slice(start, stop - start)
            first = self._row = self._row + stop
            self._left = batch.slice(stop) if stop < batch.num_rows else None


def _paths(given: Any) -> list[str]:
    if isinstance(given, str | os.PathLike):
        path = os.fspath(given)
        if os.path.isdir(path):
            found = sorted(str(p) for p in Path(path).glob("*.parquet"))
        elif os.path.exists(path) or not glob.has_magic(path):
            found = [path]
        else:
            found = sorted(glob.glob(path, recursive=True))
    else:
        found = [os.fspath(path) for path in given]
    if not found:
        raise ArgumentError("ParquetTable.path", f"got {given!r}, which has no files *.parquet.")
    return found


def _differ(found: Any, expected: Any) -> str:
    for name in expected.names:
        if name not in found.names:
            return f"it lacks {name!r}"
        if found.field(name).type != expected.field(name).type:
            return f"{name!r} is {found.field(name).type}, and {expected.field(name).type} there"
    more = [name for name in found.names if name not in expected.names]
    return f"it has {more[0]!r}, too" if more else "they are in another order"
