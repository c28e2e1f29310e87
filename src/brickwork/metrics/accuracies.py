"""Accuracies and losses as metrics: functions that answer a value for each row, and classes."""

from __future__ import annotations

from .. import losses, ops
from ..fields import field
from ..losses.base import same_rank
from ..ops.core import dims_of, dtype_of
from ..program import floatx
from ..program.primitives import elementwise as e
from ..program.primitives.layout import reshape
from ..program.primitives.reduce import argmax
from ..registry import Registry
from .base import Function, Mean, MeanMetricWrapper, Metric, Sum

registry = Registry("metric", Metric)
for _class in (Metric, Mean, Sum, MeanMetricWrapper):
    registry.add(_class)


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


class _Named(Function):
    field_order = ("name", "dtype")


@registry.add
class Accuracy(_Named):
    """The share of values that are equal.

    >>> float(Accuracy()([[1], [2]], [[1], [3]]))
    0.5
    """

    function = staticmethod(accuracy)
    name = "accuracy"


@registry.add
class BinaryAccuracy(_Named):
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
class CategoricalAccuracy(_Named):
    """The share of rows whose greatest output stands where the greatest target does.

    >>> float(CategoricalAccuracy()([[0, 1], [1, 0]], [[0.2, 0.8], [0.3, 0.7]]))
    0.5
    """

    function = staticmethod(categorical_accuracy)
    name = "categorical_accuracy"


@registry.add
class SparseCategoricalAccuracy(_Named):
    """The share of rows whose greatest output is that of their class.

    >>> float(SparseCategoricalAccuracy()([1, 1], [[0.2, 0.8], [0.9, 0.1]]))
    0.5
    """

    function = staticmethod(sparse_categorical_accuracy)
    name = "sparse_categorical_accuracy"


@registry.add(aliases=["mse", "MSE"])
class MeanSquaredError(_Named):
    """`losses.mean_squared_error`, the mean over all rows.

    >>> float(MeanSquaredError()([[0.0]], [[2.0]]))
    4.0
    """

    function = staticmethod(losses.mean_squared_error)
    name = "mean_squared_error"


@registry.add(aliases=["mae", "MAE"])
class MeanAbsoluteError(_Named):
    """`losses.mean_absolute_error`, the mean over all rows.

    >>> float(MeanAbsoluteError()([[0.0]], [[2.0]]))
    2.0
    """

    function = staticmethod(losses.mean_absolute_error)
    name = "mean_absolute_error"


@registry.add(aliases=["bce", "BCE"])
class BinaryCrossentropy(_Named):
    """`losses.binary_crossentropy`, the mean over all rows.

    >>> float(BinaryCrossentropy()([[1.0]], [[0.5]]))
    0.6931471824645996
    """

    function = staticmethod(losses.binary_crossentropy)
    arguments = ("from_logits", "label_smoothing")
    field_order = ("name", "dtype", "from_logits", "label_smoothing")
    name = "binary_crossentropy"
    from_logits: bool = field(False, kind="bool")
    label_smoothing: float = field(0, kind="float", ge=0, le=1)


@registry.add
class CategoricalCrossentropy(_Named):
    """`losses.categorical_crossentropy`, the mean over all rows.

    >>> float(CategoricalCrossentropy()([[0.0, 1.0]], [[0.5, 0.5]]))
    0.6931471824645996
    """

    function = staticmethod(losses.categorical_crossentropy)
    arguments = ("from_logits", "label_smoothing", "axis")
    field_order = ("name", "dtype", "from_logits", "label_smoothing", "axis")
    name = "categorical_crossentropy"
    from_logits: bool = field(False, kind="bool")
    label_smoothing: float = field(0, kind="float", ge=0, le=1)
    axis: int = field(-1, kind="int")


@registry.add
class SparseCategoricalCrossentropy(_Named):
    """`losses.sparse_categorical_crossentropy`, the mean over all rows.

    >>> float(SparseCategoricalCrossentropy()([1], [[0.5, 0.5]]))
    0.6931471824645996
    """

    function = staticmethod(losses.sparse_categorical_crossentropy)
    arguments = ("from_logits", "ignore_class", "axis")
    field_order = ("name", "dtype", "from_logits", "ignore_class", "axis")
    name = "sparse_categorical_crossentropy"
    from_logits: bool = field(False, kind="bool")
    ignore_class: int | None = field(None, kind="int")
    axis: int = field(-1, kind="int")
