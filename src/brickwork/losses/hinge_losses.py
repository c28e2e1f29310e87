"""Hinge losses: zero for outputs on the correct side of the margin."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .. import ops
from ..ops.core import dtype_of
from ..program.primitives import elementwise as e
from ..program.primitives.reduce import reduce_max, reduce_sum
from .loss import Function, cast_pair, mean_over
from .loss_names import registry

if TYPE_CHECKING:
    from ..program.types import Tensor, TensorLike


def hinge(y_true: TensorLike, y_pred: TensorLike) -> Tensor:
    """Hinge loss: ``mean(max(1 - y_true y_pred, 0), axis=-1)``.

    Args:
        y_true: targets -1 or 1, shape ``(batch, ..., outputs)``. If all targets of a batch are 0
            or 1, a 0 counts as -1.
        y_pred: outputs of the same shape, any real values.

    Returns:
        Float array of shape ``(batch, ...)``: the loss of each row.

    >>> hinge([[0.0, 1.0]], [[-0.5, 2.0]])
    array([0.25], dtype=float32)
    """
    return mean_over(_violation(y_true, y_pred), -1)


def squared_hinge(y_true: TensorLike, y_pred: TensorLike) -> Tensor:
    """Squared hinge loss: ``mean(max(1 - y_true y_pred, 0) ** 2, axis=-1)``.

    Args:
        y_true: targets -1 or 1, shape ``(batch, ..., outputs)``. If all targets of a batch are 0
            or 1, a 0 counts as -1.
        y_pred: outputs of the same shape, any real values.

    Returns:
        Float array of shape ``(batch, ...)``: the loss of each row.

    >>> squared_hinge([[0.0, 1.0]], [[-0.5, 2.0]])
    array([0.125], dtype=float32)
    """
    return mean_over(e.square(_violation(y_true, y_pred)), -1)


def _violation(y_true, y_pred):
    """``max(1 - y_true y_pred, 0)``, with targets 0 and 1 mapped to -1 and 1."""
    y_true, y_pred = cast_pair(y_true, y_pred)
    binary = ops.all(e.logical_or(e.equal(y_true, 0), e.equal(y_true, 1)))
    signs = e.where(binary, 2.0 * y_true - 1.0, y_true)
    return e.maximum(1.0 - signs * y_pred, 0.0)


def categorical_hinge(y_true: TensorLike, y_pred: TensorLike) -> Tensor:
    """``max(1 + max((1 - y_true) y_pred) - sum(y_true y_pred), 0)`` along the last axis.

    Args:
        y_true: one-hot targets, shape ``(batch, ..., classes)``.
        y_pred: outputs of the same shape, any real values.

    Returns:
        Float array of shape ``(batch, ...)``: the loss of each row.

    >>> categorical_hinge([[0.0, 1.0]], [[0.25, 0.75]])
    array([0.5], dtype=float32)
    """
    y_true, y_pred = cast_pair(y_true, y_pred)
    correct = reduce_sum(y_true * y_pred, -1)
    wrong = reduce_max((1.0 - y_true) * y_pred, -1)
    return e.maximum(wrong - correct + 1.0, ops.cast(0.0, dtype_of(y_pred)))


hinge.labels = squared_hinge.labels = "signs"
categorical_hinge.labels = "one_hot"
for _function in (hinge, squared_hinge, categorical_hinge):
    registry.add(_function)


@registry.add
class Hinge(Function):
    """`hinge`, averaged over the rows.

    Args:
        reduction, name, dtype: see `Loss`.

    >>> float(Hinge()([[-1.0], [1.0]], [[-0.5], [2.0]]))
    0.25
    """

    function = staticmethod(hinge)
    name = "hinge"


@registry.add
class SquaredHinge(Function):
    """`squared_hinge`, averaged over the rows.

    Args:
        reduction, name, dtype: see `Loss`.

    >>> float(SquaredHinge()([[-1.0], [1.0]], [[-0.5], [2.0]]))
    0.125
    """

    function = staticmethod(squared_hinge)
    name = "squared_hinge"


@registry.add
class CategoricalHinge(Function):
    """`categorical_hinge`, averaged over the rows.

    Args:
        reduction, name, dtype: see `Loss`.

    >>> float(CategoricalHinge()([[0.0, 1.0]], [[0.25, 0.75]]))
    0.5
    """

    function = staticmethod(categorical_hinge)
    name = "categorical_hinge"
