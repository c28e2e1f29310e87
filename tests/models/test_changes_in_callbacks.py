"""Callbacks that change the model in the middle of its training: as in Keras, or refused."""

import warnings

import keras
import numpy as np
import pytest
import twins

import brickwork
from brickwork.data import forget_warnings

twins.jax.config.update("jax_disable_most_optimizations", True)

# Keras's own, of NumPy
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")

RNG = np.random.default_rng(0)
X = RNG.normal(size=(40, 3)).astype("float32")
Y = X.sum(1, keepdims=True)
BATCH, EPOCHS = 10, 4


def model_of(library):
    model = library.models.Sequential(
        [
            library.layers.Input((3,)),
            library.layers.Dense(4, kernel_initializer="ones"),
            library.layers.Dropout(1e-9),
            library.layers.Dense(1, kernel_initializer="ones"),
        ]
    )
    model.compile("sgd", "mse")
    return model


def batches():
    while True:
        for start in range(0, len(X), BATCH):
            yield X[start : start + BATCH], Y[start : start + BATCH]


def fit(library, hook: str, act, stream: bool = False, at: int = 2):
    """Train with a callback that acts when the hook is called for the `at`-th time."""

    class Acting(library.callbacks.Callback):
        left = at

        def acting(self, *_, **__):
            self.left -= 1
            if self.left == 0:
                act(self.model)

    callback, model = Acting(), model_of(library)
    setattr(callback, hook, callback.acting)
    data = (
        {"x": batches(), "steps_per_epoch": 4}
        if stream
        else {"x": X, "y": Y, "batch_size": BATCH, "shuffle": False}
    )
    history = model.fit(**data, epochs=EPOCHS, verbose=0, callbacks=[callback])
    return model, history


def inner_fit(model):
    model.fit(X, Y, batch_size=BATCH, epochs=2, shuffle=False, verbose=0)


def slower(model):
    model.optimizer.learning_rate = 0.002


#: What callbacks may do.
ALLOWED = {
    "set_weights": lambda m: m.set_weights([w * 0.5 for w in m.get_weights()]),
    "assign": lambda m: m.layers[0].kernel.assign(np.zeros((3, 4), "float32")),
    "learning rate": slower,
    "predict": lambda m: m.predict(X, verbose=0),
    "evaluate": lambda m: m.evaluate(X, Y, verbose=0),
    "train_on_batch": lambda m: m.train_on_batch(X, Y),
    "fit": inner_fit,
}


@pytest.mark.parametrize(
    ("name", "hook"),
    [
        *((name, "on_train_batch_end") for name in ALLOWED),
        ("set_weights", "on_epoch_end"),
        ("fit", "on_epoch_end"),
    ],
)
def test_as_in_keras(name, hook):
    theirs, expected = fit(keras, hook, ALLOWED[name])
    for stream in (False, True):
        ours, history = fit(brickwork, hook, ALLOWED[name], stream)
        np.testing.assert_allclose(history.history["loss"], expected.history["loss"], rtol=2e-5)
        assert ours.history is history and len(history.epoch) == EPOCHS
        for mine, wanted in zip(ours.get_weights(), theirs.get_weights(), strict=True):
            np.testing.assert_allclose(mine, wanted, rtol=2e-5, atol=1e-6)


#: What would make it another model: Keras fails there, too, with an unspecific message.
REFUSED = {
    "compile": (lambda m: m.compile("adam", "mae"), "called compile.*learning_rate"),
    "add": (lambda m: m.add(brickwork.layers.Dense(1)), "added or removed layers"),
    "pop": (lambda m: m.pop(), "added or removed layers"),
}


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize("hook", ["on_epoch_begin", "on_train_batch_end", "on_epoch_end"])
@pytest.mark.parametrize("name", REFUSED)
def test_refused(name, hook, stream):
    act, words = REFUSED[name]
    changed = []

    def noted(model):
        act(model)
        changed.append(model)

    with pytest.raises(RuntimeError, match=words):
        fit(brickwork, hook, noted, stream)
    (model,) = changed  # it is what the callback made of it, and can be used
    outputs = model.predict(X, verbose=0)
    assert np.isfinite(outputs).all()
    model.compile("sgd", "mse")
    assert np.isfinite(model.fit(X, outputs, verbose=0).history["loss"]).all()


@pytest.mark.parametrize("hook", ["on_epoch_end", "on_train_end"])
def test_compile_when_all_is_done(hook):
    model, history = fit(
        brickwork,
        hook,
        lambda m: m.compile("adam", "mae"),
        at=EPOCHS if hook == "on_epoch_end" else 1,
    )
    assert len(history.epoch) == EPOCHS and type(model.optimizer).__name__ == "Adam"


def freeze(model):
    model.layers[0].trainable = False


def drop(model):
    model.layers[1].rate = 0.5


def clip(model):
    model.optimizer.clipvalue = 0.01


@pytest.mark.parametrize("act", [freeze, drop, clip])
def test_too_late(act):
    """It takes effect in the next fit, and warns once."""
    forget_warnings()
    with pytest.warns(UserWarning, match="`trainable` or an argument of a layer.*the next fit"):
        model, history = fit(brickwork, "on_epoch_begin", act)
    np.testing.assert_array_equal(
        history.history["loss"],
        model_of(brickwork)
        .fit(X, Y, batch_size=BATCH, epochs=EPOCHS, shuffle=False, verbose=0)
        .history["loss"],
    )
    before = model.get_weights()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        fit(brickwork, "on_epoch_begin", act)
        after = model.fit(X, Y, verbose=0) and model.get_weights()
    assert np.array_equal(before[0], after[0]) == (act is freeze)


@pytest.mark.parametrize("act", [freeze, drop, clip])
def test_at_once_on_streams(act):
    kept = []

    def noted(model):
        act(model)
        kept.append(model.get_weights()[0])

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        model, history = fit(brickwork, "on_epoch_begin", noted, stream=True)
    assert np.isfinite(history.history["loss"]).all()
    assert np.array_equal(kept[0], model.get_weights()[0]) == (act is freeze)


def test_thawed_on_a_stream():
    """A weight that was not trained gets its state of the optimizer when it is."""
    kept = []

    def thaw(model):
        kept.append(model.layers[0].get_weights()[0])
        model.layers[0].trainable = True

    model = model_of(brickwork)
    model.layers[0].trainable = False
    model.compile("adam", "mse")
    thawing = brickwork.callbacks.LambdaCallback(on_epoch_end=lambda *_: thaw(model))
    model.fit(batches(), steps_per_epoch=4, epochs=2, verbose=0, callbacks=[thawing])
    assert int(model.optimizer.iterations.numpy()) == 8
    assert (kept[0] == 1).all() and (kept[1] != 1).all()
