"""`Masking`: steps without data, which later layers pass over."""

from __future__ import annotations

import numpy as np

from .. import ops
from ..fields import field
from .layer import SameShape, registry


def _number(value):
    if isinstance(value, dict):  # as Keras writes an array into a config
        value = value.get("config", {}).get("value")
    number = np.asarray(value)
    if number.ndim or number.dtype.kind not in "biuf" or np.isnan(number):
        raise ValueError(f"got {value!r}, expected a number (NaN equals none).")
    return number.item()


@registry.add
class Masking(SameShape):
    """Sets steps of which every value is `mask_value` to 0, and masks them.

    Layers that understand masks (`GlobalAveragePooling1D`, `BatchNormalization`), losses and
    metrics leave such steps out.

    Args:
        mask_value: what stands where there are no data.

    Shapes: ``(batch, steps, features)``, or any -> the same.

    >>> Masking(-1.0)([[[1.0, -1.0], [-1.0, -1.0]]])
    array([[[ 1., -1.],
            [ 0.,  0.]]], dtype=float32)
    """

    mask_value: float = field(0.0, convert=_number)

    def call(self, inputs):
        """See the class."""
        return ops.where(ops.expand_dims(self.compute_mask(inputs, None), -1), inputs, 0)

    def compute_mask(self, inputs, previous_mask):
        """Where a step has data."""
        return ops.any(ops.not_equal(inputs, self.mask_value), -1)
