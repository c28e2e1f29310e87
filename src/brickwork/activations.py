"""Keras's activation functions. Each takes a tensor of any shape and returns one of that shape.

A layer accepts a name, a config or a custom function written in `brickwork.ops`:

>>> from brickwork import activations, ops
>>> activations.get("relu")([-1.0, 2.0])
array([0., 2.], dtype=float32)
>>> activations.get(lambda x: ops.square(x))([3.0])
array([9.], dtype=float32)
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from . import ops
from .ops import (
    celu as celu,
    elu as elu,
    glu as glu,
    hard_shrink as hard_shrink,
    hard_sigmoid as hard_sigmoid,
    hard_silu as hard_silu,
    hard_tanh as hard_tanh,
    leaky_relu as leaky_relu,
    log_sigmoid as log_sigmoid,
    log_softmax as log_softmax,
    relu6 as relu6,
    selu as selu,
    sigmoid as sigmoid,
    silu as silu,
    soft_shrink as soft_shrink,
    softmax as softmax,
    softplus as softplus,
    softsign as softsign,
    sparse_plus as sparse_plus,
    sparse_sigmoid as sparse_sigmoid,
    sparsemax as sparsemax,
    squareplus as squareplus,
    tanh as tanh,
    tanh_shrink as tanh_shrink,
    threshold as threshold,
)
from .program.between import connectable
from .registry import Registry

if TYPE_CHECKING:
    from .program.types import Tensor, TensorLike

#: All activations by name; ``activations.registry.add`` adds custom ones.
registry = Registry("activation")


@registry.add
def linear(x: TensorLike) -> Tensor:
    """Identity: ``x``.

    Args:
        x: any value.

    Returns:
        ``x`` itself.

    >>> linear(3.0)
    3.0
    """
    return x


@registry.add
def exponential(x: TensorLike) -> Tensor:
    """Exponential: ``exp(x)``.

    Args:
        x: tensor of any shape.

    Returns:
        Tensor of the same shape, of a float dtype.

    >>> exponential([0.0])
    array([1.], dtype=float32)
    """
    return ops.exp(x)


@registry.add
def gelu(x: TensorLike, approximate: bool = False) -> Tensor:
    """Gaussian error linear unit: ``x * P(X <= x)`` for a standard normal X.

    Args:
        x: tensor of any shape.
        approximate: whether to use the tanh approximation ``x / 2 * (1 + tanh(sqrt(2 / pi) *
            (x + 0.044715 * x ** 3)))``.

    Returns:
        Tensor of the same shape, of a float dtype.

    Reference:
        Hendrycks and Gimpel, "Gaussian error linear units (GELUs)", 2016. arXiv:1606.08415.

    >>> gelu([0.0])
    array([0.], dtype=float32)
    """
    return ops.gelu(x, approximate)


@registry.add
def mish(x: TensorLike) -> Tensor:
    """Mish: ``x * tanh(softplus(x))``.

    Args:
        x: tensor of any shape.

    Returns:
        Tensor of the same shape, of a float dtype.

    Reference:
        Misra, "Mish: a self regularized non-monotonic activation function", 2019.
        arXiv:1908.08681.

    >>> mish([0.0])
    array([0.], dtype=float32)
    """
    return ops.multiply(x, ops.tanh(ops.softplus(x)))


@registry.add
@connectable("activations.relu")
def relu(
    x: TensorLike,
    negative_slope: float = 0.0,
    max_value: float | None = None,
    threshold: float = 0.0,
) -> Tensor:
    """Rectified linear unit: x where ``x > threshold``, else ``negative_slope * (x - threshold)``.

    Args:
        x: tensor of any shape.
        negative_slope: gradient below the threshold, float.
        max_value: upper bound of the result, float; None for none.
        threshold: value above which the result is x, float.

    Returns:
        Tensor of the same shape.

    Reference:
        Nair and Hinton, "Rectified linear units improve restricted Boltzmann machines", 2010.
        ICML.

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
):
    registry.add(
        _function,
        aliases={"silu": ["swish"], "hard_silu": ["hard_swish"]}.get(_function.__name__, ()),
    )
swish, hard_swish = silu, hard_silu


def get(identifier: Any, custom_objects: dict[str, Any] | None = None) -> Callable:
    """Return the activation function that an identifier names.

    Args:
        identifier: name, config, class or function; None for `linear`.
        custom_objects: custom functions and classes by name, looked up first.

    Returns:
        A function of a tensor.

    Raises:
        ArgumentError (a ValueError): for an unknown name; the message suggests similar ones.

    >>> get(None) is linear, get("swish") is silu
    (True, True)
    """
    return linear if identifier is None else registry.get(identifier, custom_objects)


def serialize(activation: Any) -> Any:
    """Return the entry for an activation in a config.

    Args:
        activation: function, or object with a ``get_config``.

    Returns:
        The name of a function, or ``{"class_name": ..., "config": ...}`` for an object.

    >>> serialize(relu)
    'relu'
    """
    return registry.serialize(activation)


def deserialize(config: Any, custom_objects: dict[str, Any] | None = None) -> Callable:
    """Return the activation function for a config: the inverse of `serialize`.

    Args:
        config: what `serialize` returned, or a name.
        custom_objects: custom functions and classes by name, looked up first.

    Returns:
        A function of a tensor.

    >>> deserialize("relu") is relu
    True
    """
    return get(config, custom_objects)
