"""Runs all tests, and ends with one line that counts them all, as pytest's own does.

Real signals are tested by a process that does nothing else. Both halves run whatever becomes of
the other, and the exit status says whether either failed. With BRICKWORK_NO_SKIPS=1, as in CI,
a test that was skipped since something is not installed is an error.

    python tools/run_tests.py JOBS [more arguments for pytest's first half]
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

SIGNALS = "tests/models/test_interrupt.py"
#: What counts as a result, in the order in which pytest tells it.
RESULTS = ("failed", "passed", "skipped", "xfailed", "xpassed", "error")


def halves(jobs: str, more: list[str]) -> list[list[str]]:
    """The arguments of each run of pytest."""
    return [
        # Tests of a file stay with a worker, which has compiled for them, until another is idle.
        [
            *("-n", jobs, "--dist", "worksteal", "--ignore", SIGNALS),
            *("--doctest-modules", "tests", "src/brickwork"),
            *more,
        ],
        [SIGNALS],
    ]


def run(arguments: list[str]) -> tuple[int, Counter]:
    """What pytest exits with, and how many tests had which result (tests/conftest.py tells)."""
    with tempfile.TemporaryDirectory() as folder:
        counts = Path(folder, "counts.json")
        status = subprocess.run(
            [sys.executable, "-m", "pytest", "-q", *arguments],
            env={**os.environ, "BRICKWORK_COUNTS": str(counts)},
        ).returncode
        found = Counter(json.loads(counts.read_text()) if counts.exists() else {})
        found["error"] += status > 1  # broken off, wrong arguments, no test there
        return status, found


def line(counts: Counter, seconds: float) -> str:
    """The closing line.

    >>> line(Counter(passed=12, failed=1, warnings=3), 75.25)
    '1 failed, 12 passed in 75.25s (0:01:15)'
    """
    told = ", ".join(
        f"{counts[result]} {result}{'s' * (result == 'error' and counts[result] > 1)}"
        for result in RESULTS
        if counts[result]
    )
    whole = int(seconds)
    return (
        f"{told or 'no tests ran'} in {seconds:.2f}s "
        f"({whole // 3600}:{whole // 60 % 60:02}:{whole % 60:02})"
    )


def main(jobs: str, *more: str) -> int:
    """Both halves."""
    began, counts, worst = time.perf_counter(), Counter(), 0
    for arguments in halves(jobs, list(more)):
        status, found = run(arguments)
        counts += found
        worst = worst or status
    if counts["lacking"] and os.environ.get("BRICKWORK_NO_SKIPS"):
        print("BRICKWORK_NO_SKIPS is set: install what the skipped tests name above.")
        counts["error"], worst = counts["error"] + 1, worst or 1
    print(line(counts, time.perf_counter() - began), flush=True)
    return worst


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
