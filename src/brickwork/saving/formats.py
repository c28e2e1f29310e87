"""Which file is of which format: by the end of its name."""

from __future__ import annotations

import os
from importlib import import_module
from types import ModuleType

from ..errors import ArgumentError
from ..spelling.old_modules import keras_means_brickwork
from .other_formats import not_read

#: The formats of whole models and of weights alone, by the ends of names; each is a module with
#: ``save`` and ``load``, or ``save_weights`` and ``load_weights``.
MODELS = {".brick": ".brick", ".keras": ".keras.archive", ".h5": ".keras.legacy",
          ".hdf5": ".keras.legacy"}
WEIGHTS = {".brick": ".brick", ".weights.h5": ".keras.weights", ".h5": ".keras.legacy",
           ".hdf5": ".keras.legacy"}


#: What ``save_format`` may say, which older versions of Keras had beside the name.
SAID = {"h5": ".h5", "hdf5": ".h5", "keras": ".keras", "brick": ".brick"}
#: How files of these formats begin.
_BEGINNINGS = {b"\x89HDF": ".h5", b"PK\x03\x04": ".keras"}


def format_of(path, endings: dict[str, str], what: str, said: str | None = None) -> ModuleType:
    """The module that reads and writes files of this name.

    A name of another end is one that `save_format` explains, or a file whose first bytes do; or it
    stands in a script of Keras 1 or 2, which made HDF5 files of such.

    Args:
        path: of the file.
        endings: `MODELS`, `WEIGHTS`, or those of them that will do.
        what: who asks, for messages.
        said: the argument ``save_format``.

    Raises:
        ArgumentError: for other names.
    """
    try:
        name = os.fspath(path)
    except TypeError:
        raise ArgumentError(what, f"got {type(path).__name__}, expected the path of a file.") \
            from None
    name = os.fsdecode(name)
    end = max((end for end in endings if name.endswith(end)), key=len, default=None)
    end = end or SAID.get(said) or _begun(name, what) or _of_old_scripts(name, what)
    if end not in endings:
        raise ArgumentError(what, f"got {name!r}, expected a name that ends in "
                            f"{' or '.join(endings)}{_hint(name, what)}.")
    return import_module(endings[end], __package__)


def _begun(name: str, what: str) -> str | None:
    """What a file is that is to be read, by how it begins."""
    if "load" not in what or not os.path.isfile(name):
        return None
    with open(name, "rb") as file:
        return _BEGINNINGS.get(file.read(4))


def _of_old_scripts(name: str, what: str) -> str | None:
    """What a name without a known end meant where ``import keras`` means us."""
    if not keras_means_brickwork() or name.endswith(".json"):
        return None
    if "load" not in what and not os.path.isdir(name):
        from ..spelling.translation import warn_old_spellings

        warn_old_spellings(what.partition(".")[0], [
            (repr(name), "an HDF5 file; .brick, .keras and .h5 say what they are")])
    return ".h5"


def _hint(name: str, what: str) -> str:
    """What to do with names that are usual elsewhere."""
    if name.endswith(".json"):
        return "; a config alone is read by model_from_json(text)" if "load" in what else (
            "; a config alone is model.to_json()")
    if "load" in what and (said := not_read(name)):
        return said
    if os.path.isdir(name) or name.endswith((".ckpt", ".pb", ".tf", ".index")):
        return "; TensorFlow's folders and checkpoints are not read or written here"
    stem = os.path.basename(name)
    return f": {name + next(iter(MODELS))!r}" if "save" in what and stem and "." not in stem else ""
