"""``fit(..., show_accuracy=True)`` of the first Keras: a metric for this call alone."""

from __future__ import annotations

from typing import Any

from .compiled import Compiled


class AccuracyShown:
    """A context in which the model has the metric accuracy, unless it was compiled with metrics.

    Args:
        model: the model.
        shown: whether accuracy was asked for.
    """

    def __init__(self, model: Any, shown: bool):
        compiled = model._compiled
        self.model, self.before = model, compiled
        self.shown = bool(shown and compiled and not compiled.arguments["metrics"])

    def __enter__(self) -> None:
        if self.shown:
            given = {**self.before.arguments, "metrics": ["accuracy"]}
            compiled = Compiled(**{**given, "optimizer": self.before.optimizer})
            compiled.trainable = self.before.trainable
            self._set(compiled)

    def __exit__(self, *_: object) -> None:
        if self.shown:
            self._set(self.before)

    def _set(self, compiled: Compiled) -> None:
        self.model._compiled = compiled
        self.model._forget_programs()
