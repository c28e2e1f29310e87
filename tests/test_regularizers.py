"""Regularizers: values and gradients are Keras's; names, config, user-written ones."""

import inspect
import json

import numpy as np
import ours
import pytest
from attack import ATTACKS, attack
from hypothesis import given, settings, strategies as st
from keras_oracle import assert_close, keras, keras_value_and_gradients

from brickwork import ops, regularizers
from brickwork.program import Variable, gradients, run, trace_function
from brickwork.regularizers import L1, L1L2, L2, OrthogonalRegularizer, Regularizer

CLASSES = regularizers.registry.items()
OF_KERAS = [cls for cls in CLASSES if hasattr(keras.regularizers, cls.__name__)]
CASES = [
    ("L1", {}),
    ("L1", {"l1": 0.3}),
    ("L2", {}),
    ("L2", {"l2": 0.3}),
    ("L1L2", {}),
    ("L1L2", {"l1": 0.1}),
    ("L1L2", {"l2": 0.2}),
    ("L1L2", {"l1": 0.1, "l2": 0.2}),
    ("OrthogonalRegularizer", {}),
    ("OrthogonalRegularizer", {"factor": 0.7, "mode": "columns"}),
]


def test_every_regularizer_has_cases():
    ours.all_have_cases(
        "REGULARIZERS",
        [cls.__name__ for cls in CLASSES],
        [name for name, _ in CASES],
        "CASES of tests/test_regularizers.py",
    )


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("name, options", CASES, ids=str)
def test_value_and_gradient_are_keras(name, options, dtype):
    w = np.random.default_rng(1).normal(size=(4, 6)).astype(dtype)
    w[1, 2] = 0
    mine, its = getattr(regularizers, name)(**options), getattr(keras.regularizers, name)(**options)
    value, grads = keras_value_and_gradients(its, w)
    # Keras keeps the factor in single precision.
    tolerance = 1e-7 if name == "OrthogonalRegularizer" and dtype == "float64" else None
    assert_close(mine(w), value.astype(dtype), tolerance)
    if options or name != "L1L2":  # a constant has no gradient
        variable = Variable(w, dtype=dtype)

        def with_gradient():
            penalty = mine(variable.value)
            return penalty, gradients(penalty, [variable.value])

        own_value, own_gradient = run(trace_function(with_gradient, []), [])
        assert_close(own_value, value.astype(dtype), tolerance)
        assert_close(own_gradient, grads[0], tolerance)


@given(st.integers(1, 6), st.integers(1, 6), st.floats(0, 2), st.floats(0, 2))
@settings(max_examples=40, deadline=None)
def test_l1l2_is_the_sum_of_its_parts(rows, columns, l1, l2):
    w = np.random.default_rng(rows * 7 + columns).normal(size=(rows, columns))
    assert_close(L1L2(l1, l2)(w), L1(l1)(w) + L2(l2)(w))
    assert L1L2(l1, l2)(w) >= 0


def test_orthogonal_rows_cost_nothing_and_parallel_ones_all():
    assert OrthogonalRegularizer(1.0)(np.eye(4)) == 0
    assert OrthogonalRegularizer(1.0)(np.ones((3, 5))) == pytest.approx(1.0)
    assert OrthogonalRegularizer(1.0)(np.ones((1, 5))) == 0  # no two rows
    assert np.isfinite(OrthogonalRegularizer(1.0)(np.zeros((3, 5))))
    with pytest.raises(ValueError, match="expected that of a matrix"):
        OrthogonalRegularizer()(np.ones(3))


@pytest.mark.parametrize("cls", OF_KERAS)
def test_arguments_and_config_are_keras(cls):
    its = getattr(keras.regularizers, cls.__name__)
    wanted = {n: p.default for n, p in inspect.signature(its).parameters.items()}
    assert {n: p.default for n, p in inspect.signature(cls).parameters.items()} == wanted
    assert cls().get_config() == pytest.approx(its().get_config())
    again = regularizers.deserialize(json.loads(json.dumps(regularizers.serialize(cls()))))
    assert type(again) is cls and again.get_config() == cls().get_config()


@pytest.mark.parametrize(
    "name, cls",
    [
        ("l1", L1),
        ("L2", L2),
        ("l1_l2", L1L2),
        ("l1l2", L1L2),
        ("orthogonal_regularizer", OrthogonalRegularizer),
    ],
)
def test_names(name, cls):
    assert type(regularizers.get(name)) is cls and getattr(regularizers, name) is cls


def test_none_means_the_default_as_in_keras():
    assert (L1(None).l1, L2(None).l2, L1L2(None, None).l1) == (0.01, 0.01, 0.0)


def test_functions_and_classes_of_users():
    def cubed(w):
        return 0.1 * ops.sum(ops.abs(w) ** 3)

    class Scaled(Regularizer):
        def __init__(self, factor):
            self.factor = factor

        def __call__(self, x):
            return self.factor * ops.sum(x)

        def get_config(self):
            return {"factor": self.factor}

    assert regularizers.get(cubed) is cubed and regularizers.get(None) is None
    config = regularizers.serialize(Scaled(2.0))
    assert regularizers.deserialize(config, {"Scaled": Scaled})(np.ones(3)) == 6
    with pytest.raises(ValueError, match="regularizer: got 'l3'"):
        regularizers.get("l3")


@pytest.mark.parametrize("value", ATTACKS, ids=repr)
@pytest.mark.parametrize("cls, name", [(c, n) for c in CLASSES for n in c.__fields__])
def test_attack(cls, name, value):
    if value is None and cls.__fields__[name].optional:
        assert getattr(cls(**{name: None}), name) == cls.__fields__[name].default
    else:
        attack(cls, name, value, {})
