"""Which font resvg writes with where a picture's own ones are missing. It asks nobody: where it
finds none of a text's fonts it leaves the text out, in silence."""

from __future__ import annotations

import shutil
from functools import cache
from importlib.util import find_spec
from pathlib import Path

#: Fonts that systems come with, as names of sans-serif that are tried in this order.
COMMON = ("Arial", "Liberation Sans", "DejaVu Sans", "Noto Sans", "Nimbus Sans", "FreeSans",
          "Segoe UI", "Helvetica Neue", "Ubuntu", "Ubuntu Sans", "Cantarell", "Adwaita Sans",
          "Open Sans", "Roboto", "Inter", "Lato", "Carlito", "Verdana", "Tahoma",
          "Bitstream Vera Sans", "NanumGothic", "Noto Sans CJK KR", "Noto Sans KR",
          "Malgun Gothic", "Apple SD Gothic Neo")

_TEXT = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><text y="8">{}</text></svg>'


#: Packages that bring fonts along, and where: they are not imported for that.
_CARRY = {"koreanize_matplotlib": "fonts", "matplotlib": "mpl-data/fonts/ttf"}


@cache
def carried() -> tuple[str, ...]:
    """Folders of the fonts that installed packages bring along."""
    specs = {name: find_spec(name) for name in _CARRY}
    return tuple(str(Path(spec.origin).parent / _CARRY[name]) for name, spec in specs.items()
                 if spec is not None and spec.origin)


@cache
def sans() -> str:
    """The first of the common fonts that resvg finds on this machine, or in `carried`.

    Raises:
        RuntimeError: where it finds none, with the command that installs one.
    """
    import resvg_py

    def drawn(letter: str, family: str, folders: tuple[str, ...]) -> bytes:
        return bytes(resvg_py.svg_to_bytes(svg_string=_TEXT.format(letter), font_family=family,
                                           font_dirs=folders))

    for folders in ((), carried()):
        for family in COMMON:
            if drawn("M", family, folders) != drawn("", family, folders):
                return family
    raise RuntimeError(f"PNG: this machine has no font for the letters: {_how_to_install()}. "
                       "SVG needs none.")


def _how_to_install() -> str:
    for manager, line in (("apt-get", "sudo apt-get install fonts-dejavu-core"),
                          ("dnf", "sudo dnf install dejavu-sans-fonts"),
                          ("pacman", "sudo pacman -S ttf-dejavu"),
                          ("apk", "sudo apk add font-dejavu")):
        if shutil.which(manager):
            return line
    return "install DejaVu Sans, for instance"
