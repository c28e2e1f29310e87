"""`History`: what `fit` returns."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ..spelling import OldKeys
from .callback import Callback

if TYPE_CHECKING:
    from ..models.model import Model


class History(Callback):
    """The losses and metrics of each epoch; ``fit`` returns one.

    Attributes:
        history: dict from names ("loss", "accuracy", "val_loss", ...) to lists with a float for
            each epoch.
        epoch: list of the indices of the epochs, from 0.

    >>> history = History()
    >>> history.on_train_begin()
    >>> history.extend([0, 1], {"loss": [0.7, 0.6]})
    >>> history.history
    {'loss': [0.7, 0.6]}
    """

    def __init__(self) -> None:
        super().__init__()
        self.history: dict[str, list[float]] = OldKeys()
        self.epoch: list[int] = []
        self._batch_size: int | None = None  # rows per step, which `params` has not in Keras

    def set_model(self, model: Model) -> None:
        super().set_model(model)
        vars(model)["history"] = self  # no attribute of a layer, on which programs may depend

    def on_train_begin(self, logs: dict[str, Any] | None = None) -> None:
        """Clear the indices of earlier epochs; their values stay, as in Keras."""
        self.epoch = []

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Append the values of one epoch."""
        logs, lengths = logs or {}, self._lengths()
        try:
            self.epoch.append(epoch)
            for name, value in logs.items():
                self.history.setdefault(name, []).append(value)
        except BaseException:  # after Ctrl-C: all values of the epoch or none
            self._cut(lengths)
            raise

    def extend(self, epochs: Iterable[int], columns: Mapping[str, Iterable[float]]) -> None:
        """Append the values of several epochs.

        Args:
            epochs: indices of the epochs.
            columns: dict from names to the values of these epochs.
        """
        lengths = self._lengths()
        try:
            self.epoch.extend(epochs)
            for name, values in columns.items():
                self.history.setdefault(name, []).extend(values)
        except BaseException:
            self._cut(lengths)
            raise

    def plot(
        self, names: Sequence[str] | None = None, *, theme: str = "auto", labels: str = "en"
    ) -> list:
        """Plot the learning curves with matplotlib: a panel for each loss or metric.

        Curves of the validation are dashed; the best epoch is marked.

        Args:
            names: str or list of str, the losses and metrics to plot; None (default) for all.
            theme: "auto" (default; as matplotlib is set), "light" or "dark".
            labels: language of the labels, "en" (default) or "ko".

        Returns:
            A list of matplotlib Axes, one for each name; ``axes[0].figure.savefig("curve.png")``
            saves the figure.

        Raises:
            ArgumentError (a ValueError): for an unknown name, or a history without epochs.
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
        """Truncate the lists to these lengths."""
        del self.epoch[lengths.pop(None) :]
        for name, values in self.history.items():
            del values[lengths.get(name, 0) :]
