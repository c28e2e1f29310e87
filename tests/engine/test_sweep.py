"""Sweeps: many rows in portions give the bits of one run, whatever the portion and the threads."""

import numpy as np
import pytest
from plans import Regression, linear

from brickwork import _engine

RNG = np.random.default_rng(0)
WEIGHTS, BIAS = RNG.normal(size=(3, 4)).astype("float32"), RNG.normal(size=4).astype("float32")


@pytest.mark.parametrize("threads", [1, 2, 5])
@pytest.mark.parametrize("rows, portion", [(1, 8), (8, 8), (16, 8), (1001, 8), (7, 1), (500, 64)])
def test_the_bits_are_those_of_one_run(rows, portion, threads):
    x = RNG.normal(size=(rows, 3)).astype("float32")
    plan = linear(WEIGHTS, BIAS)
    (expected,) = plan.run([x], rows)
    (found,) = plan.sweep([x], rows, portion, threads)
    assert found.tobytes() == expected.tobytes()
    np.testing.assert_allclose(found, x @ WEIGHTS + BIAS, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize(
    "change",
    [
        lambda x: x.astype("float64"),
        lambda x: x.astype(">f4"),
        np.asfortranarray,
        lambda x: np.repeat(x, 2, axis=0)[::2],
        lambda x: x[::-1].copy()[::-1],
    ],
)
def test_rows_are_read_however_they_lie(change):
    x = RNG.normal(size=(100, 3)).astype("float32")
    plan = linear(WEIGHTS, BIAS)
    assert plan.sweep([change(x)], 100, 16)[0].tobytes() == plan.run([x], 100)[0].tobytes()


def test_fewer_rows_than_there_are():
    x = RNG.normal(size=(100, 3)).astype("float32")
    plan = linear(WEIGHTS, BIAS)
    np.testing.assert_array_equal(plan.sweep([x], 33, 16)[0], plan.run([x[:33]], 33)[0])


def test_progress_is_reported_to_the_end_and_can_stop_it():
    x = np.zeros((1 << 20, 3), "float32")
    plan, reported = linear(WEIGHTS, BIAS), []
    plan.sweep([x], len(x), 1, 2, reported.append)
    assert reported == sorted(reported) and reported[-1] == len(x)

    def stop(done):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        plan.sweep([x], len(x), 64, 2, stop)
    assert len(plan.sweep([x[:5]], 5, 64)[0]) == 5


def test_what_cannot_be_swept_is_refused():
    plan, x = linear(WEIGHTS, BIAS), np.zeros((4, 3), "float32")
    for arrays, rows, portion in [
        ([x], 0, 8),
        ([x], 4, 0),
        ([x], 5, 8),
        ([x[:, :2]], 4, 8),
        ([], 4, 8),
    ]:
        with pytest.raises(ValueError):
            plan.sweep(arrays, rows, portion)
    with pytest.raises(TypeError):
        plan.sweep([[[0.0] * 3]], 1, 8)
    trained = Regression(3, 2)
    with pytest.raises(ValueError, match="writes a state"):
        trained.step.sweep([x, np.zeros((4, 2), "float32")], 4, 2)


def test_an_index_out_of_range_stops_it():
    buffers = [
        ("input", "int32", [(0, 1)], 0, 0),
        ("state", "float32", [3, 4], 0, 0),
        ("temp", "float32", [(0, 1), 4], 0, 0),
    ]
    plan = _engine.Plan(
        buffers, [("take", [2], [1, 0], [], [], ("rows",), False, "take", None)], [2], [WEIGHTS]
    )
    ids = np.arange(900, dtype="int32") % 3
    np.testing.assert_array_equal(plan.sweep([ids], 900, 64, 2)[0], WEIGHTS[ids])
    ids[700] = 3
    with pytest.raises(IndexError):
        plan.sweep([ids], 900, 64, 2)
