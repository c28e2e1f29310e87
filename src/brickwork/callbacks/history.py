"""`History`: what `fit` answers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ..dialects import OldKeys
from .base import Callback


class History(Callback):
    """The losses and metrics of every epoch; ``fit`` answers one.

    Attributes:
        history: ``{"accuracy": [...], "loss": [...], "val_loss": [...]}``, a number an epoch.
        epoch: the numbers of the epochs, from 0.

    >>> history = History()
    >>> history.on_train_begin()
    >>> history.extend([0, 1], {"loss": [0.7, 0.6]})
    >>> history.history
    {'loss': [0.7, 0.6]}
    """

    def __init__(self):
        super().__init__()
        self.history: dict[str, list] = OldKeys()
        self.epoch: list[int] = []

    def set_model(self, model) -> None:
        super().set_model(model)
        model.history = self

    def on_train_begin(self, logs=None):
        """Forget the numbers of earlier epochs; their values stay, as in Keras."""
        self.epoch = []

    def on_epoch_end(self, epoch, logs=None):
        """Keep the values of one epoch."""
        self.epoch.append(epoch)
        for name, value in (logs or {}).items():
            self.history.setdefault(name, []).append(value)

    def extend(self, epochs: Iterable[int], columns: Mapping[str, Iterable[float]]) -> None:
        """Keep the values of several epochs at once: a column for each name."""
        self.epoch.extend(epochs)
        for name, values in columns.items():
            self.history.setdefault(name, []).extend(values)
