"""Encodes values for configs: plain data, objects by class and config, functions by name."""

from __future__ import annotations

import threading
from typing import Any

import numpy as np

from ..custom_objects import get_registered_name
from ..errors import ArgumentError, shown


class explicit:
    """A context in which configs include default values, since defaults may change later."""

    def __enter__(self) -> None:
        _explicit.depth = explicit.wanted() + 1

    def __exit__(self, *_: Any) -> None:
        _explicit.depth -= 1

    @staticmethod
    def wanted() -> int:
        """Return the number of active contexts; 0 for none."""
        return getattr(_explicit, "depth", 0)


_explicit = threading.local()


def encode(value: Any) -> Any:
    """Return a value as configs hold it: objects by class and config, functions by name.

    Args:
        value: a plain value, an array, a function, or an object with ``get_config``.

    >>> encode(np.ones(2, "float32"))["config"]
    {'value': [1.0, 1.0], 'dtype': 'float32'}
    """
    if hasattr(value, "get_config"):
        return {"class_name": get_registered_name(type(value)), "config": value.get_config()}
    if isinstance(value, np.ndarray):
        return {
            "class_name": "__numpy__",
            "config": {"value": value.tolist(), "dtype": value.dtype.name},
        }
    if callable(value):
        return get_registered_name(value) if hasattr(value, "__name__") else type(value).__name__
    return value


#: The dtypes of arrays in a config; strings are in lists.
_NUMBERS = {
    "bool",
    "float16",
    "float32",
    "float64",
    *(f"{sign}int{bits}" for sign in ("", "u") for bits in (8, 16, 32, 64)),
}


def decode_array(config: Any) -> np.ndarray:
    """Return the array that `encode` described.

    Args:
        config: the config of the array, a dict.

    Raises:
        ArgumentError: for a dtype that is not numeric (``U1000000`` would fill the memory), and
            for values that do not form an array of it.

    >>> decode_array(encode(np.arange(3)))
    array([0, 1, 2])
    """
    inner = config.get("config") if isinstance(config, dict) else None
    if (
        not isinstance(inner, dict)
        or inner.keys() != {"value", "dtype"}
        or (not isinstance(inner["dtype"], str) or inner["dtype"] not in _NUMBERS)
    ):
        raise ArgumentError(
            "array",
            f"got {shown(config)}, expected {{'class_name': '__numpy__', "
            "'config': {'value': numbers in lists, 'dtype': their dtype}}.",
        )
    try:
        return np.asarray(inner["value"], inner["dtype"])
    except (TypeError, ValueError, OverflowError) as error:
        raise ArgumentError("array", f"got numbers of which no array is made: {error}") from None
