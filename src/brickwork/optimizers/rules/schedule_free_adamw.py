"""Schedule-free AdamW: an average of the iterates replaces the learning rate schedule."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np  # noqa: F401  (for the examples)

from ...fields import field
from ...program.primitives.elementwise import cast, minimum, sqrt, square
from ..optimizer import Optimizer
from ..optimizer_names import registry
from .adam import power

if TYPE_CHECKING:
    from ...program.variable import Variable


@registry.add
class ScheduleFreeAdamW(Optimizer):
    """Schedule-free AdamW, which averages iterates instead of decaying the learning rate.

    z follows the gradients, x is the mean of all z so far, and gradients are computed at the
    weight ``w = (1 - beta_1) * z + beta_1 * x``. In update t

    ``v <- v + (1 - beta_2) * (g^2 - v)``, ``z <- z - learning_rate * g / (sqrt(v / (1 -
    beta_2^t)) + epsilon)`` and ``x <- x + (z - x) / t``.

    x is not stored, since it follows from w and z.

    Args:
        learning_rate: see `Optimizer`, default 0.0025.
        beta_1: weight of x in w, float in (0, 1).
        beta_2: decay of the mean squared gradient v, float in [0, 1).
        epsilon: added to the denominator for numerical stability, float >= 0.
        warmup_steps: number of updates in which the learning rate rises linearly from 0, int >= 0.

    Further arguments are those of `Optimizer`.

    Reference:
        Defazio et al., "The road less scheduled", 2024. arXiv:2405.15682.

    >>> from brickwork.program import Variable
    >>> w = Variable([1.0], name="w")
    >>> ScheduleFreeAdamW(0.5).apply([np.ones(1, "float32")], [w])
    >>> print(w.numpy().round(4))
    [0.5]
    """

    elementwise = True
    learning_rate = 0.0025
    beta_1: float = field(default=0.9, kind="float", gt=0, lt=1)
    beta_2: float = field(default=0.999, kind="float", ge=0, lt=1)
    epsilon: float = field(default=1e-8, kind="float", ge=0)
    warmup_steps: int = field(default=0, kind="int", ge=0)

    def build_slots(self, variables: Sequence[Variable]) -> None:
        for v in variables:
            self.add_optimizer_variables([v], ["momentum", "velocity"], [v.numpy(), "zeros"])

    def update_step(self, gradient: Any, variable: Any, learning_rate: Any) -> None:
        t = cast(self.iterations + 1, variable.dtype)
        if self.warmup_steps:
            learning_rate = learning_rate * minimum(t / self.warmup_steps, 1.0)
        z, v = self.slot("momentum", variable), self.slot("velocity", variable)
        x = (variable - (1 - self.beta_1) * z) / self.beta_1
        new_v = v.assign(v + (square(gradient) - v) * (1 - self.beta_2))
        scale = sqrt(new_v / (1 - power(self.beta_2, t))) + self.epsilon
        new_z = z.assign(z - learning_rate * gradient / scale)
        x = (1 - 1 / t) * x + new_z / t
        variable.assign((1 - self.beta_1) * new_z + self.beta_1 * x)
