"""Losses written with symbols between layers: added to a model, closed over, and trained by
`get_updates`; against a layer that adds the same loss, and against Keras."""

import copy

import numpy as np
import pytest
from keras import layers as keras_layers, models as keras_models, ops as keras_ops

from brickwork import backend as K, ops, optimizers
from brickwork.layers import Dense, Input, Layer
from brickwork.models import Model, clone_model

pytestmark = pytest.mark.filterwarnings("ignore::brickwork.spelling.translation.DialectWarning")

RNG = np.random.default_rng(3)
X = RNG.normal(size=(24, 4)).astype("float32")
WEIGHTS = [RNG.normal(0, 0.5, shape).astype("float32") for shape in ((4, 3), (3,), (3, 4), (4,))]


def penalty(x, h, y, o):
    return o.mean(o.square(y - x)) + 0.1 * o.mean(o.sum(o.exp(h), axis=-1))


def net():
    x = Input((4,))
    h = Dense(3, activation="tanh")(x)
    return x, h, Dense(4)(h)


class Penalty(Layer):
    def call(self, inputs):
        self.add_loss(penalty(*inputs, ops))
        return inputs[2]


class KerasPenalty(keras_layers.Layer):
    def call(self, inputs):
        self.add_loss(penalty(*inputs, keras_ops))
        return inputs[2]


def steps(model, y=None):
    model.set_weights(WEIGHTS)
    history = model.fit(X, y, batch_size=8, epochs=4, shuffle=False, verbose=0).history["loss"]
    return history, [np.array(w.value) for w in model.weights]


def added(optimizer="sgd"):
    x, h, y = net()
    model = Model(x, y)
    model.add_loss(penalty(x, h, y, ops))
    model.compile(optimizer)
    return model


def alike(one, other, **tolerance):
    np.testing.assert_allclose(one[0], other[0], **tolerance)
    for a, b in zip(one[1], other[1], strict=True):
        np.testing.assert_allclose(a, b, **tolerance)


def test_an_added_loss_is_that_of_a_layer_which_adds_it():
    x, h, y = net()
    layered = Model(x, Penalty()([x, h, y]))
    layered.compile("sgd")
    alike(steps(added()), steps(layered), rtol=1e-6)


def test_an_added_loss_trains_as_keras_does():
    x = keras_layers.Input((4,))
    h = keras_layers.Dense(3, activation="tanh")(x)
    y = keras_layers.Dense(4)(h)
    theirs = keras_models.Model(x, KerasPenalty()([x, h, y]))
    theirs.compile("sgd", loss=None)
    alike(steps(added()), steps(theirs, None), rtol=2e-5, atol=1e-6)


@pytest.mark.parametrize(
    "made", [clone_model, copy.deepcopy, lambda m: Model.from_config(m.get_config())]
)
def test_copies_keep_an_added_loss(made):
    model = added()
    twin = made(model)
    twin.compile("sgd")
    alike(steps(model), steps(twin), rtol=1e-6)


def test_a_loss_added_after_compile_counts():
    x, h, y = net()
    model = Model(x, y)
    model.compile("sgd", "mse")
    first = model.evaluate(X, X, verbose=0)
    model.add_loss(ops.mean(ops.exp(h)))
    more = np.exp(Model(x, h).predict(X)).mean()
    assert abs(model.evaluate(X, X, verbose=0) - first - more) < 1e-5


def test_a_loss_that_closes_over_symbols():
    x, h, y = net()
    outside = 0.1 * ops.sum(ops.exp(h), axis=-1)  # computed before, of no layer of the model

    def loss(y_true, y_pred):
        return ops.mean(ops.square(y_pred - y_true), axis=-1) + outside

    model = Model(x, y)
    model.compile("sgd", loss)
    alike(steps(model, X), steps(added()), rtol=1e-5)


def test_a_symbol_of_another_model_is_refused():
    x, _, y = net()
    other = Input((4,), name="elsewhere")
    model = Model(x, y)
    model.compile("sgd", lambda y_true, y_pred: ops.mean(ops.square(y_pred - other), -1))
    with pytest.raises(ValueError, match="got inputs without 'elsewhere'"):
        model.fit(X, X, verbose=0)


def test_updates_are_the_optimizer_s_steps():
    x, h, y = net()
    model = Model(x, y)
    model.set_weights(WEIGHTS)
    updates = optimizers.SGD(0.01).get_updates(
        params=model.trainable_weights, loss=penalty(x, h, y, ops)
    )
    train = K.function([x, K.learning_phase()], [h], updates=updates)
    for _ in range(4):
        for start in range(0, 24, 8):
            (hidden,) = train([X[start : start + 8], 1])
    assert hidden.shape == (8, 3)
    twin = added(optimizers.SGD(0.01))
    _, weights = steps(twin)
    for a, b in zip(model.get_weights(), weights, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-5, atol=1e-7)


def test_updates_change_the_chosen_weights_only():
    x, _, y = net()
    model = Model(x, y)
    before = model.get_weights()
    updates = optimizers.SGD(0.1).get_updates(ops.mean(ops.square(y)), model.weights[2:])
    K.function([x], [], updates=updates)([X])
    changed = [bool((a != b).any()) for a, b in zip(before, model.get_weights(), strict=True)]
    assert changed == [False, False, True, True]
    with pytest.raises(ValueError, match=r"what optimizer\.get_updates returns"):
        K.function([x], [y], updates=[(model.weights[0], 0)])
