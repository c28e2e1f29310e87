"""`Progbar`: Keras's progress bar for custom loops."""

from __future__ import annotations

import time
from collections.abc import Iterable
from math import inf
from typing import Any

import numpy as np

from ..errors import ArgumentError
from ..training.progress_bar import ProgressBar


class Progbar:
    """Keras's progress bar, for custom loops.

    Args:
        target: number of steps; None if unknown.
        width: accepted as in Keras; the bar has 20 columns, or fewer on a narrow terminal.
        verbose: 1 a bar, 2 one line at the end, 0 nothing.
        interval: seconds between two lines where none can be rewritten, as in a file; elsewhere
            the bar is redrawn at most 20 times a second.
        stateful_metrics: names of values shown as they are; of all others the mean is shown.
        stateless_metrics: names of values whose mean is shown; all others are shown as they are.
        unit_name: accepted as in Keras; steps are counted.

    >>> bar = Progbar(2, verbose=2)
    >>> bar.add(1, values=[("loss", 3.0)])
    >>> bar.add(1, values=[("loss", 1.0)])  # doctest: +ELLIPSIS
    2/2 - 0s - .../step - loss: 1.0000
    """

    def __init__(
        self,
        target: int | None,
        width: int = 20,
        verbose: int = 1,
        interval: float = 0.05,
        stateful_metrics: Iterable[str] | None = None,
        stateless_metrics: Iterable[str] | None = None,
        unit_name: str = "step",
    ):
        if None not in (stateful_metrics, stateless_metrics):
            raise ArgumentError(
                "Progbar", "got stateful_metrics and stateless_metrics, expected one of them."
            )
        self.target = target
        self._averaged = None if stateless_metrics is None else set(stateless_metrics)
        self._stateful = set(stateful_metrics or ())
        self._seen = 0
        self._sums: dict[str, tuple[float, float]] = {}
        self._bar = ProgressBar(steps=target, verbose=verbose)
        self._verbose, self._interval, self._printed = verbose, interval, -inf

    def update(self, current: int, values: Any = None, finalize: bool | None = None) -> None:
        """Show that some number of steps is done.

        Args:
            current: number of steps done so far.
            values: pairs (name, value) since the last call.
            finalize: whether this is the last call; by default if `target` is reached.
        """
        finalize = current >= (self.target or inf) if finalize is None else finalize
        for name, value in values or ():
            mean = (
                name in self._averaged
                if self._averaged is not None
                else (name not in self._stateful)
            )
            mean = mean and not finalize  # the last values are those of the whole epoch
            weight = max(current - self._seen, 1) if mean else 1
            total, count = self._sums.get(name, (0.0, 0.0)) if mean else (0.0, 0.0)
            self._sums[name] = total + float(np.mean(value)) * weight, count + weight
        self._seen = current
        logs = {name: total / count for name, (total, count) in self._sums.items()}
        if finalize:
            self._bar.steps = current
            self._bar.epoch_end(0, logs)
            self._bar.close()
        else:
            self._bar.update(0, current, logs)
            self._print(current, logs)

    def _print(self, current: int, logs: dict[str, float]) -> None:
        """Print a line where no line can be rewritten, at most once in `interval` seconds."""
        now = time.monotonic()
        if self._verbose == 1 and not self._bar.rewrites and now - self._printed >= self._interval:
            self._printed = now
            values = "".join(f" - {name}: {value:.4f}" for name, value in logs.items())
            print(f"{current}/{self.target or 'Unknown'}{values}")

    def add(self, n: int, values: Any = None) -> None:
        """Show that more steps are done.

        Args:
            n: number of steps since the last call.
            values: pairs (name, value) since the last call.
        """
        self.update(self._seen + n, values)
