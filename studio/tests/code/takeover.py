"""Gives Keras's name to brickwork, as `brickwork run` does, also where Keras itself ran before."""

from __future__ import annotations

import sys


def install() -> None:
    """From here on `import keras` is brickwork."""
    for name in [name for name in sys.modules if name.split(".")[0] == "keras"]:
        del sys.modules[name]
    from brickwork import dialects

    dialects.install()
