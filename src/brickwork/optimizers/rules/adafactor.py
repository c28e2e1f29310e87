"""Adafactor: adaptive steps with memory sublinear in the size of a weight."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np  # noqa: F401  (for the examples)

from ...fields import field
from ...program.primitives.elementwise import cast, maximum, minimum, pow, sqrt, square
from ...program.primitives.layout import reshape
from ...program.primitives.reduce import mean
from ..optimizer import Optimizer
from ..optimizer_names import registry

if TYPE_CHECKING:
    from ...program.variable import Variable


@registry.add
class Adafactor(Optimizer):
    """Adafactor, which keeps row and column means of squared gradients instead of a matrix.

    ``w <- w - a * u / max(1, rms(u) / clip_threshold)`` in update t, where ``u = g / sqrt(v)``,
    ``a = max(epsilon_2, rms(w)) * min(learning_rate, 1 / sqrt(t))`` and ``rms(x) =
    sqrt(mean(x^2))``.

    v is a running mean of ``g^2 + epsilon_1`` with the decay ``1 - t^beta_2_decay``. For a weight
    of rank 2 or more only its means r and c along the last and the second last axis are kept, and
    ``v = r * c / mean(r)``.

    Args:
        learning_rate: see `Optimizer`, default 0.001.
        beta_2_decay: exponent of the decay of v, float, usually negative.
        epsilon_1: added to squared gradients, float >= 0.
        epsilon_2: lower bound of the RMS of a weight in the step size, float >= 0.
        clip_threshold: RMS from which an update u is scaled down, float > 0.
        relative_step: accepted for the configs of Keras, without effect there and here.

    Further arguments are those of `Optimizer`.

    Reference:
        Shazeer and Stern, "Adafactor: adaptive learning rates with sublinear memory cost",
        2018. arXiv:1804.04235.

    >>> from brickwork.program import Variable
    >>> w = Variable([1.0, 1.0], name="w")
    >>> Adafactor(0.1).apply([np.array([1.0, -2.0], "float32")], [w])
    >>> print(w.numpy().round(4))
    [0.9 1.1]
    """

    learning_rate = 0.001
    beta_2_decay: float = field(default=-0.8, kind="float")
    epsilon_1: float = field(default=1e-30, kind="float", ge=0)
    epsilon_2: float = field(default=0.001, kind="float", ge=0)
    clip_threshold: float = field(default=1.0, kind="float", gt=0)
    relative_step: bool = field(default=True, kind="bool")

    def build_slots(self, variables: Sequence[Variable]) -> None:
        for v in variables:
            if v.ndim < 2:  # not factored; Keras keeps two integers 0 in these slots
                shapes, dtype = ((), ()), "int32"
            else:
                shapes, dtype = (v.dims[:-1], (*v.dims[:-2], v.dims[-1])), v.dtype
            for name, shape in zip(("row", "column"), shapes, strict=True):
                self._slots[name, v] = self.add_variable(shape, dtype=dtype, name=v.name)
            self.add_optimizer_variables([v], "velocity")

    def update_step(self, gradient: Any, variable: Any, learning_rate: Any) -> None:
        t = cast(self.iterations + 1, variable.dtype)
        decay = 1 - pow(t, self.beta_2_decay)
        squared = square(gradient) + self.epsilon_1

        def running_mean(name: str, value):
            slot = self.slot(name, variable)
            return slot.assign(decay * slot + (1 - decay) * value)

        if variable.ndim < 2:
            v = running_mean("velocity", squared)
        else:
            row = running_mean("row", mean(squared, -1))
            column = running_mean("column", mean(squared, -2))
            row = row / mean(row, -1, keepdims=True)
            v = reshape(row, (*row.dims, 1)) * reshape(
                column, (*column.dims[:-1], 1, column.dims[-1])
            )
            self.slot("velocity", variable).assign(v)
        step = gradient / sqrt(v)
        step = step / maximum(1.0, rms(step) / self.clip_threshold)
        rate = minimum(learning_rate, 1 / sqrt(t)) * maximum(self.epsilon_2, rms(variable.value))
        variable.assign(variable - rate * step)


def rms(value: Any) -> Any:
    """The square root of the mean square."""
    return sqrt(mean(square(value)))
