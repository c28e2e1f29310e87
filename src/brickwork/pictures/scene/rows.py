"""Rows of studs or sockets: all are drawn if they are few, else the first and last ones."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from math import log2

MOST, FIRST, LAST, BETWEEN = 16, 6, 2, 16


def span(n: int) -> float:
    """Return the width of a row of n studs in pitches."""
    return n if n <= MOST else MOST + 6 * log2(n / MOST)


@dataclass(frozen=True)
class Row:
    """A row of units, by the x of their centres.

    Attributes:
        xs: centres of all units, hidden ones included.
        left, right: x of its ends.
        p: width of a unit in pixels.
        full: whether every unit is drawn, even in a long row.
    """

    xs: tuple[float, ...]
    left: float
    right: float
    p: float
    full: bool = False

    @property
    def n(self) -> int:
        return len(self.xs)

    @property
    def shown(self) -> list[int]:
        """Indices of the units that are drawn individually."""
        if self.full or self.n <= MOST:
            return list(range(self.n))
        return [*range(FIRST), *range(self.n - LAST, self.n)]

    @property
    def hidden(self) -> int:
        """Number of units that are not drawn individually."""
        return self.n - len(self.shown)

    @property
    def zone(self) -> tuple[float, float]:
        """Left and right x of the mark for hidden units."""
        return self.xs[FIRST - 1] + self.p / 2, self.xs[-LAST] - self.p / 2

    @property
    def groups(self) -> list[tuple[int, int, float, float]]:
        """Groups of units: ``(first, last + 1, left, right)``, in order.

        A visible unit is a group by itself; hidden ones are in at most `BETWEEN` groups.
        """
        half = self.p / 2
        alone = [(k, k + 1, self.xs[k] - half, self.xs[k] + half) for k in self.shown]
        if not self.hidden:
            return alone
        (start, end), parts = self.zone, min(BETWEEN, self.hidden)
        cuts = [FIRST + self.hidden * k // parts for k in range(parts + 1)]
        edges = [start + (end - start) * k / parts for k in range(parts + 1)]
        between = [(cuts[k], cuts[k + 1], edges[k], edges[k + 1]) for k in range(parts)]
        return [*alone[:FIRST], *between, *alone[FIRST:]]

    @property
    def drawn(self) -> list[float]:
        """Centres of the units that are drawn individually."""
        return [self.xs[k] for k in self.shown]

    @property
    def all_shown(self) -> Row:
        """The row with every unit drawn, at a width that fits the smallest distance."""
        close = min([b - a for a, b in pairwise(self.xs)], default=self.p)
        return Row(self.xs, self.left, self.right, min(self.p, close), True)

    def moved(self, dx: float) -> Row:
        """Return the row shifted by `dx`."""
        return Row(
            tuple(x + dx for x in self.xs), self.left + dx, self.right + dx, self.p, self.full
        )


def row(n: int, centre: float, p: float, full: bool = False) -> Row:
    """Return a row of n units side by side, centred."""
    width = (n if full else span(n)) * p
    left, right = centre - width / 2, centre + width / 2
    if full or n <= MOST:
        xs = [left + (k + 0.5) * p for k in range(n)]
    else:
        start, end = left + FIRST * p, right - LAST * p
        hidden = n - FIRST - LAST
        xs = [
            *(left + (k + 0.5) * p for k in range(FIRST)),
            *(start + (end - start) * (k + 0.5) / hidden for k in range(hidden)),
            *(end + (k + 0.5) * p for k in range(LAST)),
        ]
    return Row(tuple(xs), left, right, p, full)


def row_at(xs, p: float) -> Row:
    """Return a row of units with the given centres."""
    xs = tuple(xs)
    return Row(xs, xs[0] - p / 2, xs[-1] + p / 2, p, True)


def aligned(a: Row, b: Row) -> bool:
    """Return whether the units of both rows have the same x."""
    return a.n == b.n and all(abs(x - y) < 0.01 for x, y in zip(a.xs, b.xs, strict=True))
