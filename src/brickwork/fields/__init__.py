"""Constructor arguments, declared once: order, defaults, checks and config of a class.

    class Dropout(Configurable):
        rate: float = field(kind="float", ge=0, le=1)
        seed: int | None = field(default=None, kind="int", ge=0)

From this come ``Dropout(0.5)``, its signature, the message ``Dropout.rate: got 2, expected a
number >= 0 and <= 1.``, ``get_config`` and ``from_config``.
"""

from ..errors import ArgumentError
from .configurable import Configurable
from .declared import REQUIRED, Field, field
from .encoding import decode_array, encode, explicit

__all__ = [
    "REQUIRED",
    "ArgumentError",
    "Configurable",
    "Field",
    "decode_array",
    "encode",
    "explicit",
    "field",
]
