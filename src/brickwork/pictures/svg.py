"""Conversion of a scene to SVG: a string, deterministic, without a library."""

from __future__ import annotations

import re
from functools import lru_cache
from math import ceil

from .paint import attributes
from .palette import FONT, sheet
from .shapes import Bounds, Ellipse, Line, Piece, Rect, Scene, Text
from .text import SMALLER, SUBSCRIPTS, escape


def svg(
    scene: Scene,
    theme: str = "auto",
    size: float | None = None,
    styled: bool = True,
    canvas: Bounds | None = None,
) -> str:
    """Return a scene as SVG.

    Args:
        scene: the scene.
        theme: "auto" follows the page's colour scheme, "light" and "dark" do not.
        size: the width in pixels; None for the width of the scene.
        styled: whether to include the style sheet, which follows the page's colour scheme.
        canvas: the scene's bounds, if known.
    """
    left, top, right, bottom = canvas or scene.bounds()
    width, height = ceil(right - left), ceil(bottom - top)
    scale = 1.0 if size is None else size / width
    out = [
        f'<svg xmlns="http://www.w3.org/2000/svg" class="brickwork {theme}" role="img" '
        f'width="{_n(width * scale)}" height="{_n(height * scale)}" '
        f'viewBox="{_n(left)} {_n(top)} {_n(width)} {_n(height)}" '
        f'style="max-width:100%;height:auto" font-family="{FONT}">',
        f"<title>{escape(scene.title)}</title><desc>{escape(scene.description)}</desc>",
        f"<style>{sheet()}</style>" if styled else "",
        f'<rect class="paper"{attributes("", "paper", "", theme)} x="{_n(left)}" y="{_n(top)}" '
        f'width="{_n(width)}" height="{_n(height)}"/>',
    ]
    for part in scene.parts:
        write(part, out, theme)
    out.append("</svg>\n")
    return "".join(out)


def write(shape, out: list[str], theme: str = "auto", within: str = "") -> None:
    """Append a shape's elements; `within` has the classes of the enclosing groups."""
    _WRITE[type(shape)](shape, out, theme, within)


_SUBSCRIPT = re.compile("([\u2080-\u2089]+)")

# Bricks in a row share most numbers and all names.
_escaped = lru_cache(1024)(escape)


@lru_cache(1 << 14)
def _n(number: float) -> str:
    text = f"{number:.1f}"
    text = text[:-2] if text.endswith(".0") else text
    return "0" if text == "-0" else text


def _css(css: str, theme: str, within: str, tag: str = "") -> str:
    """Return the classes of an element, and their declarations as attributes."""
    classes = f' class="{css}"' if css else ""
    return classes + attributes(tag, css, within, theme)


def _rect(shape: Rect, out: list[str], theme: str, within: str) -> None:
    rounded = f' rx="{_n(shape.r)}"' if shape.r else ""
    out.append(
        f'<rect{_css(shape.css, theme, within)} x="{_n(shape.x)}" y="{_n(shape.y)}" '
        f'width="{_n(shape.w)}" height="{_n(shape.h)}"{rounded}/>'
    )


def _ellipse(shape: Ellipse, out: list[str], theme: str, within: str) -> None:
    out.append(
        f'<ellipse{_css(shape.css, theme, within)} cx="{_n(shape.x)}" cy="{_n(shape.y)}" '
        f'rx="{_n(shape.rx)}" ry="{_n(shape.ry)}"/>'
    )


def path(shape: Line) -> str:
    """Return the ``d`` of a path."""
    between = "C" if shape.curved else "L"
    end = "z" if shape.closed else ""
    return "".join(
        f"M{_n(stroke[0][0])} {_n(stroke[0][1])}{between}"
        + " ".join(f"{_n(x)} {_n(y)}" for x, y in stroke[1:])
        + end
        for stroke in shape.strokes
    )


def _line(shape: Line, out: list[str], theme: str, within: str) -> None:
    out.append(f'<path{_css(shape.css, theme, within)} d="{path(shape)}"/>')


def _text(shape: Text, out: list[str], theme: str, within: str) -> None:
    anchor = "" if shape.anchor == "start" else f' text-anchor="{shape.anchor}"'
    weight = ' font-weight="bold"' if shape.bold else ""
    out.append(
        f'<text{_css(shape.css, theme, within, "text")} x="{_n(shape.x)}" y="{_n(shape.y)}" '
        f'font-size="{_n(shape.size)}"{anchor}{weight}>{_with_subscripts(shape)}</text>'
    )


def _with_subscripts(shape: Text) -> str:
    """Return the text, with subscript digits drawn as smaller lowered digits."""
    first, *parts = _SUBSCRIPT.split(shape.text)
    out, down = [escape(first)], 0.22 * shape.size
    for digits, after in zip(parts[::2], parts[1::2], strict=True):
        out.append(
            f'<tspan dy="{_n(down)}" font-size="{_n(SMALLER * shape.size)}">'
            f"{digits.translate(SUBSCRIPTS)}</tspan>"
        )
        if after:  # the following text is raised again
            space = " " if after.startswith(" ") else ""  # dropped at the start of a tspan
            out.append(f'{space}<tspan dy="{_n(-down)}">{escape(after[len(space) :])}</tspan>')
    return "".join(out)


def _data(piece: Piece) -> str:
    return "".join(
        f' data-{key}="{_escaped(value)}"' if isinstance(value, str) else f' data-{key}="{value}"'
        for key, value in piece.data.items()
    )


def _piece(piece: Piece, out: list[str], theme: str, within: str) -> None:
    css = _css(piece.css, theme, within)
    title = f"<title>{escape(piece.title)}</title>" if piece.title else ""
    if len(piece.parts) == 1 and isinstance(piece.parts[0], Line):
        # A synapse drawn as a line: only one element, since there are many.
        end = f">{title}</path>" if title else "/>"
        out.append(f'<path{css}{_data(piece)} d="{path(piece.parts[0])}"{end}')
        return
    turn = piece.turn
    turning = "" if turn is None else f' transform="rotate({" ".join(map(_n, turn))})"'
    out.append(f"<g{css}{_data(piece)}{turning}>{title}")
    inside = f"{within} {piece.css}"
    for part in piece.parts:
        _WRITE[type(part)](part, out, theme, inside)
    out.append("</g>")


_WRITE = {Rect: _rect, Ellipse: _ellipse, Line: _line, Text: _text, Piece: _piece}
