"""Keras's ops that bring values to a common scale, and the test of the k best."""

from __future__ import annotations

from ..program.dtypes import epsilon as smallest
from ..program.dtypes import is_float
from ..program.primitives import elementwise as e
from ..program.primitives import layout as p
from ..program.primitives import reduce as r
from .core import axis_of, dims_of, dtype_of, floating, tensor
from .reductions import moments, norm
from .selecting import take_along_axis
from .shapes import expand_dims


def normalize(x, axis=-1, order=2, epsilon=None):
    """x / max(norm(x), epsilon) along an axis.

    >>> normalize([3.0, 4.0])
    array([0.6, 0.8], dtype=float32)
    """
    x = floating(x)
    epsilon = smallest() if epsilon is None else epsilon
    if order == 2:
        # The root of the larger square, so that the gradient of a zero vector is finite.
        squares = r.reduce_sum(e.square(x), axis, keepdims=True)
        return x * e.rsqrt(e.maximum(squares, epsilon * epsilon))
    return x / e.maximum(norm(x, order, axis, keepdims=True), epsilon)


def rms_normalization(x, scale=None, axis=-1, epsilon=None):
    """x / sqrt(mean(x^2) + epsilon), times scale. Zhang and Sennrich, arXiv:1910.07467.

    >>> rms_normalization([1.0, -1.0], epsilon=0.0)
    array([ 1., -1.], dtype=float32)
    """
    x = floating(x)
    epsilon = smallest() if epsilon is None else epsilon
    out = x * e.rsqrt(r.mean(e.square(x), axis, keepdims=True) + epsilon)
    return out if scale is None else out * tensor(scale)


def layer_normalization(x, gamma=None, beta=None, axis=-1, epsilon=None):
    """(x - mean) / sqrt(var + epsilon) * gamma + beta, row by row. Ba et al., arXiv:1607.06450.

    >>> layer_normalization([1.0, 3.0], epsilon=0.0)
    array([-1.,  1.], dtype=float32)
    """
    x = floating(x)
    epsilon = smallest() if epsilon is None else epsilon
    axes = sorted(axis_of(x, a) for a in ((axis,) if isinstance(axis, int) else axis))
    mean, variance = moments(x, axes, keepdims=True)
    inverse = e.rsqrt(variance + epsilon)
    if gamma is not None:
        inverse = inverse * _spread(gamma, x, axes)
    shift = -mean * inverse
    if beta is not None:
        shift = shift + _spread(beta, x, axes)
    return x * inverse + shift


def batch_normalization(x, mean, variance, axis, offset=None, scale=None, epsilon=1e-3):
    """(x - mean) / sqrt(variance + epsilon) * scale + offset, for each entry of an axis.

    >>> batch_normalization([[1.0], [3.0]], [2.0], [1.0], -1, epsilon=0.0)
    array([[-1.],
           [ 1.]], dtype=float32)
    """
    x = floating(x)
    axes = [axis_of(x, axis)]
    inverse = e.rsqrt(_spread(variance, x, axes) + epsilon)
    if scale is not None:
        inverse = inverse * _spread(scale, x, axes)
    shift = -_spread(mean, x, axes) * inverse
    if offset is not None:
        shift = shift + _spread(offset, x, axes)
    return x * inverse + shift


def _spread(value, x, axes):
    """A value of some axes of x, shaped to broadcast with x."""
    value = tensor(value)
    if len(dims_of(value)) == len(dims_of(x)):
        return value
    return p.reshape(value, tuple(d if i in axes else 1 for i, d in enumerate(dims_of(x))))


def in_top_k(targets, predictions, k):
    """Whether the class of each row is among its k largest predictions; ties count as in.

    >>> in_top_k([2, 0], [[0.1, 0.3, 0.2], [0.1, 0.3, 0.2]], k=2)
    array([ True, False])
    """
    targets, predictions = tensor(targets), tensor(predictions)
    if is_float(dtype_of(targets)):
        raise TypeError(f"in_top_k: targets are {dtype_of(targets)}, expected whole numbers. Use "
                        "ops.cast(targets, 'int32').")
    own = take_along_axis(predictions, expand_dims(targets, -1), -1)
    own = e.where(e.isnan(own), float("-inf"), own)
    better = r.reduce_sum(e.cast(e.greater(predictions, own), "int32"), -1)
    return e.less_equal(better + 1, k)


__all__ = ["batch_normalization", "in_top_k", "layer_normalization", "normalize",
           "rms_normalization"]
