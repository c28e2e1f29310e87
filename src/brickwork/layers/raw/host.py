"""`HostLayer`: a layer that computes with NumPy, before the engine; and what such layers share."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from ...errors import ArgumentError
from ...program import Symbol, current_trace
from ...program.dims import from_shape
from ...program.results import answered
from ..calling import leaves, mapped
from ..layer import Layer
from ..symbolic_calls import Node


class HostLayer(Layer):
    """Base of the layers on strings, tables and hashes.

    A subclass writes ``call(inputs)`` on arrays, ``compute_output_shape`` and `output_dtype`. On
    a symbol of `Input` it is noted down; the model then runs it over its data, once for each call
    of fit, evaluate or predict (and once for each batch of a stream).
    """

    _host = True
    #: What it takes: "string", "int64", or None for both.
    input_dtype: str | None = None

    @property
    def output_dtype(self) -> str:
        """The kind of what it answers."""
        return self.dtype

    def __call__(self, inputs, training=None, mask=None):
        """The output for an array, a list, a table of pandas, or a symbol of `Input`."""
        symbols = [leaf for leaf in leaves(inputs) if isinstance(leaf, Symbol)]
        return self._noted(inputs, symbols) if symbols else mapped(answered, self.call(inputs))

    def _noted(self, inputs, symbols: list[Symbol]) -> Symbol:
        kind = type(self).__name__
        if current_trace() is not None:
            raise ArgumentError(self.name, f"got a symbol inside of a traced function; a {kind} "
                                "runs before the engine and needs the data themselves. Call it on "
                                "the arrays, or let it be a layer of Sequential or of "
                                "Model(inputs, outputs).")
        for symbol in symbols:
            if self.input_dtype and (symbol.dtype == "string") != (self.input_dtype == "string"):
                raise ArgumentError(self.name, f"got an input of {symbol.dtype}, expected "
                                    f"{self.input_dtype}: Input(..., dtype={self.input_dtype!r}).")
        shape = mapped(lambda symbol: symbol.shape, inputs)
        self.build(shape)
        node = Node(self, (inputs,))
        self._nodes.append(node)
        return node.answer(from_shape(self.compute_output_shape(shape)), self.output_dtype)

    def build(self, input_shape) -> None:
        """Take a place in a model, which needs to know what comes out.

        Raises:
            ArgumentError: where an extent of that is not known.
        """
        output = self.compute_output_shape(input_shape)
        if None in output[1:]:
            raise ArgumentError(f"{self.name} ({type(self).__name__})", f"got a place in a model "
                                f"for an output of shape {output}, expected all but the number of "
                                f"rows to be known. {self._how_to_know()}")

    def _how_to_know(self) -> str:
        """What to do about an extent that is not known."""
        return ""


def array_of_integers(value, what: str) -> np.ndarray:
    """Integers, as int64.

    Raises:
        TypeError: for strings, and for floats that are no integers.
        ValueError: for NaN, inf and gaps.
    """
    from ...data import as_numbers
    from ...data.checks.inputs import refuse_unusable

    array, columns = as_numbers(value, what)
    if array.dtype.kind == "f":
        if not np.isfinite(array).all():
            refuse_unusable(array, "float64", what, columns, "Give what is missing a number of "
                            "its own, for instance x.fillna(-1).")
        if not (np.isfinite(array) & (np.floor(array) == array)).all():
            raise TypeError(f"{what}: got floats that are no integers, expected integers. Use "
                            "Discretization to make integers of amounts.")
    return array.astype(np.int64)


def batches(data, steps: int | None = None) -> Iterator:
    """What `adapt` looks at, part by part: an array, a list or a table is one part; of anything
    else that can be iterated over each item is one, up to so many `steps`.
    """
    if isinstance(data, str | bytes | list | tuple) or hasattr(data, "__array__"):
        yield data
        return
    for step, batch in enumerate(data):
        if steps is not None and step >= steps:
            return
        yield batch
