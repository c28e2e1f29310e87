"""Parts in space, for a page that shows them many times: each is a symbol that is drawn once and
put wherever it stands, in any colour.

A colour is a class that sets four CSS variables: of the top, of the two sides and of the outline.
"""

from __future__ import annotations

from .palette import FACES, shaded
from .parts import COLOURS, ROUND, Part, Placed
from .pieces import PLATE, STUD
from .scene.solid import STUD_R, Solid, piece, project, tube
from .shapes import Bounds, Piece, around_points
from .svg import _n as number
from .svg import write

#: Pixels from stud to stud.
P = 20.0
_EDGE, _PALE = "#1F2933", 0.72

STYLE = (".part *{fill:var(--t);stroke:var(--e);stroke-width:.8;stroke-linejoin:round}"
         ".part .left{fill:var(--l)}.part .right{fill:var(--r)}.part .shade{stroke:none}")


def style() -> str:
    """The rules for parts in all colours, new ones and those that are there already."""
    rules = [STYLE]
    for i, colour in enumerate(COLOURS):
        faces = [colour.paint, *(shaded(colour.paint, _light(colour.paint, light))
                                 for light in FACES.values())]
        for css, tones in ((f".c{i}", [*faces, _EDGE]),
                           (f".c{i}.old", [_pale(tone) for tone in (*faces, _EDGE)])):
            names = zip("tlre", tones, strict=True)
            rules.append(f"{css}{{{';'.join(f'--{n}:{tone}' for n, tone in names)}}}")
    return "".join(rules)


def _light(paint: str, light: float) -> float:
    """What is nearly white, or nearly black, differs less from side to side."""
    return 1 - (1 - light) * (0.5 if paint > "#F0" else 1)


def _pale(colour: str) -> str:
    rgb = (int(colour[k:k + 2], 16) for k in (1, 3, 5))
    return "#" + "".join(f"{round(c + (255 - c) * _PALE):02X}" for c in rgb)


def symbols(placed) -> str:
    """The symbols of these parts."""
    kinds = {(p.part, p.turned): None for p in placed}
    out = [f'<g id="stud" class="part">{_written(Piece(parts=tube((0, 0), STUD_R, STUD, P)))}</g>']
    for part, turned in kinds:
        long, wide = (part.width, part.length) if turned else (part.length, part.width)
        solid = Solid((0, 0, 0), (long, wide, part.height * PLATE), "", {},
                      round=part is ROUND)
        body = _written(piece(solid, 0.0, P))
        studs = "".join(
            use("stud", "", project((x + 0.5, y + 0.5, part.height * PLATE), P))
            for x in range(long) for y in range(wide)) if part.studs else ""
        out.append(f'<g id="{_id(part, turned)}" class="part">{body}{studs}</g>')
    return "".join(out)


def _written(drawn: Piece) -> str:
    out: list[str] = []
    for shape in drawn.parts:
        write(shape, out)
    return "".join(out)


def _id(part: Part, turned: bool) -> str:
    return f"p{part.ldraw}{'t' if turned else ''}"


def use(name: str, css: str, at: tuple[float, float]) -> str:
    """A symbol at a place on paper."""
    return (f'<use href="#{name}"{css and f" class={chr(34)}{css}{chr(34)}"} '
            f'x="{number(at[0])}" y="{number(at[1])}"/>')


def drawn(placed, new=None, lift: float = 0.0) -> str:
    """Parts in their places, the farthest first; all that are not in `new` are pale.

    Args:
        placed: parts.
        new: the ids of those that are new; None: all.
        lift: in plates.
    """
    out = []
    for p in sorted(placed, key=lambda p: (p.y, p.x, p.z)):
        css = f"c{COLOURS.index(p.colour)}{'' if new is None or id(p) in new else ' old'}"
        out.append(use(_id(p.part, p.turned), css, place(p, lift)))
    return "".join(out)


def place(p: Placed, lift: float = 0.0) -> tuple[float, float]:
    """Where a part's least corner is on paper."""
    return project((p.x, p.z, (p.y + lift) * PLATE), P)


def bounds(placed, lift: float = 0.0) -> Bounds:
    """The rectangle on paper that holds these parts."""
    points = []
    for p in placed:
        wide, deep = p.size
        low, high = (p.y + lift) * PLATE, (p.y + p.part.height + lift) * PLATE
        points += [project(c, P) for c in (
            (p.x, p.z, high + STUD * p.part.studs), (p.x + wide, p.z, high),
            (p.x + wide, p.z, low), (p.x, p.z + deep, high), (p.x, p.z + deep, low),
            (p.x + wide, p.z + deep, low))]
    left, top, right, bottom = around_points(points)
    return left - 2, top - 2, right + 2, bottom + 2


def svg(inside: str, box: Bounds, css: str = "", scale: float | None = None,
        label: str = "") -> str:
    """A drawing of these bounds, as large as its place, or by a scale."""
    left, top, right, bottom = box
    size = "" if scale is None else (f' width="{number((right - left) * scale)}" '
                                     f'height="{number((bottom - top) * scale)}"')
    said = f' role="img" aria-label="{label}"' if label else ' aria-hidden="true"'
    return (f'<svg class="{css}"{said}{size} viewBox="{number(left)} {number(top)} '
            f'{number(right - left)} {number(bottom - top)}">{inside}</svg>')


def alone(part: Part, colour, scale: float = 0.5) -> str:
    """One part by itself, in the turn in which it is longest to the right."""
    one = Placed(part, colour, 0, 0, 0)
    return svg(drawn([one]), bounds([one]), "icon", scale)


def definitions(placed: list[Placed]) -> str:
    """A hidden drawing with the symbols of these parts, as they lie and straight ahead."""
    ahead = [Placed(p.part, p.colour, 0, 0, 0) for p in placed]
    return (f'<svg width="0" height="0" aria-hidden="true"><defs>{symbols([*placed, *ahead])}'
            "</defs></svg>")
