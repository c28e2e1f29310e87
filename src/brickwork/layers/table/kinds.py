"""The kinds of columns: what each has learnt of its data, and how it encodes a column."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from statistics import NormalDist
from typing import Any, ClassVar, Self

import numpy as np

from ...data.columns import ISO, floats_of, form_of, not_a_time, times_in
from ...data.notices import CellError, warn_once
from ...errors import ArgumentError, shown
from ...fields import Configurable, field

#: By name, as configs have them.
KINDS: dict[str, type[Column]] = {}
#: Scaled numbers approach this smoothly, so that an outlier is no more than that. Holzmueller et
#: al., "Better by default", arXiv:2407.04491, section 3.
LIMIT = 3.0
#: Numbers that lie further out than this are of a heavy tail, whose order is kept by quantiles.
FAR = 12.0
#: Larger numbers count as this one, so that sums and products of them are finite.
HUGE = 1e150
#: The interquartile range of a normal distribution, in standard deviations.
IQR = 2 * NormalDist().inv_cdf(0.75)
#: Seconds of each cycle, and the feature's name.
CYCLES = {"year": 365.2425 * 86400, "week": 7 * 86400.0, "day": 86400.0}
_EPOCH = np.datetime64("1970-01-05T00:00:00", "us")  # a Monday
#: The quantiles of such a column, with the normal scores that they are mapped to.
RANKS = np.linspace(0, 1, 129)
SCORES = np.array([NormalDist().inv_cdf(rank) for rank in np.clip(RANKS, 0.002, 0.998)])


def limited(z: np.ndarray) -> np.ndarray:
    """Return scaled numbers, smoothly limited to `LIMIT`."""
    z = np.clip(z, -1e6, 1e6)
    return z / np.sqrt(1 + (z / LIMIT) ** 2)


class Column(Configurable):
    """One column of a `Table`.

    A subclass has the class method ``learnt(name, column, ...)``, `features` and `encode`; its
    fields are what it has learnt.
    """

    #: What it is called in a summary.
    kind: ClassVar[str]
    #: Whether its first feature is a scaled number, and no flag.
    is_number: ClassVar[bool] = True
    name: str = field(kind="str")
    #: Whether values were missing, so that there is a feature that says so.
    missing: bool = field(default=False, kind="bool", kw_only=True)

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        KINDS[cls.__name__] = cls

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and vars(self) == vars(other)

    def __hash__(self) -> int:
        return hash((type(self).__name__, self.name))

    @property
    def features(self) -> list[str]:
        """The names of the features that the column is encoded as."""
        raise NotImplementedError

    def encode(self, column: np.ndarray, out: np.ndarray) -> None:
        """Write the features of a column.

        Args:
            column: array ``(rows,)`` as `data.columns.as_column` returns it.
            out: array ``(rows, features)``, filled with 0.

        Raises:
            ValueError, TypeError: for values of another type than those learnt.
        """
        raise NotImplementedError

    def _where_missing(self, missing: np.ndarray, instead: str) -> None:
        """Say once that values are missing that never were before."""
        if not self.missing and missing.any():
            warn_once(
                f"missing {self.name}",
                f"Table: the column {self.name!r} has missing values, which it had not where the "
                f"table was learnt; {instead}.",
            )


def _numbers(count: int) -> Callable[[Any], tuple[float, ...] | None]:
    """Convert a field: so many finite numbers, in order; None if it is optional."""

    def convert(value: Any) -> tuple[float, ...] | None:
        if value is None and count > 2:
            return None
        expected = f"expected {count} finite numbers, none less than the one before."
        if isinstance(value, str | bytes) or not isinstance(value, Iterable):
            raise ValueError(f"got {shown(value)}, {expected}")
        found = list(value)
        if len(found) != count or not all(isinstance(one, int | float) for one in found):
            raise ValueError(f"got {shown(value)}, {expected}")
        if not np.isfinite(found).all() or (np.diff(found) < 0).any():
            raise ValueError(f"got {shown(value)}, {expected}")
        return tuple(map(float, found))

    return convert


def _texts(known: Iterable[str] | None = None) -> Callable[[Any], tuple[str, ...]]:
    """Convert a field: different texts, of those that are known."""

    def convert(value: Any) -> tuple[str, ...]:
        expected = "expected different texts" + (f" of {', '.join(known)}." if known else ".")
        if isinstance(value, str | bytes) or not isinstance(value, Iterable):
            raise ValueError(f"got {shown(value)}, {expected}")
        found = list(value)
        if not all(isinstance(one, str) and (not known or one in known) for one in found):
            raise ValueError(f"got {shown(value)}, {expected}")
        if len(set(found)) < len(found):
            raise ValueError(f"got {shown(value)}, {expected}")
        return tuple(found)

    return convert


class NumberColumn(Column):
    """A column of numbers.

    A number is scaled by the median and the interquartile range, and limited smoothly to 3 on both
    sides: ``z / sqrt(1 + (z / 3)**2)``. Where some numbers are very far out, it is mapped to normal
    scores by its rank among the numbers learnt. A missing one is the median, and a feature of its
    own says so.

    Args:
        name: str, name of the column.
        center: float, the median.
        scale: float > 0, the standard deviation of a normal distribution of the same interquartile
            range.
        seen: the lowest and the highest number.
        quantiles: increasing floats, the numbers at `RANKS`, of a column with heavy tails; None
            (default) for any other.
        missing: whether numbers were missing; default False.
    """

    kind = "number"
    center: float = field(kind="float")
    scale: float = field(kind="float", gt=0)
    seen: tuple[float, float] | Any = field(convert=_numbers(2))
    quantiles: Sequence[float] | Any = field(default=None, convert=_numbers(len(RANKS)))

    @classmethod
    def learnt(cls, name: str, column: np.ndarray) -> NumberColumn:
        """Learn the numbers of a column.

        Args:
            name: its name.
            column: array ``(rows,)`` of `data.columns.as_column`.

        Raises:
            ValueError: if there is no number in it.
        """
        values = np.clip(floats_of(column, f"Table: the column {name!r}"), -HUGE, HUGE)
        given = values[~np.isnan(values)]
        if not len(given):
            raise ArgumentError("Table", f"the column {name!r} has no number in it.")
        low, high = float(given.min()), float(given.max())
        center, scale = _center_and_scale(given)
        far = max(high - center, center - low) / scale > FAR
        quantiles = np.quantile(given, RANKS).tolist() if far else None
        return cls(name, center, scale, (low, high), quantiles, missing=len(given) < len(values))

    @property
    def features(self) -> list[str]:
        """The number, and whether it is missing."""
        return [self.name, *([f"{self.name} is missing"] if self.missing else [])]

    def encode(self, column: np.ndarray, out: np.ndarray) -> None:
        """See `Column`."""
        values = np.clip(floats_of(column, f"the column {self.name!r}"), -HUGE, HUGE)
        missing = np.isnan(values)
        self._where_missing(missing, f"they count as the median, {self.center:g}")
        values = np.where(missing, self.center, values)
        self._other_units(values[~missing])
        if self.quantiles is None:
            out[:, 0] = limited((values - self.center) / self.scale)
        else:
            middle = np.interp(self.center, self.quantiles, SCORES)
            scores = np.interp(values, self.quantiles, SCORES)
            out[:, 0] = np.where(missing, middle, scores)
        if self.missing:
            out[:, 1] = missing

    def _other_units(self, values: np.ndarray) -> None:
        """Warn once of numbers that can hardly be of the same unit: some by far, or most of
        several, are not between those that were seen."""
        low, high = self.seen
        if not len(values) or (values.min() >= low and values.max() <= high):
            return
        outside = np.maximum(low - values, values - high)
        # Where tails are heavy, the next number may well be much larger than all before.
        span = (high - low) * (1 if self.quantiles is None else 10)
        furthest, strange = float(values[outside.argmax()]), int((outside > 0).sum())
        if outside.max() > span or (strange > 2 and strange > len(values) / 2):
            warn_once(
                f"units {self.name}",
                f"Table: the column {self.name!r} holds {furthest:g}"
                + (f" and {strange - 1:,} other numbers" if strange > 1 else "")
                + f" outside of {low:g} to {high:g}, between which all lay where the table was "
                "learnt. Are they of another unit, or mistakes?",
                # Once for each table and each power of ten.
                key=f"{low} {high} {furthest > high} {int(np.log10(abs(furthest) + 1))}",
            )


def _center_and_scale(values: np.ndarray) -> tuple[float, float]:
    """The median, and the interquartile range in standard deviations; half of the whole range where
    a half of the numbers are equal."""
    low, center, high = (float(q) for q in np.quantile(values, (0.25, 0.5, 0.75)))
    if high > low:
        return center, (high - low) / IQR
    spread = float(values.max() - values.min()) / 2
    return center, spread if spread > 0 else 1.0


class CategoryColumn(Column):
    """A column of categories: one feature for each, 1 where a row has it (one-hot).

    Rare categories share one feature. A category that was never seen has that one too, or if there
    is none, all features 0.

    Args:
        name: str, name of the column.
        values: the categories that have features of their own, as text, most frequent first.
        others: whether there is a feature for all others; default False.
        missing: whether values were missing, which is then a category; default False.
    """

    kind = "category"
    is_number = False
    values: Sequence[str] | Any = field(convert=_texts())
    others: bool = field(default=False, kind="bool")

    #: How many rows a category needs for a feature of its own.
    ROWS: ClassVar[int] = 5

    def setup(self) -> None:
        super().setup()
        self._index = {value: i for i, value in enumerate(self.values)}
        self._numeric = any(value[-1:].isdigit() for value in self.values)

    @classmethod
    def learnt(cls, name: str, column: np.ndarray, most: int = 64) -> CategoryColumn:
        """Learn the categories of a column.

        Args:
            name: its name.
            column: array ``(rows,)`` of `data.columns.as_column`.
            most: the largest number of features for categories.
        """
        found = texts_of(column)
        counts: dict[str, int] = {}
        for text in found:
            if text is not None:
                counts[text] = counts.get(text, 0) + 1
        # Stable, so that equally frequent ones stand in the order of the alphabet.
        by_count = sorted(sorted(counts), key=counts.__getitem__, reverse=True)
        enough = [text for text in by_count if counts[text] >= cls.ROWS]
        kept = (enough if len(enough) > 1 else by_count)[:most]
        return cls(name, kept, len(kept) < len(counts), missing=None in found)

    @property
    def features(self) -> list[str]:
        """One for each category."""
        return [
            *(f"{self.name} = {value}" for value in self.values),
            *([f"{self.name} is another"] if self.others else []),
            *([f"{self.name} is missing"] if self.missing else []),
        ]

    def encode(self, column: np.ndarray, out: np.ndarray) -> None:
        """See `Column`."""
        places = self.places(column)
        rows = np.flatnonzero(places >= 0)
        out[rows, places[rows]] = 1

    @property
    def count(self) -> int:
        """The number of categories, with those for all others and for missing values."""
        return len(self.values) + self.others + self.missing

    def places(self, column: np.ndarray) -> np.ndarray:
        """Return the index of the category of each row, -1 for none.

        Args:
            column: array ``(rows,)`` of `data.columns.as_column`.
        """
        texts = texts_of(column)
        missing = np.array([text is None for text in texts], bool)
        self._where_missing(missing, "they count as a category that was never seen")
        other = len(self.values) if self.others else -1
        places = np.array([self._place(text, other) for text in texts], int)
        if self.missing:
            places[missing] = len(self.values) + self.others
        strange = {
            text
            for text, place in zip(texts, places.tolist(), strict=True)
            if place < 0 and text is not None
        }
        if strange:
            warn_once(
                f"categories {self.name}",
                f"Table: the column {self.name!r} has {_some(sorted(strange))}, never seen where "
                f"the table was learnt, among {_some(self.values)}; counted as none of them.",
            )
        return places

    def _place(self, text: str | None, other: int) -> int:
        """The feature of a category; "007" and "7.0" are 7 where there is no such category, and
        "True" is "true"."""
        place = self._index.get(text)
        if place is None and text in ("True", "False", "true", "false"):
            place = self._index.get(text.swapcase()[0] + text[1:])
        elif place is None and text is not None and self._numeric:
            try:
                place = self._index.get(_number_as_text(float(text)))
            except ValueError:
                pass
        return other if place is None else place


class EmbeddedColumn(CategoryColumn):
    """A column of many categories: each has a trained vector.

    A category that was never seen has a vector of zeros, if there is none for rare ones.

    Args:
        name, values, others, missing: as for `CategoryColumn`.
        dimension: int, the length of the vectors.
    """

    dimension: int = field(kind="int", ge=1, kw_only=True)

    #: The most categories that have vectors of their own.
    MOST: ClassVar[int] = 10_000

    @classmethod
    def embedded(cls, name: str, column: np.ndarray, dimension: int | None = None) -> Self:
        """Learn the categories of a column.

        Args:
            name: its name.
            column: array ``(rows,)`` of `data.columns.as_column`.
            dimension: the length of the vectors; None: ``1.6 n**0.56`` for n categories, at most
                32, as fastai has it.
        """
        found = CategoryColumn.learnt(name, column, cls.MOST)
        dimension = dimension or max(2, min(32, round(1.6 * found.count**0.56)))
        return cls(name, found.values, found.others, missing=found.missing, dimension=dimension)

    @property
    def features(self) -> list[str]:
        """One for each element of the vectors."""
        return [f"{self.name} [{i}]" for i in range(self.dimension)]


def _some(values: Sequence[str]) -> str:
    """The first few of several texts."""
    return ", ".join(map(shown, values[:3])) + (" ..." if len(values) > 3 else "")


def texts_of(column: np.ndarray) -> list[str | None]:
    """Return a column as texts, None where a value is missing. Whole numbers have no point, so that
    a category of numbers is the same in a file, an array of integers and one of floats.

    >>> texts_of(np.array([1.0, np.nan, 2.5]))
    ['1', None, '2.5']
    """
    if column.dtype.kind == "O":
        return column.tolist()
    if column.dtype.kind == "b":
        return [str(value) for value in column.tolist()]
    if column.dtype.kind == "M":
        return [
            None if missing else str(value)
            for value, missing in zip(column.astype("datetime64[s]"), np.isnat(column), strict=True)
        ]
    return [None if value != value else _number_as_text(value) for value in column.tolist()]


def _number_as_text(value: float) -> str:
    return str(int(value)) if float(value).is_integer() else repr(value)


class DateColumn(Column):
    """A column of dates or times: its distance from the median, scaled as a number's, and the sine
    and cosine of its place in the year, the week and the day, as far as these vary.

    Args:
        name: str, name of the column.
        center: float, the median, in days since Monday, 5 January 1970.
        scale: float > 0, days.
        seen: the first and the last day.
        cycles: of "year", "week", "day", those that vary.
        form: str, the form of dates that are texts, see `data.columns.form_of`; None (default) for
            others.
        missing: whether dates were missing; default False.
    """

    kind = "date"
    center: float = field(kind="float")
    scale: float = field(kind="float", gt=0)
    seen: tuple[float, float] | Any = field(convert=_numbers(2))
    cycles: Sequence[str] | Any = field(default=(), convert=_texts(CYCLES))
    form: str | None = field(default=None, kind="str")

    @classmethod
    def learnt(cls, name: str, column: np.ndarray) -> DateColumn:
        """Learn the dates of a column.

        Args:
            name: its name.
            column: array ``(rows,)`` of `data.columns.as_column`.

        Raises:
            ValueError, TypeError: if it does not hold dates.
        """
        form = form_of(column) if column.dtype.kind == "O" else None
        days, missing = _days_of(name, column, form)
        days = days[~missing]
        if not len(days):
            raise ArgumentError("Table", f"the column {name!r} has no date in it.")
        center, scale = _center_and_scale(days)
        low, high = float(days.min()), float(days.max())
        cycles = []
        if high - low > 180:
            cycles.append("year")
        if len(np.unique(np.floor(days) % 7)) > 2:
            cycles.append("week")
        if len(np.unique(np.floor(days * 24) % 24)) > 2:
            cycles.append("day")
        return cls(name, center, scale, (low, high), cycles, form, missing=bool(missing.any()))

    @property
    def features(self) -> list[str]:
        """The date, two for each cycle, and whether it is missing."""
        return [
            self.name,
            *(
                f"{self.name}: {part} of the {c}"
                for c in self.cycles
                for part in ("sine", "cosine")
            ),
            *([f"{self.name} is missing"] if self.missing else []),
        ]

    def encode(self, column: np.ndarray, out: np.ndarray) -> None:
        """See `Column`."""
        days, missing = _days_of(self.name, column, self.form)
        day = self._day(self.center)
        self._where_missing(missing, f"they count as {day}")
        days = np.where(missing, self.center, days)
        out[:, 0] = limited((days - self.center) / self.scale)
        for i, cycle in enumerate(self.cycles):
            angle = 2 * np.pi * (days * 86400 / CYCLES[cycle] % 1)
            out[:, 1 + 2 * i] = np.where(missing, 0, np.sin(angle))
            out[:, 2 + 2 * i] = np.where(missing, 0, np.cos(angle))
        if self.missing:
            out[:, -1] = missing

    @property
    def days(self) -> list[str]:
        """The first and the last day, ``2026-01-31``."""
        return [self._day(day) for day in self.seen]

    @staticmethod
    def _day(days: float) -> str:
        return str((_EPOCH + np.timedelta64(int(days * 86400), "s")).astype("datetime64[D]"))


def _days_of(name: str, column: np.ndarray, form: str | None) -> tuple[np.ndarray, np.ndarray]:
    """A column of dates in days since `_EPOCH`, and where they are missing."""
    if column.dtype.kind == "O":
        times = times_in(column, form)
        times = times_in(column) if times is None else times
        if times is None:
            row = not_a_time(column, form)
            like = "" if form in (None, ISO) else f" such as {datetime.now().strftime(form)}"
            problem = f"got {repr(column[row])[:60]}, expected a date{like or ' of ISO 8601'}."
            raise CellError(f"the column {name!r}", row, problem)
        column = times
    if column.dtype.kind == "f" and np.isnan(column).all():
        column = np.full(len(column), "NaT", "datetime64[us]")
    if column.dtype.kind != "M":
        raise TypeError(f"the column {name!r}: got numbers, expected dates.")
    missing = np.isnat(column)
    days = (column - _EPOCH) / np.timedelta64(1, "D")
    return days, missing
