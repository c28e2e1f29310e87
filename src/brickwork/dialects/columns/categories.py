"""Columns of categories: by a vocabulary, as identities, by a hash, and with weights."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from ...data.texts import as_texts, decoded, is_text
from ...errors import ArgumentError, shown
from ...fields import field
from ...layers.raw.fingerprints import buckets
from ..dtypes import as_dtype
from .base import CategoricalColumn, categorical
from .encoders import Ids, categories, feature, given


def _dtype_of_categories(value: Any) -> str | None:
    if value is None:
        return None
    dtype = as_dtype(value)
    if dtype != "string" and not dtype.is_integer:
        raise ValueError(f"got {shown(value)}, expected tf.string or an integer dtype.")
    return dtype


def _vocabulary(value: Any) -> tuple:
    array = None if isinstance(value, str | bytes) else np.asarray(value)
    if array is None or array.ndim != 1 or not array.size:
        raise ValueError(f"got {shown(value)}, expected a list of strings or integers.")
    if is_text(array):
        found = tuple(decoded(as_texts(value, "vocabulary_list")).tolist())
    elif array.dtype.kind in "iu":
        found = tuple(array.tolist())
    else:
        raise ValueError(
            f"got values of dtype {array.dtype}, expected strings or integers, without missing "
            "values."
        )
    twice = (
        next((v for v in found if found.count(v) > 1), None)
        if len(set(found)) < len(found)
        else None
    )
    if twice is not None:
        raise ValueError(f"got {twice!r} twice, expected each value once.")
    return found


class categorical_column_with_vocabulary_list(CategoricalColumn):
    """A column of strings or integers that stand in a list; a category is the place there.

    Args:
        key: str, name of the raw column.
        vocabulary_list: list, tuple or array of distinct strings, or of distinct integers.
        dtype: "string" or an integer dtype of the raw column; None (default): that of the list.
        default_value: int, the category of values that are not in the list; -1 (default): none,
            so that an indicator and an embedding of them are 0.
        num_oov_buckets: int >= 0, number of categories after those of the list that all other
            values share by a hash, the same as TensorFlow's; default 0.

    "" and -1 in the data mean that there is no value, as in TensorFlow, whatever the list holds.

    >>> from brickwork.dialects.columns.dense import indicator_column
    >>> from brickwork.dialects.columns.layer import DenseFeatures
    >>> city = categorical_column_with_vocabulary_list("city", ["Seoul", "Ulsan"])
    >>> DenseFeatures(indicator_column(city))({"city": ["Ulsan", "Paris"]})
    array([[0., 1.],
           [0., 0.]], dtype=float32)
    """

    key: str = field(kind="str")
    vocabulary_list: Any = field(convert=_vocabulary)
    dtype: str | Any = field(default=None, convert=_dtype_of_categories)
    default_value: int = field(default=-1, kind="int")
    num_oov_buckets: int = field(default=0, kind="int", ge=0)

    def setup(self) -> None:
        own = "string" if isinstance(self.vocabulary_list[0], str) else "int64"
        self.dtype = self.dtype or own
        if (self.dtype == "string") != (own == "string"):
            raise ArgumentError(
                "categorical_column_with_vocabulary_list.dtype",
                f"got {str(self.dtype)!r} for a vocabulary of {own}, expected its dtype.",
            )
        if self.num_oov_buckets and self.default_value != -1:
            raise ArgumentError(
                "categorical_column_with_vocabulary_list.default_value",
                f"got {self.default_value} with num_oov_buckets={self.num_oov_buckets}, expected "
                "one of the two: both say what unknown values become.",
            )
        # No StringLookup: its special tokens could not be values here.
        entries = [v.encode() if isinstance(v, str) else v for v in self.vocabulary_list]
        self._places = {value: i for i, value in enumerate(entries)}

    @property
    def name(self) -> str:
        """The name of the raw column."""
        return self.key

    @property
    def num_buckets(self) -> int:
        """The number of categories."""
        return len(self.vocabulary_list) + self.num_oov_buckets

    @property
    def keys_read(self) -> dict[str, str]:
        return {self.key: "string" if self.dtype == "string" else "int64"}

    def ids(self, features: Mapping[str, Any]) -> Ids:
        """Return the place of each value in the list, that of its hash, or `default_value`."""
        values = categories(features, self.key, self.dtype, self.who)
        flat = values.reshape(-1).tolist()
        found = np.fromiter(map(self._places.get, flat, [-1] * len(flat)), np.int64, len(flat))
        unknown = np.flatnonzero(found < 0)
        if self.num_oov_buckets and unknown.size:
            texts = [_as_bytes(flat[i]) for i in unknown]
            found[unknown] = len(self._places) + buckets(texts, self.num_oov_buckets)
        else:
            found[unknown] = self.default_value
        return Ids(found.reshape(values.shape), given(values))

    def get_config(self) -> dict[str, Any]:
        return {
            **super().get_config(),
            "vocabulary_list": list(self.vocabulary_list),
            "dtype": str(self.dtype),
        }


def _as_bytes(value: Any) -> bytes:
    """What TensorFlow hashes of a category: its text, or its decimal digits."""
    return value if isinstance(value, bytes) else b"%d" % value


def categorical_column_with_vocabulary_file(
    key: str,
    vocabulary_file: str,
    vocabulary_size: int | None = None,
    dtype: Any = "string",
    default_value: int | None = None,
    num_oov_buckets: int = 0,
    file_format: str | None = None,
) -> categorical_column_with_vocabulary_list:
    """Return a column of strings or integers that are the lines of a file.

    The file is read at once, so that a saved model holds the vocabulary itself.

    Args:
        key: str, name of the raw column.
        vocabulary_file: path of a text file with one value a line.
        vocabulary_size: int >= 1, how many lines count, from the first on; None (default): all.
        dtype: "string" (default), or an integer dtype.
        default_value, num_oov_buckets: as for `categorical_column_with_vocabulary_list`; None
            (default) is -1.
        file_format: None or "text".

    Raises:
        ArgumentError (a ValueError): if there is no such file, or it has fewer lines.
    """
    who = "categorical_column_with_vocabulary_file"
    if file_format not in (None, "text"):
        raise ArgumentError(
            f"{who}.file_format",
            f"got {file_format!r}, expected None or 'text': write the values one a line.",
        )
    try:
        with open(vocabulary_file, encoding="utf-8", newline="") as file:
            lines = file.read().replace("\r", "").split("\n")
    except OSError as error:
        raise ArgumentError(
            f"{who}.vocabulary_file", f"got {vocabulary_file!r}, which cannot be read: {error}."
        ) from None
    lines = lines[:-1] if not lines[-1] else lines  # what follows the last end of a line
    if vocabulary_size is not None and not 1 <= vocabulary_size <= len(lines):
        raise ArgumentError(
            f"{who}.vocabulary_size",
            f"got {vocabulary_size!r} for a file of {len(lines)} lines, expected 1 to "
            f"{len(lines)}.",
        )
    entries: list = lines[:vocabulary_size]
    if dtype is not None and as_dtype(dtype).is_integer:
        try:
            entries = [int(line) for line in entries]
        except ValueError as error:
            raise ArgumentError(f"{who}.vocabulary_file", f"got a line, {error}.") from None
    return categorical_column_with_vocabulary_list(
        key,
        entries,
        dtype,
        -1 if default_value is None else default_value,
        num_oov_buckets,
    )


class categorical_column_with_identity(CategoricalColumn):
    """A column of integers that are categories themselves, from 0 to `num_buckets` - 1.

    Args:
        key: str, name of the raw column.
        num_buckets: int >= 1, number of categories.
        default_value: int, the category of all other integers; None (default): they have none. An
            indicator of them is then 0, and an embedding takes no integer above the range.

    -1 in the data means that there is no value, as in TensorFlow.
    """

    key: str = field(kind="str")
    num_buckets: int = field(kind="int", ge=1)
    default_value: int | None = field(default=None, kind="int", ge=0)

    def setup(self) -> None:
        if self.default_value is not None and self.default_value >= self.num_buckets:
            raise ArgumentError(
                "categorical_column_with_identity.default_value",
                f"got {self.default_value}, expected 0 to {self.num_buckets - 1}.",
            )

    @property
    def name(self) -> str:
        """The name of the raw column."""
        return self.key

    @property
    def keys_read(self) -> dict[str, str]:
        return {self.key: "int64"}

    def ids(self, features: Mapping[str, Any]) -> Ids:
        """Return the integers, `default_value` for those out of range."""
        values = categories(features, self.key, "int64", self.who)
        present = given(values)
        if self.default_value is not None:
            within = (values >= 0) & (values < self.num_buckets)
            values = np.where(within, values, self.default_value)
        return Ids(values, present)


class categorical_column_with_hash_bucket(CategoricalColumn):
    """A column of strings or integers whose categories are bins of a hash.

    The hash is TensorFlow's, bit for bit: FarmHash's Fingerprint64 of the text, or of the decimal
    digits.

    Args:
        key: str, name of the raw column.
        hash_bucket_size: int >= 1, number of bins.
        dtype: "string" (default), or an integer dtype of the raw column.

    "" and -1 in the data mean that there is no value, as in TensorFlow.
    """

    key: str = field(kind="str")
    hash_bucket_size: int = field(kind="int", ge=1)
    dtype: str = field(default="string", convert=_dtype_of_categories)

    @property
    def name(self) -> str:
        """The name of the raw column."""
        return self.key

    @property
    def num_buckets(self) -> int:
        """The number of bins."""
        return self.hash_bucket_size

    @property
    def keys_read(self) -> dict[str, str]:
        return {self.key: "string" if self.dtype == "string" else "int64"}

    def ids(self, features: Mapping[str, Any]) -> Ids:
        """Return the bin of each value."""
        values = categories(features, self.key, self.dtype, self.who)
        texts = [_as_bytes(value) for value in values.reshape(-1).tolist()]
        bins = buckets(texts, self.hash_bucket_size).reshape(values.shape)
        return Ids(bins, given(values))

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "dtype": str(self.dtype)}


class weighted_categorical_column(CategoricalColumn):
    """A column of categories, each with a weight from another raw column.

    Args:
        categorical_column: the categories.
        weight_feature_key: str, name of the raw column of weights, of the same shape; 0 where
            there is no category, and only there.
        dtype: dtype of the weights; default "float32".
    """

    categorical_column: Any = field(convert=categorical)
    weight_feature_key: str = field(kind="str")
    dtype: str = field(default="float32", convert=lambda value: as_dtype(value))

    @property
    def name(self) -> str:
        """The name of the categories with ``_weighted_by_`` and that of the weights."""
        return f"{self.categorical_column.name}_weighted_by_{self.weight_feature_key}"

    @property
    def num_buckets(self) -> int:
        """The number of categories."""
        return self.categorical_column.num_buckets

    @property
    def keys_read(self) -> dict[str, str]:
        return {**self.categorical_column.keys_read, self.weight_feature_key: "float32"}

    def ids(self, features: Mapping[str, Any]) -> Ids:
        return self.categorical_column.ids(features)

    def weights(self, features: Mapping[str, Any]) -> np.ndarray:
        """Return the weight of each category, float32.

        Raises:
            ArgumentError (a ValueError): for weights of another shape, of a category that is not
                there, or of 0 for one that is: which belong together is then not known.
        """
        found = feature(features, self.weight_feature_key, self.who)
        present = self.ids(features).present
        if found.dtype.kind == "O" or found.shape != present.shape:
            raise ArgumentError(
                self.who,
                f"got weights of {found.dtype} and shape {found.shape}, expected numbers of the "
                f"shape of the categories, {present.shape}.",
            )
        if ((found != 0) != present).any():
            raise ArgumentError(
                self.who,
                "got a weight of 0 for a category, or a weight without one, expected a weight "
                "for each category, and 0 where there is none. Leave out a category by '' or -1.",
            )
        return found.astype(np.float32)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "dtype": str(self.dtype)}
