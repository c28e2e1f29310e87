"""Conversion of a scene to PNG by resvg.

resvg is a small wheel without system libraries, and finds characters of every script in the
system's fonts. (CairoSVG draws Korean beside Latin text as empty boxes.)
"""

from __future__ import annotations

import re
import warnings
from functools import lru_cache
from html import unescape
from unicodedata import category, name

from ..stack_level import outside
from .fonts import package_folders, sans
from .palette import FONT, KOREAN
from .shapes import Scene
from .svg import svg

#: A text with a Hangul syllable.
_HANGUL = re.compile(r"<text(?=[^>]*>[^<]*&#(?:4[4-9]|5[0-4])\d{3};)")
#: The content of a text element, and the tags in it.
_TEXT, _TAG = re.compile(r"<text\b[^>]*>(.*?)</text>", re.S), re.compile("<[^>]*>")
#: A character that is in no font.
_NO_CHARACTER = "\U0010fffd"
#: Further font options of resvg; a test uses them to hide all fonts.
_font_options: dict = {}


def png(scene: Scene, theme: str = "auto", size: float | None = None, scale: float = 2.0) -> bytes:
    """Return a scene as PNG; the theme "auto" is light, since an image has no page.

    Args:
        scene, theme, size: as in `svg.svg`.
        scale: image pixels per pixel of the scene.

    Raises:
        ImportError: if resvg or a font with the picture's letters is not installed, with the
            command to install it.

    Warns:
        UserWarning: for symbols that no font has.
    """
    text = svg(scene, "light" if theme == "auto" else theme, size, styled=False)
    return pixels(text, scale)


def pixels(text: str, scale: float = 2.0) -> bytes:
    """Return the PNG of one of our SVGs that was written without a style sheet.

    Raises:
        ImportError: as `png`.
    """
    try:
        import resvg_py
    except ImportError:
        raise ImportError(
            "PNG needs the package resvg-py, which is not installed: "
            "pip install 'brickwork[png]'. SVG needs nothing."
        ) from None
    folders = fonts_for(text)
    # resvg uses one font for a text, and any other for letters that it lacks.
    text = _HANGUL.sub(f'<text style="font-family:{KOREAN}"', text)
    return bytes(
        resvg_py.svg_to_bytes(
            svg_string=text,
            zoom=scale,
            font_dirs=folders,
            sans_serif_family=sans(),
            **_font_options,
        )
    )


def fonts_for(text: str) -> tuple[str, ...]:
    """Return folders with fonts that an SVG needs besides the system's.

    Raises:
        ImportError: as `png`.
    """
    return _folders(_letters(text))


def _letters(text: str) -> str:
    """Return the distinct characters of an SVG's texts, with one ASCII character for all."""
    found = {c for line in _TEXT.findall(text) for c in unescape(_TAG.sub("", line))}
    visible = sorted(c for c in found if not c.isascii() and category(c)[0] in "LNSP")
    return "".join(["a"] * any(c.isascii() and c.isalnum() for c in found) + visible)


def _folders(letters: str) -> tuple[str, ...]:
    """Return folders with fonts for these letters besides the system's."""
    folders: tuple[str, ...] = ()
    missing = missing_letters(letters)
    if missing:
        folders = package_folders()
        missing = missing_letters(letters, folders)
    words = [c for c in missing if category(c)[0] in "LN"]
    if words:
        raise ImportError(
            f"PNG: no installed font has {_listed(words)}. {_advice(words)} "
            "SVG needs no font here: the browser that displays it has one."
        )
    if missing:
        warnings.warn(
            f"PNG: no installed font has {_listed(missing)}: an empty box, or nothing, "
            "is drawn instead. Save it as SVG, or install a font that has it.",
            UserWarning,
            stacklevel=outside(),
        )
    return folders


def missing_letters(letters: str, folders: tuple[str, ...] = ()) -> list[str]:
    """Return the letters that no font has, on the system or in these folders.

    >>> missing_letters("\\U0010fffd")
    ['\\U0010fffd']
    """
    system = tuple(sorted(_font_options.items()))
    nothing = _drawn(_NO_CHARACTER, folders, system)
    return [c for c in letters if _drawn(c, folders, system) == nothing]


@lru_cache(1 << 12)
def _drawn(letter: str, folders: tuple[str, ...], system: tuple) -> bytes:
    """Return a picture of one letter, which is the same for all missing letters.

    It takes about a millisecond.
    """
    import resvg_py

    text = (
        '<svg xmlns="http://www.w3.org/2000/svg" width="32" height="32"><text x="4" y="24" '
        f'font-size="20" font-family="{FONT}">&#{ord(letter)};</text></svg>'
    )
    return bytes(
        resvg_py.svg_to_bytes(
            svg_string=text, font_dirs=folders, sans_serif_family=sans(), **dict(system)
        )
    )


def _listed(letters: list[str]) -> str:
    shown = " ".join(letters[:5]) + (" ..." if len(letters) > 5 else "")
    kinds = dict.fromkeys(name(c, "?").split()[0].title() for c in letters if c.isalpha())
    return f"{shown} ({', '.join(kinds)})" if kinds else shown


def _advice(letters: list[str]) -> str:
    if any(name(c, "").startswith("HANGUL") for c in letters):
        return (
            "Install a Korean font: sudo apt-get install fonts-nanum, or, on any system, "
            "pip install 'brickwork[korean]'."
        )
    if letters == ["a"]:
        return "No font is installed. Install one: sudo apt-get install fonts-liberation."
    return "Install a font that has them."
