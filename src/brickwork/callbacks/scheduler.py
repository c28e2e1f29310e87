"""`LearningRateScheduler`: sets the learning rate of each epoch."""

from __future__ import annotations

from inspect import signature
from typing import Any

from ..errors import shown
from ..fields import Configurable, field
from ..training.callback import Callback
from .monitor import verbosity

_RATE = field(kind="float", ge=0)


def _function(value):
    if callable(value):
        return value
    raise ValueError(f"got {shown(value)}, expected a function of (epoch, learning rate).")


class LearningRateScheduler(Configurable, Callback):
    """Sets the learning rate before each epoch, and adds it to the logs as ``learning_rate``.

    For a rate that changes with each batch see `brickwork.optimizers.schedules`.

    Args:
        schedule: function ``(epoch, learning_rate) -> learning_rate`` or ``(epoch) ->
            learning_rate``; epochs count from 0.
        verbose: 1 prints a line for each epoch; default 0.

    >>> import brickwork
    >>> model = brickwork.Sequential([brickwork.layers.Dense(1, input_dim=1)])
    >>> model.compile("sgd", "mse")
    >>> halve = LearningRateScheduler(lambda epoch, rate: 0.5 ** epoch)
    >>> history = model.fit([[0.0]], [0.0], epochs=3, verbose=0, callbacks=halve)
    >>> history.history["learning_rate"]
    [1.0, 0.5, 0.25]
    """

    schedule: Any = field(convert=_function)
    verbose: int = field(default=0, convert=verbosity)

    def setup(self) -> None:
        try:
            signature(self.schedule).bind(0, 0.1)
            self._takes_rate = True
        except TypeError:
            self._takes_rate = False
        except ValueError:  # a built-in function without a signature
            self._takes_rate = True

    def on_epoch_begin(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Set the learning rate."""
        optimizer = self.model.optimizer
        several = hasattr(optimizer, "optimizers")
        for part in optimizer.optimizers if several else [optimizer]:
            given = (epoch, float(part.learning_rate)) if self._takes_rate else (epoch,)
            rate = _RATE.accept(type(self).__name__, f"schedule({epoch})", self.schedule(*given))
            part.learning_rate = rate
            if self.verbose:
                print(
                    f"\nEpoch {epoch + 1}: LearningRateScheduler setting "
                    f"{part.name + ' ' if several else ''}learning rate to {rate}."
                )

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Add the learning rate to the logs."""
        if logs is not None:
            logs.update(self.model.optimizer.rates())

    def _added_logs(self) -> list[str]:
        return list(self.model.optimizer.rates())
