"""Circle loss: a metric-learning loss between the embeddings of a batch."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .. import ops
from ..fields import field
from ..ops.core import dims_of, floating
from ..program.masks import with_mask
from ..program.primitives import elementwise as e
from ..program.primitives.layout import reshape
from .loss import Function
from .loss_names import registry

if TYPE_CHECKING:
    from ..program.types import Tensor, TensorLike


def circle(
    y_true: TensorLike,
    y_pred: TensorLike,
    ref_labels: TensorLike | None = None,
    ref_embeddings: TensorLike | None = None,
    remove_diagonal: bool = True,
    gamma: float = 80,
    margin: float = 0.4,
) -> Tensor:
    """Circle loss of each embedding, computed from its cosines with reference embeddings.

    Embeddings of the same label are pulled together, all others pushed apart. Rows with loss 0
    are masked.

    Args:
        y_true: integer labels, shape ``(batch,)`` or ``(batch, 1)``.
        y_pred: embeddings of norm 1, float, shape ``(batch, units)``.
        ref_labels: labels of the reference embeddings, shape ``(references,)``; default
            ``y_true``.
        ref_embeddings: embeddings to compare with, shape ``(references, units)``; default
            ``y_pred``.
        remove_diagonal: whether reference i does not count as a match of row i.
        gamma: scale of the similarities, float > 0: the larger, the more the hardest pairs count.
        margin: relaxation m, float from 0 to 1: pairs of one label should have a cosine above
            1 - m, other pairs one below m.

    Returns:
        Float array of shape ``(batch,)``: the loss of each row.

    Reference:
        Sun et al., "Circle loss: a unified perspective of pair similarity optimization", 2020.
        arXiv:2002.10857.

    >>> loss = circle([0, 0, 1], [[1.0, 0.0], [1.0, 0.0], [0.0, 1.0]])
    >>> loss.shape, bool(loss[0] < 1e-4)
    ((3,), True)
    """
    y_pred = floating(y_pred)
    references = y_pred if ref_embeddings is None else floating(ref_embeddings)
    labels = _column(y_true)
    reference_labels = labels if ref_labels is None else _column(ref_labels)
    same = e.equal(labels, ops.transpose(reference_labels))
    different = e.logical_not(same)
    if remove_diagonal:
        diagonal = e.equal(_indices(labels), ops.transpose(_indices(reference_labels)))
        same = e.logical_and(same, e.logical_not(diagonal))
    distance = e.maximum(1.0 - ops.matmul(y_pred, ops.transpose(references)), 0.0)
    pull = -gamma * (margin + distance) * (margin - distance)
    push = gamma * e.maximum(1.0 + margin - distance, 0.0) * (1.0 - margin - distance)
    loss = ops.softplus(_logsumexp(pull, same) + _logsumexp(push, different))
    return with_mask(loss, e.greater(loss, 0.0))


def _column(labels):
    return reshape(ops.cast(labels, "int32"), (dims_of(ops.convert_to_tensor(labels))[0], 1))


def _indices(column):
    return ops.expand_dims(ops.arange(dims_of(column)[0]), -1)


def _logsumexp(values, where):
    return ops.logsumexp(e.where(where, values, float("-inf")), axis=1)


circle.labels = "ids"
registry.add(circle)


@registry.add
class Circle(Function):
    """`circle`, averaged over the rows whose loss is not 0.

    Args:
        gamma: scale of the similarities, float > 0: the larger, the more the hardest pairs count.
        margin: relaxation m, float from 0 to 1: pairs of one label should have a cosine above
            1 - m, other pairs one below m.
        remove_diagonal: whether reference i does not count as a match of row i.
        reduction, name, dtype: see `Loss`.

    >>> y_pred = [[1.0, 0.0], [0.0, 1.0]]
    >>> float(Circle()([0, 1], y_pred)), float(Circle(remove_diagonal=False)([0, 1], y_pred)) < 1e-4
    (0.0, True)
    """

    function = staticmethod(circle)
    arguments = ("gamma", "margin", "remove_diagonal")
    field_order = (*arguments, "reduction", "name", "dtype")
    name = "circle"
    gamma: float = field(default=80.0, kind="float", gt=0)
    margin: float = field(default=0.4, kind="float", ge=0, le=1)
    remove_diagonal: bool = field(default=True, kind="bool")
