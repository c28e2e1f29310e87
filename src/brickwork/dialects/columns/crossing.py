"""`crossed_column`: combinations of the values of several columns."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from ...errors import ArgumentError
from ...fields import encode, field
from ...layers.raw.fingerprints import farm64, joined
from ...layers.raw.hashing import START
from ...layers.raw.host import array_of_integers
from .base import CategoricalColumn, FeatureColumn, column_of
from .categories import categorical_column_with_hash_bucket
from .encoders import Ids, feature


def _keys(value: Any) -> tuple:
    if not isinstance(value, list | tuple) or len(value) < 2:
        raise ValueError(f"got {value!r}, expected a list of two keys or more.")
    return tuple(part if isinstance(part, str) else _categories(part) for part in value)


def _categories(value: Any) -> Any:
    column = column_of(FeatureColumn, "names of raw columns and categorical columns.", value)
    if isinstance(column, categorical_column_with_hash_bucket):
        raise ValueError(
            f"got {column.who}, expected {column.key!r}, the name of its raw column: to hash "
            "before crossing makes more values share a bin."
        )
    if not isinstance(column, CategoricalColumn):
        raise ValueError(
            f"got {column.who}, expected names of raw columns and categorical columns; a "
            "bucketized_column makes categories of numbers."
        )
    return column


class crossed_column(CategoricalColumn):
    """A column of combinations of values, whose categories are bins of a hash.

    The hash is TensorFlow's, bit for bit. A row with several values in a column has all
    combinations as categories. A row without a value in a categorical column has none; in a raw
    column that is named, "" and -1 are values like others, as in TensorFlow.

    Args:
        keys: list of two or more: names of raw columns of strings or integers, categorical columns
            other than `categorical_column_with_hash_bucket`, and crossed columns, which stand for
            their keys.
        hash_bucket_size: int >= 1, number of bins.
        hash_key: int >= 0, where the hash begins; None (default) for TensorFlow's.

    >>> from brickwork.dialects.columns.dense import indicator_column
    >>> from brickwork.dialects.columns.layer import DenseFeatures
    >>> both = crossed_column(["city", "kind"], 5)
    >>> both.name, DenseFeatures(indicator_column(both))({"city": ["Seoul"], "kind": [3]}).sum()
    ('city_X_kind', np.float32(1.0))
    """

    keys: Any = field(convert=_keys)
    hash_bucket_size: int = field(kind="int", ge=1)
    hash_key: int | None = field(default=None, kind="int", ge=0)

    @property
    def leaves(self) -> list:
        """The keys, with those of crossed columns in place of these."""
        return [
            leaf
            for key in self.keys
            for leaf in (key.leaves if isinstance(key, crossed_column) else [key])
        ]

    @property
    def name(self) -> str:
        """The names of the keys, sorted and joined by ``_X_``."""
        return "_X_".join(sorted(k if isinstance(k, str) else k.name for k in self.leaves))

    @property
    def num_buckets(self) -> int:
        """The number of bins."""
        return self.hash_bucket_size

    @property
    def keys_read(self) -> dict[str, str]:
        found: dict[str, str] = {}
        for leaf in self.leaves:
            found |= {leaf: "any"} if isinstance(leaf, str) else leaf.keys_read
        return found

    def ids(self, features: Mapping[str, Any]) -> Ids:
        """Return the bin of each combination."""
        parts = [self._fingerprints(leaf, features) for leaf in self.leaves]
        rows = {len(own) for own, _ in parts}
        if len(rows) > 1:
            raise ArgumentError(
                self.who, f"got columns of {sorted(rows)} rows, expected as many in each."
            )
        first, start = (max(rows), 1), START if self.hash_key is None else self.hash_key
        hashes, present = np.full(first, start, np.uint64), np.ones(first, bool)
        for own, there in parts:
            hashes = _pairs(hashes, own, joined)
            present = _pairs(present, there, np.logical_and)
        return Ids((hashes % np.uint64(self.hash_bucket_size)).astype(np.int64), present)

    def get_config(self) -> dict[str, Any]:
        """Return the arguments, the columns among the keys as configs."""
        return {**super().get_config(), "keys": [encode(key) for key in self.keys]}

    def _fingerprints(self, leaf: Any, features: Mapping[str, Any]) -> tuple:
        """What is hashed of a key's values, uint64 ``(rows, n)``; and where there are values."""
        if not isinstance(leaf, str):
            values, present = leaf.ids(features)
            return values.astype(np.uint64), present
        values = feature(features, leaf, self.who)
        if values.ndim > 2:
            raise ArgumentError(
                self.who,
                f"got rows of shape {values.shape[1:]} in the column {leaf!r}, expected vectors.",
            )
        if values.dtype.kind == "O":
            found = farm64(values.reshape(-1).tolist()).reshape(values.shape)
        else:
            found = array_of_integers(values, f"{self.who}: the column {leaf!r}").astype(np.uint64)
        return found, np.ones(values.shape, bool)


def _pairs(first: np.ndarray, second: np.ndarray, function: Any) -> np.ndarray:
    """A function of each pair of a row's values, ``(rows, n)`` and ``(rows, m)`` -> n * m."""
    both = np.broadcast_arrays(first[:, :, None], second[:, None, :])
    return function(*both).reshape(len(first), -1)
