"""Texts beside bricks: measured first, then put where none lies on another."""

from __future__ import annotations

from dataclasses import dataclass

from ..network import Brick
from ..pieces import TEXT, Style
from ..shapes import Bounds, Line, Text
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


def beside(captions: list[Caption], taken: list[Bounds], edges: list[float], gap: float) -> list:
    """Captions at the right of their layers, each as near to its layer as the layers above and
    below it allow.

    Args:
        captions: from the lowest to the highest on the picture.
        taken: what is drawn already, which no caption may lie on.
        edges: for each, the x of its brick's edge.
        gap: pixels between a brick and its caption.
    """
    taken, shapes = list(taken), []
    for c, wanted, edge in zip(captions, _apart(captions, 8.0), edges, strict=True):
        x, top = _nearest(c, wanted, edge + gap, gap, taken)
        y = top + c.height / 2
        if abs(y - c.y) > 2 * LEADING or x > edge + gap + 1:
            shapes.append(Line([[(edge + 3, c.y), (x - 10, y), (x - 4, y)]], "leader"))
        shapes += c.texts(x, top)
        taken.append((x, top - 4, x + c.width, top + c.height + 4))
    return shapes


def _nearest(c: Caption, wanted: float, x: float, gap: float,
             taken: list[Bounds]) -> tuple[float, float]:
    """The x and the top of the place next to its brick where a caption lies on nothing."""
    places = []
    for step in range(-6, 7):
        top = wanted + step * LEADING / 2
        right = max([x, *(b[2] + gap for b in taken if b[1] < top + c.height and top < b[3])])
        places.append((right - x + 0.7 * abs(step) * LEADING, right, top))
    return min(places)[1:]


def listed(captions: list[Caption], left: float, top: float, width: float) -> list[Text]:
    """Captions below a picture, the highest layer first, in lines that are no wider than it."""
    texts: list[Text] = []
    y = top
    for c in reversed(captions):
        (name, _), *said = c.lines
        texts.append(Text(left, y, name, TEXT, "", "start", True))
        start = x = left + text_width(name, TEXT, True) + 12
        line = ""
        for text, _ in said:
            longer = f"{line} · {text}" if line else text
            if line and x + text_width(longer, TEXT) > left + width:
                texts.append(Text(x, y, line, TEXT, "soft"))
                x, y, longer = min(start, left + 24), y + LEADING, text
            line = longer
        texts.append(Text(x, y, line, TEXT, "soft"))
        y += LEADING + 3
    return texts


def _apart(captions: list[Caption], gap: float) -> list[float]:
    """Where each caption begins, so that none lies on the one below it."""
    tops = [c.y - c.height / 2 for c in captions]
    for k in range(1, len(tops)):  # push upward, what is higher is later
        tops[k] = min(tops[k], tops[k - 1] - captions[k].height - gap)
    if tops:  # half of the way back, so that the column stays in the middle of the bricks
        drift = sum(c.y - c.height / 2 - t for c, t in zip(captions, tops, strict=True))
        tops = [t + drift / len(tops) for t in tops]
    return tops


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
    shapes: list = []
    for c, top, edge in zip(captions, _apart(captions, gap), edges, strict=True):
        middle = top + c.height / 2
        shapes.append(Line([[(edge + 4 * side, c.y), (x - 14 * side, middle),
                             (x - 6 * side, middle)]], "leader"))
        shapes += c.texts(x, top, "start" if side > 0 else "end")
    return shapes
