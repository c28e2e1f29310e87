"""Fallback fonts for resvg, which silently drops text if none of its fonts is installed."""

from __future__ import annotations

import shutil
from functools import cache
from importlib.util import find_spec
from pathlib import Path

#: Common sans-serif fonts of operating systems, in order of preference.
COMMON = (
    "Arial",
    "Liberation Sans",
    "DejaVu Sans",
    "Noto Sans",
    "Nimbus Sans",
    "FreeSans",
    "Segoe UI",
    "Helvetica Neue",
    "Ubuntu",
    "Ubuntu Sans",
    "Cantarell",
    "Adwaita Sans",
    "Open Sans",
    "Roboto",
    "Inter",
    "Lato",
    "Carlito",
    "Verdana",
    "Tahoma",
    "Bitstream Vera Sans",
    "NanumGothic",
    "Noto Sans CJK KR",
    "Noto Sans KR",
    "Malgun Gothic",
    "Apple SD Gothic Neo",
)

_TEXT = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><text y="8">{}</text></svg>'


#: Packages that contain fonts, with their folders; the packages are not imported.
_FONT_PACKAGES = {"koreanize_matplotlib": "fonts", "matplotlib": "mpl-data/fonts/ttf"}


@cache
def package_folders() -> tuple[str, ...]:
    """Return the font folders of installed packages."""
    specs = {name: find_spec(name) for name in _FONT_PACKAGES}
    return tuple(
        str(Path(spec.origin).parent / _FONT_PACKAGES[name])
        for name, spec in specs.items()
        if spec is not None and spec.origin
    )


@cache
def sans() -> str:
    """Return the first of the common fonts that resvg finds, on the system or in packages.

    Raises:
        RuntimeError: if it finds none, with the command that installs one.
    """
    import resvg_py

    def drawn(letter: str, family: str, folders: tuple[str, ...]) -> bytes:
        return bytes(
            resvg_py.svg_to_bytes(
                svg_string=_TEXT.format(letter), font_family=family, font_dirs=folders
            )
        )

    for folders in ((), package_folders()):
        for family in COMMON:
            if drawn("M", family, folders) != drawn("", family, folders):
                return family
    raise RuntimeError(
        f"PNG: this system has no font for the text: {_how_to_install()}. SVG needs none."
    )


def _how_to_install() -> str:
    for manager, line in (
        ("apt-get", "sudo apt-get install fonts-dejavu-core"),
        ("dnf", "sudo dnf install dejavu-sans-fonts"),
        ("pacman", "sudo pacman -S ttf-dejavu"),
        ("apk", "sudo apk add font-dejavu"),
    ):
        if shutil.which(manager):
            return line
    return "install DejaVu Sans, for instance"
