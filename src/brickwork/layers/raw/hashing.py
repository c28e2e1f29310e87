"""`Hashing` and `HashedCrossing`: categories as bins of a hash, without a vocabulary."""

from __future__ import annotations

from math import isfinite
from typing import TYPE_CHECKING, Any

import numpy as np

from ...data.adapt_data import data_to_adapt
from ...data.texts import as_texts, is_text
from ...errors import ArgumentError, shown
from ...fields import field
from ...program import floatx, standard
from ..layer import registry
from .encoding import encoded, encoded_shape, mode, no_sparse
from .fingerprints import buckets, farm64, joined
from .host import HostLayer, array_of_integers

#: The initial fingerprint of a crossing in TensorFlow.
START = 0xDECAFCAFFE


def convert_salt(value: Any) -> Any:
    """Convert a field: two integers, or one that is used twice; None for None."""
    integers = [value, value] if isinstance(value, int | np.integer) else value
    if value is None or (
        isinstance(integers, list | tuple)
        and len(integers) == 2
        and all(isinstance(k, int | np.integer) and not isinstance(k, bool) for k in integers)
    ):
        return None if value is None else [int(k) for k in integers]
    raise ValueError(f"got {shown(value)}, expected an integer, two integers, or None.")


def _dtype(value):
    value = value.get("config", {}).get("name") if isinstance(value, dict) else value
    return None if value is None else standard(getattr(value, "name", value))


class Bins(HostLayer):
    """Base of the hashing layers: the dtype of the output."""

    if TYPE_CHECKING:  # a field of each subclass

        @property
        def output_mode(self) -> str: ...

    def setup(self) -> None:
        super().setup()
        self.dtype = self.dtype or ("int64" if self.output_mode == "int" else floatx())
        if self.output_mode == "int" and self.dtype not in ("int32", "int64"):
            raise ArgumentError(
                f"{type(self).__name__}.dtype",
                f"got {self.dtype!r} for output_mode='int', expected 'int32' or 'int64'.",
            )


def _mask_value(value):
    if isinstance(value, float) and not isfinite(value):
        raise ValueError(f"got {value}, expected a value that inputs can have.")
    return value


@registry.add
class Hashing(Bins):
    """Maps each string or integer to a bin, by a hash.

    Args:
        num_bins: int >= 1, number of bins. A value's bin never changes; values may share a bin.
        mask_value: str or int, a value for which bin 0 is reserved; default None.
        salt: int or two ints, the key of SipHash-2-4; None (default) uses FarmHash64. Both are
            as in Keras.
        output_mode: "int" (default), or "one_hot", "multi_hot", "count" as for `CategoryEncoding`.
        sparse: False; sparse tensors are not supported.
        dtype: dtype of the output: "int64" (default) or "int32" for "int", else `floatx()`.

    Shapes: any -> the same for "int". Integers are hashed by their decimal digits; floats are
    truncated first.

    >>> Hashing(3)(["A", "B", "A"])
    array([1, 0, 1])
    """

    num_bins: int = field(kind="int", ge=1)
    mask_value: Any = field(default=None, convert=_mask_value)
    salt: Any = field(default=None, convert=convert_salt)
    output_mode: str = field(default="int", convert=mode("int", "one_hot", "multi_hot", "count"))
    sparse: bool = field(default=False, convert=no_sparse)
    dtype: str | Any = field(default=None, convert=_dtype, kw_only=True)

    def call(self, inputs: Any) -> Any:
        """See the class."""
        values, texts = _values(inputs, self.name)
        count, masked = self.num_bins, None
        if self.mask_value is not None and count > 1:
            count, masked = count - 1, values == _like(self.mask_value, values, self.name)
        bins = buckets(texts, count, self.salt).reshape(values.shape)
        if masked is not None:
            bins = np.where(masked, 0, bins + 1)
        return encoded(bins, self.output_mode, self.num_bins, self.dtype)

    def compute_output_shape(self, input_shape: Any) -> Any:
        """See the class."""
        return encoded_shape(input_shape, self.output_mode, self.num_bins)


@registry.add
class HashedCrossing(Bins):
    """Maps combinations of values, one of each input, to bins, by a hash.

    Args:
        num_bins: int >= 1, number of bins.
        output_mode: "int" (default) or "one_hot".
        sparse: False; sparse tensors are not supported.
        name: str, name of the layer; by default the class's name with a number.
        dtype: dtype of the output: "int64" (default) or "int32" for "int", else `floatx()`.

    It is called on a list of two inputs or more, of strings or integers.

    Shapes: a list of ``(batch,)`` or ``(batch, 1)`` -> the same for "int".

    >>> HashedCrossing(5)([["A", "B", "A", "B", "A"], np.array([101, 101, 101, 102, 102])])
    array([1, 4, 1, 1, 3])
    """

    field_order = ("num_bins", "output_mode", "sparse", "name", "dtype")
    num_bins: int = field(kind="int", ge=1)
    output_mode: str = field(default="int", convert=mode("int", "one_hot"))
    sparse: bool = field(default=False, convert=no_sparse)
    name: str | Any = field(default=None, kind="str", kw_only=True, positional=True)
    dtype: str | Any = field(default=None, convert=_dtype, kw_only=True, positional=True)

    def call(self, inputs: Any) -> Any:
        """See the class."""
        columns = [_column(part, f"{self.name}[{i}]") for i, part in enumerate(self._parts(inputs))]
        if any(getattr(part, "dtype", np.dtype(int)).kind == "f" for part in self._parts(inputs)):
            raise ArgumentError(
                self.name,
                "got floats, expected integers or strings: Discretization maps numbers to bins.",
            )
        shapes = [column.shape for column in columns]
        first = shapes[0]
        if len(set(shapes)) > 1 or len(first) > 2 or (len(first) == 2 and first[1] != 1):
            raise ArgumentError(
                self.name,
                f"got inputs of shapes {', '.join(map(str, shapes))}, "
                "expected all of one shape, (rows,) or (rows, 1).",
            )
        hashes = np.full(first, START, np.uint64)
        for column in columns:
            hashes = joined(hashes, column)
        bins = (hashes % np.uint64(self.num_bins)).astype(np.int64)
        return encoded(bins, self.output_mode, self.num_bins, self.dtype)

    def _parts(self, inputs: Any) -> list:
        if not isinstance(inputs, list | tuple) or len(inputs) < 2 or isinstance(inputs[0], str):
            raise ArgumentError(
                self.name, f"got {shown(inputs)}, expected a list of two inputs or more."
            )
        return list(inputs)

    def compute_output_shape(self, input_shape: Any) -> Any:
        """See the class."""
        parts = self._parts(input_shape)
        if len({tuple(part) for part in parts}) > 1:
            raise ArgumentError(self.name, f"got inputs of shapes {parts}, expected one shape.")
        return encoded_shape(parts[0], self.output_mode, self.num_bins)


def _values(inputs: Any, what: str) -> tuple[np.ndarray, list[bytes]]:
    """The inputs as an array, and as the bytes that are hashed."""
    if is_text(inputs):
        values = as_texts(inputs, what)
        return values, values.reshape(-1).tolist()
    values = data_to_adapt(inputs, what)  # raises for NaN, which has no category
    if values.dtype.kind == "b":
        return values, [b"true" if value else b"false" for value in values.reshape(-1).tolist()]
    return values, [b"%d" % value for value in values.reshape(-1).tolist()]


def _like(value: Any, values: np.ndarray, what: str) -> Any:
    """A value in the form that it has in an array of values."""
    if values.dtype.kind == "O" and isinstance(value, str | bytes):
        return value.encode() if isinstance(value, str) else value
    if values.dtype.kind != "O" and isinstance(value, int | float | np.number):
        return value
    raise ArgumentError(
        f"{what}.mask_value",
        f"got {shown(value)} for inputs of "
        f"{'strings' if values.dtype.kind == 'O' else values.dtype}, expected "
        "a value of the same type.",
    )


def _column(part: Any, what: str) -> np.ndarray:
    """Fingerprints of the values of one input."""
    if is_text(part):
        texts = as_texts(part, what)
        return farm64(texts.reshape(-1).tolist()).reshape(texts.shape)
    return array_of_integers(part, what).astype(np.uint64)
