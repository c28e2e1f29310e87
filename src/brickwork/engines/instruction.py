"""The parts of a plan: instructions, which are kernels with operands, and their layout."""

from __future__ import annotations

from ..program import State, Symbol


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

    __slots__ = (
        "aligned",
        "barrier",
        "chunk",
        "code",
        "follows",
        "ins",
        "ints",
        "kernel",
        "label",
        "once",
        "outs",
        "reals",
        "shared",
    )

    def __init__(
        self,
        kernel: str,
        outs: list[int],
        ins: list[int],
        ints: list | None = None,
        reals: list[float] | None = None,
        label: str = "",
        shared: object = None,
        aligned: frozenset[int] = frozenset(),
        code: tuple | None = None,
        barrier: bool = False,
        once: bool = False,
        follows: Instruction | None = None,
        chunk: int = 0,
    ):
        self.kernel = kernel
        self.outs = outs
        self.ins = ins
        self.ints = [] if ints is None else ints
        self.reals = [] if reals is None else reals
        self.label = label
        self.shared = shared
        self.aligned = aligned
        self.code = code
        self.barrier = barrier
        self.once = once
        self.follows = follows
        self.chunk = chunk


class Layout:
    """The buffers, instructions, state and outputs of a plan."""

    __slots__ = ("buffers", "instructions", "outputs", "states")

    def __init__(
        self,
        buffers: list[tuple],
        instructions: list[Instruction],
        states: list[State],
        outputs: list[int],
    ):
        self.buffers = buffers
        self.instructions = instructions
        self.states = states
        self.outputs = outputs


def label_of(symbol: Symbol, what: str) -> str:
    """The label of an instruction in the debug table: ``layer/ops``."""
    return f"{symbol.layer}/{what}" if symbol.layer else what
