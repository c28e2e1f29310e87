"""Which models are of one kind: their programs differ in the values of state alone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

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
    """A key that is equal for models that differ in names, weights, seeds and learning rates."""
    if type(model) not in (Sequential, Functional, Model) or model._custom_steps:
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
        if hasattr(value, "get_config"):
            config = value.get_config()
            if value is model.optimizer and isinstance(config.get("learning_rate"), float):
                config = {key: v for key, v in config.items() if key != "learning_rate"}
            return type(value), plain(config)
        try:
            hash(value)
        except TypeError:
            return id(value)
        return value

    trainable = tuple(layer.trainable for layer in model.family())
    return plain([model.get_config(), model._compiled.arguments]), trainable
