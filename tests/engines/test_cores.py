"""How many threads: the process's processors, its container's quota, what variables and
threadpoolctl say."""

import os

import numpy as np
import pytest
import threadpoolctl

from brickwork import _engine
from brickwork.engines import threads as module
from brickwork.engines.threads import cores, cpu_quota
from brickwork.layers import Dense
from brickwork.models import Sequential


@pytest.fixture(autouse=True)
def eight(monkeypatch):
    """A machine with eight processors and without a quota."""
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(8)))
    monkeypatch.setattr(module, "cpu_quota", lambda: None)
    for name in ("BRICKWORK_THREADS", "OMP_NUM_THREADS"):
        monkeypatch.delenv(name, raising=False)
    yield
    _engine.limit_threads(2**30)


def group(tmp_path, line: str, files: dict) -> int | None:
    (tmp_path / "cgroup").write_text(line + "\n")
    for name, text in files.items():
        file = tmp_path / "fs" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text + "\n")
    return cpu_quota.__wrapped__(str(tmp_path / "cgroup"), str(tmp_path / "fs"))


@pytest.mark.parametrize(
    ("line", "files", "expected"),
    [
        ("0::/", {"cpu.max": "200000 100000"}, 2),
        ("0::/", {"cpu.max": "max 100000"}, None),
        ("0::/", {}, None),
        ("0::/", {"cpu.max": "150000 100000"}, 2),  # rounded up
        ("0::/", {"cpu.max": "1000 100000"}, 1),
        ("0::/a/b", {"a/b/cpu.max": "max 100000", "a/cpu.max": "300000 100000"}, 3),
        ("0::/a/b", {"a/b/cpu.max": "400000 100000", "a/cpu.max": "100000 100000"}, 1),
        ("0::/not/in/this/container", {"cpu.max": "200000 100000"}, 2),
        (
            "4:cpu,cpuacct:/a",
            {
                "cpu,cpuacct/a/cpu.cfs_quota_us": "250000",
                "cpu,cpuacct/a/cpu.cfs_period_us": "100000",
            },
            3,
        ),
        (
            "4:cpu,cpuacct:/a",
            {"cpu/cpu.cfs_quota_us": "-1", "cpu/cpu.cfs_period_us": "100000"},
            None,
        ),
        (
            "4:cpu:/docker/x",
            {"cpu/cpu.cfs_quota_us": "50000", "cpu/cpu.cfs_period_us": "100000"},
            1,
        ),
        ("2:memory:/a", {"memory/a/cpu.max": "100000 100000"}, None),
        ("nonsense", {"cpu.max": "no number"}, None),
    ],
)
def test_quotas(tmp_path, line, files, expected):
    assert group(tmp_path, line, files) == expected


def test_this_machine():
    assert cpu_quota.__wrapped__() is None or cpu_quota.__wrapped__() >= 1


@pytest.mark.parametrize(
    ("variables", "quota", "expected"),
    [
        ({}, None, 8),
        ({}, 3, 3),
        ({}, 100, 8),
        ({"OMP_NUM_THREADS": "2"}, None, 2),
        ({"OMP_NUM_THREADS": "2,4"}, None, 2),
        ({"OMP_NUM_THREADS": "4", "BRICKWORK_THREADS": "1"}, None, 1),
        ({"BRICKWORK_THREADS": "64"}, None, 8),
        ({"BRICKWORK_THREADS": "64"}, 2, 2),
        ({"OMP_NUM_THREADS": "0"}, None, 8),
        ({"OMP_NUM_THREADS": "many"}, None, 8),
    ],
)
def test_variables(monkeypatch, variables, quota, expected):
    monkeypatch.setattr(module, "cpu_quota", lambda: quota)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert cores() == expected


def test_threadpoolctl():
    cores()
    assert [
        pool["num_threads"]
        for pool in threadpoolctl.threadpool_info()
        if pool["user_api"] == "brickwork"
    ] == [8]
    with threadpoolctl.threadpool_limits(3):
        assert cores() == 3 == _engine.most_threads()
        with threadpoolctl.threadpool_limits({"brickwork": 1}):
            assert cores() == 1
        with threadpoolctl.threadpool_limits(1, "blas"):
            assert cores() == 3
    assert cores() == 8


def workers() -> int:
    return len(os.listdir("/proc/self/task"))


@pytest.mark.parametrize("limit", [1, 2])
def test_a_plan_for_many_threads_runs_on_one_where_that_is_the_limit(monkeypatch, limit):
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0, 1})
    x = np.ones((64, 300), "float32")

    def trained():
        np.random.seed(0)
        model = Sequential([Dense(300, input_dim=300), Dense(300)])
        model.compile("sgd", "mse")
        model.fit(x, x, epochs=1, verbose=0)
        _engine.release_threads()
        before = workers()
        with threadpoolctl.threadpool_limits({"brickwork": limit}):
            model.fit(x, x, epochs=5, verbose=0)
            outputs = model.predict(np.tile(x, (8, 1)), verbose=0)
        return workers() - before, outputs

    more, outputs = trained()
    assert (more > 0) == (limit > 1)
    assert np.array_equal(outputs, trained()[1])
