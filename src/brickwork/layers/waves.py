"""`Waves`: cosines of the inputs beside the inputs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from .. import initializers, ops
from ..errors import ArgumentError
from ..fields import field
from .column_indices import check_indices, indices
from .input_spec import InputSpec
from .layer import Layer, registry


@registry.add(in_keras=False)
class Waves(Layer):
    """Adds ``cos(frequency * input + phase)``, several for each input, to the inputs.

    A network learns from them what changes fast with an input, which it is slow to learn from the
    input alone. Frequencies and phases are random and are not trained. Tancik et al., "Fourier
    features let networks learn high frequency functions", arXiv:2006.10739.

    Args:
        count: int >= 1, the number of cosines for each input. Default 8.
        columns: list of ints, the inputs that have cosines, such as those that are numbers and no
            categories; None (default): all.
        deviation: float > 0, the standard deviation of the frequencies, whose mean is 0; for
            scaled inputs default 1.
        seed: int for the frequencies and phases; None (default) draws one.

    Shapes: ``(batch, ..., n)`` -> ``(batch, ..., n + columns * count)``.

    Raises:
        ArgumentError (a ValueError): for a column that the inputs do not have, and for none.

    >>> Waves(4, columns=[1], seed=0)([[1.0, 2.0, 3.0]]).shape
    (1, 7)
    """

    count: int = field(default=8, kind="int", ge=1)
    columns: Sequence[int] | None = field(default=None, convert=indices)
    deviation: float = field(default=1.0, kind="float", gt=0)
    seed: int | None = field(default=None, kind="int")

    def setup(self) -> None:
        super().setup()
        self.supports_masking = True
        self.input_spec = InputSpec(min_ndim=2)
        if self.columns is not None and not self.columns:
            raise ArgumentError("Waves.columns", "got none, expected at least one.")

    def build(self, input_shape: Any) -> None:
        """Draw the frequencies and phases."""
        inputs = input_shape[-1]
        chosen = range(inputs) if self.columns is None else self.columns
        check_indices(chosen, inputs, "Waves.columns")
        shape = (len(chosen), self.count)
        normal = initializers.RandomNormal(0.0, self.deviation, seed=self.seed)
        # The cosine repeats, so that a phase is any number between 0 and a full turn.
        turn = initializers.RandomUniform(
            0.0, 6.283185307179586, seed=None if self.seed is None else self.seed + 1
        )
        self.frequencies = self.add_weight(shape, normal, trainable=False, name="frequencies")
        self.phases = self.add_weight(shape, turn, trainable=False, name="phases")

    def call(self, inputs: Any) -> Any:
        """Return the inputs and the cosines, side by side."""
        chosen = inputs if self.columns is None else ops.take(inputs, list(self.columns), axis=-1)
        waves = ops.cos(ops.expand_dims(chosen, -1) * self.frequencies + self.phases)
        flat = ops.reshape(waves, (*ops.shape(chosen)[:-1], -1))
        return ops.concatenate([inputs, flat], axis=-1)

    def compute_output_shape(self, input_shape: Any) -> Any:
        """``(batch, ..., n + columns * count)``."""
        columns = input_shape[-1] if self.columns is None else len(self.columns)
        return (*input_shape[:-1], input_shape[-1] + columns * self.count)
