"""A building as LDraw text: `.mpd` with a model inside for each layer, or one flat `.ldr`.

LDraw's unit is 0.4 mm: 20 to a stud, 8 to a plate. -Y is up; a part's origin is the centre of
its top. Source: the LDraw File Format 1.0.2.
"""

from __future__ import annotations

from .building import Building
from .real_parts import GREY, Placed
from .text import clean

_STUD, _PLATE = 20, 8
_AHEAD, _TURNED = "1 0 0 0 1 0 0 0 1", "0 0 1 0 1 0 -1 0 0"

#: The end of a step. A ROTSTEP, which would say where to look from as well, ends no step in LeoCAD;
#: the point of view that viewers take by themselves is right as it is.
_STEP = "0 STEP"


def text(building: Building, multi: bool = True) -> str:
    """The building as LDraw text, with its steps.

    Args:
        building: what `brickwork.pictures.building.building` returns.
        multi: a model inside for each layer, to be built on the table and then put on the one
            below (`.mpd`). Otherwise one flat model (`.ldr`), built in its place.
    """
    lines = _multi(building) if multi else _flat(building)
    return "\n".join(lines) + "\n"


def _flat(building: Building) -> list[str]:
    return [*_head(building, "model.ldr"), *_steps(building, building.parts)]


def _multi(building: Building) -> list[str]:
    """The main model puts the floors together; each floor is a model of its own."""
    base = [p for p in building.parts if p.layer is None]
    lines = ["0 FILE model.ldr", *_head(building, "model.ldr"), *_steps(building, base)]
    for number, floor in enumerate(building.floors):
        lines += [_comment(f"put {floor.name} "
                           f"{'down' if number == 0 else 'on the studs below it'}"),
                  f"1 {GREY.ldraw} {_STUD * floor.x} {-_PLATE * floor.y} {_STUD * floor.z} "
                  f"{_AHEAD} layer-{number + 1}.ldr", _STEP]
    lines.append("0 NOFILE")
    for number, floor in enumerate(building.floors):
        name = f"layer-{number + 1}.ldr"
        parts = [p for p in building.parts if p.layer == number]
        lines += [f"0 FILE {name}", f"0 brickwork layer {number + 1}", f"0 Name: {name}",
                  "0 Author: brickwork",
                  _comment(f"{floor.name}: {floor.inputs} -> {floor.outputs}, {floor.function}"),
                  *_steps(building, parts, (floor.x, floor.y, floor.z)), "0 NOFILE"]
    return lines


def _head(building: Building, name: str) -> list[str]:
    return ["0 brickwork model", f"0 Name: {name}", "0 Author: brickwork",
            _comment(f"{building.name}: {building.pieces} pieces, "
                     f"{len(building.of('weight'))} of them weights"),
            *map(_comment, building.notes)]


def _steps(building: Building, parts, corner=(0, 0, 0)) -> list[str]:
    """The parts, step after step, told from a corner."""
    lines = []
    for step in sorted({p.step for p in parts}):
        lines.append(_comment(building.steps[step - 1]))
        lines += [_line(p, corner) for p in parts if p.step == step] + [_STEP]
    return lines


def _line(placed: Placed, corner) -> str:
    """A part: the centre of its top, and its turn."""
    wide, deep = placed.size
    x = _STUD * (placed.x - corner[0]) + _STUD // 2 * wide
    y = -_PLATE * (placed.y - corner[1] + placed.part.height)
    z = _STUD * (placed.z - corner[2]) + _STUD // 2 * deep
    turn = _TURNED if placed.turned else _AHEAD
    return f"1 {placed.colour.ldraw} {x} {y} {z} {turn} {placed.part.ldraw}.dat"


def _comment(words: str) -> str:
    """Words that no viewer takes for a command: one line, behind two strokes."""
    return f"0 // {clean(words)}"
