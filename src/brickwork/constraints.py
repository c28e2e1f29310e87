"""Constraints on weights: projections that are applied after each update.

A constraint is any function from a weight to a weight of the same shape, written in
`brickwork.ops`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np  # noqa: F401  (for the examples)

from .errors import ArgumentError
from .fields import Configurable, encode, field
from .program.dtypes import epsilon
from .program.primitives.elementwise import maximum, minimum, sqrt, square
from .program.primitives.reduce import reduce_sum
from .registry import Registry

if TYPE_CHECKING:
    from .program.types import Axes


class Constraint(Configurable):
    """Base class of constraints.

    A subclass implements ``__call__(self, w)`` in `brickwork.ops`: it gets a weight and returns
    one of the same shape and dtype.

    >>> class Halve(Constraint):
    ...     def __call__(self, w):
    ...         return w * 0.5
    >>> Halve()(np.array([2.0, 4.0], "float32")).tolist()
    [1.0, 2.0]
    """

    def __call__(self, w: Any) -> Any:
        return w


registry = Registry("constraint", Constraint)


def norms(w: Any, axis: Axes) -> Any:
    """Return the L2 norm of the weights of each unit.

    Args:
        w: weight, float tensor.
        axis: axis or axes along which the weights of a unit lie.

    Returns:
        Tensor of the rank of w, of size 1 along ``axis``.

    >>> norms(np.array([[3.0], [4.0]], "float32"), 0).tolist()
    [[5.0]]
    """
    return sqrt(reduce_sum(square(w), axis, keepdims=True))


def clip(x: Any, low: float, high: float) -> Any:
    """Return x limited to the range from `low` to `high`.

    Args:
        x: tensor of any shape.
        low: lower bound, float.
        high: upper bound, float.

    Returns:
        Tensor of the shape and dtype of x.

    >>> clip(np.array([-1.0, 3.0], "float32"), 0.0, 2.0).tolist()
    [0.0, 2.0]
    """
    return minimum(maximum(x, low), high)


@registry.add
class MaxNorm(Constraint):
    """Limit the L2 norm of the weights of each unit; larger ones are scaled down.

    Args:
        max_value: maximum norm, float >= 0.
        axis: axis or axes along which the weights of a unit lie; 0 for the kernel of a Dense layer.

    >>> MaxNorm(2)(np.array([[3.0], [4.0]], "float32")).round(4)
    array([[1.2],
           [1.6]], dtype=float32)
    """

    max_value: float = field(default=2, kind="float", ge=0)
    axis: int = field(default=0, kind="axis")

    def __call__(self, w: Any) -> Any:
        norm = norms(w, self.axis)
        return w * (clip(norm, 0, self.max_value) / (epsilon() + norm))


@registry.add
class NonNeg(Constraint):
    """Set negative weights to 0: ``max(w, 0)``.

    >>> NonNeg()(np.array([-1.0, 2.0], "float32")).tolist()
    [0.0, 2.0]
    """

    def __call__(self, w: Any) -> Any:
        return maximum(w, 0)


@registry.add
class UnitNorm(Constraint):
    """Scale the weights of each unit to L2 norm 1.

    Args:
        axis: axis or axes along which the weights of a unit lie; 0 for the kernel of a Dense layer.

    >>> UnitNorm()(np.array([[3.0], [4.0]], "float32")).round(4)
    array([[0.6],
           [0.8]], dtype=float32)
    """

    axis: int = field(default=0, kind="axis")

    def __call__(self, w: Any) -> Any:
        return w / (epsilon() + norms(w, self.axis))


@registry.add
class MinMaxNorm(Constraint):
    """Keep the L2 norm of the weights of each unit between two bounds.

    Args:
        min_value: minimum norm, float >= 0.
        max_value: maximum norm, float >= 0.
        rate: fraction of the correction per update, float; 1 for all of it.
        axis: axis or axes along which the weights of a unit lie; 0 for the kernel of a Dense layer.

    Raises:
        ArgumentError (a ValueError): for ``min_value > max_value``.

    >>> MinMaxNorm(0.5, 1.0)(np.array([[3.0], [4.0]], "float32")).round(4)
    array([[0.6],
           [0.8]], dtype=float32)
    """

    min_value: float = field(default=0.0, kind="float", ge=0)
    max_value: float = field(default=1.0, kind="float", ge=0)
    rate: float = field(default=1.0, kind="float")
    axis: int = field(default=0, kind="axis")

    def setup(self) -> None:
        if self.min_value > self.max_value:
            raise ArgumentError(
                "MinMaxNorm.max_value",
                f"got {self.max_value}, expected a number >= min_value, which is {self.min_value}.",
            )

    def __call__(self, w: Any) -> Any:
        norm = norms(w, self.axis)
        target = clip(norm, self.min_value, self.max_value)
        target = self.rate * target + (1 - self.rate) * norm
        return w * (target / (epsilon() + norm))


def get(identifier: Any) -> Any:
    """Return the constraint that an identifier names.

    Args:
        identifier: name, config, class, function or `Constraint`; None for none.

    Returns:
        A callable; None for None.

    Raises:
        ArgumentError (a ValueError): for an unknown name; the message suggests similar ones.

    >>> get("unit_norm").axis
    0
    """
    return registry.get(identifier)


def serialize(constraint: Any) -> dict:
    """Return the entry for a constraint in a config.

    Args:
        constraint: `Constraint` or function.

    Returns:
        ``{"class_name": ..., "config": ...}``.

    >>> serialize(get("non_neg"))["class_name"]
    'NonNeg'
    """
    return encode(constraint)


deserialize = registry.deserialize


if TYPE_CHECKING:  # the classes under their other names
    max_norm = MaxNorm
    non_neg = NonNeg
    unit_norm = UnitNorm
    min_max_norm = MinMaxNorm
else:

    def __getattr__(name: str) -> Any:
        """The classes under their other names, such as ``constraints.max_norm``."""
        return registry.attribute(__name__, name)
