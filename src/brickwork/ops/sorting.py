"""Keras's ops about the order of values, and about how many there are of each."""

from __future__ import annotations

import numpy as np

from ..program.dims import size
from ..program.dtypes import is_float
from ..program.primitives import elementwise as e
from ..program.primitives import layout as p
from ..program.primitives import reduce as r
from ..program.primitives import sort as order
from ..program.primitives.take import take
from ..program.symbol import Symbol
from .core import axis_of, dims_of, dtype_of, tensor
from .creation import counting, one_hot
from .reductions import segment_sum
from .shapes import expand_dims, moveaxis, ravel


def sort(x, axis=-1):
    """The values along an axis from the smallest to the largest, NaN last; None: of all in a row.

    >>> sort([3, 1, 2])
    array([1, 2, 3], dtype=int32)
    """
    return _on_last(lambda x: picked(x, order.argsort(x, descending=False)), x, axis)


def argsort(x, axis=-1):
    """Where the values that `sort` answers stand; of equals the first comes first.

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


def top_k(x, k, sorted=True):
    """The k largest values along the last axis, and where they stand; of equals the first.

    They come in descending order, whether or not ``sorted`` asks for it.

    >>> top_k([1.0, 5.0, 3.0], 2)
    (array([5., 3.], dtype=float32), array([1, 2], dtype=int32))
    """
    x = tensor(x)
    rank, whole = len(dims_of(x)), dims_of(x)[-1] if dims_of(x) else 0
    if isinstance(whole, int) and not 0 <= k <= whole:
        raise ValueError(f"top_k.k: got {k}, expected 0 to {whole}, the number of values.")
    best = p.slice_axis(order.argsort(x, descending=True), rank - 1, 0, int(k))
    return picked(x, best), best


def picked(x, places):
    """The values of each row at these places of it."""
    dims = dims_of(x)
    if len(dims) == 1:
        return take(x, places)
    rows = p.reshape(counting(size(dims[:-1]), "int32"), (*dims[:-1], 1))
    return take(p.reshape(x, (size(dims),)), places + rows * dims[-1])


def searchsorted(sorted_sequence, values, side="left"):
    """How many of an ascending row are below each value ("right": below or equal).

    >>> searchsorted([1, 3, 5], [3, 4])
    array([1, 2], dtype=int32)
    """
    if side not in ("left", "right"):
        raise ValueError(f"searchsorted.side: got {side!r}, expected 'left' or 'right'.")
    row = tensor(sorted_sequence)
    if len(dims_of(row)) != 1:
        raise ValueError("searchsorted.sorted_sequence: got a tensor of rank "
                         f"{len(dims_of(row))}, expected 1.")
    before = (e.less if side == "left" else e.less_equal)(row, expand_dims(values, -1))
    return r.reduce_sum(e.cast(before, "int32"), -1)


def bincount(x, weights=None, minlength=0, sparse=False):
    """How often each whole number from 0 on occurs (or with which weight), row by row.

    The result has a place for each number up to the largest, and at least `minlength`. In a
    program, whose shapes are known before its data, it has `minlength` places, and larger numbers
    are left out.

    >>> bincount([0, 2, 2])
    array([1, 0, 2], dtype=int32)
    """
    if sparse:
        raise ValueError("bincount: got sparse=True, but sparse tensors do not exist here.")
    x = tensor(x)
    if is_float(dtype_of(x)):
        raise TypeError(f"bincount.x: got {dtype_of(x)}, expected whole numbers. Use "
                        "ops.cast(x, 'int32').")
    length = int(minlength)
    if not isinstance(x, Symbol):
        length = max(length, int(np.max(x, initial=-1)) + 1)
    elif not length:
        raise ValueError("bincount.minlength: got 0, expected the number of places of the result: "
                         "a program's shapes are known before its data.")
    kind = "int32" if weights is None else dtype_of(tensor(weights))
    weights = p.broadcast_to(e.cast(tensor(1 if weights is None else weights), "float64"),
                             dims_of(x))
    if len(dims_of(x)) == 1:
        return e.cast(segment_sum(weights, x, length), kind)
    hot = one_hot(x, length, dtype="float64")
    return e.cast(r.reduce_sum(hot * expand_dims(weights, -1), -2), kind)


__all__ = ["argsort", "bincount", "searchsorted", "sort", "top_k"]
