"""Regression losses: distances between outputs and targets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..program.dtypes import epsilon
from ..program.primitives import elementwise as e
from .loss import Function, cast_pair, mean_over
from .loss_names import registry

if TYPE_CHECKING:
    from ..program.types import Tensor, TensorLike


def mean_squared_error(y_true: TensorLike, y_pred: TensorLike) -> Tensor:
    """Mean squared error: ``mean((y_pred - y_true) ** 2, axis=-1)``.

    Args:
        y_true: targets, any real values, shape ``(batch, ..., outputs)``.
        y_pred: outputs of the same shape, float.

    Returns:
        Float array of shape ``(batch, ...)``: the loss of each row.

    >>> mean_squared_error([[0.0, 1.0]], [[1.0, 3.0]])
    array([2.5], dtype=float32)
    """
    y_true, y_pred = cast_pair(y_true, y_pred)
    return mean_over(e.square(y_pred - y_true), -1)


def mean_absolute_error(y_true: TensorLike, y_pred: TensorLike) -> Tensor:
    """Mean absolute error: ``mean(abs(y_pred - y_true), axis=-1)``.

    Args:
        y_true: targets, any real values, shape ``(batch, ..., outputs)``.
        y_pred: outputs of the same shape, float.

    Returns:
        Float array of shape ``(batch, ...)``: the loss of each row.

    >>> mean_absolute_error([[0.0, 1.0]], [[1.0, 3.0]])
    array([1.5], dtype=float32)
    """
    y_true, y_pred = cast_pair(y_true, y_pred)
    return mean_over(e.abs(y_pred - y_true), -1)


def mean_absolute_percentage_error(y_true: TensorLike, y_pred: TensorLike) -> Tensor:
    """Mean absolute percentage error: ``100 mean(abs((y_true - y_pred) / y_true), axis=-1)``.

    The divisor ``abs(y_true)`` is at least 1e-7.

    Args:
        y_true: targets, real values other than 0, shape ``(batch, ..., outputs)``.
        y_pred: outputs of the same shape, float.

    Returns:
        Float array of shape ``(batch, ...)``: the loss of each row, in percent.

    >>> mean_absolute_percentage_error([[2.0, 4.0]], [[1.0, 5.0]])
    array([37.5], dtype=float32)
    """
    y_true, y_pred = cast_pair(y_true, y_pred)
    ratio = e.abs((y_true - y_pred) / e.maximum(e.abs(y_true), epsilon()))
    return 100.0 * mean_over(ratio, -1)


def mean_squared_logarithmic_error(y_true: TensorLike, y_pred: TensorLike) -> Tensor:
    """Mean squared logarithmic error: ``mean((log(y_pred + 1) - log(y_true + 1)) ** 2, axis=-1)``.

    Targets and outputs below 1e-7 count as 1e-7.

    Args:
        y_true: targets, real values >= 0, shape ``(batch, ..., outputs)``.
        y_pred: outputs of the same shape, float.

    Returns:
        Float array of shape ``(batch, ...)``: the loss of each row.

    >>> mean_squared_logarithmic_error([[0.0]], [[1.0]])
    array([0.48045287], dtype=float32)
    """
    y_true, y_pred = cast_pair(y_true, y_pred)
    error = e.log(e.maximum(y_pred, epsilon()) + 1.0) - e.log(e.maximum(y_true, epsilon()) + 1.0)
    return mean_over(e.square(error), -1)


mean_squared_error.labels = mean_absolute_error.labels = "values"
mean_absolute_percentage_error.labels = "divisors"
mean_squared_logarithmic_error.labels = "amounts"

registry.add(mean_squared_error, aliases=["mse", "MSE"])
mse = MSE = mean_squared_error
registry.add(mean_absolute_error, aliases=["mae", "MAE"])
mae = MAE = mean_absolute_error
registry.add(mean_absolute_percentage_error, aliases=["mape", "MAPE"])
mape = MAPE = mean_absolute_percentage_error
registry.add(mean_squared_logarithmic_error, aliases=["msle", "MSLE"])
msle = MSLE = mean_squared_logarithmic_error


@registry.add
class MeanSquaredError(Function):
    """`mean_squared_error`, averaged over the rows.

    Args:
        reduction, name, dtype: see `Loss`.

    >>> float(MeanSquaredError()([[0.0], [0.0]], [[1.0], [2.0]]))
    2.5
    """

    function = staticmethod(mean_squared_error)
    name = "mean_squared_error"


@registry.add
class MeanAbsoluteError(Function):
    """`mean_absolute_error`, averaged over the rows.

    Args:
        reduction, name, dtype: see `Loss`.

    >>> float(MeanAbsoluteError()([[0.0], [0.0]], [[1.0], [2.0]]))
    1.5
    """

    function = staticmethod(mean_absolute_error)
    name = "mean_absolute_error"


@registry.add
class MeanAbsolutePercentageError(Function):
    """`mean_absolute_percentage_error`, averaged over the rows.

    Args:
        reduction, name, dtype: see `Loss`.

    >>> float(MeanAbsolutePercentageError()([[2.0], [4.0]], [[1.0], [5.0]]))
    37.5
    """

    function = staticmethod(mean_absolute_percentage_error)
    name = "mean_absolute_percentage_error"


@registry.add
class MeanSquaredLogarithmicError(Function):
    """`mean_squared_logarithmic_error`, averaged over the rows.

    Args:
        reduction, name, dtype: see `Loss`.

    >>> round(float(MeanSquaredLogarithmicError()([[0.0]], [[1.0]])), 4)
    0.4805
    """

    function = staticmethod(mean_squared_logarithmic_error)
    name = "mean_squared_logarithmic_error"
