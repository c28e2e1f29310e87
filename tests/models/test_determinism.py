"""The same seed gives the same bits, whatever is between the steps and however many threads run."""

from __future__ import annotations

import os

import numpy as np
import pytest

from brickwork.callbacks import Callback
from brickwork.data import facts
from brickwork.layers import Dense, Dropout, Input
from brickwork.models import Sequential
from brickwork.training import loop

RNG = np.random.default_rng(0)
X = RNG.normal(size=(600, 64)).astype("float32")
Y = RNG.integers(0, 10, 600)


def small(seed=5, dropout=0.2):
    """A network whose steps are left to one thread."""
    np.random.seed(seed)
    model = Sequential(
        [
            Input((64,)),
            Dense(8, activation="relu"),
            Dropout(dropout),
            Dense(10, activation="softmax"),
        ]
    )
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


def large(seed=5):
    """A network that two threads share."""
    np.random.seed(seed)
    model = Sequential(
        [
            Input((64,)),
            Dense(256, activation="relu"),
            Dropout(0.3),
            Dense(256, activation="tanh"),
            Dense(10, activation="softmax"),
        ]
    )
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


def outcome(model, x=X, y=Y, **arguments):
    """All bits that a training leaves: losses, metrics, weights, state of the optimizer."""
    options = {"epochs": 3, "batch_size": 64, "verbose": 0} | arguments
    history = model.fit(x, y, **options).history
    variables = [*model.variables, *model.optimizer.variables]
    return history, [v.numpy().tobytes() for v in variables]


@pytest.mark.skipif(len(os.sched_getaffinity(0)) < 2, reason="there is one processor")
@pytest.mark.parametrize("rows, batch", [(600, 256), (512, 256), (600, 7)])
def test_one_thread_and_two(monkeypatch, rows, batch):
    found = []
    for threads in (1, 2):
        monkeypatch.setenv("BRICKWORK_THREADS", str(threads))
        model = large()
        found.append(outcome(model, X[:rows], Y[:rows], batch_size=batch, validation_split=0.1))
        kept = model._plans.kept.entries
        planned = {n for k, entry in kept.items() if k[0] == "train" for n in entry.executables}
        assert planned == ({2} if threads == 2 else {1})
    assert found[0] == found[1]


class Epochs(Callback):
    def on_epoch_end(self, epoch, logs=None):
        self.seen = epoch


class Batches(Callback):
    def on_train_batch_end(self, batch, logs=None):
        self.seen = batch


class Tests(Callback):
    __test__ = False

    def on_test_batch_begin(self, batch, logs=None):
        self.seen = batch


@pytest.mark.parametrize("build", [small, large])
def test_callbacks_change_nothing(build):
    arguments = {"validation_split": 0.2, "batch_size": 70}
    alone = outcome(build(), **arguments)
    for callbacks in ([Epochs()], [Batches()], [Tests()], [Epochs(), Batches(), Tests()]):
        assert outcome(build(), callbacks=callbacks, **arguments) == alone


def test_progress_changes_nothing(capsys):
    alone = outcome(small())
    for verbose in (1, 2, "auto"):
        assert outcome(small(), verbose=verbose) == alone
    assert "3/3" in capsys.readouterr().out


@pytest.mark.parametrize("seconds", [0.0, 1e-4, 30.0])
@pytest.mark.parametrize("callbacks", [None, [Epochs()]], ids=["alone", "epochs"])
def test_any_slicing(monkeypatch, seconds, callbacks):
    alone = outcome(small(), validation_split=0.2)
    monkeypatch.setattr(loop, "SLICE", seconds)
    assert outcome(small(), validation_split=0.2, callbacks=callbacks) == alone


def test_epochs_at_once_or_one_by_one():
    """Steps are the same when fit is called for each epoch; only the shuffling is another."""
    whole, parts = small(), small()
    losses = outcome(whole, shuffle=False)[0]["loss"]
    said = [
        outcome(parts, shuffle=False, initial_epoch=e, epochs=e + 1)[0]["loss"][0] for e in range(3)
    ]
    assert said == losses
    assert all(map(np.array_equal, whole.get_weights(), parts.get_weights()))


@pytest.mark.parametrize("shuffle", [False, True])
def test_data_too_large_to_be_looked_at_first(monkeypatch, shuffle):
    alone = outcome(small(), shuffle=shuffle, validation_split=0.2)
    monkeypatch.setattr(facts, "LARGE", 1000)
    monkeypatch.setattr(facts, "memory", lambda: 0)
    assert outcome(small(), shuffle=shuffle, validation_split=0.2) == alone


@pytest.mark.filterwarnings("ignore:.*of 10 batches", "ignore:.*of the 4 batches")
@pytest.mark.parametrize("shuffle", [False, True])
def test_epochs_of_some_steps_go_on_where_the_last_one_ended(monkeypatch, shuffle):
    """Epochs of four, four and the two that are left, twice, are two of ten."""

    def parts():
        return outcome(small(), steps_per_epoch=4, epochs=6, shuffle=shuffle)

    whole = outcome(small(), epochs=2, shuffle=shuffle)
    assert parts()[1] == whole[1]
    monkeypatch.setattr(facts, "LARGE", 1000)
    monkeypatch.setattr(facts, "memory", lambda: 0)
    assert parts()[1] == whole[1]


def test_a_stream_of_the_same_batches():
    alone = outcome(small(), shuffle=False)
    batches = [(X[i : i + 64], Y[i : i + 64]) for i in range(0, 600, 64)]

    class Again:
        def __iter__(self):
            return iter(batches)

    assert outcome(small(), x=Again(), y=None, batch_size=None) == alone


def test_the_seed_before_building_decides():
    assert outcome(small(5)) == outcome(small(5))
    assert outcome(small(5)) != outcome(small(6))
    assert outcome(small(5, dropout=0.0)) != outcome(small(6, dropout=0.0))


def test_nothing_but_building_touches_numpys_generator():
    model = small()
    before = np.random.get_state()[1].copy()
    position = np.random.get_state()[2]
    model.fit(X, Y, epochs=2, validation_split=0.1, verbose=0)
    model.evaluate(X, Y, verbose=0)
    model.predict(X, verbose=0)
    model.train_on_batch(X[:9], Y[:9])
    model.test_on_batch(X[:9], Y[:9])
    model.predict_on_batch(X[:9])
    after = np.random.get_state()
    assert np.array_equal(after[1], before) and after[2] == position


class Rows(Callback):
    """The rows of batches of one row, identified by their losses."""

    def on_epoch_begin(self, epoch, logs=None):
        self.orders = [*getattr(self, "orders", []), []]

    def on_train_batch_end(self, batch, logs=None):
        order = self.orders[-1]
        total = logs["loss"] * (batch + 1)
        order.append(round(np.sqrt(total - sum(i * i for i in order))))


@pytest.mark.parametrize("shuffle", [False, True])
def test_every_row_once_an_epoch_in_another_order(shuffle):
    rows = np.arange(40.0)
    model = Sequential([Input((1,)), Dense(1, kernel_initializer="zeros", trainable=True)])
    model.compile("sgd", "mse")
    model.optimizer.learning_rate = 0.0
    seen = Rows()
    for _ in range(2):
        model.fit(rows, rows, batch_size=1, epochs=3, shuffle=shuffle, callbacks=[seen], verbose=0)
    plain = list(range(40))
    assert len(seen.orders) == 6
    assert all(sorted(order) == plain for order in seen.orders)
    assert len(set(map(tuple, seen.orders))) == (6 if shuffle else 1)
    assert (seen.orders[0] == plain) is not shuffle
