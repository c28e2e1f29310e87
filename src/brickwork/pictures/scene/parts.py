"""Pieces shared by all levels of a layer's picture: signals, sums, biases, activations."""

from __future__ import annotations

from dataclasses import dataclass

from ...errors import ArgumentError
from ..network import Brick
from ..pieces import BRICK, LEAST_TEXT, SOCKET, TEXT, Style, arrow, block, centred, curve, sigma
from ..shapes import Line, Piece, Rect, Text
from ..text import text_width
from .rows import Row

TIMES, GAP = 0.8, 1.5  # in pitches: height of a multiplication, gap between layers drawn apart
ARROW = 16.0


@dataclass
class Drawn:
    """A layer's shapes, with where they are.

    Attributes:
        piece: the shapes, in a group of class "layer".
        sockets, studs: rows where signals enter, at `base`, and leave, at `top`.
        left, right: x of its ends.
        base, top: y of its bottom and top.
        beside: the point to which its caption's leader goes; None for the middle of its side.
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
        """The end of its caption's leader."""
        return self.beside or (self.right, (self.base + self.top) / 2)


def layer_piece(brick: Brick, index: int, parts: list, title: str) -> Piece:
    """Return the group of a layer."""
    return Piece("layer", {"layer": brick.name, "index": index}, parts, title)


def hidden_mark(css: str, row: Row, base: float, height: float, words, text_css: str = "") -> list:
    """Return the mark for the hidden units of a row; empty if there are none."""
    if not row.hidden:
        return []
    start, end = row.zone
    text = words.more(row.hidden)
    parts: list = [Rect(start, base - height, end - start, height, "", 1.5)]
    if text_css is not None:
        parts.append(centred(text, (start + end) / 2, base - height / 2, 11, text_css))
    return [Piece(f"{css} more", {"count": row.hidden}, parts)]


def signals(
    brick: Brick, row: Row, base: float, style: Style, names: str = "", numbered: bool = False
) -> list[Piece]:
    """Draw the transparent bricks where signals enter.

    Args:
        brick: the layer.
        row: the row of sockets.
        base: y of the bottom.
        style: how to draw.
        names: prefix of the signals' numbers; "" for no names.
        numbered: whether to show numbers even without a prefix.
    """
    p, height = row.p, style.foot
    pieces = []
    columns = style.inputs if names and len(style.inputs) == row.n else ()
    for k, name in zip(row.shown, _names(row, names, numbered), strict=True):
        x = row.xs[k]
        piece = block(
            "signal", {"layer": brick.name, "row": k}, x - p / 2, base, p, height, style.p, (), (x,)
        )
        name = next((t for t in columns[k : k + 1] if text_width(t, LEAST_TEXT) <= p - 4), name)
        if name:
            piece.parts.append(centred(name, x, base - (height + SOCKET * style.p) / 2, 11))
        pieces.append(piece)
    return pieces + hidden_mark("signal", row, base, height, style.words)


def _names(row: Row, names: str, numbered: bool) -> list[str]:
    """Return the text on each signal: "x0", or "0" if "x0" does not fit on all.

    In columns, whose tags show the number too, all signals have a number or none has.
    """
    if not (names or numbered):
        return [""] * len(row.shown)
    for prefix in (names, ""):
        texts = [f"{prefix}{k}" for k in row.shown]
        fit = [text_width(text, 11) <= row.p - 4 for text in texts]
        if all(fit):
            return texts
    return [text if fits and not numbered else "" for text, fits in zip(texts, fit, strict=True)]


def sums(brick: Brick, row: Row, base: float, style: Style) -> list[Piece]:
    """Draw one red brick per unit."""
    p, height = row.p, BRICK * style.p
    pieces = []
    for j in row.shown:
        x = row.xs[j]
        piece = block("sum", {"layer": brick.name, "unit": j}, x - p / 2, base, p, height, style.p)
        piece.parts.append(sigma(x, base - height / 2, 0.26 * style.p))
        pieces.append(piece)
    return pieces + hidden_mark("sum", row, base, height, style.words, "white")


def biases(brick: Brick, row: Row, base: float, style: Style, width: float = 0) -> list[Piece]:
    """Draw one grey plate per unit, between sum and activation."""
    height, pieces = style.grey, []
    for j in row.shown:
        x, w = row.xs[j], width or row.p
        data: dict = {"layer": brick.name, "unit": j}
        if brick.bias is not None:
            data["value"] = number(brick.bias[j])
        piece = block("bias", data, x - w / 2, base, w, height, style.p)
        piece.parts.append(centred("+b", x, base - height / 2, 11, "dark"))
        pieces.append(piece)
    return pieces + hidden_mark("bias", row, base, height, style.words, "dark")


def spans_units(brick: Brick) -> bool:
    """Return whether the activation depends on all units together, as softmax does."""
    return "softmax" in brick.activation


def activations(brick: Brick, row: Row, base: float, style: Style, width: float = 0) -> list[Piece]:
    """Draw one blue plate per unit with its output stud; a single bar for softmax."""
    height = style.blue
    data: dict = {"layer": brick.name}
    if spans_units(brick):
        half = (width or row.p) / 2
        left, right = row.xs[0] - half, row.xs[-1] + half
        piece = block("activation", data, left, base, right - left, height, style.p, row.drawn)
        piece.parts += function(
            brick.activation, (left + right) / 2, base - height / 2, right - left, style, row.hidden
        )
        return [piece]
    pieces = []
    for j in row.shown:
        x, w = row.xs[j], width or row.p
        piece = block("activation", {**data, "unit": j}, x - w / 2, base, w, height, style.p, (x,))
        piece.parts += function(brick.activation, x, base - height / 2, w, style)
        pieces.append(piece)
    return pieces + hidden_mark("activation", row, base, height, style.words, "white")


def function(
    activation: str, x: float, y: float, room: float, style: Style, hidden: int = 0
) -> list:
    """Draw an activation's curve, and its name and the number of hidden units if there is room."""
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
    """Draw arrows below the visible sockets or above the visible studs."""
    return [arrow(x, base, length) for x in row.drawn]


def guides(lower: Row, upper: Row, base: float, top: float) -> list:
    """Draw dashed lines from each stud to its socket."""
    strokes = [[(lower.xs[k], base), (upper.xs[k], top)] for k in lower.shown if k < upper.n]
    return [Line(strokes, "guide")] if strokes else []


def number(value) -> float:
    """Return a number rounded to four significant digits, as pictures show it."""
    return float(f"{float(value):.4g}")


def refuse(what: str, problem: str):
    """Raise an `ArgumentError` about an argument of `draw`."""
    raise ArgumentError(f"draw: {what}", problem)
