"""`BatchNormalization`: normalizes each feature by the statistics of the batch."""

from __future__ import annotations

from typing import Any

from .. import initializers, ops
from ..errors import ArgumentError
from ..fields import field
from ..ops.core import wide
from ..program.dtypes import HALF, epsilon
from .input_spec import InputSpec
from .layer import registry
from .scale_and_shift import Affine, known_axes


def _clipping(value):
    if value is None:
        return None
    if not isinstance(value, dict) or set(value) - {"rmax", "rmin", "dmax"}:
        raise ValueError(f"got {value!r}, expected a dict of 'rmax', 'rmin' and 'dmax'.")
    low, high, shift = (value.get(key) for key in ("rmin", "rmax", "dmax"))
    if (low is not None and high is not None and high < low) or (shift is not None and shift < 0):
        raise ValueError(f"got {value!r}, expected rmin <= rmax and dmax >= 0.")
    return {key: bound for key, bound in value.items() if bound is not None}


@registry.add
class BatchNormalization(Affine):
    """``(x - mean) / sqrt(variance + epsilon) * gamma + beta``, for each feature.

    During training, mean and variance are those of the batch, and their moving averages are
    updated. During inference, and with ``trainable=False``, the moving averages are used. With a
    mask, only unmasked steps are averaged.

    Args:
        axis: axis of the features; mean and variance are taken over all others. Default -1.
        momentum: float, of the moving averages: ``moving * momentum + new * (1 - momentum)``;
            default 0.99.
        epsilon: float >= 0, added to the variance; default 0.001.
        center: whether to add beta; default True.
        scale: whether to multiply by gamma; default True.
        beta_initializer: initial values of beta, shape ``(features,)``; default "zeros".
        gamma_initializer: initial values of gamma, shape ``(features,)``; default "ones".
        moving_mean_initializer: initial values of the moving mean; default "zeros".
        moving_variance_initializer: initial values of the moving variance; default "ones".
        beta_regularizer, gamma_regularizer: penalties on beta and gamma, added to the loss;
            default None.
        beta_constraint, gamma_constraint: projections of beta and gamma after each update;
            default None.
        renorm: whether to use batch renormalization: during training, the batch's mean and
            variance are corrected towards their moving averages (Ioffe, arXiv:1702.03275).
            Default False.
        renorm_clipping: dict of the bounds "rmin", "rmax" and "dmax" of the correction; default
            None for no bounds.
        renorm_momentum: float, momentum of the averages that `renorm` uses; default 0.99.
        synchronized: accepted as in Keras, without effect: a model runs on one device.

    Shapes: ``(batch, ..., features)`` -> the same.

    Reference: Ioffe and Szegedy, arXiv:1502.03167.

    >>> BatchNormalization(epsilon=0.0)([[1.0], [3.0]], training=True)
    array([[-1.],
           [ 1.]], dtype=float32)
    """

    field_order = (
        "axis",
        "momentum",
        "epsilon",
        "center",
        "scale",
        "beta_initializer",
        "gamma_initializer",
        "moving_mean_initializer",
        "moving_variance_initializer",
    )
    _by_row = False
    axis: int = field(default=-1, kind="int")
    momentum: float = field(default=0.99, kind="float")
    moving_mean_initializer: Any = field(
        default="zeros", convert=initializers.get, kw_only=True, positional=True
    )
    moving_variance_initializer: Any = field(
        default="ones", convert=initializers.get, kw_only=True, positional=True
    )
    renorm: bool = field(default=False, kind="bool", kw_only=True, positional=True)
    renorm_clipping: Any = field(default=None, convert=_clipping, kw_only=True, positional=True)
    renorm_momentum: float = field(default=0.99, kind="float", kw_only=True, positional=True)
    synchronized: bool = field(default=False, kind="bool", kw_only=True, positional=True)

    def setup(self) -> None:
        super().setup()
        if self.synchronized:
            from ..spelling.no_effect import has_no_effect

            has_no_effect("BatchNormalization.synchronized")

    def build(self, input_shape: Any) -> None:
        """Create gamma, beta and the moving averages; the latter are not trained."""
        (at,) = known_axes(self, self.axis, input_shape)
        shape = (input_shape[at],)
        self.make_affine(shape, self.scale, self.center)

        def average(name, initializer):
            return self.add_weight(shape, initializer, name=name, trainable=False, autocast=False)

        def deviation(shape, dtype=None):
            return ops.sqrt(self.moving_variance_initializer(shape, dtype=dtype))

        self.moving_mean = average("moving_mean", self.moving_mean_initializer)
        self.moving_variance = average("moving_variance", self.moving_variance_initializer)
        if self.renorm:
            self.moving_stddev = average("moving_stddev", deviation)
            self.renorm_mean = average("renorm_mean", self.moving_mean_initializer)
            self.renorm_stddev = average("renorm_stddev", deviation)
        self.input_spec = InputSpec(ndim=len(input_shape), axes={at: shape[0]})
        self._at = at
        self._others = [axis for axis in range(len(input_shape)) if axis != at]

    def call(self, inputs: Any, training: bool | None = False, mask: Any = None) -> Any:
        """See the class."""
        found = self._normalized(wide(inputs), training, mask)  # sums of squares overflow in half
        return ops.cast(found, inputs.dtype) if inputs.dtype in HALF else found

    def _normalized(self, inputs, training, mask):
        gamma, beta = self.gamma, self.beta
        if not (training and self.trainable):
            mean, variance = self.moving_mean, self.moving_variance
        else:
            mean, variance = self._moments(inputs, mask)
            if self.renorm:
                gamma, beta = self._renormalized(mean, variance)
            else:
                self._move(self.moving_mean, mean, self.momentum)
                self._move(self.moving_variance, variance, self.momentum)
        return ops.batch_normalization(inputs, mean, variance, self._at, beta, gamma, self.epsilon)

    def _moments(self, inputs, mask):
        """Mean and variance of each feature, over the unmasked steps."""
        if mask is None:
            return ops.moments(inputs, self._others)
        if len(mask.shape) != len(inputs.shape) - 1:
            raise ArgumentError(
                f"{self.name} (BatchNormalization).mask",
                f"got shape {mask.shape} "
                f"for inputs of shape {inputs.shape}, expected the inputs' shape "
                "without its last axis.",
            )
        counts = ops.broadcast_to(ops.expand_dims(ops.cast(mask, "bool"), -1), ops.shape(inputs))
        number = ops.sum(ops.cast(counts, inputs.dtype), self._others, keepdims=True) + epsilon()
        mean = ops.sum(ops.where(counts, inputs, 0), self._others, keepdims=True) / number
        away = ops.square(ops.where(counts, inputs - mean, 0))
        variance = ops.sum(away, self._others, keepdims=True) / number
        return ops.squeeze(mean, self._others), ops.squeeze(variance, self._others)

    @staticmethod
    def _move(average: Any, value: Any, momentum: Any) -> None:
        average.assign(average * momentum + value * (1.0 - momentum))

    def _renormalized(self, mean, variance):
        """Gamma and beta with batch renormalization's correction; updates the averages too."""
        stddev = ops.sqrt(variance + self.epsilon)
        known = ops.maximum(self.renorm_stddev, self.epsilon**0.5)
        ratio, shift = stddev / known, (mean - self.renorm_mean) / known
        bounds = self.renorm_clipping or {}
        if "rmin" in bounds:
            ratio = ops.maximum(ratio, bounds["rmin"])
        if "rmax" in bounds:
            ratio = ops.minimum(ratio, bounds["rmax"])
        if "dmax" in bounds:
            shift = ops.clip(shift, -bounds["dmax"], bounds["dmax"])
        ratio, shift = ops.stop_gradient(ratio), ops.stop_gradient(shift)
        self._move(self.renorm_mean, mean, self.renorm_momentum)
        self._move(self.renorm_stddev, stddev, self.renorm_momentum)
        self._move(self.moving_mean, mean, self.momentum)
        self._move(self.moving_stddev, stddev, self.momentum)
        moved = ops.square(self.moving_stddev.value)
        self.moving_variance.assign(ops.relu(moved - self.epsilon))
        if self.gamma is not None:
            ratio, shift = ratio * self.gamma, shift * self.gamma
        return ratio, shift if self.beta is None else shift + self.beta
