"""Accuracies: how often the outputs are right."""

from __future__ import annotations

from .. import ops
from ..fields import field
from ..losses.loss import same_rank
from ..ops.core import dims_of, dtype_of
from ..program import floatx
from ..program.primitives import elementwise as e
from ..program.primitives.layout import reshape
from ..program.primitives.reduce import argmax
from .metric import Function
from .metric_names import registry


def _hits(first, second):
    """1.0 where they are equal, else 0.0."""
    return e.cast(e.equal(first, second), floatx())


def accuracy(y_true, y_pred):
    """1 where ``y_true == y_pred``, else 0.

    >>> accuracy([[1], [2]], [[1], [3]]).tolist()
    [[1.0], [0.0]]
    """
    y_pred = ops.convert_to_tensor(y_pred)
    y_true, y_pred = same_rank(ops.convert_to_tensor(y_true, dtype=dtype_of(y_pred)), y_pred)
    return _hits(y_true, y_pred)


def binary_accuracy(y_true, y_pred, threshold=0.5):
    """1 where ``y_true == (y_pred > threshold)``, else 0.

    >>> binary_accuracy([[1], [1]], [[0.7], [0.5]]).tolist()
    [[1.0], [0.0]]
    """
    y_true, y_pred = same_rank(y_true, y_pred)
    return _hits(y_true, e.cast(e.greater(y_pred, threshold), dtype_of(y_true)))


def categorical_accuracy(y_true, y_pred):
    """1 where the greatest of ``y_true`` stands where that of ``y_pred`` does, else 0.

    >>> categorical_accuracy([[0, 1], [1, 0]], [[0.2, 0.8], [0.3, 0.7]]).tolist()
    [1.0, 0.0]
    """
    y_true, y_pred = ops.convert_to_tensor(y_true), ops.convert_to_tensor(y_pred)
    classes = argmax(y_true, axis=len(dims_of(y_true)) - 1)
    dims = dims_of(classes)
    if len(dims) == len(dims_of(y_pred)):
        classes = reshape(classes, dims[:-1])
    hits = _hits(classes, argmax(y_pred, axis=len(dims_of(y_pred)) - 1))
    return reshape(hits, dims)


def sparse_categorical_accuracy(y_true, y_pred):
    """1 where ``y_true`` is the place of the greatest of ``y_pred``, else 0.

    >>> sparse_categorical_accuracy([1, 1], [[0.2, 0.8], [0.9, 0.1]]).tolist()
    [1.0, 0.0]
    """
    y_true, y_pred = ops.convert_to_tensor(y_true), ops.convert_to_tensor(y_pred)
    dims = dims_of(y_true)
    if len(dims) == len(dims_of(y_pred)) and dims[-1] == 1:
        y_true = reshape(y_true, dims[:-1])
    guess = argmax(y_pred, axis=len(dims_of(y_pred)) - 1)
    hits = _hits(y_true, e.cast(guess, dtype_of(y_true)))
    left = dims_of(hits)
    return reshape(hits, left[:-1]) if len(left) > 1 and left[-1] == 1 else hits


def top_k_categorical_accuracy(y_true, y_pred, k=5):
    """1 where the greatest of ``y_true`` stands at one of the k greatest of ``y_pred``, else 0.

    >>> top_k_categorical_accuracy([[0, 1, 0]], [[0.5, 0.3, 0.2]], k=2).tolist()
    [1.0]
    """
    return sparse_top_k_categorical_accuracy(ops.argmax(y_true, axis=-1), y_pred, k)


def sparse_top_k_categorical_accuracy(y_true, y_pred, k=5, from_sorted_ids=False):
    """1 where the class ``y_true`` is among the k best, else 0.

    Args:
        y_true: class numbers.
        y_pred: a value for each class, or with ``from_sorted_ids`` class numbers, the best first.
        k: how many count.

    >>> sparse_top_k_categorical_accuracy([1, 2], [[0.5, 0.3, 0.2]] * 2, k=2).tolist()
    [1.0, 0.0]
    """
    y_true, y_pred = ops.convert_to_tensor(y_true), ops.convert_to_tensor(y_pred)
    dims = dims_of(y_true)
    rows = dims_of(y_pred)[:-1]
    classes = reshape(y_true, rows)
    if from_sorted_ids:
        same = e.equal(reshape(classes, (*rows, 1)), y_pred[..., :k])
        hits = ops.any(same, axis=-1)
    else:
        hits = ops.in_top_k(e.cast(classes, "int32"), y_pred, k)
    return reshape(e.cast(hits, floatx()), dims)


@registry.add
class Accuracy(Function):
    """The share of values that are equal.

    >>> float(Accuracy()([[1], [2]], [[1], [3]]))
    0.5
    """

    function = staticmethod(accuracy)
    name = "accuracy"


@registry.add
class BinaryAccuracy(Function):
    """The share of outputs on the right side of the threshold.

    >>> float(BinaryAccuracy()([[1], [1]], [[0.7], [0.5]]))
    0.5
    """

    function = staticmethod(binary_accuracy)
    arguments = ("threshold",)
    field_order = ("name", "dtype", "threshold")
    name = "binary_accuracy"
    threshold: float = field(0.5, kind="float", ge=0, le=1)


@registry.add
class CategoricalAccuracy(Function):
    """The share of rows whose greatest output stands where the greatest target does.

    >>> float(CategoricalAccuracy()([[0, 1], [1, 0]], [[0.2, 0.8], [0.3, 0.7]]))
    0.5
    """

    function = staticmethod(categorical_accuracy)
    name = "categorical_accuracy"


@registry.add
class SparseCategoricalAccuracy(Function):
    """The share of rows whose greatest output is that of their class.

    >>> float(SparseCategoricalAccuracy()([1, 1], [[0.2, 0.8], [0.9, 0.1]]))
    0.5
    """

    function = staticmethod(sparse_categorical_accuracy)
    name = "sparse_categorical_accuracy"


@registry.add
class TopKCategoricalAccuracy(Function):
    """The share of rows whose greatest target stands at one of the k greatest outputs.

    >>> float(TopKCategoricalAccuracy(k=2)([[0, 1, 0]], [[0.5, 0.3, 0.2]]))
    1.0
    """

    function = staticmethod(top_k_categorical_accuracy)
    arguments = ("k",)
    field_order = ("k", "name", "dtype")
    name = "top_k_categorical_accuracy"
    k: int = field(5, kind="int", ge=1)


@registry.add
class SparseTopKCategoricalAccuracy(Function):
    """The share of rows whose class is among the k best.

    >>> float(SparseTopKCategoricalAccuracy(k=2)([1, 2], [[0.5, 0.3, 0.2]] * 2))
    0.5
    """

    function = staticmethod(sparse_top_k_categorical_accuracy)
    arguments = ("k", "from_sorted_ids")
    field_order = ("k", "name", "dtype", "from_sorted_ids")
    name = "sparse_top_k_categorical_accuracy"
    k: int = field(5, kind="int", ge=1)
    from_sorted_ids: bool = field(False, kind="bool")
