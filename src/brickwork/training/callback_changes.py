"""Which changes to a model callbacks may make during training.

Every callback may read and write weights, the optimizer's hyperparameters (such as the learning
rate) and `stop_training`; it may also evaluate or train the model. It is an error to change the
layers or to call `compile`. Changes to `trainable` and to arguments of layers or the optimizer
have no effect on this training, with a warning.
"""

from __future__ import annotations

from ..data import warn_once


class ChangeDetector:
    """Detects changes of a model that callbacks made during training.

    Args:
        model: the model, just before its first step.
        at_once: whether changes take effect in the next step, since each step is planned when it
            comes (as for streams).
    """

    def __init__(self, model, at_once: bool = False):
        self.model, self.at_once = model, at_once
        self.plans, self.compiled, self.layers = model._plans, model._compiled, model.layers
        self.optimizer, self.edition = model.optimizer, model.optimizer.edition

    def check(self) -> None:
        """Check the model; called between a callback and the next step.

        Raises:
            RuntimeError: if a callback compiled the model or changed its layers.
        """
        model = self.model
        if model._model_programs is self.plans and self.optimizer.edition == self.edition:
            return  # compile would have made other programs
        if model._compiled is not self.compiled:
            raise RuntimeError(
                "fit: a callback called compile in the middle of the training, expected after it. "
                "Set model.stop_training = True there, then call compile and fit. Another "
                "learning rate needs no compile: model.optimizer.learning_rate = 0.001."
            )
        if list(map(id, model.layers)) != list(map(id, self.layers)):
            raise RuntimeError(
                "fit: a callback added or removed layers in the middle of the training, expected "
                "after it. Set model.stop_training = True there, then change the model, and call "
                "compile and fit."
            )
        self.plans, self.edition = model._plans, model.optimizer.edition
        if not self.at_once:
            warn_once(
                "unchanged",
                "fit: a callback changed `trainable` or an argument of a layer "
                "or of the optimizer during the training, which has no effect "
                "before the next fit.",
            )
