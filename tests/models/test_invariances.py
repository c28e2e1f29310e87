"""What must not change results: how rows are batched, in which order they come, and in which
kind of memory; and what a weight of a row means."""

from __future__ import annotations

import numpy as np
import pytest

import brickwork
from brickwork import Model, Sequential, layers, ops

ROWS = 41
rng = np.random.default_rng(11)
X = rng.normal(size=(ROWS, 6)).astype("float32")
Y = rng.normal(size=(ROWS, 2)).astype("float32")
B = (X[:, :1] > 0).astype("float32")
C = rng.integers(0, 3, ROWS)
SIZES = (1, 2, 3, 7, 32, 33, ROWS)


class Own(layers.Layer):
    """A custom layer made of ops."""

    def build(self, shape):
        self.scale = self.add_weight(shape=(shape[-1],), initializer="ones")

    def call(self, x):
        return ops.tanh(x * self.scale) + x


def chain(*middle, units=2, activation=None):
    return Sequential([layers.Input((6,)), *middle, layers.Dense(units, activation)])


def branches():
    x = layers.Input((6,))
    left = layers.Dense(5, "relu")(x)
    right = layers.Dropout(0.5)(layers.Dense(5, "tanh")(x))
    joined = layers.Concatenate()([layers.Add()([left, right]), left * right])
    return Model(x, layers.Dense(2)(joined))


#: name -> (model, targets, loss)
MODELS = {
    "linear": (lambda: chain(), Y, "mse"),
    "deep": (lambda: chain(*[layers.Dense(9, "relu") for _ in range(4)]), Y, "mae"),
    "wide": (lambda: chain(layers.Dense(300, "gelu")), Y, "huber"),
    "binary": (
        lambda: chain(layers.Dense(8, "elu"), units=1, activation="sigmoid"),
        B,
        "binary_crossentropy",
    ),
    "classes": (
        lambda: chain(layers.Dense(8, "selu"), units=3, activation="softmax"),
        C,
        "sparse_categorical_crossentropy",
    ),
    "rows": (
        lambda: chain(units=3, activation="softmax"),
        np.eye(3, dtype="float32")[C],
        "categorical_crossentropy",
    ),
    "dropout": (lambda: chain(layers.Dense(8), layers.Dropout(0.5)), Y, "mse"),
    "noise": (lambda: chain(layers.GaussianNoise(0.5)), Y, "mse"),
    "layer norm": (lambda: chain(layers.Dense(8), layers.LayerNormalization()), Y, "mse"),
    "batch norm": (lambda: chain(layers.BatchNormalization()), Y, "mse"),
    "group norm": (lambda: chain(layers.GroupNormalization(2)), Y, "mse"),
    "unit norm": (lambda: chain(layers.UnitNormalization()), Y, "mse"),
    "reshaped": (
        lambda: chain(
            layers.Reshape((2, 3)), layers.Permute((2, 1)), layers.GlobalAveragePooling1D()
        ),
        Y,
        "mse",
    ),
    "einsum": (lambda: chain(layers.EinsumDense("ab,bc->ac", 4)), Y, "logcosh"),
    "lambda": (lambda: chain(layers.Lambda(lambda x: ops.sin(x))), Y, "mse"),
    "own": (lambda: chain(Own()), Y, "mse"),
    "prelu": (lambda: chain(layers.Dense(5), layers.PReLU()), Y, "mse"),
    "branches": (branches, Y, "mse"),
    "within": (lambda: chain(chain(layers.Dense(4, "relu"), units=5)), Y, "mse"),
    "regularized": (lambda: chain(layers.Dense(5, kernel_regularizer="l2")), Y, "mse"),
}
#: Those that draw numbers for each element, or look at all rows, while they train.
CHANCE = {"dropout", "noise", "branches", "batch norm"}


def made(name, optimizer="sgd"):
    """The model, its weights always the same."""
    brickwork.utils.set_random_seed(4)
    make, y, loss = MODELS[name]
    model = make()
    plain, weighted = ("accuracy", "accuracy") if name == "classes" else ("mae", "mse")
    model.compile(optimizer, loss, metrics=[plain], weighted_metrics=[weighted])
    return model, y


def close(a, b):
    np.testing.assert_allclose(a, b, rtol=1e-5, atol=1e-6)


def weights_close(a, b):
    for one, other in zip(a.get_weights(), b.get_weights(), strict=True):
        close(one, other)


def batch_size(name):
    """Predictions and metrics are those of any other batch size."""
    model, y = made(name)
    whole, evaluated = model.predict(X, verbose=0), model.evaluate(X, y, verbose=0)
    for size in SIZES:
        close(model.predict(X, batch_size=size, verbose=0), whole)
        close(model.evaluate(X, y, batch_size=size, verbose=0), evaluated)
        batches = [X[i : i + size] for i in range(0, ROWS, size)]
        close(model.predict(iter(batches), verbose=0), whole)
        close(np.concatenate([model.predict_on_batch(b) for b in batches]), whole)


def row_order(name):
    """Rows are predicted independently, and one step on them is the same in any order."""
    model, y = made(name)
    order = rng.permutation(ROWS)
    close(model.predict(X[order], verbose=0), model.predict(X, verbose=0)[order])
    close(model.evaluate(X[order], y[order], verbose=0), model.evaluate(X, y, verbose=0))
    if name not in CHANCE - {"batch norm"}:
        turned, _ = made(name)
        model.train_on_batch(X, y)
        turned.train_on_batch(X[order], y[order])
        weights_close(model, turned)


def no_weight(name):
    """A row of weight 0 is as if it were not there, but for the count that is divided by."""
    if name in CHANCE:
        return
    (model, y), (without, _) = made(name), made(name)
    there = np.arange(ROWS) % 3 != 0
    share = np.where(there, ROWS / there.sum(), 0.0)  # Keras divides by all rows
    first = model.train_on_batch(X, y, sample_weight=share, return_dict=True)
    second = without.train_on_batch(X[there], y[there], return_dict=True)
    for key in {"loss", "mse", "weighted_accuracy"} & set(first):
        close(first[key], second[key])
    weights_close(model, without)


def repeated_rows(name):
    """A row of weight k is as good as k such rows."""
    if name in CHANCE:
        return
    (model, y), (repeated, _) = made(name), made(name)
    times = rng.integers(1, 4, ROWS)
    first = model.train_on_batch(X, y, sample_weight=times * (ROWS / times.sum()), return_dict=True)
    second = repeated.train_on_batch(
        np.repeat(X, times, 0), np.repeat(y, times, 0), return_dict=True
    )
    for key in {"loss", "mse", "weighted_accuracy"} & set(first):
        close(first[key], second[key])
    weights_close(model, repeated)


MEMORY = {
    "float64": lambda a: a.astype("float64"),
    "Fortran": np.asfortranarray,
    "swapped": lambda a: a.astype(a.dtype.newbyteorder()),
    "strided": lambda a: np.repeat(a, 2, axis=0)[::2],
    "backwards": lambda a: np.ascontiguousarray(a[::-1])[::-1],
    "read-only": lambda a: np.frombuffer(a.tobytes(), a.dtype).reshape(a.shape),
    "a part": lambda a: np.pad(a, [(3, 1)] + [(0, 0)] * (a.ndim - 1))[3:-1],
    "lists": lambda a: a.tolist(),
}


def memory(name):
    """The same numbers in any kind of memory: the same bits."""
    model, y = made(name, "adam")
    model.fit(X, y, batch_size=7, epochs=2, verbose=0)
    wanted, predicted = model.get_weights(), model.predict(X, verbose=0)
    for change in MEMORY.values():
        other, _ = made(name, "adam")
        other.fit(change(X), change(y), batch_size=7, epochs=2, verbose=0)
        for a, b in zip(other.get_weights(), wanted, strict=True):
            np.testing.assert_array_equal(a, b)
        np.testing.assert_array_equal(other.predict(change(X), verbose=0), predicted)


INVARIANCES = (batch_size, row_order, no_weight, repeated_rows, memory)


@pytest.mark.parametrize("invariance", INVARIANCES, ids=lambda f: f.__name__)
@pytest.mark.parametrize("name", MODELS)
def test_invariance(name, invariance):
    invariance(name)


def figures() -> dict[str, int]:
    """Models, invariances of each, and how many of these do not hold."""
    broken = 0
    for name in MODELS:
        for invariance in INVARIANCES:
            try:
                invariance(name)
            except AssertionError:
                broken += 1
    return {"models": len(MODELS), "invariances": len(INVARIANCES), "broken": broken}
