"""`indicator_column` and `embedding_column`: categories as numbers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from ... import initializers, ops
from ...errors import ArgumentError, shown
from ...fields import field
from ...layers.columns_layer import Encoder
from .base import CategoricalColumn, DenseColumn, categorical


class _OfCategories(DenseColumn):
    """Base of the columns that make numbers of a categorical one."""

    categorical_column: CategoricalColumn

    @property
    def encoders(self) -> tuple[Encoder, ...]:
        """The categories of each row, -1 for none; and their weights, if they have any."""
        keys = self.categorical_column.keys_read
        found = (Encoder(self.name, keys, (None,), "int32", self._ids),)
        if hasattr(self.categorical_column, "weights"):
            weights = self.categorical_column.weights
            found += (Encoder(f"{self.name}_weights", keys, (None,), "float32", weights),)
        return found

    def _ids(self, features: Mapping[str, Any]) -> np.ndarray:
        values, present = self.categorical_column.ids(features)
        below = values < self.categorical_column.num_buckets
        self._check(values[present & ~below])
        return np.where(present & below, np.maximum(values, -1), -1).astype(np.int32)

    def _check(self, above: np.ndarray) -> None:
        """Raise for categories above the range, if there may be none."""


class indicator_column(_OfCategories):
    """Categories as vectors: how often each is in the row, or the sum of its weights.

    Args:
        categorical_column: a categorical column.

    Values that have no category are left out: a row without any is 0.

    >>> from brickwork.dialects.columns.categories import categorical_column_with_identity
    >>> from brickwork.dialects.columns.layer import DenseFeatures
    >>> kind = indicator_column(categorical_column_with_identity("kind", 3))
    >>> DenseFeatures(kind)({"kind": [[2, 2], [0, -1]]})
    array([[0., 0., 2.],
           [1., 0., 0.]], dtype=float32)
    """

    categorical_column: Any = field(convert=categorical)

    @property
    def name(self) -> str:
        """The name of the categories with ``_indicator``."""
        return f"{self.categorical_column.name}_indicator"

    @property
    def width(self) -> int:
        """The number of categories."""
        return self.categorical_column.num_buckets

    def output(self, arrays: list, weight: Any, dtype: str) -> Any:
        """Return the counts."""
        hot = ops.one_hot(arrays[0], self.width, dtype=dtype)
        if len(arrays) > 1:
            hot = hot * ops.expand_dims(ops.cast(arrays[1], dtype), -1)
        return ops.sum(hot, axis=1)


def _initializer(value: Any) -> Any:
    found = initializers.get(value)
    if value is not None and not callable(found):
        raise ValueError(f"got {shown(value)}, expected an initializer.")
    return found


def _none(value: Any) -> None:
    if value is not None:
        raise ValueError(
            f"got {shown(value)}, expected None: checkpoints of TensorFlow are not read. Give the "
            "values as initializer=tf.constant_initializer(array)."
        )


class embedding_column(_OfCategories):
    """Categories as vectors that are trained, one for each; those of a row are combined.

    Args:
        categorical_column: a categorical column.
        dimension: int >= 1, length of the vectors.
        combiner: "mean" (default) of the vectors of a row, "sqrtn": their sum by the root of their
            number, or "sum". With weights they are weighted; the mean is by the sum of the
            weights, "sqrtn" by the root of that of their squares, and both leave out weights that
            are not above 0.
        initializer: initializer of the vectors; None (default): `TruncatedNormal` of the standard
            deviation ``1 / sqrt(dimension)``.
        ckpt_to_load_from, tensor_name_in_ckpt: None; checkpoints of TensorFlow are not read.
        max_norm: float > 0, the largest Euclidean norm of a vector, to which longer ones are
            scaled when they are used; None (default) for no limit.
        trainable: whether the vectors are trained; default True.
        use_safe_embedding_lookup: accepted as in TensorFlow; values without a category are left
            out in any case.

    A row without a category is 0.

    >>> from brickwork.dialects.columns.categories import categorical_column_with_identity
    >>> from brickwork.dialects.columns.layer import DenseFeatures
    >>> kind = embedding_column(categorical_column_with_identity("kind", 3), 2, initializer="ones")
    >>> DenseFeatures(kind)({"kind": [2, -1]})
    array([[1., 1.],
           [0., 0.]], dtype=float32)
    """

    categorical_column: Any = field(convert=categorical)
    dimension: int = field(kind="int", ge=1)
    combiner: str = field(default="mean", options=("mean", "sqrtn", "sum"))
    initializer: Any = field(default=None, convert=_initializer)
    ckpt_to_load_from: None = field(default=None, convert=_none)
    tensor_name_in_ckpt: None = field(default=None, convert=_none)
    max_norm: float | None = field(default=None, kind="float", gt=0)
    trainable: bool = field(default=True, kind="bool")
    use_safe_embedding_lookup: bool = field(default=True, kind="bool")

    def setup(self) -> None:
        if self.initializer is None:
            self.initializer = initializers.TruncatedNormal(stddev=self.dimension**-0.5)

    @property
    def name(self) -> str:
        """The name of the categories with ``_embedding``."""
        return f"{self.categorical_column.name}_embedding"

    @property
    def width(self) -> int:
        """The length of the vectors."""
        return self.dimension

    def _check(self, above: np.ndarray) -> None:
        if above.size:
            found, count = int(above.max()), self.categorical_column.num_buckets
            raise ArgumentError(
                self.who,
                f"got the category {found}, expected 0 to {count - 1}, the rows of its table. Say "
                f"what others become: default_value=0, or num_buckets={found + 1}.",
            )

    def build(self, layer: Any) -> Any:
        """Create the table of vectors."""
        return layer.add_weight(
            (self.categorical_column.num_buckets, self.dimension),
            self.initializer,
            trainable=self.trainable,
            name=f"{self.name}/embedding_weights",
        )

    def output(self, arrays: list, weight: Any, dtype: str) -> Any:
        """Return the combined vectors."""
        ids, *weights = arrays
        vectors = ops.cast(ops.convert_to_tensor(weight)[ops.maximum(ids, 0)], dtype)
        if self.max_norm is not None:
            square = ops.sum(ops.square(vectors), axis=-1, keepdims=True)
            vectors *= self.max_norm / ops.sqrt(ops.maximum(square, self.max_norm**2))
        counts = ops.cast(ids >= 0, dtype)
        if weights:
            own = ops.cast(weights[0], dtype)
            counts *= own if self.combiner == "sum" else ops.maximum(own, 0.0)
        total = ops.sum(vectors * ops.expand_dims(counts, -1), axis=1)
        if self.combiner == "sum" or (not weights and ids.shape[1] == 1):
            return total
        if self.combiner == "mean":
            by = ops.sum(counts, axis=1, keepdims=True)
        else:
            by = ops.sqrt(ops.sum(ops.square(counts), axis=1, keepdims=True))
        return total / ops.where(by > 0, by, 1.0)
