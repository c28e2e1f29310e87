"""How weights begin: with the values of their initializers, or, where a file's follow, with
zeros, of which there may not be more than the file holds. A config of a stranger's may not ask for
more than memory is meant to hold, either."""

from __future__ import annotations

from contextlib import contextmanager, nullcontext
from contextvars import ContextVar
from dataclasses import dataclass

import numpy as np

from ..program.dims import size

#: Parameters that a model may have which is made of a config alone.
MOST = 1 << 31


@dataclass(slots=True)
class _Limit:
    """How many bytes weights may still take, and whether they are made of zeros."""

    left: int
    zeros: bool


_limit: ContextVar[_Limit | None] = ContextVar("limit", default=None)


@contextmanager
def _within(limit: _Limit):
    token = _limit.set(limit)
    try:
        yield
    finally:
        _limit.reset(token)


def from_file(nbytes: int):
    """A block in which layers make their weights of zeros.

    Args:
        nbytes: what all of them may take; a ValueError is raised before more is allocated.
    """
    return _within(_Limit(nbytes, True))


def from_config(parameters: int = MOST):
    """A block in which layers make no more than so many parameters; inside of a block that leaves
    less, no more than that."""
    outer = _limit.get()
    if outer is not None and outer.left <= 4 * parameters:
        return nullcontext()
    return _within(_Limit(4 * parameters, False))


def first_values(initializer, shape: tuple[int, ...], dtype: str):
    """What a weight is made with: the initializer, or zeros."""
    limit = _limit.get()
    if limit is None:
        return initializer
    limit.left -= size(shape) * np.dtype(dtype).itemsize
    if limit.left < 0:
        raise ValueError(f"a weight of shape {shape} is more than "
                         + ("the file holds" if limit.zeros else f"{MOST:,} parameters in all"))
    return np.zeros(shape, dtype) if limit.zeros else initializer
