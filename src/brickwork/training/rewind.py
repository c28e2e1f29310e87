"""Back to the last step after which all weights were finite.

The engine runs on until a loss is not finite. Often the weights have been lost one step earlier,
by a gradient that was not finite or an update that was too large. What training changes is
therefore copied now and then, and the steps since are done once more, one at a time.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from weakref import WeakKeyDictionary

import numpy as np

from .. import _engine
from .feeding import ran

#: Weights of a model for which copies are made; the steps of larger ones are guarded themselves.
MOST = 1 << 20
#: How much longer than it takes to copy is waited until the next copy.
PATIENCE = 100
#: Of a step the numbers of the states that it changes, and of those that are weights.
_changed: WeakKeyDictionary = WeakKeyDictionary()


@dataclass(frozen=True, slots=True)
class Order:
    """Which rows are in which step of a training on arrays, as the engine takes them.

    Args:
        rows, batch: how many there are of them, in all and in a step.
        steps, whole: steps of an epoch at most, and of a pass over all rows.
        seed: of the order of rows, None where they stay as they are.
        first_epoch: the one that began the first pass.

    >>> Order(rows=5, batch=2, steps=2, whole=3).of(1, 0)
    array([4])
    """

    rows: int
    batch: int
    steps: int
    whole: int
    seed: int | None = None
    first_epoch: int = 0
    _known: dict[int, np.ndarray] = field(default_factory=dict, repr=False, compare=False)

    def _place(self, epoch: int) -> tuple[int, int]:
        return divmod(epoch - self.first_epoch, -(-self.whole // self.steps))

    def length(self, epoch: int) -> int:
        """Steps of an epoch."""
        return min(self.steps, self.whole - self._place(epoch)[1] * self.steps)

    def of(self, epoch: int, step: int) -> np.ndarray:
        """The numbers of the rows."""
        turn, part = self._place(epoch)
        start = (part * self.steps + step) * self.batch
        stop = min(start + self.batch, self.rows)
        if self.seed is None:
            return np.arange(start, stop)
        if turn not in self._known:  # of a pass that is gone through again step by step
            self._known.clear()
            self._known[turn] = _engine.shuffle_order(self.rows, self.seed, turn)
        return self._known[turn][start:stop]

    def since(self, epoch: int, step: int):
        """Every ``(epoch, step)`` from one on."""
        while True:
            yield from ((epoch, s) for s in range(step, self.length(epoch)))
            epoch, step = epoch + 1, 0


class Recall:
    """Copies of what a training changes.

    Args:
        model: whose weights are to stay finite; those that are not to begin with don't count.
        step: the `Executable` of a step.
        arrays, order: the data, and which rows of them are in a step.
    """

    def __init__(self, model, step, arrays, order: Order):
        self.model, self.step, self.arrays, self.order = model, step, arrays, order
        if step not in _changed:
            _changed[step] = _changes(model, step)
        self.changed, weights = _changed[step]
        self.weights = [i for i in weights if _finite(step.arrays[i])]
        self.place = (0, 0)
        self.copies: list[np.ndarray] = []
        self.due = 0.0

    def keep(self, epoch: int, step: int, at_once: bool = True) -> None:
        """Copy, before this step, unless it was done a short time ago."""
        begun = time.perf_counter()
        if at_once or begun >= self.due:
            self._copy()
            self.place = epoch, step
            done = time.perf_counter()
            self.due = done + PATIENCE * (done - begun)

    def finite(self) -> bool:
        """Whether the weights are still finite."""
        arrays = self.step.ready().arrays
        return all(_finite(arrays[i]) for i in self.weights)

    def batch(self, epoch: int, step: int):
        """The rows of a step."""
        return self.arrays.batch(self.order.of(epoch, step))

    def back(self, until: tuple[int, int]) -> tuple[int, int]:
        """Go to before the step that made the weights not finite, which is answered; the steps
        end with this one, whose loss was not finite."""
        self._restore()
        for epoch, number in self.order.since(*self.place):
            if number == 0:
                self.model._plans.begin().run([])
            self._copy()
            done = ran(self.step, self.batch(epoch, number))
            if not done or not self.finite():
                self._restore()
                return epoch, number
            if (epoch, number) >= until:
                return until

    def _copy(self) -> None:
        arrays = self.step.ready().arrays
        self.copies = [arrays[i].copy() for i in self.changed]

    def _restore(self) -> None:
        arrays = self.step.ready().arrays
        for i, copy in zip(self.changed, self.copies, strict=True):
            arrays[i][...] = copy


def _changes(model, step) -> tuple[list[int], list[int]]:
    own = set(map(id, model.weights))
    changed = [i for i, state in enumerate(step.states) if state in step.program.writes]
    return changed, [i for i in changed if any(
        id(member) in own for member in getattr(step.states[i], "members", (step.states[i],)))]


def _finite(array: np.ndarray) -> bool:
    return bool(np.isfinite(array).all())
