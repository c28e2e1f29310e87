"""The functions of TensorFlow that dense networks use, written in `brickwork.ops`.

Names, arguments and defaults are TensorFlow 2's. On arrays they compute at once and return a
`Tensor`; on symbols they are recorded like any op.
"""

from __future__ import annotations

import functools
import warnings
from collections.abc import Callable
from inspect import signature

import numpy as np

from .. import ops, program, random
from ..errors import ArgumentError
from ..program import (
    Program,
    Symbol,
    TraceError,
    Variable,
    as_symbol,
    current_trace,
    interpret,
)
from ..program.masks import Masked, mask_of
from ..program.results import set_result_type
from ..stack_level import outside
from ..training.function import function as compiled
from .dtypes import DType
from .strings import ARRANGING, STRINGS, any_text


class _AnyTensor(type):
    """The class of ``tf.Tensor``: what a tape or a compiled function computes is one, too."""

    def __instancecheck__(cls, value) -> bool:
        return isinstance(value, Symbol) or super().__instancecheck__(value)


class Tensor(Masked, metaclass=_AnyTensor):
    """An array with ``.numpy()``, as TensorFlow's tensors have."""

    def numpy(self):
        """Return the array itself, or a scalar if it has no axes."""
        return np.asarray(self)[()]

    def __str__(self):
        return str(np.asarray(self))  # NumPy would print more digits of a subclass

    def __getitem__(self, key):
        trace = current_trace()
        if trace is not None and trace.watches(self):
            return as_symbol(self)[key]
        return tensor(super().__getitem__(key))


def _recorded(name: str) -> None:
    """Let an operator of `Tensor` be recorded if a tape watches an operand."""
    for method in (f"__{name}__", f"__r{name}__"):
        of_array = getattr(np.ndarray, method)

        def operator(self, other, of_array=of_array, method=method):
            trace = current_trace()
            if trace is not None and (trace.watches(self) or trace.watches(other)):
                return getattr(as_symbol(self), method)(other)
            return of_array(self, other)

        setattr(Tensor, method, operator)


for _operator in ("add", "sub", "mul", "truediv", "pow", "mod", "floordiv", "matmul"):
    _recorded(_operator)


def _negative(self):
    trace = current_trace()
    watched = trace is not None and trace.watches(self)
    return -as_symbol(self) if watched else np.ndarray.__neg__(self)


Tensor.__neg__ = _negative  # type: ignore[method-assign]


def tensor(value):
    """Return an array or a number as a `Tensor`; other values, such as symbols, unchanged."""
    if type(value) is np.ndarray:
        return value.view(Tensor)
    if not isinstance(value, np.ndarray | np.generic):
        return value
    result = np.asarray(value).view(Tensor)
    result.mask = mask_of(value)
    return result


def return_tensors() -> None:
    """Let layers, losses, metrics, variables and ops return a `Tensor` for arrays from now on."""
    set_result_type(tensor)


#: TensorFlow's argument names, in the order of the op's arguments, and the functions.
_ARGUMENT_NAMES = {
    "x": "abs ceil cos cosh exp expm1 floor log log1p negative reciprocal round rsqrt sigmoid sign "
    "sin sinh sqrt square tan tanh is_nan:isnan is_inf:isinf is_finite:isfinite logical_not "
    "log_sigmoid erf",
    "x y": "add divide divide_no_nan equal floordiv:floor_divide greater greater_equal less "
    "less_equal logical_and logical_or maximum minimum floormod:mod mod multiply not_equal "
    "pow:power subtract truediv:divide atan2:arctan2",
    "input_tensor axis keepdims": "reduce_all:all reduce_any:any reduce_logsumexp:logsumexp "
    "reduce_max:max reduce_mean:mean reduce_min:min reduce_prod:prod reduce_std:std "
    "reduce_sum:sum reduce_variance:var",
    "x axes": "moments",
    "features": "elu relu relu6 selu softplus softsign",
    "features alpha": "leaky_relu",
    "features approximate": "gelu",
    "logits axis": "softmax log_softmax",
    "input": "identity:copy ones_like rank:ndim shape size stop_gradient zeros_like",
    "input axis": "expand_dims squeeze",
    "tensor shape": "reshape",
    "a perm": "transpose",
    "a b": "matmul",
    "a b axes": "tensordot",
    "values axis": "concat:concatenate stack sort",
    "input multiples": "tile",
    "indices depth": "one_hot",
    "t clip_value_min clip_value_max": "clip_by_value:clip",
    "condition x y": "where",
    "value dtype": "convert_to_tensor",
    "x dtype": "cast",
    "shape dtype": "ones zeros",
    "dims value": "fill:full",
    "start limit delta dtype": "range:arange",
    "start stop num": "linspace",
    "tensor ord axis keepdims": "norm",
}

#: Defaults of TensorFlow that differ from those of the ops.
_DEFAULTS = {"gelu": {"approximate": False}}


def _by_op(name: str, op: Callable, words: list[str], defaults: dict) -> Callable:
    order = list(signature(op).parameters)
    today = dict(zip(words, order, strict=False))

    def function(*args, **kwargs):
        kwargs.pop("name", None)
        if name in ARRANGING and any_text(args, kwargs):
            return tensor(ARRANGING[name](*args, **kwargs))
        for word in kwargs.keys() & today.keys():
            kwargs[today[word]] = kwargs.pop(word)
        left = {key: value for key, value in defaults.items() if order.index(key) >= len(args)}
        kwargs = left | kwargs
        return tensor(op(*args, **kwargs))

    function.__name__ = function.__qualname__ = name
    function.__doc__ = f"`ops.{op.__name__}`, in TensorFlow's words."
    return function


def in_words(names: dict[str, str], defaults: dict[str, dict] | None = None) -> dict[str, Callable]:
    """Ops as functions of TensorFlow.

    Args:
        names: for TensorFlow's argument names in the order of the op's, the functions: each a name,
            with ``:op`` if the op has another.
        defaults: by function those defaults that differ from the op's, or arguments to be added.
    """
    return {
        name: _by_op(name, getattr(ops, op or name), words.split(), (defaults or {}).get(name, {}))
        for words, entries in names.items()
        for name, _, op in (entry.partition(":") for entry in entries.split())
    }


FUNCTIONS: dict[str, Callable] = in_words(_ARGUMENT_NAMES, _DEFAULTS)


def named(function: Callable) -> Callable:
    """Register a function; the argument ``name`` of TensorFlow is ignored."""

    @functools.wraps(function)
    def wrapper(*args, **kwargs):
        kwargs.pop("name", None)
        name = function.__name__
        if name in ARRANGING and any_text(args, kwargs):
            return tensor(ARRANGING[name](*args, **kwargs))
        return tensor(function(*args, **kwargs))

    FUNCTIONS[function.__name__] = wrapper
    return wrapper


@named
def constant(value, dtype=None, shape=None):
    """Return these values as a tensor; a single value fills a shape."""
    value = ops.convert_to_tensor(value, dtype)
    if shape is None:
        return value
    return ops.full(shape, value) if np.size(value) == 1 else ops.reshape(value, shape)


@named
def argmax(input, axis=0, output_type="int64"):
    """Return the index of the largest value along an axis, by default the first."""
    return ops.cast(ops.argmax(input, axis), output_type)


@named
def argmin(input, axis=0, output_type="int64"):
    """Return the index of the smallest value along an axis, by default the first."""
    return ops.cast(ops.argmin(input, axis), output_type)


@named
def cumsum(x, axis=0):
    """Return the cumulative sum along an axis."""
    return ops.cumsum(x, axis)


@named
def gather(params, indices, axis=0):
    """Return the entries of an axis with these indices."""
    return ops.take(params, indices, axis)


@named
def squared_difference(x, y):
    """Return (x - y)^2."""
    return ops.square(ops.subtract(x, y))


@named
def add_n(inputs):
    """Return the sum of several tensors of the same shape."""
    return functools.reduce(ops.add, inputs)


@named
def l2_normalize(x, axis=None, epsilon=1e-12):
    """Return x divided by its Euclidean norm along an axis, which is at least 1e-6."""
    square = ops.sum(ops.square(x), axis, keepdims=True)
    return x * ops.rsqrt(ops.maximum(square, epsilon))


@named
def silu(features, beta=1.0):
    """Return x times its sigmoid."""
    return features * ops.sigmoid(beta * features)


#: ``tf.strings``.
TEXTS = {
    name: functools.wraps(function)(
        lambda *args, function=function, **kwargs: tensor(function(*args, **kwargs))
    )
    for name, function in STRINGS.items()
}
FUNCTIONS["swish"] = FUNCTIONS["silu"]
FUNCTIONS["custom_gradient"] = ops.custom_gradient


@named
def sigmoid_cross_entropy_with_logits(labels=None, logits=None):
    """The crossentropy of each value with the sigmoid of its logit."""
    # max(x, 0) - x z + log(1 + exp(-|x|)) does not overflow.
    return ops.relu(logits) - logits * labels + ops.log1p(ops.exp(-ops.abs(logits)))


@named
def softmax_cross_entropy_with_logits(labels, logits, axis=-1):
    """The crossentropy of each row with the softmax of its logits."""
    return ops.categorical_crossentropy(labels, logits, from_logits=True, axis=axis)


@named
def sparse_softmax_cross_entropy_with_logits(labels, logits):
    """The crossentropy of each row's class with the softmax of its logits."""
    return ops.sparse_categorical_crossentropy(labels, logits, from_logits=True)


@named
def clip_by_norm(t, clip_norm, axes=None):
    """Return a tensor scaled to a Euclidean norm of at most `clip_norm`."""
    norm = ops.sqrt(ops.sum(ops.square(t), axes, keepdims=True))
    return t * clip_norm / ops.maximum(norm, clip_norm)


def global_norm(t_list, name=None):
    """Return the Euclidean norm of all elements of several tensors; None is left out."""
    squares = [ops.sum(ops.square(t)) for t in t_list if t is not None]
    return ops.sqrt(functools.reduce(ops.add, squares))


def clip_by_global_norm(t_list, clip_norm, use_norm=None, name=None):
    """Return tensors scaled together to a norm of at most `clip_norm`, and their norm before."""
    norm = global_norm(t_list) if use_norm is None else use_norm
    scale = clip_norm / ops.maximum(norm, clip_norm)
    return [None if t is None else t * scale for t in t_list], norm


FUNCTIONS |= {"global_norm": global_norm, "clip_by_global_norm": clip_by_global_norm}


def shuffle(value, seed=None, name=None):
    """Return the rows of a tensor in random order."""
    return tensor(random.shuffle(value, axis=0, seed=seed))


def is_tensor(x) -> bool:
    """Return whether a value is a tensor or a variable."""
    return isinstance(x, Tensor | Variable)


class GradientTape(program.GradientTape):
    """``tf.GradientTape``: the gradient of what it did not record is None, with a warning."""

    def _not_recorded(self, message: str) -> None:
        warnings.warn(f"{message} The gradient is None.", stacklevel=outside())


class _AnyVariable(type):
    """The class of ``tf.Variable``: every variable, also a layer's, is an instance of it."""

    def __instancecheck__(cls, value) -> bool:
        return isinstance(value, Variable)

    def __call__(cls, *args, **kwargs):
        return variable(*args, **kwargs)


class VariableType(metaclass=_AnyVariable):
    """``tf.Variable``: makes a `Variable`."""


class _SliceOf(Tensor):
    """A part of a variable, as a tensor that can be assigned: ``variable[0].assign(1.0)``."""

    def _of(self, variable, key):
        self._place = variable, key
        return self

    def assign(self, value):
        """Set this part of the variable."""
        variable, key = self._place
        if current_trace() is not None:
            raise TraceError(
                "A part of a variable is assigned in a compiled function: assign the whole of it, "
                "such as variable.assign(tf.where(condition, new, variable))."
            )
        array = variable.numpy()
        array[key] = value
        variable.assign(array)
        return variable

    def assign_add(self, value):
        """Add to this part of the variable."""
        return self.assign(np.asarray(self) + value)

    def assign_sub(self, value):
        """Subtract from this part of the variable."""
        return self.assign(np.asarray(self) - value)


class _Variable(Variable):
    """A `Variable` whose parts can be assigned."""

    def scatter_nd_update(self, indices, updates, name=None):
        """Set the values at these indices."""
        return self.assign(FUNCTIONS["tensor_scatter_nd_update"](self, indices, updates))

    def scatter_nd_add(self, indices, updates, name=None):
        """Add to the values at these indices."""
        return self.assign(FUNCTIONS["tensor_scatter_nd_add"](self, indices, updates))

    def scatter_nd_sub(self, indices, updates, name=None):
        """Subtract from the values at these indices."""
        return self.assign(FUNCTIONS["tensor_scatter_nd_sub"](self, indices, updates))

    def __getitem__(self, key):
        if current_trace() is not None or isinstance(key, Symbol):
            return super().__getitem__(key)
        return np.asarray(self.view()[key]).view(_SliceOf)._of(self, key)


def _known(value) -> np.ndarray:
    """The initial value of a variable; in a compiled function it is computed at once."""
    if isinstance(value, Symbol) and value.trace is None and current_trace() is not None:
        program = Program([], [value])
        if not any(symbol.op == "input" for symbol in program.order()):
            return interpret(program, [])[0]
    return ops.convert_to_numpy(value)


def variable(initial_value, trainable=True, name=None, dtype=None, **_) -> Variable:
    """``tf.Variable``: a weight, if it is an attribute of a layer."""
    value = _known(initial_value() if callable(initial_value) else initial_value)
    dtype = dtype or ops.dtype(ops.convert_to_tensor(value))
    made = _Variable(value, dtype=dtype, trainable=trainable, name=name)
    made.dtype = DType(made.dtype)
    return made


def function(func=None, **_):
    """``tf.function``: compile the function."""
    return compiled(func) if func is not None else compiled


def normal(shape, mean=0.0, stddev=1.0, dtype="float32", seed=None, name=None):
    """Return normally distributed values."""
    return tensor(random.normal(shape, mean, stddev, dtype, seed))


def truncated_normal(shape, mean=0.0, stddev=1.0, dtype="float32", seed=None, name=None):
    """Return normally distributed values within two standard deviations of the mean."""
    return tensor(random.truncated_normal(shape, mean, stddev, dtype, seed))


def uniform(shape, minval=0, maxval=None, dtype="float32", seed=None, name=None):
    """Return uniform values in [minval, maxval); integers for integer dtypes."""
    if "int" in dtype:
        if maxval is None:
            raise ArgumentError(
                "random.uniform.maxval",
                f"got None, expected a number, for whole numbers ({dtype}).",
            )
        return tensor(random.randint(shape, minval, maxval, dtype, seed))
    return tensor(random.uniform(shape, minval, 1 if maxval is None else maxval, dtype, seed))
