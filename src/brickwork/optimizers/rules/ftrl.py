"""Follow the regularized leader: for models of many weights most of which are to be 0."""

from __future__ import annotations

import numpy as np  # noqa: F401  (the examples')

from ...fields import field
from ...initializers import Constant
from ...program.primitives.elementwise import maximum, minimum, pow, sqrt, square
from ..optimizer import Optimizer
from ..optimizer_names import registry


@registry.add
class Ftrl(Optimizer):
    """With ``p = -learning_rate_power``, ``n' = n + g^2`` and ``l2 =
    l2_regularization_strength + beta / (2 * learning_rate)``:

    ``z <- z + g + 2 * l2_shrinkage * w - (n'^p - n^p) / learning_rate * w``, then
    ``w <- (clip(z, -l1, l1) - z) / (n'^p / learning_rate + 2 * l2)`` and ``n <- n'``.

    McMahan et al., "Ad click prediction: a view from the trenches", 2013; the shrinkage is
    TensorFlow's.

    >>> from brickwork.program import Variable
    >>> w = Variable([1.0], name="w")
    >>> Ftrl(0.1).apply([np.ones(1, "float32")], [w])
    >>> print(w.numpy().round(4))
    [0.6031]
    """

    elementwise = True
    learning_rate = 0.001
    learning_rate_power: float = field(-0.5, kind="float", le=0)
    initial_accumulator_value: float = field(0.1, kind="float", ge=0)
    l1_regularization_strength: float = field(0.0, kind="float", ge=0)
    l2_regularization_strength: float = field(0.0, kind="float", ge=0)
    l2_shrinkage_regularization_strength: float = field(0.0, kind="float", ge=0)
    beta: float = field(0.0, kind="float", ge=0)

    def build_slots(self, variables) -> None:
        self.add_optimizer_variables(variables, ["accumulator", "linear"],
                                     [Constant(self.initial_accumulator_value), "zeros"])

    def update_step(self, gradient, variable, learning_rate) -> None:
        n, z = self.slot("accumulator", variable), self.slot("linear", variable)
        seen = n + square(gradient)
        risen, shrinkage = self._power(seen), self.l2_shrinkage_regularization_strength
        drift = gradient + 2 * shrinkage * variable if shrinkage else gradient
        leader = z.assign(z + drift - (risen - self._power(n.value)) / learning_rate * variable)
        l1, l2 = self.l1_regularization_strength, self.l2_regularization_strength
        kept = minimum(maximum(leader, -l1), l1) - leader
        variable.assign(kept / ((risen + self.beta) / learning_rate + 2 * l2))
        n.assign(seen)

    def _power(self, seen):
        return sqrt(seen) if self.learning_rate_power == -0.5 else pow(
            seen, -self.learning_rate_power)
