"""Keras's configs, of any version, as models of ours.

A config is data. It is first put into today's form (`today`), with nothing made; then the models'
own ``from_config`` read it. Classes come from the catalogues, from ``custom_objects``, or are
registered; what module a config names is never looked at, but to tell ops from layers.
"""

from __future__ import annotations

from typing import Any

from ...custom_objects import CustomObjectScope
from ...errors import ArgumentError
from ...models import Model
from ...spelling import of_a_file
from ...tree import map_shape_structure
from ..configs import deserialize_keras_object
from ..document import from_text
from ..errors import DamagedFile, NotAModelFile
from .nodes import counted_anew, today_nodes
from .operations import OPERATION, Op, op_entry

#: Keras's bookkeeping, and switches of things that do not exist here: left out where they are off.
_MODELS = {"Model": "Functional"}
_NEVER = ("function_type", "module", "output_shape_type", "output_shape_module", "mask_type",
          "mask_module", "quantization_config", "gptq_unpacked_column_size", "build_input_shape")


def parsed(text: str, what: str) -> dict:
    """A JSON object out of a file, of bounded size and depth.

    Raises:
        DamagedFile: where it is none.
    """
    found = from_text(text.encode(errors="surrogatepass"), what)  # which then says where
    if not isinstance(found, dict):
        raise DamagedFile(f"{what}: got {type(found).__name__}, expected a JSON object.")
    return found


def model_of(config: dict, custom_objects: dict[str, Any] | None = None):
    """The model of a config; weights are made anew.

    Raises:
        NotAModelFile: for a config that holds code.
        ArgumentError: for a name that nothing has, with near ones.
    """
    custom = dict(custom_objects or {})
    tree = _entry(config, custom)
    with CustomObjectScope(custom), of_a_file():
        model = deserialize_keras_object(tree, {**custom, OPERATION: Op})
        if not isinstance(model, Model):
            raise DamagedFile(f"config: a {type(model).__name__}, expected a model.")
        _build(model, config.get("build_config") or {}, tree["config"])
    return model


def _build(model, build_config: dict, inner) -> None:
    """Make the weights of a model whose layers don't say for which shapes."""
    shape = build_config.get("input_shape") or (
        inner.get("build_input_shape") if isinstance(inner, dict) else None)
    if model.built or shape is None:
        shapes = build_config.get("shapes_dict")
        if model.built or not shapes:
            return
        shape = next(iter(shapes.values())) if len(shapes) == 1 else {
            key.removesuffix("_shape"): value for key, value in shapes.items()}
    model.build(map_shape_structure(tuple, shape))


def _entry(entry: dict, custom: dict) -> dict:
    """A layer or model in today's form."""
    if not isinstance(entry, dict) or not isinstance(entry.get("class_name"), str):
        raise DamagedFile("config: a layer without class_name.")
    kind, inner = entry["class_name"].removeprefix("brickwork>"), entry.get("config")
    if _is_op(entry):
        return op_entry(entry)
    if isinstance(inner, list):  # a Sequential model of Keras 1
        inner = {"layers": inner}
    if not isinstance(inner, dict):
        raise DamagedFile(f"config: {kind} with a config that is no object.")
    kind = _MODELS.get(kind, kind)
    if kind == "Lambda":
        inner = _lambda(inner, entry.get("name"), custom)
    made = {**entry, "class_name": kind, "config": _inner(kind, inner, custom)}
    if str(made.get("module")).partition(".")[0] in ("keras", "brickwork"):  # not the user's
        made["registered_name"] = None
    if "inbound_nodes" in entry:
        made["inbound_nodes"] = today_nodes(entry["inbound_nodes"])
        made.setdefault("name", inner.get("name"))
    return made


def _is_op(entry: dict) -> bool:
    said = str(entry.get("module"))
    return said.startswith("keras.src.ops.") or entry["class_name"] in (
        "TFOpLambda", "SlicingOpLambda", "TensorFlowOpLayer")


def _inner(kind: str, config: dict, custom: dict) -> dict:
    """What a class is made from, without what only other versions know."""
    if isinstance(config.get("layers"), list):
        if kind not in ("Sequential", "Functional") and "input_layers" not in config:
            return config
        made = {**config, "layers": [_entry(layer, custom) for layer in config["layers"]]}
        if kind == "Sequential" and made["layers"] and "name" not in made:
            made["name"] = None
        if "input_layers" in made:
            made = counted_anew(made)
        return {key: value for key, value in made.items()
                if key in ("name", "trainable", "layers", "input_layers", "output_layers",
                           "build_input_shape") or (kind not in ("Sequential", "Functional"))}
    made = {key: _value(value, custom) for key, value in config.items()}
    cls = _class(kind)
    if cls is None or kind in custom:
        return made
    return _accepted(cls, kind, made)


def _value(value, custom: dict):
    """An argument: a layer inside of a layer, an initializer's config, plain data."""
    if isinstance(value, dict) and value.get("class_name") in ("__lambda__",):
        raise NotAModelFile(_CODE.format("a layer"))
    if isinstance(value, dict) and "class_name" in value and isinstance(
            value.get("config"), dict) and _class(value["class_name"]) is not None:
        return _entry(value, custom)
    if isinstance(value, dict) and value.get("class_name") in ("Policy", "DTypePolicy"):
        return value["config"].get("name")
    if isinstance(value, dict) and isinstance(value.get("name"), str) and "class_name" not in (
            value) and set(value) <= {"name", "l1", "l2", "m", "axis", "p"}:
        return _keras_1(value)
    return value


def _keras_1(value: dict):
    """Regularizers and constraints of Keras 1: ``{"name": "WeightRegularizer", "l2": 0.01}``."""
    name, numbers = value["name"], {k: v for k, v in value.items() if k != "name"}
    names = {"WeightRegularizer": "L1L2", "L1L2Regularizer": "L1L2", "ActivityRegularizer": "L1L2"}
    return {"class_name": names.get(name, name), "config": numbers}


def _class(name: str):
    """The layer of ours with this name; None where there is none."""
    from ...layers import registry

    return registry._find(name, {}) if registry.holds(name) else None


def _accepted(cls: type, kind: str, config: dict) -> dict:
    """The arguments that a class of ours knows; those that it does not must be switched off."""
    from ...spelling.translation import rules_of

    known = {*cls.__fields__, *rules_of(cls), "vocabulary_size", "has_input_vocabulary"}
    made = {}
    for name, value in config.items():
        if name in known:
            made[name] = value
        elif value not in (None, False, "None") and name not in _NEVER and not (
                name in _OFF and value in _OFF[name]):
            raise ArgumentError(f"{kind}.{name}", f"got {value!r}, which this layer does not have "
                                "here, expected it left out.")
    if kind != "InputLayer" and made.get("dtype") == "string":  # of what a layer is given
        del made["dtype"]
    if kind == "BatchNormalization" and isinstance(made.get("axis"), list):
        made["axis"] = made["axis"][0]
    if kind == "InputLayer":
        made.pop("input_dtype", None)
        if "batch_input_shape" in made:
            made["batch_shape"] = made.pop("batch_input_shape")
    if kind == "Embedding" and made.get("input_length") is not None:
        made.pop("input_length") if "batch_input_shape" in made else None
    return made


#: Values of arguments of other versions that mean what is done here anyway.
_OFF = {"input_tensor": (), "fused": (True,), "virtual_batch_size": (), "renorm_momentum": (0.99,),
        "mode": (0,), "bias": (), "implementation": (1, 2), "experimental": (True,),
        "data_format": ("channels_last", "default"), "encoding": ("utf-8",),
        "dim_ordering": ("tf", "th")}
_CODE = ("{} is a Python lambda, kept as compiled code, which is never run: it could do anything. "
         "Give a function by the layer's name: custom_objects={{layer name: function}}.")


def _lambda(config: dict, name: str | None, custom: dict) -> dict:
    """A `Lambda`'s config, whose function is looked up by its name, or by the layer's."""
    name, made = config.get("name") or name, dict(config)
    for part in ("function", "output_shape", "mask"):
        value = config.get(part)
        kind = value.get("class_name") if isinstance(value, dict) else None
        code = kind == "__lambda__" or config.get(f"{part}_type") == "lambda" or (
            isinstance(value, list) and part == "function")
        if code and part == "function":
            if name not in custom:
                raise NotAModelFile(f"Lambda {name!r}: " + _CODE.format("its function"))
            made[part] = {"class_name": "function", "config": name}
        elif code:  # a trace finds it
            made[part] = None
        elif isinstance(value, str) and part == "function":
            made[part] = {"class_name": "function", "config": value}
    return {key: value for key, value in made.items() if not key.endswith("_type")}
