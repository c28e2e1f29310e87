"""Our models as configs that Keras 2 and 3 both read out of an ``.h5`` file."""

from __future__ import annotations

from typing import Any

from ... import losses, metrics
from ...errors import ArgumentError
from ...training.compiled import each
from .nodes import each_origin
from .to_keras import LATER, config_of, full
from .wrapped import WORDS, undecided_word

#: What Keras 2 does not know, and the value by which it may be left out.
_LATER = LATER | {"rms_scaling": False, "synchronized": False, "loss_scale_factor": None,
                  "gradient_accumulation_steps": None}
#: Today's words and those that both versions know.
_WORDS = {("InputLayer", "batch_shape"): "batch_input_shape",
          ("LeakyReLU", "negative_slope"): "alpha"}
#: Metrics that mean one thing or another, by the shape of the targets.
_BY_SHAPE = ("accuracy", "acc")
#: Of losses and metrics: what is so anyway.
_SILENT = (("axis", -1), ("dtype", None), ("ignore_class", None))
#: Arguments that only Keras 3 knows when they stand in a layer, and that say nothing.
_OF_LAYERS = {"activity_regularizer": None, "autocast": True}


def legacy_config(model) -> tuple[dict[str, Any], dict[str, Any] | None]:
    """A model's config, and how it was compiled (None if it was not).

    Raises:
        ArgumentError: for ops between layers, and for several axes.
    """
    config = config_of(model)
    told = config.pop("compile_config", None)
    training = None
    if told is not None:
        training = {"loss": _objects(told["loss"], losses.registry),
                    "metrics": _objects(told["metrics"], metrics.registry),
                    "weighted_metrics": _objects(told["weighted_metrics"], metrics.registry),
                    "loss_weights": told["loss_weights"]}
        training["sample_weight_mode"] = None
        training["optimizer_config"] = _optimizer(told["optimizer"])
    return _layer(config), training


def _objects(value, registry):
    """Losses or metrics in lists and dicts, those said by short names as objects: Keras 3 does not
    find all of its own names in such files."""
    return each(lambda told: _object(told, registry), value)


def _object(value, registry):
    if registry is metrics.registry and isinstance(value, dict) and (
            value.get("class_name") == "function" and metrics.is_loss(value["config"])):
        name = value["config"]
        value = {"module": "keras.metrics", "class_name": "MeanMetricWrapper",
                 "config": {"name": name, "dtype": None, "fn": value}, "registered_name": None}
    if isinstance(value, dict):  # the last axis goes without saying, and Keras 2 refuses the word
        config = value["config"]
        said = {k: v for k, v in config.items() if (k, v) not in _SILENT} if isinstance(
            config, dict) else config
        return _plain({**value, "config": said})
    if isinstance(value, str) and registry is losses.registry and value.lower() in WORDS:
        raise undecided_word(value)
    if not isinstance(value, str):
        return value
    if value.lower() in _BY_SHAPE:  # in capitals it would be the class of that name
        return value.lower()
    found = registry.get(value)
    if not hasattr(found, "get_config"):  # a function: its class has the same name
        kind = found.__name__.title().replace("_", "")
        known = next((one for one in registry.items() if isinstance(one, type)
                      and one.__name__.lower() == kind.lower()), None)
        if known is None:
            return value
        found = known(name=value)
    if registry is metrics.registry:
        found.name = value  # what the logs call it
    return _object(full(registry.serialize(found)), registry)


def _optimizer(told: dict) -> dict[str, Any]:
    """An optimizer without the arguments that are off: Keras 2 refuses their names."""
    config = told["config"]
    left = set() if config.get("use_ema") else {"use_ema", "ema_momentum",
                                                "ema_overwrite_frequency"}
    left |= set() if config.get("weight_decay") else {"weight_decay"}
    return _plain({**told, "config": {k: v for k, v in config.items() if k not in left}})


def _layer(entry: dict) -> dict[str, Any]:
    kind, config = entry["class_name"], entry["config"]
    if str(entry.get("module")).startswith("keras.src.ops."):
        raise ArgumentError(f"{config['name']} ({kind})", "got an op between layers, which .h5 "
                            "cannot hold. Save as .keras or .brick, or use a layer for it.")
    made = {"class_name": entry.get("registered_name") or kind, "config": _inner(kind, config)}
    if "inbound_nodes" in entry:
        made["name"] = entry["name"]
        made["inbound_nodes"] = [_node(node) for node in entry["inbound_nodes"]]
    return made


def _inner(kind: str, config: dict) -> dict[str, Any]:
    made = {}
    if "input_layers" in config:
        config = _models_called_twice(config)
    for name, value in config.items():
        if (name in _LATER and value == _LATER[name]) or (
                name in _OF_LAYERS and value is _OF_LAYERS[name]):
            continue
        if kind in ("Sequential", "Functional") and name in ("trainable", "dtype"):
            continue
        if name == "build_input_shape" and _begins_with_input(config):
            continue
        if name == "layers" and isinstance(value, list):
            made[name] = [_layer(part) for part in value]
        elif name in ("input_layers", "output_layers"):
            made[name] = _ends(value)
        elif isinstance(value, dict) and "build_config" in value:
            made[name] = {**_layer(value), "module": value["module"], "registered_name": None}
        elif kind == "Lambda" and name == "function":
            made[name] = value
        else:
            made[_WORDS.get((kind, name), name)] = _plain(value)
    axis = made.get("axis", 0)
    if axis is None or (isinstance(axis, list) and len(axis) != 1):
        raise ArgumentError(f"{config['name']} ({kind}).axis", f"got {axis}, which Keras 3 forgets "
                            "when it reads .h5. Save as .keras or .brick.")
    return made


def _models_called_twice(config: dict) -> dict:
    """A graph in which every call of a model stands twice in a row, and the second one counts.

    Keras 2 counts the call that a model was made by before all others of it, and waits for ever
    for a call that it does not find; Keras 3 does not count that one. So both find the same call.
    """
    models = {layer["name"] for layer in config["layers"] if "input_layers" in layer["config"]
              or _begins_with_input(layer["config"])}
    if not models:
        return config
    config = each_origin(config, lambda origin: [origin[0], 2 * origin[1] + 1, origin[2]]
                         if origin[0] in models else origin)
    layers = [{**layer, "inbound_nodes": [node for node in layer["inbound_nodes"] for _ in "12"]}
              if layer["name"] in models else layer for layer in config["layers"]]
    return {**config, "layers": layers}


def _begins_with_input(config: dict) -> bool:
    """Whether a model's first layer says for which shapes the weights are."""
    layers = config.get("layers")
    return bool(layers) and layers[0]["class_name"] == "InputLayer"


def _ends(value):
    """Ends of the graph: a list of them also where there is one."""
    if isinstance(value, list) and len(value) == 3 and isinstance(value[0], str):
        return [value]
    return value


def _node(node: dict) -> list | dict:
    """A call as a list of its inputs; or, where that does not tell it, in Keras 3's form."""
    args, kwargs = node["args"], node["kwargs"]
    inputs = args[0] if len(args) == 1 and isinstance(args[0], list) else args
    several = len(inputs) > 1
    if several != (inputs is not args) or not all(map(_is_tensor, inputs)) or any(
            map(_holds_tensor, kwargs.values())):
        return node
    said = _plain(kwargs)
    return [[*part["config"]["keras_history"], said] for part in inputs]


def _is_tensor(value) -> bool:
    return isinstance(value, dict) and value.get("class_name") == "__keras_tensor__"


def _holds_tensor(value) -> bool:
    if isinstance(value, list | tuple):
        return any(map(_holds_tensor, value))
    return _is_tensor(value)


def _plain(value):
    """A config without what Keras 2 does not know."""
    if isinstance(value, list | tuple):
        return [_plain(part) for part in value]
    if not isinstance(value, dict):
        return value
    if value.get("class_name") == "function":
        return value["config"]
    if "class_name" in value:
        return {**value, "config": _plain(value.get("config"))}
    # A wrapper's function stays told as one: a name alone Keras 3 does not look up.
    return {name: part if name == "fn" else _plain(part) for name, part in value.items()
            if not (name in _LATER and part == _LATER[name])}
