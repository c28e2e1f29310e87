"""What is answered to whoever computes with arrays: an op's, a layer's, a variable's value."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

_made: Callable[[np.ndarray], np.ndarray] | None = None


def answer_as(make: Callable[[np.ndarray], np.ndarray]) -> None:
    """Let this function make each answer from now on: where scripts expect tensors of another
    library, which can be asked for more than an array."""
    global _made
    _made = make


def answered(value):
    """An array as it is handed out; a symbol or anything else as it is."""
    return value if _made is None or not isinstance(value, np.ndarray) else _made(value)
