"""What symbols add to a functional model's loss and metrics; noise for a written number of rows."""

import copy

import keras
import numpy as np
import pytest
from keras_oracle import floatx

import brickwork
from brickwork import layers, ops, random
from brickwork.models import Functional, Model, clone_model

pytestmark = pytest.mark.filterwarnings("ignore::brickwork.dialects.DialectWarning")
RNG = np.random.default_rng(0)
X, Y = RNG.normal(size=(40, 3)), RNG.normal(size=(40, 2))


def with_a_layer(library, loss):
    """A model of a layer that adds to the loss, which is Keras 3's way."""

    class Added(library.layers.Layer):
        def call(self, x):
            self.add_loss(0.1 * library.ops.mean(library.ops.square(x)))
            return x

    x = library.Input((3,))
    h = Added()(library.layers.Dense(4, activation="tanh")(x))
    model = library.Model(x, library.layers.Dense(2)(h))
    model.compile("sgd", loss)
    return model


def with_symbols(dropout=0.0):
    """The model, and the symbol in its middle."""
    x = layers.Input((3,))
    h = layers.Dense(4, activation="tanh")(x)
    h = layers.Dropout(dropout)(h) if dropout else h
    return Model(x, layers.Dense(2)(h)), h


def adding(loss="mse"):
    model, h = with_symbols()
    model.add_loss(0.1 * ops.mean(ops.square(h)))
    model.compile("sgd", loss)
    return model


def speaking():
    """Its loss function speaks of a symbol of the model."""
    model, h = with_symbols()
    model.compile(
        "sgd", lambda y, p: ops.mean(ops.square(y - p), -1) + 0.1 * ops.mean(ops.square(h))
    )
    return model


def trained(model, start=None):
    if start is not None:
        model.set_weights(start)
    results = model.fit(
        X, Y, epochs=3, batch_size=16, shuffle=False, verbose=0, validation_data=(X[:9], Y[:9])
    ).history
    return results, [np.asarray(w) for w in model.weights]


@pytest.mark.parametrize("make", [adding, speaking])
def test_a_symbol_s_graph_is_part_of_the_training(make):
    with floatx("float64"):
        theirs = with_a_layer(keras, "mse")
        start = [np.asarray(w) for w in theirs.weights]
        results, weights = trained(theirs)
        own, ours = trained(make(), start)
    for name in ("loss", "val_loss"):
        np.testing.assert_allclose(own[name], results[name], rtol=1e-9)
    for a, b in zip(ours, weights, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-9)


def test_the_added_loss_may_be_all():
    with floatx("float64"):
        model, h = with_symbols()
        model.add_loss([ops.mean(h), ops.square(h)])  # added up, as Keras adds up what call adds
        model.compile("sgd")
        found = model.evaluate(X, verbose=0, batch_size=len(X))
        middle = Model(model.input, h).predict(X, verbose=0)
    np.testing.assert_allclose(found, middle.mean() + np.square(middle).sum(), rtol=1e-9)
    assert [type(layer).__name__ for layer in model.layers].count("AddLoss") == 2


@pytest.mark.parametrize(
    "again", [copy.deepcopy, clone_model, lambda model: Functional.from_config(model.get_config())]
)
def test_a_copy_adds_the_same(again):
    model = adding()
    model.add_metric(model.output, name="seen")
    same = again(model)
    same.add_loss(ops.sum(same.output) * 0.0)  # and may add more
    same.set_weights(model.get_weights())
    for one in (model, same):
        one.compile("sgd", "mse")
    np.testing.assert_allclose(
        same.evaluate(X, Y, verbose=0), model.evaluate(X, Y, verbose=0), rtol=1e-6
    )
    assert same.metrics_names == ["loss", "seen"] == model.metrics_names


def test_a_loss_speaks_of_what_the_model_computed():
    """Of the same dropout, not of another."""
    model, h = with_symbols(dropout=0.5)
    model.compile("sgd", lambda y, p: ops.mean(ops.abs(p - model.layers[-1](h)), -1))
    assert model.fit(X, Y, verbose=0).history["loss"] == [0.0]


def test_a_loss_that_speaks_of_another_model_s_symbols_is_refused():
    model, other = with_symbols()[0], layers.Input((3,), name="elsewhere")
    model.compile("sgd", lambda y, p: ops.mean(y - p, -1) + ops.mean(other))
    with pytest.raises(ValueError, match="elsewhere"):
        model.fit(X, Y, verbose=0)


def test_an_added_metric_is_a_mean_of_the_batches():
    model, h = with_symbols()
    model.add_metric(ops.max(h), name="peak")
    model.compile("sgd", "mse")
    results = model.evaluate(X, Y, batch_size=10, verbose=0, return_dict=True)
    middle = Model(model.input, h).predict(X, verbose=0)
    np.testing.assert_allclose(
        results["peak"], np.mean([m.max() for m in np.split(middle, 4)]), rtol=1e-6
    )
    model.predict(X, verbose=0)
    assert float(model.metrics[-1].count.numpy()) == 4  # a prediction adds nothing

    with pytest.raises(ValueError, match="expected a name"):
        model.add_metric(ops.max(h))


def test_a_layer_s_call_adds_a_metric():
    class Reporting(layers.Layer):
        def call(self, x):
            self.add_metric(ops.mean(x), name="inside")
            return x

    model = brickwork.Sequential([layers.Input((3,)), Reporting(), layers.Dense(2)])
    model.compile("sgd", "mse")
    results = model.evaluate(X, Y, batch_size=40, verbose=0, return_dict=True)
    np.testing.assert_allclose(results["inside"], X.mean(), rtol=1e-5)


def noisy(draw):
    x = layers.Input((3,))
    return Model(x, layers.Lambda(draw)(x))


def test_noise_for_a_number_of_rows_is_noise_for_each_row_of_the_batch():
    model = noisy(lambda x: x * 0 + 0.5 * random.normal((10, 3), stddev=2.0))
    found = model.predict(np.zeros((25, 3)), batch_size=10, verbose=0)
    assert len(np.unique(found)) == 75 and 0.7 < found.std() < 1.3
    same = noisy(lambda x: (noise := random.uniform((10, 3))) + x - noise)  # one draw, used twice
    np.testing.assert_allclose(same.predict(X, verbose=0), X, atol=1e-6)


def test_other_rows_than_the_batch_s_are_refused():
    fixed = np.ones((10, 3), "float32")
    for rows in (lambda x: x + fixed, lambda x: x + ops.cumsum(random.normal((10, 3)), axis=0)):
        with pytest.raises(ValueError, match="broadcast"):
            noisy(rows)


def test_noise_in_a_value_that_is_made_of_itself_again_and_again():
    """Each value is looked at once: a walk over every way to it would go 2^40 of them."""

    def doubled(x):
        noise = random.normal((10, 3))
        for _ in range(40):
            noise = (noise + noise) / 2
        return x + noise

    assert noisy(doubled).predict(X[:, :3], verbose=0).shape == (40, 3)
