"""`TerminateOnNaN`: ends training at a loss that is not finite."""

from __future__ import annotations

from math import isfinite
from typing import Any

from ..fields import Configurable, field
from ..training.callback import Callback


class TerminateOnNaN(Configurable, Callback):
    """Ends ``fit`` at a loss that is NaN or infinite.

    ``fit`` does so by itself, with a warning (see its ``on_nan``). With this callback it prints a
    line instead. The weights are those of the step before, except where an update of a large model
    has overflowed: see `docs/safe-training.md`. Of that ``fit`` warns all the same.

    Args:
        raise_error: whether to raise a RuntimeError instead; default False.

    Raises:
        RuntimeError: by ``fit``, with `raise_error`.

    >>> import brickwork
    >>> model = brickwork.Sequential([brickwork.layers.Dense(1, input_dim=1)])
    >>> model.compile("sgd", lambda y, y_pred: y_pred * float("nan"))
    >>> history = model.fit([[1.0]], [1.0], epochs=5, verbose=0, callbacks=TerminateOnNaN())
    Batch 0: Invalid loss, terminating training
    >>> len(history.epoch)
    1
    """

    raise_error: bool = field(default=False, kind="bool")

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Check the epoch's loss, for trainings with ``on_nan="continue"``."""
        loss = (logs or {}).get("loss")
        if loss is not None and not isfinite(loss) and not self.model.stop_training:
            self._on_not_finite((self.params or {}).get("steps") or 0)

    def _on_not_finite(self, batch: int) -> bool:
        if self.raise_error:
            raise RuntimeError(
                f"NaN or Inf loss encountered at batch {batch}. Terminating training immediately."
            )
        print(f"Batch {batch}: Invalid loss, terminating training")
        self.model.stop_training = True
        return True
