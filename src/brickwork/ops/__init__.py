"""Keras's ops, on arrays and on symbols.

On arrays an op computes at once and returns an array. On symbols, inside a trace, it becomes
part of the program: a loss, metric, activation or layer written in ops runs in the engine like
the built-in ones. Names, arguments and defaults are those of Keras 3.

In the docstrings of ops, a tensor is whatever converts to one: a Python number, a nested list, a
NumPy array, a variable, or a symbol. Results have one of seven dtypes: bool, int32, int64, float16,
bfloat16, float32 or float64. Narrower integers are widened, and mixed dtypes are promoted in this
order (float16 and bfloat16 to float32). Shapes broadcast as in NumPy.

>>> from brickwork import ops
>>> ops.sum([[1.0, 2.0], [3.0, 4.0]], axis=1)
array([3., 7.], dtype=float32)

The ``__all__`` of each file lists its ops. Between layers, a call of one is a node of the model's
graph (`program/between.py`).
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from ..program.between import FUNCTIONS, connectable
from . import (
    angles,
    arranging,
    binary,
    bits,
    complex_numbers,
    control,
    core,
    creation,
    crossentropy,
    forward_mode,
    indexing,
    joining,
    linalg,
    math,
    nans,
    nn,
    normalization,
    quantiles,
    reductions,
    selecting,
    shapes,
    solving,
    sorting,
    special,
    spectral,
)
from .angles import *
from .arranging import *
from .binary import *
from .bits import *
from .complex_numbers import *
from .control import *
from .core import *
from .creation import *
from .crossentropy import *
from .einsum import einsum
from .forward_mode import *
from .indexing import *
from .joining import *
from .linalg import *
from .math import *
from .nans import *
from .nn import *
from .normalization import *
from .quantiles import *
from .rearrange import rearrange
from .reductions import *
from .selecting import *
from .shapes import *
from .solving import *
from .sorting import *
from .special import *
from .spectral import *

__all__ = [
    "einsum",
    "rearrange",
    *angles.__all__,
    *arranging.__all__,
    *binary.__all__,
    *bits.__all__,
    *complex_numbers.__all__,
    *control.__all__,
    *core.__all__,
    *creation.__all__,
    *crossentropy.__all__,
    *joining.__all__,
    *linalg.__all__,
    *math.__all__,
    *nans.__all__,
    *nn.__all__,
    *normalization.__all__,
    *selecting.__all__,
    *indexing.__all__,
    *quantiles.__all__,
    *reductions.__all__,
    *shapes.__all__,
    *forward_mode.__all__,
    *solving.__all__,
    *sorting.__all__,
    *special.__all__,
    *spectral.__all__,
]

#: What returns no tensor, or makes a function; on symbols these return at once.
_NOT_RECORDED = {
    "convert_to_numpy",
    "custom_gradient",
    "dtype",
    "is_tensor",
    "ndim",
    "shape",
    "size",
    "vectorize",
}


def _record_between_layers() -> None:
    """Have the calls of ops between layers recorded, by whichever module they are imported from."""
    for name in set(__all__) - _NOT_RECORDED:
        function = globals()[name]
        globals()[name] = made = connectable(name)(function)
        setattr(sys.modules[function.__module__], name, made)
    FUNCTIONS.update(ndim=core.ndim, size=core.size)  # Keras makes nodes of them


_record_between_layers()

if not TYPE_CHECKING:

    def __getattr__(name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        from ..errors import near
        from ..spelling.absent import message, placeholder_in_module

        if message("ops", name):
            absent = placeholder_in_module("ops", name)
            if absent is not None:
                return absent
            raise AttributeError(message("ops", name), name=name)
        raise AttributeError(f"brickwork.ops: there is no op {name!r}{near(name, __all__)}")
