"""Overlap losses for segmentation: Dice and Tversky."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..fields import field
from ..program.dtypes import epsilon
from ..program.primitives.reduce import reduce_sum
from .loss import Function, cast_pair
from .loss_names import registry

if TYPE_CHECKING:
    from ..program.types import Axes, Tensor, TensorLike


def dice(y_true: TensorLike, y_pred: TensorLike, axis: Axes | None = None) -> Tensor:
    """Dice loss: ``1 - 2 sum(y_true y_pred) / (sum(y_true) + sum(y_pred) + 1e-7)``.

    Args:
        y_true: targets from 0 to 1, any shape.
        y_pred: probabilities of the same shape.
        axis: axis or axes of the sums; None for all, which gives one loss for a batch.

    Returns:
        Float array without ``axis``: the loss; a scalar for ``axis=None``.

    Reference:
        Dice, "Measures of the amount of ecologic association between species", 1945.
        doi:10.2307/1932409.

    >>> round(float(dice([[0.0, 1.0]], [[1.0, 1.0]])), 4)
    0.3333
    """
    y_true, y_pred = cast_pair(y_true, y_pred)
    overlap = reduce_sum(y_true * y_pred, axis)
    return 1.0 - 2.0 * overlap / (reduce_sum(y_true, axis) + reduce_sum(y_pred, axis) + epsilon())


def tversky(
    y_true: TensorLike,
    y_pred: TensorLike,
    alpha: float = 0.5,
    beta: float = 0.5,
    axis: Axes | None = None,
) -> Tensor:
    """Tversky loss: ``1 - s / (s + alpha fn + beta fp + 1e-7)``.

    ``s = sum(y_true y_pred)`` counts the true positives, ``fn = sum(y_true (1 - y_pred))`` the
    false negatives and ``fp = sum((1 - y_true) y_pred)`` the false positives. With alpha and beta
    0.5 it is `dice`. As in Keras alpha weights the false negatives; in the paper it weights the
    false positives.

    Args:
        y_true: targets from 0 to 1, any shape.
        y_pred: probabilities of the same shape.
        alpha: weight of the false negatives, float >= 0.
        beta: weight of the false positives, float >= 0.
        axis: axis or axes of the sums; None for all, which gives one loss for a batch.

    Returns:
        Float array without ``axis``: the loss; a scalar for ``axis=None``.

    Reference:
        Salehi et al., "Tversky loss function for image segmentation using 3D fully convolutional
        deep networks", 2017. arXiv:1706.05721.

    >>> round(float(tversky([[0.0, 1.0]], [[1.0, 1.0]], beta=1.0)), 4)
    0.5
    """
    y_true, y_pred = cast_pair(y_true, y_pred)
    overlap = reduce_sum(y_true * y_pred, axis)
    missed = reduce_sum(y_true * (1.0 - y_pred), axis)
    extra = reduce_sum((1.0 - y_true) * y_pred, axis)
    return 1.0 - overlap / (overlap + missed * alpha + extra * beta + epsilon())


dice.labels = tversky.labels = "probability"
registry.add(dice)
registry.add(tversky)


@registry.add
class Dice(Function):
    """`dice`, averaged over the axes that remain.

    Args:
        axis: axis or axes of the sums; None for all, which gives one loss for a batch.
        reduction, name, dtype: see `Loss`.

    >>> round(float(Dice()([[0.0, 1.0]], [[1.0, 1.0]])), 4)
    0.3333
    """

    function = staticmethod(dice)
    arguments = ("axis",)
    field_order = ("reduction", "name", "axis", "dtype")
    name = "dice"
    axis: int | tuple | None = field(default=None, kind="axis", kw_only=True, positional=True)


@registry.add
class Tversky(Function):
    """`tversky`, averaged over the axes that remain.

    Args:
        alpha: weight of the false negatives, float >= 0.
        beta: weight of the false positives, float >= 0.
        axis: axis or axes of the sums; None for all, which gives one loss for a batch.
        reduction, name, dtype: see `Loss`.

    >>> round(float(Tversky(beta=1.0)([[0.0, 1.0]], [[1.0, 1.0]])), 4)
    0.5
    """

    function = staticmethod(tversky)
    arguments = ("alpha", "beta", "axis")
    field_order = ("alpha", "beta", "reduction", "name", "axis", "dtype")
    name = "tversky"
    alpha: float = field(default=0.5, kind="float", ge=0)
    beta: float = field(default=0.5, kind="float", ge=0)
    axis: int | tuple | None = field(default=None, kind="axis", kw_only=True, positional=True)
