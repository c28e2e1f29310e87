"""Area under the ROC or precision-recall curve."""

from __future__ import annotations

from typing import Any

import numpy as np

from .. import ops
from ..errors import ArgumentError, shown
from ..fields import field
from ..ops.core import dims_of, public_shape
from ..program.primitives import elementwise as e
from ..program.primitives.reduce import reduce_sum
from .confusion import COUNTS, MOST_THRESHOLDS, Thresholded, listed
from .metric_names import registry

#: The outermost thresholds are this far below 0 and above 1, so that all outputs are between them.
BEYOND = 1e-7


def _inner_thresholds(value):
    """The inner thresholds as a sorted list."""
    thresholds = listed(value)
    if isinstance(thresholds, float):
        return [thresholds]
    return thresholds and sorted(thresholds)


def _weights(value):
    if value is None:
        return None
    weights = np.asarray(value)
    if weights.ndim != 1 or weights.dtype.kind not in "iuf" or not np.isfinite(weights).all():
        raise ValueError(f"got {shown(value)}, expected a finite number for each label.")
    return weights.astype(float).tolist()


def _one_of(*options):
    def accept(value):
        found = next((o for o in options if value in (o, o.lower(), o.capitalize())), None)
        if found is None:
            raise ValueError(f"got {value!r}, expected one of {', '.join(map(repr, options))}.")
        return found

    return accept


@registry.add
class AUC(Thresholded):
    """Area under the ROC curve or the precision-recall curve, approximated at thresholds.

    The result is 0 before the first update.

    Args:
        num_thresholds: number of points of the curve, at equal distances from 0 to 1, int >= 2.
        curve: "ROC": true positive rate over false positive rate; "PR": precision over recall;
            "PRGAIN": precision gain over recall gain, relative to an always-positive classifier.
        summation_method: height between two points. "interpolation": their mean (for "PR" the
            interpolation of Davis and Goadrich); "minoring": the lower; "majoring": the higher.
        thresholds: list of floats from 0 to 1, instead of equal distances.
        multi_label: whether each column of outputs has a curve of its own. The result is the mean
            of their areas.
        num_labels: number of columns with ``multi_label``; None to take it from the first batch.
        label_weights: list with a weight for each column, or None.
        from_logits: whether the outputs are logits rather than probabilities.
        name, dtype: see `Metric`.

    Reference:
        Davis and Goadrich, "The relationship between precision-recall and ROC curves", 2006.
        doi:10.1145/1143844.1143874. Flach and Kull, "Precision-recall-gain curves: PR analysis
        done right", 2015.

    >>> float(AUC(num_thresholds=3)([0, 0, 1, 1], [0.0, 0.5, 0.3, 0.9]))
    0.75
    """

    field_order = (
        "num_thresholds",
        "curve",
        "summation_method",
        "name",
        "dtype",
        "thresholds",
        "multi_label",
        "num_labels",
        "label_weights",
        "from_logits",
    )
    num_thresholds: int = field(default=200, kind="int", ge=2, le=MOST_THRESHOLDS)
    curve: str = field(default="ROC", convert=_one_of("ROC", "PR", "PRGAIN"))
    summation_method: str = field(
        default="interpolation", convert=_one_of("interpolation", "majoring", "minoring")
    )
    thresholds: list | None = field(
        default=None, convert=_inner_thresholds, kw_only=True, positional=True
    )
    multi_label: bool = field(default=False, kind="bool", kw_only=True, positional=True)
    num_labels: int | None = field(default=None, kind="int", ge=1, kw_only=True, positional=True)
    label_weights: list | None = field(
        default=None, convert=_weights, kw_only=True, positional=True
    )
    from_logits: bool = field(default=False, kind="bool", kw_only=True, positional=True)

    def setup(self) -> None:
        super().setup()
        if self.num_labels and not self.multi_label:
            raise ArgumentError(
                "AUC.num_labels", f"got {self.num_labels} with multi_label=False, expected None."
            )
        self.init_thresholds = self.thresholds
        if self.thresholds is None:
            inner = [i / (self.num_thresholds - 1) for i in range(1, self.num_thresholds - 1)]
        else:
            inner = self.thresholds
            self.num_thresholds = len(inner) + 2
        self.thresholds = [-BEYOND, *inner, 1.0 + BEYOND]
        if self.num_labels or not self.multi_label:
            self._build(self.num_labels)

    def _build(self, labels: int | None) -> None:
        dims = (self.num_thresholds,) if labels is None else (self.num_thresholds, labels)
        self.add_counts(COUNTS, dims)

    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:
        y_pred = ops.convert_to_tensor(y_pred)
        dims = dims_of(y_pred)
        if self.multi_label and len(dims) != 2:
            raise ValueError(
                f"AUC.multi_label: got outputs of shape {public_shape(y_pred)}, "
                "expected (rows, labels)."
            )
        if not hasattr(self, COUNTS[0]):
            self._build(dims[-1])
        if self.from_logits:
            y_pred = ops.sigmoid(y_pred)
        self.count(
            y_true,
            y_pred,
            sample_weight,
            by_label=self.multi_label,
            label_weights=None if self.multi_label else self.label_weights,
        )

    def result(self) -> Any:
        """The area so far; 0 before the first update."""
        if not hasattr(self, COUNTS[0]):
            return 0.0
        if (self.curve, self.summation_method) == ("PR", "interpolation"):
            areas = self._interpolated_precision()
        else:
            x, y = getattr(self, f"_{self.curve.lower()}")()
            areas = (x[:-1] - x[1:]) * self._heights(y[:-1], y[1:])
        by_label = reduce_sum(areas, 0)
        if not self.multi_label:
            return by_label
        if self.label_weights is None:
            return ops.mean(by_label)
        weights = ops.convert_to_tensor(self.label_weights, dtype="float64")
        return ops.divide_no_nan(reduce_sum(by_label * weights), reduce_sum(weights))

    def _heights(self, left, right):
        if self.summation_method == "interpolation":
            return (left + right) / 2.0
        return (e.minimum if self.summation_method == "minoring" else e.maximum)(left, right)

    def _values(self):
        return [getattr(self, name).value for name in COUNTS]

    def _roc(self):
        hits, alarms, rejections, misses = self._values()
        false_positive_rate = ops.divide_no_nan(alarms, alarms + rejections)
        return false_positive_rate, ops.divide_no_nan(hits, hits + misses)

    def _pr(self):
        hits, alarms, _, misses = self._values()
        return ops.divide_no_nan(hits, hits + misses), ops.divide_no_nan(hits, hits + alarms)

    def _prgain(self):
        hits, alarms, rejections, misses = self._values()
        odds = ops.divide_no_nan(hits + misses, rejections + alarms)
        none = e.equal(hits, 0)
        recall = e.where(none, 0.0, 1.0 - odds * ops.divide_no_nan(misses, hits))
        precision = e.where(none, 1.0, 1.0 - odds * ops.divide_no_nan(alarms, hits))
        return e.maximum(recall, 0.0), precision

    def _interpolated_precision(self):
        """Areas under precision over recall: true positives grow linearly with false positives
        between two points."""
        hits, alarms, _, misses = self._values()
        predicted = hits + alarms  # positive predictions at each threshold
        more_hits, more = hits[:-1] - hits[1:], predicted[:-1] - predicted[1:]
        slope = ops.divide_no_nan(more_hits, e.maximum(more, 0.0))
        intercept = hits[1:] - slope * predicted[1:]
        both = e.logical_and(predicted[:-1] > 0, predicted[1:] > 0)
        ratio = ops.divide_no_nan(predicted[:-1], e.maximum(predicted[1:], 0.0))
        ratio = e.where(both, ratio, 1.0)
        gained = slope * (more_hits + intercept * e.log(ratio))
        return ops.divide_no_nan(gained, e.maximum(hits[1:] + misses[1:], 0.0))

    def get_config(self) -> dict[str, Any]:
        config = super().get_config()
        del config["thresholds"]
        if self.init_thresholds is None:
            return config
        return {**config, "thresholds": self.init_thresholds}
