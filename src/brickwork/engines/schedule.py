"""Scheduling: the order of the instructions, and where threads wait for each other.

Each thread does its part of the rows of an instruction. A thread may read at once what it wrote
itself, but only after a barrier what another thread wrote. Instructions that divide the same rows
are grouped, so that a training step needs few barriers.
"""

from __future__ import annotations

from itertools import pairwise

from ..program import BATCH
from .instruction import Instruction, Layout
from .planner import Planner


def schedule(planner: Planner, layout: Layout) -> None:
    """Reorder the instructions of a layout, and mark those before which threads wait."""
    instructions = layout.instructions
    needs = dependencies(planner, layout)
    order = [instructions[i] for i in _grouped(instructions, needs)]
    done_once = [i for i in order if i.once]
    order = [i for i in order if not i.once]
    _mark_barriers(planner, order)
    for one, following in pairwise([*order, None]):
        if following is None or following.follows is not one or following.barrier:
            one.chunk = 0
    layout.instructions = done_once + order


def dependencies(planner: Planner, layout: Layout) -> list[set[int]]:
    """For each instruction, the indices of those that must run before it."""
    needs: list[set[int]] = []
    touched: dict[int, list[tuple[int, int, bool]]] = {}  # root -> (instruction, buffer, written)
    state_roots = {i for i, b in enumerate(planner.buffers) if b[0] == "state"}
    guard = None
    for index, instruction in enumerate(layout.instructions):
        before: set[int] = set()
        accesses = [(b, False) for b in instruction.ins] + [(b, True) for b in instruction.outs]
        for buffer, writes in accesses:
            root = planner.spans[buffer][0]
            for other, other_buffer, written in touched.get(root, []):
                if (writes or written) and planner.overlap(buffer, other_buffer):
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
    """A valid order that keeps instructions with the same shared extent together."""
    users: list[list[int]] = [[] for _ in instructions]
    missing = [len(n) for n in needs]
    for index, before in enumerate(needs):
        for other in before:
            users[other].append(index)
    ready = sorted(i for i, n in enumerate(missing) if n == 0)
    order, last = [], None
    while ready:
        sharing = None if last is None else last.shared
        same = [i for i in ready if instructions[i].shared == sharing]
        followers = [i for i in same if last is not None and instructions[i].follows is last]
        pick = (followers or same or ready)[0]
        ready.remove(pick)
        last = instructions[pick]
        order.append(pick)
        for user in users[pick]:
            missing[user] -= 1
            if missing[user] == 0:
                ready.append(user)
        ready.sort()
    return order


def _mark_barriers(planner: Planner, order: list[Instruction]) -> None:
    """Set a barrier before each instruction that accesses what another thread may have accessed.

    This counts from the last barrier on, unless both only read, or both access the same rows. An
    instruction that follows another row by row gets its barrier before that one, if possible.
    """
    # Each thread has filled its rows of the inputs.
    since: list[Access] = [
        (i, True, BATCH, True) for i, b in enumerate(planner.buffers) if b[0] == "input"
    ]
    last: list[Access] = []  # accesses of the previous instruction
    after_guard, previous = False, None
    for instruction in order:
        own = [
            (b, w, instruction.shared, b in instruction.aligned)
            for b, w in [
                *((b, False) for b in instruction.ins),
                *((b, True) for b in instruction.outs),
            ]
        ]
        wait = after_guard or _conflict(planner, own, since)
        follows = previous is not None and instruction.follows is previous
        if wait and follows and not after_guard and not _conflict(planner, own, last):
            previous.barrier, wait = True, False
            since = list(last)
        instruction.barrier = wait
        since = own if wait else since + own
        after_guard = instruction.kernel == "guard"
        previous, last = instruction, own


#: A buffer, whether it is written, the shared extent, whether each thread keeps to its own rows.
Access = tuple[int, bool, object, bool]


def _conflict(planner: Planner, later: list[Access], earlier: list[Access]) -> bool:
    """Whether a thread could access what another thread writes, or overwrite what it reads."""
    for buffer, writes, shared, own_rows in later:
        for other, written, other_shared, other_own_rows in earlier:
            if not (writes or written) or not planner.overlap(buffer, other):
                continue
            if shared is None and other_shared is None:
                continue
            if not (own_rows and other_own_rows and shared == other_shared):
                return True
    return False
