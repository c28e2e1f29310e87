"""The model that an argument of the command line names."""

from __future__ import annotations

from pathlib import Path

from ..errors import ArgumentError
from ..registry import UnknownName

FILES = (".brick", ".keras", ".h5", ".hdf5")
CONFIG = ".json"


def any_model(source: str, places: list[str]):
    """The model that a text names: a file, as it was compiled where that is known; a config
    (.json), with new weights; the sizes of layers; or a script that makes it.

    An exit status where the script failed, which has said so itself.
    """
    from .draw import model_from

    try:
        return model_from(source, compiled=True, places=places)
    except UnknownName:  # perhaps of a loss, which nobody asked for
        return model_in(source, places)


def model_in(path: str, places: list[str], compile: bool = False, what: str = "model"):
    """The model in a file; of one without weights, with new ones.

    Args:
        path: of the file.
        places: what ``--custom`` names: files and modules with custom classes and functions.
        compile: whether it is needed as it was compiled.
        what: which argument it is.

    Raises:
        UnknownName: with what helps on the command line.
    """
    from ..saving import FileError, load_model, model_from_json

    own = _own_objects(places)
    try:
        if path.endswith(CONFIG):
            return model_from_json(Path(path).read_bytes(), own)
        return load_model(path, own, compile)
    except UnknownName as error:
        raise UnknownName(error.what, f"{error.problem} On the command line: --custom FILE.py, the "
                          "file that makes it.", error.name) from None
    except ArgumentError as error:
        raise (error.about(what) if error.what == "load_model.filepath" else error) from None
    except FileError as error:
        raise type(error)(str(error).replace("model_from_json", path, 1)) from None


def _own_objects(places: list[str]) -> dict:
    from .custom import objects_in

    return {name: item for place in places for name, item in objects_in(place).items()}
