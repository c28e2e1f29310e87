"""Adadelta: steps scaled by the size of the recent steps of each weight."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np  # noqa: F401  (for the examples)

from ...fields import field
from ...program.primitives.elementwise import sqrt, square
from ..optimizer import Optimizer
from ..optimizer_names import registry

if TYPE_CHECKING:
    from ...program.variable import Variable


@registry.add
class Adadelta(Optimizer):
    """Adadelta, which scales steps by running means of squared gradients and squared steps.

    ``v <- rho * v + (1 - rho) * g^2``, ``d = g * sqrt(s + epsilon) / sqrt(v + epsilon)``,
    ``s <- rho * s + (1 - rho) * d^2`` and ``w <- w - learning_rate * d``.

    Args:
        learning_rate: see `Optimizer`, default 0.001; the paper uses 1.0.
        rho: decay of the running means v and s, float from 0 to 1.
        epsilon: added inside the square root for numerical stability, float >= 0.

    Further arguments are those of `Optimizer`.

    Reference:
        Zeiler, "ADADELTA: an adaptive learning rate method", 2012. arXiv:1212.5701.

    >>> from brickwork.program import Variable
    >>> w = Variable([1.0], name="w")
    >>> Adadelta(1.0).apply([np.ones(1, "float32")], [w])
    >>> print(w.numpy().round(4))
    [0.9986]
    """

    elementwise = True
    learning_rate = 0.001
    rho: float = field(default=0.95, kind="float", ge=0, le=1)
    epsilon: float = field(default=1e-7, kind="float", ge=0)

    def build_slots(self, variables: Sequence[Variable]) -> None:
        self.add_optimizer_variables(variables, ["accumulated_grad", "accumulated_delta_var"])

    def update_step(self, gradient: Any, variable: Any, learning_rate: Any) -> None:
        v = self.slot("accumulated_grad", variable)
        s = self.slot("accumulated_delta_var", variable)
        new_v = v.assign(self.rho * v + (1 - self.rho) * square(gradient))
        step = gradient * sqrt(s + self.epsilon) / sqrt(new_v + self.epsilon)
        s.assign(self.rho * s + (1 - self.rho) * square(step))
        variable.assign(variable - learning_rate * step)
