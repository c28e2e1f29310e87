"""Keras's ops about places: values put somewhere, gathered by a number, or found."""

from __future__ import annotations

import math

import numpy as np

from ..program.dims import size
from ..program.dtypes import is_float
from ..program.primitives import elementwise as e
from ..program.primitives import layout as p
from ..program.primitives.take import scatter_add, take
from ..program.symbol import Symbol
from .core import dims_of, dtype_of, public, tensor
from .creation import counting
from .reductions import max, min, prod, segment_sum, sum
from .shapes import as_dims, expand_dims, reshape


def segment_max(data, segment_ids, num_segments=None, sorted=False):
    """The largest of the rows of data that have the same number; other numbers are left out.

    Args:
        num_segments: the number of rows of the result.

    Where no row has a number stands the least value there is.

    >>> segment_max([1.0, 2.0, 4.0], [0, 1, 0], num_segments=2)
    array([4., 2.], dtype=float32)
    """
    return _segments(max, least, data, segment_ids, num_segments)


def segment_min(data, segment_ids, num_segments=None, sorted=False):
    """The smallest; see `segment_max`.

    >>> segment_min([1.0, 2.0, 4.0], [0, 1, 0], num_segments=2)
    array([1., 2.], dtype=float32)
    """
    return _segments(min, greatest, data, segment_ids, num_segments)


def segment_prod(data, segment_ids, num_segments=None, sorted=False):
    """The product, 1 where no row has a number; see `segment_max`.

    >>> segment_prod([1.0, 2.0, 4.0], [0, 1, 0], num_segments=2)
    array([4., 2.], dtype=float32)
    """
    return _segments(prod, lambda kind: 1, data, segment_ids, num_segments)


def least(kind: str):
    """The least value of a kind of number."""
    return -float("inf") if is_float(kind) else np.iinfo(kind).min


def greatest(kind: str):
    """The greatest value of a kind of number."""
    return float("inf") if is_float(kind) else np.iinfo(kind).max


def _segments(reduce, none, data, ids, count):
    if count is None:
        raise ValueError("segment: got num_segments=None, expected the number of rows of the "
                         "result: a program's shapes are known before its data.")
    data, ids = tensor(data), tensor(ids)
    kind = dtype_of(data)
    mine = e.equal(expand_dims(ids, 0), expand_dims(counting(int(count), dtype_of(ids)), 1))
    mine = p.reshape(mine, (*dims_of(mine), *(1,) * (len(dims_of(data)) - 1)))
    return reduce(e.where(mine, expand_dims(data, 0), np.asarray(none(kind), kind)), 1)


def slice_update(inputs, start_indices, updates):
    """The tensor with a block put in that starts there.

    >>> slice_update([1, 2, 3], (1,), [9, 9])
    array([1, 9, 9], dtype=int32)
    """
    x, block = tensor(inputs), tensor(updates)
    inside = np.ones((1,) * len(dims_of(x)), bool)
    for axis, start in enumerate(as_dims(start_indices)):
        whole, extent = dims_of(x)[axis], dims_of(block)[axis]
        if whole == extent:
            continue
        if not isinstance(whole, int) or start + extent > whole:
            raise ValueError(f"slice_update: {extent} entries from {start} on axis {axis} do not "
                             f"lie in a tensor of shape {public(x)}.")
        block = p.pad_axis(block, axis, start, whole - start - extent)
        place = np.arange(whole).reshape((-1, *(1,) * (len(dims_of(x)) - axis - 1)))
        inside = inside & (start <= place) & (place < start + extent)
    return e.where(inside, e.cast(block, dtype_of(x)), x)


def scatter(indices, values, shape):
    """Zeros of a shape, in which values stand at the indices; those of one place are added up.

    Args:
        indices: ``(..., n)``, the places along the first n axes.
        values: ``(..., *rest)``, rest being the other axes.

    >>> scatter([[0], [2]], [5.0, 7.0], (3,))
    array([5., 0., 7.], dtype=float32)
    """
    ids, values, shape = tensor(indices), tensor(values), as_dims(shape)
    known = dims_of(ids)[-1]
    steps = [int(np.prod(shape[i + 1:known])) for i in range(known)]
    flat = sum(e.mul(ids, np.asarray(steps, dtype_of(ids))), -1)
    return reshape(scatter_add(flat, values, rows=int(np.prod(shape[:known]))), shape)


def scatter_update(inputs, indices, updates, reduction=None):
    """The inputs, in which updates stand at the indices, or are joined with what stands there.

    Args:
        indices: ``(n, k)``, the places along the first k axes.
        updates: ``(n, *rest)``, rest being the other axes.
        reduction: None, where of several updates of one place the last stands; or "add", "max",
            "min", "mul".

    >>> scatter_update([1.0, 2.0, 3.0], [[0], [2]], [5.0, 7.0])
    array([5., 2., 7.], dtype=float32)
    """
    inputs, ids = tensor(inputs), tensor(indices)
    updates = e.cast(tensor(updates), dtype_of(inputs))
    dims, known = dims_of(inputs), dims_of(ids)[-1]
    cells, rest = math.prod(dims[:known]), dims[known:]
    steps = [math.prod(dims[i + 1:known]) for i in range(known)]
    place = sum(e.mul(ids, np.asarray(steps, dtype_of(ids))), -1)
    old = p.reshape(inputs, (cells, *rest))
    joined = {"add": lambda: old + segment_sum(updates, place, cells),
              "max": lambda: e.maximum(old, segment_max(updates, place, cells)),
              "min": lambda: e.minimum(old, segment_min(updates, place, cells)),
              "mul": lambda: old * segment_prod(updates, place, cells),
              None: lambda: _replaced(old, place, updates)}
    if reduction not in joined:
        raise ValueError(f"scatter_update.reduction: got {reduction!r}, expected one of "
                         f"{', '.join(map(repr, joined))}.")
    return p.reshape(joined[reduction](), dims)


def _replaced(old, place, updates):
    count = dims_of(place)[0]
    last = segment_max(counting(count, "int32"), place, dims_of(old)[0])
    hit = e.greater_equal(last, 0)
    new = take(updates, e.where(hit, last, 0))
    return e.where(p.reshape(hit, (*dims_of(hit), *(1,) * (len(dims_of(old)) - 1))), new, old)


def unravel_index(indices, shape):
    """The places along each axis of the values that have these numbers in a row.

    >>> unravel_index([1, 5], (2, 3))
    (array([0, 1], dtype=int32), array([1, 2], dtype=int32))
    """
    ids, total = tensor(indices), size(tuple(shape))
    ids = e.minimum(e.maximum(ids, -total), total - 1)
    ids = e.where(e.less(ids, 0), ids + total, ids)
    return tuple(e.mod(e.floordiv(ids, size(tuple(shape[i + 1:]))), extent)
                 for i, extent in enumerate(shape))


def nonzero(x):
    """Where the values stand that are not 0: an array for each axis.

    Raises:
        ValueError: inside of a trace: how many there are is not known before the data.

    >>> nonzero([0, 3, 4])
    (array([1, 2], dtype=int32),)
    """
    return tuple(found.astype("int32") for found in np.nonzero(known("nonzero", x)))


def unique(x, sorted=True, return_index=False, return_inverse=False, return_counts=False,
           axis=None, size=None, fill_value=None):
    """Each value once, in rising order.

    Args:
        return_index: also where each value first stands.
        return_inverse: also the number of each value of x in the answer.
        return_counts: also how often each occurs.
        axis: whose entries are compared; None for the values of all.
        size: of the answer, which is cut, or goes on with `fill_value` (by default the first).

    Raises:
        ValueError: inside of a trace: how many there are is not known before the data.

    >>> unique([2, 1, 2], return_counts=True)
    (array([1, 2], dtype=int32), array([1, 2], dtype=int32))
    """
    found = np.unique(known("unique", x), True, return_inverse, True, axis=axis, equal_nan=False)
    values, first, *inverse, counts = found
    if size is not None:
        fill = values[:1] if fill_value is None else np.full_like(values[:1], fill_value)
        values, first, counts = (_sized(array, size, filler) for array, filler in (
            (values, fill), (first, first[:1]), (counts, 0 * counts[:1])))
    asked = [values, *([first] if return_index else []), *inverse,
             *([counts] if return_counts else [])]
    asked[1:] = [array.astype("int32") for array in asked[1:]]
    return values if len(asked) == 1 else tuple(asked)


def _sized(array, count: int, filler):
    return np.concatenate([array[:count], np.repeat(filler, np.maximum(count - len(array), 0), 0)])


def known(op: str, x, why: str = "how many values it answers is not known before the program "
                                 "runs. Use ops.where with a condition") -> np.ndarray:
    """The array that x is, its numbers as they are; refused for a symbol, with the reason."""
    array = np.asarray(x) if isinstance(x, np.ndarray | np.generic) else tensor(x)
    if isinstance(array, Symbol):
        raise ValueError(f"{op}: got a symbol, expected an array: {why}.")
    return array


__all__ = ["nonzero", "scatter", "scatter_update", "segment_max", "segment_min", "segment_prod",
           "slice_update", "unique", "unravel_index"]
