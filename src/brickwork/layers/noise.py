"""Layers that disturb their inputs in training, so that a network learns not to mind."""

from __future__ import annotations

import math

from .. import ops, random
from ..fields import field
from .layer import SameShape, registry


class Noise(SameShape):
    """A layer that lets its inputs pass; in training, `disturbed` changes them at random.

    How much is said by its first argument: it does nothing where that is 0.
    """

    @property
    def _amount(self) -> float:
        return getattr(self, next(iter(self.__fields__)))

    def build(self, input_shape) -> None:
        """Make the seed's state."""
        if self._amount > 0:
            self.seed_generator = random.SeedGenerator(self.seed, name=self.name)

    def call(self, inputs, training=False):
        """See the class."""
        return self.disturbed(inputs) if training and self._amount > 0 else inputs

    def disturbed(self, inputs):
        """What comes out in training; a subclass writes it."""
        raise NotImplementedError(f"{type(self).__name__} must write disturbed(self, inputs).")


@registry.add
class GaussianNoise(Noise):
    """Adds normally distributed numbers of mean 0 in training.

    Args:
        stddev: their standard deviation.
        seed: an integer; by default one is drawn from NumPy's global generator when the layer is
            built.

    Shapes: any -> the same.

    >>> GaussianNoise(0.1)([[1.0, 2.0]])
    array([[1., 2.]], dtype=float32)
    """

    stddev: float = field(kind="float", ge=0)
    seed: int | None = field(None, kind="int")

    def disturbed(self, inputs):
        """What comes out in training."""
        return inputs + random.normal(ops.shape(inputs), 0.0, self.stddev, inputs.dtype,
                                      self.seed_generator)


@registry.add
class GaussianDropout(Noise):
    """Multiplies by normally distributed numbers of mean 1 in training: noise of the strength that
    `Dropout` with this rate has. Srivastava et al., JMLR 15 (2014), section 10.

    Args:
        rate: from 0 up to, but without, 1; the standard deviation is sqrt(rate / (1 - rate)).
        seed: as of `GaussianNoise`.

    Shapes: any -> the same.

    >>> GaussianDropout(0.5)([[1.0, 2.0]])
    array([[1., 2.]], dtype=float32)
    """

    rate: float = field(kind="float", ge=0, lt=1)
    seed: int | None = field(None, kind="int")

    def disturbed(self, inputs):
        """What comes out in training."""
        stddev = math.sqrt(self.rate / (1 - self.rate))
        return inputs * random.normal(ops.shape(inputs), 1.0, stddev, inputs.dtype,
                                      self.seed_generator)
