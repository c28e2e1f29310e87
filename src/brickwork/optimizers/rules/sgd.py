"""Gradient descent, optionally with momentum."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np  # noqa: F401  (for the examples)

from ...fields import field
from ..optimizer import Optimizer
from ..optimizer_names import registry

if TYPE_CHECKING:
    from ...program.variable import Variable


@registry.add
class SGD(Optimizer):
    """Stochastic gradient descent: ``w <- w - learning_rate * g``.

    With momentum ``m <- momentum * m - learning_rate * g`` and ``w <- w + m``; with ``nesterov``
    ``w <- w + momentum * m - learning_rate * g``.

    Args:
        learning_rate: see `Optimizer`, default 0.01.
        momentum: decay of the accumulated steps m, float from 0 to 1; 0 for plain descent.
        nesterov: whether to use Nesterov momentum.

    Further arguments are those of `Optimizer`.

    Reference:
        Sutskever et al., "On the importance of initialization and momentum in deep learning",
        2013. PMLR 28(3), 1139-1147.

    >>> from brickwork.program import Variable
    >>> w = Variable([1.0], name="w")
    >>> SGD(0.5).apply([np.ones(1, "float32")], [w])
    >>> w.numpy().tolist()
    [0.5]
    """

    elementwise = True
    learning_rate = 0.01
    momentum: float = field(default=0.0, kind="float", ge=0, le=1)
    nesterov: bool = field(default=False, kind="bool")

    def build_slots(self, variables: Sequence[Variable]) -> None:
        if self.momentum:
            self.add_optimizer_variables(variables, "momentum")

    def update_step(self, gradient: Any, variable: Any, learning_rate: Any) -> None:
        step = gradient * learning_rate
        if not self.momentum:
            variable.assign(variable - step)
            return
        slot = self.slot("momentum", variable)
        moved = slot * self.momentum - step
        slot.assign(moved)
        variable.assign(variable + (moved * self.momentum - step if self.nesterov else moved))
