"""Sums, comparisons and functions of values."""

from __future__ import annotations

from ... import ops
from ...ops import (
    abs,
    all,
    any,
    cos,
    exp,
    log,
    logsumexp,
    max,
    mean,
    min,
    prod,
    sign,
    sin,
    square,
    std,
    sum,
    var,
)


def argmax(x, axis=-1):
    """Where the largest value along an axis stands."""
    return ops.argmax(x, axis)


def argmin(x, axis=-1):
    """Where the smallest value along an axis stands."""
    return ops.argmin(x, axis)


def cumsum(x, axis=0):
    """The sums of all values so far along an axis."""
    return ops.cumsum(x, axis)


def cumprod(x, axis=0):
    """The products of all values so far along an axis."""
    return ops.cumprod(x, axis)


def sqrt(x):
    """The root; 0 where x is negative."""
    return ops.sqrt(ops.maximum(x, 0.0))


def clip(x, min_value=None, max_value=None):
    """The value, no less than the one and no more than the other; None is no bound."""
    if None not in (min_value, max_value):
        max_value = ops.maximum(min_value, max_value)
    if min_value is not None:
        x = ops.maximum(x, min_value)
    return x if max_value is None else ops.minimum(x, max_value)


def pow(x, a):
    """x to the power of a."""
    return ops.power(x, a)


def round(x):
    """The nearest whole number, the even one of two."""
    return ops.round(x)


def equal(x, y):
    """Whether values are equal."""
    return ops.equal(x, y)


def not_equal(x, y):
    """Whether values differ."""
    return ops.not_equal(x, y)


def greater(x, y):
    """Whether x > y."""
    return ops.greater(x, y)


def greater_equal(x, y):
    """Whether x >= y."""
    return ops.greater_equal(x, y)


def less(x, y):
    """Whether x < y."""
    return ops.less(x, y)


def less_equal(x, y):
    """Whether x <= y."""
    return ops.less_equal(x, y)


lesser, lesser_equal = less, less_equal  # Keras 1


def maximum(x, y):
    """The larger of two values."""
    return ops.maximum(x, y)


def minimum(x, y):
    """The smaller of two values."""
    return ops.minimum(x, y)


def dot(x, y):
    """The product of matrices; of more axes the last of x with the last but one of y."""
    return ops.dot(x, y)


def batch_dot(x, y, axes=None):
    """Products row by row of the batch: ``(batch, ...)`` and ``(batch, ...)``.

    Args:
        axes: which axis of x, and which of y, is summed over; one number stands for both. By
            default the last of x and the last but one of y, or the last where there are two.

    Two matrices give ``(batch, 1)``.
    """
    x, y = ops.convert_to_tensor(x), ops.convert_to_tensor(y)
    ranks = ops.ndim(x), ops.ndim(y)
    if axes is None:
        axes = (ranks[0] - 1, 1 if ranks[1] == 2 else ranks[1] - 2)
    axes = (axes, axes) if isinstance(axes, int) else axes
    one, two = (axis % rank if rank else 0 for axis, rank in zip(axes, ranks, strict=True))
    if 1 in ranks or not (one and two):
        raise ValueError(
            f"batch_dot: got tensors of {ranks[0]} and {ranks[1]} axes and axes "
            f"{tuple(axes)}, expected at least two axes, and none of the batch."
        )
    rows = ops.shape(x)[0]
    if rows != ops.shape(y)[0] or ops.shape(x)[one] != ops.shape(y)[two]:
        raise ValueError(
            f"batch_dot: axis {one} of a tensor of shape {x.shape} and axis {two} of "
            f"one of shape {y.shape} do not go together: the batch and the axes that "
            "are summed over must have the same extent."
        )
    left, right = ops.moveaxis(x, one, -1), ops.moveaxis(y, two, 1)
    kept = ops.shape(left)[1:-1], ops.shape(right)[2:]
    left = ops.reshape(left, (rows, _count(kept[0]), ops.shape(left)[-1]))
    right = ops.reshape(right, (rows, ops.shape(right)[1], _count(kept[1])))
    product = ops.reshape(ops.matmul(left, right), (rows, *kept[0], *kept[1]))
    return ops.expand_dims(product, 1) if ops.ndim(product) == 1 else product


def _count(extents) -> int:
    count = 1
    for extent in extents:
        count *= extent
    return count


def gather(reference, indices):
    """The rows of these numbers."""
    return ops.take(reference, indices, axis=0)


def l2_normalize(x, axis=None):
    """Divided by the root of the sum of squares along an axis, or of all."""
    squares = ops.sum(ops.square(x), axis, keepdims=True)
    return x * ops.rsqrt(ops.maximum(squares, 1e-12))


def cast_to_floatx(x):
    """As `floatx()`: an array where x is one, or numbers."""
    from ...program import floatx

    return ops.cast(x, floatx())


__all__ = [
    "abs",
    "all",
    "any",
    "argmax",
    "argmin",
    "batch_dot",
    "cast_to_floatx",
    "clip",
    "cos",
    "cumprod",
    "cumsum",
    "dot",
    "equal",
    "exp",
    "gather",
    "greater",
    "greater_equal",
    "l2_normalize",
    "less",
    "less_equal",
    "lesser",
    "lesser_equal",
    "log",
    "logsumexp",
    "max",
    "maximum",
    "mean",
    "min",
    "minimum",
    "not_equal",
    "pow",
    "prod",
    "round",
    "sign",
    "sin",
    "sqrt",
    "square",
    "std",
    "sum",
    "var",
]
