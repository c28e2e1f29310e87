"""`HostLayer`: a layer that computes with NumPy, before the engine runs; and its helpers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, cast

import numpy as np

from ...errors import ArgumentError
from ...program import Symbol, current_trace
from ...program.dims import from_shape
from ...program.results import as_result
from ...tree import flatten as leaves, map_structure as mapped
from ..layer import Layer
from ..symbolic_calls import Node


class HostLayer(Layer):
    """Base of the layers on strings, lookups and hashes.

    A subclass defines ``call(inputs)`` on arrays, ``compute_output_shape`` and `output_dtype`. A
    call on a symbol of `Input` is recorded. The model then applies the layer to its data, once for
    each call of fit, evaluate or predict (and once for each batch of a stream).
    """

    _host = True
    #: The dtype of its inputs: "string", "int64", or None for both.
    input_dtype = None  # type: str | None

    @property
    def output_dtype(self) -> str:
        """The dtype of the output."""
        return self.dtype

    def __call__(self, inputs: Any, training: bool | None = None, mask: Any = None) -> Any:
        """Return the output for an array, a list, a pandas table, or a symbol of `Input`."""
        symbols = [leaf for leaf in leaves(inputs) if isinstance(leaf, Symbol)]
        return self._recorded(inputs, symbols) if symbols else mapped(as_result, self.call(inputs))

    def _recorded(self, inputs: Any, symbols: list[Symbol]) -> Symbol:
        kind = type(self).__name__
        if current_trace() is not None:
            raise ArgumentError(
                self.name,
                f"got a symbol inside of a traced function; a {kind} "
                "runs before the engine and needs the data themselves. Call it on "
                "the arrays, or make it a layer of Sequential or of "
                "Model(inputs, outputs).",
            )
        for symbol in symbols:
            if self.input_dtype and (symbol.dtype == "string") != (self.input_dtype == "string"):
                raise ArgumentError(
                    self.name,
                    f"got an input of {symbol.dtype}, expected "
                    f"{self.input_dtype}: Input(..., dtype={self.input_dtype!r}).",
                )
        shape = mapped(lambda symbol: symbol.shape, inputs)
        self.build(shape)
        node = Node(self, (inputs,))
        self._nodes.append(node)
        return node.add_output(from_shape(self.compute_output_shape(shape)), self.output_dtype)


def array_of_integers(value: Any, what: str) -> np.ndarray:
    """Convert integers to int64.

    Raises:
        TypeError: for strings, and for floats that are not whole numbers.
        ValueError: for NaN, inf and missing values.
    """
    from ...data import as_numbers
    from ...data.checks.inputs import refuse_unusable

    array, columns = cast("tuple[np.ndarray, tuple | None]", as_numbers(value, what))
    if array.dtype.kind == "f":
        if not np.isfinite(array).all():
            refuse_unusable(
                array,
                "float64",
                what,
                columns,
                "Fill missing values with an unused integer, for instance x.fillna(-1).",
            )
        if not (np.isfinite(array) & (np.floor(array) == array)).all():
            raise TypeError(
                f"{what}: got floats that are not whole numbers, expected integers. "
                "Use Discretization to map numbers to integers."
            )
    return array.astype(np.int64)


def batches(data: Any, steps: int | None = None) -> Iterator:
    """The batches that `adapt` uses: an array, a list or a table is one batch; of any other
    iterable each item is one, up to `steps` of them.
    """
    if isinstance(data, str | bytes | list | tuple) or hasattr(data, "__array__"):
        yield data
        return
    for step, batch in enumerate(data):
        if steps is not None and step >= steps:
            return
        yield batch
