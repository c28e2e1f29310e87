"""What the checks know: the facts of a model, the call that is being made, the data's arrays."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from .rows import Rows

#: Above this many bytes arrays are checked batch by batch instead of in one pass.
LARGE = 1 << 30


@dataclass(frozen=True, slots=True)
class Port:
    """One input or output of a model.

    Args:
        name: as in the model, ``input_1`` or ``dense_2``.
        shape: of one row, None for an open dimension; None as a whole if not known yet.
        dtype: what the model computes with; an integer dtype means ids. Of what runs before, also
            "string", or "any".
        activation: of an output: the name of its last activation, None if not known.
        ids: of an input of ids: how many there are, None if not known.
    """

    name: str
    shape: tuple[int | None, ...] | None
    dtype: str = "float32"
    activation: str | None = None
    ids: int | None = None


@dataclass(frozen=True, slots=True)
class Expectation:
    """The plain facts of a model that decide which data fit it.

    Args:
        inputs: in the order in which the program takes them.
        outputs: in the order of `losses`.
        losses: a `Loss` for each output, None where there is none. Read from a loss: ``labels``
            (what its targets are, see `Loss.labels`; None for anything), ``name``,
            ``from_logits``, ``ignore_class``, ``axis``.
        handles_nan: the model masks NaN or has layers of its user's own, so NaN may be meant.
        masks: for a model whose outputs may carry a mask, so that some targets do not count: takes
            `Arrays` and the index of an output, returns a bool for each of its targets (or for
            each step), or None where all of them count.
        before: what runs on the data before they are the `inputs`, None where nothing does: has
            ``ports``, which say what is given, and is called with arrays for these and a `Call`.
    """

    inputs: tuple[Port, ...]
    outputs: tuple[Port, ...] = ()
    losses: tuple[Any, ...] = ()
    handles_nan: bool = False
    masks: Callable[[Arrays, int], np.ndarray | None] | None = None
    before: Any = None

    def loss(self, index: int) -> Any:
        return self.losses[index] if index < len(self.losses) else None


@dataclass(frozen=True, slots=True)
class Call:
    """Who asks, for messages: ``fit.y``, ``fit.validation_data[1]``, ``fit.y of batch 3``."""

    method: str
    prefix: str = ""
    place: str = ""

    def name(self, part: str, index: int = 0, ports: tuple[Port, ...] = ()) -> str:
        """The argument of this part (x, y or sample_weight), and of which port if of several."""
        order = ("x", "y", "sample_weight")
        shown = f"{self.prefix}[{order.index(part)}]" if self.prefix else part
        if len(ports) > 1:
            shown += f"[{ports[index].name!r}]"
        return f"{self.method}.{shown}{self.place}"

    @property
    def trains(self) -> bool:
        """Whether weights are changed by the data of this call."""
        return self.method in ("fit", "train_on_batch") and not self.prefix

    def batch(self, number: int) -> Call:
        return Call(self.method, self.prefix, f" of batch {number}")


@dataclass(slots=True)
class Arrays:
    """Data that lies in memory (or in a map of a file), ready for an engine's feeds.

    Every array is NumPy's, of a number type in native byte order, aligned, of any strides; its
    first dimension is the rows. The user's own memory wherever that can be: engines read it,
    and convert while they gather. What is no such array (sparse matrices, large tables) stands
    here as `Rows`, of which `batch` makes arrays.

    Attributes:
        x: an array for each input.
        y: an array for each output, None where there is none.
        weight: weights for each output, None where all are 1.
        rows: what all of them agree on.
        columns: for each input the names of its columns where it came with such.
        deferred: too large to be checked at once; whoever takes rows out checks them.
        given: what was given for `x`; the same unless something ran before.
    """

    x: list[np.ndarray | Rows]
    y: list[np.ndarray | Rows | None]
    weight: list[np.ndarray | None]
    rows: int
    columns: list[tuple | None] = field(default_factory=list)
    deferred: bool = False
    given: list[np.ndarray] = field(default_factory=list)

    def names(self, inputs: tuple[Port, ...]) -> dict[str, tuple]:
        """The names of the columns by the input's name, where there are such."""
        return {port.name: names for port, names in zip(inputs, self.columns, strict=False)
                if names}

    def slice(self, start: int, stop: int) -> Arrays:
        """Rows `start` to `stop`, without a copy."""
        return self._each(lambda a: a.part(slice(start, stop)) if isinstance(a, Rows)
                          else a[start:stop])

    def take(self, rows) -> Arrays:
        """The rows of these numbers, copied."""
        return self._each(lambda a: a.part(rows) if isinstance(a, Rows) else a[rows])

    def batch(self, rows) -> Arrays:
        """The rows of this slice or of these numbers, all of them arrays."""
        return self._each(lambda a: a[rows])

    def _each(self, taken) -> Arrays:
        x, y, weight = ([None if a is None else taken(a) for a in arrays]
                        for arrays in (self.x, self.y, self.weight))
        return Arrays(x, y, weight, x[0].shape[0], self.columns, self.deferred, self.given)

    @property
    def by_batch(self) -> bool:
        """Whether an engine must be given one batch after the other."""
        return self.deferred or any(isinstance(a, Rows) and a.feed is None
                                    for a in (*self.x, *self.y))

    @property
    def nbytes(self) -> int:
        return sum(a.nbytes for a in (*self.x, *self.y, *self.weight) if a is not None)
