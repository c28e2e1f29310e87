"""Constraints: values are Keras's, and hold what they promise."""

import inspect
import json

import numpy as np
import ours
import pytest
from attack import ATTACKS, attack
from hypothesis import given, settings, strategies as st
from keras_oracle import assert_close, keras

from brickwork import constraints
from brickwork.constraints import Constraint, MaxNorm, MinMaxNorm, NonNeg, UnitNorm
from brickwork.program import Variable, run, trace_function

CLASSES = constraints.registry.items()
OF_KERAS = [cls for cls in CLASSES if hasattr(keras.constraints, cls.__name__)]
CASES = [
    ("MaxNorm", {}),
    ("MaxNorm", {"max_value": 0.5, "axis": 1}),
    ("NonNeg", {}),
    ("UnitNorm", {}),
    ("UnitNorm", {"axis": [0, 1]}),
    ("MinMaxNorm", {}),
    ("MinMaxNorm", {"min_value": 0.9, "max_value": 1.1, "rate": 0.6, "axis": -1}),
]


def weights(dtype, seed=0, shape=(5, 4)):
    w = np.random.default_rng(seed).normal(size=shape).astype(dtype)
    w[..., 0] = 0
    return w


def test_every_constraint_has_cases():
    ours.all_have_cases(
        "CONSTRAINTS",
        [cls.__name__ for cls in CLASSES],
        [name for name, _ in CASES],
        "CASES of tests/test_constraints.py",
    )


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("name, options", CASES, ids=str)
def test_values_are_keras(name, options, dtype):
    w = weights(dtype)
    mine, its = getattr(constraints, name)(**options), getattr(keras.constraints, name)(**options)
    wanted = np.asarray(its(keras.ops.convert_to_tensor(w)))
    assert_close(mine(w), wanted)
    variable = Variable(w, dtype=dtype)
    assert_close(run(trace_function(lambda: mine(variable.value), []), [])[0], wanted)


@given(st.integers(0, 10_000), st.floats(0.1, 5))
@settings(max_examples=40, deadline=None)
def test_what_they_promise(seed, bound):
    w = weights("float64", seed) * 3
    lengths = np.linalg.norm(w, axis=0)
    held = np.linalg.norm(MaxNorm(bound)(w), axis=0)
    assert (held <= bound * (1 + 1e-9)).all() and (held <= lengths * (1 + 1e-9)).all()
    assert (NonNeg()(w) >= 0).all()
    ones = np.linalg.norm(UnitNorm()(w), axis=0)
    np.testing.assert_allclose(ones[1:], 1, atol=1e-5)
    between = np.linalg.norm(MinMaxNorm(bound, 2 * bound)(w), axis=0)[1:]
    assert (between >= bound * (1 - 1e-5)).all() and (between <= 2 * bound * (1 + 1e-9)).all()


@pytest.mark.parametrize("cls", OF_KERAS)
def test_arguments_and_config_are_keras(cls):
    its = getattr(keras.constraints, cls.__name__)
    wanted = {
        n: p.default
        for n, p in inspect.signature(its).parameters.items()
        if n not in ("args", "kwargs")
    }
    assert {n: p.default for n, p in inspect.signature(cls).parameters.items()} == wanted
    assert cls().get_config() == its().get_config()
    again = constraints.deserialize(json.loads(json.dumps(constraints.serialize(cls()))))
    assert type(again) is cls and again.get_config() == cls().get_config()


@pytest.mark.parametrize(
    "name, cls",
    [
        ("max_norm", MaxNorm),
        ("maxnorm", MaxNorm),
        ("NonNeg", NonNeg),
        ("non_neg", NonNeg),
        ("unit_norm", UnitNorm),
        ("min_max_norm", MinMaxNorm),
    ],
)
def test_names(name, cls):
    assert type(constraints.get(name)) is cls and getattr(constraints, name) is cls


def test_bounds_the_wrong_way_round():
    with pytest.raises(ValueError, match=r"MinMaxNorm\.max_value: got 1\.0, expected"):
        MinMaxNorm(2.0, 1.0)


def test_functions_and_classes_of_users():
    class Halve(Constraint):
        def __call__(self, w):
            return w * 0.5

    assert constraints.get(Halve)(np.ones(2)).tolist() == [0.5, 0.5]
    assert constraints.get(np.abs) is np.abs and constraints.get(None) is None
    with pytest.raises(ValueError, match="did you mean 'max_norm'"):
        constraints.get("max_nrom")


@pytest.mark.parametrize("value", ATTACKS, ids=repr)
@pytest.mark.parametrize("cls, name", [(c, n) for c in CLASSES for n in c.__fields__])
def test_attack(cls, name, value):
    # Both bounds are also attacked together.
    attack(cls, name, value, {"max_value": 1e300} if name == "min_value" else {})
