"""Texts beside bricks: measured first, then put where none lies on another."""

from __future__ import annotations

from dataclasses import dataclass

from ..network import Brick
from ..pieces import TEXT, Style
from ..shapes import Line, Text
from ..text import clean, text_width
from . import levels

LEADING = 16.0
WIDEST = 300.0  # a longer name is cut, with a mark


def shortened(text: str, size: float, bold: bool, widest: float = WIDEST) -> str:
    """The text, or as much of it as there is room for, with a mark that it goes on.

    >>> shortened("dense", 12, False)
    'dense'
    """
    text = clean(text)
    if text_width(text, size, bold) <= widest:
        return text
    while text and text_width(text + "…", size, bold) > widest:
        text = text[:-1]
    return text + "…"


@dataclass
class Caption:
    """Lines of text beside something whose middle is at `y`."""

    lines: list[tuple[str, bool]]
    y: float

    @property
    def height(self) -> float:
        return LEADING * len(self.lines)

    @property
    def width(self) -> float:
        return max(text_width(text, TEXT, bold) for text, bold in self.lines)

    def texts(self, x: float, top: float, anchor: str = "start") -> list[Text]:
        """The lines, from `top` downward."""
        return [Text(x, top + LEADING * (k + 0.75), text, TEXT, "" if bold else "soft", anchor,
                     bold) for k, (text, bold) in enumerate(self.lines)]


def caption(brick: Brick, y: float, style: Style, level: str) -> Caption:
    """A layer's name, its class, and its counts."""
    kind = " ".join(filter(None, (brick.kind, brick.note)))
    if level == "plate":
        counts, *more = levels.facts(brick, style)
        if brick.activation != "linear":
            counts = style.words.range(brick.activation)
        return Caption([(shortened(brick.name, TEXT, True), True),
                        (shortened(f"{kind} · {counts}", TEXT, False), False),
                        *((text, False) for text in more)], y)
    name = shortened(brick.name, TEXT, True)
    counts, product, *between = levels.facts(brick, style)
    lines = [(name, True), (shortened(f"{kind} {counts}", TEXT, False), False), (product, False)]
    lines += [(shortened(text, TEXT, False), False) for text in between]
    return Caption(lines, y)


def column(captions: list[Caption], x: float, edges: list[float], gap: float = 8.0,
           side: int = 1) -> list:
    """Captions in a column at x, each as near to its `y` as the others allow, with a line to
    the edge of what it speaks of.

    Args:
        captions: from the lowest to the highest on the picture.
        x: where they begin.
        edges: for each, the x of its brick's edge.
        side: 1 for a column at the right of the bricks, -1 for one at their left.
    """
    tops = [c.y - c.height / 2 for c in captions]
    for k in range(1, len(tops)):  # push upward, what is higher is later
        tops[k] = min(tops[k], tops[k - 1] - captions[k].height - gap)
    if tops:  # half of the way back, so that the column stays in the middle of the bricks
        drift = sum(c.y - c.height / 2 - t for c, t in zip(captions, tops, strict=True))
        tops = [t + drift / len(tops) for t in tops]
    shapes: list = []
    for c, top, edge in zip(captions, tops, edges, strict=True):
        middle = top + c.height / 2
        shapes.append(Line([[(edge + 4 * side, c.y), (x - 14 * side, middle),
                             (x - 6 * side, middle)]], "leader"))
        shapes += c.texts(x, top, "start" if side > 0 else "end")
    return shapes
