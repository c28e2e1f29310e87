"""A graph as its config describes it, in Keras 3's form, and back.

Each layer stands with its calls (``inbound_nodes``); a value is named by the layer, the number of
the layer's call, and its number among what that call answered.
"""

from __future__ import annotations

from typing import Any

from ..fields import ArgumentError
from ..layers.added import Added
from ..layers.calling import Place, mapped
from ..registry import Registry
from .graph import Graph
from .model import part

TENSOR = "__keras_tensor__"


def described(graph: Graph) -> dict[str, Any]:
    """``layers``, ``input_layers`` and ``output_layers`` of a config."""
    origin = {place: list(found) for place, found in graph.origins().items()}

    def told(x):
        if not isinstance(x, Place):
            return x
        return {"class_name": TENSOR, "config": {"keras_history": origin[x.index]}}

    nodes: dict[str, list] = {layer.name: [] for layer in graph.layers}
    for step in graph.steps:
        nodes[step.layer.name].append({"args": mapped(told, list(step.args)),
                                       "kwargs": mapped(told, step.kwargs)})
    layers = [{**Registry.serialize(layer), "name": layer.name, "inbound_nodes": nodes[layer.name]}
              for layer in graph.layers]
    return {"layers": layers,
            "input_layers": mapped(lambda place: origin[place.index], graph.inputs),
            "output_layers": mapped(lambda place: origin[place.index], graph.outputs)}


def restored(config: dict, custom_objects=None) -> tuple:
    """Inputs and outputs of a model like the one described, and what it computes aside: new
    layers, called on new symbols.

    Raises:
        ArgumentError: where the config names a layer that it does not hold.
    """
    layers, waiting, made = {}, [], {}
    for entry in config["layers"]:
        layer = part(entry, custom_objects)
        layers[entry["name"]] = layer
        if layer.is_input:
            made[entry["name"], 0, 0] = layer.symbol()
        waiting += [(entry["name"], number, node)
                    for number, node in enumerate(entry["inbound_nodes"])]
    while waiting:
        left = []
        for name, number, node in waiting:
            if (number and (name, number - 1, 0) not in made) or not _known(node, made):
                left.append((name, number, node))
                continue
            args, kwargs = (_filled(node[part], made) for part in ("args", "kwargs"))
            layers[name](*args, **kwargs)
            for i, symbol in enumerate(layers[name]._nodes[-1].outputs):
                made[name, number, i] = symbol
        if len(left) == len(waiting):
            raise ArgumentError("Model.from_config", f"got layers of which {left[0][0]!r} needs "
                                "what none of them answers.")
        waiting = left
    aside = [symbol for (name, *_), symbol in made.items() if isinstance(layers[name], Added)]
    return _ends(config["input_layers"], made), _ends(config["output_layers"], made), aside


def _is_tensor(x) -> bool:
    return isinstance(x, dict) and x.get("class_name") == TENSOR


def _origin(x) -> tuple:
    return tuple(x["config"]["keras_history"])


def _known(node, made) -> bool:
    if _is_tensor(node):
        return _origin(node) in made
    parts = node.values() if isinstance(node, dict) else node if isinstance(node, list | tuple) \
        else ()
    return all(_known(part, made) for part in parts)


def _filled(x, made):
    if _is_tensor(x):
        return made[_origin(x)]
    if isinstance(x, dict):
        return {key: _filled(value, made) for key, value in x.items()}
    return [_filled(value, made) for value in x] if isinstance(x, list | tuple) else x


def _ends(ends, made):
    """Symbols for ``["dense", 0, 0]``, or for lists and dicts of such."""
    if isinstance(ends, dict):
        return {key: _ends(value, made) for key, value in ends.items()}
    if len(ends) == 3 and isinstance(ends[0], str):
        return made[tuple(ends)]
    return [_ends(value, made) for value in ends]
