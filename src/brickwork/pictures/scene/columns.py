"""A layer whose neurons are columns: their weights stand one above another.

Side by side, the weights of a wide layer would not fit on a page. Here each signal has a
transparent rail of its own, on which one weight of every neuron stands; beside it is its
multiplication, and the sum runs up the column. Signals come in at the foot, and are named again
where their rail begins.
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

#: In pitches: how wide a column is, what is between two of them, and a signal's name.
COLUMN, AISLE, TAG = 2.25, 0.5, 1.5
WORDS = 66.0  # pixels for the names of inputs beside columns, at most


@dataclass(frozen=True)
class Cell:
    """The measures of one weight with its multiplication, in pixels.

    Attributes:
        weight, multiply, sum: how wide the three pieces are.
        high: how high a weight is.
        rail: the thickness of the rail below it.
        beam: how high the top of a sum is.
        tag: how wide the brick with a signal's name is.
        aisle: what is between two columns.
        over: how high a multiplication is that stands on its weight; 0 beside it.
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
        """How wide a neuron is."""
        return self.weight + (0.0 if self.over else self.multiply) + self.sum

    def wide(self, units: int) -> float:
        """How wide so many neurons are, with a signal's name at their left."""
        return units * (self.column + self.aisle) + self.tag

    @property
    def storey(self) -> float:
        """How high a signal's rail is with what stands on it."""
        return self.rail + self.high + self.over


def cell(style: Style, units: int) -> Cell:
    """The measures in a layer of so many neurons: those of bricks that show signs, or those that
    the style brings along. Multiplications stand beside their weights where the page has room."""
    p = style.p
    made = style.cell or Cell(p, 0.8 * p, 0.45 * p, max(0.95 * p, 10.0), 0.3 * p, BRICK * p,
                              max(TAG * p, 27.0), AISLE * p)
    beside = replace(made, over=0.0)
    return beside if beside.wide(units) <= style.page - 2 * MARGIN else made


def columns(brick: Brick, index: int, sockets: Row | None, base: float, style: Style,
            names: str = "") -> Drawn:
    """Draw such a layer; the arguments are those of `levels.synapses`."""
    from .levels import title_of

    c, n, u = cell(style, brick.outputs), brick.inputs, brick.outputs
    own = style.inputs if names and len(style.inputs) == n else ()
    if own:
        c = replace(c, tag=max(c.tag, min(style.input_width(), WORDS)))
    wide = u * c.column + (u - 1) * c.aisle
    room = max(c.tag, style.input_width() if names else 0.0)
    sockets = sockets or row(n, 0.0, max(style.p, min(room, wide / n)), full=True)
    middle = (sockets.left + sockets.right) / 2
    left = middle - wide / 2
    xs = tuple(left + j * (c.column + c.aisle) + c.column / 2 for j in range(u))
    studs = Row(xs, left, left + wide, min(c.column, wide / u), True)
    foot = base - style.foot
    signals = parts.signals(brick, sockets.whole, base, style, names, numbered=True)
    start = left - c.aisle - c.tag
    pieces: list[Piece] = []
    ceiling = foot - n * c.storey
    for i, signal in enumerate(signals):
        floor = ceiling + (i + 1) * c.storey
        signal.parts += _rail((*own[i:i + 1], f"{names}{i}", f"{i}"), start, left + wide, floor, c)
        for j in range(u):
            x = left + j * (c.column + c.aisle)
            pieces += _product(brick, i, j, x, floor - c.rail, c, style)
    sums = [_sum(brick, j, left + j * (c.column + c.aisle), foot - c.rail, ceiling, c, style)
            for j in range(u)]
    pieces = [*sums, *pieces]
    top = ceiling - c.beam
    for make, height, there in ((parts.biases, style.grey, style.bias and brick.biased),
                                (parts.activations, style.blue, True)):
        if there:
            pieces = make(brick, studs, top, style, c.column) + pieces
            top -= height
    # Rails lie behind what stands on them.
    piece = parts.layer_piece(brick, index, signals + pieces, title_of(brick, style))
    return Drawn(piece, sockets, studs, min(start, sockets.left),
                 max(left + wide, sockets.right), base, top, (left + wide, (foot + top) / 2))


def _rail(names: tuple[str, ...], left: float, right: float, floor: float, c: Cell) -> list:
    """A signal's rail, and at its beginning the first of its names that has room there."""
    tag = Rect(left, floor - c.storey, c.tag, c.storey, "tag", 1.5)
    name = next((t for t in names if text_width(t, LEAST_TEXT) <= c.tag - 4), "")
    return [Rect(left, floor - c.rail, right - left, c.rail, "axon", 1.5), tag,
            centred(name, left + c.tag / 2, floor - c.storey / 2, 11)]


def _product(brick: Brick, i: int, j: int, left: float, floor: float, c: Cell,
             style: Style) -> list[Piece]:
    """A weight on its rail, and beside it its multiplication."""
    data: dict = {"layer": brick.name, "row": i, "unit": j}
    css, sign = "", ""
    if style.weights and brick.strength is not None:
        data["value"] = parts.number(brick.kernel[i, j])
        css, sign = strength(float(brick.strength[i, j]))
    green = Piece(" ".join(filter(None, ("weight", css, sign))), data,
                  [Rect(left, floor - c.high, c.weight, c.high, "", 1.5)])
    middle = floor - c.high / 2
    green.parts += sign_on(sign, left + c.weight / 2, middle, 0.22 * style.p)
    x, y, wide, high = left + c.weight, floor - c.high, c.multiply, c.high
    if c.over:
        x, y, wide, high = left, floor - c.high - c.over, c.weight, c.over
    yellow = Piece("multiply", {"layer": brick.name, "row": i, "unit": j}, [
        Rect(x, y, wide, high, "", 1.5), times(x + wide / 2, y + high / 2, 0.15 * style.p)])
    return [yellow, green]


def _sum(brick: Brick, j: int, left: float, floor: float, ceiling: float, c: Cell,
         style: Style) -> Piece:
    """The sum: up along all products, and over them."""
    piece = block("sum", {"layer": brick.name, "unit": j}, left, ceiling, c.column, c.beam, style.p)
    spine = Rect(left + c.column - c.sum, ceiling - 1.5, c.sum, floor - ceiling + 1.5, "spine")
    join = Rect(spine.x, ceiling - 3, c.sum, 4, "join")
    piece.parts += [spine, join, parts.sigma(left + c.column / 2, ceiling - c.beam / 2,
                                             min(0.32 * style.p, 0.3 * c.beam))]
    return piece
