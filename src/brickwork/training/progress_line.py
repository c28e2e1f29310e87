"""One line of the progress bar, laid out for the width of the terminal."""

from __future__ import annotations

import numpy as np

from ..program.records import replaced
from ..screen import columns_of, cut

WIDTH = 20  # of the bar, if there is room for it
NARROWEST = 6


class Look:
    """How lines look on a stream: whether in colours, the character of bars, and the text for
    values that are left out."""

    __slots__ = ("colour", "more", "rule")

    def __init__(self, colour: bool, rule: str, more: str):
        self.colour = colour
        self.rule = rule
        self.more = more

    def bar(self, done: float, width: int) -> str:
        """A bar of which the fraction `done` is filled."""
        full = min(width, int(width * done))
        if self.colour:
            return f"\033[32m{self.rule * full}\033[0m\033[37m{self.rule * (width - full)}\033[0m"
        return self.rule * full + "." * (width - full)

    def bold(self, text: str) -> str:
        """The text beside the bar."""
        return f"\033[1m{text}\033[0m" if self.colour else text


class Line:
    """The content of a line.

    Args:
        counted: the steps, ``12/20``.
        done: the fraction of the bar that is filled; None if unknown.
        time: the remaining or elapsed time.
        each: the time per step.
        values: the metrics, such as ``loss: 0.5``.
    """

    __slots__ = ("counted", "done", "each", "time", "values")

    def __init__(self, counted: str, done: float | None, time: str, each: str, values: list[str]):
        self.counted = counted
        self.done = done
        self.time = time
        self.each = each
        self.values = values

    def whole(self, look: Look) -> tuple[str, int]:
        """The whole line as Keras writes it, and its width."""
        return self._with(look, WIDTH, self.values), self._columns(WIDTH, self.values)

    def within(self, look: Look, room: int, widest: int = WIDTH) -> tuple[str, int, int]:
        """The line in one row of `room` columns: the bar shrinks, then the last values are left
        out, then the time per step, then the first value.

        Returns:
            The row, its width, and the width of its bar.
        """
        count = len(self.values)
        choices = [(self, kept) for kept in range(count, 0, -1)]
        choices += [(replaced(self, each=""), kept) for kept in range(count, 0, -1)]
        for line, kept in [*choices, (self, 0)]:
            values = self.values[:kept]
            end = "" if line is self and kept == count else f" - {look.more}"
            bar = min(widest, room - line._columns(0, values) - len(end))
            if bar >= NARROWEST or (self.done is None and bar >= 0):
                return (
                    line._with(look, bar, values) + end,
                    line._columns(bar, values) + len(end),
                    bar,
                )
        row = cut(f"{self.counted} {self.time} {self.each}", room)
        return row, columns_of(row), widest

    def rows(self, look: Look, room: int, widest: int = WIDTH) -> list[tuple[str, int]]:
        """All of the line: in one row if the bar can shrink enough, else wrapped between values;
        each row with its width."""
        row, wide, bar = self.within(look, room, widest)
        if not self.values or wide == self._columns(bar, self.values):
            return [(row, wide)]
        row, wide, _ = replaced(self, values=[]).within(look, room)
        rows = [(row, wide)]
        for value in self.values:
            text = " - " + value
            row, wide = rows[-1]
            if wide + columns_of(text) <= room:
                rows[-1] = row + text, wide + columns_of(text)
            else:
                rows.append((f"   {text}", 3 + columns_of(text)))
        return rows

    def _with(self, look: Look, width: int, values: list[str]) -> str:
        parts = [look.bold(self.counted), look.bold(self.time), self.each]
        if self.done is not None:
            parts.insert(1, look.bar(self.done, width))
        return " - ".join([" ".join(filter(None, parts)), *values])

    def _columns(self, bar: int, values: list[str]) -> int:
        """The width of what `_with` returns, without colours."""
        head = len(self.counted) + 1 + len(self.time) + (len(self.each) + 1 if self.each else 0)
        head += 0 if self.done is None else bar + 1
        return head + sum(3 + columns_of(value) for value in values)


def duration(seconds: float) -> str:
    """Whole seconds, with minutes and hours if there are any."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole}s"
    minutes, whole = divmod(whole, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{whole:02d}" if hours else f"{minutes}:{whole:02d}"


def each_text(seconds: float) -> str:
    """The time per step: ``41us/step``."""
    for unit, size in (("s", 1.0), ("ms", 1e-3)):
        if seconds >= size:
            return f"{seconds / size:.0f}{unit}/step"
    micro = seconds * 1e6
    return f"{micro:.0f}us/step" if micro >= 10 or micro == 0 else f"{micro:.1f}us/step"


def rate_text(rows: float) -> str:
    """Rows a second: ``1.4M rows/s``.

    >>> rate_text(1_430_000.0), rate_text(25_300.0), rate_text(810.0)
    ('1.4M rows/s', '25k rows/s', '810 rows/s')
    """
    for unit, size in (("M", 1e6), ("k", 1e3)):
        if rows >= size:
            number = rows / size
            return f"{number:.1f}{unit} rows/s" if number < 10 else f"{number:.0f}{unit} rows/s"
    return f"{rows:.0f} rows/s"


def value_text(name: str, value) -> str:
    """``loss: 0.6931``; in scientific notation if it is tiny; the mean of several values."""
    number = float(value if isinstance(value, float) else np.mean(value))
    return f"{name}: {number:.4f}" if abs(number) > 1e-3 or number == 0 else f"{name}: {number:.4e}"
