"""`Dropout` and its variants."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from .. import ops, random
from ..dtype_policies import get as policy_of
from ..errors import ArgumentError
from ..fields import field
from .input_spec import InputSpec
from .layer import registry
from .noise import Noise


@registry.add
class Dropout(Noise):
    """Sets inputs to 0 with probability `rate` in training, and divides the others by 1 - rate.

    Args:
        rate: float from 0 to 1, the fraction of the inputs to drop.
        noise_shape: tuple, shape of the binary mask: 1 for axes along which the mask is shared,
            None for the inputs' extent. None (default) for one choice per value.
        seed: int; None (default) draws one from NumPy's global generator when the layer is built.

    Shapes: any -> the same.

    Reference: Srivastava et al., JMLR 15 (2014).

    >>> Dropout(0.5)([[1.0, 2.0]])
    array([[1., 2.]], dtype=float32)
    >>> Dropout(1.0)([[1.0, 2.0]], training=True)
    array([[0., 0.]], dtype=float32)
    """

    rate: float = field(kind="float", ge=0, le=1)
    noise_shape: Sequence[int | None] | None = field(default=None, kind="shape")
    seed: int | None = field(default=None, kind="int")

    def setup(self) -> None:
        super().setup()
        if self.noise_shape is not None and 0 in self.noise_shape:
            raise ArgumentError(
                f"{type(self).__name__}.noise_shape",
                f"got {self.noise_shape}, expected extents >= 1 or None.",
            )
        self._by_row = self.noise_shape is None

    def apply_noise(self, inputs: Any) -> Any:
        """Return the output during training."""
        return random.dropout(inputs, self.rate, self.noise_shape, self.seed_generator)


@registry.add
class AlphaDropout(Dropout):
    """Dropout for networks with `selu`, which preserves the inputs' mean and variance.

    Dropped values become selu's lower bound; then all values are scaled and shifted.

    Args:
        rate: float, 0 <= rate < 1, the fraction of the inputs to drop.
        noise_shape: as for `Dropout`.
        seed: as for `Dropout`.

    Shapes: any -> the same.

    Reference: Klambauer et al., arXiv:1706.02515.

    >>> AlphaDropout(0.5)([[1.0, 2.0]])
    array([[1., 2.]], dtype=float32)
    """

    rate: float = field(kind="float", ge=0, lt=1)

    def apply_noise(self, inputs: Any) -> Any:
        """Return the output during training."""
        low = -1.0507009873554804934193349852946 * 1.6732632423543772848170429916717
        gain = ((1 - self.rate) * (1 + self.rate * low * low)) ** -0.5
        kept = random.keep_mask(inputs, self.rate, self.noise_shape, self.seed_generator)
        return gain * ops.where(kept, inputs, low) - gain * low * self.rate


@registry.add
class SpatialDropout1D(Noise):
    """Dropout of whole features: a feature is dropped in all steps of a row or in none.

    Args:
        rate: float from 0 to 1, the fraction of the features to drop.
        seed: as for `Dropout`.
        name: str, name of the layer; by default the class's name with a number.
        dtype: a float dtype or a `DTypePolicy`; default the global policy.

    Shapes: ``(batch, steps, features)`` -> the same.

    Reference: Tompson et al., arXiv:1411.4280.

    >>> SpatialDropout1D(0.5)([[[1.0, 2.0]]])
    array([[[1., 2.]]], dtype=float32)
    """

    rate: float = field(kind="float", ge=0, le=1)
    seed: int | None = field(default=None, kind="int")
    name: str | Any = field(default=None, kind="str", kw_only=True, positional=True)
    dtype: str | Any = field(default=None, convert=policy_of, kw_only=True, positional=True)

    def setup(self) -> None:
        super().setup()
        self.input_spec = InputSpec(ndim=3)

    def apply_noise(self, inputs: Any) -> Any:
        """Return the output during training."""
        return random.dropout(inputs, self.rate, (None, 1, None), self.seed_generator)

    def get_config(self) -> dict[str, Any]:
        """Return the arguments that Keras's class takes, which has no `trainable`."""
        config = super().get_config()
        return {key: value for key, value in config.items() if key != "trainable"}
