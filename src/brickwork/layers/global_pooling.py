"""Global pooling: layers that reduce the steps of a row."""

from __future__ import annotations

from typing import Any

from .. import ops
from ..fields import field
from .input_spec import InputSpec
from .layer import Layer, registry


class GlobalPooling1D(Layer):
    """Base of layers that reduce each feature over the steps."""

    data_format: str | None = field(default=None, options=("channels_last", "channels_first"))
    keepdims: bool = field(default=False, kind="bool")

    def setup(self) -> None:
        super().setup()
        self.data_format = self.data_format or "channels_last"
        self.input_spec = InputSpec(ndim=3)

    @property
    def _steps(self) -> int:
        """The axis of the steps."""
        return 1 if self.data_format == "channels_last" else 2

    def compute_output_shape(self, input_shape: Any) -> Any:
        """Return the shape without the axis of the steps, or with an extent of 1 there."""
        shape = list(input_shape)
        shape[self._steps : self._steps + 1] = [1] if self.keepdims else []
        return tuple(shape)


@registry.add(aliases=["GlobalAvgPool1D"])
class GlobalAveragePooling1D(GlobalPooling1D):
    """The mean of each feature over the steps; with a mask, over the unmasked steps.

    Args:
        data_format: "channels_last" (default) for ``(batch, steps, features)``, "channels_first"
            for ``(batch, features, steps)``.
        keepdims: whether to keep the axis of the steps, with extent 1; default False.

    Shapes: ``(batch, steps, features)`` -> ``(batch, features)``.

    >>> GlobalAveragePooling1D()([[[1.0, 2.0], [3.0, 6.0]]])
    array([[2., 4.]], dtype=float32)
    """

    def setup(self) -> None:
        super().setup()
        self.supports_masking = True

    def call(self, inputs: Any, mask: Any = None) -> Any:
        """See the class."""
        if mask is None:
            return ops.mean(inputs, self._steps, self.keepdims)
        counts = ops.expand_dims(ops.cast(mask, "bool"), 3 - self._steps)
        total = ops.sum(ops.where(counts, inputs, 0), self._steps, self.keepdims)
        number = ops.sum(ops.cast(counts, inputs.dtype), self._steps, self.keepdims)
        return total / number

    def compute_mask(self, inputs: Any, previous_mask: Any = None) -> Any:
        """Return None: the output has no steps."""
        return None


@registry.add(aliases=["GlobalMaxPool1D"])
class GlobalMaxPooling1D(GlobalPooling1D):
    """The largest value of each feature over the steps.

    It does not support masks, as in Keras: masked steps are included.

    Args:
        data_format: "channels_last" (default) for ``(batch, steps, features)``, "channels_first"
            for ``(batch, features, steps)``.
        keepdims: whether to keep the axis of the steps, with extent 1; default False.

    Shapes: ``(batch, steps, features)`` -> ``(batch, features)``.

    >>> GlobalMaxPooling1D()([[[1.0, 6.0], [3.0, 2.0]]])
    array([[3., 6.]], dtype=float32)
    """

    def call(self, inputs: Any) -> Any:
        """See the class."""
        return ops.max(inputs, self._steps, self.keepdims)


GlobalAvgPool1D, GlobalMaxPool1D = GlobalAveragePooling1D, GlobalMaxPooling1D
