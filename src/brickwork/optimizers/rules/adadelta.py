"""Steps of the size that a weight's own recent steps had."""

from __future__ import annotations

import numpy as np  # noqa: F401  (the examples')

from ...fields import field
from ...program.primitives.elementwise import sqrt, square
from ..optimizer import Optimizer
from ..optimizer_names import registry


@registry.add
class Adadelta(Optimizer):
    """``v <- rho * v + (1 - rho) * g^2``, the step ``d = g * sqrt(s + epsilon) / sqrt(v +
    epsilon)``, ``s <- rho * s + (1 - rho) * d^2`` and ``w <- w - learning_rate * d``.

    Zeiler, "Adadelta: an adaptive learning rate method", 2012; it takes 1.0 for the learning
    rate.

    >>> from brickwork.program import Variable
    >>> w = Variable([1.0], name="w")
    >>> Adadelta(1.0).apply([np.ones(1, "float32")], [w])
    >>> print(w.numpy().round(4))
    [0.9986]
    """

    elementwise = True
    learning_rate = 0.001
    rho: float = field(0.95, kind="float", ge=0, le=1)
    epsilon: float = field(1e-7, kind="float", ge=0)

    def build_slots(self, variables) -> None:
        self.add_optimizer_variables(variables, ["accumulated_grad", "accumulated_delta_var"])

    def update_step(self, gradient, variable, learning_rate) -> None:
        spread = self.slot("accumulated_grad", variable)
        moved = self.slot("accumulated_delta_var", variable)
        seen = spread.assign(self.rho * spread + (1 - self.rho) * square(gradient))
        step = gradient * sqrt(moved + self.epsilon) / sqrt(seen + self.epsilon)
        moved.assign(self.rho * moved + (1 - self.rho) * square(step))
        variable.assign(variable - learning_rate * step)
