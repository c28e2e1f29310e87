"""The module for ``import keras``: brickwork, with Keras's version.

Scripts read the version to find out which names they can use: those of this version and old ones.
The version that runs is printed to stderr and is ``brickwork.__version__``.
"""

from importlib import import_module

import brickwork
from brickwork.spelling.absent import reason_for_module
from brickwork.spelling.old_modules import MODULES

__all__ = ["__version__", "version"]

#: The Keras whose names, arguments and defaults are brickwork's.
__version__ = "3.15.1"


def version() -> str:
    """Return the version of Keras whose names are supported."""
    return __version__


def __getattr__(name: str):
    try:
        return getattr(brickwork, name)
    except AttributeError:
        if name not in MODULES and not reason_for_module(name):
            raise
    return import_module(f"keras.{name}")  # an old module name: its import warns


def __dir__() -> list[str]:
    return dir(brickwork)
