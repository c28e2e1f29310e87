"""What a functional model adds to its loss and its metrics by symbols, as Keras 2 did: layers that
lead nowhere."""

from __future__ import annotations

from ..errors import ArgumentError
from ..fields import field
from ..program import current_trace
from .layer import SameShape


class Added(SameShape):
    """A layer that tells of what comes by; a model runs it though no output needs it."""


class AddLoss(Added):
    """The inputs as they are; their sum is added to the loss. Made by ``model.add_loss(symbol)``.

    >>> layer = AddLoss()
    >>> layer([1.0, 2.0]), [float(loss) for loss in layer.losses]
    (array([1., 2.], dtype=float32), [3.0])
    """

    def call(self, inputs):
        """See the class."""
        self.add_loss(inputs)
        return inputs


class AddMetric(Added):
    """The inputs as they are; their mean is a metric. Made by ``model.add_metric(symbol)``."""

    metric: str = field(kind="str")

    def call(self, inputs):
        """See the class."""
        measure(self, inputs, self.metric)
        return inputs


def measure(layer, value, name: str) -> None:
    """Let the mean of a value that a layer's call computes be a metric of its models."""
    if f"_metric_{name}" not in vars(layer):
        from ..metrics import Mean

        setattr(layer, f"_metric_{name}", Mean(name, dtype="float64"))
    trace = current_trace()
    if trace is not None:
        trace.measured.append((getattr(layer, f"_metric_{name}"), value))


def add_metric(owner, value, name=None, aggregation="mean", **ignored) -> None:
    """Keras 2's ``add_metric``, in a layer's call or, of a symbol, on a functional model."""
    if name is None or aggregation not in ("mean", None):
        raise ArgumentError(f"{owner.name}.add_metric", f"got name={name!r} and aggregation="
                            f"{aggregation!r}, expected a name, and 'mean'.")
    if current_trace() is None and getattr(value, "history", None) is not None:
        owner.add_aside(AddMetric(name), value)
    else:
        measure(owner, value, name)
