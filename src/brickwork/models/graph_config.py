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
from ..fields import decode_array, encode
from ..layers import older_operation  # noqa: F401  # loaded before a file is opened
from ..layers.added_losses import Added
from ..layers.operation import Operation
from ..layers.tracking import SeedGenerator
from ..program import Symbol, Variable
from ..registry import Registry
from ..tree import flatten as leaves, map_structure as mapped
from .call_arguments import GENERATOR, TENSOR, VARIABLE, about, decoded, encoded
from .graph import Graph
from .model import layer_from


def described(graph: Graph) -> dict[str, Any]:
    """The entries ``layers``, ``input_layers`` and ``output_layers`` of a config."""
    origin = {place: list(found) for place, found in graph.origins().items()}

    def tensor(x):
        return {"class_name": TENSOR, "config": {"keras_history": origin[x.index]}}

    number = {id(one): i for i, one in enumerate(graph.variables())}

    owned = graph.owned_variables()

    def variable(x):
        if id(x) in owned:  # as where an autoencoder's decoder has the encoder's weights
            layer, index = owned[id(x)]
            return {"class_name": VARIABLE, "config": {"layer": layer.name, "index": index}}
        if isinstance(x, SeedGenerator):
            return {"class_name": GENERATOR, "config": {**x.get_config(), "index": number[id(x)]}}
        facts = {"index": number[id(x)], "name": x.name, "trainable": x.trainable}
        return {"class_name": VARIABLE, "config": {**encode(x.numpy())["config"], **facts}}

    nodes: dict[str, list] = {layer.name: [] for layer in graph.operations}
    for step in graph.steps:
        name = step.layer.name
        with about(name):
            nodes[name].append(
                {
                    "args": encoded(step.args, tensor, variable),
                    "kwargs": encoded(step.kwargs, tensor, variable),
                }
            )
    layers = [
        {**_entry(layer), "name": layer.name, "inbound_nodes": nodes[layer.name]}
        for layer in graph.operations
    ]
    return {
        "layers": layers,
        "input_layers": mapped(lambda place: origin[place.index], graph.inputs),
        "output_layers": mapped(lambda place: origin[place.index], graph.outputs),
    }


def _entry(layer: Any) -> dict[str, Any]:
    """The class and the config of a layer or an op."""
    if isinstance(layer, Operation):  # the classes of ops have names of layers, such as Concatenate
        return {"class_name": "Operation", "config": layer.get_config()}
    return Registry.serialize(layer)


def restored(config: dict, custom_objects: dict[str, Any] | None = None) -> tuple:
    """Make new layers from a config and call them on new symbols.

    Returns:
        The symbols of the inputs, of the outputs, and of added losses and metrics.

    Raises:
        ArgumentError: if the config names a layer that it does not hold.
    """
    layers: dict[str, Any] = {}
    calls: list[tuple] = []
    made: dict[tuple, Any] = {}

    variables: dict[int, Variable | SeedGenerator] = {}

    def reference(config):
        if config["class_name"] == TENSOR:
            return made[_origin(config)]
        facts = dict(config["config"])
        index = facts.pop("index")
        if "layer" in facts:
            return layers[facts["layer"]].weights[index]
        if index not in variables:
            variables[index] = _variable(config["class_name"], facts)
        return variables[index]

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
        with about(name):
            args, kwargs = (decoded(node[part], reference) for part in ("args", "kwargs"))
        _called(layers[name], args, kwargs)
        for j, symbol in enumerate(layers[name]._nodes[-1].outputs):
            made[name, number, j] = symbol
    aside = [symbol for (name, *_), symbol in made.items() if isinstance(layers[name], Added)]
    return _ends(config["input_layers"], made), _ends(config["output_layers"], made), aside


def _variable(kind: str, facts: dict) -> Variable | SeedGenerator:
    """A new variable or seed generator from its config."""
    if kind == GENERATOR:
        return SeedGenerator.from_config(facts)
    name, trainable = facts.pop("name"), facts.pop("trainable")
    value = decode_array({"config": facts})
    return Variable(value, None, value.dtype, bool(trainable), str(name))


def _called(layer: Any, args: list, kwargs: dict) -> None:
    """Call a layer or an op with arguments of a config, which may hold any."""
    if not isinstance(layer, Operation):
        layer(*args, **kwargs)
        return
    if not any(isinstance(leaf, Symbol) for leaf in leaves((args, kwargs))):
        raise ArgumentError(layer.name, "got a call without a tensor, expected one at least.")
    try:
        layer(*args, **kwargs)
    except _OF_OPS as error:
        raise ArgumentError(
            f"{layer.name} ({type(layer).__name__})",
            f"got arguments that do not fit the op: {type(error).__name__}: {str(error)[:200]}",
        ) from error


#: What ops raise for arguments that do not fit.
_OF_OPS = (ArithmeticError, AttributeError, LookupError, MemoryError, TypeError, ValueError)


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


def _ends(ends, made):
    """The symbols for ``["dense", 0, 0]``, or for lists and dicts of such."""
    if isinstance(ends, dict):
        return {key: _ends(value, made) for key, value in ends.items()}
    if len(ends) == 3 and isinstance(ends[0], str):
        return made[tuple(ends)]
    return [_ends(value, made) for value in ends]
