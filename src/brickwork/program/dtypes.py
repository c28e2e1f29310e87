"""The five dtypes that a program computes with."""

from __future__ import annotations

from numbers import Real
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from .types import DType

#: In the order of promotion: an op on two dtypes returns the later one.
DTYPES = ("bool", "int32", "int64", "float32", "float64")
FLOATS = ("float32", "float64")
#: Dtypes in which results may be asked for.
HALF = ("float16", "bfloat16")
_RANK = {name: i for i, name in enumerate(DTYPES)}
_STORED_AS = {
    "int": "int32",
    "float": "float32",
    "uint8": "int32",
    "int8": "int32",
    "uint16": "int32",
    "int16": "int32",
    "uint32": "int64",
    "uint64": "int64",
    "float16": "float32",
    "bfloat16": "float32",
}


def standard(dtype: DType) -> str:
    """The name of one of `DTYPES` for anything that NumPy or Keras accepts as a dtype.

    Narrow dtypes are computed in the next wider one of the five.

    >>> standard(np.float32), standard("uint8"), standard(float)
    ('float32', 'int32', 'float64')
    """
    name = dtype if isinstance(dtype, str) else np.dtype(dtype).name
    name = _STORED_AS.get(name, name)
    if name not in _RANK:
        raise TypeError(f"dtype: got {dtype!r}, expected one of {', '.join(DTYPES)}.")
    return name


def in_half(value: Any, dtype: str) -> Any:
    """An array rounded to half precision, in which nothing is computed. A symbol stays as it is;
    so does an array where "bfloat16" is asked for and ml_dtypes, which has it, is not installed."""
    if not isinstance(value, np.ndarray | np.generic):
        return value
    if dtype == "float16":
        return np.asarray(value, np.float16)
    try:
        from ml_dtypes import bfloat16
    except ImportError:
        return value
    return np.asarray(value).astype(bfloat16)


def promote(*dtypes: str) -> str:
    """The dtype of an op on these dtypes."""
    return max(dtypes, key=_RANK.__getitem__)


def is_float(dtype: str) -> bool:
    """Whether this is "float32" or "float64"."""
    return dtype in FLOATS


def standardize_dtype(dtype: DType | None) -> str:
    """Return the name of a dtype as Keras spells it.

    Args:
        dtype: a name, a NumPy dtype, a Python type, or None, which means `floatx()`.

    Returns:
        The name, a string such as "float32", "uint8" or "string".

    >>> standardize_dtype(None), standardize_dtype(np.uint8), standardize_dtype(int)
    ('float32', 'uint8', 'int32')
    """
    if dtype is None:
        return floatx()
    builtin = {int: "int32", float: floatx(), bool: "bool", str: "string"}
    if isinstance(dtype, type) and dtype in builtin:
        return builtin[dtype]
    return dtype if isinstance(dtype, str) else np.dtype(dtype).name


def is_float_dtype(dtype: DType | None) -> bool:
    """Return whether a dtype is a float dtype.

    Args:
        dtype: a name, a NumPy dtype, a Python type, or None, which means `floatx()`.

    Returns:
        True or False.

    >>> is_float_dtype("float32"), is_float_dtype("int32")
    (True, False)
    """
    return "float" in standardize_dtype(dtype)


def is_int_dtype(dtype: DType | None) -> bool:
    """Return whether a dtype is an integer dtype, signed or unsigned.

    Args:
        dtype: a name, a NumPy dtype, a Python type, or None, which means `floatx()`.

    Returns:
        True or False.

    >>> is_int_dtype("uint8"), is_int_dtype("bool")
    (True, False)
    """
    return "int" in standardize_dtype(dtype)


def result_type(*dtypes: DType | None) -> str:
    """Return the dtype of an op on operands of the given dtypes.

    Args:
        dtypes: names, NumPy dtypes, Python types, or None, which means `floatx()`.

    Returns:
        The name of the promoted dtype; without dtypes `floatx()`.

    >>> result_type("int32", "float32")
    'float32'
    """
    return promote(*(standard(standardize_dtype(d)) for d in dtypes)) if dtypes else floatx()


_floatx = "float32"


def floatx() -> str:
    """Return the dtype of weights and of Python floats, "float32" by default.

    Returns:
        "float32" or "float64".

    >>> floatx()
    'float32'
    """
    return _floatx


def set_floatx(value: str) -> None:
    """Set the dtype of weights and Python floats that are created from now on.

    Args:
        value: "float32" or "float64".

    Raises:
        ValueError: any other value.

    >>> set_floatx("float32")
    """
    global _floatx
    if value not in FLOATS:
        raise ValueError(f"floatx: got {value!r}, expected 'float32' or 'float64'.")
    _floatx = value


_epsilon = 1e-7


def epsilon() -> float:
    """Return the small value that keeps divisions and logarithms away from 0, 1e-7 by default.

    Returns:
        A float.

    >>> epsilon()
    1e-07
    """
    return _epsilon


def set_epsilon(value: float) -> None:
    """Set `epsilon` for functions that are called or traced from now on.

    Args:
        value: a number >= 0 and < 1.

    Raises:
        ValueError: any other value.

    >>> set_epsilon(1e-7)
    """
    global _epsilon
    if isinstance(value, bool) or not isinstance(value, Real) or not 0 <= value < 1:
        raise ValueError(f"epsilon: got {value!r}, expected a number >= 0 and < 1.")
    _epsilon = float(value)
