"""Models as project files of the studio: what ``studio/src/files/project.ts`` reads."""

from __future__ import annotations

import json
import warnings
from base64 import b64encode
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from .. import layers, losses, optimizers
from ..errors import ArgumentError, shown
from ..layers import InputLayer
from ..models import Sequential
from ..registry import snake_case
from ..stack_level import outside
from ..training.history import History
from . import catalogue
from .tables import table_of

FORMAT, VERSION = "brickwork studio", 1
#: The largest file that a page opens, in bytes.
LARGEST = 30_000_000
#: What a layer's config holds beside the arguments that a brick has.
_NAMES_OF_LAYERS = {"name", "trainable"}
#: Which loss goes with outputs of which activation, where none was compiled.
_LOSSES = {"sigmoid": "binary_crossentropy", "softmax": "sparse_categorical_crossentropy"}
_METRICS = {
    "acc": "accuracy",
    "binary_accuracy": "accuracy",
    "sparse_categorical_accuracy": "accuracy",
    "categorical_accuracy": "accuracy",
    "mae": "mean_absolute_error",
    "mse": "mean_squared_error",
} | {name: name for name in catalogue.METRICS}


def project_of(
    model: Any, history: Any = None, data: Any = None, what: str = "export_html"
) -> dict[str, Any]:
    """Return the project file of a model, as JSON types.

    Args:
        model: a built `Sequential` of the studio's bricks.
        history: a `History`, or a dict from names of metrics to a value for each epoch; None is
            the model's own.
        data: ``(x, y)`` to train on and to look at; None for none.
        what: the calling function, for messages.

    Raises:
        ArgumentError: for what the page would refuse, and says why.
    """
    wall = wall_of(model, what)
    history = model.history if history is None else history
    epochs = [*_epochs_of(history, what)]
    wall |= _trained_for(epochs, history)
    project = {
        "format": FORMAT,
        "version": VERSION,
        "project": {
            "name": model.name,
            "wall": wall,
            "data": {
                "source": "csv",
                "samples": 300,
                "noise": 0.1,
                "seed": 1,
                **({} if data is None else {"table": table_of(model, *data, wall["loss"], what)}),
                "excluded": [],
                "missing": "mean",
                "standardize": False,  # the model has seen these numbers
                "validation": 0,  # which rows were held out, no history says
            },
        },
        "trained": None,
        "history": epochs,
    }
    size = len(json.dumps(project))
    if size > LARGEST:
        raise ArgumentError(
            what,
            f"model and data take {size:,} bytes, and a page opens at most {LARGEST:,}. Pass "
            "fewer rows, or a smaller model.",
        )
    return project


def wall_of(model: Any, what: str = "export_html") -> dict[str, Any]:
    """Return the wall of a model, its bricks with their weights; arguments as for `project_of`."""
    if type(model) is not Sequential:
        got = type(model).__name__
        raise ArgumentError(
            f"{what}.model", f"got {got}, expected a Sequential: the studio has no branches."
        )
    if not model.built or len(model.input_shape) != 2 or model.input_shape[-1] is None:
        raise ArgumentError(
            f"{what}.model",
            "expected a model whose rows have a known number of inputs: begin it with "
            "Input((n,)), or train it first.",
        )
    stack = [layer for layer in model.layers if not isinstance(layer, InputLayer)]
    for amount, most, thing in (
        (model.input_shape[-1], catalogue.MOST_INPUTS, "inputs"),
        (len(stack), catalogue.MOST_BRICKS, "layers"),
        (model.count_params(), catalogue.MOST_PARAMETERS, "weights"),
        (len(model.name), catalogue.LONGEST_NAME, "letters in its name"),
    ):
        if amount > most:
            raise ArgumentError(
                f"{what}.model", f"got {amount:,} {thing}, and the studio has at most {most:,}."
            )
    return {
        "inputs": model.input_shape[-1],
        "bricks": [_brick_of(layer, what) for layer in stack],
        **_compiled(model, what),
        "batchSize": 32,
        "epochs": 50,
        "seed": 1,
    }


def _trained_for(epochs: list, history: Any) -> dict[str, int]:
    """How a wall was trained, as far as that is known: epochs of a history, rows per step of one
    that `fit` returned."""
    size = getattr(history, "_batch_size", None)
    return ({"epochs": len(epochs)} if epochs else {}) | (
        {"batchSize": min(size, catalogue.MOST_BATCH)} if size else {}
    )


def _brick_of(layer: Any, what: str) -> dict[str, Any]:
    kind, where = type(layer).__name__, f"{what}.model: {layer.name}"
    if type(layer) is not getattr(layers, kind, None) or kind not in catalogue.BRICKS:
        raise ArgumentError(
            where,
            f"got the layer {kind}, expected one that the studio has: "
            f"{', '.join(catalogue.BRICKS)}.",
        )
    config = layer.get_config()
    kept = {name: config[name] for name in catalogue.BRICKS[kind]}
    for name, value in kept.items():
        if name.endswith("_initializer"):
            kept[name] = _initializer_of(value, name, where)
        elif name.endswith("_regularizer"):
            _check_regularizer(value, f"{where}: {name}")
        elif name in catalogue.RANGES:
            catalogue.number(name, value, f"{where}: {name}")
    if kept.get("activation", "linear") not in catalogue.ACTIVATIONS:
        raise ArgumentError(
            where,
            f"got the activation {shown(kept['activation'])}, expected one of: "
            f"{', '.join(catalogue.ACTIVATIONS)}.",
        )
    # All that no brick can say must be as it is in a layer that says nothing of it.
    plain = type(layer)(**kept).get_config()
    for name in config.keys() - _NAMES_OF_LAYERS:
        if config[name] != plain.get(name) and not name.endswith("_initializer"):
            raise ArgumentError(
                where, f"got {name}={shown(config[name])}, which the studio's {kind} has not."
            )
    defaults = type(layer).__fields__
    return {
        "kind": kind,
        "config": {n: value for n, value in kept.items() if value != _default(defaults[n], n)},
        **({} if layer.trainable else {"trainable": False}),
        **({"weights": [*map(_weight_of, layer.weights)]} if layer.weights else {}),
    }


def _default(field: Any, name: str) -> Any:
    return "linear" if name == "activation" and field.default is None else field.default


def _check_regularizer(value: dict | None, what: str) -> None:
    if value is None:
        return
    if value["class_name"] not in catalogue.REGULARIZERS:
        raise ArgumentError(
            what,
            f"got {value['class_name']}, expected one that the studio has: "
            f"{', '.join(catalogue.REGULARIZERS)}.",
        )
    for name in catalogue.REGULARIZERS[value["class_name"]]:
        catalogue.number(name, value["config"][name], f"{what}.{name}")


def _initializer_of(config: dict, name: str, where: str) -> str:
    """The name of an initializer; for one that the studio has not, of the usual one, with a
    warning, since it only matters when training begins anew."""
    kind = snake_case(config["class_name"])
    usual = "zeros" if name == "bias_initializer" else "glorot_uniform"
    if kind in catalogue.INITIALIZERS and _is_plain(config, kind):
        return kind
    warnings.warn(
        f"{where}: in the studio a new start has the {name} {usual!r}, not {config['class_name']}.",
        UserWarning,
        stacklevel=outside(),
    )
    return usual


def _is_plain(config: dict, kind: str) -> bool:
    from .. import initializers

    plain = initializers.get(kind).get_config()
    return all(config["config"][name] == plain[name] for name in plain if name != "seed")


def _weight_of(variable: Any) -> dict[str, Any]:
    values = np.ascontiguousarray(variable.numpy(), "<f4")
    if not np.isfinite(values).all():
        raise ArgumentError("model", f"the weight {variable.path} holds NaN or infinity.")
    return {
        "name": variable.name,
        "shape": list(values.shape),
        "values": b64encode(values.tobytes()).decode(),
    }


def _compiled(model: Any, what: str) -> dict[str, Any]:
    """Loss, metrics and optimizer of a wall."""
    if not model.compiled:
        last = model.layers[-1].get_config().get("activation", "linear")
        loss, metrics = _LOSSES.get(last, "mean_squared_error"), ["accuracy"]
        return {
            "loss": loss,
            "metrics": metrics if loss in _LOSSES.values() else [],
            "optimizer": {"kind": "Adam", "config": {}},
        }
    config = model.get_compile_config()
    named = [_METRICS.get(_name_of(metric)) for metric in config["metrics"] or []]
    return {
        "loss": _loss_of(config["loss"], what),
        "metrics": [*dict.fromkeys(name for name in named if name)],
        "optimizer": _optimizer_of(model.optimizer, what),
    }


def _name_of(item: Any) -> str:
    return snake_case(item["class_name"]) if isinstance(item, dict) else str(item)


def _loss_of(loss: Any, what: str) -> str:
    found = losses.get(loss) if isinstance(loss, str) else loss
    if isinstance(loss, dict) and "class_name" in loss:
        plain = getattr(losses, loss["class_name"])().get_config()
        found = loss["class_name"] if loss["config"] == plain else None
    name = snake_case(getattr(found, "__name__", str(found)))
    if name not in catalogue.LOSSES:
        raise ArgumentError(
            f"{what}.model",
            f"got the loss {shown(loss)}, expected one that the studio has, with its usual "
            f"arguments: {', '.join(catalogue.LOSSES)}.",
        )
    return name


def _optimizer_of(optimizer: Any, what: str) -> dict[str, Any]:
    """The optimizer; where it, or an argument of it, is not the studio's, the nearest that is,
    with a warning, since it only matters when training goes on."""
    kind, config = type(optimizer).__name__, optimizer.get_config()
    if kind not in catalogue.OPTIMIZERS:
        _warn_of_optimizer(f"{kind} is Adam", what)
        return {"kind": "Adam", "config": {}}
    plain = getattr(optimizers, kind)().get_config()
    differing = {n: v for n, v in config.items() if n != "name" and v != plain[n]}
    known = {
        name: _short(value)
        for name, value in differing.items()
        if name in catalogue.OPTIMIZERS[kind] and isinstance(value, int | float)
    }
    for name in known.keys() & catalogue.RANGES.keys():
        catalogue.number(name, known[name], f"{what}.model: {kind}.{name}")
    if lacking := sorted(differing.keys() - known):
        _warn_of_optimizer(f"{kind} has no {', '.join(lacking)}", what)
    return {"kind": kind, "config": known}


def _warn_of_optimizer(words: str, what: str) -> None:
    warnings.warn(
        f"{what}: where the studio trains this model on, {words}.",
        UserWarning,
        stacklevel=outside(),
    )


def _short(value: Any) -> Any:
    """A float as it was written: 0.001, of which float32 holds 0.0010000000474974513."""
    return float(str(np.float32(value))) if isinstance(value, float) else value


def _epochs_of(history: Any, what: str) -> Iterator[dict[str, Any]]:
    if history is None:
        return
    given = history.history if isinstance(history, History) else history
    if not isinstance(given, Mapping):
        raise ArgumentError(
            f"{what}.history", f"got {shown(history)}, expected a History, or its dict of lists."
        )
    columns = {
        str(name): np.asarray(values, "float64")
        for name, values in given.items()
        if np.ndim(values) == 1
    }
    if len(columns) > catalogue.MOST_LOGS:
        raise ArgumentError(
            f"{what}.history",
            f"got {len(columns)} metrics, and the studio has at most {catalogue.MOST_LOGS}.",
        )
    epochs = max(map(len, columns.values()), default=0)
    for epoch in range(max(0, epochs - catalogue.MOST_EPOCHS), epochs):  # the last ones
        logs = {
            name: float(column[epoch])
            for name, column in columns.items()
            if epoch < len(column) and np.isfinite(column[epoch])
        }
        yield {"epoch": epoch, "logs": logs}
