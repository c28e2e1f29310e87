"""Walls: the page's document of a network, checked and built as the Keras code of it would be."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from .. import layers, optimizers, regularizers
from ..errors import ArgumentError, shown
from ..models import Sequential
from ..program.seeds import own_generator
from ..registry import snake_case
from . import catalogue, values
from .limits import Limits

_WALL = ("inputs", "bricks", "loss", "optimizer", "metrics", "batchSize", "epochs", "seed")
_BRICK = ("id", "kind", "config", "weights", "fixed", "trainable")


class BrickError(ArgumentError):
    """A brick that cannot be; `brick` is its index."""

    brick = 0


def model_of(wall: object, limits: Limits) -> Sequential:
    """Return the model of a wall, compiled, with the weights that its bricks have.

    Args:
        wall: the wall as the page sends it: `Wall` of ``studio/src/wall/wall.ts``.
        limits: how large it may be.

    Raises:
        ArgumentError: for what is no wall, or is too large; `BrickError` where it is a brick.

    >>> dense = {"id": "a", "kind": "Dense", "config": {"units": 3, "activation": "relu"}}
    >>> wall = {"inputs": 2, "bricks": [dense], "loss": "mean_squared_error", "metrics": [],
    ...         "optimizer": {"kind": "SGD", "config": {}}, "batchSize": 8, "epochs": 5, "seed": 1}
    >>> model_of(wall, Limits()).count_params()
    9
    """
    wall = values.mapping(wall, "wall", _WALL)
    inputs = values.whole(wall.get("inputs"), "wall.inputs", 1, limits.inputs)
    bricks = values.sequence(wall.get("bricks"), "wall.bricks", limits.bricks)
    if not bricks:
        raise ArgumentError("wall.bricks", "there is no brick on it; put one on the baseplate.")
    seed = values.whole(wall.get("seed"), "wall.seed", 0, 2**32 - 1)
    loss = values.choice(wall.get("loss"), "wall.loss", catalogue.LOSSES)
    metrics = [
        values.choice(name, "wall.metrics", catalogue.METRICS)
        for name in values.sequence(wall.get("metrics"), "wall.metrics", len(catalogue.METRICS))
    ]
    _check_size(inputs, bricks, limits)
    optimizer, stack = _optimizer_of(wall.get("optimizer")), [*_layers_of(bricks)]
    # The seeds that `set_random_seed` would lead to; the user's code draws from NumPy's generator.
    token = own_generator.set(np.random.RandomState(seed))
    try:
        model = Sequential([layers.Input((inputs,)), *stack], name="wall")
        _assign(bricks, stack)
        model.compile(optimizer, loss, metrics=metrics)
    finally:
        own_generator.reset(token)
    return model


def training_of(wall: dict, limits: Limits) -> tuple[int, int]:
    """Return the batch size and the epochs of a wall.

    Raises:
        ArgumentError: for others than there can be.
    """
    return (
        values.whole(wall.get("batchSize"), "wall.batchSize", 1, limits.rows),
        values.whole(wall.get("epochs"), "wall.epochs", 1, limits.epochs),
    )


def _check_size(inputs: int, bricks: list, limits: Limits) -> None:
    """Refuse a wall with too many weights before any of them is made."""
    parameters, width = 0, inputs
    for at, brick in enumerate(bricks):
        with _about(at):
            brick = values.mapping(brick, "brick", _BRICK)
            kind = values.choice(brick.get("kind"), "brick.kind", catalogue.BRICKS)
            config = values.mapping(brick.get("config"), "brick.config", catalogue.BRICKS[kind])
            fixed = values.mapping(brick.get("fixed") or {}, "brick.fixed", ("inputs", "name"))
            if fixed.get("inputs", width) != width:
                raise ArgumentError(
                    "brick", f"has {fixed['inputs']} sockets, and the brick below {width} studs."
                )
            if kind == "Dense":
                units = values.whole(config.get("units"), "units", 1, limits.units)
                parameters += (width + 1) * units
                width = units
            elif kind.endswith("Normalization"):
                parameters += 4 * width
            if parameters > limits.parameters:
                raise ArgumentError(
                    "wall", f"has more than {limits.parameters:,} weights, which is the limit here."
                )


def _layers_of(bricks: list[dict]) -> Iterator[Any]:
    """The layers, with the names that Keras gives them."""
    counts: Counter[str] = Counter()
    for at, brick in enumerate(bricks):
        base = snake_case(brick["kind"])
        name = f"{base}_{counts[base]}" if counts[base] else base
        counts[base] += 1
        with _about(at):
            given = {key: _argument(key, value) for key, value in brick["config"].items()}
            layer = getattr(layers, brick["kind"])(**given, name=name)
            trainable = brick.get("trainable")
            layer.trainable = trainable is None or values.boolean(trainable, "brick.trainable")
        yield layer


def _argument(name: str, value: object) -> Any:
    """The value of an argument of a layer or an optimizer."""
    if name in catalogue.NAMES:
        return values.choice(value, name, catalogue.NAMES[name])
    if name in catalogue.SWITCHES:
        return values.boolean(value, name)
    if name.endswith("_regularizer"):
        return None if value is None else _regularizer_of(value, name)
    if name == "units":
        return int(value)  # type: ignore[call-overload]  # `_check_size` has seen it
    return float(catalogue.number(name, value, name))


def _regularizer_of(value: object, what: str) -> Any:
    value = values.mapping(value, what, ("class_name", "config"))
    kind = values.choice(value.get("class_name"), what, catalogue.REGULARIZERS)
    config = values.mapping(value.get("config"), what, catalogue.REGULARIZERS[kind])
    given = {name: catalogue.number(name, item, f"{what}.{name}") for name, item in config.items()}
    return getattr(regularizers, kind)(**given)


def _optimizer_of(value: object) -> Any:
    value = values.mapping(value, "wall.optimizer", ("kind", "config"))
    kind = values.choice(value.get("kind"), "wall.optimizer.kind", catalogue.OPTIMIZERS)
    names = catalogue.OPTIMIZERS[kind]
    config = values.mapping(value.get("config"), "wall.optimizer.config", names)
    return getattr(optimizers, kind)(**{name: _argument(name, v) for name, v in config.items()})


def _assign(bricks: list[dict], stack: list) -> None:
    """Set the weights of the bricks that have some."""
    for at, (brick, layer) in enumerate(zip(bricks, stack, strict=True)):
        with _about(at):
            given = values.sequence(brick.get("weights") or [], "brick.weights", 8)
            if not given:
                continue
            if len(given) != len(layer.weights):
                raise ArgumentError(
                    "brick.weights", f"got {len(given)} arrays, expected {len(layer.weights)}."
                )
            for weight, variable in zip(given, layer.weights, strict=True):
                variable.assign(_weight(weight, variable.shape))


def _weight(value: object, shape: tuple[int, ...]) -> np.ndarray:
    value = values.mapping(value, "brick.weights", ("name", "shape", "values"))
    if value.get("shape") != list(shape):
        raise ArgumentError(
            "brick.weights", f"got an array of shape {value.get('shape')!r:.60}, expected {shape}."
        )
    return floats(value.get("values"), "brick.weights", int(np.prod(shape))).reshape(shape)


def floats(value: object, what: str, size: int) -> np.ndarray:
    """Return an array of so many finite numbers.

    Raises:
        ArgumentError: for anything else.
    """
    if not isinstance(value, np.ndarray) or value.size != size:
        got = f"{value.size:,} numbers" if isinstance(value, np.ndarray) else shown(value)
        raise ArgumentError(what, f"got {got}, expected {size:,} numbers.")
    if not np.isfinite(value).all():
        raise ArgumentError(what, "holds numbers that are not finite (NaN or infinity).")
    return value


@contextmanager
def _about(index: int) -> Iterator[None]:
    """A context whose errors are about a brick."""
    try:
        yield
    except ArgumentError as error:
        refused = BrickError(error.what, error.problem)
        refused.brick = index
        raise refused from None
