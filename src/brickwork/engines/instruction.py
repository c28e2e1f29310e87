"""The parts of a plan: instructions, which are kernels with operands, and their layout."""

from __future__ import annotations

from dataclasses import dataclass, field

from ..program import State, Symbol


@dataclass(slots=True, eq=False)
class Instruction:
    """One kernel with its operands.

    Attributes:
        kernel: name of the kernel.
        outs: buffers that it writes.
        ins: buffers that it reads.
        ints: integer arguments, such as extents.
        reals: float arguments.
        label: name in the debug table, ``layer/ops``.
        shared: the extent that is divided among threads, or None if one thread does all the work.
            Equal extents are divided in the same way.
        aligned: buffers of which row i belongs to row i of `shared`.
        code: of maps: extents, broadcasts, steps and dtypes.
        barrier: whether threads wait for each other before it.
        once: whether it depends on the batch size alone, and so runs once for a batch size.
        follows: the instruction right after which this one should run.
        chunk: rows computed at a time, in turns with the instruction that follows; 0 means all.
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
    """The label of an instruction in the debug table: ``layer/ops``."""
    return f"{symbol.layer}/{what}" if symbol.layer else what
