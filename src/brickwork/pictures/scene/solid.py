"""Bricks in space, as one sees a thing on a table: from above, at a corner.

Measures are in pitches of studs; x goes to the right and y to the left, both toward the eye, and z
upward. What is nearer is painted later: of solids that are disjoint, sorting by (z, x, y) of their
least corners is enough wherever all that share a z are as high as one another.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from math import cos, pi, sin

from ..pieces import STUD, TEXT, centred
from ..shapes import Ellipse, Line, Piece, Text
from ..text import text_width

Point = tuple[float, float, float]
#: A circle of radius 1 that lies flat, as it is seen.
WIDE, DEEP = 1.2247, 0.7071
#: Radii of a stud and of a round brick; the ring that this stands on is narrower, and so high.
STUD_R, ROUND_R, RING_R, RING = 0.3, 0.5, 0.4, 0.16


def project(point: Point, p: float) -> tuple[float, float]:
    """Where a point in space is on paper, whose y grows downward."""
    x, y, z = point
    return (x - y) * 0.866 * p, (x + y) * 0.5 * p - z * p


@dataclass
class Solid:
    """A brick, or a bar of several: where it begins and how large it is.

    Attributes:
        at, size: its least corner and its extents.
        css, data: of its piece.
        studs: the middles of those on its top that are seen, as (x, y).
        top: whether its top is seen at all.
        round: whether it is a cylinder (as wide as it is deep).
        seams: lines between the bricks that a bar is laid of, from point to point.
        sign: the face that carries the sign of a weight: "left" or "right".
        cut: where what is drawn shorter than it is has a break, by its x.
        front, lid: what is written on its long face, and on its top.
        others: solids that belong to the same piece, painted after it.
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
    """A solid that is lifted by z, drawn."""
    x, y, low = solid.at
    low += z
    shapes = (_cylinder if solid.round else _box)(solid, (x, y, low), p)
    if solid.seams:
        shapes.append(Line([[project((a, b, c + z), p) for a, b, c in seam]
                            for seam in solid.seams], "seam"))
    shapes += _sign(solid, (x, y, low), p)
    if solid.cut is not None:
        shapes.append(_break(solid, low, p))
    dx, dy, dz = solid.size
    if solid.front and text_width(solid.front, TEXT, True) <= dx * p - 8:
        shapes.append(_along(centred(solid.front, 0, 0, TEXT, "dark", True),
                             project((x + dx / 2, y + dy, low + dz / 2), p)))
    if solid.lid is not None:
        (text,) = solid.lid.parts
        text.css = "white" if solid.css == "activation" else ""
        shapes.append(Piece("more", solid.lid.data, [_along(text, project(
            (text.x, y + dy / 2, low + dz), p))]))
    for sx, sy in sorted(solid.studs, key=sum):
        shapes += tube(project((sx, sy, low + dz), p), STUD_R, STUD, p)
    for other in solid.others:
        shapes += piece(other, z, p).parts
    negative = None
    if solid.css.endswith(" pos"):
        negative = piece(replace(solid, round=True, css=f"{solid.css[:-3]}neg"), z, p)
    return Piece(solid.css, solid.data, shapes, negative=negative)


def _box(solid: Solid, at: Point, p: float) -> list:
    """The faces that are seen."""
    (x, y, low), (dx, dy, dz) = at, solid.size
    high = low + dz
    corners = {
        "": [(x, y, high), (x + dx, y, high), (x + dx, y + dy, high), (x, y + dy, high)],
        "left": [(x, y + dy, high), (x + dx, y + dy, high), (x + dx, y + dy, low),
                 (x, y + dy, low)],
        "right": [(x + dx, y, high), (x + dx, y + dy, high), (x + dx, y + dy, low),
                  (x + dx, y, low)]}
    return [Line([[project(c, p) for c in face]], css, closed=True)
            for css, face in corners.items() if css or solid.top]


def _cylinder(solid: Solid, at: Point, p: float) -> list:
    (x, y, low), dz = at, solid.size[2]
    foot = project((x + 0.5, y + 0.5, low), p)
    return [*tube(foot, RING_R, RING, p, top=False),
            *tube((foot[0], foot[1] - RING * p), ROUND_R, dz - RING, p, solid.top)]


def tube(foot: tuple[float, float], r: float, height: float, p: float, top: bool = True) -> list:
    """An upright cylinder that stands around a point on paper: its side, of which the right part
    lies in shade, and its top."""
    x, y = foot
    rx, ry, rim = WIDE * r * p, DEEP * r * p, y - height * p
    arc = [(x + rx * cos(pi * k / 12), y + ry * sin(pi * k / 12)) for k in range(13)]
    shapes: list = [Line([[(x + rx, rim), *arc, (x - rx, rim)]], "left", closed=True)]
    if height > 0.5:
        shapes.append(Line([[(x + rx, rim), *arc[:6], (arc[5][0], rim)]], "right shade",
                           closed=True))
    return [*shapes, Ellipse(x, rim, rx, ry)] if top else shapes


def _sign(solid: Solid, at: Point, p: float) -> list:
    """Plus or minus of a weight; a question mark where it is no number."""
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
    strokes = [flat, [(cx, cy, mid - 0.22), (cx, cy, mid + 0.22)]][:1 + (kind == "pos")]
    return [Line([[project(c, p) for c in stroke] for stroke in strokes], "sign")]


def _along(text: Text, at: tuple[float, float]) -> Piece:
    """A text that runs along a long brick."""
    text.x, text.y = at[0], at[1] + 0.35 * text.size
    return Piece("", {}, [text], turn=(30.0, *at))


def _break(solid: Solid, low: float, p: float) -> Line:
    """A zigzag through the long face, and straight across the top."""
    (_, y, _), (_, dy, dz) = solid.at, solid.size
    back, steps = y + dy, round(dz / 0.3)
    edge = [(solid.cut + (0.12 if k % 2 else -0.12), back, low + dz * k / steps)
            for k in range(steps + 1)] + [(solid.cut - 0.12, y, low + dz)]
    outline = [*edge, *((a + 0.3, b, c) for a, b, c in reversed(edge))]
    return Line([[project(point, p) for point in outline]], "break", closed=True)
