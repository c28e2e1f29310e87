"""`ReduceLROnPlateau`: reduces the learning rate when a metric has stopped improving."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..fields import field
from .monitor import Monitor, absolute_value, verbosity


class ReduceLROnPlateau(Monitor):
    """Reduces the learning rate when a monitored metric has stopped improving.

    The rate is added to the logs as ``learning_rate``.

    Args:
        monitor: str, name of the logs' entry to monitor; default "val_loss".
        factor: float, 0 <= factor < 1, the learning rate is multiplied by it; default 0.1.
        patience: int >= 0, epochs without improvement before the rate is reduced; default 10.
        verbose: 1 prints a line for each change; default 0.
        mode: which values are better: "min", "max", or "auto" (default): from the metric.
        min_delta: float, smallest change that counts as an improvement; default 0.0001.
        cooldown: int >= 0, epochs after a reduction that are not counted; default 0.
        min_lr: float >= 0, lower bound of the learning rate; default 0.0.

    Raises:
        ArgumentError (a ValueError): by ``fit``, before the first step, for a `monitor` that no
            logs will have, or whose better direction is unknown.

    >>> import brickwork
    >>> model = brickwork.Sequential([brickwork.layers.Dense(1, input_dim=1)])
    >>> model.compile(brickwork.optimizers.SGD(1.0), "mse")
    >>> reduce = ReduceLROnPlateau("loss", factor=0.5, patience=2)
    >>> history = model.fit([[0.0]], [0.0], epochs=5, verbose=0, callbacks=reduce)
    >>> history.history["learning_rate"]
    [1.0, 1.0, 1.0, 0.5, 0.5]
    """

    field_order = ("monitor", "factor", "patience", "verbose", "mode")
    monitor: str = field(default="val_loss", kind="str")
    factor: float = field(default=0.1, kind="float", ge=0, lt=1)
    patience: int = field(default=10, kind="int", ge=0)
    verbose: int = field(default=0, convert=verbosity)
    min_delta: float = field(default=0.0001, convert=absolute_value, kw_only=True, positional=True)
    cooldown: int = field(default=0, kind="int", ge=0, kw_only=True, positional=True)
    min_lr: float = field(default=0.0, kind="float", ge=0, kw_only=True, positional=True)

    wait = cooldown_counter = 0

    def on_train_begin(self, logs: dict[str, Any] | None = None) -> None:
        """Reset the state."""
        self.best = None
        self.wait = self.cooldown_counter = 0

    def get_state(self) -> dict:
        return {"best": self.best, "wait": self.wait, "cooldown": self.cooldown_counter}

    def set_state(self, state: dict) -> None:
        self.best, self.wait = state["best"], state["wait"]
        self.cooldown_counter = state["cooldown"]

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Check whether the metric has improved; reduce the rate if it has not for too long."""
        logs = {} if logs is None else logs
        logs.update(self.model.optimizer.rates())
        value = self.value_in(logs)
        if value is None:
            return
        if self.in_cooldown():
            self.cooldown_counter -= 1
        if self.improves(value, self.best):
            self.best = value
            self.wait = 0
        elif not self.in_cooldown():
            self.wait += 1
            if self.wait >= self.patience and self._reduce(epoch):
                self.cooldown_counter = self.cooldown
                self.wait = 0

    def in_cooldown(self) -> bool:
        """Return whether the current epoch is not counted, after a reduction.

        Returns:
            A bool.
        """
        return self.cooldown_counter > 0

    def _reduce(self, epoch: int) -> bool:
        """Reduce the learning rates that are above `min_lr`; return whether any is."""
        reduced = False
        optimizer = self.model.optimizer
        several = hasattr(optimizer, "optimizers")
        for part in optimizer.optimizers if several else [optimizer]:
            rate = float(part.learning_rate)
            if rate > np.float32(self.min_lr):
                part.learning_rate = new = max(rate * self.factor, self.min_lr)
                reduced = True
                if self.verbose:
                    print(
                        f"\nEpoch {epoch + 1}: ReduceLROnPlateau reducing "
                        f"{part.name + ' ' if several else ''}learning rate to {new}."
                    )
        return reduced

    def _added_logs(self) -> list[str]:
        return list(self.model.optimizer.rates())
