"""Rollback to the last step after which all weights were finite.

The engine runs until a loss is not finite, or until somebody may look at the weights. Often these
were destroyed earlier, by a gradient that was not finite or an update that was too large. Therefore
the state that training changes is copied from time to time, always while the weights are finite,
and the steps since the copy are repeated one at a time.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np

from .. import _engine
from .feeding import run_step
from .not_finite import finite, weights_in

#: The largest parameter count for which copies are made; larger models check each step's gradients.
MAX_PARAMETERS = 1 << 20
#: The time between two copies, in multiples of the time that a copy takes.
PATIENCE = 100
#: From as many steps, or rows, an epoch takes some 25 times as long as a copy of the state of any
#: model, or more: with Adam and a million parameters a copy took 0.4 ms, and a step of only half as
#: many rows 6. In most trainings a copy takes less than 1 % of the epoch.
STEPS, ROWS = 64, 512
#: A copy of so few parameters stays in the cache; in epochs of fewer steps than this, guards in the
#: steps cost less than a look at the weights from Python.
FEW_PARAMETERS, FEW_STEPS = 1 << 16, 8


def pays_to_copy(parameters: int, order: Order) -> bool:
    """Whether copies of the state at the beginning of each epoch cost little: at most some 4 %."""
    if parameters <= FEW_PARAMETERS:
        return order.steps >= FEW_STEPS
    return order.steps >= STEPS or order.steps * order.batch >= ROWS


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

    def place(self, epoch: int, step: int) -> tuple[int, int]:
        """The pass over the data that a step belongs to, and its place among the steps of it."""
        turn, part = self._pass_and_part(epoch)
        return turn, part * self.steps + step

    def rows_of(self, epoch: int, step: int) -> np.ndarray:
        """The indices of the rows of a step."""
        turn, index = self.place(epoch, step)
        start = index * self.batch
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
        model: the model.
        step: the `Executable` of a step.
        batch_of: function ``(epoch, step)`` that returns the rows of a step.
        order: which steps there are.
        by_epoch: whether the engine copies the state when it begins an epoch; see
            `Programs.begin`.
    """

    def __init__(self, model, step, batch_of: Callable, order: Order, by_epoch: bool = False):
        self.model, self.step, self.batch_of, self.order = model, step, batch_of, order
        self.changed, self.weights = changes_of(model, step)
        self.position = (0, 0)
        self.copies: list[np.ndarray] = []
        self.due = 0.0
        self.of_epoch: list[np.ndarray] = []
        if by_epoch:
            copies = model._plans.copies
            self.of_epoch = [copies[step.states[i]].array for i in self.changed]

    def begin(self, epoch: int, step: int) -> None:
        """Save the state before the first step of an epoch, or of its rest."""
        if self.of_epoch and step == 0:  # by the engine
            self.copies, self.position = self.of_epoch, (epoch, step)
        else:
            self.save(epoch, step)

    def is_at(self, epoch: int, step: int) -> bool:
        """Whether no step has been done since the state was copied, so that there is nothing to
        undo. Then the engine may not even have made its copy."""
        return not self.copies or self.position == (epoch, step)

    def save(self, epoch: int, step: int) -> None:
        """Copy the state before this step."""
        start = time.perf_counter()
        self._copy()
        self.position = epoch, step
        done = time.perf_counter()
        self.due = done + PATIENCE * (done - start)

    def save_if_due(self, epoch: int, step: int) -> bool:
        """Copy the state if the last copy is old; False if the weights are no longer finite."""
        if not self.finite():
            return False
        if time.perf_counter() >= self.due:
            self.save(epoch, step)
        return True

    def finite(self) -> bool:
        """Whether the weights are still finite, but for those that were not when they were
        copied."""
        arrays = self.step.ready().arrays
        for i in self.weights:
            if not finite(arrays[i]):
                break
        else:
            return True
        before = dict(zip(self.changed, self.copies, strict=True))
        return all(np.isfinite(arrays[i]).all(where=np.isfinite(before[i])) for i in self.weights)

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
            done = run_step(self.step, self.batch_of(epoch, number))
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


def changes_of(model, step) -> tuple[list[int], list[int]]:
    """The indices of the states that a step changes, and of those that are weights."""
    if step.changed is None:
        changed = [i for i, state in enumerate(step.states) if state in step.program.writes]
        weights = set(map(id, weights_in((step.states[i] for i in changed), model.weights)))
        step.changed = changed, [i for i in changed if id(step.states[i]) in weights]
    return step.changed
