"""Objects as configs, and configs as objects."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from ..custom_objects import CustomObjectScope, find, find_by_plain_name, is_user_defined
from ..errors import ArgumentError, shown
from ..fields import decode_array, encode
from ..layers import initial_weights
from ..registry import OWN_NAME, UnknownName, build_as_saved, keras_place, object_from_config
from ..tree import is_nested, map_structure

_MODELS = ("Sequential", "Functional", "Model")
#: The rooms with a registry, named like Keras's modules. A name in several of them means the first;
#: activations come first, since most functions are activations.
CATALOGUES = (
    "activations",
    "layers",
    "losses",
    "metrics",
    "optimizers",
    "optimizers.schedules",
    "initializers",
    "regularizers",
    "constraints",
    "dtype_policies",
    "distillation",
    "random",
)


def serialize_keras_object(obj: Any) -> Any:
    """Describe an object by what JSON can hold.

    Args:
        obj: an object with ``get_config``, a function, a class, a number, a string, or lists,
            tuples and dicts of these.

    Returns:
        For objects a dict with "module", "class_name", "config", "registered_name" and, for layers
        that are built, "build_config", as Keras 3 writes it; for numbers and strings themselves;
        nested as `obj` is.

    >>> from brickwork.losses import MeanSquaredError
    >>> config = serialize_keras_object(MeanSquaredError())
    >>> config["module"], config["class_name"]
    ('keras.losses', 'MeanSquaredError')
    """
    if is_nested(obj):
        return map_structure(serialize_keras_object, obj)
    if isinstance(obj, type) or (not callable(obj) and not hasattr(obj, "get_config")):
        return encode(obj)
    if not hasattr(obj, "get_config"):
        return {
            "module": "builtins",
            "class_name": "function",
            "config": encode(obj),
            "registered_name": "function",
        }
    config = encode(obj)
    name, kind = config["class_name"], type(obj)
    module, registered = (
        (None, name)
        if is_user_defined(kind)
        else keras_place(kind, _catalogue(kind.__module__.partition(".")[2]))
    )
    found = {
        "module": module,
        "class_name": kind.__name__,
        "config": config["config"],
        "registered_name": registered,
    }
    built = getattr(obj, "get_build_config", dict)()
    return {**found, "build_config": serialize_keras_object(built)} if built else found


def _catalogue(inner: str) -> str:
    """The public module that a module of brickwork belongs to."""
    public = (*CATALOGUES, "models")
    return max(
        (c for c in public if inner == c or inner.startswith(f"{c}.")), key=len, default=inner
    )


def deserialize_keras_object(
    config: Any, custom_objects: dict[str, Any] | None = None, safe_mode: bool = True, **kwargs: Any
) -> Any:
    """Make an object from its config; the inverse of `serialize_keras_object`.

    Args:
        config: a config of this library or of Keras.
        custom_objects: dict of custom classes and functions by name.
        safe_mode: True; there is no other mode.

    Returns:
        The object; nested as `config` is.

    Raises:
        ArgumentError: for an unknown name or an invalid config.

    >>> from brickwork.layers import Dense
    >>> deserialize_keras_object(serialize_keras_object(Dense(2))).units
    2
    """
    custom = {**(kwargs.pop("module_objects", None) or {}), **(custom_objects or {})}
    if kwargs.keys() - {"printable_module_name"}:
        raise ArgumentError("deserialize_keras_object", f"got unknown arguments {sorted(kwargs)}.")
    if not safe_mode:
        raise ArgumentError(
            "deserialize_keras_object.safe_mode",
            "got False, expected True: a config never runs code here.",
        )
    if isinstance(config, str):
        item = find(config, custom)
        return item() if isinstance(item, type) else config if item is None else item
    if isinstance(config, dict) and isinstance(config.get("class_name"), str):
        with CustomObjectScope(custom), initial_weights.from_config():  # for what is inside, too
            made = _object(config, custom)
            build_as_saved(made, config.get("build_config"), always=True)
        return made
    if isinstance(config, dict):
        return {key: deserialize_keras_object(part, custom) for key, part in config.items()}
    if isinstance(config, list | tuple):
        return type(config)(deserialize_keras_object(part, custom) for part in config)
    return config


def _object(config: dict, custom: dict[str, Any]):
    kind, inner = config["class_name"], config.get("config")
    if kind == "__numpy__":
        return decode_array(config)
    function = kind == "function"
    name = inner if function else config.get("registered_name") or kind
    if not isinstance(name, str):
        raise ArgumentError("deserialize_keras_object", f"got {shown(name)}, expected a name.")
    item, name = find(name, custom), name.removeprefix(OWN_NAME)
    if item is None and kind in _MODELS:
        models = import_module("..models", __package__)
        model = getattr(models, "Functional" if kind == "Model" else kind)
        return object_from_config(model, inner, custom_objects=custom)
    # Losses and metrics share class names: the module that the config names is searched first.
    module = str(config.get("module"))
    for catalogue in sorted(CATALOGUES, key=lambda c: -len(c) * module.endswith(f".{c}")):
        registry = import_module(f"..{catalogue}", __package__).registry
        if item is None and registry.holds(name):
            return registry.deserialize(config, custom)
    item = find_by_plain_name(name) if item is None else item
    if item is None:
        raise UnknownName(
            "deserialize_keras_object",
            f"got {shown(name)}, an unknown name; pass "
            "the class or function in custom_objects, or register it.",
            name,
        )
    return (
        item
        if function or not isinstance(item, type)
        else (object_from_config(item, dict(inner or {})))
    )
