"""Accuracies: how often the predictions are correct."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .. import ops
from ..fields import field
from ..losses.loss import match_ranks
from ..ops.core import dims_of, dtype_of
from ..program import floatx
from ..program.primitives import elementwise as e
from ..program.primitives.layout import reshape
from ..program.primitives.reduce import argmax
from .metric import Function
from .metric_names import registry

if TYPE_CHECKING:
    from ..program.types import Tensor, TensorLike


def _hits(first, second):
    """1.0 where they are equal, else 0.0."""
    return e.cast(e.equal(first, second), floatx())


def accuracy(y_true: TensorLike, y_pred: TensorLike) -> Tensor:
    """1 where ``y_true == y_pred``, else 0.

    Args:
        y_true: targets, any dtype, shape ``(batch, ...)``.
        y_pred: predictions of the same shape.

    Returns:
        Array of 0 and 1 of dtype `floatx()`, of the same shape.

    >>> accuracy([[1], [2]], [[1], [3]]).tolist()
    [[1.0], [0.0]]
    """
    y_pred = ops.convert_to_tensor(y_pred)
    y_true, y_pred = match_ranks(ops.convert_to_tensor(y_true, dtype=dtype_of(y_pred)), y_pred)
    return _hits(y_true, y_pred)


def binary_accuracy(y_true: TensorLike, y_pred: TensorLike, threshold: float = 0.5) -> Tensor:
    """1 where ``y_true == (y_pred > threshold)``, else 0.

    Args:
        y_true: targets 0 or 1, shape ``(batch, ...)``.
        y_pred: probabilities of the same shape.
        threshold: probability above which the prediction is 1, float.

    Returns:
        Array of 0 and 1 of dtype `floatx()`, of the same shape.

    >>> binary_accuracy([[1], [1]], [[0.7], [0.5]]).tolist()
    [[1.0], [0.0]]
    """
    y_true, y_pred = match_ranks(y_true, y_pred)
    return _hits(y_true, e.cast(e.greater(y_pred, threshold), dtype_of(y_true)))


def categorical_accuracy(y_true: TensorLike, y_pred: TensorLike) -> Tensor:
    """1 where ``argmax(y_true) == argmax(y_pred)`` along the last axis, else 0.

    Args:
        y_true: one-hot targets or probabilities, shape ``(batch, ..., classes)``.
        y_pred: scores of the classes, same shape.

    Returns:
        Array of 0 and 1 of dtype `floatx()`, shape ``(batch, ...)``.

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


def sparse_categorical_accuracy(y_true: TensorLike, y_pred: TensorLike) -> Tensor:
    """1 where ``y_true == argmax(y_pred)`` along the last axis, else 0.

    Args:
        y_true: class indices, integers of shape ``(batch, ...)`` or ``(batch, ..., 1)``.
        y_pred: scores of the classes, shape ``(batch, ..., classes)``.

    Returns:
        Array of 0 and 1 of dtype `floatx()`, shape ``(batch, ...)``.

    >>> sparse_categorical_accuracy([1, 1], [[0.2, 0.8], [0.9, 0.1]]).tolist()
    [1.0, 0.0]
    """
    y_true, y_pred = ops.convert_to_tensor(y_true), ops.convert_to_tensor(y_pred)
    dims = dims_of(y_true)
    if len(dims) == len(dims_of(y_pred)) and dims[-1] == 1:
        y_true = reshape(y_true, dims[:-1])
    predicted = argmax(y_pred, axis=len(dims_of(y_pred)) - 1)
    hits = _hits(y_true, e.cast(predicted, dtype_of(y_true)))
    dims = dims_of(hits)
    return reshape(hits, dims[:-1]) if len(dims) > 1 and dims[-1] == 1 else hits


def top_k_categorical_accuracy(y_true: TensorLike, y_pred: TensorLike, k: int = 5) -> Tensor:
    """1 where ``argmax(y_true)`` is among the k classes of the highest scores, else 0.

    Args:
        y_true: one-hot targets or probabilities, shape ``(batch, ..., classes)``.
        y_pred: scores of the classes, same shape.
        k: number of the highest scores that count, int.

    Returns:
        Array of 0 and 1 of dtype `floatx()`, shape ``(batch, ...)``.

    >>> top_k_categorical_accuracy([[0, 1, 0]], [[0.5, 0.3, 0.2]], k=2).tolist()
    [1.0]
    """
    return sparse_top_k_categorical_accuracy(ops.argmax(y_true, axis=-1), y_pred, k)


def sparse_top_k_categorical_accuracy(
    y_true: TensorLike, y_pred: TensorLike, k: int = 5, from_sorted_ids: bool = False
) -> Tensor:
    """1 where the class ``y_true`` is among the k classes of the highest scores, else 0.

    Args:
        y_true: class indices, integers of shape ``(batch, ...)``.
        y_pred: scores of shape ``(batch, ..., classes)``; with ``from_sorted_ids`` class indices
            instead, sorted by descending score.
        k: number of the highest scores that count, int.
        from_sorted_ids: whether ``y_pred`` holds sorted class indices.

    Returns:
        Array of 0 and 1 of dtype `floatx()`, of the shape of ``y_true``.

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
    """The fraction of values that equal their targets.

    Args:
        name, dtype: see `Metric`.

    >>> float(Accuracy()([[1], [2]], [[1], [3]]))
    0.5
    """

    function = staticmethod(accuracy)
    name = "accuracy"


@registry.add
class BinaryAccuracy(Function):
    """The fraction of outputs on the correct side of the threshold.

    Args:
        threshold: probability above which the prediction is 1, float from 0 to 1.
        name, dtype: see `Metric`.

    >>> float(BinaryAccuracy()([[1], [1]], [[0.7], [0.5]]))
    0.5
    """

    function = staticmethod(binary_accuracy)
    arguments = ("threshold",)
    field_order = ("name", "dtype", "threshold")
    name = "binary_accuracy"
    threshold: float = field(default=0.5, kind="float", ge=0, le=1, kw_only=True, positional=True)


@registry.add
class CategoricalAccuracy(Function):
    """The fraction of rows with ``argmax(y_true) == argmax(y_pred)``, for one-hot targets.

    Args:
        name, dtype: see `Metric`.

    >>> float(CategoricalAccuracy()([[0, 1], [1, 0]], [[0.2, 0.8], [0.3, 0.7]]))
    0.5
    """

    function = staticmethod(categorical_accuracy)
    name = "categorical_accuracy"


@registry.add
class SparseCategoricalAccuracy(Function):
    """The fraction of rows with ``y_true == argmax(y_pred)``, for integer targets.

    Args:
        name, dtype: see `Metric`.

    >>> float(SparseCategoricalAccuracy()([1, 1], [[0.2, 0.8], [0.9, 0.1]]))
    0.5
    """

    function = staticmethod(sparse_categorical_accuracy)
    name = "sparse_categorical_accuracy"


@registry.add
class TopKCategoricalAccuracy(Function):
    """The fraction of rows whose class is among the k highest scores, for one-hot targets.

    Args:
        k: number of the highest scores that count, int >= 1.
        name, dtype: see `Metric`.

    >>> float(TopKCategoricalAccuracy(k=2)([[0, 1, 0]], [[0.5, 0.3, 0.2]]))
    1.0
    """

    function = staticmethod(top_k_categorical_accuracy)
    arguments = ("k",)
    field_order = ("k", "name", "dtype")
    name = "top_k_categorical_accuracy"
    k: int = field(default=5, kind="int", ge=1)


@registry.add
class SparseTopKCategoricalAccuracy(Function):
    """The fraction of rows whose class is among the k highest scores, for integer targets.

    Args:
        k: number of the highest scores that count, int >= 1.
        from_sorted_ids: whether outputs are class indices sorted by descending score.
        name, dtype: see `Metric`.

    >>> float(SparseTopKCategoricalAccuracy(k=2)([1, 2], [[0.5, 0.3, 0.2]] * 2))
    0.5
    """

    function = staticmethod(sparse_top_k_categorical_accuracy)
    arguments = ("k", "from_sorted_ids")
    field_order = ("k", "name", "dtype", "from_sorted_ids")
    name = "sparse_top_k_categorical_accuracy"
    k: int = field(default=5, kind="int", ge=1)
    from_sorted_ids: bool = field(default=False, kind="bool", kw_only=True, positional=True)
