"""Reads tables from files, portion by portion: CSV, and Parquet through PyArrow."""

from __future__ import annotations

import csv
import io
import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain

import numpy as np

from ..data.columns import MISSING, inferred, without_missing
from ..data.notices import listed, nearest
from ..errors import ArgumentError
from .failures import note

CHUNK_ROWS = 8192  # per portion
_DELIMITERS = ",;\t|"
_TRUTH_VALUES = {"true": 1.0, "false": 0.0}
_OTHER_FORMATS = (
    (b"PK\x03\x04", "an Excel workbook or a zip", "save it as CSV (UTF-8) there"),
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook", "save it as CSV (UTF-8) there"),
    (b"\x1f\x8b", "compressed", "gunzip -c FILE | brickwork ... -"),
    (b"\x89HDF", "an HDF5 file", "a model stands before the table"),
    (b"SQLite", "a database", "write a query's result as CSV"),
)
_BYTE_ORDER_MARKS = (
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
    (b"\xef\xbb\xbf", "utf-8-sig"),
)


class TableError(ValueError):
    """A table that cannot be read; the message gives the position and what was expected."""


@dataclass(frozen=True)
class TableFormat:
    """The format of a CSV file; None means that it is detected.

    Args:
        delimiter: the character between cells.
        decimal: the decimal mark.
        encoding: the name of the character encoding.
        header: whether the first line names the columns.
    """

    delimiter: str | None = None
    decimal: str = "."
    encoding: str | None = None
    header: bool = True


@dataclass(frozen=True)
class Portion:
    """Consecutive rows of a table.

    Args:
        columns: for each column a list of strings or an array.
        lines: the line in the file where each row ends, for messages; None: rows count from
            `first`.
        first: the number of the first row.
    """

    columns: list
    lines: list[int] | None
    first: int = 1

    def place(self, row: int) -> str:
        """Return the position of a row: ``line 12``."""
        return f"line {self.lines[row]}" if self.lines else f"row {self.first + row}"


@dataclass(frozen=True)
class Table:
    """The columns of a file and an iterator over its rows.

    Args:
        name: the file's name, for messages.
        names: the column names.
        portions: the rows; at least one portion.
        spelling: the format of the file.
    """

    name: str
    names: list[str]
    portions: Iterator[Portion]
    format: TableFormat

    def numbers(
        self, portion: Portion, index: int, allow_missing: bool, dtype: str = "float64"
    ) -> np.ndarray:
        """Return a column as a float64 array of shape ``(rows,)``.

        Args:
            portion: the rows.
            index: the index of the column.
            allow_missing: whether values may be missing; they become NaN.
            dtype: the dtype whose range the values must fit.

        Raises:
            TableError: for a cell that is not a number; names row and column.
        """
        cells = portion.columns[index]
        try:
            if isinstance(cells, list) and self.format.decimal != ".":
                cells = list(map(self._with_point, cells))
            if getattr(cells, "dtype", np.dtype("U")).kind in "mM":
                raise ValueError
            with np.errstate(invalid="ignore"):  # NaN is reported below
                values = np.array(cells, np.float64)
        except (ValueError, TypeError):
            values = np.array(
                [
                    self._number(cell, portion, row, index)
                    for row, cell in enumerate(portion.columns[index])
                ]
            )
        most = np.finfo(dtype).max if dtype in ("float16", "float32", "float64") else np.inf
        wrong = np.isnan(values) & (not allow_missing) | (np.abs(values) > most) | np.isinf(values)
        if wrong.any():
            row = int(wrong.argmax())
            cell = portion.columns[index][row]
            missing = np.isnan(values[row])
            raise TableError(
                f"{self.where(portion, row, index)}: "
                + ("the cell is empty" if missing and not str(cell).strip() else f"got {cell}")
                + (
                    ", and the model takes numbers only. Fill in the missing value, or leave the "
                    "row out."
                    if missing
                    else f", expected a number that a {dtype} can hold."
                )
            )
        return values

    def _with_point(self, cell: str) -> str:
        """Return a cell with a decimal point; 1.234 is refused, since it may mean 1234."""
        return cell.replace(".", "?").replace(self.format.decimal, ".")

    def _number(self, cell, portion: Portion, row: int, index: int) -> float:
        text = "" if cell is None else str(cell).strip()
        other_mark = isinstance(portion.columns[index], list) and self.format.decimal != "."
        try:
            return float(self._with_point(text) if other_mark else text)
        except ValueError:
            pass
        if text.lower() in MISSING:
            return np.nan
        if text.lower() in _TRUTH_VALUES:
            return _TRUTH_VALUES[text.lower()]
        hint = ""
        if re.fullmatch(r"[+-]?\d+,\d+", text):
            hint = " If its comma is a decimal mark: --decimal ,"
        if other_mark and "." in text:
            hint = (
                f" The decimal mark is {self.format.decimal!r}, and points between thousands "
                "are not read: take them out."
            )
        raise TableError(
            f"{self.where(portion, row, index)}: got {text[:40]!r}, expected a number.{hint}"
        )

    def texts(self, portion: Portion, index: int) -> list[str]:
        """Return a column as strings."""
        cells = portion.columns[index]
        return (
            cells
            if isinstance(cells, list)
            else ["" if cell is None else str(cell) for cell in cells.tolist()]
        )

    def column(self, portion: Portion, index: int) -> np.ndarray:
        """Return a column as it is, for a model that begins with a `Table`: texts of a CSV file
        with None for missing values, or an array."""
        cells = portion.columns[index]
        if not isinstance(cells, list):
            return cells
        if self.format.decimal == ".":
            return without_missing(cells)
        return inferred(np.array(cells, object), self.format.decimal)

    def where(self, portion: Portion, row: int, index: int) -> str:
        """Return the position of a cell: ``new.csv, line 12, column 'age'``."""
        return f"{self.name}, {portion.place(row)}, column {self.names[index]!r}"


def table_format(given) -> TableFormat:
    """Return the format that the arguments of a command give."""
    delimiter = {"tab": "\t", "\\t": "\t"}.get(given.delimiter, given.delimiter)
    if delimiter is not None and len(delimiter) != 1:
        raise ArgumentError("--delimiter", f"got {delimiter!r}, expected one character, or tab.")
    return TableFormat(delimiter, given.decimal, given.encoding, not given.no_header)


def names_listed(text: str | None) -> list[str]:
    """Return ``a,b`` as names; one with a comma in it stands in quotes."""
    return [name.strip() for name in next(csv.reader([text]))] if text else []


@contextmanager
def open_table(path: str, format: TableFormat):
    """Open the table in a file, or on standard input (``-``).

    Raises:
        TableError: if it is not a table or has no rows.
        OSError: if the file does not exist.
    """
    name = "standard input" if path == "-" else os.path.basename(path)
    with _standard_input() if path == "-" else open(path, "rb") as file:
        start = file.peek(8)[:8]
        for mark, what, do in _OTHER_FORMATS:
            if start.startswith(mark):
                raise TableError(
                    f"{name}: this is {what}, expected a table as CSV or Parquet: {do}."
                )
        if path.endswith(".parquet") and not start.startswith(b"PAR1"):
            raise TableError(f"{name}: damaged, or no Parquet file: it does not begin with PAR1.")
        if start.startswith(b"PAR1"):
            yield _parquet_table(name, file, format)
        else:
            coding = format.encoding or next(
                (coding for mark, coding in _BYTE_ORDER_MARKS if start.startswith(mark)), "utf-8"
            )
            try:
                text = io.TextIOWrapper(file, coding, newline="")
            except LookupError:
                raise ArgumentError(
                    "--encoding",
                    f"got {coding!r}, which Python does not know; "
                    "expected utf-8, cp1252, cp949 or the like.",
                ) from None
            yield _csv_table(name, text, format)


def _standard_input():
    if sys.stdin is None:
        raise TableError("standard input is closed, expected a table as CSV.")
    if sys.stdin.isatty():
        note("type or paste the table as CSV, then Ctrl-D (or Ctrl-C to give up).")
    return sys.stdin.buffer


def _csv_table(name: str, text, format: TableFormat) -> Table:
    with _read_errors(name, None, text.encoding):
        first = text.readline(1 << 20)
        before = re.fullmatch(r"sep=(.)\r?\n?", first)  # Excel's line for the delimiter
        if before:
            first = text.readline(1 << 20)
    delimiter = (
        format.delimiter
        or (before and before[1])
        or max(_DELIMITERS, key=lambda mark: len(next(csv.reader([first], delimiter=mark), ())))
    )
    reader = csv.reader(
        chain([first], text), delimiter=delimiter, strict=True, skipinitialspace=True
    )
    with _read_errors(name, reader, text.encoding):
        header = next(reader, None)
    if not header:
        raise TableError(
            f"{name} is empty, expected a line with the names of the columns, and rows below it."
        )
    rows, skipped = reader, 1 if before else 0
    # A column without a name, as pandas writes for its index, gets one.
    names = [cell.strip() or f"column {i}" for i, cell in enumerate(header, 1)]
    if not format.header:
        names, rows = [str(i) for i in range(len(header))], chain([header], reader)
    elif _has_only_numbers(names, format):
        raise TableError(
            f"{name}: its first line looks like a row of numbers, expected the names "
            "of the columns. If it has none: --no-header"
        )
    portions = _csv_portions(name, rows, reader, len(names), skipped, text.encoding)
    return Table(name, names, _at_least_one(portions, name), format)


def _has_only_numbers(names: list[str], format: TableFormat) -> bool:
    """Whether a line is data, not a header; 0, 1, 2 ... are names that pandas gives."""
    if names == [str(i) for i in range(len(names))]:
        return False
    try:
        return all(np.isfinite(float(name.replace(format.decimal, "."))) for name in names)
    except ValueError:
        return False


def _csv_portions(name, rows, reader, width: int, skipped: int, coding) -> Iterator[Portion]:
    cells, lines = [], []
    with _read_errors(name, reader, coding):
        for row in rows:
            if not any(row) and len(row) < max(width, 2):
                continue  # a blank line
            line = reader.line_num + skipped
            if len(row) > width and not any(row[width:]):
                row = row[:width]
            if len(row) != width:
                raise TableError(
                    f"{name}, line {line}: got {len(row)} cells, expected {width}, as "
                    "in the first line."
                )
            cells.append(row)
            lines.append(line)
            if len(cells) == CHUNK_ROWS:
                yield Portion([list(column) for column in zip(*cells, strict=True)], lines)
                cells, lines = [], []
        if cells:
            yield Portion([list(column) for column in zip(*cells, strict=True)], lines)


@contextmanager
def _read_errors(name: str, reader, coding: str):
    line = (reader.line_num if reader else 0) + 1
    try:
        yield
    except csv.Error as error:
        line = reader.line_num if reader else 1
        raise TableError(f"{name}, line {line}: {error}.") from None
    except UnicodeError:
        line = (reader.line_num if reader else 0) + 1
        raise TableError(
            f"{name}, at line {line} or soon after: these bytes are not {coding}. "
            "Save it as UTF-8, or say what it is: --encoding cp1252 (western), cp949 "
            "(Korean) ..."
        ) from None


def _at_least_one(portions: Iterator[Portion], name: str) -> Iterator[Portion]:
    first = next(portions, None)
    if first is None:
        raise TableError(f"{name} has the names of columns and no rows, expected some.")
    return chain([first], portions)


def _parquet_table(name: str, file, format: TableFormat) -> Table:
    try:
        from pyarrow import ArrowException
        from pyarrow.parquet import ParquetFile
    except ImportError:
        raise ImportError(
            f"{name} is a Parquet file, which PyArrow reads: pip install pyarrow "
            "(or save it as CSV)."
        ) from None

    @contextmanager
    def damaged():
        try:
            yield
        except (ArrowException, OSError, MemoryError) as error:
            raise TableError(f"{name}: damaged, {str(error).partition(chr(10))[0]}") from None

    def portions(first: int = 1):
        with damaged():
            for batch in parquet.iter_batches(CHUNK_ROWS):
                yield Portion(
                    [column.to_numpy(zero_copy_only=False) for column in batch.columns], None, first
                )
                first += batch.num_rows

    with damaged():
        parquet = ParquetFile(file if file.seekable() else io.BytesIO(file.read()))
        names = list(parquet.schema_arrow.names)
    return Table(name, names, _at_least_one(portions(), name), format)


def find_columns(table: Table, wanted: list[str]) -> list[int]:
    """Return the indices of these columns.

    Raises:
        TableError: if one is missing or occurs twice.
    """
    missing = [name for name in wanted if name not in table.names]
    if missing:
        hint = nearest(missing[0], table.names)
        raise TableError(
            f"{table.name} has no column{'s' * (len(missing) > 1)} {listed(missing)}; "
            f"it has {listed(table.names, 12)}. {hint}".strip()
        )
    twice = [name for name in wanted if table.names.count(name) > 1]
    if twice:
        raise TableError(
            f"{table.name} has several columns named {listed(twice)}, expected one of each."
        )
    return [table.names.index(name) for name in wanted]
