"""The best of one measure that can be had while another is good enough, over all thresholds."""

from __future__ import annotations

from .. import ops
from ..fields import field
from ..program.primitives import elementwise as e
from ..program.primitives.reduce import reduce_max
from .confusion import COUNTS, MOST_THRESHOLDS, Thresholded
from .metric_names import registry

#: Each measure: of which count it is the part, and which others it is a part of.
PARTS = {
    "precision": ("true_positives", "false_positives"),
    "recall": ("true_positives", "false_negatives"),
    "specificity": ("true_negatives", "false_positives"),
}
PARTS["sensitivity"] = PARTS["recall"]


class _Operating(Thresholded):
    """`best` where `needed` is at least what the field of that name says."""

    needed: str
    best: str
    num_thresholds: int = field(200, kind="int", ge=1, le=MOST_THRESHOLDS, last=True)
    class_id: int | None = field(None, kind="int", ge=0, last=True)

    def setup(self) -> None:
        super().setup()
        steps = self.num_thresholds - 1
        self.thresholds = [i / steps for i in range(steps + 1)] if steps else [0.5]
        self.value = getattr(self, self.needed)
        self.add_counts(COUNTS)

    def result(self):
        """0 where no threshold is good enough."""
        enough = e.greater_equal(self._part(self.needed), self.value)
        return reduce_max(e.where(enough, e.maximum(self._part(self.best), 0.0), 0.0))

    def _part(self, measure: str):
        hits, others = (getattr(self, name).value for name in PARTS[measure])
        return ops.divide_no_nan(hits, hits + others)


@registry.add
class SensitivityAtSpecificity(_Operating):
    """The largest part of the positives above a threshold above which lie so few negatives.

    Args:
        specificity: the part of the negatives that must not lie above it.
        num_thresholds: so many are tried, at equal distances from 0 to 1.
        class_id: only this class is looked at.

    >>> float(SensitivityAtSpecificity(0.5)([0, 0, 0, 1, 1], [0.0, 0.3, 0.8, 0.3, 0.8]))
    0.5
    """

    needed, best = "specificity", "sensitivity"
    field_order = ("specificity", "num_thresholds", "class_id", "name", "dtype")
    specificity: float = field(kind="float", ge=0, le=1)


@registry.add
class SpecificityAtSensitivity(_Operating):
    """The largest part of the negatives below a threshold above which lie so many positives.

    Args:
        sensitivity: the part of the positives that must lie above it.
        num_thresholds, class_id: as in `SensitivityAtSpecificity`.

    >>> float(SpecificityAtSensitivity(0.5)([0, 0, 0, 1, 1], [0.0, 0.3, 0.8, 0.3, 0.8])) > 0.6
    True
    """

    needed, best = "sensitivity", "specificity"
    field_order = ("sensitivity", "num_thresholds", "class_id", "name", "dtype")
    sensitivity: float = field(kind="float", ge=0, le=1)


@registry.add
class PrecisionAtRecall(_Operating):
    """The best precision of a threshold whose recall is good enough.

    Args:
        recall: at least this much of it.
        num_thresholds, class_id: as in `SensitivityAtSpecificity`.

    >>> float(PrecisionAtRecall(0.5)([0, 0, 0, 1, 1], [0.0, 0.3, 0.8, 0.3, 0.8]))
    0.5
    """

    needed, best = "recall", "precision"
    field_order = ("recall", "num_thresholds", "class_id", "name", "dtype")
    recall: float = field(kind="float", ge=0, le=1)


@registry.add
class RecallAtPrecision(_Operating):
    """The best recall of a threshold whose precision is good enough.

    Args:
        precision: at least this much of it.
        num_thresholds, class_id: as in `SensitivityAtSpecificity`.

    >>> float(RecallAtPrecision(0.8)([0, 0, 1, 1], [0.0, 0.5, 0.3, 0.9]))
    0.5
    """

    needed, best = "precision", "recall"
    field_order = ("precision", "num_thresholds", "class_id", "name", "dtype")
    precision: float = field(kind="float", ge=0, le=1)
