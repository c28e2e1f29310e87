"""Correlation coefficients of targets and outputs."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING

from .. import ops
from ..fields import field
from ..losses.loss import cast_pair
from ..ops.core import dims_of, public_shape
from ..program.dtypes import epsilon
from ..stack_level import outside
from .metric import Function
from .metric_names import registry

if TYPE_CHECKING:
    from ..program.types import Tensor, TensorLike


def pearson_correlation(y_true: TensorLike, y_pred: TensorLike, axis: int = -1) -> Tensor:
    """Pearson correlation coefficient along an axis: ``cov(t, p) / (std(t) std(p))``.

    NaN where targets or outputs are constant along the axis.

    Args:
        y_true: targets, any real values, shape ``(batch, ..., outputs)``.
        y_pred: outputs of the same shape, float.
        axis: axis along which the correlation is computed, int.

    Returns:
        Float array without ``axis``: the correlation, from -1 to 1.

    >>> pearson_correlation([[0.0, 1.0, 2.0]], [[1.0, 3.0, 5.0]]).round(4)
    array([1.], dtype=float32)
    """
    y_true, y_pred = _checked("pearson_correlation", y_true, y_pred, axis)
    first, second = (y - ops.mean(y, axis, keepdims=True) for y in (y_true, y_pred))
    first, second = (y / ops.std(y, axis, keepdims=True) for y in (first, second))
    return ops.mean(first * second, axis)


def concordance_correlation(y_true: TensorLike, y_pred: TensorLike, axis: int = -1) -> Tensor:
    """Concordance correlation coefficient along an axis:
    ``2 cov(t, p) / (var(t) + var(p) + (mean(t) - mean(p)) ** 2 + 1e-7)``.

    It is 1 only where both are equal; scaled or shifted outputs have a lower value.

    Args:
        y_true: targets, any real values, shape ``(batch, ..., outputs)``.
        y_pred: outputs of the same shape, float.
        axis: axis along which the correlation is computed, int.

    Returns:
        Float array without ``axis``: the correlation, from -1 to 1.

    Reference:
        Lin, "A concordance correlation coefficient to evaluate reproducibility", 1989.
        doi:10.2307/2532051.

    >>> concordance_correlation([[0.0, 1.0, 2.0]], [[1.0, 2.0, 3.0]]).round(4)
    array([0.5714], dtype=float32)
    """
    y_true, y_pred = _checked("concordance_correlation", y_true, y_pred, axis)
    mean_true, mean_pred = (ops.mean(y, axis, keepdims=True) for y in (y_true, y_pred))
    products = (y_true - mean_pred) * (y_pred - mean_pred)
    variance = ops.var(y_true, axis, keepdims=True) + ops.var(y_pred, axis, keepdims=True)
    shift = ops.square(mean_true - mean_pred)
    return ops.mean(2.0 * products / (variance + shift + epsilon()), axis)


def _checked(name: str, y_true, y_pred, axis):
    """Convert both with `cast_pair`, and warn if there is a single value along the axis."""
    y_true, y_pred = cast_pair(y_true, y_pred)
    if isinstance(axis, int) and dims_of(y_pred)[axis] == 1:
        warnings.warn(
            f"{name}: got outputs of shape {public_shape(y_pred)}, expected several "
            f"values along axis {axis}. Use axis=0 to compare the rows of each batch.",
            UserWarning,
            stacklevel=outside(),
        )
    return y_true, y_pred


@registry.add
class PearsonCorrelation(Function):
    """`pearson_correlation`, averaged over all rows.

    Args:
        axis: axis along which the correlation is computed, int.
        name, dtype: see `Metric`.

    >>> round(float(PearsonCorrelation()([[0.0, 1.0, 2.0]], [[1.0, 3.0, 5.0]])), 4)
    1.0
    """

    function = staticmethod(pearson_correlation)
    arguments = ("axis",)
    field_order = ("name", "dtype", "axis")
    name = "pearson_correlation"
    axis: int = field(default=-1, kind="axis", kw_only=True, positional=True)


@registry.add
class ConcordanceCorrelation(Function):
    """`concordance_correlation`, averaged over all rows.

    Args:
        axis: axis along which the correlation is computed, int.
        name, dtype: see `Metric`.

    >>> round(float(ConcordanceCorrelation()([[0.0, 1.0, 2.0]], [[1.0, 2.0, 3.0]])), 4)
    0.5714
    """

    function = staticmethod(concordance_correlation)
    arguments = ("axis",)
    field_order = ("name", "dtype", "axis")
    name = "concordance_correlation"
    axis: int = field(default=-1, kind="axis", kw_only=True, positional=True)
