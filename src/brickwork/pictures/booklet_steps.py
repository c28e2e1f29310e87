"""The steps in which a building is put together, and the drawing of each.

What is there already is pale. It is drawn once for every step, as a group that begins with that of
the step before: in the order of the steps nothing that is put later is hidden by what is there.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from . import parts_drawn as draw
from .building import Building
from .pieces import PLATE
from .real_parts import COLOURS, PARTS, Placed
from .scene.solid import project
from .shapes import Bounds

#: How far a layer floats above the one below before it is put on it, in plates.
LIFT = 12
#: How high the numbers in a drawing are, in millimetres.
LETTERS = 3.0


@dataclass(frozen=True)
class Step:
    """What is done at once.

    Attributes:
        number: from 1.
        words: what is done.
        new: the parts that are put.
        there: the steps after which it is put, by their numbers: what they leave is pale.
        frame: all parts that the drawing has room for; and its bounds on paper.
        layer: of which floor, from 0.
        lift: whether a whole layer is put on the one below.
    """

    number: int
    words: str
    new: list[Placed]
    there: list[int]
    frame: list[Placed]
    bounds: Bounds
    layer: int
    lift: bool = False

    @property
    def weighs(self) -> bool:
        """Whether weights are put."""
        return self.new[0].role == "weight"

    def takes(self) -> list:
        """How many parts of each kind it takes, in the order of the list of parts."""
        return sorted(Counter((p.part, p.colour) for p in self.new).items(), key=lambda item: (
            COLOURS.index(item[0][1]), PARTS.index(item[0][0])))


def steps(building: Building, put: str) -> list[Step]:
    """The building's steps, and those between them that put a layer on the one below, which `put`
    says of a ``{name}``."""
    found: list[Step] = []
    finished: list[int] = []  # the last step of each layer
    base = [p for p in building.parts if p.layer is None]
    if base:
        found.append(Step(1, building.steps[0], base, [], base, draw.bounds(base), 0))
    for number, floor in enumerate(building.floors):
        layer = [p for p in building.parts if p.layer == number]
        first, bounds = True, draw.bounds(layer)
        for step in sorted({p.step for p in layer}):
            # The first layer is built where it stands, the others by themselves.
            there = [len(found)] if found and not (first and number) else []
            words = building.steps[step - 1].partition(": ")[2]
            found.append(Step(len(found) + 1, words, [p for p in layer if p.step == step], there,
                              layer, bounds, number))
            first = False
        if number:
            below = [p for p in building.parts if p.layer is None or p.layer < number]
            found.append(Step(len(found) + 1, put.format(name=floor.name), layer, finished[:],
                              below, draw.bounds(below), number, True))
        finished.append(len(found) - bool(number))
    return found


def groups(told: list[Step]) -> str:
    """What is there after each step, for `drawing`."""
    return "".join(f'<g id="s{step.number}">{_there(step)}{draw.drawn(step.new)}</g>'
                   for step in told if not step.lift)


def _there(step: Step) -> str:
    return "".join(f'<use href="#s{number}"/>' for number in step.there)


def _resting(step: Step) -> str:
    return f'<g class="pale">{_there(step)}</g>'


def drawing(building: Building, step: Step, room: tuple[float, float], label: str) -> str:
    """A step's drawing for so much room, in millimetres."""
    inside, box = _lowered(step) if step.lift else _in_place(building, step, room)
    return draw.svg(inside, box, "shown", label=label)


def _in_place(building: Building, step: Step, room: tuple[float, float]):
    """The drawing, and its bounds: those of the finished layer."""
    left, top, right, bottom = step.bounds
    size = LETTERS * max((right - left) / (room[0] - 4 * LETTERS),
                         (bottom - top) / (room[1] - 3 * LETTERS))
    inside = _resting(step) + draw.drawn(step.new) + _numbers(building, step, size)
    return inside, (left - 2 * size, top, right + 2 * size, bottom + 2 * size)


def _lowered(step: Step):
    """A layer that comes down upon the one below."""
    low = min(p.y for p in step.new)
    foot = [p for p in step.new if p.y == low]
    far, near = max(p.x + p.size[0] for p in foot), max(p.z + p.size[1] for p in foot)
    ways = ""
    for x, z in ((min(p.x for p in foot), near), (far, near), (far, min(p.z for p in foot))):
        (x0, y0), (x1, y1) = (project((x, z, h * PLATE), draw.P) for h in (low + LIFT, low))
        ways += f"M{x0:.1f} {y0:.1f}L{x1:.1f} {y1:.1f}"
    inside = (_resting(step) + f'<path class="way" d="{ways}"/>' + draw.drawn(step.new, LIFT))
    boxes = step.bounds, draw.bounds(step.new, LIFT)
    return inside, tuple(f(pair) for f, pair in zip((min, min, max, max),
                                                    zip(*boxes, strict=True), strict=True))


def _numbers(building: Building, step: Step, size: float) -> str:
    """The inputs' numbers at the near ends of their axons, and at theirs those of the neurons
    whose weights are put; `size` is that of the letters."""
    floor, shown = building.floors[step.layer], []
    axons = [p for p in step.frame if p.role == "axon"]
    along_x = step.layer % 2 == 1  # how the axons lie
    y, away = floor.y * PLATE, 0.9 * size / draw.P

    def written(at: float, end: float, text: int, chosen: bool) -> None:
        x, y0 = project((end, at, y) if along_x != chosen else (at, end, y), draw.P)
        if chosen:
            shown.append(f'<circle class="chip" cx="{x:.1f}" cy="{y0:.1f}" r="{0.8 * size:.1f}"/>')
        shown.append(f'<text class="{"chosen" if chosen else "soft"}" font-size="{size:.1f}" '
                     f'x="{x:.1f}" y="{y0 + 0.36 * size:.1f}">{text}</text>')

    near = max((p.x + p.size[0] if along_x else p.z + p.size[1] for p in axons), default=0) + away
    starts = {p.row: (p.z if along_x else p.x) + 0.5 for p in axons}
    for row, at in sorted(starts.items()):
        written(at, near, row + 1, False)
    if step.weighs:
        far = max(p.z + p.size[1] if along_x else p.x + p.size[0] for p in axons) + away
        starts = {p.unit: (p.x if along_x else p.z) + 0.5 for p in step.new}
        for unit, at in sorted(starts.items()):
            written(at, far, unit + 1, True)
    return "".join(shown)
