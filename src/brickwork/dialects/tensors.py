"""The functions of TensorFlow that dense networks are written with, in `brickwork.ops`.

Names, arguments and defaults are TensorFlow 2's. On arrays they compute at once and return a
`Tensor`; on symbols they are recorded like any op.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from inspect import signature

import numpy as np

from .. import ops, random
from ..errors import ArgumentError
from ..program import Variable
from ..program.masks import Masked, mask_of
from ..program.results import set_result_type


class Tensor(Masked):
    """An array that can be asked for ``.numpy()``, as scripts ask TensorFlow's tensors."""

    def numpy(self):
        """The array itself; a number where it has no axes."""
        return np.asarray(self)[()]

    def __getitem__(self, key):
        return tensor(super().__getitem__(key))


def tensor(value):
    """An array or a number as a `Tensor`; symbols, variables and all else as they are."""
    if not isinstance(value, np.ndarray | np.generic):
        return value
    result = np.asarray(value).view(Tensor)
    result.mask = mask_of(value)
    return result


def answer_tensors() -> None:
    """Let layers, losses, metrics, variables and ops return a `Tensor` for arrays from now on."""
    set_result_type(tensor)


#: What TensorFlow calls the arguments, in the order of our op's, and which functions have them.
_WORDS = {
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

#: Where a default of TensorFlow's is another than ours.
_DEFAULTS = {"gelu": {"approximate": False}}


def _by_op(name: str, op: Callable, words: list[str]) -> Callable:
    today = dict(zip(words, signature(op).parameters, strict=False))

    def function(*args, **kwargs):
        kwargs.pop("name", None)
        for word in kwargs.keys() & today.keys():
            kwargs[today[word]] = kwargs.pop(word)
        if len(args) < 2:
            kwargs = {**_DEFAULTS.get(name, {}), **kwargs}
        return tensor(op(*args, **kwargs))

    function.__name__ = function.__qualname__ = name
    function.__doc__ = f"`ops.{op.__name__}`, in TensorFlow's words."
    return function


FUNCTIONS: dict[str, Callable] = {}
for _words, _names in _WORDS.items():
    for _name, _, _op in (entry.partition(":") for entry in _names.split()):
        FUNCTIONS[_name] = _by_op(_name, getattr(ops, _op or _name), _words.split())


def _named(function: Callable) -> Callable:
    """Enter a function that is written out; what TensorFlow calls the result plays no part."""
    @functools.wraps(function)
    def wrapper(*args, **kwargs):
        kwargs.pop("name", None)
        return tensor(function(*args, **kwargs))

    FUNCTIONS[function.__name__] = wrapper
    return wrapper


@_named
def constant(value, dtype=None, shape=None):
    """These values; one of them fills a shape."""
    value = ops.convert_to_tensor(value, dtype)
    if shape is None:
        return value
    return ops.full(shape, value) if np.size(value) == 1 else ops.reshape(value, shape)


@_named
def argmax(input, axis=0, output_type="int64"):
    """Where the largest value along an axis stands; the first axis unless another is told."""
    return ops.cast(ops.argmax(input, axis), output_type)


@_named
def argmin(input, axis=0, output_type="int64"):
    """Where the smallest value along an axis stands; the first axis unless another is told."""
    return ops.cast(ops.argmin(input, axis), output_type)


@_named
def cumsum(x, axis=0):
    """The sums of all values so far along an axis."""
    return ops.cumsum(x, axis)


@_named
def gather(params, indices, axis=0):
    """The entries of an axis that are named by their numbers."""
    return ops.take(params, indices, axis)


@_named
def squared_difference(x, y):
    """(x - y)^2."""
    return ops.square(ops.subtract(x, y))


@_named
def add_n(inputs):
    """The sum of several values of one shape."""
    return functools.reduce(ops.add, inputs)


@_named
def l2_normalize(x, axis=None, epsilon=1e-12):
    """x divided by its Euclidean length along an axis, which counts as 1e-6 at least."""
    square = ops.sum(ops.square(x), axis, keepdims=True)
    return x * ops.rsqrt(ops.maximum(square, epsilon))


@_named
def silu(features, beta=1.0):
    """x times its sigmoid."""
    return features * ops.sigmoid(beta * features)


FUNCTIONS["swish"] = FUNCTIONS["silu"]
FUNCTIONS["custom_gradient"] = ops.custom_gradient


@_named
def sigmoid_cross_entropy_with_logits(labels=None, logits=None):
    """The crossentropy of each value with the sigmoid of its logit."""
    # max(x, 0) - x z + log(1 + exp(-|x|)): the form that overflows nowhere.
    return ops.relu(logits) - logits * labels + ops.log1p(ops.exp(-ops.abs(logits)))


@_named
def softmax_cross_entropy_with_logits(labels, logits, axis=-1):
    """The crossentropy of each row with the softmax of its logits."""
    return ops.categorical_crossentropy(labels, logits, from_logits=True, axis=axis)


@_named
def sparse_softmax_cross_entropy_with_logits(labels, logits):
    """The crossentropy of each row's class with the softmax of its logits."""
    return ops.sparse_categorical_crossentropy(labels, logits, from_logits=True)


def variable(initial_value, trainable=True, name=None, dtype=None, **_) -> Variable:
    """``tf.Variable``: a weight, where a layer has it as an attribute."""
    value = ops.convert_to_numpy(initial_value() if callable(initial_value) else initial_value)
    return Variable(value, dtype=dtype or ops.dtype(ops.convert_to_tensor(value)),
                    trainable=trainable, name=name)


def function(func=None, **_):
    """``tf.function``: the function itself, which is traced as it is."""
    return func if func is not None else lambda func: func


def normal(shape, mean=0.0, stddev=1.0, dtype="float32", seed=None, name=None):
    """Normally distributed numbers."""
    return tensor(random.normal(shape, mean, stddev, dtype, seed))


def truncated_normal(shape, mean=0.0, stddev=1.0, dtype="float32", seed=None, name=None):
    """Normally distributed numbers no farther than two deviations from the mean."""
    return tensor(random.truncated_normal(shape, mean, stddev, dtype, seed))


def uniform(shape, minval=0, maxval=None, dtype="float32", seed=None, name=None):
    """Numbers from minval up to, but without, maxval; whole ones of a whole kind."""
    if "int" in dtype:
        if maxval is None:
            raise ArgumentError("random.uniform.maxval", "got None, expected a number, for whole "
                                f"numbers ({dtype}).")
        return tensor(random.randint(shape, minval, maxval, dtype, seed))
    return tensor(random.uniform(shape, minval, 1 if maxval is None else maxval, dtype, seed))
