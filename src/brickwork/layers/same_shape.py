"""What layers share whose output looks like their input."""

from __future__ import annotations

from .base import Layer


class SameShape(Layer):
    """A layer whose output has the shape, and the mask, of its input."""

    def setup(self) -> None:
        super().setup()
        self.supports_masking = True

    def compute_output_shape(self, input_shape):
        """The inputs' shape."""
        return input_shape
