"""Ops between layers in Keras's files: classes of its ``ops``, and functions of TensorFlow.

Keras saves ``ops.mean(x, axis=1)`` as an object of class ``Mean``, module ``keras.src.ops.numpy``,
whose config holds some of the arguments; the others are those of the call. Here a call has all of
them. An op's class is named like the op (`layers/operation.py`).
"""

from __future__ import annotations

import re
from functools import cache
from inspect import Parameter, signature
from typing import Any

from ...errors import ArgumentError
from ...layers.older_operation import OlderOperation
from ...layers.operation import FUNCTIONS, Operation, class_name
from ...models.call_arguments import encoded
from ...registry import snake_case
from .nodes import today_nodes

#: Keras's classes of ops by module, each with the arguments that its config holds.
_CLASSES = {
    "activations.activations": """
        ReLU(negative_slope,max_value,threshold)
    """,
    "ops.core": """
        AssociativeScan(reverse,axis) Cast(dtype) Cond ConvertToTensor(dtype,sparse,ragged)
        ForiLoop(lower,upper,body_fun) Map SaturateCast(dtype) Scan(length,reverse,unroll)
        Scatter(shape) ScatterUpdate(reduction) Slice(shape) SliceUpdate StopGradient Switch
        Unstack(num,axis) VectorizedMap(function) WhileLoop(cond,body,maximum_iterations)
    """,
    "ops.einops": """
        Rearrange
    """,
    "ops.linalg": """
        Cholesky(upper) CholeskyInverse(upper) Det Eig Eigh Inv Lstsq(rcond) LuFactor
        MatrixRank(tol) Norm(ord,axis,keepdims) Pinv(rcond) Qr(mode)
        SVD(full_matrices,compute_uv) Solve SolveTriangular(lower)
    """,
    "ops.math": """
        CDist Erf Erfc Erfinv InTopK(k) Logdet Logsumexp(axis,keepdims) Rsqrt
        SegmentMax(num_segments,sorted) SegmentMin(num_segments,sorted)
        SegmentProd(num_segments,sorted) SegmentSum(num_segments,sorted) TopK(k,sorted)
        ViewAsComplex ViewAsReal
    """,
    "ops.nn": """
        BatchNorm(axis,epsilon) BinaryCrossentropy(from_logits)
        CategoricalCrossentropy(from_logits,axis) Celu(alpha) Elu(alpha) Gelu(approximate)
        Glu(axis) HardShrink(threshold) HardSigmoid HardSilu HardTanh
        LayerNorm(axis,epsilon,rms_scaling) LeakyRelu(negative_slope) LogSigmoid
        LogSoftmax(axis) Moments(axes,keepdims,synchronized)
        MultiHot(num_classes,axis,dtype,sparse) Normalize(axis,order,epsilon)
        OneHot(num_classes,axis,dtype,sparse) Polar RMSNorm(axis,epsilon) Relu Relu6 Selu
        Sigmoid Silu SoftShrink(threshold) Softmax(axis) Softplus Softsign
        SparseCategoricalCrossentropy(from_logits,axis) SparsePlus SparseSigmoid Sparsemax(axis)
        Squareplus(b) TanhShrink Threshold(threshold,default_value)
    """,
    "ops.numpy": """
        Absolute Add All(axis,keepdims) AllClose(rtol,atol,equal_nan) Amax(axis,keepdims)
        Amin(axis,keepdims) Angle Any(axis,keepdims) Append(axis) Arange(dtype) Arccos Arccosh
        Arcsin Arcsinh Arctan Arctan2 Arctanh Argmax(axis,keepdims) Argmin(axis,keepdims)
        Argpartition(kth,axis) Argsort(axis) Array(dtype) ArraySplit(indices_or_sections,axis)
        Average(axis) Bincount(weights,minlength,sparse) BitwiseAnd BitwiseInvert
        BitwiseLeftShift BitwiseNot BitwiseOr BitwiseRightShift BitwiseXor BroadcastTo(shape)
        Cbrt Ceil Clip(x_min,x_max) Concatenate(axis) Conjugate Copy Corrcoef Cos Cosh
        CountNonzero(axis) Cross(axisa,axisb,axisc,axis) Cumprod(axis,dtype) Cumsum(axis,dtype)
        Deg2rad Diag(k) Diagflat(k) Diagonal(offset,axis1,axis2) Diff(n,axis) Digitize Divide
        DivideNoNan Dot Dsplit(indices_or_sections) Dstack Einsum(subscripts) EmptyLike(dtype)
        Equal Exp Exp2 ExpandDims(axis) Expm1 Fabs Flip(axis) Fliplr Flipud Floor FloorDivide
        Fmax Fmin Fmod Full(shape,dtype) FullLike(dtype) Gcd Geomspace(num,endpoint,dtype,axis)
        GetItem Greater GreaterEqual Heaviside Histogram(bins,range) Hsplit(indices_or_sections)
        Hstack Hypot Imag Inner IsIn(assume_unique,invert) Isclose(equal_nan) Isfinite Isinf
        Isnan Isneginf Isposinf Isreal Kron Lcm Ldexp LeftShift Less LessEqual
        Linspace(num,endpoint,retstep,dtype,axis) Log Log10 Log1p Log2 Logaddexp Logaddexp2
        LogicalAnd LogicalNot LogicalOr LogicalXor Logspace(num,endpoint,base,dtype,axis) Matmul
        Max(axis,keepdims,initial) Maximum Mean(axis,keepdims) Median(axis,keepdims)
        Meshgrid(indexing) Min(axis,keepdims,initial) Minimum Mod Moveaxis(source,destination)
        Multiply NanToNum(nan,posinf,neginf) Nanargmax(axis,keepdims) Nanargmin(axis,keepdims)
        Nancumprod(axis,dtype) Nancumsum(axis,dtype) Nanmax(axis,keepdims)
        Nanmean(axis,keepdims) Nanmedian(axis,keepdims) Nanmin(axis,keepdims)
        Nanpercentile(axis,method,keepdims) Nanprod(axis,keepdims)
        Nanquantile(axis,method,keepdims) Nanstd(axis,keepdims) Nansum(axis,keepdims)
        Nanvar(axis,keepdims) Ndim Negative Nextafter Nonzero NotEqual OnesLike(dtype) Outer
        Pad(pad_width,mode) Percentile(axis,method,keepdims) Power Prod(axis,keepdims,dtype)
        Ptp(axis,keepdims) Quantile(axis,method,keepdims) Rad2deg Ravel Real Reciprocal
        Repeat(repeats,axis) Reshape(newshape) RightShift Roll(shift,axis) Rot90(k,axes)
        Round(decimals) SearchSorted(side) Select Sign Signbit Sin Sinc Sinh Size Slogdet
        Sort(axis) Split(indices_or_sections,axis) Sqrt Square Squeeze(axis) Stack(axis)
        Std(axis,keepdims) Subtract Sum(axis,keepdims) Swapaxes(axis1,axis2) Take(axis)
        TakeAlongAxis(axis) Tan Tanh Tensordot(axes) Tile(repeats) Trace(offset,axis1,axis2)
        Transpose(axes) Trapezoid(x,dx,axis) Tril(k) Triu(k) TrueDivide Trunc
        Unique(sorted,return_index,return_inverse,return_counts,axis,size,fill_value)
        UnravelIndex(shape) Vander(N,increasing) Var(axis,keepdims) Vdot View(dtype)
        Vsplit(indices_or_sections) Vstack Where ZerosLike(dtype)
    """,
}
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


@cache
def table() -> dict[str, tuple[str, str, tuple[str, ...]]]:
    """The module, the class and the arguments of the config, by the op's name."""
    classes = {
        kind: (f"keras.src.{module}", kind, tuple(filter(None, (names or "").split(","))))
        for module, text in _CLASSES.items()
        for kind, names in re.findall(r"(\w+)(?:\((.*?)\))?(?=\s)", text)
    }
    return {op: classes[class_name(op)] for op in FUNCTIONS if class_name(op) in classes}


@cache
def _ops() -> dict[tuple[str, str], str]:
    """The op's name by the module and the class; of several names that which is the class's."""
    found: dict[tuple[str, str], str] = {}
    for op, (module, kind, _) in table().items():
        if (module, kind) not in found or op == snake_case(kind):
            found[module, kind] = op
    return found


@cache
def _classes() -> dict[str, str]:
    """The op's name by the class alone."""
    return {kind: op for (_, kind), op in _ops().items()}


# Reading


def is_op(entry: dict) -> bool:
    """Whether an entry among the layers of a file is an op."""
    module, kind = entry.get("module"), entry["class_name"]
    if module is None and "inbound_nodes" in entry and kind in _classes():
        # In .h5 no modules are written. Unlike an op, a layer has arguments that all layers have.
        return isinstance(entry.get("config"), dict) and "trainable" not in entry["config"]
    return (
        str(module).startswith("keras.src.ops.")
        or (str(module), kind) in _ops()
        or kind in ("TFOpLambda", "SlicingOpLambda", "TensorFlowOpLayer")
    )


def op_entry(entry: dict) -> dict:
    """The config of an op in today's form, as `Operation` takes it."""
    kind, config = entry["class_name"], dict(entry.get("config") or {})
    name = config.pop("name", entry.get("name"))
    nodes = today_nodes(entry.get("inbound_nodes") or [])
    if kind == "SlicingOpLambda":
        op, nodes = "get_item", [_of_slicing(node) for node in nodes]
    elif kind == "TFOpLambda":
        plain = str(config.get("function")).rpartition(".")[2]
        op, nodes = _TENSORFLOW.get(plain, plain), [_without_names(node) for node in nodes]
    elif kind == "TensorFlowOpLayer":
        raise ArgumentError(
            f"{name} (TensorFlowOpLayer)",
            "got an op of TensorFlow 1's graphs, "
            "expected one of Keras's layers, or of brickwork.ops.",
        )
    else:
        op = _ops().get((str(entry.get("module")), kind)) or _classes().get(kind, snake_case(kind))
        config.pop("trainable", None)
        if op in FUNCTIONS:
            nodes = [_whole_call(op, config, node) for node in nodes]
    return {
        "class_name": "Operation",
        "name": entry.get("name", name),
        "inbound_nodes": nodes,
        "config": {"op": op, "name": name},
    }


def _whole_call(op: str, config: dict, node: dict) -> dict:
    """A call with all arguments of the op: those of the config between those of the call."""
    accepted = signature(FUNCTIONS[op]).parameters
    config = {  # what the op has not is without effect
        key: value
        for key, value in config.items()
        if key in accepted or (key != "dtype" and value is not False)
    }
    given, args, kwargs = list(node["args"]), [], {**node["kwargs"]}
    in_order = True  # until an argument is left out
    for name, parameter in accepted.items():
        if parameter.kind is Parameter.VAR_POSITIONAL:
            args, given = [*args, *given], []
        elif name in config:
            value = config.pop(name)
            if in_order and _before_several(accepted, name):
                args.append(value)
            else:
                kwargs[name], in_order = value, False
        elif given and parameter.kind is not Parameter.VAR_KEYWORD:
            if in_order:
                args.append(given.pop(0))
            else:
                kwargs[name] = given.pop(0)
    return {"args": [*args, *given], "kwargs": {**kwargs, **config}}


def _before_several(parameters: Any, name: str) -> bool:
    """Whether a parameter stands before one that takes any number of arguments."""
    kinds = [parameter.kind for parameter in parameters.values()]
    several = Parameter.VAR_POSITIONAL
    return several in kinds and list(parameters).index(name) < kinds.index(several)


def _without_names(node: dict) -> dict:
    """A call of a TensorFlow function with the arguments of the op in `brickwork.ops`."""
    kwargs = {k: v for k, v in node["kwargs"].items() if k != "name" and v is not None}
    second = [kwargs.pop(name) for name in _SECOND if name in kwargs]
    return {"args": [*node["args"], *second], "kwargs": kwargs}


def _of_slicing(node: dict) -> dict:
    """A call of ``x[...]`` as TensorFlow's layer has it, with slices as Keras 3 writes them."""
    kwargs = dict(node["kwargs"])
    key = node["args"][1] if len(node["args"]) > 1 else kwargs.get("slice_spec")
    return {"args": [node["args"][0], _slices(key)], "kwargs": {}}


def _slices(key: Any) -> Any:
    if isinstance(key, list):
        return [_slices(part) for part in key]
    if isinstance(key, dict) and key.keys() == {"start", "stop", "step"}:
        return {"class_name": "__slice__", "config": key}
    return key


# Writing


def keras_op(operation: Operation, args: tuple, kwargs: dict) -> tuple[str, str, dict, list, dict]:
    """The module, class and config in Keras of an op that is called, and the call's arguments.

    Args:
        operation: the op.
        args, kwargs: the arguments of its call.

    Raises:
        ArgumentError: for an op that has no class in Keras, and for a tensor where Keras's class
            takes a constant.
    """
    if isinstance(operation, OlderOperation) or operation.op not in table():
        raise ArgumentError(
            f"{operation.name} (op {operation.op!r})",
            "Keras has no class for this op between layers, expected one that .keras and .h5 can "
            "hold. Save as .brick, or put the op into a custom layer.",
        )
    module, kind, names = table()[operation.op]
    found = signature(FUNCTIONS[operation.op]).bind(*args, **kwargs)
    found.apply_defaults()
    config: dict[str, Any] = {"name": operation.name}
    for name in names:  # one that the op has not is without effect
        config[name] = _constant(operation, kind, name, found.arguments.pop(name, False))
    parameters = found.signature.parameters.values()
    several = next((p for p in parameters if p.kind is p.VAR_POSITIONAL), None)
    if several is None:
        return module, kind, config, list(found.args), found.kwargs
    operands = found.arguments.pop(several.name)
    first = [p.name for p in parameters if p.kind is p.POSITIONAL_OR_KEYWORD]
    positional = [found.arguments.pop(name) for name in first if name in found.arguments]
    return module, kind, config, [*positional, *operands], found.kwargs


def _constant(operation: Operation, kind: str, name: str, value: Any) -> Any:
    """An argument in a config, which holds plain values."""

    def refused(value):
        raise ArgumentError(
            f"{operation.name} ({kind}).{name}",
            f"got {'a function' if callable(value) else 'a tensor'}, expected a constant: Keras's "
            "config of this op holds the argument. Save as .brick, or put the op into a custom "
            "layer.",
        )

    if callable(value) and not isinstance(value, type):  # a type is a dtype
        refused(value)
    return _plain(encoded(value, refused, refused))


def _plain(config: Any) -> Any:
    """An encoded argument without the forms that Keras has for arguments of calls only."""
    if isinstance(config, list):
        return [_plain(part) for part in config]
    if not isinstance(config, dict):
        return config
    if config["class_name"] == "__dim__":
        return -1  # the batch size
    return config["config"]["value"] if config["class_name"] == "__numpy__" else config
