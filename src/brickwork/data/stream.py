"""Data that comes batch by batch: generators, iterables, datasets, loaders."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set as AbstractSet
from contextlib import suppress
from inspect import GEN_CREATED, getgeneratorstate, isgenerator
from itertools import count, islice
from typing import Any

import numpy as np

from ..program.records import replaced
from .arrays import adapt_arrays, ports_like
from .checks import check_batch, check_columns
from .checks.quick import note_kind, of_known_kind
from .facts import Arrays, Call, Expectation
from .free import adapt_free
from .notices import sentence, warn_once


def is_stream(value: Any) -> bool:
    """Whether a value yields batches, rather than being data itself.

    These are iterators and generators; objects with ``__getitem__`` and ``__len__`` that are not
    Python sequences (Keras's PyDataset); torch loaders, tf.data datasets; any other iterable.
    """
    if value is None or isinstance(
        value, np.ndarray | str | bytes | Mapping | AbstractSet | Sequence
    ):
        return False
    if hasattr(value, "__array__") or isinstance(value, memoryview) or hasattr(value, "tocoo"):
        return False
    if isinstance(value, type):
        return False
    return isinstance(value, Iterable) or (hasattr(value, "__getitem__") and _has_length(value))


def _has_length(source) -> bool:
    """Whether a source has a length, or `num_batches` (None for an endless one).

    `num_batches` is looked up in the class, since a property may raise.
    """
    return hasattr(source, "__len__") or hasattr(type(source), "num_batches")


class Batches:
    """A stream of batches; each batch is adapted and checked like arrays.

    `epoch()` yields `Arrays` for each batch. Sources that can restart (datasets, loaders,
    iterables) do so for each epoch; an iterator continues.

    Args:
        source: the stream.
        expects: the facts about the model.
        call: the current call, for messages.

    Attributes:
        length: batches per epoch; None if unknown.
        listed: whether the parts of a batch come as a list, as from torch loaders.
        indexed: whether batches can be accessed by index, so that `epoch` accepts an order.
        class_rows: a `ClassWeights` that sets the weights of each batch, or None.
        columns: expected column names of tables, by the input's name; in training, the first
            batch sets them.
        nan: "propagate" lets NaN and inf through.
    """

    def __init__(self, source, expects: Expectation, call: Call):
        self.source = source
        self.expects = expects
        self.call = call
        self.class_rows = None
        self.columns: dict[str, tuple] = {}
        self.names = None  # type: tuple[str, ...] | None
        self.nan = "raise"
        self.listed = _module(source).startswith("torch")
        self._pairs = (tuple, list) if self.listed else tuple
        self.indexed = (
            hasattr(source, "__getitem__")
            and _has_length(source)
            and (not _module(source).startswith(("torch", "tensorflow")))
        )
        if self.listed and hasattr(source, "__getitem__"):
            raise TypeError(
                sentence(
                    call.name("x"),
                    f"a {type(source).__name__} of single rows",
                    "batches",
                    "Wrap it: torch.utils.data.DataLoader(dataset, batch_size=32).",
                )
            )
        self.length = self._count()

    def _count(self) -> int | None:
        if hasattr(self.source, "num_batches"):
            return None if self.source.num_batches is None else int(self.source.num_batches)
        try:
            count = len(self.source)
        except (TypeError, NotImplementedError):
            return None
        if count < 1:
            raise ValueError(
                sentence(
                    self.call.name("x"),
                    f"a {type(self.source).__name__} of {count} batches",
                    "at least one",
                )
            )
        return count

    def epoch(self, order: np.ndarray | None = None, done: int = 0) -> Iterator[Arrays]:
        """Yield the batches of one epoch.

        Args:
            order: indices of batches, for an indexed source.
            done: how many batches to skip at the beginning. An indexed source does not make them;
                other sources make them, and they are dropped.

        Yields:
            `Arrays` for each batch.
        """
        begin = getattr(self.source, "on_epoch_begin", None)
        if callable(begin):
            begin()
        for number, item in enumerate(self._items(order, done), done + 1):
            batch = self._of_known_kind(item)
            if batch is not None:
                yield batch
                continue
            call = self.call.batch(number)
            if isinstance(item, list) and self.listed:
                item = tuple(item)
            if self.expects.free:
                yield adapt_free(item, call).batch(slice(None))
                continue
            x, y, weight = unpack(item, call)
            self._find_inputs(x)
            batch = adapt_arrays(x, y, weight, self.expects, call).batch(slice(None))
            check_columns(batch, self.columns, self.expects, call)
            check_batch(batch, self.expects, call, self.nan)
            if call.trains:
                self.columns.update(batch.names(self.expects.inputs))
            if self.class_rows is not None:
                self.class_rows(batch, call)
            elif weight is None and self.nan == "raise":
                note_kind(_from_torch(x), _from_torch(y), batch, self.expects)
            yield batch
        end = getattr(self.source, "on_epoch_end", None)
        if callable(end):
            end()

    def _of_known_kind(self, item) -> Arrays | None:
        """A batch of plain arrays, or of torch tensors, of a kind that was checked before."""
        if not self.expects._kinds or not isinstance(item, self._pairs) or len(item) != 2:
            return None
        if self.class_rows is not None or self.nan != "raise":
            return None
        return of_known_kind(*map(_from_torch, item), self.expects)

    def _find_inputs(self, x) -> None:
        """Expect an input for each array, for a model that is not built yet."""
        expected = self.expects.inputs
        if len(expected) == 1 and expected[0].shape is None and self.expects.host_part is None:
            inputs, self.names = ports_like(x, expected[0])
            self.expects = replaced(self.expects, inputs=inputs)

    def _items(self, order, done: int) -> Iterator:
        if self.indexed:
            numbers = order
            if order is None:
                numbers = range(self.length) if self.length is not None else count()
            return (self.source[int(i)] for i in islice(numbers, done, None))
        if hasattr(self.source, "as_numpy_iterator"):
            return islice(self.source.as_numpy_iterator(), done, None)
        return islice(self.source, done, None)

    @property
    def is_iterator(self) -> bool:
        """Whether the source is an iterator, which cannot restart."""
        return isinstance(self.source, Iterator)

    def skip(self, batches: int) -> None:
        """Skip this many batches of an iterator: those that an interrupted training has used."""
        if batches and isgenerator(self.source) and getgeneratorstate(self.source) != GEN_CREATED:
            warn_once(
                "resume",
                f"{self.call.name('x')}: a generator that runs already goes on "
                "where it is; the batches that it gave since the checkpoint are "
                "lost. A new generator is run forward to the right place.",
            )
            return
        for _ in islice(self.source, batches):
            pass


def _from_torch(part):
    """A torch tensor's own memory as an array, if NumPy can read it; anything else unchanged."""
    if type(part).__module__ == "torch":
        with suppress(TypeError, RuntimeError):  # on a GPU, sparse, with a gradient, bfloat16
            return np.asarray(part)
    return part


def _module(value) -> str:
    """Return the module of a torch or TensorFlow class, also for subclasses of it."""
    for kind in type(value).__mro__:
        if kind.__module__.startswith(("torch.", "tensorflow.")):
            return kind.__module__
    return type(value).__module__


def unpack(item, call: Call) -> tuple:
    """Return ``(x, y, sample_weight)`` of one batch, with None for missing parts."""
    if isinstance(item, list) and not call.method.startswith("predict"):
        item = tuple(item)
    if not isinstance(item, tuple):
        return item, None, None
    if not 1 <= len(item) <= 3:
        raise ValueError(
            sentence(
                call.name("x"),
                f"a tuple of {len(item)}",
                "(x,), (x, y) or (x, y, sample_weight)",
                "Several inputs go as one list or dict in the first place.",
            )
        )
    return (*item, None, None)[:3]
