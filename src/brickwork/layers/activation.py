"""`Activation`: an activation function as a layer of its own."""

from __future__ import annotations

from typing import Any

from .. import activations
from ..fields import field
from .base import Layer, registry


@registry.add
class Activation(Layer):
    """``activation(inputs)``, of the inputs' shape.

    Args:
        activation: a name, or a function written in `brickwork.ops`.

    >>> Activation("relu")([[-1.0, 2.0]])
    array([[0., 2.]], dtype=float32)
    """

    activation: Any = field(convert=activations.get)

    def setup(self) -> None:
        super().setup()
        self.supports_masking = True

    def call(self, inputs):
        """See the class."""
        return self.activation(inputs)

    def compute_output_shape(self, input_shape):
        """The inputs' shape; `glu` halves it."""
        return super().compute_output_shape(input_shape)
