"""Adam with the memory of a row and a column: for weights too large to be kept three times."""

from __future__ import annotations

import numpy as np  # noqa: F401  (the examples')

from ...fields import field
from ...program.primitives.elementwise import cast, maximum, minimum, pow, sqrt, square
from ...program.primitives.layout import reshape
from ...program.primitives.reduce import mean
from ..optimizer import Optimizer
from ..optimizer_names import registry


@registry.add
class Adafactor(Optimizer):
    """``w <- w - a * u / max(1, rms(u) / clip_threshold)`` in update t, where ``u = g / sqrt(v)``,
    ``a = max(epsilon_2, rms(w)) * min(learning_rate, 1 / sqrt(t))`` and ``rms(x) =
    sqrt(mean(x^2))``.

    v is a mean of ``g^2 + epsilon_1`` that forgets by ``1 - t^beta_2_decay``. Of a weight with
    two axes or more only the means along the last and the last but one, r and c, are kept between
    updates, and ``v = r * c / mean(r)``. Shazeer and Stern, "Adafactor: adaptive learning rates
    with sublinear memory cost", 2018.

    ``relative_step`` stands in Keras's configs; with the formula above, which is Keras's, it
    changes nothing.

    >>> from brickwork.program import Variable
    >>> w = Variable([1.0, 1.0], name="w")
    >>> Adafactor(0.1).apply([np.array([1.0, -2.0], "float32")], [w])
    >>> print(w.numpy().round(4))
    [0.9 1.1]
    """

    learning_rate = 0.001
    beta_2_decay: float = field(-0.8, kind="float")
    epsilon_1: float = field(1e-30, kind="float", ge=0)
    epsilon_2: float = field(0.001, kind="float", ge=0)
    clip_threshold: float = field(1.0, kind="float", gt=0)
    relative_step: bool = field(True, kind="bool")

    def build_slots(self, variables) -> None:
        for v in variables:
            if v.ndim < 2:  # nothing to factor; Keras's two places hold an integer that stays 0
                shapes, dtype = ((), ()), "int32"
            else:
                shapes, dtype = (v.dims[:-1], (*v.dims[:-2], v.dims[-1])), v.dtype
            for name, shape in zip(("row", "column"), shapes, strict=True):
                self._slots[name, v] = self.add_variable(shape, dtype=dtype, name=v.name)
            self.add_optimizer_variables([v], "velocity")

    def update_step(self, gradient, variable, learning_rate) -> None:
        t = cast(self.iterations + 1, variable.dtype)
        keep = 1 - pow(t, self.beta_2_decay)
        seen = square(gradient) + self.epsilon_1

        def moved(name: str, value):
            slot = self.slot(name, variable)
            return slot.assign(keep * slot + (1 - keep) * value)

        if variable.ndim < 2:
            spread = moved("velocity", seen)
        else:
            row = moved("row", mean(seen, -1))
            column = moved("column", mean(seen, -2))
            row = row / mean(row, -1, keepdims=True)
            spread = reshape(row, (*row.dims, 1)) * reshape(
                column, (*column.dims[:-1], 1, column.dims[-1]))
            self.slot("velocity", variable).assign(spread)
        step = gradient / sqrt(spread)
        step = step / maximum(1.0, rms(step) / self.clip_threshold)
        rate = minimum(learning_rate, 1 / sqrt(t)) * maximum(self.epsilon_2, rms(variable.value))
        variable.assign(variable - rate * step)


def rms(value):
    """The square root of the mean square."""
    return sqrt(mean(square(value)))
