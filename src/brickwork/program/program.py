"""A program: the ops of a model as one graph, with the state that they read and write."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import numpy as np

from .dims import BATCH, Dim
from .dtypes import DTYPES, HALF, rounded, standard
from .jax_calls import CALL
from .symbol import Symbol, TraceError
from .trace import tracing
from .variable import State


class Program:
    """A graph of ops that an engine runs.

    Attributes:
        inputs: symbols of op "input", in the order in which arrays are passed.
        outputs: the symbols whose values are returned.
        writes: the state that changes, and the symbols of its new values.
        structure: how `outputs` were nested in the return value of the traced function.
        executable: an engine's plan of it, if it was run.
    """

    __slots__ = ("__weakref__", "executable", "inputs", "outputs", "structure", "writes")

    def __init__(
        self,
        inputs: list[Symbol],
        outputs: list[Symbol],
        writes: dict[State, Symbol] | None = None,
        structure: Any = None,
    ):
        self.inputs = inputs
        self.outputs = outputs
        self.writes = {} if writes is None else writes
        self.structure = structure
        self.executable: Any = None

    def order(self) -> list[Symbol]:
        """All symbols that the outputs and writes depend on, each after its inputs."""
        return topological([*self.outputs, *self.writes.values()])

    @property
    def calls_jax(self) -> bool:
        """Whether it calls functions of the user's that call JAX, so that JAX has to run it."""
        return any(symbol.op == CALL for symbol in self.order())

    def rebuild(self, values: Sequence) -> Any:
        """The values of the outputs, nested as the traced function returned them."""
        return unflatten(self.structure, iter(self.as_declared(values)))

    def as_declared(self, values: Sequence) -> Sequence:
        """The values of the outputs in the outputs' dtypes: half precision is float32 in plans."""
        if not any(symbol.dtype in HALF for symbol in self.outputs):
            return values
        return [
            rounded(value, symbol.dtype) if symbol.dtype in HALF else value
            for value, symbol in zip(values, self.outputs, strict=True)
        ]

    def batch_of(self, arrays: Sequence[np.ndarray]) -> int:
        """The batch size of the inputs, which must agree on it."""
        batch = None
        for symbol, array in zip(self.inputs, arrays, strict=True):
            if symbol.dims and isinstance(symbol.dims[0], Dim):
                rows = array.shape[0]
                if batch not in (None, rows):
                    raise ValueError(
                        f"inputs: got {batch} and {rows} rows, expected the same "
                        "number of rows in each."
                    )
                batch = rows
        return 1 if batch is None else batch


def topological(roots: Iterable[Symbol]) -> list[Symbol]:
    """The symbols that the roots depend on, each after its inputs.

    It does not recurse, so that networks may be deep.
    """
    done: dict[int, Symbol] = {}
    stack: list[tuple[Symbol, int]] = [(root, 0) for root in reversed(list(roots))]
    while stack:
        symbol, next_input = stack.pop()
        if id(symbol) in done:
            continue
        if next_input < len(symbol.inputs):
            stack.append((symbol, next_input + 1))
            child = symbol.inputs[next_input]
            if id(child) not in done:
                stack.append((child, 0))
        else:
            done[id(symbol)] = symbol
    return list(done.values())


def input_symbol(dims: Iterable[int | Dim], dtype: str, name: str = "input") -> Symbol:
    """A symbol whose value is passed when the program runs."""
    dtype = dtype if dtype in DTYPES else standard(dtype)
    return Symbol("input", (), {"name": name}, tuple(dims), dtype)


def signature_of(array: np.ndarray, batched: bool = True) -> tuple[tuple, str]:
    """Dims and dtype of an array; its first dimension is the batch unless `batched` is False."""
    dims = array.shape
    if batched and dims:
        dims = (BATCH, *dims[1:])
    return dims, standard(array.dtype)


def trace_function(
    function: Callable,
    signatures: Sequence[tuple],
    training: bool = False,
    names: Sequence[str] | None = None,
) -> Program:
    """Call a function once on symbols, and return the program that it records.

    Args:
        function: takes one symbol for each signature; returns symbols, or tuples, lists or dicts
            of them.
        signatures: ``(dims, dtype)`` of each input.
        training: whether layers inside run in training mode.
        names: names of the inputs; None means "input_0", "input_1", ...
    """
    names = names or [f"input_{i}" for i in range(len(signatures))]
    inputs = [
        input_symbol(dims, dtype, name)
        for (dims, dtype), name in zip(signatures, names, strict=True)
    ]
    with tracing(training) as trace:
        result = function(*inputs)
        structure, outputs = flatten(result)
    return Program(inputs, outputs, dict(trace.writes), structure)


def flatten(value: Any) -> tuple[Any, list[Symbol]]:
    """The nesting of a value, and the symbols in its tuples, lists and dicts."""
    from .primitive import as_symbol

    if isinstance(value, dict):
        named = {key: flatten(v) for key, v in value.items()}
        structure: Any = {key: s for key, (s, _) in named.items()}
        return structure, [leaf for _, leaves in named.values() for leaf in leaves]
    if isinstance(value, list | tuple):
        parts = [flatten(v) for v in value]
        structure = _level(value, [s for s, _ in parts])
        return structure, [leaf for _, leaves in parts for leaf in leaves]
    if value is None:
        return None, []
    if isinstance(value, Symbol | State | int | float | np.ndarray | np.generic):
        return Symbol, [as_symbol(value)]
    raise TraceError(
        f"A traced function returned {type(value).__name__}, expected symbols, or "
        "tuples, lists or dicts of them."
    )


def unflatten(structure: Any, values: Iterator[Any]) -> Any:
    """The inverse of `flatten`."""
    if isinstance(structure, dict):
        return {key: unflatten(s, values) for key, s in structure.items()}
    if isinstance(structure, list | tuple):
        return _level(structure, [unflatten(s, values) for s in structure])
    return None if structure is None else next(values)


def _level(like: Any, parts: list) -> Any:
    """Parts in a list, tuple or named tuple of the type of another."""
    return type(like)(*parts) if hasattr(like, "_fields") else type(like)(parts)
