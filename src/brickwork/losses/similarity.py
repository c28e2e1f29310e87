"""The angle between targets and outputs, whatever their lengths."""

from __future__ import annotations

from ..fields import field
from ..ops.normalization import normalize
from ..program.primitives.reduce import reduce_sum
from .loss import Function, pair
from .loss_names import registry


def cosine_similarity(y_true, y_pred, axis=-1):
    """Minus the cosine of the angle between both: -1 where they point the same way, 0 at a right
    angle and where one is 0.

    >>> cosine_similarity([[1.0, 0.0]], [[2.0, 0.0]])
    array([-1.], dtype=float32)
    """
    y_true, y_pred = pair(y_true, y_pred)
    return -reduce_sum(normalize(y_true, axis) * normalize(y_pred, axis), axis)


cosine_similarity.labels = "values"
registry.add(cosine_similarity)


@registry.add
class CosineSimilarity(Function):
    """`cosine_similarity`, averaged over the rows.

    >>> float(CosineSimilarity()([[1.0, 0.0]], [[-2.0, 0.0]]))
    1.0
    """

    function = staticmethod(cosine_similarity)
    arguments = ("axis",)
    field_order = ("axis", "reduction", "name", "dtype")
    name = "cosine_similarity"
    axis: int = field(-1, kind="axis")
