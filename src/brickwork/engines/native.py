"""The native engine: programs as plans of C++ kernels."""

from __future__ import annotations

import weakref
from collections.abc import Callable, Sequence
from functools import partial
from math import prod

import numpy as np

from .. import _engine
from .._engine import Gate as Gate, Loop as Loop, Pass as Pass
from ..program import Pack, Program, Symbol, register_engine
from ..program.dims import Dim, extents
from ..program.dtypes import HALF, widened
from ..program.variable import storage_lock
from . import debug
from .following import follow_gradients
from .half import in_float32
from .instruction import Layout
from .lowering import lay_out
from .planner import Planner
from .schedule import schedule
from .threads import cores


def encoded(dim: int | Dim) -> int | tuple[int, int]:
    """A dimension in the form that the C++ engine reads."""
    return (dim.constant, dim.times) if isinstance(dim, Dim) else int(dim)


#: Whether it repeats by itself steps after which the weights are not finite; `training/rewind.py`
#: does so here.
REPEATS = False
#: How often a plan was unbound since its variables moved.
moves = 0


def timed(program: Program, arrays: Sequence[np.ndarray]) -> Callable[[], object]:
    """A function that computes a program once, by all cores."""
    executable = Executable(program, None, cores())
    return partial(executable.run, arrays)


class Executable:
    """A program that can be run: its plan, and the variables that the plan reads and writes.

    Args:
        program: the program to run.
        guard: a scalar; if it is not finite, nothing is written.
        threads: number of threads that share a run.
        gate: lock shared by the plans of one model, so that readers see only finished steps.

    Attributes:
        states: the variables and packs that the plan reads and writes.
        arrays: their storage, to which the plan is bound.
        stale: whether a variable has moved, so that the plan must be bound again.
        changed: of a training step, the indices of the states that it changes, and of those that
            are weights, once they are known.
        used: when it was used last; see `training/kept_programs.py`.
    """

    used = 0

    def __init__(
        self,
        program: Program,
        guard: Symbol | None = None,
        threads: int = 1,
        gate: _engine.Gate | None = None,
    ):
        layout = _layout(program, guard)
        self.program = program
        self.values = [(dtype, dims) for kind, dtype, dims, *_ in layout.buffers if kind == "temp"]
        self.states = layout.states
        self.plan = _engine.Plan(*_parts_of(layout, threads), None, threads, gate)
        for member in self._variables():
            member.watch(self)
        self.stale = True
        self.changed: tuple[list[int], list[int]] | None = None
        self.bind()
        if debug.ON:
            debug.watch(self, layout, threads)

    def nbytes(self, batch: int) -> int:
        """About the memory that the plan needs for a batch of this size."""
        return sum(
            np.dtype(dtype).itemsize * prod(extents(dims, batch)) for dtype, dims in self.values
        )

    def _variables(self):
        for state in self.states:
            yield from getattr(state, "members", (state,))

    def bind(self) -> None:
        """Point the plan at the storage of the variables; packs make theirs contiguous first."""
        for state in self.states:
            if isinstance(state, Pack):
                state.gather()
        with storage_lock():
            self.arrays = [state.array for state in self.states]
            self.plan.set_states(self.arrays)
            self.stale = False

    def moving(self) -> None:
        """Unbind the plan, since a variable is about to move; it cannot run until it is bound."""
        global moves
        moves += 1
        self.stale = True
        self.plan.set_states(None)

    def moved(self) -> None:
        """Bind the plan again, since a variable has moved.

        With packs this waits until the next run: it could move the variable back.
        """
        if not any(isinstance(state, Pack) for state in self.states):
            self.bind()

    def ready(self) -> Executable:
        """The executable itself, bound to the storage of its variables."""
        if self.stale:
            self.bind()
        return self

    def run(self, arrays: list[np.ndarray]) -> list[np.ndarray]:
        """The outputs for these inputs; writes are applied to the variables."""
        batch = self.program.batch_of(arrays)
        inputs = [
            # ascontiguousarray adds an axis to scalars
            np.asarray(a, widened(s.dtype), order="C")
            for s, a in zip(self.program.inputs, arrays, strict=True)
        ]
        return self.program.as_declared(self.call_bound(self.plan.run, inputs, batch))

    def call_bound(self, run, *arguments):
        """Call a method of the plan, again if another thread moves the variables meanwhile."""
        while True:
            self.ready()
            try:
                return run(*arguments)
            except _engine.Moved:
                continue


class SideBySide:
    """A program for several models of one architecture: each value is one for each model.

    The models lie in the lanes of vectors, so that networks too small to fill one fill all of them
    together.

    Args:
        program, guard: as for `Executable`, of one model.

    Attributes:
        states: the variables and packs of that model that the plan reads and writes.

    Raises:
        ValueError: for a program with an op that has no kernel for several models.
    """

    #: The number of models.
    models = _engine.side_by_side

    def __init__(self, program: Program, guard: Symbol | None = None):
        layout = _layout(program, guard)
        self.states = layout.states
        self._parts = _parts_of(layout, 1)
        self.plan = self._plan()

    def _plan(self) -> _engine.Plan:
        return _engine.Plan(*self._parts, None, 1, None, self.models)

    def copy(self) -> SideBySide:
        """The same plan for other arrays."""
        other = SideBySide.__new__(SideBySide)
        other.states, other._parts = self.states, self._parts
        other.plan = self._plan()
        return other

    def bind(self, arrays: dict[int, np.ndarray]) -> None:
        """Point the plan at the models' values of each state.

        Args:
            arrays: by the `id` of the state, contiguous, the models along the last axis.
        """
        self.plan.set_states([arrays[id(state)] for state in self.states])


def _layout(program: Program, guard: Symbol | None) -> Layout:
    planner = Planner(*in_float32(program, guard))
    layout = lay_out(planner)
    follow_gradients(planner, layout)
    schedule(planner, layout)
    return layout


def _parts_of(layout: Layout, threads: int) -> tuple[list, list, list]:
    """The buffers, instructions and outputs of a layout as the C++ engine reads them."""
    return (
        [
            (kind, dtype, [encoded(d) for d in dims], arg, encoded(offset))
            for kind, dtype, dims, arg, offset in layout.buffers
        ],
        [_encoded_instruction(i, threads) for i in layout.instructions],
        layout.outputs,
    )


def _encoded_instruction(instruction, threads: int) -> tuple:
    part = "one" if instruction.shared is None or threads == 1 else "rows"
    code = instruction.code
    if code is not None:
        (rows, columns), spreads, steps, slots = code
        code = ((encoded(rows), encoded(columns)), spreads, steps, slots)
    return (
        instruction.kernel,
        instruction.outs,
        instruction.ins,
        [encoded(i) for i in instruction.ints],
        instruction.reals,
        ("once" if instruction.once else part, instruction.chunk),
        instruction.barrier and threads > 1,
        instruction.label,
        code,
    )


def description() -> str:
    """Such as ``native (avx512, 2 threads)``."""
    threads = cores()
    return f"native ({_engine.isa}, {threads} thread{'s' if threads != 1 else ''})"


def run(program: Program, arrays: list[np.ndarray]) -> list[np.ndarray]:
    """Run a program on arrays; its plan is kept for as long as the program exists."""
    return _executable(program).run(arrays)


def runner(program: Program) -> Callable[[Sequence[np.ndarray], int], list[np.ndarray]]:
    """The same, without any conversion."""
    executable = _executable(program)
    if any(s.dtype in HALF for s in (*program.inputs, *program.outputs)):
        return lambda arrays, _: executable.run(list(arrays))
    return partial(executable.call_bound, executable.plan.run)


def _executable(program: Program) -> Executable:
    # Kept by the program itself: a Ctrl-C during the callbacks of a weak dictionary would be lost.
    if program.executable is None:
        program.executable = Executable(program)
        program.executable.program = weakref.proxy(program)  # no cycle
    return program.executable


register_engine(run, runner)
