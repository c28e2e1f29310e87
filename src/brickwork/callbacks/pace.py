"""How a training of milliseconds is spread over seconds that can be watched."""

from __future__ import annotations

import math


class Pace:
    """Which step of a training is reached when.

    Steps go by slowly at first, when most is learned, then ever faster: after a share t of the
    time, a share t^a of the steps is done. Where pictures are many enough for it, a is such that
    the first shows what a single step did, but at most 2.

    Args:
        seconds: how long the training shall take, at least.
        steps: how many there are.
        fps: pictures a second.

    >>> pace = Pace(10, 10_000, 20)
    >>> [pace.step(second) for second in (0.05, 1, 5, 9, 10)]
    [1, 183, 2998, 8327, 10000]
    """

    def __init__(self, seconds: float, steps: int, fps: float):
        self.seconds, self.steps = seconds, max(1, steps)
        pictures = seconds * fps
        fit = math.log(self.steps) / math.log(pictures) if pictures > 1 else 1.0
        self._power = min(2.0, max(1.0, fit))

    def step(self, time: float) -> int:
        """How many steps are to be done after so many seconds."""
        share = min(1.0, max(0.0, time / self.seconds))
        return math.ceil(self.steps * share ** self._power - 1e-9)

    def time(self, step: int) -> float:
        """When so many steps are to be done."""
        return self.seconds * min(1.0, step / self.steps) ** (1 / self._power)

    def spare(self, step: int, now: float, each: float) -> float:
        """How long to wait after a step: not longer than leaves time for those that are left.

        Args:
            step: how many are done.
            now: seconds since the training began.
            each: how long a step takes by itself.
        """
        left = self.seconds - now - (self.steps - step) * each
        return max(0.0, min(self.time(step) - now, left))
