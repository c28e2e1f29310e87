"""The front view of one brick: its body, studs, sockets and sign.

Sizes are those of real bricks, in pitches of studs (8 mm); `Style.p` is the pitch in pixels.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from .. import activations
from .palette import GREENS
from .shapes import Line, Piece, Rect, Text
from .text import text_width
from .words import Words

if TYPE_CHECKING:
    from .scene.columns import Cell

STUD, STUD_WIDE = 0.2125, 0.6
SOCKET, SOCKET_WIDE = 0.24, 0.68
BRICK, PLATE = 1.2, 0.4
FOOT, BLUE, BIAS = 0.8, 0.8, 0.6  # heights of signals, activations, biases; more if text needs it
TEXT, LEAST_TEXT = 12.0, 11.0  # font size, smallest font size
NAMED = 40.0  # width in pixels of the brick of an unnamed input, if there is room


#: Default width in pixels for the layout: a column of text on the web.
PAGE = 830.0


@dataclass(frozen=True)
class Style:
    """How a picture is drawn.

    Attributes:
        words: the language.
        p: pitch of studs in pixels.
        weights: whether weights tint their bricks.
        bias: whether biases are drawn.
        columns: whether a neuron's weights are stacked vertically instead of side by side.
        beside: whether captions are beside their layers; else they are listed below.
        page: width in pixels for which the picture is laid out.
        feet: whether every signal enters through a brick, not only the network's inputs.
        least_blue: minimum height of an activation in pixels, for its text.
        inputs: the names of the network's inputs, if known.
        cell: sizes in columns, if numbers are written on them.
    """

    words: Words
    p: float = 26.0
    weights: bool = True
    bias: bool = False
    columns: bool = False
    beside: bool = True
    page: float = PAGE
    feet: bool = False
    least_blue: float = 16.0
    inputs: tuple[str, ...] = ()
    cell: Cell | None = None

    def input_width(self) -> float:
        """Return the preferred width of an input's brick in pixels."""
        return max([NAMED, *(text_width(name, LEAST_TEXT) + 8 for name in self.inputs)])

    @property
    def blue(self) -> float:
        """The height of an activation in pixels, which has room for its name at any pitch."""
        return max(BLUE * self.p, self.least_blue)

    @property
    def foot(self) -> float:
        """The height of a signal's brick in pixels."""
        return max(FOOT * self.p, 18.0)

    @property
    def grey(self) -> float:
        """The height of a bias in pixels."""
        return max(BIAS * self.p, 14.0)


def block(
    css: str,
    data: dict,
    left: float,
    base: float,
    width: float,
    height: float,
    p: float,
    studs=(),
    sockets=(),
    hollow: bool = False,
) -> Piece:
    """Draw a brick.

    Args:
        css, data: classes and data of its piece.
        left, base: x and y of its lower left corner, in pixels.
        width, height: its size in pixels.
        p: the pitch in pixels.
        studs, sockets: x of their centres.
        hollow: whether the studs are hollow, as for negative weights.
    """
    top = base - height
    parts: list = [
        Rect(x - STUD_WIDE * p / 2, top - STUD * p, STUD_WIDE * p, STUD * p) for x in studs
    ]
    if hollow:
        parts += [_hole(stud) for stud in parts]
    parts.append(Rect(left, top, width, height, "", 1.5))
    parts += [
        Rect(x - SOCKET_WIDE * p / 2, base - SOCKET * p, SOCKET_WIDE * p, SOCKET * p, "hole")
        for x in sockets
    ]
    return Piece(css, data, parts)


def strength(value: float | None) -> tuple[str, str]:
    """Return the classes of a weight with a strength from -1 to 1: its green and its sign.

    An unknown weight (None) has neither; NaN has the sign "nan".
    """
    if value is None:
        return "", ""
    if value != value:
        return "", "nan"
    step = min(len(GREENS) - 1, int(abs(value) * len(GREENS)))
    return f"s{step}", "neg" if value < 0 else "pos"


def times(x: float, y: float, r: float) -> Line:
    """Draw the multiplication sign."""
    return Line([[(x - r, y - r), (x + r, y + r)], [(x - r, y + r), (x + r, y - r)]], "sign")


def plus_minus(x: float, y: float, r: float, negative: bool) -> Line:
    """Draw the sign of a weight."""
    strokes = [[(x - r, y), (x + r, y)]]
    if not negative:
        strokes.append([(x, y - r), (x, y + r)])
    return Line(strokes, "sign")


def sign_on(sign: str, x: float, y: float, r: float) -> list:
    """Draw a weight's sign: plus, minus, a question mark for "nan", or nothing for ""."""
    if sign == "nan":
        return [centred("?", x, y, TEXT, "", True)]
    return [plus_minus(x, y, r, sign == "neg")] if sign else []


def negated(piece: Piece) -> Piece:
    """Return the brick or line of a positive weight changed to a negative one.

    Its sign keeps only the first strokes, and its stud becomes hollow.
    """
    shapes: list = list(piece.negative.parts) if piece.negative else []
    for shape in [] if piece.negative else piece.parts:
        if isinstance(shape, Line) and shape.css == "sign":
            shape = Line(shape.strokes[: len(shape.strokes) // 2], shape.css)
        elif isinstance(shape, Rect) and shape.r:  # the body, which follows the studs
            shapes += [_hole(stud) for stud in shapes]
        shapes.append(shape)
    return Piece(piece.css.removesuffix("pos") + "neg", piece.data, shapes, piece.title)


def _hole(stud: Rect) -> Rect:
    return Rect(stud.x + stud.w / 4, stud.y, stud.w / 2, stud.h, "hollow")


def sigma(x: float, y: float, r: float) -> Line:
    """Draw the summation sign."""
    w = 0.8 * r
    return Line(
        [
            [
                (x + w, y - 0.7 * r),
                (x + w, y - r),
                (x - w, y - r),
                (x + 0.15 * r, y),
                (x - w, y + r),
                (x + w, y + r),
                (x + w, y + 0.7 * r),
            ]
        ],
        "sign bright",
    )


#: Softmax is drawn as an exponential, which it is before normalization.
_DRAWN_AS = {"softmax": "exponential"}


def curve(activation: str, x: float, y: float, w: float, h: float) -> list[Line]:
    """Draw the curve of an activation in a rectangle centred at x, y; none if it is unknown."""
    points = [(x + w * across, y - h * up) for across, up in _samples(activation)]
    return [Line([points], "sign bright")] if points else []


@cache
def _samples(activation: str) -> list[tuple[float, float]]:
    """Return points of an activation's curve from -4 to 4, scaled to a unit square around 0."""
    name = _DRAWN_AS.get(activation, activation)
    if not activations.registry.holds(name):
        return []
    function, ts = activations.get(name), np.linspace(-4, 4, 17)
    try:
        values, one = function(ts), function(ts[:1])
    except (TypeError, ValueError):  # it needs more arguments, or an even number of values
        return []
    if values.shape != ts.shape or values[0] != one[0]:  # it is no function of single numbers
        return []
    low, high = float(values.min()), float(values.max())
    return [
        (float(t) / 8, (float(v) - low) / ((high - low) or 1) - 0.5)
        for t, v in zip(ts, values, strict=True)
    ]


def centred(
    text: str, x: float, y: float, size: float = TEXT, css: str = "", bold: bool = False
) -> Text:
    """Return a text centred at x, y."""
    return Text(x, y + 0.35 * size, text, size, css, "middle", bold)


def arrow(x: float, base: float, length: float) -> Line:
    """Draw a small upward arrow that starts at (x, base)."""
    tip = base - length
    return Line(
        [[(x, base), (x, tip)], [(x - 3.5, tip + 4.5), (x, tip), (x + 3.5, tip + 4.5)]], "arrow"
    )
