"""JAX's arrays as arguments: what is called with them computes in JAX, by `engines.jax`."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from functools import partial, wraps
from importlib import import_module
from typing import Any


def any_in_jax(values: Iterable[Any]) -> bool:
    """Whether there is an array of JAX's among values, or in lists, tuples and dicts of them.

    Args:
        values: any objects.

    Returns:
        A bool; False as long as nobody has imported JAX.
    """
    jax = sys.modules.get("jax")
    array = getattr(jax, "Array", None)  # None while it is being imported
    return array is not None and _any_of(array, values)


def _any_of(kind: type, values: Iterable[Any]) -> bool:
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


def in_jax(function: Callable[..., Any], keeper: Any, args: tuple, kwargs: dict[str, Any]) -> Any:
    """Call a function that computes in ops with JAX's arrays.

    Args:
        function: the function.
        keeper: the object that what is traced of it is kept with.
        args, kwargs: its arguments.

    Returns:
        What it returns, with JAX's arrays.
    """
    return import_module("brickwork.engines.jax").staged(function, keeper, args, kwargs)


def also_in_jax(method: Callable[..., Any]) -> Callable[..., Any]:
    """Let a method be called with JAX's arrays, in ``jax.jit`` and its kin, too."""

    @wraps(method)
    def called(self: Any, *args: Any, **kwargs: Any) -> Any:
        if any_in_jax(args) or any_in_jax(kwargs.values()):
            return in_jax(partial(method, self), self, args, kwargs)
        return method(self, *args, **kwargs)

    return called
