"""Keras's activation functions; values and gradients match JAX's, at kinks too."""

from __future__ import annotations

import math

from ..program.between import connect
from ..program.primitives import elementwise as e, layout as p, reduce as r
from ..program.types import Axes, Tensor, TensorLike
from .core import axis_of, dims_of, dtype_of, floating, size as element_count, tensor
from .creation import iota
from .joining import split
from .shapes import expand_dims, moveaxis


def relu(x: TensorLike) -> Tensor:
    """Return max(x, 0); the gradient at 0 is 0, and NaN stays NaN.

    Args:
        x: tensor of any shape and numeric dtype.

    Returns:
        Tensor of the shape and dtype of x.

    >>> relu([-1.0, 2.0])
    array([0., 2.], dtype=float32)
    """
    return e.relu(x)


def relu6(x: TensorLike) -> Tensor:
    """Return min(max(x, 0), 6); the gradients at 0 and 6 are 0.

    Args:
        x: tensor of any shape and numeric dtype.

    Returns:
        Tensor of the shape and dtype of x.

    >>> relu6([-1.0, 7.0])
    array([0., 6.], dtype=float32)
    """
    x = tensor(x)
    return e.where(e.greater_equal(x, 6), 6, e.relu(x))


def leaky_relu(x: TensorLike, negative_slope: float = 0.2) -> Tensor:
    """Return x where x >= 0, else negative_slope * x.

    Args:
        x: tensor of any shape and dtype.
        negative_slope: factor for negative values, a float.

    Returns:
        Tensor of the shape of x. A float dtype is kept; integers and booleans become `floatx()`.

    >>> leaky_relu([-1.0, 2.0])
    array([-0.2,  2. ], dtype=float32)
    """
    x = floating(x)
    return e.where(e.greater_equal(x, 0), x, negative_slope * x)


def elu(x: TensorLike, alpha: float = 1.0) -> Tensor:
    """Return x where x > 0, else alpha * (exp(x) - 1).

    Args:
        x: tensor of any shape and dtype.
        alpha: factor for negative values, a float; -alpha is the limit for large negative x.

    Returns:
        Tensor of the shape of x. A float dtype is kept; integers and booleans become `floatx()`.

    Reference: Clevert et al., arXiv:1511.07289.

    >>> elu([0.0, 2.0])
    array([0., 2.], dtype=float32)
    """
    x = floating(x)
    # No exp of a large x: in the gradient its infinity times 0, of the unused branch, is NaN.
    return e.where(e.greater(x, 0), x, alpha * e.expm1(e.where(e.greater(x, 0), 0.0, x)))


def selu(x: TensorLike) -> Tensor:
    """Return 1.0507 * elu(x, 1.67326).

    Args:
        x: tensor of any shape and dtype.

    Returns:
        Tensor of the shape of x. A float dtype is kept; integers and booleans become `floatx()`.

    Reference: Klambauer et al., arXiv:1706.02515.

    >>> selu([0.0])
    array([0.], dtype=float32)
    """
    return 1.0507009873554804934193349852946 * elu(x, 1.6732632423543772848170429916717)


def celu(x: TensorLike, alpha: float = 1.0) -> Tensor:
    """Return max(x, 0) + alpha * (exp(min(x, 0) / alpha) - 1).

    Args:
        x: tensor of any shape and dtype.
        alpha: scale of the negative part, a float other than 0.

    Returns:
        Tensor of the shape of x. A float dtype is kept; integers and booleans become `floatx()`.

    Reference: Barron, arXiv:1704.07483.

    >>> celu([0.0, 2.0])
    array([0., 2.], dtype=float32)
    """
    x = floating(x)
    above = e.greater(x, 0)
    return e.where(above, x, alpha * e.expm1(e.where(above, 0.0, x) / alpha))


def sigmoid(x: TensorLike) -> Tensor:
    """Return 1 / (1 + exp(-x)).

    Args:
        x: tensor of any shape and dtype.

    Returns:
        Tensor of the shape of x. A float dtype is kept; integers and booleans become `floatx()`.

    >>> sigmoid([0.0])
    array([0.5], dtype=float32)
    """
    return e.sigmoid(floating(x))


def log_sigmoid(x: TensorLike) -> Tensor:
    """Return log(sigmoid(x)) = -softplus(-x), without overflow.

    Args:
        x: tensor of any shape and dtype.

    Returns:
        Tensor of the shape of x. A float dtype is kept; integers and booleans become `floatx()`.

    >>> log_sigmoid([1000.0])
    array([-0.], dtype=float32)
    """
    return -e.softplus(-floating(x))


def hard_sigmoid(x: TensorLike) -> Tensor:
    """Return relu6(x + 3) / 6, a piecewise linear sigmoid.

    Args:
        x: tensor of any shape and dtype.

    Returns:
        Tensor of the shape of x. A float dtype is kept; integers and booleans become `floatx()`.

    >>> hard_sigmoid([-3.0, 0.0, 3.0])
    array([0. , 0.5, 1. ], dtype=float32)
    """
    return relu6(floating(x) + 3.0) / 6.0


def sparse_sigmoid(x: TensorLike) -> Tensor:
    """Return 0 below -1, 1 above 1, and (x + 1) / 2 in between.

    Args:
        x: tensor of any shape and dtype.

    Returns:
        Tensor of the shape of x. A float dtype is kept; integers and booleans become `floatx()`.

    Reference: Blondel et al., arXiv:1901.02324.

    >>> sparse_sigmoid([-2.0, 0.0, 2.0])
    array([0. , 0.5, 1. ], dtype=float32)
    """
    return 0.5 * e.minimum(e.maximum(floating(x) + 1.0, 0.0), 2.0)


def silu(x: TensorLike) -> Tensor:
    """Return x * sigmoid(x).

    Args:
        x: tensor of any shape and dtype.

    Returns:
        Tensor of the shape of x. A float dtype is kept; integers and booleans become `floatx()`.

    Reference: Ramachandran et al., arXiv:1710.05941.

    >>> silu([0.0])
    array([0.], dtype=float32)
    """
    x = floating(x)
    return x * e.sigmoid(x)


def swish(x: TensorLike) -> Tensor:
    """Return x * sigmoid(x); the same as `silu`.

    Args:
        x: tensor of any shape and dtype.

    Returns:
        Tensor of the shape of x. A float dtype is kept; integers and booleans become `floatx()`.

    >>> swish([0.0])
    array([0.], dtype=float32)
    """
    return silu(x)


def hard_silu(x: TensorLike) -> Tensor:
    """Return x * hard_sigmoid(x).

    Args:
        x: tensor of any shape and dtype.

    Returns:
        Tensor of the shape of x. A float dtype is kept; integers and booleans become `floatx()`.

    Reference: Howard et al., arXiv:1905.02244.

    >>> hard_silu([-3.0, 3.0])
    array([-0.,  3.], dtype=float32)
    """
    x = floating(x)
    return x * hard_sigmoid(x)


def hard_swish(x: TensorLike) -> Tensor:
    """Return x * hard_sigmoid(x); the same as `hard_silu`.

    Args:
        x: tensor of any shape and dtype.

    Returns:
        Tensor of the shape of x. A float dtype is kept; integers and booleans become `floatx()`.

    >>> hard_swish([3.0])
    array([3.], dtype=float32)
    """
    return hard_silu(x)


def tanh_shrink(x: TensorLike) -> Tensor:
    """Return x - tanh(x).

    Args:
        x: tensor of any shape and dtype.

    Returns:
        Tensor of the shape of x. A float dtype is kept; integers and booleans become `floatx()`.

    >>> tanh_shrink([0.0])
    array([0.], dtype=float32)
    """
    x = floating(x)
    return x - e.tanh(x)


def hard_tanh(x: TensorLike) -> Tensor:
    """Clip x to -1 ... 1.

    Args:
        x: tensor of any shape and numeric dtype.

    Returns:
        Tensor of the shape and dtype of x.

    >>> hard_tanh([-2.0, 0.5, 2.0])
    array([-1. ,  0.5,  1. ], dtype=float32)
    """
    x = tensor(x)
    return e.where(e.greater(x, 1), 1, e.where(e.less(x, -1), -1, x))


def softplus(x: TensorLike) -> Tensor:
    """Return log(1 + exp(x)), without overflow.

    Args:
        x: tensor of any shape and dtype.

    Returns:
        Tensor of the shape of x. A float dtype is kept; integers and booleans become `floatx()`.

    >>> softplus([1000.0])
    array([1000.], dtype=float32)
    """
    return e.softplus(floating(x))


def sparse_plus(x: TensorLike) -> Tensor:
    """Return 0 below -1, x above 1, and (x + 1)^2 / 4 in between.

    Args:
        x: tensor of any shape and dtype.

    Returns:
        Tensor of the shape of x. A float dtype is kept; integers and booleans become `floatx()`.

    >>> sparse_plus([-2.0, 0.0, 2.0])
    array([0.  , 0.25, 2.  ], dtype=float32)
    """
    x = floating(x)
    inner = e.square(x + 1.0) / 4.0
    return e.where(e.less_equal(x, -1.0), 0.0, e.where(e.greater_equal(x, 1.0), x, inner))


def squareplus(x: TensorLike, b: TensorLike = 4) -> Tensor:
    """Return (x + sqrt(x^2 + b)) / 2.

    Args:
        x: tensor of any shape and dtype.
        b: how far the curve is from relu at 0, a float >= 0; the value there is sqrt(b) / 2.

    Returns:
        Tensor of the shape of x. A float dtype is kept; integers and booleans become `floatx()`.

    Reference: Barron, arXiv:2112.11687.

    >>> squareplus([0.0])
    array([1.], dtype=float32)
    """
    x = floating(x)
    return (x + e.sqrt(e.square(x) + b)) / 2.0


def softsign(x: TensorLike) -> Tensor:
    """Return x / (1 + |x|).

    Args:
        x: tensor of any shape and dtype.

    Returns:
        Tensor of the shape of x. A float dtype is kept; integers and booleans become `floatx()`.

    >>> softsign([1.0])
    array([0.5], dtype=float32)
    """
    x = floating(x)
    return x / (e.abs(x) + 1.0)


def soft_shrink(x: TensorLike, threshold: float = 0.5) -> Tensor:
    """Move x towards 0 by threshold; return 0 where |x| <= threshold.

    Args:
        x: tensor of any shape and dtype.
        threshold: distance, a float >= 0.

    Returns:
        Tensor of the shape of x. A float dtype is kept; integers and booleans become `floatx()`.

    >>> soft_shrink([-1.0, 0.2, 1.0])
    array([-0.5,  0. ,  0.5], dtype=float32)
    """
    x = floating(x)
    below = e.where(e.less(x, -threshold), x + threshold, 0.0)
    return e.where(e.greater(x, threshold), x - threshold, below)


def hard_shrink(x: TensorLike, threshold: float = 0.5) -> Tensor:
    """Return x where |x| > threshold, else 0.

    Args:
        x: tensor of any shape and dtype.
        threshold: bound on |x|, a float >= 0.

    Returns:
        Tensor of the shape of x. A float dtype is kept; integers and booleans become `floatx()`.

    >>> hard_shrink([-1.0, 0.2, 1.0])
    array([-1.,  0.,  1.], dtype=float32)
    """
    x = floating(x)
    return e.where(e.greater(e.abs(x), threshold), x, 0.0)


def threshold(x: TensorLike, threshold: float, default_value: float) -> Tensor:
    """Return x where x > threshold, else default_value.

    Args:
        x: tensor of any shape and dtype.
        threshold: lower bound of the values that are kept, a float.
        default_value: replacement for the other values, a float.

    Returns:
        Tensor of the shape of x. A float dtype is kept; integers and booleans become `floatx()`.

    >>> threshold([-1.0, 2.0], 0.0, 9.0)
    array([9., 2.], dtype=float32)
    """
    x = floating(x)
    return e.where(e.greater(x, threshold), x, default_value)


def gelu(x: TensorLike, approximate: bool = True) -> Tensor:
    """Return x * P(Z <= x), with Z drawn from the standard normal distribution.

    Args:
        x: tensor of any shape and dtype.
        approximate: whether to use 0.5 (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3))) for P, instead
            of the error function.

    Returns:
        Tensor of the shape of x. A float dtype is kept; integers and booleans become `floatx()`.

    Reference: Hendrycks and Gimpel, arXiv:1606.08415.

    >>> gelu([0.0])
    array([0.], dtype=float32)
    """
    x = floating(x)
    if approximate:
        inner = math.sqrt(2 / math.pi) * (x + 0.044715 * (x * x * x))
        return x * (0.5 * (1.0 + e.tanh(inner)))
    return 0.5 * x * (1.0 + e.erf(x * math.sqrt(0.5)))


def glu(x: TensorLike, axis: int = -1) -> Tensor:
    """Return the first half along an axis times the sigmoid of the second half.

    Args:
        x: tensor of any dtype; its extent along the axis is even.
        axis: axis to split.

    Returns:
        Tensor with half the extent along the axis; integers and booleans become `floatx()`.

    Reference: Dauphin et al., arXiv:1612.08083.

    >>> glu([4.0, 0.0])
    array([2.], dtype=float32)
    """
    first, second = split(floating(x), 2, axis)
    return first * e.sigmoid(second)


def softmax(x: TensorLike, axis: Axes = -1) -> Tensor:
    """Return exp(x) / sum(exp(x)), which sums to 1.

    Args:
        x: tensor of any shape and dtype.
        axis: axis or axes along which to normalize; None means all.

    Returns:
        Tensor of the shape of x. A float dtype is kept; integers and booleans become `floatx()`.

    >>> softmax([1.0, 1.0])
    array([0.5, 0.5], dtype=float32)
    """
    return _on_last(r.softmax, floating(x), axis)


def log_softmax(x: TensorLike, axis: Axes = -1) -> Tensor:
    """Return log(softmax(x)), without overflow.

    Args:
        x: tensor of any shape and dtype.
        axis: axis or axes along which to normalize; None means all.

    Returns:
        Tensor of the shape of x. A float dtype is kept; integers and booleans become `floatx()`.

    >>> log_softmax([0.0])
    array([0.], dtype=float32)
    """
    x = floating(x)
    axis = tuple(axis) if isinstance(axis, list) else axis
    shifted = e.sub(x, p.stop_gradient(r.reduce_max(x, axis, keepdims=True)))
    return e.sub(shifted, e.log(r.reduce_sum(e.exp(shifted), axis, keepdims=True)))


def sparsemax(x: TensorLike, axis: Axes = -1) -> Tensor:
    """Return max(x - t, 0), a softmax that yields exact zeros.

    The threshold t is computed as in Keras, so that models made there give the same values. It
    equals the paper's, and the values sum to 1, only where a single value stays above 0.

    Args:
        x: tensor of any shape and dtype.
        axis: axis or axes along which to normalize; None means all.

    Returns:
        Tensor of the shape of x. A float dtype is kept; integers and booleans become `floatx()`.

    Reference: Martins and Astudillo, arXiv:1602.02068.

    >>> sparsemax([3.0, 0.5, -3.0])
    array([1., 0., 0.], dtype=float32)
    """
    return _on_last(_sparsemax, floating(x), axis)


def _sparsemax(x):
    """Compare all pairs along the last axis, so that no sorting is needed."""
    one, other = expand_dims(x, -1), expand_dims(x, -2)
    # A value is in the support if the values above it exceed it by less than 1 in total.
    excess = r.reduce_sum(e.relu(other - one), -1)
    support = e.cast(e.less(p.stop_gradient(excess), 1.0), dtype_of(x))
    # Keras sums the cumulative sums of the sorted support: a value counts once for itself and once
    # for each value of the support that comes after it.
    index = iota(dims_of(x)[-1], "int32")
    not_before = e.less_equal(expand_dims(index, -1), index)
    after = e.logical_or(e.less(other, one), e.logical_and(e.equal(other, one), not_before))
    times = r.reduce_sum(e.cast(after, dtype_of(x)) * expand_dims(support, -2), -1)
    size = r.reduce_sum(support, -1, keepdims=True)
    threshold = (r.reduce_sum(x * support * times, -1, keepdims=True) - 1.0) / size
    return e.maximum(x - threshold, 0.0)


def _on_last(function, x, axis):
    """Apply a function of the last axis along another axis, or along several taken as one."""
    dims = dims_of(x)
    if axis is None:
        return p.reshape(function(p.reshape(x, (element_count(x),))), dims)
    if isinstance(axis, list | tuple):
        axes = [axis_of(x, a) for a in axis]
        last = moveaxis(x, axes, list(range(-len(axes), 0)))
        flat = p.reshape(last, (*dims_of(last)[: len(dims) - len(axes)], -1))
        back = p.reshape(function(flat), dims_of(last))
        return moveaxis(back, list(range(-len(axes), 0)), axes)
    axis = axis_of(x, axis)
    if axis == len(dims) - 1:
        return function(x)
    return moveaxis(function(moveaxis(x, axis, -1)), -1, axis)


__all__ = [
    "celu",
    "elu",
    "gelu",
    "glu",
    "hard_shrink",
    "hard_sigmoid",
    "hard_silu",
    "hard_swish",
    "hard_tanh",
    "leaky_relu",
    "log_sigmoid",
    "log_softmax",
    "relu",
    "relu6",
    "selu",
    "sigmoid",
    "silu",
    "soft_shrink",
    "softmax",
    "softplus",
    "softsign",
    "sparse_plus",
    "sparse_sigmoid",
    "sparsemax",
    "squareplus",
    "swish",
    "tanh_shrink",
    "threshold",
]
connect(globals(), __all__)
