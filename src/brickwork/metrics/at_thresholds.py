"""The best value of one measure over all thresholds at which another is high enough."""

from __future__ import annotations

from typing import ClassVar

from .. import ops
from ..fields import field
from ..program.primitives import elementwise as e
from ..program.primitives.reduce import reduce_max
from .confusion import COUNTS, MOST_THRESHOLDS, Thresholded
from .metric_names import registry

#: Each measure is ``first / (first + second)`` of these two counts.
PARTS = {
    "precision": ("true_positives", "false_positives"),
    "recall": ("true_positives", "false_negatives"),
    "specificity": ("true_negatives", "false_positives"),
}
PARTS["sensitivity"] = PARTS["recall"]


class _AtOperatingPoint(Thresholded):
    """The highest `best` where `needed` is at least the value of the field of that name."""

    needed: ClassVar[str]
    best: ClassVar[str]
    num_thresholds: int = field(
        default=200, kind="int", ge=1, le=MOST_THRESHOLDS, kw_only=True, positional=True
    )
    class_id: int | None = field(default=None, kind="int", ge=0, kw_only=True, positional=True)

    def setup(self) -> None:
        super().setup()
        steps = self.num_thresholds - 1
        self.thresholds = [i / steps for i in range(steps + 1)] if steps else [0.5]
        self.value = getattr(self, self.needed)
        self.add_counts(COUNTS)

    def result(self):
        """The best value; 0 if no threshold qualifies."""
        enough = e.greater_equal(self._rate(self.needed), self.value)
        return reduce_max(e.where(enough, e.maximum(self._rate(self.best), 0.0), 0.0))

    def _rate(self, measure: str):
        hits, others = (getattr(self, name).value for name in PARTS[measure])
        return ops.divide_no_nan(hits, hits + others)


@registry.add
class SensitivityAtSpecificity(_AtOperatingPoint):
    """The best sensitivity (true positive rate) at thresholds with a required specificity.

    The result is 0 if no threshold qualifies.

    Args:
        specificity: required specificity (true negative rate), float from 0 to 1.
        num_thresholds: number of thresholds, at equal distances from 0 to 1, int >= 1.
        class_id: index of the only class to evaluate, int; None for all outputs.
        name, dtype: see `Metric`.

    >>> float(SensitivityAtSpecificity(0.5)([0, 0, 0, 1, 1], [0.0, 0.3, 0.8, 0.3, 0.8]))
    0.5
    """

    needed, best = "specificity", "sensitivity"
    field_order = ("specificity", "num_thresholds", "class_id", "name", "dtype")
    specificity: float = field(kind="float", ge=0, le=1)


@registry.add
class SpecificityAtSensitivity(_AtOperatingPoint):
    """The best specificity (true negative rate) at thresholds with a required sensitivity.

    The result is 0 if no threshold qualifies.

    Args:
        sensitivity: required sensitivity (true positive rate), float from 0 to 1.
        num_thresholds: number of thresholds, at equal distances from 0 to 1, int >= 1.
        class_id: index of the only class to evaluate, int; None for all outputs.
        name, dtype: see `Metric`.

    >>> float(SpecificityAtSensitivity(0.5)([0, 0, 0, 1, 1], [0.0, 0.3, 0.8, 0.3, 0.8])) > 0.6
    True
    """

    needed, best = "sensitivity", "specificity"
    field_order = ("sensitivity", "num_thresholds", "class_id", "name", "dtype")
    sensitivity: float = field(kind="float", ge=0, le=1)


@registry.add
class PrecisionAtRecall(_AtOperatingPoint):
    """The best precision at thresholds with a required recall.

    The result is 0 if no threshold qualifies.

    Args:
        recall: required recall, float from 0 to 1.
        num_thresholds: number of thresholds, at equal distances from 0 to 1, int >= 1.
        class_id: index of the only class to evaluate, int; None for all outputs.
        name, dtype: see `Metric`.

    >>> float(PrecisionAtRecall(0.5)([0, 0, 0, 1, 1], [0.0, 0.3, 0.8, 0.3, 0.8]))
    0.5
    """

    needed, best = "recall", "precision"
    field_order = ("recall", "num_thresholds", "class_id", "name", "dtype")
    recall: float = field(kind="float", ge=0, le=1)


@registry.add
class RecallAtPrecision(_AtOperatingPoint):
    """The best recall at thresholds with a required precision.

    The result is 0 if no threshold qualifies.

    Args:
        precision: required precision, float from 0 to 1.
        num_thresholds: number of thresholds, at equal distances from 0 to 1, int >= 1.
        class_id: index of the only class to evaluate, int; None for all outputs.
        name, dtype: see `Metric`.

    >>> float(RecallAtPrecision(0.8)([0, 0, 1, 1], [0.0, 0.5, 0.3, 0.9]))
    0.5
    """

    needed, best = "precision", "recall"
    field_order = ("precision", "num_thresholds", "class_id", "name", "dtype")
    precision: float = field(kind="float", ge=0, le=1)
