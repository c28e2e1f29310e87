"""The arguments of `compile`: the optimizer, the losses and the metrics, and their state."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .. import losses, metrics, optimizers
from ..custom_objects import find
from ..errors import ArgumentError, near, shown
from ..fields import field
from ..registry import object_from_config
from ..tree import flatten as leaves, is_nested, ordered_keys
from .compiled_trainable import CompiledTrainable
from .output_losses import Part, parts_of, per_output


class Compiled:
    """Losses, metrics and optimizer of a model.

    `assign_outputs` assigns losses and metrics to outputs, once the outputs are known. Metrics are
    created when the shapes of the targets are known, since ``"accuracy"`` stands for one of three
    functions. All metrics, the running mean of the loss first, are `trackers`.

    Args:
        optimizer, loss, loss_weights, metrics, weighted_metrics: as for `Model.compile`.
        scaled: whether the optimizer is to scale the loss.
        engine: as for `Model.compile`.

    Attributes:
        outputs: the names of the outputs, None if they are not known yet.
        nest: the names of the outputs, nested as the outputs are.
        loss_parts: the losses that are added up, each with its place and its weight.
        losses: a `Loss` for each output, or None.
        loss_trackers: the running mean of each place's loss, if there are several.
        metrics, weighted_metrics: a list for each output.
        own: metrics that are attributes of the model or of its layers.
        added: names that an overridden `compute_metrics` adds to the logs.
        trainable: which layers were trainable when the model was compiled.
        parts: the names in the logs of metrics whose result is a dict, by the metric's name.
    """

    def __init__(
        self,
        optimizer="rmsprop",
        loss=None,
        loss_weights=None,
        metrics=None,
        weighted_metrics=None,
        scaled=False,
        engine=None,
    ):
        self.engine = engine
        loss, metrics, weighted_metrics = (
            each(_resolve_custom, given) for given in (loss, metrics, weighted_metrics)
        )
        self.arguments = {
            "optimizer": optimizer,
            "loss": loss,
            "loss_weights": loss_weights,
            "metrics": metrics,
            "weighted_metrics": weighted_metrics,
        }
        self.optimizer = optimizers.get(optimizer)
        if scaled and not isinstance(self.optimizer, optimizers.LossScaleOptimizer):
            self.optimizer = optimizers.LossScaleOptimizer(
                self.optimizer, name="loss_scale_optimizer"
            )
        self.given_loss = _each(_as_loss, loss, "compile.loss")
        self.given_weights = _each(_as_weight, loss_weights, "compile.loss_weights")
        self.given = {
            "metrics": _as_metrics(metrics, "metrics"),
            "weighted_metrics": _as_metrics(weighted_metrics, "weighted_metrics"),
        }
        self.loss_tracker = _mean("loss")
        self.outputs: tuple[str, ...] | None = None
        self.nest: Any = None
        self.loss_parts: list[Part] = []
        self.losses: tuple = ()
        self.loss_trackers: dict[tuple, Any] = {}
        self.metrics: list[list] = []
        self.weighted_metrics: list[list] = []
        self.own: list = []
        self.added: tuple[str, ...] = ()
        self.trainable: CompiledTrainable | None = None
        self.parts: dict[str, tuple[str, ...]] = {}
        self.resolved = False

    @property
    def loss(self):
        """The loss of a model with one output; for several outputs, as it was given."""
        if self.outputs is None or len(self.losses) > 1:
            return self.given_loss
        return self.losses[0]

    def note_trainable(self, model) -> None:
        """Note which layers are trainable now, when the model is compiled."""
        self.trainable = CompiledTrainable(model)

    def assign_outputs(self, names: tuple[str, ...], nest: Any = None) -> None:
        """Assign losses and metrics to the outputs of these names.

        Args:
            names: the names.
            nest: the names in the nest of the outputs; default a list of them, or the only one.

        Raises:
            ArgumentError: if something is given for an output that does not exist.
        """
        if self.outputs == names:
            return
        nest = (list(names) if len(names) > 1 else names[0]) if nest is None else nest
        one = isinstance(self.given_weights, float)
        if one and len(names) > 1:
            raise ArgumentError(
                "compile.loss_weights",
                f"got {self.given_weights}, expected a "
                f"list or dict with a number for each of {', '.join(names)}.",
            )
        self.loss_parts = parts_of(self.given_loss, self.given_weights, nest)
        self.losses = per_output(self.loss_parts, nest)
        self._per_output = {what: self._metrics_of(names, what, nest) for what in self.given}
        self.outputs, self.nest = names, nest
        self.resolved = False
        places = {part.path: part.name for part in self.loss_parts}
        if len(places) > 1:
            self.loss_trackers = {path: _mean(f"{name}_loss") for path, name in places.items()}

    def metrics_given(self, what: str) -> list[list]:
        """The metrics that ``compile`` got for each output, once the outputs are known.

        Args:
            what: "metrics" or "weighted_metrics".
        """
        return self._metrics_of(self.outputs, what, self.nest)

    def _metrics_of(self, names, what: str, nest: Any) -> list[list]:
        """A list of the metrics given for each output."""
        given = self.given[what]
        if len(names) == 1:
            if isinstance(given, dict):
                _check_keys(given, names, what)
                given = list(given.values())
            return [_flat(given)]
        if not given:
            return [[] for _ in names]
        if any(map(is_nested, nest.values() if isinstance(nest, dict) else nest)):
            return [_flat(entry) for entry in _in_nest(given, nest, f"compile.{what}")]
        if isinstance(given, list) and len(given) != len(names):
            raise ArgumentError(
                f"compile.{what}",
                f"got a list of {len(given)}, expected one "
                f"entry (a metric, a list of them, or None) for each of "
                f"{', '.join(names)}; or a dict with these keys.",
            )
        return [_flat(entry) for entry in _value_per_output(given, names, what)]

    def resolve(self, y_true: list, y_pred: list) -> None:
        """Make the metrics for targets and predictions of these shapes, one for each output."""
        if self.resolved:
            return

        def resolved(what):
            return [
                [metrics.resolve(m, y.shape, p.shape, what) for m in given] if y is not None else []
                for given, y, p in zip(self._per_output[what], y_true, y_pred, strict=True)
            ]

        self.metrics, self.weighted_metrics = resolved("metrics"), resolved("weighted_metrics")
        self.resolved = True

    @property
    def trackers(self) -> list:
        """All metrics: of the loss, of each output's loss, those of `compile`, the model's own."""
        groups = [*self.metrics, *self.weighted_metrics]
        return [
            self.loss_tracker,
            *self.loss_trackers.values(),
            *(metric for group in groups for metric in group),
            *self.own,
        ]

    def names(self) -> list[str]:
        """A unique name for each tracker, as in Keras: accuracy, accuracy_1, and weighted_accuracy
        if a metric and a weighted one share a name; with several outputs, prefixed by the
        output's name."""
        names: list[str] = []
        for tracker in [self.loss_tracker, *self.loss_trackers.values()]:
            names.append(_unique_name(tracker.name, names))
        if not (any(self.metrics) or any(self.weighted_metrics) or self.own):
            return [*names, *self.added]
        several = len(self.outputs or ()) > 1
        prefixes = [f"{name}_" if several else "" for name in self.outputs or ()]
        for prefix, group in zip(prefixes, self.metrics, strict=False):
            for tracker in group:
                names.append(_unique_name(prefix + tracker.name, names))
        for prefix, group in zip(prefixes, self.weighted_metrics, strict=False):
            for tracker in group:
                taken = prefix + tracker.name in names
                names.append(_unique_name(prefix + "weighted_" * taken + tracker.name, names))
        for tracker in self.own:
            names.append(_unique_name(tracker.name, names))
        return [*names, *self.added]

    def results(self) -> dict:
        """The result of each metric by its name; a result that is a dict is merged. Of two equal
        names the later one is used, as in Keras."""
        found: dict = {}
        for name, tracker in zip(self.names(), self.trackers, strict=False):
            result = tracker.result()
            if isinstance(result, dict):
                self.parts[name] = tuple(result)
            found.update(result if isinstance(result, dict) else {name: result})
        return found

    def log_names(self) -> list[str]:
        """The names in the logs; complete after the first call of `results`."""
        return list(
            dict.fromkeys(entry for name in self.names() for entry in self.parts.get(name, (name,)))
        )

    def evaluation_names(self) -> list[str]:
        """The names in the order of `evaluate`, as in Keras: the losses in the order of a loss
        dict, then the metrics sorted."""
        names = self.log_names()
        if len(self.outputs or ()) < 2:
            own = [name for name in self.names() if name in names and name not in self.added]
            return [*own, *sorted(set(names).difference(own))]
        first = 1 + len(self.loss_trackers)
        loss_names = names[1:first]
        if isinstance(self.given_loss, dict):
            order = {f"{name}_loss": i for i, name in enumerate(self.given_loss)}
            loss_names.sort(key=lambda name: order.get(name, len(order)))
        return [names[0], *loss_names, *sorted(names[first:])]


def _as_loss(loss, what: str):
    """A `Loss` for a name, a function or an object; None for None."""
    if isinstance(loss, metrics.Metric):
        raise ArgumentError(
            what,
            f"got the metric {loss.name}, expected a loss; a metric "
            "accumulates over batches and has no gradient.",
        )
    return losses.resolve(loss, what)


def _as_weight(weight, what: str) -> float | None:
    try:
        return field(default=None, kind="float").accept("compile", "loss_weights", weight)
    except ArgumentError:
        raise ArgumentError(
            what,
            f"got {shown(weight)}, expected a number, or a list or dict with one for each output.",
        ) from None


def _each(function, value, what: str):
    """Apply a function to a value, or to each item of a list or dict that is not a config, with
    the item's name for messages."""
    if by_name(value):
        return {key: _each(function, part, f"{what}[{key!r}]") for key, part in value.items()}
    if isinstance(value, list | tuple):
        return _level(value, [_each(function, p, f"{what}[{i}]") for i, p in enumerate(value)])
    return function(value, what)


def _mean(name: str):
    """A mean in float64, whatever the model's dtype."""
    return metrics.Mean(name, dtype="float64")


def _value_per_output(value, names: tuple[str, ...], what: str) -> list:
    """The value for each output: one for all, or from a list, or from a dict by name."""
    if isinstance(value, dict):
        _check_keys(value, names, what)
        return [value.get(name) for name in names]
    if isinstance(value, list):
        if len(value) != len(names):
            raise ArgumentError(
                f"compile.{what}",
                f"got a list of {len(value)}, expected {_expected_entries(names)}.",
            )
        return list(value)
    return [value] * len(names)


def _expected_entries(names: tuple[str, ...]) -> str:
    return (
        "one entry"
        if len(names) == 1
        else (f"{len(names)} entries, for {', '.join(names)}; or a dict by these names")
    )


def _check_keys(value: dict, names: tuple[str, ...], what: str) -> None:
    for key in value:
        if key not in names:
            raise ArgumentError(
                f"compile.{what}",
                f"got the key {key!r}, which is not an output{near(str(key), names)}",
            )


def _resolve_custom(given):
    """A loss or metric, with names of custom objects resolved now: their scope may have ended when
    the shapes are known, or when the model is saved."""
    name = given.get("registered_name") or given["class_name"] if isinstance(given, dict) else given
    if not isinstance(name, str):
        return given
    item = find(name)
    if item is None:
        return given
    if not isinstance(item, type):
        return item
    return (
        object_from_config(item, dict(given.get("config") or {}))
        if isinstance(given, dict)
        else item()
    )


def _as_metrics(value, what: str):
    """A list or a dict of metrics, checked to be known."""
    for metric in _flat(list(value.values()) if by_name(value) else [value]):
        if isinstance(metric, str) or not (callable(metric) or isinstance(metric, dict)):
            metrics.check(metric, f"compile.{what}")
    if value is None:
        return []
    if by_name(value):
        return dict(value)
    if isinstance(value, list | tuple):
        return list(value)
    if isinstance(value, str) or callable(value):
        return [value]
    raise ArgumentError(f"compile.{what}", f"got {shown(value)}, expected a list of metrics.")


def _in_nest(given: Any, nest: Any, what: str) -> list:
    """What is given for each output, in the nest of the outputs."""
    if not is_nested(nest):
        return [given]
    if given is None or given == []:
        return [[] for _ in leaves(nest)]
    if isinstance(nest, dict) != by_name(given) or len(given) > len(nest):
        raise ArgumentError(what, f"got {shown(given)}, expected metrics in the nest {nest}.")
    if isinstance(nest, dict):
        _check_keys(given, tuple(map(str, nest)), what.removeprefix("compile."))
        return [m for key in ordered_keys(nest) for m in _in_nest(given.get(key), nest[key], what)]
    given = [*given, *[None] * (len(nest) - len(given))]
    return [m for one, part in zip(given, nest, strict=True) for m in _in_nest(one, part, what)]


def _flat(value) -> list:
    """Metrics in nested lists as one list; None is empty."""
    if isinstance(value, list | tuple):
        return [metric for part in value for metric in _flat(part)]
    return [] if value is None else [value]


def _unique_name(name: str, taken: list[str]) -> str:
    """The name, with a number appended that makes it unique if it is taken."""
    new, count = name, 0
    while new in taken:
        count += 1
        new = f"{name}_{count}"
    return new


def by_name(value) -> bool:
    """Whether a value is a dict of items by output name, and not the config of one item."""
    return isinstance(value, dict) and "class_name" not in value


def each(function: Callable, value):
    """Apply a function to each item of nested lists and dicts by output name.

    >>> each(str.upper, {"first": ["mse", "mae"], "second": "mse"})
    {'first': ['MSE', 'MAE'], 'second': 'MSE'}
    """
    if by_name(value):
        return {name: each(function, part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return _level(value, [each(function, part) for part in value])
    return function(value)


def _level(like, parts: list):
    """Parts in a list or tuple of the type of another."""
    return type(like)(*parts) if hasattr(like, "_fields") else type(like)(parts)
