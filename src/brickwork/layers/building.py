"""How weights begin: with the values of their initializers, or, where a file's follow, with
zeros, of which there may not be more than the file holds."""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar

import numpy as np

from ..program.dims import size

_left: ContextVar[list[int] | None] = ContextVar("left", default=None)


@contextmanager
def from_file(nbytes: int):
    """A block in which layers make their weights of zeros.

    Args:
        nbytes: what all of them may take; a ValueError is raised before more is allocated.
    """
    token = _left.set([nbytes])
    try:
        yield
    finally:
        _left.reset(token)


def first_values(initializer, shape: tuple[int, ...], dtype: str):
    """What a weight is made with: the initializer, or zeros."""
    left = _left.get()
    if left is None:
        return initializer
    left[0] -= size(shape) * np.dtype(dtype).itemsize
    if left[0] < 0:
        raise ValueError(f"a weight of shape {shape} is more than the file holds")
    return np.zeros(shape, dtype)
