"""Focal crossentropies, which down-weight examples that are classified well already."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from .. import ops
from ..errors import shown
from ..fields import field
from ..ops.core import dtype_of
from ..program.dtypes import epsilon
from ..program.primitives import elementwise as e
from ..program.primitives.reduce import reduce_sum
from .crossentropy import check_classes, smoothed
from .loss import Function, cast_pair, mean_over
from .loss_names import registry

if TYPE_CHECKING:
    from ..program.types import Tensor, TensorLike


def binary_focal_crossentropy(
    y_true: TensorLike,
    y_pred: TensorLike,
    apply_class_balancing: bool = False,
    alpha: float = 0.25,
    gamma: float = 2.0,
    from_logits: bool = False,
    label_smoothing: float = 0.0,
    axis: int = -1,
) -> Tensor:
    """Binary focal crossentropy: ``mean((1 - q) ** gamma * crossentropy, axis)``.

    ``q = t p + (1 - t) (1 - p)`` is the probability of the target; with gamma 0 the loss is
    `binary_crossentropy`.

    Args:
        y_true: targets t from 0 to 1, shape ``(batch, ..., outputs)``.
        y_pred: probabilities p of the same shape, or logits x with ``p = sigmoid(x)``.
        apply_class_balancing: whether targets 1 are weighted by alpha and targets 0 by 1 - alpha.
        alpha: that weight, float from 0 to 1.
        gamma: focusing parameter, float >= 0: down-weights easy examples; 0 for none.
        from_logits: whether the outputs are logits rather than probabilities.
        label_smoothing: float s from 0 to 1; the targets become ``t (1 - s) + s / 2``.
        axis: axis or axes over which the mean is taken.

    Returns:
        Float array without ``axis``: the loss of each row.

    Reference:
        Lin et al., "Focal loss for dense object detection", 2017. arXiv:1708.02002.

    >>> binary_focal_crossentropy([[1.0]], [[0.5]])
    array([0.1732868], dtype=float32)
    """
    y_true, y_pred = cast_pair(y_true, y_pred)
    y_true = smoothed(y_true, label_smoothing, 2)
    if from_logits:
        y_pred = ops.sigmoid(y_pred)
    loss = ops.binary_crossentropy(y_true, y_pred)
    q = y_true * y_pred + (1.0 - y_true) * (1.0 - y_pred)
    loss = e.pow(1.0 - q, gamma) * loss
    if apply_class_balancing:
        loss = (y_true * alpha + (1.0 - y_true) * (1.0 - alpha)) * loss
    return mean_over(loss, axis)


def categorical_focal_crossentropy(
    y_true: TensorLike,
    y_pred: TensorLike,
    alpha: Any = 0.25,
    gamma: float = 2.0,
    from_logits: bool = False,
    label_smoothing: float = 0.0,
    axis: int = -1,
) -> Tensor:
    """Categorical focal crossentropy: ``-sum(alpha (1 - p) ** gamma t log p, axis)``.

    Probabilities are normalized and clipped as in `categorical_crossentropy`.

    Args:
        y_true: target probabilities t of the classes, shape ``(batch, ..., classes)``.
        y_pred: probabilities p of the same shape, or logits x with ``p = softmax(x)``.
        alpha: weight of all classes, float; or a list with a weight for each class.
        gamma: focusing parameter, float >= 0: down-weights easy examples; 0 for none.
        from_logits: whether the outputs are logits rather than probabilities.
        label_smoothing: float s from 0 to 1; the targets become ``t (1 - s) + s / classes``.
        axis: axis of the classes.

    Returns:
        Float array of shape ``(batch, ...)``: the loss of each row.

    Reference:
        Lin et al., "Focal loss for dense object detection", 2017. arXiv:1708.02002.

    >>> categorical_focal_crossentropy([[0.0, 1.0]], [[0.5, 0.5]])
    array([0.0433217], dtype=float32)
    """
    check_classes("categorical_focal_crossentropy", y_pred, axis)
    y_true, y_pred = cast_pair(y_true, y_pred)
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

    Args:
        apply_class_balancing: whether targets 1 are weighted by alpha and targets 0 by 1 - alpha.
        alpha: that weight, float from 0 to 1.
        gamma: focusing parameter, float >= 0: down-weights easy examples; 0 for none.
        from_logits: whether the outputs are logits rather than probabilities.
        label_smoothing: float s from 0 to 1; the targets become ``t (1 - s) + s / 2``.
        axis: axis or axes over which the mean is taken.
        reduction, name, dtype: see `Loss`.

    >>> round(float(BinaryFocalCrossentropy(gamma=1.0)([[1.0]], [[0.5]])), 4)
    0.3466
    """

    function = staticmethod(binary_focal_crossentropy)
    arguments = (
        "apply_class_balancing",
        "alpha",
        "gamma",
        "from_logits",
        "label_smoothing",
        "axis",
    )
    field_order = (*arguments, "reduction", "name", "dtype")
    name = "binary_focal_crossentropy"
    apply_class_balancing: bool = field(default=False, kind="bool")
    alpha: float = field(default=0.25, kind="float", ge=0, le=1)
    gamma: float = field(default=2.0, kind="float", ge=0)
    from_logits: bool = field(default=False, kind="bool")
    label_smoothing: float = field(default=0.0, kind="float", ge=0, le=1)
    axis: int = field(default=-1, kind="axis")


def _weights(value):
    """A single weight, or a list with one for each class."""
    weights = np.asarray(value)
    if weights.ndim > 1 or weights.dtype.kind not in "iuf" or not np.isfinite(weights).all():
        raise ValueError(
            f"got {shown(value)}, expected a finite number, or a list with one for each class."
        )
    return weights.astype(float).tolist()


@registry.add
class CategoricalFocalCrossentropy(Function):
    """`categorical_focal_crossentropy`, averaged over the rows.

    Args:
        alpha: weight of all classes, float; or a list with a weight for each class.
        gamma: focusing parameter, float >= 0: down-weights easy examples; 0 for none.
        from_logits: whether the outputs are logits rather than probabilities.
        label_smoothing: float s from 0 to 1; the targets become ``t (1 - s) + s / classes``.
        axis: axis of the classes.
        reduction, name, dtype: see `Loss`.

    >>> round(float(CategoricalFocalCrossentropy()([[0.0, 1.0]], [[0.5, 0.5]])), 4)
    0.0433
    """

    function = staticmethod(categorical_focal_crossentropy)
    arguments = ("alpha", "gamma", "from_logits", "label_smoothing", "axis")
    field_order = (*arguments, "reduction", "name", "dtype")
    name = "categorical_focal_crossentropy"
    alpha: float = field(default=0.25, convert=_weights)
    gamma: float = field(default=2.0, kind="float", ge=0)
    from_logits: bool = field(default=False, kind="bool")
    label_smoothing: float = field(default=0.0, kind="float", ge=0, le=1)
    axis: int = field(default=-1, kind="int")
