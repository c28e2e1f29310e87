"""A model compiled as a config of Keras's says, of any version."""

from __future__ import annotations

from typing import Any

from ... import losses, metrics, optimizers
from ...custom_objects import CustomObjectScope
from ...spelling import reading_file
from ...training.compiled import each


def compiled(model, config: dict[str, Any], custom_objects: dict | None = None) -> None:
    """Compile a model as a config of Keras says: ``compile_config``, or the ``training_config`` of
    older files."""
    with CustomObjectScope(custom_objects or {}), reading_file():
        optimizer = _optimizer(config.get("optimizer_config") or config.get("optimizer")
                               or "rmsprop")  # Keras forgets it in models saved as .h5 before
        model.compile(optimizer, _made(losses, config.get("loss")),
                      loss_weights=config.get("loss_weights"),
                      metrics=_made(metrics, config.get("metrics")),
                      weighted_metrics=_made(metrics, config.get("weighted_metrics")))


def _made(catalogue, value):
    """Losses or metrics by their configs; names stay names, of which ``compile`` knows more."""
    def one(told):
        if not isinstance(told, dict):
            return told
        if told.get("class_name") == "function" and isinstance(told.get("config"), str):
            return catalogue.get(told["config"])
        return catalogue.registry.deserialize({**told, "config": _inner(told)})

    return each(one, value)


def _inner(value: dict):
    """A config's arguments without what Keras 2 said besides."""
    config = value.get("config")
    if not isinstance(config, dict):
        return config
    made = dict(config)
    if made.get("reduction") == "auto":
        made["reduction"] = "sum_over_batch_size"
    if not value["class_name"].endswith("Wrapper"):
        made.pop("fn", None)  # each class has one of its own
    return made


def _optimizer(config):
    """An optimizer by its config, of any version of Keras."""
    if not isinstance(config, dict):
        return optimizers.get(config)
    inner = dict(config.get("config") or {})
    for name in ("jit_compile", "is_legacy_optimizer"):  # no choices any more
        inner.pop(name, None)
    for name in ("decay", "weight_decay"):
        if not inner.get(name):
            inner.pop(name, None)
    if isinstance(inner.get("inner_optimizer"), dict):
        inner["inner_optimizer"] = optimizers.serialize(_optimizer(inner["inner_optimizer"]))
    name = config["class_name"].removeprefix("Custom>")  # Keras 2 says so of its own
    known = name if optimizers.registry.holds(name) else config["class_name"]
    registered = None if known == name else config.get("registered_name")
    return optimizers.deserialize({"class_name": known, "config": inner,
                                   "registered_name": registered})
