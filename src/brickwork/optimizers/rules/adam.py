"""Adam: momentum, and scaling by each weight's recent gradients."""

from __future__ import annotations

import math

import numpy as np

from ...errors import ArgumentError
from ...fields import field
from ...program.primitives.elementwise import cast, equal, exp, maximum, sqrt, square, where
from ..optimizer import Optimizer
from ..optimizer_names import registry


class AdamArguments(Optimizer):
    """Arguments of rules that keep a running mean of the gradients, and of how large they are."""

    beta_1: float = field(0.9, kind="float", ge=0, lt=1)
    beta_2: float = field(0.999, kind="float", ge=0, lt=1)
    epsilon: float = field(1e-7, kind="float", ge=0)


@registry.add
class Adam(AdamArguments):
    """``m <- m + (1 - beta_1) * (g - m)``, ``v <- v + (1 - beta_2) * (g^2 - v)`` and
    ``w <- w - alpha * m / (sqrt(v) + epsilon)``, where ``alpha = learning_rate *
    sqrt(1 - beta_2^t) / (1 - beta_1^t)`` in update t makes up for m and v starting at 0.

    With ``amsgrad`` the largest v so far is taken. Kingma and Ba, "Adam: a method for stochastic
    optimization", 2014; Reddi et al., "On the convergence of Adam and beyond", 2018.

    >>> from brickwork.program import Variable
    >>> w = Variable([1.0], name="w")
    >>> Adam(0.1).apply([np.ones(1, "float32")], [w])
    >>> w.numpy().round(4).tolist()
    [0.8999999761581421]
    """

    elementwise = True
    learning_rate = 0.001
    amsgrad: bool = field(False, kind="bool")

    def build_slots(self, variables) -> None:
        self.add_optimizer_variables(variables, ["momentum", "velocity"])
        if self.amsgrad:
            self.add_optimizer_variables(variables, "velocity_hat")

    def update_step(self, gradient, variable, learning_rate) -> None:
        t = cast(self.iterations + 1, variable.dtype)
        alpha = corrected(learning_rate, t, self.beta_1, self.beta_2)
        mean, spread = moments(gradient, self.slot("momentum", variable),
                               self.slot("velocity", variable), self.beta_1, self.beta_2)
        if self.amsgrad:
            largest = self.slot("velocity_hat", variable)
            spread = largest.assign(maximum(largest, spread))
        variable.assign(variable - mean * alpha / (sqrt(spread) + self.epsilon))


def moments(gradient, m, v, beta_1: float, beta_2: float):
    """The running means of a gradient and of its square, moved on in the slots m and v."""
    return (m.assign(m + (gradient - m) * (1 - beta_1)),
            v.assign(v + (square(gradient) - v) * (1 - beta_2)))


def corrected(rate, t, beta_1: float, beta_2: float):
    """The learning rate that makes up, in update t, for running means that started at 0."""
    return rate * sqrt(1 - power(beta_2, t)) / (1 - power(beta_1, t))


def power(beta: float, t):
    """``beta^t`` as ``exp(t log beta)``: a general power takes twenty times as long.

    beta is rounded to the kind of t first, as in Keras: 1 - 0.999 feels its last digit.
    """
    beta = float(np.asarray(beta, t.dtype))
    return exp(t * math.log(beta)) if beta > 0 else where(equal(t, 0), 1.0, 0.0)


@registry.add
class AdamW(Adam):
    """`Adam` whose weights also shrink by ``learning_rate * weight_decay`` of themselves in each
    update: Loshchilov and Hutter, "Decoupled weight decay regularization", 2017.

    >>> AdamW().weight_decay
    0.004
    """

    weight_decay = 0.004
    field_order = ("learning_rate", "weight_decay")

    def setup(self) -> None:
        super().setup()
        if self.weight_decay is None:
            raise ArgumentError("AdamW.weight_decay", "got None, expected a number >= 0; for none "
                                "at all use Adam.")
