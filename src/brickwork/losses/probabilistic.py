"""Losses between distributions: shares of classes, and counts of events."""

from __future__ import annotations

from .. import ops
from ..program.dtypes import epsilon
from ..program.primitives import elementwise as e
from ..program.primitives.reduce import reduce_sum
from .loss import Function, mean_over, pair
from .loss_names import registry


def kl_divergence(y_true, y_pred):
    """``sum(y_true log(y_true / y_pred), axis=-1)``, both clipped to 1e-7 ... 1.

    >>> kl_divergence([[0.5, 0.5]], [[0.5, 0.5]])
    array([0.], dtype=float32)
    """
    y_true, y_pred = (ops.clip(y, epsilon(), 1.0) for y in pair(y_true, y_pred))
    return reduce_sum(y_true * e.log(y_true / y_pred), -1)


def poisson(y_true, y_pred):
    """``mean(y_pred - y_true log(y_pred + 1e-7), axis=-1)``: how unlikely the counts are of a
    Poisson distribution with these means, but for a constant.

    >>> poisson([[2.0]], [[1.0]]).round(4)
    array([1.], dtype=float32)
    """
    y_true, y_pred = pair(y_true, y_pred)
    return mean_over(y_pred - y_true * e.log(y_pred + epsilon()), -1)


kl_divergence.labels = "shares"
poisson.labels = "amounts"
registry.add(kl_divergence, aliases=["kld", "KLD"])
registry.add(poisson)


@registry.add
class KLDivergence(Function):
    """`kl_divergence`, averaged over the rows.

    >>> float(KLDivergence()([[0.5, 0.5]], [[0.5, 0.5]]))
    0.0
    """

    function = staticmethod(kl_divergence)
    name = "kl_divergence"


@registry.add
class Poisson(Function):
    """`poisson`, averaged over the rows.

    >>> float(Poisson()([[0.0]], [[1.5]]))
    1.5
    """

    function = staticmethod(poisson)
    name = "poisson"
