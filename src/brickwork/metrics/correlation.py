"""How far outputs and targets rise and fall together."""

from __future__ import annotations

import warnings

from .. import ops
from ..fields import field
from ..losses.loss import pair
from ..ops.core import dims_of, public
from ..program.dtypes import epsilon
from ..stack_level import outside
from .metric import Function
from .metric_names import registry


def pearson_correlation(y_true, y_pred, axis=-1):
    """Pearson's correlation along an axis: from -1 to 1; NaN where one of both is the same all
    along.

    >>> pearson_correlation([[0.0, 1.0, 2.0]], [[1.0, 3.0, 5.0]]).round(4)
    array([1.], dtype=float32)
    """
    y_true, y_pred = _several("pearson_correlation", y_true, y_pred, axis)
    first, second = (y - ops.mean(y, axis, keepdims=True) for y in (y_true, y_pred))
    first, second = (y / ops.std(y, axis, keepdims=True) for y in (first, second))
    return ops.mean(first * second, axis)


def concordance_correlation(y_true, y_pred, axis=-1):
    """Lin's concordance along an axis: 1 where both are equal, less where the one is a multiple of
    the other, or shifted. Lin, 1989.

    >>> concordance_correlation([[0.0, 1.0, 2.0]], [[1.0, 2.0, 3.0]]).round(4)
    array([0.5714], dtype=float32)
    """
    y_true, y_pred = _several("concordance_correlation", y_true, y_pred, axis)
    centre, other = (ops.mean(y, axis, keepdims=True) for y in (y_true, y_pred))
    both = (y_true - other) * (y_pred - other)
    spread = ops.var(y_true, axis, keepdims=True) + ops.var(y_pred, axis, keepdims=True)
    return ops.mean(2.0 * both / (spread + ops.square(centre - other) + epsilon()), axis)


def _several(name: str, y_true, y_pred, axis):
    """Both as a pair; a word if there is one value along the axis, which says nothing."""
    y_true, y_pred = pair(y_true, y_pred)
    if isinstance(axis, int) and dims_of(y_pred)[axis] == 1:
        warnings.warn(f"{name}: got outputs of shape {public(y_pred)}, expected several values "
                      f"along axis {axis}. Use axis=0 to compare the rows of each batch.",
                      UserWarning, stacklevel=outside())
    return y_true, y_pred


@registry.add
class PearsonCorrelation(Function):
    """`pearson_correlation`, the mean over all rows.

    >>> round(float(PearsonCorrelation()([[0.0, 1.0, 2.0]], [[1.0, 3.0, 5.0]])), 4)
    1.0
    """

    function = staticmethod(pearson_correlation)
    arguments = ("axis",)
    field_order = ("name", "dtype", "axis")
    name = "pearson_correlation"
    axis: int = field(-1, kind="axis")


@registry.add
class ConcordanceCorrelation(Function):
    """`concordance_correlation`, the mean over all rows.

    >>> round(float(ConcordanceCorrelation()([[0.0, 1.0, 2.0]], [[1.0, 2.0, 3.0]])), 4)
    0.5714
    """

    function = staticmethod(concordance_correlation)
    arguments = ("axis",)
    field_order = ("name", "dtype", "axis")
    name = "concordance_correlation"
    axis: int = field(-1, kind="axis")
