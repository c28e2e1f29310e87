"""Models in several threads: trained concurrently, and predicting while they are trained."""

import contextlib
import threading
import time

import numpy as np
import pytest
from samples import in_threads, python

from brickwork.engines.native import Executable
from brickwork.layers import Dense, Dropout, Input
from brickwork.models import Sequential
from brickwork.optimizers import SGD

RNG = np.random.default_rng(4)
X = RNG.normal(size=(30, 4))
Y = (X.sum(1) > 0) * 1.0


def narrow():
    np.random.seed(1)
    model = Sequential([Input((4,)), Dense(5, activation="tanh"), Dense(1, activation="sigmoid")])
    model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
    return model


def wide():
    np.random.seed(1)
    model = Sequential(
        [
            Input((4,)),
            Dense(300, activation="relu"),
            Dropout(0.1),
            Dense(300, activation="relu"),
            Dense(1),
        ]
    )
    model.compile("adam", "mse")
    return model


@pytest.mark.parametrize("make", [narrow, wide])
def test_several_models_at_once(make):
    arguments = {"epochs": 30, "batch_size": 15, "shuffle": False, "verbose": 0}
    alone = make()
    alone.fit(X, Y, **arguments)
    models = [make() for _ in range(4)]
    in_threads(*[lambda m=m: m.fit(X, Y, **arguments) for m in models])
    for model in models:
        assert all(map(np.array_equal, model.get_weights(), alone.get_weights()))


def test_a_model_that_is_held_when_python_ends_is_no_fault(tmp_path):
    """By a library's cache, a stored exception, a global of a notebook: nothing is reported."""
    script = """
import ctypes
import numpy as np
from brickwork.layers import Dense
from brickwork.models import Sequential
model = Sequential([Dense(1, input_dim=2)])
model.compile("sgd", "mse")
model.fit(np.ones((4, 2)), np.ones(4), verbose=0)
ctypes.pythonapi.Py_IncRef(ctypes.py_object(model._plans))
"""
    done = python("-c", script, cwd=tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_many_threads_predict_while_one_trains():
    """Both outputs are trained alike, so they are equal after any finished step."""
    model = Sequential([Input((4,)), Dense(2, kernel_initializer="zeros")])
    model.compile(SGD(1e-7), "mse")  # slow, so that the outputs go on changing
    y = np.stack([Y, Y], 1)
    model.predict_on_batch(X)
    done = threading.Event()
    outputs = []
    between = {float(model.predict(X, verbose=0)[0, 0])}  # what is seen before and after each `fit`

    def predict(method, x):
        while not done.is_set() or not outputs:
            output = getattr(model, method)(x)
            assert output.shape == (len(x), 2) and np.array_equal(output[:, 0], output[:, 1])
            outputs.append(float(output[0, 0]))

    def train():
        try:
            epochs = 1000
            for _ in range(30):  # a busy machine may hold the others up for a whole `fit`
                began = time.perf_counter()
                model.fit(X, y, epochs=epochs, batch_size=30, verbose=0)
                between.add(float(model.predict(X, verbose=0)[0, 0]))
                if len(set(outputs) - between) > 3:
                    break
                if time.perf_counter() - began < 1:  # whatever the machine can do in a second
                    epochs *= 4
        finally:
            done.set()

    in_threads(
        train,
        *[
            lambda m=m: predict(*m)
            for m in (
                ("predict", X),
                ("predict", X[:1]),
                ("predict_on_batch", X),
                ("predict_on_batch", X[:1]),
            )
        ],
    )
    assert len(set(outputs) - between) > 3  # training was seen at several steps


class TestMoves:
    """A first training moves the weights together in memory, while other threads may predict."""

    def test_many_threads_predict_during_first_trainings(self):
        for _ in range(10):
            model = narrow()
            expected = model.predict(X, verbose=0)
            model.predict_on_batch(X)
            model.optimizer.learning_rate = 0.0
            done = threading.Event()

            def predict(method, x, model=model, done=done, expected=expected):
                while not done.is_set():
                    assert np.array_equal(getattr(model, method)(x), expected[: len(x)])

            def train(model=model, done=done):
                try:
                    model.fit(X, Y, epochs=2, verbose=0)
                finally:
                    done.set()

            in_threads(
                train,
                *[
                    lambda m=m: predict(*m)
                    for m in (("predict", X), ("predict", X[:1]), ("predict_on_batch", X))
                ],
            )

    @pytest.mark.parametrize("method", ["moving", "moved", "bind"])
    def test_no_plan_keeps_memory_that_was_left(self, monkeypatch, method):
        """However far a move comes before Ctrl-C or a lack of memory ends it."""
        plain = getattr(Executable, method)
        for number in range(1, 6):
            model = narrow()
            model.predict(X, verbose=0), model.predict_on_batch(X), model.evaluate(X, Y, verbose=0)
            calls = []

            def leave(self, calls=calls, number=number):
                calls.append(1)
                if len(calls) == number:
                    raise MemoryError
                return plain(self)

            monkeypatch.setattr(Executable, method, leave)
            with contextlib.suppress(MemoryError):
                model.fit(X, Y, verbose=0)
            monkeypatch.undo()
            model.set_weights([w + 0.5 for w in model.get_weights()])
            twin = narrow()
            twin.set_weights(model.get_weights())
            expected = twin.predict(X, verbose=0)
            assert np.array_equal(model.predict(X, verbose=0), expected)
            assert np.array_equal(model.predict_on_batch(X), expected)
            assert model.evaluate(X, Y, verbose=0) == twin.evaluate(X, Y, verbose=0)
