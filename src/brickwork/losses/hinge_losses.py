"""Losses of margins: nothing is lost where an output is on the right side, far enough from 0."""

from __future__ import annotations

from .. import ops
from ..ops.core import dtype_of
from ..program.primitives import elementwise as e
from ..program.primitives.reduce import reduce_max, reduce_sum
from .loss import Function, mean_over, pair
from .loss_names import registry


def hinge(y_true, y_pred):
    """``mean(max(1 - y_true y_pred, 0), axis=-1)``.

    Args:
        y_true: -1 or 1; where all of a batch are 0 or 1, 0 means -1.
        y_pred: outputs of the same shape, of any size.

    >>> hinge([[0.0, 1.0]], [[-0.5, 2.0]])
    array([0.25], dtype=float32)
    """
    return mean_over(_margin(y_true, y_pred), -1)


def squared_hinge(y_true, y_pred):
    """``mean(max(1 - y_true y_pred, 0) ** 2, axis=-1)``; targets are those of `hinge`.

    >>> squared_hinge([[0.0, 1.0]], [[-0.5, 2.0]])
    array([0.125], dtype=float32)
    """
    return mean_over(e.square(_margin(y_true, y_pred)), -1)


def _margin(y_true, y_pred):
    y_true, y_pred = pair(y_true, y_pred)
    binary = ops.all(e.logical_or(e.equal(y_true, 0), e.equal(y_true, 1)))
    signs = e.where(binary, 2.0 * y_true - 1.0, y_true)
    return e.maximum(1.0 - signs * y_pred, 0.0)


def categorical_hinge(y_true, y_pred):
    """``max(1 + max((1 - y_true) y_pred) - sum(y_true y_pred), 0)`` along the last axis.

    Args:
        y_true: rows of 0 and one 1.
        y_pred: outputs of the same shape, of any size.

    >>> categorical_hinge([[0.0, 1.0]], [[0.25, 0.75]])
    array([0.5], dtype=float32)
    """
    y_true, y_pred = pair(y_true, y_pred)
    own = reduce_sum(y_true * y_pred, -1)
    other = reduce_max((1.0 - y_true) * y_pred, -1)
    return e.maximum(other - own + 1.0, ops.cast(0.0, dtype_of(y_pred)))


hinge.labels = squared_hinge.labels = "signs"
categorical_hinge.labels = "one_hot"
for _function in (hinge, squared_hinge, categorical_hinge):
    registry.add(_function)


@registry.add
class Hinge(Function):
    """`hinge`, averaged over the rows.

    >>> float(Hinge()([[-1.0], [1.0]], [[-0.5], [2.0]]))
    0.25
    """

    function = staticmethod(hinge)
    name = "hinge"


@registry.add
class SquaredHinge(Function):
    """`squared_hinge`, averaged over the rows.

    >>> float(SquaredHinge()([[-1.0], [1.0]], [[-0.5], [2.0]]))
    0.125
    """

    function = staticmethod(squared_hinge)
    name = "squared_hinge"


@registry.add
class CategoricalHinge(Function):
    """`categorical_hinge`, averaged over the rows.

    >>> float(CategoricalHinge()([[0.0, 1.0]], [[0.25, 0.75]]))
    0.5
    """

    function = staticmethod(categorical_hinge)
    name = "categorical_hinge"
