"""Limits in seconds hold on slow and busy machines."""

import re
from pathlib import Path

import pace

TESTS = Path(__file__).parent

CLOCK = re.compile(r"\b(perf_counter|monotonic|process_time)\(")

#: Files that read a clock and have no limit that a machine could miss by being slow.
WITHOUT_A_LIMIT = {
    "engine/test_loop.py": "a limit of twenty times the slice",
    "models/test_threads.py": "trains for as long as it takes",
    "studio/studio_parts.py": "waits for what comes",
    "files/refuse.py": "test_attacks.py has its limits",
    "pace.py": "scales them",
}


def test_limits_in_seconds_are_scaled():
    """`make test` alone: the tests in long/ take the time that they are given."""
    read = [path for path in TESTS.rglob("*.py") if "long" not in path.parts]
    clocked = {
        str(path.relative_to(TESTS)): "* slower()" in text or "< slower()" in text
        for path in read
        if CLOCK.search(text := path.read_text())
    }
    assert len(clocked) > 10
    assert {name for name, scaled in clocked.items() if not scaled} == set(WITHOUT_A_LIMIT)


def test_a_machine_is_as_slow_as_its_clock_says(monkeypatch):
    for seconds, expected in ((0.001, 1), (0.02, 1), (0.1, 5)):
        times = iter((0.0, seconds))
        monkeypatch.setattr(pace, "perf_counter", lambda times=times: next(times))
        assert pace.slower() == max(expected, pace.SLOWER)
