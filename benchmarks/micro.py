"""What surrounds the steps: import, cold start, memory, size, one row, callbacks, progress bar.

    python benchmarks/micro.py [--quick]

Everything runs in fresh processes, in rounds; the least value counts, the median stands beside it.
Each figure is printed beside its target.
"""

from __future__ import annotations

import argparse
import importlib.metadata
import json
import statistics
import subprocess
import sys
import time
from pathlib import Path

import numpy as np

import calls
import envs
import harness
from jobs import JOBS, data_path, prepare
from targets import Target, as_text

LESSON = JOBS["tutorial"]


def child(code: str, *arguments: str) -> tuple[float, str]:
    """Run code in a fresh interpreter; seconds from start to exit and what it printed."""
    start = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=False,
        env=harness.clean_environment(), cwd=Path(__file__).parent,
    )  # fmt: skip
    seconds = time.perf_counter() - start
    if done.returncode:
        raise RuntimeError(f"a measuring process failed:\n{done.stderr}")
    return seconds, done.stdout


def parts(*names: str) -> str:
    """Run some of the functions below in a fresh interpreter."""
    return f"import json, micro; print(json.dumps([getattr(micro, n)() for n in {names!r}]))"


def import_cost(rounds: int) -> dict[str, float]:
    """Milliseconds: numpy alone; brickwork after it, as the process and as a stopwatch see it.

    brickwork loads its parts when they are used, so what a script imports is told as well.
    """
    inside = "import time, numpy; t = time.perf_counter(); {}; print(time.perf_counter() - t)"
    script = "from brickwork.models import Sequential; from brickwork.layers import Dense"
    numpy_only, both, stopwatch, names = [], [], [], []
    for _ in range(rounds):
        numpy_only.append(child("import numpy")[0])
        both.append(child("import numpy, brickwork")[0])
        stopwatch.append(float(child(inside.format("import brickwork"))[1]))
        names.append(float(child(inside.format(script))[1]))
    return {
        "numpy_process": 1e3 * min(numpy_only),
        "added": 1e3 * max(min(both) - min(numpy_only), min(stopwatch)),
        "script": 1e3 * min(names),
        "added_median": 1e3 * (statistics.median(both) - statistics.median(numpy_only)),
    }


def lesson_model():
    """The lesson's network, compiled, with its data; built once, so that fit alone is timed."""
    from contestants.keras_like import Model

    x, y, weights = (np.load(data_path(LESSON) / f"{n}.npy") for n in ("x", "y", "weights"))
    model = Model("brickwork")
    model.load(LESSON, weights)
    data = model.data(x, y)
    model.fit(data, 2)
    return model.model, data


def timed(model, data, **arguments) -> float:
    """Seconds of one fit."""
    start = time.perf_counter()
    model.fit(*data, batch_size=LESSON.batch, **arguments)
    return time.perf_counter() - start


def fit_call() -> float:
    """Microseconds that a call of fit costs beyond its steps: one epoch against many."""
    model, data = lesson_model()
    one, many = [], []
    for _ in range(30):
        one.append(timed(model, data, epochs=1, verbose=0))
        many.append(timed(model, data, epochs=101, verbose=0))
    return 1e6 * (min(one) - (min(many) - min(one)) / 100)


def callback_cost() -> float:
    """Microseconds an epoch that a callback with an empty on_epoch_end adds."""
    from brickwork.callbacks import Callback

    class Empty(Callback):
        def on_epoch_end(self, epoch, logs=None):
            pass

    model, data = lesson_model()
    without, with_one = [], []
    for _ in range(15):
        without.append(timed(model, data, epochs=300, verbose=0))
        with_one.append(timed(model, data, epochs=300, verbose=0, callbacks=[Empty()]))
    return 1e6 * (min(with_one) - min(without)) / 300


class Screen:
    """A terminal that notes when it is written to."""

    encoding = "utf-8"

    def __init__(self):
        self.times = []

    def write(self, text):
        """Note the time; several pieces of one update are one."""
        now = time.perf_counter()
        if not self.times or now - self.times[-1] > 0.002:
            self.times.append(now)
        return len(text)

    def flush(self):
        """Nothing is held back."""

    def isatty(self):
        """Let the progress bar move."""
        return True


def verbose_cost() -> dict[str, float]:
    """What verbose=1 adds to a run of about a second, in percent, and its writes a second."""
    model, data = lesson_model()
    pilot = min(timed(model, data, epochs=200, verbose=0) for _ in range(3))
    epochs = int(200 * 1.0 / pilot)
    quiet, loud, writes = [], [], []
    terminal = sys.stdout
    for _ in range(5):
        quiet.append(timed(model, data, epochs=epochs, verbose=0))
        sys.stdout = Screen()
        try:
            loud.append(timed(model, data, epochs=epochs, verbose=1))
            writes.append(len(sys.stdout.times) / loud[-1])
        finally:
            sys.stdout = terminal
    return {"percent": 100 * (min(loud) / min(quiet) - 1), "writes_per_s": max(writes)}


def memory_beyond_data() -> dict[str, float]:
    """Bytes that fit adds to the peak while training on 200 MB, float32 and float64."""
    from brickwork.layers import Dense, Input
    from brickwork.models import Sequential

    from worker import peak_memory

    extra = {}
    for dtype in ("float32", "float64"):
        rows = 200_000_000 // 128 // np.dtype(dtype).itemsize
        x = np.ones((rows, 128), dtype)
        y = np.zeros((rows, 1), dtype)
        model = Sequential([Input((128,)), Dense(8, activation="relu"), Dense(1)])
        model.compile(loss="mse", optimizer="adam")
        model.fit(x[:512], y[:512], batch_size=256, verbose=0)
        Path("/proc/self/clear_refs").write_text("5")  # the peak starts anew from here
        before = peak_memory()
        model.fit(x, y, batch_size=256, verbose=0)
        extra[dtype] = peak_memory() - before - 4 * rows
    return extra


def dependencies() -> list[str] | None:
    """What brickwork requires without extras; None where it is not installed but run in place."""
    try:
        importlib.metadata.distribution("brickwork")
    except importlib.metadata.PackageNotFoundError:
        return None
    return [r for r in importlib.metadata.requires("brickwork") or [] if "extra ==" not in r]


def one_row() -> dict[str, float]:
    """Microseconds of predict and predict_on_batch on one row of the lesson's network."""
    from worker import least_time

    model, (x, _) = lesson_model()
    row = np.ascontiguousarray(x[:1])
    calls = {
        "predict": lambda: model.predict(row, verbose=0),
        "predict_on_batch": lambda: model.predict_on_batch(row),
    }
    return {
        name: 1e6 * min(least_time(call, 0.3) for _ in range(3)) for name, call in calls.items()
    }


def own_steps() -> dict[str, float]:
    """What a training step of one's own costs in fit, as a multiple of the built-in step's time."""
    from brickwork import GradientTape, Sequential, layers

    class Own(Sequential):
        def train_step(self, data):
            x, y = data
            with GradientTape() as tape:
                loss = self.compute_loss(y=y, y_pred=self(x, training=True))
            variables = self.trainable_variables
            self.optimizer.apply(tape.gradient(loss, variables), variables)
            self.metrics[0].update_state(loss)
            return {"loss": self.metrics[0].result()}

    def made(kind):
        sizes = [(8, "relu"), (6, "relu"), (1, "sigmoid")]
        model = kind([layers.Input((4,)), *(layers.Dense(n, a) for n, a in sizes)])
        model.compile("adam", "binary_crossentropy")
        return model

    rng = np.random.default_rng(0)
    x = rng.normal(size=(3200, 4)).astype("float32")
    y = (x.sum(1, keepdims=True) > 0).astype("float32")
    times = {}
    models = {kind: made(kind) for kind in (Own, Sequential)}
    for _ in range(15):
        for kind, model in models.items():
            seconds = timed(model, (x, y), epochs=50, verbose=0)
            times[kind] = min(seconds, times.get(kind, seconds))
    return {"fit": times[Own] / times[Sequential]}


def lengths() -> dict[str, float]:
    """Microseconds of a step on batches of one length, and of ten in turn, of a small model."""
    from brickwork.layers import Dense, GlobalAveragePooling1D, Input
    from brickwork.models import Sequential

    model = Sequential([Input((None, 2)), Dense(8, "tanh"), GlobalAveragePooling1D(), Dense(1)])
    model.compile("adam", "mse")
    batches = [(np.ones((32, n, 2), "float32"), np.ones((32, 1), "float32")) for n in range(6, 16)]

    def least(turns):
        seconds = []
        for _ in range(200):
            start = time.perf_counter()
            for batch in turns:
                model.train_on_batch(*batch)
            seconds.append(time.perf_counter() - start)
        return 1e6 * min(seconds) / len(turns)

    least(batches)
    return {"one": least(batches[5:6] * 10), "ten": least(batches)}


def measure(quick: bool) -> dict:
    """All figures; one that cannot be measured is an error, not a gap."""
    rounds = 10 if quick else 30
    cold = [harness.cold_start("brickwork", envs.ENV_DIR, LESSON) for _ in range(rounds)]
    names = (
        "fit_call",
        "callback_cost",
        "verbose_cost",
        "one_row",
        "memory_beyond_data",
        "own_steps",
        "lengths",
    )
    results = dict(zip(names, json.loads(child(parts(*names))[1]), strict=True))
    return results | {
        "calls": json.loads(child("import json, calls; print(json.dumps(calls.measure()))")[1]),
        "import": import_cost(rounds),
        "cold": min(seconds for seconds, _ in cold),
        "cold_median": statistics.median(seconds for seconds, _ in cold),
        "peak": min(peak for _, peak in cold),
        "size": harness.brickwork_size(),
        "dependencies": dependencies(),
    }


def targets(figures: dict) -> list[Target]:
    """The figures beside what they must reach."""
    cost, verbose = figures["import"], figures["verbose_cost"]
    steps = figures["own_steps"]
    switching = figures["lengths"]["ten"] - figures["lengths"]["one"]
    extra = max(figures["memory_beyond_data"].values())
    own = figures["dependencies"]
    others = None if own is None else sum(not name.startswith("numpy") for name in own)
    return [
        Target("one row, predict_on_batch", figures["one_row"]["predict_on_batch"], 0.5, "us"),
        Target("one row, predict", figures["one_row"]["predict"], 10, "us"),
        Target("import brickwork beyond import numpy", cost["added"], 15, "ms"),
        Target("process start to the end of the first epoch", figures["cold"], 0.18, "s"),
        Target("peak memory there", figures["peak"] / 1e6, 60, "MB"),
        Target("brickwork installed", figures["size"] / 1e6, 8, "MB"),
        Target("dependencies beside numpy", others, 0, ""),
        Target("memory beyond 200 MB of data and 4 bytes a row", extra / 1e6, 4, "MB"),
        Target("an empty callback, each epoch", figures["callback_cost"], 20, "us"),
        Target("verbose=1 in a run of a second", verbose["percent"], 5, "%"),
        Target("verbose=1, writes a second", verbose["writes_per_s"], 20.5, ""),
        Target("a train_step of one's own in fit, over the built-in step", steps["fit"], 1.15, ""),
        Target("a step on ten lengths in turn, beyond one length", switching, 20, "us"),
        *calls.targets(figures["calls"]),
        Target("a call of fit beyond its steps", figures["fit_call"], None, "us"),
        Target("importing Sequential and Dense beyond numpy", cost["script"], 45, "ms"),
        Target("import numpy, the process (for comparison)", cost["numpy_process"], None, "ms"),
    ]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="fewer rounds")
    options = parser.parse_args()
    prepare(LESSON, Path(sys.executable))
    print(as_text(targets(measure(options.quick))))


if __name__ == "__main__":
    main()
