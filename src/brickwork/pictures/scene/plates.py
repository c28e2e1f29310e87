"""The transparent plates that carry the signals, and that the neurons of a layer stand on.

Each signal has a plate of its own, as long as the layer. It comes in from the stud below, and goes
up from its plate to one weight of every neuron: rods in the glass, with a dot where they meet.
"""

from __future__ import annotations

from ..network import Brick
from ..pieces import SOCKET, SOCKET_WIDE, STUD, STUD_WIDE
from ..shapes import Ellipse, Line, Piece, Rect
from .rows import Row

THICK, MOST = 0.46, 14.0  # how thick a plate is: in pitches, and pixels at most


def height(n: int, p: float) -> float:
    """How high n plates are, in pixels."""
    return n * min(THICK * p, MOST)


def socket(brick: Brick, i: int, x: float, base: float, p: float) -> Piece:
    """The way in of a signal: a socket in the lowest plate."""
    wide = SOCKET_WIDE * p
    return Piece("signal", {"layer": brick.name, "row": i},
                 [Rect(x - wide / 2, base - SOCKET * p, wide, SOCKET * p, "hole")])


def add(brick: Brick, signals: list[Piece], sockets: Row, greens: list[list[float]], foot: float,
        floor: float, p: float) -> list[Piece]:
    """A plate for each signal, between the heights `foot` and `floor`; the lowest is the first.

    Args:
        brick: the layer.
        signals: their pieces, which the ways in the glass become parts of.
        sockets: where signals come in.
        greens: the x of each neuron's weights.
        foot, floor: where the lowest plate begins and the highest ends.
        p: the pitch in pixels.
    """
    left = min(greens[0][0] - p / 2, sockets.left)
    right = max(greens[-1][-1] + p / 2, sockets.right)
    thick = (foot - floor) / len(signals)
    plates = []
    for i, piece in enumerate(signals):
        y = foot - (i + 0.5) * thick
        ends = [xs[i] for xs in greens]
        x = _clear(sockets.xs[i], [x for xs in greens for k, x in enumerate(xs) if k != i], p)
        ways = [[(x, foot), (x, y)], *([(end, y), (end, floor)] for end in ends)]
        r = min(2.4, 0.16 * p)
        piece.parts += [Line(ways, "rod"), *(Ellipse(at, y, r, r, "dot") for at in (x, *ends))]
        plates.append(Piece("axon", {"layer": brick.name, "row": i},
                            [Rect(left, y - thick / 2, right - left, thick, "", 1.5)]))
    plates[-1].parts[:0] = _studs(left, right, floor, greens, p)
    return plates


def _studs(left: float, right: float, y: float, greens: list[list[float]], p: float) -> list[Line]:
    """The studs of the highest plate where no neuron stands on it."""
    edges = [left, *(x for xs in greens for x in (xs[0] - p / 2, xs[-1] + p / 2)), right]
    wide, high, strokes = STUD_WIDE * p, STUD * p, []
    for start, end in zip(edges[::2], edges[1::2], strict=True):
        count = int((end - start) / p + 0.01)
        for k in range(count):
            x = (start + end) / 2 + (k - (count - 1) / 2) * p - wide / 2
            strokes.append([(x, y), (x, y - high), (x + wide, y - high), (x + wide, y)])
    return [Line(strokes, "", closed=True)] if strokes else []


def _clear(x: float, others: list[float], p: float) -> float:
    """Where above its socket a signal goes up: beside the ways of the others, for a finger to
    follow; in the middle wherever it can."""
    near = [other for other in others if abs(other - x) < p]
    return max((x + side * p for side in (0.0, -0.15, 0.15, -0.3, 0.3)), key=lambda at: min(
        [abs(other - at) for other in near] + [0.25 * p]))
