"""Keras's functions of one tensor, value by value."""

from __future__ import annotations

import math

from ..program.dtypes import is_float
from ..program.primitives import elementwise as e
from .core import dtype_of, floating, tensor


def abs(x):
    """The absolute value.

    >>> abs([-1.0, 2.0])
    array([1., 2.], dtype=float32)
    """
    return e.abs(x)


def negative(x):
    """-x.

    >>> negative([1, -2])
    array([-1,  2], dtype=int32)
    """
    return e.neg(x)


def sign(x):
    """-1, 0 or 1.

    >>> sign([-3.0, 0.0, 2.0])
    array([-1.,  0.,  1.], dtype=float32)
    """
    return e.sign(x)


def exp(x):
    """e to the power of x.

    >>> exp([0.0])
    array([1.], dtype=float32)
    """
    return e.exp(x)


def expm1(x):
    """exp(x) - 1, exact for small x.

    >>> expm1([0.0])
    array([0.], dtype=float32)
    """
    return e.expm1(x)


def log(x):
    """The natural logarithm; NaN below 0.

    >>> log([1.0])
    array([0.], dtype=float32)
    """
    return e.log(x)


def log1p(x):
    """log(1 + x), exact for small x.

    >>> log1p([0.0])
    array([0.], dtype=float32)
    """
    return e.log1p(x)


def sqrt(x):
    """The square root; NaN below 0.

    >>> sqrt([4.0])
    array([2.], dtype=float32)
    """
    return e.sqrt(x)


def rsqrt(x):
    """1 / sqrt(x).

    >>> rsqrt([4.0])
    array([0.5], dtype=float32)
    """
    return e.rsqrt(x)


def reciprocal(x):
    """1 / x.

    >>> reciprocal([4.0])
    array([0.25], dtype=float32)
    """
    return e.reciprocal(x)


def square(x):
    """x * x.

    >>> square([-3])
    array([9], dtype=int32)
    """
    return e.square(x)


def erf(x):
    """The error function, 2 / sqrt(pi) times the integral of exp(-t^2) from 0 to x.

    >>> erf([0.0])
    array([0.], dtype=float32)
    """
    return e.erf(x)


def floor(x):
    """The largest whole number that is not larger.

    >>> floor([1.5, -1.5])
    array([ 1., -2.], dtype=float32)
    """
    return e.floor(x)


def ceil(x):
    """The smallest whole number that is not smaller.

    >>> ceil([1.5, -1.5])
    array([ 2., -1.], dtype=float32)
    """
    return e.ceil(x)


def isnan(x):
    """Whether a value is not a number.

    >>> isnan([1.0, float('nan')])
    array([False,  True])
    """
    return e.isnan(x)


def isinf(x):
    """Whether a value is infinite.

    >>> isinf([1.0, float('-inf')])
    array([False,  True])
    """
    return e.isinf(x)


def isfinite(x):
    """Whether a value is neither infinite nor NaN.

    >>> isfinite([1.0, float('inf')])
    array([ True, False])
    """
    return e.isfinite(x)


def absolute(x):
    """The same as `abs`.

    >>> absolute([-1.0])
    array([1.], dtype=float32)
    """
    return e.abs(x)


def log2(x):
    """The logarithm to the base 2.

    >>> log2([8.0])
    array([3.], dtype=float32)
    """
    return e.log(floating(x)) / math.log(2)


def log10(x):
    """The logarithm to the base 10.

    >>> log10([1.0])
    array([0.], dtype=float32)
    """
    return e.log(floating(x)) / math.log(10)


def exp2(x):
    """2 to the power of x.

    >>> exp2([3.0])
    array([8.], dtype=float32)
    """
    return e.pow(2.0, floating(x))


def trunc(x):
    """The whole number next to x on the way to 0.

    >>> trunc([1.5, -1.5])
    array([ 1., -1.], dtype=float32)
    """
    return e.where(e.less(tensor(x), 0), e.ceil(x), e.floor(x))


def round(x, decimals=0):
    """The nearest whole number, halves to the even one; to so many decimals.

    >>> round([0.5, 1.5]), round([1.25], 1)
    (array([0., 2.], dtype=float32), array([1.2], dtype=float32))
    """
    x = tensor(x)
    if not decimals or not is_float(dtype_of(x)):
        return e.round(x)
    scale = 10.0 ** decimals
    return e.round(x * scale) / scale


def logical_not(x):
    """Whether a value is false (or 0).

    >>> logical_not([True, False])
    array([False,  True])
    """
    return e.logical_not(x)


def nan_to_num(x, nan=0.0, posinf=None, neginf=None):
    """The values, with numbers in the place of NaN and of the infinities.

    ``posinf`` and ``neginf`` are by default the largest and smallest number of the kind.

    >>> nan_to_num([1.0, float("nan")])
    array([1., 0.], dtype=float32)
    """
    x = tensor(x)
    if not is_float(dtype_of(x)):
        return x
    largest = 3.4028234663852886e38 if dtype_of(x) == "float32" else 1.7976931348623157e308
    high = largest if posinf is None else posinf
    low = -largest if neginf is None else neginf
    x = e.where(e.isnan(x), float(nan), x)
    return e.where(e.isinf(x), e.where(e.greater(x, 0), float(high), float(low)), x)


def cbrt(x):
    """The cube root, of negative numbers too.

    >>> cbrt([8.0, -1.0])
    array([ 2., -1.], dtype=float32)
    """
    x = floating(x)
    size = e.abs(x)
    root = e.pow(e.where(e.greater(size, 0), size, 1.0), 1.0 / 3.0)
    return e.where(e.greater(size, 0), e.sign(x) * root, x)


def fabs(x):
    """The absolute value, in floats.

    >>> fabs([-1])
    array([1.], dtype=float32)
    """
    return e.abs(floating(x))


def isposinf(x):
    """Whether a value is +infinity.

    >>> isposinf([1.0, float("inf")])
    array([False,  True])
    """
    return e.equal(floating(x), math.inf)


def isneginf(x):
    """Whether a value is -infinity.

    >>> isneginf([1.0, -float("inf")])
    array([False,  True])
    """
    return e.equal(floating(x), -math.inf)


__all__ = ["abs", "absolute", "cbrt", "ceil", "erf", "exp", "exp2", "expm1", "fabs", "floor",
           "isfinite", "isinf", "isnan", "isneginf", "isposinf", "log", "log1p", "log2", "log10",
           "logical_not", "nan_to_num", "negative", "reciprocal", "round", "rsqrt", "sign", "sqrt",
           "square", "trunc"]
