"""Lion: steps by the sign of the momentum."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np  # noqa: F401  (for the examples)

from ...fields import field
from ...program.primitives.elementwise import sign
from ..optimizer import Optimizer
from ..optimizer_names import registry

if TYPE_CHECKING:
    from ...program.variable import Variable


@registry.add
class Lion(Optimizer):
    """Lion, whose steps are the sign of an interpolated momentum.

    ``w <- w - learning_rate * sign(beta_1 * m + (1 - beta_1) * g)`` and ``m <- beta_2 * m +
    (1 - beta_2) * g``. Steps are large: the paper uses a third to a tenth of the learning rate of
    Adam, and three to ten times its weight decay.

    Args:
        learning_rate: see `Optimizer`, default 0.001.
        beta_1: weight of the momentum m in a step, float in (0, 1].
        beta_2: decay of the momentum m, float from 0 to 1.

    Further arguments are those of `Optimizer`.

    Reference:
        Chen et al., "Symbolic discovery of optimization algorithms", 2023. arXiv:2302.06675.

    >>> from brickwork.program import Variable
    >>> w = Variable([1.0, 1.0], name="w")
    >>> Lion(0.25).apply([np.array([0.01, -9.0], "float32")], [w])
    >>> w.numpy().tolist()
    [0.75, 1.25]
    """

    elementwise = True
    learning_rate = 0.001
    beta_1: float = field(default=0.9, kind="float", gt=0, le=1)
    beta_2: float = field(default=0.99, kind="float", ge=0, le=1)

    def build_slots(self, variables: Sequence[Variable]) -> None:
        self.add_optimizer_variables(variables, "momentum")

    def update_step(self, gradient: Any, variable: Any, learning_rate: Any) -> None:
        m = self.slot("momentum", variable)
        mixed = m * self.beta_1 + gradient * (1 - self.beta_1)
        variable.assign(variable - learning_rate * sign(mixed))
        m.assign(m * self.beta_2 + gradient * (1 - self.beta_2))
