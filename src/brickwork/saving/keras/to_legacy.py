"""Models as configs that both Keras 2 and 3 read from an ``.h5`` file."""

from __future__ import annotations

from typing import Any

from ... import losses, metrics
from ...errors import ArgumentError
from ...training.compiled import each
from .nodes import each_origin
from .to_keras import LATER, config_of, full
from .wrapped import UNDECIDED, undecided_loss

#: Arguments that Keras 2 does not have, and the values at which they are left out.
_LATER = LATER | {
    "rms_scaling": False,
    "synchronized": False,
    "loss_scale_factor": None,
    "gradient_accumulation_steps": None,
}
#: Arguments of Keras 3, and their names in Keras 2, which Keras 3 also accepts.
_RENAMED = {
    ("InputLayer", "batch_shape"): "batch_input_shape",
    ("LeakyReLU", "negative_slope"): "alpha",
}
#: Metrics whose meaning depends on the shape of the targets.
_BY_SHAPE = ("accuracy", "acc")
#: Defaults of losses and metrics, which are left out.
_DEFAULTS = (("axis", -1), ("dtype", None), ("ignore_class", None))
#: Defaults of layers' arguments that only Keras 3 has.
_LAYER_DEFAULTS = {"activity_regularizer": None, "autocast": True}


def legacy_config(model) -> tuple[dict[str, Any], dict[str, Any] | None]:
    """A model's config, and its training config (None if it is not compiled).

    Raises:
        ArgumentError: for ops between layers, and for several axes.
    """
    config = config_of(model)
    compiled = config.pop("compile_config", None)
    training = None
    if compiled is not None:
        training = {
            "loss": _objects(compiled["loss"], losses.registry),
            "metrics": _objects(compiled["metrics"], metrics.registry),
            "weighted_metrics": _objects(compiled["weighted_metrics"], metrics.registry),
            "loss_weights": compiled["loss_weights"],
        }
        training["sample_weight_mode"] = None
        training["optimizer_config"] = _optimizer(compiled["optimizer"])
    return _layer(config), training


def _objects(value, registry):
    """Losses or metrics in lists and dicts, with short names as objects: Keras 3 does not find all
    of its names in such files."""
    return each(lambda part: _object(part, registry), value)


def _object(value, registry):
    if (
        registry is metrics.registry
        and isinstance(value, dict)
        and (value.get("class_name") == "function" and metrics.is_loss(value["config"]))
    ):
        name = value["config"]
        value = {
            "module": "keras.metrics",
            "class_name": "MeanMetricWrapper",
            "config": {"name": name, "dtype": None, "fn": value},
            "registered_name": None,
        }
    if isinstance(value, dict):  # Keras 2 refuses the argument axis, even with the default
        config = value["config"]
        if isinstance(config, dict):
            config = {k: v for k, v in config.items() if (k, v) not in _DEFAULTS}
        return _plain({**value, "config": config})
    if isinstance(value, str) and registry is losses.registry and value.lower() in UNDECIDED:
        raise undecided_loss(value)
    if not isinstance(value, str):
        return value
    if value.lower() in _BY_SHAPE:  # capitalized it would be the class of that name
        return value.lower()
    found = registry.get(value)
    if not hasattr(found, "get_config"):  # a function: its class has the same name
        kind = found.__name__.title().replace("_", "")
        known = next(
            (
                one
                for one in registry.items()
                if isinstance(one, type) and one.__name__.lower() == kind.lower()
            ),
            None,
        )
        if known is None:
            return value
        found = known(name=value)
    if registry is metrics.registry:
        found.name = value  # its name in the logs
    return _object(full(registry.serialize(found)), registry)


def _optimizer(optimizer: dict) -> dict[str, Any]:
    """An optimizer's config without arguments that have no effect, which Keras 2 refuses."""
    config = optimizer["config"]
    unused = (
        set() if config.get("use_ema") else {"use_ema", "ema_momentum", "ema_overwrite_frequency"}
    )
    unused |= set() if config.get("weight_decay") else {"weight_decay"}
    return _plain({**optimizer, "config": {k: v for k, v in config.items() if k not in unused}})


def _layer(entry: dict) -> dict[str, Any]:
    kind, config = entry["class_name"], entry["config"]
    if str(entry.get("module")).startswith("keras.src.ops."):
        raise ArgumentError(
            f"{config['name']} ({kind})",
            "got an op between layers, which .h5 "
            "cannot hold. Save as .keras or .brick, or use a layer for it.",
        )
    layer = {"class_name": entry.get("registered_name") or kind, "config": _inner(kind, config)}
    if "inbound_nodes" in entry:
        layer["name"] = entry["name"]
        layer["inbound_nodes"] = [_node(node) for node in entry["inbound_nodes"]]
    return layer


def _inner(kind: str, config: dict) -> dict[str, Any]:
    inner = {}
    if "input_layers" in config:
        config = _models_called_twice(config)
    for name, value in config.items():
        if (name in _LATER and value == _LATER[name]) or (
            name in _LAYER_DEFAULTS and value is _LAYER_DEFAULTS[name]
        ):
            continue
        if kind in ("Sequential", "Functional") and name in ("trainable", "dtype"):
            continue
        if name == "build_input_shape" and _begins_with_input(config):
            continue
        if name == "layers" and isinstance(value, list):
            inner[name] = [_layer(part) for part in value]
        elif name in ("input_layers", "output_layers"):
            inner[name] = _ends(value)
        elif isinstance(value, dict) and "build_config" in value:
            inner[name] = {**_layer(value), "module": value["module"], "registered_name": None}
        elif kind == "Lambda" and name == "function":
            inner[name] = value
        else:
            inner[_RENAMED.get((kind, name), name)] = _plain(value)
    axis = inner.get("axis", 0)
    if axis is None or (isinstance(axis, list) and len(axis) != 1):
        raise ArgumentError(
            f"{config['name']} ({kind}).axis",
            f"got {axis}, which Keras 3 ignores when it reads .h5. Save as .keras or .brick.",
        )
    return inner


def _models_called_twice(config: dict) -> dict:
    """A graph in which every call of a model is listed twice in a row, and the second is used.

    Keras 2 also counts the call by which a model was created, before all others, and loops forever
    if it does not find a call; Keras 3 does not count that call. This way both find the same one.
    """
    models = {
        layer["name"]
        for layer in config["layers"]
        if "input_layers" in layer["config"] or _begins_with_input(layer["config"])
    }
    if not models:
        return config
    config = each_origin(
        config,
        lambda origin: [origin[0], 2 * origin[1] + 1, origin[2]] if origin[0] in models else origin,
    )
    layers = [
        {**layer, "inbound_nodes": [node for node in layer["inbound_nodes"] for _ in "12"]}
        if layer["name"] in models
        else layer
        for layer in config["layers"]
    ]
    return {**config, "layers": layers}


def _begins_with_input(config: dict) -> bool:
    """Whether a model's first layer gives its input shape."""
    layers = config.get("layers")
    return bool(layers) and layers[0]["class_name"] == "InputLayer"


def _ends(value):
    """The inputs or outputs of the graph, as a list even if there is only one."""
    if isinstance(value, list) and len(value) == 3 and isinstance(value[0], str):
        return [value]
    return value


def _node(node: dict) -> list | dict:
    """A call as a list of its inputs or, if that cannot represent it, in the form of Keras 3."""
    args, kwargs = node["args"], node["kwargs"]
    inputs = args[0] if len(args) == 1 and isinstance(args[0], list) else args
    several = len(inputs) > 1
    if (
        several != (inputs is not args)
        or not all(map(_is_tensor, inputs))
        or any(map(_holds_tensor, kwargs.values()))
    ):
        return node
    kwargs = _plain(kwargs)
    return [[*part["config"]["keras_history"], kwargs] for part in inputs]


def _is_tensor(value) -> bool:
    return isinstance(value, dict) and value.get("class_name") == "__keras_tensor__"


def _holds_tensor(value) -> bool:
    if isinstance(value, list | tuple):
        return any(map(_holds_tensor, value))
    return _is_tensor(value)


def _plain(value):
    """A config without arguments that Keras 2 does not have."""
    if isinstance(value, list | tuple):
        return [_plain(part) for part in value]
    if not isinstance(value, dict):
        return value
    if value.get("class_name") == "function":
        return value["config"]
    if "class_name" in value:
        return {**value, "config": _plain(value.get("config"))}
    # A wrapper's function remains a config: Keras 3 does not look it up by its name alone.
    return {
        name: part if name == "fn" else _plain(part)
        for name, part in value.items()
        if not (name in _LATER and part == _LATER[name])
    }
