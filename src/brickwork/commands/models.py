"""Loads the model that a command-line argument names."""

from __future__ import annotations

from pathlib import Path

from ..errors import ArgumentError
from ..registry import UnknownName

FILES = (".brick", ".keras", ".h5", ".hdf5")
CONFIG = ".json"


def load_or_build_model(source: str, places: list[str]):
    """Return the model that `source` names, or the exit status of a script that failed.

    Args:
        source: a model's file, a config (.json; its weights are initialised), sizes of layers,
            or a script that builds the model.
        places: files and modules that ``--custom`` names.
    """
    from .draw import model_from

    try:
        return model_from(source, compiled=True, places=places)
    except UnknownName:  # perhaps a custom loss, which is not needed here
        return load_saved_model(source, places)


def load_saved_model(path: str, places: list[str], compile: bool = False, what: str = "model"):
    """Return the model in a file; a config without weights gets initial ones.

    Args:
        path: the file's name.
        places: files and modules with custom classes and functions, from ``--custom``.
        compile: whether to compile the model as it was saved.
        what: the name of the argument, for messages.

    Raises:
        UnknownName: for an unknown class or function; the message explains ``--custom``.
    """
    from ..saving import FileError, load_model, model_from_json

    own = _own_objects(places)
    try:
        if path.endswith(CONFIG):
            return model_from_json(Path(path).read_bytes(), own)
        return load_model(path, own, compile)
    except UnknownName as error:
        raise UnknownName(
            error.what,
            f"{error.problem} On the command line: --custom FILE.py, the file that makes it.",
            error.name,
        ) from None
    except ArgumentError as error:
        raise (error.about(what) if error.what == "load_model.filepath" else error) from None
    except FileError as error:
        raise type(error)(str(error).replace("model_from_json", path, 1)) from None


def _own_objects(places: list[str]) -> dict:
    from .custom import custom_objects_in

    return {name: item for place in places for name, item in custom_objects_in(place).items()}
