"""Computing outside of a trace: a single op, or a whole function, on arrays.

An engine registers itself here. Single ops are evaluated by their NumPy formulas.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from importlib import import_module
from typing import Any

import numpy as np

from .dtypes import numpy_dtype
from .primitive import PRIMITIVES, computed
from .program import Program, signature_of, trace_function
from .results import as_result
from .symbol import Symbol
from .variable import State

_engine: Callable[[Program, list[np.ndarray]], list[np.ndarray]] | None = None
#: Takes arrays of the program's shapes and the batch size; returns a list of the outputs.
Runner = Callable[[Sequence[np.ndarray], int], list[np.ndarray]]
_runner: Callable[[Program], Runner] | None = None


def register_engine(
    run: Callable[[Program, list[np.ndarray]], list[np.ndarray]],
    runner: Callable[[Program], Runner],
) -> None:
    """Run programs on arrays with these functions from now on."""
    global _engine, _runner
    _engine, _runner = run, runner


def runner(program: Program) -> Runner | None:
    """What runs a program with the least overhead, for as long as the program exists; None
    without an engine."""
    return None if _runner is None else _runner(program)


def run(program: Program, arrays: list[np.ndarray]) -> list[np.ndarray]:
    """The outputs of a program; its writes are applied to the variables."""
    if _engine is None:
        # The engine of this package registers itself when it is imported.
        import_module("brickwork.engines.native")
    return (_engine or interpret)(program, arrays)


class Runs:
    """Runs a program on arrays of its dtypes, with little overhead.

    Args:
        program: the program; its inputs' shapes are known.
    """

    def __init__(self, program: Program):
        self.program = program
        self._runner: Runner | None = None

    def __call__(self, arrays: list[np.ndarray]) -> list[np.ndarray]:
        if self._runner is None:
            outputs = list(run(self.program, arrays))
            self._runner = runner(self.program)
            return outputs
        return self._runner(arrays, 1)


def evaluate_op(name: str, arrays: list[np.ndarray], attrs: dict) -> np.ndarray:
    """One op on arrays, by its formula: for a single op a plan would cost more than it saves."""
    rule = PRIMITIVES[name]
    symbols = tuple(Symbol("input", (), {}, a.shape, a.dtype.name) for a in arrays)
    dims, dtype = rule.infer(symbols, attrs)
    return as_result(computed(name, arrays, attrs, dtype).reshape(dims))


def call(function: Callable, *arrays: Any, training: bool = False) -> Any:
    """Trace a function on symbols shaped like the arrays and run the program on them."""
    given = [np.asarray(a) for a in arrays]
    program = trace_function(function, [signature_of(a) for a in given], training=training)
    outputs = run(program, given)
    return program.rebuild(outputs)


def interpret(program: Program, arrays: list[np.ndarray]) -> list[np.ndarray]:
    """Run a program with the NumPy formulas of its primitives."""
    known: dict[int, np.ndarray] = {}
    batch = program.batch_of(arrays)
    for symbol, array in zip(program.inputs, arrays, strict=True):
        known[id(symbol)] = np.asarray(array, numpy_dtype(symbol.dtype))
    for symbol in program.order():
        if symbol.op == "input":
            continue
        if symbol.op == "const":
            known[id(symbol)] = symbol.attrs["value"]
        elif symbol.op == "read":
            state: State = symbol.attrs["state"]
            known[id(symbol)] = state.numpy()
        else:
            inputs = [known[id(s)] for s in symbol.inputs]
            attrs = at_batch(symbol.attrs, batch)
            known[id(symbol)] = computed(symbol.op, inputs, attrs, symbol.dtype)
    outputs = [known[id(s)] for s in program.outputs]
    for state, symbol in program.writes.items():
        state.store(known[id(symbol)])
    return outputs


def at_batch(attrs: dict, batch: int) -> dict:
    """The attributes of an op, their dimensions evaluated for a batch size."""

    def fix(value):
        if isinstance(value, tuple):
            return tuple(fix(v) for v in value)
        return value.at(batch) if hasattr(value, "at") else value

    return {name: fix(value) for name, value in attrs.items()}
