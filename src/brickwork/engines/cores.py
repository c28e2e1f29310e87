"""How many threads may work for a model: what the process is allowed, and what it is asked for."""

from __future__ import annotations

import os
import sys
from functools import cache
from pathlib import Path

from .. import _engine


def cores() -> int:
    """How many threads may work.

    No more than the processors that the process may run on, than its cgroup (a container's quota)
    pays for, and than `threadpoolctl` has set; of these so many as ``BRICKWORK_THREADS`` or, where
    that is not set, ``OMP_NUM_THREADS`` says.
    """
    meet_threadpoolctl()
    most = allowed()
    # OpenMP's variable may be a list, one number for each level of nesting.
    wanted = os.environ.get("BRICKWORK_THREADS") or os.environ.get("OMP_NUM_THREADS") or ""
    first = wanted.partition(",")[0].strip()
    return min(int(first), most) if first.isdigit() and int(first) > 0 else most


def allowed() -> int:
    """How many threads may work, whatever the variables ask for."""
    given = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return min(given or 1, paid_for() or given or 1, _engine.most_threads())


@cache
def paid_for(groups: str = "/proc/self/cgroup", root: str = "/sys/fs/cgroup") -> int | None:
    """Processors that the quotas of the process's cgroup and those around it pay for, rounded up;
    None where there is no quota."""
    found = []
    for line in _lines(groups):
        _, controllers, path = [*line.split(":", 2), "", ""][:3]
        if not controllers:  # version 2
            found += [_ratio(_lines(folder / "cpu.max")) for folder in _upwards(root, path)]
        elif "cpu" in controllers.split(","):
            for mount in (controllers, "cpu"):
                found += [_ratio([" ".join(_lines(folder / "cpu.cfs_quota_us")
                                           + _lines(folder / "cpu.cfs_period_us"))])
                          for folder in _upwards(f"{root}/{mount}", path)]
    return min((ratio for ratio in found if ratio), default=None)


def _upwards(root: str, path: str) -> list[Path]:
    """A group's folder and those above it; in a container only some of them are there."""
    folder = Path(root, path.strip("/"))
    return [folder, *(p for p in folder.parents if p.is_relative_to(root))]


def _lines(file) -> list[str]:
    try:
        return Path(file).read_text("utf-8", "replace").split("\n")[:-1]
    except OSError:
        return []


def _ratio(lines: list[str]) -> int | None:
    """Processors, of "quota period"; None for "max" and -1, which are no quota."""
    quota, _, period = (lines or [""])[0].partition(" ")
    if not (quota.isdigit() and period.isdigit() and int(quota) and int(period)):
        return None
    return -(-int(quota) // int(period))


_met = False


def meet_threadpoolctl() -> None:
    """Have `threadpool_limits` count brickwork among the libraries that it limits.

    It must be imported before: brickwork does not import it. A block of `threadpool_limits` that
    was entered before brickwork met it does not know of brickwork.
    """
    global _met
    if _met or "threadpoolctl" not in sys.modules:
        return
    from threadpoolctl import LibController, register

    class Controller(LibController):
        """The engine's limit, in threadpoolctl's terms."""

        user_api = internal_api = "brickwork"
        filename_prefixes = ("_engine.",)
        check_symbols = ("PyInit__engine",)

        def get_num_threads(self):
            return allowed()

        def set_num_threads(self, num_threads):
            _engine.limit_threads(num_threads)

        def get_version(self):
            from .. import __version__

            return __version__

    _met = True
    register(Controller)


meet_threadpoolctl()
