"""The arguments of a call in a graph as configs hold them: values, arrays, slices and functions.

The forms are those of Keras's files: ``{"class_name": "__slice__", "config": {...}}``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from ..custom_objects import find as find_custom, get_registered_name
from ..errors import ArgumentError, shown
from ..fields import decode_array, encode
from ..layers.calling import ValueRef
from ..layers.tracking import SeedGenerator
from ..program import State, standard
from ..program.between import FUNCTIONS
from ..program.dims import Dim

TENSOR, VARIABLE, GENERATOR = "__keras_tensor__", "__variable__", "__seed_generator__"
_SLICE, _ELLIPSIS, _DIM = "__slice__", "__ellipsis__", "__dim__"


@contextmanager
def about(name: str) -> Iterator[None]:
    """A context in which errors of `encoded` and `decoded` name the layer or op that is called."""
    try:
        yield
    except ArgumentError as error:
        raise error.about(name) from error.__cause__


def encoded(
    value: Any,
    tensor: Callable[[ValueRef], Any],
    variable: Callable[[Any], Any] | None = None,
) -> Any:
    """An argument as a config.

    Args:
        value: the argument; lists, tuples and dicts may hold more.
        tensor: function that returns the config of a value of the graph.
        variable: function that returns the config of a variable or a seed generator; None: a
            variable becomes a constant.

    Raises:
        ArgumentError: for what no config can hold.
    """
    if isinstance(value, ValueRef):
        return tensor(value)
    if isinstance(value, list | tuple):
        return [encoded(part, tensor, variable) for part in value]
    if isinstance(value, dict):
        return {key: encoded(part, tensor, variable) for key, part in value.items()}
    if isinstance(value, State | SeedGenerator) and variable is not None:
        return variable(value)
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, slice):
        parts = {part: _number(getattr(value, part)) for part in ("start", "stop", "step")}
        return _record(_SLICE, parts)
    if value is Ellipsis:
        return _record(_ELLIPSIS, {})
    if isinstance(value, Dim):
        return _record(_DIM, [value.times, value.constant])
    if isinstance(value, np.dtype) or (isinstance(value, type) and issubclass(value, _NUMERIC)):
        return standard(value)
    if isinstance(value, State) or hasattr(value, "__array__"):
        array = np.asarray(value)
        return array.item() if isinstance(value, np.generic) else encode(array)
    if callable(value) and getattr(value, "__name__", "<lambda>") != "<lambda>":
        named = _record("function", get_registered_name(value))
        return {"module": "builtins", **named, "registered_name": "function"}  # as Keras has it
    what = "a lambda" if callable(value) else shown(value)
    raise ArgumentError(
        "call", f"got {what} as an argument, which this file cannot hold; a function needs a name."
    )


_NUMERIC = (np.generic, int, float)


def _record(name: str, config: Any) -> dict[str, Any]:
    return {"class_name": name, "config": config}


def _number(value: Any) -> Any:
    return (
        encoded(value, lambda place: place)
        if isinstance(value, Dim)
        else (None if value is None else int(value))
    )


def decoded(config: Any, reference: Callable[[dict], Any]) -> Any:
    """The inverse of `encoded`; a tuple has become a list.

    Args:
        config: the config.
        reference: function that returns the value or the variable for a config of one.

    Raises:
        ArgumentError: for a config that is none of an argument.
    """
    if isinstance(config, list | tuple):
        return [decoded(part, reference) for part in config]
    if not isinstance(config, dict):
        return config
    kind = config.get("class_name")
    if kind is None or not isinstance(kind, str):
        return {key: decoded(part, reference) for key, part in config.items()}
    inner = config.get("config")
    if kind in (TENSOR, VARIABLE, GENERATOR):
        return reference(config)
    if kind in ("__numpy__", "__tensor__"):
        return decode_array(config)
    if kind == _ELLIPSIS:
        return ...
    if kind == _SLICE and isinstance(inner, dict):
        return slice(*(decoded(inner.get(part), reference) for part in ("start", "stop", "step")))
    if kind == _DIM and isinstance(inner, list) and len(inner) == 2:
        if all(isinstance(part, int) for part in inner):
            return Dim(*inner)
    if kind == "function" and isinstance(inner, str):
        found = find_custom(inner, {}) or FUNCTIONS.get(inner)
        if found is None:
            raise ArgumentError(
                "call",
                f"got the function {shown(inner)} as an argument, expected one that is known: pass "
                f"custom_objects={{{shown(inner)}: the function}}.",
            )
        return found
    raise ArgumentError(
        "call", f"got {shown(config)} as an argument, expected a number, an array or a slice."
    )
