"""Cosine similarity of targets and outputs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..fields import field
from ..ops.normalization import normalize
from ..program.primitives.reduce import reduce_sum
from .loss import Function, cast_pair
from .loss_names import registry

if TYPE_CHECKING:
    from ..program.types import Tensor, TensorLike


def cosine_similarity(y_true: TensorLike, y_pred: TensorLike, axis: int = -1) -> Tensor:
    """Negative cosine similarity: ``-sum(y_true y_pred) / (norm(y_true) norm(y_pred))``.

    It is -1 for vectors of the same direction, 1 for opposite ones, and 0 for orthogonal ones and
    where one vector is 0.

    Args:
        y_true: targets, any real values.
        y_pred: outputs of the same shape, float.
        axis: axis or axes along which the vectors lie.

    Returns:
        Float array without ``axis``: the loss of each vector.

    >>> cosine_similarity([[1.0, 0.0]], [[2.0, 0.0]])
    array([-1.], dtype=float32)
    """
    y_true, y_pred = cast_pair(y_true, y_pred)
    return -reduce_sum(normalize(y_true, axis) * normalize(y_pred, axis), axis)


cosine_similarity.labels = "values"
registry.add(cosine_similarity)


@registry.add
class CosineSimilarity(Function):
    """`cosine_similarity`, averaged over the rows.

    Args:
        axis: axis or axes along which the vectors lie.
        reduction, name, dtype: see `Loss`.

    >>> float(CosineSimilarity()([[1.0, 0.0]], [[-2.0, 0.0]]))
    1.0
    """

    function = staticmethod(cosine_similarity)
    arguments = ("axis",)
    field_order = ("axis", "reduction", "name", "dtype")
    name = "cosine_similarity"
    axis: int = field(default=-1, kind="axis")
