"""Which of several processes this one is: only one of them prints, and writes files."""

from __future__ import annotations

import sys

#: The module that has made this process one of several, if any has.
_RUNTIME = "brickwork.engines.jax.processes"


def is_first() -> bool:
    """Whether this is the only process, or the first of several."""
    runtime = sys.modules.get(_RUNTIME)
    return runtime is None or runtime.rank() == 0
