"""What weights must obey: projections applied to them after each update.

A constraint is any function from a weight to a weight, written in `brickwork.ops`. ``axis`` is
the axis along which a unit's weights lie: 0 for the kernel of a Dense layer.
"""

from __future__ import annotations

import numpy as np  # noqa: F401  (the examples')

from .errors import ArgumentError
from .fields import Configurable, encode, field
from .program.dtypes import epsilon
from .program.primitives.elementwise import maximum, minimum, sqrt, square
from .program.primitives.reduce import reduce_sum
from .registry import Registry


class Constraint(Configurable):
    """Base of constraints; a subclass writes ``__call__(self, w)``.

    >>> class Halve(Constraint):
    ...     def __call__(self, w):
    ...         return w * 0.5
    >>> Halve()(np.array([2.0, 4.0], "float32")).tolist()
    [1.0, 2.0]
    """

    def __call__(self, w):
        return w


registry = Registry("constraint", Constraint)


def norms(w, axis):
    """The length of each unit's weights."""
    return sqrt(reduce_sum(square(w), axis, keepdims=True))


def clip(x, low: float, high: float):
    """The values with none below `low` and none above `high`."""
    return minimum(maximum(x, low), high)


@registry.add
class MaxNorm(Constraint):
    """No unit's weights are longer than ``max_value``; longer ones are scaled.

    >>> MaxNorm(2)(np.array([[3.0], [4.0]], "float32")).round(4).tolist()
    [[1.2000000476837158], [1.600000023841858]]
    """

    max_value: float = field(2, kind="float", ge=0)
    axis: int = field(0, kind="axis")

    def __call__(self, w):
        length = norms(w, self.axis)
        return w * (clip(length, 0, self.max_value) / (epsilon() + length))


@registry.add
class NonNeg(Constraint):
    """No weight is negative: ``max(w, 0)``."""

    def __call__(self, w):
        return maximum(w, 0)


@registry.add
class UnitNorm(Constraint):
    """Each unit's weights have length 1."""

    axis: int = field(0, kind="axis")

    def __call__(self, w):
        return w / (epsilon() + norms(w, self.axis))


@registry.add
class MinMaxNorm(Constraint):
    """Each unit's weights have a length between two bounds.

    ``rate`` below 1 moves them there by that part of the way at each update.
    """

    min_value: float = field(0.0, kind="float", ge=0)
    max_value: float = field(1.0, kind="float", ge=0)
    rate: float = field(1.0, kind="float")
    axis: int = field(0, kind="axis")

    def setup(self) -> None:
        if self.min_value > self.max_value:
            raise ArgumentError("MinMaxNorm.max_value", f"got {self.max_value}, expected a number "
                                f">= min_value, which is {self.min_value}.")

    def __call__(self, w):
        length = norms(w, self.axis)
        wanted = clip(length, self.min_value, self.max_value)
        wanted = self.rate * wanted + (1 - self.rate) * length
        return w * (wanted / (epsilon() + length))


def get(identifier):
    """The constraint for a name, config, class, function or object; None for None.

    >>> get("unit_norm").axis
    0
    """
    return registry.get(identifier)


def serialize(constraint) -> dict:
    """What a config holds for a constraint.

    >>> serialize(get("non_neg"))["class_name"]
    'NonNeg'
    """
    return encode(constraint)


deserialize = registry.deserialize


def __getattr__(name: str):
    """``constraints.max_norm`` and the other names of the classes."""
    return registry.attribute(__name__, name)
