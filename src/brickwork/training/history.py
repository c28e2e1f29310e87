"""`History`: what `fit` answers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ..spelling import OldKeys
from .callback import Callback


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
        logs, lengths = logs or {}, self._lengths()
        try:
            self.epoch.append(epoch)
            for name, value in logs.items():
                self.history.setdefault(name, []).append(value)
        except BaseException:  # Ctrl-C: all values of the epoch or none
            self._cut(lengths)
            raise

    def extend(self, epochs: Iterable[int], columns: Mapping[str, Iterable[float]]) -> None:
        """Keep the values of several epochs at once: a column for each name."""
        lengths = self._lengths()
        try:
            self.epoch.extend(epochs)
            for name, values in columns.items():
                self.history.setdefault(name, []).extend(values)
        except BaseException:
            self._cut(lengths)
            raise

    def plot(self, names=None, *, theme: str = "auto", labels: str = "en") -> list:
        """The learning curves: loss and metrics over the epochs, a panel each, those of the
        validation dashed, the best epoch marked.

        Args:
            names: which losses and metrics, one name or several; by default all.
            theme: "auto" (as matplotlib is set), "light" or "dark".
            labels: "en" or "ko".

        Returns:
            matplotlib's Axes, one for each name; ``axes[0].figure.savefig("curve.png")`` saves.

        Raises:
            ArgumentError: for a name that is not there, or a history without epochs.
            ImportError: without matplotlib, with the command that installs it.

        >>> history = History()
        >>> history.extend([0, 1], {"loss": [0.7, 0.6], "val_loss": [0.8, 0.7]})
        >>> axes = history.plot()  # doctest: +SKIP
        """
        from ..pictures.charts import curves

        return curves(self, names, theme=theme, labels=labels)

    def _lengths(self) -> dict[str | None, int]:
        return {None: len(self.epoch)} | {name: len(v) for name, v in self.history.items()}

    def _cut(self, lengths: dict[str | None, int]) -> None:
        """Go back to what there was."""
        del self.epoch[lengths.pop(None):]
        for name, values in self.history.items():
            del values[lengths.get(name, 0):]
