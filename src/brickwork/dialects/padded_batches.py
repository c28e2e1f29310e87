"""Batches of ``tf.data`` whose rows are of several lengths: padded, and sorted into buckets."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from ..errors import ArgumentError
from ..layers.calling import leaves, mapped
from .tensors import tensor


def padded(elements: list, shapes: Any = None, values: Any = None) -> Any:
    """One batch of elements of one structure, padded at the end of each axis.

    Args:
        elements: arrays, or tuples and dicts of arrays.
        shapes: the shape of each, nested in the same way; None (default), or None or -1 for an
            axis, is the longest of the batch.
        values: what is padded with, one for all or nested in the same way; default 0, or "".
    """
    columns = [[np.asarray(leaf) for leaf in leaves(x)] for x in elements]
    count = len(columns[0])
    wanted = [None] * count if shapes is None else _shapes(shapes)
    fills = leaves(values) if isinstance(values, tuple | dict) else [values] * count
    if not len(wanted) == len(fills) == count:
        raise ArgumentError(
            "Dataset.padded_batch",
            f"got {len(wanted)} shapes and {len(fills)} values for elements of {count} arrays, "
            "expected one for each.",
        )
    parts = iter(map(_padded_column, zip(*columns, strict=True), wanted, fills))
    return mapped(lambda _: tensor(next(parts)), elements[0])


def to_boundary(elements: list, end: int | None) -> tuple:
    """The shapes that make elements of a bucket one less than its end on their first axis."""
    if end is None:
        raise ArgumentError(
            "Dataset.bucket_by_sequence_length",
            "got pad_to_bucket_boundary=True and an element of the last bucket, which has no end; "
            "expected boundaries above each length.",
        )
    ranks = [np.ndim(leaf) for leaf in leaves(elements[0])]
    return tuple([end - 1, *[None] * (rank - 1)] if rank else [] for rank in ranks)


def _shapes(shapes: Any) -> list:
    """The shapes in nested tuples and dicts; a list, or a tuple of numbers and None, is one."""
    if isinstance(shapes, dict):
        return [one for key in shapes for one in _shapes(shapes[key])]
    if isinstance(shapes, tuple) and any(isinstance(s, list | tuple | dict) for s in shapes):
        return [one for part in shapes for one in _shapes(part)]
    return [shapes]


def _padded_column(arrays: Sequence[np.ndarray], shape: Any, fill: Any) -> np.ndarray:
    longest = np.max([a.shape for a in arrays], axis=0, initial=0) if arrays[0].ndim else ()
    given = [None] * len(longest) if shape is None else list(shape)
    if len(given) != len(longest):
        raise ArgumentError(
            "Dataset.padded_batch.padded_shapes",
            f"got {shape} for an array of {len(longest)} axes, expected an extent for each axis.",
        )
    extents = [int(n) if w in (None, -1) else int(w) for n, w in zip(longest, given, strict=True)]
    if any(n > w for n, w in zip(longest, extents, strict=True)):
        raise ArgumentError(
            "Dataset.padded_batch.padded_shapes",
            f"got {shape} for an array of shape {tuple(map(int, longest))}, expected at least as "
            "much on each axis.",
        )
    dtype = np.result_type(*arrays) if arrays[0].dtype.kind != "O" else np.dtype(object)
    text = dtype.kind in "OSU"
    out = np.full((len(arrays), *extents), ("" if text else 0) if fill is None else fill, dtype)
    for i, array in enumerate(arrays):
        out[(i, *map(slice, array.shape))] = array
    return out


def bucketed(
    elements: Iterator,
    length_of: Callable[..., int],
    boundaries: Sequence[int],
    sizes: Sequence[int],
    batch: Callable[[list, int | None], Any],
    drop_remainder: bool,
) -> Iterator:
    """The elements in batches of similar lengths.

    Args:
        elements: the elements.
        length_of: function of an element (of its parts, if it is a tuple) that returns its length.
        boundaries: lengths at which a new bucket begins.
        sizes: rows of a batch in each bucket, one more than boundaries.
        batch: function of a list of elements, and the end of their bucket, None for the last one.
        drop_remainder: whether batches that are not full are left out.

    Yields:
        What `batch` returns.
    """
    if len(sizes) != len(boundaries) + 1:
        raise ArgumentError(
            "Dataset.bucket_by_sequence_length.bucket_batch_sizes",
            f"got {len(sizes)} for {len(boundaries)} boundaries, expected one more.",
        )
    ends = [*boundaries, None]
    buckets: list[list] = [[] for _ in sizes]
    for x in elements:
        length = int(np.asarray(length_of(*x) if isinstance(x, tuple) else length_of(x)))
        number = bisect_right(boundaries, length)
        buckets[number].append(x)
        if len(buckets[number]) == sizes[number]:
            yield batch(buckets[number], ends[number])
            buckets[number] = []
    if not drop_remainder:
        yield from (batch(b, ends[number]) for number, b in enumerate(buckets) if b)
