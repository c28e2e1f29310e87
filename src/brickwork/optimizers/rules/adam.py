"""Adam and AdamW: momentum, scaled by the recent squared gradients of each weight."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from ...errors import ArgumentError
from ...fields import field
from ...program.primitives.elementwise import cast, equal, exp, maximum, sqrt, square, where
from ..optimizer import Optimizer
from ..optimizer_names import registry

if TYPE_CHECKING:
    from ...program.variable import Variable


class AdamArguments(Optimizer):
    """Base class of rules with running means of the gradients and of their squares."""

    beta_1: float = field(default=0.9, kind="float", ge=0, lt=1)
    beta_2: float = field(default=0.999, kind="float", ge=0, lt=1)
    epsilon: float = field(default=1e-7, kind="float", ge=0)


@registry.add
class Adam(AdamArguments):
    """Adam, which scales steps by running means of gradients and squared gradients.

    ``m <- m + (1 - beta_1) * (g - m)``, ``v <- v + (1 - beta_2) * (g^2 - v)`` and
    ``w <- w - alpha * m / (sqrt(v) + epsilon)``, where ``alpha = learning_rate *
    sqrt(1 - beta_2^t) / (1 - beta_1^t)`` in update t corrects the bias of m and v, which start
    at 0.

    Args:
        learning_rate: see `Optimizer`, default 0.001.
        beta_1: decay of the mean gradient m, float in [0, 1).
        beta_2: decay of the mean squared gradient v, float in [0, 1).
        epsilon: added to the denominator for numerical stability, float >= 0.
        amsgrad: whether to use the largest v so far.

    Further arguments are those of `Optimizer`.

    Reference:
        Kingma and Ba, "Adam: a method for stochastic optimization", 2014. arXiv:1412.6980.
        Reddi et al., "On the convergence of Adam and beyond", 2018. arXiv:1904.09237.

    >>> from brickwork.program import Variable
    >>> w = Variable([1.0], name="w")
    >>> Adam(0.1).apply([np.ones(1, "float32")], [w])
    >>> w.numpy().round(4)
    array([0.9], dtype=float32)
    """

    elementwise = True
    learning_rate = 0.001
    amsgrad: bool = field(default=False, kind="bool")

    def build_slots(self, variables: Sequence[Variable]) -> None:
        self.add_optimizer_variables(variables, ["momentum", "velocity"])
        if self.amsgrad:
            self.add_optimizer_variables(variables, "velocity_hat")

    def update_step(self, gradient: Any, variable: Any, learning_rate: Any) -> None:
        t = cast(self.iterations + 1, variable.dtype)
        alpha = corrected(learning_rate, t, self.beta_1, self.beta_2)
        m, v = moments(
            gradient,
            self.slot("momentum", variable),
            self.slot("velocity", variable),
            self.beta_1,
            self.beta_2,
        )
        if self.amsgrad:
            largest = self.slot("velocity_hat", variable)
            v = largest.assign(maximum(largest, v))
        variable.assign(variable - m * alpha / (sqrt(v) + self.epsilon))


def moments(gradient: Any, m: Any, v: Any, beta_1: float, beta_2: float) -> Any:
    """Update the running means of a gradient and of its square, in the slots m and v."""
    return (
        m.assign(m + (gradient - m) * (1 - beta_1)),
        v.assign(v + (square(gradient) - v) * (1 - beta_2)),
    )


def corrected(rate: float, t: Any, beta_1: float, beta_2: float) -> Any:
    """The learning rate with bias correction for running means that start at 0, in update t."""
    return rate * sqrt(1 - power(beta_2, t)) / (1 - power(beta_1, t))


def power(beta: float, t: Any) -> Any:
    """``beta^t`` as ``exp(t log beta)``: a general power takes twenty times as long.

    As in Keras beta is rounded to the dtype of t first: the last digit matters in 1 - 0.999.
    """
    beta = float(np.asarray(beta, t.dtype))
    return exp(t * math.log(beta)) if beta > 0 else where(equal(t, 0), 1.0, 0.0)


@registry.add
class AdamW(Adam):
    """`Adam` with decoupled weight decay: each update first scales a weight by
    ``1 - learning_rate * weight_decay``.

    Args:
        learning_rate: see `Optimizer`, default 0.001.
        weight_decay: decay per update, float >= 0, default 0.004.
        beta_1, beta_2, epsilon, amsgrad: see `Adam`.

    Further arguments are those of `Optimizer`.

    Raises:
        ArgumentError (a ValueError): if ``weight_decay`` is None.

    Reference:
        Loshchilov and Hutter, "Decoupled weight decay regularization", 2017. arXiv:1711.05101.

    >>> AdamW().weight_decay
    0.004
    """

    weight_decay: float | None = field(default=0.004, kind="float", ge=0, optional=True)
    field_order = ("learning_rate", "weight_decay")

    def setup(self) -> None:
        super().setup()
        if self.weight_decay is None:
            raise ArgumentError(
                "AdamW.weight_decay",
                "got None, expected a number >= 0. Use Adam for no weight decay.",
            )
