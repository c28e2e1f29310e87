"""`Rescaling`: scales and shifts raw data by constants."""

from __future__ import annotations

from typing import Any

import numpy as np

from .. import ops
from ..errors import shown
from ..fields import field
from .layer import SameShape, registry


def _numbers(value):
    if isinstance(value, dict):  # as Keras writes an array into a config
        value = value.get("config", {}).get("value")
    array = np.asarray(value)
    if array.dtype.kind not in "iuf" or not np.isfinite(array).all():
        raise ValueError(f"got {shown(value)}, expected a finite number, or an array of such.")
    return value if array.ndim else array.item()


@registry.add
class Rescaling(SameShape):
    """``inputs * scale + offset``, in floats.

    Args:
        scale: float, or array that broadcasts with the inputs.
        offset: float, or array that broadcasts with the inputs; default 0.0.

    Shapes: any -> the same.

    >>> Rescaling(1 / 255)([[0, 255]])
    array([[0., 1.]], dtype=float32)
    """

    scale: Any = field(convert=_numbers)
    offset: Any = field(default=0.0, convert=_numbers)

    def call(self, inputs: Any) -> Any:
        """See the class."""
        dtype = self.compute_dtype
        scale, offset = (np.asarray(value, dtype) for value in (self.scale, self.offset))
        return ops.cast(inputs, dtype) * scale + offset
