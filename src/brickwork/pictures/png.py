"""A scene as PNG, by resvg: one small wheel without a system library, which finds letters of
every script among the fonts of the machine (CairoSVG draws Korean as empty boxes beside Latin)."""

from __future__ import annotations

import re
import warnings
from functools import lru_cache
from html import unescape
from unicodedata import category, name

from ..stack_level import outside
from .fonts import carried, sans
from .palette import FONT, KOREAN
from .shapes import Scene
from .svg import svg

#: A text with a Hangul syllable.
_HANGUL = re.compile(r"<text(?=[^>]*>[^<]*&#(?:4[4-9]|5[0-4])\d{3};)")
#: What a text says, and the tags in it.
_TEXT, _TAG = re.compile(r"<text\b[^>]*>(.*?)</text>", re.S), re.compile("<[^>]*>")
#: A character that no font has.
_NOBODY_S = "\U0010fffd"
#: What resvg is told of fonts besides; a test lets it find none.
_system: dict = {}


def png(scene: Scene, theme: str = "auto", size: float | None = None,
        scale: float = 2.0) -> bytes:
    """Draw a scene; paper knows no colour scheme of a page, so "auto" is light.

    Args:
        scene, theme, size: as in `svg.svg`.
        scale: dots a pixel.

    Raises:
        ImportError: where resvg, or a font that has the picture's letters, is not installed, with
            the command to install it. Of symbols that no font has a warning tells.
    """
    text = svg(scene, "light" if theme == "auto" else theme, size, styled=False)
    return pixels(text, scale)


def pixels(text: str, scale: float = 2.0) -> bytes:
    """The PNG of an SVG of ours that was written without a style sheet.

    Raises:
        ImportError: as `png`.
    """
    try:
        import resvg_py
    except ImportError:
        raise ImportError("PNG needs the package resvg-py, which is not installed: "
                          "pip install 'brickwork[png]'. SVG needs nothing.") from None
    folders = fonts_for(text)
    # resvg takes one font for a whole text, and for letters that it lacks any other that has them.
    text = _HANGUL.sub(f'<text style="font-family:{KOREAN}"', text)
    return bytes(resvg_py.svg_to_bytes(svg_string=text, zoom=scale, font_dirs=folders,
                                       sans_serif_family=sans(), **_system))


def fonts_for(text: str) -> tuple[str, ...]:
    """Folders with fonts that an SVG needs besides the machine's.

    Raises:
        ImportError: as `png`.
    """
    return _folders(_letters(text))


def _letters(text: str) -> str:
    """Each character of an SVG's texts once, but only one of ASCII's, which all fonts have."""
    found = {c for line in _TEXT.findall(text) for c in unescape(_TAG.sub("", line))}
    seen = sorted(c for c in found if not c.isascii() and category(c)[0] in "LNSP")
    return "".join(["a"] * any(c.isascii() and c.isalnum() for c in found) + seen)


def _folders(letters: str) -> tuple[str, ...]:
    """Folders with fonts to look into besides the machine's."""
    folders: tuple[str, ...] = ()
    missing = lacking(letters)
    if missing:
        folders = carried()
        missing = lacking(letters, folders)
    words = [c for c in missing if category(c)[0] in "LN"]
    if words:
        raise ImportError(f"PNG: no font here has {_listed(words)}. {_advice(words)} "
                          "SVG needs no font here: the browser that shows it has one.")
    if missing:
        warnings.warn(f"PNG: no font here has {_listed(missing)}: an empty box, or nothing, stands "
                      "there instead. Save it as SVG, or install a font that has it.", UserWarning,
                      stacklevel=outside())
    return folders


def lacking(letters: str, folders: tuple[str, ...] = ()) -> list[str]:
    """Those of the letters that no font has, on the machine and in these folders.

    >>> lacking("\\U0010fffd")
    ['\\U0010fffd']
    """
    system = tuple(sorted(_system.items()))
    nothing = _drawn(_NOBODY_S, folders, system)
    return [c for c in letters if _drawn(c, folders, system) == nothing]


@lru_cache(1 << 12)
def _drawn(letter: str, folders: tuple[str, ...], system: tuple) -> bytes:
    """A picture of one letter; those of all that are missing are the same. It takes a
    millisecond."""
    import resvg_py

    text = ('<svg xmlns="http://www.w3.org/2000/svg" width="32" height="32"><text x="4" y="24" '
            f'font-size="20" font-family="{FONT}">&#{ord(letter)};</text></svg>')
    return bytes(resvg_py.svg_to_bytes(svg_string=text, font_dirs=folders,
                                       sans_serif_family=sans(), **dict(system)))


def _listed(letters: list[str]) -> str:
    shown = " ".join(letters[:5]) + (" ..." if len(letters) > 5 else "")
    kinds = dict.fromkeys(name(c, "?").split()[0].title() for c in letters if c.isalpha())
    return f"{shown} ({', '.join(kinds)})" if kinds else shown


def _advice(letters: list[str]) -> str:
    if any(name(c, "").startswith("HANGUL") for c in letters):
        return ("Install a Korean one: sudo apt-get install fonts-nanum, or, on any system, "
                "pip install 'brickwork[korean]'.")
    if letters == ["a"]:
        return "There is no font at all. Install one: sudo apt-get install fonts-liberation."
    return "Install one that has them."
