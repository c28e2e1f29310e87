"""The seven dtypes that a program computes with.

In half precision every op computes in float32 and rounds its result once, to the nearest value,
halves to even: `rounded` is that rule for arrays, `engines/half.py` for plans.
"""

from __future__ import annotations

from numbers import Real
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from .types import DType

#: In the order of promotion: an op on two dtypes returns the later one, but float32 for the two of
#: half precision, as neither holds the other's values.
DTYPES = ("bool", "int32", "int64", "float16", "bfloat16", "float32", "float64")
HALF = ("float16", "bfloat16")
FLOATS = (*HALF, "float32", "float64")
#: The largest number of each float dtype.
LARGEST = {
    "float16": 65504.0,
    "bfloat16": 3.3895313892515355e38,
    "float32": 3.4028234663852886e38,
    "float64": 1.7976931348623157e308,
}
_NUMPY = {name: np.dtype(name) for name in DTYPES if name != "bfloat16"}
#: NumPy's own dtypes of arrays that are used as they are.
NATIVE = frozenset(_NUMPY.values())
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
}


def standard(dtype: DType) -> str:
    """The name of one of `DTYPES` for anything that NumPy or Keras accepts as a dtype.

    Narrow integers are computed in the next wider dtype.

    >>> standard(np.float32), standard("uint8"), standard(float)
    ('float32', 'int32', 'float64')
    """
    name = dtype if isinstance(dtype, str) else np.dtype(dtype).name
    name = _STORED_AS.get(name, name)
    if name not in _RANK:
        raise TypeError(f"dtype: got {dtype!r}, expected one of {', '.join(DTYPES)}.")
    if name == "bfloat16":
        numpy_dtype(name)  # without its package it is refused here
    return name


def promote(*dtypes: str) -> str:
    """The dtype of an op on these dtypes."""
    highest = max(dtypes, key=_RANK.__getitem__)
    return "float32" if highest == "bfloat16" and "float16" in dtypes else highest


def is_float(dtype: str) -> bool:
    """Whether this is one of `FLOATS`."""
    return dtype in FLOATS


def widened(dtype: str) -> str:
    """The dtype in which an op on values of this dtype is computed: float32 for half precision."""
    return "float32" if dtype in HALF else dtype


def numpy_dtype(name: str) -> np.dtype:
    """NumPy's dtype of one of `DTYPES`.

    Raises:
        ImportError: for "bfloat16" without ml_dtypes, the package that NumPy has it from.
    """
    found = _NUMPY.get(name)
    if found is not None or name != "bfloat16":
        return found or np.dtype(name)
    try:
        from ml_dtypes import bfloat16
    except ImportError as error:
        raise ImportError(
            "bfloat16: NumPy has this dtype from the package ml_dtypes, which is not installed. "
            "Install it by `pip install 'brickwork[half]'`, or use float16 or float32."
        ) from error
    return np.dtype(bfloat16)


def is_half(array: np.ndarray | np.generic) -> bool:
    """Whether an array is of half precision; quick, as NumPy computes names anew at each use."""
    return array.dtype.itemsize == 2 and array.dtype.name in HALF


def wide(array: np.ndarray) -> np.ndarray:
    """An array of half precision as float32, which holds the same values; any other unchanged."""
    return array.astype("float32") if is_half(array) else array


def rounded(value: Any, dtype: str) -> np.ndarray:
    """What an op computed, as an array of the dtype of its result."""
    return np.asarray(value).astype(numpy_dtype(dtype), copy=False)


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
        "float32", "float64", "float16" or "bfloat16".

    >>> floatx()
    'float32'
    """
    return _floatx


def set_floatx(value: str) -> None:
    """Set the dtype of weights and Python floats that are created from now on.

    Args:
        value: "float32", "float64", "float16" or "bfloat16".

    Raises:
        ValueError: any other value.

    >>> set_floatx("float32")
    """
    global _floatx
    if value not in FLOATS:
        raise ValueError(f"floatx: got {value!r}, expected one of {', '.join(FLOATS)}.")
    numpy_dtype(value)
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
