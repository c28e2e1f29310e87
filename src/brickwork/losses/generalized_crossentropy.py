"""Generalized crossentropy, which is robust to wrong labels."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .. import ops
from ..fields import field
from ..ops.core import dims_of, dtype_of, floating
from ..program.primitives import elementwise as e
from ..program.primitives.layout import reshape
from ..program.primitives.reduce import reduce_sum
from .loss import Function
from .loss_names import registry

if TYPE_CHECKING:
    from ..program.types import Tensor, TensorLike


def categorical_generalized_cross_entropy(
    y_true: TensorLike, y_pred: TensorLike, q: float
) -> Tensor:
    """Generalized crossentropy for integer targets: ``(1 - p[y_true] ** q) / q``.

    It approaches the crossentropy for q near 0, and is half the absolute error for q = 1.

    Args:
        y_true: class indices from 0, integers of shape ``(batch, ...)`` or ``(batch, ..., 1)``.
        y_pred: probabilities p of shape ``(batch, ..., classes)``.
        q: float in (0, 1]: the larger, the more robust to wrong labels.

    Returns:
        Float array of shape ``(batch, ...)``: the loss of each row.

    Reference:
        Zhang and Sabuncu, "Generalized cross entropy loss for training deep neural networks with
        noisy labels", 2018. arXiv:1805.07836.

    >>> categorical_generalized_cross_entropy([1], [[0.75, 0.25]], q=0.5)
    array([1.], dtype=float32)
    """
    y_true, y_pred = ops.convert_to_tensor(y_true), floating(y_pred)
    dims = dims_of(y_true)
    if len(dims) == len(dims_of(y_pred)) and dims[-1] == 1:
        y_true = reshape(y_true, dims[:-1])
    hot = ops.one_hot(y_true, dims_of(y_pred)[-1], dtype=dtype_of(y_pred))
    return (1.0 - e.pow(reduce_sum(y_pred * hot, -1), q)) / q


categorical_generalized_cross_entropy.labels = "classes"


@registry.add
class CategoricalGeneralizedCrossEntropy(Function):
    """`categorical_generalized_cross_entropy`, averaged over the rows.

    In ``compile`` the name of the function means this class, since the function has no default
    for q.

    Args:
        q: float in (0, 1): the larger, the more robust to wrong labels.
        reduction, name, dtype: see `Loss`.

    >>> float(CategoricalGeneralizedCrossEntropy()([1], [[0.75, 0.25]]))
    1.0
    """

    function = staticmethod(categorical_generalized_cross_entropy)
    arguments = ("q",)
    field_order = ("q", "reduction", "name", "dtype")
    name = "categorical_generalized_cross_entropy"
    q: float = field(default=0.5, kind="float", gt=0, lt=1)
