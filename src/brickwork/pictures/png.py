"""A scene as PNG, by resvg: one small wheel without a system library, which finds letters of
every script among the fonts of the machine (CairoSVG draws Korean as empty boxes beside Latin)."""

from __future__ import annotations

import re

from .fonts import sans
from .palette import KOREAN
from .shapes import Scene
from .svg import svg

#: A text with a Hangul syllable.
_HANGUL = re.compile(r"<text(?=[^>]*>[^<]*&#(?:4[4-9]|5[0-4])\d{3};)")


def png(scene: Scene, theme: str = "auto", size: float | None = None,
        scale: float = 2.0) -> bytes:
    """Draw a scene; paper knows no colour scheme of a page, so "auto" is light.

    Args:
        scene, theme, size: as in `svg.svg`.
        scale: dots a pixel.

    Raises:
        ImportError: where resvg is not installed, with the command to install it.
    """
    text = svg(scene, "light" if theme == "auto" else theme, size, variables=False)
    return pixels(text, scale)


def pixels(text: str, scale: float = 2.0) -> bytes:
    """The PNG of an SVG of ours that was written without variables.

    Raises:
        ImportError: as `png`.
        RuntimeError: where the machine has no font.
    """
    try:
        import resvg_py
    except ImportError:
        raise ImportError("PNG needs the package resvg-py, which is not installed: "
                          "pip install 'brickwork[png]'. SVG needs nothing.") from None
    # resvg takes one font for a whole text, and for letters that it lacks any other that has them.
    text = _HANGUL.sub(f'<text style="font-family:{KOREAN}"', text)
    return bytes(resvg_py.svg_to_bytes(svg_string=text, zoom=scale,
                                       sans_serif_family=sans()))
