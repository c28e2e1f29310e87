"""Ops on arrays of half precision: computed as a program computes them.

NumPy's own operators would not do: what they make of bfloat16 and a Python number is float32.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from .dtypes import is_half
from .symbol import TraceError
from .trace import tracing


def any_half(values: Iterable[Any]) -> bool:
    """Whether there is an array of half precision among values, or in lists and tuples of them."""
    for value in values:
        if isinstance(value, np.ndarray | np.generic):
            if is_half(value):
                return True
        elif isinstance(value, list | tuple) and any_half(value):
            return True
    return False


def on_half(function: Callable[..., Any], args: tuple, kwargs: dict) -> Any:
    """A function's result for arrays, some of them of half precision: recorded, and then computed.

    What needs the values of arrays is called with the arrays themselves.
    """
    from .evaluate import interpret
    from .program import Program, input_symbol
    from .results import as_result
    from .symbol import Symbol

    inputs: list[Symbol] = []
    arrays: list[np.ndarray] = []

    def symbolic(value):
        if isinstance(value, np.ndarray | np.generic) and is_half(value):
            inputs.append(input_symbol(value.shape, value.dtype.name))
            arrays.append(np.asarray(value))
            return inputs[-1]
        if type(value) in (list, tuple):
            return type(value)(map(symbolic, value))
        return value

    outputs: list[Symbol] = []

    def collected(value):
        if isinstance(value, Symbol):
            outputs.append(value)
        elif isinstance(value, list | tuple):
            list(map(collected, value))
        elif isinstance(value, dict):
            collected(list(value.values()))

    def filled(value, values):
        if isinstance(value, Symbol):
            return as_result(next(values))
        if isinstance(value, dict):
            return {key: filled(part, values) for key, part in value.items()}
        if isinstance(value, list | tuple):
            parts = [filled(part, values) for part in value]
            return type(value)(*parts) if hasattr(value, "_fields") else type(value)(parts)
        return value

    try:
        with tracing() as trace:
            found = function(
                *map(symbolic, args), **{name: symbolic(value) for name, value in kwargs.items()}
            )
    except TraceError:
        return function(*args, **kwargs)
    collected(found)
    program = Program(inputs, outputs, dict(trace.writes))
    return filled(found, iter(interpret(program, arrays)))
