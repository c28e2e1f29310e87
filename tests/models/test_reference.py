"""Trainings compared with the hundred lines of `reference`; gradients with finite differences."""

from __future__ import annotations

import contextlib
import doctest

import numpy as np
import pytest
import reference
from hypothesis import Phase, given, settings, strategies as st

from brickwork import activations, losses, ops
from brickwork.layers import Activation, Dense, Dropout, Flatten, Input
from brickwork.models import Sequential
from brickwork.optimizers import SGD, Adam
from brickwork.program import floatx, set_floatx

#: our name of a loss -> (the reference's, units and activation of the last layer)
LOSSES = {
    "mse": (reference.mean_squared_error, 2, "linear"),
    "binary_crossentropy": (reference.binary_crossentropy, 1, "sigmoid"),
    "categorical_crossentropy": (reference.categorical_crossentropy, 3, "softmax"),
}


def targets(loss, rows, rng):
    if loss == "mse":
        return rng.normal(size=(rows, 2))
    if loss == "binary_crossentropy":
        return rng.integers(0, 2, (rows, 1)).astype(float)
    return np.eye(3)[rng.integers(0, 3, rows)]


def net_of(rng, widths, names):
    return [
        (rng.normal(size=(a, b)) / np.sqrt(a), rng.normal(size=b) * 0.1, name)
        for a, b, name in zip(widths, widths[1:], names, strict=False)
    ]


def model_of(net, loss, optimizer, dtype):
    model = Sequential([Input((len(net[0][0]),), dtype=dtype)])
    for kernel, _, name in net:
        model.add(Dense(kernel.shape[1], activation=name, dtype=dtype))
    model.compile(optimizer, loss)
    model.set_weights([w for kernel, bias, _ in net for w in (kernel, bias)])
    return model


def close(ours, theirs, tolerance):
    np.testing.assert_allclose(ours, theirs, rtol=tolerance, atol=tolerance)


def test_the_example_in_it():
    assert doctest.testmod(reference, globs={"np": np, "outputs": reference.outputs}) == (0, 2)


@contextlib.contextmanager
def floats(dtype):
    """Everything in this dtype, also rates and counters."""
    before = floatx()
    set_floatx(dtype)
    try:
        yield
    finally:
        set_floatx(before)


@settings(max_examples=40, deadline=None, derandomize=True, database=None, phases=[Phase.generate])
@given(st.data())
def test_training(data):
    loss = data.draw(st.sampled_from(sorted(LOSSES)))
    function, units, last = LOSSES[loss]
    hidden = data.draw(
        st.lists(
            st.tuples(st.integers(1, 20), st.sampled_from(sorted(reference.ACTIVATIONS))),
            max_size=3,
        )
    )
    rows, batch = data.draw(st.integers(1, 60)), data.draw(st.integers(1, 70))
    rng = np.random.default_rng(data.draw(st.integers(0, 10**6)))
    widths = [data.draw(st.integers(1, 9)), *[n for n, _ in hidden], units]
    net = net_of(rng, widths, [*[a for _, a in hidden], last])
    x, y = rng.normal(size=(rows, widths[0])), targets(loss, rows, rng)
    epochs = 1 + 50 // -(-rows // batch)
    for dtype, tolerance in (("float64", 1e-9), ("float32", 1e-3)):
        with floats(dtype):
            model = model_of(net, loss, Adam(), dtype)
        twin = [(k.copy(), b.copy(), a) for k, b, a in net]
        wanted = reference.train(twin, x, y, function, reference.Adam(), batch, epochs)
        got = model.fit(x, y, batch_size=batch, epochs=epochs, shuffle=False, verbose=0)
        close(got.history["loss"], wanted, tolerance)
        for ours, theirs in zip(
            model.get_weights(), [w for k, b, _ in twin for w in (k, b)], strict=True
        ):
            close(ours, theirs, tolerance)
        close(model.predict(x, verbose=0), reference.outputs(twin, x)[-1], tolerance)


def differences(weights, loss_at, h=1e-5):
    """Central differences of a loss in every number of the weights."""
    grads = []
    for w in weights:
        grad = np.zeros_like(w)
        for place in np.ndindex(w.shape):
            kept = w[place]
            w[place] = kept + h
            above = loss_at()
            w[place] = kept - h
            grad[place] = (above - loss_at()) / (2 * h)
            w[place] = kept
        grads.append(grad)
    return grads


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("hidden", reference.ACTIVATIONS)
def test_the_reference_itself(loss, hidden):
    function, units, last = LOSSES[loss]
    rng = np.random.default_rng(1)
    net = net_of(rng, [3, 4, units], [hidden, last])
    x, y = rng.normal(size=(5, 3)), targets(loss, 5, rng)
    _, grads = reference.gradients(net, x, y, function)
    weights = [w for kernel, bias, _ in net for w in (kernel, bias)]
    numeric = differences(weights, lambda: reference.gradients(net, x, y, function)[0])
    for grad, number in zip(grads, numeric, strict=True):
        close(grad, number, 1e-6)


def grads_of(model, x, y, **more):
    """The gradients that a step takes: by descent with rate 1, what it changes."""
    before = model.get_weights()
    model.train_on_batch(x, y, **more)
    grads = [a - b for a, b in zip(before, model.get_weights(), strict=True)]
    model.set_weights(before)
    return grads


def check_grads(model, x, y, **more):
    grads = grads_of(model, x, y, **more)
    weights = model.get_weights()

    def loss_at():
        model.set_weights(weights)
        return model.test_on_batch(x, y, **more)

    for grad, number in zip(grads, differences(weights, loss_at), strict=True):
        close(grad, number, 1e-6)
        assert np.abs(grad).max() > 1e-4, "a gradient of zero tests nothing"


def chain(*layers, loss="mse", shape=(3,)):
    model = Sequential([Input(shape, dtype="float64"), *layers])
    model.compile(SGD(1.0), loss)
    rng = np.random.default_rng(11)
    model.set_weights([rng.normal(size=w.shape) for w in model.get_weights()])
    return model


RNG = np.random.default_rng(12)
X = RNG.normal(size=(7, 3))


@pytest.mark.parametrize("name", [n for n in activations.registry.names() if n != "threshold"])
def test_gradients_of_activations(name):
    model = chain(
        Dense(4, dtype="float64"), Activation(name, dtype="float64"), Dense(2, dtype="float64")
    )
    check_grads(model, X, RNG.normal(size=(7, 2)))


def own(y_true, y_pred):
    return ops.mean(ops.log(1 + ops.exp(-y_true * y_pred)), axis=-1)


CLASSES = RNG.integers(0, 3, 7)
YES = RNG.integers(0, 2, (7, 3)) * 1.0


@pytest.mark.parametrize(
    "loss, last, y",
    [
        (losses.MeanSquaredError(), None, RNG.normal(size=(7, 3))),
        (losses.MeanAbsoluteError(), None, RNG.normal(size=(7, 3))),
        (losses.BinaryCrossentropy(label_smoothing=0.1), "sigmoid", YES),
        (losses.BinaryCrossentropy(from_logits=True), None, YES),
        (losses.CategoricalCrossentropy(label_smoothing=0.1), "softmax", np.eye(3)[CLASSES]),
        (losses.CategoricalCrossentropy(from_logits=True), None, np.eye(3)[CLASSES]),
        (losses.SparseCategoricalCrossentropy(), "softmax", CLASSES),
        (losses.SparseCategoricalCrossentropy(from_logits=True), None, CLASSES),
        (
            losses.SparseCategoricalCrossentropy(ignore_class=-1),
            "softmax",
            np.where(CLASSES == 2, -1, CLASSES),
        ),
        (own, None, RNG.normal(size=(7, 3))),
    ],
    ids=lambda v: v if isinstance(v, str) else getattr(v, "name", type(v).__name__),
)
@pytest.mark.parametrize("weighted", [False, True])
def test_gradients_of_losses(loss, last, y, weighted):
    model = chain(
        Dense(4, activation="tanh", dtype="float64"),
        Dense(3, activation=last, dtype="float64"),
        loss=loss,
    )
    more = {"sample_weight": np.linspace(0.1, 2, 7)} if weighted else {}
    check_grads(model, X, y, **more)


def test_gradients_of_reshaping_layers_and_penalties():
    x = RNG.normal(size=(7, 2, 3))
    model = chain(
        Dense(4, activation="tanh", kernel_regularizer="l2", dtype="float64"),
        Dropout(0.0, dtype="float64"),
        Flatten(dtype="float64"),
        Dense(2, bias_regularizer="l1", activity_regularizer="l2", dtype="float64"),
        shape=(2, 3),
    )
    check_grads(model, x, RNG.normal(size=(7, 2)))
