"""Making tensors, and moving values without changing them."""

from __future__ import annotations

from builtins import slice as _slice

import numpy as np

from ... import ops, random
from ...ops import cast, dtype, ndim, shape, size, stack
from ...program import Dim, Variable, current_trace
from ...program.operators import getitem


def variable(value, dtype=None, name=None, constraint=None) -> Variable:
    """A weight with this first value; a layer's as soon as it is an attribute of it."""
    from ... import constraints

    made = Variable(value, dtype=dtype, name=name)
    made.constraint = constraints.get(constraint)
    return made


def constant(value, dtype=None, shape=None, name=None):
    """A tensor of this value, which may be repeated to a shape."""
    made = ops.convert_to_tensor(value, dtype)
    return made if shape is None else ops.broadcast_to(made, tuple(shape))


def placeholder(shape=None, ndim=None, dtype=None, sparse=False, name=None):
    """A symbol for data of this shape, the batch included: what `Input` is today."""
    from ...layers import Input

    if shape is None:
        raise ValueError(
            "placeholder: got no shape, expected one, the batch being None: a "
            "program's shapes are known before its data."
        )
    return Input(batch_shape=tuple(shape), dtype=dtype, sparse=sparse, name=name)


def _filled(shape, value: int, dtype, name):
    """A variable, as these were; inside of a trace, or of a shape with the batch, a tensor."""
    shape = tuple(shape) if isinstance(shape, list | tuple) else (shape,)
    if current_trace() is not None or any(isinstance(d, Dim) for d in shape):
        return ops.full(shape, value, dtype)
    return Variable(ops.full(shape, value, dtype), dtype=dtype, name=name)


def zeros(shape, dtype=None, name=None):
    """A variable of zeros; inside of a trace a tensor."""
    return _filled(shape, 0, dtype, name)


def ones(shape, dtype=None, name=None):
    """A variable of ones; inside of a trace a tensor."""
    return _filled(shape, 1, dtype, name)


def eye(size, dtype=None, name=None):
    """A variable that is the unit matrix; inside of a trace a tensor."""
    rows, columns = size if isinstance(size, list | tuple) else (size, size)
    made = ops.eye(rows, columns, dtype=dtype)
    return made if current_trace() is not None else Variable(made, dtype=dtype, name=name)


def zeros_like(x, dtype=None, name=None):
    """Zeros in the shape of x."""
    return ops.zeros_like(x, dtype)


def ones_like(x, dtype=None, name=None):
    """Ones in the shape of x."""
    return ops.ones_like(x, dtype)


def identity(x, name=None):
    """The value itself."""
    return ops.copy(x)


def random_uniform_variable(shape, low, high, dtype=None, name=None, seed=None) -> Variable:
    """A variable of numbers from low up to high."""
    return Variable(random.uniform(shape, low, high, dtype, seed), dtype=dtype, name=name)


def random_normal_variable(shape, mean, scale, dtype=None, name=None, seed=None) -> Variable:
    """A variable of normally distributed numbers."""
    return Variable(random.normal(shape, mean, scale, dtype, seed), dtype=dtype, name=name)


def arange(start, stop=None, step=1, dtype="int32"):
    """Numbers from start up to, but without, stop."""
    return ops.arange(start, stop, step, dtype)


def concatenate(tensors, axis=-1):
    """Tensors one after the other along an axis."""
    return ops.concatenate(tensors, axis)


def reshape(x, shape):
    """The same values in the same order under another shape; one extent may be -1."""
    return ops.reshape(x, shape)


def one_hot(indices, num_classes):
    """1 at the place that the number says, else 0."""
    return ops.one_hot(indices, num_classes)


def transpose(x):
    """The axes in the order turned round."""
    return ops.transpose(x)


def permute_dimensions(x, pattern):
    """The axes in another order."""
    return ops.transpose(x, pattern)


def repeat(x, n):
    """``(batch, values)`` n times along a new axis: ``(batch, n, values)``."""
    if ops.ndim(x) != 2:
        raise ValueError(f"repeat: got a tensor of {ops.ndim(x)} axes, expected 2.")
    return ops.repeat(ops.expand_dims(x, 1), n, axis=1)


def repeat_elements(x, rep, axis):
    """Each value so many times in a row along an axis."""
    return ops.repeat(x, rep, axis)


def tile(x, n):
    """The whole tensor so many times along each axis."""
    return ops.tile(x, n)


def flatten(x):
    """All values in a row, of all rows of the batch."""
    return ops.ravel(x)


def batch_flatten(x):
    """The values of each row of the batch in a row."""
    rows, *rest = ops.shape(x)
    return ops.reshape(x, (rows, int(np.prod(rest))))


def expand_dims(x, axis=-1):
    """A new axis of extent 1."""
    return ops.expand_dims(x, axis)


def squeeze(x, axis):
    """The tensor without an axis of extent 1."""
    return ops.squeeze(x, axis)


def reverse(x, axes):
    """The order along axes turned round."""
    return ops.flip(x, axes)


def slice(x, start, size):
    """A block of this size that starts there; an extent of -1 goes to the end."""
    x = ops.convert_to_tensor(x)
    keys = tuple(
        _slice(first, None if extent == -1 else first + extent)
        for first, extent in zip(start, size, strict=True)
    )
    whole = _slice(None)
    return getitem(x, tuple(whole if key == _slice(0, None) else key for key in keys))


def int_shape(x) -> tuple:
    """The shape, the batch size being None."""
    return tuple(x.shape) if hasattr(x, "shape") else np.shape(x)


pack, get_variable_shape = stack, int_shape  # Keras 1

__all__ = [
    "arange",
    "batch_flatten",
    "cast",
    "concatenate",
    "constant",
    "dtype",
    "expand_dims",
    "eye",
    "flatten",
    "get_variable_shape",
    "identity",
    "int_shape",
    "ndim",
    "one_hot",
    "ones",
    "ones_like",
    "pack",
    "permute_dimensions",
    "placeholder",
    "random_normal_variable",
    "random_uniform_variable",
    "repeat",
    "repeat_elements",
    "reshape",
    "reverse",
    "shape",
    "size",
    "slice",
    "squeeze",
    "stack",
    "tile",
    "transpose",
    "variable",
    "zeros",
    "zeros_like",
]
