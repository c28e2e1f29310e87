"""What a page is shown of a training, and how often."""

from __future__ import annotations

import time
from typing import Any

from .training import FPS, Training

#: Bytes of weights that a page is sent per second; between, snapshots come without weights.
BYTES = 8_000_000


class Snapshots:
    """Snapshots of a training, as often as the page can take them.

    One is under way at a time: the next one waits until the page has said that it saw the last. So
    a page that is slow, or does not look, gets fewer, and nothing piles up.

    Args:
        training: the training.
    """

    def __init__(self, training: Training):
        self.training = training
        self.size = 4 * training.model.count_params()
        self._unseen, self._due, self._weights_due = 0, 0.0, 0.0
        self._place = -1  # of the last one

    def due(self) -> bool:
        """Whether the page is to get one now: there is something new, and it can take it."""
        new = self.training.place != self._place
        return new and self._unseen == 0 and time.perf_counter() >= self._due

    def seen(self) -> None:
        """Note that the page has seen one."""
        self._unseen = max(0, self._unseen - 1)

    def take(self, whole: bool) -> dict[str, Any]:
        """Return the event that shows the training as it is now.

        Args:
            whole: whether it must hold the weights; otherwise it does where these are not sent too
                often.
        """
        training, now = self.training, time.perf_counter()
        whole = whole or now >= self._weights_due
        if whole:
            self._weights_due = now + self.size / BYTES
        # A rhythm, which a picture that comes late does not shift.
        self._due = min(max(self._due, now - 1 / FPS), now) + 1 / FPS
        self._unseen, self._place = self._unseen + 1, training.place
        return {
            "type": "snapshot",
            "snapshot": {
                "step": training.place,
                "epoch": training.epoch,
                "batch": training.batch,
                "logs": dict(training.logs),
                "weights": weights_of(training.model) if whole else None,
                "ended": training.take_ended(),
                "stepsPerSecond": training.rate,
            },
        }


def weights_of(model: Any) -> list[list[dict[str, Any]]]:
    """The weights of each layer of a model: `Weight` of ``studio/src/wall/wall.ts``."""
    return [
        [
            {"name": w.name, "shape": list(w.shape), "values": w.numpy().ravel()}
            for w in layer.weights
        ]
        for layer in model.layers
    ]
