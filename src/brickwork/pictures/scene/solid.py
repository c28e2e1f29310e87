"""Bricks in isometric projection, seen from above at a corner.

Sizes are in pitches of studs. x goes to the right and y to the left, both toward the viewer; z
goes up. Nearer solids are drawn later. For disjoint solids it is enough to sort by (z, x, y) of
their least corners, if all solids with the same z have the same height.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from math import cos, pi, sin

from ..pieces import STUD, TEXT, centred
from ..shapes import Ellipse, Line, Piece, Text
from ..text import text_width

Point = tuple[float, float, float]
#: Radii on paper of a horizontal circle of radius 1.
WIDE, DEEP = 1.2247, 0.7071
#: Radii of a stud, of a round brick and of the narrower ring at its bottom; height of that ring.
STUD_R, ROUND_R, RING_R, RING = 0.3, 0.5, 0.4, 0.16


def project(point: Point, p: float) -> tuple[float, float]:
    """Return the position on paper, with y down, of a point in space."""
    x, y, z = point
    return (x - y) * 0.866 * p, (x + y) * 0.5 * p - z * p


@dataclass
class Solid:
    """A brick, or a bar of several.

    Attributes:
        at, size: its least corner and its extents.
        css, data: classes and data of its piece.
        studs: centres (x, y) of the visible studs on its top.
        top: whether its top is visible.
        round: whether it is a cylinder (as wide as it is deep).
        seams: lines between the bricks of a bar, as pairs of points.
        sign: the face with the sign of a weight: "left" or "right".
        cut: x of the break, if it is not drawn to its full length.
        front: text on its long face.
        lid: mark on its top.
        others: solids of the same piece, drawn after it.
    """

    at: Point
    size: Point
    css: str
    data: dict
    studs: tuple[tuple[float, float], ...] = ()
    top: bool = True
    round: bool = False
    seams: list[tuple[Point, Point]] = field(default_factory=list)
    sign: str = "left"
    cut: float | None = None
    front: str = ""
    lid: Piece | None = None
    others: list[Solid] = field(default_factory=list)


def piece(solid: Solid, z: float, p: float) -> Piece:
    """Draw a solid raised by z."""
    x, y, low = solid.at
    low += z
    shapes = (_cylinder if solid.round else _box)(solid, (x, y, low), p)
    if solid.seams:
        shapes.append(
            Line([[project((a, b, c + z), p) for a, b, c in seam] for seam in solid.seams], "seam")
        )
    shapes += _sign(solid, (x, y, low), p)
    if solid.cut is not None:
        shapes.append(_break(solid, low, p))
    dx, dy, dz = solid.size
    if solid.front and text_width(solid.front, TEXT, True) <= dx * p - 8:
        shapes.append(
            _along(
                centred(solid.front, 0, 0, TEXT, "dark", True),
                project((x + dx / 2, y + dy, low + dz / 2), p),
            )
        )
    if solid.lid is not None:
        (text,) = solid.lid.parts
        text.css = "white" if solid.css == "activation" else ""
        shapes.append(
            Piece(
                "more", solid.lid.data, [_along(text, project((text.x, y + dy / 2, low + dz), p))]
            )
        )
    for sx, sy in sorted(solid.studs, key=sum):
        shapes += tube(project((sx, sy, low + dz), p), STUD_R, STUD, p)
    for other in solid.others:
        shapes += piece(other, z, p).parts
    negative = None
    if solid.css.endswith(" pos"):
        negative = piece(replace(solid, round=True, css=f"{solid.css[:-3]}neg"), z, p)
    return Piece(solid.css, solid.data, shapes, negative=negative)


def _box(solid: Solid, at: Point, p: float) -> list:
    """Draw the visible faces."""
    (x, y, low), (dx, dy, dz) = at, solid.size
    high = low + dz
    corners = {
        "": [(x, y, high), (x + dx, y, high), (x + dx, y + dy, high), (x, y + dy, high)],
        "left": [
            (x, y + dy, high),
            (x + dx, y + dy, high),
            (x + dx, y + dy, low),
            (x, y + dy, low),
        ],
        "right": [
            (x + dx, y, high),
            (x + dx, y + dy, high),
            (x + dx, y + dy, low),
            (x + dx, y, low),
        ],
    }
    return [
        Line([[project(c, p) for c in face]], css, closed=True)
        for css, face in corners.items()
        if css or solid.top
    ]


def _cylinder(solid: Solid, at: Point, p: float) -> list:
    (x, y, low), dz = at, solid.size[2]
    foot = project((x + 0.5, y + 0.5, low), p)
    return [
        *tube(foot, RING_R, RING, p, top=False),
        *tube((foot[0], foot[1] - RING * p), ROUND_R, dz - RING, p, solid.top),
    ]


def tube(foot: tuple[float, float], r: float, height: float, p: float, top: bool = True) -> list:
    """Draw an upright cylinder around a point on paper: its side, shaded at right, and its top."""
    x, y = foot
    rx, ry, rim = WIDE * r * p, DEEP * r * p, y - height * p
    arc = [(x + rx * cos(pi * k / 12), y + ry * sin(pi * k / 12)) for k in range(13)]
    shapes: list = [Line([[(x + rx, rim), *arc, (x - rx, rim)]], "left", closed=True)]
    if height > 0.5:
        shapes.append(
            Line([[(x + rx, rim), *arc[:6], (arc[5][0], rim)]], "right shade", closed=True)
        )
    return [*shapes, Ellipse(x, rim, rx, ry)] if top else shapes


def _sign(solid: Solid, at: Point, p: float) -> list:
    """Draw the sign of a weight; a question mark for NaN."""
    kind = solid.css.rpartition(" ")[2]
    if kind not in ("pos", "neg", "nan"):
        return []
    (x, y, low), (dx, dy, dz) = at, solid.size
    mid = low + dz / 2
    if solid.round:
        cx, cy = project((x + 0.5, y + 0.5, mid), p)
        cy += DEEP * ROUND_R * p * 0.9
        return [Line([[(cx - 0.2 * p, cy), (cx + 0.2 * p, cy)]], "sign")]
    left = solid.sign == "left"
    cx, cy, step = (x + 0.5, y + dy, (1, 0)) if left else (x + dx, y + 0.5, (0, 1))
    if kind == "nan":
        return [centred("?", *project((cx, cy, mid), p), TEXT, "", True)]
    flat = [(cx + t * step[0], cy + t * step[1], mid) for t in (-0.22, 0.22)]
    strokes = [flat, [(cx, cy, mid - 0.22), (cx, cy, mid + 0.22)]][: 1 + (kind == "pos")]
    return [Line([[project(c, p) for c in stroke] for stroke in strokes], "sign")]


def _along(text: Text, at: tuple[float, float]) -> Piece:
    """Rotate a text to run along a long brick."""
    text.x, text.y = at[0], at[1] + 0.35 * text.size
    return Piece("", {}, [text], turn=(30.0, *at))


def _break(solid: Solid, low: float, p: float) -> Line:
    """Draw a break: a zigzag through the long face, straight across the top."""
    (_, y, _), (_, dy, dz) = solid.at, solid.size
    back, steps = y + dy, round(dz / 0.3)
    edge = [
        (solid.cut + (0.12 if k % 2 else -0.12), back, low + dz * k / steps)
        for k in range(steps + 1)
    ] + [(solid.cut - 0.12, y, low + dz)]
    outline = [*edge, *((a + 0.3, b, c) for a, b, c in reversed(edge))]
    return Line([[project(point, p) for point in outline]], "break", closed=True)
