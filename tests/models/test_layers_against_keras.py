"""Small models with every kind of layer inside train as Keras's do, moving averages included."""

from __future__ import annotations

import numpy as np
import pytest
from keras_oracle import floatx, keras
from twins import check_same

import brickwork

ROWS = 30
RNG = np.random.default_rng(0)
X = RNG.normal(size=(ROWS, 6))
STEPS = RNG.normal(size=(ROWS, 3, 4))
STEPS[::3, 2] = STEPS[::4, 1] = 0
IDS = RNG.integers(0, 7, size=(ROWS, 5)).astype("int32")
Y = np.tanh(X @ RNG.normal(size=(6, 2)))

#: name -> (data, the layers between input and the last Dense)
MODELS = {
    "BatchNormalization": (X, lambda L: [L.Dense(4), L.BatchNormalization(momentum=0.8), L.ReLU()]),
    "BatchNormalization plain": (
        X,
        lambda L: [
            L.BatchNormalization(center=False, scale=False),
            L.Dense(4, "tanh"),
            L.BatchNormalization(beta_regularizer="l2", gamma_constraint="max_norm"),
        ],
    ),
    "BatchNormalization frozen": (X, lambda L: [L.Dense(4), L.BatchNormalization(trainable=False)]),
    "BatchNormalization renorm": (
        X,
        lambda L: [
            L.Dense(4),
            L.BatchNormalization(
                renorm=True, renorm_momentum=0.9, renorm_clipping={"rmax": 2.0, "dmax": 1.0}
            ),
        ],
    ),
    "BatchNormalization of steps": (
        STEPS,
        lambda L: [
            L.Masking(),
            L.BatchNormalization(),
            L.Dense(3, "tanh"),
            L.GlobalAveragePooling1D(),
        ],
    ),
    "LayerNormalization": (X, lambda L: [L.Dense(4), L.LayerNormalization(), L.LeakyReLU()]),
    "others that normalize": (
        X,
        lambda L: [
            L.Dense(4),
            L.GroupNormalization(2),
            L.PReLU(),
            L.RMSNormalization(),
            L.Dense(4),
            L.UnitNormalization(),
        ],
    ),
    "Embedding": (IDS, lambda L: [L.Embedding(7, 3), L.Flatten(), L.ELU()]),
    "Embedding with masks": (
        IDS,
        lambda L: [
            L.Embedding(7, 3, mask_zero=True, embeddings_regularizer="l2"),
            L.Dense(4, "tanh"),
            L.GlobalAveragePooling1D(),
        ],
    ),
    "EinsumDense": (
        STEPS,
        lambda L: [
            L.EinsumDense("abc,cde->abde", (3, 2, 2), bias_axes="de", activation="tanh"),
            L.EinsumDense("abcd,cde->abe", (3, 3)),
            L.Flatten(),
        ],
    ),
    "TimeDistributed": (
        STEPS,
        lambda L: [
            L.TimeDistributed(L.Dense(3, "tanh")),
            L.TimeDistributed(L.BatchNormalization()),
            L.GlobalMaxPooling1D(),
        ],
    ),
    "moved about": (
        X,
        lambda L: [
            L.Dense(6),
            L.Reshape((2, -1)),
            L.Permute((2, 1)),
            L.Flatten(),
            L.RepeatVector(2),
            L.Softmax(),
            L.Flatten(),
            L.Identity(),
        ],
    ),
    "penalised": (
        X,
        lambda L: [
            L.Rescaling(0.5, 0.1),
            L.Dense(4),
            L.ActivityRegularization(0.01, 0.02),
            L.Normalization(mean=0.1, variance=2.0),
            L.Activation("tanh"),
        ],
    ),
    "Lambda": (X, lambda L: [L.Dense(4), L.Lambda(lambda x: x * x + 1), L.Dense(3)]),
}


def make(layers, data):
    def model(library):
        dtype = "int32" if data.dtype.kind == "i" else None
        L = library.layers
        made = library.Sequential(
            [library.Input(data.shape[1:], dtype=dtype), *layers(L), L.Dense(2)]
        )
        made.compile(library.optimizers.Adam(0.02), "mse")
        return made

    return model


def start_of(model):
    """Weights that are not all alike; averages as they begin."""
    rng = np.random.default_rng(1)
    with floatx("float64"):
        weights = model(brickwork).weights
    return [
        w.array
        if w.name.startswith(("moving", "renorm"))
        else rng.normal(size=w.shape) * 0.5 + (w.name in ("gamma", "scale"))
        for w in weights
    ]


@pytest.mark.parametrize("name", MODELS)
def test_training(name):
    data, layers = MODELS[name]
    model = make(layers, data)
    check_same(
        model,
        {"x": data, "y": Y, "batch_size": 8, "epochs": 3, "validation_data": (data[:9], Y[:9])},
        data=(data[:11], Y[:11]),
        start=start_of(model),
    )


def test_moving_averages_move_and_do_so_in_training_only():
    layer = brickwork.layers.BatchNormalization(momentum=0.5)
    model = brickwork.Sequential([brickwork.Input((6,)), layer])
    model.compile("sgd", "mse")
    model.evaluate(X, X, verbose=0), model.predict(X, verbose=0)
    np.testing.assert_array_equal(layer.moving_mean.numpy(), np.zeros(6))
    model.fit(X, X, batch_size=ROWS, epochs=1, verbose=0)
    np.testing.assert_allclose(layer.moving_mean.numpy(), X.mean(0) / 2, atol=1e-6)
    np.testing.assert_allclose(layer.moving_variance.numpy(), (1 + X.var(0)) / 2, rtol=1e-5)
    layer.trainable = False
    model.compile("sgd", "mse")
    before = model.get_weights()
    model.fit(X, X, batch_size=ROWS, epochs=1, verbose=0)
    for now, then in zip(model.get_weights(), before, strict=True):
        np.testing.assert_array_equal(now, then)


def test_merging_in_a_functional_model():
    def model(library):
        L = library.layers
        a, b = library.Input((6,), name="a"), library.Input((6,), name="b")
        x, y = L.Dense(4, "tanh")(a), L.Dense(4)(b)
        parts = [
            L.Add()([x, y]),
            L.multiply([x, y]),
            L.Maximum()([x, y]),
            L.average([x, y, x]),
            L.Dot(1, normalize=True)([x, y]),
            L.subtract([x, y]),
            L.Minimum()([x, y]),
        ]
        made = library.Model([a, b], L.Dense(2)(L.concatenate(parts)))
        made.compile(library.optimizers.SGD(0.1), "mse")
        return made

    check_same(model, {"x": [X, X[::-1].copy()], "y": Y, "batch_size": 8, "epochs": 3})


def test_spectral_normalization_keeps_what_it_trains_with():
    """A step of rate 0 leaves the kernel that was divided, as Keras's call on arrays does."""
    with floatx("float64"):
        kernel, u = RNG.normal(size=(6, 2)), RNG.normal(size=(1, 2))
        layers = [
            library.layers.SpectralNormalization(library.layers.Dense(2, use_bias=False))
            for library in (brickwork, keras)
        ]
        model = brickwork.Sequential([brickwork.Input((6,)), layers[0], brickwork.layers.Dense(2)])
        layers[1].build((None, 6))
        for layer in layers:
            layer.set_weights([kernel, u])
        model.compile(brickwork.optimizers.SGD(0.0), "mse")
        model.train_on_batch(X, Y)
        layers[1](X, training=True)
        for mine, its in zip(layers[0].weights, layers[1].weights, strict=True):
            np.testing.assert_allclose(mine.array, its.value, rtol=1e-9)
        model.optimizer.learning_rate = 0.01
        losses = model.fit(X, Y, batch_size=ROWS, epochs=30, verbose=0).history["loss"]
        assert losses[-1] < losses[0]
        assert np.linalg.norm(layers[0].kernel.numpy(), 2) == pytest.approx(1, abs=0.1)


def test_layers_that_draw_are_still_when_they_do_not_train():
    def model(library):
        L = library.layers
        made = library.Sequential(
            [
                library.Input((6,)),
                L.GaussianNoise(0.1),
                L.Dense(4),
                L.AlphaDropout(0.2),
                L.GaussianDropout(0.2),
                L.Dense(2),
            ]
        )
        made.compile("sgd", "mse")
        return made

    ours, theirs = model(brickwork), model(keras)
    theirs.set_weights(ours.get_weights())
    np.testing.assert_allclose(ours.predict(X, verbose=0), theirs.predict(X, verbose=0), atol=1e-5)
    assert ours.evaluate(X, Y, verbose=0) == pytest.approx(
        theirs.evaluate(X, Y, verbose=0), rel=1e-5
    )
    again = [
        brickwork.utils.set_random_seed(3)
        or model(brickwork).fit(X, Y, verbose=0, epochs=2).history["loss"]
        for _ in range(2)
    ]
    assert again[0] == again[1]
