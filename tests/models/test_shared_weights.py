"""Models that share layers, trained in turns: against Keras, which keeps each weight by itself."""

import copy
import pickle

import keras
import numpy as np
import pytest
from keras_oracle import floatx

import brickwork

RNG = np.random.default_rng(3)
X, Y = RNG.normal(size=(24, 3)), RNG.normal(size=(24, 1))


def whole_and(library, what: str):
    """A model, and another one of some of its layers: all, the upper, or the lower ones."""
    x = library.Input((3,))
    low, high = library.layers.Dense(4, activation="tanh"), library.layers.Dense(1)
    middle = low(x)
    whole = library.Model(x, high(middle))
    if what == "all":
        return whole, library.Model(x, high(middle))
    if what == "lower":
        return whole, library.Model(x, library.layers.Dense(1)(middle))
    return whole, library.Model(x, high(library.layers.Dense(4)(x)))


def in_turns(one, two, fit):
    for model in (one, two):
        model.compile("adam", "mse")
    for model in (one, two, one, one, two, one):
        model.fit(X, Y, **fit)
        model.evaluate(X, Y, verbose=0)


def within(library):
    """The second model is trained by a callback of the first."""

    class Other(library.callbacks.Callback):
        def on_epoch_end(self, epoch, logs=None):
            self.other.fit(X, Y, batch_size=8, shuffle=False, verbose=0)

    def train(one, two, fit):
        two.compile("adam", "mse")
        one.compile("sgd", "mse")
        callback = Other()
        callback.other = two
        one.fit(X, Y, **{**fit, "epochs": 4}, callbacks=[callback])

    return train


@pytest.mark.parametrize("how", ["in turns", "within"])
@pytest.mark.parametrize("what", ["all", "upper", "lower"])
def test_models_that_share_layers_train_as_in_keras(what, how):
    found, start = [], None
    with floatx("float64"):
        for library in (keras, brickwork):
            models = whole_and(library, what)
            if start is None:
                start = [[np.asarray(w) for w in model.weights] for model in models]
            for model, weights in zip(models, start, strict=True):
                model.set_weights(weights)
            train = in_turns if how == "in turns" else within(library)
            train(*models, dict(batch_size=8, shuffle=False, verbose=0, epochs=2))
            found.append([np.asarray(w) for model in models for w in model.weights])
    for theirs, ours in zip(*found, strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-9, atol=1e-12)


@pytest.fixture(scope="module")
def twice():
    """A trained Sequential of which a layer comes twice."""
    again = brickwork.layers.Dense(3, activation="tanh")
    model = brickwork.Sequential(
        [brickwork.Input((3,)), again, brickwork.layers.ReLU(), again, brickwork.layers.Dense(1)]
    )
    model.compile("adam", "mse")
    model.fit(X, Y, verbose=0)
    return model


def filed(model, path):
    model.save(path)
    return brickwork.load_model(path)


@pytest.mark.parametrize(
    "copied",
    [
        lambda m, folder: pickle.loads(pickle.dumps(m)),
        lambda m, folder: copy.deepcopy(m),
        lambda m, folder: brickwork.Sequential.from_config(m.get_config()),
        lambda m, folder: brickwork.models.clone_model(m),
        lambda m, folder: brickwork.models.model_from_json(m.to_json()),
        *(
            lambda m, folder, end=end: filed(m, folder / f"m.{end}")
            for end in ("brick", "keras", "h5")
        ),
    ],
    ids=["pickle", "deepcopy", "config", "clone", "json", "brick", "keras", "h5"],
)
def test_a_layer_that_comes_twice_is_one_in_every_copy(twice, copied, tmp_path):
    other = copied(twice, tmp_path)
    assert other.layers[0] is other.layers[2] and len(other.weights) == len(twice.weights) == 4
    other.set_weights(twice.get_weights())
    assert other.layers[0] is not twice.layers[0]
    np.testing.assert_array_equal(other.predict(X, verbose=0), twice.predict(X, verbose=0))


def test_layers_of_one_name_that_differ_are_refused():
    config = {
        "name": "m",
        "layers": [
            brickwork.layers.serialize(brickwork.layers.Dense(units, name="a")) for units in (3, 4)
        ],
    }
    with pytest.raises(ValueError, match="second layer named 'a'"):
        brickwork.Sequential.from_config(config)


def test_a_layer_that_comes_twice_is_taken_off_once(twice):
    model = brickwork.Sequential(twice.layers[:3])
    assert model.pop() is model.layers[0]
    assert [layer.name for layer in model.layers] == [layer.name for layer in twice.layers[:2]]
    model.layers[0].activation = brickwork.activations.relu  # is still noticed
    assert model.predict(-np.ones((1, 3)), verbose=0).min() >= 0


class Counted(brickwork.layers.Dense):
    """Counts how often it is made from a config."""

    made = 0

    @classmethod
    def from_config(cls, config):
        Counted.made += 1
        return cls(**config)


class Renamed(Counted):
    """Is called otherwise than its config says."""

    @classmethod
    def from_config(cls, config):
        return super().from_config({**config, "name": "renamed"})


@pytest.mark.parametrize(("kind", "times"), [(Counted, 1), (Renamed, 3)])
def test_a_layer_that_occurs_often_in_a_config_is_one(kind, times):
    layer = kind(3, name="often")
    model = brickwork.Sequential([brickwork.Input((3,)), layer, layer, layer])
    Counted.made, kinds = 0, {kind.__name__: kind}
    again = brickwork.Sequential.from_config(model.get_config(), kinds)
    assert len(set(map(id, again.layers))) == 1 and len(again.weights) == 2
    assert Counted.made == times  # of another name than in the config, it is known when it is made
    config = model.get_config()
    config["layers"][2]["config"]["units"] = 4
    with pytest.raises(ValueError, match="a second layer named"):
        brickwork.Sequential.from_config(config, kinds)
