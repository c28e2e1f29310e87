"""Keras's ops that make tensors from a shape or a rule."""

from __future__ import annotations

import numpy as np

from ..program.dims import Dim
from ..program.dtypes import floatx, is_float, standard
from ..program.primitives import elementwise as e
from ..program.primitives import layout as p
from ..program.symbol import Symbol
from . import reductions
from .core import dims_of, dtype_of, floating, tensor
from .shapes import expand_dims, moveaxis, ravel


def _shape(shape) -> tuple:
    shape = shape if isinstance(shape, list | tuple) else (shape,)
    return tuple(d if isinstance(d, Dim) else int(d) for d in shape)


def full(shape, fill_value, dtype=None):
    """A tensor with one value everywhere (or a value broadcast to the shape).

    >>> full((2,), 7)
    array([7., 7.], dtype=float32)
    """
    dtype = standard(dtype or floatx())
    if isinstance(fill_value, int | float | np.generic):
        value = float(fill_value) if is_float(dtype) else int(fill_value)
        return p.fill(dims=_shape(shape), value=value, dtype=dtype)
    return p.broadcast_to(e.cast(tensor(fill_value), dtype), _shape(shape))


def zeros(shape, dtype=None):
    """A tensor of zeros.

    >>> zeros((2,))
    array([0., 0.], dtype=float32)
    """
    return full(shape, 0, dtype)


def ones(shape, dtype=None):
    """A tensor of ones.

    >>> ones((2,), "int32")
    array([1, 1], dtype=int32)
    """
    return full(shape, 1, dtype)


def empty(shape, dtype=None):
    """A tensor whose values are of no meaning: zeros.

    >>> empty((2, 0)).shape
    (2, 0)
    """
    return full(shape, 0, dtype)


def full_like(x, fill_value, dtype=None):
    """One value everywhere, in x's shape and kind of number.

    >>> full_like([1, 2], 5)
    array([5, 5], dtype=int32)
    """
    x = tensor(x)
    dtype = dtype or dtype_of(x)
    if isinstance(x, Symbol):
        return full(x.dims, fill_value, dtype)
    return full(np.shape(x), fill_value, dtype)


def zeros_like(x, dtype=None):
    """Zeros in x's shape and kind of number.

    >>> zeros_like([1.5])
    array([0.], dtype=float32)
    """
    return full_like(x, 0, dtype)


def ones_like(x, dtype=None):
    """Ones in x's shape and kind of number.

    >>> ones_like([1.5])
    array([1.], dtype=float32)
    """
    return full_like(x, 1, dtype)


def empty_like(x, dtype=None):
    """The same as `zeros_like`.

    >>> empty_like([1.5]).shape
    (1,)
    """
    return full_like(x, 0, dtype)


def counting(extent, dtype: str):
    """0, 1, 2 ... of so many numbers, which may be the batch size."""
    return p.iota(dims=(extent,), axis=0, dtype=dtype)


def arange(start, stop=None, step=None, dtype=None):
    """Numbers from start up to, but without, stop; ``arange(n)`` counts from 0.

    The batch size (``ops.shape(x)[0]``) may be `stop`.

    >>> arange(3), arange(0.0, 1.0, 0.5)
    (array([0, 1, 2], dtype=int32), array([0. , 0.5], dtype=float32))
    """
    start, stop = (0, start) if stop is None else (start, stop)
    step = 1 if step is None else step
    whole = not any(isinstance(v, float | np.floating) for v in (start, stop, step))
    dtype = standard(dtype or ("int32" if whole else floatx()))
    if isinstance(stop, Dim) or isinstance(start, Dim):
        extent = stop - start
        return e.cast(counting(extent, "int32") * step + start if start or step != 1
                      else counting(extent, "int32"), dtype)
    return np.arange(start, stop, step).astype(dtype)


def linspace(start, stop, num=50, endpoint=True, retstep=False, dtype=None, axis=0):
    """So many numbers at equal distances from start to stop.

    >>> linspace(0.0, 1.0, 3)
    array([0. , 0.5, 1. ], dtype=float32)
    """
    start, stop = tensor(start), tensor(stop)
    parts = num - 1 if endpoint else num
    step = (stop - start) / float(parts) if parts else stop * float("nan")
    rank = max(len(dims_of(start)), len(dims_of(stop)))
    places = np.arange(num, dtype=floatx()).reshape((num,) + (1,) * rank)
    values = e.add(start, places * step) if parts else e.add(start, 0.0 * places)
    if rank and axis not in (0, -rank - 1):
        values = moveaxis(values, 0, axis)
    values = values if dtype is None else e.cast(values, standard(dtype))
    return (values, step) if retstep else values


def eye(N, M=None, k=0, dtype=None):
    """Ones on a diagonal (k above the main one), zeros elsewhere.

    >>> eye(2)
    array([[1., 0.],
           [0., 1.]], dtype=float32)
    """
    return np.eye(int(N), None if M is None else int(M), k, dtype=standard(dtype or floatx()))


def identity(n, dtype=None):
    """The unit matrix.

    >>> identity(1)
    array([[1.]], dtype=float32)
    """
    return eye(n, dtype=dtype)


def tri(N, M=None, k=0, dtype=None):
    """Ones on and below a diagonal, zeros above.

    >>> tri(2)
    array([[1., 0.],
           [1., 1.]], dtype=float32)
    """
    return np.tri(int(N), None if M is None else int(M), k, dtype=standard(dtype or floatx()))


def tril(x, k=0):
    """The matrix (or the last two axes) with zeros above a diagonal.

    >>> tril([[1, 2], [3, 4]])
    array([[1, 0],
           [3, 4]], dtype=int32)
    """
    x = tensor(x)
    return e.where(tri(*dims_of(x)[-2:], k=k, dtype="bool"), x, 0)


def triu(x, k=0):
    """The matrix (or the last two axes) with zeros below a diagonal.

    >>> triu([[1, 2], [3, 4]])
    array([[1, 2],
           [0, 4]], dtype=int32)
    """
    x = tensor(x)
    return e.where(tri(*dims_of(x)[-2:], k=k - 1, dtype="bool"), 0, x)


def diag(x, k=0):
    """A vector as a diagonal, or the diagonal of a matrix.

    >>> diag([1, 2])
    array([[1, 0],
           [0, 2]], dtype=int32)
    """
    x = tensor(x)
    dims = dims_of(x)
    if len(dims) == 1:
        side = dims[0] + abs(k)
        padded = p.pad_axis(x, 0, max(-k, 0), max(k, 0))
        return e.where(np.eye(side, k=k, dtype=bool), expand_dims(padded, -1), 0)
    if len(dims) != 2:
        raise ValueError(f"diag: got a tensor of rank {len(dims)}, expected 1 or 2.")
    length = max(min(dims[0] + min(k, 0), dims[1] - max(k, 0)), 0)
    part = p.slice_axis(p.slice_axis(x, 0, max(-k, 0), length), 1, max(k, 0), length)
    return reductions.sum(e.where(np.eye(length, dtype=bool), part, 0), 1)


def diagflat(x, k=0):
    """All values in a row as a diagonal.

    >>> diagflat([1, 2])
    array([[1, 0],
           [0, 2]], dtype=int32)
    """
    return diag(ravel(x), k)


def trace(x, offset=0, axis1=0, axis2=1):
    """The sum of a diagonal of the matrices that two axes span.

    >>> trace([[1, 2], [3, 4]])
    array(5, dtype=int32)
    """
    x = moveaxis(x, (axis1, axis2), (-2, -1))
    on = np.eye(*dims_of(x)[-2:], k=offset, dtype=bool)
    return reductions.sum(e.where(on, x, 0), (-2, -1))


def one_hot(x, num_classes, axis=-1, dtype=None, sparse=False):
    """1 at the place that the number says, else 0; all 0 for a number out of range.

    >>> one_hot([1, 0], 2)
    array([[0., 1.],
           [1., 0.]], dtype=float32)
    """
    if sparse:
        raise ValueError("one_hot: got sparse=True, but sparse tensors do not exist here.")
    x = tensor(x)
    ids = x if dtype_of(x) in ("int32", "int64") else e.cast(x, "int32")
    numbers = counting(int(num_classes), dtype_of(ids))
    hot = e.cast(e.equal(expand_dims(ids, -1), numbers), standard(dtype or floatx()))
    return hot if axis == -1 else moveaxis(hot, -1, axis)


def multi_hot(inputs, num_classes=None, axis=-1, dtype=None, sparse=False, **kwargs):
    """1 at each of the places that a row of numbers says, else 0.

    >>> multi_hot([0, 2], 3)
    array([1., 0., 1.], dtype=float32)
    """
    num_classes = kwargs.pop("num_tokens", num_classes)
    if num_classes is None or kwargs:
        raise ValueError(f"multi_hot: got num_classes={num_classes} and {sorted(kwargs)}, "
                         "expected the number of classes and no other argument.")
    hot = one_hot(inputs, num_classes, axis, dtype, sparse)
    return reductions.max(hot, axis=1 if len(dims_of(tensor(inputs))) > 1 else 0)


def logspace(start, stop, num=50, endpoint=True, base=10, dtype=None, axis=0):
    """So many powers of the base, their exponents at equal distances.

    >>> logspace(0.0, 2.0, 3)
    array([  1.,  10., 100.], dtype=float32)
    """
    powers = e.pow(float(base), linspace(start, stop, num, endpoint, axis=axis))
    return powers if dtype is None else e.cast(powers, standard(dtype))


def geomspace(start, stop, num=50, endpoint=True, dtype=None, axis=0):
    """So many numbers from start to stop, each the same multiple of the one before.

    >>> geomspace(1.0, 4.0, 3)
    array([1., 2., 4.], dtype=float32)
    """
    first, last = floating(start), floating(stop)
    places = linspace(e.log(e.abs(first)), e.log(e.abs(last)), num, endpoint, axis=axis)
    values = e.sign(first) * e.exp(places)
    return values if dtype is None else e.cast(values, standard(dtype))


def vander(x, N=None, increasing=False):
    """The powers of each value: ``x^(N-1) ... x, 1``, or the other way round.

    >>> vander([2.0], 3)
    array([[4., 2., 1.]], dtype=float32)
    """
    x = tensor(x)
    count = dims_of(x)[0] if N is None else int(N)
    powers = np.arange(count) if increasing else np.arange(count)[::-1]
    return e.pow(p.reshape(x, (dims_of(x)[0], 1)), powers.astype(dtype_of(x)))


__all__ = ["arange", "diag", "diagflat", "empty", "empty_like", "eye", "full", "full_like",
           "geomspace", "identity", "linspace", "logspace", "multi_hot", "one_hot", "ones",
           "ones_like", "trace", "tri", "tril", "triu", "vander", "zeros", "zeros_like"]
