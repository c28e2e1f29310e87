"""What is right and wrong above and below thresholds: counts, precision, recall."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from .. import ops
from ..errors import ArgumentError
from ..fields import field
from ..losses.loss import same_rank
from ..ops.core import dims_of, public
from ..program import floatx
from ..program.primitives import elementwise as e
from ..program.primitives.layout import broadcast_to, reshape
from ..program.primitives.reduce import reduce_sum
from ..program.primitives.sort import argsort
from .metric import Metric, wide
from .metric_names import registry

#: The four counts, in Keras's order.
COUNTS = ("true_positives", "false_positives", "true_negatives", "false_negatives")
#: More thresholds at equal distances tell nothing more of outputs that are float32.
MOST_THRESHOLDS = 1_000_000


class Thresholded(Metric):
    """Base of metrics that count, for each of some thresholds, what lies above and below it.

    A subclass sets `thresholds` and calls `add_counts`; `count` adds to those that there are.
    """

    thresholds: list[float]
    class_id: int | None = None
    top_k: int | None = None

    def add_counts(self, names: Iterable[str], dims=None, called: str | None = None) -> None:
        """Make the state for some of `COUNTS`, which is called so (or by another name)."""
        dims = (len(self.thresholds),) if dims is None else dims
        self._counts = {name: self.add_variable(dims, name=called or name) for name in names}
        for variable in self._counts.values():
            setattr(self, variable.name, variable)

    def update_state(self, y_true, y_pred, sample_weight=None) -> None:
        self.count(y_true, y_pred, sample_weight)

    def count(self, y_true, y_pred, sample_weight=None, by_label=False, label_weights=None) -> None:
        """Add a batch to the counts.

        Args:
            y_true: targets; what is not 0 is positive.
            y_pred: outputs of the same shape.
            sample_weight: for each row, or each value.
            by_label: whether each column of (rows, labels) has counts of its own.
            label_weights: a weight for each column.
        """
        dtype = floatx()
        y_pred, y_true = same_rank(ops.cast(y_pred, dtype), ops.cast(y_true, dtype))
        if dims_of(y_pred) != dims_of(y_true):
            raise ValueError(f"{type(self).__name__}: got targets of shape {public(y_true)} and "
                             f"outputs of shape {public(y_pred)}, expected the same. Of class "
                             "numbers make rows by to_categorical(y).")
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
        groups = [wide(broadcast_to(g, dims)) for g in (positive * weight,
                                                        (1.0 - positive) * weight)]
        if not by_label:
            y_pred, *groups = (ops.ravel(v) for v in (y_pred, *groups))
        hits, alarms = above(y_pred, groups, np.asarray(self.thresholds, dtype))
        found = {"true_positives": lambda: hits, "false_positives": lambda: alarms,
                 "true_negatives": lambda: reduce_sum(groups[1], 0) - alarms,
                 "false_negatives": lambda: reduce_sum(groups[0], 0) - hits}
        for name, variable in self._counts.items():
            variable.assign_add(found[name]())

    def _one_class(self, y):
        if len(dims_of(y)) < 2:
            raise ValueError(f"{type(self).__name__}.class_id: got {self.class_id} for values of "
                             f"shape {public(y)}, expected (rows, classes).")
        return y[..., self.class_id, None]

    def one_or_all(self, values):
        """The value for the one threshold, or those for all."""
        return values[0] if len(self.thresholds) == 1 else values


def _spread(weight, y_true, dtype):
    """Weights of rows, or of values, that broadcast to the values."""
    if weight is None:
        return None
    weight = ops.expand_dims(ops.cast(weight, dtype), -1)
    return same_rank(y_true, weight, expand_vectors=False)[1]


def _best(y_pred, k: int):
    """The k largest outputs of each row as they are, the others below every threshold."""
    dims = dims_of(y_pred)
    if dims and isinstance(dims[-1], int) and k > dims[-1]:
        raise ValueError(f"top_k: got {k} for outputs of shape {public(y_pred)}, expected no more "
                         "than there are classes.")
    place = argsort(argsort(y_pred, descending=True), descending=False)
    return e.where(e.less(place, k), y_pred, NEGATIVE)


#: Keras's number below all outputs: the threshold where only the k best count.
NEGATIVE = -1e10


def above(y_pred, groups, thresholds):
    """For each group of weights, how much of it lies above each threshold: (thresholds, ...)."""
    if len(thresholds) == 1:
        over = e.greater(y_pred, thresholds[0])
        return [ops.expand_dims(reduce_sum(e.where(over, g, 0.0), 0), 0) for g in groups]
    if even(thresholds):
        return _by_buckets(y_pred, groups, thresholds)
    column = reshape(thresholds, (len(thresholds), *(1,) * len(dims_of(y_pred))))
    over = e.greater(ops.expand_dims(y_pred, 0), column)
    return [reduce_sum(e.where(over, ops.expand_dims(g, 0), 0.0), 1) for g in groups]


def even(thresholds) -> bool:
    """Whether they divide 0 ... 1 into equal parts, so that a value's part can be computed."""
    count = len(thresholds)
    return count > 2 and np.allclose(thresholds, np.arange(count, dtype="float32") / (count - 1),
                                     atol=1e-7)


def _by_buckets(y_pred, groups, thresholds):
    """Sums of the parts between thresholds, then of all parts from each threshold on."""
    count, dims = len(thresholds), dims_of(y_pred)
    bucket = ops.ceil(ops.clip(y_pred, 0.0, 1.0) * float(count - 1)) - 1.0
    if thresholds[0] < 0:
        bucket = e.maximum(bucket, 0.0)
    bucket = e.cast(bucket, "int32")  # -1 is above none of them, and left out
    columns = dims[1] if len(dims) > 1 else 1
    if len(dims) > 1:
        place = ops.arange(columns) * count
        bucket = e.where(e.less(bucket, 0), bucket, bucket + place)
    both = ops.stack([ops.ravel(g) for g in groups], axis=-1)
    parts = ops.segment_sum(both, ops.ravel(bucket), count * columns)
    parts = reshape(parts, (columns, count, len(groups)))
    sums = ops.flip(ops.cumsum(ops.flip(parts, 1), 1), 1)
    order = [ops.transpose(sums[..., i]) for i in range(len(groups))]
    return order if len(dims) > 1 else [reshape(s, (count,)) for s in order]


def listed(value):
    """Thresholds as the user gave them: None, a number or several, each from 0 to 1."""
    numbers = np.atleast_1d([] if value is None else value)
    if numbers.dtype.kind not in "iuf" or numbers.ndim != 1 or not (
            (numbers >= 0) & (numbers <= 1)).all():
        raise ValueError(f"got {value!r}, expected None or numbers from 0 to 1.")
    if value is None or np.ndim(value) == 0:
        return None if value is None else float(value)
    return [float(number) for number in numbers]


class _AtThresholds(Thresholded):
    """With thresholds of the user's; 0.5 unless given."""

    thresholds: float | list | None = field(None, convert=listed)
    counted: tuple[str, ...] = ()
    called: str | None = None

    def setup(self) -> None:
        super().setup()
        self.init_thresholds = given = self.thresholds
        if given is None:
            given = 0.5 if self.top_k is None else NEGATIVE
        self.thresholds = given if isinstance(given, list) else [given]
        if not self.thresholds:
            raise ArgumentError(f"{type(self).__name__}.thresholds", "got none in the list, "
                                "expected at least one.")
        self.add_counts(self.counted, called=self.called)

    def get_config(self):
        return {**super().get_config(), "thresholds": self.init_thresholds}


class _Count(_AtThresholds):
    field_order = ("thresholds", "name", "dtype")
    called = "accumulator"

    def result(self):
        return self.one_or_all(self.accumulator.value)


@registry.add
class TruePositives(_Count):
    """How many positives lie above the threshold (or each of some), by weight.

    >>> float(TruePositives()([0, 1, 1], [0.7, 0.8, 0.4]))
    1.0
    """

    counted = ("true_positives",)


@registry.add
class FalsePositives(_Count):
    """How many negatives lie above the threshold (or each of some), by weight.

    >>> float(FalsePositives()([0, 1, 1], [0.7, 0.8, 0.4]))
    1.0
    """

    counted = ("false_positives",)


@registry.add
class TrueNegatives(_Count):
    """How many negatives do not lie above the threshold (or each of some), by weight.

    >>> float(TrueNegatives()([0, 1, 1], [0.7, 0.8, 0.4]))
    0.0
    """

    counted = ("true_negatives",)


@registry.add
class FalseNegatives(_Count):
    """How many positives do not lie above the threshold (or each of some), by weight.

    >>> float(FalseNegatives(thresholds=[0.3, 0.5, 0.9])([0, 1, 1], [0.7, 0.8, 0.4])[2])
    2.0
    """

    counted = ("false_negatives",)


class _Share(_AtThresholds):
    field_order = ("thresholds", "top_k", "class_id", "name", "dtype")
    top_k: int | None = field(None, kind="int", ge=1)
    class_id: int | None = field(None, kind="int", ge=0)

    def result(self):
        """0 where there is nothing of which it would be a part."""
        hits, others = (getattr(self, name).value for name in self.counted)
        return self.one_or_all(ops.divide_no_nan(hits, hits + others))


@registry.add
class Precision(_Share):
    """The part that is positive of what lies above the threshold (or each of some).

    Args:
        thresholds: from 0 to 1; default 0.5, or with ``top_k`` none.
        top_k: only the k largest outputs of each row count as positive.
        class_id: only this class is looked at.

    >>> float(Precision()([0, 1, 1], [0.7, 0.8, 0.4]))
    0.5
    """

    counted = ("true_positives", "false_positives")


@registry.add
class Recall(_Share):
    """The part of the positives that lies above the threshold (or each of some).

    The arguments are those of `Precision`.

    >>> float(Recall(class_id=1)([[1, 0], [0, 1]], [[0.9, 0.1], [0.2, 0.8]]))
    1.0
    """

    counted = ("true_positives", "false_negatives")
