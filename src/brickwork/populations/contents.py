"""What a value holds, in JSON's terms: equal for equal values in every process.

`repr` will not do: it names many objects by their address, and leaves out most of a long array.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from hashlib import sha256
from pickle import PicklingError
from typing import Any

import numpy as np


def contents(value: Any, within: tuple = ()) -> Any:
    """What a value holds.

    Arrays count by their bytes, functions and classes by their names, and other objects by their
    config or by what copying them would take.

    Args:
        value: anything.
        within: the objects that it was found in.

    Returns:
        None, booleans, numbers and strings, and lists and dicts of these. They are their own
        contents.

    >>> contents({"units": (4, np.int64(8)), "activation": len})
    {'units': [4, 8], 'activation': 'builtins.len'}
    """
    if isinstance(value, np.generic):
        value = value.item()
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, type) or (callable(value) and hasattr(value, "__qualname__")):
        return f"{value.__module__}.{value.__qualname__}"
    if any(value is one for one in within):
        return "..."
    within = (*within, value)
    if isinstance(value, Mapping):
        if all(isinstance(key, str) for key in value):
            return {key: contents(part, within) for key, part in value.items()}
        return _in_order([contents(pair, within) for pair in value.items()])
    if isinstance(value, list | tuple):
        return [contents(part, within) for part in value]
    if isinstance(value, set | frozenset):
        return _in_order([contents(part, within) for part in value])
    if isinstance(value, bytes | bytearray):
        return sha256(value).hexdigest()
    if hasattr(value, "__array__") and hasattr(value, "columns"):  # a table
        names = [contents(name, within) for name in value.columns]
        return [names, [contents(np.asarray(value[name]), within) for name in value.columns]]
    if hasattr(value, "__array__"):
        array = np.asarray(value)
        if array.dtype == object:
            return [list(array.shape), contents(array.ravel().tolist(), within)]
        return [str(array.dtype), list(array.shape), sha256(array.tobytes()).hexdigest()]
    return [contents(type(value)), contents(_parts_of(value), within)]


def digest(value: Any) -> str:
    """A checksum of what a value holds.

    >>> digest([1, 2]) == digest((1, 2)), digest([1, 2]) == digest([2, 1])
    (True, False)
    """
    return sha256(json.dumps(contents(value), sort_keys=True).encode()).hexdigest()


def _parts_of(value: Any) -> Any:
    """An object's config, or what copying it would take; None where it cannot be copied."""
    if hasattr(value, "get_config"):
        with suppress(NotImplementedError):
            return value.get_config()
    try:
        parts = value.__reduce_ex__(2)
    except (TypeError, PicklingError):
        return None
    return parts if isinstance(parts, str) else parts[:3]


def _in_order(parts: list) -> list:
    """Parts whose own order says nothing."""
    return sorted(parts, key=lambda part: json.dumps(part, sort_keys=True))
