"""F-scores: precision and recall in one number, for each class."""

from __future__ import annotations

from .. import ops
from ..fields import field
from ..losses.loss import same_rank
from ..ops.core import dims_of, public
from ..program.dtypes import epsilon
from ..program.primitives import elementwise as e
from ..program.primitives.reduce import reduce_max, reduce_sum
from .metric import Metric, wide
from .metric_names import registry


class _FScore(Metric):
    """What both share; `beta` says how much recall weighs."""

    average: str | None = field(None, options=("micro", "macro", "weighted"), optional=True)
    threshold: float | None = field(None, kind="float", gt=0, le=1)

    def _build(self, classes: int) -> None:
        dims = () if self.average == "micro" else (classes,)
        self.true_positives = self.add_variable(dims, name="true_positives")
        self.false_positives = self.add_variable(dims, name="false_positives")
        self.false_negatives = self.add_variable(dims, name="false_negatives")
        self.intermediate_weights = self.add_variable(dims, name="intermediate_weights")

    def update_state(self, y_true, y_pred, sample_weight=None) -> None:
        y_true, y_pred = same_rank(*(ops.convert_to_tensor(y, dtype=self.dtype)
                                     for y in (y_true, y_pred)))
        dims = dims_of(y_pred)
        if len(dims) != 2 or len(dims_of(y_true)) != 2:
            raise ValueError(
                f"{type(self).__name__}: got targets of shape {public(y_true)} and outputs of "
                f"shape {public(y_pred)}, expected (rows, classes) of both. Of class numbers make "
                "rows by to_categorical(y).")
        if not hasattr(self, "true_positives"):
            self._build(dims[-1])
        chosen, y_true = wide(self._chosen(y_pred)), wide(y_true)
        weight = None if sample_weight is None else ops.expand_dims(
            wide(ops.convert_to_tensor(sample_weight)), 1)

        def add(variable, values):
            values = values if weight is None else values * weight
            variable.assign_add(reduce_sum(values, None if self.average == "micro" else 0))

        add(self.true_positives, chosen * y_true)
        add(self.false_positives, chosen * (1.0 - y_true))
        add(self.false_negatives, (1.0 - chosen) * y_true)
        add(self.intermediate_weights, y_true)

    def _chosen(self, y_pred):
        """Which classes an output names: those above the threshold, or the greatest."""
        if self.threshold is not None:
            return e.greater(y_pred, self.threshold)
        greatest = e.greater_equal(y_pred, reduce_max(y_pred, -1, keepdims=True))
        return e.logical_and(greatest, e.greater(e.abs(y_pred), 1e-9))

    def result(self):
        """A value for each class, or their average; 0 where nothing was seen."""
        if not hasattr(self, "true_positives"):
            return 0.0
        hits = self.true_positives.value
        precision = hits / (hits + self.false_positives + epsilon())
        recall = hits / (hits + self.false_negatives + epsilon())
        square = self.beta**2
        scores = (1.0 + square) * precision * recall / (square * precision + recall + epsilon())
        if self.average == "weighted":
            share = self.intermediate_weights / (reduce_sum(self.intermediate_weights.value)
                                                 + epsilon())
            return reduce_sum(scores * share)
        return scores if self.average is None else ops.mean(scores)


@registry.add
class FBetaScore(_FScore):
    """``(1 + beta ** 2) precision recall / (beta ** 2 precision + recall)``.

    Args:
        average: None, a value for each class; "macro", their mean; "weighted", each class
            counting as often as it occurs; "micro", of all classes' hits together.
        beta: how many times as much recall weighs.
        threshold: outputs above it name their class; None: the greatest one does.

    Raises:
        ValueError: for targets or outputs of a rank other than 2.

    >>> score = FBetaScore(beta=2.0, threshold=0.5)
    >>> score([[1, 1], [1, 0]], [[0.9, 0.2], [0.1, 0.8]]).round(4)
    array([0.5556, 0.    ])
    """

    field_order = ("average", "beta", "threshold", "name", "dtype")
    name = "fbeta_score"
    beta: float = field(1.0, kind="float", gt=0)


@registry.add
class F1Score(_FScore):
    """``2 precision recall / (precision + recall)``; its arguments are those of `FBetaScore`.

    >>> round(float(F1Score(average="micro")([[0, 1], [1, 0]], [[0.2, 0.8], [0.3, 0.7]])), 4)
    0.5
    """

    field_order = ("average", "threshold", "name", "dtype")
    name = "f1_score"
    beta = 1.0
