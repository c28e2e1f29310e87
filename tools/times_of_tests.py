"""Measures how long the tests that CONTRIBUTING.md names for each change take, and writes it there.

python tools/times_of_tests.py     # as long as all tests, on a machine that does nothing else
"""

from __future__ import annotations

import re
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "CONTRIBUTING.md"
ROW = re.compile(r"^(\| [^|]+ \| `(python -m pytest [^`]+|make lint types)` \|)( [^|]* \|)?$", re.M)


def seconds(command: str) -> int:
    """Of one command, which must pass."""
    python = Path(sys.executable).parent
    began = time.perf_counter()
    subprocess.run(f"PATH={python}:$PATH {command}", shell=True, cwd=ROOT, check=True)
    return max(1, round(time.perf_counter() - began))


def measured(page: str) -> str:
    """The page with a column of seconds behind the commands of its table."""
    page = ROW.sub(lambda row: f"{row[1]} {seconds(row[2])} |", page)
    page = re.sub(r"(?m)^(\| you changed \| run \|)$", r"\1 seconds, on two cores |", page)
    return re.sub(r"(?m)(^\| you changed .*\n\| --- \| --- \|)$", r"\1 --- |", page)


if __name__ == "__main__":
    PAGE.write_text(measured(PAGE.read_text("utf-8")), "utf-8")
