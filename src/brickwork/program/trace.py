"""Recording: while a trace is open, ops on symbols are written down instead of computed."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import contextmanager
from typing import TYPE_CHECKING

from .symbol import Symbol, TraceError

if TYPE_CHECKING:
    from .variable import State

_open = threading.local()


def current_trace() -> Trace | None:
    """The innermost open trace of this thread."""
    stack = getattr(_open, "stack", None)
    return stack[-1] if stack else None


class Trace:
    """The program being recorded: what was read, what was written, and in which order.

    Used as a context manager. ``training`` is what layers see when their caller says nothing;
    ``outside`` answers the value in here of a symbol between layers, where a model knows that.
    `losses` are what layers add to the loss, `applied` the gradients that weights are changed by.
    """

    def __init__(self, training: bool = False):
        self.training = training
        self.known: dict[tuple, Symbol] = {}
        self.reads: dict[State, Symbol] = {}
        self.writes: dict[State, Symbol] = {}
        self.losses: list[Symbol] = []
        self.measured: list[tuple] = []  # metrics of layers, and values to update them with
        self.applied: list[Symbol] = []
        self.noise: dict[int, tuple] = {}  # see `noise.py`
        self.outside: Callable[[Symbol], Symbol] | None = None
        self.streams = 0
        self.layers: list[str] = []

    def __enter__(self) -> Trace:
        if not hasattr(_open, "stack"):
            _open.stack = []
        self._depth = len(_open.stack)
        _open.stack.append(self)
        return self

    def __exit__(self, *_):
        del _open.stack[self._depth:]

    @property
    def layer(self) -> str | None:
        return self.layers[-1] if self.layers else None

    @contextmanager
    def inside(self, layer: str | None):
        """Ops recorded here belong to that layer."""
        self.layers.append(layer)
        try:
            yield
        finally:
            self.layers.pop()

    def record(self, op: str, inputs: tuple[Symbol, ...], attrs: dict, dims, dtype: str) -> Symbol:
        """The symbol for an op; the same one when the same op was recorded before."""
        key = (op, tuple(map(id, inputs)), tuple(sorted(attrs.items())), dims, dtype)
        found = self.known.get(key)
        if found is None:
            found = self.known[key] = Symbol(op, inputs, attrs, dims, dtype, self.layer)
        return found

    def read(self, state: State) -> Symbol:
        """The value of a state as of now: the last one written here, or the one it came with."""
        members = getattr(state, "members", ())
        for written, symbol in reversed(self.writes.items()):
            if written is state:
                return symbol
            if any(written is member for member in members):
                from .primitives.layout import pack

                return pack([self.read(member) for member in members])
            offset = getattr(written, "offsets", {}).get(id(state))
            if offset is not None:
                from .primitives.layout import unpack

                return unpack(symbol, offset, state.dims)
        return self.first(state)

    def first(self, state: State) -> Symbol:
        """The value that a state comes with, whatever was written here."""
        if state not in self.reads:
            self.reads[state] = Symbol("read", (), {"state": state}, state.dims, state.dtype)
        return self.reads[state]

    def write(self, state: State, value) -> Symbol:
        """Record that the state takes this value when the program has run."""
        from .primitive import as_symbol
        from .primitives.elementwise import cast
        from .primitives.layout import broadcast_to

        symbol = cast(as_symbol(value, state.dtype), state.dtype)
        if symbol.dims != state.dims:
            if symbol.ndim > len(state.dims):
                raise ValueError(f"{state.path}: assigned a value of shape {symbol.shape}, "
                                 f"expected {state.dims}.")
            symbol = broadcast_to(symbol, state.dims)
        for member in getattr(state, "members", ()):
            self.writes.pop(member, None)  # the pack's value is theirs
        self.writes.pop(state, None)  # so that the order of the dict is the order of writing
        self.writes[state] = symbol
        return symbol

    def next_stream(self) -> int:
        """A number that no other random op of this trace has."""
        self.streams += 1
        return self.streams


@contextmanager
def tracing(training: bool = False):
    """A `Trace`, which is closed even if Ctrl-C comes just when it is opened or closed."""
    depth = len(getattr(_open, "stack", ()))
    try:
        with Trace(training) as trace:
            yield trace
    finally:
        del getattr(_open, "stack", [])[depth:]


@contextmanager
def suspended():
    """Ops compute at once in here, though a trace is open: for making weights while a model that
    has none yet is traced."""
    if current_trace() is None:
        yield
        return
    _open.stack.append(None)
    try:
        yield
    finally:
        _open.stack.pop()


def require_trace() -> Trace:
    """The open trace; raises `TraceError` where there is none."""
    trace = current_trace()
    if trace is None:
        raise TraceError("A symbol was used outside of the trace that it belongs to.")
    return trace
