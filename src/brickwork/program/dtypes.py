"""The five kinds of numbers that a program computes with."""

from __future__ import annotations

from numbers import Real

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


def standardize_dtype(dtype) -> str:
    """The name of a dtype as Keras spells it.

    Args:
        dtype: a name, a NumPy dtype or scalar type, a Python type, or None for `floatx`.

    Returns:
        str: such as "float32" or "bool".

    >>> standardize_dtype(None), standardize_dtype(np.uint8), standardize_dtype(int)
    ('float32', 'uint8', 'int32')
    """
    if dtype is None:
        return floatx()
    named = {int: "int32", float: floatx(), bool: "bool", str: "string"}
    if isinstance(dtype, type) and dtype in named:
        return named[dtype]
    return dtype if isinstance(dtype, str) else np.dtype(dtype).name


def is_float_dtype(dtype) -> bool:
    """Whether a dtype is one of floats.

    Args:
        dtype: as `standardize_dtype` takes it.

    Returns:
        bool

    >>> is_float_dtype("float32"), is_float_dtype("int32")
    (True, False)
    """
    return "float" in standardize_dtype(dtype)


def is_int_dtype(dtype) -> bool:
    """Whether a dtype is one of integers; bool is not.

    Args:
        dtype: as `standardize_dtype` takes it.

    Returns:
        bool

    >>> is_int_dtype("uint8"), is_int_dtype("bool")
    (True, False)
    """
    return "int" in standardize_dtype(dtype)


def result_type(*dtypes) -> str:
    """The dtype of the result of an op, by Keras's rules of promotion.

    Args:
        dtypes: dtypes of its inputs; none means `floatx`.

    Returns:
        str: the name of the dtype.

    >>> result_type("int32", "float32")
    'float32'
    """
    return promote(*(standard(standardize_dtype(d)) for d in dtypes)) if dtypes else floatx()


_floatx = "float32"


def floatx() -> str:
    """The default dtype of floats.

    Returns:
        str: "float32" or "float64".

    >>> floatx()
    'float32'
    """
    return _floatx


def set_floatx(value: str) -> None:
    """Make ``float32`` or ``float64`` the kind of every float made from now on."""
    global _floatx
    if value not in FLOATS:
        raise ValueError(f"floatx: got {value!r}, expected 'float32' or 'float64'.")
    _floatx = value


_epsilon = 1e-7


def epsilon() -> float:
    """The small constant that keeps divisions and logarithms of Keras's formulas finite.

    Returns:
        float: 1e-7 by default.

    >>> epsilon()
    1e-07
    """
    return _epsilon


def set_epsilon(value: float) -> None:
    """Set what `epsilon` returns.

    Args:
        value: a number > 0.

    Raises:
        ValueError: for anything else.

    >>> set_epsilon(1e-7)
    """
    global _epsilon
    if isinstance(value, bool) or not isinstance(value, Real) or not 0 <= value < 1:
        raise ValueError(f"epsilon: got {value!r}, expected a number >= 0 and < 1.")
    _epsilon = float(value)
