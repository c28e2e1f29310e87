"""The values of variables in a function that JAX is tracing."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .variable import State

_open = threading.local()


class Held:
    """The values that variables have in a function that JAX is tracing.

    Args:
        values: by variable; of others, `first` is asked.
        first: a function of a variable that returns the value it has before the function.

    Attributes:
        written: the variables that the function has assigned.
    """

    def __init__(self, values: dict[State, Any], first: Callable[[State], Any]):
        self.values, self.first = values, first
        self.written: dict[State, None] = {}

    def __enter__(self) -> Held:
        self._outer = held()
        _open.held = self
        return self

    def __exit__(self, *_: Any) -> None:
        _open.held = self._outer

    def read(self, state: State) -> Any:
        """The present value."""
        if state not in self.values:
            self.values[state] = self.first(state)
        return self.values[state]

    def write(self, state: State, value: Any) -> Any:
        """Let a variable have another value; returns the variable."""
        old = self.read(state)
        self.values[state] = value + (old - old) if value.shape != old.shape else value
        self.written[state] = None
        return state


def held() -> Held | None:
    """What holds the values of variables, in a function that JAX is tracing."""
    return getattr(_open, "held", None)
