"""The type of eager results: the values of ops, layers and variables outside of a trace."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

_convert: Callable[[np.ndarray], np.ndarray] | None = None


def set_result_type(convert: Callable[[np.ndarray], np.ndarray]) -> None:
    """Convert eager results with this function from now on.

    For scripts that expect tensors of another library, which have more methods than an array.
    """
    global _convert
    _convert = convert


def as_result(value: Any) -> Any:
    """An array in the type of eager results; a symbol or any other value unchanged."""
    return value if _convert is None or not isinstance(value, np.ndarray) else _convert(value)
