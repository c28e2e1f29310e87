"""Adam's steps, as long as each weight is: for very large batches."""

from __future__ import annotations

import numpy as np  # noqa: F401  (the examples')

from ...program.primitives.elementwise import cast, greater, logical_and, sqrt, square, where
from ...program.primitives.reduce import reduce_sum
from ..optimizer_names import registry
from .adam import AdamArguments, moments, power


@registry.add
class Lamb(AdamArguments):
    """`Adam`'s step ``d = m / (1 - beta_1^t) / (sqrt(v / (1 - beta_2^t)) + epsilon)``, and
    ``w <- w - learning_rate * d * |w| / |d|``; where a length is 0 their quotient counts as 1.

    You et al., "Large batch optimization for deep learning: training BERT in 76 minutes", 2019.

    >>> from brickwork.program import Variable
    >>> w = Variable([3.0, 4.0], name="w")
    >>> Lamb(0.1).apply([np.ones(2, "float32")], [w])
    >>> print(w.numpy().round(4))
    [2.6464 3.6464]
    """

    learning_rate = 0.001

    def build_slots(self, variables) -> None:
        self.add_optimizer_variables(variables, ["momentum", "velocity"])

    def update_step(self, gradient, variable, learning_rate) -> None:
        t = cast(self.iterations + 1, variable.dtype)
        mean, spread = moments(gradient, self.slot("momentum", variable),
                               self.slot("velocity", variable), self.beta_1, self.beta_2)
        spread = sqrt(spread / (1 - power(self.beta_2, t))) + self.epsilon
        step = mean / (1 - power(self.beta_1, t)) / spread
        long, far = length(variable.value), length(step)
        ratio = where(logical_and(greater(long, 0), greater(far, 0)), long / far, 1.0)
        variable.assign(variable - ratio * learning_rate * step)


def length(value):
    """The square root of the sum of all squares."""
    return sqrt(reduce_sum(square(value)))
