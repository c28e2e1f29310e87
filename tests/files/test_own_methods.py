"""What layers, models and optimizers of the user's own say about their state is what Keras's files
hold: ``save_own_variables`` and its three kin, in both libraries and from one to the other."""

import io
import json
import zipfile

import h5py
import keras
import numpy as np
import pytest

import brickwork
from brickwork.data import DataWarning
from brickwork.errors import ArgumentError
from brickwork.saving.errors import MismatchedFile

pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")
X = np.random.default_rng(5).normal(size=(8, 3)).astype("float32")
BOTH = pytest.mark.parametrize("writer", [brickwork, keras], ids=["ours", "Keras's"])


def parts(lib):
    """The same classes of one's own, in one of the libraries."""

    class Own(lib.layers.Layer):
        def __init__(self, units, **kwargs):
            super().__init__(**kwargs)
            self.units = units

        def get_config(self):
            return {**super().get_config(), "units": self.units}

        def create(self, features):
            self.features = features
            self.w = self.add_weight((features, self.units), "ones", name="w")
            self.unsaved = self.add_weight((2,), lib.initializers.Constant(3.0), name="u")
            self.inner = lib.layers.Dense(2)
            self.inner.build((None, self.units))

        def build(self, shape):
            self.create(shape[-1])
            self.built = True

        def call(self, x):
            return self.inner(lib.ops.matmul(x, self.w))

        def get_build_config(self):
            return {"features": self.features, "nest": (1, (2, None))}

        def build_from_config(self, config):
            self.config = config
            self.create(config["features"])

        def save_own_variables(self, store):
            store["kernel/part"] = self.w
            store["numbers"] = np.array([3, 1, 2], "int64")
            store["flag"] = True

        def load_own_variables(self, store):
            self.names = sorted(store.keys())
            self.numbers, self.flag = store["numbers"], store["flag"]
            self.w.assign(store["kernel/part"])

    class OwnSGD(lib.optimizers.SGD):
        mine = None

        def save_own_variables(self, store):
            super().save_own_variables(store)
            store["mine"] = np.arange(3.0)

        def load_own_variables(self, store):
            self.mine = store["mine"]
            super().load_own_variables({k: store[k] for k in store.keys() if k != "mine"})

    return {"Own": Own, "OwnSGD": OwnSGD}


def trained(lib, own):
    model = lib.Sequential([lib.Input((3,)), own["Own"](4), lib.layers.Dense(1)])
    model.compile(own["OwnSGD"](0.1, momentum=0.9), "mse")
    model.fit(X, X[:, :1], verbose=0)
    return model


def predicted(model):
    return np.asarray(model.predict(X, verbose=0))


@BOTH
@pytest.mark.parametrize("reader", [brickwork, keras], ids=["here", "in Keras"])
def test_a_model_file_is_what_the_methods_say(writer, reader, tmp_path):
    path, ours = tmp_path / "m.keras", trained(writer, parts(writer))
    ours.save(path)
    theirs = reader.saving.load_model(path, custom_objects=parts(reader))
    layer = theirs.layers[0]
    np.testing.assert_allclose(predicted(theirs), predicted(ours), rtol=1e-6, atol=1e-6)
    assert layer.config == {"features": 3, "nest": [1, [2, None]]}
    assert layer.numbers.tolist() == [3, 1, 2] and layer.numbers.dtype == "int64" and layer.flag
    assert np.asarray(layer.unsaved).tolist() == [3.0, 3.0]  # as its initializer made it
    assert theirs.optimizer.mine.tolist() == [0, 1, 2]
    assert int(theirs.optimizer.iterations) == 1
    with zipfile.ZipFile(path) as archive:
        entry = json.loads(archive.read("config.json"))["config"]["layers"][1]
        weights = h5py.File(io.BytesIO(archive.read("model.weights.h5")))
        assert entry["build_config"] == {"features": 3, "nest": [1, [2, None]]}
        assert set(weights["layers/own/vars"]) == {"kernel", "numbers", "flag"}


@BOTH
def test_a_file_of_weights_is_what_the_methods_say(writer, tmp_path):
    path, first = tmp_path / "m.weights.h5", trained(writer, parts(writer))
    first.save_weights(path)
    second = trained(brickwork, parts(brickwork))
    second.load_weights(path)
    np.testing.assert_allclose(predicted(second), predicted(first), rtol=1e-6, atol=1e-6)
    assert second.optimizer.mine.tolist() == [0, 1, 2]


def test_an_optimizer_that_is_not_built_is_built_for_its_state(tmp_path):
    path, own = tmp_path / "m.weights.h5", parts(brickwork)
    trained(brickwork, own).save_weights(path)
    model = brickwork.Sequential([brickwork.Input((3,)), own["Own"](4), brickwork.layers.Dense(1)])
    model.compile(own["OwnSGD"](0.1, momentum=0.9), "mse")
    model.load_weights(path)
    assert int(model.optimizer.iterations.numpy()) == 1


def failing(error, owner="Own"):
    own = parts(brickwork)

    def load_own_variables(self, store):
        (self.w if owner == "Own" else self.variables[1]).assign(store["kernel/part"] * 0)
        raise error

    own[owner].load_own_variables = load_own_variables
    return own


def test_an_error_in_ones_own_method_leaves_every_weight(tmp_path):
    path = tmp_path / "m.weights.h5"
    trained(brickwork, parts(brickwork)).save_weights(path)
    model = trained(brickwork, failing(KeyError("bias")))
    before = [v.numpy() for v in model.variables]
    with pytest.raises(MismatchedFile, match=r"own.*KeyError: 'bias'.*holds 'flag', 'kernel/part'"):
        model.load_weights(path)
    for v, value in zip(model.variables, before, strict=True):
        assert np.array_equal(v.numpy(), value)
    with pytest.warns(UserWarning, match="KeyError: 'bias'; this layer"):
        model.load_weights(path, skip_mismatch=True)


def test_what_does_not_fit_leaves_what_ones_own_method_has_set(tmp_path):
    path, own = tmp_path / "m.weights.h5", parts(brickwork)
    trained(brickwork, own).save_weights(path)
    model = brickwork.Sequential([brickwork.Input((3,)), own["Own"](4), brickwork.layers.Dense(5)])
    with pytest.raises(MismatchedFile):
        model.load_weights(path)
    assert (model.layers[0].w.numpy() == 1).all()


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("text", "abc", "text: got 'abc'.*numbers"),
        ("a//b", 1.0, "got the name 'a//b'"),
        ("../b", 1.0, "got the name"),
        (3, 1.0, "got the name 3"),
    ],
)
def test_a_store_takes_named_arrays_of_numbers(name, value, says, tmp_path):
    class Bad(brickwork.layers.Layer):
        def call(self, x):
            return x

        def save_own_variables(self, store):
            store[name] = value

    model = brickwork.Sequential([brickwork.Input((3,)), Bad(name="bad")])
    with pytest.raises(ArgumentError, match=f"bad.save_own_variables.*{says}"):
        model.save_weights(tmp_path / "m.weights.h5")


@BOTH
def test_a_model_of_ones_own_is_asked_as_well(writer, tmp_path):
    def kinds(lib):
        class Net(lib.Model):
            def __init__(self, **kwargs):
                super().__init__(**kwargs)
                self.parts = []

            def grow(self, number):
                self.parts = [lib.layers.Dense(2, name=f"part_{i}") for i in range(number)]

            def call(self, x):
                for part in self.parts:
                    x = part(x)
                return x

            def get_config(self):
                return {"name": self.name}

            def get_build_config(self):
                return {"number": len(self.parts)}

            def build_from_config(self, config):
                self.grow(config["number"])
                self(np.zeros((1, 2), "float32"))

            def save_own_variables(self, store):
                store["number"] = np.array(len(self.parts))

            def load_own_variables(self, store):
                self.loaded = int(store["number"])

        return {"Net": Net}

    model = kinds(writer)["Net"]()
    model.grow(3)
    model(X[:, :2])
    model.save(tmp_path / "m.keras")
    found = brickwork.saving.load_model(tmp_path / "m.keras", custom_objects=kinds(brickwork))
    assert found.loaded == 3
    np.testing.assert_allclose(
        found.predict(X[:, :2], verbose=0), model(X[:, :2]), rtol=1e-6, atol=1e-6
    )


@BOTH
def test_a_layer_inside_of_a_config_is_built_as_it_was(writer, tmp_path):
    def kinds(lib):
        class Holder(lib.layers.Layer):
            """Its call says nothing of what the inner layer is built for."""

            def __init__(self, inner, **kwargs):
                super().__init__(**kwargs)
                self.inner = inner

            def call(self, x):
                return x * lib.ops.sum(self.inner.kernel)

            def get_config(self):
                inner = lib.saving.serialize_keras_object(self.inner)
                return {**super().get_config(), "inner": inner}

            @classmethod
            def from_config(cls, config):
                inner = lib.saving.deserialize_keras_object(config.pop("inner"))
                return cls(inner, **config)

        return {"Holder": Holder}

    inner = writer.layers.Dense(2)
    inner.build((None, 5))
    model = writer.Sequential([writer.Input((3,)), kinds(writer)["Holder"](inner)])
    model.save(tmp_path / "m.keras")
    found = brickwork.saving.load_model(tmp_path / "m.keras", custom_objects=kinds(brickwork))
    np.testing.assert_allclose(predicted(found), predicted(model), atol=1e-5)


def test_the_state_of_a_layer_with_lora_is_merged_as_in_keras():
    stores = []
    for lib in (keras, brickwork):
        layer, store = lib.layers.Dense(2), {}
        layer.build((None, 3))
        layer.set_weights([X[:3, :2], X[0, :2]])
        layer.enable_lora(2)
        layer.lora_kernel_a.assign(X[3:6, :2])
        layer.lora_kernel_b.assign(X[6:8, :2])
        layer.save_own_variables(store)
        stores.append({name: np.asarray(array) for name, array in store.items()})
        layer.load_own_variables(store)
        np.testing.assert_allclose(np.asarray(layer.kernel), store["0"], rtol=1e-6, atol=1e-6)
    theirs, ours = stores
    assert ours.keys() == theirs.keys()
    for name, array in theirs.items():
        np.testing.assert_allclose(ours[name], array, rtol=1e-6, atol=1e-6)


def test_a_brick_file_warns_of_what_it_does_not_hold(tmp_path):
    model = trained(brickwork, parts(brickwork))
    with pytest.warns(DataWarning, match="own_variables of its own, which is not called") as said:
        model.save(tmp_path / "m.brick")
    assert [str(w.message).split()[1] for w in said] == ["Own", "OwnSGD"]


def test_a_config_builds_no_more_than_a_model_may_have():
    entry = brickwork.saving.serialize_keras_object(brickwork.layers.Dense(2**16))
    entry["build_config"] = {"input_shape": [None, 2**16]}
    with pytest.raises(ValueError, match="parameters in all"):
        brickwork.saving.deserialize_keras_object(entry)


@pytest.mark.parametrize("dtype", ["bfloat16", "float16"])
@pytest.mark.parametrize("file", ["m.weights.h5", "m.keras"])
def test_a_store_takes_half_precision(dtype, file, tmp_path):
    class Scale(brickwork.layers.Layer):
        def build(self, shape):
            self.scale = self.add_weight(shape[-1:], dtype=dtype)

        def call(self, x):
            return x * self.scale

        def save_own_variables(self, store):
            store["scale"] = self.scale.numpy()

        def load_own_variables(self, store):
            self.scale.assign(store["scale"])

    def build():
        return brickwork.Sequential([brickwork.Input((3,)), Scale(name="scale")])

    model, other = build(), build()
    if file.endswith(".keras"):
        model.save(tmp_path / file)
        other = brickwork.saving.load_model(tmp_path / file, custom_objects={"Scale": Scale})
    else:
        model.save_weights(tmp_path / file)
        other.load_weights(tmp_path / file)
    np.testing.assert_array_equal(model.get_weights()[0], other.get_weights()[0])
