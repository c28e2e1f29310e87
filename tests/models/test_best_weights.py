"""``EarlyStopping(restore_best_weights=True)``: the best weights are there, however fit ends."""

from __future__ import annotations

import signal

import numpy as np
import pytest

import brickwork
from brickwork import layers
from brickwork.callbacks import Callback, EarlyStopping

RNG = np.random.default_rng(0)
X = RNG.normal(size=(60, 3)).astype("float32")
Y = X.sum(1, keepdims=True)


class Broken(Exception):
    pass


def fail():
    raise Broken


def ctrl_c():
    signal.raise_signal(signal.SIGINT)


class Made(Callback):
    """Makes the third epoch the best, remembers its weights, and acts at a hook of the fifth."""

    def __init__(self, hook=None, act=None):
        super().__init__()
        self.act, self.best, self.epoch = act, None, 0
        if hook:
            setattr(self, hook, self.now)

    def now(self, *args):
        if self.epoch == 4 and self.act:
            self.act()

    def on_epoch_begin(self, epoch, logs=None):
        self.epoch = epoch

    def on_epoch_end(self, epoch, logs=None):
        logs["score"] = float(abs(epoch - 2))
        if epoch == 2:
            self.best = self.model.get_weights()


class Ends(Made):
    def on_epoch_end(self, epoch, logs=None):
        super().on_epoch_end(epoch, logs)
        self.now()


def model_of():
    np.random.seed(1)
    model = brickwork.Sequential(
        [layers.Input((3,)), layers.Dense(4, activation="tanh"), layers.Dense(1)]
    )
    model.compile(brickwork.optimizers.SGD(0.05), "mse")
    return model


def assert_best(model, made):
    assert made.best is not None
    for now, best in zip(model.get_weights(), made.best, strict=True):
        assert now.tobytes() == best.tobytes()


def fit(model, made, patience=20, others=(), **options):
    options = {"x": X, "y": Y, "batch_size": 10, "epochs": 8, "verbose": 0} | options
    stop = EarlyStopping("score", mode="min", patience=patience, restore_best_weights=True)
    return model.fit(**options, callbacks=[made, stop, *others])


@pytest.fixture(autouse=True)
def default_ctrl_c():
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.parametrize("patience, epochs", [(20, 8), (2, 5)])
def test_the_end_of_all_epochs_or_of_patience(patience, epochs):
    model, made = model_of(), Made()
    assert len(fit(model, made, patience).epoch) == epochs
    assert_best(model, made)


@pytest.mark.parametrize(
    "hook", ["on_train_batch_begin", "on_train_batch_end", "on_test_begin", "on_test_batch_end"]
)
@pytest.mark.parametrize("act, error", [(fail, Broken), (ctrl_c, KeyboardInterrupt)])
def test_errors_and_ctrl_c_in_hooks(hook, act, error):
    model, made = model_of(), Made(hook, act)
    with pytest.raises(error):
        fit(model, made, validation_data=(X, Y))
    assert_best(model, made)


@pytest.mark.parametrize("act, error", [(fail, Broken), (ctrl_c, KeyboardInterrupt)])
def test_errors_and_ctrl_c_at_the_end_of_an_epoch(act, error):
    model, made = model_of(), Ends(act=act)
    with pytest.raises(error):
        fit(model, made)
    assert_best(model, made)


def test_ctrl_c_while_the_engine_runs():
    """A real signal, from a timer, in the middle of a long epoch."""

    class Later(Made):
        def on_epoch_begin(self, epoch, logs=None):
            super().on_epoch_begin(epoch, logs)
            if epoch == 4:
                signal.setitimer(signal.ITIMER_REAL, 0.02)

    x = np.repeat(X, 5_000, axis=0)
    before = signal.signal(signal.SIGALRM, lambda *_: ctrl_c())
    model, made = model_of(), Later()
    with pytest.raises(KeyboardInterrupt):
        fit(model, made, x=x, y=x[:, :1], batch_size=1)
    signal.signal(signal.SIGALRM, before)
    assert_best(model, made)


@pytest.mark.parametrize("first", [False, True])
def test_an_error_at_the_end_of_fit(first):
    """Of a callback that stands before the one that restores, or behind it."""
    ends = brickwork.callbacks.LambdaCallback(on_train_end=lambda logs: fail())
    model, made = model_of(), Made()
    stop = EarlyStopping("score", mode="min", patience=20, restore_best_weights=True)
    with pytest.raises(Broken):
        model.fit(
            X, Y, epochs=8, verbose=0, callbacks=[made, *([ends, stop] if first else [stop, ends])]
        )
    assert_best(model, made)


def test_a_callback_that_fails_again_while_fit_is_left():
    class Bad(Callback):
        def on_train_batch_end(self, batch, logs=None):
            if self.model.history.epoch == [0, 1, 2, 3]:
                fail()

        def _on_fit_error(self):
            raise OSError("No space left on device")

    for before in (True, False):
        model, made = model_of(), Made()
        stop = EarlyStopping("score", mode="min", patience=20, restore_best_weights=True)
        with pytest.raises(OSError, match="No space") as raised:
            model.fit(
                X,
                Y,
                epochs=8,
                verbose=0,
                callbacks=[made, *([Bad(), stop] if before else [stop, Bad()])],
            )
        assert isinstance(raised.value.__context__, Broken)
        assert_best(model, made)


def batches(bad):
    for number in range(48):
        if number == 27 and bad is None:
            raise Broken
        rows = slice(number % 6 * 10, number % 6 * 10 + 10)
        yield X[rows], Y[rows] * np.float32(1e30 if number == 27 else 1)


@pytest.mark.parametrize(
    "bad, on_nan, error",
    [(None, "stop", Broken), (1, "raise", FloatingPointError), (1, "stop", None)],
)
def test_data_that_fail_and_losses_that_are_not_finite(bad, on_nan, error):
    model, made = model_of(), Made()
    options = {"x": batches(bad), "y": None, "batch_size": None, "steps_per_epoch": 6}
    if error:
        with pytest.raises(error):
            fit(model, made, on_nan=on_nan, **options)
    else:
        with pytest.warns(RuntimeWarning, match="not finite in epoch 5"):
            assert len(fit(model, made, **options).epoch) == 5
    assert_best(model, made)


def test_what_was_best_in_an_earlier_fit_is_not_put_back():
    """A fit that fails before its first step leaves the weights alone."""
    model, made = model_of(), Made()
    stop = EarlyStopping("score", mode="min", patience=20, restore_best_weights=True)
    model.fit(X, Y, epochs=4, verbose=0, callbacks=[made, stop])
    model.fit(X, Y, epochs=2, verbose=0)
    now = model.get_weights()
    begins = brickwork.callbacks.LambdaCallback(on_train_begin=lambda logs: fail())
    for order in ([begins, stop], [stop, begins]):
        with pytest.raises(Broken):
            model.fit(X, Y, epochs=2, verbose=0, callbacks=order)
        assert all(map(np.array_equal, model.get_weights(), now))


def test_nothing_is_restored_unless_that_is_wanted():
    model, made = model_of(), Made()
    stop = EarlyStopping("score", mode="min", patience=20)
    model.fit(X, Y, epochs=8, verbose=0, callbacks=[made, stop])
    assert any(
        not np.array_equal(a, b) for a, b in zip(model.get_weights(), made.best, strict=True)
    )
