"""Tables of rows and columns out of files, portion by portion: CSV, and Parquet by PyArrow."""

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

from ..data.notices import listed, nearest
from ..errors import ArgumentError
from .failures import note

ROWS = 8192  # of a portion
_DELIMITERS = ",;\t|"
#: What stands in cells where a value is missing, in small letters.
_MISSING = frozenset(("", "na", "n/a", "nan", "null", "none", "?"))
_SAID = {"true": 1.0, "false": 0.0}
_FOREIGN = ((b"PK\x03\x04", "an Excel workbook or a zip", "save it as CSV (UTF-8) there"),
            (b"\xd0\xcf\x11\xe0", "an old Excel workbook", "save it as CSV (UTF-8) there"),
            (b"\x1f\x8b", "compressed", "gunzip -c FILE | brickwork ... -"),
            (b"\x89HDF", "an HDF5 file", "a model stands before the table"),
            (b"SQLite", "a database", "write a query's result as CSV"))
_MARKS = ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"), (b"\xef\xbb\xbf", "utf-8-sig"))


class TableError(ValueError):
    """A table that cannot be read: where in it, what came, what was expected."""


@dataclass(frozen=True)
class Spelling:
    """How a CSV file is written; None: as the file itself shows.

    Args:
        delimiter: what stands between cells.
        decimal: the mark in 3.14.
        encoding: of the characters.
        header: whether the first line names the columns.
    """

    delimiter: str | None = None
    decimal: str = "."
    encoding: str | None = None
    header: bool = True


@dataclass(frozen=True)
class Portion:
    """Some rows.

    Args:
        columns: lists of texts, or arrays.
        lines: where each row ends in its file, for messages; None: `first` and its rows.
        first: the number of the first row.
    """

    columns: list
    lines: list[int] | None
    first: int = 1

    def place(self, row: int) -> str:
        """Where a row stands: ``line 12``."""
        return f"line {self.lines[row]}" if self.lines else f"row {self.first + row}"


@dataclass(frozen=True)
class Table:
    """The columns of a file and, once, its rows.

    Args:
        name: of the file, for messages.
        names: of its columns.
        portions: its rows; there is one at least.
        spelling: how numbers in it are written.
    """

    name: str
    names: list[str]
    portions: Iterator[Portion]
    spelling: Spelling

    def numbers(self, portion: Portion, index: int, gaps: bool, dtype: str = "float64"
                ) -> np.ndarray:
        """A column as numbers; with `gaps` missing ones are NaN.

        Args:
            portion: the rows.
            index: the place of the column.
            gaps: whether cells may be missing.
            dtype: what the numbers must fit.

        Raises:
            TableError: for what is none, by row and column.
        """
        cells = portion.columns[index]
        try:
            if isinstance(cells, list) and self.spelling.decimal != ".":
                cells = list(map(self._with_point, cells))
            if getattr(cells, "dtype", np.dtype("U")).kind in "mM":
                raise ValueError
            with np.errstate(invalid="ignore"):  # of bits that are no number: told below
                values = np.array(cells, np.float64)
        except (ValueError, TypeError):
            values = np.array([self._number(cell, portion, row, index)
                               for row, cell in enumerate(portion.columns[index])])
        most = np.finfo(dtype).max if dtype in ("float16", "float32", "float64") else np.inf
        wrong = np.isnan(values) & (not gaps) | (np.abs(values) > most) | np.isinf(values)
        if wrong.any():
            row = int(wrong.argmax())
            cell = portion.columns[index][row]
            missing = np.isnan(values[row])
            raise TableError(
                f"{self.where(portion, row, index)}: "
                + ("the cell is empty" if missing and not str(cell).strip() else f"got {cell}")
                + (", and the model takes numbers only. Fill the gap, or leave the row out."
                   if missing else f", expected a number that a {dtype} can hold."))
        return values

    def _with_point(self, cell: str) -> str:
        """A cell as Python writes numbers; 1.234 is none here, which may be a thousand."""
        return cell.replace(".", "?").replace(self.spelling.decimal, ".")

    def _number(self, cell, portion: Portion, row: int, index: int) -> float:
        text = "" if cell is None else str(cell).strip()
        other_mark = isinstance(portion.columns[index], list) and self.spelling.decimal != "."
        try:
            return float(self._with_point(text) if other_mark else text)
        except ValueError:
            pass
        if text.lower() in _MISSING:
            return np.nan
        if text.lower() in _SAID:
            return _SAID[text.lower()]
        hint = ""
        if re.fullmatch(r"[+-]?\d+,\d+", text):
            hint = " If its comma is a decimal mark: --decimal ,"
        if other_mark and "." in text:
            hint = (f" The decimal mark is {self.spelling.decimal!r}, and points between thousands "
                    "are not read: take them out.")
        raise TableError(f"{self.where(portion, row, index)}: got {text[:40]!r}, expected a "
                         f"number.{hint}")

    def texts(self, portion: Portion, index: int) -> list[str]:
        """A column as it stands there."""
        cells = portion.columns[index]
        return cells if isinstance(cells, list) else [
            "" if cell is None else str(cell) for cell in cells.tolist()]

    def where(self, portion: Portion, row: int, index: int) -> str:
        """The place of a cell: ``new.csv, line 12, column 'age'``."""
        return f"{self.name}, {portion.place(row)}, column {self.names[index]!r}"


@contextmanager
def opened(path: str, spelling: Spelling):
    """The table in a file, or (``-``) in what comes by the standard input.

    Raises:
        TableError: for what is no table, or one without rows.
        OSError: where there is no such file.
    """
    name = "standard input" if path == "-" else os.path.basename(path)
    with (_standard_input() if path == "-" else open(path, "rb")) as file:
        start = file.peek(8)[:8]
        for mark, what, do in _FOREIGN:
            if start.startswith(mark):
                raise TableError(f"{name}: this is {what}, expected a table as CSV or Parquet: "
                                 f"{do}.")
        if path.endswith(".parquet") and not start.startswith(b"PAR1"):
            raise TableError(f"{name}: damaged, or no Parquet file: it does not begin with PAR1.")
        if start.startswith(b"PAR1"):
            yield _of_parquet(name, file, spelling)
        else:
            coding = spelling.encoding or next(
                (coding for mark, coding in _MARKS if start.startswith(mark)), "utf-8")
            try:
                text = io.TextIOWrapper(file, coding, newline="")
            except LookupError:
                raise ArgumentError("--encoding", f"got {coding!r}, which Python does not know; "
                                    "expected utf-8, cp1252, cp949 or the like.") from None
            yield _of_csv(name, text, spelling)


def _standard_input():
    if sys.stdin is None:
        raise TableError("standard input is closed, expected a table as CSV.")
    if sys.stdin.isatty():
        note("type or paste the table as CSV, then Ctrl-D (or Ctrl-C to give up).")
    return sys.stdin.buffer


def _of_csv(name: str, text, spelling: Spelling) -> Table:
    with _read_errors(name, None, text.encoding):
        first = text.readline(1 << 20)
        before = re.fullmatch(r"sep=(.)\r?\n?", first)  # Excel's way of saying it
        if before:
            first = text.readline(1 << 20)
    delimiter = spelling.delimiter or (before and before[1]) or max(
        _DELIMITERS, key=lambda mark: len(next(csv.reader([first], delimiter=mark), ())))
    reader = csv.reader(chain([first], text), delimiter=delimiter, strict=True,
                        skipinitialspace=True)
    with _read_errors(name, reader, text.encoding):
        header = next(reader, None)
    if not header:
        raise TableError(f"{name} is empty, expected a line with the names of the columns, and "
                         "rows below it.")
    rows, skipped = reader, 1 if before else 0
    names = [cell.strip() for cell in header]
    if not spelling.header:
        names, rows = [str(i) for i in range(len(header))], chain([header], reader)
    elif _of_numbers(names, spelling):
        raise TableError(f"{name}: its first line looks like a row of numbers, expected the names "
                         "of the columns. If it has none: --no-header")
    portions = _csv_portions(name, rows, reader, len(names), skipped, text.encoding)
    return Table(name, names, _at_least_one(portions, name), spelling)


def _of_numbers(names: list[str], spelling: Spelling) -> bool:
    """Whether a line is a row and no header; 0, 1, 2 ... are names that pandas gives."""
    if names == [str(i) for i in range(len(names))]:
        return False
    try:
        return all(np.isfinite(float(name.replace(spelling.decimal, "."))) for name in names)
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
                raise TableError(f"{name}, line {line}: got {len(row)} cells, expected {width}, as "
                                 "in the first line.")
            cells.append(row)
            lines.append(line)
            if len(cells) == ROWS:
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
        raise TableError(f"{name}, at line {line} or soon after: these bytes are not {coding}. "
                         "Save it as UTF-8, or say what it is: --encoding cp1252 (western), cp949 "
                         "(Korean) ...") from None


def _at_least_one(portions: Iterator[Portion], name: str) -> Iterator[Portion]:
    first = next(portions, None)
    if first is None:
        raise TableError(f"{name} has the names of columns and no rows, expected some.")
    return chain([first], portions)


def _of_parquet(name: str, file, spelling: Spelling) -> Table:
    try:
        from pyarrow import ArrowException
        from pyarrow.parquet import ParquetFile
    except ImportError:
        raise ImportError(f"{name} is a Parquet file, which PyArrow reads: pip install pyarrow "
                          "(or save it as CSV).") from None
    @contextmanager
    def damage():
        try:
            yield
        except (ArrowException, OSError, MemoryError) as error:
            raise TableError(f"{name}: damaged, {str(error).partition(chr(10))[0]}") from None

    def portions(first: int = 1):
        with damage():
            for batch in opened.iter_batches(ROWS):
                yield Portion([column.to_numpy(zero_copy_only=False) for column in batch.columns],
                              None, first)
                first += batch.num_rows

    with damage():
        opened = ParquetFile(file if file.seekable() else io.BytesIO(file.read()))
        names = list(opened.schema_arrow.names)
    return Table(name, names, _at_least_one(portions(), name), spelling)


def in_header(table: Table, wanted: list[str]) -> list[int]:
    """Where the columns of these names stand.

    Raises:
        TableError: where one is not there, or is there twice.
    """
    missing = [name for name in wanted if name not in table.names]
    if missing:
        hint = nearest(missing[0], table.names)
        raise TableError(f"{table.name} has no column{'s' * (len(missing) > 1)} {listed(missing)}; "
                         f"it has {listed(table.names, 12)}. {hint}".strip())
    twice = [name for name in wanted if table.names.count(name) > 1]
    if twice:
        raise TableError(f"{table.name} has several columns named {listed(twice)}, expected one "
                         "of each.")
    return [table.names.index(name) for name in wanted]
