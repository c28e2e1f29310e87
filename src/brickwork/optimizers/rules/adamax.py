"""Adamax: Adam scaled by the largest recent gradient instead of the mean square."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np  # noqa: F401  (for the examples)

from ...program.primitives.elementwise import abs, cast, maximum
from ..optimizer_names import registry
from .adam import AdamArguments, power

if TYPE_CHECKING:
    from ...program.variable import Variable


@registry.add
class Adamax(AdamArguments):
    """Adamax, the variant of `Adam` with the infinity norm of the gradients.

    ``m <- m + (1 - beta_1) * (g - m)``, ``u <- max(beta_2 * u, |g|)`` and ``w <- w -
    learning_rate * m / ((1 - beta_1^t) * (u + epsilon))`` in update t.

    Args:
        learning_rate: see `Optimizer`, default 0.001.
        beta_1: decay of the mean gradient m, float in [0, 1).
        beta_2: decay of the largest gradient u, float in [0, 1).
        epsilon: added to the denominator for numerical stability, float >= 0.

    Further arguments are those of `Optimizer`.

    Reference:
        Kingma and Ba, "Adam: a method for stochastic optimization", 2014, section 7.
        arXiv:1412.6980.

    >>> from brickwork.program import Variable
    >>> w = Variable([1.0], name="w")
    >>> Adamax(0.1).apply([np.ones(1, "float32")], [w])
    >>> print(w.numpy().round(4))
    [0.9]
    """

    elementwise = True
    learning_rate = 0.001

    def build_slots(self, variables: Sequence[Variable]) -> None:
        self.add_optimizer_variables(variables, ["momentum", "norm"])

    def update_step(self, gradient: Any, variable: Any, learning_rate: Any) -> None:
        t = cast(self.iterations + 1, variable.dtype)
        m, u = self.slot("momentum", variable), self.slot("norm", variable)
        mean = m.assign(m + (gradient - m) * (1 - self.beta_1))
        largest = u.assign(maximum(self.beta_2 * u, abs(gradient)))
        rate = learning_rate / (1 - power(self.beta_1, t))
        variable.assign(variable - mean * rate / (largest + self.epsilon))
