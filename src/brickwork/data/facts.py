"""What the checks use: facts about the model, the current call, and the data as arrays."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np

from ..program.dtypes import widened
from ..program.records import Record
from .rows import Rows

#: Data of more bytes are not copied as a whole, but converted when they are used.
LARGE = 1 << 30
#: The share of the machine's memory that data may have to be looked at as a whole, and read in any
#: order: in larger files each row would be fetched from the disk alone.
FITTING = 0.5


def fits(nbytes: int) -> bool:
    """Whether data of so many bytes can be in memory as a whole."""
    return nbytes <= LARGE or nbytes <= FITTING * memory()


@cache
def memory() -> int:
    """The bytes of the machine's memory; of a limit that the process has, where it is known."""
    if not hasattr(os, "sysconf"):  # on Windows
        return 1 << 33
    found = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    try:
        with open("/sys/fs/cgroup/memory.max") as limit:
            return min(found, int(limit.read()))
    except (OSError, ValueError):
        return found


class Port(Record):
    """One input or output of a model.

    Args:
        name: the name in the model, ``input_1`` or ``dense_2``.
        shape: the shape of one row, with None for an open dimension; None if not known yet.
        dtype: the dtype that the model computes with, float32 where that is half precision, to
            which layers round; an integer dtype means indices. For host-side layers also "string"
            or "any".
        activation: for an output, the name of its last activation; None if not known.
        ids: for an input of indices, how many there are; None if not known.
    """

    __slots__ = ("activation", "dtype", "ids", "name", "shape")

    def __init__(
        self,
        name: str,
        shape: tuple[int | None, ...] | None,
        dtype: str = "float32",
        activation: str | None = None,
        ids: int | None = None,
    ):
        self.name = name
        self.shape = shape
        self.dtype = widened(dtype)
        self.activation = activation
        self.ids = ids


class Expectation(Record):
    """The facts about a model that determine which data fits it.

    Args:
        inputs: in the order in which the program takes them.
        outputs: in the order of `losses`.
        losses: a `Loss` for each output, or None for no loss. Attributes that are used: ``labels``
            (the kind of its targets, see `Loss.labels`; None for any), ``name``,
            ``from_logits``, ``ignore_class``, ``axis``.
        handles_nan: the model masks NaN or has custom layers, so NaN may be intended.
        masks: for a model whose outputs may have a mask, so that some targets are ignored. Takes
            `Arrays` and the index of an output; returns a bool for each of its targets (or
            steps), or None if all of them count.
        host_part: the host-side layers that run on the data first; None if there are none. Its
            ``ports`` describe the given data, of which ``columns_of`` returns what is for these;
            it is called with arrays for these and a `Call`.
        free: for a step of the user's own, which may take data of any form; see `free`.
    """

    __slots__ = (
        "_kinds",
        "_signatures",
        "free",
        "handles_nan",
        "host_part",
        "inputs",
        "losses",
        "masks",
        "outputs",
    )

    def __init__(
        self,
        inputs: tuple[Port, ...],
        outputs: tuple[Port, ...] = (),
        losses: tuple[Any, ...] = (),
        handles_nan: bool = False,
        masks: Callable[[Arrays, int], np.ndarray | None] | None = None,
        host_part: Any = None,
        free: bool = False,
    ):
        self.inputs = inputs
        self.outputs = outputs
        self.losses = losses
        self.handles_nan = handles_nan
        self.masks = masks
        self.host_part = host_part
        self.free = free
        #: Kinds of data that were checked, see `checks.quick`.
        self._kinds: dict[tuple, tuple] = {}
        #: Their signatures, see `training.feeding`.
        self._signatures: dict[tuple, tuple] = {}

    def loss(self, index: int) -> Any:
        return self.losses[index] if index < len(self.losses) else None


class Call:
    """The current call, for messages: ``fit.y``, ``fit.validation_data[1]``, ``fit.y of batch 3``.

    Args:
        method: the name of the method, such as "fit".
        prefix: "validation_data" or empty.
        place: a suffix such as " of batch 3".
    """

    __slots__ = ("method", "place", "prefix")

    def __init__(self, method: str, prefix: str = "", place: str = ""):
        self.method = method
        self.prefix = prefix
        self.place = place

    def name(self, part: str, index: int = 0, ports: tuple[Port, ...] = ()) -> str:
        """Return the name of a part (x, y or sample_weight), with its port if there are several."""
        order = ("x", "y", "sample_weight")
        shown = f"{self.prefix}[{order.index(part)}]" if self.prefix else part
        if len(ports) > 1:
            shown += f"[{ports[index].name!r}]"
        return f"{self.method}.{shown}{self.place}"

    @property
    def trains(self) -> bool:
        """Whether this call trains on the data."""
        return self.method in ("fit", "train_on_batch") and not self.prefix

    def batch(self, number: int) -> Call:
        return Call(self.method, self.prefix, f" of batch {number}")


class Arrays:
    """Data in memory (or a memory-mapped file), ready for an engine.

    Every array is a NumPy array of a numeric dtype in native byte order, aligned, with any strides;
    its first dimension is the rows. Where possible it is the user's own memory: engines read it
    and convert it while they gather rows. Sparse matrices and large tables are `Rows`; `batch`
    makes arrays of them.

    Attributes:
        x: an array for each input.
        y: an array for each output, or None.
        weight: sample weights for each output, or None if all are 1.
        rows: the number of rows, the same for all arrays.
        columns: for each input its column names, or None.
        deferred: the data is too large to check at once; the code that takes rows checks them.
        given: the arrays before the host-side layers; without such layers the same as `x`.
        nest: for a step of the user's own, how `x`, which then holds all arrays, was nested.
        again: what makes `x` of `given`, where that depends on the rows that are together: texts
            of a batch are padded to the longest one. Otherwise None.
        kind: the shapes and dtypes of a batch that was checked by a look at its values, since
            another one of this kind was checked before; None for all others.
    """

    __slots__ = (
        "again",
        "columns",
        "deferred",
        "given",
        "kind",
        "nest",
        "rows",
        "weight",
        "x",
        "y",
    )

    def __init__(
        self,
        x: list[np.ndarray | Rows],
        y: list[np.ndarray | Rows | None],
        weight: list[np.ndarray | None],
        rows: int,
        columns: list[tuple | None] | None = None,
        deferred: bool = False,
        given: list[np.ndarray] | None = None,
        nest: Any = None,
        again: Callable[[list], list] | None = None,
        kind: tuple | None = None,
    ):
        self.x = x
        self.y = y
        self.weight = weight
        self.rows = rows
        self.columns = [] if columns is None else columns
        self.deferred = deferred
        self.given = [] if given is None else given
        self.nest = nest
        self.again = again
        self.kind = kind

    def names(self, inputs: tuple[Port, ...]) -> dict[str, tuple]:
        """Return the column names of inputs that have them, by the input's name."""
        if not any(self.columns):
            return {}
        return {
            port.name: names for port, names in zip(inputs, self.columns, strict=False) if names
        }

    def slice(self, start: int, stop: int) -> Arrays:
        """Return rows `start` to `stop`, without a copy."""
        return self._each(
            lambda a: a.select(slice(start, stop)) if isinstance(a, Rows) else a[start:stop]
        )

    def take(self, rows) -> Arrays:
        """Return a copy of the rows with these indices."""
        return self._each(lambda a: a.select(rows) if isinstance(a, Rows) else a[rows])

    def batch(self, rows) -> Arrays:
        """Return the rows of a slice or of these indices, all as arrays."""
        return self._each(lambda a: a[rows], isinstance(rows, slice) and rows == slice(None))

    def _each(self, taken, whole: bool = False) -> Arrays:
        x, y, weight = (
            [None if a is None else taken(a) for a in arrays]
            for arrays in (self.x, self.y, self.weight)
        )
        given = self.given
        if self.again is not None and not whole:
            given = [taken(a) for a in given]
            x = self.again(given)
        columns, deferred = self.columns, self.deferred
        return Arrays(x, y, weight, x[0].shape[0], columns, deferred, given, self.nest, self.again)

    @property
    def by_batch(self) -> bool:
        """Whether an engine needs the data batch by batch."""
        return self.deferred or self.again is not None or self.converts

    @property
    def converts(self) -> bool:
        """Whether rows are converted when they are used."""
        return any(isinstance(a, Rows) and a.csr_arrays is None for a in (*self.x, *self.y))

    @property
    def in_blocks(self) -> bool:
        """Whether neighbouring rows have to be read together, as those of a file."""
        return any(isinstance(a, Rows) and a.cuts is not None for a in (*self.x, *self.y))

    @property
    def in_windows(self) -> bool:
        """Whether an engine gets the data window by window; see `windows`."""
        return self.by_batch and self.again is None

    @property
    def nbytes(self) -> int:
        return sum(a.nbytes for a in (*self.x, *self.y, *self.weight) if a is not None)
