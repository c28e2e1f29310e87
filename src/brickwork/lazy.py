"""Packages that import their files when one of their names is first accessed."""

import sys
from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from typing import Any


def loader(package: str, files: Mapping[str, Sequence[str]]) -> Callable[[str], Any]:
    """Return the ``__getattr__`` of a package.

    Args:
        package: its name.
        files: the names that each of its files defines.

    >>> load = loader("brickwork.training", {"history": ["History"]})
    >>> load("History").__module__
    'brickwork.training.history'
    """
    file_of = {name: file for file, names in files.items() for name in names}

    def load(name: str) -> Any:
        if name not in file_of:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        found = getattr(import_module(f"{package}.{file_of[name]}"), name)
        setattr(sys.modules[package], name, found)  # the next access finds it by itself
        return found

    return load
