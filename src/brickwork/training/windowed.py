"""Training and evaluation on data larger than memory: the engine's loop, window by window."""

from __future__ import annotations

import math
from time import perf_counter
from typing import TYPE_CHECKING, Any

from .feeding import feeds_of
from .rewind import Order

if TYPE_CHECKING:
    from ..data.windows import Windows


class WindowedPass:
    """A `Pass` of an engine's whose rows come in windows.

    Args:
        inner: the engine's pass, over all rows in the order in which they come.
        windows: the rows.
        order: which steps an epoch has.
        restart: whether each epoch begins with the first row, as in an evaluation.
    """

    def __init__(self, inner: Any, windows: Windows, order: Order, restart: bool):
        self.inner, self.windows, self.order, self.restart = inner, windows, order, restart
        self._window: Any = None
        inner.window(feeds_of(windows.none()), 0)

    def loop(self, engine: Any, *rest: Any) -> WindowedLoop:
        """The loop over it; arguments as for `WindowedLoop`."""
        return WindowedLoop(engine, self, *rest)

    def steps(self, epoch: int) -> int:
        """The number of steps of an epoch."""
        return self.inner.steps(epoch)

    def place(self, epoch: int, step: int) -> tuple[int, int]:
        """The pass over the data, and the row in it, with which a step begins."""
        turn, index = (0, step) if self.restart else self.order.place(epoch, step)
        return turn, index * self.order.batch

    def prepare(self, epoch: int, step: int) -> int:
        """Have the rows of a step; return how many steps they do for."""
        turn, row = self.place(epoch, step)
        window = self.windows.at(turn, row)
        if window is not self._window:
            self.inner.window(feeds_of(window.arrays), window.first, window.order)
            self._window = window
        end = window.first + window.arrays.rows
        return -(-(end - row) // self.order.batch)

    def batch(self, epoch: int, step: int) -> Any:
        """The rows of a step, which may be of an earlier window."""
        turn, row = self.place(epoch, step)
        return self.windows.at(turn, row).batch(row, row + self.order.batch)


class WindowedLoop:
    """A `Loop` of an engine's over a `WindowedPass`, with the same methods.

    Args:
        engine: the engine's module.
        train: the pass.
        rest: further arguments of the engine's `Loop`; there is no validation.
    """

    def __init__(self, engine: Any, train: WindowedPass, *rest: Any):
        self.train = train
        self.inner = engine.Loop(train.inner, None, *rest)

    def __getattr__(self, name: str) -> Any:  # epoch, step, validating, rows, current
        return getattr(self.inner, name)

    def run(
        self, seconds: float, max_steps: int = 0, stop_at_epoch: bool = False
    ) -> tuple[str, int, int]:
        """Train for about this long; see the engine's method."""
        end, left = perf_counter() + seconds, max_steps or math.inf
        while True:
            epoch, step = self.inner.epoch, self.inner.step
            most, steps = left, self.train.steps(epoch)
            if step < steps:
                began = perf_counter()
                held = self.train.prepare(epoch, step)
                end += perf_counter() - began  # to read counts for nothing: some steps are taken
                if step + held < steps:
                    most = min(left, held)
            now = max(end - perf_counter(), 0.0)
            most_steps = int(most) if most < math.inf else 0
            status, *place = self.inner.run(now, most_steps, True)
            if status == "steps":
                left -= most
            within = status == "steps" and left > 0  # it is the window that has ended
            if not within and (status != "epoch" or stop_at_epoch):
                return status, *place
            if perf_counter() >= end:
                return "time", *place
