"""Limits in seconds hold on slow and busy machines."""

import ast
from pathlib import Path

import pace

TESTS = Path(__file__).parent
CLOCKS = {"perf_counter", "monotonic", "process_time"}

#: Tests that read a clock and whose limits no machine misses by being slow.
NOT_SCALED = {
    "test_the_clock_is_kept": "the limit is twenty times the slice",
    "test_many_threads_predict_while_one_trains": "trains for as long as it takes",
}


def test_limits_in_seconds_are_scaled():
    """In functions that read a clock and assert; tests in long/ take the time they are given."""
    scaled, others = set(), set()
    for path in TESTS.rglob("*.py"):
        for function in ast.parse(path.read_text()).body if "long" not in path.parts else ():
            called = {
                getattr(node.func, "attr", getattr(node.func, "id", None))
                for node in ast.walk(function)
                if isinstance(node, ast.Call)
            }
            if CLOCKS & called and any(isinstance(n, ast.Assert) for n in ast.walk(function)):
                (scaled if {"in_time", "slower"} & called else others).add(function.name)
    assert len(scaled) > 7
    assert others == set(NOT_SCALED)


def test_a_machine_is_as_slow_as_its_clock_says():
    for seconds, expected in ((0.001, 1), (0.02, 1), (0.1, 5)):
        assert pace.slower(iter((0.0, seconds)).__next__) == max(expected, pace.SLOWER)


def test_a_slow_machine_has_more_time():
    limit = 2 * max(2, pace.SLOWER)
    for seconds, expected in ((1.9, True), (0.99 * limit, True), (1.01 * limit, False)):
        assert pace.in_time(seconds, 2, iter((0.0, 0.04)).__next__) is expected
