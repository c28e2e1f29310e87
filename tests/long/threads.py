"""Many threads on one model, predictions during training, forks: `python tests/long/threads.py`.

Sixteen threads predict with one model 10,000 times each, by all methods; every result must have
the bits of the first. Others predict while it is trained. Then the process forks, idle or in the
middle of a training, and every child trains and predicts within 10 seconds.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
import time
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))

from samples import in_threads

from brickwork.layers import Dense, Input
from brickwork.models import Sequential
from brickwork.optimizers import SGD

RNG = np.random.default_rng(7)
X = RNG.normal(size=(1000, 8)).astype("float32")
Y = X.sum(1, keepdims=True)


def model_of(width: int = 16):
    np.random.seed(2)
    model = Sequential([Input((8,)), Dense(width, activation="relu"), Dense(width), Dense(1)])
    model.compile("adam", "mse")
    return model


def predicted_by_many(threads: int, times: int) -> int:
    """How many of threads x times predictions differ from the first."""
    model = model_of()
    model.fit(X, Y, verbose=0)
    ways = [
        (method, x)
        for method in (model.predict, model.predict_on_batch)
        for x in (X[:1], X[:7], X[:64], X[::2][:33], X[:5].astype("float64"))
    ]
    wrong = []

    def predict(number: int, expected: list) -> None:
        for i in range(times):
            way = (number + i) % len(ways)
            method, x = ways[way]
            if not np.array_equal(method(x), expected[way]):
                wrong.append((number, i))

    expected = [method(x) for method, x in ways]
    in_threads(*(lambda n=n: predict(n, expected) for n in range(threads)))
    return len(wrong)


def predicted_while_training(seconds: float) -> dict:
    """Predictions of a model in training. Its two outputs are trained alike, so that they are equal
    after every finished step and after no other moment."""
    model = Sequential([Input((8,)), Dense(2, kernel_initializer="zeros")])
    model.compile(SGD(1e-6), "mse")
    both = np.repeat(Y, 2, 1)
    over, outputs, inconsistent = threading.Event(), [], []

    def predict(method, x):
        while not over.is_set():
            output = method(x)
            outputs.append(float(output[0, 0]))
            if not np.array_equal(output[:, 0], output[:, 1]):
                inconsistent.append(1)

    def train():
        until = time.monotonic() + seconds
        try:
            while time.monotonic() < until:
                model.fit(X, both, epochs=100, batch_size=50, verbose=0)
        finally:
            over.set()

    in_threads(
        train,
        *[
            lambda m=m, x=x: predict(m, x)
            for m in (model.predict, model.predict_on_batch)
            for x in (X[:1], X)
        ],
    )
    return {
        "predictions": len(outputs),
        "states seen": len(set(outputs)),
        "inconsistent": len(inconsistent),
    }


def forked(times: int, busy: bool, limit: float = 10.0) -> dict:
    """Children that train and predict; those that hang, and those with other bits."""

    def work():
        model = model_of(300)
        model.fit(X, Y, batch_size=250, epochs=2, shuffle=False, verbose=0)
        return model.predict(X, verbose=0).tobytes() + old.predict(X[:3], verbose=0).tobytes()

    old = model_of(300)
    old.fit(X, Y, batch_size=250, verbose=0)
    expected, over = work(), threading.Event()
    result = {"forks": 0, "hung": 0, "wrong": 0, "longest": 0.0}

    def train():
        model = model_of(300)
        while not over.is_set():
            model.fit(X, Y, batch_size=250, epochs=2, verbose=0)

    def fork():
        for _ in range(times):
            start = time.monotonic()
            child = os.fork()
            if child == 0:
                os._exit(0 if work() == expected else 1)
            code = waited(child, start + limit)
            result["forks"] += 1
            result["longest"] = max(result["longest"], time.monotonic() - start)
            result["hung" if code is None else "wrong"] += code != 0
        over.set()

    in_threads(fork, *([train] if busy else []))
    return result


def waited(child: int, until: float) -> int | None:
    """The child's exit code; None if it had to be killed."""
    while time.monotonic() < until:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.001)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return None


def figures(
    threads: int = 16, times: int = 10_000, seconds: float = 20.0, forks: int = 200
) -> dict:
    """Predictions that differ, inconsistent ones, children that hang."""
    return {
        "threads": threads,
        "predicts each": times,
        "different": predicted_by_many(threads, times),
        "while training": predicted_while_training(seconds),
        "forks": forked(forks // 2, busy=False),
        "forks while training": forked(forks - forks // 2, busy=True),
    }


if __name__ == "__main__":
    print(json.dumps(figures(*map(int, sys.argv[1:])), indent=1))
