"""A model as boxes: their text, sizes and connections."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from .text import clean, text_width

TITLE, TEXT = 16, 14  # font sizes
PAD = 10  # between text and the border of its cell
RULE = 2  # between cells
GAP = 36  # between successive boxes, for the arrow
SIDE = 24  # between boxes side by side
LANE = 12  # width for an arrow that passes a box
GROUP_PAD = 12
GREEN, RED = "forestgreen", "firebrick"


@dataclass(slots=True)
class Cell:
    """``label value``, the value in bold; white text on a coloured cell, black text on white."""

    label: str
    value: str
    fill: str = "white"

    def runs(self) -> list[tuple[str, bool]]:
        """Return the runs of text, each with whether it is bold."""
        return [run for run in ((self.label, False), (self.value, True)) if run[0]]


@dataclass(slots=True)
class Box:
    """A layer: its name and class on black, with rows of cells below."""

    id: str
    name: str
    kind: str
    rows: list[list[Cell]] = field(default_factory=list)

    def heading(self) -> list[tuple[str, bool]]:
        """Return the runs of its title, each with whether it is bold."""
        return [(self.name, True), (f" ({self.kind})", False)] if self.name else [(self.kind, True)]


@dataclass(slots=True)
class Group:
    """A model: boxes and groups, usually in an order in which sources come first.

    Attributes:
        name: shown in the corner of its frame.
        items: the boxes and groups.
        sources: for each item, the indices of its sources; by default, the previous item.
        starts, ends: indices of the items where data comes in and goes out; by default the first
            and the last.
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
        """Return every box, including those of inner groups."""
        for item in self.items:
            if isinstance(item, Group):
                yield from item.boxes()
            else:
                yield item

    def edges(self) -> list[tuple[Box, Box]]:
        """Return the pairs of boxes joined by arrows, in the order of the boxes."""
        found = [edge for item in self.items if isinstance(item, Group) for edge in item.edges()]
        for target, sources in enumerate(self.sources):
            for source in sources:
                found += ends_between(self.items[source], self.items[target])
        order = {box.id: i for i, box in enumerate(self.boxes())}
        return sorted(found, key=lambda edge: (order[edge[0].id], order[edge[1].id]))

    def forward_sources(self) -> list[tuple[int, ...]]:
        """Return the sources before each item; a layer called twice may also have later ones."""
        return [
            tuple(i for i in sources if i < target) for target, sources in enumerate(self.sources)
        ]

    def backward_edges(self) -> list[tuple[int, int]]:
        """Return the pairs of source and target where the source is not before the target."""
        return [
            (i, target)
            for target, sources in enumerate(self.sources)
            for i in sources
            if i >= target
        ]


def side(item: Box | Group, which: str) -> list[Box]:
    """Return the boxes of an item where data comes in ("starts") or goes out ("ends")."""
    if isinstance(item, Box):
        return [item]
    return [box for i in getattr(item, which) for box in side(item.items[i], which)]


def ends_between(source: Box | Group, target: Box | Group) -> list[tuple[Box, Box]]:
    """Return the pairs of boxes joined by arrows from one item to another."""
    outs, ins = side(source, "ends"), side(target, "starts")
    if len(outs) == len(ins):
        return list(zip(outs, ins, strict=True))
    return [(a, b) for a in outs for b in ins]


def runs_width(runs, size: float) -> float:
    """Return the width of runs of text, each with whether it is bold."""
    return sum(text_width(clean(text), size, bold) for text, bold in runs)


def box_size(box: Box) -> tuple[float, float]:
    """Return the width and height of a box."""
    widths = [runs_width(box.heading(), TITLE) + 2 * PAD]
    widths += [sum(cell_widths(row)) + RULE * (len(row) - 1) for row in box.rows]
    height = TITLE + 8 + 2 * PAD + sum(TEXT + 3 + 2 * PAD + RULE for _ in box.rows)
    return max(widths) + 2 * RULE, height


def cell_widths(row: list[Cell]) -> list[float]:
    """Return the width that each cell needs."""
    return [runs_width(cell.runs(), TEXT) + 2 * PAD for cell in row]
