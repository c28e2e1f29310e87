"""Arrays that JAX is tracing, as arguments: what is called with them computes in JAX, by
`engines.jax`. JAX's other arrays are arrays like any. Loaded where JAX is, and not before."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from importlib import import_module
from typing import Any

from .jax_calls import held
from .variable import State


def any_in_jax(values: Iterable[Any]) -> bool:
    """Whether JAX traces one of these values, or one in lists, tuples and dicts of them.

    Args:
        values: any objects.

    Returns:
        A bool; False as long as nobody has imported JAX. Variables are traced where JAX traces a
        function of theirs.
    """
    core = sys.modules.get("jax.core")
    tracer = getattr(core, "Tracer", None)  # None while it is being imported
    if tracer is None:
        return False
    return _any_of(tracer if held() is None else (tracer, State), values)


def _any_of(kind: type | tuple[type, ...], values: Iterable[Any]) -> bool:
    for value in values:
        if isinstance(value, list | tuple):
            if _any_of(kind, value):
                return True
        elif isinstance(value, dict):
            if _any_of(kind, value.values()):
                return True
        elif isinstance(value, kind):
            return True
    return False


def in_jax(function: Callable[..., Any], args: tuple, kwargs: dict[str, Any]) -> Any:
    """Call a function that computes in ops with arrays that JAX is tracing.

    Args:
        function: the function.
        args, kwargs: its arguments.

    Returns:
        What it returns, with JAX's arrays.
    """
    return import_module("brickwork.engines.jax.calls").called(function, args, kwargs)
