"""`fit` in JAX beside a scan of the same network that is written by hand in JAX, in one process.

    python benchmarks/engines.py [JOB ...]       a table, as in docs/jax.md; two minutes

Of each job of `jobs.py` many epochs on few rows, and one epoch on many, whose data `fit` passes to
the device each time; the hand-written one has them there. The better of five rounds, interleaved.
"""

from __future__ import annotations

import os
import sys
import time

os.environ |= {"JAX_PLATFORMS": "cpu", "BRICKWORK_ENGINE": "jax"}

import numpy as np

from contestants import jax_scan, keras_like
from jobs import JOBS, Job, glorot

ROUNDS = 5
HEADING = """| network | by hand | `fit` | ratio | by hand, long | `fit`, long | ratio |
| --- | --- | --- | --- | --- | --- | --- |"""


def data(job: Job, rows: int) -> tuple[np.ndarray, np.ndarray]:
    """Random rows and targets: the numbers cost nothing but time."""
    rng = np.random.default_rng(0)
    y = {
        "binary": lambda: rng.random(rows) > 0.5,
        "sparse": lambda: rng.integers(0, job.sizes[-1], rows),
        "mse": lambda: rng.normal(size=rows),
    }[job.loss]()
    return rng.normal(size=(rows, job.sizes[0])).astype("float32"), y.astype("float32")


def steps_of(job: Job, rows: int, epochs: int) -> list[float]:
    """Microseconds for a step: by hand, and by `fit`."""
    models = [jax_scan.Model("jax"), keras_like.Model("brickwork")]
    given = []
    for model in models:
        model.load(job, glorot(job, np.random.default_rng(1)))
        given.append(model.data(*data(job, rows)))
        model.fit(given[-1], 1)  # compiles
    best = [float("inf")] * 2
    for _ in range(ROUNDS):
        for i, model in enumerate(models):
            began = time.perf_counter()
            model.fit(given[i], epochs)
            best[i] = min(best[i], time.perf_counter() - began)
    return [1e6 * seconds / (job.steps(rows) * epochs) for seconds in best]


def main(names: list[str]) -> None:
    """Measure the jobs of these names, and print the table."""
    print(HEADING, flush=True)
    for job in (JOBS[name] for name in names or JOBS):
        pairs = [
            steps_of(job, job.short_rows, job.epochs),
            steps_of(job, job.long_rows, 1),
        ]
        cells = [
            text
            for hand, ours in pairs
            for text in (*(f"{v:,.{0 if v >= 100 else 1}f}" for v in (hand, ours)),
                         f"{ours / hand:.2f}")
        ]  # fmt: skip
        print(f"| {job.network}, batch {job.batch} | {' | '.join(cells)} |", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
