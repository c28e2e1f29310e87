"""What callbacks may do to a model while it is trained, and what would make it another model.

Weights, the optimizer's numbers (its learning rate) and `stop_training` may be read and written in
every callback, and the model may be asked, or trained itself. What was decided before the first
step stays: the layers and what `compile` said, or the training ends in an error; which weights are
trained and the arguments of layers and of the optimizer, or a warning says that it is too late.
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
        self.plans, self.compiled, self.layers = model._plans, model.compiled, model.layers
        self.edition = model.optimizer.edition

    def check(self) -> None:
        """Called between a callback and the next step.

        Raises:
            RuntimeError: if a callback compiled the model or changed its layers.
        """
        model = self.model
        if model._made_plans is self.plans and model.optimizer.edition == self.edition:
            return
        if model.compiled is not self.compiled:
            raise RuntimeError(
                "fit: a callback called compile in the middle of the training, expected after it. "
                "Set model.stop_training = True there, then call compile and fit. Another "
                "learning rate needs no compile: model.optimizer.learning_rate = 0.001.")
        if list(map(id, model.layers)) != list(map(id, self.layers)):
            raise RuntimeError(
                "fit: a callback added or removed layers in the middle of the training, expected "
                "after it. Set model.stop_training = True there, then change the model, and call "
                "compile and fit.")
        self.plans, self.edition = model._plans, model.optimizer.edition
        if not self.at_once:
            warn_once("unchanged", "fit: a callback changed `trainable` or an argument of a layer "
                                   "or of the optimizer during the training, which goes on as it "
                                   "began; the next fit knows of it.")
