"""The programs of a model that are kept: one for each kind of step and each shape of its data.

Rows of many lengths make many programs. The least recently used ones are given up, and where new
ones take most of the time, a warning says what to do.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from itertools import chain
from time import perf_counter
from typing import Any
from weakref import ref

from ..data import warn_once
from ..program import Program

#: Programs that are kept, at least and at most; between these as many as need this much memory.
LEAST, MOST, BYTES = 8, 256, 1 << 29
#: The number of programs, and of the last of them, from which their share of the time counts.
MANY, LATELY = 64, 32


class Entry:
    """One program and its plans.

    Attributes:
        program, guard: as an executable takes them.
        executables: by their number of threads.
        cost: batch size and estimated microseconds of the last run; None before the first.
        nbytes: estimated memory of its values.
        used: when it was used last; a count.
    """

    __slots__ = ("cost", "executables", "guard", "nbytes", "program", "used")

    def __init__(self, program: Program, guard: Any):
        self.program, self.guard = program, guard
        self.executables: dict[int, Any] = {}
        self.cost: tuple[int, float] | None = None
        self.nbytes = self.used = 0

    def last_used(self) -> int:
        """When it was used last, by whomever."""
        return max([self.used, *(plan.used for plan in self.executables.values())])


class KeptPrograms:
    """The programs by their keys.

    Args:
        name: name of the model, for the warning.
    """

    def __init__(self, name: str):
        self.name = name
        self.entries: dict[tuple, Entry] = {}
        self._count = 0
        self._made, self._warned = 0, False
        self._given_up: list[ref] = []
        self._lately: deque[tuple[float, float]] = deque(maxlen=LATELY)  # ends and durations

    def find(self, key: tuple, make: Callable[[], tuple[Program, Any]]) -> Entry:
        """The program of a key, made if there is none."""
        entry = self.entries.get(key)
        if entry is None:
            entry = self.entries[key] = Entry(*make())
        self._count = entry.used = self._count + 1
        return entry

    def note(self, executable: Any) -> None:
        """Note that a plan is used by someone who keeps it."""
        self._count = executable.used = self._count + 1

    def made(self, seconds: float) -> None:
        """Make room for a plan that took this long to make; warn where making them dominates."""
        self._make_room()
        self._made += 1
        self._lately.append((perf_counter(), seconds))
        if self._warned or self._made < MANY or len(self._lately) < LATELY:
            return
        (first, _), *rest = self._lately
        share = sum(took for _, took in rest) / max(rest[-1][0] - first, 1e-9)
        if share > 0.5:
            self._warned = True
            warn_once(
                "lengths",
                f"{self.name}: each shape of data needs a program of its own. {self._made} were "
                f"made, the last one in {1000 * seconds:.0f} ms, and of late that took {share:.0%} "
                "of the time. Give rows fewer lengths: pad each batch to the next multiple of 32, "
                "for instance, and put rows of similar lengths into a batch (bucketing).",
            )

    def _make_room(self) -> None:
        """Give up the least recently used programs, where all need too much memory."""
        total = sum(entry.nbytes for entry in self.entries.values())
        oldest = sorted(self.entries, key=lambda key: self.entries[key].last_used())
        for key in oldest[:-1]:
            count = len(self.entries)
            if count <= LEAST or (count <= MOST and total <= BYTES):
                return
            if key[0] in ("begin", "end"):  # of which there are few, and always needed
                continue
            total -= self.entries[key].nbytes
            self._give_up(key)

    def forget(self, kind: str) -> None:
        """Give up all programs of a kind, which are made again for another reason than lengths."""
        self._lately.clear()
        for key in [key for key in self.entries if key[0] == kind]:
            self._give_up(key)

    def _give_up(self, key: tuple) -> None:
        """Keep a program no longer; a loop may still run its plans."""
        gone = self.entries.pop(key)
        alive = [r for r in self._given_up if r() is not None]
        self._given_up = [*alive, *map(ref, gone.executables.values())]

    def executables(self) -> Iterator[Any]:
        """The plans of all programs, the last used ones last; and those given up that a loop still
        runs. Of plans that need the same variables side by side with others, the one that is bound
        last has them."""
        by_use = sorted(self.entries.values(), key=Entry.last_used)
        yield from chain.from_iterable(entry.executables.values() for entry in by_use)
        yield from (plan for r in self._given_up if (plan := r()) is not None)
