"""The format of a file, by the extension of its name."""

from __future__ import annotations

import os
from importlib import import_module
from types import ModuleType

from ..errors import ArgumentError
from ..spelling.old_modules import keras_means_brickwork
from .other_formats import foreign_format_hint

#: The formats of whole models, and of weights, by extension. Each is a module with ``save`` and
#: ``load``, or ``save_weights`` and ``load_weights``.
MODELS = {
    ".brick": ".brick",
    ".keras": ".keras.archive",
    ".h5": ".keras.legacy",
    ".hdf5": ".keras.legacy",
}
WEIGHTS = {
    ".brick": ".brick",
    ".weights.h5": ".keras.weights",
    ".h5": ".keras.legacy",
    ".hdf5": ".keras.legacy",
}
#: The values of ``save_format``, an argument of older versions of Keras.
SAVE_FORMATS = {"h5": ".h5", "hdf5": ".h5", "keras": ".keras", "brick": ".brick"}
#: The first bytes of files of these formats.
_SIGNATURES = {b"\x89HDF": ".h5", b"PK\x03\x04": ".keras"}


def format_of(
    path, extensions: dict[str, str], what: str, save_format: str | None = None
) -> ModuleType:
    """The module that reads and writes files of this name.

    For a name without a known extension the format is that of `save_format`, or of the first bytes
    of an existing file, or HDF5 in a script of Keras 1 or 2, whose default it was.

    Args:
        path: path of the file.
        extensions: `MODELS`, `WEIGHTS`, or a part of them.
        what: the calling function, for messages.
        save_format: the argument ``save_format``.

    Raises:
        ArgumentError: for other names.
    """
    try:
        name = os.fspath(path)
    except TypeError:
        raise ArgumentError(
            what, f"got {type(path).__name__}, expected the path of a file."
        ) from None
    name = os.fsdecode(name)
    found = max((end for end in extensions if name.endswith(end)), key=len, default=None)
    found = (
        found
        or SAVE_FORMATS.get(save_format)
        or _by_signature(name, what)
        or _by_old_default(name, what)
    )
    if found not in extensions:
        raise ArgumentError(
            what,
            f"got {name!r}, expected a name that ends in "
            f"{' or '.join(extensions)}{_hint(name, what)}.",
        )
    return import_module(extensions[found], __package__)


def _by_signature(name: str, what: str) -> str | None:
    """The format of a file to be read, by its first bytes."""
    if "load" not in what or not os.path.isfile(name):
        return None
    with open(name, "rb") as file:
        return _SIGNATURES.get(file.read(4))


def _by_old_default(name: str, what: str) -> str | None:
    """The format of a name without a known extension where ``import keras`` means brickwork."""
    if not keras_means_brickwork() or name.endswith(".json"):
        return None
    if "load" not in what and not os.path.isdir(name):
        from ..spelling.translation import warn_old_spellings

        warn_old_spellings(
            what.partition(".")[0],
            [(repr(name), "an HDF5 file; .brick, .keras and .h5 say what they are")],
        )
    return ".h5"


def _hint(name: str, what: str) -> str:
    """Advice for names of formats of other programs."""
    if name.endswith(".json"):
        return (
            "; a config alone is read by model_from_json(text)"
            if "load" in what
            else ("; a config alone is model.to_json()")
        )
    if "load" in what and (hint := foreign_format_hint(name)):
        return hint
    if os.path.isdir(name) or name.endswith((".ckpt", ".pb", ".tf", ".index")):
        return "; brickwork does not read or write TensorFlow's folders and checkpoints"
    stem = os.path.basename(name)
    return f": {name + next(iter(MODELS))!r}" if "save" in what and stem and "." not in stem else ""
