"""The parts of ``tf.data.Dataset`` that data in memory needs on its way to ``fit``."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import chain, islice
from typing import Any

import numpy as np

from ..errors import ArgumentError
from ..layers.calling import leaves, mapped
from ..program.trace import Trace, Untraceable, current_trace
from .padded_batches import bucketed, padded, to_boundary
from .tensors import tensor

AUTOTUNE = -1


class Dataset:
    """A sequence of elements: arrays, or tuples and dicts of arrays.

    Methods return new data sets. Rows of arrays stay in their arrays until they are put into
    batches, which then are taken at once.

    Args:
        elements: a function that returns a new iterator.
        count: how many there are; -1: without end; -2: not known.
        rows: the arrays of which these are rows, and a function that returns their indices.
    """

    def __init__(self, elements: Callable[[], Iterator], count: int = -2, rows=None):
        self._elements, self._count, self._rows = elements, count, rows

    # Sources

    @classmethod
    def from_tensor_slices(cls, tensors) -> Dataset:
        """Return the rows of arrays of one length, or of the columns of a table or dict."""
        arrays = _arrays(tensors)
        lengths = {len(a) for a in leaves(arrays)}
        if len(lengths) != 1:
            raise ArgumentError(
                "Dataset.from_tensor_slices",
                f"got arrays of {sorted(lengths)} rows, expected all of one length.",
            )
        (count,) = lengths
        return cls._of_rows(arrays, lambda: iter(range(count)), count)

    @classmethod
    def _of_rows(cls, arrays, numbers: Callable[[], Iterator], count: int) -> Dataset:
        return cls(
            lambda: (mapped(lambda a, i=i: tensor(a[i]), arrays) for i in numbers()),
            count,
            (arrays, numbers),
        )

    @classmethod
    def from_tensors(cls, tensors) -> Dataset:
        """Return a data set of one element."""
        return cls(lambda: iter([mapped(tensor, _arrays(tensors))]), 1)

    @classmethod
    def from_generator(
        cls,
        generator,
        output_types=None,
        output_shapes=None,
        args=None,
        output_signature=None,
        name=None,
    ) -> Dataset:
        """Return the elements of a generator; dtypes and shapes are those that it yields."""
        return cls(lambda: (mapped(_given, x) for x in generator(*(args or ()))))

    @classmethod
    def range(cls, *bounds, name=None) -> Dataset:
        """Return integers, as Python's range."""
        return cls.from_tensor_slices(np.arange(*bounds))

    @classmethod
    def zip(cls, *datasets, name=None) -> Dataset:
        """Return tuples of elements of several data sets; ends with the shortest."""
        sets = datasets[0] if len(datasets) == 1 else datasets
        counts = [d._count for d in sets if d._count != -1]
        count = -1 if not counts else -2 if -2 in counts else min(counts)
        return cls(lambda: zip(*sets, strict=False), count)

    @classmethod
    def sample_from_datasets(
        cls, datasets, weights=None, seed=None, stop_on_empty_dataset=False, **_
    ) -> Dataset:
        """Return elements of several data sets in random order, each with its probability."""
        draws = np.random.default_rng(np.random.randint(2**31) if seed is None else seed)

        def elements():
            sources = [iter(one) for one in datasets]
            chances = np.ones(len(sources)) if weights is None else np.array(weights, float)
            while chances.any():
                chosen = draws.choice(len(sources), p=chances / chances.sum())
                try:
                    yield next(sources[chosen])
                except StopIteration:
                    if stop_on_empty_dataset:
                        return
                    chances[chosen] = 0

        endless = [one._count == -1 for one in datasets]
        return cls(elements, -1 if any(endless) and not stop_on_empty_dataset else -2)

    # Transformations

    def shuffle(self, buffer_size, seed=None, reshuffle_each_iteration=True, name=None) -> Dataset:
        """Return the elements in random order, a new one each time. Rows of arrays are shuffled as
        a whole, other elements within a buffer. Without a seed NumPy's generator draws one."""
        draws = np.random.default_rng(np.random.randint(2**31) if seed is None else seed)
        first = draws.integers(2**31)

        def chance():
            return draws if reshuffle_each_iteration else np.random.default_rng(first)

        if self._rows is not None:
            arrays, numbers = self._rows
            return self._of_rows(
                arrays, lambda: iter(chance().permutation(list(numbers()))), self._count
            )

        def mixed():
            source, rng, buffer = iter(self), chance(), []
            for element in source:
                buffer.append(element)
                if len(buffer) >= buffer_size:
                    place = rng.integers(len(buffer))
                    buffer[place], buffer[-1] = buffer[-1], buffer[place]
                    yield buffer.pop()
            for place in rng.permutation(len(buffer)):
                yield buffer[place]

        return Dataset(mixed, self._count)

    def batch(self, batch_size: int, drop_remainder: bool = False, **_) -> Dataset:
        """Return batches: this many elements along a new first axis."""
        rows, count = self._rows, self._count
        plain = rows is not None and type(rows[0]) is tuple
        plain = plain and all(type(a) is np.ndarray for a in rows[0])
        if count > 0:
            count = count // batch_size if drop_remainder else -(-count // batch_size)

        def batches():
            source = iter(self) if rows is None else rows[1]()
            while part := list(islice(source, batch_size)):
                if len(part) < batch_size and drop_remainder:
                    return
                if rows is None:
                    yield _stacked(part)
                elif plain:
                    index = np.array(part)
                    yield tuple([tensor(a.take(index, 0)) for a in rows[0]])
                else:
                    yield mapped(lambda a, part=part: tensor(a[part]), rows[0])

        return Dataset(batches, count)

    def padded_batch(
        self,
        batch_size: int,
        padded_shapes=None,
        padding_values=None,
        drop_remainder: bool = False,
        name=None,
    ) -> Dataset:
        """Return batches of elements of several lengths, padded to the longest of each batch."""

        def batches():
            source = iter(self)
            while part := list(islice(source, batch_size)):
                if len(part) == batch_size or not drop_remainder:
                    yield padded(part, padded_shapes, padding_values)

        count = self._count
        if count > 0:
            count = count // batch_size if drop_remainder else -(-count // batch_size)
        return Dataset(batches, count)

    def bucket_by_sequence_length(
        self,
        element_length_func: Callable,
        bucket_boundaries,
        bucket_batch_sizes,
        padded_shapes=None,
        padding_values=None,
        pad_to_bucket_boundary: bool = False,
        no_padding: bool = False,
        drop_remainder: bool = False,
        name=None,
    ) -> Dataset:
        """Return padded batches of elements of similar lengths."""

        def batch(part, end):
            if no_padding:
                return _stacked(part)
            shapes = padded_shapes
            if pad_to_bucket_boundary:
                shapes = to_boundary(part, end)
            return padded(part, shapes, padding_values)

        return Dataset(
            lambda: bucketed(
                iter(self),
                element_length_func,
                bucket_boundaries,
                bucket_batch_sizes,
                batch,
                drop_remainder,
            )
        )

    def unbatch(self, name=None) -> Dataset:
        """Return the rows of the elements."""
        return Dataset(lambda: chain.from_iterable(Dataset.from_tensor_slices(x) for x in self))

    def repeat(self, count: int | None = None, name=None) -> Dataset:
        """Return the elements this many times; None or -1: forever."""
        endless = count is None or count < 0

        def again(begin):
            def run():
                turn = 0
                while endless or turn < count:
                    yield from begin()
                    turn += 1

            return run

        total = -1 if endless else self._count if self._count < 0 else self._count * count
        if self._rows is None or endless:
            return Dataset(again(lambda: iter(self)), total)
        return self._of_rows(self._rows[0], again(self._rows[1]), total)

    def map(
        self, map_func: Callable, num_parallel_calls=None, deterministic=None, name=None
    ) -> Dataset:
        """Apply a function to each element; a tuple is unpacked into arguments."""

        def call(x):
            return mapped(_given, map_func(*x) if isinstance(x, tuple) else map_func(x))

        return Dataset(lambda: map(call, self), self._count)

    def filter(self, predicate: Callable, name=None) -> Dataset:
        """Return the elements for which a function is true."""
        return Dataset(
            lambda: (x for x in self if (predicate(*x) if isinstance(x, tuple) else predicate(x)))
        )

    def take(self, count: int, name=None) -> Dataset:
        """Return the first elements."""
        return self._part(0, None if count < 0 else count)

    def skip(self, count: int, name=None) -> Dataset:
        """Return all but the first elements."""
        return self._part(count, None)

    def _part(self, start: int, stop: int | None) -> Dataset:
        count = self._count
        if count >= 0:
            count = len(range(count)[start:stop])
        elif stop is not None and count == -1:
            count = stop
        if self._rows is not None:
            arrays, numbers = self._rows
            return self._of_rows(arrays, lambda: islice(numbers(), start, stop), count)
        return Dataset(lambda: islice(iter(self), start, stop), count)

    def concatenate(self, dataset: Dataset, name=None) -> Dataset:
        """Return these elements, followed by those of another data set."""
        counts = (self._count, dataset._count)
        count = sum(counts) if min(counts) >= 0 else -1 if -1 in counts else -2
        return Dataset(lambda: chain(self, dataset), count)

    def enumerate(self, start: int = 0, name=None) -> Dataset:
        """Return pairs of an index and an element."""
        return Dataset(lambda: enumerate(self, start), self._count)

    def prefetch(self, buffer_size=None, name=None) -> Dataset:
        """Return the data set itself; prefetching has no effect."""
        return self

    def cache(self, filename: str = "", name=None) -> Dataset:
        """Return the data set itself; its arrays are in memory."""
        return self

    def with_options(self, options, name=None) -> Dataset:
        """Return the data set itself; options have no effect."""
        return self

    # Access

    def __iter__(self) -> Iterator:
        if type(current_trace()) is Trace:
            raise Untraceable(
                "it loops over a data set, whose batches would become constants. Let the loop call "
                "a compiled function with each batch."
            )
        return self._elements()

    def as_numpy_iterator(self) -> Iterator:
        """Return an iterator over the elements, as arrays and scalars."""
        return map(_as_numpy, self)

    def cardinality(self):
        """Return the number of elements; -1: infinite; -2: unknown."""
        return tensor(np.asarray(self._count))

    @property
    def num_batches(self) -> int | None:
        """The number of elements, for ``fit``; None if unknown."""
        return None if self._count < 0 else self._count

    def __len__(self) -> int:
        if self._count < 0:
            raise TypeError(
                f"Dataset: its length is {'without end' if self._count == -1 else ''}"
                f"{'not known' if self._count == -2 else ''}."
            )
        return self._count

    def __repr__(self) -> str:
        return f"<Dataset of {self._count} elements>"


def _as_numpy(element):
    """An element's tensors as arrays and scalars."""
    if type(element) is tuple and all([isinstance(a, np.ndarray) and a.ndim for a in element]):
        return tuple(map(np.asarray, element))
    return mapped(lambda a: np.asarray(a)[()], element)


def _arrays(tensors) -> Any:
    """Convert to arrays in tuples and dicts; a table becomes a dict of its columns."""
    if hasattr(tensors, "columns") and hasattr(tensors, "to_numpy"):
        return tensors.to_numpy()
    if isinstance(tensors, dict):
        return {key: np.asarray(value) for key, value in tensors.items()}
    if isinstance(tensors, tuple):
        return tuple(map(_arrays, tensors))
    return np.asarray(tensors)


def _given(value):
    return tensor(np.asarray(value))


def _stacked(elements: list):
    """Stack elements of the same structure along a new first axis."""
    columns = [leaves(x) for x in elements]
    parts = iter([tensor(np.stack(column)) for column in zip(*columns, strict=True)])
    return mapped(lambda _: next(parts), elements[0])
