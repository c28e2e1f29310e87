"""`ColumnsLayer`: a layer that takes a table's columns by name and makes arrays of numbers of them
before the engine runs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..data.tables import by_column
from ..errors import ArgumentError, shown
from ..program import Symbol, current_trace
from ..program.dims import from_shape
from ..tree import flatten as leaves
from .layer import Layer
from .symbolic_calls import Node


@dataclass(frozen=True)
class Encoder:
    """Computes one array of numbers from the raw columns; a host-side step of a model.

    Attributes:
        name: its name, for messages.
        keys: for each raw column that is read, the dtype of an `Input` for it.
        shape: shape of a row of the array, None for an extent that is not known.
        dtype: dtype of the array in a model's program.
        encode: the function from a dict of raw columns to the array.
    """

    name: str
    keys: Mapping[str, str]
    shape: tuple[int | None, ...]
    dtype: str
    encode: Callable[[Mapping[str, Any]], np.ndarray]
    # What a graph asks of layers.
    _host = True
    _pads = False
    trainable_weights = ()

    def __call__(self, features: Mapping[str, Any]) -> np.ndarray:
        return self.encode(features)


class ColumnsLayer(Layer):
    """Base of the layers that take a dict of columns, or a table of pandas, Polars or Arrow.

    A subclass sets `_encoders` in `setup`, and defines ``call(arrays)`` on what these return and
    ``compute_output_shape``. Such a layer is the first of a `Sequential` model, or called on
    arrays or on a dict of `Input` symbols.
    """

    #: The dtype of its ports: "any" converts a column to numbers or to bytes, "column" keeps
    #: missing values and dates; see `data.columns`.
    _port_dtype = "any"

    def __call__(self, features: Any, training: bool | None = None, **kwargs: Any) -> Any:
        """Return the output for a dict of columns; of a dict of symbols a symbol.

        Args:
            features: dict of columns, or a table of pandas, Polars or Arrow.
            training: accepted, without effect.
            kwargs: none are accepted.
        """
        if kwargs:
            raise ArgumentError(self.name, f"got unknown arguments {sorted(kwargs)}.")
        columns = by_column(features, self.name)
        if columns is not None:  # whose names may be numbers
            features = {str(key): column for key, column in columns.items()}
        symbols = [leaf for leaf in leaves(features) if isinstance(leaf, Symbol)]
        if not isinstance(features, Mapping):
            if symbols and current_trace() is not None:  # what the encoders returned
                return super().__call__(features, training=training)
            raise ArgumentError(
                self.name,
                f"got {shown(features)}, expected a dict of columns: "
                f"{{{', '.join(f'{key!r}: ...' for key in self._keys())}}}.",
            )
        if symbols:
            return self._recorded(features)
        arrays = [encoder(features) for encoder in self._encoders]
        rows = {len(array): encoder for array, encoder in zip(arrays, self._encoders, strict=True)}
        if len(rows) > 1:
            raise ArgumentError(
                self.name,
                "got columns of "
                + " and ".join(f"{count} rows ({one.name})" for count, one in rows.items())
                + ", expected as many in each.",
            )
        return super().__call__(arrays, training=training)

    def _keys(self) -> list[str]:
        """The raw columns that are read."""
        return sorted({key for encoder in self._encoders for key in encoder.keys})

    def _recorded(self, features: Mapping[str, Any]) -> Symbol:
        """Record the call on symbols of `Input`; the model runs the encoders on its data."""
        if current_trace() is not None:
            raise ArgumentError(
                self.name,
                f"got symbols inside of a traced function; {type(self).__name__} reads columns "
                "before the engine runs, and needs the data themselves. Call it on the arrays, or "
                "make it a layer of Sequential or of Model(inputs, outputs).",
            )
        for encoder in self._encoders:
            for key, dtype in encoder.keys.items():
                if key not in features:
                    raise ArgumentError(
                        self.name,
                        f"got inputs {sorted(map(str, features))}, expected {key!r}, too, for "
                        f"the column {encoder.name!r}.",
                    )
                self._check_input(encoder.name, key, dtype, features[key])
        used = {key: features[key] for key in self._keys()}
        if not self.built:
            self.build({key: symbol.shape for key, symbol in used.items()})
        node = Node(self, (used,))
        self._nodes.append(node)
        return node.add_output(from_shape(self.compute_output_shape(None)), self.compute_dtype)

    def _check_input(self, column: str, key: str, dtype: str, symbol: Symbol) -> None:
        """Raise for an input whose dtype does not fit a raw column."""
