"""The config of a graph in Keras 3's form, and back.

Each layer is listed with its calls (``inbound_nodes``). A value is identified by the layer's name,
the index of the layer's call, and the index of the value among the call's outputs.
"""

from __future__ import annotations

from collections.abc import Iterator
from heapq import heappop, heappush
from itertools import islice
from typing import Any

from ..errors import ArgumentError, shown
from ..layers.added_losses import Added
from ..layers.calling import ValueRef
from ..registry import Registry
from ..tree import map_structure as mapped
from .graph import Graph
from .model import layer_from

TENSOR = "__keras_tensor__"


def described(graph: Graph) -> dict[str, Any]:
    """The entries ``layers``, ``input_layers`` and ``output_layers`` of a config."""
    origin = {place: list(found) for place, found in graph.origins().items()}

    def encoded(x):
        if not isinstance(x, ValueRef):
            return x
        return {"class_name": TENSOR, "config": {"keras_history": origin[x.index]}}

    nodes: dict[str, list] = {layer.name: [] for layer in graph.layers}
    for step in graph.steps:
        nodes[step.layer.name].append(
            {"args": mapped(encoded, list(step.args)), "kwargs": mapped(encoded, step.kwargs)}
        )
    layers = [
        {**Registry.serialize(layer), "name": layer.name, "inbound_nodes": nodes[layer.name]}
        for layer in graph.layers
    ]
    return {
        "layers": layers,
        "input_layers": mapped(lambda place: origin[place.index], graph.inputs),
        "output_layers": mapped(lambda place: origin[place.index], graph.outputs),
    }


def restored(config: dict, custom_objects: dict[str, Any] | None = None) -> tuple:
    """Make new layers from a config and call them on new symbols.

    Returns:
        The symbols of the inputs, of the outputs, and of added losses and metrics.

    Raises:
        ArgumentError: if the config names a layer that it does not hold.
    """
    layers, calls, made = {}, [], {}
    for entry in config["layers"]:
        layer: Any = layer_from(entry, custom_objects)
        layers[entry["name"]] = layer
        if layer.is_input:
            made[entry["name"], 0, 0] = layer.symbol()
        calls += [
            (entry["name"], number, node) for number, node in enumerate(entry["inbound_nodes"])
        ]
    for i in _in_order(calls, made):
        name, number, node = calls[i]
        args, kwargs = (_filled(node[part], made) for part in ("args", "kwargs"))
        layers[name](*args, **kwargs)
        for j, symbol in enumerate(layers[name]._nodes[-1].outputs):
            made[name, number, j] = symbol
    aside = [symbol for (name, *_), symbol in made.items() if isinstance(layers[name], Added)]
    return _ends(config["input_layers"], made), _ends(config["output_layers"], made), aside


def _is_tensor(x: Any) -> bool:
    return isinstance(x, dict) and x.get("class_name") == TENSOR


def _origin(x: Any) -> tuple:
    return tuple(x["config"]["keras_history"])


def _in_order(calls: list[tuple], made: dict) -> Iterator[int]:
    """The indices of the calls, each after those that it depends on, else as they are listed.

    The consumer adds the outputs of each call to `made` before it takes the next index.

    Raises:
        ArgumentError: for a call that depends on a value that no call returns.
    """
    waiting: dict[tuple, list[int]] = {}
    missing, ready = [], []
    for i, (name, number, node) in enumerate(calls):
        needs = set(_origins(node)) | ({(name, number - 1, 0)} if number else set())
        missing.append(len(needs - made.keys()))
        for origin in needs - made.keys():
            waiting.setdefault(origin, []).append(i)
        if not missing[i]:
            ready.append(i)  # in ascending order, which is a heap
    done = 0
    while ready:
        i, before = heappop(ready), len(made)
        yield i
        done += 1
        for origin in list(islice(reversed(made), len(made) - before)):
            for j in waiting.pop(origin, ()):
                missing[j] -= 1
                if not missing[j]:
                    heappush(ready, j)
    if done < len(calls):
        first = next(i for i, count in enumerate(missing) if count)
        raise ArgumentError(
            "Model.from_config",
            f"got layers of which {shown(calls[first][0])} "
            "needs a value that none of them returns.",
        )


def _origins(node: Any) -> Iterator[tuple]:
    """The origins of the values among a call's arguments."""
    if _is_tensor(node):
        yield _origin(node)
    elif isinstance(node, dict | list | tuple):
        for part in node.values() if isinstance(node, dict) else node:
            yield from _origins(part)


def _filled(x, made):
    if _is_tensor(x):
        return made[_origin(x)]
    if isinstance(x, dict):
        return {key: _filled(value, made) for key, value in x.items()}
    return [_filled(value, made) for value in x] if isinstance(x, list | tuple) else x


def _ends(ends, made):
    """The symbols for ``["dense", 0, 0]``, or for lists and dicts of such."""
    if isinstance(ends, dict):
        return {key: _ends(value, made) for key, value in ends.items()}
    if len(ends) == 3 and isinstance(ends[0], str):
        return made[tuple(ends)]
    return [_ends(value, made) for value in ends]
