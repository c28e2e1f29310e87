"""A chain of layers: each stands on the one before, growing upward."""

from __future__ import annotations

from dataclasses import dataclass, field

from ..network import Brick, Network
from ..pieces import TEXT, Style
from ..shapes import Line, Text, around
from . import levels
from .captions import LEADING, caption, column
from .parts import ARROW, GAP, Drawn, arrows, guides
from .rows import Row, row


@dataclass
class Tower:
    """Layers that have been drawn, from the lowest to the highest."""

    layers: list[Drawn]
    shapes: list = field(default_factory=list)

    @property
    def left(self) -> float:
        return min(d.left for d in self.layers)

    @property
    def right(self) -> float:
        return max(d.right for d in self.layers)


def draw_layer(brick: Brick, index: int, level: str, sockets: Row | None, base: float,
               style: Style, names: str = "") -> Drawn:
    """A layer at a level."""
    make = levels.plate if level == "plate" else levels.LEVELS[level]
    return make(brick, index, sockets, base, style, names)


def tower(network: Network, chosen: list[str], style: Style, apart: bool) -> Tower:
    """All layers of a chain, without captions; the first one's foot stands at y = 0."""
    layers: list[Drawn] = []
    between: list = []
    base, studs = 0.0, None
    for i, (brick, level) in enumerate(zip(network.bricks, chosen, strict=True)):
        fits = studs is None or studs.n == brick.inputs
        if studs is not None and not fits:  # another axis is counted: a funnel, no studs
            below, base = studs, base - GAP * style.p
            full = level == "synapses"
            sockets = row(brick.inputs, (below.left + below.right) / 2, style.p, full)
            between.append(funnel(below, sockets, base + GAP * style.p, base))
        else:
            sockets = studs
            if apart and studs is not None:
                base -= GAP * style.p
                between += guides(studs, studs, base + GAP * style.p, base)
        drawn = draw_layer(brick, i, level, sockets, base, style, "" if i else "x")
        layers.append(drawn)
        base, studs = drawn.top, drawn.studs
    # Upper layers first: a stud is seen in the socket that it sticks in.
    return Tower(layers, [*between, *(d.piece for d in reversed(layers))])


def funnel(lower: Row, upper: Row, base: float, top: float) -> Line:
    """The way of signals whose numbers are not those of the studs below."""
    return Line([[(lower.left, base), (lower.right, base), (upper.right, top),
                  (upper.left, top)]], "ribbon", closed=True)


def with_labels(network: Network, chosen: list[str], built: Tower, style: Style) -> list:
    """A tower with its captions at the right, and what comes in and goes out."""
    first, last = built.layers[0], built.layers[-1]
    x = built.right + 2.2 * style.p
    notes = [caption(b, d.anchor[1], style, level)
             for b, d, level in zip(network.bricks, built.layers, chosen, strict=True)]
    beside = column(notes, x, [d.anchor[0] for d in built.layers])
    beside += ends(first.sockets, last.studs, first.base, last.top, style)
    beside += total(network, (first.left + first.right) / 2, around(beside)[3], style)
    return [*built.shapes, *beside]


def total(network: Network, x: float, bottom: float, style: Style) -> list[Text]:
    """The synapses of all layers, where there are several."""
    dense = [b.synapses for b in network.bricks if b.dense]
    if len(dense) < 2:
        return []
    return [Text(x, bottom + LEADING, style.words.total(dense), TEXT, "", "middle", True)]


def ends(sockets: Row, studs: Row, base: float, top: float, style: Style) -> list:
    """Arrows and counts: the signals that come in below, and those that leave above."""
    return [*coming(sockets, base, style), *going(studs, top, style)]


def coming(sockets: Row, base: float, style: Style) -> list:
    """Arrows into the sockets, and how many."""
    middle = (sockets.left + sockets.right) / 2
    return [*arrows(sockets, base + ARROW + 4, ARROW),
            Text(middle, base + ARROW + 18, style.words.inputs(sockets.n), TEXT, "", "middle")]


def going(studs: Row, top: float, style: Style) -> list:
    """Arrows out of the studs, and how many."""
    up, middle = 0.35 * style.p, (studs.left + studs.right) / 2
    return [*arrows(studs, top - up, ARROW), Text(middle, top - up - ARROW - 6,
            style.words.outputs(studs.n), TEXT, "", "middle")]
