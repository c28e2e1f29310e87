"""Compiling a model from a config of any version of Keras."""

from __future__ import annotations

from typing import Any

from ... import losses, metrics, optimizers
from ...custom_objects import CustomObjectScope
from ...spelling import reading_file
from ...training.compiled import each


def compile_from(model, config: dict[str, Any], custom_objects: dict | None = None) -> None:
    """Compile a model from a config of Keras: ``compile_config``, or the ``training_config`` of
    older files."""
    with CustomObjectScope(custom_objects or {}), reading_file():
        optimizer = _optimizer(
            config.get("optimizer_config") or config.get("optimizer") or "rmsprop"
        )  # Keras loses it in models saved as .h5 before
        model.compile(
            optimizer,
            _deserialize(losses, config.get("loss")),
            loss_weights=config.get("loss_weights"),
            metrics=_deserialize(metrics, config.get("metrics")),
            weighted_metrics=_deserialize(metrics, config.get("weighted_metrics")),
        )


def _deserialize(catalogue, value):
    """Losses or metrics from their configs; names remain names, which ``compile`` resolves."""

    def one(config):
        if not isinstance(config, dict):
            return config
        if config.get("class_name") == "function" and isinstance(config.get("config"), str):
            return catalogue.get(config["config"])
        return catalogue.registry.deserialize({**config, "config": _arguments(config)})

    return each(one, value)


def _arguments(value: dict):
    """The arguments in a config, without those that only Keras 2 has."""
    config = value.get("config")
    if not isinstance(config, dict):
        return config
    arguments = dict(config)
    if arguments.get("reduction") == "auto":
        arguments["reduction"] = "sum_over_batch_size"
    if not value["class_name"].endswith("Wrapper"):
        arguments.pop("fn", None)  # the class implies it
    return arguments


def _optimizer(config):
    """An optimizer from its config, of any version of Keras."""
    if not isinstance(config, dict):
        return optimizers.get(config)
    inner = dict(config.get("config") or {})
    for name in ("jit_compile", "is_legacy_optimizer"):  # without effect
        inner.pop(name, None)
    for name in ("decay", "weight_decay"):
        if not inner.get(name):
            inner.pop(name, None)
    if isinstance(inner.get("inner_optimizer"), dict):
        inner["inner_optimizer"] = optimizers.serialize(_optimizer(inner["inner_optimizer"]))
    name = config["class_name"].removeprefix("Custom>")  # a prefix in Keras 2's own configs
    known = name if optimizers.registry.holds(name) else config["class_name"]
    registered = None if known == name else config.get("registered_name")
    return optimizers.deserialize(
        {"class_name": known, "config": inner, "registered_name": registered}
    )
