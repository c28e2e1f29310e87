"""Segments: what a layer or a loss computes in the block of a tape over arrays, as one op.

An `EagerTrace` computes op by op, which costs more time in Python than in the ops. A segment is
traced once for each kind of arguments and runs as a program. In the history it is one op: its
inputs are its arguments and the variables that it reads, and its gradient is a segment as well.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, cast

import numpy as np

from .dtypes import is_float
from .evaluate import Runs
from .grad import gradients
from .program import Program, input_symbol, topological, trace_function
from .symbol import Symbol, Value
from .trace import tracing

if TYPE_CHECKING:
    from .eager import EagerTrace
    from .variable import State


class Backward(NamedTuple):
    """The gradients of one output.

    Attributes:
        segment: computes them.
        taken: which of the forward segment's inputs, its outputs and the output's own gradient it
            takes, as positions in these three.
        wanted: the positions of the inputs that it returns gradients of.
    """

    segment: Segment
    taken: list[int]
    wanted: list[int]


class Segment:
    """A program that is one op of a tape's history.

    Args:
        program: what it computes.
        reads: symbols of the variables that it reads, by which it can be differentiated too.

    Attributes:
        structure: how the first outputs, the `results`, are nested.
    """

    def __init__(self, program: Program, reads: Sequence[Symbol] = ()):
        self.program, self.structure = program, program.structure
        self.inputs = [*program.inputs, *reads]
        self.states: list[State] = [symbol.attrs["state"] for symbol in reads]
        self._run = Runs(program)
        self.results = len(program.outputs)  # more outputs are there for gradients
        self._gradients: dict[tuple, tuple[Symbol, list[Symbol | None]]] = {}
        self._backwards: dict[tuple, Backward | None] = {}

    @classmethod
    def traced(cls, function: Callable, values: Sequence[Value], training: bool) -> Segment:
        """The segment of a function of these values, of which everything is kept that its
        gradients need."""
        program = trace_function(function, [(v.dims, v.dtype) for v in values], training)
        forward = topological([*program.outputs, *program.writes.values()])
        noise = [s for s in topological(program.outputs) if "stream" in s.attrs]
        reads = [s for s in _above(program.outputs, noise) if s.op == "read"]
        found = cls(program, reads)
        everything = tuple(is_float(s.dtype) for s in found.inputs)
        results = [i for i, s in enumerate(program.outputs) if is_float(s.dtype)]
        made = [g for i in results for g in found._gradients_of(i, everything)[1] if g is not None]
        used = [s for s in _above(made, forward) if s.inputs] if made else []
        inside, known = {id(s) for s in forward}, {id(s) for s in program.outputs}
        program.outputs += [
            s
            for s in {id(s): s for s in (*noise, *used)}.values()
            if id(s) in inside and id(s) not in known
        ]
        return found

    def run(self, trace: EagerTrace, given: Sequence[Value]) -> list[Value]:
        """Compute the outputs, and record those that the function returned."""
        inputs = (*given, *map(trace.first, self.states))
        group: list[Any] = list(self._run([value.array for value in given]))
        for index in range(self.results):
            _record(trace, self, inputs, group, index)
        trace.forget(*self.program.writes)
        if trace.detached:
            trace.unrecorded += group[: self.results]
        return group[: self.results]

    def vjp(self, trace: EagerTrace, gradient: Value, output: Value, wanted: tuple) -> list:
        """The gradients of the inputs, where they are wanted, given that of an output."""
        parts: list[Value | None] = [None] * len(wanted)
        backward = self._backward(output.attrs["index"], wanted)
        if backward is not None:
            group = output.attrs["group"]
            for index in range(self.results, len(group)):  # a second derivative may need them
                _record(trace, self, output.inputs, group, index)
            sources = [*output.inputs, *group, gradient]
            found = backward.segment.run(trace, [sources[i] for i in backward.taken])
            for i, part in zip(backward.wanted, found, strict=True):
                parts[i] = part
        return parts

    def array_gradients(self, gradient: np.ndarray, output: Value, wanted: tuple) -> list:
        """The same as arrays, of which nothing is recorded."""
        backward = self._backward(output.attrs["index"], wanted)
        if backward is None:
            return []
        sources = [*output.inputs, *output.attrs["group"], gradient]
        taken = [sources[i] for i in backward.taken]
        arrays = [s if isinstance(s, np.ndarray) else s.array for s in taken]
        inputs = [output.inputs[i] for i in backward.wanted]
        return list(zip(inputs, backward.segment._run(arrays), strict=True))

    def _gradients_of(self, index: int, wanted: tuple) -> tuple[Symbol, list[Symbol | None]]:
        """The gradients of the inputs by those of an output, as symbols on the program's own."""
        key = index, wanted
        if key not in self._gradients:
            output = self.program.outputs[index]
            with tracing():
                seed = input_symbol(output.dims, output.dtype, "gradient")
                targets = [s for s, w in zip(self.inputs, wanted, strict=True) if w]
                found = iter(gradients(output, targets, [seed]))
                self._gradients[key] = seed, [next(found) if w else None for w in wanted]
        return self._gradients[key]

    def _backward(self, index: int, wanted: tuple) -> Backward | None:
        key = index, wanted
        if key not in self._backwards:
            seed, parts = self._gradients_of(index, wanted)
            places = [i for i, part in enumerate(parts) if part is not None]
            sources = [*self.inputs, *self.program.outputs, seed]
            leaves = {id(s): i for i, s in reversed(list(enumerate(sources)))}
            taken, program = _cut([s for s in parts if s is not None], leaves)
            self._backwards[key] = Backward(Segment(program), taken, places) if places else None
        return self._backwards[key]


def _record(trace: EagerTrace, segment: Segment, inputs: tuple, group: list, index: int) -> None:
    """Make a value of an output, unless it is one."""
    if isinstance(group[index], np.ndarray):
        attrs = {"segment": segment, "index": index, "group": group}
        group[index] = trace.value("segment", inputs, attrs, group[index])


def gradients_at_once(value: Value, sources: set[int]) -> dict[int, np.ndarray] | None:
    """The gradients of a value by others, by identity, if all of its history is segments; for a
    tape that asks once, and that no other tape looks at.

    Args:
        value: what is differentiated; of several elements, the sum.
        sources: the ids of values.
    """
    order = topological([value])
    dependent = set(sources)
    for symbol in order:
        if symbol.inputs:
            if symbol.op != "segment":
                return None
            if not dependent.isdisjoint(map(id, symbol.inputs)):
                dependent.add(id(symbol))
    total = {id(value): np.ones(value.dims, value.array.dtype)}
    for symbol in reversed(order):
        gradient = total.get(id(symbol))
        if gradient is None or not symbol.inputs or id(symbol) not in dependent:
            continue
        wanted = tuple([id(s) in dependent for s in symbol.inputs])
        segment: Segment = symbol.attrs["segment"]
        for source, part in segment.array_gradients(gradient, cast(Value, symbol), wanted):
            so_far = total.get(id(source))
            total[id(source)] = part if so_far is None else so_far + part
    return total


def _above(roots: Iterable[Symbol], stops: Iterable[Symbol]) -> list[Symbol]:
    """The symbols that roots depend on, those included where the search stops."""
    stop = {id(symbol) for symbol in stops}
    found: dict[int, Symbol] = {}
    stack = list(roots)
    while stack:
        symbol = stack.pop()
        if id(symbol) not in found:
            found[id(symbol)] = symbol
            if id(symbol) not in stop:
                stack += symbol.inputs
    return list(found.values())


def _cut(roots: list[Symbol], leaves: dict[int, int]) -> tuple[list[int], Program]:
    """A program of its own that computes the roots, with the leaves as inputs; and which of them
    it takes."""
    needed = _above(roots, [s for s in topological(roots) if id(s) in leaves])
    reached = {id(symbol) for symbol in needed}
    taken: list[int] = []
    inputs: list[Symbol] = []
    copies: dict[int, Symbol] = {}
    for symbol in topological(roots):
        if id(symbol) not in reached:
            continue
        if id(symbol) in leaves and symbol.op != "const":
            copy = input_symbol(symbol.dims, symbol.dtype)
            taken.append(leaves[id(symbol)])
            inputs.append(copy)
        elif not symbol.inputs:
            copy = symbol
        else:
            parts = tuple(copies[id(part)] for part in symbol.inputs)
            copy = Symbol(symbol.op, parts, symbol.attrs, symbol.dims, symbol.dtype, symbol.layer)
        copies[id(symbol)] = copy
    return taken, Program(inputs, [copies[id(root)] for root in roots])
