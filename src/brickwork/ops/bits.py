"""Keras's ops about the representation of numbers: bits, divisors, adjacent floats.

They work on arrays only. Integers keep their width while an op computes, because the width
determines the bits; the results have one of the dtypes of all ops.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..program import as_array
from ..program.between import connect
from ..program.dtypes import promote
from ..program.results import as_result
from ..program.types import DType, Tensor, TensorLike
from .core import dtype_of, floating
from .indexing import concrete

_NO_KERNEL = "the engine has no op for it. Apply it to the data before they reach the model"


def _integers(op: str, x: Any, kinds: str = "biu") -> Any:
    x = concrete(op, x, _NO_KERNEL)
    if x.dtype.kind not in kinds:
        raise TypeError(
            f"{op}: got an array of dtype {x.dtype}, expected integers. Use ops.cast(x, 'int32')."
        )
    return x


def _of_two(op: str, x: Any, y: Any, kinds: str = "biu") -> Any:
    x = _integers(op, x, kinds)
    if type(y) is int and x.dtype.kind != "b":  # a Python integer has no width of its own
        y = np.asarray(y, x.dtype)
    return as_result(as_array(getattr(np, op)(x, _integers(op, y, kinds))))


def bitwise_and(x: TensorLike, y: TensorLike) -> Tensor:
    """Bitwise AND, element by element; on arrays only.

    Args:
        x, y: integer or bool arrays whose shapes broadcast.

    Returns:
        An integer or bool array of the broadcast shape.

    Raises:
        TypeError: for floats.
        ValueError: inside a trace, where values are not known yet.

    >>> bitwise_and([12, 7], [10, 8])
    array([8, 0], dtype=int32)
    """
    return _of_two("bitwise_and", x, y)


def bitwise_or(x: TensorLike, y: TensorLike) -> Tensor:
    """Bitwise OR, element by element; on arrays only.

    Args:
        x, y: integer or bool arrays whose shapes broadcast.

    Returns:
        An integer or bool array of the broadcast shape.

    Raises:
        TypeError: for floats.
        ValueError: inside a trace, where values are not known yet.

    >>> bitwise_or([12, 7], [10, 8])
    array([14, 15], dtype=int32)
    """
    return _of_two("bitwise_or", x, y)


def bitwise_xor(x: TensorLike, y: TensorLike) -> Tensor:
    """Bitwise exclusive OR, element by element; on arrays only.

    Args:
        x, y: integer or bool arrays whose shapes broadcast.

    Returns:
        An integer or bool array of the broadcast shape.

    Raises:
        TypeError: for floats.
        ValueError: inside a trace, where values are not known yet.

    >>> bitwise_xor([12, 7], [10, 8])
    array([ 6, 15], dtype=int32)
    """
    return _of_two("bitwise_xor", x, y)


def bitwise_invert(x: TensorLike) -> Tensor:
    """Bitwise NOT, element by element; on arrays only.

    It is ``-x - 1`` for signed integers and logical NOT for booleans.

    Args:
        x: integer or bool array of any shape.

    Returns:
        An integer or bool array of the shape of `x`.

    Raises:
        TypeError: for floats.
        ValueError: inside a trace, where values are not known yet.

    >>> bitwise_invert([0, 7])
    array([-1, -8], dtype=int32)
    """
    return _inverted("bitwise_invert", x)


def _inverted(op: str, x: Any) -> Any:
    return as_result(as_array(np.invert(_integers(op, x))))


def bitwise_not(x: TensorLike) -> Tensor:
    """Bitwise NOT, element by element; the same as `bitwise_invert`.

    Args:
        x: integer or bool array of any shape.

    Returns:
        An integer or bool array of the shape of `x`.

    Raises:
        TypeError: for floats.
        ValueError: inside a trace, where values are not known yet.

    >>> bitwise_not([True, False])
    array([False,  True])
    """
    return _inverted("bitwise_not", x)


def bitwise_left_shift(x: TensorLike, y: TensorLike) -> Tensor:
    """Shift the bits of ``x`` to the left by ``y``, dropping those that overflow; on arrays only.

    Args:
        x: integer array of any shape.
        y: number of bits, an integer array whose shape broadcasts with that of `x`.

    Returns:
        An integer array of the broadcast shape.

    Raises:
        TypeError: for floats and booleans.
        ValueError: inside a trace, where values are not known yet.

    >>> bitwise_left_shift([1, 3], [4, 1])
    array([16,  6], dtype=int32)
    """
    return _of_two("left_shift", x, y, "iu")


def left_shift(x: TensorLike, y: TensorLike) -> Tensor:
    """Shift the bits of ``x`` to the left by ``y``; the same as `bitwise_left_shift`.

    Args:
        x: integer array of any shape.
        y: number of bits, an integer array whose shape broadcasts with that of `x`.

    Returns:
        An integer array of the broadcast shape.

    Raises:
        TypeError: for floats and booleans.
        ValueError: inside a trace, where values are not known yet.

    >>> left_shift([1, 3], 2)
    array([ 4, 12], dtype=int32)
    """
    return bitwise_left_shift(x, y)


def bitwise_right_shift(x: TensorLike, y: TensorLike) -> Tensor:
    """Shift the bits of ``x`` to the right by ``y``, keeping the sign; on arrays only.

    Args:
        x: integer array of any shape.
        y: number of bits, an integer array whose shape broadcasts with that of `x`.

    Returns:
        An integer array of the broadcast shape.

    Raises:
        TypeError: for floats and booleans.
        ValueError: inside a trace, where values are not known yet.

    >>> bitwise_right_shift([16, -8], [4, 1])
    array([ 1, -4], dtype=int32)
    """
    return _of_two("right_shift", x, y, "iu")


def right_shift(x: TensorLike, y: TensorLike) -> Tensor:
    """Shift the bits of ``x`` to the right by ``y``; the same as `bitwise_right_shift`.

    Args:
        x: integer array of any shape.
        y: number of bits, an integer array whose shape broadcasts with that of `x`.

    Returns:
        An integer array of the broadcast shape.

    Raises:
        TypeError: for floats and booleans.
        ValueError: inside a trace, where values are not known yet.

    >>> right_shift([16, 12], 2)
    array([4, 3], dtype=int32)
    """
    return bitwise_right_shift(x, y)


def gcd(x1: TensorLike, x2: TensorLike) -> Tensor:
    """The greatest common divisor, element by element; 0 for two zeros; on arrays only.

    Args:
        x1, x2: integer arrays whose shapes broadcast.

    Returns:
        An integer array of the broadcast shape with values >= 0.

    Raises:
        TypeError: for floats and booleans.
        ValueError: inside a trace, where values are not known yet.

    >>> gcd([12, -4], [18, 6])
    array([6, 2], dtype=int32)
    """
    return _of_two("gcd", x1, x2, "iu")


def lcm(x1: TensorLike, x2: TensorLike) -> Tensor:
    """The least common multiple, element by element; 0 if either is 0; on arrays only.

    Args:
        x1, x2: integer arrays whose shapes broadcast.

    Returns:
        An integer array of the broadcast shape with values >= 0.

    Raises:
        TypeError: for floats and booleans.
        ValueError: inside a trace, where values are not known yet.

    >>> lcm([12, -4], [18, 6])
    array([36, 12], dtype=int32)
    """
    return _of_two("lcm", x1, x2, "iu")


def nextafter(x1: TensorLike, x2: TensorLike) -> Tensor:
    """The next float after ``x1`` in the direction of ``x2``, element by element; on arrays only.

    Args:
        x1, x2: arrays whose shapes broadcast; integers and booleans become floats.

    Returns:
        A float array of the broadcast shape.

    Raises:
        ValueError: inside a trace, where values are not known yet.

    >>> float(nextafter(1.0, 2.0)) - 1.0 == 2.0 ** -23
    True
    """
    x1, x2 = (floating(concrete("nextafter", x, _NO_KERNEL)) for x in (x1, x2))
    dtype = promote(dtype_of(x1), dtype_of(x2))
    return as_result(np.nextafter(x1.astype(dtype), x2.astype(dtype)))


def view(x: TensorLike, dtype: DType | None = None) -> Tensor:
    """Reinterpret the memory of an array as another dtype; on arrays only.

    Args:
        x: array of any shape and dtype.
        dtype: the dtype to read; None means that of `x`.

    Returns:
        An array of that dtype. A narrower dtype makes the last axis longer, a wider one shorter.

    Raises:
        ValueError: inside a trace, where values are not known yet.

    >>> view([1.0], "int32")
    array([1065353216], dtype=int32)
    """
    x = concrete("view", x, _NO_KERNEL)
    return as_result(x if dtype is None else x.view(dtype))


__all__ = [
    "bitwise_and",
    "bitwise_invert",
    "bitwise_left_shift",
    "bitwise_not",
    "bitwise_or",
    "bitwise_right_shift",
    "bitwise_xor",
    "gcd",
    "lcm",
    "left_shift",
    "nextafter",
    "right_shift",
    "view",
]
connect(globals(), __all__)
