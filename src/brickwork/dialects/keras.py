"""What ``import keras`` means in a script: brickwork, under Keras's version.

Scripts ask for the version to know which words they may use; they may use those of this one, and
older ones too. What runs is said on stderr, and is ``brickwork.__version__``.
"""

from importlib import import_module

import brickwork
from brickwork.spelling.absent import reason
from brickwork.spelling.old_modules import MODULES

__all__ = ["__version__", "version"]

#: The Keras whose names, arguments and defaults are brickwork's.
__version__ = "3.15.1"


def version() -> str:
    """The version of Keras whose words are understood."""
    return __version__


def __getattr__(name: str):
    try:
        return getattr(brickwork, name)
    except AttributeError:
        if name not in MODULES and not reason(name):
            raise
    return import_module(f"keras.{name}")  # an old place, which is told of as it is imported


def __dir__():
    return dir(brickwork)
