"""Our models as configs of Keras 3, which its own ``deserialize_keras_object`` reads."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import numpy as np

from ... import metrics
from ...custom_objects import get_registered_name, is_own
from ...data import warn_once
from ...layers.calling import Place, mapped
from ...layers.operation import Operation
from ...models import Functional, Sequential
from ...models.model import Model
from ...registry import Registry, in_keras
from ...training.compiled import each
from ...tree import map_shape_structure
from ..configs import CATALOGUES
from .operations import keras_op
from .wrapped import WRAPPERS, function, of_function, settled

#: What older versions of Keras 3 do not know, and the value by which it may be left out ...
LATER = {"quantization_config": None, "gptq_unpacked_column_size": None, "lora_rank": None,
         "lora_alpha": None, "renorm": False, "renorm_clipping": None, "renorm_momentum": 0.99,
         "optional": False, "oov_method": "floormod", "salt": None, "from_sorted_ids": False,
         "ignore_class": None, "input_axes": None, "output_axes": None}
#: ... in some classes alone.
_LATER_OF = {"SparseCategoricalCrossentropy": {"axis": -1}, "Tversky": {"axis": None},
             "CategoryEncoding": {"sparse": False}}


def config_of(model) -> dict[str, Any]:
    """A model's whole config, with the shapes that it was built for and how it was compiled."""
    config = entry(model)
    if model.compiled is not None:
        config["compile_config"] = compile_config(model)
    return config


def entry(layer) -> dict[str, Any]:
    """A layer or model as a config."""
    if type(layer) is Sequential:
        first = [] if layer._first is None else [layer._first]
        inner = {"name": layer.name, "trainable": layer.trainable, "dtype": layer.dtype,
                 "layers": [entry(one) for one in [*first, *layer.layers]]}
        if layer.built:
            inner["build_input_shape"] = list(layer._built_shape)
        return _said("keras", "Sequential", inner, None, layer)
    if type(layer) is Functional:
        return _said("keras.src.models.functional", "Functional", _graph(layer), "Functional",
                     layer)
    kind = type(layer)
    if is_own(kind):
        registered = get_registered_name(kind)
        return _said(kind.__module__, kind.__name__, full(layer.get_config()), registered, layer)
    for name in kind.__fields__:  # the functions; what has a config tells by `full`
        if callable(value := getattr(layer, name, None)):
            tell_if_not_in_keras(value)
    config = _for_older(kind.__name__, full(_unnested(layer)))
    return _said(*_where(kind, "layers"), config, _registered(kind), layer)


def tell_if_not_in_keras(item) -> None:
    """Warn of a class or function of ours that Keras does not know."""
    if not in_keras(item):
        warn_once("keras", f"save: Keras has no {item.__name__}: brickwork reads this file, Keras "
                           f"only with a {item.__name__} of yours in custom_objects.")


def _where(kind: type, place: str) -> tuple[str, str]:
    """The module in which a class of ours is, and its name: Keras's where Keras has it."""
    tell_if_not_in_keras(kind)
    return f"{'keras' if in_keras(kind) else 'brickwork'}.{place}", kind.__name__


def _registered(kind: type) -> str | None:
    return None if in_keras(kind) else f"brickwork>{kind.__name__}"


def _said(module: str, name: str, config: dict, registered: str | None, layer) -> dict[str, Any]:
    said = {"module": module, "class_name": name, "config": config, "registered_name": registered}
    shape = layer._built_shape if layer.built else None
    if shape is not None and not layer.is_input:
        said["build_config"] = {"input_shape": map_shape_structure(list, shape)}
    return said


def _unnested(layer) -> dict[str, Any]:
    """A layer's arguments, those that are layers as configs of Keras."""
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

    def told(x):
        if not isinstance(x, Place):
            return full(x)
        shape, dtype = graph.kinds[x.index]
        return {"class_name": "__keras_tensor__", "config": {
            "shape": list(shape), "dtype": dtype, "keras_history": origin[x.index]}}

    steps: dict[str, list] = {layer.name: [] for layer in graph.layers}
    for step in graph.steps:
        steps[step.layer.name].append(step)
    layers = []
    for layer in graph.layers:
        calls = steps[layer.name]
        if type(layer) is Operation:
            made, nodes = _op(layer, [mapped(told, list(step.args)) for step in calls])
        else:
            made = entry(layer)
            nodes = [{"args": mapped(told, list(step.args)), "kwargs": mapped(told, step.kwargs)}
                     for step in calls]
        layers.append({**made, "name": layer.name, "inbound_nodes": nodes})
    return {"name": model.name, "trainable": model.trainable, "layers": layers,
            "input_layers": mapped(lambda place: origin[place.index], graph.inputs),
            "output_layers": mapped(lambda place: origin[place.index], graph.outputs)}


def _op(layer: Operation, calls: list[list]) -> tuple[dict, list]:
    nodes = []
    for args in calls:
        tensors = args[0] if isinstance(args[0], list) else args
        module, kind, config, operands = keras_op(layer, tensors)
        nodes.append({"args": operands, "kwargs": {}})
    return {"module": module, "class_name": kind, "config": config,
            "registered_name": kind}, nodes


def compile_config(model) -> dict[str, Any]:
    """How a model was compiled."""
    told = model.compiled.arguments
    optimizer = full(Registry.serialize(model.optimizer), "optimizers")
    return {"optimizer": optimizer, "loss": _parts(settled(model, "loss", told["loss"]), "losses"),
            "loss_weights": told["loss_weights"],
            **{what: _parts(settled(model, what, told[what]), "metrics")
               for what in ("metrics", "weighted_metrics")},
            "run_eagerly": False, "steps_per_execution": 1, "jit_compile": True}


def _parts(value, catalogue: str):
    """Losses or metrics, in lists or dicts by output."""
    def told(part):
        if catalogue == "metrics" and metrics.is_loss(part):
            return function(part)  # by its name alone Keras does not look it up
        if isinstance(part, str):
            tell_if_not_in_keras(_named(part, catalogue))
        if part is None or isinstance(part, str | dict):
            return full(part, catalogue)
        if not hasattr(part, "get_config"):
            tell_if_not_in_keras(part)
            return function(part)
        return full(Registry.serialize(part), catalogue)

    return each(told, value)


def full(value, catalogue: str | None = None):
    """A config of ours in which every class says where it is in Keras."""
    if isinstance(value, np.ndarray):
        value = {"class_name": "__numpy__",
                 "config": {"value": value.tolist(), "dtype": value.dtype.name}}
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
    made = {key: full(part) for key, part in value.items()}
    name = value.get("class_name")
    if not isinstance(name, str) or "module" in value or name.startswith("__"):
        return made
    if name == "function":
        return {**made, "module": "builtins", "registered_name": "function"}
    if name in WRAPPERS:
        said = of_function(name, value["config"])
        return said if "module" in said else full(said, WRAPPERS[name])
    place, config = _place(name, catalogue), made.get("config", {})
    if place:
        kind = _named(name, place)
        module, name = _where(kind, place)
        return {"module": module, "class_name": name, "config": _for_older(name, config),
                "registered_name": _registered(kind)}
    return {"module": None, "class_name": name.rpartition(">")[2], "config": config,
            "registered_name": name}


def _for_older(kind: str, config):
    """The arguments of a class of Keras's without those that are off and that not all versions
    know."""
    if not isinstance(config, dict):
        return config
    later = LATER | _LATER_OF.get(kind, {})
    return {name: value for name, value in config.items()
            if not (name in later and value == later[name])}


def _place(name: str, catalogue: str | None) -> str | None:
    """The module of Keras in which a class is; None for the user's own. Losses and metrics share
    names: of them the argument says which."""
    for place in (catalogue, *CATALOGUES) if catalogue else CATALOGUES:
        found = _named(name, place)
        if found is not None and not is_own(found):
            return "" if place == "dtype_policies" else place
    return None


def _named(name: str, place: str):
    """The class or function of this name in one of the catalogues; None where there is none."""
    registry = getattr(import_module(f"...{place}", __package__), "registry", None)
    return registry._find(name, {}) if registry is not None and registry.holds(name) else None
