"""Losses of areas: how little what was marked and what should have been overlap."""

from __future__ import annotations

from ..fields import field
from ..program.dtypes import epsilon
from ..program.primitives.reduce import reduce_sum
from .loss import Function, pair
from .loss_names import registry


def dice(y_true, y_pred, axis=None):
    """``1 - 2 sum(y_true y_pred) / (sum(y_true) + sum(y_pred))``. Dice, 1945.

    Args:
        y_true: shares from 0 to 1.
        y_pred: probabilities of the same shape.
        axis: over which the sums go; None: over all, so that a batch has one loss.

    >>> round(float(dice([[0.0, 1.0]], [[1.0, 1.0]])), 4)
    0.3333
    """
    y_true, y_pred = pair(y_true, y_pred)
    shared = reduce_sum(y_true * y_pred, axis)
    return 1.0 - 2.0 * shared / (reduce_sum(y_true, axis) + reduce_sum(y_pred, axis) + epsilon())


def tversky(y_true, y_pred, alpha=0.5, beta=0.5, axis=None):
    """``1 - s / (s + alpha a + beta b)`` of sums over an axis (or all): s of what is in both,
    a of what is in y_true only, b of what is in y_pred only. Salehi et al., arXiv:1706.05721.

    >>> round(float(tversky([[0.0, 1.0]], [[1.0, 1.0]], beta=1.0)), 4)
    0.5
    """
    y_true, y_pred = pair(y_true, y_pred)
    shared = reduce_sum(y_true * y_pred, axis)
    missed = reduce_sum(y_true * (1.0 - y_pred), axis)
    extra = reduce_sum((1.0 - y_true) * y_pred, axis)
    return 1.0 - shared / (shared + missed * alpha + extra * beta + epsilon())


dice.labels = tversky.labels = "probability"
registry.add(dice)
registry.add(tversky)


@registry.add
class Dice(Function):
    """`dice`, averaged over what `axis` leaves.

    >>> round(float(Dice()([[0.0, 1.0]], [[1.0, 1.0]])), 4)
    0.3333
    """

    function = staticmethod(dice)
    arguments = ("axis",)
    field_order = ("reduction", "name", "axis", "dtype")
    name = "dice"
    axis: int | tuple | None = field(None, kind="axis")


@registry.add
class Tversky(Function):
    """`tversky`, averaged over what `axis` leaves.

    >>> round(float(Tversky(beta=1.0)([[0.0, 1.0]], [[1.0, 1.0]])), 4)
    0.5
    """

    function = staticmethod(tversky)
    arguments = ("alpha", "beta", "axis")
    field_order = ("alpha", "beta", "reduction", "name", "axis", "dtype")
    name = "tversky"
    alpha: float = field(0.5, kind="float", ge=0)
    beta: float = field(0.5, kind="float", ge=0)
    axis: int | tuple | None = field(None, kind="axis")
