"""Metrics by Keras's names: classes, functions, and ``get`` for all that names one."""

from __future__ import annotations

from typing import Any

from .. import losses
from ..custom_objects import find
from ..errors import ArgumentError
from ..losses import by_shapes
from ..registry import snake_case
from .metric import Mean, MeanMetricWrapper, Metric, Sum
from .metric_names import LOSSES, names, registry

__all__ = ["Mean", "MeanMetricWrapper", "Metric", "Sum", "deserialize", "get", "resolve",
           "serialize"]
__all__ += [*names, *LOSSES]


def __getattr__(name: str):
    if name in LOSSES:
        return getattr(losses, name)
    if name in names:
        return registry.attribute(__name__, name)
    from ..spelling import attribute

    return attribute(__name__, name)


def __dir__():
    return sorted({*globals(), *__all__})


def get(identifier, custom_objects: dict[str, Any] | None = None):
    """The metric (or function) for a name, a config, a class, a function or a metric.

    Raises:
        ArgumentError (a ValueError): for an unknown name, with the nearest ones.

    >>> get("mse").name
    'mean_squared_error'
    """
    if is_loss(identifier, custom_objects):
        from ..spelling.translation import names as old_names

        # What was a metric's own name once is told what it is called today.
        if identifier not in old_names("metrics"):
            return losses.get(identifier)
    return registry.get(identifier, custom_objects, __name__)


def is_loss(name, custom_objects: dict[str, Any] | None = None) -> bool:
    """Whether it names a function of the losses of which there is no metric.

    >>> is_loss("huber"), is_loss("mse")
    (True, False)
    """
    return isinstance(name, str) and name in losses.names and name.islower() and (
        find(name, custom_objects) is None and not registry.holds(name))


def serialize(metric) -> Any:
    """What a config holds for a metric.

    >>> serialize(get("accuracy"))["class_name"]
    'Accuracy'
    """
    return registry.serialize(metric)


def deserialize(config, custom_objects: dict[str, Any] | None = None):
    """The inverse of `serialize`.

    >>> deserialize({"class_name": "BinaryAccuracy", "config": {"threshold": 0.25}}).threshold
    0.25
    """
    return registry.deserialize(config, custom_objects)


def function_of(said):
    """The function that a config names: `get` returns the metric where both have the name.

    >>> function_of("binary_accuracy").__name__
    'binary_accuracy'
    """
    name = said.get("config") if isinstance(said, dict) else said
    if isinstance(name, str) and find(name) is None and name in (*names, *losses.names):
        found = globals().get(name) or __getattr__(name)
        if not isinstance(found, type):
            return found
    return get(said)


#: Names whose meaning is decided by the shapes: for one unit, for class numbers, for rows.
BY_SHAPES = {
    word: tuple(f"{kind}{word.title()}" for kind in ("Binary", "SparseCategorical", "Categorical"))
    for word in ("accuracy", "crossentropy")
}
BY_SHAPES |= {"acc": BY_SHAPES["accuracy"], "ce": BY_SHAPES["crossentropy"]}


def resolve(identifier, y_true_shape, y_pred_shape, argument: str = "metrics") -> Metric:
    """The `Metric` that compile makes of one entry of its argument when the shapes are known.

    It has the name that the user wrote, if it was a name. Functions and losses are wrapped.

    >>> resolve("acc", (None,), (None, 3))
    <SparseCategoricalAccuracy name=acc>
    """
    what = f"compile.{argument}"
    if identifier is None:
        raise ArgumentError(what, "got None in the list, expected a metric.")
    if _depends_on_shapes(identifier):
        choice = BY_SHAPES[identifier.lower()]
        metric = get(by_shapes(y_true_shape, y_pred_shape, *choice))
        metric.name = identifier
        return metric
    metric = check(identifier, what)
    name = identifier if isinstance(identifier, str) else _name_of(metric)
    if not isinstance(metric, Metric):
        return MeanMetricWrapper(metric, name=name)
    metric.name = name
    return metric


def check(identifier, what: str):
    """The metric or function that is meant, if that can be told without shapes."""
    if _depends_on_shapes(identifier):
        return identifier
    try:
        return get(identifier)
    except ArgumentError as error:
        raise error.about(what) from None


def _depends_on_shapes(identifier) -> bool:
    return isinstance(identifier, str) and identifier.lower() in BY_SHAPES


def _name_of(metric) -> str:
    name = getattr(metric, "name", None)
    return name if isinstance(name, str) else snake_case(
        getattr(metric, "__name__", type(metric).__name__))
