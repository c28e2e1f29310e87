"""The five kinds of numbers that a program computes with."""

from __future__ import annotations

import numpy as np

#: In the order of promotion: an operation on two kinds gives the later one.
DTYPES = ("bool", "int32", "int64", "float32", "float64")
FLOATS = ("float32", "float64")
_RANK = {name: i for i, name in enumerate(DTYPES)}
_STORED_AS = {
    "uint8": "int32",
    "int8": "int32",
    "uint16": "int32",
    "int16": "int32",
    "uint32": "int64",
    "uint64": "int64",
    "float16": "float32",
    "bfloat16": "float32",
}


def standard(dtype) -> str:
    """The name of one of `DTYPES` for anything that NumPy or Keras calls a dtype.

    Narrow kinds are computed in the next wider one.

    >>> standard(np.float32), standard("uint8"), standard(float)
    ('float32', 'int32', 'float64')
    """
    name = dtype if isinstance(dtype, str) else np.dtype(dtype).name
    name = _STORED_AS.get(name, name)
    if name not in _RANK:
        raise TypeError(f"dtype: got {dtype!r}, expected one of {', '.join(DTYPES)}.")
    return name


def promote(*dtypes: str) -> str:
    """The kind that holds all of them."""
    return max(dtypes, key=_RANK.__getitem__)


def is_float(dtype: str) -> bool:
    """Whether it is one of the two kinds of float."""
    return dtype in FLOATS


_floatx = "float32"


def floatx() -> str:
    """The kind of number that weights and Python floats become: float32 unless set otherwise."""
    return _floatx


def set_floatx(value: str) -> None:
    """Make ``float32`` or ``float64`` the kind of every float made from now on."""
    global _floatx
    if value not in FLOATS:
        raise ValueError(f"floatx: got {value!r}, expected 'float32' or 'float64'.")
    _floatx = value
