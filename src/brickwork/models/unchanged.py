"""What callbacks may do to a model while it is trained, and what would make it another model.

Weights, the optimizer's numbers (its learning rate) and `stop_training` may be read and written in
every callback, and the model may be asked, or trained itself. What was decided before the first
step stays: the layers and what `compile` said, or the training ends in an error; which weights are
trained and the arguments of layers, or a warning says that it is too late.
"""

from __future__ import annotations

from ..data import warn_once


class Unchanged:
    """Looks whether a model is still the one whose training began.

    Args:
        model: just before its first step.
        at_once: whether steps are planned anew as they come (those on streams are), so that what
            may be changed has its effect in the next one.
    """

    def __init__(self, model, at_once: bool = False):
        self.model, self.at_once = model, at_once
        self.plans, self.compiled = model._plans, model.compiled
        self.weights = [id(v) for v in model.weights]
        self.trained = [id(v) for v in model.trainable_variables]

    def check(self) -> None:
        """Called between a callback and the next step.

        Raises:
            RuntimeError: if a callback compiled the model or changed its layers.
        """
        model = self.model
        if model._made_plans is self.plans:
            return
        if model.compiled is not self.compiled:
            raise RuntimeError(
                "fit: a callback called compile in the middle of the training, expected after it. "
                "Set model.stop_training = True there, then call compile and fit. Another "
                "learning rate needs no compile: model.optimizer.learning_rate = 0.001.")
        if [id(v) for v in model.weights] != self.weights:
            raise RuntimeError(
                "fit: a callback added or removed layers in the middle of the training, expected "
                "after it. Set model.stop_training = True there, then change the model, and call "
                "compile and fit.")
        self.plans = model._plans
        if not self._trains_others():
            self._too_late("an argument of a layer")

    def end(self) -> None:
        """Called after the last step: tells what had no effect."""
        self._trains_others()

    def _trains_others(self) -> bool:
        trained, before = [id(v) for v in self.model.trainable_variables], self.trained
        self.trained = trained
        if trained != before:
            self._too_late("`trainable`")
        return trained != before

    def _too_late(self, what: str) -> None:
        if not self.at_once:
            warn_once("unchanged", f"fit: a callback changed {what} during the training, which "
                                   "goes on as it began; the next fit knows of it.")
