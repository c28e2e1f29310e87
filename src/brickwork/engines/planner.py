"""Planning: the buffer of every value of a program.

Everything that can be decided before the batch size is known is decided here: buffers, views of
other buffers, and which results are computed in place of a state or in a pack.
"""

from __future__ import annotations

import numpy as np

from ..program import Pack, Program, State, Symbol
from ..program.dims import Dim, size
from ..program.dtypes import widened
from .fusion import SOURCES, Fusion, Guard, Map, Product, Single, base_of, is_view
from .instruction import Instruction, label_of

#: Work on fewer elements than this is left to one thread.
SHARED_FROM = 4096
#: Operands of products with rows of at least this many bytes are packed by engine/gemm.
PACKED_BYTES = 4096


class Planner:
    """The buffers of one program, and the work that fills them."""

    def __init__(self, program: Program, guard: Symbol | None = None):
        self.program = own_memory(program)
        self.fusion = Fusion(self.program, guard)
        self.items = self.fusion.arrange()
        self.buffers: list[tuple] = []
        self.spans: list[tuple[int, object, object]] = []  # root, start, extent of each buffer
        self.states: list[State] = []
        self.placed: dict[int, int] = {}
        self.state_buffers: dict[int, int] = {}
        self.packs = {id(m): p for p in self._packs() for m in p.members}
        self.readers = self._readers()
        for symbol in self.program.inputs:
            self.buffer(symbol)
        self._place_packs()
        #: New values of state that cannot be computed in place and are copied at the end.
        self.final_copies = self._place_writes()

    # Buffers

    def add(self, kind: str, dtype: str, dims, arg=0, offset=0) -> int:
        """Add a buffer and return its index.

        Args:
            kind: "temp", "input", "state", "const" or "view".
            dtype: dtype of its elements.
            dims: its shape.
            arg: index of the input, the state or the viewed buffer, or the bytes of a constant.
            offset: first element of a view in the viewed buffer.
        """
        index = len(self.buffers)
        self.buffers.append((kind, dtype, list(dims), arg, offset))
        if kind == "view":
            root, start, _ = self.spans[arg]
            start = None if start is None or isinstance(offset, Dim) else start + offset
            self.spans.append((root, start, size(dims)))
        else:
            self.spans.append((index, 0, size(dims) if _affine(dims) else None))
        return index

    def buffer(self, symbol: Symbol) -> int:
        """The buffer that holds the symbol's value, added on first use."""
        index = self.placed.get(id(symbol))
        if index is None:
            index = self.placed[id(symbol)] = self._new_buffer(symbol)
        return index

    def _new_buffer(self, symbol: Symbol) -> int:
        if is_view(symbol):
            source = self.buffer(symbol.inputs[0])
            offset = 0
            if symbol.op == "slice":
                inner = size(symbol.dims[symbol.attrs["axis"] + 1 :])
                offset = symbol.attrs["start"] * inner
            return self.add("view", symbol.dtype, symbol.dims, source, offset)
        if symbol.op == "input":
            index = next((i for i, s in enumerate(self.program.inputs) if s is symbol), None)
            if index is None:
                raise ValueError(
                    f"Got {symbol!r}, a symbol of another trace, expected symbols of "
                    "the trace of this program."
                )
            return self.add("input", symbol.dtype, symbol.dims, index)
        if symbol.op == "const":
            value = np.ascontiguousarray(symbol.attrs["value"])
            return self.add("const", symbol.dtype, symbol.dims, value.tobytes())
        if symbol.op == "read":
            return self.state_buffer(symbol.attrs["state"])
        return self.add("temp", symbol.dtype, symbol.dims)

    def state_buffer(self, state: State) -> int:
        """The buffer of a variable: a view of the buffer of its pack if it is in one."""
        index = self.state_buffers.get(id(state))
        if index is None:
            pack = self.packs.get(id(state))
            if pack is not None:
                index = self.add(
                    "view",
                    widened(state.dtype),
                    state.dims,
                    self.state_buffer(pack),
                    pack.offsets[id(state)],
                )
            else:
                index = self.add("state", widened(state.dtype), state.dims, len(self.states))
                self.states.append(state)
            self.state_buffers[id(state)] = index
        return index

    def shaped(self, buffer: int, dims) -> int:
        """A buffer of the same memory with another shape."""
        _, dtype, own, _, _ = self.buffers[buffer]
        return buffer if tuple(own) == tuple(dims) else self.add("view", dtype, dims, buffer, 0)

    def overlap(self, a: int, b: int) -> bool:
        """Whether two buffers share memory; True if it depends on the batch size."""
        (root_a, start_a, extent_a), (root_b, start_b, extent_b) = self.spans[a], self.spans[b]
        if root_a != root_b:
            return False
        known = (start_a, extent_a, start_b, extent_b)
        if not all(isinstance(v, int) for v in known):
            return True
        return start_a < start_b + extent_b and start_b < start_a + extent_a

    # Placing results

    def _packs(self) -> list[Pack]:
        states = [s.attrs["state"] for s in self.fusion.symbols if s.op == "read"]
        states += self.program.writes
        return [s for s in dict.fromkeys(states) if isinstance(s, Pack)]

    def _readers(self) -> dict[int, list[int]]:
        """For each symbol in memory, the items that read it from there."""
        readers: dict[int, list[int]] = {}
        for index, item in enumerate(self.items):
            for symbol in self.reads_of(item):
                readers.setdefault(id(base_of(symbol)), []).append(index)
        return readers

    def reads_of(self, item) -> list[Symbol]:
        """What an item reads from memory, without its own intermediate values."""
        if isinstance(item, Map):
            inside = {id(s) for s in item.symbols}
            operands = [o for s in item.symbols for o, _, _ in self.fusion.operands[id(s)]]
            return [o for o in dict.fromkeys(operands) if id(o) not in inside]
        if isinstance(item, Product):
            extra = [s for s in (item.bias, item.mask) if s is not None]
            return [*item.product.inputs, *extra]
        return list(item.symbol.inputs) if isinstance(item, Single) else [item.symbol]

    def _place_packs(self) -> None:
        """Have packed values computed in the memory of the pack."""
        for symbol in self.fusion.symbols:
            if symbol.op != "pack":
                continue
            whole, offset = self.buffer(symbol), 0
            for part in symbol.inputs:
                base = base_of(part)
                same_size = size(base.dims) == size(part.dims)
                if (
                    base.op not in SOURCES
                    and base.op != "pack"
                    and same_size
                    and (id(base) not in self.placed)
                ):
                    self.placed[id(base)] = self.add("view", base.dtype, base.dims, whole, offset)
                offset += size(part.dims)

    def _place_writes(self) -> list[tuple[State, Symbol]]:
        """Have new values of state computed in place; returns those that must be copied.

        A member of a pack may be written after the pack: what reads the pack's new value must run
        in between, and copies at the end come in the order of the writes.
        """
        copies: list[tuple[State, Symbol]] = []
        done: list[Symbol] = []
        for state, symbol in self.program.writes.items():
            base, target = base_of(symbol), self.state_buffer(state)
            late = any(self.overlap(target, self.state_buffer(s)) for s, _ in copies)
            if not late and self._can_be_in_place(base, symbol, target, done):
                self.placed[id(base)] = self.shaped(target, base.dims)
                done.append(base)
            else:
                copies.append((state, symbol))
        return copies

    def _can_be_in_place(
        self, base: Symbol, symbol: Symbol, target: int, done: list[Symbol]
    ) -> bool:
        """Whether a new value can be computed in the memory of the state.

        It must come after the guard, and after everything else that reads the old value.
        """
        if id(base) in self.placed or base.op in ("pack", *SOURCES):
            return False
        if size(base.dims) != size(symbol.dims):
            return False
        index = self.fusion.position[id(base)]
        if self.fusion.guard is not None:
            guard = next(i for i, item in enumerate(self.items) if isinstance(item, Guard))
            if index < guard:
                return False
        old = [s for s in self.fusion.symbols if s.op == "read"] + done
        for value in old:
            if not self.overlap(self.buffer(value), target):
                continue
            for reader in self.readers.get(id(value), []):
                if reader > index or (
                    reader == index and not self._reads_elementwise(value, index, target)
                ):
                    return False
        return True

    def _reads_elementwise(self, value: Symbol, index: int, target: int) -> bool:
        """Whether the item computes element i of the new value from element i of the old one."""
        item = self.items[index]
        if not isinstance(item, Map):
            return False
        read = [
            (self.buffer(o), spread)
            for s in item.symbols
            for o, spread, _ in self.fusion.operands[id(s)]
            if base_of(o) is value
        ]
        return all(
            not self.overlap(b, target)
            or (self.spans[b] == self.spans[target] and (spread == "full" or self.spans[b][2] == 1))
            for b, spread in read
        )

    # Parts of instructions that several lowerings need

    def share(self, rows, count=None) -> object:
        """The extent that is divided among threads; None if the work is too small for that."""
        if isinstance(rows, Dim):
            return rows
        return (
            rows
            if rows > 1 and (count is None or isinstance(count, Dim) or count >= SHARED_FROM)
            else None
        )

    def copy_all(self, symbol: Symbol, target: int) -> Instruction:
        """The instruction that copies a whole value into a buffer of the same size."""
        total = size(symbol.dims)
        source = self.shaped(self.buffer(symbol), (total,))
        target = self.shaped(target, (total,))
        spread = "scalar" if total == 1 else "full"
        dtype = symbol.dtype
        shared = self.share(total, total)
        return Instruction(
            "map",
            [target],
            [source],
            label=label_of(symbol, "copy"),
            shared=shared,
            aligned=frozenset([source, target]),
            code=((total, 1), [spread, spread], [("copy", 0, (1,))], [dtype, dtype]),
        )


def _affine(dims) -> bool:
    return sum(isinstance(d, Dim) for d in dims) <= 1


def own_memory(program: Program) -> Program:
    """The same program with memory of its own for every new value of state and every output.

    None of them is an alias of an input, a constant, a state or another of these values: where one
    is, a copy is inserted.
    """
    taken: set[int] = set()

    def own(symbol: Symbol) -> Symbol:
        base = base_of(symbol)
        if base.op in SOURCES or id(base) in taken:
            symbol = Symbol("copy", (symbol,), {}, symbol.dims, symbol.dtype, symbol.layer)
            base = symbol
        taken.add(id(base))
        return symbol

    writes = {state: own(symbol) for state, symbol in program.writes.items()}
    outputs = [
        own(s) if base_of(s).op in SOURCES or id(base_of(s)) in taken else s
        for s in program.outputs
    ]
    return Program(program.inputs, outputs, writes, program.structure)
