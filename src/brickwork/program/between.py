"""Calls of ops between the layers of a model: on symbols outside of a trace, such as layers return.

Such a call is recorded whole, as one node of the model's graph; which primitives it is made of
shows when the model is traced. So a graph looks as its author wrote it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any, TypeVar

from .half import any_half, on_half
from .symbol import Symbol
from .trace import current_trace

#: A function that computes on symbols in a trace, and on arrays.
Function = TypeVar("Function", bound=Callable[..., Any])
#: The ops that are recorded, by name: the functions that compute them.
FUNCTIONS: dict[str, Callable[..., Any]] = {}
#: Records a call: a function of the op's name and the arguments; set by `layers`.
record: Callable[[str, tuple, dict], Any] | Any = None


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


def connectable(name: str) -> Callable[[Function], Function]:
    """A decorator: an op that is recorded when it is called between layers.

    Args:
        name: the op's name in `FUNCTIONS`, and so in configs.

    Returns:
        A decorator of the function that computes the op.
    """

    def decorated(function: Function) -> Function:
        FUNCTIONS.setdefault(name, function)  # that of a node may take more than the user's
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
        return function(*args, **kwargs)

    return op  # type: ignore[return-value]
