"""`ReduceLROnPlateau`: smaller steps when larger ones do not help any more."""

from __future__ import annotations

import numpy as np

from ..fields import field
from .monitor import Monitor, distance, verbosity


class ReduceLROnPlateau(Monitor):
    """Multiplies the learning rate when a number of the logs has not become better for some
    epochs. The rate stands in the logs as ``learning_rate``.

    Args:
        monitor: its name. One that no logs will have is refused before the first step.
        factor: what the rate is multiplied with, less than 1.
        patience: epochs without a better value that are put up with.
        verbose: 1 tells of each change.
        mode: "min", "max" or "auto".
        min_delta: by how much it must be better to count.
        cooldown: epochs after a change that are not counted.
        min_lr: the rate never falls below it.

    >>> import brickwork
    >>> model = brickwork.Sequential([brickwork.layers.Dense(1, input_dim=1)])
    >>> model.compile(brickwork.optimizers.SGD(1.0), "mse")
    >>> reduce = ReduceLROnPlateau("loss", factor=0.5, patience=2)
    >>> history = model.fit([[0.0]], [0.0], epochs=5, verbose=0, callbacks=reduce)
    >>> history.history["learning_rate"]
    [1.0, 1.0, 1.0, 0.5, 0.5]
    """

    field_order = ("monitor", "factor", "patience", "verbose", "mode")
    factor: float = field(0.1, kind="float", ge=0, lt=1)
    patience: int = field(10, kind="int", ge=0)
    verbose: int = field(0, convert=verbosity)
    min_delta: float = field(0.0001, convert=distance)
    cooldown: int = field(0, kind="int", ge=0)
    min_lr: float = field(0.0, kind="float", ge=0)

    wait = cooldown_counter = 0

    def on_train_begin(self, logs=None):
        """Forget an earlier training."""
        self.best = None
        self.wait = self.cooldown_counter = 0

    def get_state(self) -> dict:
        return {"best": self.best, "wait": self.wait, "cooldown": self.cooldown_counter}

    def set_state(self, state: dict) -> None:
        self.best, self.wait = state["best"], state["wait"]
        self.cooldown_counter = state["cooldown"]

    def on_epoch_end(self, epoch, logs=None):
        """Look whether it has become better, and whether that has not been for too long."""
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
        """Whether epochs are not counted now."""
        return self.cooldown_counter > 0

    def _reduce(self, epoch: int) -> bool:
        """Make each learning rate smaller that may be; whether any was."""
        reduced = False
        optimizer = self.model.optimizer
        several = hasattr(optimizer, "optimizers")
        for part in optimizer.optimizers if several else [optimizer]:
            rate = float(part.learning_rate)
            if rate > np.float32(self.min_lr):
                part.learning_rate = new = max(rate * self.factor, self.min_lr)
                reduced = True
                if self.verbose:
                    print(f"\nEpoch {epoch + 1}: ReduceLROnPlateau reducing "
                          f"{part.name + ' ' if several else ''}learning rate to {new}.")
        return reduced

    def _adds(self) -> list[str]:
        return list(self.model.optimizer.rates())
