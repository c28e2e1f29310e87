"""Converts a raw column of a table to one of three kinds of arrays, missing values included."""

from __future__ import annotations

import datetime
import numbers
from collections import Counter
from typing import Any, NamedTuple

import numpy as np

from .notices import CellError, sentence
from .rows import StoredTable

#: Texts that mean a missing value in files, in lower case.
MISSING = frozenset(("", "na", "n/a", "nan", "null", "none", "?", "#n/a", "<na>"))
#: The share of texts that are no numbers among those that are almost all numbers.
ALMOST = 0.2
_TIME = "datetime64[us]"
_TRUTH = ("true", "false")


def as_column(value: Any, what: str) -> np.ndarray:
    """Return a column as an array ``(rows,)`` whose missing values are marked.

    Args:
        value: an array, a list, or a column of pandas, Polars or Arrow.
        what: the name of the column, for messages.

    Returns:
        One of three: numbers, as bool, an integer dtype, or a float dtype with NaN where a value is
        missing; times as ``datetime64[us]`` with NaT, in UTC where they have a time zone; or an
        object array of str with None. Numbers beside text are text; blank texts are missing.

    Raises:
        TypeError: for values of other types.
        ValueError: for rows that hold more than one value.

    >>> as_column(["sea", None], "x").tolist()
    ['sea', None]
    >>> as_column([1, None], "x")
    array([ 1., nan])
    >>> as_column([True, False], "x")
    array([ True, False])
    """
    array = _as_array(value, what)
    if array.ndim == 2 and array.shape[1] == 1:
        array = array[:, 0]
    if array.ndim != 1:
        got = "a single value" if not array.ndim else f"rows of shape {array.shape[1:]}"
        raise ValueError(sentence(what, got, "one value for each row"))
    kind = array.dtype.kind
    if kind in "biu" or (kind == "f" and array.dtype.itemsize <= 8):
        return array
    if kind == "f":
        return array.astype(np.float64)
    if kind == "M":
        return array.astype(_TIME)
    if kind == "m":
        return _days(array)
    if kind in "USTO":
        return _of_objects(array.astype(object), what)
    raise TypeError(
        sentence(what, f"values of dtype {array.dtype}", "numbers, text, dates or true and false")
    )


def _as_array(value: Any, what: str) -> np.ndarray:
    if isinstance(value, np.ma.MaskedArray):
        return value.astype(object).filled(None)
    if isinstance(value, np.ndarray):
        return value
    if isinstance(value, StoredTable):
        value = value.in_arrow()
    module = type(value).__module__.partition(".")[0]
    if module == "pandas" and getattr(value, "ndim", 2) == 1:
        return _of_pandas(value)
    if module == "polars" and hasattr(value, "to_list"):
        return _of_polars(value)
    if module == "pyarrow" and hasattr(value, "to_pylist"):
        return _of_arrow(value)
    if isinstance(value, list | tuple):
        array = np.empty(len(value), object)
        array[:] = value
        return array
    if hasattr(value, "__array__"):
        return np.asarray(value)
    raise TypeError(sentence(what, type(value).__name__, "an array, a list or a column of a table"))


def _of_pandas(column: Any) -> np.ndarray:
    dtype = column.dtype
    kind = getattr(dtype, "kind", "O")
    if getattr(dtype, "tz", None) is not None:
        return column.dt.tz_convert("UTC").dt.tz_localize(None).to_numpy()
    if str(dtype).startswith("period"):
        return column.dt.to_timestamp().to_numpy()
    if str(dtype).startswith("Sparse["):
        return np.asarray(column)
    if isinstance(dtype, np.dtype):
        return column.to_numpy()
    if kind in "biuf" and str(dtype) != "category":
        if column.isna().any():
            return column.to_numpy(dtype="float64", na_value=np.nan)
        return column.to_numpy(dtype="bool" if kind == "b" else f"{kind}{dtype.itemsize}")
    if kind in "Mm":
        return column.to_numpy(dtype=f"{kind}8[us]")
    if str(dtype) == "category" and dtype.categories.dtype.kind in "iuf":
        codes = column.cat.codes.to_numpy()  # what is called a category is no number to scale
        names = [str(int(one)) if one % 1 == 0 else repr(float(one)) for one in dtype.categories]
        return _objects([None if code < 0 else names[code] for code in codes])
    found = column.to_numpy(dtype=object)
    values = dtype.categories.dtype if str(dtype) == "category" else dtype
    if str(values).startswith("interval"):  # as pandas.cut makes them
        return _objects([None if _is_missing(one) else str(one) for one in found])
    return found


def _of_polars(column: Any) -> np.ndarray:
    kind = str(column.dtype)
    if kind.startswith(("Date", "Duration")):
        zone = getattr(column.dtype, "time_zone", None)
        column = column.dt.convert_time_zone("UTC").dt.replace_time_zone(None) if zone else column
        return column.to_numpy()
    if kind == "Boolean" and column.null_count():
        column = column.cast(float)
    if column.dtype.is_numeric() and not kind.startswith("Decimal"):
        return (column.cast(float) if column.null_count() else column).to_numpy()
    return _objects(column.to_list())


def _of_arrow(column: Any) -> np.ndarray:
    kind = str(column.type)
    if kind.startswith(("int", "uint", "float", "double", "halffloat")):
        column = column.cast("float64") if column.null_count else column
        if hasattr(column, "chunks"):
            return column.to_numpy()
        return column.to_numpy(zero_copy_only=False)
    if kind.startswith(("timestamp", "date")):
        return np.array(column.cast("timestamp[us]").to_numpy(zero_copy_only=False), _TIME)
    return _objects(column.to_pylist())


def _objects(values: list) -> np.ndarray:
    array = np.empty(len(values), object)
    array[:] = values
    return array


def _is_missing(value: Any) -> bool:
    if value is None or type(value).__name__ in ("NAType", "NaTType"):
        return True
    if isinstance(value, str):
        return not value.strip()
    return isinstance(value, float | np.floating | np.datetime64) and value != value


def _of_objects(array: np.ndarray, what: str) -> np.ndarray:
    """The values of an object array as numbers, times or texts."""
    values = array.tolist()
    if set(map(type, values)) == {str} and all(map(str.strip, values)):
        return array
    values = [v.decode("utf-8", "replace") if isinstance(v, bytes) else v for v in values]
    values = [None if _is_missing(value) else value for value in values]
    kinds = {type(value) for value in values if value is not None}
    if not kinds:
        return np.full(len(values), np.nan)
    if all(issubclass(kind, str) for kind in kinds):
        return _objects(values)
    if kinds <= {bool, np.bool_} and None not in values:
        return np.array(values, bool)
    if all(issubclass(kind, numbers.Number | np.bool_) for kind in kinds) or _decimals(kinds):
        return np.array([np.nan if value is None else float(value) for value in values])
    if all(issubclass(kind, datetime.date | np.datetime64) for kind in kinds):
        return np.array([_utc(value) for value in values], _TIME)
    if all(issubclass(kind, datetime.timedelta | np.timedelta64) for kind in kinds):
        return _days(np.array(values, "timedelta64[us]"))
    wrong = next((kind for kind in kinds if not issubclass(kind, str | numbers.Number)), None)
    if wrong is None or wrong in (np.bool_, datetime.date, datetime.datetime):
        return _objects([None if value is None else str(value) for value in values])
    row = next(i for i, value in enumerate(values) if type(value) is wrong)
    raise TypeError(
        sentence(
            what,
            f"{'an' if wrong.__name__[0] in 'AEIOaeio' else 'a'} {wrong.__name__} at row {row}",
            "numbers, text, dates or true and false",
            "Take the column out, or make one value of each.",
        )
    )


def _decimals(kinds: set[type]) -> bool:
    return {kind.__name__ for kind in kinds} <= {"Decimal", "int", "float"}


def _utc(value: Any) -> Any:
    if isinstance(value, datetime.datetime) and value.tzinfo is not None:
        return value.astimezone(datetime.UTC).replace(tzinfo=None)
    return value


def _days(spans: np.ndarray) -> np.ndarray:
    missing = np.isnat(spans)
    return np.where(missing, np.nan, spans / np.timedelta64(1, "D"))


def floats_of(column: np.ndarray, what: str, decimal: str = ".") -> np.ndarray:
    """Return a column of `as_column` as float64, texts that are numbers included.

    Args:
        column: the array.
        what: the name of the column, for messages.
        decimal: the decimal mark of texts.

    Raises:
        TypeError: for dates.
        CellError (a ValueError): for a text that is no number, and for inf.

    >>> floats_of(as_column(["1.5", None, "NA"], "x"), "x")
    array([1.5, nan, nan])
    """
    if column.dtype.kind == "M":
        raise TypeError(sentence(what, "dates", "numbers"))
    if column.dtype.kind == "O":
        found = _parsed(column, decimal)
        if found is None:
            row = next(i for i, text in enumerate(column) if _number(text, decimal) is None)
            raise CellError(what, row, f"got {repr(column[row])[:60]}, expected a number.")
        column = found
    values = column.astype(np.float64)
    if np.isinf(values).any():
        row = int(np.isinf(values).argmax())
        raise CellError(what, row, f"got {values[row]}, expected a finite number.")
    return values


def inferred(texts: np.ndarray, decimal: str = ".") -> np.ndarray:
    """Return texts of a file as numbers if all of them are such, else as they are. Dates, and true
    and false, stay texts, so that what is learnt of them is what later files hold.

    Args:
        texts: object array of str and None.
        decimal: the decimal mark.

    Returns:
        An array as `as_column` returns it; `MISSING` texts are missing.

    >>> inferred(np.array(["1", "?", "2.5"], object))
    array([1. , nan, 2.5])
    >>> inferred(np.array(["2026-01-31", ""], object))
    array(['2026-01-31', None], dtype=object)
    """
    if not any(text.strip().lower() in _TRUTH for text in texts if text is not None):
        found = _parsed(texts, decimal)
        if found is not None:
            return found
    return without_missing(texts)


class Almost(NamedTuple):
    """What is said of texts that are almost all numbers.

    Attributes:
        numbers: how many are.
        others: how many are not, nor `MISSING`.
        decimal: the decimal mark by which they are numbers.
        other: the first text that is none; "" if there is none.
        marked: whether some texts mean a missing value.
    """

    numbers: int
    others: int
    decimal: str
    other: str
    marked: bool


def almost_numbers(texts: np.ndarray) -> Almost | None:
    """Return what keeps texts from being numbers, if it is little; None for other texts.

    Args:
        texts: object array of str and None.

    >>> almost_numbers(np.array(["1", "2.5", "3", "4", "5 kg", "?"], object))
    Almost(numbers=4, others=1, decimal='.', other='5 kg', marked=True)
    >>> almost_numbers(np.array(["1,5", "2"], object)).decimal
    ','
    """
    written = Counter(text for text in texts.tolist() if text is not None)
    given = {text: count for text, count in written.items() if not _is_no_text(text)}
    if not given:
        return None
    total = sum(given.values())
    found: Almost | None = None
    most = int(ALMOST * total)
    for mark in ".,":
        others = _others(given, mark, most)
        if others is not None:
            count, other = others
            found = Almost(total - count, count, mark, other, total < sum(written.values()))
            most = count - 1  # the next mark must be better
        if most < 0:
            break
    return found


def _others(given: dict[str, int], mark: str, most: int) -> tuple[int, str] | None:
    """How many texts are no numbers, and the first of them; None if they are more than `most`."""
    count, first = 0, ""
    for text, times in given.items():
        if text.strip().lower() in _TRUTH or _number(text, mark) is None:
            first = first if count else text
            count += times
            if count > most:
                return None
    return count, first


def without_missing(texts: Any) -> np.ndarray:
    """Return texts of a file with None for those of `MISSING`.

    Args:
        texts: iterable of str and None.

    >>> without_missing(["sea", "N/A"]).tolist()
    ['sea', None]
    """
    return _objects([None if _is_no_text(text) else text for text in texts])


def _parsed(texts: np.ndarray, decimal: str) -> np.ndarray | None:
    """Texts as numbers; None if one is neither a number nor missing, or all are missing."""
    found = np.empty(len(texts))
    given = False
    for row, text in enumerate(texts.tolist()):
        value = _number(text, decimal)
        if value is None:
            return None
        given = given or value == value
        found[row] = value
    return found if given or not len(texts) else np.full(len(texts), np.nan)


def _number(text: str | None, decimal: str) -> float | None:
    if text is None:
        return np.nan
    plain = text.strip()
    if plain.lower() in MISSING:
        return np.nan
    if plain.lower() in _TRUTH:
        return float(plain.lower() == "true")
    if "_" in plain:  # which Python reads as a number
        return None
    try:
        return float(plain if decimal == "." else plain.replace(decimal, "."))
    except ValueError:
        return None


#: The forms of dates that are read beside ISO 8601; a day over 12 tells %d/%m from %m/%d.
FORMS = ("%Y/%m/%d", "%d.%m.%Y", "%d/%m/%Y", "%m/%d/%Y", "%d-%m-%Y")
ISO = "ISO 8601"


def form_of(texts: np.ndarray) -> str | None:
    """Return the form in which texts are dates or times: `ISO` or one of `FORMS`; None for others,
    and for dates such as 03/04/2026 that could be of either order in every row.

    Args:
        texts: object array of str and None.

    >>> form_of(np.array(["31.12.2026", None], object))
    '%d.%m.%Y'
    >>> form_of(np.array(["03/04/2026"], object))
    """
    known = [text.strip() for text in texts if not _is_no_text(text)]
    if not known or not 8 <= len(known[0]) <= 32 or not known[0][0].isdigit():
        return None
    fitting = [form for form in (ISO, *FORMS) if _of_form(known[:100], form) is not None]
    fitting = [form for form in fitting if _of_form(known, form) is not None]
    return fitting[0] if fitting and (fitting[0] == ISO or len(fitting) == 1) else None


def times_in(texts: np.ndarray, form: str | None = None) -> np.ndarray | None:
    """Return texts as times; None if they are none.

    Args:
        texts: object array of str and None.
        form: as `form_of` returns it; None finds it.

    Returns:
        An array of ``datetime64[us]``, NaT where a value is missing; or None.

    >>> times_in(np.array(["31.12.2026"], object))
    array(['2026-12-31T00:00:00.000000'], dtype='datetime64[us]')
    """
    form = form or form_of(texts)
    given = np.array([not _is_no_text(text) for text in texts], bool)
    found = form and _of_form([text.strip() for text in texts[given]], form)
    if found is None:
        return None
    times = np.full(len(texts), "NaT", _TIME)
    times[given] = found
    return times


def not_a_time(texts: np.ndarray, form: str | None) -> int:
    """Return the index of the first text that is no date or time of a form.

    Args:
        texts: object array of str and None, of which one is none.
        form: as `form_of` returns it; None for `ISO`.

    >>> not_a_time(np.array([None, "2026-01-31", "soon"], object), None)
    2
    """
    return next(
        row
        for row, text in enumerate(texts.tolist())
        if not _is_no_text(text) and _of_form([text.strip()], form or ISO) is None
    )


def as_times(column: np.ndarray) -> np.ndarray | None:
    """Return a column of `as_column` as times, texts that are dates included; None for others.

    Args:
        column: the array.

    >>> as_times(np.array(["2026-01-31"], object))
    array(['2026-01-31T00:00:00.000000'], dtype='datetime64[us]')
    """
    if column.dtype.kind == "O":
        return times_in(column)
    return column if column.dtype.kind == "M" else None


def _is_no_text(text: str | None) -> bool:
    return text is None or text.strip().lower() in MISSING


def _of_form(values: list[str], form: str) -> list | None:
    try:
        if form != ISO:
            return [datetime.datetime.strptime(value, form) for value in values]
        if any(value.isdigit() for value in values):  # a number, such as 20260131
            return None
        return [_utc(datetime.datetime.fromisoformat(value)) for value in values]
    except (ValueError, OverflowError):
        return None
