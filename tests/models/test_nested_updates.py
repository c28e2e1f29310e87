"""Layers that change weights by themselves (`BatchNormalization` and its like), in every kind of
nest, beside Keras: each call updates them once, frozen ones not at all."""

import keras_oracle
import numpy as np
import pytest
from samples import LONG

import brickwork

keras = keras_oracle.keras
keras_oracle.jax.config.update("jax_disable_most_optimizations", True)
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")

X = np.random.default_rng(0).normal(1, 2, size=(12, 4)).astype("float32")
ROWS = np.random.default_rng(1).normal(1, 2, size=(12, 3, 4)).astype("float32")


def norm(lib, **kwargs):
    return lib.layers.BatchNormalization(momentum=0.7, **kwargs)


def counting(lib):
    """A layer that counts its training calls, as its sum of means."""

    class Counting(lib.layers.Layer):
        def build(self, shape):
            self.seen = self.add_weight(shape=(), initializer="zeros", trainable=False, name="seen")
            super().build(shape)

        def call(self, x, training=False):
            if training:
                self.seen.assign(self.seen + lib.ops.mean(x) + 1)
            return x * 1.0

    return Counting()


def block(lib, *held):
    """A layer of the user's own that holds layers as `held` says."""

    class Block(lib.layers.Layer):
        def __init__(self):
            super().__init__()
            self.first = lib.layers.Dense(4)
            if held == ("list",):
                self.inside = [norm(lib), lib.layers.Dense(4), norm(lib)]
            elif held == ("dict",):
                self.inside = {"a": norm(lib), "b": lib.layers.Dense(4), "c": norm(lib)}
            elif held == ("lists",):
                self.inside = [[norm(lib), lib.layers.Dense(4)], [norm(lib)]]
            elif held == ("model",):
                self.inside = lib.Sequential([norm(lib), lib.layers.Dense(4), norm(lib)])
            else:
                self.inside = norm(lib)

        def call(self, x, training=False):
            x = self.first(x)
            if held == ("passed",):
                return self.inside(x, training=training)
            if held == ("dict",):
                layers = self.inside.values()
            elif held == ("lists",):
                layers = [one for part in self.inside for one in part]
            else:
                layers = self.inside if held == ("list",) else [self.inside]
            for layer in layers:
                x = layer(x)
            return x

    return Block()


def subclass(lib, *layers):
    class Net(lib.Model):
        def __init__(self):
            super().__init__()
            self.parts = list(layers)
            self.last = lib.layers.Dense(1)

        def call(self, x, training=False):  # Keras 3 does not pass the mode on by itself
            for part in self.parts:
                x = part(x, training=training)
            return self.last(x)

    return Net()


def functional(lib, *layers, shape=(4,)):
    x = first = lib.Input(shape)
    for layer in layers:
        x = layer(x)
    return lib.Model(first, x)


def twice(lib, layer):
    """A layer that is called on two inputs."""
    x = lib.Input((4,))
    both = lib.layers.add([layer(x), layer(lib.layers.Dense(4)(x))])
    return lib.Model(x, lib.layers.Dense(1)(both))


def sequential(lib, *layers):
    return lib.Sequential([lib.Input((4,)), *layers])


#: Each returns a model, and the part that is frozen later.
NESTS = {
    "alone": lambda lib: (m := sequential(lib, norm(lib), lib.layers.Dense(1)), m.layers[0]),
    "Sequential in Functional": lambda lib: (
        inner := sequential(lib, lib.layers.Dense(4), norm(lib)),
        functional(lib, inner, lib.layers.Dense(1)),
    )[::-1],
    "Functional in Sequential": lambda lib: (
        inner := functional(lib, norm(lib), lib.layers.Dense(3), norm(lib)),
        sequential(lib, inner, lib.layers.Dense(1)),
    )[::-1],
    "Sequential in Functional in a subclass": lambda lib: (
        inner := functional(lib, sequential(lib, lib.layers.Dense(4), norm(lib)), norm(lib)),
        subclass(lib, inner),
    )[::-1],
    "in a list of a subclass": lambda lib: (
        inner := norm(lib),
        subclass(lib, lib.layers.Dense(4), inner),
    )[::-1],
    **{
        f"in a layer that holds it {held}": lambda lib, held=held: (
            inner := block(lib, held),
            sequential(lib, inner, lib.layers.Dense(1)),
        )[::-1]
        for held in ("plainly", "passed", "list", "dict", "lists", "model")
    },
    "a layer in a layer in a subclass": lambda lib: (
        inner := block(lib, "list"),
        subclass(lib, sequential(lib, inner, lib.layers.Dense(4)), norm(lib)),
    )[::-1],
    "called twice": lambda lib: (inner := norm(lib), twice(lib, inner))[::-1],
    "a model that is called twice": lambda lib: (
        inner := sequential(lib, lib.layers.Dense(4), norm(lib)),
        twice(lib, inner),
    )[::-1],
    "TimeDistributed": lambda lib: (
        inner := norm(lib),
        functional(lib, lib.layers.TimeDistributed(inner), lib.layers.Dense(1), shape=(3, 4)),
    )[::-1],
    "TimeDistributed of a model": lambda lib: (
        inner := sequential(lib, lib.layers.Dense(4), norm(lib)),
        functional(lib, lib.layers.TimeDistributed(inner), lib.layers.Dense(1), shape=(3, 4)),
    )[::-1],
    "a layer of one's own, nested": lambda lib: (
        inner := sequential(lib, lib.layers.Dense(4), counting(lib)),
        functional(lib, inner, lib.layers.Dense(1)),
    )[::-1],
}


def made(weight):
    """The layer's class, its number, and the weight's name: layers are made in the same order."""
    layer, name = weight.path.split("/")[-2:]
    kind, _, number = layer.rpartition("_")
    return (kind, int(number), name) if number.isdigit() else (layer, 0, name)


def steps(lib, name):
    """What the weights and outputs are after training, evaluating, freezing and training again."""
    model, part = NESTS[name](lib)
    data = ROWS if "TimeDistributed" in name else X
    y = data.sum(-1, keepdims=True)
    model(data)
    weights = sorted(model.weights, key=made)
    for i, weight in enumerate(weights):
        weight.assign(np.random.default_rng(i).uniform(0.5, 1.5, weight.shape))
    model.compile(lib.optimizers.SGD(0.01), "mse")
    noted = []

    def note():
        noted.append([np.array(w) for w in weights])

    model.fit(data, y, batch_size=6, epochs=2, shuffle=False, verbose=0)
    note()
    model.evaluate(data, y, verbose=0)
    noted.append([np.array(model.predict(data, verbose=0))])
    note()
    part.trainable = False
    model.compile(lib.optimizers.SGD(0.01), "mse")
    frozen = [id(w) for w in part.weights]
    model.train_on_batch(data, y)
    note()
    noted.append([np.array(model(data, training=True))])
    still = [
        np.array_equal(a, b)
        for a, b, w in zip(noted[2], noted[3], weights, strict=True)
        if id(w) in frozen
    ]
    return noted, still


@pytest.mark.parametrize("name", list(NESTS)[:: 1 if LONG else 2])  # Keras compiles each
def test_as_in_keras(name):
    ours, still = steps(brickwork, name)
    theirs, theirs_still = steps(keras, name)
    assert still == theirs_still
    for mine, its in zip(ours, theirs, strict=True):
        for a, b in zip(mine, its, strict=True):
            np.testing.assert_allclose(a, b, rtol=2e-4, atol=2e-5)


@pytest.mark.parametrize("training", [True, False])
@pytest.mark.parametrize("nested", [True, False])
def test_a_mode_that_is_given_holds(training, nested):
    """``base(x, training=False)`` stays in inference mode, as in Keras 2; Keras 3 forgets it."""
    inner = (
        sequential(brickwork, layer := norm(brickwork)) if nested else (layer := norm(brickwork))
    )
    x = brickwork.Input((4,))
    model = brickwork.Model(x, inner(x, training=training))
    model.compile("sgd", "mse")
    model.train_on_batch(X, X)
    assert np.array_equal(layer.moving_mean.numpy(), np.zeros(4)) == (not training)
    out, before = model.predict(X, verbose=0), layer.moving_mean.numpy()
    assert np.allclose(out.mean(0), 0, atol=0.1) == training
    assert np.array_equal(layer.moving_mean.numpy(), before)
