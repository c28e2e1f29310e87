"""Crossentropies in which rows count the less, the surer outputs are. Lin, arXiv:1708.02002."""

from __future__ import annotations

import numpy as np

from .. import ops
from ..errors import shown
from ..fields import field
from ..ops.core import dtype_of
from ..program.dtypes import epsilon
from ..program.primitives import elementwise as e
from ..program.primitives.reduce import reduce_sum
from .crossentropy import one_of_several, smoothed
from .loss import Function, mean_over, pair
from .loss_names import registry


def binary_focal_crossentropy(y_true, y_pred, apply_class_balancing=False, alpha=0.25, gamma=2.0,
                              from_logits=False, label_smoothing=0.0, axis=-1):
    """``mean((1 - q) ** gamma * crossentropy, axis)``, q being the share given to what is true.

    Args:
        y_true: targets t from 0 to 1.
        y_pred: probabilities p of the same shape, or logits x, p = sigmoid(x).
        apply_class_balancing: whether 1s weigh alpha, and 0s 1 - alpha.
        alpha: that weight.
        gamma: how much less sure rows weigh; with 0 it is `binary_crossentropy`.
        from_logits: whether the outputs are logits.
        label_smoothing: s turns t into ``t (1 - s) + s / 2``.
        axis: along which the mean is taken.

    >>> binary_focal_crossentropy([[1.0]], [[0.5]])
    array([0.1732868], dtype=float32)
    """
    y_true, y_pred = pair(y_true, y_pred)
    y_true = smoothed(y_true, label_smoothing, 2)
    if from_logits:
        y_pred = ops.sigmoid(y_pred)
    loss = ops.binary_crossentropy(y_true, y_pred)
    sure = y_true * y_pred + (1.0 - y_true) * (1.0 - y_pred)
    loss = e.pow(1.0 - sure, gamma) * loss
    if apply_class_balancing:
        loss = (y_true * alpha + (1.0 - y_true) * (1.0 - alpha)) * loss
    return mean_over(loss, axis)


def categorical_focal_crossentropy(y_true, y_pred, alpha=0.25, gamma=2.0, from_logits=False,
                                   label_smoothing=0.0, axis=-1):
    """``-sum(alpha (1 - p) ** gamma t log p, axis)``, p as in `categorical_crossentropy`.

    Args:
        y_true: shares t of the classes.
        y_pred: probabilities p of the same shape, or logits x, p = softmax(x).
        alpha: a weight for all classes, or one for each.
        gamma: how much less sure rows weigh.
        from_logits: whether the outputs are logits.
        label_smoothing: s turns t into ``t (1 - s) + s / classes``.
        axis: where the classes lie.

    >>> categorical_focal_crossentropy([[0.0, 1.0]], [[0.5, 0.5]])
    array([0.0433217], dtype=float32)
    """
    one_of_several("categorical_focal_crossentropy", y_pred, axis)
    y_true, y_pred = pair(y_true, y_pred)
    y_true = smoothed(y_true, label_smoothing)
    if from_logits:
        y_pred = ops.softmax(y_pred, axis)
    p = ops.clip(y_pred / reduce_sum(y_pred, axis, keepdims=True), epsilon(), 1.0 - epsilon())
    if not isinstance(alpha, int | float):
        alpha = ops.convert_to_tensor(alpha, dtype=dtype_of(p))
    return reduce_sum(e.pow(1.0 - p, gamma) * alpha * (-y_true * e.log(p)), axis)


binary_focal_crossentropy.labels = "probability"
categorical_focal_crossentropy.labels = "distribution"
registry.add(binary_focal_crossentropy)
registry.add(categorical_focal_crossentropy)


@registry.add
class BinaryFocalCrossentropy(Function):
    """`binary_focal_crossentropy`, averaged over the rows.

    >>> round(float(BinaryFocalCrossentropy(gamma=1.0)([[1.0]], [[0.5]])), 4)
    0.3466
    """

    function = staticmethod(binary_focal_crossentropy)
    arguments = ("apply_class_balancing", "alpha", "gamma", "from_logits", "label_smoothing",
                 "axis")
    field_order = (*arguments, "reduction", "name", "dtype")
    name = "binary_focal_crossentropy"
    apply_class_balancing: bool = field(False, kind="bool")
    alpha: float = field(0.25, kind="float", ge=0, le=1)
    gamma: float = field(2.0, kind="float", ge=0)
    from_logits: bool = field(False, kind="bool")
    label_smoothing: float = field(0.0, kind="float", ge=0, le=1)
    axis: int = field(-1, kind="axis")


def _weights(value):
    """One number, or a number for each class."""
    weights = np.asarray(value)
    if weights.ndim > 1 or weights.dtype.kind not in "iuf" or not np.isfinite(weights).all():
        raise ValueError(f"got {shown(value)}, expected a finite number, or one for each class.")
    return weights.astype(float).tolist()


@registry.add
class CategoricalFocalCrossentropy(Function):
    """`categorical_focal_crossentropy`, averaged over the rows.

    >>> round(float(CategoricalFocalCrossentropy()([[0.0, 1.0]], [[0.5, 0.5]])), 4)
    0.0433
    """

    function = staticmethod(categorical_focal_crossentropy)
    arguments = ("alpha", "gamma", "from_logits", "label_smoothing", "axis")
    field_order = (*arguments, "reduction", "name", "dtype")
    name = "categorical_focal_crossentropy"
    alpha: float = field(0.25, convert=_weights)
    gamma: float = field(2.0, kind="float", ge=0)
    from_logits: bool = field(False, kind="bool")
    label_smoothing: float = field(0.0, kind="float", ge=0, le=1)
    axis: int = field(-1, kind="int")
