"""Isometric scene of a building made of real bricks, part by part."""

from __future__ import annotations

from ..building import Building
from ..pieces import PLATE
from ..real_parts import GREENS, ROUND, Part, Placed, farthest_first
from ..shapes import Scene
from . import parts
from .solid import Solid, piece

#: CSS class of each role; weights get theirs by colour.
_CSS = {
    "axon": "signal",
    "multiply": "multiply",
    "sum": "sum",
    "activation": "activation",
    "tile": "activation",
    "base": "plate",
}
_WEIGHTS = dict(zip(GREENS, ("weight s1", "weight s3", "weight s4"), strict=True))
P = 20.0


def building_scene(building: Building) -> Scene:
    """Return the scene of the finished building."""
    feet = {
        (p.x + i, p.y, p.z + k): p.part
        for p in building.parts
        for i in range(p.size[0])
        for k in range(p.size[1])
    }
    drawn = [piece(_solid(p, feet), 0.0, P) for p in farthest_first(building.parts)]
    title = building.summary()
    return Scene([parts.Piece("house", {}, drawn)], title, " ".join([title, *building.notes]))


def _solid(p: Placed, feet: dict[tuple[int, int, int], Part]) -> Solid:
    """Return a part as a solid, without the studs and tops that other parts cover."""
    (wide, deep), high = p.size, p.y + p.part.height
    css = _WEIGHTS[p.colour] if p.role == "weight" else _CSS[p.role]
    place = {"layer": p.layer, "row": p.row, "unit": p.unit}
    cells = [(p.x + i, high, p.z + k) for i in range(wide) for k in range(deep)]
    studs = [(x + 0.5, z + 0.5) for x, y, z in cells if (x, y, z) not in feet]
    return Solid(
        (p.x, p.z, p.y * PLATE),
        (wide, deep, p.part.height * PLATE),
        css,
        {key: value for key, value in place.items() if value is not None},
        tuple(studs) if p.part.studs else (),
        top=any(feet.get(cell, ROUND) is ROUND for cell in cells),
        round=p.part is ROUND,
    )
