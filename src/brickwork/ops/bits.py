"""Keras's ops about how numbers are written: bits of whole numbers, divisors, neighbours of floats.

On arrays only. Whole numbers keep the width that they come with while an op works, since it
decides which bits there are; the answers are of the kinds that all ops answer.
"""

from __future__ import annotations

import numpy as np

from ..program import as_array
from ..program.dtypes import promote
from ..program.results import answered
from .core import dtype_of, floating
from .indexing import known

_WORDS = "the engine has no op for it. Do it to the data before they are given to the model"


def _whole(op: str, x, kinds: str = "biu"):
    x = known(op, x, _WORDS)
    if x.dtype.kind not in kinds:
        raise TypeError(f"{op}: got {x.dtype} numbers, expected whole ones. Use ops.cast(x, "
                        "'int32').")
    return x


def _both(op: str, x, y, kinds: str = "biu"):
    x = _whole(op, x, kinds)
    if type(y) is int and x.dtype.kind != "b":  # a plain number has no width of its own
        y = np.asarray(y, x.dtype)
    return answered(as_array(getattr(np, op)(x, _whole(op, y, kinds))))


def bitwise_and(x, y):
    """The bits that are set in both.

    >>> bitwise_and([12, 7], [10, 8])
    array([8, 0], dtype=int32)
    """
    return _both("bitwise_and", x, y)


def bitwise_or(x, y):
    """The bits that are set in one or in both.

    >>> bitwise_or([12, 7], [10, 8])
    array([14, 15], dtype=int32)
    """
    return _both("bitwise_or", x, y)


def bitwise_xor(x, y):
    """The bits that are set in one of the two.

    >>> bitwise_xor([12, 7], [10, 8])
    array([ 6, 15], dtype=int32)
    """
    return _both("bitwise_xor", x, y)


def bitwise_invert(x):
    """The bits that are not set: ``-x - 1`` of numbers with a sign; of truth values the others.

    >>> bitwise_invert([0, 7])
    array([-1, -8], dtype=int32)
    """
    return _inverted("bitwise_invert", x)


def _inverted(op: str, x):
    return answered(as_array(np.invert(_whole(op, x))))


def bitwise_not(x):
    """The same as `bitwise_invert`.

    >>> bitwise_not([True, False])
    array([False,  True])
    """
    return _inverted("bitwise_not", x)


def bitwise_left_shift(x, y):
    """The bits of x so many places higher; those that leave the number are lost.

    >>> bitwise_left_shift([1, 3], [4, 1])
    array([16,  6], dtype=int32)
    """
    return _both("left_shift", x, y, "iu")


def left_shift(x, y):
    """The same as `bitwise_left_shift`.

    >>> left_shift([1, 3], 2)
    array([ 4, 12], dtype=int32)
    """
    return bitwise_left_shift(x, y)


def bitwise_right_shift(x, y):
    """The bits of x so many places lower; the sign stays.

    >>> bitwise_right_shift([16, -8], [4, 1])
    array([ 1, -4], dtype=int32)
    """
    return _both("right_shift", x, y, "iu")


def right_shift(x, y):
    """The same as `bitwise_right_shift`.

    >>> right_shift([16, 12], 2)
    array([4, 3], dtype=int32)
    """
    return bitwise_right_shift(x, y)


def gcd(x1, x2):
    """The greatest number that divides both; 0 of two zeros.

    >>> gcd([12, -4], [18, 6])
    array([6, 2], dtype=int32)
    """
    return _both("gcd", x1, x2, "iu")


def lcm(x1, x2):
    """The least number above 0 that both divide; 0 where one is 0.

    >>> lcm([12, -4], [18, 6])
    array([36, 12], dtype=int32)
    """
    return _both("lcm", x1, x2, "iu")


def nextafter(x1, x2):
    """The float beside x1 that lies towards x2.

    >>> float(nextafter(1.0, 2.0)) - 1.0 == 2.0 ** -23
    True
    """
    one, other = (floating(known("nextafter", x, _WORDS)) for x in (x1, x2))
    kind = promote(dtype_of(one), dtype_of(other))
    return answered(np.nextafter(one.astype(kind), other.astype(kind)))


def view(x, dtype=None):
    """The same memory read as another kind of number; None: as it is.

    A narrower kind makes the last axis longer, a wider one shorter.

    >>> view([1.0], "int32")
    array([1065353216], dtype=int32)
    """
    x = known("view", x, _WORDS)
    return answered(x if dtype is None else x.view(dtype))


__all__ = ["bitwise_and", "bitwise_invert", "bitwise_left_shift", "bitwise_not", "bitwise_or",
           "bitwise_right_shift", "bitwise_xor", "gcd", "lcm", "left_shift", "nextafter",
           "right_shift", "view"]
