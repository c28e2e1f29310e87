"""Streams that `fit` reads batch by batch, windows of time series, and splits of arrays."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import count
from typing import Any

import numpy as np

from ..data.stream import is_stream
from ..errors import ArgumentError, shown
from ..tree import flatten, map_structure


class PyDataset:
    """Base of custom data sets that return batches by index.

    A subclass implements ``__getitem__(index)``, which returns a batch ``(x, y)``, and ``__len__``
    or ``num_batches`` (None means infinite); ``on_epoch_begin`` and ``on_epoch_end`` are optional.

    Args:
        workers, use_multiprocessing, max_queue_size: accepted as in Keras, without effect: batches
            are made one after the other, while the engine waits.

    >>> class Squares(PyDataset):
    ...     def __len__(self): return 3
    ...     def __getitem__(self, index): return np.full((2, 1), index), np.full((2, 1), index**2)
    >>> len(Squares()), Squares()[2][1].tolist()
    (3, [[4], [4]])
    """

    def __init__(
        self, workers: int = 1, use_multiprocessing: bool = False, max_queue_size: int = 10
    ):
        if use_multiprocessing or (workers or 0) > 1:
            from ..spelling.no_effect import has_no_effect

            has_no_effect("PyDataset.workers")
        self.workers = workers
        self.use_multiprocessing = use_multiprocessing
        self.max_queue_size = max_queue_size

    def __getitem__(self, index: int) -> Any:
        raise NotImplementedError(f"{type(self).__name__} must define __getitem__(self, index).")

    def __iter__(self) -> Iterator[Any]:
        """Yield the batches of one pass."""
        has_length = hasattr(self, "__len__") or type(self).num_batches is not PyDataset.num_batches
        number = self.num_batches if has_length else None
        for i in count() if number is None else range(number):
            try:
                batch = self[i]
            except IndexError:
                return
            yield batch

    @property
    def num_batches(self) -> int | None:
        """Number of batches of an epoch; None means infinite."""
        if not hasattr(self, "__len__"):
            raise NotImplementedError(
                f"{type(self).__name__} must define __len__(self) or num_batches."
            )
        return len(self)

    def on_epoch_begin(self) -> None:
        """Called before each epoch."""

    def on_epoch_end(self) -> None:
        """Called after each epoch."""


Sequence = PyDataset


class Windows(PyDataset):
    """Sliding windows and their targets, made by `timeseries_dataset_from_array`."""

    def __init__(
        self, data: Any, targets: Any, starts: Any, offsets: Any, batch_size: int | None, first: int
    ):
        super().__init__()
        self.data, self.targets = data, targets
        self.starts, self.offsets = starts, offsets
        self.batch_size, self.first = batch_size, first

    def __len__(self) -> int:
        return -(-len(self.starts) // (self.batch_size or 1))

    def __getitem__(self, index: int) -> Any:
        if not 0 <= index < len(self):
            raise IndexError(f"got batch {index}, expected 0 to {len(self) - 1}.")
        size = self.batch_size or 1
        starts = self.starts[index * size : (index + 1) * size]
        if self.batch_size is None:
            starts = starts[0]
        x = self.data[self.first + np.add.outer(starts, self.offsets)]
        return x if self.targets is None else (x, self.targets[self.first + starts])


def timeseries_dataset_from_array(
    data: Any,
    targets: Any,
    sequence_length: int,
    sequence_stride: int = 1,
    sampling_rate: int = 1,
    batch_size: int | None = 128,
    shuffle: bool = False,
    seed: int | None = None,
    start_index: int | None = None,
    end_index: int | None = None,
    format: str = "tf",
) -> PyDataset:
    """Slide windows over a time series, as a stream for `fit`.

    Args:
        data: array of shape (steps, ...).
        targets: array; ``targets[i]`` belongs to the window that begins at step i. None: the stream
            returns windows only.
        sequence_length: steps of a window.
        sequence_stride: steps from the start of one window to that of the next.
        sampling_rate: steps between two neighbours in a window.
        batch_size: windows of a batch; None returns them one by one.
        shuffle: whether the windows are shuffled, once.
        seed: seed of the shuffle, an integer.
        start_index, end_index: the steps that are used; by default all.
        format: "tf" (default) or "grain", accepted as in Keras.

    Returns:
        PyDataset: batches of shape (batch, sequence_length, ...), with targets if there are any.

    Raises:
        ValueError: for numbers < 1, an empty range of steps, or windows longer than the data.

    >>> stream = timeseries_dataset_from_array(np.arange(5), None, sequence_length=3)
    >>> stream[0].tolist()
    [[0, 1, 2], [1, 2, 3], [2, 3, 4]]
    """
    if format not in ("tf", "grain"):
        raise ArgumentError(
            "timeseries_dataset_from_array.format", f"got {format!r}, expected 'tf' or 'grain'."
        )
    data = np.asarray(data)
    targets = None if targets is None else np.asarray(targets)
    for name, value in (
        ("sequence_length", sequence_length),
        ("sampling_rate", sampling_rate),
        ("sequence_stride", sequence_stride),
        ("batch_size", batch_size or 1),
    ):
        if value < 1:
            raise ArgumentError(
                f"timeseries_dataset_from_array.{name}", f"got {value}, expected an integer >= 1."
            )
    first, last = start_index or 0, len(data) if end_index is None else end_index
    if not 0 <= first < last <= len(data):
        raise ArgumentError(
            "timeseries_dataset_from_array.start_index",
            f"got {start_index} to {end_index}, expected a part of the {len(data)} steps.",
        )
    count = last - first - (sequence_length - 1) * sampling_rate
    if targets is not None:
        count = min(count, len(targets) - first)
    if count < 1:
        raise ArgumentError(
            "timeseries_dataset_from_array.sequence_length",
            f"got {sequence_length}, which is too long for {last - first} steps.",
        )
    starts = np.arange(0, count, sequence_stride)
    if shuffle:
        np.random.default_rng(_seed(seed)).shuffle(starts)
    return Windows(
        data, targets, starts, np.arange(sequence_length) * sampling_rate, batch_size, first
    )


def split_dataset(
    dataset: Any,
    left_size: float | None = None,
    right_size: float | None = None,
    shuffle: bool = False,
    seed: int | None = None,
    preferred_backend: str | None = None,
) -> tuple:
    """Split the rows of arrays in two.

    Args:
        dataset: an array, or nested lists, tuples or dicts of arrays with the same number of rows;
            or a ``tf.data.Dataset`` of known length.
        left_size, right_size: a fraction of the rows (float) or their number (int); one is enough.
        shuffle: whether the rows are shuffled first.
        seed: seed of the shuffle, an integer.
        preferred_backend: accepted as in Keras.

    Returns:
        tuple: two parts, each nested like `dataset`; in scripts in which ``keras`` means brickwork
        two data sets of rows, as Keras returns them.

    Raises:
        ValueError: for another stream, arrays of different numbers of rows, or sizes that do not
            fit.

    >>> left, right = split_dataset(np.arange(5), left_size=0.6)
    >>> left.tolist(), right.tolist()
    ([0, 1, 2], [3, 4])
    """
    if all(hasattr(dataset, name) for name in ("take", "skip", "cardinality", "shuffle")):
        return _split_rows(dataset, left_size, right_size, shuffle, seed)
    if is_stream(dataset):
        raise ArgumentError(
            "split_dataset.dataset",
            f"got {shown(dataset)}, expected arrays: a "
            "stream cannot be split before it has been read.",
        )
    dataset = map_structure(np.asarray, dataset)
    rows = {len(array) for array in flatten(dataset)}
    if len(rows) != 1:
        raise ArgumentError(
            "split_dataset.dataset",
            f"got arrays of {sorted(rows)} rows, expected the same number in each.",
        )
    count = rows.pop()
    if _as_rows is not None and isinstance(dataset, list | tuple | dict):
        whole = _as_rows(tuple(dataset) if isinstance(dataset, list) else dataset)
        return _split_rows(whole, left_size, right_size, shuffle, seed)
    left, right = _two_counts(left_size, right_size, count)
    order: Any = np.arange(count)
    if shuffle:
        np.random.default_rng(_seed(seed)).shuffle(order)
    return (
        map_structure(lambda array: array[order[:left]], dataset),
        map_structure(lambda array: array[order[left : left + right]], dataset),
    )


#: Makes a data set of the rows of arrays; set by `return_rows`.
_as_rows: Callable[[Any], Any] | None = None


def return_rows(make: Callable[[Any], Any]) -> None:
    """Let `split_dataset` return data sets of rows, made by a function of arrays."""
    global _as_rows
    _as_rows = make


def _split_rows(rows: Any, left_size, right_size, shuffle: bool, seed: int | None) -> tuple:
    """Two parts of a data set of rows."""
    count = int(rows.cardinality())
    if count < 0:
        raise ArgumentError(
            "split_dataset.dataset", f"got {shown(rows)}, expected one whose length is known."
        )
    left, right = _two_counts(left_size, right_size, count)
    if shuffle:
        rows = rows.shuffle(count, seed=_seed(seed), reshuffle_each_iteration=False)
    return rows.take(left), rows.skip(left).take(right)


def _two_counts(left_size, right_size, count: int) -> tuple[int, int]:
    """The numbers of rows of both parts."""
    left = _row_count("left_size", left_size, count)
    right = _row_count("right_size", right_size, count)
    if left is None and right is None:
        raise ArgumentError(
            "split_dataset.left_size", "got no size, expected left_size or right_size."
        )
    left = count - right if left is None else left
    right = count - left if right is None else right
    if left + right > count or min(left, right) < 0:
        raise ArgumentError("split_dataset", f"got {left} and {right} rows of {count}.")
    return left, right


def _row_count(name: str, size, count: int) -> int | None:
    if size is None:
        return None
    if isinstance(size, float | np.floating) and 0 <= size <= 1:
        return round(size * count)
    if isinstance(size, int | np.integer) and not isinstance(size, bool) and 0 <= size <= count:
        return int(size)
    raise ArgumentError(
        f"split_dataset.{name}",
        f"got {shown(size)}, expected a fraction from 0.0 "
        f"to 1.0, or a number of rows up to {count}.",
    )


def _seed(seed: int | None) -> int:
    from ..random import draw_seed

    return draw_seed() if seed is None else seed


def pack_x_y_sample_weight(x: Any, y: Any = None, sample_weight: Any = None) -> tuple[Any, ...]:
    """Pack a batch the way streams return it.

    Args:
        x: inputs.
        y: targets, or None.
        sample_weight: weights of the rows, or None.

    Returns:
        x, ``(x, y)`` or ``(x, y, sample_weight)``.

    >>> pack_x_y_sample_weight(1, 2)
    (1, 2)
    """
    if sample_weight is not None:
        return x, y, sample_weight
    if y is not None:
        return x, y
    return (x,) if isinstance(x, list | tuple) else x


def unpack_x_y_sample_weight(data: Any) -> tuple:
    """Unpack a batch of a stream.

    Args:
        data: x, or a tuple or list ``(x,)``, ``(x, y)`` or ``(x, y, sample_weight)``.

    Returns:
        tuple: x, y and sample_weight; None for those that are missing.

    Raises:
        ValueError: for a tuple of another length.

    >>> unpack_x_y_sample_weight((1, 2))
    (1, 2, None)
    """
    data = tuple(data) if isinstance(data, list) else data
    if not isinstance(data, tuple):
        return data, None, None
    if not 1 <= len(data) <= 3:
        raise ArgumentError(
            "unpack_x_y_sample_weight.data",
            f"got a tuple of {len(data)}, expected (x,), (x, y) or (x, y, sample_weight).",
        )
    return (*data, None, None)[:3]
