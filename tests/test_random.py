"""Random numbers: their laws, and that they repeat where they should and nowhere else."""

import inspect

import numpy as np
import pytest

from brickwork import ops, random
from brickwork.program import run, signature_of, trace_function
from brickwork.random import SeedGenerator

MANY = (400, 500)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_uniform(dtype):
    x = random.uniform(MANY, -2.0, 3.0, dtype=dtype, seed=1)
    assert x.dtype == dtype and x.min() >= -2 and x.max() < 3
    assert abs(x.mean() - 0.5) < 0.02 and abs(x.var() - 25 / 12) < 0.03
    ranks = np.sort(x.ravel())
    assert np.abs(ranks - np.linspace(-2, 3, x.size)).max() < 0.02


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_normal(dtype):
    x = random.normal(MANY, 1.0, 2.0, dtype=dtype, seed=1)
    assert x.dtype == dtype and np.isfinite(x).all()
    assert abs(x.mean() - 1) < 0.02 and abs(x.std() - 2) < 0.02
    within = np.mean(np.abs(x - 1) < 2)
    assert abs(within - 0.6827) < 0.005
    z = (x - 1) / 2
    assert abs((z**3).mean()) < 0.03 and abs((z**4).mean() - 3) < 0.08


def test_randint():
    x = random.randint(MANY, -3, 5, seed=1)
    assert x.dtype == np.int32
    counts = np.unique(x, return_counts=True)
    assert counts[0].tolist() == list(range(-3, 5))
    assert np.abs(counts[1] / x.size - 1 / 8).max() < 0.005


def test_categorical():
    logits = np.log(np.array([[0.1, 0.2, 0.7], [0.5, 0.5, 1e-30]]))
    x = random.categorical(logits, 20000, seed=1)
    assert x.shape == (2, 20000) and x.dtype == np.int32
    shares = np.stack([(x == k).mean(1) for k in range(3)], axis=1)
    np.testing.assert_allclose(shares, [[0.1, 0.2, 0.7], [0.5, 0.5, 0.0]], atol=0.015)


def test_truncated_normal():
    x = random.truncated_normal(MANY, 1.0, 2.0, seed=1)
    assert x.dtype == np.float32 and np.abs(x - 1).max() <= 4
    assert abs(x.mean() - 1) < 0.02 and abs(x.std() - 2 * 0.8796) < 0.02


@pytest.mark.parametrize("traced", [False, True])
def test_shuffle(traced):
    x = np.arange(12.0, dtype="float32").reshape(3, 4)

    def orders(x):
        return ops.stack([random.shuffle(x, axis=1, seed=seed) for seed in range(200)])

    if traced:
        signature = (x.shape, "float32")
        found = run(trace_function(orders, [signature]), [x])[0]
    else:
        found = orders(x)
    assert (np.sort(found, axis=-1) == x).all(), "whole columns stay together"
    assert (found[:, 1] - found[:, 0] == 4).all()
    first = np.unique(found[:, 0, 0], return_counts=True)[1]
    assert len(first) == 4 and first.min() > 30, "each column comes first as often"


@pytest.mark.parametrize(
    ("draw", "mean", "variance"),
    [
        (lambda **k: random.gamma(MANY, 3.0, **k), 3.0, 3.0),
        (lambda **k: random.beta(MANY, 2.0, 3.0, **k), 0.4, 0.04),
        (lambda **k: random.binomial(MANY, 10.0, 0.25, **k), 2.5, 1.875),
    ],
)
def test_what_is_drawn_by_refusing(draw, mean, variance):
    x = draw(seed=1)
    assert x.dtype == np.float32 and x.shape == MANY
    assert abs(x.mean() / mean - 1) < 0.01 and abs(x.var() / variance - 1) < 0.02
    np.testing.assert_array_equal(x, draw(seed=1))
    generator = SeedGenerator(1)
    assert (draw(seed=generator) != draw(seed=generator)).any()
    with pytest.raises(TypeError, match="Draw outside of the model"):
        trace_function(lambda s: draw(), [signature_of(np.zeros((2, 2), "float32"))])


def test_the_names_are_keras_s():
    import keras

    assert set(random.__all__) == {name for name in dir(keras.random) if name[0] != "_"}
    for name in set(random.__all__) - {"SeedGenerator"}:
        ours, theirs = (
            inspect.signature(getattr(module, name)).parameters.values()
            for module in (random, keras.random)
        )
        assert [(p.name, p.default) for p in ours] == [(p.name, p.default) for p in theirs], name


def test_an_integer_repeats_and_a_generator_goes_on():
    np.testing.assert_array_equal(random.uniform((5,), seed=3), random.uniform((5,), seed=3))
    generator, again = SeedGenerator(3), SeedGenerator(3)
    first, second = (random.uniform((5,), seed=generator) for _ in range(2))
    assert (first != second).all()
    np.testing.assert_array_equal(first, random.uniform((5,), seed=again))
    np.testing.assert_array_equal(second, random.uniform((5,), seed=again))


def test_without_a_seed_numpy_s_decides():
    draws = []
    for _ in range(2):
        np.random.seed(9)
        random.forget_shared_generator()
        draws.append((random.uniform((5,)), random.normal((5,))))
    np.testing.assert_array_equal(draws[0], draws[1])
    assert (random.uniform((5,)) != draws[0][0]).all()


def test_drawing_leaves_numpy_s_generator_alone():
    random.uniform((3,))
    np.random.seed(1)
    expected = np.random.rand()
    np.random.seed(1)
    random.uniform((3,)), random.normal((3,), seed=2)
    assert np.random.rand() == expected


def test_in_a_program_the_step_moves_on_once():
    generator = SeedGenerator(3)
    x = np.zeros((4, 2), "float32")

    def function(s):
        rows = ops.shape(s)[0]
        return random.uniform((rows, 2), seed=generator), random.normal((rows,), seed=generator)

    program = trace_function(function, [signature_of(x)])
    first = run(program, [x])
    assert first[0].shape == (4, 2) and first[1].shape == (4,)
    assert int(generator.step.numpy()) == 1
    second = run(program, [x])
    assert (first[0] != second[0]).any()
    generator.step.assign(np.int64(0))
    for a, b in zip(first, run(program, [x]), strict=True):
        np.testing.assert_array_equal(a, b)


def test_rows_draw_the_same_however_many_follow():
    few = random.uniform((3, 4), seed=1)
    np.testing.assert_array_equal(random.uniform((7, 4), seed=1)[:3], few)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: random.uniform((2,), seed="a"), "random.seed: got str"),
        (lambda: random.uniform((2,), seed=True), "random.seed: got bool"),
        (lambda: random.uniform((2,), dtype="int32"), "random.dtype: got 'int32'"),
    ],
)
def test_what_is_refused(call, message):
    with pytest.raises((TypeError, ValueError), match=message):
        call()
