"""Populations beside their members, each trained by its own `fit`."""

import copy

import numpy as np

from brickwork import population
from brickwork.layers import Dense, Input
from brickwork.models import Sequential

RNG = np.random.default_rng(5)
X = RNG.normal(size=(70, 6)).astype("float32")
Y = X[:, :1] - X[:, 1:2] * X[:, 2:3] + 0.1 * RNG.normal(size=(70, 1)).astype("float32")
CLASSES = (Y[:, 0] > 0).astype("int64") + (Y[:, 0] > 1)


def chain(*inner, output=("linear", 1), loss="mse", optimizer="adam", metrics=(), inputs=6):
    def make(rate=None):
        model = Sequential([Input((inputs,)), *copy.deepcopy(inner), Dense(output[1], output[0])])
        model.compile(copy.deepcopy(optimizer), loss, metrics=list(metrics))
        if rate is not None:
            model.optimizer.learning_rate = rate
        return model

    return make


RELU = Dense(7, "relu")


def same(one, two, tolerance=2e-5):
    """Two models, and their histories, are equal up to the order of sums."""
    for a, b in zip(one.get_weights(), two.get_weights(), strict=True):
        np.testing.assert_allclose(a, b, rtol=tolerance, atol=tolerance)
    for a, b in zip(one.optimizer.variables, two.optimizer.variables, strict=True):
        np.testing.assert_allclose(a.numpy(), b.numpy(), rtol=tolerance, atol=tolerance)
    assert list(one.history.history) == list(two.history.history)
    for name, values in one.history.history.items():
        np.testing.assert_allclose(values, two.history.history[name], rtol=1e-4, atol=1e-4)
    assert one._shuffling() == two._shuffling()


def compare(make, x, y, n=3, settings=None, callback=None, **fit):
    """Train a population together, and the members of an equal one each by its own `fit`."""
    many, alone = (population(make, n, settings, seed=9) for _ in range(2))
    histories = many.fit(x, y, verbose=0, callbacks=callback, **fit)
    assert len(histories) == len(many)
    for member, model in zip(many, alone, strict=True):
        own = None if callback is None else [copy.deepcopy(callback)]
        model.fit(x, y, verbose=0, callbacks=own, **fit)
        same(member, model)
    return many
