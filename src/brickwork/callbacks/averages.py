"""`SwapEMAWeights`: the moving averages of the weights, while the model is judged."""

from __future__ import annotations

from ..errors import ArgumentError
from ..fields import Configurable, field
from ..training.callback import Callback


class SwapEMAWeights(Configurable, Callback):
    """Puts the optimizer's moving averages in the weights' place during ``evaluate``, ``predict``
    and validations, and takes them out again. The optimizer must have ``use_ema=True``.

    Args:
        swap_on_epoch: whether they are there from each epoch's end to the next one's beginning,
            too, so that callbacks that stand behind this one see them.

    >>> import brickwork
    >>> model = brickwork.Sequential([brickwork.layers.Dense(1, input_dim=1)])
    >>> model.compile(brickwork.optimizers.SGD(use_ema=True), "mse")
    >>> history = model.fit([[1.0]], [1.0], verbose=0, callbacks=SwapEMAWeights())
    """

    swap_on_epoch: bool = field(False, kind="bool")

    _swapped = False

    def on_train_begin(self, logs=None):
        """See to it that there are averages."""
        self._swapped = False
        self._averaging()

    def get_state(self) -> dict:
        return {"swapped": self._swapped}

    def set_state(self, state: dict) -> None:
        self._swapped = state["swapped"]

    def on_epoch_begin(self, epoch, logs=None):
        """The weights themselves are trained."""
        self._swap(False)

    def on_epoch_end(self, epoch, logs=None):
        """Show the averages to the callbacks that follow, if that is wanted."""
        if self.swap_on_epoch:
            self._swap(True)

    def on_test_begin(self, logs=None):
        """Judge the averages."""
        self._swap(True)

    def on_test_end(self, logs=None):
        """Go on with the weights."""
        self._swap(False)

    def on_predict_begin(self, logs=None):
        """Predict by the averages."""
        self._swap(True)

    def on_predict_end(self, logs=None):
        """Go on with the weights."""
        self._swap(False)

    def _before_end(self) -> None:
        self._swap(False)

    def _swap(self, averages: bool) -> None:
        """Have the averages or the weights in the model."""
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
            raise ArgumentError("SwapEMAWeights", "the optimizer keeps no averages, expected one "
                                "with use_ema=True.")
        return found
