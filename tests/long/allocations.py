"""Every allocation of the engine fails once, and at each fifth all that follow it fail too:
MemoryError or a result, never a lost block; the model is at its last finished step, and continues
from there.

    python tests/long/allocations.py [every]    (1: each allocation; 7: each seventh)

The engine is the one that is shipped: a library that is preloaded below Python fails for it
(`allocations.cpp`). NumPy's own allocations are in the lot, since arrays are made for the engine.
"""

from __future__ import annotations

import ctypes
import gc
import json
import os
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path

import numpy as np

from brickwork import _engine

ROWS, BATCH = 40, 16
STEPS = -(-ROWS // BATCH)
EPOCHS = 2
RNG = np.random.default_rng(0)
X = RNG.normal(size=(ROWS, 4)).astype("float32")
IDS = RNG.integers(0, 9, size=(ROWS, 4))
Y = (X.sum(1, keepdims=True) > 0).astype("float32")
MANY = RNG.normal(size=(30_000, 4)).astype("float32")


def narrow():
    from brickwork.layers import BatchNormalization, Dense, Dropout, Input
    from brickwork.models import Sequential

    np.random.seed(1)
    model = Sequential(
        [
            Input((4,)),
            Dense(6, activation="relu"),
            BatchNormalization(),
            Dropout(0.1),
            Dense(1, activation="sigmoid"),
        ]
    )
    model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
    return model


def wide():
    from brickwork.layers import Dense, Input
    from brickwork.models import Sequential

    np.random.seed(1)
    model = Sequential([Input((4,)), Dense(500, activation="relu"), Dense(500), Dense(1)])
    model.compile("adam", "mse")
    return model


def table():
    from brickwork.layers import Dense, Embedding, Flatten, Input
    from brickwork.models import Sequential

    np.random.seed(1)
    model = Sequential([Input((4,), dtype="int32"), Embedding(9, 3), Flatten(), Dense(1)])
    model.compile("sgd", "mse")
    return model


def batch(x, number):
    rows = slice(number % STEPS * BATCH, (number % STEPS + 1) * BATCH)
    return x[rows], Y[rows]


def batches(x):
    number = 0
    while True:
        yield batch(x, number)
        number += 1


def bits(model):
    return [v.numpy().tobytes() for v in [*model.variables, *model.optimizer.variables]]


def fit(model, x, **more):
    model.fit(x, Y, batch_size=BATCH, epochs=EPOCHS, shuffle=False, verbose=0, **more)


#: What is done while allocations fail: (model, data, what was done before, the call).
ACTIONS = {
    "compile": (
        narrow,
        X,
        None,
        lambda m, x: (
            m.compile("adam", "binary_crossentropy", metrics=["accuracy"]),
            m.train_on_batch(*batch(x, 0)),
        ),
    ),
    "first fit": (narrow, X, "predict", fit),
    "first fit, validated": (narrow, X, None, lambda m, x: fit(m, x, validation_data=(x, Y))),
    "first fit, two threads": (wide, X, None, fit),
    "first fit, ids": (table, IDS, None, fit),
    "fit": (narrow, X, "fit", fit),
    "fit, two threads": (wide, X, "fit", fit),
    "fit on a stream": (
        narrow,
        X,
        "fit",
        lambda m, x: m.fit(batches(x), steps_per_epoch=STEPS, epochs=EPOCHS, verbose=0),
    ),
    "train_on_batch": (narrow, X, "fit", lambda m, x: m.train_on_batch(*batch(x, 0))),
    "first evaluate": (narrow, X, None, lambda m, x: m.evaluate(x, Y, verbose=0)),
    "evaluate": (narrow, X, "fit", lambda m, x: m.evaluate(x, Y, verbose=0)),
    "first predict": (narrow, X, None, lambda m, x: m.predict(x, verbose=0)),
    "predict": (narrow, X, "fit", lambda m, x: m.predict(x, verbose=0)),
    "predict many rows": (narrow, MANY, "predict", lambda m, x: m.predict(x, verbose=0)),
    "predict one row": (narrow, X, "predict", lambda m, x: m.predict(x[:1], verbose=0)),
    "predict_on_batch": (
        narrow,
        X,
        "fit",
        lambda m, x: [m.predict_on_batch(x[:n]) for n in (1, 2, 1)],
    ),
}


def in_a_file(model):
    """Write the model, and read it again."""
    from brickwork import load_model

    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "model.brick")
        model.save(path)
        load_model(path)


ACTIONS["save and load"] = narrow, X, "fit", lambda m, x: in_a_file(m)


class Reference:
    """An undisturbed model: its weights and predictions after each step."""

    def __init__(self, make):
        self.x = IDS if make is table else X
        model = make()
        self.weights = [[w.tobytes() for w in model.get_weights()]]
        self.states, self.outputs = [None], [model.predict(self.x, verbose=0)]
        for number in range(3 * EPOCHS * STEPS):
            model.train_on_batch(*batch(self.x, number))
            self.states.append(bits(model))
            self.weights.append([w.tobytes() for w in model.get_weights()])
            self.outputs.append(model.predict(self.x, verbose=0))

    def check(self, model) -> None:
        """Check that the model equals this one after the same steps, and trains on as it did."""
        step = int(model.optimizer.iterations.numpy())
        assert [w.tobytes() for w in model.get_weights()] == self.weights[step], step
        assert step == 0 or bits(model) == self.states[step], step
        assert np.array_equal(model.predict(self.x, verbose=0), self.outputs[step]), step
        model.train_on_batch(*batch(self.x, step))
        assert bits(model) == self.states[step + 1], step
        for predict in (model.predict, model.predict_on_batch):
            assert np.array_equal(predict(self.x), self.outputs[step + 1]), step


reference_of = cache(Reference)


def prepared(make, x, before: str | None):
    model = make()
    if before == "fit":
        fit(model, x)
    if before is not None:
        model.predict(x[:ROWS], verbose=0)  # remembers a short way, which must not outlive a move
        model.predict_on_batch(x[:1])
    return model


def fail_once(library, name: str, reference: Reference, number: int, lasting: bool) -> tuple:
    """Whether an allocation failed, whether the call was refused, how many blocks are lost."""
    make, x, before, act = ACTIONS[name]
    gc.collect()
    at_rest = library.live_blocks()
    model = prepared(make, x, before)
    if "threads" in name:
        _engine.release_threads()  # so that they have to be made again
    library.arm(number, lasting)
    try:
        act(model, x)
        refused = False
    except MemoryError:
        refused = True
    failed = library.disarm()
    try:
        reference.check(model)
    except BaseException as error:
        raise AssertionError(
            f"{name}: allocation {number}, lasting={lasting}, refused={refused}"
        ) from error
    del model
    if "threads" in name:
        _engine.release_threads()
    gc.collect()
    return failed > 0, refused, library.live_blocks() - at_rest


def fail_at_each(library, name: str, every: int, lasting: bool) -> dict:
    """Make each allocation of an action fail in turn."""
    reference = reference_of(ACTIONS[name][0])
    result = {"allocations": 0, "points": 0, "refused": 0, "succeeded": 0, "lost blocks": 0}
    number = 1
    while True:
        failed, refused, lost = fail_once(library, name, reference, number, lasting)
        if not failed:
            result["allocations"] = library.allocations()
            return result
        for _ in range(4):  # NumPy keeps small blocks for later; what is lost is lost each time
            if lost > 0:
                lost = min(lost, fail_once(library, name, reference, number, lasting)[2])
        result["points"] += 1
        result["refused" if refused else "succeeded"] += 1
        result["lost blocks"] += max(lost, 0)
        number += every


def work(every: int) -> dict:
    """In the child: all actions, by name."""
    for make in (narrow, wide, table):  # what is made once for the process
        x = IDS if make is table else X
        model = prepared(make, x, "fit")
        model.evaluate(x, Y, verbose=0)
    library = ctypes.CDLL(None)
    library.live_blocks.restype = library.disarm.restype = ctypes.c_long
    library.allocations.restype = ctypes.c_long
    for part in (b"/_engine.", b"/libstdc++", b"_multiarray_umath"):
        assert library.watch(part) > 0
    results = {}
    for name in ACTIONS:
        for lasting in (False, True):
            title = name + (", and all after it" if lasting else "")
            results[title] = fail_at_each(library, name, every * 5 if lasting else every, lasting)
            print(title, results[title], file=sys.stderr, flush=True)
    return results


def compiled(folder: str) -> str:
    source = Path(__file__).with_suffix(".cpp")
    library = os.path.join(folder, "allocations.so")
    subprocess.run(
        [
            os.environ.get("CXX", "c++"),
            "-std=c++20",
            "-O1",
            "-shared",
            "-fPIC",
            str(source),
            "-o",
            library,
        ],
        check=True,
    )
    return library


def figures(every: int = 1) -> dict:
    """The numbers of failed allocations, of MemoryErrors, successful calls, and lost blocks."""
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(
            [sys.executable, __file__, "child", str(every)],
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "LD_PRELOAD": compiled(folder), "BRICKWORK_THREADS": "2"},
        )
    if done.returncode != 0:
        raise AssertionError(f"the process with failing allocations ended with {done.returncode}")
    actions = json.loads(done.stdout)
    total = {
        name: sum(a[name] for a in actions.values())
        for name in ("points", "refused", "succeeded", "lost blocks")
    }
    return total | {"actions": actions}


if __name__ == "__main__":
    if sys.argv[1:2] == ["child"]:
        print(json.dumps(work(int(sys.argv[2]))))
    else:
        print(json.dumps(figures(*map(int, sys.argv[1:])), indent=1))
