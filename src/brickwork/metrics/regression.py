"""Regression losses as metrics, and the root mean squared error."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .. import ops
from ..fields import field
from ..losses import regression, robust, similarity
from ..losses.loss import match_ranks
from ..program.primitives.elementwise import square
from .metric import Function, Mean
from .metric_names import registry

if TYPE_CHECKING:
    from ..program.types import Tensor, TensorLike


@registry.add(aliases=["mse", "MSE"])
class MeanSquaredError(Function):
    """`losses.mean_squared_error`, averaged over all rows.

    Args:
        name, dtype: see `Metric`.

    >>> float(MeanSquaredError()([[0.0]], [[2.0]]))
    4.0
    """

    function = staticmethod(regression.mean_squared_error)
    name = "mean_squared_error"


@registry.add(aliases=["mae", "MAE"])
class MeanAbsoluteError(Function):
    """`losses.mean_absolute_error`, averaged over all rows.

    Args:
        name, dtype: see `Metric`.

    >>> float(MeanAbsoluteError()([[0.0]], [[2.0]]))
    2.0
    """

    function = staticmethod(regression.mean_absolute_error)
    name = "mean_absolute_error"


@registry.add(aliases=["mape", "MAPE"])
class MeanAbsolutePercentageError(Function):
    """`losses.mean_absolute_percentage_error`, averaged over all rows.

    Args:
        name, dtype: see `Metric`.

    >>> float(MeanAbsolutePercentageError()([[4.0]], [[3.0]]))
    25.0
    """

    function = staticmethod(regression.mean_absolute_percentage_error)
    name = "mean_absolute_percentage_error"


@registry.add(aliases=["msle", "MSLE"])
class MeanSquaredLogarithmicError(Function):
    """`losses.mean_squared_logarithmic_error`, averaged over all rows.

    Args:
        name, dtype: see `Metric`.

    >>> float(MeanSquaredLogarithmicError()([[3.0]], [[3.0]]))
    0.0
    """

    function = staticmethod(regression.mean_squared_logarithmic_error)
    name = "mean_squared_logarithmic_error"


@registry.add
class RootMeanSquaredError(Mean):
    """The square root of the mean squared error over all rows.

    Args:
        name, dtype: see `Metric`.

    >>> float(RootMeanSquaredError()([[0.0], [0.0]], [[3.0], [3.0]]))
    3.0
    """

    name = "root_mean_squared_error"

    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:
        y_true, y_pred = match_ranks(
            *(ops.convert_to_tensor(y, dtype=self.dtype) for y in (y_true, y_pred))
        )
        super().update_state(square(y_pred - y_true), sample_weight=sample_weight)

    def result(self) -> Any:
        return ops.sqrt(super().result())


@registry.add
class CosineSimilarity(Function):
    """Cosine similarity of targets and outputs, averaged over all rows.

    It is 1 for vectors of the same direction. The loss of this name is its negative.

    Args:
        axis: axis or axes along which the vectors lie.
        name, dtype: see `Metric`.

    >>> float(CosineSimilarity()([[1.0, 0.0]], [[2.0, 0.0]]))
    1.0
    """

    arguments = ("axis",)
    field_order = ("name", "dtype", "axis")
    name = "cosine_similarity"
    axis: int = field(default=-1, kind="axis", kw_only=True, positional=True)

    @staticmethod
    def function(y_true: TensorLike, y_pred: TensorLike, axis: int) -> Tensor:
        """Compute the cosine similarity of each row.

        Args:
            y_true: targets, any real values.
            y_pred: outputs of the same shape, float.
            axis: axis or axes along which the vectors lie.

        Returns:
            Float array without ``axis``, from -1 to 1.
        """
        return -similarity.cosine_similarity(y_true, y_pred, axis)


@registry.add
class LogCoshError(Function):
    """`losses.log_cosh`, averaged over all rows.

    Args:
        name, dtype: see `Metric`.

    >>> float(LogCoshError()([[1.0]], [[1.0]]))
    0.0
    """

    function = staticmethod(robust.log_cosh)
    name = "logcosh"
