"""Adagrad: gradient descent scaled by the accumulated squared gradients."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np  # noqa: F401  (for the examples)

from ...fields import field
from ...initializers import Constant
from ...program.primitives.elementwise import sqrt, square
from ..optimizer import Optimizer
from ..optimizer_names import registry

if TYPE_CHECKING:
    from ...program.variable import Variable


@registry.add
class Adagrad(Optimizer):
    """Adagrad: ``v <- v + g^2`` and ``w <- w - learning_rate * g / sqrt(v + epsilon)``.

    Args:
        learning_rate: see `Optimizer`, default 0.001.
        initial_accumulator_value: initial value of v, float >= 0.
        epsilon: added inside the square root for numerical stability, float >= 0.

    Further arguments are those of `Optimizer`.

    Reference:
        Duchi et al., "Adaptive subgradient methods for online learning and stochastic
        optimization", 2011. JMLR 12, 2121-2159.

    >>> from brickwork.program import Variable
    >>> w = Variable([1.0], name="w")
    >>> Adagrad(0.1).apply([np.ones(1, "float32")], [w])
    >>> print(w.numpy().round(4))
    [0.9047]
    """

    elementwise = True
    learning_rate = 0.001
    initial_accumulator_value: float = field(default=0.1, kind="float", ge=0)
    epsilon: float = field(default=1e-7, kind="float", ge=0)

    def build_slots(self, variables: Sequence[Variable]) -> None:
        self.add_optimizer_variables(
            variables, "accumulator", Constant(self.initial_accumulator_value)
        )

    def update_step(self, gradient: Any, variable: Any, learning_rate: Any) -> None:
        slot = self.slot("accumulator", variable)
        total = slot.assign(slot + square(gradient))
        variable.assign(variable - learning_rate * gradient / sqrt(total + self.epsilon))
