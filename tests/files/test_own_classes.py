"""Models with custom parts, through every kind of file; what Keras saves of
them automatically is saved, and errors about what a file lacks say what to do."""

import errno

import keras
import numpy as np
import pytest

import brickwork
from brickwork import Input, Model, Sequential, layers, load_model, ops
from brickwork.errors import ArgumentError
from brickwork.layers import Dense
from brickwork.metrics import Metric
from brickwork.registry import UnknownName
from brickwork.saving import errors

KINDS = ("brick", "keras", "h5")
X = np.random.default_rng(3).normal(size=(20, 4)).astype("float32")


def rmse(y_true, y_pred):
    return ops.sqrt(ops.mean(ops.square(y_true - y_pred)))


class Largest(Metric):
    def __init__(self, name="largest"):
        super().__init__(name=name)
        self.most = self.add_weight(shape=(), initializer="zeros", name="most")

    def update_state(self, y_true, y_pred, sample_weight=None):
        self.most.assign(ops.maximum(self.most, ops.max(y_pred)))

    def result(self):
        return self.most

    def get_config(self):
        return {"name": self.name}


class Times(layers.Layer):
    """No get_config: its arguments are kept by themselves."""

    def __init__(self, factor, **kwargs):
        super().__init__(**kwargs)
        self.factor = factor

    def call(self, inputs):
        return inputs * self.factor


class Fixed(layers.Layer):
    """Not even a name may be given."""

    def __init__(self, factor=2):
        super().__init__()
        self.factor = factor

    def call(self, inputs):
        return inputs * self.factor


class Twice(layers.Dense):
    """More than the arguments of its base, one of them by another meaning."""

    def __init__(self, half, **kwargs):
        super().__init__(2 * half, **kwargs)


class Block(layers.Layer):
    """Layers inside of it, made when it is called first."""

    def __init__(self, sizes=(5, 3), **kwargs):
        super().__init__(**kwargs)
        self.parts = [Dense(size) for size in sizes]

    def call(self, inputs):
        for part in self.parts:
            inputs = part(inputs)
        return inputs


class Whole(Model):
    """A graph made in __init__."""

    def __init__(self, units=3):
        x = Input((4,))
        super().__init__(x, Dense(units)(x))


class Given(layers.Layer):
    def __init__(self, what):
        super().__init__()
        self.what = what

    def call(self, inputs):
        return inputs


OWN = {kind.__name__: kind for kind in (Times, Fixed, Twice, Block, Whole, Largest)} | {
    "rmse": rmse
}


def stacked(*above):
    return Sequential([Input((4,)), *above])


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "made",
    [
        lambda: stacked(Dense(3), Times(2.5, name="half")),
        lambda: stacked(Dense(3), Fixed(4)),
        lambda: stacked(Twice(3, kernel_initializer=brickwork.initializers.Constant(2.0))),
        lambda: stacked(Block([6, 2])),
        lambda: stacked(Block()),
        lambda: Whole(5),
    ],
)
def test_classes_without_get_config(made, kind, tmp_path):
    made()  # the first of a class that makes its graph is of another kind than the next
    model = made()
    model.save(tmp_path / f"m.{kind}")
    loaded = load_model(tmp_path / f"m.{kind}", custom_objects=OWN)
    assert type(loaded) is type(model)
    np.testing.assert_array_equal(loaded.predict(X), model.predict(X))


def test_arguments_as_keras_keeps_them():
    class Theirs(keras.layers.Layer):
        def __init__(self, factor, more=(1, 2), **kwargs):
            super().__init__(**kwargs)

    class Ours(layers.Layer):
        def __init__(self, factor, more=(1, 2), **kwargs):
            super().__init__(**kwargs)

    theirs = Theirs(np.float64(2.5), name="a", trainable=False).get_config()
    ours = Ours(np.float64(2.5), name="a", trainable=False).get_config()
    for name in ("factor", "more", "name", "trainable"):
        assert ours[name] == theirs[name]


@pytest.mark.parametrize("what", [object(), np.ones(3), rmse, Dense(2)])
def test_what_no_config_holds_is_refused_by_save(what, tmp_path):
    model = stacked(Given(what))
    with pytest.raises(NotImplementedError, match=r"as 'what', which a config cannot hold. Write"):
        model.save(tmp_path / "m.brick")
    assert not list(tmp_path.iterdir())


def test_weights_inside_are_made_with_the_model():
    assert len(stacked(Block()).weights) == 4


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("metrics", [[rmse], [Largest()], {"out": [rmse]}, ["mae", "acc"]])
def test_own_losses_and_metrics_go_on(metrics, kind, tmp_path):
    model = stacked(Dense(1, name="out"))
    model.compile("adam", rmse, metrics=metrics)
    wanted = model.evaluate(X, X[:, :1], verbose=0, return_dict=True)
    for _ in range(2):  # a loaded one can be saved again
        model.save(tmp_path / f"m.{kind}")
        model = load_model(tmp_path / f"m.{kind}", custom_objects=OWN)
        assert model.evaluate(X, X[:, :1], verbose=0, return_dict=True) == wanted


@pytest.mark.parametrize("kind", KINDS)
def test_names_that_a_file_needs(kind, tmp_path):
    model = stacked(Times(2.0), Dense(1))
    model.compile("adam", rmse)
    path = tmp_path / f"m.{kind}"
    model.save(path)
    with pytest.raises(UnknownName, match=r"'Times'.* custom_objects=\{'Times': \.\.\.\}"):
        load_model(path)
    with pytest.raises(UnknownName, match=r"'rmse'.*custom_objects=.*or load with compile=False"):
        load_model(path, custom_objects={"Times": Times})
    assert load_model(path, {"Times": Times}, compile=False).compiled is False
    with pytest.raises(ArgumentError, match=r"load_model.custom_objects: got .* expected a dict"):
        load_model(path, custom_objects=Times)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("begun", [False, True])
def test_a_model_on_a_model_without_an_input(begun, tmp_path):
    """The first layer is a model, which alone knows its shape; Keras reads the file too."""
    base = stacked(Dense(5, name="one"), Dense(3, name="two"))
    model = Sequential([*([Input((4,))] if begun else []), base, Dense(2)])
    wanted = model.predict(X)
    model.save(tmp_path / "m.h5")
    np.testing.assert_array_equal(load_model(tmp_path / "m.h5").predict(X), wanted)
    theirs = keras.saving.load_model(tmp_path / "m.h5", compile=False)
    np.testing.assert_allclose(theirs.predict(X, verbose=0), wanted, rtol=1e-5, atol=1e-6)


def test_what_errors_say_of_the_file(tmp_path, monkeypatch):
    model = stacked(Dense(1))
    with pytest.raises(ArgumentError, match=r"'model'.*: 'model\.brick'"):
        model.save("model")
    with pytest.raises(ArgumentError, match="TensorFlow's folders"):
        load_model(tmp_path)
    with pytest.raises(ArgumentError, match="model_from_json"):
        load_model("m.json")
    model.save(tmp_path / "m.h5")
    (tmp_path / "m.h5").rename(tmp_path / "m.keras")
    with pytest.raises(errors.NotAModelFile, match=r"HDF5 file.*Rename it to \.h5"):
        load_model(tmp_path / "m.keras")
    model.save(tmp_path / "m.h5")
    for begin, what in (
        (b"version https://git-lfs", "git lfs pull"),
        (b"<!DOCTYPE html>", "web"),
        ((64).to_bytes(8, "little") + b"{}", "another safetensors"),
        (b"", "empty"),
    ):
        (tmp_path / "m.h5").write_bytes(begin)
        with pytest.raises(errors.NotAModelFile, match=what):
            load_model(tmp_path / "m.h5")
    with pytest.raises(ArgumentError, match="not its name"):
        brickwork.models.model_from_json("m.json")
    model.save(tmp_path / "n.keras")
    with pytest.raises(ArgumentError, match="got a model without weights"):
        Sequential([Dense(1)]).load_weights(tmp_path / "n.keras")

    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("brickwork.saving.atomic.os.write", full)
    with pytest.raises(OSError, match=r"No space left.*unchanged: .*n\.brick") as caught:
        model.save(tmp_path / "n.brick")
    assert caught.value.errno == errno.ENOSPC


def test_a_scope_of_nothing():
    with brickwork.saving.custom_object_scope(None):
        assert brickwork.losses.get("mse") is brickwork.losses.mse


class Stack(Model):
    """Layers made in the constructor, and nothing that says their shapes but a call."""

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.first, self.second = Dense(3), Dense(1)

    def call(self, inputs):
        return self.second(self.first(inputs))

    def get_config(self):
        return {"name": self.name}


@pytest.mark.parametrize("kind", ["brick", "keras"])
def test_a_subclass_is_built_for_the_shape_of_its_file(kind, tmp_path):
    model = Stack()
    wanted = model(X)
    model.save(tmp_path / f"m.{kind}")
    again = load_model(tmp_path / f"m.{kind}", custom_objects={"Stack": Stack})
    np.testing.assert_array_equal(again(X), wanted)


@pytest.mark.parametrize("end", ["h5", "weights.h5"])
def test_weights_for_a_subclass_that_has_none_yet(end, tmp_path):
    class Built(Stack):
        """It says that it is built, before its layers are."""

        def build(self, shape):
            self.built = True

    model = Stack()
    wanted = model(X)
    path = tmp_path / f"m.{end}"
    model.save_weights(path)
    other = Built()
    other.build(X.shape)
    with pytest.raises(ValueError, match="has not made its weights yet"):
        other.load_weights(path)
    other(X)
    other.load_weights(path)
    np.testing.assert_array_equal(other(X), wanted)
