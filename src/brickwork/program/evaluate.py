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
    if _runner is None:
        return None
    _attach(program)
    return _runner(program)


def run(program: Program, arrays: list[np.ndarray]) -> list[np.ndarray]:
    """The outputs of a program; its writes are applied to the variables."""
    if _engine is None:
        # The engine of this package registers itself when it is imported.
        import_module("brickwork.engines.native")
    _attach(program)
    return (_engine or interpret)(program, arrays)


def _attach(program: Program) -> None:
    """Let JAX run a program that calls it."""
    if program.executable is None and program.calls_jax:
        import_module("brickwork.engines.jax").attach(program)


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
    batch = program.batch_of(arrays)

    def compute(symbol: Symbol, inputs: list[np.ndarray]) -> np.ndarray:
        return computed(symbol.op, inputs, at_batch(symbol.attrs, batch), symbol.dtype)

    given = [
        np.asarray(array, numpy_dtype(symbol.dtype))
        for symbol, array in zip(program.inputs, arrays, strict=True)
    ]
    known = values_in(program, given, compute)
    for state, symbol in program.writes.items():
        state.store(known[id(symbol)])
    return [known[id(symbol)] for symbol in program.outputs]


def values_in(
    program: Program,
    arrays: Sequence[Any],
    compute: Callable[[Symbol, list], Any],
    read: Callable[[State], Any] = lambda state: state.numpy(),
) -> dict[int, Any]:
    """Return the value of each symbol of a program, by the symbol's id.

    Args:
        program: the program.
        arrays: for each of its inputs an array.
        compute: a function of an op's symbol and the values of its inputs, which returns its value.
        read: a function of a state that returns its value; default the one that it has.
    """
    known: dict[int, Any] = dict(zip(map(id, program.inputs), arrays, strict=True))
    for symbol in program.order():
        if symbol.op == "const":
            known[id(symbol)] = symbol.attrs["value"]
        elif symbol.op == "read":
            known[id(symbol)] = read(symbol.attrs["state"])
        elif symbol.op != "input":
            known[id(symbol)] = compute(symbol, [known[id(one)] for one in symbol.inputs])
    return known


def at_batch(attrs: dict, batch: int) -> dict:
    """The attributes of an op, their dimensions evaluated for a batch size."""

    def fix(value):
        if isinstance(value, tuple):
            return tuple(fix(v) for v in value)
        return value.at(batch) if hasattr(value, "at") else value

    return {name: fix(value) for name, value in attrs.items()}
