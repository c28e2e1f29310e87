"""`ActivityRegularization`: a penalty on what comes by."""

from __future__ import annotations

from ..fields import field
from ..regularizers import L1L2
from .layer import SameShape, registry


@registry.add
class ActivityRegularization(SameShape):
    """The inputs as they are; ``l1 * sum(abs(x)) + l2 * sum(x^2)`` of a row is added to the loss.

    Shapes: any -> the same.

    >>> layer = ActivityRegularization(l1=0.5)
    >>> layer([[1.0, -2.0]]), [float(loss) for loss in layer.losses]
    (array([[ 1., -2.]], dtype=float32), [1.5])
    """

    l1: float = field(0.0, kind="float", ge=0)
    l2: float = field(0.0, kind="float", ge=0)

    def setup(self) -> None:
        super().setup()
        self.activity_regularizer = L1L2(self.l1, self.l2)

    def call(self, inputs):
        """See the class."""
        return inputs

    def get_config(self):
        """The two numbers say it all."""
        config = super().get_config()
        config.pop("activity_regularizer")
        return config
