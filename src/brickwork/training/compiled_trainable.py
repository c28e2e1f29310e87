"""Whether `trainable` counts as it is, or as it was when `compile` was called.

In Keras 1, Keras 2 and ``tf.keras`` a model trains the layers that were trainable when it was
compiled; in Keras 3 those that are now. An adversarial network of Keras 2 relies on the former: it
compiles the discriminator, freezes it, and compiles it again as a part of the whole model; the
discriminator goes on to learn in its own ``train_on_batch``. Which rule holds is said by the text
of the script that calls `compile`.
"""

from __future__ import annotations

from typing import Any

from ..data import warn_once
from ..layers import calling
from ..stack_level import file_outside


class CompiledTrainable:
    """What was trainable when a model was compiled.

    Args:
        model: the model, which is being compiled.
    """

    def __init__(self, model: Any):
        self.flags = [(layer, layer.trainable) for layer in model.family()]
        self.script = file_outside()
        self.era: str | None = None  # of the script, when it is needed
        self.same: tuple | None = None  # the flags that were found to be the same

    def differs(self, model: Any) -> bool:
        """Whether a layer's `trainable` has changed since."""
        flags = model._plans.flags
        if flags is self.same:  # the usual case, before each step
            return False
        if all(layer.trainable == flag for layer, flag in self.flags):
            self.same = flags
            return False
        return True

    def counts(self, model: Any) -> bool:
        """Whether training goes by what was trainable then; the first time, a warning says so."""
        from ..spelling import era_of

        self.era = self.era or era_of(self.script)
        nothing = not model.trainable_variables
        then = self.era == "old" or (self.era == "unclear" and nothing)
        if not then and nothing:
            warn_once(
                "frozen since compile",
                f"{model.name}: all of its layers were frozen after it was compiled, so nothing is "
                "trained. In Keras 1 and 2 `trainable` counted as it was when compile was called; "
                "today it counts as it is now: set it to True before training.",
            )
        elif then:
            warn_once(
                "trainable as compiled",
                f"{model.name}: `trainable` was changed after compile. As in Keras 1 and 2, which "
                "this script is written for, training goes by what it was when compile was "
                "called; in Keras 3 by what it is now. Call compile again where the change should "
                "count.",
            )
        return then


class TrainedAsCompiled:
    """A context in which `trainable` is what counts for a training of the model.

    Args:
        model: the model, compiled.
    """

    def __init__(self, model: Any):
        self.model = model
        self.now: list[tuple] = []
        self.variables: list[tuple] = []

    def __enter__(self) -> None:
        state = self.model._compiled.trainable
        if state is None or not state.differs(self.model) or not state.counts(self.model):
            return
        self.now = [(layer, layer.trainable) for layer, _ in state.flags]
        self.variables = [(v, v.trainable) for layer, _ in self.now for v in layer.own_variables()]
        for layer, flag in state.flags:
            layer._set_own_trainable(flag)
        calling.changed(self.model, "trainable")

    def __exit__(self, *_: object) -> None:
        if not self.now:
            return
        for layer, flag in self.now:
            layer._set_own_trainable(flag)
        for variable, flag in self.variables:
            variable.trainable = flag
        calling.changed(self.model, "trainable")
