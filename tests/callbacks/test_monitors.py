"""Callbacks that follow one number: the same decisions as Keras's on any logs, and what is refused
before the first step."""

import types
import warnings

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st
from keras_oracle import keras
from pace import in_time

import brickwork
from brickwork import callbacks, layers, optimizers
from brickwork.callbacks import (
    Callback,
    EarlyStopping,
    LambdaCallback,
    LearningRateScheduler,
    ModelCheckpoint,
    ReduceLROnPlateau,
)
from brickwork.callbacks.monitor import _MAXIMIZED, _MINIMIZED, _better_if_larger
from brickwork.data import DataWarning, forget_warnings
from brickwork.dialects import DialectWarning
from brickwork.errors import ArgumentError
from brickwork.metrics import MeanMetricWrapper
from brickwork.spelling.translation import repeat_warnings

X, Y = np.array([[0.0], [1.0], [2.0], [3.0]]), np.array([0.0, 1.0, 0.0, 1.0])


@pytest.fixture(autouse=True)
def fresh():
    forget_warnings()
    repeat_warnings()


class Double:
    """As much of a model as these callbacks touch: its weights are the number of the epoch."""

    def __init__(self, library):
        self.stop_training, self.epoch, self.restored = False, None, None
        self.optimizer = (optimizers if library is callbacks else keras.optimizers).SGD(0.5)
        self.metrics = []

    @property
    def weights(self):
        return [types.SimpleNamespace(numpy=lambda: self.epoch)]

    def get_weights(self):
        return [weight.numpy() for weight in self.weights]

    def set_weights(self, weights):
        self.restored = weights


def decisions(library, kind, options, rows):
    """What a callback makes of epochs with these values of its monitor."""
    model, callback = Double(library), getattr(library, kind)("score", **options)
    callback.set_model(model)
    callback.set_params({})
    callback.on_train_begin({})
    seen = []
    for epoch, value in enumerate(rows):
        model.epoch = epoch
        callback.on_epoch_begin(epoch, {})
        callback.on_epoch_end(epoch, {} if value is None else {"score": value})
        rate = float(np.asarray(model.optimizer.learning_rate))
        seen.append((model.stop_training, callback.wait, callback.best, rate))
        if model.stop_training:
            break
    callback.on_train_end({})
    return seen, model.restored


def same_decisions(kind, options, rows):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # both warn of numbers that are not there
        mine = decisions(callbacks, kind, options, rows)
        assert mine == decisions(keras.callbacks, kind, options, rows)


VALUES = st.lists(
    st.one_of(
        st.none(),
        st.just(float("nan")),
        st.sampled_from([0.0, 0.5, 1.0]),
        st.floats(-1, 2, width=32),
    ),
    max_size=12,
)
MODES, DELTAS = st.sampled_from(["min", "max"]), st.sampled_from([0, 0.25, -0.25])


@settings(max_examples=150, deadline=None)
@given(
    VALUES,
    st.fixed_dictionaries(
        {
            "mode": MODES,
            "min_delta": DELTAS,
            "patience": st.integers(0, 3),
            "baseline": st.sampled_from([None, 0.4]),
            "restore_best_weights": st.booleans(),
            "start_from_epoch": st.integers(0, 3),
        }
    ),
)
def test_early_stopping_decides_as_keras(rows, options):
    same_decisions("EarlyStopping", options, rows)


@settings(max_examples=150, deadline=None)
@given(
    VALUES,
    st.fixed_dictionaries(
        {
            "mode": MODES,
            "min_delta": DELTAS,
            "patience": st.integers(0, 2),
            "factor": st.sampled_from([0.5, 0.1]),
            "cooldown": st.integers(0, 2),
            "min_lr": st.sampled_from([0.0, 0.1]),
        }
    ),
)
def test_reduce_lr_decides_as_keras(rows, options):
    same_decisions("ReduceLROnPlateau", options, rows)


# Which way is better


def directions():
    for name in dir(keras.metrics):
        kind = getattr(keras.metrics, name)
        if isinstance(kind, type):
            for arguments in ((), (0.5,), (2,), (2, [0])):
                try:
                    yield name, getattr(kind(*arguments), "_direction", None)
                except (TypeError, ValueError):
                    continue
                break


def test_directions_are_keras():
    known = dict(directions())
    assert {n for n, d in known.items() if d == "up"} == _MAXIMIZED
    assert {n for n, d in known.items() if d == "down"} == _MINIMIZED


def test_directions_of_functions():
    assert _better_if_larger(MeanMetricWrapper(brickwork.losses.mean_squared_error)) is False
    assert _better_if_larger(MeanMetricWrapper(lambda y, p: p)) is None
    assert _better_if_larger(types.SimpleNamespace(_direction="up")) is True


# Before the first step


def model_of(metrics=("mae",), rate=0.1):
    model = brickwork.Sequential([layers.Dense(1, input_dim=1)])
    model.compile(optimizers.SGD(rate), "mse", metrics=list(metrics))
    return model


def fit(callback, model=None, **options):
    model = model or model_of()
    before = model.get_weights()
    try:
        return model.fit(X, Y, epochs=4, verbose=0, callbacks=callback, **options)
    except ArgumentError:
        assert all(np.array_equal(a, b) for a, b in zip(before, model.get_weights(), strict=True))
        raise


@pytest.mark.parametrize(
    "callback, options, message",
    [
        (
            lambda: EarlyStopping(),
            {},
            r"EarlyStopping.monitor: got 'val_loss', but there is no "
            r"validation at this fit; give it validation_data .* or "
            "monitor='loss'",
        ),
        (lambda: EarlyStopping("mea"), {}, "got 'mea'; did you mean 'mae'"),
        (lambda: EarlyStopping("f1"), {}, "got 'f1', expected one of loss, mae"),
        (lambda: EarlyStopping("val_mea"), {"validation_split": 0.5}, "did you mean 'val_mae'"),
        (
            lambda: EarlyStopping(),
            {"validation_split": 0.5, "validation_freq": 9},
            "got 'val_loss'",
        ),
        (lambda: ReduceLROnPlateau(), {}, "ReduceLROnPlateau.monitor: got 'val_loss'"),
    ],
)
def test_a_monitor_that_no_logs_will_have(callback, options, message):
    with pytest.raises(ArgumentError, match=message):
        fit(callback(), **options)


def test_streams_know_the_names_before_the_first_step():
    def batches():
        yield X, Y

    model = model_of()
    before = model.get_weights()
    with pytest.raises(ArgumentError, match="did you mean 'mae'"):
        model.fit(batches(), verbose=0, callbacks=EarlyStopping("mea"))
    assert np.array_equal(before[0], model.get_weights()[0])


def test_an_unknown_direction():
    def own(y_true, y_pred):
        return y_pred

    with pytest.raises(ArgumentError, match=r"EarlyStopping\.mode: got 'auto', but it is unknown"):
        fit(EarlyStopping("own"), model_of([own]))
    assert len(fit(EarlyStopping("own", mode="max", patience=9), model_of([own])).epoch) == 4


class Writes(Callback):
    def on_epoch_end(self, epoch, logs=None):
        logs["own"] = 1.0


@pytest.mark.parametrize(
    "writer", [Writes(), LambdaCallback(on_epoch_end=lambda epoch, logs: logs.update(own=1.0))]
)
def test_what_a_users_callback_writes_may_be_monitored(writer):
    stop = EarlyStopping("own", mode="min", patience=1)
    assert len(fit([writer, stop]).epoch) == 2


@pytest.mark.parametrize("monitor, rising", [("a_loss", False), ("val_b_accuracy", True)])
def test_several_outputs(monitor, rising):
    x = layers.Input((1,))
    model = brickwork.Model(
        x, [layers.Dense(1, name="a")(x), layers.Dense(1, activation="sigmoid", name="b")(x)]
    )
    model.compile("sgd", ["mse", "binary_crossentropy"], metrics=[["mae"], ["accuracy"]])
    stop = EarlyStopping(monitor, patience=1, min_delta=99)
    history = model.fit(X, [Y, Y], epochs=5, verbose=0, validation_data=(X, [Y, Y]), callbacks=stop)
    assert stop._larger is rising and len(history.epoch) == 2


def test_a_metric_of_several_numbers_cannot_be_followed():
    model = brickwork.Sequential([layers.Dense(2, activation="sigmoid", input_dim=1)])
    model.compile("sgd", "binary_crossentropy", metrics=[brickwork.metrics.F1Score()])
    with pytest.raises(ArgumentError, match=r"'f1_score', which has values of shape \(2,\)"):
        model.fit(X, np.eye(2)[[0, 1, 0, 1]], verbose=0, callbacks=EarlyStopping("f1_score"))


def test_a_model_is_saved_where_its_metric_has_several_numbers(tmp_path):
    model = brickwork.Sequential([layers.Dense(2, activation="sigmoid", input_dim=1)])
    model.compile("sgd", "binary_crossentropy", metrics=[brickwork.metrics.F1Score()])
    keep = ModelCheckpoint(tmp_path / "{epoch}.brick", "f1_score", save_best_only=True, mode="max")
    with pytest.warns(DataWarning, match="'f1_score' has several values, expected one number"):
        model.fit(X, np.eye(2)[[0, 1, 0, 1]], epochs=2, verbose=0, callbacks=keep)
    assert len(list(tmp_path.iterdir())) == 2


def test_a_missing_metric_warns_once():
    stop = EarlyStopping("other", mode="min")
    with pytest.warns(DataWarning, match="'other' is not in the logs, expected one of") as said:
        assert len(fit([Writes(), stop]).epoch) == 4
    assert len(said) == 1


def test_rates_may_be_monitored():
    rates = LearningRateScheduler(lambda epoch: 0.1)
    assert len(fit([rates, EarlyStopping("learning_rate", mode="min", patience=2)]).epoch) == 3


def test_epochs_without_validation_are_passed_over():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        stop = EarlyStopping(patience=1, min_delta=99)
        history = fit(stop, validation_data=(X, Y), validation_freq=2)
    assert history.epoch == [0, 1, 2, 3] and stop.stopped_epoch == 3


def test_acc_is_accuracy():
    model = brickwork.Sequential([layers.Dense(1, activation="sigmoid", input_dim=1)])
    model.compile("sgd", "binary_crossentropy", metrics=["accuracy"])
    stop = EarlyStopping("acc", patience=2, min_delta=9)
    with pytest.warns(DialectWarning, match="acc is accuracy"):
        assert len(fit(stop, model).epoch) == 3
    assert stop._larger is True


@pytest.mark.parametrize("raised", [KeyboardInterrupt, RuntimeError])
def test_the_best_weights_are_there_after_ctrl_c_too(raised):
    class Breaks(Callback):
        def on_epoch_end(self, epoch, logs=None):
            if epoch == 2:
                raise raised

    model, stop = model_of(rate=0.0), EarlyStopping("loss", patience=5, restore_best_weights=True)
    best = model.get_weights()
    worse = LambdaCallback(
        on_epoch_end=lambda epoch, logs: (
            model.set_weights([w + 9 for w in best]) if epoch == 1 else None
        )
    )
    with pytest.raises(raised):
        model.fit(X, Y, epochs=5, verbose=0, callbacks=[stop, worse, Breaks()])
    assert all(np.array_equal(a, b) for a, b in zip(best, model.get_weights(), strict=True))


def test_several_learning_rates():
    several = optimizers.MultiOptimizer(
        optimizers.OptimizerMap(
            optimizers.SGD(0.5, name="a"), {".*bias": optimizers.SGD(0.25, name="b")}
        )
    )
    model = brickwork.Sequential([layers.Dense(1, input_dim=1)])
    model.compile(several, "mse")
    history = fit(
        [
            LearningRateScheduler(lambda epoch, rate: rate / 2),
            ReduceLROnPlateau("loss", factor=0.5, patience=1, min_delta=99),
        ],
        model,
    )
    assert history.history["learning_rate_a"] == [0.25, 0.125, 0.03125, 0.0078125]
    assert history.history["learning_rate_b"] == [0.125, 0.0625, 0.015625, 0.00390625]


@pytest.mark.parametrize(
    "returned, message",
    [
        ("fast", "got 'fast', expected a number"),
        (-1.0, "got -1.0"),
        (float("nan"), "got nan"),
        (None, "got None"),
    ],
)
def test_a_schedule_that_returns_no_rate(returned, message):
    with pytest.raises(ArgumentError, match=rf"schedule\(0\): {message}"):
        fit(LearningRateScheduler(lambda epoch: returned))


def test_an_error_inside_a_schedule_is_its_own():
    def broken(epoch, rate):
        return rate + "1"

    with pytest.raises(TypeError, match="unsupported operand"):
        fit(LearningRateScheduler(broken))


def test_they_cost_little_an_epoch():
    """Far below what Python needs for anything that a user would notice."""
    from time import perf_counter

    stop = EarlyStopping("loss", patience=10**9)
    stop.set_model(Double(callbacks))
    stop.on_train_begin()
    logs = {"loss": 1.0}
    best = min(_timed(stop, logs, perf_counter) for _ in range(5))
    assert in_time(best, 20e-6)


def _timed(stop, logs, clock):
    start = clock()
    for epoch in range(1000):
        stop.on_epoch_end(epoch, logs)
    return (clock() - start) / 1000


def test_a_checkpoint_needs_its_monitor_only_for_the_best():
    class Saves(brickwork.Sequential):
        saved = 0

        def save(self, path, overwrite=True):
            self.saved += 1

    model = Saves([layers.Dense(1, input_dim=1)])
    model.compile("sgd", "mse")
    fit(ModelCheckpoint("x.keras"), model)
    assert model.saved == 4
    with pytest.raises(ArgumentError, match=r"ModelCheckpoint\.monitor: got 'val_loss'"):
        fit(ModelCheckpoint("x.keras", save_best_only=True), model)
