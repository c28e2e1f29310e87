"""Ctrl-C at random moments of everything that takes time: how many models it leaves unusable, and
how long it takes until it is handled.

    python tests/long/interrupts.py [how often]    (500)

A separate process sends the signals. Everything that can be interrupted is a `Job` in `JOBS`:
what is done over and over, and the check of what is left.
"""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np

sys.path[:0] = [str(Path(__file__).parents[1]), str(Path(__file__).parents[1] / "models")]

import test_interrupt as short  # noqa: E402
from samples import PYTHON  # noqa: E402

import brickwork  # noqa: E402
from brickwork.callbacks import Callback, EarlyStopping  # noqa: E402

# Python loses a signal that comes in a finalizer ("Exception ignored in"): it is sent once more.
SENDER = """
import os, select, sys, time
while order := os.read(0, 100).split():
    process, delay = int(order[0]), float(order[1])
    time.sleep(delay)
    print(time.monotonic(), flush=True)
    sent = 1
    os.kill(process, 2)
    while not select.select([0], [], [], 2.0)[0]:
        os.kill(process, 2)
        sent += 1
    os.read(0, 100)
    print(sent, flush=True)
"""


class Sender:
    """Sends Ctrl-C to this process after a while, and says when; `lost` counts those that Python
    did not hear."""

    lost = 0

    def __init__(self):
        self.process = subprocess.Popen(
            [*PYTHON, "-c", SENDER],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            bufsize=1,
            start_new_session=True,
        )

    def interrupts(self, act, delay: float) -> float:
        """Do it over and over until the signal comes; the seconds until it was left then."""
        try:
            self.process.stdin.write(f"{os.getpid()} {delay}\n")
            while True:
                act()
        except KeyboardInterrupt:
            left = time.monotonic()
        self.process.stdin.write("handled\n")
        sent = float(self.process.stdout.readline())
        self.lost += int(self.process.stdout.readline()) - 1
        return left - sent

    def close(self) -> None:
        with self.process:
            self.process.stdin.close()


@dataclass
class Job:
    """What is interrupted.

    Args:
        prepare: returns what the job works on, and what `check` needs.
        act: does it once, or for ever.
        check: raises where what is left cannot be used as if nothing had happened.
        longest: the latest moment of the signal, in seconds.
    """

    prepare: object
    act: object
    check: object
    longest: float = 0.15


def wide():
    return short.build(width=800)


def fitting(way: str, build=short.build) -> Job:
    """`fit` in one of the ways of `test_interrupt`."""

    def act(model):
        options = {
            "x": short.X,
            "y": short.Y,
            "batch_size": short.BATCH,
            "epochs": 10**9,
            "shuffle": False,
            "verbose": 0,
        } | short.WAYS[way]
        if callable(options["x"]):
            options["x"] = options["x"]()
        model.fit(**options)

    def check(model):
        short.assert_at_last_step(model, build, unfinished=way != "alone")

    return Job(build, act, check)


class Best(Callback):
    """The weights of each epoch that was the best so far."""

    def __init__(self):
        super().__init__()
        self.least, self.weights = np.inf, []

    def on_epoch_end(self, epoch, logs=None):
        if logs["val_loss"] < self.least:
            self.least = logs["val_loss"]
            self.weights = [*self.weights[-1:], self.model.get_weights()]


class StoppedEarly:
    """Training that keeps the best weights, and restores them however it ends."""

    def __init__(self):
        self.model, self.best = short.build(), Best()

    def act(self):
        stopping = EarlyStopping("val_loss", patience=10**9, restore_best_weights=True)
        self.model.fit(
            short.X,
            short.Y,
            batch_size=short.BATCH,
            epochs=10**9,
            verbose=0,
            validation_data=(short.X[::2], 1 - short.Y[::2]),
            callbacks=[self.best, stopping],
        )

    def check(self):
        """The last best weights, or those before if the signal came between the two callbacks."""
        left = self.model.get_weights()
        if self.best.weights:
            assert any(all(map(np.array_equal, left, weights)) for weights in self.best.weights)
        assert np.isfinite(self.model.fit(short.X, short.Y, verbose=0).history["loss"][0])


FOLDER = tempfile.TemporaryDirectory()
FILE = Path(FOLDER.name) / "model.brick"
KERAS = [Path(FOLDER.name) / name for name in ("model.keras", "model.h5")]
ROWS = np.random.default_rng(1).normal(size=(2_000_000, 4)).astype("float32")


def trained():
    model = short.build()
    model.fit(short.X, short.Y, verbose=0)
    return model, short.bits(model), model.predict(short.X, verbose=0)


def read_only(act) -> Job:
    """A call that must leave the model as it was."""

    def check(thing):
        model, bits, outputs = thing
        assert short.bits(model) == bits
        if FILE.exists():  # the old or the new one, which are alike; and no other
            assert np.array_equal(brickwork.load_model(FILE).predict(short.X, verbose=0), outputs)
            FILE.unlink()
        for predict in (model.predict, model.predict_on_batch):
            assert np.array_equal(predict(short.X), outputs)
        assert np.isfinite(model.evaluate(short.X, short.Y, verbose=0)[0])
        assert np.isfinite(model.fit(short.X, short.Y, verbose=0).history["loss"][0])

    return Job(trained, lambda thing: act(thing[0]), check)


def first_fits():
    """Models that are traced and planned while the signal comes."""
    job = fitting("alone")
    return Job(job.prepare, job.act, job.check, longest=0.03)


def next_batch(model):
    return model.train_on_batch(*short.batch(short.steps_of(model) % short.STEPS))


def at_last_batch(model) -> None:
    """Equal to a model that did as many batches, and to one that continues."""
    twin, done = short.build(), short.steps_of(model)
    twin.fit(
        short.X,
        short.Y,
        batch_size=short.BATCH,
        epochs=done // short.STEPS,
        shuffle=False,
        verbose=0,
    )
    for _ in range(done % short.STEPS):
        next_batch(twin)
    for _ in range(2):
        assert model.get_weights()[0].tobytes() == twin.get_weights()[0].tobytes()
        assert done == 0 or list(short.bits(model).values()) == list(short.bits(twin).values())
        assert next_batch(model) == next_batch(twin)


JOBS = {f"fit, {way}": fitting(way) for way in short.WAYS} | {
    "fit, first steps": first_fits(),
    "fit, two threads": fitting("alone", wide),
    "fit, best weights": Job(StoppedEarly, StoppedEarly.act, StoppedEarly.check, 0.3),
    "evaluate": read_only(
        lambda m: m.evaluate(ROWS, np.zeros(len(ROWS)), batch_size=16, verbose=0)
    ),
    "evaluate, stream": read_only(lambda m: m.evaluate(short.batches(), steps=10**6, verbose=0)),
    "predict": read_only(lambda m: m.predict(ROWS, verbose=0)),
    "predict, few rows": read_only(lambda m: m.predict(short.X, verbose=0)),
    "predict_on_batch": read_only(lambda m: m.predict_on_batch(short.X)),
    "train_on_batch": Job(short.build, next_batch, at_last_batch),
    "save": read_only(lambda m: m.save(FILE)),
    "save, Keras's files": read_only(lambda m: [m.save(path) for path in KERAS]),
    "load_model, Keras's files": read_only(
        lambda m: [brickwork.load_model(path) if path.exists() else m.save(path) for path in KERAS]
    ),
    "load_model": read_only(
        lambda m: m.save(FILE) if not FILE.exists() else (brickwork.load_model(FILE))
    ),
    "load_weights": read_only(lambda m: (m.save(FILE), m.load_weights(FILE))),
}


def figures(times: int = 500, names=JOBS) -> dict:
    """Interrupts, models that were unusable afterwards, and how long it took: seconds."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    short.build().fit(short.X, short.Y, validation_split=0.1, verbose=0)  # imports what it needs
    moments, sender = random.Random(0), Sender()
    names = list(names)
    took, unusable = {name: [] for name in names}, []
    for number in range(times):
        name = names[number % len(names)]
        job = JOBS[name]
        thing = job.prepare()
        took[name].append(
            sender.interrupts(partial(job.act, thing), moments.uniform(0.001, job.longest))
        )
        try:
            job.check(thing)
        except Exception as error:
            unusable.append(f"{name}: {error!r}")
        if number % 50 == 49:
            print(number + 1, "of", times, "sent", file=sys.stderr, flush=True)
    sender.close()
    every = sorted(t for times in took.values() for t in times)
    return {
        "interrupts": times,
        "unusable": unusable,
        "dropped by Python": sender.lost,
        "median": _quantile(every, 0.5),
        "p99": _quantile(every, 0.99),
        "most": every[-1],
        "most by job": {name: max(times) for name, times in took.items() if times},
    }


def _quantile(values: list, part: float) -> float:
    return values[min(len(values) - 1, int(part * len(values)))]


if __name__ == "__main__":
    print(json.dumps(figures(*map(int, sys.argv[1:])), indent=1))
