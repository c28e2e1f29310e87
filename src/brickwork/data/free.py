"""Data for a step of the user's own (``train_step``), which may take it in any form.

Nothing is known of what the arrays mean. So they stay nested as they were given, and are checked
only to be numbers, finite, and of equally many rows.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from ..program.records import Record
from . import facts
from .checks.inputs import check_input_values
from .facts import Arrays, Call, Port
from .notices import sentence
from .numbers import as_numbers
from .rows import Rows


class Nest(Record):
    """How arrays were nested in tuples, lists and dicts.

    Args:
        kind: "array", "none", "tuple", "list" or "dict".
        parts: the nests inside, with their keys.
    """

    __slots__ = ("kind", "parts")

    def __init__(self, kind: str, parts: tuple[tuple[Any, Nest], ...] = ()):
        self.kind = kind
        self.parts = parts

    def filled(self, values: Iterator) -> Any:
        """The values, one for each array, nested in this way."""
        if self.kind == "array":
            return next(values)
        if self.kind == "none":
            return None
        parts = {key: part.filled(values) for key, part in self.parts}
        return (
            parts
            if self.kind == "dict"
            else (tuple if self.kind == "tuple" else list)(parts.values())
        )


def packed(x: Any, y: Any = None, sample_weight: Any = None) -> Any:
    """What a step gets for the arguments of ``fit``, as in Keras.

    >>> packed(1), packed(1, 2), packed(1, None, 3)
    (1, (1, 2), (1, None, 3))
    """
    if sample_weight is not None:
        return x, y, sample_weight
    if y is not None:
        return x, y
    return (x,) if isinstance(x, list | tuple) else x


def adapt_free(item: Any, call: Call) -> Arrays:
    """Convert the data of one call, or one batch of a stream.

    Raises:
        ValueError: for arrays of different numbers of rows, or values that are not finite.
        TypeError: for data that is not numeric.
    """
    found: list[np.ndarray] = []
    nest = _nested(item, found, call.name("x"))
    if not found:
        raise ValueError(sentence(call.name("x"), "no array", "at least one"))
    for array in found:
        if array.shape[0] != found[0].shape[0]:
            raise ValueError(
                sentence(
                    call.name("x"),
                    f"arrays of {found[0].shape[0]} and {array.shape[0]} rows",
                    "the same number in each",
                )
            )
    arrays = Arrays(found, [], [], found[0].shape[0], [None] * len(found), given=found, nest=nest)
    arrays.deferred = not facts.fits(arrays.nbytes) or arrays.converts
    if not arrays.deferred:
        check_free(arrays, call)
    return arrays


def check_free(arrays: Arrays, call: Call) -> None:
    """Require finite values, of data of any form."""
    for array in arrays.x:
        check_input_values(array, Port("x", None), call.name("x"), None, False)


def _nested(value: Any, found: list, what: str) -> Nest:
    if value is None:
        return Nest("none")
    if isinstance(value, dict):
        return Nest("dict", tuple((k, _nested(v, found, what)) for k, v in value.items()))
    several = isinstance(value, tuple) or (
        isinstance(value, list) and all(getattr(part, "ndim", 0) for part in value)
    )
    if several:
        kind = "tuple" if isinstance(value, tuple) else "list"
        return Nest(kind, tuple((i, _nested(v, found, what)) for i, v in enumerate(value)))
    array = as_numbers(value, what)[0]
    if isinstance(array, Rows) and array.size * array.dtype.itemsize <= facts.LARGE:
        array = array.read()
    found.append(array if array.ndim else array.reshape(1))
    return Nest("array")
