"""The names of ``tf.feature_column``, and why some of them are refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ...errors import ArgumentError
from . import categories, crossing, dense, numeric


def _refused(name: str, problem: str) -> Callable:
    def function(*args: Any, **kwargs: Any) -> None:
        raise ArgumentError(f"tf.feature_column.{name}", problem)

    function.__name__ = name
    return function


_DENSE = (
    "a function of graphs of TensorFlow 1, which brickwork has not. Use "
    "tf.keras.layers.DenseFeatures(columns) as a model's first layer."
)
_SHARED = (
    "brickwork does not share a table between columns; nor does TensorFlow 2 while it runs "
    "eagerly. Use an embedding_column for each, or call one layers.Embedding on both inputs."
)
_SEQUENCE = (
    "brickwork has no columns of sequences, which are for recurrent layers. Use a categorical "
    "column whose rows are vectors of values, with an embedding_column that combines them."
)
_PARSE = (
    "brickwork does not parse tf.train.Example. Read the data into arrays: "
    "tf.data.experimental.make_csv_dataset, or pandas."
)
_INSTEAD = {
    "input_layer": _DENSE,
    "linear_model": f"{_DENSE} A linear model is Sequential([DenseFeatures(columns), Dense(1)]).",
    "make_parse_example_spec": _PARSE,
    "shared_embedding_columns": _SHARED,
    "shared_embeddings": _SHARED,
    **dict.fromkeys(
        (
            "sequence_categorical_column_with_hash_bucket",
            "sequence_categorical_column_with_identity",
            "sequence_categorical_column_with_vocabulary_file",
            "sequence_categorical_column_with_vocabulary_list",
            "sequence_numeric_column",
        ),
        _SEQUENCE,
    ),
}

#: ``tf.feature_column``, by name.
NAMES: dict[str, Any] = {
    "numeric_column": numeric.numeric_column,
    "bucketized_column": numeric.bucketized_column,
    **{
        name: getattr(categories, name)
        for name in (
            "categorical_column_with_hash_bucket",
            "categorical_column_with_identity",
            "categorical_column_with_vocabulary_file",
            "categorical_column_with_vocabulary_list",
            "weighted_categorical_column",
        )
    },
    "crossed_column": crossing.crossed_column,
    "embedding_column": dense.embedding_column,
    "indicator_column": dense.indicator_column,
    **{name: _refused(name, problem) for name, problem in _INSTEAD.items()},
}


def _file_in_the_order_of_1(
    key: str,
    vocabulary_file: str,
    vocabulary_size: int | None = None,
    num_oov_buckets: int = 0,
    default_value: int | None = None,
    dtype: Any = "string",
) -> Any:
    """`categorical_column_with_vocabulary_file` with TensorFlow 1's order of arguments."""
    return categories.categorical_column_with_vocabulary_file(
        key, vocabulary_file, vocabulary_size, dtype, default_value, num_oov_buckets
    )


#: The same for TensorFlow 1.
NAMES_1 = {**NAMES, "categorical_column_with_vocabulary_file": _file_in_the_order_of_1}
