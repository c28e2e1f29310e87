"""Bricks in space: a layer, or a chain of them, as one sees a thing on a table.

At the synapse level it stands as the building of real bricks does: a signal's transparent plate
runs under its weights, a neuron's red brick over them, and each layer lies across the one below.
"""

from __future__ import annotations

from dataclasses import replace

from ..network import Brick, Network
from ..pieces import BRICK, PLATE, TEXT, Style, centred
from ..shapes import Line, Piece, Scene, Text, around
from . import parts
from .captions import LEADING, caption, column, listed
from .choice import MOST_SIGNALS, choose, few
from .crossed import Crossed, Floor
from .fit import MARGIN
from .levels import CUT
from .rows import Row, row
from .solid import Solid, piece
from .tower import key, total


def isometric(network: Network, level: str, style: Style, apart: bool) -> Scene:
    """The scene of a chain."""
    from . import description, title

    if not network.chain:
        parts.refuse("view", f"got 'isometric' for {network.name!r}, whose layers branch; "
                     "expected a chain. Draw it with view='front'.")
    if level == "lines":
        parts.refuse("level", "got 'lines' with view='isometric', expected 'synapses', 'bricks' "
                     "or 'auto'. Lines are drawn with view='front'.")
    level = level_in_space(network, level)
    chosen = choose(network, level)
    build = Crossed(style) if level == "synapses" else _Stacked(style)
    shapes, floors, z = [], [], 0.0
    for i, brick in enumerate(network.bricks):
        floor = build.floor(brick, _above(network.bricks[i + 1:]))
        if i + 1 < len(network.bricks):  # what is above covers it
            for box in floor.boxes:
                box.lid = None
        z += (1.5 if apart and i else 0.0)
        drawn = [piece(box, z, style.p) for box in floor.boxes]
        shapes.append(parts.layer_piece(brick, i, drawn, brick.name))
        floors.append(drawn)
        z += floor.height
    left, _, right, _ = around(shapes)
    if style.beside:
        shapes += _captions(network, chosen, floors, (left, right), style)
    middle, below = (left + right) / 2, around(shapes)[3] + 6
    shapes += total(network, middle, below, style) or [
        Text(middle, below + LEADING, _ends(network, style), TEXT, "", "middle", True)]
    if level == "synapses" and style.weights and any(b.kernel is not None for b in network.bricks):
        said = ("round greens are negative weights", "둥근 초록은 음수인 가중치")
        shapes.append(Text(middle, around(shapes)[3] + LEADING, said[style.words.korean], TEXT,
                           "soft", "middle"))
    if not style.beside:
        notes = [caption(b, 0.0, style, level) for b, level in zip(network.bricks, chosen,
                                                                   strict=True)]
        wide = style.page - 2 * MARGIN
        shapes += listed(notes, middle - wide / 2, around(shapes)[3] + 1.6 * LEADING, wide)
    # Whole bricks have one green.
    shapes += key(network, style if level == "synapses" else replace(style, weights=False),
                  shapes, chosen)
    return Scene(shapes, title(network, style.words), description(network, style.words))


def level_in_space(network: Network, level: str) -> str:
    """The level at which all layers are drawn: "auto" shows every synapse where they are few, and
    no plate between them is longer than a layer may be."""
    if level != "auto":
        return level
    short = all(b.dense or b.outputs <= MOST_SIGNALS for b in network.bricks)
    return "synapses" if short and few(network) else "bricks"


def _above(bricks: tuple[Brick, ...]) -> int:
    """How many neurons the next layer with synapses has; 0 where there is none."""
    return next((brick.outputs for brick in bricks if brick.dense), 0)


def _captions(network: Network, chosen: list[str], floors: list[list[Piece]],
              ends: tuple[float, float], style: Style) -> list:
    """Captions at the right; at the left those of layers that only there are in sight."""
    rights, lefts = _outline(floors, 1), _outline(floors, -1)
    shapes: list = []
    for side, end in ((1, ends[1] + 2 * style.p), (-1, ends[0] - 2 * style.p)):
        notes, edges = [], []
        for k, (brick, level) in enumerate(zip(network.bricks, chosen, strict=True)):
            there = lefts[k][2] > 0 and lefts[k][2] > 4 * rights[k][2]
            if there == (side < 0):
                x, y, _ = (lefts if there else rights)[k]
                notes.append(caption(brick, y, style, "plate" if level == "plate" else "bricks"))
                edges.append(x)
        shapes += column(notes, end, edges, side=side)
    return shapes


def _outline(floors: list[list[Piece]], side: int) -> list[tuple[float, float, float]]:
    """Where each layer is the outermost at a side (1: the right): the x and y in the middle of
    that stretch, and how high it is; for one that is nowhere, its own outermost point and 0."""
    step = 2.0
    reach: list[dict[int, float]] = []
    tips = []
    for pieces in floors:
        at: dict[int, float] = {}
        lines = [s for piece in pieces for s in piece.walk() if isinstance(s, Line)
                 and s.closed]
        corners = [point for line in lines for stroke in line.strokes
                   for a, b in zip(stroke, [*stroke[1:], stroke[0]], strict=True)
                   for point in _between(a, b, step)]
        for x, y in corners:
            row = round(y / step)
            at[row] = max(at.get(row, side * x), side * x)
        reach.append(at)
        tips.append(max(corners, key=lambda point: side * point[0]))
    found = []
    for k, at in enumerate(reach):
        mine = [row for row, x in sorted(at.items())
                if all(x > other.get(row, x - 1) for j, other in enumerate(reach) if j != k)]
        runs = _runs(mine)
        if runs:
            longest = max(runs, key=len)
            row = longest[len(longest) // 2]
            found.append((side * at[row], row * step, step * len(longest)))
        else:
            found.append((*tips[k], 0.0))
    return found


def _between(a, b, step: float):
    """Points of a line from a to b, two for each step of height, so that none is left out."""
    n = max(1, round(2 * abs(b[1] - a[1]) / step))
    return [(a[0] + (b[0] - a[0]) * t / n, a[1] + (b[1] - a[1]) * t / n) for t in range(n + 1)]


def _runs(numbers: list[int]) -> list[list[int]]:
    """Numbers that follow one another, together."""
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
    """Whole bricks, one stud deep, one on the other; long ones are broken off."""

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
            return Solid((of.left, 0, z), (of.right - of.left, 1, height), css, name, cut=cut,
                       **more)

        if not brick.dense:
            css = "activation" if brick.activation != "linear" else "plate"
            return Floor([box(longest, 0, PLATE, css, studs=studs, lid=lid)], PLATE)
        counts = f"{brick.inputs:,} → {brick.outputs:,}"
        return Floor([box(ins, 0, PLATE, "signal"),
                      box(longest, PLATE, BRICK, "body", front=counts),
                      box(outs, PLATE + BRICK, PLATE, "activation", studs=studs, lid=lid)],
                     BRICK + 2 * PLATE)


def _more(outs: Row, style: Style) -> Piece:
    """The mark for studs that are not drawn; it is put on the top, where nothing stands."""
    middle = sum(outs.zone) / 2
    return Piece("more", {"count": outs.hidden},
                 [centred(style.words.more(outs.hidden), middle, 0.0, TEXT, "", True)])
