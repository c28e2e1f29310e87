"""A loss between the rows of a batch: those of one label should point the same way."""

from __future__ import annotations

from .. import ops
from ..fields import field
from ..ops.core import dims_of, floating
from ..program.masks import with_mask
from ..program.primitives import elementwise as e
from ..program.primitives.layout import reshape
from .loss import Function
from .loss_names import registry


def circle(y_true, y_pred, ref_labels=None, ref_embeddings=None, remove_diagonal=True, gamma=80,
           margin=0.4):
    """A loss for each row, of its cosines with the others. Sun et al., arXiv:2002.10857.

    Args:
        y_true: a label for each row, whole numbers.
        y_pred: rows of length 1.
        ref_labels, ref_embeddings: the rows that are compared with; default: those of the batch.
        remove_diagonal: whether a row is not compared with the reference of the same number.
        gamma: how much large errors weigh.
        margin: how far cosines may be from 1, and from 0.

    >>> loss = circle([0, 0, 1], [[1.0, 0.0], [1.0, 0.0], [0.0, 1.0]])
    >>> loss.shape, bool(loss[0] < 1e-4)
    ((3,), True)
    """
    y_pred = floating(y_pred)
    others = y_pred if ref_embeddings is None else floating(ref_embeddings)
    labels = _column(y_true)
    other_labels = labels if ref_labels is None else _column(ref_labels)
    same = e.equal(labels, ops.transpose(other_labels))
    different = e.logical_not(same)
    if remove_diagonal:
        own = e.equal(_places(labels), ops.transpose(_places(other_labels)))
        same = e.logical_and(same, e.logical_not(own))
    distance = e.maximum(1.0 - ops.matmul(y_pred, ops.transpose(others)), 0.0)
    pull = -gamma * (margin + distance) * (margin - distance)
    push = gamma * e.maximum(1.0 + margin - distance, 0.0) * (1.0 - margin - distance)
    loss = ops.softplus(_over(pull, same) + _over(push, different))
    return with_mask(loss, e.greater(loss, 0.0))


def _column(labels):
    return reshape(ops.cast(labels, "int32"), (dims_of(ops.convert_to_tensor(labels))[0], 1))


def _places(column):
    return ops.expand_dims(ops.arange(dims_of(column)[0]), -1)


def _over(values, where):
    return ops.logsumexp(e.where(where, values, float("-inf")), axis=1)


circle.labels = "ids"
registry.add(circle)


@registry.add
class Circle(Function):
    """`circle`, averaged over the rows whose loss is not 0.

    >>> y_pred = [[1.0, 0.0], [0.0, 1.0]]
    >>> float(Circle()([0, 1], y_pred)), float(Circle(remove_diagonal=False)([0, 1], y_pred)) < 1e-4
    (0.0, True)
    """

    function = staticmethod(circle)
    arguments = ("gamma", "margin", "remove_diagonal")
    field_order = (*arguments, "reduction", "name", "dtype")
    name = "circle"
    gamma: float = field(80.0, kind="float", gt=0)
    margin: float = field(0.4, kind="float", ge=0, le=1)
    remove_diagonal: bool = field(True, kind="bool")
