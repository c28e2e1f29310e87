"""Confusion counts at thresholds, and precision and recall computed from them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

import numpy as np

from .. import ops
from ..errors import ArgumentError
from ..fields import field
from ..losses.loss import match_ranks
from ..ops.core import dims_of, public_shape
from ..program import floatx
from ..program.primitives import elementwise as e
from ..program.primitives.layout import broadcast_to, reshape
from ..program.primitives.reduce import reduce_sum
from ..program.primitives.sort import argsort
from .metric import Metric, as_float64
from .metric_names import registry

#: The four counts, in Keras's order.
COUNTS = ("true_positives", "false_positives", "true_negatives", "false_negatives")
#: float32 outputs have too few digits for a finer grid of thresholds.
MOST_THRESHOLDS = 1_000_000


class Thresholded(Metric):
    """Base class of metrics that count positives and negatives above and below thresholds.

    A subclass sets `thresholds` and calls `add_counts`; `count` updates the counts it has.
    """

    thresholds = ()  # type: Any
    class_id = None  # type: int | None
    top_k = None  # type: int | None

    def add_counts(
        self, names: Iterable[str], dims: Any = None, variable: str | None = None
    ) -> None:
        """Create the state for some of `COUNTS`, in variables of that name (or a given one)."""
        dims = (len(self.thresholds),) if dims is None else dims
        self._counts = {name: self.add_variable(dims, name=variable or name) for name in names}
        for count in self._counts.values():
            setattr(self, count.name, count)

    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:
        self.count(y_true, y_pred, sample_weight)

    def count(
        self,
        y_true: Any,
        y_pred: Any,
        sample_weight: Any = None,
        by_label: Any = False,
        label_weights: Any = None,
    ) -> None:
        """Add a batch to the counts.

        Args:
            y_true: targets, shape ``(batch, ...)``; all but 0 are positive.
            y_pred: outputs of the same shape.
            sample_weight: weights of shape ``(batch,)``, or of the shape of the outputs.
            by_label: whether each column of ``(batch, labels)`` has counts of its own.
            label_weights: weights of the columns, shape ``(labels,)``.
        """
        dtype = floatx()
        y_pred, y_true = match_ranks(ops.cast(y_pred, dtype), ops.cast(y_true, dtype))
        if dims_of(y_pred) != dims_of(y_true):
            raise ValueError(
                f"{type(self).__name__}: got targets of shape {public_shape(y_true)} "
                f"and outputs of shape {public_shape(y_pred)}, expected the same. "
                "Turn class indices into one-hot rows by to_categorical(y)."
            )
        weight = _spread(sample_weight, y_true, dtype)
        if self.top_k is not None:
            y_pred = _best(y_pred, self.top_k)
        if self.class_id is not None:
            y_true, y_pred = (self._one_class(y) for y in (y_true, y_pred))
        weight = 1.0 if weight is None else weight
        if label_weights is not None:
            weight = weight * ops.convert_to_tensor(label_weights, dtype=dtype)
        positive = e.cast(e.not_equal(y_true, 0), dtype)
        dims = dims_of(y_pred)
        groups = [
            as_float64(broadcast_to(g, dims))
            for g in (positive * weight, (1.0 - positive) * weight)
        ]
        if not by_label:
            y_pred, *groups = (ops.ravel(v) for v in (y_pred, *groups))
        hits, alarms = weight_above(y_pred, groups, np.asarray(self.thresholds, dtype))
        found = {
            "true_positives": lambda: hits,
            "false_positives": lambda: alarms,
            "true_negatives": lambda: reduce_sum(groups[1], 0) - alarms,
            "false_negatives": lambda: reduce_sum(groups[0], 0) - hits,
        }
        for name, variable in self._counts.items():
            variable.assign_add(found[name]())

    def _one_class(self, y):
        if len(dims_of(y)) < 2:
            raise ValueError(
                f"{type(self).__name__}.class_id: got {self.class_id} for values of "
                f"shape {public_shape(y)}, expected (rows, classes)."
            )
        return y[..., self.class_id, None]

    def per_threshold(self, values: Any) -> Any:
        """The value for a single threshold, else the values for all of them."""
        return values[0] if len(self.thresholds) == 1 else values


def _spread(weight, y_true, dtype):
    """Weights of rows, or of values, in a shape that broadcasts to the values."""
    if weight is None:
        return None
    weight = ops.expand_dims(ops.cast(weight, dtype), -1)
    return match_ranks(y_true, weight, expand_vectors=False)[1]


def _best(y_pred, k: int):
    """Keep the k largest outputs of each row, and set the others below every threshold."""
    dims = dims_of(y_pred)
    if dims and isinstance(dims[-1], int) and k > dims[-1]:
        raise ValueError(
            f"top_k: got {k} for outputs of shape {public_shape(y_pred)}, expected at "
            "most the number of classes."
        )
    rank = argsort(argsort(y_pred, descending=True), descending=False)
    return e.where(e.less(rank, k), y_pred, NEGATIVE)


#: Below all outputs, as in Keras: the default threshold with `top_k`.
NEGATIVE = -1e10


def weight_above(y_pred: Any, groups: Any, thresholds: Any) -> Any:
    """The sum of each group of weights above each threshold, of shape (thresholds, ...)."""
    if len(thresholds) == 1:
        over = e.greater(y_pred, thresholds[0])
        return [ops.expand_dims(reduce_sum(e.where(over, g, 0.0), 0), 0) for g in groups]
    if are_evenly_spaced(thresholds):
        return _by_buckets(y_pred, groups, thresholds)
    column = reshape(thresholds, (len(thresholds), *(1,) * len(dims_of(y_pred))))
    over = e.greater(ops.expand_dims(y_pred, 0), column)
    return [reduce_sum(e.where(over, ops.expand_dims(g, 0), 0.0), 1) for g in groups]


def are_evenly_spaced(thresholds: Any) -> bool:
    """Whether thresholds divide the range from 0 to 1 into equal intervals."""
    count = len(thresholds)
    return count > 2 and np.allclose(
        thresholds, np.arange(count, dtype="float32") / (count - 1), atol=1e-7
    )


def _by_buckets(y_pred, groups, thresholds):
    """Sum the weights in each interval between thresholds, then cumulate from the top."""
    count, dims = len(thresholds), dims_of(y_pred)
    bucket = ops.ceil(ops.clip(y_pred, 0.0, 1.0) * float(count - 1)) - 1.0
    if thresholds[0] < 0:
        bucket = e.maximum(bucket, 0.0)
    bucket = e.cast(bucket, "int32")  # -1 is below all thresholds: not counted
    columns = dims[1] if len(dims) > 1 else 1
    if len(dims) > 1:
        offset = ops.arange(columns) * count
        bucket = e.where(e.less(bucket, 0), bucket, bucket + offset)
    weights = ops.stack([ops.ravel(g) for g in groups], axis=-1)
    parts = ops.segment_sum(weights, ops.ravel(bucket), count * columns)
    parts = reshape(parts, (columns, count, len(groups)))
    sums = ops.flip(ops.cumsum(ops.flip(parts, 1), 1), 1)
    totals = [ops.transpose(sums[..., i]) for i in range(len(groups))]
    return totals if len(dims) > 1 else [reshape(t, (count,)) for t in totals]


def listed(value: Any) -> Any:
    """Validate thresholds: None, a number or a list of numbers, each from 0 to 1."""
    numbers = np.atleast_1d([] if value is None else value)
    if (
        numbers.dtype.kind not in "iuf"
        or numbers.ndim != 1
        or not ((numbers >= 0) & (numbers <= 1)).all()
    ):
        raise ValueError(f"got {value!r}, expected None, or one or more numbers from 0 to 1.")
    if value is None or np.ndim(value) == 0:
        return None if value is None else float(value)
    return [float(number) for number in numbers]


class _AtThresholds(Thresholded):
    """Base class of metrics with the argument `thresholds`, default 0.5."""

    thresholds: float | list | None = field(default=None, convert=listed)
    counted: ClassVar[tuple[str, ...]] = ()
    variable: ClassVar[str | None] = None

    def setup(self) -> None:
        super().setup()
        self.init_thresholds = thresholds = self.thresholds
        if thresholds is None:
            thresholds = 0.5 if self.top_k is None else NEGATIVE
        self.thresholds = thresholds if isinstance(thresholds, list) else [thresholds]
        if not self.thresholds:
            raise ArgumentError(
                f"{type(self).__name__}.thresholds",
                "got an empty list, expected at least one threshold.",
            )
        self.add_counts(self.counted, variable=self.variable)

    def get_config(self):
        return {**super().get_config(), "thresholds": self.init_thresholds}


class _Count(_AtThresholds):
    field_order = ("thresholds", "name", "dtype")
    variable = "accumulator"

    def result(self):
        return self.per_threshold(self.accumulator.value)


@registry.add
class TruePositives(_Count):
    """The number (or sum of weights) of positives above the threshold.

    Args:
        thresholds: float from 0 to 1, or a list of such for a result for each; default 0.5.
        name, dtype: see `Metric`.

    >>> float(TruePositives()([0, 1, 1], [0.7, 0.8, 0.4]))
    1.0
    """

    counted = ("true_positives",)


@registry.add
class FalsePositives(_Count):
    """The number (or sum of weights) of negatives above the threshold.

    Args:
        thresholds: float from 0 to 1, or a list of such for a result for each; default 0.5.
        name, dtype: see `Metric`.

    >>> float(FalsePositives()([0, 1, 1], [0.7, 0.8, 0.4]))
    1.0
    """

    counted = ("false_positives",)


@registry.add
class TrueNegatives(_Count):
    """The number (or sum of weights) of negatives not above the threshold.

    Args:
        thresholds: float from 0 to 1, or a list of such for a result for each; default 0.5.
        name, dtype: see `Metric`.

    >>> float(TrueNegatives()([0, 1, 1], [0.7, 0.8, 0.4]))
    0.0
    """

    counted = ("true_negatives",)


@registry.add
class FalseNegatives(_Count):
    """The number (or sum of weights) of positives not above the threshold.

    Args:
        thresholds: float from 0 to 1, or a list of such for a result for each; default 0.5.
        name, dtype: see `Metric`.

    >>> float(FalseNegatives(thresholds=[0.3, 0.5, 0.9])([0, 1, 1], [0.7, 0.8, 0.4])[2])
    2.0
    """

    counted = ("false_negatives",)


class _Ratio(_AtThresholds):
    field_order = ("thresholds", "top_k", "class_id", "name", "dtype")
    top_k: int | None = field(default=None, kind="int", ge=1)
    class_id: int | None = field(default=None, kind="int", ge=0)

    def result(self):
        """The ratio for each threshold; 0 where the denominator is 0."""
        hits, others = (getattr(self, name).value for name in self.counted)
        return self.per_threshold(ops.divide_no_nan(hits, hits + others))


@registry.add
class Precision(_Ratio):
    """Precision: the fraction of outputs above the threshold whose targets are positive.

    ``true positives / (true positives + false positives)``, or 0 where the denominator is 0.

    Args:
        thresholds: float from 0 to 1, or a list of such for a result for each; default 0.5, with
            ``top_k`` none.
        top_k: number of the largest outputs of each row that can be positive, int >= 1; None
            for all.
        class_id: index of the only class to evaluate, int; None for all outputs.
        name, dtype: see `Metric`.

    >>> float(Precision()([0, 1, 1], [0.7, 0.8, 0.4]))
    0.5
    """

    counted = ("true_positives", "false_positives")


@registry.add
class Recall(_Ratio):
    """Recall: the fraction of positive targets whose outputs are above the threshold.

    ``true positives / (true positives + false negatives)``, or 0 where the denominator is 0.

    Args:
        thresholds: float from 0 to 1, or a list of such for a result for each; default 0.5, with
            ``top_k`` none.
        top_k: number of the largest outputs of each row that can be positive, int >= 1; None
            for all.
        class_id: index of the only class to evaluate, int; None for all outputs.
        name, dtype: see `Metric`.

    >>> float(Recall(class_id=1)([[1, 0], [0, 1]], [[0.9, 0.1], [0.2, 0.8]]))
    1.0
    """

    counted = ("true_positives", "false_negatives")
