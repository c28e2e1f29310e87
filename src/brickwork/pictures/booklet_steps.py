"""The steps of assembling a building, and the drawing of each.

Existing parts are pale. Each step's parts are drawn once, in a group that begins with the group of
the previous step. This works because no part is hidden by a part of an earlier step.
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

#: Height of a layer above the one below before it is put on it, in plates.
LIFT = 12
#: Font size of the numbers in a drawing, in millimetres.
LETTERS = 3.0


@dataclass(frozen=True)
class Step:
    """One step.

    Attributes:
        number: its number, from 1.
        words: the instruction.
        new: the parts to add.
        earlier: numbers of the steps whose results are already there, drawn pale.
        frame: all parts that must fit the drawing.
        bounds: bounds of the drawing on paper.
        layer: index of the floor, from 0.
        lift: whether a whole layer is put on the one below.
    """

    number: int
    words: str
    new: list[Placed]
    earlier: list[int]
    frame: list[Placed]
    bounds: Bounds
    layer: int
    lift: bool = False

    @property
    def has_weights(self) -> bool:
        """Whether the new parts are weights."""
        return self.new[0].role == "weight"

    def part_counts(self) -> list:
        """Return the number of parts of each kind, in the order of the list of parts."""
        return sorted(
            Counter((p.part, p.colour) for p in self.new).items(),
            key=lambda item: (COLOURS.index(item[0][1]), PARTS.index(item[0][0])),
        )


def steps(building: Building, put: str) -> list[Step]:
    """Return the building's steps, with those that put a layer on the one below.

    Args:
        building: the building.
        put: instruction for putting on a layer, with a field ``{name}``.
    """
    all_steps: list[Step] = []
    finished: list[int] = []  # the last step of each layer
    base = [p for p in building.parts if p.layer is None]
    if base:
        all_steps.append(Step(1, building.steps[0], base, [], base, draw.bounds(base), 0))
    for number, floor in enumerate(building.floors):
        layer = [p for p in building.parts if p.layer == number]
        first, bounds = True, draw.bounds(layer)
        for step in sorted({p.step for p in layer}):
            # The first layer is built in place, the others separately.
            earlier = [len(all_steps)] if all_steps and not (first and number) else []
            words = building.steps[step - 1].partition(": ")[2]
            new = [p for p in layer if p.step == step]
            all_steps.append(Step(len(all_steps) + 1, words, new, earlier, layer, bounds, number))
            first = False
        if number:
            below = [p for p in building.parts if p.layer is None or p.layer < number]
            all_steps.append(
                Step(
                    len(all_steps) + 1,
                    put.format(name=floor.name),
                    layer,
                    finished[:],
                    below,
                    draw.bounds(below),
                    number,
                    True,
                )
            )
        finished.append(len(all_steps) - bool(number))
    return all_steps


def groups(all_steps: list[Step]) -> str:
    """Return SVG groups with the result of each step, for `drawing`."""
    return "".join(
        f'<g id="s{step.number}">{_earlier_parts(step)}{draw.drawn(step.new)}</g>'
        for step in all_steps
        if not step.lift
    )


def _earlier_parts(step: Step) -> str:
    return "".join(f'<use href="#s{number}"/>' for number in step.earlier)


def _pale_parts(step: Step) -> str:
    return f'<g class="pale">{_earlier_parts(step)}</g>'


def drawing(building: Building, step: Step, room: tuple[float, float], label: str) -> str:
    """Return a step's drawing; `room` is its width and height in millimetres."""
    inside, box = _lowered(step) if step.lift else _in_place(building, step, room)
    return draw.svg(inside, box, "shown", label=label)


def _in_place(building: Building, step: Step, room: tuple[float, float]):
    """Return the drawing and its bounds, which are those of the finished layer."""
    left, top, right, bottom = step.bounds
    size = LETTERS * max(
        (right - left) / (room[0] - 4 * LETTERS), (bottom - top) / (room[1] - 3 * LETTERS)
    )
    inside = _pale_parts(step) + draw.drawn(step.new) + _numbers(building, step, size)
    return inside, (left - 2 * size, top, right + 2 * size, bottom + 2 * size)


def _lowered(step: Step):
    """Return the drawing and bounds of a layer above the one it is put on."""
    low = min(p.y for p in step.new)
    foot = [p for p in step.new if p.y == low]
    far, near = max(p.x + p.size[0] for p in foot), max(p.z + p.size[1] for p in foot)
    ways = ""
    for x, z in ((min(p.x for p in foot), near), (far, near), (far, min(p.z for p in foot))):
        (x0, y0), (x1, y1) = (project((x, z, h * PLATE), draw.P) for h in (low + LIFT, low))
        ways += f"M{x0:.1f} {y0:.1f}L{x1:.1f} {y1:.1f}"
    inside = _pale_parts(step) + f'<path class="way" d="{ways}"/>' + draw.drawn(step.new, LIFT)
    boxes = step.bounds, draw.bounds(step.new, LIFT)
    return inside, tuple(
        f(pair) for f, pair in zip((min, min, max, max), zip(*boxes, strict=True), strict=True)
    )


def _numbers(building: Building, step: Step, size: float) -> str:
    """Return the numbers of the inputs, and of the neurons whose weights are added.

    They are at the near ends of the axons and neurons; `size` is the font size.
    """
    floor, shown = building.floors[step.layer], []
    axons = [p for p in step.frame if p.role == "axon"]
    along_x = step.layer % 2 == 1  # direction of the axons
    y, away = floor.y * PLATE, 0.9 * size / draw.P

    def add_number(at: float, end: float, text: int, chosen: bool) -> None:
        x, y0 = project((end, at, y) if along_x != chosen else (at, end, y), draw.P)
        if chosen:
            shown.append(f'<circle class="chip" cx="{x:.1f}" cy="{y0:.1f}" r="{0.8 * size:.1f}"/>')
        shown.append(
            f'<text class="{"chosen" if chosen else "soft"}" font-size="{size:.1f}" '
            f'x="{x:.1f}" y="{y0 + 0.36 * size:.1f}">{text}</text>'
        )

    near = max((p.x + p.size[0] if along_x else p.z + p.size[1] for p in axons), default=0) + away
    starts = {p.row: (p.z if along_x else p.x) + 0.5 for p in axons}
    for row, at in sorted(starts.items()):
        add_number(at, near, row + 1, False)
    if step.has_weights:
        far = max(p.z + p.size[1] if along_x else p.x + p.size[0] for p in axons) + away
        starts = {p.unit: (p.x if along_x else p.z) + 0.5 for p in step.new}
        for unit, at in sorted(starts.items()):
            add_number(at, far, unit + 1, True)
    return "".join(shown)
