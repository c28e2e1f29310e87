"""Which models are of one kind: their programs differ in the values of state alone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ..custom_objects import holds_user_code, is_user_defined
from ..metrics import Metric
from ..models import Functional, Model, Sequential


def kinds(models: Sequence[Model]) -> list[list[int]]:
    """The indices of the models, those of a kind together.

    >>> from brickwork import Sequential, layers
    >>> def made(units, rate):
    ...     model = Sequential([layers.Dense(units, input_dim=2)])
    ...     model.compile(optimizer="sgd", loss="mse")
    ...     model.optimizer.learning_rate = rate
    ...     return model
    >>> kinds([made(1, 0.1), made(2, 0.1), made(1, 0.2)])
    [[0, 2], [1]]
    """
    found: dict[Any, list[int]] = {}
    for index, model in enumerate(models):
        found.setdefault(_kind_of(model), []).append(index)
    return list(found.values())


def _kind_of(model: Model) -> Any:
    """A key that is equal for models that differ in names, weights, seeds and learning rates.

    Code of the user's has no value that could be compared: a model that holds some in its layers
    or optimizer is of a kind of its own, and a loss or metric is compared by identity.
    """
    optimizer = model.optimizer
    if type(model) not in (Sequential, Functional, Model) or model._custom_steps:
        return id(model)
    for part in (*model.family(), optimizer):
        if is_user_defined(type(part)) or holds_user_code(vars(part)):
            return id(model)
    names = {layer.name: index for index, layer in enumerate(model.family())}

    def plain(value: Any) -> Any:
        if isinstance(value, str):
            return names.get(value, value)
        if isinstance(value, dict):
            return tuple((key, plain(v)) for key, v in sorted(value.items()) if key != "name")
        if isinstance(value, list | tuple):
            return tuple(plain(part) for part in value)
        if isinstance(value, np.ndarray):
            return value.dtype.str, value.shape, value.tobytes()
        if value is optimizer:
            return None  # its present arguments count, below
        if hasattr(value, "get_config") and not is_user_defined(type(value)):
            called = value.name if isinstance(value, Metric) else None  # the logs say so
            return type(value), plain(value.get_config()), called
        plainly = value is None or isinstance(value, bool | int | float)
        return value if plainly else id(value)

    arguments = dict(model._compiled.arguments, optimizer=None)
    config = optimizer.get_config()
    if isinstance(config.get("learning_rate"), float):
        del config["learning_rate"]
    listed, pattern = optimizer._no_decay
    if listed:
        return id(model)  # weights of its own
    trainable = tuple(layer.trainable for layer in model.family())
    try:
        layers = plain(model.get_config())
    except (ValueError, TypeError, NotImplementedError):
        return id(model)  # a layer that has no config
    return layers, plain(arguments), type(optimizer), plain(config), pattern, trainable
