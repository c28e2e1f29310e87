"""The legend of the colours, below a picture."""

from __future__ import annotations

from ..network import Network
from ..palette import GREENS
from ..pieces import Style, plus_minus, sigma, times
from ..shapes import Line, Piece, Rect, Text
from ..text import text_width

SIZE, SIDE, GAP, LINE = 11.0, 13.0, 16.0, 20.0  # of text, swatch, gap between entries, line


def legend(
    network: Network, style: Style, left: float, top: float, width: float, levels: list[str]
) -> list:
    """Return a legend for the brick colours in a picture, centred and wrapped to `width`."""
    entries = _entries(network, style, levels)
    lines: list[list] = [[]]
    room = 0.0
    for entry in entries:
        wide = entry[0]
        if lines[-1] and room + GAP + wide > width:
            lines.append([])
            room = 0.0
        room += wide + (GAP if lines[-1] else 0.0)
        lines[-1].append(entry)
    shapes: list = []
    for k, line in enumerate(lines):
        total = sum(w for w, _ in line) + GAP * (len(line) - 1)
        x, y = left + (width - total) / 2, top + k * LINE
        for wide, draw in line:
            shapes += draw(x, y)
            x += wide + GAP
    return [Piece("legend", {}, shapes)]


def _entries(network: Network, style: Style, levels: list[str]) -> list:
    """Return for each entry its width and a function that draws it at x, y."""
    words, dense = style.words, [b for b in network.bricks if b.dense]
    if not dense:
        return []
    entries = []
    known = style.weights and any(b.kernel is not None for b in dense)
    shades = [f"s{k}" for k in range(len(GREENS))] if known else ["s3"]
    label = f"{words['weight']}, {words['strength']}" if known else words["weight"]
    entries.append(_entry(shades, label, None))
    if known and {"synapses", "lines"} & set(levels):
        entries.append(
            _entry(["s2"], words["negative"], _minus)
            if "synapses" in levels
            else _dashed(words["negative"])
        )
    if "synapses" in levels:
        entries.append(_entry(["yellow"], words["multiply"], lambda x, y: [times(x, y, 3.2)]))
    if {"synapses", "lines"} & set(levels):
        entries.append(_entry(["red"], words["sum"], lambda x, y: [sigma(x, y, 4.0)]))
    if style.bias and any(
        b.biased and level in ("synapses", "lines")
        for b, level in zip(network.bricks, levels, strict=True)
    ):
        entries.append(_entry(["grey"], words["bias"], None))
    entries.append(_entry(["blue"], words["activation"], None))
    entries.append(_entry(["clear"], words["axon plate"], None))
    return entries


def _entry(shades: list[str], label: str, sign) -> tuple:
    swatches = SIDE * len(shades)

    def draw(x: float, y: float) -> list:
        shapes: list = [
            Rect(x + k * SIDE, y, SIDE, SIDE, f"swatch {shade}", 1.5)
            for k, shade in enumerate(shades)
        ]
        if sign is not None:
            shapes += sign(x + SIDE / 2, y + SIDE / 2)
        return [*shapes, Text(x + swatches + 5, y + SIDE - 2.6, label, SIZE, "soft")]

    return swatches + 5 + text_width(label, SIZE), draw


def _minus(x: float, y: float) -> list:
    return [plus_minus(x, y, 3.2, True)]


def _dashed(label: str) -> tuple:
    def draw(x: float, y: float) -> list:
        return [
            Line([[(x, y + SIDE / 2), (x + 2 * SIDE, y + SIDE / 2)]], "swatch s2 dashed"),
            Text(x + 2 * SIDE + 5, y + SIDE - 2.6, label, SIZE, "soft"),
        ]

    return 2 * SIDE + 5 + text_width(label, SIZE), draw
