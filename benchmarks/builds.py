"""Two builds of brickwork, or more, side by side: by another compiler, or by the stable ABI.

    python benchmarks/builds.py gcc=/some/venv/bin/python clang=/other/venv/bin/python

Each is a virtual environment in which brickwork is installed. They take turns in one run, on one
thread, and are timed by the processor's time that they use, so that what else runs on the machine
takes little part. The first is what the others are compared with.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable

#: What is timed, with how many repetitions, for these sizes of layers and rows of a batch.
JOBS = [
    (job, sizes, batch)
    for sizes, batch in (((4, 8, 6, 1), 10), ((54, 128, 64, 7), 32), ((784, 512, 512, 10), 128))
    for job in ("fit", "train_on_batch", "predict", "predict a row")
]
ROUNDS = 15
SECONDS = 0.05  # what a turn takes at least


def jobs(sizes: tuple[int, ...], batch: int) -> dict[str, Callable[[], object]]:
    """What is timed of a network."""
    import numpy as np
    from brickwork import Sequential, layers

    rng = np.random.default_rng(0)
    x = rng.normal(size=(640, sizes[0])).astype("float32")
    y = (rng.random((640, sizes[-1])) > 0.5).astype("float32")
    net = Sequential(
        [layers.Dense(n, "relu") for n in sizes[1:-1]] + [layers.Dense(sizes[-1], "sigmoid")]
    )
    net.compile("adam", "binary_crossentropy")
    return {
        "fit": lambda: net.fit(x, y, epochs=1, batch_size=batch, verbose=0),
        "train_on_batch": lambda: net.train_on_batch(x[:batch], y[:batch]),
        "predict": lambda: net.predict(x, verbose=0),
        "predict a row": lambda: net.predict(x[:1], verbose=0),
    }


def worker() -> None:
    """Read the number of a job from each line, do it for a while, and write its best time."""
    made: dict[tuple[int, ...], dict] = {}
    for line in sys.stdin:
        job, sizes, batch = JOBS[int(line)]
        if sizes not in made:
            made[sizes] = jobs(sizes, batch)
        call = made[sizes][job]
        call()
        best, began = float("inf"), time.process_time()
        while time.process_time() - began < SECONDS:
            start = time.process_time()
            call()
            best = min(best, time.process_time() - start)
        print(best, flush=True)


def main(*builds: str) -> None:
    """The table."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("OPENBLAS_")}
    processes = {
        name: subprocess.Popen(
            [python, __file__],
            text=True,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**kept, "BRICKWORK_THREADS": "1"},
        )
        for name, _, python in (build.partition("=") for build in builds)
    }
    times: dict[tuple[int, str], list[float]] = {}
    for turn in range(ROUNDS):
        for number in range(len(JOBS)):
            for name in list(processes)[:: 1 if turn % 2 else -1]:
                process = processes[name]
                process.stdin.write(f"{number}\n")
                process.stdin.flush()
                times.setdefault((number, name), []).append(float(process.stdout.readline()))
    first = next(iter(processes))
    for number, (job, sizes, _) in enumerate(JOBS):
        base = min(times[number, first])
        told = (
            f"{name} {min(found) * 1e6:10.2f} us {min(found) / base:6.3f} "
            f"(median {statistics.median(found) * 1e6:10.2f})"
            for name in processes
            for found in [times[number, name]]
        )
        print(f"{job:15} {'-'.join(map(str, sizes)):16}", *told, sep="  ")


if __name__ == "__main__":
    main(*sys.argv[1:]) if len(sys.argv) > 1 else worker()
