"""Models from configs of any version of Keras.

A config is data. It is first converted to the current form, without making any object; then the
models' ``from_config`` reads it. Classes are looked up in the catalogues, in ``custom_objects`` and
among registered ones. The module that a config names only distinguishes ops from layers.
"""

from __future__ import annotations

from typing import Any

from ...custom_objects import CustomObjectScope
from ...errors import ArgumentError
from ...models import Model
from ...registry import OWN_NAME, build_as_saved
from ...spelling import reading_file
from ...tree import map_shape_structure
from ..configs import deserialize_keras_object
from ..document import from_text
from ..errors import DamagedFile, NotAModelFile
from .nodes import recounted, today_nodes
from .operations import is_op, op_entry

_MODELS = {"Model": "Functional"}
#: Keras's internal entries, and arguments of features that brickwork does not have.
_IGNORED = (
    "function_type",
    "module",
    "output_shape_type",
    "output_shape_module",
    "mask_type",
    "mask_module",
    "quantization_config",
    "gptq_unpacked_column_size",
    "build_input_shape",
)


def parsed(text: str, what: str) -> dict:
    """A JSON object from a file, of bounded size and depth.

    Raises:
        DamagedFile: for any other text.
    """
    found = from_text(text.encode(errors="surrogatepass"), what)  # reports lone surrogates
    if not isinstance(found, dict):
        raise DamagedFile(f"{what}: got {type(found).__name__}, expected a JSON object.")
    return found


def model_of(config: dict, custom_objects: dict[str, Any] | None = None):
    """A model from its config, with new weights.

    Raises:
        NotAModelFile: for a config that holds code.
        ArgumentError: for an unknown name; the message suggests similar ones.
    """
    custom = dict(custom_objects or {})
    tree = _entry(config, custom)
    with CustomObjectScope(custom), reading_file():
        model = deserialize_keras_object(tree, custom)
        if not isinstance(model, Model):
            raise DamagedFile(f"config: a {type(model).__name__}, expected a model.")
        _build(model, config.get("build_config") or {}, tree["config"])
    return model


def _build(model, build_config: dict, inner) -> None:
    """Build a model whose layers do not determine the input shape."""
    build_as_saved(model, build_config, always=True)
    shape = inner.get("build_input_shape") if isinstance(inner, dict) else None
    if not model.built and shape is not None:
        model.build(map_shape_structure(tuple, shape))


def _entry(entry: dict, custom: dict) -> dict:
    """A layer's or model's config in the current form."""
    if not isinstance(entry, dict) or not isinstance(entry.get("class_name"), str):
        raise DamagedFile("config: a layer without class_name.")
    kind, inner = entry["class_name"].removeprefix(OWN_NAME), entry.get("config")
    if is_op(entry):
        return op_entry(entry)
    if isinstance(inner, list):  # a Sequential model of Keras 1
        inner = {"layers": inner}
    if not isinstance(inner, dict):
        raise DamagedFile(f"config: {kind} with a config that is not an object.")
    kind = _MODELS.get(kind, kind)
    if kind == "Lambda":
        inner = _lambda(inner, entry.get("name"), custom)
    today = {**entry, "class_name": kind, "config": _inner(kind, inner, custom)}
    if str(today.get("module")).partition(".")[0] in ("keras", "brickwork"):  # not a custom class
        today["registered_name"] = None
    if "inbound_nodes" in entry:
        today["inbound_nodes"] = today_nodes(entry["inbound_nodes"])
        today.setdefault("name", inner.get("name"))
    return today


def _inner(kind: str, config: dict, custom: dict) -> dict:
    """The arguments of a class, without those that only other versions have."""
    if isinstance(config.get("layers"), list):
        if kind not in ("Sequential", "Functional") and "input_layers" not in config:
            return config
        today = {**config, "layers": [_entry(layer, custom) for layer in config["layers"]]}
        if kind == "Sequential" and today["layers"] and "name" not in today:
            today["name"] = None
        if "input_layers" in today:
            today = recounted(today)
        return {
            key: value
            for key, value in today.items()
            if key
            in ("name", "trainable", "layers", "input_layers", "output_layers", "build_input_shape")
            or (kind not in ("Sequential", "Functional"))
        }
    today = {key: _value(value, custom) for key, value in config.items()}
    cls = _class(kind)
    if cls is None or kind in custom:
        return today
    return _accepted(cls, kind, today)


def _value(value, custom: dict):
    """An argument: a nested layer, the config of an initializer, or plain data."""
    if isinstance(value, dict) and value.get("class_name") in ("__lambda__",):
        raise NotAModelFile(_LAMBDA_MESSAGE.format("a layer"))
    if (
        isinstance(value, dict)
        and "class_name" in value
        and isinstance(value.get("config"), dict)
        and _class(value["class_name"]) is not None
    ):
        return _entry(value, custom)
    if isinstance(value, dict) and value.get("class_name") in ("Policy", "DTypePolicy"):
        return value["config"].get("name")
    if (
        isinstance(value, dict)
        and isinstance(value.get("name"), str)
        and "class_name" not in (value)
        and set(value) <= {"name", "l1", "l2", "m", "axis", "p"}
    ):
        return _today_regularizer(value)
    return value


def _today_regularizer(value: dict):
    """Regularizers and constraints of Keras 1: ``{"name": "WeightRegularizer", "l2": 0.01}``."""
    name, numbers = value["name"], {k: v for k, v in value.items() if k != "name"}
    names = {"WeightRegularizer": "L1L2", "L1L2Regularizer": "L1L2", "ActivityRegularizer": "L1L2"}
    return {"class_name": names.get(name, name), "config": numbers}


def _class(name: str):
    """The layer class with this name; None if there is none."""
    from ...layers import registry

    return registry._find(name, {}) if registry.holds(name) else None


def _accepted(cls: type, kind: str, config: dict) -> dict:
    """The arguments that a class has; others are dropped if they have no effect.

    Raises:
        ArgumentError: for another argument with an effect.
    """
    from ...spelling.translation import rules_of

    known = {*cls.__fields__, *rules_of(cls), "vocabulary_size", "has_input_vocabulary"}
    kept = {}
    for name, value in config.items():
        if name in known:
            kept[name] = value
        elif (
            value not in (None, False, "None")
            and name not in _IGNORED
            and not (name in _IGNORED_VALUES and value in _IGNORED_VALUES[name])
        ):
            raise ArgumentError(
                f"{kind}.{name}",
                f"got {value!r}, an argument that brickwork's "
                "layer does not have, expected it left out.",
            )
    if kind != "InputLayer" and kept.get("dtype") == "string":  # the dtype of its inputs
        del kept["dtype"]
    if kind == "BatchNormalization" and isinstance(kept.get("axis"), list):
        kept["axis"] = kept["axis"][0]
    if kind == "InputLayer":
        kept.pop("input_dtype", None)
        if "batch_input_shape" in kept:
            kept["batch_shape"] = kept.pop("batch_input_shape")
    if kind == "Embedding" and kept.get("input_length") is not None:
        kept.pop("input_length") if "batch_input_shape" in kept else None
    return kept


#: Values of arguments of other versions that describe what brickwork does anyway.
_IGNORED_VALUES = {
    "input_tensor": (),
    "fused": (True,),
    "virtual_batch_size": (),
    "renorm_momentum": (0.99,),
    "mode": (0,),
    "bias": (),
    "implementation": (1, 2),
    "experimental": (True,),
    "data_format": ("channels_last", "default"),
    "encoding": ("utf-8",),
    "dim_ordering": ("tf", "th"),
}
_LAMBDA_MESSAGE = (
    "{} is a Python lambda, saved as compiled code, which is never run: it could do anything. "
    "Pass a function by the layer's name: custom_objects={{layer name: function}}."
)


def _lambda(config: dict, name: str | None, custom: dict) -> dict:
    """The config of a `Lambda`, with its function by its own name or by the layer's."""
    name, today = config.get("name") or name, dict(config)
    for part in ("function", "output_shape", "mask"):
        value = config.get(part)
        kind = value.get("class_name") if isinstance(value, dict) else None
        code = (
            kind == "__lambda__"
            or config.get(f"{part}_type") == "lambda"
            or (isinstance(value, list) and part == "function")
        )
        if code and part == "function":
            if name not in custom:
                raise NotAModelFile(f"Lambda {name!r}: " + _LAMBDA_MESSAGE.format("its function"))
            today[part] = {"class_name": "function", "config": name}
        elif code:  # found by tracing
            today[part] = None
        elif isinstance(value, str) and part == "function":
            today[part] = {"class_name": "function", "config": value}
    return {key: value for key, value in today.items() if not key.endswith("_type")}
