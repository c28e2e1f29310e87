"""Values as configs hold them: plain data, objects by class and config, functions by name."""

from __future__ import annotations

import threading

import numpy as np

from ..custom_objects import get_registered_name
from ..errors import ArgumentError, shown


class explicit:
    """A block in which configs leave nothing out, for files that outlive today's defaults."""

    def __enter__(self) -> None:
        _explicit.depth = explicit.wanted() + 1

    def __exit__(self, *_) -> None:
        _explicit.depth -= 1

    @staticmethod
    def wanted() -> int:
        """Whether we are in such a block: in how many."""
        return getattr(_explicit, "depth", 0)


_explicit = threading.local()


def encode(value):
    """A value as a config holds it: objects by class and config, functions by name."""
    if hasattr(value, "get_config"):
        return {"class_name": get_registered_name(type(value)), "config": value.get_config()}
    if isinstance(value, np.ndarray):
        return {"class_name": "__numpy__",
                "config": {"value": value.tolist(), "dtype": value.dtype.name}}
    if callable(value):
        return get_registered_name(value) if hasattr(value, "__name__") else type(value).__name__
    return value


#: Of the numbers in an array that a config may hold; strings are in lists.
_NUMBERS = {"bool", "float16", "float32", "float64", *(f"{sign}int{bits}" for sign in ("", "u")
                                                       for bits in (8, 16, 32, 64))}


def decode_array(config) -> np.ndarray:
    """The array that `encode` described.

    Raises:
        ArgumentError: for a kind that is no number's (``U1000000`` would fill the memory), and
            for what is no array of it.

    >>> decode_array(encode(np.arange(3)))
    array([0, 1, 2])
    """
    inner = config.get("config") if isinstance(config, dict) else None
    if not isinstance(inner, dict) or inner.keys() != {"value", "dtype"} or (
            not isinstance(inner["dtype"], str) or inner["dtype"] not in _NUMBERS):
        raise ArgumentError("array", f"got {shown(config)}, expected {{'class_name': '__numpy__', "
                            "'config': {'value': numbers in lists, 'dtype': their kind}}.")
    try:
        return np.asarray(inner["value"], inner["dtype"])
    except (TypeError, ValueError, OverflowError) as error:
        raise ArgumentError("array", f"got numbers of which no array is made: {error}") from None
