"""Tables in Parquet files, of which only some rows are in memory at a time."""

from __future__ import annotations

import glob
import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

import numpy as np

from ..errors import ArgumentError
from . import facts
from .notices import listed, nearest
from .rows import Rows, StoredTable
from .tables import arrow_batch

if TYPE_CHECKING:
    import pyarrow as pa

#: Values that are decoded at a time, and rows at most: 784 columns took 6 us a row by 8,192 rows,
#: and 19 by 1,024, since each column costs some microseconds.
DECODED, ROWS = 1 << 23, 1 << 16
#: Files that are open at a time.
OPEN = 16


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

    def __iter__(self) -> Iterator[str]:
        return iter(self.columns)

    def __contains__(self, name: object) -> bool:
        return name in self.columns

    def __getitem__(self, key: str | Sequence[str] | slice | np.ndarray) -> Any:
        """Select a column, some columns, or rows; nothing is read of neighbouring ones.

        Args:
            key: a name, a list of names, a slice of rows without a step; or, for a table of up to a
                gigabyte, an array of the indices of rows.

        Returns:
            A `ParquetTable`; for indices an array of these rows.
        """
        if isinstance(key, slice):
            start, stop, step = key.indices(len(self))
            if step != 1:
                raise ArgumentError("ParquetTable", f"got a step of {step}, expected 1.")
            return self._with(rows=(self.first + start, self.first + max(start, stop)))
        if isinstance(key, np.ndarray) and key.dtype.kind in "iub":
            if len(self) * 8 * self._files.width(self.columns) > facts.LARGE:
                raise ArgumentError(
                    "ParquetTable",
                    "got indices of rows, expected neighbouring ones: in a table of this size "
                    "others would have to be searched for.",
                )
            return np.asarray(self)[key]
        if not isinstance(key, str | list | tuple):
            raise ArgumentError("ParquetTable", f"got {key!r}, expected a name of a column.")
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

    def to_pandas(self) -> Any:
        """Return all of it, in memory.

        Returns:
            A ``pandas.DataFrame``; of a single column a ``Series``.
        """
        found = self.read().to_pandas()
        return found[self.columns[0]] if self._alone else found

    def in_arrow(self) -> Any:
        """Return all of it, in memory.

        Returns:
            A ``pyarrow.Table``; of a single column a ``ChunkedArray``.
        """
        return self.read().column(0) if self._alone else self.read()

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> np.ndarray:
        return np.asarray(read_rows(self, "ParquetTable"), dtype)

    def batches(self) -> Iterator[pa.RecordBatch]:
        """Read the rows in order.

        Returns:
            An iterator of record batches of Arrow's.
        """
        step = max(1, DECODED // max(1, self._files.width(self.columns)))
        for start in range(self.first, self._last, step):
            yield from self._cursor.batches(start, min(start + step, self._last))

    @property
    def has_lists(self) -> bool:
        """Whether a column has lists of any length, which is that of the first one."""
        types = [str(self._files.schema.field(name).type) for name in self.columns]
        return any(kind.startswith(("list", "large_list")) for kind in types)

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

    def __reduce__(self) -> tuple:
        return _restored, (self._files.paths, self.columns, self._alone, self.first, self._last)

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


def from_parquet(value: ParquetTable, what: str) -> tuple[np.ndarray | Rows, tuple | None]:
    """Convert a table in Parquet files; return it and its column names."""
    row = read_rows(value[:1], what).shape[1:] if len(value) and value.has_lists else None
    rows = Rows(value, partial(read_rows, what=what), lambda table, k: table[k], row=row)
    found = rows if rows.nbytes > facts.LARGE else rows.read()
    return found, value.columns if value.ndim == 2 else None


def read_rows(table: ParquetTable, what: str) -> np.ndarray:
    """Return the rows of a table in Parquet files, as an array of numbers."""
    found, start = None, 0
    for batch in table.batches():
        part = arrow_batch(batch, what)
        if found is None:
            found = np.empty((len(table), *part.shape[1:]), part.dtype)
        elif (dtype := np.result_type(found, part)) != found.dtype:  # there are missing values
            found = found.astype(dtype)
        found[start : start + len(part)] = part
        start += len(part)
    if found is None:
        found = arrow_batch(table.read().combine_chunks(), what)
    return found[:, 0] if table.ndim == 1 and found.shape[1] == 1 else found


def _restored(
    paths: list[str], columns: tuple[str, ...], alone: bool, first: int, last: int
) -> ParquetTable:
    return ParquetTable(paths)._with(columns, alone, (first, last))


class _Files:
    """Files whose rows follow each other, and what their footers say."""

    def __init__(self, paths: list[str]):
        try:
            from pyarrow import parquet
        except ImportError:
            raise ArgumentError(
                "ParquetTable",
                "needs pyarrow, which is not installed: pip install 'brickwork[parquet]'.",
            ) from None
        self.paths, self.groups = paths, []  # type: list[str], list[tuple[str, int]]
        self._footers: dict[str, Any] = {}  # of many columns one takes 25 ms to read
        self._states: dict[str, tuple] = {}
        self._open: dict[_Cursor, None] = {}  # the cursors that have a file open, the last one last
        self.schema: Any = None
        counts = []
        for path in paths:
            try:
                with _named(path), parquet.ParquetFile(path) as file:
                    schema, footer = file.schema_arrow.remove_metadata(), file.metadata
            except OSError as error:
                raise ArgumentError("ParquetTable.path", str(error)) from None
            self._footers[path], self._states[path] = footer, _state(path)
            if self.schema is None:
                self.schema = schema
            elif difference := _difference(schema, self.schema):
                raise ArgumentError(
                    "ParquetTable.path",
                    f"{path} has other columns than {paths[0]}: {difference}.",
                )
            for group in range(footer.num_row_groups):
                self.groups.append((path, group))
                counts.append(footer.row_group(group).num_rows)
        self.columns = tuple(self.schema.names)
        twice = next((n for n in self.columns if self.columns.count(n) > 1), None)
        if twice is not None:
            raise ArgumentError("ParquetTable.path", f"{paths[0]} has two columns {twice!r}.")
        self.ends = np.cumsum(counts, dtype=np.int64)
        self.rows = int(self.ends[-1]) if counts else 0

    def width(self, columns: tuple[str, ...]) -> int:
        """The values of a row."""
        types = [self.schema.field(name).type for name in columns]
        return sum(max(1, getattr(kind, "list_size", 1)) for kind in types)

    def open(self, path: str, cursor: _Cursor) -> Any:
        """Return a file for a cursor; of many cursors the first ones have to open theirs again."""
        from pyarrow import parquet

        if _state(path) != self._states[path]:
            raise OSError(f"{path} has changed since the ParquetTable was made")
        self._open.pop(cursor, None)
        self._open[cursor] = None
        if len(self._open) > OPEN:
            oldest = next(iter(self._open))
            del self._open[oldest]
            oldest.close()
        return parquet.ParquetFile(path, metadata=self._footers[path])


class _Cursor:
    """Reads rows; those that follow the last ones are not searched for."""

    def __init__(self, files: _Files, columns: tuple[str, ...]):
        self.files, self.columns = files, columns
        self._lock = Lock()
        self._file: tuple[str, Any] | None = None
        self._forget()

    def _forget(self) -> None:
        if self._file is not None:
            self._file[1].close(force=True)
        self._file = None
        self._group, self._row = -1, 0  # the place of the next row
        self._rows: Iterator[pa.RecordBatch] = iter(())
        self._left: pa.RecordBatch | None = None  # decoded and not yet read

    def close(self) -> None:
        """Close the file, unless somebody reads it."""
        if self._lock.acquire(blocking=False):
            try:
                self._forget()
            finally:
                self._lock.release()

    def batches(self, first: int, last: int) -> list[pa.RecordBatch]:
        """The rows between two places."""
        with self._lock:
            try:
                return list(self._read(first, last))
            except BaseException:  # an interrupt, too: what was decoded may be lost
                self._forget()
                raise

    def _read(self, first: int, last: int) -> Iterator[pa.RecordBatch]:
        while first < last:
            group = int(np.searchsorted(self.files.ends, first, "right"))
            path = self.files.groups[group][0]
            if group != self._group or first < self._row:
                self._begin(group)
            with _named(path):
                batch = self._left if self._left is not None else next(self._rows, None)
            if batch is None:
                raise OSError(f"{path}: the file ends before its rows do")
            ends = self._row + batch.num_rows
            if ends <= first:  # rows before the wanted ones
                self._row, self._left = ends, None
                continue
            start, stop = first - self._row, min(ends, last) - self._row
            yield batch.slice(start, stop - start)
            first = self._row = self._row + stop
            self._left = batch.slice(stop) if stop < batch.num_rows else None

    def _begin(self, group: int) -> None:
        """Decode a row group from its beginning."""
        path, number = self.files.groups[group]
        if self._file is not None and self._file[0] != path:
            self._forget()
        self._group, self._left = group, None
        self._row = int(self.files.ends[group - 1]) if group else 0
        with _named(path):
            if self._file is None:
                self._file = path, self.files.open(path, self)
            size = max(1, min(ROWS, DECODED // max(1, self.files.width(self.columns))))
            names = list(self.columns)
            found = self._file[1].iter_batches(size, row_groups=[number], columns=names)
            self._rows = (batch.select(names) for batch in found)


@contextmanager
def _named(path: str) -> Iterator[None]:
    """A block whose errors name the file."""
    from pyarrow import ArrowException

    try:
        yield
    except (OSError, ArrowException) as error:
        said = str(error)
        raise OSError(said if path in said else f"{path}: {said}") from None


def _state(path: str) -> tuple[int, int]:
    """What changes when a file is written anew."""
    found = os.stat(path)
    return found.st_size, found.st_mtime_ns


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
    return [os.path.abspath(path) for path in found]


def _difference(found: Any, expected: Any) -> str:
    """How the columns of a file differ from those of the first one; "" if they do not."""
    for name in expected.names:
        if name not in found.names:
            return f"it lacks {name!r}"
        if found.field(name).type != expected.field(name).type:
            return f"{name!r} is {found.field(name).type}, and {expected.field(name).type} there"
    more = [name for name in found.names if name not in expected.names]
    if more:
        return f"it has {more[0]!r}, too"
    return "" if found.names == expected.names else "they are in another order"
