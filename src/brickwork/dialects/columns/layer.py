"""`DenseFeatures`: the layer that makes one array of the columns of a table."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ... import ops
from ...errors import ArgumentError, shown
from ...fields import encode, field
from ...layers.columns_layer import ColumnsLayer
from ...layers.layer import registry
from ...program import Symbol
from . import namespace  # noqa: F401  # defines the columns that a config may name
from .base import DenseColumn, FeatureColumn, column_of


def _columns(value: Any) -> tuple[DenseColumn, ...]:
    """Convert a field: one column or several, or their configs; sorted by name."""
    if isinstance(value, FeatureColumn):
        value = [value]
    if isinstance(value, Mapping | str) or not isinstance(value, Iterable):
        raise ValueError(f"got {shown(value)}, expected a list of feature columns.")
    found = [column_of(FeatureColumn, "feature columns.", one) for one in value]
    if not found:
        raise ValueError("got none, expected at least one column.")
    for column in found:
        if not isinstance(column, DenseColumn):
            raise ValueError(
                f"got {column.who}, which is categorical, expected dense columns: wrap it in "
                "indicator_column(...) or embedding_column(..., dimension)."
            )
    names = [column.name for column in found]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise ValueError(
            f"got two columns named {twice!r}, expected names that differ; to use a raw column "
            "twice, give it in the data under another name, too."
        )
    return tuple(sorted(found, key=lambda column: column.name))


@registry.add(in_keras=False)
class DenseFeatures(ColumnsLayer):
    """Makes one array of the columns of a table: each by its feature column, side by side.

    It is called on a dict of columns, ``(rows,)`` or ``(rows, n)``: on arrays, or on symbols of
    `Input`; or it is the first layer of a `Sequential` model, which is then trained on such dicts
    and on data sets of them. Columns that no feature column reads are left out.

    Args:
        feature_columns: a dense feature column or a list of them: `numeric_column`,
            `bucketized_column`, `indicator_column`, `embedding_column`. In the output they are
            sorted by name, as in TensorFlow.
        trainable: whether the embeddings are trained; default True.
        name: str, name of the layer; by default the class's name with a number.

    Raises:
        ArgumentError (a ValueError): for a categorical column, and for two columns of one name.

    Shapes: a dict of columns -> ``(rows, features)``, float32.

    >>> from brickwork.dialects.columns.numeric import bucketized_column, numeric_column
    >>> age = numeric_column("age")
    >>> DenseFeatures([bucketized_column(age, [40]), age])({"age": [30, 50]})
    array([[30.,  1.,  0.],
           [50.,  0.,  1.]], dtype=float32)
    """

    field_order = ("feature_columns", "trainable", "name")
    feature_columns: Any = field(convert=_columns)
    trainable: bool = field(default=True, kind="bool", kw_only=True, positional=True)
    name: str | Any = field(default=None, kind="str", kw_only=True, positional=True)

    def setup(self) -> None:
        super().setup()
        self._by_column = [column.encoders for column in self.feature_columns]
        self._encoders = tuple(encoder for own in self._by_column for encoder in own)

    def build(self, input_shape: Any = None) -> None:
        """Create the tables of the embeddings."""
        self._tables = [column.build(self) for column in self.feature_columns]

    def _check_input(self, column: str, key: str, dtype: str, symbol: Symbol) -> None:
        got = symbol.dtype
        fits = {
            "any": got == "string" or got.startswith(("int", "uint")),
            "string": got == "string",
            "int64": got.startswith(("int", "uint")),
            "float32": got != "string",
        }[dtype]
        if not fits:
            kind = "int64" if dtype == "int64" else "string"
            wanted = "a numeric dtype" if dtype == "float32" else f"tf.{kind}"
            raise ArgumentError(
                self.name,
                f"got an input {key!r} of {got}, expected {wanted} for the column {column!r}: "
                f"Input(shape=(1,), name={key!r}"
                + ("" if dtype == "float32" else f", dtype=tf.{kind}")
                + ").",
            )

    def call(self, inputs: Any) -> Any:
        """Compute the features from the arrays of the encoders."""
        arrays = iter(inputs if isinstance(inputs, list | tuple) else [inputs])
        parts = [
            column.output([next(arrays) for _ in own], table, self.compute_dtype)
            for column, own, table in zip(
                self.feature_columns, self._by_column, self._tables, strict=True
            )
        ]
        return parts[0] if len(parts) == 1 else ops.concatenate(parts, axis=-1)

    def compute_output_shape(self, input_shape: Any) -> tuple:
        """Return the number of features, whatever the shapes of the columns are."""
        return (None, sum(column.width for column in self.feature_columns))

    def get_config(self) -> dict[str, Any]:
        """Return the arguments; functions by name."""
        columns = [encode(column) for column in self.feature_columns]
        return {**super().get_config(), "feature_columns": columns}
