"""Intersection over union of predicted and true classes."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np

from .. import ops
from ..errors import ArgumentError, shown
from ..fields import field
from ..ops.core import dims_of, dtype_of
from ..program import standard
from ..program.dtypes import epsilon, is_float
from ..program.primitives import elementwise as e
from ..program.primitives.layout import broadcast_to
from ..program.primitives.reduce import reduce_sum
from ..program.primitives.take import scatter_add
from ..stack_level import outside
from .metric import Metric, as_float64
from .metric_names import registry


def _dtype(value) -> str:
    return "int32" if value in (None, "int") else standard(value)


def _class_ids(ids) -> list[int]:
    array = np.asarray(ids)
    if array.ndim != 1 or array.dtype.kind not in "iu":
        raise ValueError(f"got {shown(ids)}, expected a list of class indices.")
    return array.tolist()


class _Confusion(Metric):
    """Base class with a confusion matrix: how often class i was predicted as class j."""

    dtype: str | Any = field(default=None, convert=_dtype, kw_only=True, positional=True)
    num_classes = 0
    #: Whether they are class indices; else an axis holds a score for each class.
    sparse_y_true = sparse_y_pred = True
    ignore_class = None  # type: int | None
    axis = -1

    def setup(self) -> None:
        super().setup()
        targets = _class_ids(self.targets)
        if not all(0 <= i < self.num_classes for i in targets):
            raise ArgumentError(
                f"{type(self).__name__}.target_class_ids",
                f"got {targets}, expected class indices from 0 to {self.num_classes - 1}.",
            )
        self.total_cm = self.add_variable(
            (self.num_classes, self.num_classes), name="total_confusion_matrix"
        )

    @property
    def targets(self):
        """The classes that the result averages over."""
        return range(self.num_classes)

    def update_state(self, y_true, y_pred, sample_weight=None) -> None:
        if not self.sparse_y_true:
            y_true = ops.argmax(y_true, axis=self.axis)
        if not self.sparse_y_pred:
            y_pred = ops.argmax(y_pred, axis=self.axis)
        true, pred = (ops.ravel(self._ids(y)) for y in (y_true, y_pred))
        counts = e.logical_and(self._inside(true), self._inside(pred))
        if self.ignore_class is not None:
            counts = e.logical_and(counts, e.not_equal(true, self.ignore_class))
        weight = e.where(counts, self._weight(sample_weight, dims_of(true)), 0.0)
        cells = e.where(counts, true * self.num_classes + pred, 0)
        found = scatter_add(cells, weight, rows=self.num_classes**2)
        self.total_cm.assign_add(ops.reshape(found, (self.num_classes, self.num_classes)))

    def _ids(self, y):
        y = ops.convert_to_tensor(y)
        return y if dtype_of(y) == "int64" else e.cast(y, "int32")

    def _inside(self, ids):
        return e.logical_and(e.greater_equal(ids, 0), e.less(ids, self.num_classes))

    def _weight(self, weight, dims):
        if weight is None:
            return broadcast_to(np.ones((1,)), dims)
        weight = ops.convert_to_tensor(weight)
        if is_float(dtype_of(weight)) and not is_float(self.dtype):
            warnings.warn(
                f"{type(self).__name__}: got fractional weights, expected whole "
                f"numbers: counts of dtype {self.dtype} drop fractions. Use "
                "dtype='float32'.",
                UserWarning,
                stacklevel=outside(),
            )
        weight = as_float64(e.cast(weight, self.dtype))
        return broadcast_to(ops.ravel(weight) if len(dims_of(weight)) > 1 else weight, dims)

    def result(self):
        """The mean over the classes that occur; 0 if none does."""
        matrix, targets = self.total_cm.value, np.array(self.targets, "int32")
        hits = ops.take(ops.diag(matrix), targets)
        union = ops.take(reduce_sum(matrix, 0) + reduce_sum(matrix, 1), targets) - hits
        occurs = as_float64(e.greater(union, 1e-9))
        ratios = occurs * hits / (union + epsilon())
        return reduce_sum(ratios) / (reduce_sum(occurs) + epsilon())


class _OfClasses(_Confusion):
    """Base class for a mean over some of the classes."""

    target_class_ids = ()  # type: Any

    @property
    def targets(self):
        return self.target_class_ids


@registry.add
class IoU(_OfClasses):
    """Intersection over union, averaged over some classes.

    For each class it is ``true positives / (true positives + false positives + false
    negatives)``. Classes that do not occur are left out.

    Args:
        num_classes: number of classes, int >= 1.
        target_class_ids: list of the class indices to average over.
        ignore_class: class index whose targets are not counted, int; None for none.
        sparse_y_true: whether targets are class indices rather than one-hot.
        sparse_y_pred: whether outputs are class indices rather than scores of the classes.
        axis: axis of the classes in scores and one-hot targets, int.
        name: see `Metric`.
        dtype: dtype in which the weights are counted; default int32.

    >>> round(float(IoU(2, target_class_ids=[0])([0, 0, 1, 1], [0, 1, 0, 1])), 4)
    0.3333
    """

    field_order = (
        "num_classes",
        "target_class_ids",
        "name",
        "dtype",
        "ignore_class",
        "sparse_y_true",
        "sparse_y_pred",
        "axis",
    )
    num_classes: int = field(kind="int", ge=1)
    target_class_ids: list | Any = field(convert=_class_ids)
    ignore_class: int | None = field(default=None, kind="int", kw_only=True, positional=True)
    sparse_y_true: bool = field(default=True, kind="bool", kw_only=True, positional=True)
    sparse_y_pred: bool = field(default=True, kind="bool", kw_only=True, positional=True)
    axis: int = field(default=-1, kind="int", kw_only=True, positional=True)


@registry.add
class BinaryIoU(_OfClasses):
    """`IoU` for binary classification with a threshold.

    Args:
        target_class_ids: list of the class indices to average over; default ``[0, 1]``.
        threshold: probability from which an output is class 1, float.
        name: see `Metric`.
        dtype: dtype in which the weights are counted; default int32.

    >>> round(float(BinaryIoU()([0, 1, 0, 1], [0.1, 0.2, 0.4, 0.7])), 4)
    0.5833
    """

    field_order = ("target_class_ids", "threshold", "name", "dtype")
    num_classes = 2
    target_class_ids: list | Any = field(default=(0, 1), convert=_class_ids)
    threshold: float = field(default=0.5, kind="float")

    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:
        y_pred = ops.convert_to_tensor(y_pred, dtype="float32")
        marked = e.cast(e.greater_equal(y_pred, self.threshold), "int32")
        super().update_state(y_true, marked, sample_weight)


@registry.add
class MeanIoU(_Confusion):
    """`IoU` averaged over all classes.

    Args:
        num_classes: number of classes, int >= 1.
        ignore_class: class index whose targets are not counted, int; None for none.
        sparse_y_true: whether targets are class indices rather than one-hot.
        sparse_y_pred: whether outputs are class indices rather than scores of the classes.
        axis: axis of the classes in scores and one-hot targets, int.
        name: see `Metric`.
        dtype: dtype in which the weights are counted; default int32.

    >>> round(float(MeanIoU(2)([0, 0, 1, 1], [0, 1, 0, 1])), 4)
    0.3333
    """

    field_order = (
        "num_classes",
        "name",
        "dtype",
        "ignore_class",
        "sparse_y_true",
        "sparse_y_pred",
        "axis",
    )
    num_classes: int = field(kind="int", ge=1)
    ignore_class: int | None = field(default=None, kind="int", kw_only=True, positional=True)
    sparse_y_true: bool = field(default=True, kind="bool", kw_only=True, positional=True)
    sparse_y_pred: bool = field(default=True, kind="bool", kw_only=True, positional=True)
    axis: int = field(default=-1, kind="int", kw_only=True, positional=True)


@registry.add
class OneHotIoU(_OfClasses):
    """`IoU` for one-hot targets.

    Args:
        num_classes: number of classes, int >= 1.
        target_class_ids: list of the class indices to average over.
        ignore_class: class index whose targets are not counted, int; None for none.
        sparse_y_pred: whether outputs are class indices rather than scores of the classes.
        axis: axis of the classes in scores and one-hot targets, int.
        name: see `Metric`.
        dtype: dtype in which the weights are counted; default int32.

    >>> score = OneHotIoU(2, target_class_ids=[0])
    >>> round(float(score([[0, 1], [1, 0]], [[0.2, 0.8], [0.9, 0.1]])), 4)
    1.0
    """

    field_order = (
        "num_classes",
        "target_class_ids",
        "name",
        "dtype",
        "ignore_class",
        "sparse_y_pred",
        "axis",
    )
    num_classes: int = field(kind="int", ge=1)
    target_class_ids: list | Any = field(convert=_class_ids)
    sparse_y_true = False
    ignore_class: int | None = field(default=None, kind="int", kw_only=True, positional=True)
    sparse_y_pred: bool = field(default=False, kind="bool", kw_only=True, positional=True)
    axis: int = field(default=-1, kind="int", kw_only=True, positional=True)


@registry.add
class OneHotMeanIoU(_Confusion):
    """`MeanIoU` for one-hot targets.

    Args:
        num_classes: number of classes, int >= 1.
        ignore_class: class index whose targets are not counted, int; None for none.
        sparse_y_pred: whether outputs are class indices rather than scores of the classes.
        axis: axis of the classes in scores and one-hot targets, int.
        name: see `Metric`.
        dtype: dtype in which the weights are counted; default int32.

    >>> round(float(OneHotMeanIoU(2)([[0, 1], [1, 0]], [[0.2, 0.8], [0.9, 0.1]])), 4)
    1.0
    """

    field_order = ("num_classes", "name", "dtype", "ignore_class", "sparse_y_pred", "axis")
    num_classes: int = field(kind="int", ge=1)
    sparse_y_true = False
    ignore_class: int | None = field(default=None, kind="int", kw_only=True, positional=True)
    sparse_y_pred: bool = field(default=False, kind="bool", kw_only=True, positional=True)
    axis: int = field(default=-1, kind="int", kw_only=True, positional=True)
