"""Layers that add noise during training, as a regularization."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from .. import ops, random
from ..fields import field
from .layer import SameShape, registry


class Noise(SameShape):
    """Base of layers that add noise during training and return their inputs otherwise.

    The first argument of a subclass is the amount of noise: with 0 nothing is changed.
    """

    if TYPE_CHECKING:  # a field of each subclass

        @property
        def seed(self) -> int | None: ...

    @property
    def _amount(self) -> float:
        return getattr(self, next(iter(self.__fields__)))

    def _stateless(self) -> bool:
        return type(self).build is Noise.build  # the generator comes with the first shape

    def build(self, input_shape: Any) -> None:
        """Create the random number generator."""
        if self._amount > 0:
            self.seed_generator = random.SeedGenerator(self.seed, name=self.name)

    def call(self, inputs: Any, training: bool | None = False) -> Any:
        """See the class."""
        return self.apply_noise(inputs) if training and self._amount > 0 else inputs

    def apply_noise(self, inputs: Any) -> Any:
        """Return the output during training; a subclass defines it."""
        raise NotImplementedError(f"{type(self).__name__} must define apply_noise(self, inputs).")


@registry.add
class GaussianNoise(Noise):
    """Adds normally distributed noise of mean 0 during training.

    Args:
        stddev: float >= 0, standard deviation of the noise.
        seed: int; None (default) draws one from NumPy's global generator when the layer is built.

    Shapes: any -> the same.

    >>> GaussianNoise(0.1)([[1.0, 2.0]])
    array([[1., 2.]], dtype=float32)
    """

    stddev: float = field(kind="float", ge=0)
    seed: int | None = field(default=None, kind="int")

    def apply_noise(self, inputs: Any) -> Any:
        """Return the output during training."""
        return inputs + random.normal(
            ops.shape(inputs), 0.0, self.stddev, inputs.dtype, self.seed_generator
        )


@registry.add
class GaussianDropout(Noise):
    """Multiplies by normally distributed noise of mean 1 during training.

    The noise has the variance of `Dropout` with the same rate.

    Args:
        rate: float, 0 <= rate < 1; the standard deviation is ``sqrt(rate / (1 - rate))``.
        seed: as for `GaussianNoise`.

    Shapes: any -> the same.

    Reference: Srivastava et al., JMLR 15 (2014), section 10.

    >>> GaussianDropout(0.5)([[1.0, 2.0]])
    array([[1., 2.]], dtype=float32)
    """

    rate: float = field(kind="float", ge=0, lt=1)
    seed: int | None = field(default=None, kind="int")

    def apply_noise(self, inputs: Any) -> Any:
        """Return the output during training."""
        stddev = math.sqrt(self.rate / (1 - self.rate))
        return inputs * random.normal(
            ops.shape(inputs), 1.0, stddev, inputs.dtype, self.seed_generator
        )
