"""A layer whose neurons, side by side, are wider than a page: they stand in rows, one above
another.

The signals go up in trunks at the left and have rails below each row; what a neuron answers goes up
at the right, to a head of all outputs at the top. Where ways cross without a dot they do not meet.
"""

from __future__ import annotations

from itertools import pairwise

from ..network import Brick
from ..pieces import BRICK, Style, block
from ..shapes import Line, Piece
from . import parts as common
from .parts import BIAS, BLUE, FOOT, TIMES, Drawn
from .rails import clear, rail, step, track
from .rows import Row, row

WIDEST = 1240.0  # pixels: a row of neurons is no wider, unless it is a single one
PAUSE, EDGE, OUTLET = 0.6, 0.8, 0.55  # pitches


def folds(brick: Brick, pitch: float, gap: float) -> bool:
    """Whether a layer's neurons are wider than a page."""
    return brick.outputs > 1 and brick.outputs * (brick.inputs * pitch + gap) - gap > WIDEST


class Folded:
    """The pieces of such a layer; the arguments are those of `levels.synapses`, and the gap between
    neurons."""

    def __init__(self, brick: Brick, sockets: Row | None, base: float, style: Style, names: str,
                 gap: float):
        n, u, p = brick.inputs, brick.outputs, style.p
        self.brick, self.style, self.base, self.p = brick, style, base, p
        self.rail = step(p)
        self.sockets = sockets or row(n, 0.0, p, full=True)
        self.step = n * p + gap
        count = -(-u // max(1, int((WIDEST + gap) // self.step)))
        cuts = [u * k // count for k in range(count + 1)]
        self.rows = [range(a, b) for a, b in pairwise(cuts)]
        wide = max(map(len, self.rows)) * self.step - gap
        middle = (self.sockets.left + self.sockets.right) / 2
        self.start, self.end = middle - wide / 2, middle + wide / 2
        #: Whose way goes up at the right, from the innermost to the outermost.
        self.aside = [j for units in reversed(self.rows[:-1]) for j in units]
        space = max(p, wide / u)
        xs = tuple(middle + space * (j - (u - 1) / 2) for j in range(u))
        self.studs = Row(xs, xs[0] - p / 2, xs[-1] + p / 2, p, True)
        full = Row(self.sockets.xs, self.sockets.left, self.sockets.right, self.sockets.p, True)
        self.signals = common.signals(brick, full, base, style, names)

    def drawn(self, index: int, title: str) -> Drawn:
        """The layer."""
        p, floor = self.p, self.base - FOOT * self.p
        neurons: list[Piece] = []
        tops, feet = [], []
        for units in self.rows:
            feet.append(floor)
            floor -= self.brick.inputs * self.rail + PAUSE * p
            self._rails(units, feet[-1], floor)
            row_pieces, top = self._row(units, floor)
            neurons = row_pieces + neurons
            tops.append(top)
            floor = top - len(units) * self.rail - PAUSE * p
        for i, piece in enumerate(self.signals):
            ys = [self._rail_y(i, foot) for foot in (feet[0], feet[-1])]
            piece.parts.append(Line([[(self._trunk(i), y) for y in ys]], "rail"))
        high = tops[-1] - self.brick.outputs * self.rail - PAUSE * p
        ways = [self._way(j, k, units, top, tops[-1], high)
                for units, top in zip(self.rows, tops, strict=True)
                for k, j in enumerate(units)]
        heads, top = self._heads(high)
        piece = common.layer_piece(self.brick, index, [*ways, *heads, *neurons, *self.signals],
                                   title)
        right = self.end + EDGE * p + len(self.aside) * self.rail
        return Drawn(piece, self.sockets, self.studs,
                     min(self._trunk(0) - p, self.sockets.left, self.studs.left),
                     max(right, self.sockets.right, self.studs.right), self.base, top)

    def _greens(self, k: int) -> list[float]:
        """Where the weights of the k-th neuron of a row stand."""
        return [self.start + k * self.step + (i + 0.5) * self.p for i in range(self.brick.inputs)]

    def _middle(self, k: int) -> float:
        return self.start + k * self.step + self.brick.inputs * self.p / 2

    def _trunk(self, i: int) -> float:
        return self.start - EDGE * self.p - (self.brick.inputs - 1 - i) * self.rail

    def _rail_y(self, i: int, foot: float) -> float:
        return foot - (i + 0.8) * self.rail

    def _rails(self, units: range, foot: float, floor: float) -> None:
        """The signals below a row of neurons, and up to their weights."""
        for i, piece in enumerate(self.signals):
            y, first = self._rail_y(i, foot), self._trunk(i)
            ends = [self._greens(k)[i] for k in range(len(units))]
            strokes = [[(x, y), (x, floor)] for x in ends]
            dots = [first, *ends]
            if units is self.rows[0]:
                others = [x for k in range(len(units)) for x in self._greens(k) if x not in ends]
                x = clear(self.sockets.xs[i], others, self.p)
                strokes.append([(x, foot), (x, y)])
                dots.append(x)
            piece.parts += rail(dots, y, strokes, self.p)

    def _row(self, units: range, floor: float) -> tuple[list[Piece], float]:
        """A row's neurons, upper pieces first, and how high they reach."""
        from .levels import neuron

        wide, top = self.brick.inputs * self.p, floor - (2 * BRICK + TIMES) * self.p
        pieces = [piece for k, j in enumerate(units)
                  for piece in neuron(self.brick, j, self._greens(k), floor, self.style)]
        own = Row(tuple(self._middle(j - units[0]) for j in range(units.stop)), 0, 0, self.p, True)
        above = [(common.biases, BIAS)] if self.style.bias and self.brick.biased else []
        if not common.one_bar(self.brick):
            above.append((common.activations, BLUE))
        for make, height in above:
            made = make(self.brick, own, top, self.style, wide)
            pieces = [*made[units.start:], *pieces]
            top -= height * self.p
        return pieces, top

    def _way(self, j: int, k: int, units: range, top: float, last: float, high: float) -> Piece:
        """From the k-th neuron of a row to its place in the head."""
        x, to, p = self._middle(k), self.studs.xs[j], self.p
        y = top - (len(units) - k - 0.2) * self.rail  # the rightmost has the lowest
        strokes, tracks = [[(x, top), (x, y)]], [track(x, to, y, p)]
        if j in self.aside:
            place = self.aside.index(j)
            side = self.end + EDGE * p + place * self.rail
            up = last - (len(self.rows[-1]) + place + 0.8) * self.rail
            tracks = [track(x, side, y, p), track(to, side, up, p)]
            strokes.append([(side, y), (side, up)])
            y = up
        strokes.append([(to, y), (to, high)])
        return Piece("way", {"layer": self.brick.name, "unit": j},
                     [*tracks, Line(strokes, "rail")])

    def _heads(self, base: float) -> tuple[list[Piece], float]:
        """All outputs side by side; a softmax lies across them."""
        if common.one_bar(self.brick):
            return (common.activations(self.brick, self.studs, base, self.style),
                    base - BLUE * self.p)
        p = self.p
        return [block("outlet", {"layer": self.brick.name, "unit": j}, x - p / 2, base, p,
                      OUTLET * p, p, (x,)) for j, x in enumerate(self.studs.xs)], base - OUTLET * p
