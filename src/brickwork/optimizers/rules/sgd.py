"""Gradient descent, with momentum."""

from __future__ import annotations

import numpy as np  # noqa: F401  (the examples')

from ...fields import field
from ..optimizer import Optimizer
from ..optimizer_names import registry


@registry.add
class SGD(Optimizer):
    """``w <- w - learning_rate * g``; with momentum ``m <- momentum * m - learning_rate * g`` and
    ``w <- w + m``.

    With ``nesterov`` the weight moves by ``momentum * m - learning_rate * g``: Sutskever et al.,
    "On the importance of initialization and momentum in deep learning", 2013.

    >>> from brickwork.program import Variable
    >>> w = Variable([1.0], name="w")
    >>> SGD(0.5).apply([np.ones(1, "float32")], [w])
    >>> w.numpy().tolist()
    [0.5]
    """

    elementwise = True
    learning_rate = 0.01
    momentum: float = field(0.0, kind="float", ge=0, le=1)
    nesterov: bool = field(False, kind="bool")

    def build_slots(self, variables) -> None:
        if self.momentum:
            self.add_optimizer_variables(variables, "momentum")

    def update_step(self, gradient, variable, learning_rate) -> None:
        step = gradient * learning_rate
        if not self.momentum:
            variable.assign(variable - step)
            return
        slot = self.slot("momentum", variable)
        moved = slot * self.momentum - step
        slot.assign(moved)
        variable.assign(variable + (moved * self.momentum - step if self.nesterov else moved))
