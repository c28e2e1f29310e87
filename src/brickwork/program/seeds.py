"""Seeds for what its user gave none."""

from __future__ import annotations

import os
import sys
from contextvars import ContextVar
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.random import RandomState

#: What `draw_seed` draws from in this thread instead of NumPy's global generator.
own_generator: ContextVar[RandomState | None] = ContextVar("own_generator", default=None)


def draw_seed(end: int = 2**31) -> int:
    """A seed >= 0 and < `end` from NumPy's global generator.

    So ``np.random.seed`` makes a script repeatable. Where that generator is not loaded, nobody can
    have seeded it, and its numbers would come from the operating system. They do so here as well,
    without the 12 ms that loading it takes.

    >>> np.random.seed(1)
    >>> first = draw_seed()
    >>> np.random.seed(1)
    >>> draw_seed() == first
    True
    """
    own = own_generator.get()
    if own is not None:
        return int(own.randint(0, end, dtype=np.int64))
    if "numpy.random" in sys.modules:
        return int(np.random.randint(0, end, dtype=np.int64))
    return int.from_bytes(os.urandom(8), "little") % end
