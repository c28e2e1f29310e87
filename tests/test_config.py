"""Settings of the process, and dtype policies."""

import keras
import numpy as np
import pytest

from brickwork import config, dtype_policies, losses, metrics, mixed_precision
from brickwork.dtype_policies import DTypePolicy, PrecisionWarning
from brickwork.layers import Dense, Input
from brickwork.models import Model, Sequential

X = np.random.default_rng(0).normal(size=(8, 3)).astype("float32")


@pytest.fixture(autouse=True)
def as_before():
    dtype_policies.repeat_warnings()
    yield
    dtype_policies._global = None
    config.set_floatx("float32")
    config.set_epsilon(1e-7)


def test_the_switches_start_as_in_keras():
    for name in ("floatx", "epsilon", "image_data_format", "is_interactive_logging_enabled",
                 "is_traceback_filtering_enabled", "is_nnx_enabled"):
        assert getattr(config, name)() == getattr(keras.config, name)(), name
    for switch in ("interactive_logging", "traceback_filtering", "flash_attention"):
        answer = getattr(config, f"is_{switch}_enabled")
        before = answer()
        getattr(config, f"disable_{switch}")()
        assert not answer()
        getattr(config, f"enable_{switch}")()
        assert answer()
        config._switches[switch] = before


@pytest.mark.parametrize(("call", "error", "words"), [
    (lambda: config.set_floatx("int32"), ValueError, "floatx: got 'int32'"),
    (lambda: config.set_epsilon(-1), ValueError, "epsilon: got -1"),
    (lambda: config.set_epsilon("a"), ValueError, "epsilon: got 'a'"),
    (lambda: config.set_backend("jax"), ValueError, "got 'jax', expected 'brickwork'"),
    (lambda: config.set_image_data_format("th"), ValueError, "got 'th'"),
    (config.enable_unsafe_deserialization, RuntimeError, "there is no unsafe mode"),
    (lambda: DTypePolicy("int8_from_float32"), ValueError, "quantised kinds do not exist"),
    (lambda: dtype_policies.QuantizedDTypePolicy, AttributeError, "do not exist here"),
    (lambda: config.set_dtype_policy("flaot32"), ValueError, "got 'flaot32'"),
])
def test_what_is_refused(call, error, words):
    with pytest.raises(error, match=words):
        call()


@pytest.mark.parametrize("name", ["float32", "float64"])
def test_a_policy(name):
    ours, theirs = DTypePolicy(name), keras.DTypePolicy(name)
    for attribute in ("name", "compute_dtype", "variable_dtype", "quantization_mode"):
        assert getattr(ours, attribute) == getattr(theirs, attribute)
    assert ours.get_config() == theirs.get_config() == {"name": name}
    assert ours == dtype_policies.get(name) == dtype_policies.get(ours)
    assert ours == dtype_policies.deserialize(dtype_policies.serialize(ours))
    assert ours == dtype_policies.get(keras.dtype_policies.serialize(theirs))
    assert ours != DTypePolicy("float32" if name == "float64" else "float64")
    for given in (ours, theirs, keras.dtype_policies.serialize(theirs), np.dtype(name)):
        layer = Dense(2, dtype=given)
        assert layer.dtype == layer(X).dtype == name and layer.dtype_policy == ours
        assert Dense.from_config(layer.get_config()).dtype == name


@pytest.mark.parametrize("set_policy", [
    config.set_dtype_policy, mixed_precision.set_global_policy, mixed_precision.set_dtype_policy])
def test_the_global_policy_is_that_of_new_layers(set_policy):
    set_policy("float64")
    assert mixed_precision.global_policy().name == config.dtype_policy().name == "float64"
    assert Dense(1).dtype == "float64" and Dense(1, dtype="float32").dtype == "float32"
    model = Sequential([Dense(2, input_shape=(3,)), Dense(1)])
    assert model.predict(X, verbose=0).dtype == "float64"
    set_policy(mixed_precision.Policy("float32"))
    assert Dense(1).dtype == "float32" and config.floatx() == "float32"


def test_without_a_policy_floatx_decides():
    config.set_floatx("float64")
    assert Dense(1).dtype == config.dtype_policy().name == "float64"


@pytest.mark.parametrize("name", ["mixed_float16", "mixed_bfloat16", "float16", "bfloat16"])
def test_half_precision_is_computed_in_float32_and_said_once(name):
    with pytest.warns(PrecisionWarning, match=f"{name}: half precision") as told:
        config.set_dtype_policy(name)
        x = Input((3,))
        model = Model(x, Dense(2, dtype=DTypePolicy(name))(Dense(2)(x)))
        mixed_precision.set_global_policy(name)
    assert len(told) == 1 and told[0].filename == __file__
    policy = config.dtype_policy()
    assert (policy.name, policy.compute_dtype, policy.variable_dtype) == (
        name, "float32", "float32")
    model.compile("sgd", losses.MeanSquaredError(dtype=policy),
                  metrics=[metrics.MeanSquaredError(dtype=policy)])
    found = model.fit(X, X[:, :2], epochs=5, verbose=0).history["loss"]
    assert found[-1] < found[0] and model.predict(X, verbose=0).dtype == "float32"
    assert Dense(1, dtype=keras.dtype_policies.serialize(keras.DTypePolicy(name))).dtype == (
        "float32")


def test_floatx_of_half_precision():
    with pytest.warns(PrecisionWarning, match="float16: half precision"):
        config.set_floatx("float16")
    assert config.floatx() == "float32"


@pytest.mark.parametrize("kwargs", [
    {"jit_compile": True}, {"jit_compile": False}, {"run_eagerly": True},
    {"steps_per_execution": 4}, {"steps_per_execution": "auto"}, {"auto_scale_loss": False}])
def test_arguments_of_compile_that_change_nothing(kwargs):
    def trained(**given):
        model = Sequential([Dense(2, kernel_initializer="ones", input_shape=(3,))])
        model.compile("sgd", "mse", **given)
        return model.fit(X, X[:, :2], batch_size=3, epochs=2, shuffle=False, verbose=0).history

    assert trained(**kwargs) == trained()


@pytest.mark.parametrize("name", [
    "binary_crossentropy", "categorical_crossentropy", "categorical_focal_crossentropy",
    "kl_divergence", "poisson", "mean_absolute_percentage_error",
    "mean_squared_logarithmic_error", "dice", "tversky"])
def test_epsilon_reaches_the_losses(name):
    """Large enough to be seen in them, where both libraries are told."""
    y_true = np.float32([[1.0, 0.0, 0.0], [0.0, 0.0, 1.0]])
    y_pred = np.float32([[0.0, 0.5, 0.5], [0.0, 0.25, 0.75]])
    plain = getattr(losses, name)(y_true, y_pred)
    before = keras.config.epsilon()
    try:
        config.set_epsilon(0.05)
        keras.config.set_epsilon(0.05)
        found = getattr(losses, name)(y_true, y_pred)
        right = np.asarray(getattr(keras.losses, name)(y_true, y_pred))
    finally:
        keras.config.set_epsilon(before)
    np.testing.assert_allclose(found, right, rtol=1e-5)
    assert (found != plain).any()
