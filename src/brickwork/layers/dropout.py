"""`Dropout`: noise that keeps units from relying on one another."""

from __future__ import annotations

from .. import random
from ..fields import ArgumentError, field
from .base import Layer, registry


@registry.add
class Dropout(Layer):
    """Sets inputs to 0 with probability `rate` in training, and divides the others by 1 - rate.

    Args:
        rate: from 0 to 1.
        noise_shape: the shape of the choices, with 1 along axes where all share one; None in it
            takes the inputs' extent, as does the batch.
        seed: an integer; by default one is drawn from NumPy's global generator when the layer is
            built.

    Shapes: any -> the same. Srivastava et al., JMLR 15 (2014).

    >>> Dropout(0.5)([[1.0, 2.0]])
    array([[1., 2.]], dtype=float32)
    >>> Dropout(1.0)([[1.0, 2.0]], training=True)
    array([[0., 0.]], dtype=float32)
    """

    rate: float = field(kind="float", ge=0, le=1)
    noise_shape: tuple | None = field(None, kind="shape")
    seed: int | None = field(None, kind="int")

    def setup(self) -> None:
        super().setup()
        self.supports_masking = True
        if self.noise_shape is not None and 0 in self.noise_shape:
            raise ArgumentError("Dropout.noise_shape", f"got {self.noise_shape}, expected extents "
                                ">= 1 or None.")

    def build(self, input_shape) -> None:
        """Make the seed's state."""
        if self.rate > 0:
            self.seed_generator = random.SeedGenerator(self.seed, name=self.name)

    def call(self, inputs, training=False):
        """See the class."""
        if not training or self.rate == 0:
            return inputs
        return random.dropout(inputs, self.rate, self.noise_shape, self.seed_generator)

    def compute_output_shape(self, input_shape):
        """The inputs' shape."""
        return input_shape
