"""Segments: what a layer or a loss computes in the block of a tape over arrays, as one op.

An `EagerTrace` computes op by op, which costs more time in Python than in the ops. A segment is
traced once for each kind of arguments and runs as a program. In the history it is one op: its
inputs are its arguments and the variables that it reads, and its gradient is a segment as well.
Where a tape has recorded segments only, the gradients of all of them are one program, a `Chain`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias, cast

import numpy as np

from .dtypes import is_float
from .evaluate import Runs
from .grad import gradients
from .primitive import as_symbol
from .primitives.layout import broadcast_to
from .program import Program, input_symbol, topological, trace_function
from .symbol import Symbol, Value
from .trace import tracing

if TYPE_CHECKING:
    from .eager import EagerTrace
    from .variable import State


#: The number of chains that a segment keeps.
KEPT = 16
#: By symbols' ids: what stands for them, a symbol or the place of an input.
Leaves: TypeAlias = "dict[int, int | Symbol]"


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


class Chain(NamedTuple):
    """The gradients of a value by variables, through all segments that it came from.

    Attributes:
        run: computes them.
        taken: which of the arrays that the segments were given and computed it takes.
        found: for each variable, which of its outputs is the gradient; None where there is none.
        held: the variables and the other segments. A segment keeps its chains by the ids of all
            of them, which are theirs as long as they live.
    """

    run: Runs
    taken: list[int]
    found: list[int | None]
    held: tuple


class Segment:
    """A program that is one op of a tape's history.

    Args:
        program: what it computes.
        reads: symbols of the variables that it reads, by which it can be differentiated too. In
            each history they stand for what the variables were then; where gradients need those
            values, they are outputs as well.

    Attributes:
        structure: how the first outputs, the `results`, are nested.
    """

    def __init__(self, program: Program, reads: Sequence[Symbol] = ()):
        self.program, self.structure = program, program.structure
        self.reads = tuple(reads)
        self.inputs = [*program.inputs, *reads]
        self.states: list[State] = [symbol.attrs["state"] for symbol in reads]
        self._run = Runs(program)
        self.results = len(program.outputs)  # more outputs are there for gradients
        self._gradients: dict[tuple, tuple[Symbol, list[Symbol | None]]] = {}
        self._backwards: dict[tuple, Backward | None] = {}
        self.chains: dict[tuple, Chain | None] = {}

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
        made = [g for i in results for g in found.gradients_of(i, everything)[1] if g is not None]
        used = [s for s in _above(made, forward) if s.inputs or s.op == "read"] if made else []
        inside, known = {id(s) for s in forward}, {id(s) for s in program.outputs}
        program.outputs += [
            s
            for s in {id(s): s for s in (*noise, *used)}.values()
            if id(s) in inside and id(s) not in known
        ]
        return found

    def run(self, trace: EagerTrace, given: Sequence[Value]) -> list[Value]:
        """Compute the outputs, and record those that the function returned."""
        # What ops have read, or what stands in for a variable, may have a history of its own.
        plain = not trace.reads or trace.reads.keys().isdisjoint(self.states)
        reads = self.reads if plain else map(trace.reads.get, self.states, self.reads)
        inputs = (*given, *reads)
        arrays = [value.array for value in given]
        group: list[Any] = self._run(arrays)
        trace.arrays += arrays
        first = len(trace.arrays)
        trace.arrays += group
        trace.runs.append((self, plain, given))
        for index in range(self.results):
            _record(trace, self, inputs, group, index, first)
        if self.program.writes:
            trace.forget(*self.program.writes)
        if trace.detached:
            trace.unrecorded += group[: self.results]
        return group[: self.results]

    def vjp(self, trace: EagerTrace, gradient: Value, output: Value, wanted: tuple) -> list:
        """The gradients of the inputs, where they are wanted, given that of an output."""
        parts: list[Value | None] = [None] * len(wanted)
        backward = self._backward(output.attrs["index"], wanted)
        if backward is not None:
            group, first = output.attrs["group"], output.attrs["place"] - output.attrs["index"]
            for index in range(self.results, len(group)):  # a second derivative may need them
                _record(trace, self, output.inputs, group, index, first)
            sources = [*output.inputs, *group, gradient]
            found = backward.segment.run(trace, [sources[i] for i in backward.taken])
            for i, part in zip(backward.wanted, found, strict=True):
                parts[i] = part
        return parts

    def gradients_of(self, index: int, wanted: tuple) -> tuple[Symbol, list[Symbol | None]]:
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
            seed, parts = self.gradients_of(index, wanted)
            places = [i for i, part in enumerate(parts) if part is not None]
            # A variable's value is that among the outputs: it may be another one since.
            sources = [*self.inputs, *self.program.outputs, seed]
            leaves: Leaves = {id(s): i for i, s in enumerate(sources)}
            taken: dict[int, Symbol] = {}
            outputs = _cut([s for s in parts if s is not None], leaves, taken)
            segment = Segment(Program([*taken.values()], outputs))
            self._backwards[key] = Backward(segment, [*taken], places) if places else None
        return self._backwards[key]


def _record(
    trace: EagerTrace, segment: Segment, inputs: tuple, group: list, index: int, first: int
) -> None:
    """Make a value of an output, unless it is one; of the outputs, the first has this place among
    the trace's arrays."""
    if isinstance(group[index], np.ndarray):
        attrs = {"segment": segment, "index": index, "group": group, "place": first + index}
        group[index] = trace.value("segment", inputs, attrs, group[index])


def gradients_at_once(
    trace: EagerTrace, value: Value, states: list[State]
) -> list[np.ndarray | None] | None:
    """The gradients of a value by variables, if segments are all that it came from; for a tape
    that asks once, and that no other tape looks at.

    Args:
        trace: where it was computed.
        value: what is differentiated; of several elements, the sum.
        states: the variables.
    """
    owner, key = None, [value.attrs["place"], *map(id, states)]
    for segment, plain, given in trace.runs:  # which segments took what
        key += id(segment), plain
        key += [v.attrs.get("place", v.op) for v in given]
        if owner is None and segment.states:
            owner = segment
    if owner is None:
        return None
    chain = owner.chains.get(tuple(key), owner)
    if chain is owner:
        if len(owner.chains) >= KEPT:
            owner.chains.clear()
        chain = owner.chains[tuple(key)] = _chain(trace.runs, value, states, owner)
    if chain is None:
        return None
    arrays = trace.arrays
    found = chain.run([arrays[place] for place in chain.taken])
    return [None if place is None else found[place] for place in chain.found]


def _chain(runs: list[tuple], value: Value, states: list[State], owner: Segment) -> Chain | None:
    """The gradients of a value by variables; None if they need what was computed op by op, or if
    there are none."""
    steps: list[tuple[Segment, bool, list[int], range, tuple]] = []
    wanted, end = set(map(id, states)), 0
    dependent: set[int] = set()
    for segment, plain, given in runs:
        sources = [v.attrs.get("place", place) for place, v in enumerate(given, end)]
        simple = plain and not any(v.inputs and v.op != "segment" for v in given)
        results = range(end + len(given), end + len(given) + len(segment.program.outputs))
        end = results.stop
        needed = (*(p in dependent for p in sources), *(id(s) in wanted for s in segment.states))
        steps.append((segment, simple, sources, results, needed))
        dependent.update(results if any(needed) else ())
    total: dict[int, Symbol] = {}  # the gradients of values, by place
    found: dict[int, Symbol] = {}  # those of variables, by id
    taken: dict[int, Symbol] = {}
    target = value.attrs["place"]
    reached = {target}
    with tracing():
        total[target] = broadcast_to(as_symbol(1.0, value.dtype), value.dims)
        for segment, simple, sources, results, needed in reversed(steps):
            if reached.isdisjoint(results):
                continue
            if not simple:
                return None
            reached.update(sources)
            for index, result in enumerate(results):
                if result not in total or not any(needed):
                    continue
                seed, parts = segment.gradients_of(index, needed)
                own = [*segment.program.inputs, *segment.program.outputs]
                leaves: Leaves = {id(s): p for s, p in zip(own, [*sources, *results], strict=True)}
                leaves[id(seed)] = total[result]
                copies = iter(_cut([s for s in parts if s is not None], leaves, taken))
                owners = [(total, p) for p in sources] + [(found, id(s)) for s in segment.states]
                for (sums, key), part in zip(owners, parts, strict=True):
                    if part is not None:
                        copy = next(copies)
                        sums[key] = cast(Symbol, sums[key] + copy) if key in sums else copy
    outputs = {key: i for i, key in enumerate(found)}
    if not outputs:
        return None
    program = Program([*taken.values()], [*found.values()])
    others = [segment for segment, *_ in runs if segment is not owner]
    places = [outputs.get(id(s)) for s in states]
    return Chain(Runs(program), [*taken], places, (states[:], others))


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


def _cut(roots: list[Symbol], leaves: Leaves, taken: dict[int, Symbol]) -> list[Symbol]:
    """Copies of the roots, down to their leaves; where these are places, the input that is taken
    from there."""
    needed = _above(roots, [s for s in topological(roots) if id(s) in leaves])
    reached = {id(symbol) for symbol in needed}
    copies: dict[int, Symbol] = {}
    for symbol in topological(roots):
        if id(symbol) not in reached:
            continue
        leaf = None if symbol.op == "const" else leaves.get(id(symbol))
        if isinstance(leaf, int):
            copy = taken.setdefault(leaf, input_symbol(symbol.dims, symbol.dtype))
        elif leaf is not None:
            copy = leaf
        elif not symbol.inputs:
            copy = symbol
        else:
            parts = tuple(copies[id(part)] for part in symbol.inputs)
            copy = Symbol(symbol.op, parts, symbol.attrs, symbol.dims, symbol.dtype, symbol.layer)
        copies[id(symbol)] = copy
    return [copies[id(root)] for root in roots]
