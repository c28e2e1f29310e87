"""R², the fraction of the variance of the targets that the outputs explain."""

from __future__ import annotations

import warnings
from typing import Any

from .. import ops
from ..fields import field
from ..losses.loss import match_ranks
from ..ops.core import dims_of, public_shape
from ..program import Symbol
from ..program.primitives.layout import broadcast_to, extent
from ..program.primitives.reduce import reduce_sum
from ..stack_level import outside
from .metric import Metric, as_float64, looks_at_values
from .metric_names import registry


@registry.add
class R2Score(Metric):
    """Coefficient of determination R² of each output: 1 - (sum of squared errors) / (sum of
    squared deviations of the targets from their mean).

    Targets and outputs have the shape ``(batch, outputs)``; the result is NaN before the first
    update.

    Args:
        class_aggregation: "uniform_average": mean over the outputs; "variance_weighted_average":
            mean weighted by the variance of the targets; None: a value for each output.
        num_regressors: number of inputs for the adjusted R², int >= 0; 0 for the plain R².
        name, dtype: see `Metric`.

    Raises:
        ValueError: by an update, for targets or outputs of a rank other than 2.

    >>> float(R2Score()([[1.0], [2.0], [3.0]], [[1.0], [2.0], [4.0]]))
    0.5
    """

    field_order = ("class_aggregation", "num_regressors", "name", "dtype")
    name = "r2_score"
    class_aggregation: str | None = field(
        default="uniform_average",
        options=("uniform_average", "variance_weighted_average"),
        optional=True,
    )
    num_regressors: int = field(default=0, kind="int", ge=0)

    def setup(self) -> None:
        super().setup()
        self.num_samples = self.add_variable(name="num_samples")

    def _build(self, dims) -> None:
        units = dims[-1:]
        self.squared_sum = self.add_variable(units, name="squared_sum")
        self.sum = self.add_variable(units, name="sum")
        self.total_mse = self.add_variable(units, name="residual")
        self.count = self.add_variable(units, name="count")

    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:
        y_true, y_pred = match_ranks(
            *(ops.convert_to_tensor(y, dtype=self.dtype) for y in (y_true, y_pred))
        )
        dims = dims_of(y_pred)
        if len(dims) != 2 or len(dims_of(y_true)) != 2:
            raise ValueError(
                f"R2Score: got targets of shape {public_shape(y_true)} and outputs of "
                f"shape {public_shape(y_pred)}, expected (rows, outputs)."
            )
        if not hasattr(self, "count"):
            self._build(dims)
        y_true, y_pred = as_float64(y_true), as_float64(y_pred)
        weight = as_float64(ops.convert_to_tensor(1.0 if sample_weight is None else sample_weight))
        if len(dims_of(weight)) == 1:
            weight = ops.expand_dims(weight, 1)
        weight = broadcast_to(weight, dims)
        weighted = y_true * weight
        self.sum.assign_add(reduce_sum(weighted, 0))
        self.squared_sum.assign_add(reduce_sum(y_true * weighted, 0))
        self.total_mse.assign_add(reduce_sum(ops.square(y_true - y_pred) * weight, 0))
        self.count.assign_add(reduce_sum(weight, 0))
        self.num_samples.assign_add(
            extent(dims, "float64") if isinstance(y_true, Symbol) else float(y_true.size)
        )

    @looks_at_values
    def result(self) -> Any:
        """The score so far; NaN before the first update."""
        if not hasattr(self, "count"):
            return float("nan")
        total = self.squared_sum - self.sum * (self.sum / self.count)
        scores = 1.0 - self.total_mse / total
        scores = ops.where(ops.isinf(scores), 0.0, scores)
        if self.class_aggregation == "uniform_average":
            scores = ops.mean(scores)
        elif self.class_aggregation == "variance_weighted_average":
            scores = reduce_sum(total * scores) / reduce_sum(total)
        return self._adjusted(scores) if self.num_regressors else scores

    def _adjusted(self, scores):
        """The adjusted R²; the plain one if there are too few rows."""
        freedom = self.num_samples - (self.num_regressors + 1.0)
        if not isinstance(freedom, Symbol) and freedom <= 0:
            warnings.warn(
                f"R2Score.num_regressors: got {self.num_regressors} for "
                f"{float(self.num_samples):g} values, expected fewer; the score is not "
                "adjusted.",
                UserWarning,
                stacklevel=outside(),
            )
        enough = freedom > 0
        adjusted = 1.0 - (1.0 - scores) * (self.num_samples - 1.0) / ops.where(enough, freedom, 1.0)
        return ops.where(enough, adjusted, scores)
