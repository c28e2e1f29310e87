"""The networks of an estimator: how one is made, and how all of them are trained."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import numpy as np

from .. import metrics, optimizers
from ..callbacks import EarlyStopping
from ..errors import ArgumentError, shown
from ..layers import Dense, Input
from ..layers.layer import Layer
from ..models import Model, Sequential
from ..populations import Population
from ..program import Symbol
from ..tabular.recipes import Recipe
from ..tabular.task import Task


class Design:
    """Makes a network; an object and no function, so that it can be pickled.

    Args:
        recipe: the `Recipe`.
        task: what is predicted.
        features: the number of inputs.
        numbers: the indices of those that are numbers, which may have waves.
        edges: for those that may have ramps, their edges.
        layers: the hidden layers: None for those of the recipe, a list, or a function of an input.
        optimizer: a name, or an `Optimizer`, whose learning rate and decay are its own.
        loss: of the network.
        monitor: a metric, or None.
    """

    def __init__(
        self,
        recipe: Recipe,
        task: Task,
        features: int,
        numbers: list[int],
        edges: dict[int, list[float]],
        layers: Any,
        optimizer: Any,
        loss: Any,
        monitor: Any,
    ):
        self.recipe, self.task, self.features = recipe, task, features
        self.numbers, self.edges = numbers, edges
        self.layers, self.optimizer, self.loss, self.monitor = layers, optimizer, loss, monitor

    def __call__(self, waves: bool = False) -> Model:
        if self.layers is None:
            seen = (self.numbers, None) if waves else ((), self.edges)
            model = self.recipe.network(self.features, self.task, *seen)
        else:
            model = self._of_layers()
        model.compile(
            self._optimizer(),
            deepcopy(self.loss),
            weighted_metrics=None if self.monitor is None else [deepcopy(self.monitor)],
        )
        return model

    def _of_layers(self) -> Model:
        last = Dense(self.task.outputs, self.task.activation, name="output")
        if callable(self.layers) and not isinstance(self.layers, Layer):
            given = Input((self.features,))
            found = self.layers(given)
            if not isinstance(found, Symbol):
                raise ArgumentError(
                    "layers",
                    f"got a function that returned {shown(found)}, expected one that is given an "
                    "Input and returns what its last layer returns.",
                )
            return Model(given, last(found))
        own = [self.layers] if isinstance(self.layers, Layer) else list(self.layers)
        for layer in own:
            if not isinstance(layer, Layer):
                raise ArgumentError(
                    "layers", f"got {shown(layer)}, expected layers, or a function of an Input."
                )
        return Sequential([Input((self.features,)), *deepcopy(own), last])

    def _optimizer(self) -> Any:
        if not isinstance(self.optimizer, str):
            return deepcopy(self.optimizer)
        found = type(optimizers.get(self.optimizer))
        return found(self.recipe.rate, weight_decay=self.recipe.decay)


def monitored(monitor: Any) -> tuple[str, Any]:
    """Return the name in the logs that early stopping looks at, and the metric that makes it; None
    for the loss.

    Args:
        monitor: a name, with or without "val_", or a `Metric`.

    >>> monitored("val_loss"), monitored("accuracy")
    (('val_loss', None), ('val_accuracy', 'accuracy'))
    """
    if isinstance(monitor, str):
        name = monitor.removeprefix("val_")
        metric = None if name == "loss" else name
    else:
        metric = metrics.get(monitor)
        name = getattr(metric, "name", None) or getattr(metric, "__name__", "")
    return f"val_{name}", metric


def train(
    networks: Population,
    features: Any,
    y: np.ndarray,
    *,
    weights: np.ndarray | None,
    first: int,
    epochs: int,
    batch_size: int,
    stop: EarlyStopping | None,
    parts: list[tuple[np.ndarray, np.ndarray]],
    verbose: int,
) -> None:
    """Train the networks, or go on with it.

    Args:
        networks: a population of a `Design`.
        features: ``(rows, features)``.
        y: the targets, as the networks take them.
        weights: ``(rows,)`` or None.
        first: the number of epochs that were trained before.
        epochs: how many more to train.
        batch_size: rows of a step.
        stop: what stops a network by the rows that it does not train on; None: all rows are trained
            on.
        parts: for each network the rows that it is trained on, and those that stop it.
        verbose: 1 for a progress bar.
    """
    own: dict[str, Any] = {} if weights is None else {"sample_weight": weights}
    if stop is not None:
        own |= {"rows": [train for train, _ in parts], "held_out": [test for _, test in parts]}
    networks.fit(
        features,
        y,
        batch_size=batch_size,
        epochs=first + epochs,
        initial_epoch=first,
        callbacks=stop,
        verbose=verbose,
        **own,
    )
