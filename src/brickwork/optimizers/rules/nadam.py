"""Adam with Nesterov's momentum."""

from __future__ import annotations

import numpy as np  # noqa: F401  (the examples')

from ...program.primitives.elementwise import cast, sqrt
from ..optimizer_names import registry
from .adam import AdamArguments, moments, power


@registry.add
class Nadam(AdamArguments):
    """`Adam` that looks ahead by its momentum, ``u_t = beta_1 * (1 - 0.96^t / 2)`` in update t:

    ``w <- w - learning_rate * h / (sqrt(v / (1 - beta_2^t)) + epsilon)`` where
    ``h = u_(t+1) * m / (1 - u_1 * ... * u_(t+1)) + (1 - u_t) * g / (1 - u_1 * ... * u_t)``.

    Dozat, "Incorporating Nesterov momentum into Adam", 2016.

    >>> from brickwork.program import Variable
    >>> w = Variable([1.0], name="w")
    >>> Nadam(0.1).apply([np.ones(1, "float32")], [w])
    >>> print(w.numpy().round(4))
    [0.8937]
    """

    elementwise = True
    learning_rate = 0.001

    def build_slots(self, variables) -> None:
        self.add_optimizer_variables(variables, ["momentum", "velocity"])
        dtype = variables[0].dtype if variables else None
        self._product = self.add_variable((), "ones", dtype, "variable")  # u_1 * ... * u_t

    def update_shared(self) -> None:
        t = cast(self.iterations + 1, self._product.dtype)
        self._product.assign(self._product * self._ahead(t))

    def _ahead(self, t):
        """``u_t``."""
        return self.beta_1 * (1 - 0.5 * power(0.96, t))

    def update_step(self, gradient, variable, learning_rate) -> None:
        t = cast(self.iterations + 1, variable.dtype)
        now, then = self._ahead(t), self._ahead(t + 1)
        product = cast(self._product.value, variable.dtype)
        mean, spread = moments(gradient, self.slot("momentum", variable),
                               self.slot("velocity", variable), self.beta_1, self.beta_2)
        step = mean * (then / (1 - product * then)) + gradient * ((1 - now) / (1 - product))
        spread = spread / (1 - power(self.beta_2, t))
        variable.assign(variable - learning_rate * step / (sqrt(spread) + self.epsilon))
