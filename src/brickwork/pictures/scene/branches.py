"""Networks that branch and merge: layers on floors, with ribbons of signals between them.

A layer is one floor above the highest of its sources. A ribbon that passes a floor gets a lane
there, so it never runs through a brick (see `layered`).
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from ..layered import layered
from ..network import Network
from ..pieces import Style
from ..shapes import Line, around, moved
from .captions import LEADING, Caption, caption, list_below
from .fit import MARGIN
from .parts import Drawn
from .rows import Row
from .tower import draw_layer, input_arrows, output_arrows, totals

LANE, SIDE, FLOOR = 1.5, 1.2, 3.0  # in pitches: lane width, gap between cells, between floors
ENDS, ARROWS = 90.0, 66.0  # in pixels: width of "1,234 outputs", height of arrows with that text


@dataclass
class Cell:
    """An item on a floor: a layer with its caption, or a lane for a ribbon."""

    width: float
    height: float
    drawn: Drawn | None = None
    note: Caption | None = None
    x: float = 0.0  # centre of the brick or lane
    base: float = 0.0
    ends: bool = False  # whether it is an input or output of the network

    @property
    def brick_width(self) -> float:
        """Width of the layer, or of the text about its inputs and outputs if that is wider."""
        return (
            self.width
            if self.drawn is None
            else max(self.drawn.right - self.drawn.left, ENDS * self.ends)
        )


def branches(network: Network, chosen: list[str], style: Style) -> list:
    """Return the shapes of a branching network, with captions and counts."""
    floors, routes = layered([brick.sources for brick in network.bricks])
    cells = [_cell(network, i, level, style) for i, level in enumerate(chosen)]
    lanes = sum(map(len, floors)) - len(cells)
    passed = [*cells, *(Cell(LANE * style.p, 0.0) for _ in range(lanes))]
    _place([[passed[k] for k in floor] for floor in floors], style)
    paths = {ends: [passed[k] for k in route] for ends, route in routes.items()}
    ribbons = _ribbons(network, cells, paths)
    shapes = [*ribbons, *(c.drawn.piece for c in cells if c.drawn)]
    for cell in cells:
        shapes += _note(cell, style)
    shapes += _ends(network, cells, style)
    if not style.beside:
        left, _, right, bottom = around(shapes)
        wide = max(right - left, style.page - 2 * MARGIN)
        notes = [
            caption(brick, 0.0, style, level)
            for brick, level in zip(network.bricks, chosen, strict=True)
        ]
        shapes += list_below(notes, (left + right - wide) / 2, bottom + 1.6 * LEADING, wide)
    return shapes


def _cell(network: Network, i: int, level: str, style: Style) -> Cell:
    brick = network.bricks[i]
    names = "" if brick.sources else "x"
    drawn = draw_layer(brick, i, level, None, 0.0, style, names)
    note = caption(brick, 0.0, style, level) if style.beside else None
    ends = not brick.sources or not any(i in other.sources for other in network.bricks)
    cell = Cell(0.0, drawn.base - drawn.top, drawn, note, ends=ends)
    cell.width = cell.brick_width
    if note:
        cell.height = max(cell.height, note.height)
        cell.width += 0.6 * style.p + note.width
    return cell


def _place(floors: list[list[Cell]], style: Style) -> None:
    """Position the cells. The tallest cell of a floor sets its height."""
    base = 0.0
    for floor in floors:
        # Centre the bricks of a floor; captions may extend to the right.
        total = sum(c.width for c in floor) + SIDE * style.p * (len(floor) - 1)
        spare = floor[-1].width - floor[-1].brick_width
        left = -(total - spare) / 2
        height = max(c.height for c in floor)
        for cell in floor:
            cell.height = height
            cell.x, cell.base = left + cell.brick_width / 2, base
            left += cell.width + SIDE * style.p
            if cell.drawn:
                _move(cell.drawn, cell.x, base)
        base -= height + max(FLOOR * style.p, ARROWS)


def _move(drawn: Drawn, x: float, base: float) -> None:
    dx, dy = x - (drawn.left + drawn.right) / 2, base - drawn.base
    moved([drawn.piece], dx, dy)
    drawn.sockets, drawn.studs = drawn.sockets.moved(dx), drawn.studs.moved(dx)
    drawn.left, drawn.right = drawn.left + dx, drawn.right + dx
    drawn.base, drawn.top = drawn.base + dy, drawn.top + dy
    if drawn.beside:
        drawn.beside = drawn.beside[0] + dx, drawn.beside[1] + dy


def _ribbons(network: Network, cells: list[Cell], paths) -> list[Line]:
    ribbons = []
    for target, brick in enumerate(network.bricks):
        fractions = _fractions(network, target)
        for source, (start, end) in zip(brick.sources, fractions, strict=True):
            foot = cells[target].drawn.sockets
            ribbons.append(
                _ribbon(cells[source], paths[source, target], foot, start, end, cells[target].base)
            )
    return ribbons


def _fractions(network: Network, target: int) -> list[tuple[float, float]]:
    """Return the part of the layer's base that each source enters, as fractions of its width.

    Sources enter side by side if their counts add up (Concatenate), else each enters over the
    full width (Add).
    """
    brick = network.bricks[target]
    counts = [network.bricks[s].outputs for s in brick.sources]
    if len(counts) < 2 or sum(counts) != brick.inputs:
        return [(0.0, 1.0)] * len(counts)
    starts = [sum(counts[:k]) for k in range(len(counts) + 1)]
    return [(a / starts[-1], b / starts[-1]) for a, b in pairwise(starts)]


def _ribbon(source: Cell, path, foot: Row, start: float, end: float, base: float) -> Line:
    """Draw a ribbon from the source's studs through its lanes to its part of the target's base."""
    studs, wide, top = source.drawn.studs, foot.right - foot.left, source.drawn.top
    # Straight up past the neighbours before turning.
    stops = [
        (studs.left, studs.right, top, top),
        (studs.left, studs.right, top, source.base - source.height),
    ]
    for lane in path[1:-1]:
        half = lane.width / 3
        stops.append((lane.x - half, lane.x + half, lane.base, lane.base - lane.height))
    stops.append((foot.left + start * wide, foot.left + end * wide, base, base))
    left, right = [], []
    for (l0, r0, _, y0), (l1, r1, y1, _) in pairwise(stops):
        middle = (y0 + y1) / 2
        left += [(l0, y0), (l0, middle), (l1, middle), (l1, y1)]
        right += [(r0, y0), (r0, middle), (r1, middle), (r1, y1)]
    back = right[::-1]
    return Line([[*_joined(left), left[-1], back[0], *_joined(back)]], "ribbon", True, True)


def _joined(points: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """Join curves of four points each into one curve, with straight segments between them."""
    out = points[:4]
    for k in range(4, len(points), 4):
        a, b = out[-1], points[k]
        out += [a, b, *points[k : k + 4]]
    return out


def _note(cell: Cell, style: Style) -> list:
    if cell.drawn is None or cell.note is None:
        return []
    note, drawn = cell.note, cell.drawn
    edge, top = cell.x + cell.brick_width / 2, (drawn.base + drawn.top) / 2 - note.height / 2
    if drawn.beside and top + note.height < drawn.base - style.foot:  # above the wider base
        edge = drawn.beside[0]
    return note.texts(edge + style.p * 0.6, top)


def _ends(network: Network, cells: list[Cell], style: Style) -> list:
    """Draw arrows and counts of the network's inputs and outputs."""
    used = {s for brick in network.bricks for s in brick.sources}
    shapes = []
    for i, (brick, cell) in enumerate(zip(network.bricks, cells, strict=True)):
        drawn = cell.drawn
        if not brick.sources:
            shapes += input_arrows(drawn.sockets, drawn.base, style)
        if i not in used:
            shapes += output_arrows(drawn.studs, drawn.top, style)
    bottom = around([*(c.drawn.piece for c in cells), *shapes])[3]
    return [*shapes, *totals(network, 0.0, bottom, style)]
