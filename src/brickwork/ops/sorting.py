"""Keras's ops that sort, rank and count the elements of a tensor."""

from __future__ import annotations

import numpy as np

from ..program.between import connect
from ..program.dims import size
from ..program.dtypes import is_float
from ..program.primitives import elementwise as e, layout as p, reduce as r, sort as order
from ..program.primitives.take import take
from ..program.symbol import Symbol
from ..program.types import Tensor, TensorLike
from .core import axis_of, dims_of, dtype_of, tensor
from .creation import iota, one_hot
from .reductions import segment_sum
from .shapes import expand_dims, moveaxis, ravel


def sort(x: TensorLike, axis: int | None = -1) -> Tensor:
    """Sort the elements along an axis in ascending order, NaN last.

    Args:
        x: tensor of any shape and dtype.
        axis: axis to sort; None means the flattened tensor.

    Returns:
        Tensor of the shape of x (of rank 1 if axis is None) and the dtype of x.

    >>> sort([3, 1, 2])
    array([1, 2, 3], dtype=int32)
    """
    return _on_last(lambda x: take_along_last(x, order.argsort(x, descending=False)), x, axis)


def argsort(x: TensorLike, axis: int | None = -1) -> Tensor:
    """Return the indices that sort an axis in ascending order; equal elements keep their order.

    Args:
        x: tensor of any shape and dtype.
        axis: axis to sort; None means the flattened tensor.

    Returns:
        Tensor of indices of the shape of x (of rank 1 if axis is None), dtype int32.

    >>> argsort([3, 1, 2])
    array([1, 2, 0], dtype=int32)
    """
    return _on_last(lambda x: order.argsort(x, descending=False), x, axis)


def _on_last(function, x, axis):
    if axis is None:
        return function(ravel(x))
    x = tensor(x)
    axis = axis_of(x, axis)
    return moveaxis(function(moveaxis(x, axis, -1)), -1, axis)


def top_k(x: TensorLike, k: int, sorted: bool = True) -> tuple[Tensor, Tensor]:
    """Return the k largest elements along the last axis, and their indices.

    They come in descending order; of equal elements the first comes first.

    Args:
        x: tensor of any shape and numeric dtype.
        k: number of elements, an integer.
        sorted: whether to return them in descending order; they always are.

    Returns:
        A tuple of two tensors of shape ``(..., k)``: elements of the dtype of x, and int32 indices.

    Raises:
        ValueError: k is negative, or larger than the extent of the last axis.

    >>> top_k([1.0, 5.0, 3.0], 2)
    (array([5., 3.], dtype=float32), array([1, 2], dtype=int32))
    """
    x = tensor(x)
    rank, whole = len(dims_of(x)), dims_of(x)[-1] if dims_of(x) else 0
    if isinstance(whole, int) and not 0 <= k <= whole:
        raise ValueError(f"top_k.k: got {k}, expected 0 to {whole}, the extent of the last axis.")
    best = p.slice_axis(order.argsort(x, descending=True), rank - 1, 0, int(k))
    return take_along_last(x, best), best


def take_along_last(x: TensorLike, indices: TensorLike) -> Tensor:
    """The elements of each row at its indices along the last axis."""
    dims = dims_of(x)
    if len(dims) == 1:
        return take(x, indices)
    rows = p.reshape(iota(size(dims[:-1]), "int32"), (*dims[:-1], 1))
    return take(p.reshape(x, (size(dims),)), indices + rows * dims[-1])


def searchsorted(sorted_sequence: TensorLike, values: TensorLike, side: str = "left") -> Tensor:
    """Return the indices at which values would be inserted to keep a sequence sorted.

    This is the number of elements that are smaller than each value.

    Args:
        sorted_sequence: ascending values, a tensor of shape ``(n,)``.
        values: tensor of any shape and numeric dtype.
        side: "left": before equal elements; "right": after equal elements.

    Returns:
        Tensor of indices of the shape of values, dtype int32.

    Raises:
        ValueError: an unknown side, or a sequence that is not of rank 1.

    >>> searchsorted([1, 3, 5], [3, 4])
    array([1, 2], dtype=int32)
    """
    if side not in ("left", "right"):
        raise ValueError(f"searchsorted.side: got {side!r}, expected 'left' or 'right'.")
    row = tensor(sorted_sequence)
    if len(dims_of(row)) != 1:
        raise ValueError(
            f"searchsorted.sorted_sequence: got a tensor of rank {len(dims_of(row))}, expected 1."
        )
    before = (e.less if side == "left" else e.less_equal)(row, expand_dims(values, -1))
    return r.reduce_sum(e.cast(before, "int32"), -1)


def bincount(
    x: TensorLike, weights: TensorLike | None = None, minlength: int = 0, sparse: bool = False
) -> Tensor:
    """Count how often each integer from 0 on occurs in each row.

    The result has an entry for each integer up to the largest, and at least `minlength` entries. In
    a program, whose shapes are known before its data, it has `minlength` entries, and larger
    integers are ignored.

    Args:
        x: integer tensor of shape ``(..., n)``.
        weights: tensor that broadcasts to the shape of x; adds up weights instead of counting. None
            means 1.
        minlength: smallest length of the result, an integer; required in a program.
        sparse: must be False.

    Returns:
        Tensor of shape ``(..., length)``, dtype int32 or that of the weights.

    Raises:
        TypeError: x is not an integer tensor.
        ValueError: sparse is True, or minlength is 0 in a program.

    >>> bincount([0, 2, 2])
    array([1, 0, 2], dtype=int32)
    """
    if sparse:
        raise ValueError(
            "bincount.sparse: got True, expected False: sparse tensors are not supported."
        )
    x = tensor(x)
    if is_float(dtype_of(x)):
        raise TypeError(
            f"bincount.x: got {dtype_of(x)}, expected integers. Use ops.cast(x, 'int32')."
        )
    length = int(minlength)
    if not isinstance(x, Symbol):
        length = max(length, int(np.max(x, initial=-1)) + 1)
    elif not length:
        raise ValueError(
            "bincount.minlength: got 0, expected the length of the result: a "
            "program's shapes are known before its data."
        )
    dtype = "int32" if weights is None else dtype_of(tensor(weights))
    weights = p.broadcast_to(
        e.cast(tensor(1 if weights is None else weights), "float64"), dims_of(x)
    )
    if len(dims_of(x)) == 1:
        return e.cast(segment_sum(weights, x, length), dtype)
    hot = one_hot(x, length, dtype="float64")
    return e.cast(r.reduce_sum(hot * expand_dims(weights, -1), -2), dtype)


__all__ = ["argsort", "bincount", "searchsorted", "sort", "top_k"]
connect(globals(), __all__)
