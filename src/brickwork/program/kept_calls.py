"""Calls of losses and metrics on arrays: traced once for arrays of each kind, then run as programs.

Op by op they would cost some thirty times as much.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

import numpy as np

from .dtypes import floatx
from .eager import EagerTrace
from .evaluate import Runs
from .primitive import as_array, as_symbol
from .program import trace_function, unflatten
from .results import as_result
from .symbol import Symbol, TraceError, Value
from .trace import current_trace, suspended

#: The number of programs that a dict of them holds.
KEPT = 64


def differentiable(kept: dict, key: tuple, function: Callable, args: tuple) -> Any:
    """Call a function of arrays by a program; a tape may ask for its gradients.

    Args:
        kept: the programs so far, by keys.
        key: what the result depends on besides the arrays.
        function: takes as many tensors, and None where there is none.
        args: arrays, values of a tape, or None.

    Returns:
        What the function returns; `NotImplemented` where it must be called itself.
    """
    trace = current_trace()
    if not isinstance(trace, EagerTrace):
        return once(kept, key, function, args)
    kinds = _kinds(args)
    if kinds is None:
        return NotImplemented
    values = [cast(Value, as_symbol(a)) for a in args if a is not None]

    def make(call):
        from .segment import Segment

        return Segment.traced(call, values, trace.training)

    found = _kept(kept, ("segment", key, kinds), make, function, args)
    if found is None:
        return NotImplemented
    results = found.run(trace, values)
    return results[0] if found.structure is Symbol else unflatten(found.structure, iter(results))


def once(kept: dict, key: tuple, function: Callable, args: tuple) -> Any:
    """Call a function of arrays by a program; as `differentiable`, but no tape records it."""
    trace = current_trace()
    if trace is not None and not isinstance(trace, EagerTrace):
        return NotImplemented
    kinds = _kinds(args)
    if kinds is None:
        return NotImplemented
    arrays = [as_array(a) for a in args if a is not None]

    def make(call):
        return Runs(trace_function(call, [(a.shape, a.dtype.name) for a in arrays]))

    with suspended():
        found = _kept(kept, (key, kinds), make, function, args)
        if found is None:
            return NotImplemented
        outputs = found(arrays)
    if trace is not None:
        trace.forget(*found.program.writes)
    return unflatten(found.program.structure, map(as_result, outputs))


def _kinds(args: tuple) -> tuple | None:
    """The shapes and dtypes of arrays; None if there is something else."""
    kinds: list = []
    for value in args:
        if value is None:
            kinds.append(None)
            continue
        array = value.array if type(value) is Value else value
        if not isinstance(array, np.ndarray) or getattr(value, "mask", None) is not None:
            return None
        dtype = array.dtype
        if dtype.kind not in "biuf" or dtype.itemsize > 8:
            return None
        kinds.append((array.shape, dtype))
    return tuple(kinds)


def _kept(kept: dict, key: tuple, trace: Callable, function: Callable, args: tuple) -> Any:
    """A program, traced if there is none yet; None if it cannot be traced."""
    try:
        found = kept.get(key, kept)
    except TypeError:  # a setting that is not hashable
        return None
    if found is kept:
        if len(kept) >= KEPT:
            del kept[next(iter(kept))]

        def filled(*symbols):
            remaining = iter(symbols)
            return function(*(None if a is None else next(remaining) for a in args))

        try:
            found = trace(filled)
        except (TraceError, TypeError, ValueError):
            found = None  # the call itself says what is wrong
        kept[key] = found
    return found


def settings(values: dict, but: tuple[str, ...] = ()) -> tuple:
    """What the attributes of an object are, as part of a key."""
    return (
        floatx(),
        *[tuple(v) if type(v) is list else v for k, v in values.items() if k not in but],
    )
