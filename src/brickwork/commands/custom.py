"""Custom classes and functions from the files and modules that ``--custom`` names."""

from __future__ import annotations

import sys
from importlib import import_module
from importlib.util import find_spec, module_from_spec, spec_from_file_location
from pathlib import Path
from types import FunctionType, ModuleType

from ..errors import ArgumentError


def custom_objects_in(place: str) -> dict:
    """Return the public classes and functions that a module defines, by name.

    Importing it also registers what it registers.

    Args:
        place: a Python file, or the name of a module; in it ``keras`` means brickwork.
    """
    from ..dialects.importing import install

    path = Path(place)
    _check(path)
    install()
    module = _module_from_file(path) if place.endswith(".py") else import_module(place)
    inside = f"{module.__name__}."
    return {
        name: item
        for name, item in vars(module).items()
        if not name.startswith("_")
        and (isinstance(item, FunctionType) or hasattr(item, "get_config"))
        and f"{item.__module__}.".startswith(inside)
    }


def _module_from_file(path: Path) -> ModuleType:
    from ..dialects.run import show_traceback_from

    sys.path.insert(0, str(path.parent.resolve()))  # it may import modules beside it
    spec = spec_from_file_location(path.stem, path)
    sys.modules[path.stem] = module = module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
    except Exception as error:
        show_traceback_from(str(path), error)
        raise SystemExit(1) from None
    return module


def _check(path: Path) -> None:
    """Refuse a missing file or module before keras means brickwork in this process."""
    if path.suffix == ".py":
        if not path.is_file():
            raise FileNotFoundError(f"{path}: there is no such file.")
        return
    sys.path.insert(0, str(Path.cwd()))
    try:
        found = find_spec(str(path))
    except (ImportError, ValueError):
        found = None
    if found is None:
        raise ArgumentError(
            "--custom",
            f"got {str(path)!r}, expected a Python file (its name ends "
            "in .py) or a module that can be imported from here.",
        )
