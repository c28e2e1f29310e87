"""A scene as PNG, by resvg: one small wheel without a system library, which finds letters of
every script among the fonts of the machine (CairoSVG draws Korean as empty boxes beside Latin)."""

from __future__ import annotations

from .shapes import Scene
from .svg import svg


def png(scene: Scene, theme: str = "auto", size: float | None = None,
        scale: float = 2.0) -> bytes:
    """Draw a scene; paper knows no colour scheme of a page, so "auto" is light.

    Args:
        scene, theme, size: as in `svg.svg`.
        scale: dots a pixel.

    Raises:
        ImportError: where resvg is not installed, with the command to install it.
    """
    try:
        import resvg_py
    except ImportError:
        raise ImportError("PNG needs the package resvg-py, which is not installed: "
                          "pip install 'brickwork[png]'. SVG needs nothing.") from None
    text = svg(scene, "light" if theme == "auto" else theme, size, variables=False)
    return bytes(resvg_py.svg_to_bytes(svg_string=text, zoom=scale))
