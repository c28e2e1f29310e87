"""``brickwork convert``: a model's file in another format."""

from __future__ import annotations

import sys
from importlib import import_module
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import FunctionType, ModuleType

from ..fields import ArgumentError
from ..registry import UnknownName
from .errors import FileError
from .formats import MODELS
from .models import load_model, model_from_json, save_model, save_weights

_JSON, _WEIGHTS = ".json", ".weights.h5"


def convert(source: str, target: str, custom_objects: dict | None = None):
    """Read a model from a file of one format and write it into one of another; answers the model.

    Args:
        source: ``.brick``, ``.keras``, ``.h5`` or, for a config alone, ``.json``.
        target: likewise, or ``.weights.h5`` for the weights alone.
        custom_objects: classes and functions of one's own that the model is made of, by name.
    """
    ends = (*MODELS, _JSON, _WEIGHTS)
    if not target.endswith(ends):
        raise ArgumentError("target", f"got {target!r}, expected a name that ends in "
                            f"{', '.join(ends)}.")
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
    if not path.is_file():
        raise FileNotFoundError(f"{path}: there is no such file.")
    sys.path.insert(0, str(path.parent.resolve()))  # for what it imports from beside it
    spec = spec_from_file_location(path.stem, path)
    sys.modules[path.stem] = module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _by_name(name: str) -> ModuleType:
    sys.path.insert(0, str(Path.cwd()))
    return import_module(name)


def convert_command(given) -> int:
    """What the command line asks for; answers the exit status."""
    try:
        own = {name: item for place in given.custom for name, item in objects_in(place).items()}
        model = convert(given.source, given.target, own)
    except UnknownName as error:
        print(f"brickwork convert: {error} On the command line: --custom FILE.py, the file that "
              "makes it.", file=sys.stderr)
        return 1
    except (FileError, ArgumentError, OSError, ImportError) as error:
        print(f"brickwork convert: {error}", file=sys.stderr)
        return 1
    size = Path(given.target).stat().st_size
    weights = f"{model.count_params():,} parameters" if model.built else "not built yet"
    if given.target.endswith(_JSON):
        weights += ", left out of .json"
    elif given.source.endswith(_JSON):
        weights += ", new: .json has none"
    print(f"{given.source} -> {given.target}: {model.name} ({type(model).__name__}, "
          f"{len(model.layers)} layers, {weights}), {size:,} bytes")
    return 0
