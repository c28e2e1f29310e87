"""Rollback to the last step after which all weights were finite.

The engine runs until a loss is not finite. Often the weights were destroyed one step earlier, by a
gradient that was not finite or an update that was too large. Therefore the state that training
changes is copied from time to time, and the steps since the copy are repeated one at a time.
"""

from __future__ import annotations

import time

import numpy as np

from .. import _engine
from .feeding import run_step

#: The largest parameter count for which copies are made; larger models check each step's gradients.
MAX_PARAMETERS = 1 << 20
#: The time between two copies, in multiples of the time that a copy takes.
PATIENCE = 100
_MOST = float(np.finfo("float64").max)


class Order:
    """Which rows are in which step of a training on arrays, as the engine selects them.

    Args:
        rows: number of rows.
        batch: rows per step.
        steps: largest number of steps per epoch.
        steps_per_pass: steps of a pass over all rows.
        seed: seed of the order of rows; None if they are not shuffled.
        first_epoch: the epoch that started the first pass.

    >>> Order(rows=5, batch=2, steps=2, steps_per_pass=3).rows_of(1, 0)
    array([4])
    """

    __slots__ = ("_orders", "batch", "first_epoch", "rows", "seed", "steps", "steps_per_pass")

    def __init__(
        self,
        rows: int,
        batch: int,
        steps: int,
        steps_per_pass: int,
        seed: int | None = None,
        first_epoch: int = 0,
    ):
        self.rows = rows
        self.batch = batch
        self.steps = steps
        self.steps_per_pass = steps_per_pass
        self.seed = seed
        self.first_epoch = first_epoch
        self._orders: dict[int, np.ndarray] = {}

    def _pass_and_part(self, epoch: int) -> tuple[int, int]:
        return divmod(epoch - self.first_epoch, -(-self.steps_per_pass // self.steps))

    def length(self, epoch: int) -> int:
        """The number of steps of an epoch."""
        return min(self.steps, self.steps_per_pass - self._pass_and_part(epoch)[1] * self.steps)

    def rows_of(self, epoch: int, step: int) -> np.ndarray:
        """The indices of the rows of a step."""
        turn, part = self._pass_and_part(epoch)
        start = (part * self.steps + step) * self.batch
        stop = min(start + self.batch, self.rows)
        if self.seed is None:
            return np.arange(start, stop)
        if turn not in self._orders:  # only the last pass is cached
            self._orders.clear()
            self._orders[turn] = _engine.shuffle_order(self.rows, self.seed, turn)
        return self._orders[turn][start:stop]

    def steps_from(self, epoch: int, step: int):
        """All pairs ``(epoch, step)`` from this one on."""
        while True:
            yield from ((epoch, s) for s in range(step, self.length(epoch)))
            epoch, step = epoch + 1, 0


class Rollback:
    """Copies of the state that training changes.

    Args:
        model: the model; weights that are not finite at the start are not checked.
        step: the `Executable` of a step.
        arrays, order: the data, and which of their rows are in a step.
    """

    def __init__(self, model, step, arrays, order: Order):
        self.model, self.step, self.arrays, self.order = model, step, arrays, order
        if step.changed is None:
            step.changed = _changes(model, step)
        self.changed, weights = step.changed
        self.weights = [i for i in weights if _finite(step.arrays[i])]
        self.position = (0, 0)
        self.copies: list[np.ndarray] = []
        self.due = 0.0

    def save(self, epoch: int, step: int, at_once: bool = True) -> None:
        """Copy the state before this step; without `at_once` only if the last copy is old."""
        start = time.perf_counter()
        if at_once or start >= self.due:
            self._copy()
            self.position = epoch, step
            done = time.perf_counter()
            self.due = done + PATIENCE * (done - start)

    def finite(self) -> bool:
        """Whether the weights are still finite."""
        arrays = self.step.ready().arrays
        return all(_finite(arrays[i]) for i in self.weights)

    def batch(self, epoch: int, step: int):
        """The rows of a step."""
        return self.arrays.batch(self.order.rows_of(epoch, step))

    def roll_back(self, until: tuple[int, int]) -> tuple[int, int]:
        """Restore the state before the step after which the weights were not finite.

        Args:
            until: ``(epoch, step)`` of the step whose loss was not finite.

        Returns:
            ``(epoch, step)`` of the step that is undone.
        """
        self._restore()
        for epoch, number in self.order.steps_from(*self.position):
            if number == 0:
                self.model._plans.begin().run([])
            self._copy()
            done = run_step(self.step, self.batch(epoch, number))
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
    return changed, [
        i
        for i in changed
        if any(
            id(member) in own for member in getattr(step.states[i], "members", (step.states[i],))
        )
    ]


def _finite(array: np.ndarray) -> bool:
    return _engine.within(array, -_MOST, _MOST) or bool(np.isfinite(array).all())
