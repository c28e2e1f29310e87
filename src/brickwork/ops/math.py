"""Keras's elementwise functions of one tensor."""

from __future__ import annotations

import math

from ..program.between import connect
from ..program.dtypes import LARGEST, is_float
from ..program.primitives import elementwise as e
from ..program.types import Tensor, TensorLike
from .core import dtype_of, floating, in_float32, tensor


def abs(x: TensorLike) -> Tensor:
    """Return the absolute value, element by element.

    Args:
        x: tensor of any shape and numeric dtype.

    Returns:
        Tensor of the shape and dtype of x.

    >>> abs([-1.0, 2.0])
    array([1., 2.], dtype=float32)
    """
    return e.abs(x)


def negative(x: TensorLike) -> Tensor:
    """Return -x.

    Args:
        x: tensor of any shape and numeric dtype.

    Returns:
        Tensor of the shape and dtype of x.

    >>> negative([1, -2])
    array([-1,  2], dtype=int32)
    """
    return e.neg(x)


def sign(x: TensorLike) -> Tensor:
    """Return the sign of each element: -1, 0 or 1.

    Args:
        x: tensor of any shape and numeric dtype.

    Returns:
        Tensor of the shape and dtype of x.

    >>> sign([-3.0, 0.0, 2.0])
    array([-1.,  0.,  1.], dtype=float32)
    """
    return e.sign(x)


def exp(x: TensorLike) -> Tensor:
    """Return the exponential, e to the power of x.

    Args:
        x: tensor of any shape and dtype.

    Returns:
        Tensor of the shape of x. A float dtype is kept; integers and booleans become `floatx()`.

    >>> exp([0.0])
    array([1.], dtype=float32)
    """
    return e.exp(x)


def expm1(x: TensorLike) -> Tensor:
    """Return exp(x) - 1, accurate for small x.

    Args:
        x: tensor of any shape and dtype.

    Returns:
        Tensor of the shape of x. A float dtype is kept; integers and booleans become `floatx()`.

    >>> expm1([0.0])
    array([0.], dtype=float32)
    """
    return e.expm1(x)


def log(x: TensorLike) -> Tensor:
    """Return the natural logarithm; -inf at 0, NaN below 0.

    Args:
        x: tensor of any shape and dtype.

    Returns:
        Tensor of the shape of x. A float dtype is kept; integers and booleans become `floatx()`.

    >>> log([1.0])
    array([0.], dtype=float32)
    """
    return e.log(x)


def log1p(x: TensorLike) -> Tensor:
    """Return log(1 + x), accurate for small x.

    Args:
        x: tensor of any shape and dtype.

    Returns:
        Tensor of the shape of x. A float dtype is kept; integers and booleans become `floatx()`.

    >>> log1p([0.0])
    array([0.], dtype=float32)
    """
    return e.log1p(x)


def sqrt(x: TensorLike) -> Tensor:
    """Return the square root; NaN below 0.

    Args:
        x: tensor of any shape and dtype.

    Returns:
        Tensor of the shape of x. A float dtype is kept; integers and booleans become `floatx()`.

    >>> sqrt([4.0])
    array([2.], dtype=float32)
    """
    return e.sqrt(x)


def rsqrt(x: TensorLike) -> Tensor:
    """Return the reciprocal square root, 1 / sqrt(x).

    Args:
        x: tensor of any shape and dtype.

    Returns:
        Tensor of the shape of x. A float dtype is kept; integers and booleans become `floatx()`.

    >>> rsqrt([4.0])
    array([0.5], dtype=float32)
    """
    return e.rsqrt(x)


def reciprocal(x: TensorLike) -> Tensor:
    """Return 1 / x.

    Args:
        x: tensor of any shape and dtype.

    Returns:
        Tensor of the shape of x. A float dtype is kept; integers and booleans become `floatx()`.

    >>> reciprocal([4.0])
    array([0.25], dtype=float32)
    """
    return e.reciprocal(x)


def square(x: TensorLike) -> Tensor:
    """Return x * x.

    Args:
        x: tensor of any shape and numeric dtype.

    Returns:
        Tensor of the shape and dtype of x.

    >>> square([-3])
    array([9], dtype=int32)
    """
    return e.square(x)


def erf(x: TensorLike) -> Tensor:
    """Return the error function, 2 / sqrt(pi) times the integral of exp(-t^2) from 0 to x.

    Args:
        x: tensor of any shape and dtype.

    Returns:
        Tensor of the shape of x. A float dtype is kept; integers and booleans become `floatx()`.

    >>> erf([0.0])
    array([0.], dtype=float32)
    """
    return e.erf(x)


def floor(x: TensorLike) -> Tensor:
    """Return the largest integer that is not larger than x.

    Args:
        x: tensor of any shape and numeric dtype.

    Returns:
        Tensor of the shape and dtype of x.

    >>> floor([1.5, -1.5])
    array([ 1., -2.], dtype=float32)
    """
    return e.floor(x)


def ceil(x: TensorLike) -> Tensor:
    """Return the smallest integer that is not smaller than x.

    Args:
        x: tensor of any shape and numeric dtype.

    Returns:
        Tensor of the shape and dtype of x.

    >>> ceil([1.5, -1.5])
    array([ 2., -1.], dtype=float32)
    """
    return e.ceil(x)


def isnan(x: TensorLike) -> Tensor:
    """Return whether each element is NaN.

    Args:
        x: tensor of any shape and dtype.

    Returns:
        Tensor of the shape of x, dtype bool.

    >>> isnan([1.0, float('nan')])
    array([False,  True])
    """
    return e.isnan(x)


def isinf(x: TensorLike) -> Tensor:
    """Return whether each element is infinite.

    Args:
        x: tensor of any shape and dtype.

    Returns:
        Tensor of the shape of x, dtype bool.

    >>> isinf([1.0, float('-inf')])
    array([False,  True])
    """
    return e.isinf(x)


def isfinite(x: TensorLike) -> Tensor:
    """Return whether each element is neither infinite nor NaN.

    Args:
        x: tensor of any shape and dtype.

    Returns:
        Tensor of the shape of x, dtype bool.

    >>> isfinite([1.0, float('inf')])
    array([ True, False])
    """
    return e.isfinite(x)


def absolute(x: TensorLike) -> Tensor:
    """Return the absolute value; the same as `abs`.

    Args:
        x: tensor of any shape and numeric dtype.

    Returns:
        Tensor of the shape and dtype of x.

    >>> absolute([-1.0])
    array([1.], dtype=float32)
    """
    return e.abs(x)


def log2(x: TensorLike) -> Tensor:
    """Return the logarithm to the base 2; -inf at 0, NaN below 0.

    Args:
        x: tensor of any shape and dtype.

    Returns:
        Tensor of the shape of x. A float dtype is kept; integers and booleans become `floatx()`.

    >>> log2([8.0])
    array([3.], dtype=float32)
    """
    return e.log(floating(x)) / math.log(2)


@in_float32
def log10(x: TensorLike) -> Tensor:
    """Return the logarithm to the base 10; -inf at 0, NaN below 0.

    Args:
        x: tensor of any shape and dtype.

    Returns:
        Tensor of the shape of x. A float dtype is kept; integers and booleans become `floatx()`.

    >>> log10([1.0])
    array([0.], dtype=float32)
    """
    return e.log(floating(x)) / math.log(10)


def exp2(x: TensorLike) -> Tensor:
    """Return 2 to the power of x.

    Args:
        x: tensor of any shape and dtype.

    Returns:
        Tensor of the shape of x. A float dtype is kept; integers and booleans become `floatx()`.

    >>> exp2([3.0])
    array([8.], dtype=float32)
    """
    return e.pow(2.0, floating(x))


def trunc(x: TensorLike) -> Tensor:
    """Round towards 0, to an integer.

    Args:
        x: tensor of any shape and numeric dtype.

    Returns:
        Tensor of the shape and dtype of x.

    >>> trunc([1.5, -1.5])
    array([ 1., -1.], dtype=float32)
    """
    return e.where(e.less(tensor(x), 0), e.ceil(x), e.floor(x))


def round(x: TensorLike, decimals: int = 0) -> Tensor:
    """Round to the nearest integer, or to a number of decimals.

    Values halfway between two integers go to the even one.

    Args:
        x: tensor of any shape and numeric dtype; integers are returned unchanged.
        decimals: number of decimals to keep, an integer; negative ones round floats to tens,
            hundreds, ...

    Returns:
        Tensor of the shape and dtype of x.

    >>> round([0.5, 1.5]), round([1.25], 1)
    (array([0., 2.], dtype=float32), array([1.2], dtype=float32))
    """
    x = tensor(x)
    if not decimals or not is_float(dtype_of(x)):
        return e.round(x)
    scale = 10.0**decimals
    return e.round(x * scale) / scale


def logical_not(x: TensorLike) -> Tensor:
    """Return whether each element is false or 0.

    Args:
        x: tensor of any shape and dtype.

    Returns:
        Tensor of the shape of x, dtype bool.

    >>> logical_not([True, False])
    array([False,  True])
    """
    return e.logical_not(x)


def nan_to_num(
    x: TensorLike, nan: float = 0.0, posinf: float | None = None, neginf: float | None = None
) -> Tensor:
    """Replace NaN and infinities by finite numbers.

    Args:
        x: tensor of any shape and dtype; integers and booleans are returned unchanged.
        nan: the value that replaces NaN.
        posinf: the value that replaces infinity; None is the largest number of the dtype.
        neginf: the value that replaces -infinity; None is the smallest number of the dtype.

    Returns:
        Tensor of the shape and dtype of x.

    >>> nan_to_num([1.0, float("nan")])
    array([1., 0.], dtype=float32)
    """
    x = tensor(x)
    if not is_float(dtype_of(x)):
        return x
    largest = LARGEST[dtype_of(x)]
    high = largest if posinf is None else posinf
    low = -largest if neginf is None else neginf
    x = e.where(e.isnan(x), float(nan), x)
    x = e.where(e.equal(x, float("inf")), float(high), x)
    return e.where(e.equal(x, float("-inf")), float(low), x)


def cbrt(x: TensorLike) -> Tensor:
    """Return the cube root, of negative numbers too.

    Args:
        x: tensor of any shape and dtype.

    Returns:
        Tensor of the shape of x. A float dtype is kept; integers and booleans become `floatx()`.

    >>> cbrt([8.0, -1.0])
    array([ 2., -1.], dtype=float32)
    """
    x = floating(x)
    size = e.abs(x)
    root = e.pow(e.where(e.greater(size, 0), size, 1.0), 1.0 / 3.0)
    return e.where(e.greater(size, 0), e.sign(x) * root, x)


def fabs(x: TensorLike) -> Tensor:
    """Return the absolute value as a float.

    Args:
        x: tensor of any shape and dtype.

    Returns:
        Tensor of the shape of x. A float dtype is kept; integers and booleans become `floatx()`.

    >>> fabs([-1])
    array([1.], dtype=float32)
    """
    return e.abs(floating(x))


def isposinf(x: TensorLike) -> Tensor:
    """Return whether each element is +infinity.

    Args:
        x: tensor of any shape and dtype.

    Returns:
        Tensor of the shape of x, dtype bool.

    >>> isposinf([1.0, float("inf")])
    array([False,  True])
    """
    return e.equal(floating(x), math.inf)


def isneginf(x: TensorLike) -> Tensor:
    """Return whether each element is -infinity.

    Args:
        x: tensor of any shape and dtype.

    Returns:
        Tensor of the shape of x, dtype bool.

    >>> isneginf([1.0, -float("inf")])
    array([False,  True])
    """
    return e.equal(floating(x), -math.inf)


__all__ = [
    "abs",
    "absolute",
    "cbrt",
    "ceil",
    "erf",
    "exp",
    "exp2",
    "expm1",
    "fabs",
    "floor",
    "isfinite",
    "isinf",
    "isnan",
    "isneginf",
    "isposinf",
    "log",
    "log1p",
    "log2",
    "log10",
    "logical_not",
    "nan_to_num",
    "negative",
    "reciprocal",
    "round",
    "rsqrt",
    "sign",
    "sqrt",
    "square",
    "trunc",
]
connect(globals(), __all__)
