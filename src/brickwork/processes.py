"""Which of several processes this one is: only one of them prints, and writes files; each has a
share of the rows."""

from __future__ import annotations

import sys
from typing import NamedTuple

#: The module that has made this process one of several, if any has.
_RUNTIME = "brickwork.engines.jax.processes"


class Share(NamedTuple):
    """The part that a process has of each batch.

    Attributes:
        rank: the number of the process, from 0 on.
        count: how many processes there are.
        devices: how many devices each of them has.
        own: whether the data that this process is given are its own rows already.
    """

    rank: int
    count: int
    devices: int
    own: bool


def is_first() -> bool:
    """Whether this is the only process, or the first of several."""
    runtime = sys.modules.get(_RUNTIME)
    return runtime is None or runtime.rank() == 0


def share() -> Share | None:
    """This process's part of each batch; None where processes divide none."""
    runtime = sys.modules.get(_RUNTIME)
    return None if runtime is None else runtime.share()
