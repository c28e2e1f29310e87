"""Every activation of Keras, value and gradient, in both dtypes, kinks included."""

import keras_oracle as oracle
import numpy as np
import ours as declared
import pytest
from keras import activations as theirs

from brickwork import activations as ours, ops
from brickwork.program import TraceError

NAMES = sorted(
    n for n in dir(theirs) if not n.startswith("_") and n not in ("get", "serialize", "deserialize")
)

OPTIONS = {
    "celu": [{"alpha": 0.5}, {"alpha": 2.0}],
    "elu": [{"alpha": 0.3}],
    "gelu": [{"approximate": True}],
    "glu": [{"axis": 1}],
    "hard_shrink": [{"threshold": 1.0}],
    "leaky_relu": [{"negative_slope": 0.01}],
    "log_softmax": [{"axis": 0}, {"axis": 1}],
    "relu": [
        {"negative_slope": 0.1},
        {"max_value": 2.0},
        {"threshold": 1.0},
        {"max_value": 6},
        {"negative_slope": 0.1, "max_value": 6, "threshold": 0.5},
        {"negative_slope": 0.1, "max_value": 6},
        {"negative_slope": 0.2, "max_value": 2.0, "threshold": -1.0},
    ],
    "soft_shrink": [{"threshold": 1.0}],
    "softmax": [{"axis": 0}, {"axis": 1}, {"axis": (1, 2)}],
    "sparsemax": [{"axis": 1}],
    "squareplus": [{"b": 1}],
    "threshold": [{"threshold": 1.0, "default_value": -7.0}],
}
CASES = [
    (name, kwargs)
    for name in NAMES
    for kwargs in ([] if name == "threshold" else [{}]) + OPTIONS.get(name, [])
]


def inputs(dtype, shape=(2, 4, 6)):
    """Random numbers, the kinks of all activations, and numbers that overflow naive formulas."""
    x = np.random.default_rng(0).normal(scale=2.0, size=shape)
    x[0, 0] = [0.0, 3.0, -3.0, 6.0, 1.0, -1.0]
    x[0, 1] = [0.5, -0.5, 2.0, -6.0, 1e-5, -1e-5]
    x[1, 0] = [30.0, -30.0, 300.0, -300.0, 12.0, -12.0]
    return x.astype(dtype)


def test_every_activation_has_cases():
    names = {*ours.registry.names(), "swish", "hard_swish"}
    declared.all_have_cases("ACTIVATIONS", names, NAMES, None)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize(("name", "kwargs"), CASES)
def test_value_and_gradient_are_keras_s(name, kwargs, dtype):
    x = inputs(dtype)
    if name == "exponential":
        x = np.minimum(x, 80).astype(dtype)
    with oracle.floatx(dtype):
        value, (grad,) = oracle.value_and_gradients(lambda s: ours.get(name)(s, **kwargs), x)
        right, (right_grad,) = oracle.keras_value_and_gradients(
            lambda s: getattr(theirs, name)(s, **kwargs), x
        )
    assert value.dtype == grad.dtype == dtype
    oracle.assert_close(value, right)
    oracle.assert_close(grad, right_grad)


@pytest.mark.parametrize("name", [n for n in NAMES if n != "threshold"])
def test_arrays_are_computed_at_once(name):
    x = inputs("float64")[0]
    with oracle.floatx("float64"):
        assert isinstance(ours.get(name)(x), np.ndarray)
        oracle.assert_close(ours.get(name)(x), oracle.traced(ours.get(name), x), 1e-14)


@pytest.mark.parametrize("name", [n for n in NAMES if n not in ("threshold", "glu")])
def test_nan_is_never_hidden(name):
    x = np.array([[np.nan, np.nan]])
    spared = {"hard_shrink", "soft_shrink"}  # a NaN exceeds no threshold, in Keras too
    assert np.isnan(ours.get(name)(x)).all() or name in spared
    np.testing.assert_array_equal(
        np.isnan(ours.get(name)(x)), np.isnan(np.asarray(getattr(theirs, name)(x)))
    )


@pytest.mark.parametrize(
    "row",
    [
        [1.0, 1.0, 0.0, 1.0],
        [5.0, 1.0, 0.0, 0.0],
        [0.0] * 4,
        [1.0, 0.9, 0.8, 0.7],
        [0.7, 0.8, 0.9, 1.0],
    ],
)
def test_sparsemax_with_ties_and_a_wide_support(row):
    x = np.array([row])
    with oracle.floatx("float64"):
        value, (grad,) = oracle.value_and_gradients(ours.sparsemax, x)
        right, (right_grad,) = oracle.keras_value_and_gradients(theirs.sparsemax, x)
    oracle.assert_close(value, right)
    oracle.assert_close(grad, right_grad)


def test_get():
    assert ours.get(None) is ours.linear
    assert ours.get("swish") is ours.silu is ours.swish
    assert ours.get("hard_swish") is ours.hard_silu is ours.hard_swish
    assert ours.get(ours.relu) is ours.relu
    own = ours.get({"class_name": "function", "config": "own"}, {"own": np.tanh})
    assert own is np.tanh
    with pytest.raises(ValueError, match="did you mean 'relu'"):
        ours.get("rleu")
    with pytest.raises(ValueError, match="activation"):
        ours.get(3)


@pytest.mark.parametrize("name", ours.registry.names())
def test_serialize_is_the_name(name):
    function = getattr(ours, name)
    assert ours.serialize(function) == name
    assert ours.deserialize(name) is function


def test_one_of_one_s_own():
    value, (grad,) = oracle.value_and_gradients(lambda x: ops.square(x) * 3, np.ones((2, 1)))
    np.testing.assert_array_equal(value, [[3.0], [3.0]])
    np.testing.assert_array_equal(grad, [[6.0], [6.0]])


def test_branching_on_a_value_is_refused_with_the_line():
    with pytest.raises(TraceError, match=r"test_activations\.py:\d+.*ops\.where"):
        oracle.traced(lambda x: x if ops.sum(x) > 0 else -x, np.ones((2, 1)))
