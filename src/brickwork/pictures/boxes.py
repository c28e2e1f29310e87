"""A chain of boxes as SVG: what stands where, and how it is drawn, without Graphviz."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise

from .text import clean, escape, text_width

TITLE, TEXT = 16, 14  # sizes of letters
PAD = 10  # between a text and its cell's border
RULE = 2  # between cells
GAP = 36  # between boxes, where the arrow is
GROUP_PAD = 12
GREEN, RED = "forestgreen", "firebrick"


@dataclass(slots=True)
class Cell:
    """``label value``, the value in bold, on white or, with white letters, on a colour."""

    label: str
    value: str
    fill: str = "white"

    def runs(self) -> list[tuple[str, bool]]:
        """The pieces of text, and whether each is bold."""
        return [run for run in ((self.label, False), (self.value, True)) if run[0]]


@dataclass(slots=True)
class Box:
    """A layer: its name and class on black, below them rows of cells."""

    id: str
    name: str
    kind: str
    rows: list[list[Cell]] = field(default_factory=list)

    def heading(self) -> list[tuple[str, bool]]:
        """The pieces of its title, and whether each is bold."""
        return [(self.name, True), (f" ({self.kind})", False)] if self.name else [
            (self.kind, True)]


@dataclass(slots=True)
class Group:
    """A model: boxes and groups in the order in which data passes through them."""

    name: str
    items: list[Box | Group] = field(default_factory=list)

    def boxes(self) -> Iterator[Box]:
        """Every box, those of inner groups included."""
        for item in self.items:
            if isinstance(item, Group):
                yield from item.boxes()
            else:
                yield item

    def edges(self) -> list[tuple[Box, Box]]:
        """Each box and the next."""
        return list(pairwise(self.boxes()))


def svg(chain: Group, rankdir: str = "TB") -> bytes:
    """Draw a chain of boxes.

    Args:
        chain: what to draw; groups inside it get a dashed frame and their name.
        rankdir: "TB", "BT", "LR" or "RL": the way that data flows.
    """
    plan = _Plan(rankdir)
    width, height = plan.extent(chain.items)
    plan.place(chain.items, 0, 0, width, height)
    for source, target in chain.edges():
        plan.arrow(source, target)
    width, height = width + 8, height + 8
    about = f"{chain.name}: " + ", ".join(_said(box) for box in chain.boxes())
    return "\n".join([
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" width="{width:.0f}pt" '
        f'height="{height:.0f}pt" viewBox="-4 -4 {_n(width)} {_n(height)}" '
        'font-family="Helvetica,Arial,Liberation Sans,sans-serif">',
        f"<title>{escape(chain.name)}</title>", f"<desc>{escape(about)}</desc>",
        f'<rect x="-4" y="-4" width="{_n(width)}" height="{_n(height)}" fill="white"/>',
        *plan.drawn, "</svg>", ""]).encode("ascii")


def _said(box: Box) -> str:
    cells = [f"{c.label}{c.value}" for row in box.rows for c in row]
    return "; ".join(["".join(text for text, _ in box.heading()), *cells])


def _n(number: float) -> str:
    return f"{number:.1f}".removesuffix(".0")


def _runs_width(runs, size: float) -> float:
    return sum(text_width(clean(text), size, bold) for text, bold in runs)


def box_size(box: Box) -> tuple[float, float]:
    """Width and height that a box needs."""
    widths = [_runs_width(box.heading(), TITLE) + 2 * PAD]
    widths += [sum(_cell_widths(row)) + RULE * (len(row) - 1) for row in box.rows]
    height = TITLE + 8 + 2 * PAD + sum(TEXT + 3 + 2 * PAD + RULE for _ in box.rows)
    return max(widths) + 2 * RULE, height


def _cell_widths(row: list[Cell]) -> list[float]:
    return [_runs_width(cell.runs(), TEXT) + 2 * PAD for cell in row]


class _Plan:
    """Places items along the flow and collects what is to be drawn."""

    def __init__(self, rankdir: str):
        self.down = rankdir in ("TB", "BT")
        self.reverse = rankdir in ("BT", "RL")
        self.drawn: list[str] = []
        self.at: dict[str, tuple[float, float, float, float]] = {}

    def size(self, item: Box | Group) -> tuple[float, float]:
        if isinstance(item, Box):
            return box_size(item)
        width, height = self.extent(item.items)
        width = max(width, text_width(clean(item.name), TEXT))
        return width + 2 * GROUP_PAD, height + 2 * GROUP_PAD + TEXT + 4

    def extent(self, items) -> tuple[float, float]:
        """Width and height of items one after another."""
        sizes = [self.size(item) for item in items] or [(0.0, 0.0)]
        gaps = GAP * (len(sizes) - 1)
        widths, heights = zip(*sizes, strict=True)
        if self.down:
            return max(widths), sum(heights) + gaps
        return sum(widths) + gaps, max(heights)

    def place(self, items, x: float, y: float, width: float, height: float) -> None:
        """Draw the items in the middle of a rectangle, along the flow."""
        for item in reversed(items) if self.reverse else items:
            w, h = self.size(item)
            left, top = (x + (width - w) / 2, y) if self.down else (x, y + (height - h) / 2)
            if isinstance(item, Box):
                self.at[item.id] = left, top, w, h
                self.box(item, left, top, w)
            else:
                self.group(item, left, top, w, h)
            if self.down:
                y += h + GAP
            else:
                x += w + GAP

    def group(self, group: Group, x: float, y: float, w: float, h: float) -> None:
        self.drawn.append(_rect(x, y, w, h, "none", ' stroke="black" stroke-dasharray="5,2"'))
        self.text([(group.name, False)], TEXT, x + 8, y + TEXT + 4, "black")
        lid = GROUP_PAD + TEXT + 4
        self.place(group.items, x + GROUP_PAD, y + lid, w - 2 * GROUP_PAD, h - lid - GROUP_PAD)

    def box(self, box: Box, x: float, y: float, w: float) -> None:
        self.drawn.append(f"<g><title>{escape(box.name or box.kind)}</title>")
        _, h = box_size(box)
        self.drawn.append(_rect(x, y, w, h, "black"))
        self.middle(box.heading(), TITLE, x + w / 2, y + RULE + PAD + TITLE, "white")
        y += TITLE + 8 + 2 * PAD - RULE
        for row in box.rows:
            y += RULE
            widths = _cell_widths(row)
            spare = (w - 2 * RULE - RULE * (len(row) - 1) - sum(widths)) / max(1, len(row))
            left, tall = x + RULE, TEXT + 3 + 2 * PAD
            for cell, width in zip(row, widths, strict=True):
                self.drawn.append(_rect(left, y, width + spare, tall, cell.fill))
                ink = "black" if cell.fill == "white" else "white"
                middle = left + (width + spare) / 2
                self.middle(cell.runs(), TEXT, middle, y + PAD + TEXT - 1, ink)
                left += width + spare + RULE
            y += tall
        self.drawn.append("</g>")

    def middle(self, runs, size: float, x: float, y: float, ink: str) -> None:
        self.text(runs, size, x - _runs_width(runs, size) / 2, y, ink)

    def text(self, runs, size: float, x: float, y: float, ink: str) -> None:
        # textLength keeps a text in its cell where Helvetica's widths are not to be had.
        for text, bold in runs:
            width = text_width(clean(text), size, bold)
            weight = ' font-weight="bold"' if bold else ""
            self.drawn.append(
                f'<text x="{_n(x)}" y="{_n(y)}" font-size="{size}"{weight} fill="{ink}" '
                f'textLength="{_n(width)}" lengthAdjust="spacingAndGlyphs" '
                f'xml:space="preserve">{escape(text)}</text>')
            x += width

    def arrow(self, source: Box, target: Box) -> None:
        x, y, w, h = self.at[source.id]
        left, top, width, height = self.at[target.id]
        if self.down:
            up = top < y
            start, end = (x + w / 2, y if up else y + h), (left + width / 2,
                                                           top + height if up else top)
            dx, dy = 0, -1 if up else 1
        else:
            back = left < x
            start, end = (x if back else x + w, y + h / 2), (left + width if back else left,
                                                             top + height / 2)
            dx, dy = -1 if back else 1, 0
        neck = end[0] - 10 * dx, end[1] - 10 * dy
        points = [end, (neck[0] - 4 * dy, neck[1] - 4 * dx), (neck[0] + 4 * dy, neck[1] + 4 * dx)]
        line = " ".join(f"{_n(a)},{_n(b)}" for a, b in (start, neck))
        tip = " ".join(f"{_n(a)},{_n(b)}" for a, b in points)
        self.drawn.append(f'<polyline points="{line}" fill="none" stroke="black" '
                          f'stroke-width="2"/>\n<polygon points="{tip}" fill="black"/>')


def _rect(x: float, y: float, w: float, h: float, fill: str, more: str = "") -> str:
    return (f'<rect x="{_n(x)}" y="{_n(y)}" width="{_n(w)}" height="{_n(h)}" fill="{fill}"'
            f'{more}/>')
