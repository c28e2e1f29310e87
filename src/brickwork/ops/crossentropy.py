"""Crossentropy of each row or element; values and gradients match Keras on JAX, clipping included.

Probabilities are clipped to the range from ``epsilon()`` to ``1 - epsilon()``. At the bounds the
gradient is halved, beyond them it is 0.
"""

from __future__ import annotations

from typing import Any

from ..program.between import connect
from ..program.dtypes import epsilon
from ..program.primitives import elementwise as e, layout as p, reduce as r
from ..program.types import Tensor, TensorLike
from .core import axis_of, dims_of, dtype_of, floating, public_shape, tensor
from .creation import iota
from .nn import log_softmax
from .shapes import squeeze


def _logarithm(x):
    return e.log(_clipped(x))


def _clipped(x: Tensor) -> Tensor:
    return e.minimum(e.maximum(x, epsilon()), 1.0 - epsilon())


def _same_shape(name: str, target: Any, output: Any) -> None:
    if dims_of(target) != dims_of(output):
        raise ValueError(
            f"{name}: got a target of shape {public_shape(target)} and an output of "
            f"shape {public_shape(output)}, expected the same shape."
        )


def binary_crossentropy(
    target: TensorLike, output: TensorLike, from_logits: bool = False
) -> Tensor:
    """Binary crossentropy ``-(t log(p) + (1 - t) log(1 - p))`` of each element.

    Args:
        target: true probabilities t from 0 to 1, a tensor of the shape of `output`.
        output: predicted probabilities p from 0 to 1; with `from_logits` logits x of any value,
            where p = sigmoid(x). A tensor of any shape.
        from_logits: whether `output` holds logits.

    Returns:
        A float tensor of the shape of `output`.

    Raises:
        ValueError: if the shapes differ.

    >>> binary_crossentropy([1.0, 0.0], [0.5, 0.5])
    array([0.6931472, 0.6931472], dtype=float32)
    """
    output = floating(output)
    labels = e.cast(tensor(target), dtype_of(output))
    _same_shape("binary_crossentropy", labels, output)
    if from_logits:
        return labels * e.softplus(-output) + (1.0 - labels) * e.softplus(output)
    output = _clipped(output)
    return (labels - 1.0) * e.log(1.0 - output) - labels * e.log(output)


def categorical_crossentropy(
    target: TensorLike, output: TensorLike, from_logits: bool = False, axis: int = -1
) -> Tensor:
    """Categorical crossentropy ``-sum(t log(p))`` over the classes.

    Args:
        target: true probabilities t of the classes, a tensor of the shape of `output`.
        output: predicted probabilities p, normalized to the sum 1; with `from_logits` logits x of
            any value, where p = softmax(x). A tensor of shape ``(..., classes)``.
        from_logits: whether `output` holds logits.
        axis: axis of the classes.

    Returns:
        A float tensor of the shape of `output` without the axis of the classes.

    Raises:
        ValueError: if the shapes differ or the output is a scalar.

    >>> categorical_crossentropy([[0.0, 1.0]], [[0.5, 0.5]])
    array([0.6931472], dtype=float32)
    """
    output = floating(output)
    target = e.cast(tensor(target), dtype_of(output))
    _same_shape("categorical_crossentropy", target, output)
    axis = axis_of(output, axis)
    if from_logits:
        logs = log_softmax(output, axis)
    else:
        logs = _logarithm(e.div(output, r.reduce_sum(output, axis, keepdims=True)))
    return -r.reduce_sum(target * logs, axis)


def sparse_categorical_crossentropy(
    target: TensorLike, output: TensorLike, from_logits: bool = False, axis: int = -1
) -> Tensor:
    """Categorical crossentropy ``-log(p[t])`` for integer class indices t.

    Args:
        target: class indices from 0, an integer tensor of the shape of `output` without the axis of
            the classes, or with extent 1 there.
        output: predicted probabilities p, normalized to the sum 1; with `from_logits` logits x of
            any value, where p = softmax(x). A tensor of shape ``(..., classes)``.
        from_logits: whether `output` holds logits.
        axis: axis of the classes.

    Returns:
        A float tensor of the shape of `output` without the axis of the classes.

    Raises:
        ValueError: if the shapes do not fit.

    >>> sparse_categorical_crossentropy([1], [[0.5, 0.5]])
    array([0.6931472], dtype=float32)
    """
    output, target = floating(output), tensor(target)
    axis = axis_of(output, axis)
    dims = dims_of(output)
    if len(dims_of(target)) == len(dims) and dims_of(target)[axis] == 1:
        target = squeeze(target, axis)
    expected = (*dims[:axis], *dims[axis + 1 :])
    if dims_of(target) != expected:
        raise ValueError(
            f"sparse_categorical_crossentropy: got a target of shape {public_shape(target)} and an "
            f"output of shape {public_shape(output)}, expected one class index for each row."
        )
    if dtype_of(target) not in ("int32", "int64"):
        target = e.cast(target, "int32")
    # Only the true class of each row is needed, so it is picked before the logarithm.
    classes = p.reshape(
        iota(dims[axis], dtype_of(target)), tuple(d if i == axis else 1 for i, d in enumerate(dims))
    )
    hit = e.equal(p.reshape(target, (*dims[:axis], 1, *dims[axis + 1 :])), classes)
    if not from_logits:
        take_along_last = r.reduce_sum(e.where(hit, output, 0.0), axis)
        return -_logarithm(e.div(take_along_last, r.reduce_sum(output, axis)))
    shifted = output - p.stop_gradient(r.reduce_max(output, axis, keepdims=True))
    take_along_last = r.reduce_sum(e.where(hit, shifted, 0.0), axis)
    return e.log(r.reduce_sum(e.exp(shifted), axis)) - take_along_last


__all__ = ["binary_crossentropy", "categorical_crossentropy", "sparse_categorical_crossentropy"]
connect(globals(), __all__)
