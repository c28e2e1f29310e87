"""Where the user's own code stands, when ours has something to say about it."""

from __future__ import annotations

import os
import sys
from types import FrameType

_PACKAGE = __name__.partition(".")[0]


def outside() -> int:
    """The ``stacklevel`` by which a warning of the caller's points at the user's line."""
    return _climbed(sys._getframe(1))[1]


def line_outside() -> str:
    """The user's line, for messages: ``script.py:12``."""
    frame, _ = _climbed(sys._getframe(1))
    return f"{os.path.basename(frame.f_code.co_filename)}:{frame.f_lineno}"


def file_outside() -> str:
    """The file of the user's code."""
    return os.path.abspath(_climbed(sys._getframe(1))[0].f_code.co_filename)


def _climbed(frame: FrameType) -> tuple[FrameType, int]:
    """The first frame that is not ours, and its number from the one given, which is 1."""
    level = 1
    while frame.f_back:
        root, _, inner = frame.f_globals.get("__name__", "").partition(".")
        if root not in (_PACKAGE, "importlib"):  # `import` of an old place leads through it
            break
        level += not (root == "importlib" and inner.startswith("_bootstrap"))  # as `warn` counts
        frame = frame.f_back
    return frame, level
