"""`GroupNormalization`: normalizes groups of features of each row."""

from __future__ import annotations

from typing import Any

from .. import ops
from ..errors import ArgumentError
from ..fields import field
from ..ops.core import wide
from .input_spec import InputSpec, refuse_unknown
from .layer import registry
from .scale_and_shift import Affine, known_axes


def _groups(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or (value < 1 and value != -1):
        raise ValueError(f"got {value!r}, expected an integer >= 1, or -1 for one group a feature.")
    return value


@registry.add
class GroupNormalization(Affine):
    """Normalizes each group of features of a row to mean 0 and variance 1; times gamma, plus beta.

    Args:
        groups: int, number of groups, a divisor of the number of features; 1 is one group of all
            features, -1 is one group per feature (instance normalization). Default 32.
        axis: axis of the features; default -1.
        epsilon: float >= 0, added to the variance; default 0.001.
        center: whether to add beta; default True.
        scale: whether to multiply by gamma; default True.
        beta_initializer: initial values of beta, shape ``(features,)``; default "zeros".
        gamma_initializer: initial values of gamma, shape ``(features,)``; default "ones".
        beta_regularizer, gamma_regularizer: penalties on beta and gamma, added to the loss;
            default None.
        beta_constraint, gamma_constraint: projections of beta and gamma after each update;
            default None.

    Shapes: ``(batch, ..., features)`` -> the same.

    Reference: Wu and He, arXiv:1803.08494.

    >>> GroupNormalization(2, epsilon=0.0)([[1.0, 3.0, 5.0, 9.0]])
    array([[-1.,  1., -1.,  1.]], dtype=float32)
    """

    field_order = ("groups", "axis")
    autocast = False  # numbers that float16 does not hold become some that it does
    groups: int = field(default=32, convert=_groups)
    axis: int = field(default=-1, kind="int")

    def build(self, input_shape: Any) -> None:
        """Create gamma and beta."""
        (self._at,) = known_axes(self, self.axis, input_shape)
        features = input_shape[self._at]
        if features is None:
            refuse_unknown(self, f"inputs of shape {input_shape}, of which axis {self.axis} counts")
        if self.groups == -1:
            self.groups = features
        if features % self.groups:
            raise ArgumentError(
                f"{self.name} (GroupNormalization).groups",
                f"got {self.groups}, expected a number that divides the {features} features.",
            )
        self.make_affine((features,), self.scale, self.center)
        self.input_spec = InputSpec(ndim=len(input_shape), axes={self._at: features})

    def call(self, inputs: Any) -> Any:
        """See the class."""
        return ops.cast(self._normalized(wide(inputs)), self.compute_dtype)

    def _normalized(self, inputs):
        at, dims = self._at, ops.shape(inputs)
        split = (self.groups, dims[at] // self.groups)
        grouped = ops.reshape(inputs, (*dims[:at], *split, *dims[at + 1 :]))
        others = [axis for axis in range(1, len(dims) + 1) if axis != at]
        flat = ops.layer_normalization(grouped, axis=others, epsilon=self.epsilon)
        shape = [dims[i] if i == at else 1 for i in range(len(dims))]
        outputs = ops.reshape(flat, dims)
        if self.gamma is not None:
            outputs = outputs * ops.reshape(self.gamma, shape)
        return outputs if self.beta is None else outputs + ops.reshape(self.beta, shape)
