"""What `compile` was told: the optimizer, the loss and the metrics, and their state."""

from __future__ import annotations

from .. import losses, metrics, optimizers
from ..fields import ArgumentError, shown


class Compiled:
    """Loss, metrics and optimizer of a model.

    Metrics are made when the shapes of the targets are known, since ``"accuracy"`` means one of
    three functions. All of them, the running mean of the loss first, are `trackers`.
    """

    def __init__(self, optimizer="rmsprop", loss=None, loss_weights=None, metrics=None,
                 weighted_metrics=None):
        self.optimizer = optimizers.get(optimizer)
        self.loss = _as_loss(loss[0] if isinstance(loss, list | tuple) and len(loss) == 1
                             else loss)
        self.loss_weight = _one_number(loss_weights, "loss_weights")
        self.asked = _as_list(metrics, "metrics")
        self.asked_weighted = _as_list(weighted_metrics, "weighted_metrics")
        self.loss_tracker = _mean_loss()
        self.metrics: list = []
        self.weighted_metrics: list = []
        self.resolved = not self.asked and not self.asked_weighted

    @property
    def trackers(self) -> list:
        return [self.loss_tracker, *self.metrics, *self.weighted_metrics]

    def resolve(self, y_true, y_pred) -> None:
        """Make the metrics for targets and predictions of these shapes."""
        if self.resolved:
            return

        def made(asked):
            return [metrics.resolve(m, y_true.shape, y_pred.shape, self.loss) for m in asked]

        self.metrics, self.weighted_metrics = made(self.asked), made(self.asked_weighted)
        self.resolved = True

    def names(self) -> list[str]:
        """A name for each tracker, told apart as in Keras: accuracy, accuracy_1, and
        weighted_accuracy where a metric and a weighted one share a name."""
        names: list[str] = []
        for tracker in [self.loss_tracker, *self.metrics]:
            names.append(_untaken(tracker.name, names))
        for tracker in self.weighted_metrics:
            taken = tracker.name in names
            names.append(_untaken(f"weighted_{tracker.name}" if taken else tracker.name, names))
        return names


def _as_loss(loss):
    """A `Loss` for a name, a function or an object; None for None."""
    loss = losses.get(loss)
    if loss is None or isinstance(loss, losses.Loss):
        return loss
    return losses.LossFunctionWrapper(loss, name=getattr(loss, "__name__", None))


def _mean_loss():
    """Exact for models of any kind of float."""
    return metrics.Mean("loss", dtype="float64")


def _one_number(weights, what: str) -> float | None:
    if isinstance(weights, list | tuple) and len(weights) == 1:
        weights = weights[0]
    if weights is None or isinstance(weights, int | float):
        return weights
    raise ArgumentError(f"compile.{what}", f"got {shown(weights)}, expected one number for the "
                        "model's one output.")


def _as_list(value, what: str) -> list:
    if value is None:
        return []
    if isinstance(value, list | tuple):
        if len(value) == 1 and isinstance(value[0], list | tuple):
            return list(value[0])
        return list(value)
    if isinstance(value, str) or callable(value):
        return [value]
    raise ArgumentError(f"compile.{what}", f"got {shown(value)}, expected a list of metrics.")


def _untaken(name: str, taken: list[str]) -> str:
    """The name, with the first number that makes it new if it is taken."""
    new, count = name, 0
    while new in taken:
        count += 1
        new = f"{name}_{count}"
    return new
