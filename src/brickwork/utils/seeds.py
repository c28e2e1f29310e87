"""State of the whole process: the random seed, and the counters of automatic names."""

from __future__ import annotations

import random

import numpy as np

from .._engine import release_threads
from ..errors import ArgumentError, shown
from ..naming import reset_names
from ..random import forget_shared_generator


def set_random_seed(seed: int) -> None:
    """Seed Python's and NumPy's generators, from which all seeds that are not set are drawn.

    These include the seeds of initial weights, dropout and the order of rows.

    Args:
        seed: an integer from 0 to 2**32 - 1.

    Raises:
        ValueError: for anything else.

    >>> set_random_seed(5)
    """
    if isinstance(seed, bool) or not isinstance(seed, int | np.integer) or not 0 <= seed < 2**32:
        raise ArgumentError(
            "set_random_seed.seed", f"got {shown(seed)}, expected an integer from 0 to 2**32 - 1."
        )
    random.seed(int(seed))
    np.random.seed(int(seed))
    forget_shared_generator()


def clear_session(free_memory: bool = True) -> None:
    """Reset automatic names: the next ``Dense`` is ``dense`` again.

    The engine's idle threads also end; they are started again when needed.

    Args:
        free_memory: accepted as in Keras; models are freed when nothing refers to them.

    >>> clear_session()
    """
    reset_names()
    release_threads()
