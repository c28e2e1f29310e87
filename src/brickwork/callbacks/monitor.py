"""`Monitor`, the base of callbacks that monitor one metric: its name, and what is better."""

from __future__ import annotations

from typing import Any

from ..errors import ArgumentError, near
from ..fields import Configurable, field
from ..spelling import OldKeys
from ..training.callback import Callback

#: Metrics of which larger values are better, and of which smaller ones are, as of losses.
_MAXIMIZED = frozenset(
    (
        "AUC",
        "Accuracy",
        "BinaryAccuracy",
        "BinaryIoU",
        "CategoricalAccuracy",
        "ConcordanceCorrelation",
        "CosineSimilarity",
        "F1Score",
        "FBetaScore",
        "IoU",
        "MeanIoU",
        "OneHotIoU",
        "OneHotMeanIoU",
        "PearsonCorrelation",
        "Precision",
        "PrecisionAtRecall",
        "R2Score",
        "Recall",
        "RecallAtPrecision",
        "SensitivityAtSpecificity",
        "SparseCategoricalAccuracy",
        "SparseTopKCategoricalAccuracy",
        "SpecificityAtSensitivity",
        "TopKCategoricalAccuracy",
    )
)
_MINIMIZED = frozenset(
    (
        "BinaryCrossentropy",
        "CategoricalCrossentropy",
        "CategoricalHinge",
        "Hinge",
        "KLDivergence",
        "LogCoshError",
        "MeanAbsoluteError",
        "MeanAbsolutePercentageError",
        "MeanSquaredError",
        "MeanSquaredLogarithmicError",
        "Poisson",
        "RootMeanSquaredError",
        "SparseCategoricalCrossentropy",
        "SquaredHinge",
    )
)


def verbosity(value: Any) -> int:
    """Convert a field: 0, 1 or more; False and True are 0 and 1."""
    return field(kind="int", ge=0).accept("", "", int(value) if value in (True, False) else value)


def absolute_value(value: Any) -> float:
    """Convert a field: the absolute value of a number."""
    return abs(field(kind="float").accept("", "", value))


class Monitor(Configurable, Callback):
    """Base of callbacks that monitor one metric.

    Args:
        monitor: str, its name in the logs: "loss", "val_accuracy", ...; default "val_loss".
        mode: which values are better: "min", "max", or "auto" (default): known for losses and
            Keras's metrics.
    """

    monitor: str = field(default="val_loss", kind="str", kw_only=True, positional=True)
    mode: str = field(default="auto", options=("auto", "min", "max"), kw_only=True, positional=True)

    #: Whether the metric is read at the end of batches, not of epochs.
    by_batch = False
    min_delta = 0.0
    best = None  # type: float | None
    #: whether larger values are better
    _larger = None  # type: bool | None
    _expected = False  # whether the logs will have the metric

    def needs_monitor(self) -> bool:
        """Return whether the metric is needed."""
        return True

    def _check_names(self, names: list[str], epoch_names: list[str], complete: bool) -> None:
        if not self.needs_monitor():
            return
        known = OldKeys.fromkeys(names if self.by_batch else [*names, *epoch_names], True)
        self._expected = known.get(self.monitor, False)  # warns of an old spelling
        if not self._expected and complete:
            raise ArgumentError(
                f"{type(self).__name__}.monitor", f"got {self.monitor!r}{self._advice(list(known))}"
            )
        self._larger = self._larger_is_better()

    def _advice(self, known: list[str]) -> str:
        plain = self.monitor.removeprefix("val_")
        if self.monitor != plain and plain in known:
            where = (
                "the end of a batch; use save_freq='epoch'"
                if self.by_batch
                else "this fit; give it validation_data or validation_split"
            )
            return f", but there is no validation at {where}, or monitor={plain!r}."
        return near(self.monitor, known)

    def _larger_is_better(self) -> bool:
        if self.mode != "auto":
            return self.mode == "max"
        plain = self.monitor.removeprefix("val_")
        if plain == "loss" or plain.endswith("_loss"):  # an output's, where there are several
            return False
        compiled = getattr(self.model, "_compiled", None)
        named = OldKeys(zip(compiled.names(), compiled.trackers, strict=False) if compiled else ())
        larger = _better_if_larger(named.get(plain))
        if larger is None:
            raise ArgumentError(
                f"{type(self).__name__}.mode",
                f"got 'auto', but it is unknown "
                f"whether larger or smaller values of {self.monitor!r} are better; "
                "give mode='max' or mode='min'.",
            )
        return larger

    def value_in(self, logs: dict[str, Any] | None) -> float | None:
        """Return the value of the metric.

        Args:
            logs: dict of the logs, or None.

        Returns:
            A float; None if the logs do not have the metric: after an epoch without validation, or
            since no callback added it, which is warned of once.

        Raises:
            ArgumentError (a ValueError): if the metric has several values.
        """
        value = (logs or {}).get(self.monitor)
        if value is None and not self._expected:
            from ..data import warn_once

            warn_once(
                "monitor",
                f"{type(self).__name__}.monitor: {self.monitor!r} is not in the "
                f"logs{near(self.monitor, logs or ())}",
            )
        if getattr(value, "ndim", 0):
            raise ArgumentError(
                f"{type(self).__name__}.monitor",
                f"got {self.monitor!r}, which "
                f"has values of shape {value.shape}, expected one number; average "
                "them in the metric.",
            )
        return value

    def improves(self, value: float, on: float | None) -> bool:
        """Return whether a value is better than another by more than `min_delta`.

        Args:
            value: float, the value.
            on: float, the value to compare with; None is worse than any.

        Returns:
            A bool.
        """
        if self._larger is None:
            self._larger = self._larger_is_better()
        if on is None:
            return True
        return value - self.min_delta > on if self._larger else value + self.min_delta < on


def _better_if_larger(metric) -> bool | None:
    """Whether larger values of a metric are better; None if unknown."""
    direction = getattr(metric, "_direction", None)  # an attribute of Keras's metrics
    if direction is not None:
        return direction == "up"
    kinds = {kind.__name__ for kind in type(metric).__mro__}
    if kinds & _MAXIMIZED or kinds & _MINIMIZED:
        return bool(kinds & _MAXIMIZED)
    from ..losses import registry

    function = getattr(metric, "fn", None)
    return (
        False
        if function is not None
        and any(function is known or type(function) is known for known in registry.items())
        else None
    )
