"""Calls inside of ``jax.jit``, ``jax.grad`` and ``jax.vmap``: the program of what is called becomes
a part of what JAX traces."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax

from ...program import Symbol, trace_function
from ...program.jax_calls import held
from ...program.program import unflatten
from ...program.trace import require_trace
from .ops import is_state, outputs_of, values_of, writes_of


def called(function: Callable[..., Any], args: tuple, kwargs: dict[str, Any]) -> Any:
    """Call a function with arrays that JAX is tracing.

    Nothing of it is kept: ``jax.jit`` keeps what it compiled, and knows when that is out of date.

    Args:
        function: what computes in ops.
        args, kwargs: the arguments: JAX's arrays, alone or in lists, tuples and dicts, and others,
            which are constants.

    Returns:
        What the function returns, with JAX's arrays.

    Raises:
        TypeError: for a function that changes a variable whose value was not passed.
    """
    leaves, structure = jax.tree.flatten((args, kwargs), is_leaf=is_state)
    arrays = [leaf for leaf in leaves if isinstance(leaf, jax.Array)]
    within = held()

    def flat(*symbols: Symbol) -> Any:
        given = iter(symbols)
        own = [next(given) if isinstance(leaf, jax.Array) else leaf for leaf in leaves]
        args, kwargs = jax.tree.unflatten(structure, own)
        if within is None:
            return function(*args, **kwargs)
        trace = require_trace()
        trace.autocast = within.autocast
        result = function(*args, **kwargs)
        if trace.metric_updates:
            raise TypeError(
                "in JAX: a metric of a layer is updated within a function that calls JAX, where "
                "nothing could keep it. Update it in the model's train_step, or write the layer "
                "in brickwork.ops."
            )
        return result, list(trace.losses)

    signatures = [(array.shape, str(array.dtype)) for array in arrays]
    program = trace_function(flat, signatures, training=within is not None and within.training)
    if within is not None:
        known = values_of(program, arrays, within.read)
        for variable, value in writes_of(program, known):
            within.write(variable, value)
        result, losses = unflatten(program.structure, iter(outputs_of(program, known)))
        within.losses += losses
        return result
    if program.writes:
        names = ", ".join(sorted(state.name for state in program.writes))
        raise TypeError(
            f"in JAX: the call changes {names}, whose value was not passed, so that nothing could "
            "keep the new one. Pass it with the other variables."
        )
    return unflatten(program.structure, iter(outputs_of(program, values_of(program, arrays))))
