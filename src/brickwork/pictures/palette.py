"""The colours of bricks on light and dark paper, and the style sheet.

The green and red of real bricks are hard to distinguish for some people. These four colours can be
distinguished with all forms of colour vision, as ``tests/pictures/test_palette.py`` measures. Every
rule of the style sheet is scoped to our pictures, so a picture does not affect the page around it.
"""

from __future__ import annotations

from functools import cache

from ..errors import ArgumentError

GREEN, YELLOW, RED, BLUE, BIAS = "#3DAA5C", "#FFD43B", "#A50F15", "#2166AC", "#9AA5B1"
#: A weight's green by its strength, from the weakest to the strongest.
GREENS = ("#D5F0DC", "#A9DDB7", "#74C48C", GREEN, "#1F8040")

#: Brightness of the side faces of isometric bricks, relative to the top.
FACES = {"left": 0.84, "right": 0.66}


def shaded(colour: str, light: float) -> str:
    """Return a colour in shade.

    Pale colours become more saturated and less dark, so that they do not look grey.

    >>> shaded("#D5F0DC", 0.66), shaded("#1F8040", 0.66)
    ('#75B684', '#07561A')
    """
    rgb = [int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5)]
    most, least = max(rgb), min(rgb)
    power = 1 + 9 * (1 - light) * least / (most or 1)
    light += 0.35 * (1 - light) * least
    return "#" + "".join(
        f"{round(255 * light * most * (c / (most or 1)) ** power):02X}" for c in rgb
    )


#: Colours that differ between light and dark paper. A light outline would be invisible on yellow
#: and pale green (contrast 1.05), so the rim of such bricks is dark on both.
LIGHT = {
    "paper": "#FFFFFF",
    "ink": "#1F2933",
    "soft": "#52606D",
    "edge": "#1F2933",
    "rim": "#1F2933",
    "glass": "#E9F1F8",
    "hole": "#3A4754",
    "guide": "#7B8794",
    "plate": "#CBD2D9",
    "pane": "#A9BBCB",
    "way": "#93A7B9",
    "box": "#000000",
    "line0": "#B9DFC4",
    "line1": "#92CFA3",
    "line2": "#62B87C",
    "line3": "#3DAA5C",
    "line4": "#1F8040",
    "fault": "#A50F15",
}
DARK = {
    "paper": "#161B22",
    "ink": "#E6EBF0",
    "soft": "#A9B4C0",
    "edge": "#D7DEE6",
    "rim": "#1F2933",
    "glass": "#2B3643",
    "hole": "#0B0F14",
    "guide": "#8894A2",
    "plate": "#55616E",
    "pane": "#4A5B6C",
    "way": "#6F8599",
    "box": "#4A5563",
    "line0": "#2F5A3E",
    "line1": "#3A7A50",
    "line2": "#3F9A60",
    "line3": "#5CC07C",
    "line4": "#9BE3B1",
    "fault": "#FF8A80",
}
for _theme in (LIGHT, DARK):  # keep nearly white bricks nearly white
    _theme.update(
        {
            f"{_name}-{_face}": shaded(_theme[_name], 1 - (1 - _light) * _depth)
            for _name, _depth in (("glass", 0.5), ("plate", 0.8))
            for _face, _light in FACES.items()
        }
    )
THEMES = ("auto", "light", "dark")
KOREAN = "'Apple SD Gothic Neo','Malgun Gothic',NanumGothic,'Noto Sans KR','Noto Sans CJK KR'"
FONT = f"Helvetica,Arial,'Liberation Sans',{KOREAN},sans-serif"
DARK_INK = "#1F2933"


def _faces() -> dict[str, str]:
    """Return the rules for the faces of isometric bricks."""
    fixed = {
        ".weight": GREEN,
        ".body": GREEN,
        ".multiply": YELLOW,
        ".sum": RED,
        ".bias": BIAS,
        ".activation": BLUE,
    }
    rules = {
        f"{kind} .{face}": f"fill:{shaded(colour, light)}"
        for kind, colour in fixed.items()
        for face, light in FACES.items()
    }
    rules |= {
        f".{kind} .{face}": f"fill:${name}-{face}"
        for kind, name in (("signal", "glass"), ("plate", "plate"))
        for face in FACES
    }
    return {
        **rules,
        ".shade": "stroke:none",
        ".seam": "fill:none;stroke:#000000;stroke-opacity:.4;stroke-width:.7",
    }


RULES = {
    ".paper": "fill:$paper",
    "": f"font-family:{FONT}",
    "text": "fill:$ink;stroke:none",
    ".soft": "fill:$soft",
    ".signal": "fill:$glass;stroke:$edge;stroke-width:1",
    ".axon": "fill:$glass;stroke:$pane;stroke-width:1",
    ".signal .axon": "fill:$glass;stroke:$pane;stroke-width:1",
    ".tag": "fill:$glass;stroke:$edge;stroke-width:1",
    ".join": f"fill:{RED};stroke:none",
    ".rod": "fill:none;stroke:$way;stroke-width:1.6",
    ".dot": "fill:$guide;stroke:none",
    ".weight": f"fill:{GREEN};stroke:$rim;stroke-width:1",
    ".multiply": f"fill:{YELLOW};stroke:$rim;stroke-width:1",
    ".sum": f"fill:{RED};stroke:$edge;stroke-width:1",
    ".bias": f"fill:{BIAS};stroke:$edge;stroke-width:1",
    ".activation": f"fill:{BLUE};stroke:$edge;stroke-width:1",
    ".body": f"fill:{GREEN};stroke:$rim;stroke-width:1",
    ".plate": "fill:$plate;stroke:$edge;stroke-width:1",
    ".case": "fill:$glass;fill-opacity:.35;stroke:$edge;stroke-width:1",
    ".hole": "fill:$hole;stroke:none",
    ".hollow": "fill:$hole;stroke:none",
    **_faces(),
    ".sign": "fill:none;stroke:$dark;stroke-width:2;stroke-linecap:round;stroke-linejoin:round",
    ".bright": "stroke:#FFFFFF",
    ".guide": "fill:none;stroke:$guide;stroke-width:1.2;stroke-dasharray:4 4",
    ".leader": "fill:none;stroke:$guide;stroke-width:1",
    ".arrow": "fill:none;stroke:$soft;stroke-width:1.6;stroke-linecap:round;stroke-linejoin:round",
    ".ribbon": "fill:$glass;fill-opacity:.6;stroke:$guide;stroke-width:1",
    ".break": "fill:$paper;stroke:$edge;stroke-width:1",
    ".fault": "fill:none;stroke:$fault;stroke-width:2.5",
    ".curve": "fill:none;stroke:$ink;stroke-width:1.6;stroke-linejoin:round",
    ".chosen": "fill:none;stroke:$ink;stroke-width:2.5;stroke-dasharray:7 4",
    "text.fault": "fill:$fault;stroke:none",
    "text.dark": "fill:$dark",
    "text.white": "fill:#FFFFFF",
    ".strand": "fill:none",
    ".s4 .sign": "stroke:#FFFFFF",
    ".weight text": "fill:$dark",
    ".weight.s4 text": "fill:#FFFFFF",
    ".swatch": "stroke:$rim;stroke-width:1",
    ".yellow": f"fill:{YELLOW}",
    ".red": f"fill:{RED}",
    ".blue": f"fill:{BLUE}",
    ".grey": "fill:#9AA5B1",
    ".clear": "fill:$glass;stroke:$edge",
    ".nan": "fill:#FFFFFF",
    ".weight.nan text": f"fill:{RED}",
    ".band": "stroke:none",
    ".boxedge": "fill:$box;stroke:none",
    ".boxcell": "fill:$paper;stroke:none",
    **{f".s{i}": f"fill:{green}" for i, green in enumerate(GREENS)},
    **{
        f".s{i} .{face}": f"fill:{shaded(green, light)}"
        for i, green in enumerate(GREENS)
        for face, light in FACES.items()
    },
    **{
        f".strand.s{i}": f"fill:none;stroke:$line{i};stroke-width:{width}"
        for i, width in enumerate((0.7, 1.1, 1.7, 2.4, 3.2))
    },
    **{
        f".strand.many.s{i}": f"stroke-width:{width};stroke-opacity:{opacity}"
        for i, (width, opacity) in enumerate(
            ((0.4, 0.25), (0.5, 0.4), (0.7, 0.55), (1.1, 0.8), (1.7, 1))
        )
    },
    ".dashed": "fill:none;stroke:$line2;stroke-width:1.7;stroke-dasharray:5 3",
    ".strand.neg": "stroke-dasharray:5 3",
    ".strand.many.neg": "stroke-dasharray:3 2",
    ".strand.nan": "fill:none;stroke:$fault;stroke-width:2.4;stroke-dasharray:1.5 3",
    ".strand.unknown": "stroke:$line3;stroke-width:1.2",
}


def check_theme(theme) -> str:
    """Return the theme, or raise `ArgumentError` if it is unknown."""
    if theme not in THEMES:
        raise ArgumentError(
            "draw: theme",
            f"got {theme!r}, expected 'auto' (dark if the page is), 'light' or 'dark'.",
        )
    return theme


@cache
def sheet() -> str:
    """Return the style sheet of every picture.

    Colours are CSS variables, which follow the page's colour scheme. Programs without support for
    them ignore the whole sheet and use the attributes of the elements (see `paint`).
    """
    rules = [_rule(selector, body) for selector, body in RULES.items()]
    light = "".join(f"--{k}:{v};" for k, v in LIGHT.items())
    dark = "".join(f"--{k}:{v};" for k, v in DARK.items())
    return (
        f"@supports (fill:var(--ink)){{.brickwork{{{light}}}.brickwork.dark{{{dark}}}"
        f"@media (prefers-color-scheme:dark){{.brickwork.auto{{{dark}}}}}" + "".join(rules) + "}"
    )


def _rule(selector: str, body: str) -> str:
    declarations = []
    for declaration in body.split(";"):
        name, value = declaration.split(":", 1)
        if value == "$dark":
            value = DARK_INK
        elif value.startswith("$"):
            value = f"var(--{value[1:]})"
        declarations.append(f"{name}:{value}")
    return f".brickwork {selector}{{{';'.join(declarations)}}}".replace(" {", "{")
