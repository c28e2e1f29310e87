"""RMSprop: gradient descent scaled by the recent squared gradients of each weight."""

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
class RMSprop(Optimizer):
    """RMSprop, which divides gradients by the root of their running mean square.

    ``v <- rho * v + (1 - rho) * g^2`` and ``w <- w - learning_rate * g / sqrt(v + epsilon)``.

    Args:
        learning_rate: see `Optimizer`, default 0.001.
        rho: decay of the running mean v, float from 0 to 1.
        momentum: decay of the accumulated steps, as in `SGD`, float from 0 to 1.
        epsilon: added inside the square root for numerical stability, float >= 0.
        centered: whether to divide by the root of the variance instead: the squared running mean
            of g is subtracted from v.

    Further arguments are those of `Optimizer`.

    Reference:
        Tieleman and Hinton, "Neural networks for machine learning", lecture 6.5, 2012.
        Centered: Graves, "Generating sequences with recurrent neural networks", 2013.
        arXiv:1308.0850.

    >>> from brickwork.program import Variable
    >>> w = Variable([1.0], name="w")
    >>> RMSprop(0.1).apply([np.ones(1, "float32")], [w])
    >>> w.numpy().round(4)
    array([0.6838], dtype=float32)
    """

    elementwise = True
    learning_rate = 0.001
    rho: float = field(default=0.9, kind="float", ge=0, le=1)
    momentum: float = field(default=0.0, kind="float", ge=0, le=1)
    epsilon: float = field(default=1e-7, kind="float", ge=0)
    centered: bool = field(default=False, kind="bool")

    def build_slots(self, variables: Sequence[Variable]) -> None:
        self.add_optimizer_variables(variables, "velocity")
        if self.momentum:
            self.add_optimizer_variables(variables, "momentum")
        if self.centered:
            self.add_optimizer_variables(variables, "average_gradient")

    def update_step(self, gradient: Any, variable: Any, learning_rate: Any) -> None:
        v = self._mean("velocity", square(gradient), variable)
        if self.centered:
            v = v - square(self._mean("average_gradient", gradient, variable))
        step = learning_rate * gradient / sqrt(v + self.epsilon)
        if self.momentum:
            slot = self.slot("momentum", variable)
            step = self.momentum * slot + step
            slot.assign(step)
        variable.assign(variable - step)

    def _mean(self, name: str, value, variable):
        """Update the running mean of a value, in the slot of that name."""
        slot = self.slot(name, variable)
        return slot.assign(self.rho * slot + (1 - self.rho) * value)
