"""`SwapEMAWeights`: moving averages of the weights during evaluation."""

from __future__ import annotations

from typing import Any

from ..errors import ArgumentError
from ..fields import Configurable, field
from ..training.callback import Callback


class SwapEMAWeights(Configurable, Callback):
    """Replaces the weights by the optimizer's moving averages during evaluation and prediction.

    The weights are restored after each ``evaluate``, ``predict`` and validation. The optimizer
    must have ``use_ema=True``.

    Args:
        swap_on_epoch: whether the averages also replace the weights from the end of each epoch to
            the start of the next, where later callbacks see them; default False.

    >>> import brickwork
    >>> model = brickwork.Sequential([brickwork.layers.Dense(1, input_dim=1)])
    >>> model.compile(brickwork.optimizers.SGD(use_ema=True), "mse")
    >>> history = model.fit([[1.0]], [1.0], verbose=0, callbacks=SwapEMAWeights())
    """

    swap_on_epoch: bool = field(default=False, kind="bool")

    _swapped = False

    def on_train_begin(self, logs: dict[str, Any] | None = None) -> None:
        """Check that the optimizer keeps averages."""
        self._swapped = False
        self._averaging()

    def get_state(self) -> dict:
        return {"swapped": self._swapped}

    def set_state(self, state: dict) -> None:
        self._swapped = state["swapped"]

    def on_epoch_begin(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Restore the weights for training."""
        self._swap(False)

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Replace the weights by the averages, with `swap_on_epoch`."""
        if self.swap_on_epoch:
            self._swap(True)

    def on_test_begin(self, logs: dict[str, Any] | None = None) -> None:
        """Replace the weights by the averages."""
        self._swap(True)

    def on_test_end(self, logs: dict[str, Any] | None = None) -> None:
        """Restore the weights."""
        self._swap(False)

    def on_predict_begin(self, logs: dict[str, Any] | None = None) -> None:
        """Replace the weights by the averages."""
        self._swap(True)

    def on_predict_end(self, logs: dict[str, Any] | None = None) -> None:
        """Restore the weights."""
        self._swap(False)

    def _before_train_end(self) -> None:
        self._swap(False)

    def _swap(self, averages: bool) -> None:
        """Put the averages, or the weights, into the model."""
        if averages is self._swapped:
            return
        for optimizer in self._averaging():
            if not optimizer.built:
                return
            for weight, average in optimizer.averages():
                kept = weight.numpy()
                weight.assign(average.numpy())
                average.assign(kept)
        self._swapped = averages

    def _averaging(self) -> list:
        """The optimizers that keep averages."""
        optimizer = getattr(self.model.optimizer, "inner_optimizer", self.model.optimizer)
        found = [o for o in getattr(optimizer, "optimizers", [optimizer]) if o and o.use_ema]
        if not found:
            raise ArgumentError(
                "SwapEMAWeights", "the optimizer keeps no averages, expected one with use_ema=True."
            )
        return found
