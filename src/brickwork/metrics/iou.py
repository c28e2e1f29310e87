"""Intersection over union of each class: what was marked and right, in what was marked or right."""

from __future__ import annotations

import warnings

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
from .metric import Metric, wide
from .metric_names import registry


def _kind(value) -> str:
    return "int32" if value in (None, "int") else standard(value)


def _numbers(ids) -> list[int]:
    whole = np.asarray(ids)
    if whole.ndim != 1 or whole.dtype.kind not in "iu":
        raise ValueError(f"got {shown(ids)}, expected a list of class numbers.")
    return whole.tolist()


class _Confusion(Metric):
    """A matrix that counts how often class i was taken for class j."""

    dtype: str = field(None, convert=_kind)
    num_classes: int
    #: Class numbers, unless an axis holds a value for each class.
    sparse_y_true = sparse_y_pred = True
    ignore_class: int | None = None
    axis = -1

    def setup(self) -> None:
        super().setup()
        targets = _numbers(self.targets)
        if not all(0 <= i < self.num_classes for i in targets):
            raise ArgumentError(f"{type(self).__name__}.target_class_ids",
                                f"got {targets}, expected numbers from 0 to "
                                f"{self.num_classes - 1}.")
        self.total_cm = self.add_variable((self.num_classes, self.num_classes),
                                          name="total_confusion_matrix")

    @property
    def targets(self):
        """The classes that the result is of."""
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
        places = e.where(counts, true * self.num_classes + pred, 0)
        found = scatter_add(places, weight, rows=self.num_classes**2)
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
            warnings.warn(f"{type(self).__name__}: got weights with fractions, expected whole "
                          f"numbers: it counts in {self.dtype}, where 0.5 is 0. Use "
                          "dtype='float32'.", UserWarning, stacklevel=outside())
        weight = wide(e.cast(weight, self.dtype))
        return broadcast_to(ops.ravel(weight) if len(dims_of(weight)) > 1 else weight, dims)

    def result(self):
        """The mean over the classes that occur; 0 where none does."""
        matrix, targets = self.total_cm.value, np.array(self.targets, "int32")
        hits = ops.take(ops.diag(matrix), targets)
        either = ops.take(reduce_sum(matrix, 0) + reduce_sum(matrix, 1), targets) - hits
        occurs = wide(e.greater(either, 1e-9))
        shares = occurs * hits / (either + epsilon())
        return reduce_sum(shares) / (reduce_sum(occurs) + epsilon())


class _OfClasses(_Confusion):
    """The same, of some classes."""

    target_class_ids: list

    @property
    def targets(self):
        return self.target_class_ids


@registry.add
class IoU(_OfClasses):
    """The mean over some classes of hits / (hits + false alarms + misses).

    Args:
        num_classes: how many there are.
        target_class_ids: of which the mean is taken.
        ignore_class: targets of this class are left out.
        sparse_y_true, sparse_y_pred: whether these are class numbers; else an axis holds a value
            for each class, and the greatest counts.
        axis: that axis.

    >>> round(float(IoU(2, target_class_ids=[0])([0, 0, 1, 1], [0, 1, 0, 1])), 4)
    0.3333
    """

    field_order = ("num_classes", "target_class_ids", "name", "dtype", "ignore_class",
                   "sparse_y_true", "sparse_y_pred", "axis")
    num_classes: int = field(kind="int", ge=1)
    target_class_ids: list = field(convert=_numbers)
    ignore_class: int | None = field(None, kind="int")
    sparse_y_true: bool = field(True, kind="bool")
    sparse_y_pred: bool = field(True, kind="bool")
    axis: int = field(-1, kind="int")


@registry.add
class BinaryIoU(_OfClasses):
    """`IoU` of two classes, which outputs from the threshold on and below it are.

    >>> round(float(BinaryIoU()([0, 1, 0, 1], [0.1, 0.2, 0.4, 0.7])), 4)
    0.5833
    """

    field_order = ("target_class_ids", "threshold", "name", "dtype")
    num_classes = 2
    target_class_ids: list = field((0, 1), convert=_numbers)
    threshold: float = field(0.5, kind="float")

    def update_state(self, y_true, y_pred, sample_weight=None) -> None:
        y_pred = ops.convert_to_tensor(y_pred, dtype="float32")
        marked = e.cast(e.greater_equal(y_pred, self.threshold), "int32")
        super().update_state(y_true, marked, sample_weight)


@registry.add
class MeanIoU(_Confusion):
    """`IoU` of all classes.

    >>> round(float(MeanIoU(2)([0, 0, 1, 1], [0, 1, 0, 1])), 4)
    0.3333
    """

    field_order = ("num_classes", "name", "dtype", "ignore_class", "sparse_y_true",
                   "sparse_y_pred", "axis")
    num_classes: int = field(kind="int", ge=1)
    ignore_class: int | None = field(None, kind="int")
    sparse_y_true: bool = field(True, kind="bool")
    sparse_y_pred: bool = field(True, kind="bool")
    axis: int = field(-1, kind="int")


@registry.add
class OneHotIoU(_OfClasses):
    """`IoU` of targets with a value for each class.

    >>> score = OneHotIoU(2, target_class_ids=[0])
    >>> round(float(score([[0, 1], [1, 0]], [[0.2, 0.8], [0.9, 0.1]])), 4)
    1.0
    """

    field_order = ("num_classes", "target_class_ids", "name", "dtype", "ignore_class",
                   "sparse_y_pred", "axis")
    num_classes: int = field(kind="int", ge=1)
    target_class_ids: list = field(convert=_numbers)
    sparse_y_true = False
    ignore_class: int | None = field(None, kind="int")
    sparse_y_pred: bool = field(False, kind="bool")
    axis: int = field(-1, kind="int")


@registry.add
class OneHotMeanIoU(_Confusion):
    """`MeanIoU` of targets with a value for each class.

    >>> round(float(OneHotMeanIoU(2)([[0, 1], [1, 0]], [[0.2, 0.8], [0.9, 0.1]])), 4)
    1.0
    """

    field_order = ("num_classes", "name", "dtype", "ignore_class", "sparse_y_pred", "axis")
    num_classes: int = field(kind="int", ge=1)
    sparse_y_true = False
    ignore_class: int | None = field(None, kind="int")
    sparse_y_pred: bool = field(False, kind="bool")
    axis: int = field(-1, kind="int")
