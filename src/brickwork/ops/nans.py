"""Keras's reductions and running totals that ignore NaN."""

from __future__ import annotations

from ..program.between import connect
from ..program.primitives import elementwise as e
from ..program.types import Axes, DType, Tensor, TensorLike
from . import reductions as r
from .core import dtype_of, floating, in_float32


def _filled(x, value):
    x = floating(x)
    return e.where(e.isnan(x), value, x)


def _valid_count(x, axis, keepdims):
    """The number of values that are not NaN."""
    x = floating(x)
    return r.sum(e.cast(e.logical_not(e.isnan(x)), dtype_of(x)), axis, keepdims)


def _nan_where_none(found, x, axis, keepdims):
    return e.where(e.equal(_valid_count(x, axis, keepdims), 0), float("nan"), found)


def nansum(x: TensorLike, axis: Axes | None = None, keepdims: bool = False) -> Tensor:
    """Return the sum of the values that are not NaN; 0 where there are none.

    Args:
        x: tensor of any shape and dtype.
        axis: axis or axes along which to reduce; None means all.
        keepdims: whether to keep reduced axes with extent 1.

    Returns:
        Tensor without the reduced axes, of float dtype.

    >>> nansum([1.0, float("nan"), 2.0])
    array(3., dtype=float32)
    """
    return r.sum(_filled(x, 0.0), axis, keepdims)


def nanprod(x: TensorLike, axis: Axes | None = None, keepdims: bool = False) -> Tensor:
    """Return the product of the values that are not NaN; 1 where there are none.

    Args:
        x: tensor of any shape and dtype.
        axis: axis or axes along which to reduce; None means all.
        keepdims: whether to keep reduced axes with extent 1.

    Returns:
        Tensor without the reduced axes, of float dtype.

    >>> nanprod([3.0, float("nan"), 2.0])
    array(6., dtype=float32)
    """
    return r.prod(_filled(x, 1.0), axis, keepdims)


@in_float32
def nanmean(x: TensorLike, axis: Axes | None = None, keepdims: bool = False) -> Tensor:
    """Return the mean of the values that are not NaN; NaN where there are none.

    Args:
        x: tensor of any shape and dtype.
        axis: axis or axes along which to reduce; None means all.
        keepdims: whether to keep reduced axes with extent 1.

    Returns:
        Tensor without the reduced axes, of float dtype.

    >>> float(nanmean([1.0, float("nan"), 2.0]))
    1.5
    """
    return nansum(x, axis, keepdims) / _valid_count(x, axis, keepdims)


@in_float32
def nanvar(x: TensorLike, axis: Axes | None = None, keepdims: bool = False) -> Tensor:
    """Return the variance of the values that are not NaN; NaN where there are none.

    It is the population variance: the squared deviations are divided by their count.

    Args:
        x: tensor of any shape and dtype.
        axis: axis or axes along which to reduce; None means all.
        keepdims: whether to keep reduced axes with extent 1.

    Returns:
        Tensor without the reduced axes, of float dtype.

    >>> float(nanvar([1.0, float("nan"), 3.0]))
    1.0
    """
    x = floating(x)
    deviations = e.where(e.isnan(x), 0.0, x - nanmean(x, axis, keepdims=True))
    return r.sum(e.square(deviations), axis, keepdims) / _valid_count(x, axis, keepdims)


def nanstd(x: TensorLike, axis: Axes | None = None, keepdims: bool = False) -> Tensor:
    """Return the standard deviation of the values that are not NaN, the square root of `nanvar`.

    Args:
        x: tensor of any shape and dtype.
        axis: axis or axes along which to reduce; None means all.
        keepdims: whether to keep reduced axes with extent 1.

    Returns:
        Tensor without the reduced axes, of float dtype.

    >>> nanstd([1.0, float("nan"), 3.0])
    array(1., dtype=float32)
    """
    return e.sqrt(nanvar(x, axis, keepdims))


def nanmax(x: TensorLike, axis: Axes | None = None, keepdims: bool = False) -> Tensor:
    """Return the largest of the values that are not NaN; NaN where there are none.

    Args:
        x: tensor of any shape and dtype.
        axis: axis or axes along which to reduce; None means all.
        keepdims: whether to keep reduced axes with extent 1.

    Returns:
        Tensor without the reduced axes, of float dtype.

    >>> nanmax([1.0, float("nan")])
    array(1., dtype=float32)
    """
    found = r.max(_filled(x, -float("inf")), axis, keepdims)
    return _nan_where_none(found, x, axis, keepdims)


def nanmin(x: TensorLike, axis: Axes | None = None, keepdims: bool = False) -> Tensor:
    """Return the smallest of the values that are not NaN; NaN where there are none.

    Args:
        x: tensor of any shape and dtype.
        axis: axis or axes along which to reduce; None means all.
        keepdims: whether to keep reduced axes with extent 1.

    Returns:
        Tensor without the reduced axes, of float dtype.

    >>> nanmin([1.0, float("nan")])
    array(1., dtype=float32)
    """
    found = r.min(_filled(x, float("inf")), axis, keepdims)
    return _nan_where_none(found, x, axis, keepdims)


def _index(found, x, axis, keepdims):
    return e.where(e.equal(_valid_count(x, axis, keepdims), 0), -1, found)


def nanargmax(x: TensorLike, axis: int | None = None, keepdims: bool = False) -> Tensor:
    """Return the index of the largest value that is not NaN; -1 where there is none.

    Args:
        x: tensor of any shape and dtype.
        axis: axis to search; None means the flattened tensor.
        keepdims: whether to keep reduced axes with extent 1.

    Returns:
        Tensor of indices without the axis, dtype int32; of equal values the first.

    >>> int(nanargmax([1.0, float("nan"), 2.0]))
    2
    """
    return _index(r.argmax(_filled(x, -float("inf")), axis, keepdims), x, axis, keepdims)


def nanargmin(x: TensorLike, axis: int | None = None, keepdims: bool = False) -> Tensor:
    """Return the index of the smallest value that is not NaN; -1 where there is none.

    Args:
        x: tensor of any shape and dtype.
        axis: axis to search; None means the flattened tensor.
        keepdims: whether to keep reduced axes with extent 1.

    Returns:
        Tensor of indices without the axis, dtype int32; of equal values the first.

    >>> int(nanargmin([1.0, float("nan"), 2.0]))
    0
    """
    return _index(r.argmin(_filled(x, float("inf")), axis, keepdims), x, axis, keepdims)


def nancumsum(x: TensorLike, axis: int | None = None, dtype: DType | None = None) -> Tensor:
    """Return the cumulative sum along an axis, NaN counted as 0.

    Args:
        x: tensor of any shape and dtype.
        axis: axis along which to add; None means the flattened tensor.
        dtype: dtype of the result; None keeps that of x, or `floatx()` for integers.

    Returns:
        Tensor of the shape of x, or of rank 1 if axis is None.

    >>> nancumsum([1.0, float("nan"), 2.0])
    array([1., 1., 3.], dtype=float32)
    """
    return r.cumsum(_filled(x, 0.0), axis, dtype)


def nancumprod(x: TensorLike, axis: int | None = None, dtype: DType | None = None) -> Tensor:
    """Return the cumulative product along an axis, NaN counted as 1.

    Args:
        x: tensor of any shape and dtype.
        axis: axis along which to multiply, not that of the batch; None means the flattened tensor.
        dtype: dtype of the result; None keeps that of x, or `floatx()` for integers.

    Returns:
        Tensor of the shape of x, or of rank 1 if axis is None.

    >>> nancumprod([3.0, float("nan"), 2.0])
    array([3., 3., 6.], dtype=float32)
    """
    return r.cumprod(_filled(x, 1.0), axis, dtype)


__all__ = [
    "nanargmax",
    "nanargmin",
    "nancumprod",
    "nancumsum",
    "nanmax",
    "nanmean",
    "nanmin",
    "nanprod",
    "nanstd",
    "nansum",
    "nanvar",
]
connect(globals(), __all__)
