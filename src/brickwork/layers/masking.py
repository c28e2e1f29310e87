"""`Masking`: masks steps without data, which later layers skip."""

from __future__ import annotations

from typing import Any

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
    """Masks the steps whose values all equal `mask_value`, and sets them to 0.

    Losses, metrics and layers that support masks (`GlobalAveragePooling1D`,
    `BatchNormalization`) skip masked steps.

    Args:
        mask_value: number that marks missing data; default 0.0.

    Shapes: any, such as ``(batch, steps, features)`` -> the same.

    >>> Masking(-1.0)([[[1.0, -1.0], [-1.0, -1.0]]])
    array([[[ 1., -1.],
            [ 0.,  0.]]], dtype=float32)
    """

    mask_value: float = field(default=0.0, convert=_number)

    def call(self, inputs: Any) -> Any:
        """See the class."""
        return ops.where(ops.expand_dims(self.compute_mask(inputs, None), -1), inputs, 0)

    def compute_mask(self, inputs: Any, previous_mask: Any = None) -> Any:
        """Return True for each step that has data."""
        return ops.any(ops.not_equal(inputs, self.mask_value), -1)
