"""Ops on arrays of half precision: computed as a program computes them.

NumPy's own operators would not do: what they make of bfloat16 and a Python number is float32.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from ..tree import flatten, map_structure
from .dtypes import is_half
from .symbol import TraceError
from .trace import tracing


def any_half(values: Iterable[Any]) -> bool:
    """Whether there is an array of half precision among values, or nested in them."""
    for value in values:
        if isinstance(value, np.ndarray | np.generic):
            if is_half(value):
                return True
        elif isinstance(value, list | tuple) and any_half(value):
            return True
        elif isinstance(value, dict) and any_half(value.values()):
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
        return value

    try:
        with tracing() as trace:
            given, named = map_structure(symbolic, (args, kwargs))
            found = function(*given, **named)
    except (TraceError, ValueError):
        return function(*args, **kwargs)
    outputs = [part for part in flatten(found) if isinstance(part, Symbol)]
    program = Program(inputs, outputs, dict(trace.writes))
    values = iter(interpret(program, arrays))
    return map_structure(lambda p: as_result(next(values)) if isinstance(p, Symbol) else p, found)
