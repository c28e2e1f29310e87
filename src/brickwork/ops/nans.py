"""Keras's sums and extremes that leave NaN out."""

from __future__ import annotations

from ..program.primitives import elementwise as e
from . import reductions as r
from .core import dtype_of, floating


def _filled(x, value):
    x = floating(x)
    return e.where(e.isnan(x), value, x)


def _counted(x, axis, keepdims):
    """How many values are no NaN."""
    x = floating(x)
    return r.sum(e.cast(e.logical_not(e.isnan(x)), dtype_of(x)), axis, keepdims)


def _nan_where_none(found, x, axis, keepdims):
    return e.where(e.equal(_counted(x, axis, keepdims), 0), float("nan"), found)


def nansum(x, axis=None, keepdims=False):
    """The sum of the values that are no NaN.

    >>> nansum([1.0, float("nan"), 2.0])
    array(3., dtype=float32)
    """
    return r.sum(_filled(x, 0.0), axis, keepdims)


def nanprod(x, axis=None, keepdims=False):
    """The product of the values that are no NaN.

    >>> nanprod([3.0, float("nan"), 2.0])
    array(6., dtype=float32)
    """
    return r.prod(_filled(x, 1.0), axis, keepdims)


def nanmean(x, axis=None, keepdims=False):
    """The mean of the values that are no NaN.

    >>> float(nanmean([1.0, float("nan"), 2.0]))
    1.5
    """
    return nansum(x, axis, keepdims) / _counted(x, axis, keepdims)


def nanvar(x, axis=None, keepdims=False):
    """The variance of the values that are no NaN.

    >>> float(nanvar([1.0, float("nan"), 3.0]))
    1.0
    """
    x = floating(x)
    apart = e.where(e.isnan(x), 0.0, x - nanmean(x, axis, keepdims=True))
    return r.sum(e.square(apart), axis, keepdims) / _counted(x, axis, keepdims)


def nanstd(x, axis=None, keepdims=False):
    """The square root of `nanvar`.

    >>> nanstd([1.0, float("nan"), 3.0])
    array(1., dtype=float32)
    """
    return e.sqrt(nanvar(x, axis, keepdims))


def nanmax(x, axis=None, keepdims=False):
    """The largest of the values that are no NaN; NaN where there is none.

    >>> nanmax([1.0, float("nan")])
    array(1., dtype=float32)
    """
    found = r.max(_filled(x, -float("inf")), axis, keepdims)
    return _nan_where_none(found, x, axis, keepdims)


def nanmin(x, axis=None, keepdims=False):
    """The smallest of the values that are no NaN; NaN where there is none.

    >>> nanmin([1.0, float("nan")])
    array(1., dtype=float32)
    """
    found = r.min(_filled(x, float("inf")), axis, keepdims)
    return _nan_where_none(found, x, axis, keepdims)


def _place(found, x, axis, keepdims):
    return e.where(e.equal(_counted(x, axis, keepdims), 0), -1, found)


def nanargmax(x, axis=None, keepdims=False):
    """Where the largest of the values that are no NaN stands; -1 where there is none.

    >>> int(nanargmax([1.0, float("nan"), 2.0]))
    2
    """
    return _place(r.argmax(_filled(x, -float("inf")), axis, keepdims), x, axis, keepdims)


def nanargmin(x, axis=None, keepdims=False):
    """Where the smallest of the values that are no NaN stands; -1 where there is none.

    >>> int(nanargmin([1.0, float("nan"), 2.0]))
    0
    """
    return _place(r.argmin(_filled(x, float("inf")), axis, keepdims), x, axis, keepdims)


def nancumsum(x, axis=None, dtype=None):
    """The sum of all values so far, NaN counting as 0.

    >>> nancumsum([1.0, float("nan"), 2.0])
    array([1., 1., 3.], dtype=float32)
    """
    return r.cumsum(_filled(x, 0.0), axis, dtype)


def nancumprod(x, axis=None, dtype=None):
    """The product of all values so far, NaN counting as 1.

    >>> nancumprod([3.0, float("nan"), 2.0])
    array([3., 3., 6.], dtype=float32)
    """
    return r.cumprod(_filled(x, 1.0), axis, dtype)


__all__ = ["nanargmax", "nanargmin", "nancumprod", "nancumsum", "nanmax", "nanmean", "nanmin",
           "nanprod", "nanstd", "nansum", "nanvar"]
