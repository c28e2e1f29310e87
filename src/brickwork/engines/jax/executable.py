"""Programs that XLA has compiled, on the memory of JAX's devices."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from math import prod
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from ...program import Program, Symbol, Variable
from ...program.dims import Dim, extents
from ...program.dtypes import widened
from ...program.variable import Elsewhere
from . import placement, processes
from .cache import keep_compiled
from .interrupts import uninterrupted
from .ops import as_jax, outputs_of, values_of, writes_of

#: What a step returns: its outputs, the new values of what it writes, and whether its guard holds.
Results = tuple[list, list, Any]


def wide() -> AbstractContextManager:
    """A context in which JAX has the dtypes of 64 bits that metrics and counters are of."""
    return jax.enable_x64(True)


class Executable:
    """A program that can be run; see the native engine's class of this name.

    The values of variables stay on the device between runs, until somebody looks at them.

    Args:
        program: the program to run.
        guard: a scalar; if it is not finite, nothing is written.
        threads, gate: not needed; XLA has threads of its own.

    Attributes:
        states: the variables that the program reads or writes.
        written: those of them that it writes.
        plan: what runs it.
        stale: whether it must be bound again; never.
        used: when it was used last; see `training/kept_programs.py`.
    """

    stale = False
    used = 0
    changed = None

    def __init__(
        self, program: Program, guard: Symbol | None = None, threads: int = 1, gate: Any = None
    ):
        keep_compiled()
        self.program, self.guard = program, guard
        self.plan = self
        self.written = _variables(program.writes)
        reads = (s.attrs["state"] for s in program.order() if s.op == "read")
        known = set(map(id, self.written))
        self.read = [v for v in _variables(reads) if id(v) not in known]
        self.states = [*self.written, *self.read]
        self._made: dict[tuple, Any] = {}
        self.weights: list[Variable] = []
        self.careful: Callable[[], Executable] | None = None

    def step(self, inputs: Sequence[Any], written: list, read: list) -> Results:
        """The step as a function of arrays.

        Args:
            inputs: an array for each input of the program.
            written, read: the values of the variables of these names.

        Returns:
            ``(outputs, new values of written, whether the guard is finite)``.
        """
        program = self.program
        now = dict(zip(map(id, self.states), [*written, *read], strict=True))
        known = values_of(program, inputs, lambda state: now[id(state)])
        new = {id(variable): value for variable, value in writes_of(program, known)}
        found = [new[id(v)] for v in self.written]
        good: Any = True
        if self.guard is not None:
            good = jnp.isfinite(known[id(self.guard)])
            found = [jnp.where(good, a, b) for a, b in zip(found, written, strict=True)]
        if placement.current is not None:
            found = [
                placement.constrained(a, placement.current.of(v))
                for a, v in zip(found, self.written, strict=True)
            ]
        return outputs_of(program, known), found, good

    def repeated_by(
        self, careful: Callable[[], Executable], weights: Sequence[Variable]
    ) -> Executable:
        """Return a step of which many are taken without a guard in each.

        Arrays of JAX never change, so what a run of steps began with is still there. If a loss or
        a weight is not finite at its end, the run is repeated with guarded steps.

        Args:
            careful: makes the executable of a guarded step.
            weights: what must be finite.
        """
        found = self.made(("repeated",), lambda: Executable(self.program))
        own = set(map(id, weights))
        found.weights, found.careful = [v for v in found.written if id(v) in own], careful
        return found

    def made(self, key: tuple, make: Callable[[], Any]) -> Any:
        """What was made of this program for a key, such as its loop; it is kept."""
        if key not in self._made:
            self._made[key] = make()
        return self._made[key]

    def states_placed(self) -> tuple[list, list]:
        """The values of `written` and `read` on the device."""
        return [placed(v) for v in self.written], [placed(v) for v in self.read]

    def ready(self) -> Executable:
        """The executable itself."""
        return self

    def nbytes(self, batch: int) -> int:
        """About the memory that a batch of this size needs, if nothing is fused."""
        return sum(
            np.dtype(widened(symbol.dtype)).itemsize * prod(extents(symbol.dims, batch))
            for symbol in self.program.order()
        )

    def run(self, arrays: Sequence[np.ndarray], batch: int | None = None) -> Sequence[np.ndarray]:
        """The outputs for these inputs; writes are applied to the variables.

        Where each process has rows of its own, what changes nothing, such as a prediction, is
        computed by each for its own rows.

        Raises:
            FloatingPointError: if the guard is not finite; nothing is written then.
        """
        by_rows = [bool(s.dims) and isinstance(s.dims[0], Dim) for s in self.program.inputs]
        own = processes.several() and placement.current is not None and placement.current.own
        if own and any(by_rows) and not self.written:
            with processes.alone():
                return self.run(arrays, batch)
        if processes.several() and arrays:
            same = [a for a, rows in zip(arrays, by_rows, strict=True) if not (own and rows)]
            facts = {
                "the shapes of the data": [(a.shape, a.dtype) for a in arrays],
                "the data": [processes.checksum(a) for a in same],
            }
            processes.agree("a step", facts)
        inputs = []
        for array, symbol, rows in zip(arrays, self.program.inputs, by_rows, strict=True):
            values = np.asarray(array, as_jax(symbol.dtype))
            inputs.append(placement.put_rows(values) if rows else values)
        with wide(), uninterrupted():
            compiled = self.made(("run", placement.current), lambda: jax.jit(self.step))
            outputs, values, good = compiled(inputs, *self.states_placed())
            for variable, value in zip(self.written, values, strict=True):
                keep(variable, value)
        if self.guard is not None and not good:
            raise FloatingPointError("the guard is not finite")
        return [np.array(placement.as_numpy(o)) for o in outputs]  # that may be written to

    def call_bound(self, run: Callable[..., Any], *arguments: Any) -> Any:
        """Call a method of the plan."""
        return run(*arguments)

    def sweep(
        self,
        feeds: Sequence[np.ndarray],
        rows: int,
        portion: int,
        threads: int,
        report: Callable[[int], Any],
    ) -> list[np.ndarray]:
        """The outputs for many rows that do not depend on each other.

        Args:
            feeds: an array for each input.
            rows: number of rows of each.
            portion: rows to compute at once.
            threads: not needed.
            report: is called with the number of rows that are done.
        """
        portion = min(portion * threads, 1 << (rows - 1).bit_length())
        found: list[list[np.ndarray]] = []
        for start in range(0, rows, portion):
            part = [rows_of(feed, slice(start, min(start + portion, rows))) for feed in feeds]
            missing = portion - len(part[0])  # each number of rows would be compiled for itself
            if missing:
                part = [np.concatenate([a, np.repeat(a[-1:], missing, 0)]) for a in part]
            found.append([o[: portion - missing] for o in self.run(part)])
            report(min(start + portion, rows))
        return [np.concatenate(column) for column in zip(*found, strict=True)]


def rows_of(feed: Any, rows: Any) -> np.ndarray:
    """Some rows of the data of an input.

    Args:
        feed: an array; or of a sparse matrix ``(values, columns, row ends, number of columns)``.
        rows: a slice, or indices.
    """
    if not isinstance(feed, tuple):
        return feed[rows]
    values, columns, ends, width = feed
    starts, stops = ends[:-1][rows], ends[1:][rows]
    found = np.zeros((len(starts), width), values.dtype)
    for row, start, stop in zip(found, starts, stops, strict=True):
        row[columns[start:stop]] = values[start:stop]
    return found


def _variables(states: Any) -> list[Variable]:
    """The variables among states, and the members of packs, each once."""
    found: dict[int, Variable] = {}
    for state in states:
        for variable in getattr(state, "members", (state,)):
            found[id(variable)] = variable
    return list(found.values())


def placed(variable: Variable) -> Any:
    """The value of a variable on the device."""
    there, where = variable.elsewhere, placement.current
    if there is None or there.place is not where:
        # A copy: JAX would go on with the storage, which may change.
        copy = np.array(variable.array, as_jax(variable.dtype))
        array = placement.put(copy, where and where.of(variable))
        there = Elsewhere(array, False, placement.as_numpy, where)
        variable.keep_elsewhere(there)
    return there.array


def keep(variable: Variable, value: Any) -> None:
    """Let a variable have this value, on the device."""
    variable.keep_elsewhere(Elsewhere(value, True, placement.as_numpy, placement.current))
