"""Keras's normalization ops, and the test for the k largest predictions."""

from __future__ import annotations

from ..program.between import connect
from ..program.dtypes import epsilon as smallest, is_float
from ..program.primitives import elementwise as e, layout as p, reduce as r
from ..program.types import Axes, Tensor, TensorLike
from .core import axis_of, dims_of, dtype_of, floating, in_float32, tensor
from .reductions import moments, norm
from .selecting import take_along_axis
from .shapes import expand_dims


@in_float32
def normalize(
    x: TensorLike, axis: Axes = -1, order: int | float | str = 2, epsilon: float | None = None
) -> Tensor:
    """Return x / max(norm(x), epsilon) along an axis.

    Args:
        x: tensor of any shape and dtype.
        axis: axis or axes along which to take the norm; None means all.
        order: order of the norm: 2, 1, inf, or any other positive number.
        epsilon: lower bound of the norm, a float; None means `epsilon()`.

    Returns:
        Tensor of the shape of x. A float dtype is kept; integers and booleans become `floatx()`.

    >>> normalize([3.0, 4.0])
    array([0.6, 0.8], dtype=float32)
    """
    x = floating(x)
    epsilon = smallest() if epsilon is None else epsilon
    if order == 2:
        # The maximum is taken of squares, so that the gradient of a zero vector is finite.
        squares = r.reduce_sum(e.square(x), axis, keepdims=True)
        return x * e.rsqrt(e.maximum(squares, epsilon * epsilon))
    return x / e.maximum(norm(x, order, axis, keepdims=True), epsilon)


@in_float32
def rms_normalization(
    x: TensorLike, scale: TensorLike | None = None, axis: Axes = -1, epsilon: float | None = None
) -> Tensor:
    """Return x / sqrt(mean(x^2) + epsilon) * scale.

    Args:
        x: tensor of any shape and dtype.
        scale: tensor that broadcasts with x; None means 1.
        axis: axis or axes along which to take the mean; None means all.
        epsilon: a small float added to the mean square; None means `epsilon()`.

    Returns:
        Tensor of the shape of x. A float dtype is kept; integers and booleans become `floatx()`.

    Reference: Zhang and Sennrich, arXiv:1910.07467.

    >>> rms_normalization([1.0, -1.0], epsilon=0.0)
    array([ 1., -1.], dtype=float32)
    """
    x = floating(x)
    epsilon = smallest() if epsilon is None else epsilon
    out = x * e.rsqrt(r.mean(e.square(x), axis, keepdims=True) + epsilon)
    return out if scale is None else out * tensor(scale)


@in_float32
def layer_normalization(
    x: TensorLike,
    gamma: TensorLike | None = None,
    beta: TensorLike | None = None,
    axis: Axes = -1,
    epsilon: float | None = None,
) -> Tensor:
    """Return (x - mean) / sqrt(variance + epsilon) * gamma + beta, for each row.

    Args:
        x: tensor of any shape and dtype.
        gamma: scale, a tensor of the extents of the axes; None means 1.
        beta: offset, a tensor of the extents of the axes; None means 0.
        axis: axis or axes along which to take the mean and the variance.
        epsilon: a small float added to the variance; None means `epsilon()`.

    Returns:
        Tensor of the shape of x. A float dtype is kept; integers and booleans become `floatx()`.

    Reference: Ba et al., arXiv:1607.06450.

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


def batch_normalization(
    x: TensorLike,
    mean: TensorLike,
    variance: TensorLike,
    axis: int,
    offset: TensorLike | None = None,
    scale: TensorLike | None = None,
    epsilon: float = 1e-3,
) -> Tensor:
    """Return (x - mean) / sqrt(variance + epsilon) * scale + offset, for each feature.

    Args:
        x: tensor of any dtype, usually ``(batch, ..., features)``.
        mean: mean of each feature, shape ``(features,)``.
        variance: variance of each feature, shape ``(features,)``.
        axis: the axis of the features, an integer.
        offset: offset of each feature, shape ``(features,)``; None means 0.
        scale: scale of each feature, shape ``(features,)``; None means 1.
        epsilon: a small float added to the variance.

    Returns:
        Tensor of the shape of x. A float dtype is kept; integers and booleans become `floatx()`.

    Reference: Ioffe and Szegedy, arXiv:1502.03167.

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
    """Reshape a value that belongs to some axes of x, so that it broadcasts with x."""
    value = tensor(value)
    if len(dims_of(value)) == len(dims_of(x)):
        return value
    return p.reshape(value, tuple(d if i in axes else 1 for i, d in enumerate(dims_of(x))))


def in_top_k(targets: TensorLike, predictions: TensorLike, k: int) -> Tensor:
    """Return whether the target class of each row is among its k largest predictions.

    Classes that tie with the k-th largest prediction are included.

    Args:
        targets: class of each row, an integer tensor of shape ``(batch,)``.
        predictions: scores of the classes, a tensor of shape ``(batch, classes)``.
        k: number of predictions to look at, an integer.

    Returns:
        Tensor of shape ``(batch,)``, dtype bool.

    Raises:
        TypeError: targets are floats.

    >>> in_top_k([2, 0], [[0.1, 0.3, 0.2], [0.1, 0.3, 0.2]], k=2)
    array([ True, False])
    """
    targets, predictions = tensor(targets), tensor(predictions)
    if is_float(dtype_of(targets)):
        raise TypeError(
            f"in_top_k.targets: got {dtype_of(targets)}, expected integers. Use "
            "ops.cast(targets, 'int32')."
        )
    own = take_along_axis(predictions, expand_dims(targets, -1), -1)
    own = e.where(e.isnan(own), float("-inf"), own)
    better = r.reduce_sum(e.cast(e.greater(predictions, own), "int32"), -1)
    return e.less_equal(better + 1, k)


__all__ = [
    "batch_normalization",
    "in_top_k",
    "layer_normalization",
    "normalize",
    "rms_normalization",
]
connect(globals(), __all__)
