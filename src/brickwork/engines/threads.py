"""The number of threads of a model: what the process may use, and what variables ask for."""

from __future__ import annotations

import os
import sys
from functools import cache

from .. import _engine


def cores() -> int:
    """The number of threads to use.

    It is limited by the processors that the process may run on, the CPU quota of its cgroup (of a
    container), and `threadpoolctl`. ``BRICKWORK_THREADS`` or, if that is not set,
    ``OMP_NUM_THREADS`` can lower it.
    """
    register_threadpoolctl()
    most = allowed()
    # OpenMP's variable may be a list with one number for each level of nesting.
    wanted = os.environ.get("BRICKWORK_THREADS") or os.environ.get("OMP_NUM_THREADS") or ""
    first = wanted.partition(",")[0].strip()
    return min(int(first), most) if first.isdigit() and int(first) > 0 else most


def allowed() -> int:
    """The largest possible number of threads, regardless of environment variables."""
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return min(usable or 1, cpu_quota() or usable or 1, _engine.most_threads())


@cache
def cpu_quota(groups: str = "/proc/self/cgroup", root: str = "/sys/fs/cgroup") -> int | None:
    """The CPU quota of the process's cgroup and its parents, in processors, rounded up.

    None if there is no quota.
    """
    found = []
    for line in _lines(groups):
        _, controllers, path = [*line.split(":", 2), "", ""][:3]
        if not controllers:  # version 2
            found += [_ratio(_lines(f"{folder}/cpu.max")) for folder in _with_parents(root, path)]
        elif "cpu" in controllers.split(","):
            for mount in (controllers, "cpu"):
                found += [
                    _ratio(
                        [
                            " ".join(
                                _lines(f"{folder}/cpu.cfs_quota_us")
                                + _lines(f"{folder}/cpu.cfs_period_us")
                            )
                        ]
                    )
                    for folder in _with_parents(f"{root}/{mount}", path)
                ]
    return min((ratio for ratio in found if ratio), default=None)


def _with_parents(root: str, path: str) -> list[str]:
    """A group's folder and its parents; in a container some of them do not exist."""
    names = [name for name in path.split("/") if name]
    return ["/".join([root, *names[:kept]]) for kept in range(len(names), -1, -1)]


def _lines(file: str) -> list[str]:
    try:
        with open(file, encoding="utf-8", errors="replace") as opened:
            return opened.read().split("\n")[:-1]
    except OSError:
        return []


def _ratio(lines: list[str]) -> int | None:
    """Processors from "quota period", rounded up; None for "max" and -1, which mean no quota."""
    quota, _, period = (lines or [""])[0].partition(" ")
    if not (quota.isdigit() and period.isdigit() and int(quota) and int(period)):
        return None
    return -(-int(quota) // int(period))


_registered = False


def register_threadpoolctl() -> None:
    """Register brickwork as a library that `threadpool_limits` limits.

    threadpoolctl must have been imported: brickwork does not import it. A `threadpool_limits` block
    that was entered before the registration does not limit brickwork.
    """
    global _registered
    if _registered or "threadpoolctl" not in sys.modules:
        return
    from threadpoolctl import LibController, register

    class Controller(LibController):
        """The thread limit of the engine, as a threadpoolctl controller."""

        user_api = internal_api = "brickwork"
        filename_prefixes = ("_engine.",)
        check_symbols = ("PyInit__engine",)

        def get_num_threads(self):
            return allowed()

        def set_num_threads(self, num_threads):
            _engine.limit_threads(num_threads)

        def get_version(self):
            from .._version import __version__

            return __version__

    _registered = True
    register(Controller)


register_threadpoolctl()
