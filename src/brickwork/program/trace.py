"""Tracing: while a trace is open, ops on symbols are recorded instead of computed."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from .dtypes import is_float
from .symbol import Symbol, TraceError

if TYPE_CHECKING:
    import numpy as np

    from .dims import Dims
    from .variable import State

_open = threading.local()
#: What a trace has recorded that has an effect without being used.
_COUNTS = ("writes", "losses", "metric_updates", "applied", "called", "losses_of", "assigned")


class Untraceable(TraceError):
    """Code that can run on arrays only: a compiled function then runs without a program."""


def current_trace() -> Trace | None:
    """The innermost open trace of this thread."""
    stack = getattr(_open, "stack", None)
    return stack[-1] if stack else None


class Trace:
    """The program being recorded: its ops, the state that it reads, and the state that it writes.

    Used as a context manager.

    Args:
        training: the mode of layers whose caller passes none.

    Attributes:
        autocast: the dtype in which ops read float states; None for their own.
        recorded: symbols by op, inputs and attributes, so that equal ops are recorded once.
        reads: the symbol of each state that was read.
        writes: the symbol of the new value of each state, in the order of writing.
        losses: what layers add to the loss.
        metric_updates: metrics of layers, and the values to update them with.
        applied: the gradients that weights are updated with.
        noise: what was drawn for a fixed number of rows; see `noise.py`.
        to_inner: maps the output of a layer call outside of the trace to its value inside.
        streams: number of random streams in use.
        layers: names of the layers whose calls are being recorded, the innermost last.
        called: the layers that were called, by identity.
        losses_of: the losses that the last call of each of them added, by identity.
        optimizers: the optimizers whose updates were recorded, by identity.
        assigned: every state that was assigned, with its new value, in order.
        detached: whether what is recorded now has no gradient for tapes.
        unrecorded: what was recorded so.
    """

    def __init__(self, training: bool = False):
        self.training = training
        self.autocast: str | None = None
        self.recorded: dict[tuple, Symbol] = {}
        self.reads: dict[State, Symbol] = {}
        self.writes: dict[State, Symbol] = {}
        self.losses: list[Symbol] = []
        self.metric_updates: list[tuple] = []
        self.applied: list[Symbol] = []
        self.noise: dict[int, tuple] = {}
        self.to_inner: Callable[[Symbol], Symbol] | None = None
        self.streams = 0
        self.layers: list[str | None] = []
        self.called: dict[int, Any] = {}
        self.losses_of: dict[int, list] = {}
        self.optimizers: dict[int, Any] = {}
        self.assigned: list[tuple[State, Symbol]] = []
        self.detached = False
        self.unrecorded: list[Symbol] = []

    def __enter__(self) -> Trace:
        if not hasattr(_open, "stack"):
            _open.stack = []
        self._depth = len(_open.stack)
        _open.stack.append(self)
        return self

    def __exit__(self, *_: Any) -> None:
        del _open.stack[self._depth :]
        self._depth = len(_open.stack)

    @property
    def layer(self) -> str | None:
        """Name of the layer whose call is being recorded."""
        return self.layers[-1] if self.layers else None

    @contextmanager
    def inside(self, layer: str | None) -> Iterator[None]:
        """A context in which recorded ops belong to a layer."""
        self.layers.append(layer)
        try:
            yield
        finally:
            self.layers.pop()

    def record(
        self, op: str, inputs: tuple[Symbol, ...], attrs: dict, dims: Dims, dtype: str
    ) -> Symbol:
        """The symbol of an op; the same one if an equal op was recorded before."""
        key = (op, tuple(map(id, inputs)), tuple(sorted(attrs.items())), dims, dtype)
        found = self.recorded.get(key)
        if found is None:
            found = self.recorded[key] = Symbol(op, inputs, attrs, dims, dtype, self.layer)
            if self.detached:
                self.unrecorded.append(found)
        return found

    def constant(self, array: np.ndarray) -> Symbol:
        """The symbol of a constant array of the program; equal arrays share one symbol."""
        key = ("const", array.dtype.name, array.shape, array.tobytes())
        found = self.recorded.get(key)
        if found is None:
            found = Symbol("const", (), {"value": array}, array.shape, array.dtype.name, self.layer)
            self.recorded[key] = found
        return found

    def leaf(self, value: Any, like: str | None = None) -> Symbol:
        """The symbol of an array or a number: a constant."""
        from .primitive import as_array

        return self.constant(as_array(value, like))

    def watches(self, value: Any) -> bool:
        """Whether ops on this array are recorded although it is no symbol; see `EagerTrace`."""
        return False

    def value_of(self, state: State) -> Symbol:
        """What an op reads of a state: its present value, in the dtype of `autocast`."""
        symbol = self.read(state)
        if self.autocast is None or not getattr(state, "autocast", True):
            return symbol
        from .primitives.elementwise import cast

        return cast(symbol, self.autocast) if is_float(symbol.dtype) else symbol

    def read(self, state: State) -> Symbol:
        """The present value of a state: the last one written in this trace, or its initial one."""
        return self.read_as_of(state, self.writes)

    def read_as_of(self, state: State, writes: dict[State, Symbol]) -> Symbol:
        """The value of a state when these writes had been recorded."""
        members = getattr(state, "members", ())
        for written, symbol in reversed(writes.items()):
            if written is state:
                return symbol
            if any(written is member for member in members):
                from .primitives.layout import pack

                return pack([self.read_as_of(member, writes) for member in members])
            offset = getattr(written, "offsets", {}).get(id(state))
            if offset is not None:
                from .primitives.layout import unpack

                return unpack(symbol, offset, state.dims)
        return self.first(state)

    def states_read(self) -> tuple[State, ...]:
        """The states whose present values were read."""
        return tuple(self.reads)

    def first(self, state: State) -> Symbol:
        """The value of a state before the program, regardless of writes in this trace."""
        if state not in self.reads:
            self.reads[state] = Symbol("read", (), {"state": state}, state.dims, state.dtype)
        return self.reads[state]

    def write(self, state: State, value: Any) -> Symbol:
        """Record that the state takes this value once the program has run."""
        from .primitive import as_symbol
        from .primitives.elementwise import cast
        from .primitives.layout import broadcast_to

        symbol = cast(as_symbol(value, state.dtype), state.dtype)
        if symbol.dims != state.dims:
            if symbol.ndim > len(state.dims):
                raise ValueError(
                    f"{state.path}: got a value of shape {symbol.shape}, expected {state.dims}."
                )
            symbol = broadcast_to(symbol, state.dims)
        for member in getattr(state, "members", ()):
            self.writes.pop(member, None)  # the pack's new value includes theirs
        self.writes.pop(state, None)  # keeps the dict in the order of writing
        self.writes[state] = symbol
        self.assigned.append((state, symbol))
        return symbol

    @contextmanager
    def substituted(self, values: dict[State, Any]) -> Iterator[dict[State, Any]]:
        """A context in which states have other values; afterwards, the dict holds those that were
        assigned in it."""
        from .primitive import as_symbol
        from .primitives.elementwise import cast

        before = dict(self.writes)
        for state, value in values.items():
            self.writes.pop(state, None)
            self.writes[state] = cast(as_symbol(value, state.dtype), state.dtype)
        yield values
        values.update({state: self.read(state) for state in values})
        own = {id(state) for state in values}
        others = {
            s: v
            for s, v in self.writes.items()
            if not any(id(part) in own for part in (s, *getattr(s, "members", ())))
        }
        self.writes = {s: v for s, v in before.items() if s in values} | others

    def snapshot(self) -> dict[str, Any]:
        """What counts of what has been recorded so far; ops are harmless where nobody uses them."""
        return {name: getattr(self, name).copy() for name in _COUNTS} | {"streams": self.streams}

    def restore(self, snapshot: dict[str, Any]) -> None:
        """Go back to what was recorded when a `snapshot` was taken."""
        for name, value in snapshot.items():
            setattr(self, name, value)

    def next_stream(self) -> int:
        """The number of a random stream that no other op of this trace uses."""
        self.streams += 1
        return self.streams


@contextmanager
def tracing(training: bool = False) -> Iterator[Trace]:
    """A `Trace` that is closed even if Ctrl-C arrives while it is opened or closed."""
    depth = len(getattr(_open, "stack", ()))
    try:
        with Trace(training) as trace:
            yield trace
    finally:
        del getattr(_open, "stack", [])[depth:]


@contextmanager
def resumed(trace: Trace) -> Iterator[Trace]:
    """A context in which a trace that was opened before is the current one again."""
    if current_trace() is trace:
        yield trace
        return
    depth = len(getattr(_open, "stack", ()))
    try:
        with trace:
            yield trace
    finally:
        del getattr(_open, "stack", [])[depth:]


@contextmanager
def suspended() -> Iterator[None]:
    """A context in which ops are computed at once although a trace is open.

    For creating weights while a model that is not built yet is traced.
    """
    if current_trace() is None:
        yield
        return
    _open.stack.append(None)
    try:
        yield
    finally:
        _open.stack.pop()


def require_trace() -> Trace:
    """The open trace; raises `TraceError` if there is none."""
    trace = current_trace()
    if trace is None:
        raise TraceError(
            "A symbol was used outside of the trace that it belongs to. Use it only "
            "in the function that is traced, or return it from there."
        )
    return trace
