"""What callbacks that follow one number of the logs share: its name, and which way is better."""

from __future__ import annotations

from ..errors import ArgumentError, near
from ..fields import Configurable, field
from ..spelling import OldKeys
from ..training.callback import Callback

#: Metrics of which more is better, and of which less is; losses are of the second kind.
_UP = frozenset((
    "AUC", "Accuracy", "BinaryAccuracy", "BinaryIoU", "CategoricalAccuracy",
    "ConcordanceCorrelation", "CosineSimilarity", "F1Score", "FBetaScore", "IoU", "MeanIoU",
    "OneHotIoU", "OneHotMeanIoU", "PearsonCorrelation", "Precision", "PrecisionAtRecall",
    "R2Score", "Recall", "RecallAtPrecision", "SensitivityAtSpecificity",
    "SparseCategoricalAccuracy", "SparseTopKCategoricalAccuracy", "SpecificityAtSensitivity",
    "TopKCategoricalAccuracy"))
_DOWN = frozenset((
    "BinaryCrossentropy", "CategoricalCrossentropy", "CategoricalHinge", "Hinge", "KLDivergence",
    "LogCoshError", "MeanAbsoluteError", "MeanAbsolutePercentageError", "MeanSquaredError",
    "MeanSquaredLogarithmicError", "Poisson", "RootMeanSquaredError",
    "SparseCategoricalCrossentropy", "SquaredHinge"))


def verbosity(value) -> int:
    """0, 1 or more; False and True are 0 and 1."""
    return field(kind="int", ge=0).accept("", "", int(value) if value in (True, False) else value)


def distance(value) -> float:
    """A number without its sign."""
    return abs(field(kind="float").accept("", "", value))


class Monitor(Configurable, Callback):
    """Base of callbacks that follow one number.

    Args:
        monitor: its name in the logs: "loss", "val_accuracy" ...
        mode: "min" or "max" is better; "auto" knows it of the loss and of Keras's metrics.
    """

    monitor: str = field("val_loss", kind="str")
    mode: str = field("auto", options=("auto", "min", "max"))

    #: Whether the number is looked for at the end of batches, not of epochs.
    by_batch = False
    min_delta = 0.0
    best: float | None = None
    _rising: bool | None = None
    _promised = False

    def needs_monitor(self) -> bool:
        """Whether the number is needed at all."""
        return True

    def _check_names(self, names: list[str], judged: list[str], complete: bool) -> None:
        if not self.needs_monitor():
            return
        known = OldKeys.fromkeys(names if self.by_batch else [*names, *judged], True)
        self._promised = known.get(self.monitor, False)  # an old spelling is told of here
        if not self._promised and complete:
            raise ArgumentError(f"{type(self).__name__}.monitor", f"got {self.monitor!r}"
                                f"{self._instead(list(known))}")
        self._rising = self._better_is_more()

    def _instead(self, known: list[str]) -> str:
        plain = self.monitor.removeprefix("val_")
        if self.monitor != plain and plain in known:
            where = ("the end of a batch; use save_freq='epoch'" if self.by_batch else
                     "this fit; give it validation_data or validation_split")
            return f", but there is no validation at {where}, or monitor={plain!r}."
        return near(self.monitor, known)

    def _better_is_more(self) -> bool:
        if self.mode != "auto":
            return self.mode == "max"
        plain = self.monitor.removeprefix("val_")
        if plain == "loss" or plain.endswith("_loss"):  # an output's, where there are several
            return False
        compiled = getattr(self.model, "compiled", None)
        named = OldKeys(zip(compiled.names(), compiled.trackers, strict=False) if compiled else ())
        rises = _rises(named.get(plain))
        if rises is None:
            raise ArgumentError(f"{type(self).__name__}.mode", f"got 'auto', but nobody knows "
                                f"whether more of {self.monitor!r} is better or less; give "
                                "mode='max' or mode='min'.")
        return rises

    def value_in(self, logs) -> float | None:
        """The number, or None where the logs do not have it: after an epoch without
        validation, or because nobody wrote it, which is warned of once."""
        value = (logs or {}).get(self.monitor)
        if value is None and not self._promised:
            from ..data import warn_once

            warn_once("monitor", f"{type(self).__name__}.monitor: {self.monitor!r} is not in the "
                      f"logs{near(self.monitor, logs or ())}")
        if getattr(value, "ndim", 0):
            raise ArgumentError(f"{type(self).__name__}.monitor", f"got {self.monitor!r}, which "
                                f"has values of shape {value.shape}, expected one number; average "
                                "them in the metric.")
        return value

    def improves(self, value: float, on: float | None) -> bool:
        """Whether a value is better than another by more than `min_delta`; any is, than None."""
        if self._rising is None:
            self._rising = self._better_is_more()
        if on is None:
            return True
        return value - self.min_delta > on if self._rising else value + self.min_delta < on


def _rises(metric) -> bool | None:
    """Whether more of a metric is better; None where nobody knows."""
    direction = getattr(metric, "_direction", None)  # what Keras's own metrics say of themselves
    if direction is not None:
        return direction == "up"
    kinds = {kind.__name__ for kind in type(metric).__mro__}
    if kinds & _UP or kinds & _DOWN:
        return bool(kinds & _UP)
    from ..losses import registry

    function = getattr(metric, "fn", None)
    return False if function is not None and any(
        function is known or type(function) is known for known in registry.items()) else None
