"""Penalties that are added to the loss: for large weights, or for weights that are alike.

A regularizer is any function from a weight (or a layer's output) to a number, written in
`brickwork.ops`.
"""

from __future__ import annotations

import numpy as np

from .errors import ArgumentError
from .fields import Configurable, encode, field
from .program.primitives.elementwise import abs, minimum, rsqrt, square
from .program.primitives.layout import transpose
from .program.primitives.matmul import matmul
from .program.primitives.reduce import reduce_sum
from .registry import Registry


class Regularizer(Configurable):
    """Base of regularizers; a subclass writes ``__call__(self, x)``.

    >>> class Push(Regularizer):
    ...     def __call__(self, x):
    ...         return 0.5 * reduce_sum(x)
    >>> float(Push()(np.ones((2, 3), "float32")))
    3.0
    """

    def __call__(self, x):
        return 0.0


registry = Registry("regularizer", Regularizer)


@registry.add
class L1(Regularizer):
    """``l1 * sum(abs(x))``.

    >>> float(L1(0.5)(np.array([1.0, -2.0], "float32")))
    1.5
    """

    l1: float = field(0.01, kind="float", ge=0, optional=True)

    def setup(self) -> None:
        self.l1 = 0.01 if self.l1 is None else self.l1

    def __call__(self, x):
        return self.l1 * reduce_sum(abs(x))


@registry.add
class L2(Regularizer):
    """``l2 * sum(square(x))``.

    >>> float(L2(0.5)(np.array([1.0, -2.0], "float32")))
    2.5
    """

    l2: float = field(0.01, kind="float", ge=0, optional=True)

    def setup(self) -> None:
        self.l2 = 0.01 if self.l2 is None else self.l2

    def __call__(self, x):
        return self.l2 * reduce_sum(square(x))


@registry.add(aliases=["l1_l2"])
class L1L2(Regularizer):
    """``l1 * sum(abs(x)) + l2 * sum(square(x))``; as in Keras 3 each is 0 unless given."""

    l1: float = field(0.0, kind="float", ge=0, optional=True)
    l2: float = field(0.0, kind="float", ge=0, optional=True)

    def setup(self) -> None:
        self.l1, self.l2 = self.l1 or 0.0, self.l2 or 0.0

    def __call__(self, x):
        penalty = np.zeros((), x.dtype)
        if self.l1:
            penalty = penalty + self.l1 * reduce_sum(abs(x))
        if self.l2:
            penalty = penalty + self.l2 * reduce_sum(square(x))
        return penalty


@registry.add
class OrthogonalRegularizer(Regularizer):
    """``factor`` times the mean ``abs(cos)`` of the angle between two rows (or columns).

    0 where there is one row only. Raises ArgumentError for anything but a matrix.

    >>> float(OrthogonalRegularizer(0.5)(np.eye(3, dtype="float32")))
    0.0
    """

    factor: float = field(0.01, kind="float", ge=0)
    mode: str = field("rows", options=("rows", "columns"))

    def __call__(self, x):
        if x.ndim != 2:
            raise ArgumentError("OrthogonalRegularizer", f"got the shape {x.shape}, expected a "
                                "matrix's.")
        if self.mode == "columns":
            x = transpose(x, (1, 0))
        # A row of zeros stays one: its inverse norm ends at 1e7, as in Keras.
        inverse_norm = minimum(rsqrt(reduce_sum(square(x), 1, keepdims=True)), 1e7)
        x = x * inverse_norm
        count = x.shape[0]
        others = (1 - np.eye(count)).astype(x.dtype)
        total = reduce_sum(abs(matmul(x, transpose(x, (1, 0))) * others))
        return self.factor * 0.5 * total / max(count * (count - 1) / 2, 1.0)


def get(identifier):
    """The regularizer for a name, config, class, function or object; None for None.

    >>> get("l2").l2
    0.01
    """
    return registry.get(identifier)


def serialize(regularizer) -> dict:
    """What a config holds for a regularizer.

    >>> serialize(get("l2"))["class_name"]
    'L2'
    """
    return encode(regularizer)


deserialize = registry.deserialize


def __getattr__(name: str):
    """``regularizers.l2`` and the other names of the classes."""
    return registry.attribute(__name__, name)
