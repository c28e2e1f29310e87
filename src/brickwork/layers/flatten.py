"""`Flatten`: all values of a row side by side."""

from __future__ import annotations

from math import prod

from .. import ops
from ..fields import field
from .input_spec import InputSpec
from .layer import Layer, registry


@registry.add
class Flatten(Layer):
    """``(batch, a, b, ...)`` -> ``(batch, a * b * ...)``; ``(batch,)`` -> ``(batch, 1)``.

    Args:
        data_format: "channels_last" (default) or "channels_first", which moves axis 1 to the end
            before flattening, so that both give the same order.

    >>> Flatten()([[[1.0, 2.0], [3.0, 4.0]]])
    array([[1., 2., 3., 4.]], dtype=float32)
    """

    data_format: str = field(None, options=("channels_last", "channels_first"))

    def setup(self) -> None:
        super().setup()
        self.data_format = self.data_format or "channels_last"
        self.input_spec = InputSpec(min_ndim=1)

    def call(self, inputs):
        """See the class."""
        rank = len(inputs.shape)
        if self.data_format == "channels_first" and rank > 1:
            inputs = ops.transpose(inputs, (0, *range(2, rank), 1))
        dims = ops.shape(inputs)
        return ops.reshape(inputs, (dims[0], prod(dims[1:])))

    def compute_output_shape(self, input_shape):
        """The batch and the number of values of a row."""
        return (input_shape[0], prod(input_shape[1:]))
