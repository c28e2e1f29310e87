"""`CategoryEncoding`: integers as one-hot, multi-hot or count vectors."""

from __future__ import annotations

from typing import Any

from ... import ops
from ...errors import ArgumentError
from ...fields import field
from ..layer import Layer, registry
from .encoding import encoded_by_ops, encoded_shape, mode, no_sparse


@registry.add
class CategoryEncoding(Layer):
    """Encodes integers from 0 to `num_tokens` - 1 as vectors of length `num_tokens`.

    Args:
        num_tokens: int >= 1, number of categories. Other integers are ignored, as in Keras.
        output_mode: "multi_hot" (default): a vector for each sample, with a 1 for each integer in
            it; "count": how often each integer is in the sample; "one_hot": a vector for each
            integer.
        sparse: False; sparse tensors are not supported.

    Called with ``count_weights`` of the inputs' shape, "count" adds these in place of 1.

    Shapes: ``(batch, n)`` -> ``(batch, num_tokens)``, or ``(batch, n, num_tokens)`` for "one_hot"
    if n is not 1.

    >>> CategoryEncoding(4)([[0, 2, 2]])
    array([[1., 0., 1., 0.]], dtype=float32)
    >>> CategoryEncoding(4, "count")([[0, 2, 2]], count_weights=[[1.0, 0.5, 0.25]])
    array([[1.  , 0.  , 0.75, 0.  ]], dtype=float32)
    """

    num_tokens: int | Any = field(default=None, kind="int", ge=1)
    output_mode: str = field(default="multi_hot", convert=mode("one_hot", "multi_hot", "count"))
    sparse: bool = field(default=False, convert=no_sparse)

    def setup(self) -> None:
        super().setup()
        if self.num_tokens is None:
            raise ArgumentError(
                "CategoryEncoding.num_tokens",
                "got none, expected an integer >= "
                "1. Where it is not known, IntegerLookup finds the categories.",
            )

    def call(self, inputs: Any, count_weights: Any = None) -> Any:
        """See the class."""
        if count_weights is not None:
            if self.output_mode != "count":
                raise ArgumentError(
                    f"{self.name}.count_weights",
                    f"got weights for output_mode={self.output_mode!r}, expected 'count'.",
                )
            count_weights = ops.cast(count_weights, self.compute_dtype)
        return encoded_by_ops(
            ops.cast(inputs, "int64"),
            self.output_mode,
            self.num_tokens,
            self.compute_dtype,
            count_weights,
        )

    def compute_output_shape(self, input_shape: Any) -> Any:
        """See the class."""
        return encoded_shape(input_shape, self.output_mode, self.num_tokens)
