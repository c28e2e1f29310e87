"""Custom objects by name, and any object as a config."""

import json

import keras
import numpy as np
import pytest

from brickwork import (
    activations,
    constraints,
    initializers,
    layers,
    losses,
    metrics,
    models,
    ops,
    optimizers,
    regularizers,
    saving,
    utils,
)
from brickwork.custom_objects import get_custom_objects

X = np.random.default_rng(0).normal(size=(4, 3)).astype("float32")


@pytest.fixture(autouse=True)
def as_before():
    before = dict(get_custom_objects())
    yield
    get_custom_objects().clear()
    get_custom_objects().update(before)


def double(x):
    return 2 * x


class Doubled(layers.Dense):
    def call(self, inputs):
        return 2 * super().call(inputs)


def error(y_true, y_pred):
    return ops.mean(ops.abs(y_true - y_pred), axis=-1)


def test_names_are_keras_s():
    for register in (saving.register_keras_serializable, keras.saving.register_keras_serializable):
        module = saving if register is saving.register_keras_serializable else keras.saving

        @register()
        class Mine:
            def get_config(self):
                return {}

        @register("shop", name="f")
        def function():
            pass

        assert module.get_registered_name(Mine) == "Custom>Mine"
        assert module.get_registered_name(function) == "shop>f"
        assert module.get_registered_name(int) == "int"
        assert module.get_registered_object("shop>f") is function
        assert module.get_registered_object("f") is None
        assert module.get_registered_object("f", {"f": 1}, {"f": 2}) == 1
        assert module.get_custom_objects()["Custom>Mine"] is Mine
        with pytest.raises(ValueError, match="get_config"):
            register()(type("Bare", (), {}))


@pytest.mark.parametrize("how", ["argument", "scope", "registered", "put in"])
def test_every_catalogue_finds_them(how):
    known = {"double": double, "Doubled": Doubled, "error": error}

    def look(custom=None):
        assert activations.get("double", custom) is double
        assert losses.get("error", custom) is error and metrics.get("error", custom) is not None
        assert initializers.registry.get("double", custom) is double
        made = layers.deserialize(
            {
                "class_name": "Doubled",
                "config": {"units": 2, "activation": "linear" if custom else "double"},
            },
            custom,
        )
        assert type(made) is Doubled

    if how == "argument":
        look(known)
    elif how == "scope":
        with saving.custom_object_scope({"double": None}), saving.CustomObjectScope(known):
            look()
    else:
        for name, item in known.items():
            if how == "registered":
                saving.register_keras_serializable("shop")(item)
            else:
                get_custom_objects()[name] = item
        look()
    if how == "scope":
        with pytest.raises(ValueError, match="got 'double'"):
            activations.get("double")


def test_what_is_ours_goes_before_a_registered_namesake():
    @saving.register_keras_serializable("shop")
    class Dense(layers.Dense):
        pass

    config = {"units": 2}
    assert type(layers.deserialize({"class_name": "Dense", "config": config})) is layers.Dense
    assert type(layers.deserialize({"class_name": "shop>Dense", "config": config})) is Dense
    with pytest.raises(ValueError, match="got 'other>Dense'"):
        layers.deserialize({"class_name": "other>Dense", "config": config})
    with saving.custom_object_scope({"Dense": Dense}):
        assert type(layers.deserialize({"class_name": "Dense", "config": config})) is Dense


@pytest.mark.parametrize("graph", [False, True])
def test_a_model_of_registered_things_is_made_again(graph):
    saving.register_keras_serializable("shop")(Doubled)
    saving.register_keras_serializable("shop")(double)
    if graph:
        x = layers.Input((3,))
        model = models.Model(x, Doubled(2, activation=double)(x))
    else:
        model = models.Sequential([Doubled(2, activation=double, input_shape=(3,))])
    for config in (
        saving.serialize_keras_object(model),
        {"class_name": type(model).__name__, "config": model.get_config()},
    ):
        again = utils.deserialize_keras_object(json.loads(json.dumps(config)))
        assert type(again.layers[-1]) is Doubled and again.layers[-1].activation is double
        again.set_weights(model.get_weights())
        np.testing.assert_array_equal(again(X), model(X))


@pytest.mark.parametrize(
    "item",
    [
        layers.Dense(2, activation="relu"),
        losses.MeanSquaredError(),
        metrics.MeanSquaredError(),
        optimizers.Adam(0.5),
        optimizers.schedules.ExponentialDecay(0.1, 5, 0.5),
        initializers.Constant(3.0),
        regularizers.L2(0.1),
        constraints.MaxNorm(2.0),
        activations.relu,
        5,
        "relu",
        None,
        [1, (regularizers.L1(0.5), {"a": 2.0})],
    ],
    ids=lambda item: type(item).__name__,
)
def test_any_object_goes_and_comes_back(item):
    config = saving.serialize_keras_object(item)
    again = saving.deserialize_keras_object(config)
    assert saving.serialize_keras_object(again) == config and type(again) is type(item)
    if hasattr(item, "get_config"):
        assert config["module"] == "keras." + type(item).__module__.split(".")[1] + (
            ".schedules" if "Decay" in config["class_name"] else ""
        )


@pytest.mark.parametrize(
    "make",
    [
        lambda k: k.layers.Dense(2, activation="relu"),
        lambda k: k.losses.MeanSquaredError(),
        lambda k: k.metrics.MeanSquaredError(),
        lambda k: k.initializers.Constant(3.0),
        lambda k: k.regularizers.L2(0.1),
        lambda k: k.activations.relu,
        lambda k: k.Sequential([k.layers.Input((3,)), k.layers.Dense(2)]),
    ],
)
def test_keras_s_own_configs_are_read(make):
    import brickwork

    ours = saving.deserialize_keras_object(keras.saving.serialize_keras_object(make(keras)))
    assert type(ours) is type(make(brickwork))


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (
            lambda: saving.deserialize_keras_object({"class_name": "Nothing", "config": {}}),
            "got 'Nothing', an unknown name",
        ),
        (lambda: saving.deserialize_keras_object({}, safe_mode=False), "never runs code"),
        (lambda: saving.deserialize_keras_object({}, custom=1), r"unknown arguments \['custom'\]"),
    ],
)
def test_what_is_refused(call, words):
    with pytest.raises(ValueError, match=words):
        call()
