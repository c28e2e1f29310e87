"""Metrics under Keras's names: classes, functions, and ``get`` to look one up."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .. import losses
from ..custom_objects import find
from ..errors import ArgumentError
from ..losses import by_shapes
from ..registry import snake_case
from .metric import Mean, MeanMetricWrapper, Metric, Sum
from .metric_names import LOSSES, names, registry

__all__ = [
    "Mean",
    "MeanMetricWrapper",
    "Metric",
    "Sum",
    "deserialize",
    "get",
    "resolve",
    "serialize",
]
__all__ += names
__all__ += LOSSES

if TYPE_CHECKING:  # what is imported when it is first accessed
    from ..losses import (
        BCE as BCE,
        MAE as MAE,
        MAPE as MAPE,
        MSE as MSE,
        MSLE as MSLE,
        bce as bce,
        binary_crossentropy as binary_crossentropy,
        binary_focal_crossentropy as binary_focal_crossentropy,
        categorical_crossentropy as categorical_crossentropy,
        categorical_focal_crossentropy as categorical_focal_crossentropy,
        categorical_hinge as categorical_hinge,
        hinge as hinge,
        huber as huber,
        kl_divergence as kl_divergence,
        log_cosh as log_cosh,
        mae as mae,
        mape as mape,
        mean_absolute_error as mean_absolute_error,
        mean_absolute_percentage_error as mean_absolute_percentage_error,
        mean_squared_error as mean_squared_error,
        mean_squared_logarithmic_error as mean_squared_logarithmic_error,
        mse as mse,
        msle as msle,
        poisson as poisson,
        sparse_categorical_crossentropy as sparse_categorical_crossentropy,
        squared_hinge as squared_hinge,
    )
    from .metric_names import *
else:

    def __getattr__(name: str) -> Any:
        if name in LOSSES:
            return getattr(losses, name)
        if name in names:
            return registry.attribute(__name__, name)
        from ..spelling import attribute

        return attribute(__name__, name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})


def get(identifier: Any, custom_objects: dict[str, Any] | None = None) -> Any:
    """Return the metric that an identifier names.

    Args:
        identifier: name, config, class, function ``(y_true, y_pred)`` or `Metric`; None for none.
        custom_objects: custom classes and functions by name, looked up first.

    Returns:
        A `Metric`; a function for a function, or for the name of a loss without a metric of that
        name; None for None.

    Raises:
        ArgumentError (a ValueError): for an unknown name; the message suggests similar ones.

    >>> get("mse").name
    'mean_squared_error'
    """
    if is_loss(identifier, custom_objects):
        from ..spelling.translation import old_names_of

        # An old name of a metric gets the message with its new name.
        if identifier not in old_names_of("metrics"):
            return losses.get(identifier)
    return registry.get(identifier, custom_objects, __name__)


def is_loss(name: Any, custom_objects: dict[str, Any] | None = None) -> bool:
    """Whether a name is that of a loss function without a metric of the same name.

    >>> is_loss("huber"), is_loss("mse")
    (True, False)
    """
    return (
        isinstance(name, str)
        and name in losses.names
        and name.islower()
        and (find(name, custom_objects) is None and not registry.holds(name))
    )


def serialize(metric: Any) -> Any:
    """Return the entry for a metric in a config.

    Args:
        metric: `Metric` or function.

    Returns:
        ``{"class_name": ..., "config": ...}`` for a `Metric`, the name of a function.

    >>> serialize(get("accuracy"))["class_name"]
    'Accuracy'
    """
    return registry.serialize(metric)


def deserialize(config: Any, custom_objects: dict[str, Any] | None = None) -> Any:
    """Return the metric for a config: the inverse of `serialize`.

    Args:
        config: what `serialize` returned, or a name.
        custom_objects: custom classes and functions by name, looked up first.

    Returns:
        A `Metric` or a function.

    >>> deserialize({"class_name": "BinaryAccuracy", "config": {"threshold": 0.25}}).threshold
    0.25
    """
    return registry.deserialize(config, custom_objects)


def function_of(config: Any) -> Any:
    """Return the function that a config names, where `get` prefers a metric of the same name.

    >>> function_of("binary_accuracy").__name__
    'binary_accuracy'
    """
    name = config.get("config") if isinstance(config, dict) else config
    if isinstance(name, str) and find(name) is None and name in (*names, *losses.names):
        found = globals().get(name) or __getattr__(name)
        if not isinstance(found, type):
            return found
    return get(config)


#: Names that depend on the shapes: metrics for one unit, for class indices, for one-hot targets.
BY_SHAPES = {
    name: tuple(f"{kind}{name.title()}" for kind in ("Binary", "SparseCategorical", "Categorical"))
    for name in ("accuracy", "crossentropy")
}
BY_SHAPES |= {"acc": BY_SHAPES["accuracy"], "ce": BY_SHAPES["crossentropy"]}


def resolve(
    identifier: Any, y_true_shape: Any, y_pred_shape: Any, argument: str = "metrics"
) -> Metric:
    """Return the `Metric` for one entry of an argument of ``compile``, once shapes are known.

    A metric given by name keeps that name. Functions and losses are wrapped in
    `MeanMetricWrapper`.

    Args:
        identifier: as for `get`, or "accuracy", "acc", "crossentropy" or "ce", which depend on
            the shapes.
        y_true_shape: shape of the targets, None for unknown dimensions.
        y_pred_shape: shape of the outputs, None for unknown dimensions.
        argument: the name of the argument in error messages.

    Returns:
        A `Metric`.

    Raises:
        ArgumentError (a ValueError): for None, an unknown name or an object that is no metric.

    >>> resolve("acc", (None,), (None, 3))
    <SparseCategoricalAccuracy name=acc>
    """
    place = f"compile.{argument}"
    if identifier is None:
        raise ArgumentError(place, "got None in the list, expected a metric.")
    if _depends_on_shapes(identifier):
        choice = BY_SHAPES[identifier.lower()]
        metric = get(by_shapes(y_true_shape, y_pred_shape, *choice))
        metric.name = identifier
        return metric
    metric = check(identifier, place)
    name = identifier if isinstance(identifier, str) else _name_of(metric)
    if not isinstance(metric, Metric):
        return MeanMetricWrapper(metric, name=name)
    metric.name = name
    return metric


def check(identifier: Any, place: str) -> Any:
    """Return the metric or function, or a name that depends on the shapes as it is."""
    if _depends_on_shapes(identifier):
        return identifier
    try:
        return get(identifier)
    except ArgumentError as error:
        raise error.about(place) from None


def _depends_on_shapes(identifier) -> bool:
    return isinstance(identifier, str) and identifier.lower() in BY_SHAPES


def _name_of(metric) -> str:
    name = getattr(metric, "name", None)
    return (
        name
        if isinstance(name, str)
        else snake_case(getattr(metric, "__name__", type(metric).__name__))
    )
