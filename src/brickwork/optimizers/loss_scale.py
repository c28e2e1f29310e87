"""An optimizer around another that makes losses large, so that small gradients survive."""

from __future__ import annotations

from typing import Any

from ..errors import ArgumentError, shown
from ..fields import encode, field
from ..initializers import Constant
from ..program import current_trace
from ..program.primitives.elementwise import cast, equal, isfinite, logical_and, where
from ..program.primitives.reduce import reduce_min
from .optimizer import Optimizer
from .optimizer_names import registry
from .update import only_where

_SCALE = field(kind="float", gt=0)
_STEPS = field(kind="int", ge=1)


@registry.add
class LossScaleOptimizer(Optimizer):
    """Multiplies the loss by a scale and divides the gradients by it before another optimizer
    takes them.

    A step with a gradient that is not finite is left out, and the scale halved; after
    ``dynamic_growth_steps`` finite ones in a row it is doubled. Needed for half precision; in
    float32 and float64 it changes the last digits at most. A loss that is not finite ends ``fit``
    unless ``on_nan="continue"``; then, too, the step is left out.

    Args:
        inner_optimizer: the one that updates the weights. Its own ``loss_scale_factor`` is
            set to None.
        initial_scale: the first scale.
        dynamic_growth_steps: finite steps from one doubling to the next.
        name: default the class's name.

    >>> import numpy as np
    >>> from brickwork.optimizers import SGD
    >>> from brickwork.program import Variable
    >>> w, optimizer = Variable([1.0], name="w"), LossScaleOptimizer(SGD(0.5), initial_scale=4.0)
    >>> optimizer.apply([np.array([4.0], "float32")], [w])
    >>> optimizer.apply([np.array([np.inf], "float32")], [w])
    >>> w.numpy().tolist(), float(optimizer.dynamic_scale)
    ([0.5], 2.0)
    """

    def __init__(self, inner_optimizer, initial_scale=2.0**15, dynamic_growth_steps=2000,
                 name=None, **kwargs):
        owner = type(self).__name__
        if not isinstance(inner_optimizer, Optimizer):
            raise ArgumentError(f"{owner}.inner_optimizer", f"got {shown(inner_optimizer)}, "
                                "expected an Optimizer.")
        for word, value in kwargs.items():  # configs of Keras 2 have them at their defaults
            known = {"dynamic": True, **{n: f.default for n, f in Optimizer.__fields__.items()}}
            if word not in known or value != known[word]:
                raise ArgumentError(f"{owner}.{word}", f"got {shown(value)}, expected it in the "
                                    "inner optimizer.")
        self.inner_optimizer = inner_optimizer
        super().__init__(0.0, name=name)
        self.initial_scale = _SCALE.accept(owner, "initial_scale", initial_scale)
        self.dynamic_growth_steps = _STEPS.accept(owner, "dynamic_growth_steps",
                                                  dynamic_growth_steps)
        inner_optimizer.loss_scale_factor = None

    def build_slots(self, variables) -> None:
        self.step_counter = self.add_variable((), dtype="int32", name="step_counter")
        self.dynamic_scale = self.add_variable((), Constant(self.initial_scale), "float32",
                                               "dynamic_scale")
        self.inner_optimizer.build(variables)

    @property
    def variables(self) -> list:
        return super().variables + self.inner_optimizer.variables

    @property
    def edition(self) -> int:
        return super().edition + self.inner_optimizer.edition

    @property
    def iterations(self):
        return self.inner_optimizer.iterations

    @property
    def learning_rate(self):
        return self.inner_optimizer.learning_rate

    @learning_rate.setter
    def learning_rate(self, value) -> None:
        if hasattr(self, "_steps"):
            self.inner_optimizer.learning_rate = value
        else:
            self._rate = value  # one that stands among the variables, as in Keras, for nothing

    def scale_loss(self, loss):
        return loss * (self.dynamic_scale if self.built else self.initial_scale)

    def _record(self, grads: list, variables: list) -> None:
        with current_trace().inside(self.name):
            counter, scale = self.step_counter, self.dynamic_scale
            finite = None
            for g in grads:
                whole = equal(reduce_min(cast(isfinite(g), "int32")), 1)
                finite = whole if finite is None else logical_and(finite, whole)
            unscaled = [g / cast(scale.value, g.dtype) for g in grads]
            only_where(finite, lambda: self.inner_optimizer.apply(unscaled, variables))
            full = equal(counter.value, self.dynamic_growth_steps - 1)
            scale.assign(scale * where(finite, where(full, 2.0, 1.0), 0.5))
            counter.assign(where(finite, where(full, 0, counter + 1), 0))

    def _repeats(self) -> bool:
        return False  # the inner optimizer may be changed at any time

    def finalize_variable_values(self, var_list) -> None:
        self.inner_optimizer.finalize_variable_values(var_list)

    def get_config(self) -> dict[str, Any]:
        return {"name": self.name, "inner_optimizer": encode(self.inner_optimizer),
                "initial_scale": self.initial_scale,
                "dynamic_growth_steps": self.dynamic_growth_steps}

    @classmethod
    def from_config(cls, config: dict[str, Any], custom_objects=None):
        inner = registry.deserialize(config["inner_optimizer"], custom_objects)
        return cls(**{**config, "inner_optimizer": inner})
