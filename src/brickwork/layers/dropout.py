"""`Dropout` and its kin: noise that keeps units from relying on one another."""

from __future__ import annotations

from .. import ops, random
from ..errors import ArgumentError
from ..fields import field
from .input_spec import InputSpec
from .layer import float_kind, registry
from .noise import Noise


@registry.add
class Dropout(Noise):
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
        if self.noise_shape is not None and 0 in self.noise_shape:
            raise ArgumentError(f"{type(self).__name__}.noise_shape", f"got {self.noise_shape}, "
                                "expected extents >= 1 or None.")
        self._by_row = self.noise_shape is None

    def disturbed(self, inputs):
        """What comes out in training."""
        return random.dropout(inputs, self.rate, self.noise_shape, self.seed_generator)


@registry.add
class AlphaDropout(Dropout):
    """Dropout for networks of `selu`: what is dropped becomes selu's lower bound, and all is
    scaled and shifted so that mean and variance stay. Klambauer et al., arXiv:1706.02515.

    Args:
        rate: from 0 up to, but without, 1.
        noise_shape, seed: as of `Dropout`.

    Shapes: any -> the same.

    >>> AlphaDropout(0.5)([[1.0, 2.0]])
    array([[1., 2.]], dtype=float32)
    """

    rate: float = field(kind="float", ge=0, lt=1)

    def disturbed(self, inputs):
        """What comes out in training."""
        low = -1.0507009873554804934193349852946 * 1.6732632423543772848170429916717
        gain = ((1 - self.rate) * (1 + self.rate * low * low)) ** -0.5
        kept = random.drawn_to_stay(inputs, self.rate, self.noise_shape, self.seed_generator)
        return gain * ops.where(kept, inputs, low) - gain * low * self.rate


@registry.add
class SpatialDropout1D(Noise):
    """Dropout of whole features: a feature is dropped in all steps of a row or in none.

    Args:
        rate: from 0 to 1.
        seed: as of `Dropout`.

    Shapes: ``(batch, steps, features)`` -> the same. Tompson et al., arXiv:1411.4280.

    >>> SpatialDropout1D(0.5)([[[1.0, 2.0]]])
    array([[[1., 2.]]], dtype=float32)
    """

    rate: float = field(kind="float", ge=0, le=1)
    seed: int | None = field(None, kind="int")
    name: str = field(None, kind="str")
    dtype: str = field(None, convert=float_kind)

    def setup(self) -> None:
        super().setup()
        self.input_spec = InputSpec(ndim=3)

    def disturbed(self, inputs):
        """What comes out in training."""
        return random.dropout(inputs, self.rate, (None, 1, None), self.seed_generator)

    def get_config(self):
        """What Keras's takes: it knows no `trainable`."""
        config = super().get_config()
        return {key: value for key, value in config.items() if key != "trainable"}
