"""A chain of layers: each stands on the one before, growing upward."""

from __future__ import annotations

from dataclasses import dataclass, field

from ..network import Brick, Network
from ..pieces import TEXT, Style
from ..shapes import Line, Piece, Text, around
from . import levels
from .captions import LEADING, beside, caption, listed
from .fit import GAP as GAP_BESIDE, MARGIN
from .legend import legend
from .parts import ARROW, GAP, Drawn, arrows, guides
from .rows import Row, row

#: How wide a legend may be below a picture that is narrower.
LEGEND = 460.0


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
    """A tower with its captions, what comes in and goes out, and what the colours mean."""
    first, last = built.layers[0], built.layers[-1]
    notes = [caption(b, d.anchor[1], style, level)
             for b, d, level in zip(network.bricks, built.layers, chosen, strict=True)]
    shapes = [*built.shapes, *ends(first.sockets, last.studs, first.base, last.top, style)]
    if style.beside:
        # Weights and multiplications lie between signals and sums.
        taken = [part.bounds() for d in built.layers for part in d.piece.parts
                 if isinstance(part, Piece) and not part.css.startswith(("weight", "multiply"))]
        taken += [s.bounds() for s in shapes if isinstance(s, Text)]
        shapes += beside(notes, taken, [d.anchor[0] for d in built.layers], GAP_BESIDE)
    middle = (first.sockets.left + first.sockets.right) / 2
    shapes += total(network, middle, around(shapes)[3], style)
    left, _, right, bottom = around(shapes)
    if not style.beside:
        wide = max(right - left, style.page - 2 * MARGIN)
        shapes += listed(notes, (left + right - wide) / 2, bottom + 1.6 * LEADING, wide)
    return [*shapes, *key(network, style, shapes, chosen)]


def key(network: Network, style: Style, shapes: list, chosen: list[str]) -> list:
    """The legend below all that is drawn."""
    left, _, right, bottom = around(shapes)
    wide = min(max(right - left, LEGEND), style.page - 2 * MARGIN)
    return legend(network, style, (left + right - wide) / 2, bottom + LEADING, wide, chosen)


def total(network: Network, x: float, bottom: float, style: Style) -> list[Text]:
    """The synapses of all layers, where there are several, and the parameter count."""
    dense = [b for b in network.bricks if b.dense]
    own = [b for b in network.bricks if not b.again]
    biases = sum(b.outputs for b in own if b.dense and b.biased)
    lines = []
    if len(dense) > 1:
        lines.append(style.words.total([b.synapses for b in dense]))
    counts = [b.counted for b in own]
    if dense and None not in counts:
        synapses = sum(b.synapses for b in own)
        others = sum(counts) - synapses - biases
        if biases or others > 0:
            lines.append(style.words.parameters(synapses, biases, others,
                                                any(b.again and b.counted for b in network.bricks)))
    return [Text(x, bottom + LEADING * (k + 1), text, TEXT, "soft" if k else "", "middle", not k)
            for k, text in enumerate(lines)]


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
