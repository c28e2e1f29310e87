"""`GradientTape`: gradients of what a block of code computes, in TensorFlow's manner.

Inside of a trace (a compiled function, a model's ``train_step``) the gradients are recorded like
any other op. Over arrays the tape opens an `EagerTrace`, which records and computes at once.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np

from .dims import size
from .eager import NOTHING, EagerTrace
from .grad import gradients
from .primitive import as_symbol
from .primitives.layout import broadcast_to, concat, pack, reshape
from .segment import gradients_at_once
from .symbol import Symbol, TraceError, Value
from .trace import Trace, current_trace, resumed
from .variable import State, Variable

#: After so many gradients over arrays a warning says how to make programs of them.
MANY = 100
_count = 0


def _count_gradient() -> None:
    """Say once that a loop over arrays could be a program."""
    global _count
    _count += 1
    if _count == MANY:
        warnings.warn(
            f"GradientTape: {MANY} gradients were computed over arrays. A function of one step, "
            "decorated with @brickwork.function (or @tf.function), becomes one program, which is "
            "several times as fast.",
            stacklevel=3,
        )


class GradientTape:
    """Records what is computed inside of its ``with`` block, for `gradient`.

    Variables are watched by themselves, arrays if `watch` is told so. Tapes may be nested: the
    gradients that an inner tape computes inside of an outer one are recorded there, which gives
    second derivatives.

    Args:
        persistent: whether `gradient` may be called several times.
        watch_accessed_variables: accepted as in TensorFlow; every variable that was read can be
            differentiated by.

    >>> from brickwork import Variable, ops
    >>> x = Variable(3.0)
    >>> with GradientTape() as tape:
    ...     y = ops.square(x)
    >>> float(tape.gradient(y, x))
    6.0
    """

    def __init__(self, persistent: bool = False, watch_accessed_variables: bool = True):
        self.persistent = bool(persistent)
        self._trace: Trace | Any = None  # None before the block
        self._own = False  # whether this tape opened the trace
        self._used = False
        self._start: dict[State, Symbol] = {}

    def __enter__(self) -> GradientTape:
        trace = current_trace()
        if trace is None:
            if not isinstance(self._trace, EagerTrace) or self._trace.released:
                self._trace = EagerTrace()
            self._own = True
            self._trace.reads.clear()  # of a block before this one, since when weights may differ
            self._trace.__enter__()
        else:
            self._trace = trace
        if isinstance(self._trace, EagerTrace):
            self._trace.tapes.add(id(self))
        self._start = dict(self._trace.writes)
        self._written = len(self._trace.assigned)
        return self

    def __exit__(self, *error: Any) -> None:
        if self._own and self._trace is not None:
            self._trace.__exit__(*error)

    def watch(self, tensor: Any) -> Any:
        """Let gradients be computed by an array, or by a list of arrays.

        Args:
            tensor: array, tensor, or a nested list of them. Variables need no watching.

        Returns:
            The tensors, as what is to be used in the block: NumPy's own operators on an array are
            not recorded.
        """
        if isinstance(tensor, list | tuple):
            return type(tensor)(self.watch(part) for part in tensor)
        trace = self._require_open()
        if isinstance(tensor, Symbol | State) or not isinstance(trace, EagerTrace):
            return tensor
        return trace.watch(tensor)

    def gradient(
        self,
        target: Any,
        sources: Any,
        output_gradients: Any = None,
        unconnected_gradients: Any = "none",
    ) -> Any:
        """Compute the gradients of a value.

        Args:
            target: what was computed in the block: a tensor (if it has axes, the sum of its
                elements counts), or a nested list of them, whose sum counts.
            sources: variable or tensor, or a nested list or dict of them.
            output_gradients: tensors of the shapes of `target`, which weight its elements; None
                for ones.
            unconnected_gradients: "none" to return None for a source that the target does not
                depend on, "zero" for zeros.

        Returns:
            A tensor of the shape of each source, nested like `sources`, or None.

        Raises:
            RuntimeError: if a tape that is not persistent is used a second time.
            TraceError: if the target was not computed in the block.

        >>> from brickwork import Variable, ops
        >>> w = Variable([1.0, 2.0])
        >>> with GradientTape() as tape:
        ...     loss = ops.sum(w * w)
        >>> tape.gradient(loss, w).numpy().tolist()
        [2.0, 4.0]
        """
        trace = self._begin()
        if output_gradients is None and unconnected_gradients == "none":
            quick = self._gradients_at_once(target, sources)
            if quick is not None:
                return quick
        zero = str(getattr(unconnected_gradients, "value", unconnected_gradients)).lower() == "zero"
        with resumed(trace):
            values = [self._computed(v) for v in _flat(target)]
            weights = _flat(output_gradients) or [None] * len(values)
            seeds = [
                None if w is None else broadcast_to(as_symbol(w, v.dtype), v.dims)
                for v, w in zip(values, weights, strict=True)
            ]
            found = self._gradients(values, seeds, _flat(sources))
            if zero:
                found = [
                    broadcast_to(as_symbol(0.0), _dims(s)) if g is None else g
                    for s, g in zip(_flat(sources), found, strict=True)
                ]
        self._end()
        if isinstance(trace, EagerTrace):
            _count_gradient()
        return _nested(sources, iter(found))

    def _gradients_at_once(self, target: Any, sources: Any) -> Any:
        """The gradients by variables, where layers and losses are all that was recorded, and
        nobody can ask for more; None elsewhere."""
        trace = self._trace
        if (
            type(target) is not Value
            or target.trace is not trace
            or self.persistent
            or len(trace.tapes) != 1
            or trace.unrecorded
            or target.op != "segment"
            or not isinstance(trace, EagerTrace)
            or current_trace() is not None
        ):
            return None
        simple = type(sources) is list and set(map(type, sources)) == {Variable}
        flat = sources if simple else _flat(sources)
        if not (simple or all(isinstance(source, State) for source in flat)):
            return None
        arrays = gradients_at_once(trace, target, flat)
        if arrays is None:
            return None
        results = [
            None if array is None else Value("input", (), NOTHING, array, state.dtype, None, trace)
            for array, state in zip(arrays, flat, strict=True)
        ]
        self._end()
        _count_gradient()
        return results if simple else _nested(sources, iter(results))

    def jacobian(self, target: Any, sources: Any, **options: Any) -> Any:
        """Compute the derivative of each element of a value.

        Args:
            target: tensor that was computed in the block; its shape must be known.
            sources: variable or tensor, or a nested list or dict of them.
            options: TensorFlow's ``unconnected_gradients`` and what steers its loops.

        Returns:
            For each source a tensor of the shape of the target followed by the source's; or None.
        """
        trace = self._begin()
        with resumed(trace):
            value = self._computed(target)
            count = _fixed(size(value.dims))
            flat = reshape(value, (count,))
            rows = [self._gradients([flat[i]], [None], _flat(sources)) for i in range(count)]
            found = [
                None if column[0] is None else _stacked(column, value.dims)
                for column in zip(*rows, strict=True)
            ]
        self._end()
        return _nested(sources, iter(found))

    def batch_jacobian(self, target: Any, source: Any, **options: Any) -> Any:
        """Compute the derivatives of each row of a value by the same row of a tensor.

        Args:
            target: tensor ``(batch, n)`` of which row i depends on row i of the source alone.
            source: tensor ``(batch, ...)``.
            options: what steers TensorFlow's loops.

        Returns:
            A tensor ``(batch, n, ...)``; None if the target does not depend on the source.
        """
        trace = self._begin()
        with resumed(trace):
            value = self._computed(target)
            flat = reshape(value, (value.dims[0], -1)) if value.ndim != 2 else value
            columns = [
                self._gradients([flat[:, i]], [None], [source])[0]
                for i in range(_fixed(flat.dims[1]))
            ]
            found = None
            if columns[0] is not None:
                rest = columns[0].dims[1:]
                parts = [reshape(c, (c.dims[0], 1, *rest)) for c in columns]
                found = reshape(concat(parts, 1), (*value.dims, *rest))
        self._end()
        return found

    def watched_variables(self) -> tuple[State, ...]:
        """The variables that were read so far."""
        trace = self._require_open()
        return trace.states_read()

    @contextmanager
    def stop_recording(self) -> Iterator[None]:
        """A context whose values have no gradient."""
        trace = self._require_open()
        before, trace.detached = trace.detached, True
        try:
            yield
        finally:
            trace.detached = before

    def reset(self) -> None:
        """Forget what was recorded."""
        self._leave()
        self._used = False

    def __del__(self) -> None:
        self._leave()

    def _leave(self) -> None:
        """Let go of what is recorded; the last tape that does so frees it."""
        trace = self._trace
        if isinstance(trace, EagerTrace):
            trace.tapes.discard(id(self))
            if not trace.tapes:
                trace.release()

    def _require_open(self) -> Trace:
        if self._trace is None:
            raise TraceError(
                "GradientTape: nothing is recorded yet. Use it as `with GradientTape() as tape:`."
            )
        return self._trace

    def _begin(self) -> Trace:
        trace = self._require_open()
        if self._used and not self.persistent:
            raise RuntimeError(
                "GradientTape.gradient: this tape has been used. Make it with persistent=True to "
                "compute several gradients of what it recorded."
            )
        self._used = True
        return trace

    def _end(self) -> None:
        """Free what was recorded, if nothing can ask for it any more."""
        if not self.persistent and current_trace() is not self._trace:
            self._leave()

    def _computed(self, value: Any) -> Symbol:
        """The symbol of a target."""
        trace = self._trace
        if isinstance(value, State):
            value = trace.read(value)
        if not isinstance(value, Symbol) or value.trace not in (None, trace):
            self._not_recorded(
                f"GradientTape.gradient: got a target of type {type(value).__name__} that was not "
                "computed inside of the tape's block from variables or watched tensors by ops, "
                "layers and losses (NumPy's functions are not recorded), so it has no gradient."
            )
            return as_symbol(value)  # a constant
        return value

    def _not_recorded(self, message: str) -> None:
        """Refuse a target that has no gradient."""
        raise TraceError(message)

    def _gradients(self, values: list, seeds: list, sources: list) -> list:
        """One gradient, or None, for each source; a variable's is that of all values read of it."""
        reads = [self._symbols_of(source) for source in sources]
        flat = [symbol for symbols in reads for symbol in symbols]
        trace = self._trace
        cuts = [s for _, s in trace.assigned[self._written :]] + trace.unrecorded
        found = iter(gradients(values, flat, seeds, cuts))
        sums = []
        for symbols in reads:
            parts = [g for g in (next(found) for _ in symbols) if g is not None]
            sums.append(sum(parts[1:], parts[0]) if parts else None)
        return sums

    def _symbols_of(self, source: Any) -> list[Symbol]:
        """The symbols that stand for a source in the block."""
        trace = self._trace
        if isinstance(source, State):
            if isinstance(trace, EagerTrace):
                return trace.reads_of(source)
            written = [
                symbol for state, symbol in trace.assigned[self._written :] if state is source
            ]
            return [trace.read_as_of(source, self._start), *written]
        if isinstance(source, Symbol):
            return [source]
        if isinstance(trace, EagerTrace) and trace.watches(source):
            return [trace.watch(source)]
        return []


def _flat(value: Any) -> list:
    """The leaves of nested lists and dicts."""
    if value is None:
        return []
    if isinstance(value, dict):
        return [leaf for part in value.values() for leaf in _flat(part)]
    if isinstance(value, list | tuple):
        return [leaf for part in value for leaf in _flat(part)]
    return [value]


def _nested(like: Any, values: Iterator) -> Any:
    if isinstance(like, dict):
        return {key: _nested(part, values) for key, part in like.items()}
    if isinstance(like, list | tuple):
        return [_nested(part, values) for part in like]
    return None if like is None else next(values)


def _dims(source: Any) -> tuple:
    return source.dims if isinstance(source, Symbol | State) else np.shape(source)


def _fixed(extent: Any) -> int:
    """An extent that must be known."""
    if not isinstance(extent, int):
        raise TraceError(
            "GradientTape.jacobian: the target has as many rows as the batch, whose size is not "
            "known; expected a shape that is."
        )
    return extent


def _stacked(rows: Sequence[Symbol], dims: tuple) -> Symbol:
    """Gradients of single elements as one tensor."""
    return reshape(pack(list(rows)), (*dims, *rows[0].dims))
