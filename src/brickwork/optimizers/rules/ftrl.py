"""FTRL-proximal: for large sparse models."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np  # noqa: F401  (for the examples)

from ...fields import field
from ...initializers import Constant
from ...program.primitives.elementwise import maximum, minimum, pow, sqrt, square
from ..optimizer import Optimizer
from ..optimizer_names import registry

if TYPE_CHECKING:
    from ...program.variable import Variable


@registry.add
class Ftrl(Optimizer):
    """Follow the regularized leader (FTRL-proximal), for large models with sparse weights.

    With ``p = -learning_rate_power``, ``n' = n + g^2`` and ``l2 =
    l2_regularization_strength + beta / (2 * learning_rate)``:

    ``z <- z + g + 2 * l2_shrinkage * w - (n'^p - n^p) / learning_rate * w``, then
    ``w <- (clip(z, -l1, l1) - z) / (n'^p / learning_rate + 2 * l2)`` and ``n <- n'``.

    The shrinkage is that of TensorFlow.

    Args:
        learning_rate: see `Optimizer`, default 0.001.
        learning_rate_power: exponent of n in the learning rate, float <= 0.
        initial_accumulator_value: initial value of n, float >= 0.
        l1_regularization_strength: L1 penalty l1, float >= 0.
        l2_regularization_strength: L2 penalty, float >= 0.
        l2_shrinkage_regularization_strength: L2 penalty of the gradient only, float >= 0.
        beta: added to ``n^p``, float >= 0.

    Further arguments are those of `Optimizer`.

    Reference:
        McMahan et al., "Ad click prediction: a view from the trenches", 2013.
        doi:10.1145/2487575.2488200.

    >>> from brickwork.program import Variable
    >>> w = Variable([1.0], name="w")
    >>> Ftrl(0.1).apply([np.ones(1, "float32")], [w])
    >>> print(w.numpy().round(4))
    [0.6031]
    """

    elementwise = True
    learning_rate = 0.001
    learning_rate_power: float = field(default=-0.5, kind="float", le=0)
    initial_accumulator_value: float = field(default=0.1, kind="float", ge=0)
    l1_regularization_strength: float = field(default=0.0, kind="float", ge=0)
    l2_regularization_strength: float = field(default=0.0, kind="float", ge=0)
    l2_shrinkage_regularization_strength: float = field(default=0.0, kind="float", ge=0)
    beta: float = field(default=0.0, kind="float", ge=0)

    def build_slots(self, variables: Sequence[Variable]) -> None:
        self.add_optimizer_variables(
            variables,
            ["accumulator", "linear"],
            [Constant(self.initial_accumulator_value), "zeros"],
        )

    def update_step(self, gradient: Any, variable: Any, learning_rate: Any) -> None:
        n, z = self.slot("accumulator", variable), self.slot("linear", variable)
        new_n = n + square(gradient)
        power, shrinkage = self._power(new_n), self.l2_shrinkage_regularization_strength
        shrunk = gradient + 2 * shrinkage * variable if shrinkage else gradient
        new_z = z.assign(z + shrunk - (power - self._power(n.value)) / learning_rate * variable)
        l1, l2 = self.l1_regularization_strength, self.l2_regularization_strength
        numerator = minimum(maximum(new_z, -l1), l1) - new_z
        variable.assign(numerator / ((power + self.beta) / learning_rate + 2 * l2))
        n.assign(new_n)

    def _power(self, n):
        return sqrt(n) if self.learning_rate_power == -0.5 else pow(n, -self.learning_rate_power)
