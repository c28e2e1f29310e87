"""A layer whose arguments change after a model was traced: no result is out of date."""

import numpy as np
import pytest

from brickwork import Input, Model, Sequential, activations, layers, metrics, ops, utils
from brickwork.callbacks import LambdaCallback
from brickwork.training import programs

X = np.random.default_rng(0).normal(size=(50, 1)).astype("float32")


def predictions(model) -> list[np.ndarray]:
    """The predictions by every method."""

    def each():
        return [
            model.predict(X, verbose=0),
            model.predict(X[:7], batch_size=3, verbose=0),
            model.predict_on_batch(X[:7]),
            model.predict_on_batch(X[:7]),
            model(X),
        ]

    each()  # the short ways are there now
    return each()


def adapted(layer, data):
    layer.adapt(data)
    return layer


def test_boundaries_adapted_again():
    layer = adapted(layers.Discretization(num_bins=4), X)
    inner = Sequential([Input((1,)), layer], name="inner")
    x = Input((1,))
    for model in (inner, Model(x, inner(x))):
        layer.adapt(X)
        before = predictions(model)
        layer.adapt(5 * X + 3)
        right = np.digitize(X, layer.bin_boundaries)
        assert (right != before[0]).any()
        for prediction in predictions(model):
            np.testing.assert_array_equal(prediction, right[: len(prediction)])


def test_statistics_adapted_again_or_set():
    layer = adapted(layers.Normalization(), X)
    model = Sequential([Input((1,)), layer])
    predictions(model)
    layer.adapt(5 * X + 3)
    for prediction in predictions(model):
        right = (X - (5 * X + 3).mean()) / (5 * X).std()
        np.testing.assert_allclose(prediction, right[: len(prediction)], rtol=1e-4, atol=1e-5)
    layer.set_weights([np.full(1, 2.0), np.full(1, 4.0), 0])
    for prediction in predictions(model):
        np.testing.assert_allclose(prediction, (X[: len(prediction)] - 2) / 2, rtol=1e-6, atol=1e-7)


def test_an_activation_and_a_rate():
    layer = layers.Activation("relu")
    model = Sequential([Input((1,)), layer])
    predictions(model)
    layer.activation = activations.tanh
    for prediction in predictions(model):
        np.testing.assert_allclose(prediction, np.tanh(X[: len(prediction)]), rtol=1e-5)

    dropout = layers.Dropout(0.01)
    model = Sequential([Input((1,)), dropout, layers.Lambda(abs)])
    share = metrics.MeanMetricWrapper(lambda y, p: p <= 0, name="gone")
    model.compile("sgd", "mse", metrics=[share])
    for rate in (0.01, 0.9):
        dropout.rate = rate
        gone = np.mean([model.train_on_batch(X, X)[1] for _ in range(20)])
        assert gone == pytest.approx(rate, abs=0.05)


def test_how_layers_treat_nan_is_determined_once_and_again_after_a_change(monkeypatch):
    """The walk over the layers is too slow for each call; what it found must not grow old."""
    calls = []
    known = programs.missing_value_support
    monkeypatch.setattr(
        programs, "missing_value_support", lambda model: calls.append(0) or known(model)
    )
    model = Sequential([layers.Dense(2, input_dim=2), layers.Dense(1)])
    missing = np.array([[1.0, np.nan]])
    for _ in range(3):
        with pytest.raises(ValueError, match="NaN"):
            model.predict(missing)
    assert len(calls) == 1
    model.layers[0].activation = lambda x: ops.nan_to_num(x)
    assert np.isfinite(model.predict(missing)).all()


def test_layers_that_are_frozen_and_thawed_in_turns_are_traced_once_each(monkeypatch):
    """As adversarial nets are trained: one is frozen while it is part of the other."""
    traced, trace = [], programs.Programs._trace_step
    monkeypatch.setattr(
        programs.Programs, "_trace_step", lambda *args: traced.append(1) or trace(*args)
    )
    judge = Sequential([layers.Dense(3, input_dim=2), layers.Dense(1)])
    judge.compile("sgd", "mse")
    maker = Sequential([layers.Dense(2, input_dim=2), judge])
    judge.trainable = False
    maker.compile("sgd", "mse")
    x, y = np.ones((4, 2), "float32"), np.ones((4, 1), "float32")
    for _ in range(5):
        judge.trainable = True
        before = [w.numpy() for w in judge.weights]
        judge.train_on_batch(x, y)
        assert all((b != w.numpy()).any() for b, w in zip(before, judge.weights, strict=True))
        judge.trainable = False
        before = [w.numpy() for w in judge.weights]
        maker.train_on_batch(x, y)
        for kept, weight in zip(before, judge.weights, strict=True):
            np.testing.assert_array_equal(weight.numpy(), kept)
    assert len(traced) == 2


@pytest.mark.parametrize("hook", ["on_epoch_end", "on_train_batch_end"])
def test_weights_that_are_frozen_one_by_one_between_trainings(hook):
    """Each set of them is an optimizer's vector of its own; the training at hand has its one."""
    x, y = np.ones((40, 2)), np.ones((40, 1))

    def trained(**callbacks):
        utils.set_random_seed(3)
        model = Sequential([layers.Input((2,)), layers.Dense(3), layers.Dense(4), layers.Dense(1)])
        model.compile("sgd", "mse")
        for turn in range(8):
            for k, weight in enumerate(model.weights):
                weight.trainable = k > 3 or bool((turn >> (k // 2)) & 1)
            model.fit(x, y, 4, epochs=2, verbose=0, **callbacks)
        return model.get_weights()

    alone = trained()
    seen = trained(callbacks=LambdaCallback(**{hook: lambda index, logs: None}))
    for one, other in zip(alone, seen, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-6)
