"""Models of every kind through Keras's files: what one library saves, the other continues."""

import json
import subprocess
import sys

import h5py
import keras
import numpy as np
import pytest

import brickwork
from brickwork import saving
from brickwork.errors import ArgumentError

# Keras warns about its own deprecations, and NumPy's.
pytestmark = [
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore:.*alpha"),
]
X = np.sin(1 + 7.3 * np.arange(32)).reshape(8, 4).astype("float32")
Y = np.cos(np.arange(16)).reshape(8, 2).astype("float32")


def sequential(k):
    return k.Sequential([k.layers.Input((4,)), k.layers.Dense(3, "relu"), k.layers.Dense(2)])


def shared(k):
    layer = k.layers.Dense(4, "tanh")
    x = k.layers.Input((4,))
    return k.Model(x, k.layers.Dense(2)(k.layers.Add()([layer(x), layer(layer(x))])))


def nested(k):
    inner = k.Sequential([k.layers.Input((3,)), k.layers.Dense(3), k.layers.LayerNormalization()])
    a = k.layers.Input((3,))
    other = k.Model(a, [k.layers.Dense(2)(inner(a)), k.layers.Dense(2, "relu")(a)])
    x = k.layers.Input((4,))
    one, two = other(k.layers.Dense(3)(x))
    return k.Model(x, k.layers.Concatenate()([one, two]))


def with_ops(k):
    """A branch of one long op and one of a layer: the order of layers is not that of ours."""
    x = k.layers.Input((4,))
    long = k.layers.Dense(4, name="long")(k.ops.gelu(x))
    short = k.layers.Dense(4, name="short")(x)
    y = 2.0 * long - k.ops.mean(short, axis=-1, keepdims=True) / 3.0
    y = k.ops.concatenate([y[:, 1:], k.ops.reshape(k.ops.transpose(short), (-1, 4))], axis=-1)
    return k.Model(x, k.layers.Dense(2)(k.ops.relu(y) + k.ops.sum(x, axis=1, keepdims=True)))


MODELS = [sequential, shared, nested, with_ops]


@pytest.mark.parametrize("end", ["h5", "keras"])
@pytest.mark.parametrize("between", ["Activation", "TimeDistributed", "Dropout"])
@pytest.mark.filterwarnings("ignore:.*HDF5 file.*legacy")
def test_a_mask_that_keras_wrote_as_an_op_is_read(between, end, tmp_path):
    layers = keras.layers
    ids = layers.Input((5,))
    inner = {"Activation": "relu", "TimeDistributed": layers.Dense(3), "Dropout": 0.5}[between]
    x = getattr(layers, between)(inner)(layers.Embedding(9, 4, mask_zero=True)(ids))
    model = keras.Model(ids, layers.Dense(1)(layers.GlobalAveragePooling1D()(x)))
    model.save(tmp_path / f"model.{end}")
    rows = np.array([[1, 2, 3, 0, 0], [4, 0, 0, 0, 0], [1, 1, 1, 1, 8]])
    found = brickwork.load_model(tmp_path / f"model.{end}")
    np.testing.assert_allclose(found.predict(rows, verbose=0), model(rows), atol=1e-6)


def outputs(model):
    return np.asarray(model.predict(X, verbose=0))


@pytest.mark.parametrize("make", MODELS)
def test_both_ways(make, tmp_path):
    theirs = make(keras)
    for ending in (".keras",) if make is with_ops else (".keras", ".h5"):
        path = tmp_path / f"model{ending}"
        theirs.save(path)
        ours = saving.load_model(path)
        np.testing.assert_allclose(outputs(ours), outputs(theirs), rtol=1e-5, atol=1e-6)
        ours.save(path)
        np.testing.assert_allclose(
            outputs(keras.saving.load_model(path)), outputs(theirs), rtol=1e-5, atol=1e-6
        )


@pytest.mark.parametrize("make", MODELS)
def test_models_built_here(make, tmp_path):
    ours = make(brickwork)
    for ending in (".keras",) if make is with_ops else (".keras", ".h5"):
        path = tmp_path / f"model{ending}"
        ours.save(path)
        np.testing.assert_allclose(
            outputs(keras.saving.load_model(path)), outputs(ours), rtol=1e-5, atol=1e-6
        )
        first = path.read_bytes()
        ours.save(path)
        assert path.read_bytes() == first  # the same model, the same bytes
        again = saving.load_model(path)
        np.testing.assert_allclose(outputs(again), outputs(ours), rtol=1e-6, atol=1e-7)


@pytest.mark.parametrize("make", [sequential, shared, nested])
@pytest.mark.parametrize("ending", [".weights.h5", ".h5"])
def test_weights_of_models_built_separately(make, ending, tmp_path):
    ours, theirs = make(brickwork), make(keras)
    path = tmp_path / f"w{ending}"
    (theirs.save if ending == ".h5" else theirs.save_weights)(path)
    ours.load_weights(path)
    np.testing.assert_allclose(outputs(ours), outputs(theirs), rtol=1e-5, atol=1e-6)
    ours.set_weights([0.5 * w for w in ours.get_weights()])
    ours.save_weights(path)
    theirs.load_weights(path)
    np.testing.assert_allclose(outputs(ours), outputs(theirs), rtol=1e-5, atol=1e-6)


OPTIMIZERS = [
    "SGD",
    "RMSprop",
    "Adam",
    "AdamW",
    "Adadelta",
    "Adagrad",
    "Adamax",
    "Nadam",
    "Ftrl",
    "Lion",
    "Lamb",
    "Adafactor",
]
ARGUMENTS = {
    "SGD": {"momentum": 0.9},
    "RMSprop": {"momentum": 0.5, "centered": True},
    "Adam": {"amsgrad": True, "use_ema": True},
}


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_training_goes_on_in_the_other_library(name, tmp_path):
    """After a file has gone across, one more step leads both to the same weights."""
    theirs = sequential(keras)
    rate = keras.optimizers.schedules.ExponentialDecay(0.01, 5, 0.5) if name == "Adam" else 0.01
    theirs.compile(
        getattr(keras.optimizers, name)(rate, **ARGUMENTS.get(name, {})),
        keras.losses.Huber(),
        metrics=["mae"],
    )
    theirs.train_on_batch(X, Y)
    theirs.train_on_batch(X, Y)
    path = tmp_path / "model.keras"
    theirs.save(path)
    ours = saving.load_model(path)
    for _ in range(2):  # from Keras to here, then from here to Keras
        for one, other in zip(ours.optimizer.variables, theirs.optimizer.variables, strict=True):
            np.testing.assert_allclose(one.numpy(), np.asarray(other.value), rtol=1e-5, atol=1e-7)
        ours.train_on_batch(X, Y)
        theirs.train_on_batch(X, Y)
        for one, other in zip(ours.get_weights(), theirs.get_weights(), strict=True):
            np.testing.assert_allclose(one, other, rtol=1e-4, atol=1e-5)
        ours.save(path)
        theirs = keras.saving.load_model(path)


@pytest.mark.parametrize("name", [*OPTIMIZERS, "LossScaleOptimizer"])
def test_each_slot_of_an_optimizer_comes_back_from_h5(name, tmp_path):
    """All weights have the same shape, so that shapes do not identify them."""
    layers, optimizers = brickwork.layers, brickwork.optimizers
    ours = brickwork.Sequential(
        [layers.Input((4,)), *(layers.Dense(4, use_bias=False) for _ in range(3))]
    )
    given = (
        {"inner_optimizer": optimizers.Adam(0.01)}
        if name.startswith("LossScale")
        else {"learning_rate": 0.01, **ARGUMENTS.get(name, {})}
    )
    ours.compile(getattr(optimizers, name)(**given), "mse")
    for _ in range(3):
        ours.train_on_batch(X, X)
    ours.save(tmp_path / "model.h5")
    again = saving.load_model(tmp_path / "model.h5")
    for one, other in zip(again.optimizer.variables, ours.optimizer.variables, strict=True):
        np.testing.assert_array_equal(one.numpy(), other.numpy(), err_msg=one.path)


def test_what_older_versions_of_keras_need(tmp_path):
    """As their runs showed (tests/long/other_kerases.py): no words that they do not know; a model
    inside of another found under the number 1; momenta of all weights before all velocities."""
    ours = nested(brickwork)
    ours.compile("adam", brickwork.losses.SparseCategoricalCrossentropy())
    ours.train_on_batch(X, np.zeros(8))
    for word in ("quantization_config", "lora", "renorm", "input_axes", "optional"):
        assert f'"{word}' not in ours.to_json()
    ours.save(tmp_path / "model.h5")
    with h5py.File(tmp_path / "model.h5") as file:
        config = json.loads(file.attrs["model_config"])["config"]
        state = [str(name) for name in file["optimizer_weights"].attrs["weight_names"]]
    calls = {layer["name"]: layer["inbound_nodes"] for layer in config["layers"]}
    inside = next(layer["name"] for layer in config["layers"] if "layers" in layer["config"])
    assert len(calls[inside]) == 2 and calls[inside][0] == calls[inside][1]
    taken = [value[:3] for nodes in calls.values() for node in nodes for value in node]
    assert [inside, 1, 0] in taken and [inside, 0, 0] not in taken
    half = len(ours.trainable_variables)
    assert ["iteration" in name for name in state] == [True, *[False] * 2 * half]
    assert all("momentum" in name for name in state[1 : half + 1])
    again = saving.load_model(tmp_path / "model.h5")
    for one, other in zip(again.optimizer.variables, ours.optimizer.variables, strict=True):
        np.testing.assert_array_equal(one.numpy(), other.numpy())


def test_an_optimizer_around_another(tmp_path):
    theirs = sequential(keras)
    theirs.compile(
        keras.optimizers.LossScaleOptimizer(keras.optimizers.Adam(0.01)),
        keras.losses.MeanSquaredError(),
    )
    theirs.train_on_batch(X, Y)
    path = tmp_path / "model.keras"
    theirs.save(path)
    ours = saving.load_model(path)
    for one, other in zip(ours.optimizer.variables, theirs.optimizer.variables, strict=True):
        np.testing.assert_allclose(one.numpy(), np.asarray(other.value), rtol=1e-5, atol=1e-7)
    ours.save(path)
    again = keras.saving.load_model(path)
    for one, other in zip(ours.optimizer.variables, again.optimizer.variables, strict=True):
        np.testing.assert_allclose(one.numpy(), np.asarray(other.value), rtol=1e-6, atol=1e-8)


def own_classes(k):
    """A custom layer and a custom model, the same in both libraries."""

    class Scale(k.layers.Layer):
        def __init__(self, start=1.0, **kwargs):
            super().__init__(**kwargs)
            self.start = start

        def build(self, input_shape):
            self.factor = self.add_weight(
                shape=(input_shape[-1],), initializer="ones", name="factor"
            )

        def call(self, inputs):
            return inputs * self.factor * self.start

        def get_config(self):
            return {**super().get_config(), "start": self.start}

    class Net(k.Model):
        def __init__(self, units, **kwargs):
            super().__init__(**kwargs)
            self.units = units
            self.out = k.layers.Dense(2)
            self.blocks = [k.layers.Dense(units, "relu"), k.layers.Dense(units)]
            self.again = Scale(2.0)

        def call(self, inputs):
            for block in self.blocks:
                inputs = block(inputs)
            return self.out(self.again(inputs))

        def get_config(self):
            return {"units": self.units, "name": self.name}

    return {"Scale": Scale, "Net": Net}


def test_classes_of_one_s_own(tmp_path):
    here, there = own_classes(brickwork), own_classes(keras)
    theirs = there["Net"](3)
    theirs.compile("adam", keras.losses.MeanSquaredError())
    theirs.fit(X, Y, verbose=0)
    path = tmp_path / "model.keras"
    theirs.save(path)
    ours = saving.load_model(path, custom_objects=here)
    np.testing.assert_allclose(outputs(ours), outputs(theirs), rtol=1e-5, atol=1e-6)
    ours.save(path)
    again = keras.saving.load_model(path, custom_objects=there)
    np.testing.assert_allclose(outputs(ours), outputs(again), rtol=1e-5, atol=1e-6)
    with pytest.raises(ArgumentError, match="Net"):
        saving.load_model(path)


def test_functions_of_one_s_own(tmp_path):
    def double(x):
        return 2.0 * x

    def distance(y_true, y_pred):
        return brickwork.ops.mean(brickwork.ops.abs(y_true - y_pred), axis=-1)

    model = brickwork.Sequential(
        [
            brickwork.layers.Dense(3, double, input_dim=4),
            brickwork.layers.Lambda(double),
            brickwork.layers.Dense(2),
        ]
    )
    model.compile("sgd", distance)
    for ending in (".keras", ".h5"):
        path = tmp_path / f"model{ending}"
        model.save(path)
        again = saving.load_model(path, {"double": double, "distance": distance})
        np.testing.assert_array_equal(outputs(again), outputs(model))
        assert again.evaluate(X, Y, verbose=0) == model.evaluate(X, Y, verbose=0)
        with pytest.raises(ArgumentError, match="double"):
            saving.load_model(path)


def test_only_what_is_requested(tmp_path):
    model = sequential(brickwork)
    model.compile("adam", "mse", metrics=["accuracy"])
    for ending in (".keras", ".h5"):
        path = tmp_path / f"model{ending}"
        model.save(path)
        assert saving.load_model(path, compile=False).optimizer is None
        assert saving.load_model(path).evaluate(X, Y, verbose=0) == model.evaluate(X, Y, verbose=0)
        model.save(path, include_optimizer=False)
        assert saving.load_model(path).optimizer is None
        assert getattr(keras.saving.load_model(path), "optimizer", None) is None


def test_json_goes_both_ways():
    for make in MODELS:
        ours = saving.model_from_json(make(keras).to_json())
        assert ours.output_shape == (None, 4 if make is nested else 2)
        theirs = keras.models.model_from_json(ours.to_json())
        theirs.set_weights(ours.get_weights())
        np.testing.assert_allclose(outputs(ours), outputs(theirs), rtol=1e-5, atol=1e-6)


def test_random_numbers_of_numpy_go_on_as_if_nothing_was_loaded(tmp_path):
    path = tmp_path / "model.keras"
    sequential(brickwork).save(path)
    np.random.seed(3)
    want = np.random.rand()
    np.random.seed(3)
    saving.load_model(path)
    assert np.random.rand() == want


def test_without_h5py_the_error_says_what_to_install(tmp_path):
    code = (
        "import sys; sys.modules['h5py'] = None\n"
        "import brickwork\n"
        "from brickwork.layers import Dense\n"
        "model = brickwork.Sequential([Dense(2, input_dim=3)])\n"
        f"model.save({str(tmp_path / 'model.keras')!r})"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert "pip install 'brickwork[keras]'" in done.stderr
    assert not (tmp_path / "model.keras").exists()


def test_a_script_without_a_guard_is_not_run_again(tmp_path):
    script = tmp_path / "script.py"
    script.write_text(
        "import brickwork\n"
        "print('once')\n"
        "model = brickwork.Sequential([brickwork.layers.Dense(2, input_dim=3)])\n"
        "model.save('model.keras')\n"
        "print(brickwork.saving.load_model('model.keras').output_shape)\n"
    )
    done = subprocess.run(
        [sys.executable, str(script)], capture_output=True, text=True, cwd=tmp_path
    )
    assert done.stdout.split("\n") == ["once", "(None, 2)", ""], done.stderr
