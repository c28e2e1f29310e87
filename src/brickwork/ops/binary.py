"""Keras's elementwise ops of two tensors; shapes broadcast as in NumPy."""

from __future__ import annotations

import math

from ..program.between import connect
from ..program.primitives import elementwise as e
from ..program.types import Tensor, TensorLike
from .core import dtype_of, floating, tensor
from .reductions import all, any, sum
from .shapes import expand_dims, ravel


def add(x1: TensorLike, x2: TensorLike) -> Tensor:
    """The sum ``x1 + x2``, element by element.

    Args:
        x1, x2: tensors of any dtype, whose shapes broadcast.

    Returns:
        A tensor of the broadcast shape and the promoted dtype.

    >>> add(1, [2, 3])
    array([3, 4], dtype=int32)
    """
    return e.add(x1, x2)


def subtract(x1: TensorLike, x2: TensorLike) -> Tensor:
    """The difference ``x1 - x2``, element by element.

    Args:
        x1, x2: numeric tensors, whose shapes broadcast.

    Returns:
        A tensor of the broadcast shape and the promoted dtype.

    >>> subtract(1, [2, 3])
    array([-1, -2], dtype=int32)
    """
    return e.sub(x1, x2)


def multiply(x1: TensorLike, x2: TensorLike) -> Tensor:
    """The product ``x1 * x2``, element by element.

    Args:
        x1, x2: tensors of any dtype, whose shapes broadcast.

    Returns:
        A tensor of the broadcast shape and the promoted dtype.

    >>> multiply(2, [2, 3])
    array([4, 6], dtype=int32)
    """
    return e.mul(x1, x2)


def divide(x1: TensorLike, x2: TensorLike) -> Tensor:
    """The quotient ``x1 / x2``, element by element, always a float.

    Args:
        x1, x2: tensors whose shapes broadcast; integers and booleans become floats.

    Returns:
        A float tensor of the broadcast shape.

    >>> divide([1, 3], 2)
    array([0.5, 1.5], dtype=float32)
    """
    return e.div(x1, x2)


def floor_divide(x1: TensorLike, x2: TensorLike) -> Tensor:
    """The quotient ``x1 / x2`` rounded towards minus infinity, element by element.

    Args:
        x1, x2: numeric tensors, whose shapes broadcast.

    Returns:
        A tensor of the broadcast shape and the promoted dtype.

    >>> floor_divide([7, -7], 2)
    array([ 3, -4], dtype=int32)
    """
    return e.floordiv(x1, x2)


def mod(x1: TensorLike, x2: TensorLike) -> Tensor:
    """The remainder of `floor_divide`, element by element; it has the sign of `x2`.

    Args:
        x1, x2: numeric tensors, whose shapes broadcast.

    Returns:
        A tensor of the broadcast shape and the promoted dtype.

    >>> mod([7, -7], 4)
    array([3, 1], dtype=int32)
    """
    return e.mod(x1, x2)


def power(x1: TensorLike, x2: TensorLike) -> Tensor:
    """``x1`` raised to the power ``x2``, element by element.

    Args:
        x1: base, a numeric tensor.
        x2: exponent, a numeric tensor whose shape broadcasts with that of `x1`. For integer `x1`
            negative exponents must be floats.

    Returns:
        A tensor of the broadcast shape and the promoted dtype.

    >>> power([2.0, 3.0], 2)
    array([4., 9.], dtype=float32)
    """
    return e.pow(x1, x2)


def arctan2(x1: TensorLike, x2: TensorLike) -> Tensor:
    """The angle of the point ``(x2, x1)`` in the plane, element by element.

    Args:
        x1: y coordinates, a tensor of any shape; integers and booleans become floats.
        x2: x coordinates, a tensor whose shape broadcasts with that of `x1`.

    Returns:
        Angles in radians from -pi to pi; a float tensor of the broadcast shape.

    >>> arctan2([0.0], [1.0])
    array([0.], dtype=float32)
    """
    return e.atan2(x1, x2)


def maximum(x1: TensorLike, x2: TensorLike) -> Tensor:
    """The larger of two values, element by element; NaN if either is NaN.

    The gradient goes to the larger value; where both are equal, half goes to each.

    Args:
        x1, x2: tensors of any dtype, whose shapes broadcast.

    Returns:
        A tensor of the broadcast shape and the promoted dtype.

    >>> maximum([1.0, 5.0], 2.0)
    array([2., 5.], dtype=float32)
    """
    return e.maximum(x1, x2)


def minimum(x1: TensorLike, x2: TensorLike) -> Tensor:
    """The smaller of two values, element by element; NaN if either is NaN.

    The gradient goes to the smaller value; where both are equal, half goes to each.

    Args:
        x1, x2: tensors of any dtype, whose shapes broadcast.

    Returns:
        A tensor of the broadcast shape and the promoted dtype.

    >>> minimum([1.0, 5.0], 2.0)
    array([1., 2.], dtype=float32)
    """
    return e.minimum(x1, x2)


def equal(x1: TensorLike, x2: TensorLike) -> Tensor:
    """Whether ``x1 == x2``, element by element.

    Args:
        x1, x2: tensors of any dtype, whose shapes broadcast.

    Returns:
        A bool tensor of the broadcast shape.

    >>> equal([1, 2], 2)
    array([False,  True])
    """
    return e.equal(x1, x2)


def not_equal(x1: TensorLike, x2: TensorLike) -> Tensor:
    """Whether ``x1 != x2``, element by element.

    Args:
        x1, x2: tensors of any dtype, whose shapes broadcast.

    Returns:
        A bool tensor of the broadcast shape.

    >>> not_equal([1, 2], 2)
    array([ True, False])
    """
    return e.not_equal(x1, x2)


def less(x1: TensorLike, x2: TensorLike) -> Tensor:
    """Whether ``x1 < x2``, element by element.

    Args:
        x1, x2: tensors of any dtype, whose shapes broadcast.

    Returns:
        A bool tensor of the broadcast shape.

    >>> less([1, 2], 2)
    array([ True, False])
    """
    return e.less(x1, x2)


def less_equal(x1: TensorLike, x2: TensorLike) -> Tensor:
    """Whether ``x1 <= x2``, element by element.

    Args:
        x1, x2: tensors of any dtype, whose shapes broadcast.

    Returns:
        A bool tensor of the broadcast shape.

    >>> less_equal([1, 2], 1)
    array([ True, False])
    """
    return e.less_equal(x1, x2)


def greater(x1: TensorLike, x2: TensorLike) -> Tensor:
    """Whether ``x1 > x2``, element by element.

    Args:
        x1, x2: tensors of any dtype, whose shapes broadcast.

    Returns:
        A bool tensor of the broadcast shape.

    >>> greater([1, 2], 1)
    array([False,  True])
    """
    return e.greater(x1, x2)


def greater_equal(x1: TensorLike, x2: TensorLike) -> Tensor:
    """Whether ``x1 >= x2``, element by element.

    Args:
        x1, x2: tensors of any dtype, whose shapes broadcast.

    Returns:
        A bool tensor of the broadcast shape.

    >>> greater_equal([1, 2], 2)
    array([False,  True])
    """
    return e.greater_equal(x1, x2)


def logical_and(x1: TensorLike, x2: TensorLike) -> Tensor:
    """Whether both values are true, element by element.

    Args:
        x1, x2: tensors of any dtype, whose shapes broadcast; nonzero values are true.

    Returns:
        A bool tensor of the broadcast shape.

    >>> logical_and([True, False], True)
    array([ True, False])
    """
    return e.logical_and(x1, x2)


def logical_or(x1: TensorLike, x2: TensorLike) -> Tensor:
    """Whether at least one of two values is true, element by element.

    Args:
        x1, x2: tensors of any dtype, whose shapes broadcast; nonzero values are true.

    Returns:
        A bool tensor of the broadcast shape.

    >>> logical_or([True, False], False)
    array([ True, False])
    """
    return e.logical_or(x1, x2)


def logical_xor(x1: TensorLike, x2: TensorLike) -> Tensor:
    """Whether exactly one of two values is true, element by element.

    Args:
        x1, x2: tensors of any dtype, whose shapes broadcast; nonzero values are true.

    Returns:
        A bool tensor of the broadcast shape.

    >>> logical_xor([True, False], True)
    array([False,  True])
    """
    return e.logical_xor(x1, x2)


def true_divide(x1: TensorLike, x2: TensorLike) -> Tensor:
    """The quotient ``x1 / x2``, always a float; the same as `divide`.

    Args:
        x1, x2: tensors whose shapes broadcast; integers and booleans become floats.

    Returns:
        A float tensor of the broadcast shape.

    >>> true_divide([1.0], 2)
    array([0.5], dtype=float32)
    """
    return e.div(x1, x2)


def divide_no_nan(x1: TensorLike, x2: TensorLike) -> Tensor:
    """The quotient ``x1 / x2``, but 0 where `x2` is 0; the gradient is 0 there too.

    Args:
        x1, x2: tensors whose shapes broadcast; integers and booleans become floats.

    Returns:
        A float tensor of the broadcast shape.

    >>> divide_no_nan([1.0, 1.0], [2.0, 0.0])
    array([0.5, 0. ], dtype=float32)
    """
    x2 = floating(x2)
    zero = e.equal(x2, 0)
    return e.where(zero, 0.0, e.div(x1, e.where(zero, 1.0, x2)))


def logaddexp(x1: TensorLike, x2: TensorLike) -> Tensor:
    """``log(exp(x1) + exp(x2))`` without overflow, element by element.

    Args:
        x1, x2: tensors whose shapes broadcast; integers and booleans become floats.

    Returns:
        A float tensor of the broadcast shape.

    >>> logaddexp([1000.0], [0.0])
    array([1000.], dtype=float32)
    """
    x1, x2 = floating(x1), floating(x2)
    # The difference of equal infinities is NaN, but the result is that infinity. Of equal finite
    # numbers it is computed, so that each gets half of the gradient.
    infinite = e.logical_and(e.equal(x1, x2), e.isinf(x1))
    difference = e.where(infinite, 0.0, e.sub(x1, x2))
    return e.add(x2, e.softplus(difference))


def where(
    condition: TensorLike, x1: TensorLike | None = None, x2: TensorLike | None = None
) -> Tensor:
    """``x1`` where the condition holds, else ``x2``, element by element.

    Both are computed everywhere: a NaN in the branch not taken can reach the gradient.

    Args:
        condition: tensor of any dtype; nonzero values are true.
        x1, x2: tensors of any dtype, whose shapes broadcast with that of the condition.

    Returns:
        A tensor of the broadcast shape and the promoted dtype of `x1` and `x2`.

    Raises:
        ValueError: if `x1` or `x2` is missing. The positions at which a condition holds have no
            shape that is known before the program runs.

    >>> where([True, False], 1.0, [5.0, 6.0])
    array([1., 6.], dtype=float32)
    """
    if x1 is None or x2 is None:
        raise ValueError(
            "where: got a condition only, expected x1 and x2 as well. Use "
            "ops.where(condition, x1, x2), or ops.nonzero on an array."
        )
    condition = tensor(condition)
    if dtype_of(condition) != "bool":
        condition = e.not_equal(condition, 0)
    return e.where(condition, x1, x2)


def clip(x: TensorLike, x_min: TensorLike, x_max: TensorLike) -> Tensor:
    """Limit values to the range from ``x_min`` to ``x_max``.

    Args:
        x: numeric tensor of any shape.
        x_min, x_max: smallest and largest value, numbers or tensors whose shapes broadcast with
            that of `x`.

    Returns:
        A tensor of the broadcast shape and the promoted dtype.

    >>> clip([-1.0, 0.5, 2.0], 0.0, 1.0)
    array([0. , 0.5, 1. ], dtype=float32)
    """
    return e.minimum(e.maximum(x, x_min), x_max)


def isclose(
    x1: TensorLike, x2: TensorLike, rtol: float = 1e-5, atol: float = 1e-8, equal_nan: bool = False
) -> Tensor:
    """Whether ``|x1 - x2| <= atol + rtol |x2|``, element by element.

    Args:
        x1, x2: tensors whose shapes broadcast; integers and booleans become floats.
        rtol: relative tolerance.
        atol: absolute tolerance.
        equal_nan: whether two NaN count as close.

    Returns:
        A bool tensor of the broadcast shape.

    >>> isclose([1.0, 2.0], [1.0, 2.1])
    array([ True, False])
    """
    x1, x2 = floating(x1), floating(x2)
    near = e.less_equal(e.abs(e.sub(x1, x2)), atol + rtol * e.abs(x2))
    near = e.logical_and(near, e.isfinite(x2))
    close = e.logical_or(near, e.equal(x1, x2))
    return e.logical_or(close, e.logical_and(e.isnan(x1), e.isnan(x2))) if equal_nan else close


def allclose(
    x1: TensorLike, x2: TensorLike, rtol: float = 1e-5, atol: float = 1e-8, equal_nan: bool = False
) -> Tensor:
    """Whether `isclose` holds for all elements.

    Args:
        x1, x2: tensors whose shapes broadcast; integers and booleans become floats.
        rtol: relative tolerance.
        atol: absolute tolerance.
        equal_nan: whether two NaN count as close.

    Returns:
        A scalar bool tensor.

    >>> bool(allclose([1.0], [1.0]))
    True
    """
    return all(isclose(x1, x2, rtol, atol, equal_nan))


def fmax(x1: TensorLike, x2: TensorLike) -> Tensor:
    """The larger of two values, element by element, ignoring NaN.

    Args:
        x1, x2: numeric tensors, whose shapes broadcast.

    Returns:
        A tensor of the broadcast shape and the promoted dtype; NaN only where both are NaN.

    >>> fmax([1.0, float("nan")], 0.0)
    array([1., 0.], dtype=float32)
    """
    x1, x2 = tensor(x1), tensor(x2)
    return e.where(e.isnan(x1), x2, e.where(e.isnan(x2), x1, e.maximum(x1, x2)))


def fmin(x1: TensorLike, x2: TensorLike) -> Tensor:
    """The smaller of two values, element by element, ignoring NaN.

    Args:
        x1, x2: numeric tensors, whose shapes broadcast.

    Returns:
        A tensor of the broadcast shape and the promoted dtype; NaN only where both are NaN.

    >>> fmin([1.0, float("nan")], 2.0)
    array([1., 2.], dtype=float32)
    """
    x1, x2 = tensor(x1), tensor(x2)
    return e.where(e.isnan(x1), x2, e.where(e.isnan(x2), x1, e.minimum(x1, x2)))


def fmod(x1: TensorLike, x2: TensorLike) -> Tensor:
    """The remainder of the division truncated towards zero, element by element.

    Args:
        x1, x2: numeric tensors, whose shapes broadcast.

    Returns:
        A tensor of the broadcast shape and the promoted dtype, with the sign of `x1`.

    >>> fmod([7, -7], 4)
    array([ 3, -3], dtype=int32)
    """
    x1 = tensor(x1)
    return e.sign(x1) * e.mod(e.abs(x1), e.abs(tensor(x2)))


def heaviside(x1: TensorLike, x2: TensorLike) -> Tensor:
    """The Heaviside step function: 0 where x1 < 0, 1 where x1 > 0, and x2 where x1 is 0.

    Args:
        x1: tensor of any shape; integers and booleans become floats.
        x2: value at 0, a tensor whose shape broadcasts with that of `x1`.

    Returns:
        A float tensor of the broadcast shape; NaN where `x1` is NaN.

    >>> heaviside([-1.0, 0.0, 2.0], 0.5)
    array([0. , 0.5, 1. ], dtype=float32)
    """
    x1, x2 = floating(x1), floating(x2)
    step = e.where(e.less(x1, 0), 0.0, e.where(e.greater(x1, 0), 1.0, x1))
    return e.where(e.equal(x1, 0), x2, step)


def hypot(x1: TensorLike, x2: TensorLike) -> Tensor:
    """The length of the hypotenuse ``sqrt(x1^2 + x2^2)`` without overflow, element by element.

    Args:
        x1, x2: tensors whose shapes broadcast; integers and booleans become floats.

    Returns:
        A float tensor of the broadcast shape; infinite where one of them is, even beside NaN.

    >>> hypot([3.0], [4.0])
    array([5.], dtype=float32)
    """
    x1, x2 = e.abs(floating(x1)), e.abs(floating(x2))
    high, low = e.maximum(x1, x2), e.minimum(x1, x2)
    safe = e.where(e.logical_or(e.equal(high, 0), e.isinf(high)), 1.0, high)
    infinite = e.logical_or(e.isinf(x1), e.isinf(x2))
    return e.where(infinite, math.inf, high * e.sqrt(1.0 + e.square(low / safe)))


def logaddexp2(x1: TensorLike, x2: TensorLike) -> Tensor:
    """``log2(2^x1 + 2^x2)`` without overflow, element by element.

    Args:
        x1, x2: tensors whose shapes broadcast; integers and booleans become floats.

    Returns:
        A float tensor of the broadcast shape.

    >>> logaddexp2([1.0], [1.0])
    array([2.], dtype=float32)
    """
    x1, x2 = floating(x1), floating(x2)
    return logaddexp(x1 * math.log(2), x2 * math.log(2)) / math.log(2)


def ldexp(x1: TensorLike, x2: TensorLike) -> Tensor:
    """``x1 * 2^x2``, element by element.

    Args:
        x1: tensor of any shape; integers and booleans become floats.
        x2: exponents, an integer tensor whose shape broadcasts with that of `x1`.

    Returns:
        A float tensor of the broadcast shape.

    >>> ldexp([1.5], [2])
    array([6.], dtype=float32)
    """
    x1 = floating(x1)
    return x1 * e.pow(2.0, e.cast(tensor(x2), dtype_of(x1)))


def isin(
    x1: TensorLike, x2: TensorLike, assume_unique: bool = False, invert: bool = False
) -> Tensor:
    """Whether each value of ``x1`` occurs in ``x2``.

    Args:
        x1: tensor of any shape and dtype.
        x2: the values to look for: a tensor of any shape, flattened.
        assume_unique: accepted for Keras compatibility; it has no effect.
        invert: return whether each value does not occur.

    Returns:
        A bool tensor of the shape of `x1`.

    >>> isin([1, 2, 3], [3, 1])
    array([ True, False,  True])
    """
    found = any(e.equal(expand_dims(x1, -1), ravel(x2)), -1)
    return e.logical_not(found) if invert else found


def digitize(x: TensorLike, bins: TensorLike) -> Tensor:
    """The index of the bin to which each value belongs: the number of bin edges <= the value.

    Args:
        x: numeric tensor of any shape.
        bins: ascending bin edges, a tensor of shape ``(n,)``.

    Returns:
        An int32 tensor of the shape of `x`, from 0 to n.

    >>> digitize([0.0, 1.5, 9.0], [1.0, 2.0])
    array([0, 1, 2], dtype=int32)
    """
    return sum(e.cast(e.greater_equal(expand_dims(x, -1), tensor(bins)), "int32"), -1)


__all__ = [
    "add",
    "allclose",
    "arctan2",
    "clip",
    "digitize",
    "divide",
    "divide_no_nan",
    "equal",
    "floor_divide",
    "fmax",
    "fmin",
    "fmod",
    "greater",
    "greater_equal",
    "heaviside",
    "hypot",
    "isclose",
    "isin",
    "ldexp",
    "less",
    "less_equal",
    "logaddexp",
    "logaddexp2",
    "logical_and",
    "logical_or",
    "logical_xor",
    "maximum",
    "minimum",
    "mod",
    "multiply",
    "not_equal",
    "power",
    "subtract",
    "true_divide",
    "where",
]
connect(globals(), __all__)
