"""Robust regression losses: quadratic in small errors, linear in large ones."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from ..fields import field
from ..ops.nn import softplus
from ..program.primitives import elementwise as e
from .loss import Function, cast_pair, mean_over
from .loss_names import registry

if TYPE_CHECKING:
    from ..program.types import Tensor, TensorLike


def huber(y_true: TensorLike, y_pred: TensorLike, delta: float = 1.0) -> Tensor:
    """Huber loss: the mean of ``error ** 2 / 2`` where ``abs(error) <= delta``, and of
    ``delta abs(error) - delta ** 2 / 2`` elsewhere.

    Args:
        y_true: targets, any real values, shape ``(batch, ..., outputs)``.
        y_pred: outputs of the same shape, float.
        delta: size of error from which the loss is linear, float > 0, in the unit of the targets.

    Returns:
        Float array of shape ``(batch, ...)``: the loss of each row.

    Reference:
        Huber, "Robust estimation of a location parameter", 1964. doi:10.1214/aoms/1177703732.

    >>> huber([[0.0, 0.0]], [[1.0, 3.0]])
    array([1.5], dtype=float32)
    """
    y_true, y_pred = cast_pair(y_true, y_pred)
    error = y_pred - y_true
    size = e.abs(error)
    near = e.less_equal(size, delta)
    return mean_over(e.where(near, 0.5 * e.square(error), delta * size - 0.5 * delta**2), -1)


def log_cosh(y_true: TensorLike, y_pred: TensorLike) -> Tensor:
    """``mean(log(cosh(y_pred - y_true)), axis=-1)``, computed without overflow.

    Args:
        y_true: targets, any real values, shape ``(batch, ..., outputs)``.
        y_pred: outputs of the same shape, float.

    Returns:
        Float array of shape ``(batch, ...)``: the loss of each row.

    >>> log_cosh([[0.0]], [[1000.0]]).round(2)
    array([999.31], dtype=float32)
    """
    y_true, y_pred = cast_pair(y_true, y_pred)
    error = y_pred - y_true
    return mean_over(error + softplus(-2.0 * error) - math.log(2.0), -1)


huber.labels = log_cosh.labels = "values"
registry.add(huber)
registry.add(log_cosh)


@registry.add
class Huber(Function):
    """`huber`, averaged over the rows.

    Args:
        delta: size of error from which the loss is linear, float > 0.
        reduction, name, dtype: see `Loss`.

    >>> float(Huber(delta=2.0)([[0.0]], [[3.0]]))
    4.0
    """

    function = staticmethod(huber)
    arguments = ("delta",)
    field_order = ("delta", "reduction", "name", "dtype")
    name = "huber_loss"
    delta: float = field(default=1.0, kind="float", gt=0)


@registry.add
class LogCosh(Function):
    """`log_cosh`, averaged over the rows.

    Args:
        reduction, name, dtype: see `Loss`.

    >>> float(LogCosh()([[1.0]], [[1.0]]))
    0.0
    """

    function = staticmethod(log_cosh)
    name = "log_cosh"
