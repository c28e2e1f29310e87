"""The transparent plates that carry the signals, below the neurons of a layer.

Each signal has its own plate, as long as the layer. It enters from the stud below, and goes up
from its plate to one weight of every neuron. Rods in the plates show this, with a dot where they
meet.
"""

from __future__ import annotations

from ..network import Brick
from ..pieces import SOCKET, SOCKET_WIDE, STUD, STUD_WIDE
from ..shapes import Ellipse, Line, Piece, Rect
from .rows import Row

THICK, MOST = 0.46, 14.0  # thickness of a plate in pitches; maximum in pixels


def height(n: int, p: float) -> float:
    """Return the height of n plates in pixels."""
    return n * min(THICK * p, MOST)


def socket(brick: Brick, i: int, x: float, base: float, p: float) -> Piece:
    """Draw a socket in the lowest plate, where a signal enters."""
    wide = SOCKET_WIDE * p
    return Piece(
        "signal",
        {"layer": brick.name, "row": i},
        [Rect(x - wide / 2, base - SOCKET * p, wide, SOCKET * p, "hole")],
    )


def signal_plates(
    brick: Brick,
    signals: list[Piece],
    sockets: Row,
    greens: list[list[float]],
    foot: float,
    floor: float,
    p: float,
) -> list[Piece]:
    """Draw a plate for each signal, from the lowest up, and add rods to the signals' pieces.

    Args:
        brick: the layer.
        signals: the signals' pieces; their rods are added to them.
        sockets: the row of sockets.
        greens: x of each neuron's weights.
        foot, floor: y of the bottom of the lowest plate and of the top of the highest.
        p: pitch in pixels.
    """
    left = min(greens[0][0] - p / 2, sockets.left)
    right = max(greens[-1][-1] + p / 2, sockets.right)
    thick = (foot - floor) / len(signals)
    plates = []
    for i, piece in enumerate(signals):
        y = foot - (i + 0.5) * thick
        ends = [xs[i] for xs in greens]
        x = _rod_x(sockets.xs[i], [x for xs in greens for k, x in enumerate(xs) if k != i], p)
        rods = [[(x, foot), (x, y)], *([(end, y), (end, floor)] for end in ends)]
        r = min(2.4, 0.16 * p)
        piece.parts += [Line(rods, "rod"), *(Ellipse(at, y, r, r, "dot") for at in (x, *ends))]
        plates.append(
            Piece(
                "axon",
                {"layer": brick.name, "row": i},
                [Rect(left, y - thick / 2, right - left, thick, "", 1.5)],
            )
        )
    plates[-1].parts[:0] = _studs(left, right, floor, greens, p)
    return plates


def _studs(left: float, right: float, y: float, greens: list[list[float]], p: float) -> list[Line]:
    """Draw the studs of the highest plate where no neuron covers it."""
    edges = [left, *(x for xs in greens for x in (xs[0] - p / 2, xs[-1] + p / 2)), right]
    wide, high, strokes = STUD_WIDE * p, STUD * p, []
    for start, end in zip(edges[::2], edges[1::2], strict=True):
        count = int((end - start) / p + 0.01)
        for k in range(count):
            x = (start + end) / 2 + (k - (count - 1) / 2) * p - wide / 2
            strokes.append([(x, y), (x, y - high), (x + wide, y - high), (x + wide, y)])
    return [Line(strokes, "", closed=True)] if strokes else []


def _rod_x(x: float, others: list[float], p: float) -> float:
    """Return the x at which a signal goes up from its socket.

    It is the socket's centre if possible, else beside the rods of other signals.
    """
    near = [other for other in others if abs(other - x) < p]
    return max(
        (x + side * p for side in (0.0, -0.15, 0.15, -0.3, 0.3)),
        key=lambda at: min([abs(other - at) for other in near] + [0.25 * p]),
    )
