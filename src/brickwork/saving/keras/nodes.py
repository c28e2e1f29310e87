"""The connections between layers of a functional model, in the forms of each version of Keras.

In Keras 3 a call is ``{"args": [...], "kwargs": {...}}``, in which a value is a
``__keras_tensor__`` with the layer's name, the index of its call, and the index of the output. In
Keras 1 and 2 it is a list of ``[layer, call, output, kwargs]``, one for each input.
"""

from __future__ import annotations

from ..errors import DamagedFile

_CONSTANT = "_CONSTANT_VALUE"


def tensor(layer: str, call: int, number: int) -> dict:
    """A value, identified by the output of the layer's call."""
    return {"class_name": "__keras_tensor__", "config": {"keras_history": [layer, call, number]}}


def today_nodes(nodes: list) -> list[dict]:
    """Calls in the form of Keras 3."""
    return [_today(node) for node in nodes]


def _today(node) -> dict:
    if isinstance(node, dict) and "args" in node:
        return {"args": node["args"], "kwargs": _call_arguments(node.get("kwargs") or {})}
    if _is_value(node):
        node = [node]
    if isinstance(node, dict):  # inputs in a dict
        return {"args": [{key: _value(part) for key, part in node.items()}], "kwargs": {}}
    if not isinstance(node, list) or not all(map(_is_value, node)):
        raise DamagedFile(f"config: got the call {str(node)[:60]}, expected [layer, call, number].")
    kwargs = next((part[3] for part in node if len(part) > 3 and part[3]), {})
    values = [_value(part) for part in node]
    return {
        "args": [values[0] if len(values) == 1 else values] if values else [],
        "kwargs": _call_arguments({key: _inside(value) for key, value in kwargs.items()}),
    }


def _is_value(part) -> bool:
    return (
        isinstance(part, list)
        and len(part) in (3, 4)
        and isinstance(part[0], str)
        and isinstance(part[1], int)
        and (len(part) == 3 or isinstance(part[3], dict))
    )


def _value(part: list):
    return part[2] if part[0] == _CONSTANT else tensor(*part[:3])


def _inside(value):
    """A keyword argument, which may contain values."""
    if (
        isinstance(value, list)
        and len(value) == 3
        and isinstance(value[0], str)
        and all(isinstance(number, int) for number in value[1:])
    ):
        return _value(value)
    if isinstance(value, list):
        return [_inside(part) for part in value]
    return value


def _call_arguments(kwargs: dict) -> dict:
    """Keyword arguments, without defaults of those that each call sets itself."""
    left = {"mask": (None,), "training": (None, False)}
    return {
        key: value
        for key, value in kwargs.items()
        if not (key in left and not isinstance(value, dict | list) and value in left[key])
    }


def recounted(config: dict) -> dict:
    """A functional model's config with calls counted from 0; Keras 2 also counts the call by which
    a model was created, before all others."""
    calls = {layer["name"]: len(layer["inbound_nodes"]) for layer in config["layers"]}
    last: dict[str, int] = {}
    each_origin(
        config, lambda origin: last.__setitem__(origin[0], max(last.get(origin[0], 0), origin[1]))
    )
    more = {
        name: last[name] + 1 - number
        for name, number in calls.items()
        if number and last.get(name, 0) >= number
    }
    if not more:
        return config
    return each_origin(
        config, lambda origin: [origin[0], max(origin[1] - more.get(origin[0], 0), 0), origin[2]]
    )


def each_origin(part, change):
    """A config with each ``[layer, call, number]`` in it replaced."""
    if isinstance(part, dict) and part.get("class_name") == "__keras_tensor__":
        history = change(part["config"]["keras_history"])
        return {**part, "config": {**part["config"], "keras_history": history}}
    if isinstance(part, dict) and "layers" in part:
        layers = [
            {**layer, "inbound_nodes": each_origin(layer["inbound_nodes"], change)}
            for layer in part["layers"]
        ]
        return {
            **part,
            "layers": layers,
            **{end: each_origin(part[end], change) for end in ("input_layers", "output_layers")},
        }
    if isinstance(part, dict):
        return {key: each_origin(value, change) for key, value in part.items()}
    if (
        isinstance(part, list)
        and len(part) == 3
        and isinstance(part[0], str)
        and all(isinstance(number, int) for number in part[1:])
    ):
        return change(part)
    return [each_origin(value, change) for value in part] if isinstance(part, list) else part
