"""Keras's activation functions. Each takes a tensor of any shape and answers one of that shape.

A layer takes one by name, by config or as a function of one's own, written in `brickwork.ops`:

>>> from brickwork import activations, ops
>>> activations.get("relu")([-1.0, 2.0])
array([0., 2.], dtype=float32)
>>> activations.get(lambda x: ops.square(x))([3.0])
array([9.], dtype=float32)
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from . import ops
from .ops import (
    celu,
    elu,
    glu,
    hard_shrink,
    hard_sigmoid,
    hard_silu,
    hard_tanh,
    leaky_relu,
    log_sigmoid,
    log_softmax,
    relu6,
    selu,
    sigmoid,
    silu,
    soft_shrink,
    softmax,
    softplus,
    softsign,
    sparse_plus,
    sparse_sigmoid,
    sparsemax,
    squareplus,
    tanh,
    tanh_shrink,
    threshold,
)
from .registry import Registry

#: Every activation by its names; enter one of your own by ``activations.registry.add``.
registry = Registry("activation")


@registry.add
def linear(x):
    """The value itself.

    >>> linear(3.0)
    3.0
    """
    return x


@registry.add
def exponential(x):
    """e to the power of x.

    >>> exponential([0.0])
    array([1.], dtype=float32)
    """
    return ops.exp(x)


@registry.add
def gelu(x, approximate=False):
    """x times the normal distribution's P(X <= x), exact unless `approximate`.

    Hendrycks and Gimpel, arXiv:1606.08415.

    >>> gelu([0.0])
    array([0.], dtype=float32)
    """
    return ops.gelu(x, approximate)


@registry.add
def mish(x):
    """x * tanh(softplus(x)). Misra, arXiv:1908.08681.

    >>> mish([0.0])
    array([0.], dtype=float32)
    """
    return ops.multiply(x, ops.tanh(ops.softplus(x)))


@registry.add
def relu(x, negative_slope=0.0, max_value=None, threshold=0.0):
    """x where x > threshold, else negative_slope * (x - threshold); at most max_value.

    >>> relu([-1.0, 2.0]), relu([-1.0, 2.0], negative_slope=0.5, max_value=1.0)
    (array([0., 2.], dtype=float32), array([-0.5,  1. ], dtype=float32))
    """
    if threshold == 0:
        above = ops.relu6(x) if max_value == 6 else ops.relu(x)
    else:
        above = ops.where(ops.greater(x, threshold), x, 0)
    if max_value is not None:
        above = ops.clip(above, 0, max_value)
    if not negative_slope:
        return above
    if max_value is None and threshold == 0:
        return ops.leaky_relu(x, negative_slope)
    below = ops.relu(ops.subtract(threshold, x))
    return ops.subtract(above, ops.multiply(negative_slope, below))


for _function in (
        celu, elu, glu, hard_shrink, hard_sigmoid, hard_silu, hard_tanh, leaky_relu, log_sigmoid,
        log_softmax, relu6, selu, sigmoid, silu, soft_shrink, softmax, softplus, softsign,
        sparse_plus, sparse_sigmoid, sparsemax, squareplus, tanh, tanh_shrink, threshold,
):
    registry.add(_function, aliases={"silu": ["swish"], "hard_silu": ["hard_swish"]}.get(
        _function.__name__, ()))
swish, hard_swish = silu, hard_silu


def get(identifier, custom_objects: dict[str, Any] | None = None) -> Callable:
    """The function for a name, a config, a class or a function; None is `linear`.

    Raises:
        ArgumentError (a ValueError): for an unknown name, with the nearest ones.

    >>> get(None) is linear, get("swish") is silu
    (True, True)
    """
    return linear if identifier is None else registry.get(identifier, custom_objects)


def serialize(activation) -> Any:
    """What a config holds for an activation: its name, or the config of an object.

    >>> serialize(relu)
    'relu'
    """
    return registry.serialize(activation)


def deserialize(config, custom_objects: dict[str, Any] | None = None) -> Callable:
    """The inverse of `serialize`.

    >>> deserialize("relu") is relu
    True
    """
    return get(config, custom_objects)
