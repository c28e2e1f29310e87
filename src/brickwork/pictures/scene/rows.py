"""Where the studs of a row stand: all of them while they are few, else the first and the last."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from math import log2

MOST, FIRST, LAST, BETWEEN = 16, 6, 2, 16


def span(n: int) -> float:
    """How many pitches wide a row of n studs is drawn."""
    return n if n <= MOST else MOST + 6 * log2(n / MOST)


@dataclass(frozen=True)
class Row:
    """A row of units: the x of each one's middle.

    Attributes:
        xs: of all units, those between the first and the last of a long row included.
        left, right: where the row ends.
        p: how wide a unit is drawn.
        full: whether every unit is drawn, however many there are.
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
        """The units that are drawn one by one."""
        if self.full or self.n <= MOST:
            return list(range(self.n))
        return [*range(FIRST), *range(self.n - LAST, self.n)]

    @property
    def hidden(self) -> int:
        """How many are not."""
        return self.n - len(self.shown)

    @property
    def zone(self) -> tuple[float, float]:
        """From where to where the mark for the hidden ones reaches."""
        return self.xs[FIRST - 1] + self.p / 2, self.xs[-LAST] - self.p / 2

    @property
    def groups(self) -> list[tuple[int, int, float, float]]:
        """All units in groups that lie side by side, each from one up to another, with the left
        and right end: those that are drawn one by one, the others in `BETWEEN` parts."""
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
        """The x of those that are drawn one by one."""
        return [self.xs[k] for k in self.shown]

    @property
    def whole(self) -> Row:
        """The row with every unit drawn, as wide as those that stand closest leave room for."""
        close = min([b - a for a, b in pairwise(self.xs)], default=self.p)
        return Row(self.xs, self.left, self.right, min(self.p, close), True)

    def moved(self, dx: float) -> Row:
        """The row, shifted."""
        return Row(tuple(x + dx for x in self.xs), self.left + dx, self.right + dx, self.p,
                   self.full)


def row(n: int, centre: float, p: float, full: bool = False) -> Row:
    """n units side by side around a middle."""
    width = (n if full else span(n)) * p
    left, right = centre - width / 2, centre + width / 2
    if full or n <= MOST:
        xs = [left + (k + 0.5) * p for k in range(n)]
    else:
        start, end = left + FIRST * p, right - LAST * p
        hidden = n - FIRST - LAST
        xs = [*(left + (k + 0.5) * p for k in range(FIRST)),
              *(start + (end - start) * (k + 0.5) / hidden for k in range(hidden)),
              *(end + (k + 0.5) * p for k in range(LAST))]
    return Row(tuple(xs), left, right, p, full)


def spread(xs, p: float) -> Row:
    """Units that stand where they are told to."""
    xs = tuple(xs)
    return Row(xs, xs[0] - p / 2, xs[-1] + p / 2, p, True)


def same(a: Row, b: Row) -> bool:
    """Whether every unit of one stands above that of the other."""
    return a.n == b.n and all(abs(x - y) < 0.01 for x, y in zip(a.xs, b.xs, strict=True))
