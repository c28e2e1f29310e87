"""`EarlyStopping`: ends training when a metric has stopped improving."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from ..fields import field
from .monitor import Monitor, absolute_value, verbosity

_STATE = ("best", "best_epoch", "best_weights", "stopped_epoch", "wait")


class EarlyStopping(Monitor):
    """Ends ``fit`` when a monitored metric has stopped improving.

    Args:
        monitor: str, name of the logs' entry to monitor; default "val_loss".
        min_delta: float, smallest change that counts as an improvement; default 0.
        patience: int >= 0, epochs without improvement before stopping; default 0.
        verbose: 1 prints the epoch at which it stops; default 0.
        mode: which values are better: "min", "max", or "auto" (default): from the metric.
        baseline: float; improvements count only if they are better than this value too. Default
            None.
        restore_best_weights: whether to restore the weights of the best epoch when ``fit`` ends,
            also after an error; default False.
        start_from_epoch: int >= 0, epochs before it are ignored; default 0.

    Attributes:
        best, best_epoch, best_weights: the best value so far, its epoch, and the weights then (only
            with `restore_best_weights`).
        stopped_epoch: the epoch at which it stopped training; 0 if it did not.
        wait: the number of epochs since the last improvement.

    Raises:
        ArgumentError (a ValueError): by ``fit``, before the first step, for a `monitor` that no
            logs will have, or whose better direction is unknown.

    >>> import brickwork
    >>> model = brickwork.Sequential([brickwork.layers.Dense(1, input_dim=1)])
    >>> model.compile("sgd", "mse")
    >>> stop = EarlyStopping("loss", min_delta=1e9, patience=2)
    >>> history = model.fit([[0.0]], [0.0], epochs=10, verbose=0, callbacks=stop)
    >>> len(history.epoch), stop.stopped_epoch
    (3, 2)
    """

    field_order = ("monitor", "min_delta", "patience", "verbose", "mode")
    monitor: str = field(default="val_loss", kind="str")
    min_delta: float = field(default=0, convert=absolute_value)
    patience: int = field(default=0, kind="int", ge=0)
    verbose: int = field(default=0, convert=verbosity)
    baseline: float | None = field(default=None, kind="float", kw_only=True, positional=True)
    restore_best_weights: bool = field(default=False, kind="bool", kw_only=True, positional=True)
    start_from_epoch: int = field(default=0, kind="int", ge=0, kw_only=True, positional=True)

    best_weights = None  # type: list[Any] | None
    _weights = None  # type: list[Any] | None
    _ended = False
    wait = stopped_epoch = best_epoch = 0

    def on_train_begin(self, logs: dict[str, Any] | None = None) -> None:
        """Reset the state."""
        self.wait = self.stopped_epoch = self.best_epoch = 0
        self.best = self.best_weights = self._weights = None
        self._ended = False

    def get_state(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in _STATE}

    def set_state(self, state: dict[str, Any]) -> None:
        for name in _STATE:
            setattr(self, name, state[name])

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Check whether the metric has improved."""
        value = self.value_in(logs)
        if value is None or epoch < self.start_from_epoch:
            return
        if self.restore_best_weights and self.best_weights is None:
            self._remember(epoch)
        self.wait += 1
        if self.improves(value, self.best):
            self.best = value
            self._remember(epoch)
            if self.baseline is None or self.improves(value, self.baseline):
                self.wait = 0
        elif self.wait >= self.patience:
            self.stopped_epoch = epoch
            self.model.stop_training = True

    def _remember(self, epoch: int) -> None:
        self.best_epoch = epoch
        if self.restore_best_weights:
            if not isinstance(getattr(self.model, "weights", None), list):
                self.best_weights = deepcopy(self.model.get_weights())  # of another library
                return
            if self._weights is None:  # found once: that takes longer than to copy them
                self._weights = self.model.weights
            self.best_weights = [weight.numpy() for weight in self._weights]

    def on_train_end(self, logs: dict[str, Any] | None = None) -> None:
        """Restore the best weights, with `restore_best_weights`."""
        self._ended = True
        if self.stopped_epoch and self.verbose:
            print(f"Epoch {self.stopped_epoch + 1}: early stopping")
        if self.best_weights is not None:
            if self.verbose:
                print(
                    "Restoring model weights from the end of the best epoch: "
                    f"{self.best_epoch + 1}."
                )
            self.model.set_weights(self.best_weights)

    def _on_fit_error(self) -> None:
        if not self._ended:  # else `on_train_end` of another callback has failed
            self.on_train_end()
