"""The model that an argument of the command line names."""

from __future__ import annotations

from pathlib import Path

from ..fields import ArgumentError
from ..registry import UnknownName

FILES = (".brick", ".keras", ".h5", ".hdf5")


def own_objects(places: list[str]) -> dict:
    """The classes and functions in what ``--custom`` names."""
    from ..saving.command import objects_in

    return {name: item for place in places for name, item in objects_in(place).items()}


def model_in(path: str, places: list[str], compile: bool):
    """The model in a file that holds weights.

    Args:
        path: of the file.
        places: what ``--custom`` names.
        compile: whether it is needed as it was compiled.
    """
    from ..saving import load_model

    try:
        return load_model(path, own_objects(places), compile)
    except UnknownName as error:
        raise with_hint(error) from None
    except ArgumentError as error:
        raise (error.about("model") if error.what == "load_model.filepath" else error) from None


def with_hint(error: UnknownName) -> UnknownName:
    """The same error, with what helps on the command line."""
    return UnknownName(error.what, f"{error.problem} On the command line: --custom FILE.py, the "
                       "file that makes it.", error.name)


def any_model(source: str, places: list[str]):
    """The model that a text names: a file, as it was compiled where that is known; a config
    (.json), with new weights; the sizes of layers; or a script that makes it.

    None where the script failed, which has said so itself.
    """
    if source.endswith(FILES):
        try:
            return model_in(source, places, True)
        except UnknownName:  # perhaps of a loss, which nobody asked for
            return model_in(source, places, False)
    if source.endswith(".json"):
        return _of_config(source, places)
    from ..pictures.command import model_from

    return model_from(source)


def _of_config(path: str, places: list[str]):
    from ..saving import FileError, model_from_json

    try:
        return model_from_json(Path(path).read_bytes(), own_objects(places))
    except UnknownName as error:
        raise with_hint(error) from None
    except FileError as error:
        raise type(error)(str(error).replace("model_from_json", path, 1)) from None
