"""Bricks in space: a layer, or a chain of them, as one sees a thing on a table.

At the synapse level it stands as the building of real bricks does: a signal's transparent plate
runs under its weights, a neuron's red brick over them, and each layer lies across the one below.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import cos, pi, sin

from ..network import Brick, Network
from ..pieces import BRICK, PLATE, STUD, TEXT, Style, centred, strength
from ..shapes import Ellipse, Line, Piece, Scene, Text, around
from ..text import text_width
from . import parts
from .captions import LEADING, caption, column
from .choice import choose, few
from .levels import CUT
from .rows import Row, row

RX, RY = 0.367, 0.212  # a stud's ellipse
Point = tuple[float, float, float]


@dataclass
class Box:
    """A brick: where it begins and how large it is, in pitches; z is upward.

    What is drawn shorter than it is has a break at the x `cut`; `front` and `lid` are written on
    its long face and on its top.
    """

    at: Point
    size: Point
    css: str
    data: dict
    studs: tuple[tuple[float, float], ...] = ()
    cut: float | None = None
    front: str = ""
    lid: Piece | None = None


@dataclass
class Floor:
    """A layer in space: its boxes in the order in which they are painted, and its height."""

    boxes: list[Box]
    height: float


def project(point: Point, p: float) -> tuple[float, float]:
    """Where a point in space is on paper."""
    x, y, z = point
    return (x - y) * 0.866 * p, (x + y) * 0.5 * p - z * p


def isometric(network: Network, level: str, style: Style, apart: bool) -> Scene:
    """The scene of a chain."""
    from . import description, title

    if not network.chain:
        parts.refuse("view", f"got 'isometric' for {network.name!r}, whose layers branch; "
                     "expected a chain. Draw it with view='front'.")
    if level == "lines":
        parts.refuse("level", "got 'lines' with view='isometric', expected 'synapses', 'bricks' "
                     "or 'auto'. Lines are drawn with view='front'.")
    level = ("synapses" if few(network) else "bricks") if level == "auto" else level
    chosen = choose(network, level)
    build = _Crossed(style) if level == "synapses" else _Stacked(style)
    shapes, floors, z = [], [], 0.0
    for i, brick in enumerate(network.bricks):
        floor = build.floor(brick)
        if i + 1 < len(network.bricks):  # what is above covers it
            for box in floor.boxes:
                box.lid = None
        z += (1.5 if apart and i else 0.0)
        pieces = [_piece(box, z, style.p) for box in floor.boxes]
        shapes.append(parts.layer_piece(brick, i, pieces, brick.name))
        floors.append(pieces)
        z += floor.height
    left, _, right, _ = around(shapes)
    shapes += _captions(network, chosen, floors, (left, right), style)
    middle = (left + right) / 2
    shapes.append(Text(middle, around(shapes)[3] + LEADING + 6, _sum(network, style), 12, "",
                       "middle", True))
    return Scene(shapes, title(network, style.words), description(network, style.words))


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
    """Points of a line from a to b, one for each step of height."""
    n = max(1, round(abs(b[1] - a[1]) / step))
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


def _sum(network: Network, style: Style) -> str:
    dense = [b.synapses for b in network.bricks if b.dense]
    if len(dense) > 1:
        return style.words.total(dense)
    first, last = network.bricks[0], network.bricks[-1]
    return f"{style.words.inputs(first.inputs)}, {style.words.outputs(last.outputs)}"


class _Crossed:
    """Cells of two by two studs; inputs along one axis, neurons along the other."""

    def __init__(self, style: Style):
        self.style = style
        self.along_x = True  # whether the next layer's inputs lie along x

    def floor(self, brick: Brick) -> Floor:
        if not brick.dense:
            return self.slab(brick)
        n, u = brick.inputs, brick.outputs
        ins = [2.0 * (i - (n - 1) / 2) for i in range(n)]
        outs = [2.0 * (j - (u - 1) / 2) for j in range(u)]
        boxes = [self.box((x, -u), (1, 2 * u), 0, PLATE, "signal", {"layer": brick.name,
                 "row": i}) for i, x in enumerate(ins)]
        for j, y in enumerate(outs):
            boxes += self.neuron(brick, j, ins, y)
        top = PLATE + BRICK + PLATE + BRICK + self.biased(brick) * PLATE
        boxes += self.activation(brick, ins, outs, top)
        self.along_x = not self.along_x
        return Floor(boxes, top + PLATE)

    def neuron(self, brick: Brick, j: int, ins: list[float], y: float) -> list[Box]:
        name, boxes = brick.name, []
        for i, x in enumerate(ins):
            css, data = "weight", {"layer": name, "row": i, "unit": j}
            if self.style.weights and brick.strength is not None:
                step, sign = strength(float(brick.strength[i, j]))
                css = " ".join(filter(None, (css, step, sign)))
                data = {**data, "value": parts.number(brick.kernel[i, j])}
            boxes += [self.box((x, y), (1, 1), PLATE, BRICK, css, data),
                      self.box((x, y), (1, 1), PLATE + BRICK, PLATE, "multiply",
                               {"layer": name, "row": i, "unit": j})]
        start, size, z = (ins[0], y), (2 * len(ins) - 1, 1), 2 * PLATE + BRICK
        data = {"layer": name, "unit": j}
        boxes.append(self.box(start, size, z, BRICK, "sum", data))
        z += BRICK
        if self.biased(brick):
            known = {} if brick.bias is None else {"value": parts.number(brick.bias[j])}
            boxes.append(self.box(start, size, z, PLATE, "bias", {**data, **known}))
            z += PLATE
        if not parts.one_bar(brick):
            boxes.append(self.box(start, size, z, PLATE, "activation", data, [(0.0, y)]))
        return boxes

    def biased(self, brick: Brick) -> bool:
        return self.style.bias and brick.biased

    def activation(self, brick: Brick, ins, outs, z: float) -> list[Box]:
        if not parts.one_bar(brick):
            return []
        return [self.box((0.0, outs[0]), (1, 2 * len(outs) - 1), z, PLATE, "activation",
                         {"layer": brick.name}, [(0.0, y) for y in outs])]

    def slab(self, brick: Brick) -> Floor:
        """A layer without synapses: one plate with all its outputs on it."""
        n = brick.outputs
        css = "activation" if brick.activation != "linear" else "plate"
        ins = [2.0 * (i - (n - 1) / 2) for i in range(n)]
        box = self.box((ins[0], 0.0), (2 * n - 1, 1), 0, PLATE, css, {"layer": brick.name},
                       [(x, 0.0) for x in ins])
        return Floor([box], PLATE)

    def box(self, at, size, z: float, height: float, css: str, data: dict, studs=()) -> Box:
        """A box given by (input axis, neuron axis); the middle of the layer is the origin."""
        turn = (lambda pair: pair) if self.along_x else (lambda pair: (pair[1], pair[0]))
        x, y = turn(at)
        dx, dy = turn(size)
        tops = tuple((turn(s)[0] + 0.5, turn(s)[1] + 0.5) for s in studs)
        return Box((x, y, z), (dx, dy, height), css, data, tops)


class _Stacked:
    """Whole bricks, one stud deep, one on the other; long ones are broken off."""

    def __init__(self, style: Style):
        self.style = style

    def floor(self, brick: Brick) -> Floor:
        ins, outs = row(brick.inputs, 0.0, 1.0), row(brick.outputs, 0.0, 1.0)
        name = {"layer": brick.name}
        studs = tuple((x, 0.5) for x in outs.drawn)
        longest = max(ins, outs, key=lambda r: r.n)
        lid = _more(outs, self.style) if outs.hidden else None

        def box(of: Row, z: float, height: float, css: str, **more) -> Box:
            cut = of.zone[0] + CUT * (of.zone[1] - of.zone[0]) if of.hidden else None
            return Box((of.left, 0, z), (of.right - of.left, 1, height), css, name, cut=cut,
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


def _along(text: Text, at: tuple[float, float]) -> Piece:
    """A text that runs along a long brick."""
    text.x, text.y = at[0], at[1] + 0.35 * text.size
    return Piece("", {}, [text], turn=(30.0, *at))


def _break(box: Box, low: float, p: float) -> Line:
    """A zigzag through the long face, and straight across the top."""
    (_, y, _), (_, dy, dz) = box.at, box.size
    back, steps = y + dy, round(dz / 0.3)
    edge = [(box.cut + (0.12 if k % 2 else -0.12), back, low + dz * k / steps)
            for k in range(steps + 1)] + [(box.cut - 0.12, y, low + dz)]
    outline = [*edge, *((a + 0.3, b, c) for a, b, c in reversed(edge))]
    return Line([[project(point, p) for point in outline]], "break", closed=True)


def _piece(box: Box, z: float, p: float) -> Piece:
    """The three faces that are seen, and the studs."""
    (x, y, low), (dx, dy, dz) = box.at, box.size
    low += z
    high = low + dz

    def face(corners, css: str = "") -> Line:
        return Line([[project(c, p) for c in corners]], css, closed=True)

    top = [(x, y, high), (x + dx, y, high), (x + dx, y + dy, high), (x, y + dy, high)]
    left = [(x, y + dy, high), (x + dx, y + dy, high), (x + dx, y + dy, low), (x, y + dy, low)]
    right = [(x + dx, y, high), (x + dx, y + dy, high), (x + dx, y + dy, low), (x + dx, y, low)]
    shapes: list = [face(top), face(left), face(left, "left"), face(right), face(right, "right")]
    mid = (low + high) / 2
    if box.css.endswith(" nan"):
        shapes.append(centred("?", *project((x + 0.5, y + dy, mid), p), TEXT, "", True))
    elif box.css.endswith((" pos", " neg")):
        strokes = [[(x + 0.3, y + dy, mid), (x + 0.7, y + dy, mid)],
                   [(x + dx, y + 0.3, mid), (x + dx, y + 0.7, mid)]]
        if box.css.endswith("pos"):
            strokes += [[(x + 0.5, y + dy, mid - 0.2), (x + 0.5, y + dy, mid + 0.2)],
                        [(x + dx, y + 0.5, mid - 0.2), (x + dx, y + 0.5, mid + 0.2)]]
        shapes.append(Line([[project(c, p) for c in stroke] for stroke in strokes], "sign"))
    if box.cut is not None:
        shapes.append(_break(box, low, p))
    if box.front and text_width(box.front, TEXT, True) <= dx * p - 8:
        shapes.append(_along(centred(box.front, 0, 0, TEXT, "dark", True),
                             project((x + dx / 2, y + dy, mid), p)))
    if box.lid is not None:
        (text,) = box.lid.parts
        text.css = "white" if box.css == "activation" else ""
        shapes.append(Piece("more", box.lid.data, [_along(text, project((text.x, y + dy / 2, high),
                                                                        p))]))
    for sx, sy in sorted(box.studs, key=sum):
        shapes += _stud(project((sx, sy, high), p), p)
    return Piece(box.css, box.data, shapes)


def _stud(at: tuple[float, float], p: float) -> list:
    x, y = at
    rx, ry, top = RX * p, RY * p, y - STUD * p
    rim = [(x + rx * cos(pi * k / 8), y + ry * sin(pi * k / 8)) for k in range(9)]
    side = Line([[(x + rx, top), *rim, (x - rx, top)]], "", closed=True)
    return [side, Ellipse(x, top, rx, ry)]


