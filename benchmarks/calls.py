"""What a call costs beside the work that it starts: steps taken one by one, streams, callbacks.

    python benchmarks/calls.py

The lesson's network with ten rows, of which a step takes 0.4 us and a prediction 0.2. Each figure
is the least of several rounds, in turns, in one process; each is printed beside its target.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np
from brickwork import GradientTape, Sequential, callbacks, function, layers, losses, optimizers
from brickwork.dialects.pipelines import Dataset
from brickwork.utils import PyDataset

from targets import Target, as_text

ROWS, BATCHES = 10, 100
RNG = np.random.default_rng(0)
X = RNG.random((ROWS * BATCHES, 4), "float32")
Y = (X.sum(1, keepdims=True) > 2).astype("float32")


class Pairs(PyDataset):
    """The same batches, asked for one by one."""

    def __len__(self):
        return BATCHES

    def __getitem__(self, index):
        part = slice(ROWS * index, ROWS * index + ROWS)
        return X[part], Y[part]


class Empty(callbacks.Callback):
    """Looks at each batch, and does nothing."""

    def on_train_batch_end(self, batch, logs=None):
        """Nothing."""


def generator():
    """The same batches from a generator."""
    for start in range(0, len(X), ROWS):
        yield X[start : start + ROWS], Y[start : start + ROWS]


def network(*sizes: int, last: str = "sigmoid"):
    """A compiled network of these sizes."""
    first, *hidden, out = sizes
    model = Sequential([layers.Input((first,)), *(layers.Dense(n, "relu") for n in hidden)])
    model.add(layers.Dense(out, last))
    model.compile("adam", "binary_crossentropy")
    return model


def each(call: Callable[[], object], steps: int = 1) -> Callable[[], float]:
    """A round of about ten milliseconds: microseconds for each of a call's steps."""
    call(), call(), call()
    start = time.perf_counter()
    call()
    times = max(1, int(0.01 / (time.perf_counter() - start)))

    def measure() -> float:
        start = time.perf_counter()
        for _ in range(times):
            call()
        return 1e6 * (time.perf_counter() - start) / times / steps

    return measure


def consumed(make: Callable) -> Callable[[], None]:
    """A pass over a stream that does nothing with it."""

    def run():
        for _ in make():
            pass

    return run


def adversaries() -> Callable[[], None]:
    """A step of each of two networks, the judge frozen while the maker learns."""
    maker, judge = network(2, 8, 4, last="tanh"), network(4, 8, 1)
    judge.trainable = False
    both = Sequential([maker, judge])
    both.compile("adam", "binary_crossentropy")
    judge.trainable = True
    noise = RNG.random((ROWS, 2), "float32")

    def steps():
        judge.train_on_batch(X[:ROWS], Y[:ROWS])
        both.train_on_batch(noise, Y[:ROWS])

    return steps


def own_step() -> Callable:
    """A training step with a tape, of the lesson's network."""
    model, loss, optimizer = network(4, 8, 6, 1), losses.BinaryCrossentropy(), optimizers.Adam()

    def step(x, y):
        with GradientTape() as tape:
            value = loss(y, model(x, training=True))
        variables = model.trainable_variables
        optimizer.apply(tape.gradient(value, variables), variables)
        return value

    return step


def over(step: Callable, batches: Dataset) -> Callable[[], None]:
    """A loop of a step over batches."""

    def run():
        for x, y in batches:
            step(x, y)

    return run


def rounds() -> dict[str, Callable[[], float]]:
    """What is measured, by name."""
    model, x, y = network(4, 8, 6, 1), X[:ROWS], Y[:ROWS]
    model.fit(x, y, verbose=0)
    batches = Dataset.from_tensor_slices((X, Y)).batch(ROWS)
    fit = {"epochs": 1, "verbose": 0, "shuffle": False}
    arrays = {**fit, "batch_size": ROWS}
    loss, metric = losses.BinaryCrossentropy(), model.metrics[0].__class__()
    p = model.predict(x, verbose=0)
    own = own_step()
    return {
        "train_on_batch": each(lambda: model.train_on_batch(x, y)),
        "test_on_batch": each(lambda: model.test_on_batch(x, y)),
        "predict_on_batch": each(lambda: model.predict_on_batch(x)),
        "model(x)": each(lambda: model(x)),
        "evaluate": each(lambda: model.evaluate(x, y, verbose=0)),
        "fit of one step": each(lambda: model.fit(x, y, verbose=0)),
        "loss(y, p)": each(lambda: loss(y, p)),
        "metric.update_state": each(lambda: metric.update_state(p)),
        "two adversaries": each(adversaries()),
        "arrays": each(lambda: model.fit(X, Y, **arrays), BATCHES),
        "callback": each(lambda: model.fit(X, Y, **arrays, callbacks=[Empty()]), BATCHES),
        "generator alone": each(consumed(generator), BATCHES),
        "generator": each(lambda: model.fit(generator(), **fit), BATCHES),
        "PyDataset alone": each(lambda: [pair for pair in map(Pairs().__getitem__, range(BATCHES))],
                                BATCHES),
        "PyDataset": each(lambda: model.fit(Pairs(), **fit), BATCHES),
        "tf.data alone": each(consumed(lambda: batches), BATCHES),
        "tf.data": each(lambda: model.fit(batches, **fit), BATCHES),
        "tape": each(over(own, batches), BATCHES),
        "compiled tape": each(over(function(own), batches), BATCHES),
    }  # fmt: skip


def measure(times: int = 25) -> dict[str, float]:
    """The least of the rounds."""
    found: dict[str, float] = {}
    measured = rounds()
    for _ in range(times):
        for name, run in measured.items():
            found[name] = min(run(), found.get(name, float("inf")))
    return found


def targets(us: dict[str, float]) -> list[Target]:
    """The figures beside what they must reach."""
    return [
        Target("train_on_batch, 10 rows of 4-8-6-1", us["train_on_batch"], 8, "us"),
        Target("test_on_batch", us["test_on_batch"], 8, "us"),
        Target("predict_on_batch", us["predict_on_batch"], None, "us"),
        Target("model(x)", us["model(x)"], 3, "us"),
        Target("evaluate", us["evaluate"], 20, "us"),
        Target("fit of one step", us["fit of one step"], 60, "us"),
        Target("a loss on arrays", us["loss(y, p)"], None, "us"),
        Target("a metric on arrays", us["metric.update_state"], None, "us"),
        Target("a step of each of two adversaries", us["two adversaries"], 20, "us"),
        Target("a step of fit on arrays", us["arrays"], None, "us"),
        Target("a callback on each batch, beyond", us["callback"] - us["arrays"], 3, "us"),
        *(
            Target(f"{name}, a step beyond what it takes", us[name] - us[f"{name} alone"], 10, "us")
            for name in ("generator", "PyDataset", "tf.data")
        ),
        Target("a compiled step with a tape, over tf.data", us["compiled tape"], 60, "us"),
        Target("the same, not compiled", us["tape"], 60, "us"),
    ]


if __name__ == "__main__":
    print(as_text(targets(measure())))
