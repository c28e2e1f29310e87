"""Models for several tests; separate processes that find the same brickwork, and
threads."""

import os
import subprocess
import sys
import threading

import brickwork
from brickwork.layers import Dense, Input
from brickwork.models import Sequential


def dense(name: str, units: int, activation: str = "relu", **kwargs) -> Dense:
    return Dense(units, activation=activation, name=name, **kwargs)


def chain(inputs: int, *layers, name: str = "sequential") -> Sequential:
    """A model for rows with a number of features."""
    return Sequential([Input((inputs,)), *layers], name=name)


def lesson(last: str = "dense_2", name: str = "sequential") -> Sequential:
    """The network 4-8-6-1."""
    return chain(4, dense("dense", 8), dense("dense_1", 6), dense(last, 1, "sigmoid"), name=name)


#: Whether tests of samples run all their cases: ``make keras-files``.
LONG = bool(os.environ.get("BRICKWORK_LONG"))
#: Python as it runs here: without site where an engine under sanitizers is to be found.
PYTHON = [sys.executable, *(["-S"] if sys.flags.no_site else [])]


def python(*arguments, cwd, **kwargs) -> subprocess.CompletedProcess:
    """Run Python in a folder; what it says is text."""
    return subprocess.run(
        [*PYTHON, *arguments],
        cwd=cwd,
        env=environment(),
        text=True,
        capture_output=True,
        encoding="utf-8",
        timeout=300,
        **kwargs,
    )


def environment() -> dict[str, str]:
    """That of this process; a relative path to brickwork would not be found from elsewhere. The
    size of the terminal in which the tests run is not that of a program's own."""
    here = os.path.dirname(os.path.dirname(os.path.abspath(brickwork.__file__)))
    own = {k: v for k, v in os.environ.items() if k not in ("COLUMNS", "LINES")}
    return {**own, "PYTHONPATH": here, "PYTHONIOENCODING": "utf-8"}


def in_threads(*functions):
    """Run functions at the same time; an error of any of them is raised here."""
    errors = []

    def guarded(function):
        try:
            function()
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=guarded, args=(f,)) for f in functions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]
