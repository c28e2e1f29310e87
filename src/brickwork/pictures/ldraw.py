"""A building as LDraw text: `.mpd` with a submodel for each layer, or one flat `.ldr`.

LDraw's unit is 0.4 mm: a stud is 20 units and a plate 8. -Y is up; a part's origin is the centre of
its top. Reference: LDraw File Format 1.0.2.
"""

from __future__ import annotations

from .building import Building
from .real_parts import GREY, Placed
from .text import clean

_STUD, _PLATE = 20, 8
_STRAIGHT, _TURNED = "1 0 0 0 1 0 0 0 1", "0 0 1 0 1 0 -1 0 0"

#: End of a step. In LeoCAD a ROTSTEP, which also sets the viewpoint, does not end a step; the
#: viewers' default viewpoint is suitable.
_STEP = "0 STEP"


def text(building: Building, multi: bool = True) -> str:
    """Return the building as LDraw text, with its steps.

    Args:
        building: the building.
        multi: whether each layer is a submodel, built separately and then put on the one below
            (`.mpd`), or all is one flat model, built in place (`.ldr`).
    """
    lines = _multi(building) if multi else _flat(building)
    return "\n".join(lines) + "\n"


def _flat(building: Building) -> list[str]:
    return [*_head(building, "model.ldr"), *_steps(building, building.parts)]


def _multi(building: Building) -> list[str]:
    """Return the main model, which assembles the floors, and a submodel for each floor."""
    base = [p for p in building.parts if p.layer is None]
    lines = ["0 FILE model.ldr", *_head(building, "model.ldr"), *_steps(building, base)]
    for number, floor in enumerate(building.floors):
        lines += [
            _comment(f"put {floor.name} {'down' if number == 0 else 'on the studs below it'}"),
            f"1 {GREY.ldraw} {_STUD * floor.x} {-_PLATE * floor.y} {_STUD * floor.z} "
            f"{_STRAIGHT} layer-{number + 1}.ldr",
            _STEP,
        ]
    lines.append("0 NOFILE")
    for number, floor in enumerate(building.floors):
        name = f"layer-{number + 1}.ldr"
        parts = [p for p in building.parts if p.layer == number]
        lines += [
            f"0 FILE {name}",
            f"0 brickwork layer {number + 1}",
            f"0 Name: {name}",
            "0 Author: brickwork",
            _comment(f"{floor.name}: {floor.inputs} -> {floor.outputs}, {floor.function}"),
            *_steps(building, parts, (floor.x, floor.y, floor.z)),
            "0 NOFILE",
        ]
    return lines


def _head(building: Building, name: str) -> list[str]:
    return [
        "0 brickwork model",
        f"0 Name: {name}",
        "0 Author: brickwork",
        _comment(
            f"{building.name}: {building.pieces} pieces, "
            f"{len(building.of('weight'))} of them weights"
        ),
        *map(_comment, building.notes),
    ]


def _steps(building: Building, parts, corner=(0, 0, 0)) -> list[str]:
    """Return the parts by step, relative to a corner."""
    lines = []
    for step in sorted({p.step for p in parts}):
        lines.append(_comment(building.steps[step - 1]))
        lines += [_line(p, corner) for p in parts if p.step == step] + [_STEP]
    return lines


def _line(placed: Placed, corner) -> str:
    """Return the line of a part: the centre of its top, and its rotation."""
    wide, deep = placed.size
    x = _STUD * (placed.x - corner[0]) + _STUD // 2 * wide
    y = -_PLATE * (placed.y - corner[1] + placed.part.height)
    z = _STUD * (placed.z - corner[2]) + _STUD // 2 * deep
    turn = _TURNED if placed.turned else _STRAIGHT
    return f"1 {placed.colour.ldraw} {x} {y} {z} {turn} {placed.part.ldraw}.dat"


def _comment(words: str) -> str:
    """Return a one-line comment, which no viewer parses as a command."""
    return f"0 // {clean(words)}"
