"""``brickwork convert``: a model's file in another format."""

from __future__ import annotations

import sys
from importlib import import_module
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import FunctionType, ModuleType

from ..fields import ArgumentError
from ..registry import UnknownName
from .formats import MODELS
from .models import load_model, model_from_json, save_model, save_weights

_JSON, _WEIGHTS = ".json", ".weights.h5"
ENDS = (*MODELS, _JSON, _WEIGHTS)


def convert(source: str, target: str, custom_objects: dict | None = None):
    """Read a model from a file of one format and write it into one of another; answers the model.

    Args:
        source: ``.brick``, ``.keras``, ``.h5`` or, for a config alone, ``.json``.
        target: likewise, or ``.weights.h5`` for the weights alone.
        custom_objects: classes and functions of one's own that the model is made of, by name.
    """
    if not target.endswith(ENDS):
        raise ArgumentError("target", f"got {target!r}, expected a name that ends in "
                            f"{', '.join(ENDS)}.")
    if source.endswith(_JSON):
        model = model_from_json(Path(source).read_bytes(), custom_objects)
    else:
        model = load_model(source, custom_objects)
    if target.endswith(_JSON):
        from .atomic import write

        write(target, [model.to_json(indent=2).encode(), b"\n"])
    elif target.endswith(_WEIGHTS):
        save_weights(model, target)
    else:
        save_model(model, target)
    return model


def objects_in(place: str) -> dict:
    """The public classes and functions that a module defines, by name; what it registers is known
    when it has been imported.

    Args:
        place: a Python file, or the name of a module; in it ``keras`` means brickwork.
    """
    from ..dialects.modules import install

    install()
    module = _of_file(Path(place)) if place.endswith(".py") else _by_name(place)
    inside = f"{module.__name__}."
    return {name: item for name, item in vars(module).items() if not name.startswith("_")
            and (isinstance(item, FunctionType) or hasattr(item, "get_config"))
            and f"{item.__module__}.".startswith(inside)}


def _of_file(path: Path) -> ModuleType:
    from ..dialects.run import show_from

    if not path.is_file():
        raise FileNotFoundError(f"{path}: there is no such file.")
    sys.path.insert(0, str(path.parent.resolve()))  # for what it imports from beside it
    spec = spec_from_file_location(path.stem, path)
    sys.modules[path.stem] = module = module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
    except Exception as error:
        show_from(str(path), error)
        raise SystemExit(1) from None
    return module


def _by_name(name: str) -> ModuleType:
    sys.path.insert(0, str(Path.cwd()))
    try:
        return import_module(name)
    except ModuleNotFoundError as error:
        if error.name != name:
            raise
        raise ArgumentError("--custom", f"got {name!r}, expected a Python file (its name ends in "
                            ".py) or a module that can be imported from here.") from None


def convert_command(given) -> int:
    """What the command line asks for; returns the exit status."""
    from ..commands.failures import must_be_writable
    from ..commands.models import own_objects, with_hint

    must_be_writable(given.target, "target", ENDS)
    try:
        model = convert(given.source, given.target, own_objects(given.custom))
    except UnknownName as error:
        raise with_hint(error) from None
    except ArgumentError as error:
        raise (error.about("source") if error.what == "load_model.filepath" else error) from None
    size = Path(given.target).stat().st_size
    weights = f"{model.count_params():,} parameters" if model.built else "not built yet"
    if given.target.endswith(_JSON):
        weights += ", left out of .json"
    elif given.source.endswith(_JSON):
        weights += ", new: .json has none"
    print(f"{given.source} -> {given.target}: {model.name} ({type(model).__name__}, "
          f"{len(model.layers)} layers, {weights}), {size:,} bytes")
    return 0
