"""Whether a stack of parts stands by its own weight.

A body stands while its centre of mass is above the area on which it rests. How far it may be
tilted before it falls, ``atan(distance to the edge / height of the centre)``, tells how well.
"""

from __future__ import annotations

from math import atan2, degrees

from .real_parts import PLATE, STUD

#: (x from, x to, z from, z to), in studs.
Area = tuple[int, int, int, int]


def area(placed) -> Area:
    """The smallest rectangle around parts, seen from above."""
    return (min(p.x for p in placed), max(p.x + p.size[0] for p in placed),
            min(p.z for p in placed), max(p.z + p.size[1] for p in placed))


def centre(placed) -> tuple[float, float, float]:
    """The centre of mass in studs: x, height above the lowest part's foot, z.

    A part weighs as much as its volume: hollow as it is, tall and flat parts alike are.
    """
    weights = [p.size[0] * p.size[1] * p.part.height for p in placed]
    foot = min(p.y for p in placed)
    total = sum(weights)
    x = sum(w * (p.x + p.size[0] / 2) for w, p in zip(weights, placed, strict=True))
    y = sum(w * (p.y - foot + p.part.height / 2) for w, p in zip(weights, placed, strict=True))
    z = sum(w * (p.z + p.size[1] / 2) for w, p in zip(weights, placed, strict=True))
    return x / total, y / total * PLATE / STUD, z / total


def tilt(placed, ground: Area) -> float:
    """By how many degrees parts that rest on an area may be tilted until they fall.

    Negative where they fall at once.
    """
    x, height, z = centre(placed)
    edge = min(x - ground[0], ground[1] - x, z - ground[2], ground[3] - z)
    return degrees(atan2(edge, height))
