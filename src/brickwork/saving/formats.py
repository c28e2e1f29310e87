"""Which file is of which format: by the end of its name."""

from __future__ import annotations

import os
from importlib import import_module
from types import ModuleType

from ..fields import ArgumentError

#: The formats of whole models and of weights alone, by the ends of names; each is a module with
#: ``save`` and ``load``, or ``save_weights`` and ``load_weights``.
MODELS = {".brick": ".brick", ".keras": ".keras.archive", ".h5": ".keras.legacy",
          ".hdf5": ".keras.legacy"}
WEIGHTS = {".brick": ".brick", ".weights.h5": ".keras.weights", ".h5": ".keras.legacy",
           ".hdf5": ".keras.legacy"}


def format_of(path, endings: dict[str, str], what: str) -> ModuleType:
    """The module that reads and writes files of this name.

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
    if end is None:
        raise ArgumentError(what, f"got {name!r}, expected a name that ends in "
                            f"{' or '.join(endings)}{_hint(name, what)}.")
    return import_module(endings[end], __package__)


def _hint(name: str, what: str) -> str:
    """What to do with names that are usual elsewhere."""
    if name.endswith(".json"):
        return "; a config alone is read by model_from_json(text)" if "load" in what else (
            "; a config alone is model.to_json()")
    if os.path.isdir(name) or name.endswith((".ckpt", ".pb", ".tf", ".index")):
        return "; TensorFlow's folders and checkpoints are not read or written here"
    stem = os.path.basename(name)
    return f": {name + next(iter(MODELS))!r}" if "save" in what and stem and "." not in stem else ""
