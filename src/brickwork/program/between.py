"""Calls of ops between the layers of a model: on symbols outside of a trace, such as layers return.

Such a call is recorded whole, as one node of the model's graph; which primitives it is made of
shows when the model is traced. So a graph looks as its author wrote it.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import wraps
from importlib import import_module
from typing import Any, TypeVar

from .half import any_half, on_half
from .symbol import Symbol
from .trace import current_trace

#: A function that computes on symbols in a trace, and on arrays.
Function = TypeVar("Function", bound=Callable[..., Any])
#: Ops of which no node is made: they return no tensor, or make a function.
_NO_NODES = {"convert_to_numpy", "custom_gradient", "dtype", "is_tensor", "shape", "vectorize"}
#: Ops that return at once on symbols, too, though files of Keras have nodes of them.
_AT_ONCE = {"ndim", "size"}
#: Records a call: a function of the op's name and the arguments; set by `layers`.
record: Callable[[str, tuple, dict], Any] | Any = None


class _Functions(Mapping[str, Callable[..., Any]]):
    """The functions that compute ops; a module is loaded when the first of its ops is asked for."""

    def __init__(self) -> None:
        self._loaded: dict[str, Callable[..., Any]] = {}
        self._modules: dict[str, str] = {}

    def __getitem__(self, op: str) -> Callable[..., Any]:
        if op not in self._loaded and op in self._modules:
            import_module(self._modules[op])
        return self._loaded[op]

    def __contains__(self, op: object) -> bool:
        return op in self._loaded or op in self._modules

    def __iter__(self) -> Iterator[str]:
        return iter(self._modules | self._loaded)

    def __len__(self) -> int:
        return len(self._modules | self._loaded)

    def add(self, op: str, function: Callable[..., Any]) -> None:
        """Take the function of an op, unless there is one: a node's may take more arguments."""
        self._loaded.setdefault(op, function)

    def add_later(self, module: str, ops: Iterable[str]) -> None:
        """Load a module when one of these ops is asked for."""
        self._modules |= dict.fromkeys(set(ops) - _NO_NODES, module)


#: The ops that are recorded, by name: the functions that compute them.
FUNCTIONS = _Functions()


def is_connected(x: Any) -> bool:
    """Whether a value is what a layer, an op or `Input` returned outside of a trace.

    Args:
        x: any object.

    Returns:
        A bool.
    """
    return isinstance(x, Symbol) and x.history is not None


def any_connected(values: Iterable[Any]) -> bool:
    """Whether there is such a symbol among values, or in lists, tuples and dicts of them.

    Args:
        values: any objects.

    Returns:
        A bool.
    """
    for value in values:
        if isinstance(value, Symbol):
            if value.history is not None:
                return True
        elif isinstance(value, list | tuple):
            if any_connected(value):
                return True
        elif isinstance(value, dict) and any_connected(value.values()):
            return True
    return False


def caller_in_jax(args: tuple, kwargs: dict[str, Any]) -> Callable[..., Any] | None:
    """What calls functions with these arguments in JAX; None if JAX traces none of them.

    Args:
        args, kwargs: the arguments of a call.

    Returns:
        `in_jax.in_jax`, or None.
    """
    if "jax" not in sys.modules:
        return None
    from .in_jax import any_in_jax, in_jax

    return in_jax if any_in_jax(args) or any_in_jax(kwargs.values()) else None


def connectable(name: str) -> Callable[[Function], Function]:
    """A decorator: an op that is recorded when it is called between layers.

    Args:
        name: the op's name in `FUNCTIONS`, and so in configs.

    Returns:
        A decorator of the function that computes the op.
    """

    def decorated(function: Function) -> Function:
        FUNCTIONS.add(name, function)
        return recorded_as(name, function)

    return decorated


def recorded_as(name: str, function: Function) -> Function:
    """A function that is recorded as the op of this name when it is called between layers.

    Args:
        name: an op's name in `FUNCTIONS`.
        function: what computes the same on symbols in a trace, and on arrays.

    Returns:
        A function of the same arguments.
    """

    @wraps(function)
    def op(*args: Any, **kwargs: Any) -> Any:
        if current_trace() is None:
            if any_connected(args) or (kwargs and any_connected(kwargs.values())):
                return record(name, args, kwargs)
            if any_half(args) or (kwargs and any_half(kwargs.values())):
                return on_half(function, args, kwargs)
            in_jax = caller_in_jax(args, kwargs)
            if in_jax is not None:
                return in_jax(function, args, kwargs)
        return function(*args, **kwargs)

    return op  # type: ignore[return-value]


def connect(module: dict[str, Any], ops: Iterable[str]) -> None:
    """Have the calls of a module's ops recorded, by whichever module they are imported from.

    Args:
        module: its names and what they stand for, as ``globals()`` returns them.
        ops: the names of its ops.
    """
    for op in ops:
        if op not in _NO_NODES:
            FUNCTIONS.add(op, module[op])
            if op not in _AT_ONCE:
                module[op] = recorded_as(op, module[op])
