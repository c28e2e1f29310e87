"""Adam without a plan for the learning rate: an average of the path takes its place."""

from __future__ import annotations

import numpy as np  # noqa: F401  (the examples')

from ...fields import field
from ...program.primitives.elementwise import cast, minimum, sqrt, square
from ..optimizer import Optimizer
from ..optimizer_names import registry
from .adam import power


@registry.add
class ScheduleFreeAdamW(Optimizer):
    """Three points: z, which follows the gradients, x, the mean of all z so far, and the weight
    ``w = (1 - beta_1) * z + beta_1 * x`` between them, where gradients are taken. In update t

    ``v <- v + (1 - beta_2) * (g^2 - v)``, ``z <- z - learning_rate * g / (sqrt(v / (1 -
    beta_2^t)) + epsilon)`` and ``x <- x + (z - x) / t``.

    x need not be kept, since it follows from w and z. During ``warmup_steps`` the learning rate
    rises in a line. Defazio et al., "The road less scheduled", 2024.

    >>> from brickwork.program import Variable
    >>> w = Variable([1.0], name="w")
    >>> ScheduleFreeAdamW(0.5).apply([np.ones(1, "float32")], [w])
    >>> print(w.numpy().round(4))
    [0.5]
    """

    elementwise = True
    learning_rate = 0.0025
    beta_1: float = field(0.9, kind="float", gt=0, lt=1)
    beta_2: float = field(0.999, kind="float", ge=0, lt=1)
    epsilon: float = field(1e-8, kind="float", ge=0)
    warmup_steps: int = field(0, kind="int", ge=0)

    def build_slots(self, variables) -> None:
        for v in variables:
            self.add_optimizer_variables([v], ["momentum", "velocity"], [v.numpy(), "zeros"])

    def update_step(self, gradient, variable, learning_rate) -> None:
        t = cast(self.iterations + 1, variable.dtype)
        if self.warmup_steps:
            learning_rate = learning_rate * minimum(t / self.warmup_steps, 1.0)
        z, v = self.slot("momentum", variable), self.slot("velocity", variable)
        path = (variable - (1 - self.beta_1) * z) / self.beta_1
        spread = v.assign(v + (square(gradient) - v) * (1 - self.beta_2))
        spread = sqrt(spread / (1 - power(self.beta_2, t))) + self.epsilon
        point = z.assign(z - learning_rate * gradient / spread)
        path = (1 - 1 / t) * path + point / t
        variable.assign((1 - self.beta_1) * point + self.beta_1 * path)
