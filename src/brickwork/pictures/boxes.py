"""Boxes and arrows as SVG: what stands where, and how it is drawn, without Graphviz."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from .layered import layered
from .palette import FONT
from .text import clean, escape, text_width

TITLE, TEXT = 16, 14  # sizes of letters
PAD = 10  # between a text and its cell's border
RULE = 2  # between cells
GAP = 36  # between boxes, where the arrow is
SIDE = 24  # between boxes beside one another
LANE = 12  # for an arrow that passes a box
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
    """A model: boxes and groups, each behind those that it takes data from.

    Attributes:
        name: shown in the corner of its frame.
        items: the boxes and groups.
        sources: for each item the numbers of those that it takes data from; by default each takes
            them from the one before it.
        starts, ends: numbers of the items where data come in and go out; by default the first and
            the last.
    """

    name: str
    items: list[Box | Group] = field(default_factory=list)
    sources: list[tuple[int, ...]] = field(default_factory=list)
    starts: list[int] = field(default_factory=lambda: [0])
    ends: list[int] = field(default_factory=lambda: [-1])

    def __post_init__(self):
        if not self.sources:
            self.sources = [(i - 1,) if i else () for i in range(len(self.items))]

    def boxes(self) -> Iterator[Box]:
        """Every box, those of inner groups included."""
        for item in self.items:
            if isinstance(item, Group):
                yield from item.boxes()
            else:
                yield item

    def edges(self) -> list[tuple[Box, Box]]:
        """From which box an arrow goes to which, in the order of the boxes."""
        found = [edge for item in self.items if isinstance(item, Group) for edge in item.edges()]
        for target, before in enumerate(self.sources):
            for source in before:
                found += ends_between(self.items[source], self.items[target])
        order = {box.id: i for i, box in enumerate(self.boxes())}
        return sorted(found, key=lambda edge: (order[edge[0].id], order[edge[1].id]))

    def onward(self) -> list[tuple[int, ...]]:
        """The sources of each item that stand before it; a layer called twice may have others."""
        return [tuple(i for i in before if i < target)
                for target, before in enumerate(self.sources)]

    def backward(self) -> list[tuple[int, int]]:
        """The other pairs of source and target."""
        return [(i, target) for target, before in enumerate(self.sources) for i in before
                if i >= target]


def _side(item: Box | Group, side: str) -> list[Box]:
    """The boxes of an item where data come in ("starts") or go out ("ends")."""
    if isinstance(item, Box):
        return [item]
    return [box for i in getattr(item, side) for box in _side(item.items[i], side)]


def ends_between(source: Box | Group, target: Box | Group) -> list[tuple[Box, Box]]:
    """The boxes that arrows from one item to another join."""
    outs, ins = _side(source, "ends"), _side(target, "starts")
    if len(outs) == len(ins):
        return list(zip(outs, ins, strict=True))
    return [(a, b) for a in outs for b in ins]


def svg(model: Group, rankdir: str = "TB", unit: str = "pt") -> str:
    """Draw boxes and arrows.

    Args:
        model: what to draw; groups inside it get a dashed frame and their name.
        rankdir: "TB", "BT", "LR" or "RL": the way that data flows.
        unit: of width and height.
    """
    plan = _Plan(rankdir)
    width, height = plan.extent(model)
    plan.place(model, 0, 0, width, height)
    width, height = width + 8, height + 8
    about = f"{model.name}: " + ", ".join(_said(box) for box in model.boxes())
    return "\n".join([
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" width="{width:.0f}{unit}" '
        f'height="{height:.0f}{unit}" viewBox="-4 -4 {_n(width)} {_n(height)}" '
        f'font-family="{FONT}">',
        f"<title>{escape(model.name)}</title>", f"<desc>{escape(about)}</desc>",
        f'<rect x="-4" y="-4" width="{_n(width)}" height="{_n(height)}" fill="white"/>',
        *plan.drawn, *plan.arrows, "</svg>", ""])


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
        self.arrows: list[str] = []
        self.at: dict[str, tuple[float, float, float, float]] = {}

    def size(self, item: Box | Group | None) -> tuple[float, float]:
        """Width and height of an item; None is a lane."""
        if item is None:
            return (LANE, 0.0) if self.down else (0.0, LANE)
        if isinstance(item, Box):
            return box_size(item)
        width, height = self.extent(item)
        width = max(width, text_width(clean(item.name), TEXT))
        return width + 2 * GROUP_PAD, height + 2 * GROUP_PAD + TEXT + 4

    def ranks(self, group: Group) -> list[list[tuple[int, Box | Group | None]]]:
        """The items of each rank with their numbers."""
        ranks, _ = layered(group.onward())
        items = dict(enumerate(group.items))
        return [[(i, items.get(i)) for i in members] for members in ranks]

    def extent(self, group: Group) -> tuple[float, float]:
        """Width and height of a group's items."""
        along, across = 0.0, 0.0
        ranks = self.ranks(group)
        for members in ranks:
            wide, tall = self._rank(members)
            along, across = along + tall, max(across, wide)
        along += GAP * max(len(ranks) - 1, 0)
        if group.backward():
            along, across = along + 2 * GAP, across + 2 * SIDE
        return (across, along) if self.down else (along, across)

    def _rank(self, members) -> tuple[float, float]:
        """How much a rank takes across the flow and along it."""
        sizes = [self.size(item) if self.down else self.size(item)[::-1] for _, item in members]
        wide, tall = zip(*sizes, strict=True)
        return sum(wide) + SIDE * (len(members) - 1), max(tall)

    def place(self, group: Group, x: float, y: float, width: float, height: float) -> None:
        """Draw the items in the middle of a rectangle, along the flow, and the arrows between."""
        lanes: dict[int, tuple] = {}
        spans: dict[int, tuple] = {}  # of the ranks along the flow, by item
        ranks, first = self.ranks(group), x if self.down else y
        if group.backward():
            x, y = (x, y + GAP) if self.down else (x + GAP, y)
        for members in reversed(ranks) if self.reverse else ranks:
            wide, tall = self._rank(members)
            side = (x + (width - wide) / 2) if self.down else (y + (height - wide) / 2)
            for number, item in members:
                w, h = self.size(item)
                spans[number] = (y, y + tall) if self.down else (x, x + tall)
                left, top = (side, y + (tall - h) / 2) if self.down else (x + (tall - w) / 2, side)
                if item is None:  # a lane is as long as its rank
                    lanes[number] = (side + LANE / 2, y, y + tall) if self.down else (
                        side + LANE / 2, x, x + tall)
                elif isinstance(item, Box):
                    self.at[item.id] = left, top, w, h
                    self.box(item, left, top, w)
                else:
                    self.group(item, left, top, w, h)
                side += (w if self.down else h) + SIDE
            if self.down:
                y += tall + GAP
            else:
                x += tall + GAP
        for (source, target), path in layered(group.onward())[1].items():
            through = [lanes[i] for i in path[1:-1]]
            for a, b in ends_between(group.items[source], group.items[target]):
                self.arrow(a, b, spans[source], spans[target], through)
        for source, target in group.backward():
            far = (first + width if self.down else first + height) - SIDE / 2
            for a, b in ends_between(group.items[source], group.items[target]):
                self.arrow_back(a, b, spans[source], spans[target], far)

    def group(self, group: Group, x: float, y: float, w: float, h: float) -> None:
        self.drawn.append(_rect(x, y, w, h, "none", ' stroke="black" stroke-dasharray="5,2"'))
        self.text([(group.name, False)], TEXT, x + 8, y + TEXT + 4, "black")
        lid = GROUP_PAD + TEXT + 4
        self.place(group, x + GROUP_PAD, y + lid, w - 2 * GROUP_PAD, h - lid - GROUP_PAD)

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

    def arrow(self, source: Box, target: Box, start: tuple, end: tuple, through: list) -> None:
        """A line from one box to another, straight as long as it is beside other boxes.

        Args:
            start, end: how far the ranks of the two reach along the flow.
            through: the lanes that it passes: ``(across, from, to)``.
        """
        step = -1 if self.reverse else 1
        x, y, w, h = self.at[source.id] if self.down else _turned(self.at[source.id])
        left, top, wide, tall = self.at[target.id] if self.down else _turned(self.at[target.id])
        out, into = x + w / 2, left + wide / 2
        corners = [(out, y + h if step > 0 else y), (out, start[1] if step > 0 else start[0])]
        corners += [(across, at) for across, *span in through for at in span[::step]]
        corners += [(into, end[0] if step > 0 else end[1]), (into, top if step > 0 else top + tall)]
        self._arrow(self._turn(dict.fromkeys(corners)), *self._turn([(0, step)])[0])

    def _turn(self, points) -> list[tuple]:
        """Points (across, along) as (x, y)."""
        return [point if self.down else point[::-1] for point in points]

    def arrow_back(self, source: Box, target: Box, start: tuple, end: tuple, far: float) -> None:
        """A line from a box to itself or to one that data met before: around all others.

        Args:
            start, end: how far the ranks of the two reach along the flow.
            far: where it passes beside all boxes.
        """
        x, y, w, h = self.at[source.id] if self.down else _turned(self.at[source.id])
        left, top, wide, tall = self.at[target.id] if self.down else _turned(self.at[target.id])
        if source is target:
            out = x + w + SIDE - 6
            corners = [(x + w, y + 3 * h / 4), (out, y + 3 * h / 4), (out, y + h / 4),
                       (x + w, y + h / 4)]
            self._arrow(self._turn(corners), *self._turn([(-1, 0)])[0])
            return
        step = -1 if self.reverse else 1
        under = (start[1] if step > 0 else start[0]) + step * GAP / 2
        over = (end[0] if step > 0 else end[1]) - step * GAP / 2
        middle, to = x + 3 * w / 4, left + 3 * wide / 4
        corners = [(middle, y + h if step > 0 else y), (middle, under), (far, under), (far, over),
                   (to, over), (to, top if step > 0 else top + tall)]
        self._arrow(self._turn(corners), *self._turn([(0, step)])[0])

    def _arrow(self, corners: list[tuple], dx: int, dy: int) -> None:
        """A line whose tip points that way."""
        *corners, end = corners
        neck = end[0] - 10 * dx, end[1] - 10 * dy
        points = [end, (neck[0] - 4 * dy, neck[1] - 4 * dx), (neck[0] + 4 * dy, neck[1] + 4 * dx)]
        line = " ".join(f"{_n(a)},{_n(b)}" for a, b in (*corners, neck))
        tip = " ".join(f"{_n(a)},{_n(b)}" for a, b in points)
        self.arrows.append(f'<polyline points="{line}" fill="none" stroke="black" '
                           f'stroke-width="2"/>\n<polygon points="{tip}" fill="black"/>')


def _turned(place: tuple) -> tuple:
    x, y, w, h = place
    return y, x, h, w


def _rect(x: float, y: float, w: float, h: float, fill: str, more: str = "") -> str:
    return (f'<rect x="{_n(x)}" y="{_n(y)}" width="{_n(w)}" height="{_n(h)}" fill="{fill}"'
            f'{more}/>')
