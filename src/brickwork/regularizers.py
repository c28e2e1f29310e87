"""Penalties that are added to the loss: for large weights, or for correlated ones.

A regularizer is any function of a weight (or of the output of a layer) that returns a scalar,
written in `brickwork.ops`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from .errors import ArgumentError
from .fields import Configurable, encode, field
from .program.primitives.elementwise import abs, minimum, rsqrt, square
from .program.primitives.layout import transpose
from .program.primitives.matmul import matmul
from .program.primitives.reduce import reduce_sum
from .registry import Registry


class Regularizer(Configurable):
    """Base class of regularizers.

    A subclass implements ``__call__(self, x)`` in `brickwork.ops`: it gets a weight, of any shape,
    and returns a scalar of its dtype.

    >>> class Push(Regularizer):
    ...     def __call__(self, x):
    ...         return 0.5 * reduce_sum(x)
    >>> float(Push()(np.ones((2, 3), "float32")))
    3.0
    """

    def __call__(self, x: Any) -> Any:
        return 0.0


registry = Registry("regularizer", Regularizer)


@registry.add
class L1(Regularizer):
    """L1 penalty: ``l1 * sum(abs(x))``.

    Args:
        l1: factor, float >= 0; None for 0.01.

    >>> float(L1(0.5)(np.array([1.0, -2.0], "float32")))
    1.5
    """

    l1: float = field(default=0.01, kind="float", ge=0, optional=True)

    def setup(self) -> None:
        self.l1 = 0.01 if self.l1 is None else self.l1

    def __call__(self, x: Any) -> Any:
        return self.l1 * reduce_sum(abs(x))


@registry.add
class L2(Regularizer):
    """L2 penalty: ``l2 * sum(square(x))``.

    Args:
        l2: factor, float >= 0; None for 0.01.

    >>> float(L2(0.5)(np.array([1.0, -2.0], "float32")))
    2.5
    """

    l2: float = field(default=0.01, kind="float", ge=0, optional=True)

    def setup(self) -> None:
        self.l2 = 0.01 if self.l2 is None else self.l2

    def __call__(self, x: Any) -> Any:
        return self.l2 * reduce_sum(square(x))


@registry.add(aliases=["l1_l2"])
class L1L2(Regularizer):
    """L1 and L2 penalty: ``l1 * sum(abs(x)) + l2 * sum(square(x))``.

    Args:
        l1: factor of the L1 penalty, float >= 0; None for 0.
        l2: factor of the L2 penalty, float >= 0; None for 0.

    >>> float(L1L2(1.0, 0.5)(np.array([1.0, -2.0], "float32")))
    5.5
    """

    l1: float = field(default=0.0, kind="float", ge=0, optional=True)
    l2: float = field(default=0.0, kind="float", ge=0, optional=True)

    def setup(self) -> None:
        self.l1, self.l2 = self.l1 or 0.0, self.l2 or 0.0

    def __call__(self, x: Any) -> Any:
        penalty = np.zeros((), x.dtype)
        if self.l1:
            penalty = penalty + self.l1 * reduce_sum(abs(x))
        if self.l2:
            penalty = penalty + self.l2 * reduce_sum(square(x))
        return penalty


@registry.add
class OrthogonalRegularizer(Regularizer):
    """Penalty for matrices whose rows (or columns) are not orthogonal.

    ``factor`` times the mean absolute cosine similarity of two rows; 0 for a single row.

    Args:
        factor: float >= 0.
        mode: "rows" or "columns".

    Raises:
        ArgumentError (a ValueError): by a call, for a tensor of a rank other than 2.

    >>> float(OrthogonalRegularizer(0.5)(np.eye(3, dtype="float32")))
    0.0
    """

    factor: float = field(default=0.01, kind="float", ge=0)
    mode: str = field(default="rows", options=("rows", "columns"))

    def __call__(self, x: Any) -> Any:
        if x.ndim != 2:
            raise ArgumentError(
                "OrthogonalRegularizer", f"got shape {x.shape}, expected that of a matrix."
            )
        if self.mode == "columns":
            x = transpose(x, (1, 0))
        # A row of zeros stays zero: its inverse norm is limited to 1e7, as in Keras.
        inverse_norm = minimum(rsqrt(reduce_sum(square(x), 1, keepdims=True)), 1e7)
        x = x * inverse_norm
        count = x.shape[0]
        off_diagonal = (1 - np.eye(count)).astype(x.dtype)
        total = reduce_sum(abs(matmul(x, transpose(x, (1, 0))) * off_diagonal))
        return self.factor * 0.5 * total / max(count * (count - 1) / 2, 1.0)


def get(identifier: Any) -> Any:
    """Return the regularizer that an identifier names.

    Args:
        identifier: name, config, class, function or `Regularizer`; None for none.

    Returns:
        A callable; None for None.

    Raises:
        ArgumentError (a ValueError): for an unknown name; the message suggests similar ones.

    >>> get("l2").l2
    0.01
    """
    return registry.get(identifier)


def serialize(regularizer: Any) -> dict:
    """Return the entry for a regularizer in a config.

    Args:
        regularizer: `Regularizer` or function.

    Returns:
        ``{"class_name": ..., "config": ...}``.

    >>> serialize(get("l2"))["class_name"]
    'L2'
    """
    return encode(regularizer)


deserialize = registry.deserialize


if TYPE_CHECKING:  # the classes under their other names
    l1 = L1
    l2 = L2
    l1_l2 = L1L2
    orthogonal_regularizer = OrthogonalRegularizer
else:

    def __getattr__(name: str) -> Any:
        """The classes under their other names, such as ``regularizers.l2``."""
        return registry.attribute(__name__, name)
