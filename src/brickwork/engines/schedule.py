"""In which order instructions run, and where threads wait for one another.

Each thread does its share of the rows of an instruction. What a thread wrote it may read again
at once; what another thread wrote it may read only after a barrier. Instructions that share the
same rows are brought together, so that a training step needs few barriers.
"""

from __future__ import annotations

from itertools import pairwise

from ..program import BATCH
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
    for one, following in pairwise([*order, None]):
        if following is None or following.follows is not one or following.barrier:
            one.chunk = 0
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
    order, last = [], None
    while ready:
        sharing = None if last is None else last.shared
        alike = [i for i in ready if instructions[i].shared == sharing]
        tied = [i for i in alike if last is not None and instructions[i].follows is last]
        pick = (tied or alike or ready)[0]
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
    """A barrier wherever an instruction touches what another thread may have touched since the
    last one, unless both only read or both keep to the same rows.

    What follows another instruction row by row has its barrier before that one, if it can be."""
    # Each thread has filled its rows of the inputs.
    since: list[Access] = [(i, True, BATCH, True) for i, b in enumerate(planner.buffers)
                           if b[0] == "input"]
    last: list[Access] = []  # those of the instruction before
    after_guard, previous = False, None
    for instruction in order:
        own = [(b, w, instruction.shared, b in instruction.aligned)
               for b, w in [*((b, False) for b in instruction.ins),
                            *((b, True) for b in instruction.outs)]]
        wait = after_guard or _meet(planner, own, since)
        tied = previous is not None and instruction.follows is previous
        if wait and tied and not after_guard and not _meet(planner, own, last):
            previous.barrier, wait = True, False
            since = list(last)
        instruction.barrier = wait
        since = own if wait else since + own
        after_guard = instruction.kernel == "guard"
        previous, last = instruction, own


#: A buffer, whether it is written, what is shared, whether by own rows.
Access = tuple[int, bool, object, bool]


def _meet(planner: Planner, ours: list[Access], theirs: list[Access]) -> bool:
    """Whether a thread could meet another one's values in these accesses."""
    for buffer, writes, shared, own in ours:
        for other, written, sharing, own_then in theirs:
            if not (writes or written) or not planner.overlap(buffer, other):
                continue
            if shared is None and sharing is None:
                continue
            if not (own and own_then and shared == sharing):
                return True
    return False
