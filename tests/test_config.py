"""Settings of the process, and dtype policies."""

import os
import subprocess
import sys

import keras
import numpy as np
import pytest

import brickwork
from brickwork import config, dtype_policies, losses, metrics, mixed_precision
from brickwork.data import DataWarning, forget_warnings
from brickwork.dtype_policies import DTypePolicy, DTypePolicyMap
from brickwork.layers import Dense, Input
from brickwork.models import Model, Sequential

X = np.random.default_rng(0).normal(size=(8, 3)).astype("float32")


@pytest.fixture(autouse=True)
def as_before():
    yield
    dtype_policies._global = None
    config.set_floatx("float32")
    config.set_epsilon(1e-7)


@pytest.mark.filterwarnings("ignore::brickwork.spelling.no_effect.NoEffectWarning")
def test_the_switches_start_as_in_keras():
    for name in (
        "floatx",
        "epsilon",
        "image_data_format",
        "is_interactive_logging_enabled",
        "is_traceback_filtering_enabled",
        "is_nnx_enabled",
    ):
        assert getattr(config, name)() == getattr(keras.config, name)(), name
    for switch in ("interactive_logging", "traceback_filtering", "flash_attention"):
        is_enabled = getattr(config, f"is_{switch}_enabled")
        before = is_enabled()
        getattr(config, f"disable_{switch}")()
        assert not is_enabled()
        getattr(config, f"enable_{switch}")()
        assert is_enabled()
        config._switches[switch] = before


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: config.set_floatx("int32"), ValueError, "floatx: got 'int32'"),
        (lambda: config.set_epsilon(-1), ValueError, "epsilon: got -1"),
        (lambda: config.set_epsilon("a"), ValueError, "epsilon: got 'a'"),
        (lambda: config.set_backend("jax"), ValueError, "got 'jax', expected 'brickwork'"),
        (lambda: config.set_image_data_format("th"), ValueError, "got 'th'"),
        (lambda: config.set_max_epochs(0), ValueError, "set_max_epochs: got 0"),
        (lambda: config.set_max_epochs(True), ValueError, "whole number from 1 on, or None"),
        (lambda: config.set_max_steps_per_epoch(1.5), ValueError, "got 1.5"),
        (config.enable_unsafe_deserialization, RuntimeError, "there is no unsafe mode"),
        (lambda: DTypePolicy("int8_from_float32"), ValueError, "has no quantized dtypes"),
        (lambda: dtype_policies.QuantizedDTypePolicy, AttributeError, "has no quantized weights"),
        (lambda: config.set_dtype_policy("flaot32"), ValueError, "got 'flaot32'"),
    ],
)
def test_what_is_refused(call, error, words):
    with pytest.raises(error, match=words):
        call()


@pytest.fixture
def limited():
    yield (config, keras.config)
    for c in (config, keras.config):
        c.set_max_epochs(None)
        c.set_max_steps_per_epoch(None)


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"batch_size": 2},
        {"batch_size": 3, "steps_per_epoch": 2, "last_batch": "keep"},
        {"batch_size": 2, "steps_per_epoch": 1},
        {"validation_split": 0.25, "batch_size": 1},
    ],
)
@pytest.mark.parametrize(("epochs", "steps"), [(2, None), (None, 1), (2, 2), (9, 99)])
@pytest.mark.filterwarnings("ignore")
def test_limits_for_trying_a_script_quickly(limited, epochs, steps, options):
    models = [
        library.Sequential([library.layers.Input((3,)), library.layers.Dense(1)])
        for library in (brickwork, keras)
    ]
    models[0].set_weights(models[1].get_weights())
    seen = []
    for model, c in zip(models, limited, strict=True):
        model.compile("sgd", "mse")
        c.set_max_epochs(epochs)
        c.set_max_steps_per_epoch(steps)
        assert (c.max_epochs(), c.max_steps_per_epoch()) == (epochs, steps)
        kept = (
            options
            if model is models[0]
            else {k: v for k, v in options.items() if k != "last_batch"}
        )
        history = model.fit(X, X[:, 0], epochs=4, shuffle=False, verbose=0, **kept).history
        size = options.get("batch_size")
        seen.append(
            [
                *history.values(),
                [model.evaluate(X, X[:, 0], batch_size=size, verbose=0)],
                model.predict(X, batch_size=size, verbose=0).ravel(),
            ]
        )
    for ours, theirs in zip(*seen, strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-5, atol=1e-6)


def test_limits_hold_for_streams_and_warn(limited):
    model = Sequential([Input((3,)), Dense(1)])
    model.compile("sgd", "mse")
    config.set_max_epochs(np.int64(2))
    config.set_max_steps_per_epoch(3)
    given = []

    def batches():
        while True:
            given.append(0)
            yield X, X[:, 0]

    forget_warnings()
    with pytest.warns(DataWarning) as caught:
        assert len(model.fit(batches(), epochs=5, verbose=0).history["loss"]) == 2
    assert len(given) == 6
    assert [str(w.message) for w in caught] == [
        "fit.epochs: 5 become 2, as config.set_max_epochs says.",
        "No epoch takes more than 3 steps, as config.set_max_steps_per_epoch says.",
    ]
    forget_warnings()
    with pytest.warns(DataWarning, match="No epoch takes more than 3 steps"):
        model.evaluate(X, X[:, 0], verbose=0)


def test_limits_come_from_the_environment():
    code = "from brickwork import config; print(config.max_epochs(), config.max_steps_per_epoch())"
    for given, printed in [
        ({}, "None None"),
        ({"KERAS_MAX_EPOCHS": "3"}, "3 None"),
        ({"KERAS_MAX_STEPS_PER_EPOCH": "7"}, "None 7"),
    ]:
        done = subprocess.run(
            [sys.executable, "-c", code],
            env=os.environ | given,
            check=True,
            capture_output=True,
            text=True,
        )
        assert done.stdout.strip() == printed


@pytest.mark.parametrize("name", ["float32", "float64", "float16"])
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


@pytest.mark.parametrize(
    "set_policy",
    [config.set_dtype_policy, mixed_precision.set_global_policy, mixed_precision.set_dtype_policy],
)
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
def test_a_policy_of_half_precision(name):
    config.set_dtype_policy(name)
    x = Input((3,))
    model = Model(x, Dense(2, dtype=DTypePolicy(name))(Dense(2)(x)))
    policy, theirs = config.dtype_policy(), keras.DTypePolicy(name)
    for attribute in ("name", "compute_dtype", "variable_dtype"):
        assert getattr(policy, attribute) == getattr(theirs, attribute)
    half, kept = policy.compute_dtype, policy.variable_dtype
    model.compile(
        "sgd",
        losses.MeanSquaredError(dtype=policy),
        metrics=[metrics.MeanSquaredError(dtype=policy)],
    )
    found = model.fit(X, X[:, :2], epochs=5, verbose=0).history["loss"]
    assert found[-1] < found[0] and model.predict(X, verbose=0).dtype == half
    layer = Dense(1, dtype=keras.dtype_policies.serialize(theirs))
    assert (layer.dtype, layer.compute_dtype) == (kept, half)
    assert layer.get_config()["dtype"] == name and layer.dtype_policy == policy
    assert layer(X).dtype == half and layer.kernel.dtype == kept


def test_floatx_of_half_precision():
    config.set_floatx("float16")
    assert config.floatx() == Dense(1).dtype == brickwork.ops.ones(2).dtype == "float16"


def test_bfloat16_without_its_package_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "ml_dtypes", None)
    for use in (
        lambda: config.set_dtype_policy("mixed_bfloat16"),
        lambda: config.set_floatx("bfloat16"),
        lambda: brickwork.ops.cast([1.0], "bfloat16"),
    ):
        with pytest.raises(ImportError, match=r"pip install 'brickwork\[half\]'"):
            use()
    assert config.dtype_policy().name == config.floatx() == "float32"
    assert brickwork.ops.cast([1.0], "float16").dtype == "float16"


def test_a_map_of_policies():
    ours, theirs = (
        kind("float32", {"encoder/.*": policy("mixed_float16"), "head": policy("float64")})
        for kind, policy in (
            (DTypePolicyMap, DTypePolicy),
            (keras.dtype_policies.DTypePolicyMap, keras.DTypePolicy),
        )
    )
    for path in ("encoder/dense", "encoder", "head", "head/dense", ""):
        assert ours[path].name == theirs[path].name
    assert ours.name == theirs.name and list(ours) == list(theirs) and len(ours) == 2
    ours["encoder/a.*"] = "bfloat16"
    for wrong, error in (
        (lambda: ours["encoder/attention"], "match"),
        (lambda: ours.__setitem__("head", "float32"), "again"),
        (lambda: DTypePolicyMap(ours), "default_policy"),
    ):
        with pytest.raises(ValueError, match=error):
            wrong()
    with pytest.raises(TypeError, match="expected a dict"):
        DTypePolicyMap(None, ["float32"])
    del ours["encoder/a.*"]
    again = dtype_policies.deserialize(dtype_policies.serialize(ours))
    assert again == ours and again["encoder/dense"].name == "mixed_float16"
    alone = DTypePolicyMap()
    before = hash(alone)
    dtype_policies.set_dtype_policy(alone)
    assert alone.compute_dtype == Dense(2).compute_dtype == "float32" and hash(alone) == before
    dtype_policies._global = None
    ours[".*/first"] = "float64"
    model = Sequential(
        [Input((3,)), Dense(2, dtype=ours, name="first"), Dense(2, dtype=ours, name="last")]
    )
    assert [layer.dtype for layer in model.layers] == ["float64", "float32"]
    clone = Sequential.from_config(model.get_config())
    assert [layer.dtype for layer in clone.layers] == ["float64", "float32"]


@pytest.mark.filterwarnings("ignore::brickwork.spelling.no_effect.NoEffectWarning")
@pytest.mark.parametrize(
    "kwargs",
    [
        {"jit_compile": True},
        {"jit_compile": False},
        {"run_eagerly": True},
        {"steps_per_execution": 4},
        {"steps_per_execution": "auto"},
        {"auto_scale_loss": False},
    ],
)
def test_arguments_of_compile_that_change_nothing(kwargs):
    def trained(**given):
        model = Sequential([Dense(2, kernel_initializer="ones", input_shape=(3,))])
        model.compile("sgd", "mse", **given)
        return model.fit(X, X[:, :2], batch_size=3, epochs=2, shuffle=False, verbose=0).history

    assert trained(**kwargs) == trained()


@pytest.mark.parametrize(
    "name",
    [
        "binary_crossentropy",
        "categorical_crossentropy",
        "categorical_focal_crossentropy",
        "kl_divergence",
        "poisson",
        "mean_absolute_percentage_error",
        "mean_squared_logarithmic_error",
        "dice",
        "tversky",
    ],
)
def test_epsilon_reaches_the_losses(name):
    """Large enough to matter, if both libraries use it."""
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
