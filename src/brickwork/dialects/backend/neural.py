"""Activations, crossentropies, dropout, random numbers."""

from __future__ import annotations

from ... import ops, random
from ...ops import sigmoid, softmax, softplus, softsign, tanh
from ...program import Symbol, topological
from ...spelling.translation import accepts_old_arguments, warn_old_spellings
from .math import clip


def relu(x, alpha=0.0, max_value=None, threshold=0.0):
    """0 up to the threshold, and x above it.

    Args:
        alpha: slope of the function below the threshold.
        max_value: upper limit of the result.
    """
    from ...activations import relu

    return relu(x, alpha, max_value, threshold)


def elu(x, alpha=1.0):
    """x where x > 0, else alpha * (exp(x) - 1)."""
    return ops.elu(x, alpha)


def hard_sigmoid(x):
    """0.2 x + 0.5 between 0 and 1, as it was in Keras 1 and 2 (today's is relu6(x + 3) / 6)."""
    return clip(0.2 * ops.convert_to_tensor(x) + 0.5, 0.0, 1.0)


def binary_crossentropy(target, output, from_logits=False):
    """``-(t log p + (1 - t) log(1 - p))`` for each value.

    Keras 1 gave output first; where that can be told it is read so.
    """
    target, output = _in_order("binary_crossentropy", target, output)
    return ops.binary_crossentropy(target, output, from_logits)


def categorical_crossentropy(target, output, from_logits=False, axis=-1):
    """``-sum(t log p)`` along the axis of the classes; the order as in `binary_crossentropy`."""
    target, output = _in_order("categorical_crossentropy", target, output)
    return ops.categorical_crossentropy(target, output, from_logits, axis)


def sparse_categorical_crossentropy(target, output, from_logits=False, axis=-1):
    """``-log p[target]``, of classes by number; the order as in `binary_crossentropy`."""
    target, output = _in_order("sparse_categorical_crossentropy", target, output)
    if ops.ndim(target) == ops.ndim(output) and ops.shape(target)[-1] == 1:
        target = ops.squeeze(target, -1)
    return ops.sparse_categorical_crossentropy(ops.cast(target, "int32"), output, from_logits, axis)


def _in_order(name: str, target, output) -> tuple:
    """Target and output: exchanged, as in Keras 1, where only the first depends on weights."""
    depends = [
        isinstance(x, Symbol) and any(s.op == "read" for s in topological([x]))
        for x in (target, output)
    ]
    if depends != [True, False]:
        return target, output
    warn_old_spellings(
        f"backend.{name}", [("(output, target)", "(target, output), and was read as such")]
    )
    return output, target


def dropout(x, level, noise_shape=None, seed=None):
    """The values, each 0 with probability level, and else divided by 1 - level."""
    return random.dropout(x, level, noise_shape, seed)


def bias_add(x, bias, data_format=None):
    """x + bias, along the last axis."""
    if data_format == "channels_first":
        bias = ops.reshape(bias, (-1, *(1,) * (ops.ndim(x) - 2)))
    return ops.add(x, bias)


def batch_normalization(x, mean, var, beta, gamma, axis=-1, epsilon=1e-3):
    """``(x - mean) / sqrt(var + epsilon) * gamma + beta``."""
    return ops.batch_normalization(x, mean, var, axis, beta, gamma, epsilon)


def in_top_k(predictions, targets, k):
    """Whether the class of each row is among its k largest predictions."""
    return ops.in_top_k(targets, predictions, k)


def random_uniform(shape, minval=0.0, maxval=1.0, dtype=None, seed=None):
    """Numbers from minval up to, but without, maxval."""
    return random.uniform(shape, minval, maxval, dtype, seed)


@accepts_old_arguments
def random_normal(shape, mean=0.0, stddev=1.0, dtype=None, seed=None):
    """Normally distributed numbers."""
    return random.normal(shape, mean, stddev, dtype, seed)


def truncated_normal(shape, mean=0.0, stddev=1.0, dtype=None, seed=None):
    """Normally distributed numbers no farther than two deviations from the mean."""
    return random.truncated_normal(shape, mean, stddev, dtype, seed)


def random_bernoulli(shape, p=0.0, dtype=None, seed=None):
    """1 with probability p, else 0."""
    unit = random.uniform(shape, dtype=dtype, seed=seed)
    return ops.cast(ops.less(unit, p), ops.dtype(unit))


random_binomial = random_bernoulli

__all__ = [
    "batch_normalization",
    "bias_add",
    "binary_crossentropy",
    "categorical_crossentropy",
    "dropout",
    "elu",
    "hard_sigmoid",
    "in_top_k",
    "random_bernoulli",
    "random_binomial",
    "random_normal",
    "random_uniform",
    "relu",
    "sigmoid",
    "softmax",
    "softplus",
    "softsign",
    "sparse_categorical_crossentropy",
    "tanh",
    "truncated_normal",
]
