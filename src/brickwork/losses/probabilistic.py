"""Losses for probability distributions and for event counts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .. import ops
from ..program.dtypes import epsilon
from ..program.primitives import elementwise as e
from ..program.primitives.reduce import reduce_sum
from .loss import Function, cast_pair, mean_over
from .loss_names import registry

if TYPE_CHECKING:
    from ..program.types import Tensor, TensorLike


def kl_divergence(y_true: TensorLike, y_pred: TensorLike) -> Tensor:
    """Kullback-Leibler divergence: ``sum(y_true log(y_true / y_pred), axis=-1)``, in nats.

    Targets and outputs are clipped to the range from 1e-7 to 1.

    Args:
        y_true: target probabilities from 0 to 1, shape ``(batch, ..., classes)``.
        y_pred: predicted probabilities of the same shape, float.

    Returns:
        Float array of shape ``(batch, ...)``: the loss of each row.

    Reference:
        Kullback and Leibler, "On information and sufficiency", 1951.
        doi:10.1214/aoms/1177729694.

    >>> kl_divergence([[0.5, 0.5]], [[0.5, 0.5]])
    array([0.], dtype=float32)
    """
    y_true, y_pred = (ops.clip(y, epsilon(), 1.0) for y in cast_pair(y_true, y_pred))
    return reduce_sum(y_true * e.log(y_true / y_pred), -1)


def poisson(y_true: TensorLike, y_pred: TensorLike) -> Tensor:
    """Poisson loss: ``mean(y_pred - y_true log(y_pred + 1e-7), axis=-1)``.

    Up to a constant it is the negative log-likelihood of the counts ``y_true`` under Poisson
    distributions with the means ``y_pred``.

    Args:
        y_true: counts, values >= 0, shape ``(batch, ..., outputs)``.
        y_pred: predicted means of the same shape, float >= 0.

    Returns:
        Float array of shape ``(batch, ...)``: the loss of each row.

    >>> poisson([[2.0]], [[1.0]]).round(4)
    array([1.], dtype=float32)
    """
    y_true, y_pred = cast_pair(y_true, y_pred)
    return mean_over(y_pred - y_true * e.log(y_pred + epsilon()), -1)


kl_divergence.labels = "shares"
poisson.labels = "amounts"
registry.add(kl_divergence, aliases=["kld", "KLD"])
kld = KLD = kl_divergence
registry.add(poisson)


@registry.add
class KLDivergence(Function):
    """`kl_divergence`, averaged over the rows.

    Args:
        reduction, name, dtype: see `Loss`.

    >>> float(KLDivergence()([[0.5, 0.5]], [[0.5, 0.5]]))
    0.0
    """

    function = staticmethod(kl_divergence)
    name = "kl_divergence"


@registry.add
class Poisson(Function):
    """`poisson`, averaged over the rows.

    Args:
        reduction, name, dtype: see `Loss`.

    >>> float(Poisson()([[0.0]], [[1.5]]))
    1.5
    """

    function = staticmethod(poisson)
    name = "poisson"
