"""The isometric view of a layer or a chain of layers.

At the synapse level it looks like the building of real bricks. A signal's transparent plate is
under its weights, a neuron's red brick is over them, and each layer lies across the one below.
"""

from __future__ import annotations

from dataclasses import replace

from ..network import Brick, Network
from ..pieces import BRICK, PLATE, TEXT, Style, centred
from ..shapes import Line, Piece, Scene, Text, around
from . import parts
from .captions import LEADING, caption, column, list_below
from .choice import MOST_SIGNALS, choose, few_synapses
from .crossed import Crossed, Floor
from .fit import MARGIN
from .levels import CUT
from .rows import Row, row
from .solid import Solid, piece
from .tower import legend_below, totals


def isometric(network: Network, level: str, style: Style, apart: bool) -> Scene:
    """Return the isometric scene of a chain."""
    from . import description, title

    if not network.chain:
        parts.refuse(
            "view",
            f"got 'isometric' for {network.name!r}, whose layers branch; "
            "expected a chain of layers. Use view='front'.",
        )
    if level == "lines":
        parts.refuse(
            "level",
            "got 'lines' with view='isometric', expected 'synapses', 'bricks' "
            "or 'auto'. Use view='front' for lines.",
        )
    level = level_in_space(network, level)
    chosen = choose(network, level)
    build = Crossed(style) if level == "synapses" else _Stacked(style)
    shapes, floors, z = [], [], 0.0
    for i, brick in enumerate(network.bricks):
        floor = build.floor(brick, _above(network.bricks[i + 1 :]))
        if i + 1 < len(network.bricks):  # covered by the next layer
            for box in floor.boxes:
                box.lid = None
        z += 1.5 if apart and i else 0.0
        drawn = [piece(box, z, style.p) for box in floor.boxes]
        shapes.append(parts.layer_piece(brick, i, drawn, brick.name))
        floors.append(drawn)
        z += floor.height
    left, _, right, _ = around(shapes)
    if style.beside:
        shapes += _captions(network, chosen, floors, (left, right), style)
    middle, below = (left + right) / 2, around(shapes)[3] + 6
    shapes += totals(network, middle, below, style) or [
        Text(middle, below + LEADING, _ends(network, style), TEXT, "", "middle", True)
    ]
    if level == "synapses" and style.weights and any(b.kernel is not None for b in network.bricks):
        note = (
            "둥근 초록은 음수인 가중치"
            if style.words.korean
            else "round greens are negative weights"
        )
        shapes.append(Text(middle, around(shapes)[3] + LEADING, note, TEXT, "soft", "middle"))
    if not style.beside:
        notes = [
            caption(b, 0.0, style, level) for b, level in zip(network.bricks, chosen, strict=True)
        ]
        wide = style.page - 2 * MARGIN
        shapes += list_below(notes, middle - wide / 2, around(shapes)[3] + 1.6 * LEADING, wide)
    # Closed bricks have one green.
    shapes += legend_below(
        network, style if level == "synapses" else replace(style, weights=False), shapes, chosen
    )
    return Scene(shapes, title(network, style.words), description(network, style.words))


def level_in_space(network: Network, level: str) -> str:
    """Return the level of all layers.

    "auto" shows every synapse if there are few, and no layer without synapses is too long.
    """
    if level != "auto":
        return level
    short = all(b.dense or b.outputs <= MOST_SIGNALS for b in network.bricks)
    return "synapses" if short and few_synapses(network) else "bricks"


def _above(bricks: tuple[Brick, ...]) -> int:
    """Return the number of neurons of the next layer with synapses; 0 if there is none."""
    return next((brick.outputs for brick in bricks if brick.dense), 0)


def _captions(
    network: Network,
    chosen: list[str],
    floors: list[list[Piece]],
    ends: tuple[float, float],
    style: Style,
) -> list:
    """Place captions at the right, or at the left for layers that are visible only there."""
    rights, lefts = _outline(floors, 1), _outline(floors, -1)
    shapes: list = []
    for side, end in ((1, ends[1] + 2 * style.p), (-1, ends[0] - 2 * style.p)):
        notes, edges = [], []
        for k, (brick, level) in enumerate(zip(network.bricks, chosen, strict=True)):
            at_left = lefts[k][2] > 0 and lefts[k][2] > 4 * rights[k][2]
            if at_left == (side < 0):
                x, y, _ = (lefts if at_left else rights)[k]
                notes.append(caption(brick, y, style, "plate" if level == "plate" else "bricks"))
                edges.append(x)
        shapes += column(notes, end, edges, side=side)
    return shapes


def _outline(floors: list[list[Piece]], side: int) -> list[tuple[float, float, float]]:
    """Return for each layer where it is the outermost at a side (1: right, -1: left).

    Each entry has x and y in the middle of the longest such stretch, and its height. A layer that
    is nowhere outermost gets its own outermost point and height 0.
    """
    step = 2.0
    reach: list[dict[int, float]] = []
    tips = []
    for pieces in floors:
        at: dict[int, float] = {}
        lines = [s for piece in pieces for s in piece.walk() if isinstance(s, Line) and s.closed]
        corners = [
            point
            for line in lines
            for stroke in line.strokes
            for a, b in zip(stroke, [*stroke[1:], stroke[0]], strict=True)
            for point in _between(a, b, step)
        ]
        for x, y in corners:
            row = round(y / step)
            at[row] = max(at.get(row, side * x), side * x)
        reach.append(at)
        tips.append(max(corners, key=lambda point: side * point[0]))
    found = []
    for k, at in enumerate(reach):
        outermost = [
            row
            for row, x in sorted(at.items())
            if all(x > other.get(row, x - 1) for j, other in enumerate(reach) if j != k)
        ]
        runs = _runs(outermost)
        if runs:
            longest = max(runs, key=len)
            row = longest[len(longest) // 2]
            found.append((side * at[row], row * step, step * len(longest)))
        else:
            found.append((*tips[k], 0.0))
    return found


def _between(a, b, step: float):
    """Return points on the line from a to b, two per step of height so that no row is skipped."""
    n = max(1, round(2 * abs(b[1] - a[1]) / step))
    return [(a[0] + (b[0] - a[0]) * t / n, a[1] + (b[1] - a[1]) * t / n) for t in range(n + 1)]


def _runs(numbers: list[int]) -> list[list[int]]:
    """Group consecutive numbers."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return runs


def _ends(network: Network, style: Style) -> str:
    first, last = network.bricks[0], network.bricks[-1]
    return f"{style.words.inputs(first.inputs)}, {style.words.outputs(last.outputs)}"


class _Stacked:
    """Stacks closed bricks, one stud deep; long ones have a break."""

    def __init__(self, style: Style):
        self.style = style

    def floor(self, brick: Brick, above: int) -> Floor:
        ins, outs = row(brick.inputs, 0.0, 1.0), row(brick.outputs, 0.0, 1.0)
        name = {"layer": brick.name}
        studs = tuple((x, 0.5) for x in outs.drawn)
        longest = max(ins, outs, key=lambda r: r.n)
        lid = _more(outs, self.style) if outs.hidden else None

        def box(of: Row, z: float, height: float, css: str, **more) -> Solid:
            cut = of.zone[0] + CUT * (of.zone[1] - of.zone[0]) if of.hidden else None
            return Solid(
                (of.left, 0, z), (of.right - of.left, 1, height), css, name, cut=cut, **more
            )

        if not brick.dense:
            css = "activation" if brick.activation != "linear" else "plate"
            return Floor([box(longest, 0, PLATE, css, studs=studs, lid=lid)], PLATE)
        counts = f"{brick.inputs:,} → {brick.outputs:,}"
        return Floor(
            [
                box(ins, 0, PLATE, "signal"),
                box(longest, PLATE, BRICK, "body", front=counts),
                box(outs, PLATE + BRICK, PLATE, "activation", studs=studs, lid=lid),
            ],
            BRICK + 2 * PLATE,
        )


def _more(outs: Row, style: Style) -> Piece:
    """Return the mark for hidden studs, placed on the top where no studs are."""
    middle = sum(outs.zone) / 2
    return Piece(
        "more",
        {"count": outs.hidden},
        [centred(style.words.more(outs.hidden), middle, 0.0, TEXT, "", True)],
    )
