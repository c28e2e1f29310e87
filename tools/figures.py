"""Runs the tests that measure how reliable brickwork is, and writes docs/reliability.md.

    python tools/figures.py             # all of them: hours
    python tools/figures.py T1 T3       # some

The results of each run are kept in docs/reliability.json, from which the page is made, so that
every figure is the result of a run.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
KEPT, PAGE = ROOT / "docs" / "reliability.json", ROOT / "docs" / "reliability.md"


class Test(NamedTuple):
    """A test that returns figures: what it does, what is required, and its file.

    ``call`` is what to call in the file for its figures; or the command whose passed tests are
    counted.
    """

    what: str
    demanded: str
    where: str
    call: str = "figures()"


TESTS = {
    "T1": Test(
        "bad inputs",
        "at least 250 causes, none silent, weights as before",
        "tests/models/test_bad_inputs.py",
    ),
    "T2": Test("every declared argument attacked", "none silent", "tests/test_attack.py"),
    "T3": Test(
        "hostile .brick files",
        "at least 80, each refused in less than a second and with "
        "less than 64 MB, no other file opened",
        "tests/files/test_attacks.py",
    ),
    "T3k": Test(
        "hostile files of Keras's formats",
        "each refused with a message",
        "tests/files/test_keras_hostile.py",
        "python -m pytest -q",
    ),
    "T4": Test(
        "fuzzing of every loader (findings are fixed, and in tests/files/test_fuzz.py; the "
        "run is older than today's reader of Keras's files)",
        "no crash, no hang",
        "tests/long/fuzz.py",
    ),
    "T4k": Test(
        "fuzzing of that reader, of whole files and of their arrays",
        "no crash, no hang",
        "tests/long/fuzz.py",
        "figures(together=1, names=('keras', 'keras_arrays'))",
    ),
    "T5": Test(
        "a disk that fails at each system call of a save, and kills",
        "the old file or the new one, bit for bit; no stray file",
        "tests/files/test_atomic.py",
        "figures(turns=1, kills=500)",
    ),
    "T6": Test(
        "every allocation of the engine fails once",
        "MemoryError, the model unchanged",
        "tests/long/allocations.py",
    ),
    "T7": Test(
        "Ctrl-C at random moments",
        "500, none leaves a model unusable, 99 % handled within 100 ms",
        "tests/long/interrupts.py",
    ),
    "T8": Test(
        "16 threads predict with one model; predict during fit; forks after fit",
        "the same bits, no hang",
        "tests/long/threads.py",
    ),
    "T8c": Test(
        "threads of the engine under TSan, in C++", "no report", "make tsan", "make -s tsan"
    ),
    "T9": Test(
        "the suite under ASan and UBSan (37 of the failed tests started child processes "
        "without NumPy, and are excluded since; one is fixed)",
        "no report",
        "make asan-all",
        "make -s asan-all",
    ),
    "T11": Test(
        "invariances: batch size, order, weights, dtypes and strides of data",
        "exact, or 1e-6",
        "tests/models/test_invariances.py",
    ),
    "T12": Test(
        "trainings interrupted and resumed",
        "50 interruptions, the same bits",
        "tests/long/resume.py",
    ),
    "T13": Test(
        "process state after importing, training, failing and predicting",
        "unchanged",
        "tests/test_good_guest.py",
        "python -m pytest -q",
    ),
    "T14": Test(
        "a million predictions, a million steps one by one, a thousand models created and released",
        "RSS grows by at most 1 MB, and 5 MB",
        "tests/long/leaks.py",
    ),
    "T15": Test(
        "files of many versions",
        "all load and predict what they predicted",
        "tests/files/test_keras_golden.py",
        "BRICKWORK_LONG=1 python -m pytest -q",
    ),
    "T15b": Test("golden .brick files", "the same", "tests/files/test_brick_golden.py"),
    "T16": Test(
        "every layer with random arguments through a file",
        "config and predictions equal to the bit",
        "tests/files/test_round_trip.py",
    ),
    "T21": Test(
        "unusual but legal inputs",
        "at least 250, equal to Keras, none refused",
        "tests/models/test_unusual_against_keras.py",
    ),
    "T21r": Test(
        "random legal programs, run by Keras and by brickwork",
        "the same results, none refused except for reasons in safe-training.md",
        "tests/long/unusual.py",
    ),
}


def run(test: Test) -> dict:
    """The figures of a test, and how long it took, from a process of its own."""
    path = ROOT / test.where
    command = [
        sys.executable,
        "-c",
        (
            f"import sys, json; sys.path[:0] = {[str(path.parent), str(ROOT / 'tests')]!r};"
            f"import {path.stem} as m; print('\\n' + json.dumps(m.{test.call}))"
        ),
    ]
    counted = not test.call.startswith("figures")
    if counted:
        command = [
            "bash",
            "-c",
            f"PATH={Path(sys.executable).parent}:$PATH; {test.call} "
            + (test.where if path.exists() else ""),
        ]
    env = {**os.environ, "KERAS_BACKEND": "jax", "JAX_PLATFORMS": "cpu", "JAX_ENABLE_X64": "1"}
    begun = time.time()
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, cwd=ROOT, env=env)
    if done.returncode:
        print(f"{done.stdout}\n{test.where}: ended with {done.returncode}", file=sys.stderr)
        if not counted:
            sys.exit(1)
    if counted:
        figures = tests_in(done.stdout)
    else:
        figures = json.loads(done.stdout[done.stdout.rindex("\n", 0, -1) :])
    return {"figures": figures, "minutes": round((time.time() - begun) / 60, 1)}


def tests_in(output: str) -> dict:
    """The numbers of tests that passed and failed, from the last lines of pytest or ctest.

    >>> tests_in("2 failed, 7 passed, 1 errors in 3s"), tests_in("100% tests passed out of 5")
    ({'passed': 7, 'failed': 3}, {'passed': 5, 'failed': 0})
    """
    passed = re.findall(r"(\d+) passed|100% tests passed.* out of (\d+)", output)
    failed = re.findall(r"(\d+) (?:failed|errors?)\b", output)
    return {"passed": sum(int(a or b) for a, b in passed), "failed": sum(map(int, failed))}


def page(kept: dict) -> str:
    """docs/reliability.md for the results that are kept."""
    rows = [
        f"| {name} | {test.what} | {test.demanded} | {_measured(kept.get(name))} | `{test.where}` |"
        for name, test in TESTS.items()
    ]
    return "\n".join(
        [
            "# How reliable it is",
            "",
            "Generated by `python tools/figures.py` (`make figures`): every figure is the result "
            "of a run; tests that were not run say so.",
            "",
            "| | test | required | measured | where |",
            "| --- | --- | --- | --- | --- |",
            *rows,
            "",
        ]
    )


def _measured(result: dict | None) -> str:
    if result is None:
        return "not run yet"
    measured = ", ".join(
        f"{name.replace('_', ' ')}: {_number(value)}" for name, value in _flat(result["figures"])
    )
    return f"{measured} ({result['minutes']} min)"


def _flat(figures: dict):
    """The figures, also those in short dicts; long ones are of single jobs, and are left out."""
    for name, value in figures.items():
        if not isinstance(value, dict):
            yield name, value
        elif len(value) < 6 and not any(isinstance(part, dict) for part in value.values()):
            yield from ((f"{name}, {part}", inner) for part, inner in value.items())


def _number(value) -> str:
    value = len(value) if isinstance(value, list) else value
    return (
        f"{value:,.4g}"
        if isinstance(value, float)
        else f"{value:,}"
        if isinstance(value, int)
        else str(value)
    )


def main(names: list[str]) -> None:
    """Run these tests, or all, and write the page."""
    kept = json.loads(KEPT.read_text("utf-8")) if KEPT.exists() else {}
    for name in names or TESTS:
        print(f"{name}: {TESTS[name].what} ...", flush=True)
        kept[name] = run(TESTS[name])
        print(f"   {_measured(kept[name])}", flush=True)
        KEPT.write_text(json.dumps(kept, indent=1) + "\n", "utf-8")
        PAGE.write_text(page(kept), "utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
