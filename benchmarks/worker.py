"""One contestant in its own process: reads a command a line as JSON, answers a line of JSON.

python worker.py CONTESTANT              the loop that run.py talks to
python worker.py CONTESTANT --cold       load the lesson's data, train one epoch, say so, leave
"""

import gc
import importlib
import json
import os
import sys
import time

import numpy as np

from jobs import JOBS, data_path

MODULES = {
    "brickwork": "keras_like",
    "keras-jax": "keras_like",
    "keras-torch": "keras_like",
    "keras-tensorflow": "keras_like",
    "torch": "torch_mlp",
    "sklearn": "sklearn_mlp",
    "jax": "jax_scan",
    "mlpack": "mlpack_mlp",
    "numpy": "numpy_mlp",
    "specialised": "specialised",
    "gemm": "gemm",
}


def make(contestant):
    """The contestant's Model."""
    return importlib.import_module("contestants." + MODULES[contestant]).Model(contestant)


def peak_memory():
    """This process's largest resident set so far, in bytes."""
    with open("/proc/self/status") as status:
        line = next(line for line in status if line.startswith("VmHWM"))
    return int(line.split()[1]) * 1024


class Worker:
    """The commands, one method each; keyword arguments come from the line."""

    def __init__(self, contestant):
        self.model = make(contestant)

    def hello(self):
        """What is here, and what may be tried."""
        return {"versions": self.model.versions, "settings": self.model.settings()}

    def use(self, setting):
        """Take a setting, such as a number of threads."""
        self.model.use(setting)
        return {}

    def load(self, job):
        """Read the job's data and build its network."""
        self.job = JOBS[job]
        folder = data_path(self.job)
        self.x, self.y, self.start = (
            np.load(folder / f"{name}.npy") for name in ("x", "y", "weights")
        )
        self.model.load(self.job, self.start)
        self.cache = {}
        return {}

    def rows(self, count):
        """The first rows, repeated where the data are shorter."""
        if count not in self.cache:
            x = np.resize(self.x, (count, self.x.shape[1]))
            self.cache[count] = self.model.data(x, np.resize(self.y, count))
        return self.cache[count]

    def fit(self, rows, epochs):
        """Seconds for one training from the initial weights."""
        data = self.rows(rows)
        self.model.reset(self.start)
        gc.collect()
        start = time.perf_counter()
        losses = self.model.fit(data, epochs)
        seconds = time.perf_counter() - start
        return {"seconds": seconds, "loss": losses[-1] if losses else None}

    def train(self, path, rows, epochs):
        """Train a fresh network for the comparison of losses; its weights go to a file."""
        self.model.load(self.job, self.start)
        losses = self.model.fit(self.rows(rows), epochs)
        np.save(path, self.model.weights())
        return {"losses": losses}

    def latency(self, seconds):
        """Each way to predict one row: the least of many calls' times, in microseconds."""
        row = np.ascontiguousarray(self.x[:1])
        if hasattr(self.model, "latency"):
            return {name: 1e6 * value for name, value in self.model.latency(row).items()}
        return {
            name: 1e6 * least_time(call, seconds) for name, call in self.model.calls(row).items()
        }

    def throughput(self, rows):
        """Seconds to predict that many rows."""
        x = np.resize(self.x, (rows, self.x.shape[1]))
        self.model.predict(x)
        start = time.perf_counter()
        answer = self.model.predict(x)
        seconds = time.perf_counter() - start
        assert len(answer) == rows
        return {"seconds": seconds}


def least_time(call, seconds):
    """Seconds a call: blocks of calls long enough for the clock, the fastest block counts."""
    call()
    start = time.perf_counter()
    call()
    block = max(1, min(1000, int(0.002 / (time.perf_counter() - start))))
    best, end = float("inf"), time.perf_counter() + seconds
    while time.perf_counter() < end:
        start = time.perf_counter()
        for _ in range(block):
            call()
        best = min(best, (time.perf_counter() - start) / block)
    return best


def serve(contestant):
    """Answer commands until the input ends; what libraries print goes to stderr."""
    answers = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)
    worker = Worker(contestant)
    for line in sys.stdin:
        command = json.loads(line)
        answer = getattr(worker, command.pop("do"))(**command)
        answers.write(json.dumps(answer) + "\n")


def cold(contestant):
    """What a script does: read, build, train one epoch; the peak memory is the sign of the end."""
    job = JOBS["tutorial"]
    x, y, weights = (np.load(data_path(job) / f"{name}.npy") for name in ("x", "y", "weights"))
    model = make(contestant)
    model.load(job, weights)
    model.fit(model.data(x, y), 1)
    print("VmHWM:", peak_memory() // 1024, flush=True)


if __name__ == "__main__":
    (cold if "--cold" in sys.argv else serve)(sys.argv[1])
