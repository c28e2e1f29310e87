"""Losses of amounts: how far the outputs are from the targets."""

from __future__ import annotations

from ..program.dtypes import epsilon
from ..program.primitives import elementwise as e
from .loss import Function, mean_over, pair
from .loss_names import registry


def mean_squared_error(y_true, y_pred):
    """``mean((y_pred - y_true) ** 2, axis=-1)``.

    >>> mean_squared_error([[0.0, 1.0]], [[1.0, 3.0]])
    array([2.5], dtype=float32)
    """
    y_true, y_pred = pair(y_true, y_pred)
    return mean_over(e.square(y_pred - y_true), -1)


def mean_absolute_error(y_true, y_pred):
    """``mean(abs(y_pred - y_true), axis=-1)``.

    >>> mean_absolute_error([[0.0, 1.0]], [[1.0, 3.0]])
    array([1.5], dtype=float32)
    """
    y_true, y_pred = pair(y_true, y_pred)
    return mean_over(e.abs(y_pred - y_true), -1)


def mean_absolute_percentage_error(y_true, y_pred):
    """``100 mean(abs((y_true - y_pred) / y_true), axis=-1)``, abs(y_true) taken as 1e-7 at least.

    >>> mean_absolute_percentage_error([[2.0, 4.0]], [[1.0, 5.0]])
    array([37.5], dtype=float32)
    """
    y_true, y_pred = pair(y_true, y_pred)
    share = e.abs((y_true - y_pred) / e.maximum(e.abs(y_true), epsilon()))
    return 100.0 * mean_over(share, -1)


def mean_squared_logarithmic_error(y_true, y_pred):
    """``mean((log(y_pred + 1) - log(y_true + 1)) ** 2, axis=-1)``, both taken as 1e-7 at least.

    >>> mean_squared_logarithmic_error([[0.0]], [[1.0]])
    array([0.48045287], dtype=float32)
    """
    y_true, y_pred = pair(y_true, y_pred)
    apart = e.log(e.maximum(y_pred, epsilon()) + 1.0) - e.log(e.maximum(y_true, epsilon()) + 1.0)
    return mean_over(e.square(apart), -1)


mean_squared_error.labels = mean_absolute_error.labels = "values"
mean_absolute_percentage_error.labels = "divisors"
mean_squared_logarithmic_error.labels = "amounts"

registry.add(mean_squared_error, aliases=["mse", "MSE"])
registry.add(mean_absolute_error, aliases=["mae", "MAE"])
registry.add(mean_absolute_percentage_error, aliases=["mape", "MAPE"])
registry.add(mean_squared_logarithmic_error, aliases=["msle", "MSLE"])


@registry.add
class MeanSquaredError(Function):
    """`mean_squared_error`, averaged over the rows.

    >>> float(MeanSquaredError()([[0.0], [0.0]], [[1.0], [2.0]]))
    2.5
    """

    function = staticmethod(mean_squared_error)
    name = "mean_squared_error"


@registry.add
class MeanAbsoluteError(Function):
    """`mean_absolute_error`, averaged over the rows.

    >>> float(MeanAbsoluteError()([[0.0], [0.0]], [[1.0], [2.0]]))
    1.5
    """

    function = staticmethod(mean_absolute_error)
    name = "mean_absolute_error"


@registry.add
class MeanAbsolutePercentageError(Function):
    """`mean_absolute_percentage_error`, averaged over the rows.

    >>> float(MeanAbsolutePercentageError()([[2.0], [4.0]], [[1.0], [5.0]]))
    37.5
    """

    function = staticmethod(mean_absolute_percentage_error)
    name = "mean_absolute_percentage_error"


@registry.add
class MeanSquaredLogarithmicError(Function):
    """`mean_squared_logarithmic_error`, averaged over the rows.

    >>> round(float(MeanSquaredLogarithmicError()([[0.0]], [[1.0]])), 4)
    0.4805
    """

    function = staticmethod(mean_squared_logarithmic_error)
    name = "mean_squared_logarithmic_error"
