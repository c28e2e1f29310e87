"""`ActivityRegularization`: a penalty on the activations."""

from __future__ import annotations

from typing import Any

from ..fields import field
from ..regularizers import L1L2
from .layer import SameShape, registry


@registry.add
class ActivityRegularization(SameShape):
    """Returns its inputs, and adds ``l1 * sum(abs(x)) + l2 * sum(x^2)`` of a row to the loss.

    Args:
        l1: float >= 0, factor of the sum of absolute values; default 0.0.
        l2: float >= 0, factor of the sum of squares; default 0.0.

    Shapes: any -> the same.

    >>> layer = ActivityRegularization(l1=0.5)
    >>> layer([[1.0, -2.0]]), [float(loss) for loss in layer.losses]
    (array([[ 1., -2.]], dtype=float32), [1.5])
    """

    l1: float = field(default=0.0, kind="float", ge=0)
    l2: float = field(default=0.0, kind="float", ge=0)

    def setup(self) -> None:
        super().setup()
        self.activity_regularizer = L1L2(self.l1, self.l2)

    def call(self, inputs: Any) -> Any:
        """See the class."""
        return inputs

    def get_config(self) -> dict[str, Any]:
        """Return the arguments; `l1` and `l2` define the activity regularizer."""
        config = super().get_config()
        config.pop("activity_regularizer")
        return config
