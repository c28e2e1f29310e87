"""Lowering of a map to one instruction: its steps, over numbered operands."""

from __future__ import annotations

from ..program import Symbol
from ..program.dims import Dim
from .fusion import Map, rows_and_columns
from .instruction import Instruction, label_of
from .planner import Planner


def lower_map(planner: Planner, item: Map) -> Instruction:
    """The instruction of a chain of elementwise ops, one pass over memory."""
    rows, columns = rows_and_columns(item.space, item.split)
    is_scalar = rows == 1 and columns == 1
    writer = MapWriter(planner, item)
    writer.write()
    count = rows * columns if not (isinstance(rows, Dim) and isinstance(columns, Dim)) else rows
    aligned = frozenset(
        b
        for b, s in zip(writer.outs + writer.ins, writer.spreads, strict=True)
        if s in ("full", "column")
    )
    last = item.symbols[-1]
    return Instruction(
        "map",
        writer.outs,
        writer.ins,
        label=label_of(last, chain(item.symbols)),
        shared=None if is_scalar else planner.share(rows, count),
        aligned=aligned,
        code=((rows, columns), writer.spreads, writer.steps, writer.slots),
    )


def chain(symbols) -> str:
    """The ops of a map for the debug table: ``sigmoid+log+mul``."""
    names = [s.op for s in symbols]
    return "+".join(names if len(names) < 30 else [*names[:20], "...", *names[-4:]])


class MapWriter:
    """Writes the steps of a map; its operands are numbered: outs, then ins, then scratch."""

    def __init__(self, planner: Planner, item: Map):
        self.planner, self.item = planner, item
        self.fusion = planner.fusion
        self.index = self.fusion.position[id(item.symbols[0])]
        self.inside = {id(s): i for i, s in enumerate(item.symbols)}
        self.outs: list[int] = []
        self.ins: list[int] = []
        self.spreads: list[str] = []
        self.slots: list[str] = []
        self.steps: list[tuple] = []

    def write(self) -> None:
        """Fill the operands and the steps."""
        kept = [s for s in self.item.symbols if self._needed_outside(s)]
        self.outs = [self.planner.buffer(s) for s in kept]
        out_slot = {id(s): i for i, s in enumerate(kept)}
        self.spreads = ["full" if self.item.space else "scalar"] * len(kept)
        self.slots = [s.dtype for s in kept]
        in_slot = self._operands()
        last_use = self._last_uses()
        late_copies = []
        slot_of: dict[int, int] = {}
        free: dict[str, list[int]] = {}
        for i, symbol in enumerate(self.item.symbols):
            sources = tuple(
                slot_of[id(o)] if id(o) in slot_of else in_slot[self.planner.buffer(o), spread]
                for o, spread, _ in self.fusion.operands[id(symbol)]
            )
            for operand in {id(o) for o, _, _ in self.fusion.operands[id(symbol)]}:
                slot = slot_of.get(operand)
                if slot is not None and last_use[operand] == i and slot >= self.operands_end:
                    free.setdefault(self.slots[slot], []).append(slot)
            slot = out_slot.get(id(symbol))
            if slot is None or self._old_value_needed(symbol, i):
                target = self._scratch(symbol.dtype, free)
                if slot is not None:
                    late_copies.append(("copy", slot, (target,)))
                    last_use[id(symbol)] = len(self.item.symbols)
                slot = target
            slot_of[id(symbol)] = slot
            op = "copy" if symbol.op == "broadcast_to" else symbol.op
            self.steps.append((op, slot, sources))
        self.steps += late_copies

    def _needed_outside(self, symbol: Symbol) -> bool:
        if id(symbol) in self.fusion.wanted:
            return True
        readers = self.planner.readers.get(id(symbol), [])
        return any(r != self.index for r in readers)

    def _operands(self) -> dict[tuple[int, str], int]:
        """The slots of values that are read from memory."""
        found: dict[tuple[int, str], int] = {}
        for symbol in self.item.symbols:
            for operand, spread, _ in self.fusion.operands[id(symbol)]:
                if id(operand) in self.inside:
                    continue
                key = (self.planner.buffer(operand), spread)
                if key not in found:
                    found[key] = len(self.outs) + len(self.ins)
                    self.ins.append(key[0])
                    self.spreads.append("scalar" if not self.item.space else spread)
                    self.slots.append(operand.dtype)
        self.operands_end = len(self.slots)
        return found

    def _last_uses(self) -> dict[int, int]:
        last: dict[int, int] = {}
        for i, symbol in enumerate(self.item.symbols):
            for operand, _, _ in self.fusion.operands[id(symbol)]:
                last[id(operand)] = i
        return last

    def _scratch(self, dtype: str, free: dict[str, list[int]]) -> int:
        if free.get(dtype):
            return free[dtype].pop()
        self.slots.append(dtype)
        return len(self.slots) - 1

    def _old_value_needed(self, symbol: Symbol, step: int) -> bool:
        """Whether a later step reads memory that the result of this symbol overwrites."""
        out = self.planner.buffer(symbol)
        return any(
            id(o) not in self.inside and self.planner.overlap(self.planner.buffer(o), out)
            for later in self.item.symbols[step + 1 :]
            for o, _, _ in self.fusion.operands[id(later)]
        )
