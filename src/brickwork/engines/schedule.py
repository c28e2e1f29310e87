"""In which order instructions run, and where threads wait for one another.

Each thread does its share of the rows of an instruction. What a thread wrote it may read again
at once; what another thread wrote it may read only after a barrier. Instructions that share the
same rows are brought together, so that a training step needs few barriers.
"""

from __future__ import annotations

from .instruction import Instruction, Layout
from .planner import Planner


def schedule(planner: Planner, layout: Layout) -> None:
    """Reorder the instructions of a layout and mark those before which threads wait."""
    instructions = layout.instructions
    needs = dependencies(planner, layout)
    order = [instructions[i] for i in _grouped(instructions, needs)]
    done_once = [i for i in order if i.once]
    order = [i for i in order if not i.once]
    _mark_barriers(planner, order)
    layout.instructions = done_once + order


def dependencies(planner: Planner, layout: Layout) -> list[set[int]]:
    """For each instruction those that must run before it."""
    needs: list[set[int]] = []
    touched: dict[int, list[tuple[int, int, bool]]] = {}  # root -> (instruction, buffer, written)
    state_roots = {i for i, b in enumerate(planner.buffers) if b[0] == "state"}
    guard = None
    for index, instruction in enumerate(layout.instructions):
        before: set[int] = set()
        accesses = [(b, False) for b in instruction.ins] + [(b, True) for b in instruction.outs]
        for buffer, writes in accesses:
            root = planner.spans[buffer][0]
            for other, theirs, written in touched.get(root, []):
                if (writes or written) and planner.overlap(buffer, theirs):
                    before.add(other)
            if writes and root in state_roots and guard is not None:
                before.add(guard)
        for buffer, writes in accesses:
            touched.setdefault(planner.spans[buffer][0], []).append((index, buffer, writes))
        before.discard(index)
        needs.append(before)
        if instruction.kernel == "guard":
            guard = index
    return needs


def _grouped(instructions: list[Instruction], needs: list[set[int]]) -> list[int]:
    """A legal order that stays with one kind of sharing as long as it can."""
    users: list[list[int]] = [[] for _ in instructions]
    missing = [len(n) for n in needs]
    for index, before in enumerate(needs):
        for other in before:
            users[other].append(index)
    ready = sorted(i for i, n in enumerate(missing) if n == 0)
    order, sharing = [], None
    while ready:
        pick = next((i for i in ready if instructions[i].shared == sharing), ready[0])
        ready.remove(pick)
        sharing = instructions[pick].shared
        order.append(pick)
        for user in users[pick]:
            missing[user] -= 1
            if missing[user] == 0:
                ready.append(user)
        ready.sort()
    return order


def _mark_barriers(planner: Planner, order: list[Instruction]) -> None:
    """A barrier wherever an instruction touches what another thread may have touched since the
    last one, unless both only read or both keep to the same rows."""
    since: list[tuple[int, bool, object, bool]] = []  # buffer, written, sharing, by own rows
    after_guard = False
    for instruction in order:
        accesses = [(b, False) for b in instruction.ins] + [(b, True) for b in instruction.outs]
        wait = after_guard
        for buffer, writes in accesses:
            own = buffer in instruction.aligned
            for theirs, written, sharing, own_then in since:
                if not (writes or written) or not planner.overlap(buffer, theirs):
                    continue
                if sharing is None and instruction.shared is None:
                    continue
                if not (own and own_then and sharing == instruction.shared):
                    wait = True
        instruction.barrier = wait
        if wait:
            since.clear()
        after_guard = instruction.kernel == "guard"
        since += [(b, w, instruction.shared, b in instruction.aligned) for b, w in accesses]
