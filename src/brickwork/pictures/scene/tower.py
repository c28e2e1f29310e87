"""A chain of layers, stacked from the bottom up."""

from __future__ import annotations

from dataclasses import dataclass, field

from ..network import Brick, Network
from ..pieces import TEXT, Style
from ..shapes import Line, Piece, Text, around
from . import levels
from .captions import LEADING, caption, list_below, place_beside
from .fit import GAP as GAP_BESIDE, MARGIN
from .legend import legend
from .parts import ARROW, GAP, Drawn, arrows, guides
from .rows import Row, row

#: Width of a legend below a narrower picture, in pixels.
LEGEND = 460.0


@dataclass
class Tower:
    """Drawn layers, from the lowest to the highest."""

    layers: list[Drawn]
    shapes: list = field(default_factory=list)

    @property
    def left(self) -> float:
        return min(d.left for d in self.layers)

    @property
    def right(self) -> float:
        return max(d.right for d in self.layers)


def draw_layer(
    brick: Brick,
    index: int,
    level: str,
    sockets: Row | None,
    base: float,
    style: Style,
    names: str = "",
) -> Drawn:
    """Draw a layer at a level; the other arguments are those of `levels.synapses`."""
    make = levels.plate if level == "plate" else levels.LEVELS[level]
    return make(brick, index, sockets, base, style, names)


def tower(network: Network, chosen: list[str], style: Style, apart: bool) -> Tower:
    """Draw all layers of a chain, without captions; the bottom of the first is at y = 0."""
    layers: list[Drawn] = []
    between: list = []
    base, studs = 0.0, None
    for i, (brick, level) in enumerate(zip(network.bricks, chosen, strict=True)):
        fits = studs is None or studs.n == brick.inputs
        if studs is not None and not fits:  # another axis counts: a funnel instead of studs
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
    # Upper layers first, so that studs are visible in the sockets above them.
    return Tower(layers, [*between, *(d.piece for d in reversed(layers))])


def funnel(lower: Row, upper: Row, base: float, top: float) -> Line:
    """Draw a ribbon between rows with different numbers of units."""
    return Line(
        [[(lower.left, base), (lower.right, base), (upper.right, top), (upper.left, top)]],
        "ribbon",
        closed=True,
    )


def with_labels(network: Network, chosen: list[str], stack: Tower, style: Style) -> list:
    """Return a tower's shapes with captions, arrows, counts and legend."""
    first, last = stack.layers[0], stack.layers[-1]
    notes = [
        caption(b, d.anchor[1], style, level)
        for b, d, level in zip(network.bricks, stack.layers, chosen, strict=True)
    ]
    shapes = [*stack.shapes, *ends(first.sockets, last.studs, first.base, last.top, style)]
    if style.beside:
        # Weights and multiplications are inside the bounds of signals and sums.
        taken = [
            part.bounds()
            for d in stack.layers
            for part in d.piece.parts
            if isinstance(part, Piece) and not part.css.startswith(("weight", "multiply"))
        ]
        taken += [s.bounds() for s in shapes if isinstance(s, Text)]
        shapes += place_beside(notes, taken, [d.anchor[0] for d in stack.layers], GAP_BESIDE)
    middle = (first.sockets.left + first.sockets.right) / 2
    shapes += totals(network, middle, around(shapes)[3], style)
    left, _, right, bottom = around(shapes)
    if not style.beside:
        wide = max(right - left, style.page - 2 * MARGIN)
        shapes += list_below(notes, (left + right - wide) / 2, bottom + 1.6 * LEADING, wide)
    return [*shapes, *legend_below(network, style, shapes, chosen)]


def legend_below(network: Network, style: Style, shapes: list, chosen: list[str]) -> list:
    """Return the legend below the shapes."""
    left, _, right, bottom = around(shapes)
    wide = min(max(right - left, LEGEND), style.page - 2 * MARGIN)
    return legend(network, style, (left + right - wide) / 2, bottom + LEADING, wide, chosen)


def totals(network: Network, x: float, bottom: float, style: Style) -> list[Text]:
    """Return texts: the synapses of all layers if there are several, and the parameter count."""
    dense = [b for b in network.bricks if b.dense]
    distinct = [b for b in network.bricks if not b.reused]
    biases = sum(b.outputs for b in distinct if b.dense and b.biased)
    lines = []
    if len(dense) > 1:
        lines.append(style.words.total([b.synapses for b in dense]))
    counts = [b.counted for b in distinct]
    if dense and None not in counts:
        synapses = sum(b.synapses for b in distinct)
        others = sum(counts) - synapses - biases
        if biases or others > 0:
            shared = any(b.reused and b.counted for b in network.bricks)
            lines.append(style.words.parameters(synapses, biases, others, shared))
    return [
        Text(x, bottom + LEADING * (k + 1), text, TEXT, "soft" if k else "", "middle", not k)
        for k, text in enumerate(lines)
    ]


def ends(sockets: Row, studs: Row, base: float, top: float, style: Style) -> list:
    """Draw arrows and counts of the inputs below and the outputs above."""
    return [*input_arrows(sockets, base, style), *output_arrows(studs, top, style)]


def input_arrows(sockets: Row, base: float, style: Style) -> list:
    """Draw arrows into the sockets, with their number."""
    middle = (sockets.left + sockets.right) / 2
    return [
        *arrows(sockets, base + ARROW + 4, ARROW),
        Text(middle, base + ARROW + 18, style.words.inputs(sockets.n), TEXT, "", "middle"),
    ]


def output_arrows(studs: Row, top: float, style: Style) -> list:
    """Draw arrows out of the studs, with their number."""
    up, middle = 0.35 * style.p, (studs.left + studs.right) / 2
    return [
        *arrows(studs, top - up, ARROW),
        Text(middle, top - up - ARROW - 6, style.words.outputs(studs.n), TEXT, "", "middle"),
    ]
