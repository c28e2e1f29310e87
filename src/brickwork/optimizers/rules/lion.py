"""The sign of the momentum, and nothing of its size."""

from __future__ import annotations

import numpy as np  # noqa: F401  (the examples')

from ...fields import field
from ...program.primitives.elementwise import sign
from ..optimizer import Optimizer
from ..optimizer_names import registry


@registry.add
class Lion(Optimizer):
    """``w <- w - learning_rate * sign(beta_1 * m + (1 - beta_1) * g)`` and ``m <- beta_2 * m +
    (1 - beta_2) * g``.

    Chen et al., "Symbolic discovery of optimization algorithms", 2023. Steps are large: the paper
    takes a third to a tenth of Adam's learning rate, and three to ten times its weight decay.

    >>> from brickwork.program import Variable
    >>> w = Variable([1.0, 1.0], name="w")
    >>> Lion(0.25).apply([np.array([0.01, -9.0], "float32")], [w])
    >>> w.numpy().tolist()
    [0.75, 1.25]
    """

    elementwise = True
    learning_rate = 0.001
    beta_1: float = field(0.9, kind="float", gt=0, le=1)
    beta_2: float = field(0.99, kind="float", ge=0, le=1)

    def build_slots(self, variables) -> None:
        self.add_optimizer_variables(variables, "momentum")

    def update_step(self, gradient, variable, learning_rate) -> None:
        m = self.slot("momentum", variable)
        ahead = m * self.beta_1 + gradient * (1 - self.beta_1)
        variable.assign(variable - learning_rate * sign(ahead))
        m.assign(m * self.beta_2 + gradient * (1 - self.beta_2))
