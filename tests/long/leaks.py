"""A million predictions, a million steps taken one by one, and a thousand models that are trained
and forgotten: what memory grows, and whether the last ones take longer.

    python tests/long/leaks.py
"""

from __future__ import annotations

import gc
import json
import os
import sys
import time
from collections.abc import Callable
from itertools import pairwise

import numpy as np

from brickwork import GradientTape, losses, metrics
from brickwork.layers import Dense, Dropout, Input
from brickwork.models import Sequential

RNG = np.random.default_rng(3)
X = RNG.normal(size=(64, 8)).astype("float32")
Y = (X.sum(1, keepdims=True) > 0).astype("float32")


def model_of():
    model = Sequential(
        [Input((8,)), Dense(12, activation="relu"), Dropout(0.1), Dense(1, activation="sigmoid")]
    )
    model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
    return model


def resident() -> int:
    """Bytes of this process that are in memory."""
    gc.collect()
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def predictions(times: int) -> dict:
    """Growth in bytes over a number of calls, after a twentieth of them as a warm-up; and the time
    of the last tenth relative to the first. A tenth's time is that of its best hundredth, since
    other processes use the machine."""
    model = model_of()
    model.fit(X, Y, verbose=0)
    inputs = [X[:1], X[:5], X[::2], X]

    def predict(i):
        model.predict(inputs[i % 4], verbose=0)
        model.predict_on_batch(inputs[i % 4][:1])

    return _repeated(predict, times // 2) | {"calls": times}


def steps(times: int) -> dict:
    """The same of training and evaluation batch by batch, of calls of the model, the loss and a
    metric, and now and then of a step with a tape and of a fit over a generator."""
    model, loss, mean = model_of(), losses.BinaryCrossentropy(), metrics.Mean()
    batches = [(X[:n], Y[:n]) for n in (1, 10, 32, 64)]

    def step(i):
        x, y = batches[i % 4]
        model.train_on_batch(x, y)
        model.test_on_batch(x, y)
        mean.update_state(loss(y, model(x)))
        if i % 100 == 0:
            with GradientTape() as tape:
                value = loss(y, model(x, training=True))
            variables = model.trainable_variables
            model.optimizer.apply(tape.gradient(value, variables), variables)
            model.fit(iter(batches), verbose=0)

    return _repeated(step, times // 4) | {"calls": times}


def _repeated(call: Callable[[int], None], times: int) -> dict:
    """What memory grows over so many calls, and how the last ones compare to the first."""
    part, tenths = max(times // 500, 1), []

    def run():
        start = time.perf_counter()
        for i in range(part):
            call(i)
        return time.perf_counter() - start

    for _ in range(25):
        run()
    before = resident()
    for _ in range(10):
        tenths.append(sorted(run() for _ in range(50)))
    return {
        "growth": resident() - before,
        "last tenth": tenths[-1][0] / tenths[0][0],
        "last tenth, median": tenths[-1][25] / tenths[0][25],
    }


#: Of a run of models, each looked at by itself.
PARTS = 4


def forgotten_models(times: int) -> dict:
    """Growth in bytes over a number of models, in the part of the run that grew least.

    A leak grows in every part. Warm-up does not: Python's cache of attributes fills over a hundred
    models, and the heap grows by a megabyte at a time.
    """

    def once():
        model = model_of()
        model.fit(X, Y, epochs=2, validation_split=0.2, verbose=0)
        model.predict(X, verbose=0)
        model.evaluate(X, Y, verbose=0)

    for _ in range(max(times // 10, 5)):
        once()
    sizes = [resident()]
    for _ in range(PARTS):
        for _ in range(times):
            once()
        sizes.append(resident())
    return {
        "models": PARTS * times,
        "growth": min(b - a for a, b in pairwise(sizes)),
        "growth in all": sizes[-1] - sizes[0],
    }


def figures(predicts: int = 1_000_000, models: int = 250) -> dict:
    """Bytes, and times as a ratio."""
    return {
        "predictions": predictions(predicts),
        "steps": steps(predicts),
        "forgotten models": forgotten_models(models),
    }


if __name__ == "__main__":
    print(json.dumps(figures(*map(int, sys.argv[1:])), indent=1))
