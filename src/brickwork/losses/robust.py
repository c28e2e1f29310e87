"""Losses that grow with the square of a small error, and not so fast with a large one's."""

from __future__ import annotations

import math

from ..fields import field
from ..ops.nn import softplus
from ..program.primitives import elementwise as e
from .loss import Function, mean_over, pair
from .loss_names import registry


def huber(y_true, y_pred, delta=1.0):
    """The mean of ``error ** 2 / 2`` where ``abs(error) <= delta``, else of
    ``delta abs(error) - delta ** 2 / 2``. Huber, 1964.

    >>> huber([[0.0, 0.0]], [[1.0, 3.0]])
    array([1.5], dtype=float32)
    """
    y_true, y_pred = pair(y_true, y_pred)
    error = y_pred - y_true
    size = e.abs(error)
    near = e.less_equal(size, delta)
    return mean_over(e.where(near, 0.5 * e.square(error), delta * size - 0.5 * delta**2), -1)


def log_cosh(y_true, y_pred):
    """``mean(log(cosh(y_pred - y_true)), axis=-1)``, without overflow.

    >>> log_cosh([[0.0]], [[1000.0]]).round(2)
    array([999.31], dtype=float32)
    """
    y_true, y_pred = pair(y_true, y_pred)
    error = y_pred - y_true
    return mean_over(error + softplus(-2.0 * error) - math.log(2.0), -1)


huber.labels = log_cosh.labels = "values"
registry.add(huber)
registry.add(log_cosh)


@registry.add
class Huber(Function):
    """`huber`, averaged over the rows.

    >>> float(Huber(delta=2.0)([[0.0]], [[3.0]]))
    4.0
    """

    function = staticmethod(huber)
    arguments = ("delta",)
    field_order = ("delta", "reduction", "name", "dtype")
    name = "huber_loss"
    delta: float = field(1.0, kind="float", gt=0)


@registry.add
class LogCosh(Function):
    """`log_cosh`, averaged over the rows.

    >>> float(LogCosh()([[1.0]], [[1.0]]))
    0.0
    """

    function = staticmethod(log_cosh)
    name = "log_cosh"
