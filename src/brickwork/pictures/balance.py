"""Static stability of a stack of parts.

A body is stable if its centre of mass is above the area that supports it. The angle by which it
can be tilted before it falls is ``atan(distance to the edge / height of the centre)``.
"""

from __future__ import annotations

from math import atan2, degrees

from .real_parts import PLATE, STUD

#: ``(x min, x max, z min, z max)`` in studs.
Area = tuple[int, int, int, int]


def area(placed) -> Area:
    """Return the bounding rectangle of the parts, seen from above."""
    return (
        min(p.x for p in placed),
        max(p.x + p.size[0] for p in placed),
        min(p.z for p in placed),
        max(p.z + p.size[1] for p in placed),
    )


def centre(placed) -> tuple[float, float, float]:
    """Return the centre of mass in studs: x, height above the bottom of the lowest part, z.

    Mass is taken as proportional to volume, since all parts are similarly hollow.
    """
    weights = [p.size[0] * p.size[1] * p.part.height for p in placed]
    foot = min(p.y for p in placed)
    total = sum(weights)
    x = sum(w * (p.x + p.size[0] / 2) for w, p in zip(weights, placed, strict=True))
    y = sum(w * (p.y - foot + p.part.height / 2) for w, p in zip(weights, placed, strict=True))
    z = sum(w * (p.z + p.size[1] / 2) for w, p in zip(weights, placed, strict=True))
    return x / total, y / total * PLATE / STUD, z / total


def tilt(placed, ground: Area) -> float:
    """Return by how many degrees parts that rest on an area can be tilted before they fall.

    The angle is negative if they are unstable.
    """
    x, height, z = centre(placed)
    edge = min(x - ground[0], ground[1] - x, z - ground[2], ground[3] - z)
    return degrees(atan2(edge, height))
