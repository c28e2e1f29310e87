"""Keras's functions of two tensors, value by value; shapes broadcast as in NumPy."""

from __future__ import annotations

import math

from ..program.primitives import elementwise as e
from .core import dtype_of, floating, tensor
from .reductions import all, any, sum
from .shapes import expand_dims, ravel


def add(x1, x2):
    """x1 + x2.

    >>> add(1, [2, 3])
    array([3, 4], dtype=int32)
    """
    return e.add(x1, x2)


def subtract(x1, x2):
    """x1 - x2.

    >>> subtract(1, [2, 3])
    array([-1, -2], dtype=int32)
    """
    return e.sub(x1, x2)


def multiply(x1, x2):
    """x1 * x2.

    >>> multiply(2, [2, 3])
    array([4, 6], dtype=int32)
    """
    return e.mul(x1, x2)


def divide(x1, x2):
    """x1 / x2, always in floats.

    >>> divide([1, 3], 2)
    array([0.5, 1.5], dtype=float32)
    """
    return e.div(x1, x2)


def floor_divide(x1, x2):
    """The floor of x1 / x2.

    >>> floor_divide([7, -7], 2)
    array([ 3, -4], dtype=int32)
    """
    return e.floordiv(x1, x2)


def mod(x1, x2):
    """What is left of x1 after floor_divide; it has the sign of x2.

    >>> mod([7, -7], 4)
    array([3, 1], dtype=int32)
    """
    return e.mod(x1, x2)


def power(x1, x2):
    """x1 to the power of x2.

    >>> power([2.0, 3.0], 2)
    array([4., 9.], dtype=float32)
    """
    return e.pow(x1, x2)


def arctan2(x1, x2):
    """The angle of the point (x2, x1) seen from the origin.

    >>> arctan2([0.0], [1.0])
    array([0.], dtype=float32)
    """
    return e.atan2(x1, x2)


def maximum(x1, x2):
    """The larger of two values; NaN if one is.

    >>> maximum([1.0, 5.0], 2.0)
    array([2., 5.], dtype=float32)
    """
    return e.maximum(x1, x2)


def minimum(x1, x2):
    """The smaller of two values; NaN if one is.

    >>> minimum([1.0, 5.0], 2.0)
    array([1., 2.], dtype=float32)
    """
    return e.minimum(x1, x2)


def equal(x1, x2):
    """Whether the values are equal.

    >>> equal([1, 2], 2)
    array([False,  True])
    """
    return e.equal(x1, x2)


def not_equal(x1, x2):
    """Whether the values differ.

    >>> not_equal([1, 2], 2)
    array([ True, False])
    """
    return e.not_equal(x1, x2)


def less(x1, x2):
    """Whether x1 < x2.

    >>> less([1, 2], 2)
    array([ True, False])
    """
    return e.less(x1, x2)


def less_equal(x1, x2):
    """Whether x1 <= x2.

    >>> less_equal([1, 2], 1)
    array([ True, False])
    """
    return e.less_equal(x1, x2)


def greater(x1, x2):
    """Whether x1 > x2.

    >>> greater([1, 2], 1)
    array([False,  True])
    """
    return e.greater(x1, x2)


def greater_equal(x1, x2):
    """Whether x1 >= x2.

    >>> greater_equal([1, 2], 2)
    array([False,  True])
    """
    return e.greater_equal(x1, x2)


def logical_and(x1, x2):
    """Whether both are true.

    >>> logical_and([True, False], True)
    array([ True, False])
    """
    return e.logical_and(x1, x2)


def logical_or(x1, x2):
    """Whether one of both is true.

    >>> logical_or([True, False], False)
    array([ True, False])
    """
    return e.logical_or(x1, x2)


def logical_xor(x1, x2):
    """Whether exactly one of both is true.

    >>> logical_xor([True, False], True)
    array([False,  True])
    """
    return e.logical_xor(x1, x2)


def true_divide(x1, x2):
    """The same as `divide`.

    >>> true_divide([1.0], 2)
    array([0.5], dtype=float32)
    """
    return e.div(x1, x2)


def divide_no_nan(x1, x2):
    """x1 / x2, and 0 where x2 is 0; the gradient is 0 there too.

    >>> divide_no_nan([1.0, 1.0], [2.0, 0.0])
    array([0.5, 0. ], dtype=float32)
    """
    x2 = floating(x2)
    empty = e.equal(x2, 0)
    return e.where(empty, 0.0, e.div(x1, e.where(empty, 1.0, x2)))


def logaddexp(x1, x2):
    """log(exp(x1) + exp(x2)), without overflow.

    >>> logaddexp([1000.0], [0.0])
    array([1000.], dtype=float32)
    """
    x1, x2 = floating(x1), floating(x2)
    # Equal infinities differ by NaN, though their sum is as infinite as they are.
    apart = e.where(e.equal(x1, x2), 0.0, e.sub(x1, x2))
    return e.add(x2, e.softplus(apart))


def where(condition, x1=None, x2=None):
    """x1 where the condition holds, else x2. Both are computed: none may be NaN for the gradient.

    Raises:
        ValueError: if x1 or x2 is missing: the places where a condition holds have no shape
            that is known before the program runs.

    >>> where([True, False], 1.0, [5.0, 6.0])
    array([1., 6.], dtype=float32)
    """
    if x1 is None or x2 is None:
        raise ValueError("where: got a condition alone, expected x1 and x2 as well. Use "
                         "ops.where(condition, x1, x2), or NumPy's nonzero on an array.")
    condition = tensor(condition)
    if dtype_of(condition) != "bool":
        condition = e.not_equal(condition, 0)
    return e.where(condition, x1, x2)


def clip(x, x_min, x_max):
    """The nearest value in x_min ... x_max.

    >>> clip([-1.0, 0.5, 2.0], 0.0, 1.0)
    array([0. , 0.5, 1. ], dtype=float32)
    """
    return e.minimum(e.maximum(x, x_min), x_max)


def isclose(x1, x2, rtol=1e-5, atol=1e-8, equal_nan=False):
    """Whether ``|x1 - x2| <= atol + rtol |x2|``.

    >>> isclose([1.0, 2.0], [1.0, 2.1])
    array([ True, False])
    """
    x1, x2 = floating(x1), floating(x2)
    near = e.less_equal(e.abs(e.sub(x1, x2)), atol + rtol * e.abs(x2))
    near = e.logical_and(near, e.isfinite(x2))
    close = e.logical_or(near, e.equal(x1, x2))
    return e.logical_or(close, e.logical_and(e.isnan(x1), e.isnan(x2))) if equal_nan else close


def allclose(x1, x2, rtol=1e-5, atol=1e-8, equal_nan=False):
    """Whether `isclose` holds for all values.

    >>> bool(allclose([1.0], [1.0]))
    True
    """
    return all(isclose(x1, x2, rtol, atol, equal_nan))


def fmax(x1, x2):
    """The larger of two values; the other one where one is NaN.

    >>> fmax([1.0, float("nan")], 0.0)
    array([1., 0.], dtype=float32)
    """
    x1, x2 = tensor(x1), tensor(x2)
    return e.where(e.isnan(x1), x2, e.where(e.isnan(x2), x1, e.maximum(x1, x2)))


def fmin(x1, x2):
    """The smaller of two values; the other one where one is NaN.

    >>> fmin([1.0, float("nan")], 2.0)
    array([1., 2.], dtype=float32)
    """
    x1, x2 = tensor(x1), tensor(x2)
    return e.where(e.isnan(x1), x2, e.where(e.isnan(x2), x1, e.minimum(x1, x2)))


def fmod(x1, x2):
    """What is left of x1 after whole x2 are taken; it has the sign of x1.

    >>> fmod([7, -7], 4)
    array([ 3, -3], dtype=int32)
    """
    x1 = tensor(x1)
    return e.sign(x1) * e.mod(e.abs(x1), e.abs(tensor(x2)))


def heaviside(x1, x2):
    """0 where x1 < 0, 1 where x1 > 0, and x2 where it is 0.

    >>> heaviside([-1.0, 0.0, 2.0], 0.5)
    array([0. , 0.5, 1. ], dtype=float32)
    """
    x1, x2 = floating(x1), floating(x2)
    side = e.where(e.less(x1, 0), 0.0, e.where(e.greater(x1, 0), 1.0, x1))
    return e.where(e.equal(x1, 0), x2, side)


def hypot(x1, x2):
    """sqrt(x1^2 + x2^2), without overflow.

    >>> hypot([3.0], [4.0])
    array([5.], dtype=float32)
    """
    x1, x2 = e.abs(floating(x1)), e.abs(floating(x2))
    high, low = e.maximum(x1, x2), e.minimum(x1, x2)
    safe = e.where(e.equal(high, 0), 1.0, high)
    return high * e.sqrt(1.0 + e.square(low / safe))


def logaddexp2(x1, x2):
    """log2(2^x1 + 2^x2), without overflow.

    >>> logaddexp2([1.0], [1.0])
    array([2.], dtype=float32)
    """
    x1, x2 = floating(x1), floating(x2)
    return logaddexp(x1 * math.log(2), x2 * math.log(2)) / math.log(2)


def ldexp(x1, x2):
    """x1 times 2 to the power of whole numbers x2.

    >>> ldexp([1.5], [2])
    array([6.], dtype=float32)
    """
    x1 = floating(x1)
    return x1 * e.pow(2.0, e.cast(tensor(x2), dtype_of(x1)))


def isin(x1, x2, assume_unique=False, invert=False):
    """Whether each value of x1 is one of those of x2 (`invert`: is none).

    >>> isin([1, 2, 3], [3, 1])
    array([ True, False,  True])
    """
    found = any(e.equal(expand_dims(x1, -1), ravel(x2)), -1)
    return e.logical_not(found) if invert else found


def digitize(x, bins):
    """How many of the ascending bins are no larger than each value.

    >>> digitize([0.0, 1.5, 9.0], [1.0, 2.0])
    array([0, 1, 2], dtype=int32)
    """
    return sum(e.cast(e.greater_equal(expand_dims(x, -1), tensor(bins)), "int32"), -1)


__all__ = ["add", "allclose", "arctan2", "clip", "digitize", "divide", "divide_no_nan", "equal",
           "floor_divide", "fmax", "fmin", "fmod", "greater", "greater_equal", "heaviside", "hypot",
           "isclose", "isin", "ldexp", "less", "less_equal", "logaddexp", "logaddexp2",
           "logical_and", "logical_or", "logical_xor", "maximum", "minimum", "mod", "multiply",
           "not_equal", "power", "subtract", "true_divide", "where"]
