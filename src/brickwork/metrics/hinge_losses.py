"""Hinge losses as metrics."""

from __future__ import annotations

from ..losses import hinge_losses
from .metric import Function
from .metric_names import registry


@registry.add
class Hinge(Function):
    """`losses.hinge`, averaged over all rows.

    Args:
        name, dtype: see `Metric`.

    >>> float(Hinge()([[-1.0], [1.0]], [[-0.5], [2.0]]))
    0.25
    """

    function = staticmethod(hinge_losses.hinge)
    name = "hinge"


@registry.add
class SquaredHinge(Function):
    """`losses.squared_hinge`, averaged over all rows.

    Args:
        name, dtype: see `Metric`.

    >>> float(SquaredHinge()([[-1.0], [1.0]], [[-0.5], [2.0]]))
    0.125
    """

    function = staticmethod(hinge_losses.squared_hinge)
    name = "squared_hinge"


@registry.add
class CategoricalHinge(Function):
    """`losses.categorical_hinge`, averaged over all rows.

    Args:
        name, dtype: see `Metric`.

    >>> float(CategoricalHinge()([[0.0, 1.0]], [[0.25, 0.75]]))
    0.5
    """

    function = staticmethod(hinge_losses.categorical_hinge)
    name = "categorical_hinge"
