"""Isometric parts for a page that shows them many times.

Each part is a symbol that is defined once and used at every position, in any colour. A colour is a
class that selects four CSS variables, for the top, the two sides and the outline.
"""

from __future__ import annotations

from functools import lru_cache
from math import cos, pi, sin

from .palette import FACES, shaded
from .pieces import PLATE, STUD
from .real_parts import COLOURS, ROUND, WHITE, Part, Placed, farthest_first
from .scene.solid import DEEP, STUD_R, WIDE, Solid, piece, project, tube
from .shapes import Bounds, Line, around_points
from .svg import write

#: Pitch of studs in pixels.
P = 20.0
_EDGE, _PALE = "#1F2933", 0.72

STYLE = (
    ".part *{fill:var(--t);stroke:var(--e);stroke-width:.8;stroke-linejoin:round}"
    ".part .left{fill:var(--l)}.part .right{fill:var(--r)}.part .shade{stroke:none}"
)


def style() -> str:
    """Return the rules for parts in all colours; inside the class ``pale`` all are pale.

    Colours are variables because the uses of a symbol can only inherit styles.
    """
    rules, deep, pale = [STYLE], "", ""
    for i, colour in enumerate(COLOURS):
        depth = 0.5 if colour is WHITE else 1.0  # keep white white
        faces = [
            colour.paint,
            *(shaded(colour.paint, 1 - (1 - light) * depth) for light in FACES.values()),
        ]
        for name, tone in zip("tlre", (*faces, _EDGE), strict=True):
            deep += f"--{name}{i}:{tone};"
            pale += f"--{name}{i}:{_pale(tone)};"
        rules.append(f".c{i}{{" + ";".join(f"--{n}:var(--{n}{i})" for n in "tlre") + "}")
    return "".join([*rules, f"svg{{{deep}}}", f".pale{{{pale}}}"])


def _pale(colour: str) -> str:
    rgb = (int(colour[k : k + 2], 16) for k in (1, 3, 5))
    return "#" + "".join(f"{round(c + (255 - c) * _PALE):02X}" for c in rgb)


def symbols(placed) -> str:
    """Return the symbols of the parts, with few shapes each: browsers copy them at each use."""
    out = []
    for part, turned in {(p.part, p.turned): None for p in placed}:
        long, wide = (part.width, part.length) if turned else (part.length, part.width)
        solid = Solid((0, 0, 0), (long, wide, part.height * PLATE), "", {}, round=part is ROUND)
        shapes = piece(solid, 0.0, P).parts
        if part.studs:
            feet = [
                project((x + 0.5, y + 0.5, part.height * PLATE), P)
                for x in range(long)
                for y in range(wide)
            ]
            sides = [tube(foot, STUD_R, STUD, P, top=False)[0].strokes[0] for foot in feet]
            tops = [
                [
                    (
                        x + WIDE * STUD_R * P * cos(pi * k / 10),
                        y - STUD * P + DEEP * STUD_R * P * sin(pi * k / 10),
                    )
                    for k in range(20)
                ]
                for x, y in feet
            ]
            shapes += [Line(sides, "left", closed=True), Line(tops, "", closed=True)]
        out.append(f'<g id="{_id(part, turned)}" class="part">{_elements(shapes)}</g>')
    return "".join(out)


def _elements(shapes: list) -> str:
    out: list[str] = []
    for shape in shapes:
        write(shape, out)
    return "".join(out)


def _id(part: Part, turned: bool) -> str:
    return f"p{part.ldraw}{'t' if turned else ''}"


def number(value: float) -> str:
    """Format a length for the drawing."""
    return f"{value:.1f}".removesuffix(".0")


def use(name: str, css: str, at: tuple[float, float]) -> str:
    """Return a symbol at a position on paper."""
    return (
        f'<use href="#{name}"{css and f" class={chr(34)}{css}{chr(34)}"} '
        f'x="{number(at[0])}" y="{number(at[1])}"/>'
    )


def drawn(placed, lift: float = 0.0) -> str:
    """Draw parts at their positions, raised by `lift` plates, the farthest first."""
    return "".join(
        use(_id(p.part, p.turned), f"c{COLOURS.index(p.colour)}", place(p, lift))
        for p in farthest_first(placed)
    )


def place(p: Placed, lift: float = 0.0) -> tuple[float, float]:
    """Return the position on paper of a part's least corner."""
    return project((p.x, p.z, (p.y + lift) * PLATE), P)


def bounds(placed, lift: float = 0.0) -> Bounds:
    """Return the bounds of these parts on paper."""
    boxes = {(p.x, p.y, p.z, *p.size, p.part.height, p.part.studs) for p in placed}
    points = []
    for x, y, z, wide, deep, height, studs in boxes:
        low, high = (y + lift) * PLATE, (y + height + lift) * PLATE
        points += [
            project(c, P)
            for c in (
                (x, z, high + STUD * studs),
                (x + wide, z, low),
                (x, z + deep, low),
                (x + wide, z + deep, low),
            )
        ]
    left, top, right, bottom = around_points(points)
    return left - 2, top - 2, right + 2, bottom + 2


def svg(
    inside: str, box: Bounds, css: str = "", scale: float | None = None, label: str = ""
) -> str:
    """Return a drawing with these bounds, which fills its container or has a scale."""
    left, top, right, bottom = box
    size = (
        ""
        if scale is None
        else (
            f' width="{number((right - left) * scale)}" height="{number((bottom - top) * scale)}"'
        )
    )
    aria = f' role="img" aria-label="{label}"' if label else ' aria-hidden="true"'
    return (
        f'<svg class="{css}"{aria}{size} viewBox="{number(left)} {number(top)} '
        f'{number(right - left)} {number(bottom - top)}">{inside}</svg>'
    )


@lru_cache(256)
def icon(part: Part, colour, scale: float = 0.5, widest: float = 90.0) -> str:
    """Return a drawing of one part at a scale, but not wider than `widest` pixels."""
    placed = [Placed(part, colour, 0, 0, 0)]
    box = bounds(placed)
    return svg(drawn(placed), box, "icon", min(scale, widest / (box[2] - box[0])))


def definitions(placed: list[Placed], more: str = "") -> str:
    """Return a hidden drawing with the symbols of these parts, in both orientations as needed."""
    unturned = [Placed(p.part, p.colour, 0, 0, 0) for p in placed]
    return (
        f'<svg width="0" height="0" aria-hidden="true"><defs>{symbols([*placed, *unturned])}'
        f"{more}</defs></svg>"
    )
