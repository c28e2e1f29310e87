"""Layers that normalize each row independently of the others."""

from __future__ import annotations

from typing import Any

from .. import ops
from ..fields import field
from ..ops.core import wide
from .layer import Layer, SameShape, registry
from .scale_and_shift import Affine, axes_for, broadcastable, known_axes


@registry.add
class LayerNormalization(Affine):
    """``(x - mean) / sqrt(variance + epsilon) * gamma + beta``, over axes of each row.

    Args:
        axis: axis or axes over which mean and variance are taken; default -1.
        epsilon: float >= 0, added to the variance; default 0.001.
        center: whether to add beta; default True.
        scale: whether to multiply by gamma; default True.
        beta_initializer: initial values of beta, which has the shape of `axis`; default "zeros".
        gamma_initializer: initial values of gamma, of the same shape; default "ones".
        beta_regularizer, gamma_regularizer: penalties on beta and gamma, added to the loss;
            default None.
        beta_constraint, gamma_constraint: projections of beta and gamma after each update;
            default None.
        rms_scaling: whether to only divide by the standard deviation and multiply by gamma, for
            models that were trained so; default False. See `RMSNormalization` for the root mean
            square.

    Shapes: any -> the same.

    Reference: Ba et al., arXiv:1607.06450.

    >>> LayerNormalization(epsilon=0.0)([[1.0, 3.0]])
    array([[-1.,  1.]], dtype=float32)
    """

    field_order = ("axis",)
    autocast = False  # numbers that float16 does not hold become some that it does
    axis: Any = field(default=-1, kind="axis")
    rms_scaling: bool = field(default=False, kind="bool", kw_only=True)

    def build(self, input_shape: Any) -> None:
        """Create gamma and beta with the extents of the axes."""
        axes = known_axes(self, self.axis, input_shape)
        self.make_affine(
            tuple(input_shape[axis] for axis in axes),
            scale=self.scale or self.rms_scaling,
            center=self.center and not self.rms_scaling,
        )

    def call(self, inputs: Any) -> Any:
        """See the class."""
        return ops.cast(self._normalized(wide(inputs)), self.compute_dtype)

    def _normalized(self, inputs):
        axes = axes_for(self.axis, inputs)
        if not self.rms_scaling:
            return ops.layer_normalization(inputs, self.gamma, self.beta, axes, self.epsilon)
        variance = ops.var(inputs, axes, keepdims=True)
        gamma = broadcastable(axes, inputs, self.gamma)
        return inputs * ops.rsqrt(variance + self.epsilon) * gamma


@registry.add
class RMSNormalization(Layer):
    """``x / sqrt(mean(x^2) + epsilon) * scale``, over axes of each row; the scale is trained.

    Args:
        axis: axis or axes over which the mean is taken; default -1.
        epsilon: float >= 0, added to the mean; default 1e-6.

    Shapes: any -> the same.

    Reference: Zhang and Sennrich, arXiv:1910.07467.

    >>> RMSNormalization(epsilon=0.0)([[1.0, -1.0]])
    array([[ 1., -1.]], dtype=float32)
    """

    axis: Any = field(default=-1, kind="axis")
    epsilon: float = field(default=1e-6, kind="float", ge=0)

    def build(self, input_shape: Any) -> None:
        """Create the scale with the extents of the axes."""
        axes = known_axes(self, self.axis, input_shape)
        self.scale = self.add_weight(
            tuple(input_shape[axis] for axis in axes), "ones", name="scale"
        )

    def call(self, inputs: Any) -> Any:
        """See the class."""
        axes = axes_for(self.axis, inputs)
        scale = broadcastable(axes, inputs, self.scale)
        return ops.rms_normalization(inputs, scale, axes, self.epsilon)

    def compute_output_shape(self, input_shape: Any) -> Any:
        """Return the inputs' shape."""
        return input_shape


@registry.add
class UnitNormalization(SameShape):
    """L2 normalization: ``x / sqrt(sum(x^2))``, vectors of length 1 along one axis or several.

    Args:
        axis: axis or axes along which the length is taken; default -1.

    Shapes: any -> the same.

    >>> UnitNormalization()([[3.0, 4.0]])
    array([[0.6, 0.8]], dtype=float32)
    """

    axis: Any = field(default=-1, kind="axis")

    def call(self, inputs: Any) -> Any:
        """See the class."""
        return ops.normalize(inputs, self.axis, 2, 1e-12)
