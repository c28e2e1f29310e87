"""The long tests (`make allocations threads leaks`) in brief, each in a separate process: forks,
memory and allocations are not to meet what other tests have loaded. `make interrupts` in brief is
in `models/test_interrupt.py`."""

import json
from pathlib import Path

from samples import python


def figures(name: str, **brief) -> dict:
    """The figures of a module of `tests/long`."""
    code = (
        f"import sys, json; sys.path.insert(0, 'long'); import {name};"
        f"print(json.dumps({name}.figures(**{brief!r})))"
    )
    done = python("-c", code, cwd=Path(__file__).parent)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def test_allocations():
    found = figures("allocations", every=307)
    assert found["points"] >= 30 and found["refused"] >= 30
    assert found["lost blocks"] == 0


def test_threads():
    found = figures("threads", threads=8, times=200, seconds=1.0, forks=6)
    assert found["different"] == 0
    training = found["while training"]
    assert training["inconsistent"] == 0 and training["states seen"] > 3
    for forks in (found["forks"], found["forks while training"]):
        assert (forks["forks"], forks["hung"], forks["wrong"]) == (3, 0, 0)


def test_leaks():
    found = figures("leaks", predicts=20_000, models=20)
    assert found["predictions"]["growth"] <= 1_000_000
    assert found["steps"]["growth"] <= 1_000_000
    assert found["forgotten models"]["growth"] <= 500_000  # 20 that were kept would be 2.7 MB
