"""What a plan is made of: kernels with their operands, and all of them laid out."""

from __future__ import annotations

from dataclasses import dataclass, field

from ..program import State, Symbol


@dataclass(slots=True, eq=False)
class Instruction:
    """One kernel with its operands.

    Attributes:
        shared: the extent that threads share, or None when one thread does it all. Of extents
            that are equal threads have the same shares.
        aligned: buffers of which row i belongs to row i of `shared`.
        once: follows from the batch size alone, so it is done when that is known.
        follows: the instruction that this one should come right after.
        chunk: so many rows at a time, in turns with the instruction that follows; 0 is all.
    """

    kernel: str
    outs: list[int]
    ins: list[int]
    ints: list = field(default_factory=list)
    reals: list[float] = field(default_factory=list)
    label: str = ""
    shared: object = None
    aligned: frozenset[int] = frozenset()
    code: tuple | None = None
    barrier: bool = False
    once: bool = False
    follows: Instruction | None = None
    chunk: int = 0


@dataclass(slots=True)
class Layout:
    """The buffers, instructions, state and outputs of a plan."""

    buffers: list[tuple]
    instructions: list[Instruction]
    states: list[State]
    outputs: list[int]


def label_of(symbol: Symbol, what: str) -> str:
    """What an instruction is called in the debug table: ``layer/ops``."""
    return f"{symbol.layer}/{what}" if symbol.layer else what
