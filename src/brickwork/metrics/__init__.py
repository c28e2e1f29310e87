"""Metrics by Keras's names: classes, functions, and ``get`` for all that names one."""

from __future__ import annotations

from typing import Any

from ..fields import ArgumentError
from ..losses import (
    BCE,
    MAE,
    MSE,
    bce,
    binary_crossentropy,
    by_shapes,
    categorical_crossentropy,
    mae,
    mean_absolute_error,
    mean_squared_error,
    mse,
    sparse_categorical_crossentropy,
)
from ..registry import snake_case
from .base import Mean, MeanMetricWrapper, Metric, Sum
from .functions import (
    Accuracy,
    BinaryAccuracy,
    BinaryCrossentropy,
    CategoricalAccuracy,
    CategoricalCrossentropy,
    MeanAbsoluteError,
    MeanSquaredError,
    SparseCategoricalAccuracy,
    SparseCategoricalCrossentropy,
    accuracy,
    binary_accuracy,
    categorical_accuracy,
    registry,
    sparse_categorical_accuracy,
)

__all__ = [
    "BCE", "MAE", "MSE", "Accuracy", "BinaryAccuracy", "BinaryCrossentropy",
    "CategoricalAccuracy", "CategoricalCrossentropy", "Mean", "MeanAbsoluteError",
    "MeanMetricWrapper", "MeanSquaredError", "Metric", "SparseCategoricalAccuracy",
    "SparseCategoricalCrossentropy", "Sum", "accuracy", "bce", "binary_accuracy",
    "binary_crossentropy", "categorical_accuracy", "categorical_crossentropy", "deserialize",
    "get", "mae", "mean_absolute_error", "mean_squared_error", "mse", "resolve", "serialize",
    "sparse_categorical_accuracy", "sparse_categorical_crossentropy",
]


def get(identifier, custom_objects: dict[str, Any] | None = None):
    """The metric (or function) for a name, a config, a class, a function or a metric.

    Raises:
        ArgumentError (a ValueError): for an unknown name, with the nearest ones.

    >>> get("mse").name
    'mean_squared_error'
    """
    return registry.get(identifier, custom_objects)


def serialize(metric) -> Any:
    """What a config holds for a metric.

    >>> serialize(Accuracy())["class_name"]
    'Accuracy'
    """
    return registry.serialize(metric)


def deserialize(config, custom_objects: dict[str, Any] | None = None):
    """The inverse of `serialize`.

    >>> deserialize(serialize(BinaryAccuracy(threshold=0.25))).threshold
    0.25
    """
    return registry.deserialize(config, custom_objects)


#: Names whose meaning is decided by the shapes: for one unit, for class numbers, for rows.
BY_SHAPES = {
    "accuracy": (BinaryAccuracy, SparseCategoricalAccuracy, CategoricalAccuracy),
    "crossentropy": (BinaryCrossentropy, SparseCategoricalCrossentropy, CategoricalCrossentropy),
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
    if isinstance(identifier, str) and identifier.lower() in BY_SHAPES:
        choice = BY_SHAPES[identifier.lower()]
        return by_shapes(y_true_shape, y_pred_shape, *choice)(name=identifier)
    try:
        metric = get(identifier)
    except ArgumentError as error:
        raise ArgumentError(what, error.problem) from None
    name = identifier if isinstance(identifier, str) else _name_of(metric)
    if not isinstance(metric, Metric):
        return MeanMetricWrapper(metric, name=name)
    metric.name = name
    return metric


def _name_of(metric) -> str:
    name = getattr(metric, "name", None)
    return name if isinstance(name, str) else snake_case(
        getattr(metric, "__name__", type(metric).__name__))
