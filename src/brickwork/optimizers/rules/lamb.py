"""LAMB: Adam with layer-wise step sizes, for very large batches."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np  # noqa: F401  (for the examples)

from ...program.primitives.elementwise import cast, greater, logical_and, sqrt, square, where
from ...program.primitives.reduce import reduce_sum
from ..optimizer_names import registry
from .adam import AdamArguments, moments, power

if TYPE_CHECKING:
    from ...program.variable import Variable


@registry.add
class Lamb(AdamArguments):
    """LAMB, the step of `Adam` scaled to the norm of each weight.

    ``d = m / (1 - beta_1^t) / (sqrt(v / (1 - beta_2^t)) + epsilon)`` and
    ``w <- w - learning_rate * d * |w| / |d|`` in update t; ``|w| / |d|`` is 1 where one of the
    norms is 0. m and v are those of `Adam`.

    Args:
        learning_rate: see `Optimizer`, default 0.001.
        beta_1: decay of the mean gradient m, float in [0, 1).
        beta_2: decay of the mean squared gradient v, float in [0, 1).
        epsilon: added to the denominator for numerical stability, float >= 0.

    Further arguments are those of `Optimizer`.

    Reference:
        You et al., "Large batch optimization for deep learning: training BERT in 76 minutes",
        2019. arXiv:1904.00962.

    >>> from brickwork.program import Variable
    >>> w = Variable([3.0, 4.0], name="w")
    >>> Lamb(0.1).apply([np.ones(2, "float32")], [w])
    >>> print(w.numpy().round(4))
    [2.6464 3.6464]
    """

    learning_rate = 0.001

    def build_slots(self, variables: Sequence[Variable]) -> None:
        self.add_optimizer_variables(variables, ["momentum", "velocity"])

    def update_step(self, gradient: Any, variable: Any, learning_rate: Any) -> None:
        t = cast(self.iterations + 1, variable.dtype)
        m, v = moments(
            gradient,
            self.slot("momentum", variable),
            self.slot("velocity", variable),
            self.beta_1,
            self.beta_2,
        )
        scale = sqrt(v / (1 - power(self.beta_2, t))) + self.epsilon
        step = m / (1 - power(self.beta_1, t)) / scale
        weight_norm, step_norm = norm(variable.value), norm(step)
        positive = logical_and(greater(weight_norm, 0), greater(step_norm, 0))
        ratio = where(positive, weight_norm / step_norm, 1.0)
        variable.assign(variable - ratio * learning_rate * step)


def norm(value: Any) -> Any:
    """The L2 norm of all elements."""
    return sqrt(reduce_sum(square(value)))
