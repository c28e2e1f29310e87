"""Files of a wall that the library itself writes."""

from __future__ import annotations

from importlib.util import find_spec

from ..pictures import draw
from ..saving.keras import archive, legacy
from . import values
from .limits import Limits
from .walls import model_of

#: What each format needs beside this library.
_FORMATS = {
    ".keras": "h5py",
    ".h5": "h5py",
    ".svg": None,
    ".png": "resvg_py",
    ".html": None,
    ".mpd": None,
    ".xml": None,
}
_MODELS = {".keras": archive.contents, ".h5": legacy.contents}


def formats() -> list[str]:
    """Return the formats that can be written here, as endings of file names."""
    return [end for end, package in _FORMATS.items() if package is None or find_spec(package)]


def exported(
    wall: object, ending: object, limits: Limits, labels: object = "en", theme: object = "light"
) -> bytes:
    """Return the contents of a file of a wall.

    Args:
        wall: as the page sends it, with its weights.
        ending: ``.keras`` or ``.h5``, a model for Keras; ``.svg`` or ``.png``, its picture;
            ``.html``, ``.mpd`` or ``.xml``: the booklet, the plan and the list of its bricks.
        limits: how large the wall may be.
        labels: "en" or "ko", the language of pictures.
        theme: "auto", "light" or "dark", of pictures.

    Raises:
        ArgumentError: for what is no wall, or cannot be written so.
        ImportError: for a format that needs a package which is not installed.
    """
    ending = values.choice(ending, "export.format", _FORMATS)
    labels = values.choice(labels, "export.labels", ("en", "ko"))
    theme = values.choice(theme, "export.theme", ("auto", "light", "dark"))
    model = model_of(wall, limits)
    if ending in _MODELS:
        return _MODELS[ending](model)
    return draw(model, labels=labels, theme=theme).written(f"wall{ending}")
