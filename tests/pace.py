"""How slow this machine is: limits in seconds hold for a machine of today that is idle."""

from __future__ import annotations

import os
from time import perf_counter

#: What an emulator says by the environment: compiled code is slower there than Python shows.
SLOWER = float(os.environ.get("BRICKWORK_SLOWER", "1"))

#: The milliseconds that `_work` takes on a machine of today.
_MILLISECONDS = 5.0


def slower() -> float:
    """How many times as long as a machine of today this one takes now, at least 1: it may be an
    older one, or have other work to do."""
    begun = perf_counter()
    for _ in range(4):
        _work()
    return max(1.0, SLOWER, 250 * (perf_counter() - begun) / _MILLISECONDS)


def _work() -> int:
    """What Python does everywhere: objects are made, kept by name, and looked at."""
    kept = {f"layer_{i}": [i, {"rate": i / 7}] for i in range(12_000)}
    return sum(len(name) + i for name, (i, config) in kept.items() if isinstance(config, dict))
