"""Half precision beside float32: a training step in `mixed_bfloat16`, in one run.

    python benchmarks/half.py

Products of bfloat16 are fast where the processor has them (AVX512_BF16); elsewhere the numbers are
the same, slower. Each figure is the least of several rounds, in turns, in one process.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from brickwork import Sequential, layers

from jobs import JOBS, Job
from targets import Target, as_text

LIMITS = {"mnist": 0.65, "wide": 0.6}
STEPS = {"mnist": 40, "wide": 2}


def has_products() -> bool:
    """Whether the processor multiplies bfloat16."""
    flags = Path("/proc/cpuinfo")
    return flags.exists() and "avx512_bf16" in flags.read_text()


def training(job: Job, policy: str) -> Callable[[], float]:
    """A round: microseconds for each step of a `fit`."""
    first, *hidden, out = job.sizes
    rng = np.random.default_rng(0)
    rows = job.batch * STEPS[job.name]
    x = rng.standard_normal((rows, first), dtype=np.float32)
    y = rng.integers(0, out, rows).astype("int32")
    inner = [layers.Dense(units, "relu", dtype=policy) for units in hidden]
    model = Sequential([layers.Input((first,)), *inner])
    model.add(layers.Dense(out, "softmax", dtype=policy))
    model.compile("adam", "sparse_categorical_crossentropy")
    model.fit(x, y, batch_size=job.batch, verbose=0)

    def measure() -> float:
        start = time.perf_counter()
        model.fit(x, y, batch_size=job.batch, verbose=0)
        return 1e6 * (time.perf_counter() - start) / STEPS[job.name]

    return measure


def measure(times: int = 15) -> dict[tuple[str, str], float]:
    """The least of the rounds, by job and policy."""
    rounds = {
        (name, policy): training(JOBS[name], policy)
        for name in LIMITS
        for policy in ("float32", "mixed_bfloat16")
    }
    found: dict[tuple[str, str], float] = {}
    for _ in range(times):
        for key, run in rounds.items():
            found[key] = min(run(), found.get(key, float("inf")))
    return found


def targets(us: dict[tuple[str, str], float]) -> list[Target]:
    """The figures beside what they must reach."""
    rows = []
    for name, limit in LIMITS.items():
        plain, mixed = us[name, "float32"], us[name, "mixed_bfloat16"]
        where = JOBS[name].network
        rows += [
            Target(f"{where}, a step in float32", plain, None, "us"),
            Target(f"{where}, in mixed_bfloat16", mixed, None, "us"),
            Target(f"{where}, the latter over the former", mixed / plain, limit, ""),
        ]
    return rows


if __name__ == "__main__":
    print(f"products of bfloat16: {'yes' if has_products() else 'no'}")
    print(as_text(targets(measure())))
