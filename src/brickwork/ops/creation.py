"""Keras's ops that create tensors from a shape or a rule."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..program.between import connect
from ..program.dims import Dim, as_extent
from ..program.dtypes import floatx, is_float, standard
from ..program.primitives import elementwise as e, layout as p
from ..program.symbol import Symbol
from ..program.types import DType, Shape, Tensor, TensorLike
from . import reductions
from .core import dims_of, dtype_of, floating, tensor
from .shapes import expand_dims, moveaxis, ravel


def _shape(shape: Any) -> tuple:
    shape = shape if isinstance(shape, list | tuple) else (shape,)
    return tuple(map(as_extent, shape))


def full(shape: Shape, fill_value: TensorLike, dtype: DType | None = None) -> Tensor:
    """A tensor filled with one value.

    Args:
        shape: shape of the result: an integer, or a tuple of them.
        fill_value: the value, a number or a tensor that broadcasts to the shape.
        dtype: dtype of the result; None means `floatx()`.

    Returns:
        A tensor of that shape and dtype.

    >>> full((2,), 7)
    array([7., 7.], dtype=float32)
    """
    dtype = standard(dtype or floatx())
    if isinstance(fill_value, int | float | np.generic):
        value = float(fill_value) if is_float(dtype) else int(fill_value)
        return p.fill(dims=_shape(shape), value=value, dtype=dtype)
    return p.broadcast_to(e.cast(tensor(fill_value), dtype), _shape(shape))


def zeros(shape: Shape, dtype: DType | None = None) -> Tensor:
    """A tensor of zeros.

    Args:
        shape: shape of the result: an integer, or a tuple of them.
        dtype: dtype of the result; None means `floatx()`.

    Returns:
        A tensor of that shape and dtype.

    >>> zeros((2,))
    array([0., 0.], dtype=float32)
    """
    return full(shape, 0, dtype)


def ones(shape: Shape, dtype: DType | None = None) -> Tensor:
    """A tensor of ones.

    Args:
        shape: shape of the result: an integer, or a tuple of them.
        dtype: dtype of the result; None means `floatx()`.

    Returns:
        A tensor of that shape and dtype.

    >>> ones((2,), "int32")
    array([1, 1], dtype=int32)
    """
    return full(shape, 1, dtype)


def empty(shape: Shape, dtype: DType | None = None) -> Tensor:
    """A tensor whose values are unspecified; here they are zeros.

    Args:
        shape: shape of the result: an integer, or a tuple of them.
        dtype: dtype of the result; None means `floatx()`.

    Returns:
        A tensor of that shape and dtype.

    >>> empty((2, 0)).shape
    (2, 0)
    """
    return full(shape, 0, dtype)


def full_like(x: TensorLike, fill_value: TensorLike, dtype: DType | None = None) -> Tensor:
    """A tensor filled with one value, of the shape and dtype of another tensor.

    Args:
        x: tensor of any shape and dtype.
        fill_value: the value, a number or a tensor that broadcasts to the shape of `x`.
        dtype: dtype of the result; None means that of `x`.

    Returns:
        A tensor of the shape of `x`.

    >>> full_like([1, 2], 5)
    array([5, 5], dtype=int32)
    """
    x = tensor(x)
    dtype = dtype or dtype_of(x)
    if isinstance(x, Symbol):
        return full(x.dims, fill_value, dtype)
    return full(np.shape(x), fill_value, dtype)


def zeros_like(x: TensorLike, dtype: DType | None = None) -> Tensor:
    """A tensor of zeros, of the shape and dtype of another tensor.

    Args:
        x: tensor of any shape and dtype.
        dtype: dtype of the result; None means that of `x`.

    Returns:
        A tensor of the shape of `x`.

    >>> zeros_like([1.5])
    array([0.], dtype=float32)
    """
    return full_like(x, 0, dtype)


def ones_like(x: TensorLike, dtype: DType | None = None) -> Tensor:
    """A tensor of ones, of the shape and dtype of another tensor.

    Args:
        x: tensor of any shape and dtype.
        dtype: dtype of the result; None means that of `x`.

    Returns:
        A tensor of the shape of `x`.

    >>> ones_like([1.5])
    array([1.], dtype=float32)
    """
    return full_like(x, 1, dtype)


def empty_like(x: TensorLike, dtype: DType | None = None) -> Tensor:
    """A tensor of unspecified values (here zeros), of the shape and dtype of another tensor.

    Args:
        x: tensor of any shape and dtype.
        dtype: dtype of the result; None means that of `x`.

    Returns:
        A tensor of the shape of `x`.

    >>> empty_like([1.5]).shape
    (1,)
    """
    return full_like(x, 0, dtype)


def iota(extent: Any, dtype: str) -> Tensor:
    """The integers 0, 1, 2, ... up to extent - 1; the extent may be the batch size."""
    return p.iota(dims=(extent,), axis=0, dtype=dtype)


def arange(start: Any, stop: Any = None, step: Any = None, dtype: DType | None = None) -> Tensor:
    """Evenly spaced values from start up to stop, which is excluded.

    ``arange(n)`` counts from 0 to n - 1.

    Args:
        start: first value, a number; the end if `stop` is None.
        stop: end of the range (excluded): a number, or the batch size (``ops.shape(x)[0]``).
        step: distance of two values, a number; None means 1.
        dtype: dtype of the result; None means int32 for integer arguments, else `floatx()`.

    Returns:
        A tensor of shape ``(n,)``.

    >>> arange(3), arange(0.0, 1.0, 0.5)
    (array([0, 1, 2], dtype=int32), array([0. , 0.5], dtype=float32))
    """
    start, stop = (0, start) if stop is None else (start, stop)
    step = 1 if step is None else step
    integers = not any(isinstance(v, float | np.floating) for v in (start, stop, step))
    dtype = standard(dtype or ("int32" if integers else floatx()))
    if isinstance(stop, Dim) or isinstance(start, Dim):
        extent = stop - start
        return e.cast(
            iota(extent, "int32") * step + start if start or step != 1 else iota(extent, "int32"),
            dtype,
        )
    return np.arange(start, stop, step).astype(dtype)


def linspace(
    start: TensorLike,
    stop: TensorLike,
    num: int = 50,
    endpoint: bool = True,
    retstep: bool = False,
    dtype: DType | None = None,
    axis: int = 0,
) -> Any:
    """Evenly spaced values from start to stop.

    Args:
        start, stop: first and last value: numbers, or tensors of equal shape.
        num: number of values, an integer.
        endpoint: whether `stop` is the last value; otherwise it is excluded.
        retstep: whether to return the distance of two values as well.
        dtype: dtype of the result; None means the float dtype of `start` and `stop`, `floatx()` for
            integers.
        axis: axis of the result along which the values lie, if `start` and `stop` are not scalars.

    Returns:
        A tensor of shape ``(num,)``, or with `num` inserted into the shape of `start` at `axis`.
        With `retstep` a pair of this tensor and the step.

    >>> linspace(0.0, 1.0, 3)
    array([0. , 0.5, 1. ], dtype=float32)
    """
    start, stop = floating(start), floating(stop)
    intervals = num - 1 if endpoint else num
    step = (stop - start) / float(intervals) if intervals else stop * float("nan")
    rank = max(len(dims_of(start)), len(dims_of(stop)))
    indices = np.arange(num, dtype=floatx()).reshape((num,) + (1,) * rank)
    values = e.add(start, indices * step) if intervals else e.add(start, 0.0 * indices)
    if rank and axis not in (0, -rank - 1):
        values = moveaxis(values, 0, axis)
    values = values if dtype is None else e.cast(values, standard(dtype))
    return (values, step) if retstep else values


def eye(N: int, M: int | None = None, k: int = 0, dtype: DType | None = None) -> Tensor:
    """A matrix with ones on a diagonal and zeros elsewhere.

    Args:
        N: number of rows.
        M: number of columns; None means `N`.
        k: offset of the diagonal: 0 is the main one, positive is above it.
        dtype: dtype of the result; None means `floatx()`.

    Returns:
        A tensor of shape ``(N, M)``.

    >>> eye(2)
    array([[1., 0.],
           [0., 1.]], dtype=float32)
    """
    return np.eye(int(N), None if M is None else int(M), k, dtype=standard(dtype or floatx()))


def identity(n: int, dtype: DType | None = None) -> Tensor:
    """The identity matrix.

    Args:
        n: number of rows and columns.
        dtype: dtype of the result; None means `floatx()`.

    Returns:
        A tensor of shape ``(n, n)``.

    >>> identity(1)
    array([[1.]], dtype=float32)
    """
    return eye(n, dtype=dtype)


def tri(N: int, M: int | None = None, k: int = 0, dtype: DType | None = None) -> Tensor:
    """A matrix with ones on and below a diagonal and zeros above it.

    Args:
        N: number of rows.
        M: number of columns; None means `N`.
        k: offset of the diagonal: 0 is the main one, positive is above it.
        dtype: dtype of the result; None means `floatx()`.

    Returns:
        A tensor of shape ``(N, M)``.

    >>> tri(2)
    array([[1., 0.],
           [1., 1.]], dtype=float32)
    """
    return np.tri(int(N), None if M is None else int(M), k, dtype=standard(dtype or floatx()))


def tril(x: TensorLike, k: int = 0) -> Tensor:
    """The lower triangle of matrices: values above a diagonal become 0.

    Args:
        x: tensor of shape ``(..., rows, columns)`` and any dtype.
        k: offset of the diagonal: 0 is the main one, positive is above it.

    Returns:
        A tensor of the shape and dtype of `x`.

    >>> tril([[1, 2], [3, 4]])
    array([[1, 0],
           [3, 4]], dtype=int32)
    """
    x = tensor(x)
    rows, columns = dims_of(x)[-2:]
    return e.where(tri(rows, columns, k, "bool"), x, 0)


def triu(x: TensorLike, k: int = 0) -> Tensor:
    """The upper triangle of matrices: values below a diagonal become 0.

    Args:
        x: tensor of shape ``(..., rows, columns)`` and any dtype.
        k: offset of the diagonal: 0 is the main one, positive is above it.

    Returns:
        A tensor of the shape and dtype of `x`.

    >>> triu([[1, 2], [3, 4]])
    array([[1, 2],
           [0, 4]], dtype=int32)
    """
    x = tensor(x)
    rows, columns = dims_of(x)[-2:]
    return e.where(tri(rows, columns, k - 1, "bool"), 0, x)


def diag(x: TensorLike, k: int = 0) -> Tensor:
    """A matrix with a vector on its diagonal, or the diagonal of a matrix.

    Args:
        x: vector of shape ``(n,)``, or matrix; any dtype.
        k: offset of the diagonal: 0 is the main one, positive is above it.

    Returns:
        A matrix of shape ``(n + |k|, n + |k|)`` for a vector; a vector for a matrix.

    Raises:
        ValueError: if `x` has neither 1 nor 2 axes.

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


def diagflat(x: TensorLike, k: int = 0) -> Tensor:
    """A matrix with the flattened tensor on its diagonal.

    Args:
        x: tensor of any dtype with n elements.
        k: offset of the diagonal: 0 is the main one, positive is above it.

    Returns:
        A matrix of shape ``(n + |k|, n + |k|)``.

    >>> diagflat([1, 2])
    array([[1, 0],
           [0, 2]], dtype=int32)
    """
    return diag(ravel(x), k)


def trace(x: TensorLike, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Tensor:
    """The sum along a diagonal of the matrices that two axes span.

    Args:
        x: numeric tensor with at least 2 axes.
        offset: offset of the diagonal: 0 is the main one, positive is above it.
        axis1, axis2: axes of the rows and of the columns.

    Returns:
        A tensor of the shape of `x` without these two axes.

    >>> trace([[1, 2], [3, 4]])
    array(5, dtype=int32)
    """
    x = moveaxis(x, (axis1, axis2), (-2, -1))
    rows, columns = dims_of(x)[-2:]
    diagonal = np.eye(rows, columns, offset, dtype=bool)
    return reductions.sum(e.where(diagonal, x, 0), (-2, -1))


def one_hot(
    x: TensorLike,
    num_classes: int,
    axis: int = -1,
    dtype: DType | None = None,
    sparse: bool = False,
) -> Tensor:
    """One-hot encoding: 1 at the index of the class, 0 elsewhere.

    Args:
        x: class indices from 0 to num_classes - 1, an integer tensor of any shape. An index out of
            range becomes all zeros.
        num_classes: number of classes.
        axis: axis of the result along which the classes lie.
        dtype: dtype of the result; None means `floatx()`.
        sparse: accepted for Keras compatibility; must be False.

    Returns:
        A tensor of the shape of `x` with an axis of extent `num_classes` inserted.

    Raises:
        ValueError: if `sparse` is true.

    >>> one_hot([1, 0], 2)
    array([[0., 1.],
           [1., 0.]], dtype=float32)
    """
    if sparse:
        raise ValueError(
            "one_hot: got sparse=True, expected False: sparse tensors are not supported."
        )
    x = tensor(x)
    ids = x if dtype_of(x) in ("int32", "int64") else e.cast(x, "int32")
    classes = iota(int(num_classes), dtype_of(ids))
    hot = e.cast(e.equal(expand_dims(ids, -1), classes), standard(dtype or floatx()))
    return hot if axis == -1 else moveaxis(hot, -1, axis)


def multi_hot(
    inputs: TensorLike,
    num_classes: int | None = None,
    axis: int = -1,
    dtype: DType | None = None,
    sparse: bool = False,
    **kwargs: Any,
) -> Tensor:
    """Multi-hot encoding: 1 at the index of every class that a row contains, 0 elsewhere.

    Args:
        inputs: class indices from 0 to num_classes - 1, an integer tensor of shape ``(n,)`` or
            ``(batch, n)``. Indices out of range are ignored.
        num_classes: number of classes.
        axis: axis along which each index is encoded, before those of a row are combined.
        dtype: dtype of the result; None means `floatx()`.
        sparse: accepted for Keras compatibility; must be False.
        **kwargs: `num_tokens`, an old name of `num_classes`.

    Returns:
        A tensor of shape ``(num_classes,)`` or ``(batch, num_classes)``.

    Raises:
        ValueError: if `num_classes` is missing, another argument is given, or `sparse` is true.

    >>> multi_hot([0, 2], 3)
    array([1., 0., 1.], dtype=float32)
    """
    num_classes = kwargs.pop("num_tokens", num_classes)
    if num_classes is None or kwargs:
        raise ValueError(
            f"multi_hot: got num_classes={num_classes} and further arguments "
            f"{sorted(kwargs)}, expected a number of classes and none of these."
        )
    hot = one_hot(inputs, num_classes, axis, dtype, sparse)
    return reductions.max(hot, axis=1 if len(dims_of(tensor(inputs))) > 1 else 0)


def logspace(
    start: TensorLike,
    stop: TensorLike,
    num: int = 50,
    endpoint: bool = True,
    base: float = 10,
    dtype: DType | None = None,
    axis: int = 0,
) -> Tensor:
    """Values evenly spaced on a logarithmic scale, given the exponents of the first and the last.

    Args:
        start, stop: exponents of the first and the last value: numbers, or tensors of equal shape.
        num: number of values, an integer.
        endpoint: whether ``base ** stop`` is the last value; otherwise it is excluded.
        base: base of the powers, a number.
        dtype: dtype of the result; None means the float dtype of `start` and `stop`.
        axis: axis of the result along which the values lie, if `start` and `stop` are not scalars.

    Returns:
        A tensor of shape ``(num,)``, or with `num` inserted into the shape of `start` at `axis`.

    >>> logspace(0.0, 2.0, 3)
    array([  1.,  10., 100.], dtype=float32)
    """
    powers = e.pow(float(base), linspace(start, stop, num, endpoint, axis=axis))
    return powers if dtype is None else e.cast(powers, standard(dtype))


def geomspace(
    start: TensorLike,
    stop: TensorLike,
    num: int = 50,
    endpoint: bool = True,
    dtype: DType | None = None,
    axis: int = 0,
) -> Tensor:
    """Values evenly spaced on a logarithmic scale, given the first and the last.

    Args:
        start, stop: first and last value: numbers, or tensors of equal shape; not 0, of equal sign.
        num: number of values, an integer.
        endpoint: whether `stop` is the last value; otherwise it is excluded.
        dtype: dtype of the result; None means the float dtype of `start` and `stop`.
        axis: axis of the result along which the values lie, if `start` and `stop` are not scalars.

    Returns:
        A tensor of shape ``(num,)``, or with `num` inserted into the shape of `start` at `axis`.

    >>> geomspace(1.0, 4.0, 3)
    array([1., 2., 4.], dtype=float32)
    """
    first, last = floating(start), floating(stop)
    logarithms = linspace(e.log(e.abs(first)), e.log(e.abs(last)), num, endpoint, axis=axis)
    values = e.sign(first) * e.exp(logarithms)
    return values if dtype is None else e.cast(values, standard(dtype))


def vander(x: TensorLike, N: int | None = None, increasing: bool = False) -> Tensor:
    """The Vandermonde matrix: each row holds the powers of a value.

    Args:
        x: numeric tensor of shape ``(n,)``.
        N: number of columns; None means n.
        increasing: whether the powers rise from left to right: ``1, x, x^2, ...``.

    Returns:
        A tensor of shape ``(n, N)`` and of the dtype of `x`.

    >>> vander([2.0], 3)
    array([[4., 2., 1.]], dtype=float32)
    """
    x = tensor(x)
    count = dims_of(x)[0] if N is None else int(N)
    powers = np.arange(count) if increasing else np.arange(count)[::-1]
    return e.pow(p.reshape(x, (dims_of(x)[0], 1)), powers.astype(dtype_of(x)))


__all__ = [
    "arange",
    "diag",
    "diagflat",
    "empty",
    "empty_like",
    "eye",
    "full",
    "full_like",
    "geomspace",
    "identity",
    "linspace",
    "logspace",
    "multi_hot",
    "one_hot",
    "ones",
    "ones_like",
    "trace",
    "tri",
    "tril",
    "triu",
    "vander",
    "zeros",
    "zeros_like",
]
connect(globals(), __all__)
