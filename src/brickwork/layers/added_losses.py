"""Layers behind a functional model's ``add_loss(symbol)`` and ``add_metric(symbol)`` of Keras 2.

No output of the model depends on them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..errors import ArgumentError
from ..fields import field
from ..program import current_trace
from .layer import SameShape

if TYPE_CHECKING:
    from .layer import Layer


class Added(SameShape):
    """A layer that a model runs although no output depends on it."""


class AddLoss(Added):
    """Returns its inputs, and adds their sum to the loss. Made by ``model.add_loss(symbol)``.

    >>> layer = AddLoss()
    >>> layer([1.0, 2.0]), [float(loss) for loss in layer.losses]
    (array([1., 2.], dtype=float32), [3.0])
    """

    def call(self, inputs: Any) -> Any:
        """See the class."""
        self.add_loss(inputs)
        return inputs


class AddMetric(Added):
    """Returns its inputs; their mean is a metric. Made by ``model.add_metric(symbol)``.

    Args:
        metric: name of the metric.
    """

    metric: str = field(kind="str")

    def call(self, inputs: Any) -> Any:
        """See the class."""
        measure(self, inputs, self.metric)
        return inputs


def measure(layer: Layer, value: Any, name: str) -> None:
    """Make the mean of a value, computed in a layer's call, a metric of the layer's models."""
    if f"_metric_{name}" not in vars(layer):
        from ..metrics import Mean

        setattr(layer, f"_metric_{name}", Mean(name, dtype="float64"))
    trace = current_trace()
    if trace is not None:
        trace.metric_updates.append((getattr(layer, f"_metric_{name}"), value))


def add_metric(
    owner: Any,
    value: Any,
    name: str | None = None,
    aggregation: str | None = "mean",
    **ignored: Any,
) -> None:
    """Keras 2's ``add_metric``: in a layer's call, or on a functional model for a symbol."""
    if name is None or aggregation not in ("mean", None):
        raise ArgumentError(
            f"{owner.name}.add_metric",
            f"got name={name!r} and aggregation={aggregation!r}, expected a name, and 'mean'.",
        )
    if current_trace() is None and getattr(value, "history", None) is not None:
        owner.add_aside(AddMetric(name), value)
    else:
        measure(owner, value, name)
