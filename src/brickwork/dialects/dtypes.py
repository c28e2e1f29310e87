"""TensorFlow's dtypes: names, with the attributes that its scripts ask for."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..program.dtypes import LARGEST, numpy_dtype


class DType(str):
    """A dtype by its name, with what TensorFlow's dtypes have.

    >>> DType("float32").name, DType("float32").is_floating, DType("int8") == "int8"
    ('float32', True, True)
    """

    __slots__ = ()

    @property
    def name(self) -> str:
        """The name."""
        return str(self)

    @property
    def as_numpy_dtype(self) -> type:
        """The class of NumPy's scalars."""
        return np.dtype("object").type if self == "string" else numpy_dtype(str(self)).type

    @property
    def is_floating(self) -> bool:
        """Whether it is a float dtype."""
        return self.startswith(("float", "bfloat"))

    @property
    def is_integer(self) -> bool:
        """Whether it is an integer dtype."""
        return self.startswith(("int", "uint"))

    @property
    def is_bool(self) -> bool:
        """Whether it is the dtype of truth values."""
        return self == "bool"

    @property
    def max(self) -> Any:
        """The largest value."""
        return self.as_numpy_dtype(self._limit)

    @property
    def min(self) -> Any:
        """The smallest value."""
        if self.is_floating:
            return -self.max
        return self.as_numpy_dtype(0 if self.is_bool else np.iinfo(self).min)

    @property
    def _limit(self) -> Any:
        if self.is_floating:
            return LARGEST[self]
        return 1 if self.is_bool else np.iinfo(self).max


def as_dtype(value: Any) -> DType:
    """The dtype for a name, or for NumPy's or Python's dtype."""
    return DType(value if isinstance(value, str) else np.dtype(value).name)
