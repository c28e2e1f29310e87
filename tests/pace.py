"""How slow this machine is: limits in seconds hold for the machine on which they were set, idle."""

from __future__ import annotations

import os
from collections.abc import Callable
from time import perf_counter

#: What an emulator says by the environment: compiled code is slower there than Python shows.
SLOWER = float(os.environ.get("BRICKWORK_SLOWER", "1"))

#: The seconds of `_work` there. Not measured but deduced: it takes 7 ms on a machine on which all
#: tests take 1.6 times as long.
_SECONDS = 0.005
_TIMES = 4


def in_time(seconds: float, limit: float, clock: Callable[[], float] = perf_counter) -> bool:
    """Whether what took some seconds of a clock here takes less than the limit there."""
    return seconds < limit or seconds < limit * slower(clock)


def slower(clock: Callable[[], float] = perf_counter) -> float:
    """How many times as long as there it takes here and now, at least 1: other programs count if
    the clock is not the process's own."""
    begun = clock()
    for _ in range(_TIMES):
        _work()
    return max(1.0, SLOWER, (clock() - begun) / (_TIMES * _SECONDS))


def _work() -> int:
    """What Python does everywhere: objects are made, kept by name, and looked at."""
    kept = {f"layer_{i}": [i, {"rate": i / 7}] for i in range(12_000)}
    return sum(len(name) + i for name, (i, config) in kept.items() if isinstance(config, dict))
