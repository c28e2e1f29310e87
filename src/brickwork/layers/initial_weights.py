"""The initial values of weights, and limits on how much memory a file may make them take.

A weight starts with the values of its initializer. While a file is read it starts with zeros, and
no more is allocated than the file holds. An untrusted config is limited too.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from contextvars import ContextVar
from math import prod
from typing import Any

import numpy as np

#: The largest parameter count of a model that is made from a config alone.
MOST = 1 << 31


class _Limit:
    """The bytes that weights may still take, and whether weights start with zeros; and the bytes of
    those that a file need not hold."""

    __slots__ = ("left", "left_aside", "zeros")

    def __init__(self, left: int, zeros: bool, left_aside: int = 4 * MOST):
        self.left = left
        self.zeros = zeros
        self.left_aside = left_aside


_limit: ContextVar[_Limit | None] = ContextVar("limit", default=None)


@contextmanager
def _within(limit: _Limit) -> Iterator[None]:
    token = _limit.set(limit)
    try:
        yield
    finally:
        _limit.reset(token)


def from_file(nbytes: int) -> AbstractContextManager[None]:
    """Return a context in which weights start with zeros.

    Args:
        nbytes: the bytes that all of them may take; a ValueError is raised before more are
            allocated.
    """
    return _within(_Limit(nbytes, True))


def from_config(parameters: int = MOST) -> AbstractContextManager[None]:
    """Return a context in which layers create at most this many parameters.

    A tighter limit of an enclosing context stays in force.
    """
    outer = _limit.get()
    if outer is not None and outer.left <= 4 * parameters:
        return nullcontext()
    return _within(_Limit(4 * parameters, False))


def first_values(initializer: Any, shape: tuple[int, ...], dtype: str, read: bool = True) -> Any:
    """The initial values of a weight: its initializer, or zeros while a file is read.

    Args:
        initializer: what sets the values.
        shape: the shape of the weight.
        dtype: its dtype.
        read: whether the file holds the weight as it is; if a user's own method reads it, it may
            hold less.

    Raises:
        ValueError: if the weight exceeds the limit.
    """
    limit = _limit.get()
    if limit is None:
        return initializer
    size = prod(shape) * np.dtype(dtype).itemsize
    if limit.zeros and not read:
        limit.left_aside -= size
        if limit.left_aside < 0:
            raise ValueError(f"a weight of shape {shape} is more than {MOST:,} parameters in all")
        return initializer
    limit.left -= size
    if limit.left < 0:
        raise ValueError(
            f"a weight of shape {shape} is more than "
            + ("the file holds" if limit.zeros else f"{MOST:,} parameters in all")
        )
    return np.zeros(shape, dtype) if limit.zeros else initializer
