"""Programs that differ in the values of constants alone, as one program.

A rate of dropout, a penalty on weights and an optimizer's momentum are constants of the programs
that are traced. Where programs of several models differ in nothing else, one program stands for all
of them: each constant that differs is a state there, with a value for each model.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from ..program import Pack, Program, State, Symbol


class Constant(State):
    """A constant that has another value in each of several programs.

    Args:
        symbols: the constant of each program.
    """

    def __init__(self, symbols: Sequence[Symbol]):
        self.values = [symbol.attrs["value"] for symbol in symbols]
        self.dims: Any = symbols[0].dims
        self.dtype = symbols[0].dtype
        self.name = self.path = "constant"


def outline(program: Program, names: dict[int, Any], numbers: dict[tuple, int]) -> tuple:
    """A key that is equal for programs that differ in the values of constants alone.

    Equal constants, and equal ops, are one symbol of a program. Which of them happen to be equal
    does not count, so that the key is that of the program as a tree.

    Args:
        program: the program.
        names: of the states of its model by their `id`, equal for states of one role.
        numbers: the ops that were met so far, to which its own are added. Keys can be compared if
            they were made with the same dict.

    Raises:
        ValueError: for a state without a name.
    """

    def name(state: Any) -> Any:
        if isinstance(state, Pack):
            return tuple(map(name, state.members))
        if id(state) not in names:
            raise ValueError(f"{state.path} is no variable of the model")
        return names[id(state)]

    known = {id(symbol): -1 - index for index, symbol in enumerate(program.inputs)}
    for symbol in program.order():
        if symbol.op == "input":
            continue
        if symbol.op == "read":
            own: Any = name(symbol.attrs["state"])
        else:
            own = None if symbol.op == "const" else tuple(sorted(symbol.attrs.items()))
        sources = tuple(known[id(source)] for source in symbol.inputs)
        key = symbol.op, own, symbol.dims, symbol.dtype, sources
        known[id(symbol)] = numbers.setdefault(key, len(numbers))
    return (
        tuple((symbol.dims, symbol.dtype) for symbol in program.inputs),
        tuple(known[id(symbol)] for symbol in program.outputs),
        tuple((name(state), known[id(symbol)]) for state, symbol in program.writes.items()),
    )


def joined(programs: Sequence[Program]) -> Program:
    """One program for several whose outlines are equal.

    Its inputs and states are those of the first, beside a `Constant` for each constant that is
    not the same in all of them.
    """
    first = programs[0]
    if len(programs) == 1:
        return first
    done: dict[tuple[int, ...], Symbol] = {}

    def of(roots: Iterator[tuple[Symbol, ...]]) -> list[Symbol]:
        wanted = list(roots)
        stack = wanted[::-1]
        while stack:  # it does not recurse, so that networks may be deep
            symbols = stack[-1]
            key = tuple(map(id, symbols))
            sources = list(zip(*(symbol.inputs for symbol in symbols), strict=True))
            missing = [s for s in sources if tuple(map(id, s)) not in done]
            if missing and key not in done:
                stack += missing[::-1]
                continue
            stack.pop()
            if key not in done:
                done[key] = _joined(symbols, [done[tuple(map(id, s))] for s in sources])
        return [done[tuple(map(id, symbols))] for symbols in wanted]

    outputs = of(zip(*(program.outputs for program in programs), strict=True))
    written = of(zip(*(program.writes.values() for program in programs), strict=True))
    writes = dict(zip(first.writes, written, strict=True))
    return Program(first.inputs, outputs, writes, first.structure)


def _joined(symbols: tuple[Symbol, ...], inputs: list[Symbol]) -> Symbol:
    """One symbol for those that have the same place in their programs."""
    first = symbols[0]
    if first.op == "const":
        value = first.attrs["value"].tobytes()
        if all(symbol.attrs["value"].tobytes() == value for symbol in symbols):
            return first
        attrs = {"state": Constant(symbols)}
        return Symbol("read", (), attrs, first.dims, first.dtype, first.layer)
    if all(a is b for a, b in zip(inputs, first.inputs, strict=True)):
        return first
    return Symbol(first.op, tuple(inputs), first.attrs, first.dims, first.dtype, first.layer)
