"""Initializers: the distribution is Keras's, the numbers are ours and repeatable."""

import inspect
import json

import numpy as np
import ours
import pytest
from attack import ATTACKS, attack
from hypothesis import given, settings, strategies as st
from keras_oracle import floatx, keras

from brickwork import initializers
from brickwork.initializers import Orthogonal, RandomUniform, VarianceScaling
from brickwork.program import Variable
from brickwork.random import SeedGenerator
from brickwork.seeded_arrays import SeededArrays

CLASSES = initializers.registry.items()
OF_KERAS = [cls for cls in CLASSES if hasattr(keras.initializers, cls.__name__)]
RANDOM = [c for c in OF_KERAS if issubclass(c, initializers.RandomInitializer)]
FIXED = [c for c in OF_KERAS if c not in RANDOM]
VARIANTS = [(c, {}) for c in RANDOM] + [
    (initializers.RandomNormal, {"mean": 1.5, "stddev": 0.3}),
    (initializers.TruncatedNormal, {"mean": -1.0, "stddev": 2.0}),
    (RandomUniform, {"minval": -1.0, "maxval": 3.0}),
    (Orthogonal, {"gain": 2.0}),
    *[
        (VarianceScaling, {"scale": 2.5, "mode": mode, "distribution": distribution})
        for mode in ("fan_in", "fan_out", "fan_avg")
        for distribution in ("normal", "untruncated_normal", "uniform")
    ],
    (initializers.GlorotUniform, {"input_axes": (0,), "output_axes": (1,)}),
]


def test_every_initializer_has_cases():
    ours.all_have_cases(
        "INITIALIZERS",
        [c.__name__ for c in CLASSES],
        [c.__name__ for c in CLASSES if hasattr(keras.initializers, c.__name__)],
        "VARIANTS of tests/test_initializers.py",
    )


def kolmogorov_smirnov(a, b):
    """The largest distance between two empirical distributions."""
    a, b = np.sort(a, axis=None), np.sort(b, axis=None)
    points = np.concatenate([a, b])
    return np.max(
        np.abs(
            np.searchsorted(a, points, "right") / a.size
            - np.searchsorted(b, points, "right") / b.size
        )
    )


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("cls, options", VARIANTS, ids=str)
def test_distribution_is_keras(cls, options, dtype):
    shape = (160, 250)
    with floatx(dtype):
        mine = cls(**options, seed=11)(shape)
        its = np.asarray(getattr(keras.initializers, cls.__name__)(**options, seed=12)(shape))
    assert mine.dtype == its.dtype == dtype and mine.shape == shape
    # Twice the distance that two samples of one distribution exceed once in a thousand times.
    assert kolmogorov_smirnov(mine, its) < 2 * 1.95 * np.sqrt(2 / mine.size)
    spread = np.std(its)
    assert abs(mine.mean() - its.mean()) < 6 * spread / np.sqrt(mine.size)
    assert np.std(mine) == pytest.approx(spread, rel=0.02)
    assert np.max(np.abs(mine)) == pytest.approx(np.max(np.abs(its)), rel=0.25)


@pytest.mark.parametrize("shape", [(), (7,), (5, 9), (3, 3, 4, 8)])
@pytest.mark.parametrize("cls", [c for c in RANDOM if c is not Orthogonal])
def test_every_rank_has_keras_scale(cls, shape):
    """Many draws of one shape: the deviation is that of Keras's."""

    def draw(library, values):
        calls = -(-values // max(1, int(np.prod(shape))))
        return np.concatenate(
            [np.ravel(getattr(library, cls.__name__)(seed=s)(shape)) for s in range(calls)]
        )

    mine, its = draw(initializers, 4000), draw(keras.initializers, 200)
    assert kolmogorov_smirnov(mine, its) < 2 * 1.95 * np.sqrt(1 / mine.size + 1 / its.size)


@pytest.mark.parametrize("cls", FIXED)
@pytest.mark.parametrize("dtype", ["float32", "float64", "int32"])
def test_fixed_values_are_keras(cls, dtype):
    mine = cls()((3, 4), dtype)
    its = np.asarray(getattr(keras.initializers, cls.__name__)()((3, 4), dtype))
    assert np.array_equal(mine, its) and mine.shape == (3, 4)
    assert cls()((2, 2)).dtype == "float32"


def test_constant_takes_arrays_that_broadcast():
    row = initializers.Constant([1.0, 2.0])
    assert row((3, 2)).tolist() == [[1.0, 2.0]] * 3
    again = initializers.deserialize(json.loads(json.dumps(initializers.serialize(row))))
    assert again((3, 2)).tolist() == row((3, 2)).tolist()
    with pytest.raises(ValueError, match=r"Constant\.value: got 'x', expected a number"):
        initializers.Constant("x")


@pytest.mark.parametrize("shape", [(4, 4), (9, 3), (3, 9), (2, 3, 4)])
def test_orthogonal_rows_or_columns(shape):
    w = Orthogonal(gain=3.0, seed=1)(shape, "float64").reshape(-1, shape[-1])
    product = w @ w.T if w.shape[0] < w.shape[1] else w.T @ w
    np.testing.assert_allclose(product, 9 * np.eye(len(product)), atol=1e-12)


def test_identity_and_orthogonal_refuse_other_ranks():
    with pytest.raises(ValueError, match="expected that of a matrix"):
        initializers.Identity()((2, 2, 2))
    with pytest.raises(ValueError, match="expected two axes or more"):
        Orthogonal()((5,))


@given(
    st.lists(st.integers(0, 6), max_size=4).map(tuple),
    st.integers(-(2**63), 2**63 - 1),
    st.sampled_from(["float32", "float64"]),
)
@settings(max_examples=60, deadline=None)
def test_any_shape_and_seed(shape, seed, dtype):
    for cls in (RandomUniform, initializers.TruncatedNormal, initializers.GlorotNormal):
        one, two = cls(seed=seed), cls(seed=seed)
        assert one(shape, dtype).shape == shape
        assert np.array_equal(one(shape, dtype), two(shape, dtype))
        assert np.isfinite(one(shape, dtype)).all()


@given(
    st.integers(0, 2**63 - 1),
    st.integers(1, 200),
    st.integers(1, 200),
    st.sampled_from(["float32", "float64"]),
)
@settings(max_examples=40, deadline=None)
def test_uniform_numbers_depend_on_their_place_only(seed, many, few, dtype):
    few = min(many, few)
    draws = SeededArrays(seed, dtype)
    assert np.array_equal(draws.uniform((many,))[:few], draws.uniform((few,)))
    assert (draws.uniform((many,)) >= 0).all() and (draws.uniform((many,)) < 1).all()


def test_a_long_draw_is_one_sequence_over_its_chunks():
    long = SeededArrays(5, "float32").uniform((1 << 17,))
    assert np.array_equal(long[:1000], SeededArrays(5, "float32").uniform((1000,)))
    assert len(np.unique(long)) > 0.99 * long.size
    assert abs(np.corrcoef(long[:-1], long[1:])[0, 1]) < 0.02


def test_numpys_seed_repeats_a_build():
    def build():
        np.random.seed(5)
        return [initializers.get("glorot_uniform")((3, 4)) for _ in range(2)]

    first, again = build(), build()
    assert np.array_equal(first[0], again[0]) and np.array_equal(first[1], again[1])
    assert not np.array_equal(first[0], first[1])


def test_one_object_returns_the_same_values_twice_as_in_keras():
    initializer = initializers.HeNormal()
    assert np.array_equal(initializer((3, 3)), initializer((3, 3)))
    assert initializer.get_config()["seed"] is None


def test_a_seed_generator_counts_on():
    def draws(initializer):
        return [initializer((50,)).tolist() for _ in range(2)]

    first, second = draws(RandomUniform(seed=SeedGenerator(3)))
    assert first != second
    assert draws(RandomUniform(seed=SeedGenerator(3))) == [first, second]
    assert draws(RandomUniform(seed=SeedGenerator(4)))[0] != first
    config = json.loads(json.dumps(RandomUniform(seed=SeedGenerator(3)).get_config()))
    assert draws(RandomUniform.from_config(config)) == [first, second]


@pytest.mark.parametrize("cls", OF_KERAS)
def test_arguments_and_config_are_keras(cls):
    its = getattr(keras.initializers, cls.__name__)
    wanted = {
        n: p.default
        for n, p in inspect.signature(its).parameters.items()
        if n not in ("args", "kwargs")
    }
    mine = inspect.signature(cls).parameters
    assert {n: p.default for n, p in mine.items()} == wanted and list(mine) == list(wanted)
    # Keras forgets the gain of Identity.
    assert cls().get_config() == {**cls().get_config(), **its().get_config()}
    again = initializers.deserialize(json.loads(json.dumps(initializers.serialize(cls()))))
    assert type(again) is cls and again.get_config() == cls().get_config()


@pytest.mark.parametrize(
    "name, wanted",
    [
        ("uniform", "RandomUniform"),
        ("normal", "RandomNormal"),
        ("zero", "Zeros"),
        ("one", "Ones"),
        ("glorot_uniform", "GlorotUniform"),
        ("HeNormal", "HeNormal"),
        ("lecun_normal", "LecunNormal"),
        ("orthogonal", "Orthogonal"),
        ("identity", "Identity"),
        ("constant", "Constant"),
        ("variance_scaling", "VarianceScaling"),
        ("IdentityInitializer", "Identity"),
    ],
)
def test_names(name, wanted):
    assert type(initializers.get(name)).__name__ == wanted
    assert getattr(initializers, name) is getattr(initializers, wanted)


def test_keras_1_names_mean_fixed_things():
    assert initializers.get("uniform").get_config() == {
        "minval": -0.05,
        "maxval": 0.05,
        "seed": None,
    }
    assert initializers.get("normal").get_config() == {"mean": 0.0, "stddev": 0.05, "seed": None}


def test_functions_arrays_and_nonsense():
    assert initializers.get(None) is None
    assert initializers.get(np.zeros) is np.zeros
    given = initializers.get(np.arange(4.0).reshape(2, 2))
    assert given((2, 2), "float32").dtype == "float32"
    with pytest.raises(ValueError, match=r"got an array of shape \(2, 2\), expected \(3,\)"):
        given((3,))
    with pytest.raises(ValueError, match="did you mean 'glorot_uniform'"):
        initializers.get("glorot_unifrom")
    with pytest.raises(AttributeError):
        initializers.nothing  # noqa: B018


def test_unknown_sizes_and_integers_are_refused():
    with pytest.raises(ValueError, match="expected all dimensions known"):
        initializers.Zeros()((None, 3))
    with pytest.raises(ValueError, match="expected a float"):
        RandomUniform()((3,), "int32")


def test_a_variable_takes_an_initializer():
    variable = Variable(initializers.get("he_normal"), (3, 4), "float64", name="kernel")
    assert variable.shape == (3, 4) and variable.dtype == "float64"


@pytest.mark.parametrize("value", ATTACKS, ids=repr)
@pytest.mark.parametrize("cls, name", [(c, n) for c in CLASSES for n in c.__fields__])
def test_attack(cls, name, value):
    other = {"minval": {"maxval": 1e300}, "maxval": {"minval": -1e300}}
    attack(cls, name, value, other.get(name, {}))


def test_bounds_the_wrong_way_round():
    with pytest.raises(ValueError, match=r"RandomUniform\.maxval: got 0\.0, expected a number >="):
        RandomUniform(1.0, 0.0)
