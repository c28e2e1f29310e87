"""Models in half precision, beside Keras's: prediction, training, loss scaling, files."""

import keras
import numpy as np
import pytest
import threadpoolctl

import brickwork
from brickwork import Sequential, layers, load_model, losses, optimizers

# JAX's arrays in NumPy's newer words.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation")

POLICIES = ("mixed_bfloat16", "mixed_float16", "bfloat16", "float16")
RNG = np.random.default_rng(0)
X = RNG.normal(size=(256, 8)).astype("float32")
Y = (X @ RNG.normal(size=(8, 1))).astype("float32")
STEP = {"float16": 2.0**-10, "bfloat16": 2.0**-7}


def built(library, units=32):
    return library.Sequential(
        [
            library.Input((8,)),
            library.layers.Dense(units, activation="relu"),
            library.layers.BatchNormalization(),
            library.layers.Dense(16, activation="tanh"),
            library.layers.Dense(1),
        ]
    )


def twins(units=32):
    keras.utils.set_random_seed(1)
    ours, theirs = built(brickwork, units), built(keras, units)
    ours.set_weights([np.asarray(w).astype("float32") for w in theirs.get_weights()])
    return ours, theirs


@pytest.mark.parametrize("name", POLICIES)
@pytest.mark.parametrize("units", [12, 48])  # with bfloat16: by maps; by products of their own
def test_a_model_predicts_what_keras_s_does(policy, name, units):
    half = policy(name).compute_dtype
    ours, theirs = twins(units)
    found, right = ours.predict(X, verbose=0), theirs.predict(X, verbose=0)
    assert found.dtype == right.dtype == half
    np.testing.assert_allclose(
        *(a.astype("float32") for a in (found, right)), rtol=2 * STEP[half], atol=2 * STEP[half]
    )
    assert ours(X[:3]).dtype == ours.predict_on_batch(X[:3]).dtype == half
    assert np.array_equal(ours.predict_on_batch(X[:3]), ours.predict(X[:3], verbose=0))
    assert [w.dtype for w in ours.weights] == [str(w.dtype) for w in theirs.weights]


@pytest.mark.parametrize("name", POLICIES)
@pytest.mark.parametrize("optimizer", ["sgd", "adam"])
def test_a_model_learns_what_keras_s_does(policy, name, optimizer):
    half = policy(name).compute_dtype
    ours, theirs = twins()
    for model in (ours, theirs):
        model.compile(optimizer, "mse", metrics=["mae"])
    assert type(ours.optimizer).__name__ == type(theirs.optimizer).__name__
    kwargs = {"batch_size": 32, "epochs": 3, "shuffle": False, "verbose": 0}
    found, right = (model.fit(X, Y, **kwargs).history for model in (ours, theirs))
    # Weights in half precision go other ways soon: XLA rounds once for a whole update.
    rtol = 4 * STEP[half] if name.startswith("mixed") else 0.04
    for log in found:
        np.testing.assert_allclose(found[log], right[log], rtol=rtol)
    np.testing.assert_allclose(
        ours.evaluate(X, Y, verbose=0), theirs.evaluate(X, Y, verbose=0), rtol=2 * rtol
    )
    for weight in ours.weights:
        assert weight.dtype == ("float32" if name.startswith("mixed") else half)


def test_a_loss_is_scaled_under_mixed_float16_alone(policy):
    policy("mixed_float16")
    model = built(brickwork)
    model.compile("sgd", "mse")
    assert isinstance(model.optimizer, optimizers.LossScaleOptimizer)
    assert model.optimizer.name == "loss_scale_optimizer"
    own = optimizers.LossScaleOptimizer(optimizers.SGD(), initial_scale=4.0)
    model.compile(own, "mse")
    assert model.optimizer is own
    model.compile("sgd", "mse", auto_scale_loss=False)
    assert type(model.optimizer) is optimizers.SGD
    policy("mixed_bfloat16")
    model = built(brickwork)
    model.compile("sgd", "mse")
    assert type(model.optimizer) is optimizers.SGD


def test_a_gradient_that_overflows_halves_the_scale_as_in_keras(policy):
    policy("mixed_float16")
    ours, theirs = twins()
    for model, library in ((ours, brickwork), (theirs, keras)):
        model.compile(library.optimizers.SGD(1e-3), "mse")
    scales = []
    before = ours.layers[0].kernel.numpy()
    for step in range(4):
        y = Y * (3000 if step < 2 else 1)  # 65504 is the largest number of float16
        for model in (ours, theirs):
            model.fit(X, y, batch_size=256, epochs=1, verbose=0)
        scales.append([float(m.optimizer.dynamic_scale.numpy()) for m in (ours, theirs)])
        if step == 0:
            np.testing.assert_array_equal(ours.layers[0].kernel.numpy(), before)
    assert [a for a, _ in scales] == [b for _, b in scales]
    assert scales[1][0] == 2.0**13


def test_small_gradients_survive_by_the_scale(policy):
    """Without it they are below 2^-24, and so 0 in float16."""
    policy("mixed_float16")
    moved = {}
    for scaled in (True, False):
        model = Sequential(
            [layers.Input((1,)), layers.Dense(1, kernel_initializer="ones", use_bias=False)]
        )
        loss = losses.LossFunctionWrapper(lambda y, p: p[:, 0] * 1e-9)
        model.compile(optimizers.SGD(1e6), loss, auto_scale_loss=scaled)
        model.fit(np.ones((1, 1)), np.ones((1, 1)), verbose=0)
        moved[scaled] = 1 - float(model.layers[0].kernel.numpy()[0, 0])
    assert moved[True] == pytest.approx(1e-3, rel=1e-3) and moved[False] == 0


@pytest.mark.parametrize("name", POLICIES)
@pytest.mark.parametrize("file", ["model.brick", "model.keras"])
def test_a_file_keeps_policy_and_weights(policy, name, file, tmp_path):
    policy(name)
    model = built(brickwork)
    model.compile("adam", "mse")
    model.fit(X, Y, epochs=1, verbose=0)
    model.save(tmp_path / file)
    policy("float32")
    again = load_model(tmp_path / file)
    assert [layer.dtype_policy.name for layer in again.layers] == [name] * len(model.layers)
    for one, other in zip(model.weights, again.weights, strict=True):
        assert one.dtype == other.dtype
        np.testing.assert_array_equal(one.numpy(), other.numpy())
    np.testing.assert_array_equal(model.predict(X, verbose=0), again.predict(X, verbose=0))
    if file.endswith(".keras"):
        theirs = keras.saving.load_model(tmp_path / file)
        assert theirs.layers[0].dtype_policy.name == name
        np.testing.assert_allclose(
            *(m.predict(X, verbose=0).astype("float32") for m in (again, theirs)), atol=0.02
        )


@pytest.mark.parametrize("name", POLICIES)
def test_a_file_of_keras_s_is_read(policy, name, tmp_path):
    policy(name)
    theirs = built(keras)
    theirs.save(tmp_path / "model.keras")
    policy("float32")
    ours = load_model(tmp_path / "model.keras")
    assert [layer.dtype_policy.name for layer in ours.layers] == [name] * len(theirs.layers)
    for one, other in zip(ours.weights, theirs.weights, strict=True):
        np.testing.assert_array_equal(one.numpy(), np.asarray(other.value))


@pytest.mark.filterwarnings("ignore:.*threads")
def test_threads_and_batches_give_the_same_bits(policy):
    policy("mixed_bfloat16")
    x = RNG.normal(size=(512, 64)).astype("float32")
    y = RNG.normal(size=(512, 32)).astype("float32")
    results = []
    for threads in (1, 2):
        brickwork.utils.set_random_seed(1)
        model = Sequential(
            [layers.Input((64,)), layers.Dense(256, activation="relu"), layers.Dense(32)]
        )
        model.compile("adam", "mse")
        with threadpoolctl.threadpool_limits({"brickwork": threads}):
            model.fit(x, y, batch_size=128, epochs=2, verbose=0)
            results.append([*model.get_weights(), model.predict(x, batch_size=512, verbose=0)])
    for one, other in zip(*results, strict=True):
        np.testing.assert_array_equal(one, other)
    np.testing.assert_array_equal(results[0][-1], model.predict(x, batch_size=7, verbose=0))
