"""The long tests (`make allocations threads leaks`) in brief; `make interrupts` in
`models/test_interrupt.py`."""

import importlib.util
import sys
from pathlib import Path


def long(name: str):
    """A module of `tests/long`."""
    spec = importlib.util.spec_from_file_location(
        f"long_{name}", Path(__file__).parent / "long" / f"{name}.py")
    module = sys.modules[spec.name] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_allocations():
    found = long("allocations").figures(every=131)
    assert found["points"] >= 60 and found["refused"] >= 60
    assert found["lost blocks"] == 0


def test_threads():
    found = long("threads").figures(threads=8, times=200, seconds=1.0, forks=6)
    assert found["different"] == 0
    assert found["while training"]["torn"] == 0 and found["while training"]["states seen"] > 3
    for forks in (found["forks"], found["forks while training"]):
        assert (forks["forks"], forks["hung"], forks["wrong"]) == (3, 0, 0)


def test_leaks():
    found = long("leaks").figures(predicts=20_000, models=40)
    assert found["predictions"]["growth"] <= 1_000_000
    assert found["forgotten models"]["growth"] <= 2_000_000
