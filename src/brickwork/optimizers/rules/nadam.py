"""Nadam: Adam with Nesterov momentum."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np  # noqa: F401  (for the examples)

from ...program.primitives.elementwise import cast, sqrt
from ..optimizer_names import registry
from .adam import AdamArguments, moments, power

if TYPE_CHECKING:
    from ...program.variable import Variable


@registry.add
class Nadam(AdamArguments):
    """Nadam, which is `Adam` with Nesterov momentum.

    ``w <- w - learning_rate * h / (sqrt(v / (1 - beta_2^t)) + epsilon)`` in update t, where
    ``h = u_(t+1) * m / (1 - u_1 * ... * u_(t+1)) + (1 - u_t) * g / (1 - u_1 * ... * u_t)`` and
    ``u_t = beta_1 * (1 - 0.96^t / 2)``. m and v are those of `Adam`.

    Args:
        learning_rate: see `Optimizer`, default 0.001.
        beta_1: decay of the mean gradient m, float in [0, 1).
        beta_2: decay of the mean squared gradient v, float in [0, 1).
        epsilon: added to the denominator for numerical stability, float >= 0.

    Further arguments are those of `Optimizer`.

    Reference:
        Dozat, "Incorporating Nesterov momentum into Adam", 2016. ICLR workshop.

    >>> from brickwork.program import Variable
    >>> w = Variable([1.0], name="w")
    >>> Nadam(0.1).apply([np.ones(1, "float32")], [w])
    >>> print(w.numpy().round(4))
    [0.8937]
    """

    elementwise = True
    learning_rate = 0.001

    def build_slots(self, variables: Sequence[Variable]) -> None:
        self.add_optimizer_variables(variables, ["momentum", "velocity"])
        dtype = variables[0].dtype if variables else None
        self._product = self.add_variable((), "ones", dtype, "variable")  # u_1 * ... * u_t

    def update_shared(self) -> None:
        t = cast(self.iterations + 1, self._product.dtype)
        self._product.assign(self._product * self._u(t))

    def _u(self, t):
        """``u_t``."""
        return self.beta_1 * (1 - 0.5 * power(0.96, t))

    def update_step(self, gradient: Any, variable: Any, learning_rate: Any) -> None:
        t = cast(self.iterations + 1, variable.dtype)
        u, next_u = self._u(t), self._u(t + 1)
        product = cast(self._product.value, variable.dtype)
        m, v = moments(
            gradient,
            self.slot("momentum", variable),
            self.slot("velocity", variable),
            self.beta_1,
            self.beta_2,
        )
        step = m * (next_u / (1 - product * next_u)) + gradient * ((1 - u) / (1 - product))
        v = v / (1 - power(self.beta_2, t))
        variable.assign(variable - learning_rate * step / (sqrt(v) + self.epsilon))
