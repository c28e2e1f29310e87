"""Models as configs of Keras 3, which its ``deserialize_keras_object`` reads."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import numpy as np

from ... import metrics
from ...custom_objects import get_registered_name, is_user_defined
from ...data import warn_once
from ...errors import ArgumentError
from ...layers.operation import Operation
from ...models import Functional, Sequential
from ...models.call_arguments import about, encoded
from ...models.model import Model
from ...registry import Registry, in_keras, keras_place
from ...training.compiled import each
from ...tree import map_structure as mapped
from ..configs import CATALOGUES
from .operations import keras_op
from .wrapped import WRAPPERS, function, of_function, resolved

#: Arguments that older versions of Keras 3 do not have, and the values at which they are left out,
LATER = {
    "quantization_config": None,
    "gptq_unpacked_column_size": None,
    "lora_rank": None,
    "lora_alpha": None,
    "renorm": False,
    "renorm_clipping": None,
    "renorm_momentum": 0.99,
    "optional": False,
    "oov_method": "floormod",
    "salt": None,
    "from_sorted_ids": False,
    "ignore_class": None,
    "input_axes": None,
    "output_axes": None,
}
#: and those of some classes only.
_LATER_OF = {
    "SparseCategoricalCrossentropy": {"axis": -1},
    "Tversky": {"axis": None},
    "CategoryEncoding": {"sparse": False},
}


def config_of(model) -> dict[str, Any]:
    """A model's whole config, with its input shapes and its compile config."""
    config = entry(model)
    if model.compiled:
        config["compile_config"] = compile_config(model)
    return config


def entry(layer) -> dict[str, Any]:
    """A layer or model as a config."""
    if type(layer) is Sequential:
        first = [] if layer._first is None else [layer._first]
        inner = {
            "name": layer.name,
            "trainable": layer.trainable,
            "dtype": layer.dtype,
            "layers": [entry(one) for one in [*first, *layer.layers]],
        }
        if layer.built:
            inner["build_input_shape"] = list(layer._built_shape)
        return _record("keras", "Sequential", inner, None, layer)
    if type(layer) is Functional:
        return _record(
            "keras.src.models.functional", "Functional", _graph(layer), "Functional", layer
        )
    kind = type(layer)
    if is_user_defined(kind):
        registered = get_registered_name(kind)
        return _record(kind.__module__, kind.__name__, full(layer.get_config()), registered, layer)
    for name in kind.__fields__:  # the functions; what has a config tells by `full`
        if callable(value := getattr(layer, name, None)):
            warn_if_not_in_keras(value)
    config = _for_older(kind.__name__, full(_unnested(layer)))
    warn_if_not_in_keras(kind)
    module, registered = keras_place(kind, "layers")
    return _record(module, kind.__name__, config, registered, layer)


def warn_if_not_in_keras(item) -> None:
    """Warn of a class or function of ours that Keras does not know."""
    if not in_keras(item):
        warn_once(
            "keras",
            f"save: Keras has no {item.__name__}: brickwork reads this file, Keras "
            f"only with a {item.__name__} of yours in custom_objects.",
        )


def _record(module: str, name: str, config: dict, registered: str | None, layer) -> dict[str, Any]:
    found = {"module": module, "class_name": name, "config": config, "registered_name": registered}
    built = None if layer.is_input else layer.get_build_config()
    return found if built is None else {**found, "build_config": full(built)}


def _unnested(layer) -> dict[str, Any]:
    """A layer's config, with nested layers as configs of Keras."""
    config = layer.get_config()
    for name, value in config.items():
        inside = getattr(layer, name, None)
        if isinstance(value, dict) and hasattr(inside, "own_variables"):
            config[name] = entry(inside)
    return config


def _graph(model: Functional) -> dict[str, Any]:
    """The layers of a functional model and their calls."""
    graph = model._graph
    origin = {place: list(found) for place, found in graph.origins().items()}

    def keras_tensor(x):
        shape, dtype = graph.value_specs[x.index]
        return {
            "class_name": "__keras_tensor__",
            "config": {"shape": list(shape), "dtype": dtype, "keras_history": origin[x.index]},
        }

    steps: dict[str, list] = {layer.name: [] for layer in graph.operations}
    for step in graph.steps:
        steps[step.layer.name].append(step)
    layers = []
    for layer in graph.operations:
        calls = [(step.args, step.kwargs) for step in steps[layer.name]]
        config, calls = _op(layer, calls) if isinstance(layer, Operation) else (entry(layer), calls)
        with about(layer.name):
            nodes = [
                {"args": encoded(args, keras_tensor), "kwargs": encoded(kwargs, keras_tensor)}
                for args, kwargs in calls
            ]
        layers.append({**config, "name": layer.name, "inbound_nodes": nodes})
    return {
        "name": model.name,
        "trainable": model.trainable,
        "layers": layers,
        "input_layers": mapped(lambda place: origin[place.index], graph.inputs),
        "output_layers": mapped(lambda place: origin[place.index], graph.outputs),
    }


def _op(operation: Operation, calls: list[tuple]) -> tuple[dict, list[tuple]]:
    """An op as an object of Keras, and the arguments of its calls."""
    found = [keras_op(operation, *call) for call in calls]
    module, kind, config = found[0][:3]
    if any(other[:3] != (module, kind, config) for other in found):
        raise ArgumentError(
            f"{operation.name} ({kind})",
            "got calls with different constants, expected the same: Keras's object of this op "
            "holds them. Save as .brick, or call the op itself twice.",
        )
    made = {"module": module, "class_name": kind, "config": config, "registered_name": kind}
    return made, [other[3:] for other in found]


def compile_config(model) -> dict[str, Any]:
    """The arguments of a model's ``compile`` as a config."""
    arguments = model._compiled.arguments
    optimizer = full(Registry.serialize(model.optimizer), "optimizers")
    return {
        "optimizer": optimizer,
        "loss": _parts(resolved(model, "loss", arguments["loss"]), "losses"),
        "loss_weights": arguments["loss_weights"],
        **{
            what: _parts(resolved(model, what, arguments[what]), "metrics")
            for what in ("metrics", "weighted_metrics")
        },
        "run_eagerly": False,
        "steps_per_execution": 1,
        "jit_compile": True,
    }


def _parts(value, catalogue: str):
    """The configs of losses or metrics, in lists or dicts by output."""

    def config(part):
        if catalogue == "metrics" and metrics.is_loss(part):
            return function(part)  # Keras does not look it up by its name alone
        if isinstance(part, str):
            warn_if_not_in_keras(_named(part, catalogue))
        if part is None or isinstance(part, str | dict):
            return full(part, catalogue)
        if not hasattr(part, "get_config"):
            warn_if_not_in_keras(part)
            return function(part)
        return full(Registry.serialize(part), catalogue)

    return each(config, value)


def full(value, catalogue: str | None = None):
    """A config of brickwork's with Keras's module of every class added."""
    if isinstance(value, np.ndarray):
        value = {
            "class_name": "__numpy__",
            "config": {"value": value.tolist(), "dtype": value.dtype.name},
        }
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, list | tuple):
        return [full(part, catalogue) for part in value]
    if isinstance(value, Model) or hasattr(value, "own_variables"):
        return entry(value)
    if callable(value):
        return function(value)
    if not isinstance(value, dict):
        return value
    found = {key: full(part) for key, part in value.items()}
    name = value.get("class_name")
    if not isinstance(name, str) or "module" in value or name.startswith("__"):
        return found
    if name == "function":
        return {**found, "module": "builtins", "registered_name": "function"}
    if name in WRAPPERS:
        wrapped = of_function(name, value["config"])
        return wrapped if "module" in wrapped else full(wrapped, WRAPPERS[name])
    place, config = _place(name, catalogue), found.get("config", {})
    if place:
        kind = _named(name, place)
        warn_if_not_in_keras(kind)
        module, registered = keras_place(kind, place)
        return {
            "module": module,
            "class_name": kind.__name__,
            "config": _for_older(kind.__name__, config),
            "registered_name": registered,
        }
    return {
        "module": None,
        "class_name": name.rpartition(">")[2],
        "config": config,
        "registered_name": name,
    }


def _for_older(kind: str, config):
    """The arguments of a class of Keras, without those that have no effect and that older versions
    do not have."""
    if not isinstance(config, dict):
        return config
    later = LATER | _LATER_OF.get(kind, {})
    return {
        name: value
        for name, value in config.items()
        if not (name in later and value == later[name])
    }


def _place(name: str, catalogue: str | None) -> str | None:
    """The module of a class in Keras; None for a custom class. Losses and metrics share names, so
    `catalogue` is searched first."""
    for place in (catalogue, *CATALOGUES) if catalogue else CATALOGUES:
        found = _named(name, place)
        if found is not None and not is_user_defined(found):
            return "" if place == "dtype_policies" else place
    return None


def _named(name: str, place: str):
    """The class or function of this name in one of the catalogues; None where there is none."""
    registry = getattr(import_module(f"...{place}", __package__), "registry", None)
    return registry._find(name, {}) if registry is not None and registry.holds(name) else None
