"""`numeric_column` and `bucketized_column`: columns of numbers, as they are or by intervals."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from math import prod
from typing import Any

import numpy as np

from ... import ops
from ...custom_objects import find
from ...errors import ArgumentError, shown
from ...fields import field
from ...layers.columns_layer import Encoder
from ..dtypes import as_dtype
from .base import CategoricalColumn, DenseColumn, column_of, function_config
from .encoders import Ids, numbers


def _shape(value: Any) -> tuple[int, ...]:
    dims = value if isinstance(value, list | tuple) else (value,)
    if not dims or not all(isinstance(d, int | np.integer) and d > 0 for d in dims):
        raise ValueError(f"got {shown(value)}, expected an integer >= 1, or a tuple of such.")
    return tuple(int(d) for d in dims)


def _numeric_dtype(value: Any) -> str:
    dtype = as_dtype(value)
    if not (dtype.is_floating or dtype.is_integer):
        raise ValueError(f"got {shown(value)}, expected a float or an integer dtype.")
    return dtype


def _function(value: Any) -> Any:
    found = find(value, {}) if isinstance(value, str) else value
    if isinstance(value, str) and found is None:
        raise ValueError(
            f"got the name {value!r} of a function that is not known here; pass it by "
            f"custom_objects={{{value!r}: the function}}."
        )
    if found is not None and not callable(found):
        raise ValueError(f"got {shown(value)}, expected a function of a tensor.")
    return found


class numeric_column(DenseColumn):
    """A column of numbers, as they are.

    Args:
        key: str, name of the raw column.
        shape: int or tuple of ints >= 1, shape of a row's numbers; default ``(1,)``. They are
            flattened.
        default_value: number, or numbers of this shape, that stand for missing ones where examples
            are parsed; columns of arrays have all of theirs, and do not use it. Default None.
        dtype: dtype of the raw column, a float or an integer dtype; default "float32". The
            result is float32 in any case.
        normalizer_fn: function of a tensor ``(rows, *shape)``, written in TensorFlow's functions
            or in `brickwork.ops`; default None. It is part of the model's program, and runs for
            each batch.

    >>> from brickwork.dialects.columns.layer import DenseFeatures
    >>> age = numeric_column("age", normalizer_fn=lambda x: (x - 40.0) / 10.0)
    >>> DenseFeatures(age)({"age": [30, 50]})
    array([[-1.],
           [ 1.]], dtype=float32)
    """

    key: str = field(kind="str")
    shape: Any = field(default=(1,), convert=_shape)
    default_value: Any = field(default=None)
    dtype: str = field(default="float32", convert=_numeric_dtype)
    normalizer_fn: Any = field(default=None, convert=_function)

    def setup(self) -> None:
        given = self.default_value
        if given is None:
            return
        array = np.asarray(given)
        if (
            array.dtype.kind not in "iuf"
            or array.shape not in ((), self.shape)
            or not np.isfinite(array).all()
        ):
            raise ArgumentError(
                "numeric_column.default_value",
                f"got {shown(given)}, expected a number, or numbers of the shape {self.shape}.",
            )
        self.default_value = tuple(np.broadcast_to(array, self.shape).tolist())

    @property
    def name(self) -> str:
        """The name of the raw column."""
        return self.key

    @property
    def width(self) -> int:
        """How many numbers a row has."""
        return prod(self.shape)

    @property
    def encoders(self) -> tuple[Encoder, ...]:
        """The raw numbers."""
        return (self.encoder_for(self),)

    def encoder_for(self, column: DenseColumn) -> Encoder:
        """The step that reads the raw numbers for a column, this one or one that is made of it."""
        read = partial(numbers, key=self.key, shape=self.shape, who=column.who)
        return Encoder(column.name, {self.key: "float32"}, self.shape, "float32", read)

    def output(self, arrays: list, weight: Any, dtype: str) -> Any:
        """Return the numbers, normalized and flattened."""
        return ops.reshape(self.normalized(arrays[0], dtype), (-1, self.width))

    def normalized(self, numbers: Any, dtype: str) -> Any:
        """Return what `normalizer_fn` returns for the raw numbers.

        Args:
            numbers: symbol ``(rows, *shape)``.
            dtype: dtype of the result.

        Raises:
            ArgumentError (a ValueError): if that has another size.
        """
        if self.normalizer_fn is None:
            return ops.cast(numbers, dtype)
        found = ops.cast(ops.convert_to_tensor(self.normalizer_fn(numbers)), dtype)
        if None in found.shape[1:] or prod(found.shape[1:]) != self.width or not found.shape:
            raise ArgumentError(
                f"{self.who}.normalizer_fn",
                f"got a result of shape {found.shape}, expected (rows, "
                f"{', '.join(map(str, self.shape))}).",
            )
        return found

    def get_config(self) -> dict[str, Any]:
        """Return the arguments, the function by its name."""
        return {
            **super().get_config(),
            "dtype": str(self.dtype),
            "normalizer_fn": function_config(self.normalizer_fn, f"{self.who}.normalizer_fn"),
        }


def _numeric(value: Any) -> numeric_column:
    return column_of(numeric_column, "a numeric_column.", value)


def _boundaries(value: Any) -> tuple[float, ...]:
    array = np.asarray(value if isinstance(value, list | tuple | np.ndarray) else [])
    if array.ndim != 1 or not array.size or array.dtype.kind not in "iuf":
        raise ValueError(f"got {shown(value)}, expected a list of numbers.")
    if not np.isfinite(array).all() or (np.diff(array) <= 0).any():
        raise ValueError(f"got {shown(value)}, expected numbers that rise: each above the last.")
    return tuple(array.tolist())


class bucketized_column(DenseColumn, CategoricalColumn):
    """A column of numbers by intervals: 1 for the interval of each number, 0 for the others.

    It is dense, and a categorical column for `crossed_column` and `embedding_column` as well.

    Args:
        source_column: a `numeric_column` whose rows are vectors.
        boundaries: list of numbers that rise. The first interval is below all of them; each
            boundary belongs to the interval that it begins. Numbers are compared as float32.

    >>> from brickwork.dialects.columns.layer import DenseFeatures
    >>> ages = bucketized_column(numeric_column("age"), [18, 65])
    >>> DenseFeatures(ages)({"age": [17, 18, 80]})
    array([[1., 0., 0.],
           [0., 1., 0.],
           [0., 0., 1.]], dtype=float32)
    """

    source_column: Any = field(convert=_numeric)
    boundaries: Any = field(convert=_boundaries)

    def setup(self) -> None:
        if len(self.source_column.shape) > 1:
            raise ArgumentError(
                "bucketized_column.source_column",
                f"got rows of the shape {self.source_column.shape}, expected vectors.",
            )

    @property
    def name(self) -> str:
        """The name of the raw column with ``_bucketized``."""
        return f"{self.source_column.name}_bucketized"

    @property
    def num_buckets(self) -> int:
        """The number of intervals, for each number of a row."""
        return (len(self.boundaries) + 1) * self.source_column.width

    width = num_buckets

    @property
    def keys_read(self) -> dict[str, str]:
        return {self.source_column.key: "float32"}

    @property
    def encoders(self) -> tuple[Encoder, ...]:
        return (self.source_column.encoder_for(self),)

    def output(self, arrays: list, weight: Any, dtype: str) -> Any:
        """Return 1 for the interval of each number, the intervals of a row side by side."""
        values = ops.cast(self.source_column.normalized(arrays[0], "float32"), "float32")
        bounds = np.asarray(self.boundaries, np.float32)
        # Not "above or equal": NaN then belongs to the last interval, as in TensorFlow.
        above = ops.logical_not(ops.expand_dims(values, -1) < bounds)
        interval = ops.sum(ops.cast(above, "int32"), axis=-1)
        hot = ops.one_hot(interval, len(bounds) + 1, dtype=dtype)
        return ops.reshape(hot, (-1, self.width))

    def ids(self, features: Mapping[str, Any]) -> Ids:
        """Return the interval of each number; those of a row's numbers are counted on.

        Raises:
            ArgumentError (a ValueError): if the source has a `normalizer_fn`, which runs in the
                program, after categories are looked up.
        """
        source = self.source_column
        if source.normalizer_fn is not None:
            raise ArgumentError(
                self.who,
                "got a source with a normalizer_fn for a crossed, an indicator or an embedding "
                "column, expected one without: scale the boundaries instead.",
            )
        values = numbers(features, source.key, source.shape, self.who).astype(np.float32)
        bounds = np.asarray(self.boundaries, np.float32)
        found = np.searchsorted(bounds, values, side="right").astype(np.int64)
        found += np.arange(source.width) * (len(bounds) + 1)
        return Ids(found, np.ones(found.shape, bool))
