"""Captions: text beside bricks, measured first and then placed without overlap."""

from __future__ import annotations

from dataclasses import dataclass

from ..network import Brick
from ..pieces import TEXT, Style
from ..shapes import Bounds, Line, Text
from ..text import clean, text_width
from . import levels

LEADING = 16.0
WIDEST = 300.0  # longer names are truncated with an ellipsis


def shortened(text: str, size: float, bold: bool, widest: float = WIDEST) -> str:
    """Return the text, truncated with an ellipsis if it is wider than `widest` pixels.

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
    """Lines of text, each with whether it is bold, for a shape whose centre is at `y`."""

    lines: list[tuple[str, bool]]
    y: float

    @property
    def height(self) -> float:
        return LEADING * len(self.lines)

    @property
    def width(self) -> float:
        return max(text_width(text, TEXT, bold) for text, bold in self.lines)

    def texts(self, x: float, top: float, anchor: str = "start") -> list[Text]:
        """Return the lines as shapes, from `top` down."""
        return [
            Text(x, top + LEADING * (k + 0.75), text, TEXT, "" if bold else "soft", anchor, bold)
            for k, (text, bold) in enumerate(self.lines)
        ]


def caption(brick: Brick, y: float, style: Style, level: str) -> Caption:
    """Return the caption of a layer: its name, class and counts."""
    kind = " ".join(filter(None, (brick.kind, brick.note)))
    if level == "plate":
        counts, *more = levels.facts(brick, style)
        if brick.activation != "linear":
            counts = style.words.range(brick.activation)
        return Caption(
            [
                (shortened(brick.name, TEXT, True), True),
                (shortened(f"{kind} · {counts}", TEXT, False), False),
                *((text, False) for text in more),
            ],
            y,
        )
    name = shortened(brick.name, TEXT, True)
    counts, product, *between = levels.facts(brick, style)
    lines = [(name, True), (shortened(f"{kind} {counts}", TEXT, False), False), (product, False)]
    lines += [(shortened(text, TEXT, False), False) for text in between]
    return Caption(lines, y)


def place_beside(
    captions: list[Caption], taken: list[Bounds], edges: list[float], gap: float
) -> list:
    """Place captions to the right of their layers, as close as the others allow.

    Args:
        captions: from the lowest to the highest in the picture.
        taken: bounds of existing shapes, which captions must not overlap.
        edges: x of each brick's edge.
        gap: pixels between a brick and its caption.
    """
    taken, shapes = list(taken), []
    for c, preferred, edge in zip(captions, _spread(captions, 8.0), edges, strict=True):
        x, top = _nearest(c, preferred, edge + gap, gap, taken)
        y = top + c.height / 2
        if abs(y - c.y) > 2 * LEADING or x > edge + gap + 1:
            shapes.append(Line([[(edge + 3, c.y), (x - 10, y), (x - 4, y)]], "leader"))
        shapes += c.texts(x, top)
        taken.append((x, top - 4, x + c.width, top + c.height + 4))
    return shapes


def _nearest(
    c: Caption, preferred: float, x: float, gap: float, taken: list[Bounds]
) -> tuple[float, float]:
    """Return x and top of the closest free position for a caption."""
    places = []
    for step in range(-6, 7):
        top = preferred + step * LEADING / 2
        right = max([x, *(b[2] + gap for b in taken if b[1] < top + c.height and top < b[3])])
        places.append((right - x + 0.7 * abs(step) * LEADING, right, top))
    return min(places)[1:]


def list_below(captions: list[Caption], left: float, top: float, width: float) -> list[Text]:
    """List captions below a picture, the top layer first, wrapped to its width."""
    texts: list[Text] = []
    y = top
    for c in reversed(captions):
        (name, _), *facts = c.lines
        texts.append(Text(left, y, name, TEXT, "", "start", True))
        start = x = left + text_width(name, TEXT, True) + 12
        line = ""
        for text, _ in facts:
            longer = f"{line} · {text}" if line else text
            if line and x + text_width(longer, TEXT) > left + width:
                texts.append(Text(x, y, line, TEXT, "soft"))
                x, y, longer = min(start, left + 24), y + LEADING, text
            line = longer
        texts.append(Text(x, y, line, TEXT, "soft"))
        y += LEADING + 3
    return texts


def _spread(captions: list[Caption], gap: float) -> list[float]:
    """Return the top of each caption, spread so that they do not overlap."""
    tops = [c.y - c.height / 2 for c in captions]
    for k in range(1, len(tops)):  # later captions are higher: push them up
        tops[k] = min(tops[k], tops[k - 1] - captions[k].height - gap)
    if tops:  # shift back by the mean displacement to keep the column centred
        drift = sum(c.y - c.height / 2 - t for c, t in zip(captions, tops, strict=True))
        tops = [t + drift / len(tops) for t in tops]
    return tops


def column(
    captions: list[Caption], x: float, edges: list[float], gap: float = 8.0, side: int = 1
) -> list:
    """Place captions in a column at x, with leader lines to their bricks.

    Args:
        captions: from the lowest to the highest in the picture.
        x: edge of the column.
        edges: x of each brick's edge.
        gap: pixels between two captions.
        side: 1 for a column to the right of the bricks, -1 to the left.
    """
    shapes: list = []
    for c, top, edge in zip(captions, _spread(captions, gap), edges, strict=True):
        middle = top + c.height / 2
        shapes.append(
            Line(
                [[(edge + 4 * side, c.y), (x - 14 * side, middle), (x - 6 * side, middle)]],
                "leader",
            )
        )
        shapes += c.texts(x, top, "start" if side > 0 else "end")
    return shapes
