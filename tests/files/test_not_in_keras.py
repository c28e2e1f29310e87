"""Files for Keras of models with what Keras lacks: a warning says so, and brickwork reads them."""

from __future__ import annotations

import json
import zipfile
from functools import partial

import numpy as np
import pytest

import brickwork
from brickwork import Input, Sequential, load_model, ops
from brickwork.data.notices import forget_warnings
from brickwork.layers import Dense
from brickwork.losses.loss import Function
from brickwork.saving import deserialize_keras_object, serialize_keras_object

X = np.random.default_rng(0).normal(size=(6, 2)).astype("float32")


class Twice(Dense):
    def call(self, inputs):
        return 2.0 * super().call(inputs)


class Thirds(brickwork.initializers.Initializer):
    def __call__(self, shape, dtype=None):
        return np.full(shape, 1 / 3, dtype or "float32")


class Slow(brickwork.optimizers.SGD):
    pass


def wavy(x):
    return x + ops.sin(x)


def absolute(y_true, y_pred):
    return ops.mean(ops.abs(y_true - y_pred), axis=-1)


absolute.labels = "values"


class Absolute(Function):
    function = staticmethod(absolute)
    name = "absolute"


#: What stands for something of the package's own that Keras lacks, and the package it would be in.
NEW = {
    "layers": [Twice],
    "initializers": [Thirds],
    "optimizers": [Slow],
    "activations": [wavy],
    "losses": [absolute, Absolute],
}


@pytest.fixture(autouse=True)
def registered(monkeypatch):
    """For the time of a test."""
    from brickwork import registry

    monkeypatch.setattr(registry, "_NOT_IN_KERAS", set(registry._NOT_IN_KERAS))
    for package, items in NEW.items():
        known = getattr(brickwork, package).registry
        known.items()  # imports what registers itself: done in the test, it would be undone with it
        monkeypatch.setattr(known, "_entries", dict(known._entries))
        for item in items:
            monkeypatch.setattr(item, "__module__", f"brickwork.{package}.new")
            known.add(item, in_keras=False)
    forget_warnings()


def model_with(loss) -> Sequential:
    model = Sequential(
        [Input((2,)), Twice(3, activation="wavy", kernel_initializer=Thirds()), Dense(1)]
    )
    model.compile(Slow(0.1), loss=loss)
    model.fit(X, X[:, :1], verbose=0)
    return model


@pytest.mark.parametrize("loss", ["absolute", Absolute, absolute])
@pytest.mark.parametrize("end", ["keras", "h5"])
def test_what_keras_lacks_is_said_once_and_read_back(end, loss, tmp_path):
    model = model_with(loss() if isinstance(loss, type) else loss)
    with pytest.warns(UserWarning, match="Keras has no") as said:
        model.save(tmp_path / f"model.{end}")
    told = [str(one.message).split(":")[1].split()[-1].lower() for one in said]
    assert sorted(set(told)) == ["absolute", "slow", "thirds", "twice", "wavy"]
    model.save(tmp_path / f"model.{end}")  # without another word
    again = load_model(tmp_path / f"model.{end}")
    layer = again.layers[0]
    assert type(layer) is Twice and type(layer.kernel_initializer) is Thirds
    assert layer.activation is wavy and type(again.optimizer) is Slow
    np.testing.assert_array_equal(again.predict(X, verbose=0), model.predict(X, verbose=0))
    assert again.evaluate(X, X[:, :1], verbose=0) == model.evaluate(X, X[:, :1], verbose=0)


def test_it_is_named_as_ours(tmp_path):
    with pytest.warns(UserWarning, match="Keras has no .*: brickwork reads this file"):
        model_with(Absolute()).save(tmp_path / "model.keras")
    config = json.loads(zipfile.ZipFile(tmp_path / "model.keras").read("config.json"))
    layer = config["config"]["layers"][1]
    assert (layer["module"], layer["registered_name"]) == ("brickwork.layers", "brickwork>Twice")
    inner = layer["config"]["kernel_initializer"]
    assert (inner["module"], inner["registered_name"]) == (
        "brickwork.initializers",
        "brickwork>Thirds",
    )
    assert config["compile_config"]["loss"]["registered_name"] == "brickwork>Absolute"
    assert config["compile_config"]["optimizer"]["registered_name"] == "brickwork>Slow"
    assert config["config"]["layers"][2]["registered_name"] is None


def test_a_config_alone_is_named_as_ours():
    config = serialize_keras_object(Thirds())
    assert (config["module"], config["registered_name"]) == (
        "brickwork.initializers",
        "brickwork>Thirds",
    )
    assert type(deserialize_keras_object(config)) is Thirds


@pytest.mark.parametrize("end", ["brick", "keras", "h5"])
@pytest.mark.parametrize("function", [lambda x: 2 * x, partial(ops.leaky_relu, negative_slope=0.5)])
def test_a_function_without_a_name_is_said(end, function, tmp_path):
    model = Sequential([Input((2,)), Dense(1, activation=function, name="last")])
    name = "partial" if isinstance(function, partial) else "<lambda>"
    with pytest.warns(UserWarning, match=f"last.activation: got a .*custom_objects={{'{name}'"):
        model.save(tmp_path / f"model.{end}")
    again = load_model(tmp_path / f"model.{end}", custom_objects={name: function})
    np.testing.assert_array_equal(again.predict(X, verbose=0), model.predict(X, verbose=0))


def test_so_is_one_that_a_model_is_compiled_with(tmp_path):
    model = Sequential([Input((2,)), Dense(1)])
    model.compile("sgd", lambda y, p: absolute(y, p), metrics=[lambda y, p: absolute(y, p)])
    with pytest.warns(UserWarning) as said:
        model.save(tmp_path / "model.brick")
    assert [str(one.message).split(": ")[1] for one in said] == ["compile.loss", "compile.metrics"]
