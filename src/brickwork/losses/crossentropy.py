"""Crossentropies: negative log-likelihoods of targets under predicted probabilities."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

from .. import ops
from ..errors import ArgumentError
from ..fields import field
from ..ops.core import axis_of, dims_of, dtype_of, floating, public_shape
from ..program.masks import with_mask
from ..program.primitives import elementwise as e
from ..program.primitives.layout import reshape
from ..stack_level import outside
from .loss import Function, cast_pair, mean_over
from .loss_names import registry

if TYPE_CHECKING:
    from ..program.types import Tensor, TensorLike


def smoothed(targets: Any, label_smoothing: float, classes: Any = None) -> Any:
    """Label smoothing: mix target probabilities with uniform ones over all classes."""
    if not label_smoothing:
        return targets
    classes = classes or dims_of(targets)[-1]
    return targets * (1.0 - label_smoothing) + label_smoothing / classes


def check_classes(name: str, y_pred: Any, axis: int) -> None:
    """Warn if there is a single class, for which the loss is always 0."""
    if isinstance(axis, bool):
        raise ArgumentError(f"{name}.axis", f"got {axis}, expected an integer.")
    y_pred = ops.convert_to_tensor(y_pred)
    if dims_of(y_pred)[-1:] == (1,):
        warnings.warn(
            f"{name}: got outputs of shape {public_shape(y_pred)}, expected an output "
            "for each of several classes. Use binary_crossentropy for "
            "two.",
            SyntaxWarning,
            stacklevel=outside(),
        )


def binary_crossentropy(
    y_true: TensorLike,
    y_pred: TensorLike,
    from_logits: bool = False,
    label_smoothing: float = 0.0,
    axis: int = -1,
) -> Tensor:
    """Binary crossentropy: ``mean(-(t log p + (1 - t) log(1 - p)), axis)``, in nats.

    Probabilities are clipped to the range from 1e-7 to 1 - 1e-7.

    Args:
        y_true: targets t from 0 to 1, shape ``(batch, ..., outputs)``.
        y_pred: probabilities p of the same shape, or logits x with ``p = sigmoid(x)``.
        from_logits: whether the outputs are logits rather than probabilities.
        label_smoothing: float s from 0 to 1; the targets become ``t (1 - s) + s / 2``.
        axis: axis or axes over which the mean is taken.

    Returns:
        Float array without ``axis``: the loss of each row.

    >>> binary_crossentropy([[1.0]], [[0.5]])
    array([0.6931472], dtype=float32)
    """
    y_true, y_pred = cast_pair(y_true, y_pred)
    y_true = smoothed(y_true, label_smoothing, 2)
    return mean_over(ops.binary_crossentropy(y_true, y_pred, from_logits=from_logits), axis)


def categorical_crossentropy(
    y_true: TensorLike,
    y_pred: TensorLike,
    from_logits: bool = False,
    label_smoothing: float = 0.0,
    axis: int = -1,
) -> Tensor:
    """Categorical crossentropy: ``-sum(t log p, axis)``, in nats.

    Probabilities are divided by their sum and clipped to the range from 1e-7 to 1 - 1e-7.

    Args:
        y_true: target probabilities t of the classes, shape ``(batch, ..., classes)``.
        y_pred: probabilities p of the same shape, or logits x with ``p = softmax(x)``.
        from_logits: whether the outputs are logits rather than probabilities.
        label_smoothing: float s from 0 to 1; the targets become ``t (1 - s) + s / classes``.
        axis: axis of the classes.

    Returns:
        Float array of shape ``(batch, ...)``: the loss of each row.

    >>> categorical_crossentropy([[0.0, 1.0]], [[0.5, 0.5]])
    array([0.6931472], dtype=float32)
    """
    check_classes("categorical_crossentropy", y_pred, axis)
    y_pred = floating(y_pred)
    y_true = smoothed(ops.cast(y_true, dtype_of(y_pred)), label_smoothing)
    return ops.categorical_crossentropy(y_true, y_pred, from_logits=from_logits, axis=axis)


def sparse_categorical_crossentropy(
    y_true: TensorLike,
    y_pred: TensorLike,
    from_logits: bool = False,
    ignore_class: int | None = None,
    axis: int = -1,
) -> Tensor:
    """Categorical crossentropy for integer targets: ``-log p[y_true]``, in nats.

    Probabilities are divided by their sum and clipped to the range from 1e-7 to 1 - 1e-7.

    Args:
        y_true: class indices from 0, integers of shape ``(batch, ...)`` or ``(batch, ..., 1)``.
        y_pred: probabilities p of shape ``(batch, ..., classes)``, or logits x with
            ``p = softmax(x)``.
        from_logits: whether the outputs are logits rather than probabilities.
        ignore_class: class index whose rows have loss 0 and are masked; None for none.
        axis: axis of the classes.

    Returns:
        Float array of shape ``(batch, ...)``: the loss of each row.

    >>> sparse_categorical_crossentropy([1], [[0.5, 0.5]])
    array([0.6931472], dtype=float32)
    """
    y_true, y_pred = ops.convert_to_tensor(y_true), floating(y_pred)
    axis = axis_of(y_pred, axis)
    dims = dims_of(y_pred)
    if len(dims_of(y_true)) == len(dims) and dims_of(y_true)[axis] == 1:
        y_true = reshape(y_true, (*dims_of(y_true)[:axis], *dims_of(y_true)[axis + 1 :]))
    if ignore_class is None:
        return ops.sparse_categorical_crossentropy(y_true, y_pred, from_logits, axis)
    valid = e.not_equal(y_true, ignore_class)
    y_true = e.where(valid, y_true, 0)
    # An ignored row may hold NaN: its outputs are replaced by 0 to keep the gradient finite.
    kept = e.where(reshape(valid, (*dims[:axis], 1, *dims[axis + 1 :])), y_pred, 0.0)
    losses = ops.sparse_categorical_crossentropy(y_true, kept, from_logits, axis)
    return with_mask(e.where(valid, losses, 0.0), valid)


binary_crossentropy.labels = "probability"
categorical_crossentropy.labels = "distribution"
sparse_categorical_crossentropy.labels = "classes"

registry.add(binary_crossentropy, aliases=["bce", "BCE"])
bce = BCE = binary_crossentropy
registry.add(categorical_crossentropy)
registry.add(sparse_categorical_crossentropy)


@registry.add
class BinaryCrossentropy(Function):
    """`binary_crossentropy`, averaged over the rows.

    Args:
        from_logits: whether the outputs are logits rather than probabilities.
        label_smoothing: float s from 0 to 1; the targets become ``t (1 - s) + s / 2``.
        axis: axis or axes over which the mean is taken.
        reduction, name, dtype: see `Loss`.

    >>> float(BinaryCrossentropy(from_logits=True)([[1.0]], [[0.0]]))
    0.6931471824645996
    """

    function = staticmethod(binary_crossentropy)
    arguments = ("from_logits", "label_smoothing", "axis")
    field_order = ("from_logits", "label_smoothing", "axis", "reduction", "name", "dtype")
    name = "binary_crossentropy"
    from_logits: bool = field(default=False, kind="bool")
    label_smoothing: float = field(default=0.0, kind="float", ge=0, le=1)
    axis: int = field(default=-1, kind="axis")


@registry.add
class CategoricalCrossentropy(Function):
    """`categorical_crossentropy`, averaged over the rows.

    Args:
        from_logits: whether the outputs are logits rather than probabilities.
        label_smoothing: float s from 0 to 1; the targets become ``t (1 - s) + s / classes``.
        axis: axis of the classes.
        reduction, name, dtype: see `Loss`.

    >>> float(CategoricalCrossentropy()([[0.0, 1.0]], [[0.5, 0.5]]))
    0.6931471824645996
    """

    function = staticmethod(categorical_crossentropy)
    arguments = ("from_logits", "label_smoothing", "axis")
    field_order = ("from_logits", "label_smoothing", "axis", "reduction", "name", "dtype")
    name = "categorical_crossentropy"
    from_logits: bool = field(default=False, kind="bool")
    label_smoothing: float = field(default=0.0, kind="float", ge=0, le=1)
    axis: int = field(default=-1, kind="int")


@registry.add
class SparseCategoricalCrossentropy(Function):
    """`sparse_categorical_crossentropy`, averaged over the rows that are not ignored.

    Args:
        from_logits: whether the outputs are logits rather than probabilities.
        ignore_class: class index whose rows have loss 0 and are masked; None for none.
        axis: axis of the classes.
        reduction, name, dtype: see `Loss`.

    >>> float(SparseCategoricalCrossentropy()([1], [[0.5, 0.5]]))
    0.6931471824645996
    """

    function = staticmethod(sparse_categorical_crossentropy)
    arguments = ("from_logits", "ignore_class", "axis")
    field_order = ("from_logits", "ignore_class", "reduction", "axis", "name", "dtype")
    name = "sparse_categorical_crossentropy"
    from_logits: bool = field(default=False, kind="bool")
    ignore_class: int | None = field(default=None, kind="int")
    axis: int = field(default=-1, kind="int", kw_only=True, positional=True)
