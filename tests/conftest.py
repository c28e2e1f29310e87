"""Helpers of the tests are in this folder, which pytest puts on the path because of this file.

Keras and JAX, the oracles, read from the environment what they compute with: JAX on the
processor, in double precision where a test needs it.
"""

import gc
import json
import os
import platform
import sys

import pytest

os.environ.setdefault("KERAS_BACKEND", "jax")
os.environ.setdefault("JAX_PLATFORMS", "cpu")
os.environ.setdefault("JAX_ENABLE_X64", "1")
# Each op is compiled for each shape and run once or twice: optimizing it takes longer than that.
os.environ.setdefault("XLA_FLAGS", "--xla_backend_optimization_level=0")
# The engine on JAX would keep what it compiles for the next run, in the user's folder.
os.environ.setdefault("BRICKWORK_COMPILED", "")

#: A plugin of its own kind, which run.py there loads with Keras's tests.
collect_ignore = ["long/keras_tests"]


def pytest_configure(config):
    """NumPy's products on ARM report what did not happen: numpy/numpy#28687."""
    if platform.machine() in ("aarch64", "arm64"):
        config.addinivalue_line("filterwarnings", "ignore:.* encountered in matmul:RuntimeWarning")


def pytest_make_parametrize_id(val, argname):
    """Names of cases that are short, and the same in every process."""
    if hasattr(val, "shape") and hasattr(val, "dtype"):
        return f"{argname}{'x'.join(map(str, val.shape))}"
    if isinstance(val, bytes):  # archives hold the time at which they were made
        return argname
    if callable(val) and hasattr(val, "__name__"):
        return val.__name__
    return None


@pytest.hookimpl(wrapper=True)
def pytest_collection():
    """No test becomes garbage: the collector would look at all of them again and again."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


#: Bytes of a process from which on what JAX has compiled is given up.
MUCH = 1_500_000_000
_done = 0


def pytest_runtest_teardown(item):
    """JAX keeps everything that it compiles, which is gigabytes over all tests."""
    global _done
    _done += 1
    if _done % 50 == 0 and "jax" in sys.modules and _resident() > MUCH:
        sys.modules["jax"].clear_caches()


def _resident() -> int:
    if not os.path.exists("/proc/self/statm"):
        return 0
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGESIZE")


def pytest_terminal_summary(terminalreporter):
    """Report to tools/run_tests.py, which adds up its halves, the number of tests with each result,
    and how many were skipped for what the machine lacks: their reason says "not installed" or, by
    pytest's importorskip, "could not import"."""
    path = os.environ.get("BRICKWORK_COUNTS")
    if path:
        counts = {result: len(reports) for result, reports in terminalreporter.stats.items()}
        counts["lacking"] = sum(
            any(words in str(report.longrepr) for words in ("not installed", "could not import"))
            for report in terminalreporter.stats.get("skipped", ())
        )
        with open(path, "w") as file:
            json.dump(counts, file)


@pytest.fixture
def policy():
    """Sets the dtype policy of Keras and of brickwork."""
    import keras

    from brickwork import config, dtype_policies

    def set_policy(name):
        config.set_dtype_policy(name)
        keras.config.set_dtype_policy(name)
        return config.dtype_policy()

    yield set_policy
    keras.config.set_dtype_policy("float32")
    dtype_policies._global = None  # floatx decides again
