"""F-scores: weighted harmonic means of precision and recall."""

from __future__ import annotations

from .. import ops
from ..fields import field
from ..losses.loss import match_ranks
from ..ops.core import dims_of, public_shape
from ..program.dtypes import epsilon
from ..program.primitives import elementwise as e
from ..program.primitives.reduce import reduce_max, reduce_sum
from .metric import Metric, as_float64
from .metric_names import registry


class _FScore(Metric):
    """Base class of both; `beta` is the weight of recall relative to precision."""

    average: str | None = field(default=None, options=("micro", "macro", "weighted"), optional=True)
    threshold: float | None = field(
        default=None, kind="float", gt=0, le=1, kw_only=True, positional=True
    )

    def _build(self, classes: int) -> None:
        dims = () if self.average == "micro" else (classes,)
        self.true_positives = self.add_variable(dims, name="true_positives")
        self.false_positives = self.add_variable(dims, name="false_positives")
        self.false_negatives = self.add_variable(dims, name="false_negatives")
        self.intermediate_weights = self.add_variable(dims, name="intermediate_weights")

    def update_state(self, y_true, y_pred, sample_weight=None) -> None:
        y_true, y_pred = match_ranks(
            *(ops.convert_to_tensor(y, dtype=self.dtype) for y in (y_true, y_pred))
        )
        dims = dims_of(y_pred)
        if len(dims) != 2 or len(dims_of(y_true)) != 2:
            raise ValueError(
                f"{type(self).__name__}: got targets of shape {public_shape(y_true)} and outputs "
                f"of shape {public_shape(y_pred)}, expected (rows, classes) for both. Turn class "
                "indices into one-hot rows by to_categorical(y)."
            )
        if not hasattr(self, "true_positives"):
            self._build(dims[-1])
        predicted, y_true = as_float64(self._predicted(y_pred)), as_float64(y_true)
        weight = (
            None
            if sample_weight is None
            else ops.expand_dims(as_float64(ops.convert_to_tensor(sample_weight)), 1)
        )

        def add(variable, values):
            values = values if weight is None else values * weight
            variable.assign_add(reduce_sum(values, None if self.average == "micro" else 0))

        add(self.true_positives, predicted * y_true)
        add(self.false_positives, predicted * (1.0 - y_true))
        add(self.false_negatives, (1.0 - predicted) * y_true)
        add(self.intermediate_weights, y_true)

    def _predicted(self, y_pred):
        """Mask of the predicted classes: those above the threshold, or the largest output."""
        if self.threshold is not None:
            return e.greater(y_pred, self.threshold)
        largest = e.greater_equal(y_pred, reduce_max(y_pred, -1, keepdims=True))
        return e.logical_and(largest, e.greater(e.abs(y_pred), 1e-9))

    def result(self):
        """The score of each class, or their average; 0 before the first update."""
        if not hasattr(self, "true_positives"):
            return 0.0
        hits = self.true_positives.value
        precision = hits / (hits + self.false_positives + epsilon())
        recall = hits / (hits + self.false_negatives + epsilon())
        square = self.beta**2
        scores = (1.0 + square) * precision * recall / (square * precision + recall + epsilon())
        if self.average == "weighted":
            total = reduce_sum(self.intermediate_weights.value) + epsilon()
            return reduce_sum(scores * (self.intermediate_weights / total))
        return scores if self.average is None else ops.mean(scores)


@registry.add
class FBetaScore(_FScore):
    """F-beta score: ``(1 + beta ** 2) precision recall / (beta ** 2 precision + recall)``.

    Targets are one-hot or multi-label rows of shape ``(batch, classes)``.

    Args:
        average: None: a score for each class; "macro": their mean; "weighted": their mean weighted
            by the frequency of each class; "micro": one score from the counts of all classes.
        beta: weight of recall relative to precision, float > 0.
        threshold: outputs above it are predicted classes, float in (0, 1]; None: the largest
            output is.
        name, dtype: see `Metric`.

    Raises:
        ValueError: by an update, for targets or outputs of a rank other than 2.

    >>> score = FBetaScore(beta=2.0, threshold=0.5)
    >>> score([[1, 1], [1, 0]], [[0.9, 0.2], [0.1, 0.8]]).round(4)
    array([0.5556, 0.    ])
    """

    field_order = ("average", "beta", "threshold", "name", "dtype")
    name = "fbeta_score"
    beta: float = field(default=1.0, kind="float", gt=0)


@registry.add
class F1Score(_FScore):
    """F1 score: ``2 precision recall / (precision + recall)``, `FBetaScore` with beta 1.

    Args:
        average: see `FBetaScore`.
        threshold: see `FBetaScore`.
        name, dtype: see `Metric`.

    >>> round(float(F1Score(average="micro")([[0, 1], [1, 0]], [[0.2, 0.8], [0.3, 0.7]])), 4)
    0.5
    """

    field_order = ("average", "threshold", "name", "dtype")
    name = "f1_score"
    beta = 1.0
