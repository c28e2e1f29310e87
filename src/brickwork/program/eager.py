"""Values with a history: symbols that are computed as soon as they are recorded.

A `GradientTape` over arrays opens an `EagerTrace`. Code inside of it takes the same path as in any
trace, and so do layers, losses and gradients; but every symbol has its value at once, so that
Python may look at it (``float(loss)``, ``if loss < best``). Once the trace is closed, a value is
an array like any other.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar, cast

import numpy as np

from .primitive import as_array, computed
from .symbol import Symbol, TraceError, Value
from .trace import Trace, current_trace, suspended
from .variable import State

_Method = TypeVar("_Method", bound=Callable[..., Any])
#: The name of each dtype: NumPy computes it anew at each use.
_NAMES: dict[np.dtype, str] = {}


#: The attributes of values that have no history.
NOTHING: dict[str, Any] = {}


class EagerTrace(Trace):
    """A trace that computes each op when it is recorded, by the op's NumPy formula.

    Attributes:
        leaves: for each array that is watched, by its id: the array and its value.
        read_values: for each state, every value that was read of it by an op: a new one after each
            write.
        runs: the segments that were run, see `Segment.run`.
        arrays: what each of them was given, and computed.
        values: all values, whose history `release` drops.
        tapes: the ids of the tapes that may still ask for gradients.
    """

    def __init__(self, training: bool = False):
        super().__init__(training)
        self.leaves: dict[int, tuple[Any, Value]] = {}
        self.read_values: dict[State, list[Value]] = {}
        self.runs: list[tuple] = []
        self.arrays: list[np.ndarray] = []
        self.values: list[Value] = []
        self.tapes: set[int] = set()
        self.released = False

    def value(
        self,
        op: str,
        inputs: tuple[Symbol, ...],
        attrs: dict,
        array: np.ndarray,
    ) -> Value:
        """A new value of this trace."""
        dtype = array.dtype
        name = _NAMES.get(dtype) or _NAMES.setdefault(dtype, dtype.name)
        made = Value(op, inputs, attrs, array, name, self.layers[-1] if self.layers else None, self)
        self.values.append(made)
        return made

    def record(self, op: str, inputs: tuple, attrs: dict, dims: Any, dtype: str) -> Symbol:
        array = computed(op, [s.array for s in inputs], attrs, dtype)
        found = self.value(op, inputs, attrs, array.reshape(dims))
        if self.detached:
            self.unrecorded.append(found)
        return found

    def constant(self, array: np.ndarray) -> Value:
        return self.value("const", (), {"value": array}, array)

    def leaf(self, given: Any, like: str | None = None) -> Value:
        """The value of an array or a number; of a watched array, the one that is watched."""
        watched = self.leaves.get(id(given))
        if watched is not None:
            return watched[1]
        usual = isinstance(given, np.ndarray) and given.dtype in _NAMES
        array = np.asarray(given if usual else as_array(given, like))
        return (
            self.value("input", (), {"name": "array"}, array)
            if array.ndim
            else self.constant(array)
        )

    def watch(self, given: Any) -> Value:
        """Make an array one that gradients can be computed by, and return its value."""
        known = self.leaves.get(id(given))
        if known is None:
            array = np.asarray(as_array(given))
            known = self.leaves[id(given)] = (
                given,
                self.value("input", (), {"name": "watched"}, array),
            )
        return known[1]

    def watches(self, given: Any) -> bool:
        """Whether this very array is watched."""
        return id(given) in self.leaves

    def first(self, state: State) -> Symbol:
        found = self.reads.get(state)
        if found is None:
            found = self.value("read", (), {"state": state}, state.numpy())
            self.reads[state] = found
            self.read_values.setdefault(state, []).append(found)
        return found

    def read(self, state: State) -> Symbol:
        members = getattr(state, "members", None)
        if members is None:
            return self.first(state)
        from .primitives.layout import pack

        return pack([self.first(member) for member in members])

    def reads_of(self, state: State) -> list[Symbol]:
        """All that stands for a state in the history: what ops read, and what segments did."""
        of_segments = {
            id(symbol): symbol
            for segment, *_ in self.runs
            for symbol, read in zip(segment.reads, segment.states, strict=True)
            if read is state
        }
        return [*self.read_values.get(state, ()), *of_segments.values()]

    def states_read(self) -> tuple[State, ...]:
        of_segments = [
            state
            for segment, *_ in self.runs
            for state in segment.states
            if state not in segment.program.writes
        ]
        return tuple(dict.fromkeys((*self.reads, *of_segments)))

    def write(self, state: State, value: Any) -> Symbol:
        """Assign at once; what is read after it has no history, as in TensorFlow."""
        array = value.array if isinstance(value, Value) else np.asarray(as_array(value))
        state.store(np.broadcast_to(array, state.dims))
        self.forget(state)
        return self.read(state)

    @contextmanager
    def substituted(self, values: dict[State, Any]) -> Iterator[dict[State, Any]]:
        from .primitive import as_symbol
        from .primitives.elementwise import cast

        own, reads = {state: state.numpy() for state in values}, dict(self.reads)
        try:
            for state, value in values.items():
                given = cast(as_symbol(value, state.dtype), state.dtype)
                state.store(given.array)
                self.reads[state] = given  # with its history
            yield values
            values.update({state: self.read(state) for state in values})
        finally:
            for state, array in own.items():
                state.store(array)
                self.forget(state)
                if state in reads:
                    self.reads[state] = reads[state]

    def forget(self, *states: State) -> None:
        """Read these states anew, since they have changed."""
        for state in states:
            for part in (state, *getattr(state, "members", ())):
                self.reads.pop(part, None)

    def release(self) -> None:
        """Drop all history, so that values that outlive the tape keep nothing else alive."""
        self.released = True
        for value in self.values:
            value.inputs, value.attrs = (), NOTHING
        self.values, self.runs, self.arrays, self.leaves = [], [], [], {}
        self.reads, self.read_values = {}, {}


def at_once(method: _Method) -> _Method:
    """Decorate what runs programs itself, such as ``fit``: in the block of a tape it is not
    recorded, and it cannot be part of a compiled step."""

    @functools.wraps(method)
    def run(self, *args, **kwargs):
        trace = current_trace()
        if trace is None:
            return method(self, *args, **kwargs)
        if not isinstance(trace, EagerTrace):
            raise TraceError(
                f"{method.__name__} cannot be part of a compiled function or a train_step: it runs "
                "programs of its own. Call the model itself, or call it outside."
            )
        with suspended():
            result = method(self, *args, **kwargs)
        trace.reads.clear()  # the weights may have changed
        return result

    return cast(_Method, run)
