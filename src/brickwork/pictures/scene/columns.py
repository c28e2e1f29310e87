"""A layer with neurons as columns: the weights of a neuron are stacked vertically.

Side by side, the weights of a wide layer would not fit on the page. Here each signal has a
transparent rail that carries one weight of every neuron, with its multiplication beside it. The
sum runs up the column. Signals enter at the bottom and are labelled again at the start of their
rail.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from ..network import Brick
from ..pieces import BRICK, LEAST_TEXT, Style, block, centred, sign_on, strength, times
from ..shapes import Piece, Rect
from ..text import text_width
from . import parts
from .fit import MARGIN
from .parts import Drawn
from .rows import Row, row

#: In pitches: width of a column, gap between columns, width of a signal's name.
COLUMN, AISLE, TAG = 2.25, 0.5, 1.5
WORDS = 66.0  # maximum pixels for the names of inputs beside columns


@dataclass(frozen=True)
class Cell:
    """Sizes of one weight with its multiplication, in pixels.

    Attributes:
        weight, multiply, sum: widths of the three pieces.
        high: height of a weight.
        rail: thickness of the rail below it.
        beam: height of the horizontal part of a sum.
        tag: width of the brick with a signal's name.
        aisle: gap between two columns.
        over: height of a multiplication on top of its weight; 0 if it is beside it.
    """

    weight: float
    multiply: float
    sum: float
    high: float
    rail: float
    beam: float
    tag: float
    aisle: float
    over: float = 0.0

    @property
    def column(self) -> float:
        """Width of a neuron."""
        return self.weight + (0.0 if self.over else self.multiply) + self.sum

    def wide(self, units: int) -> float:
        """Return the width of this many neurons, with a signal's name at their left."""
        return units * (self.column + self.aisle) + self.tag

    @property
    def storey(self) -> float:
        """Height of a signal's rail with the pieces on it."""
        return self.rail + self.high + self.over


def cell(style: Style, units: int) -> Cell:
    """Return the sizes for a layer of this many neurons.

    They are the style's, or by default those for bricks with signs. Multiplications are beside
    their weights if the page is wide enough.
    """
    p = style.p
    sizes = style.cell or Cell(
        p, 0.8 * p, 0.45 * p, max(0.95 * p, 10.0), 0.3 * p, BRICK * p, max(TAG * p, 27.0), AISLE * p
    )
    beside = replace(sizes, over=0.0)
    return beside if beside.wide(units) <= style.page - 2 * MARGIN else sizes


def columns(
    brick: Brick, index: int, sockets: Row | None, base: float, style: Style, names: str = ""
) -> Drawn:
    """Draw a layer with neurons as columns; the arguments are those of `levels.synapses`."""
    from .levels import title_of

    c, n, u = cell(style, brick.outputs), brick.inputs, brick.outputs
    own_names = style.inputs if names and len(style.inputs) == n else ()
    if own_names:
        c = replace(c, tag=max(c.tag, min(style.input_width(), WORDS)))
    wide = u * c.column + (u - 1) * c.aisle
    room = max(c.tag, style.input_width() if names else 0.0)
    sockets = sockets or row(n, 0.0, max(style.p, min(room, wide / n)), full=True)
    middle = (sockets.left + sockets.right) / 2
    left = middle - wide / 2
    xs = tuple(left + j * (c.column + c.aisle) + c.column / 2 for j in range(u))
    studs = Row(xs, left, left + wide, min(c.column, wide / u), True)
    foot = base - style.foot
    signals = parts.signals(brick, sockets.all_shown, base, style, names, numbered=True)
    start = left - c.aisle - c.tag
    pieces: list[Piece] = []
    ceiling = foot - n * c.storey
    for i, signal in enumerate(signals):
        floor = ceiling + (i + 1) * c.storey
        tags = *own_names[i : i + 1], f"{names}{i}", f"{i}"
        signal.parts += _rail(tags, start, left + wide, floor, c)
        for j in range(u):
            x = left + j * (c.column + c.aisle)
            pieces += _product(brick, i, j, x, floor - c.rail, c, style)
    sums = [
        _sum(brick, j, left + j * (c.column + c.aisle), foot - c.rail, ceiling, c, style)
        for j in range(u)
    ]
    pieces = [*sums, *pieces]
    top = ceiling - c.beam
    for make, height, visible in (
        (parts.biases, style.grey, style.bias and brick.biased),
        (parts.activations, style.blue, True),
    ):
        if visible:
            pieces = make(brick, studs, top, style, c.column) + pieces
            top -= height
    # Rails are behind the pieces on them.
    piece = parts.layer_piece(brick, index, signals + pieces, title_of(brick, style))
    return Drawn(
        piece,
        sockets,
        studs,
        min(start, sockets.left),
        max(left + wide, sockets.right),
        base,
        top,
        (left + wide, (foot + top) / 2),
    )


def _rail(names: tuple[str, ...], left: float, right: float, floor: float, c: Cell) -> list:
    """Draw a signal's rail with a tag: the first of the names that fits."""
    tag = Rect(left, floor - c.storey, c.tag, c.storey, "tag", 1.5)
    name = next((t for t in names if text_width(t, LEAST_TEXT) <= c.tag - 4), "")
    return [
        Rect(left, floor - c.rail, right - left, c.rail, "axon", 1.5),
        tag,
        centred(name, left + c.tag / 2, floor - c.storey / 2, 11),
    ]


def _product(
    brick: Brick, i: int, j: int, left: float, floor: float, c: Cell, style: Style
) -> list[Piece]:
    """Draw a weight on its rail, and its multiplication beside or on it."""
    data: dict = {"layer": brick.name, "row": i, "unit": j}
    css, sign = "", ""
    if style.weights and brick.strength is not None:
        data["value"] = parts.number(brick.kernel[i, j])
        css, sign = strength(float(brick.strength[i, j]))
    green = Piece(
        " ".join(filter(None, ("weight", css, sign))),
        data,
        [Rect(left, floor - c.high, c.weight, c.high, "", 1.5)],
    )
    middle = floor - c.high / 2
    green.parts += sign_on(sign, left + c.weight / 2, middle, 0.22 * style.p)
    x, y, wide, high = left + c.weight, floor - c.high, c.multiply, c.high
    if c.over:
        x, y, wide, high = left, floor - c.high - c.over, c.weight, c.over
    yellow = Piece(
        "multiply",
        {"layer": brick.name, "row": i, "unit": j},
        [Rect(x, y, wide, high, "", 1.5), times(x + wide / 2, y + high / 2, 0.15 * style.p)],
    )
    return [yellow, green]


def _sum(
    brick: Brick, j: int, left: float, floor: float, ceiling: float, c: Cell, style: Style
) -> Piece:
    """Draw the sum: up along all products, and over them."""
    piece = block("sum", {"layer": brick.name, "unit": j}, left, ceiling, c.column, c.beam, style.p)
    spine = Rect(left + c.column - c.sum, ceiling - 1.5, c.sum, floor - ceiling + 1.5, "spine")
    join = Rect(spine.x, ceiling - 3, c.sum, 4, "join")
    piece.parts += [
        spine,
        join,
        parts.sigma(left + c.column / 2, ceiling - c.beam / 2, min(0.32 * style.p, 0.3 * c.beam)),
    ]
    return piece
