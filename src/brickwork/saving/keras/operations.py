"""Ops between layers in Keras's files: classes of its ``ops``, and functions of TensorFlow.

Keras saves ``a + b`` as a layer of class ``Add``, module ``keras.src.ops.numpy``. Reading it calls
`brickwork.ops.add`, which becomes `Operation` layers. When saving, the primitive of each
`Operation` (`layers/operation.py`) becomes one of Keras's classes.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ...errors import ArgumentError
from ...layers.calling import leaves
from ...registry import snake_case

#: The name of `Op` in configs.
OPERATION = "__op__"
_CALLED = {"abs": "absolute", "get_item": "getitem"}
#: TensorFlow's functions with another name in `brickwork.ops`.
_TENSORFLOW = {
    "truediv": "true_divide",
    "concat": "concatenate",
    "reduce_sum": "sum",
    "reduce_mean": "mean",
    "reduce_max": "max",
    "reduce_min": "min",
    "reduce_prod": "prod",
    "pow": "power",
    "neg": "negative",
    "mul": "multiply",
    "sub": "subtract",
    "clip_by_value": "clip",
    "floordiv": "floor_divide",
    "AddV2": "add",
    "Mul": "multiply",
    "Sub": "subtract",
    "RealDiv": "true_divide",
}
#: The names that TensorFlow's functions have for their second argument.
_SECOND = ("y", "b", "shape", "perm")


class _Call:
    """The outputs of one call of an op."""

    def __init__(self, outputs):
        self.outputs = outputs


class Op:
    """An op of a file, called like a layer on symbols."""

    is_input = False

    def __init__(self, function: str, given: dict, name: str):
        self.function, self.given, self.name = function, given, name
        self._nodes: list[_Call] = []

    @classmethod
    def from_config(cls, config: dict) -> Op:
        """An op from the function's name, its arguments, and the op's name."""
        return cls(**config)

    def __call__(self, *args, **kwargs):
        values, named = _plain(list(args)), _plain({**self.given, **kwargs})
        if self.function == "getitem":
            key = values[1] if len(values) > 1 else named["slice_spec"]
            outputs = values[0][tuple(key) if isinstance(key, list) else key]
        else:
            outputs = _function(self.function)(*values, **named)
        self._nodes.append(_Call(leaves(outputs)))
        return outputs


def _function(name: str):
    from ... import ops

    function = None if name.startswith("_") or name not in ops.__all__ else getattr(ops, name)
    if function is None:
        raise ArgumentError("Operation", f"got {name!r}, expected an op of brickwork.ops.")
    return function


def op_entry(entry: dict) -> dict:
    """The config of an op in the form that `Op` takes."""
    from .nodes import today_nodes

    kind, config = entry["class_name"], dict(entry.get("config") or {})
    name = config.pop("name", entry.get("name"))
    if kind == "SlicingOpLambda":
        function, config = "getitem", {}
    elif kind == "TFOpLambda":
        plain = str(config.get("function")).rpartition(".")[2]
        function, config = _TENSORFLOW.get(plain, plain), {}
    elif kind == "TensorFlowOpLayer":
        raise ArgumentError(
            f"{name} (TensorFlowOpLayer)",
            "got an op of TensorFlow 1's graphs, "
            "expected one of Keras's layers, or of brickwork.ops.",
        )
    else:
        function = snake_case(kind)
        function = _CALLED.get(function, function)
    config = {
        key: value
        for key, value in config.items()
        if key != "trainable" and (key != "dtype" or function == "cast")
    }
    nodes = today_nodes(entry.get("inbound_nodes") or [])
    if kind == "TFOpLambda":
        nodes = [_without_names(node) for node in nodes]
    return {
        "class_name": OPERATION,
        "name": entry.get("name", name),
        "inbound_nodes": nodes,
        "config": {"function": function, "given": config, "name": name},
    }


def _without_names(node: dict) -> dict:
    """A call of a TensorFlow function with the arguments of the op in `brickwork.ops`."""
    kwargs = {k: v for k, v in node["kwargs"].items() if k != "name" and v is not None}
    second = [kwargs.pop(name) for name in _SECOND if name in kwargs]
    return {"args": [*node["args"], *second], "kwargs": kwargs}


def _plain(value) -> Any:
    """The arguments of an op: slices, arrays and numbers from their configs."""
    if isinstance(value, dict) and "class_name" in value:
        kind, config = value["class_name"], value.get("config") or {}
        if kind == "__slice__":
            return slice(*(config.get(part) for part in ("start", "stop", "step")))
        if kind == "__ellipsis__":
            return ...
        if kind in ("__numpy__", "__tensor__"):
            return np.asarray(config["value"], config["dtype"])
        raise ArgumentError(
            "Operation", f"got {kind!r} as an operand, expected a number, an array or a slice."
        )
    if isinstance(value, dict) and value.keys() == {"start", "stop", "step"}:  # TensorFlow's
        return slice(value["start"], value["stop"], value["step"])
    if isinstance(value, dict):
        return {key: _plain(part) for key, part in value.items()}
    return type(value)(map(_plain, value)) if isinstance(value, list | tuple) else value


#: Primitives -> classes of Keras's module of NumPy ops with the same operands.
_NUMPY = {
    "add": "Add",
    "sub": "Subtract",
    "mul": "Multiply",
    "div": "TrueDivide",
    "neg": "Negative",
    "pow": "Power",
    "floordiv": "FloorDivide",
    "mod": "Mod",
    "maximum": "Maximum",
    "minimum": "Minimum",
    "exp": "Exp",
    "expm1": "Expm1",
    "log": "Log",
    "log1p": "Log1p",
    "sqrt": "Sqrt",
    "square": "Square",
    "abs": "Absolute",
    "sin": "Sin",
    "cos": "Cos",
    "tan": "Tan",
    "sinh": "Sinh",
    "cosh": "Cosh",
    "tanh": "Tanh",
    "asin": "Arcsin",
    "acos": "Arccos",
    "atan": "Arctan",
    "atan2": "Arctan2",
    "asinh": "Arcsinh",
    "acosh": "Arccosh",
    "atanh": "Arctanh",
    "ceil": "Ceil",
    "floor": "Floor",
    "sign": "Sign",
    "reciprocal": "Reciprocal",
    "isfinite": "Isfinite",
    "isinf": "Isinf",
    "isnan": "Isnan",
    "eq": "Equal",
    "ne": "NotEqual",
    "ge": "GreaterEqual",
    "gt": "Greater",
    "le": "LessEqual",
    "lt": "Less",
    "and": "LogicalAnd",
    "or": "LogicalOr",
    "not": "LogicalNot",
    "xor": "LogicalXor",
    "where": "Where",
    "copy": "Copy",
    "batch_matmul": "Matmul",
    "matmul": "Matmul",
    "round": "Round",
}
_OTHER_OPS = {
    "relu": "nn.Relu",
    "sigmoid": "nn.Sigmoid",
    "softmax": "nn.Softmax",
    "softplus": "nn.Softplus",
    "rsqrt": "math.Rsqrt",
    "erf": "math.Erf",
    "stop_gradient": "core.StopGradient",
}
_REDUCTIONS = {"reduce_sum": "Sum", "reduce_max": "Max", "reduce_min": "Min", "reduce_prod": "Prod"}


def keras_op(layer, tensors: list) -> tuple[str, str, dict, list]:
    """The module, class, config and call arguments in Keras of an `Operation` layer.

    Args:
        layer: the layer.
        tensors: the configs of the tensors that it is called on.

    Raises:
        ArgumentError: for an op that has no class in Keras.
    """
    op, attrs = layer.op, dict(layer.attrs)
    remaining = iter(tensors)
    operands = [next(remaining) if value is None else _as_config(value) for value in layer.operands]
    numpy, config = "keras.src.ops.numpy", {"name": layer.name}
    if op in ("matmul", "batch_matmul") and not (attrs.get("ta") or attrs.get("tb")):
        return numpy, "Matmul", config, operands
    if op in _NUMPY and not attrs:
        return numpy, _NUMPY[op], config, operands
    if op in _OTHER_OPS and not attrs:
        module, _, kind = _OTHER_OPS[op].partition(".")
        return f"keras.src.ops.{module}", kind, config, operands
    if op in _REDUCTIONS:
        return (
            numpy,
            _REDUCTIONS[op],
            {**config, "axis": list(attrs["axes"]), "keepdims": False},
            operands,
        )
    if op in ("argmax", "argmin"):
        return (
            numpy,
            op.capitalize(),
            {**config, **_subset(attrs, op, "axis"), "keepdims": False},
            operands,
        )
    if op == "concat":
        return numpy, "Concatenate", {**config, "axis": attrs["axis"]}, [operands]
    if op == "reshape":
        return numpy, "Reshape", {**config, "newshape": _extents(attrs["dims"], layer)}, operands
    if op == "transpose":
        return numpy, "Transpose", {**config, "axes": list(attrs["axes"])}, operands
    if op == "cast":
        return "keras.src.ops.core", "Cast", {**config, "dtype": attrs["dtype"]}, operands
    if op == "slice":
        begin, step = attrs["start"], attrs["step"]
        every = {"start": None, "stop": None, "step": None}
        stop = begin + attrs["extent"] * step
        one = {"start": begin, "stop": None if stop < 0 else stop, "step": step}
        key = [
            {"class_name": "__slice__", "config": part} for part in [every] * attrs["axis"] + [one]
        ]
        return numpy, "GetItem", config, [*operands, key]
    raise ArgumentError(
        f"{layer.name} (op {op!r})",
        "Keras has no class for this op between "
        "layers, expected one that .keras and .h5 can hold. Save as .brick, or put "
        "the op into a custom layer.",
    )


def _subset(attrs: dict, op: str, *names: str) -> dict:
    return {name: attrs[name] for name in names if name in attrs}


def _extents(dims, layer) -> list[int]:
    """The extents for Reshape, with -1 for the batch size."""
    plain = [d if isinstance(d, int) else -1 for d in dims]
    if plain.count(-1) > 1:
        raise ArgumentError(
            f"{layer.name} (reshape)",
            f"got the extents {dims}, expected at most one that depends on the batch size.",
        )
    return plain


def _as_config(value):
    if isinstance(value, int | float):
        return value
    array = np.asarray(value)
    return (
        array.item()
        if array.ndim == 0
        else {
            "class_name": "__numpy__",
            "config": {"value": array.tolist(), "dtype": array.dtype.name},
        }
    )
