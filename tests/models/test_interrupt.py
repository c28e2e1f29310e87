"""Ctrl-C, errors and losses that are not finite: the model is at its last finished step."""

from __future__ import annotations

import contextlib
import gc
import inspect
import os
import random
import signal
import sys
import threading
import time
import warnings
from pathlib import Path

import numpy as np
import pytest
from pace import in_time

from brickwork.callbacks import Callback
from brickwork.layers import Dense, Dropout, Input
from brickwork.models import Sequential
from brickwork.program import current_trace

RNG = np.random.default_rng(0)
ROWS, BATCH = 100, 16
STEPS = -(-ROWS // BATCH)
X = RNG.normal(size=(ROWS, 4)).astype("float32")
Y = (X.sum(1) > 0).astype("float32")


def build(optimizer="adam", width=8):
    np.random.seed(3)
    model = Sequential(
        [Input((4,)), Dense(width, activation="relu"), Dropout(0.1), Dense(1, activation="sigmoid")]
    )
    model.compile(optimizer, "binary_crossentropy", metrics=["accuracy"])
    return model


def batch(number):
    rows = slice(number * BATCH, (number + 1) * BATCH)
    return X[rows], Y[rows]


def batches():
    while True:
        yield from map(batch, range(STEPS))


def steps_of(model) -> int:
    return int(model.optimizer.iterations.numpy())


def bits(model):
    variables = [*model.variables, *model.optimizer.variables]
    return {v.path: v.numpy().tobytes() for v in variables}


def assert_at_last_step(model, build=build, unfinished=0):
    """The model equals one that was trained for the same steps without interruption.

    History has all of its epochs, or lacks the last, which was still to be validated or to be
    reported to callbacks, if one may be ``unfinished``.
    """
    twin, done = build(), steps_of(model)
    if model.optimizer.built:
        twin.optimizer.build(twin.trainable_variables)
    epochs, rest = divmod(done, STEPS)
    history = twin.fit(X, Y, batch_size=BATCH, epochs=epochs, shuffle=False, verbose=0).history
    for number in range(rest):
        twin.train_on_batch(*batch(number))
    assert list(bits(model).values()) == list(bits(twin).values())
    losses = history.get("loss", [])
    kept = [] if model.history is None else model.history.history.get("loss", [])
    assert len(losses) - len(kept) in (0, unfinished) and losses[: len(kept)] == kept
    assert model.history is None or len(model.history.epoch) == len(kept)
    again = model.fit(X, Y, batch_size=BATCH, shuffle=False, verbose=0)
    assert np.isfinite(again.history["loss"]).all()


class Epochs(Callback):
    def on_epoch_end(self, epoch, logs=None):
        self.epoch = epoch


class Batches(Callback):
    def on_train_batch_end(self, batch, logs=None):
        self.batch = batch


@pytest.fixture(autouse=True)
def default_ctrl_c():
    """A process that a shell started in the background ignores it; so does, while it runs, a
    function that another library has the garbage collector call (JAX does)."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    called, gc.callbacks[:] = list(gc.callbacks), []
    yield
    gc.callbacks[:] = called
    signal.signal(signal.SIGINT, before)


WAYS = {
    "alone": {},
    "epochs": {"callbacks": [Epochs()]},
    "batches": {"callbacks": [Batches()]},
    "bar": {"verbose": 1},
    "validation": {"validation_data": (X, Y)},
    "stream": {"x": batches, "y": None, "batch_size": None, "steps_per_epoch": STEPS},
}


@contextlib.contextmanager
def interrupted(after: float, took: list):
    """Ctrl-C after some seconds; appends the CPU time until the work was left."""
    sent, begun = [], threading.Event()

    def send():
        begun.wait()
        time.sleep(after)
        sent.append(time.process_time())
        os.kill(os.getpid(), signal.SIGINT)

    thread = threading.Thread(target=send)
    with pytest.raises(KeyboardInterrupt):
        try:
            thread.start()
            begun.set()
            yield
            time.sleep(10)
        finally:
            thread.join()
    took.append(time.process_time() - sent[0])


@pytest.mark.parametrize("way", WAYS)
def test_ctrl_c(way):
    moments, took = random.Random(way), []
    for _ in range(4):
        model = build()
        options = {
            "x": X,
            "y": Y,
            "batch_size": BATCH,
            "epochs": 10**9,
            "shuffle": False,
            "verbose": 0,
        } | WAYS[way]
        if callable(options["x"]):
            options["x"] = options["x"]()
        with interrupted(moments.uniform(0.005, 0.15), took):
            model.fit(**options)
        assert_at_last_step(model, unfinished=way != "alone")
    assert in_time(max(took), 0.1, time.process_time)


def test_ctrl_c_on_two_threads():
    def wide():
        return build(width=800)

    took = []
    for moment in (0.1, 0.2, 0.25):
        model = wide()
        with interrupted(moment, took):
            model.fit(X, Y, batch_size=BATCH, epochs=10**9, shuffle=False, verbose=0)
        assert_at_last_step(model, wide)
    assert in_time(max(took), 0.2, time.process_time)  # of two processors


@pytest.mark.parametrize("method", ["evaluate", "predict"])
def test_ctrl_c_while_predicting(method):
    model, took = build(), []
    model.fit(X, Y, verbose=0)
    before = bits(model)
    x = np.zeros((3_000_000, 4), "float32")
    arguments = (x, np.zeros(len(x))) if method == "evaluate" else (x,)
    for moment in (0.02, 0.06):
        with interrupted(moment, took):
            while True:
                getattr(model, method)(*arguments, batch_size=16, verbose=0)
    # Looking for NaN in the data is one call of NumPy.
    assert in_time(max(took), 0.3, time.process_time)
    assert bits(model) == before
    assert model.evaluate(X, Y, verbose=0)[0] > 0 and model.predict(X, verbose=0).shape == (ROWS, 1)


@pytest.fixture(scope="module", autouse=True)
def imported():
    """What fit imports when it is first called must not be what is interrupted."""
    build().fit(X, Y, validation_split=0.1, verbose=0)
    build().fit(batches(), steps_per_epoch=1, verbose=0)


class Interrupt:
    """KeyboardInterrupt at the n-th function call inside of brickwork."""

    def __init__(self, number):
        self.left = number

    def __call__(self, frame, event, _):
        code = frame.f_code  # a generator may be called when it is closed, where nothing is raised
        if (
            event == "call"
            and "brickwork" in code.co_filename
            and not (code.co_flags & inspect.CO_GENERATOR)
        ):
            self.left -= 1
            if self.left == 0:
                sys.settrace(None)
                raise KeyboardInterrupt

    def __enter__(self):
        self.before = sys.gettrace()
        sys.settrace(self)

    def __exit__(self, *_):
        sys.settrace(self.before)


def calls_of_first_fit() -> int:
    counter = Interrupt(10**9)
    model = build()
    with counter:
        model.fit(X, Y, batch_size=BATCH, shuffle=False, verbose=0)
    return 10**9 - counter.left


def test_ctrl_c_at_any_call_of_the_first_fit():
    """While the step is traced and planned, state is made and moved: none of it half."""
    calls = calls_of_first_fit()
    assert calls > 1000
    for number in [
        1,
        2,
        3,
        *random.Random(0).sample(range(4, calls - 40), 20),
        *range(calls - 40, calls + 1, 3),
    ]:
        model = build()
        with Interrupt(number), contextlib.suppress(KeyboardInterrupt):
            model.fit(X, Y, batch_size=BATCH, shuffle=False, verbose=0)
        assert_at_last_step(model)


@pytest.mark.parametrize(
    "event, name",
    [("return", "__enter__"), ("call", "__exit__"), ("call", "__enter__"), ("return", "__exit__")],
)
def test_ctrl_c_while_a_trace_is_opened_or_closed(event, name):
    """Nothing is recorded any more when the error has come to the caller."""

    def tracer(frame, happened, _):
        if frame.f_code.co_name == name and frame.f_code.co_filename.endswith("program/trace.py"):
            if happened == event:
                sys.settrace(None)
                raise KeyboardInterrupt
            return tracer
        return None

    before = sys.gettrace()
    model = build()
    sys.settrace(tracer)
    try:
        with pytest.raises(KeyboardInterrupt):
            model.fit(X, Y, batch_size=BATCH, shuffle=False, verbose=0)
    finally:
        sys.settrace(before)
    assert current_trace() is None
    assert_at_last_step(model)


def test_ctrl_c_while_slots_are_made(monkeypatch):
    """All of the optimizer's state is made, or none of it."""
    model = build()
    make, left = model.optimizer.add_variable_from_reference, iter([1, 1, 1])

    def interrupted_making(*args, **kwargs):
        if next(left, None) is None:
            raise KeyboardInterrupt
        return make(*args, **kwargs)

    monkeypatch.setattr(model.optimizer, "add_variable_from_reference", interrupted_making)
    with pytest.raises(KeyboardInterrupt):
        model.fit(X, Y, verbose=0)
    monkeypatch.undo()
    assert_at_last_step(model)


HOOKS = [
    "on_train_begin",
    "on_epoch_begin",
    "on_train_batch_begin",
    "on_train_batch_end",
    "on_test_begin",
    "on_test_batch_end",
    "on_test_end",
    "on_epoch_end",
    "on_train_end",
]


class Broken(Exception):
    pass


@pytest.mark.parametrize("hook", HOOKS)
@pytest.mark.parametrize("way", ["alone", "stream"])
def test_errors_in_callbacks(hook, way):
    calls = []

    def fail(*_):
        calls.append(1)
        if len(calls) == 3 or hook in ("on_train_begin", "on_train_end"):
            raise Broken

    callback = Callback()
    setattr(callback, hook, fail)
    model = build()
    options = {"x": X, "y": Y, "batch_size": BATCH} | WAYS[way]
    if callable(options["x"]):
        options["x"] = options["x"]()
    with pytest.raises(Broken):
        model.fit(
            **options,
            epochs=5,
            shuffle=False,
            validation_data=(X, Y),
            verbose=0,
            callbacks=[callback],
        )
    assert_at_last_step(model, unfinished=1)


def test_errors_in_generators():
    def failing():
        for number, one in enumerate(batches()):
            if number == STEPS + 3:
                raise Broken
            yield one

    model = build()
    with pytest.raises(Broken):
        model.fit(failing(), steps_per_epoch=STEPS, epochs=9, verbose=0)
    assert steps_of(model) == STEPS + 3
    assert_at_last_step(model)


def test_errors_in_arrays():
    class Failing:
        def __array__(self, *_, **__):
            raise Broken

    model = build()
    for call in (model.fit, model.train_on_batch, model.evaluate):
        with pytest.raises(Broken):
            call(Failing(), Y)
    with pytest.raises(Broken):
        model.predict(Failing())
    assert steps_of(model) == 0
    assert_at_last_step(model)


# Losses that are not finite

BAD_BATCH = 4


def overflowing():
    """The same data, but one batch's outputs are inf - inf."""
    x = X.copy()
    x[BAD_BATCH * BATCH + 1] = 3e38
    return x


def linear():
    np.random.seed(3)
    model = Sequential([Input((4,)), Dense(8), Dense(1)])
    model.compile("sgd", "mse", metrics=["mae"])
    return model


def bad_batches():
    x = overflowing()
    while True:
        for number in range(STEPS):
            yield x[number * BATCH : (number + 1) * BATCH], batch(number)[1]


NAN_WAYS = {name: WAYS[name] for name in ("alone", "epochs", "batches")} | {
    "stream": {"x": bad_batches, "y": None, "batch_size": None, "steps_per_epoch": STEPS}
}


def fit_overflowing(model, way, **more):
    options = (
        {
            "x": overflowing(),
            "y": Y,
            "batch_size": BATCH,
            "epochs": 3,
            "shuffle": False,
            "verbose": 0,
        }
        | NAN_WAYS[way]
        | more
    )
    if callable(options["x"]):
        options["x"] = options["x"]()
    return model.fit(**options)


@pytest.mark.parametrize("way", NAN_WAYS)
def test_a_loss_that_is_not_finite(way):
    model, twin = linear(), linear()
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        history = fit_overflowing(model, way)
    (message,) = (str(w.message) for w in said)
    assert said[0].category is RuntimeWarning and said[0].filename == __file__
    for words in ("epoch 1", f"batch {BAD_BATCH + 1}", "learning rate 0.01", "last step"):
        assert words in message, message
    assert history.epoch == [0] and np.isnan(history.history["loss"]).tolist() == [True]
    assert set(history.history) == {"loss", "mae"}
    for number in range(BAD_BATCH):
        twin.train_on_batch(*batch(number))
    assert bits(model).values() and list(bits(model).values()) == list(bits(twin).values())


@pytest.mark.parametrize("way", NAN_WAYS)
def test_on_nan_raise(way):
    model = linear()
    with pytest.raises(FloatingPointError, match=rf"epoch 1, batch {BAD_BATCH + 1}"):
        fit_overflowing(model, way, on_nan="raise")
    assert steps_of(model) == BAD_BATCH
    assert np.isnan(model.history.history["loss"]).tolist() == [True]


@pytest.mark.parametrize("way", NAN_WAYS)
def test_on_nan_continue(way):
    model = linear()
    history = fit_overflowing(model, way, on_nan="continue")
    assert history.epoch == [0, 1, 2] and np.isnan(history.history["loss"]).all()
    assert steps_of(model) == 3 * STEPS


@pytest.mark.parametrize("way", ["batches", "stream"])
def test_a_callback_sees_it_first_and_may_end_training(way):
    class Stop(Callback):
        def on_train_batch_end(self, batch, logs=None):
            if not np.isfinite(logs["loss"]):
                self.at = batch
                self.model.stop_training = True

    stop, model = Stop(), linear()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        history = fit_overflowing(model, way, callbacks=[stop])
    assert stop.at == BAD_BATCH and history.epoch == [0]
    assert np.isnan(history.history["loss"]).all()


def test_train_on_batch_of_a_loss_that_is_not_finite():
    model = linear()
    before = bits(model)
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        for _ in range(2):  # it warns once
            loss, _ = model.train_on_batch(overflowing()[64:80], Y[64:80])
            assert np.isnan(loss) and bits(model) == before
    assert len(said) == 1 and said[0].filename == __file__
    assert "train_on_batch: the loss is not finite" in str(said[0].message)


def test_a_later_epoch_is_named():
    model = linear()
    model.compile(__import__("brickwork").optimizers.SGD(0.7), "mse")
    with pytest.warns(RuntimeWarning, match=r"epoch (\d+), batch (\d+);.*learning rate 0.7\)"):
        history = model.fit(X * 10, Y, batch_size=BATCH, epochs=50, verbose=0)
    assert np.isnan(history.history["loss"][-1]) and np.isfinite(history.history["loss"][:-1]).all()
    assert all(np.isfinite(w).all() for w in model.get_weights())


def test_each_job_of_the_long_run(monkeypatch):
    """`make interrupts`, each of its jobs once."""
    monkeypatch.syspath_prepend(Path(__file__).parents[1] / "long")
    import interrupts

    found = interrupts.figures(len(interrupts.JOBS))
    assert found["unusable"] == [] and found["interrupts"] == len(interrupts.JOBS)


def test_no_weak_dictionary_loses_a_ctrl_c():
    """The callbacks of weak dictionaries and sets are Python code, in which an exception is only
    printed. A Ctrl-C that arrives there, when a model is deleted, would be lost."""
    package = Path(inspect.getfile(Sequential)).parents[1]
    for file in package.rglob("*.py"):
        text = file.read_text("utf-8")
        for word in ("WeakKeyDictionary(", "WeakValueDictionary(", "WeakSet("):
            assert f"weakref.{word}" not in text and f" {word}" not in text, (file, word)
