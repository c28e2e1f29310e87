"""A model as boxes: what each says, how large it is, and what arrows join."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from .text import clean, text_width

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


def side(item: Box | Group, which: str) -> list[Box]:
    """The boxes of an item where data come in ("starts") or go out ("ends")."""
    if isinstance(item, Box):
        return [item]
    return [box for i in getattr(item, which) for box in side(item.items[i], which)]


def ends_between(source: Box | Group, target: Box | Group) -> list[tuple[Box, Box]]:
    """The boxes that arrows from one item to another join."""
    outs, ins = side(source, "ends"), side(target, "starts")
    if len(outs) == len(ins):
        return list(zip(outs, ins, strict=True))
    return [(a, b) for a in outs for b in ins]


def runs_width(runs, size: float) -> float:
    """How wide pieces of text are, each with whether it is bold."""
    return sum(text_width(clean(text), size, bold) for text, bold in runs)


def box_size(box: Box) -> tuple[float, float]:
    """Width and height that a box needs."""
    widths = [runs_width(box.heading(), TITLE) + 2 * PAD]
    widths += [sum(cell_widths(row)) + RULE * (len(row) - 1) for row in box.rows]
    height = TITLE + 8 + 2 * PAD + sum(TEXT + 3 + 2 * PAD + RULE for _ in box.rows)
    return max(widths) + 2 * RULE, height


def cell_widths(row: list[Cell]) -> list[float]:
    """How much place each cell needs."""
    return [runs_width(cell.runs(), TEXT) + 2 * PAD for cell in row]
