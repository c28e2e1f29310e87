"""Functions that call JAX themselves: each of their calls in a trace is one op of the program."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from functools import wraps
from importlib import import_module
from typing import TYPE_CHECKING, Any, NoReturn

from .dtypes import is_float
from .trace import current_trace

if TYPE_CHECKING:
    from .symbol import Symbol
    from .variable import State

#: The name of the op that is a call of a function in JAX; see `primitives/foreign.py`.
CALL = "jax_call"
_open = threading.local()


class CallsJax(TypeError):
    """A function of JAX's got a symbol."""


def refuse(symbol: Symbol | State) -> NoReturn:
    """Say that a function of JAX's got a symbol; whoever can, calls the function in JAX then."""
    raise CallsJax(
        f"got {symbol!r} in a function of JAX's, expected its arrays. Layers, losses, metrics and "
        "optimizers may call JAX, and so may functions that are passed to them; elsewhere "
        "use brickwork.ops."
    )


def or_in_jax(function: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    """Call a function in a trace; if it calls JAX itself, the call becomes one op.

    Args:
        function: computes in ops, or in ``jax.numpy``.
        args, kwargs: its arguments.

    Returns:
        What the function returns.
    """
    trace = current_trace()
    if trace is None or "jax" not in sys.modules:
        return function(*args, **kwargs)
    before = trace.snapshot()
    try:
        return function(*args, **kwargs)
    except Exception as error:
        if not _from_jax(error):
            raise
    trace.restore(before)
    return recorded_call(function, *args, **kwargs)


def recorded_call(function: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    """Record the call of a function that calls JAX, in a trace.

    Args:
        function: computes with arrays of JAX's.
        args, kwargs: its arguments.

    Returns:
        What the function returns, with symbols.
    """
    try:
        return import_module("brickwork.engines.jax.functions").recorded(function, args, kwargs)
    except Exception as error:
        error.__dict__["in_jax"] = True  # it was called in JAX, and fails there
        if "__jax_array__" in str(error):
            said = CallsJax(
                "got a value that was computed outside of this call, such as one that is kept in "
                "an attribute, in a function of JAX's. Pass it as an argument, or compute in "
                "brickwork.ops."
            )
            said.__dict__["in_jax"] = True
            raise said from error
        raise


def may_call_jax(method: Callable[..., Any]) -> Callable[..., Any]:
    """Decorate a method whose calls in a trace may call JAX."""

    @wraps(method)
    def called(self: Any, *args: Any, **kwargs: Any) -> Any:
        return or_in_jax(method.__get__(self), *args, **kwargs)

    return called


def _from_jax(error: Exception) -> bool:
    """Whether a function of JAX's has raised an error, since it got a symbol."""
    if isinstance(error, CallsJax):
        return True
    if "in_jax" in error.__dict__:  # it was called there, and failed
        return False
    # JAX takes its own frames out of tracebacks, and leaves a note about it.
    if "__jax_array__" in str(error) or any("JAX" in n for n in getattr(error, "__notes__", ())):
        return True
    frame = error.__traceback__
    while frame is not None:
        if frame.tb_frame.f_globals.get("__name__", "").partition(".")[0] == "jax":
            return True
        frame = frame.tb_next
    return False


def array_of(array: Any) -> Any:
    """A copy of an array as one of JAX's, which has called for it and so is loaded."""
    return sys.modules["jax.numpy"].array(array)


# The values of variables in such a function


class Held:
    """The values that variables have in a function that JAX is tracing, and what it records.

    Args:
        values: by variable; of others, `first` is asked.
        first: a function of a variable that returns the value it has before the function.
        training: the mode of layers whose caller passes none.
        autocast: the dtype in which ops read float variables; None for their own.

    Attributes:
        written: the variables that the function has assigned.
        losses: what layers have added to the loss.
    """

    def __init__(
        self,
        values: dict[State, Any],
        first: Callable[[State], Any],
        training: bool = False,
        autocast: str | None = None,
    ):
        self.values, self.first = values, first
        self.training, self.autocast = training, autocast
        self.written: dict[State, None] = {}
        self.losses: list[Any] = []

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

    def value_of(self, state: State) -> Any:
        """The present value, in the dtype of `autocast`."""
        value = self.read(state)
        narrow = self.autocast is not None and getattr(state, "autocast", True)
        return value.astype(self.autocast) if narrow and is_float(state.dtype) else value

    def write(self, state: State, value: Any) -> Any:
        """Let a variable have another value; returns the variable."""
        jnp = sys.modules["jax.numpy"]
        old = self.read(state)
        self.values[state] = jnp.broadcast_to(jnp.asarray(value, old.dtype), old.shape)
        self.written[state] = None
        return state


def held() -> Held | None:
    """What holds the values of variables, in a function that JAX is tracing."""
    return getattr(_open, "held", None)
