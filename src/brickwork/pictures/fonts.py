"""Which font resvg writes with where a picture's own ones are missing. It asks nobody: where it
finds none of a text's fonts it leaves the text out, in silence."""

from __future__ import annotations

import shutil
from functools import cache

#: Fonts that systems come with, as names of sans-serif that are tried in this order.
COMMON = ("Arial", "Liberation Sans", "DejaVu Sans", "Noto Sans", "Nimbus Sans", "FreeSans",
          "Segoe UI", "Helvetica Neue", "Ubuntu", "Ubuntu Sans", "Cantarell", "Adwaita Sans",
          "Open Sans", "Roboto", "Inter", "Lato", "Carlito", "Verdana", "Tahoma",
          "Bitstream Vera Sans", "NanumGothic", "Noto Sans CJK KR", "Noto Sans KR",
          "Malgun Gothic", "Apple SD Gothic Neo")

_TEXT = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><text y="8">{}</text></svg>'


@cache
def sans() -> str:
    """The first of the common fonts that resvg finds on this machine.

    Raises:
        RuntimeError: where it finds none, with the command that installs one.
    """
    import resvg_py

    def drawn(letter: str, family: str) -> bytes:
        return bytes(resvg_py.svg_to_bytes(svg_string=_TEXT.format(letter), font_family=family))

    for family in COMMON:
        if drawn("M", family) != drawn("", family):
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
