"""Keras's ops that write, combine or find elements by index."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, cast as typed

import numpy as np

from ..program.between import connect
from ..program.dims import size
from ..program.dtypes import is_float
from ..program.primitives import elementwise as e, layout as p
from ..program.primitives.take import scatter_add, take
from ..program.symbol import Symbol
from ..program.types import Shape, Tensor, TensorLike
from .core import dims_of, dtype_of, public_shape, tensor
from .creation import iota
from .reductions import max, min, prod, segment_sum, sum
from .shapes import as_dims, expand_dims, reshape


def segment_max(
    data: TensorLike, segment_ids: TensorLike, num_segments: int | None = None, sorted: bool = False
) -> Tensor:
    """The maximum of the rows in each segment; an empty segment gets the dtype's least value.

    Args:
        data: numeric tensor of shape ``(n, ...)``.
        segment_ids: segment of each row, an integer tensor of shape ``(n,)``. Rows whose segment is
            out of range are ignored.
        num_segments: number of segments, an integer; required.
        sorted: accepted for Keras compatibility; it has no effect.

    Returns:
        A tensor of shape ``(num_segments, ...)`` and of the dtype of `data`.

    Raises:
        ValueError: if `num_segments` is None.

    >>> segment_max([1.0, 2.0, 4.0], [0, 1, 0], num_segments=2)
    array([4., 2.], dtype=float32)
    """
    return _segments(max, min_value, data, segment_ids, num_segments)


def segment_min(
    data: TensorLike, segment_ids: TensorLike, num_segments: int | None = None, sorted: bool = False
) -> Tensor:
    """The minimum of the rows in each segment; an empty segment gets the dtype's greatest value.

    Args:
        data: numeric tensor of shape ``(n, ...)``.
        segment_ids: segment of each row, an integer tensor of shape ``(n,)``. Rows whose segment is
            out of range are ignored.
        num_segments: number of segments, an integer; required.
        sorted: accepted for Keras compatibility; it has no effect.

    Returns:
        A tensor of shape ``(num_segments, ...)`` and of the dtype of `data`.

    Raises:
        ValueError: if `num_segments` is None.

    >>> segment_min([1.0, 2.0, 4.0], [0, 1, 0], num_segments=2)
    array([1., 2.], dtype=float32)
    """
    return _segments(min, max_value, data, segment_ids, num_segments)


def segment_prod(
    data: TensorLike, segment_ids: TensorLike, num_segments: int | None = None, sorted: bool = False
) -> Tensor:
    """The product of the rows in each segment; an empty segment gets 1.

    Args:
        data: numeric tensor of shape ``(n, ...)``.
        segment_ids: segment of each row, an integer tensor of shape ``(n,)``. Rows whose segment is
            out of range are ignored.
        num_segments: number of segments, an integer; required.
        sorted: accepted for Keras compatibility; it has no effect.

    Returns:
        A tensor of shape ``(num_segments, ...)`` and of the dtype of `data`.

    Raises:
        ValueError: if `num_segments` is None.

    >>> segment_prod([1.0, 2.0, 4.0], [0, 1, 0], num_segments=2)
    array([4., 2.], dtype=float32)
    """
    return _segments(prod, lambda dtype: 1, data, segment_ids, num_segments)


def min_value(dtype: str) -> Any:
    """The least value of a dtype."""
    return -float("inf") if is_float(dtype) else np.iinfo(dtype).min


def max_value(dtype: str) -> Any:
    """The greatest value of a dtype."""
    return float("inf") if is_float(dtype) else np.iinfo(dtype).max


def _segments(reduce, of_empty, data, ids, count):
    if count is None:
        raise ValueError(
            "segment: got num_segments=None, expected the number of segments: the "
            "shape of the result must be known before the program runs."
        )
    data, ids = tensor(data), tensor(ids)
    dtype = dtype_of(data)
    member = e.equal(expand_dims(ids, 0), expand_dims(iota(int(count), dtype_of(ids)), 1))
    member = p.reshape(member, (*dims_of(member), *(1,) * (len(dims_of(data)) - 1)))
    return reduce(e.where(member, expand_dims(data, 0), np.asarray(of_empty(dtype), dtype)), 1)


def slice_update(inputs: TensorLike, start_indices: Shape, updates: TensorLike) -> Tensor:
    """A copy of a tensor in which a block is replaced.

    Args:
        inputs: tensor of any shape and dtype.
        start_indices: first index of the block along each axis, integers.
        updates: the block, a tensor with as many axes as `inputs`.

    Returns:
        A tensor of the shape and dtype of `inputs`.

    Raises:
        ValueError: if the block does not fit into `inputs`.

    >>> slice_update([1, 2, 3], (1,), [9, 9])
    array([1, 9, 9], dtype=int32)
    """
    x, block = tensor(inputs), tensor(updates)
    inside = np.ones((1,) * len(dims_of(x)), bool)
    for axis, start in enumerate(as_dims(start_indices)):
        total, extent = dims_of(x)[axis], dims_of(block)[axis]
        if total == extent:
            continue
        if not isinstance(total, int) or start + extent > total:
            raise ValueError(
                f"slice_update: got a block of {extent} entries from {start} on axis "
                f"{axis}, expected one that fits into shape {public_shape(x)}."
            )
        block = p.pad_axis(block, axis, start, total - start - extent)
        index = np.arange(total).reshape((-1, *(1,) * (len(dims_of(x)) - axis - 1)))
        inside = inside & (start <= index) & (index < start + extent)
    return e.where(inside, e.cast(block, dtype_of(x)), x)


def scatter(indices: TensorLike, values: TensorLike, shape: Shape) -> Tensor:
    """Write values into a tensor of zeros; values of equal indices are added.

    Args:
        indices: indices along the first n axes, an integer tensor of shape ``(..., n)``.
        values: tensor of shape ``(..., *shape[n:])``.
        shape: shape of the result, a tuple of integers.

    Returns:
        A tensor of that shape and of the dtype of `values`.

    >>> scatter([[0], [2]], [5.0, 7.0], (3,))
    array([5., 0., 7.], dtype=float32)
    """
    ids, values, shape = tensor(indices), tensor(values), as_dims(shape)
    indexed = dims_of(ids)[-1]
    strides = [int(np.prod(shape[i + 1 : indexed])) for i in range(indexed)]
    flat = sum(e.mul(ids, np.asarray(strides, dtype_of(ids))), -1)
    return reshape(scatter_add(flat, values, rows=int(np.prod(shape[:indexed]))), shape)


def scatter_update(
    inputs: TensorLike, indices: TensorLike, updates: TensorLike, reduction: str | None = None
) -> Tensor:
    """A copy of a tensor in which values at given indices are replaced, or combined with updates.

    Args:
        inputs: tensor of any shape and dtype.
        indices: indices along the first k axes, an integer tensor of shape ``(n, k)``.
        updates: tensor of shape ``(n, *inputs.shape[k:])``.
        reduction: None replaces values (the last update of an index counts); "add", "max", "min"
            and "mul" combine the updates with the values of `inputs`.

    Returns:
        A tensor of the shape and dtype of `inputs`.

    Raises:
        ValueError: if `reduction` is none of these.

    >>> scatter_update([1.0, 2.0, 3.0], [[0], [2]], [5.0, 7.0])
    array([5., 2., 7.], dtype=float32)
    """
    inputs, ids = tensor(inputs), tensor(indices)
    updates = e.cast(tensor(updates), dtype_of(inputs))
    dims, indexed = dims_of(inputs), dims_of(ids)[-1]
    rows, rest = math.prod(dims[:indexed]), dims[indexed:]
    strides = [math.prod(dims[i + 1 : indexed]) for i in range(indexed)]
    row = sum(e.mul(ids, np.asarray(strides, dtype_of(ids))), -1)
    old = p.reshape(inputs, (rows, *rest))
    combined = {
        "add": lambda: old + segment_sum(updates, row, rows),
        "max": lambda: e.maximum(old, segment_max(updates, row, rows)),
        "min": lambda: e.minimum(old, segment_min(updates, row, rows)),
        "mul": lambda: old * segment_prod(updates, row, rows),
        None: lambda: _replaced(old, row, updates),
    }
    if reduction not in combined:
        raise ValueError(
            f"scatter_update.reduction: got {reduction!r}, expected one of "
            f"{', '.join(map(repr, combined))}."
        )
    return p.reshape(combined[reduction](), dims)


def _replaced(old, row, updates):
    count = dims_of(row)[0]
    last = segment_max(iota(count, "int32"), row, dims_of(old)[0])
    hit = e.greater_equal(last, 0)
    new = take(updates, e.where(hit, last, 0))
    return e.where(p.reshape(hit, (*dims_of(hit), *(1,) * (len(dims_of(old)) - 1))), new, old)


def unravel_index(indices: TensorLike, shape: Sequence[int]) -> tuple[Tensor, ...]:
    """Convert indices into the flattened tensor to an index for each axis.

    Args:
        indices: integer tensor of any shape. Negative indices count from the end, and indices out
            of range are clipped.
        shape: shape of the tensor that the indices refer to, a tuple of integers.

    Returns:
        A tuple with a tensor for each axis, each of the shape and dtype of `indices`.

    >>> unravel_index([1, 5], (2, 3))
    (array([0, 1], dtype=int32), array([1, 2], dtype=int32))
    """
    ids, total = tensor(indices), typed(int, size(tuple(shape)))
    ids = e.minimum(e.maximum(ids, -total), total - 1)
    ids = e.where(e.less(ids, 0), ids + total, ids)
    return tuple(
        e.mod(e.floordiv(ids, size(tuple(shape[i + 1 :]))), extent)
        for i, extent in enumerate(shape)
    )


def nonzero(x: TensorLike) -> tuple[Tensor, ...]:
    """The indices of the elements that are not 0; on arrays only.

    Args:
        x: array of any shape and dtype with at least 1 axis.

    Returns:
        A tuple with an int32 array of shape ``(n,)`` for each axis.

    Raises:
        ValueError: inside a trace, where the number of results is not known yet.

    >>> nonzero([0, 3, 4])
    (array([1, 2], dtype=int32),)
    """
    return tuple(index.astype("int32") for index in np.nonzero(concrete("nonzero", x)))


def unique(
    x: TensorLike,
    sorted: bool = True,
    return_index: bool = False,
    return_inverse: bool = False,
    return_counts: bool = False,
    axis: int | None = None,
    size: int | None = None,
    fill_value: TensorLike | None = None,
) -> Any:
    """The distinct values in ascending order; on arrays only.

    Args:
        x: array of any shape and dtype.
        sorted: accepted for Keras compatibility; the result is always sorted.
        return_index: whether to return the index at which each value first occurs.
        return_inverse: whether to return the index into the result of each value of `x`.
        return_counts: whether to return how often each value occurs.
        axis: axis whose entries are compared; None compares the elements of the flattened array.
        size: number of values to return; None means all. The result is cut or padded to it.
        fill_value: the value to pad with; None means the first of the result.

    Returns:
        The values, an array of the dtype of `x`. If any `return_...` flag is set, a tuple of the
        values and of an int32 array for each flag, in the order of the arguments.

    Raises:
        ValueError: inside a trace, where the number of results is not known yet.

    >>> unique([2, 1, 2], return_counts=True)
    (array([1, 2], dtype=int32), array([1, 2], dtype=int32))
    """
    values, first, *inverse, counts = np.unique(  # type: ignore[call-overload]
        concrete("unique", x), True, return_inverse, True, axis=axis, equal_nan=False
    )
    if size is not None:
        fill = values[:1] if fill_value is None else np.full_like(values[:1], fill_value)
        values, first, counts = (
            _sized(array, size, filler)
            for array, filler in ((values, fill), (first, first[:1]), (counts, 0 * counts[:1]))
        )
    results = [
        values,
        *([first] if return_index else []),
        *inverse,
        *([counts] if return_counts else []),
    ]
    results[1:] = [array.astype("int32") for array in results[1:]]
    return values if len(results) == 1 else tuple(results)


def _sized(array: Any, count: int, filler: Any) -> Any:
    return np.concatenate([array[:count], np.repeat(filler, np.maximum(count - len(array), 0), 0)])


def concrete(
    op: str,
    x: TensorLike,
    why: str = "the number of values that it returns is not known before the "
    "program runs. Use ops.where with a condition",
) -> np.ndarray:
    """The array that x is, with its own dtype; raises ValueError with the reason for a symbol."""
    array = np.asarray(x) if isinstance(x, np.ndarray | np.generic) else tensor(x)
    if isinstance(array, Symbol):
        raise ValueError(f"{op}: got a symbol, expected an array: {why}.")
    return array


__all__ = [
    "nonzero",
    "scatter",
    "scatter_update",
    "segment_max",
    "segment_min",
    "segment_prod",
    "slice_update",
    "unique",
    "unravel_index",
]
connect(globals(), __all__)
