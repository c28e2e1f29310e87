"""Gradient descent scaled by each weight's recent gradients."""

from __future__ import annotations

import numpy as np  # noqa: F401  (the examples')

from ...fields import field
from ...program.primitives.elementwise import sqrt, square
from ..optimizer import Optimizer
from ..optimizer_names import registry


@registry.add
class RMSprop(Optimizer):
    """``v <- rho * v + (1 - rho) * g^2`` and ``w <- w - learning_rate * g / sqrt(v + epsilon)``.

    With ``momentum`` the steps add up as in `SGD`; ``centered`` takes the variance of the
    gradient (its mean squared is subtracted) for v. Tieleman and Hinton, lecture 6.5 of "Neural
    networks for machine learning", 2012; centered: Graves, "Generating sequences with recurrent
    neural networks", 2013.

    >>> from brickwork.program import Variable
    >>> w = Variable([1.0], name="w")
    >>> RMSprop(0.1).apply([np.ones(1, "float32")], [w])
    >>> w.numpy().round(4).tolist()
    [0.6837999820709229]
    """

    elementwise = True
    learning_rate = 0.001
    rho: float = field(0.9, kind="float", ge=0, le=1)
    momentum: float = field(0.0, kind="float", ge=0, le=1)
    epsilon: float = field(1e-7, kind="float", ge=0)
    centered: bool = field(False, kind="bool")

    def build_slots(self, variables) -> None:
        self.add_optimizer_variables(variables, "velocity")
        if self.momentum:
            self.add_optimizer_variables(variables, "momentum")
        if self.centered:
            self.add_optimizer_variables(variables, "average_gradient")

    def update_step(self, gradient, variable, learning_rate) -> None:
        spread = self._mean("velocity", square(gradient), variable)
        if self.centered:
            spread = spread - square(self._mean("average_gradient", gradient, variable))
        step = learning_rate * gradient / sqrt(spread + self.epsilon)
        if self.momentum:
            slot = self.slot("momentum", variable)
            step = self.momentum * slot + step
            slot.assign(step)
        variable.assign(variable - step)

    def _mean(self, name: str, value, variable):
        """The running mean of a value, in the slot of that name."""
        slot = self.slot(name, variable)
        return slot.assign(self.rho * slot + (1 - self.rho) * value)
