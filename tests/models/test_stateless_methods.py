"""The ``stateless_...`` methods beside Keras's: on arrays, in tapes and in compiled functions."""

import keras
import numpy as np
import pytest

import brickwork as bw
from brickwork import GradientTape, Sequential, function, layers, metrics, ops, optimizers

pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")

X = np.random.default_rng(0).normal(size=(6, 3)).astype("float32")
Y = X.sum(1, keepdims=True)


def made(k):
    model = k.Sequential(
        [
            k.layers.Input((3,)),
            k.layers.Dense(4, "tanh", kernel_regularizer="l2"),
            k.layers.BatchNormalization(),
            k.layers.Dense(1),
        ]
    )
    rng = np.random.default_rng(1)
    model.set_weights([rng.uniform(0.1, 0.9, w.shape) for w in model.get_weights()])
    return model


def test_calls_updates_and_metrics_are_keras_s():
    found = []
    for k in (keras, bw):
        model, optimizer, metric = made(k), k.optimizers.Adam(0.1), k.metrics.Mean()
        optimizer.build(model.trainable_variables)
        trained = [v.numpy() * 1.1 for v in model.trainable_variables]
        others = [v.numpy() * 0.9 for v in model.non_trainable_variables]
        outputs, others, losses = model.stateless_call(
            trained, others, X, training=True, return_losses=True
        )
        grads = [np.full_like(w, 0.5) for w in trained]
        trained, state = optimizer.stateless_apply(
            [v.numpy() for v in optimizer.variables], grads, trained
        )
        values = metric.stateless_reset_state()
        values = metric.stateless_update_state(values, [2.0, 4.0])
        mean = metric.stateless_result(values)
        kept = [*model.get_weights(), *(v.numpy() for v in optimizer.variables)]
        found.append(
            [outputs, *others, *losses, *trained, *state, *values, mean, metric.result(), *kept]
        )
    for a, b in zip(*found, strict=True):
        a = np.asarray(keras.ops.convert_to_numpy(a))
        np.testing.assert_allclose(np.asarray(b), a, rtol=2e-5, atol=1e-6)


def step(model, optimizer, weights, state):
    """A step in JAX's manner; the gradient is that of the values which are passed in."""
    with GradientTape() as tape:
        weights = [ops.convert_to_tensor(w) * 1.0 for w in tape.watch(weights)]
        outputs, _ = model.stateless_call(weights, model.non_trainable_variables, X)
        loss = ops.mean(ops.square(outputs - Y))
    return optimizer.stateless_apply(state, tape.gradient(loss, weights), weights)


@pytest.mark.parametrize("compiled", [False, True])
def test_they_are_differentiated_by_the_values_that_are_passed_in(compiled):
    model, optimizer = made(bw), optimizers.SGD(0.05, momentum=0.9)
    optimizer.build(model.trainable_variables)
    weights = [v.numpy() for v in model.trainable_variables]
    state = [v.numpy() for v in optimizer.variables]
    run = function(step) if compiled else step
    for _ in range(3):
        weights, state = run(model, optimizer, list(map(np.asarray, weights)), state)

    other, usual = made(bw), optimizers.SGD(0.05, momentum=0.9)
    for _ in range(3):
        with GradientTape() as tape:
            loss = ops.mean(ops.square(other(X) - Y))
        usual.apply(tape.gradient(loss, other.trainable_variables), other.trainable_variables)
    for a, b, own in zip(
        weights, other.trainable_variables, made(bw).trainable_variables, strict=True
    ):
        np.testing.assert_allclose(np.asarray(a), b.numpy(), rtol=2e-5, atol=1e-6)
        assert (np.asarray(a) != own.numpy()).any()
    for variable, own in zip(model.weights, made(bw).weights, strict=True):
        np.testing.assert_array_equal(variable.numpy(), own.numpy())


def test_what_does_not_fit_is_refused_and_nothing_changes():
    with pytest.raises(ValueError, match="has no variables yet"):
        Sequential([layers.Dense(1)]).stateless_call([], [], X)
    model = made(bw)
    with pytest.raises(ValueError, match="got 1 values, expected"):
        model.stateless_call([X], [], X)
    with pytest.raises(ValueError, match="has no state yet"):
        optimizers.SGD(0.1).stateless_apply([], [], [])
    with pytest.raises(ValueError, match="shape"):
        model.stateless_call(
            [np.ones((2, 2))] * len(model.trainable_variables), model.non_trainable_variables, X
        )
    for variable, own in zip(model.weights, made(bw).weights, strict=True):
        np.testing.assert_array_equal(variable.numpy(), own.numpy())
    assert metrics.Mean().stateless_result([4.0, 2.0]) == 2
