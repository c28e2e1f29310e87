"""An update that overflows while loss and gradient are finite, and stay so: no way of training ends
with infinite weights, shows them to a callback or writes them to a file."""

from __future__ import annotations

import warnings

import numpy as np
import pytest

import brickwork
from brickwork import GradientTape, Sequential, layers, losses, ops, optimizers
from brickwork.callbacks import (
    BackupAndRestore,
    Callback,
    EarlyStopping,
    ModelCheckpoint,
    TerminateOnNaN,
)
from brickwork.training import loop, not_finite, rewind
from brickwork.training.callback import Watcher

BATCH, STEPS, START = 4, 10, -2e38
#: All rows have output 0, where the gradient of the loss is the target: 0, so that nothing changes,
#: or 10 in the bad batch. Infinite weights have a finite loss, and no gradient.
X = np.tile(np.array([[1, -1]], "float32"), (BATCH * STEPS, 1))
LAST = STEPS - 1


def bounded(y, p):
    return ops.mean(ops.tanh(p) * y, axis=-1)


def targets(bad: int, rows: int = len(X)) -> np.ndarray:
    y = np.zeros((rows, 1), "float32")
    y[bad * BATCH : (bad + 1) * BATCH] = 10
    return y


class Own(Sequential):
    """A model whose step is traced from its own code."""

    def train_step(self, data):
        x, y = data
        with GradientTape() as tape:
            loss = ops.mean(bounded(y, self(x, training=True)))
        variables = self.trainable_variables
        self.optimizer.apply(tape.gradient(loss, variables), variables)
        return {"loss": loss}


OPTIMIZERS = {
    "sgd": lambda: optimizers.SGD(3e38),
    "momentum": lambda: optimizers.SGD(3e38, momentum=0.9, nesterov=True),
    "clipnorm": lambda: optimizers.SGD(3e38, clipnorm=3.0),
    "averages": lambda: optimizers.SGD(3e38, use_ema=True),
    "adam": lambda: optimizers.Adam(3e38),
    "rmsprop": lambda: optimizers.RMSprop(3e38),
    "accumulated": lambda: optimizers.SGD(3e38, gradient_accumulation_steps=1 + 1),
}


def made(optimizer="sgd", kind=Sequential, **compiled):
    weights = brickwork.initializers.Constant(START)
    model = kind([layers.Input((2,)), layers.Dense(1, kernel_initializer=weights, name="d")])
    model.compile(OPTIMIZERS[optimizer](), losses.get(bounded), **compiled)
    return model


def finite(model) -> bool:
    return all(np.isfinite(w).all() for w in model.get_weights())


class Epochs(Callback):
    """Notes whether the weights that it sees are finite."""

    def __init__(self):
        super().__init__()
        self.seen = []

    def on_epoch_end(self, epoch, logs=None):
        self.seen.append(finite(self.model))


class Batches(Epochs):
    def on_train_batch_end(self, batch, logs=None):
        self.seen.append(finite(self.model))


class Stops(Callback):
    """Ends training, for reasons of its own."""

    def __init__(self, hook, at):
        super().__init__()
        setattr(self, hook, self.end)
        self.at = at

    def end(self, index, logs=None):
        if index == self.at:
            self.model.stop_training = True


class Looks(Watcher):
    def __init__(self):
        super().__init__()
        self.seen = []

    def look(self, epoch, current):
        self.seen.append(finite(self.model))

    def _stride(self):
        return 1


def stream(x, y):
    while True:
        for start in range(0, len(x), BATCH):
            yield x[start : start + BATCH], y[start : start + BATCH]


def arrays(x, y):
    return {"x": x, "y": y, "batch_size": BATCH}


def streamed(x, y):
    return {"x": stream(x, y), "steps_per_epoch": len(x) // BATCH}


VALID = (X[:BATCH], targets(LAST)[:BATCH])
#: The data for `fit`, and further arguments; callbacks are made anew.
WAYS = {
    "alone": (arrays, dict),
    "validated": (arrays, lambda: {"validation_data": VALID}),
    "now and then": (arrays, lambda: {"validation_data": VALID, "validation_freq": [1, 2]}),
    "epochs": (arrays, lambda: {"callbacks": [Epochs()]}),
    "epochs, validated": (arrays, lambda: {"callbacks": [Epochs()], "validation_data": VALID}),
    "early stopping": (
        arrays,
        lambda: {"callbacks": [EarlyStopping("loss", restore_best_weights=True, patience=9)]},
    ),
    "batches": (arrays, lambda: {"callbacks": [Batches()]}),
    "watched": (arrays, lambda: {"callbacks": [Looks()]}),
    "watched epochs": (arrays, lambda: {"callbacks": [Looks(), Epochs()]}),
    "stream": (streamed, dict),
    "stream, epochs": (streamed, lambda: {"callbacks": [Epochs()]}),
    "stream, batches": (streamed, lambda: {"callbacks": [Batches()]}),
}


def trained(model, way, bad, epochs=1, **more):
    """Train; return the history, what was warned of, and the callbacks."""
    data, further = WAYS[way]
    arguments = data(X, targets(bad)) | further() | {"epochs": epochs, "verbose": 0} | more
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        history = model.fit(**arguments, shuffle=False)
    callbacks = arguments.get("callbacks", [])
    seen = [value for c in callbacks for value in getattr(c, "seen", [])]
    assert all(seen)
    return history, [str(w.message) for w in said if w.category is RuntimeWarning]


def check(model, history, said, epoch, bad, before):
    assert len(said) == 1, said
    assert f"the update is not finite in epoch {epoch}, batch {bad + 1};" in said[0]
    assert np.isnan(history.history["loss"]).tolist() == [False] * (epoch - 1) + [True]
    assert history.epoch == list(range(epoch))
    for old, new in zip(before, model.get_weights(), strict=True):
        np.testing.assert_array_equal(new, old)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("bad, epochs", [(0, 1), (2, 1), (LAST, 1), (LAST, 3)])
@pytest.mark.parametrize("kind", [Sequential, Own])
def test_the_step_is_not_done(way, bad, epochs, kind):
    model = made(kind=kind)
    before = model.get_weights()
    check(model, *trained(model, way, bad, epochs), 1, bad, before)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_optimizers(way, optimizer):
    model = made(optimizer)
    before = model.get_weights()
    check(model, *trained(model, way, LAST), 1, LAST, before)


@pytest.mark.parametrize("way", ["alone", "epochs", "batches", "watched", "stream"])
def test_a_later_epoch(way):
    """The epochs before it stay in the history; those after it, in the engine, do not count."""

    model = made()
    model.compile(optimizers.SGD(Later()), bounded)
    before = model.get_weights()
    check(model, *trained(model, way, 2, 4), 2, 2, before)


@pytest.mark.parametrize("way", WAYS)
def test_errors(way):
    model = made()
    with pytest.raises(FloatingPointError, match=f"epoch 1, batch {STEPS}"):
        trained(model, way, LAST, on_nan="raise")
    assert finite(model)
    model = made()
    _, said = trained(model, "alone", LAST, on_nan="continue")
    assert not said and not finite(model)


@pytest.mark.parametrize("rows", [1, 7, STEPS, 70])
def test_epochs_of_few_and_of_many_steps(rows):
    x, y = np.resize(X, (rows * BATCH, 2)), targets(rows - 1, rows * BATCH)
    for callbacks in ([], [Epochs()]):
        model = made()
        before = model.get_weights()
        with pytest.warns(RuntimeWarning, match=f"update is not finite in epoch 1, batch {rows};"):
            model.fit(x, y, BATCH, 2, 0, callbacks, shuffle=False)
        np.testing.assert_array_equal(model.get_weights()[0], before[0])


@pytest.mark.parametrize("way", ["alone", "epochs"])
def test_weights_are_looked_at_before_they_are_copied(monkeypatch, way):
    monkeypatch.setattr("brickwork.training.loop.SLICE", 0.0)
    monkeypatch.setattr(rewind, "PATIENCE", 0)
    model = made()
    before = model.get_weights()
    check(model, *trained(model, way, 1, 3), 1, 1, before)


@pytest.fixture
def in_place_of_run(monkeypatch):
    """Let a function run the engine's loops, which gets the loop and the arguments."""

    def replace(run):
        engine = brickwork._engine

        class Loop:
            def __init__(self, *arguments):
                self.loop = engine.Loop(*arguments)

            def __getattr__(self, name):
                return getattr(self.loop, name)

            def run(self, *arguments, **more):
                return run(self.loop, *arguments, **more)

        monkeypatch.setattr("brickwork.engines.native.Loop", Loop)

    return replace


@pytest.mark.parametrize("way", ["alone", "epochs"])
def test_interrupted(in_place_of_run, way):
    """Ctrl-C does not leave infinite weights behind."""
    model = made()

    @in_place_of_run
    def interrupted(loop, *_, **more):
        loop.run(1.0, 4, True)
        assert not finite(model)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        trained(model, way, 2)
    assert finite(model)


class Later(brickwork.optimizers.schedules.LearningRateSchedule):
    """A learning rate with which the third batch overflows, but only in the second epoch."""

    def __call__(self, step):
        return ops.where(step >= STEPS + 2, 3e38, 0.0)


def test_epochs_that_are_undone_are_not_in_the_history(in_place_of_run):
    model = made()
    model.compile(optimizers.SGD(Later()), bounded)

    @in_place_of_run
    def interrupted(loop, *_, **more):
        for _ in range(3):
            loop.run(1.0, 0, True)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        trained(model, "alone", 2, 5)
    assert finite(model) and model.optimizer.iterations.numpy() == STEPS + 2
    assert model.history.epoch == [0] and len(model.history.history["loss"]) == 1


@pytest.mark.parametrize("when", [0, 1])
def test_weights_that_the_user_has_set_stay_where_no_step_was_done(in_place_of_run, when):
    """They may be infinite on purpose, and older copies are none of them."""
    model = Sequential([layers.Input((2,)), layers.Dense(3, "softmax")])
    model.compile("sgd", "sparse_categorical_crossentropy")
    mine = [np.full((2, 3), 7, "float32"), np.array([0, -np.inf, 0], "float32")]

    class Sets(Callback):
        done = False

        def on_epoch_begin(self, epoch, logs=None):
            if epoch == when:
                self.model.set_weights(mine)
                self.done = True

    sets = Sets()

    @in_place_of_run
    def interrupted(loop, *arguments, **more):
        if sets.done:
            raise KeyboardInterrupt
        return loop.run(*arguments, **more)

    with pytest.raises(KeyboardInterrupt):
        model.fit(**arrays(X, np.zeros(len(X), "int32")), epochs=3, verbose=0, callbacks=sets)
    for one, other in zip(mine, model.get_weights(), strict=True):
        np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize("callbacks", [[], [Epochs()]])
def test_weights_that_a_watcher_has_set_are_not_undone(callbacks):
    class Sets(Looks):
        def look(self, epoch, current):
            if self.step == 2:
                self.model.set_weights([np.full((2, 1), -1e38), np.zeros(1)])

    model = made()
    with pytest.warns(RuntimeWarning, match="update is not finite in epoch 1, batch 6"):
        model.fit(**arrays(X, targets(5)), verbose=0, callbacks=[Sets(), *callbacks], shuffle=False)
    np.testing.assert_array_equal(model.get_weights()[0], np.full((2, 1), -1e38, "float32"))


@pytest.mark.parametrize("freq", ["epoch", 1])
@pytest.mark.parametrize("data", [arrays, streamed])
def test_files(tmp_path, freq, data):
    """No checkpoint has infinite weights."""
    model = made()
    saved = tmp_path / "{epoch}.brick"
    callbacks = [
        ModelCheckpoint(saved, save_freq=freq),
        BackupAndRestore(tmp_path / "backup", freq, delete_checkpoint=False),
    ]
    with pytest.warns(RuntimeWarning, match="update"):
        model.fit(**data(X, targets(LAST)), epochs=2, verbose=0, callbacks=callbacks, shuffle=False)
    found = list(tmp_path.rglob("*.brick"))
    assert found
    for path in found:
        read = made()
        read.load_weights(path)
        assert finite(read)


def test_batches_one_by_one():
    model, y = made(), targets(0)
    before = model.get_weights()
    for _ in range(2):  # the first call traces the step, the second knows it
        model.train_on_batch(X[:BATCH], 0 * y[:BATCH])
    with pytest.warns(RuntimeWarning, match="the update is not finite"):
        assert np.isnan(model.train_on_batch(X[:BATCH], y[:BATCH]))
    np.testing.assert_array_equal(model.get_weights()[0], before[0])


@pytest.mark.parametrize("way", WAYS)
def test_a_weight_that_is_infinite_on_purpose(way):
    """Minus infinity as a bias rules a class out; that is no reason to stop."""
    model = Sequential([layers.Input((2,)), layers.Dense(3, "softmax")])
    model.compile(optimizers.SGD(0.1), "sparse_categorical_crossentropy")
    kernel, bias = model.get_weights()
    bias[1] = -np.inf
    model.set_weights([kernel, bias])
    data, further = WAYS[way]
    arguments = data(X, np.zeros(len(X), "int32")) | further()
    arguments |= {"validation_data": None}
    with warnings.catch_warnings():
        warnings.simplefilter("error", RuntimeWarning)
        history = model.fit(**arguments, epochs=2, verbose=0)
    assert np.isfinite(history.history["loss"]).all()
    assert np.isneginf(model.get_weights()[1]).tolist() == [False, True, False]


@pytest.fixture
def large(monkeypatch):
    """Every model counts as one whose new weights no guard looks at."""
    for module in (not_finite, loop):
        monkeypatch.setattr(module, "LARGE", 0)
    monkeypatch.setattr("brickwork.training.MAX_PARAMETERS", 0)


@pytest.mark.parametrize("way", WAYS)
def test_large_models_say_so(large, way):
    """Where no guard looks at the new weights, no training ends without a word."""
    model = made()
    data, further = WAYS[way]
    arguments = data(X, targets(2)) | further()
    arguments["callbacks"] = [c for c in arguments.get("callbacks", []) if type(c) is Epochs]
    with pytest.warns(RuntimeWarning, match="weights are not finite in .*has overflowed") as said:
        history = model.fit(**arguments, epochs=3, verbose=0, shuffle=False)
    assert len(said) == 1 and np.isnan(history.history["loss"]).tolist()[-1]
    if arguments["callbacks"]:
        assert history.epoch == [0]
    with pytest.raises(FloatingPointError, match="has overflowed"):
        made().fit(**(data(X, targets(2)) | {"verbose": 0, "on_nan": "raise"}))


@pytest.mark.parametrize("data", [arrays, streamed])
@pytest.mark.parametrize("callbacks", [[], [Stops("on_epoch_end", 9)], [Stops("on_batch_end", 99)]])
def test_large_models_say_so_when_the_next_loss_shows_it(large, data, callbacks):
    model = made()
    model.compile(model.optimizer, lambda y, p: ops.mean(p * y, axis=-1))
    with pytest.warns(RuntimeWarning, match="weights before it are lost") as said:
        history = model.fit(**data(X, targets(2)), verbose=0, callbacks=callbacks, shuffle=False)
    assert len(said) == 1 and "last step that was finite" not in str(said[0].message)
    assert np.isnan(history.history["loss"]).tolist() == [True] and not finite(model)


def test_large_models_say_so_batch_by_batch(large):
    model, y = made(), targets(0)[:BATCH]
    model.compile(model.optimizer, lambda y, p: ops.mean(p * y, axis=-1))
    model.train_on_batch(X[:BATCH], y)
    assert not finite(model)
    with pytest.warns(RuntimeWarning, match="weights are not finite: .* update before has overf"):
        model.train_on_batch(X[:BATCH], y)


@pytest.mark.parametrize("data", [arrays, streamed])
@pytest.mark.parametrize("size", ["small", "large"])
@pytest.mark.parametrize(
    "hook, at, bad", [("on_train_batch_begin", 2, 2), ("on_epoch_begin", 0, 0)]
)
def test_callbacks_that_end_training_hide_nothing(request, data, size, hook, at, bad):
    if size == "large":
        request.getfixturevalue("large")
    options, model = {"verbose": 0, "shuffle": False}, made()
    with pytest.warns(RuntimeWarning, match=f"not finite in epoch 1, batch {bad + 1}") as said:
        history = model.fit(**data(X, targets(bad)), callbacks=Stops(hook, at), **options)
    assert len(said) == 1 and finite(model) == (size == "small")
    assert np.isnan(history.history["loss"]).tolist() == [True]
    with pytest.raises(FloatingPointError, match=f"epoch 1, batch {bad + 1}"):
        made().fit(**data(X, targets(bad)), callbacks=Stops(hook, at), on_nan="raise", **options)


@pytest.mark.parametrize("data", [arrays, streamed])
@pytest.mark.parametrize("at", [2, 5])
def test_lost_weights_are_told_of_in_an_epoch_that_a_callback_ends(large, data, at):
    """The callback has not seen that they are."""
    stops = Stops("on_train_batch_end", at)
    with pytest.warns(RuntimeWarning, match=f"in epoch 1, batch {at + 1}, .*has overflowed"):
        history = made().fit(**data(X, targets(2)), verbose=0, callbacks=stops, shuffle=False)
    assert np.isnan(history.history["loss"]).tolist() == [True]


@pytest.mark.parametrize("data", [arrays, streamed])
def test_errors_of_callbacks_hide_nothing(data):
    class Fails(Callback):
        def on_epoch_end(self, epoch, logs=None):
            raise KeyError(epoch)

    for on_nan in ("stop", "raise"):
        model, options = made(), {"verbose": 0, "shuffle": False, "on_nan": on_nan}
        with pytest.warns(RuntimeWarning, match="batch 3"), pytest.raises(KeyError):
            model.fit(**data(X, targets(2)), callbacks=Fails(), **options)
        assert np.isnan(model.history.history["loss"]).tolist() == [True]


@pytest.mark.parametrize("data", [arrays, streamed])
def test_lost_weights_are_told_of_beside_a_callback_that_tells_of_losses(large, capsys, data):
    callbacks = [TerminateOnNaN()]
    with pytest.warns(RuntimeWarning, match="weights before it are lost"):
        made().fit(**data(X, targets(LAST)), verbose=0, callbacks=callbacks, shuffle=False)
    assert "Invalid loss, terminating training" in capsys.readouterr().out


def test_large_weights_beside_large_gradients_are_finite():
    """Each is within float32's range; only their sum is not."""
    model, y = made(), np.full((BATCH, 1), 2e38, "float32")
    model.compile(optimizers.SGD(1e-38), bounded)
    with warnings.catch_warnings():
        warnings.simplefilter("error", RuntimeWarning)
        assert model.train_on_batch(X[:BATCH], -y) == 0
        model.fit(X[:BATCH], y, verbose=0, callbacks=Batches())
    assert model.optimizer.iterations.numpy() == 2
