"""What all levels of a layer's picture have in common: signals, sums, activations, gaps."""

from __future__ import annotations

from dataclasses import dataclass

from ...errors import ArgumentError
from ..network import Brick
from ..pieces import BRICK, LEAST_TEXT, SOCKET, TEXT, Style, arrow, block, centred, curve, sigma
from ..shapes import Line, Piece, Rect, Text
from ..text import text_width
from .rows import Row

TIMES, GAP = 0.8, 1.5  # heights, in pitches
ARROW = 16.0


@dataclass
class Drawn:
    """A layer that has been drawn.

    Attributes:
        piece: the shapes, the group "layer".
        sockets, studs: where signals enter, at `base`, and leave, at `top`.
        left, right: how far it reaches.
        beside: where its caption points to, if not to its middle.
    """

    piece: Piece
    sockets: Row
    studs: Row
    left: float
    right: float
    base: float
    top: float
    beside: tuple[float, float] | None = None

    @property
    def anchor(self) -> tuple[float, float]:
        """Where the line from its caption ends."""
        return self.beside or (self.right, (self.base + self.top) / 2)


def layer_piece(brick: Brick, index: int, parts: list, title: str) -> Piece:
    """The group of a whole brick."""
    return Piece("layer", {"layer": brick.name, "index": index}, parts, title)


def mark(css: str, row: Row, base: float, height: float, words, text_css: str = "") -> list:
    """What stands for the hidden units of a row."""
    if not row.hidden:
        return []
    start, end = row.zone
    text = words.more(row.hidden)
    parts: list = [Rect(start, base - height, end - start, height, "", 1.5)]
    if text_css is not None:
        parts.append(centred(text, (start + end) / 2, base - height / 2, 11, text_css))
    return [Piece(f"{css} more", {"count": row.hidden}, parts)]


def signals(brick: Brick, row: Row, base: float, style: Style, names: str = "",
            numbered: bool = False) -> list[Piece]:
    """The transparent bricks by which signals enter; `names` is put before their numbers, which
    are also there where they are asked for."""
    p, height = row.p, style.foot
    pieces = []
    own = style.inputs if names and len(style.inputs) == row.n else ()
    for k, name in zip(row.shown, _names(row, names, numbered), strict=True):
        x = row.xs[k]
        piece = block("signal", {"layer": brick.name, "row": k}, x - p / 2, base, p, height,
                      style.p, (), (x,))
        name = next((t for t in own[k:k + 1] if text_width(t, LEAST_TEXT) <= p - 4), name)
        if name:
            piece.parts.append(centred(name, x, base - (height + SOCKET * style.p) / 2, 11))
        pieces.append(piece)
    return pieces + mark("signal", row, base, height, style.words)


def _names(row: Row, names: str, numbered: bool) -> list[str]:
    """What is written on each signal: "x0", or "0" where that does not fit on all. In columns,
    whose tags say it too, all have a number or none has."""
    if not (names or numbered):
        return [""] * len(row.shown)
    for before in (names, ""):
        said = [f"{before}{k}" for k in row.shown]
        fit = [text_width(text, 11) <= row.p - 4 for text in said]
        if all(fit):
            return said
    return [text if fits and not numbered else "" for text, fits in zip(said, fit, strict=True)]


def sums(brick: Brick, row: Row, base: float, style: Style) -> list[Piece]:
    """One red brick a unit."""
    p, height = row.p, BRICK * style.p
    pieces = []
    for j in row.shown:
        x = row.xs[j]
        piece = block("sum", {"layer": brick.name, "unit": j}, x - p / 2, base, p, height, style.p)
        piece.parts.append(sigma(x, base - height / 2, 0.26 * style.p))
        pieces.append(piece)
    return pieces + mark("sum", row, base, height, style.words, "white")


def biases(brick: Brick, row: Row, base: float, style: Style, width: float = 0) -> list[Piece]:
    """One grey plate a unit, between sum and activation."""
    height, pieces = style.grey, []
    for j in row.shown:
        x, w = row.xs[j], width or row.p
        data: dict = {"layer": brick.name, "unit": j}
        if brick.bias is not None:
            data["value"] = number(brick.bias[j])
        piece = block("bias", data, x - w / 2, base, w, height, style.p)
        piece.parts.append(centred("+b", x, base - height / 2, 11, "dark"))
        pieces.append(piece)
    return pieces + mark("bias", row, base, height, style.words, "dark")


def one_bar(brick: Brick) -> bool:
    """Whether the activation looks at all units together."""
    return "softmax" in brick.activation


def activations(brick: Brick, row: Row, base: float, style: Style, width: float = 0) -> list[Piece]:
    """One blue plate a unit with the studs that go out; a single bar for softmax."""
    height = style.blue
    data: dict = {"layer": brick.name}
    if one_bar(brick):
        half = (width or row.p) / 2
        left, right = row.xs[0] - half, row.xs[-1] + half
        piece = block("activation", data, left, base, right - left, height, style.p, row.drawn)
        piece.parts += function(brick.activation, (left + right) / 2, base - height / 2,
                                right - left, style, row.hidden)
        return [piece]
    pieces = []
    for j in row.shown:
        x, w = row.xs[j], width or row.p
        piece = block("activation", {**data, "unit": j}, x - w / 2, base, w, height, style.p, (x,))
        piece.parts += function(brick.activation, x, base - height / 2, w, style)
        pieces.append(piece)
    return pieces + mark("activation", row, base, height, style.words, "white")


def function(activation: str, x: float, y: float, room: float, style: Style,
             hidden: int = 0) -> list:
    """An activation's curve and its name, where there is room; and how many units of a row are
    not drawn one by one."""
    w, h = max(0.55 * style.p, 10.0), 0.5 * style.blue
    drawn = curve(activation, x, y, w, h)
    text = f"{activation} · {style.words.more(hidden)}" if hidden else activation
    wide = text_width(text, TEXT, True)
    if room >= wide + w + 18:
        x -= (wide + 6) / 2 if drawn else 0
        drawn = curve(activation, x, y, w, h)
        start = x + (w / 2 + 6 if drawn else -wide / 2)
        drawn.append(Text(start, y + 0.35 * TEXT, text, TEXT, "white", "start", True))
    elif hidden:
        drawn = [centred(style.words.more(hidden), x, y, TEXT, "white", True)]
    elif not drawn and room >= text_width("f", TEXT, True) + 4:
        drawn = [centred("f", x, y, TEXT, "white", True)]
    return [Piece("more", {"count": hidden}, drawn)] if hidden else drawn


def arrows(row: Row, base: float, length: float) -> list:
    """Arrows under the sockets, or above the studs, that are drawn."""
    return [arrow(x, base, length) for x in row.drawn]


def guides(lower: Row, upper: Row, base: float, top: float) -> list:
    """Dashed lines from each stud to the socket that it belongs to."""
    strokes = [[(lower.xs[k], base), (upper.xs[k], top)] for k in lower.shown
               if k < upper.n]
    return [Line(strokes, "guide")] if strokes else []


def number(value) -> float:
    """A number with as many digits as a picture says."""
    return float(f"{float(value):.4g}")


def refuse(what: str, problem: str):
    """Raise what is wrong with an argument."""
    raise ArgumentError(f"draw: {what}", problem)
