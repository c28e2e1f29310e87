"""How training divides among processes: measured on this machine, and on paper for up to 256 hosts.

    python benchmarks/scaling.py            the tables of docs/distribution.md; some minutes

Measured: rows a second of 1, 2 and 4 processes that share this machine's cores, per process and
together. On paper: the time of a step on one of P hosts, each of which computes as many rows as one
process did here, then adds its gradients to those of the others. A ring all-reduce passes
2 (P - 1) / P of the gradients' bytes through each link, in 2 (P - 1) messages (Patarasuk and Yuan,
2009). Latency is 25 us a message; nothing overlaps, which XLA can do better.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from itertools import pairwise
from pathlib import Path

#: Inputs and units, and rows that each process computes of a batch.
JOBS = {
    "8-64-64-1": ((8, 64, 64, 1), 512),
    "100-256-256-1": ((100, 256, 256, 1), 512),
    "784-512-512-10": ((784, 512, 512, 10), 512),
    "1024-2048-2048-100": ((1024, 2048, 2048, 100), 512),
}
HOSTS = (1, 4, 16, 64, 256)
NETWORKS = {"10 Gbit/s": 10e9 / 8, "100 Gbit/s": 100e9 / 8}
LATENCY = 25e-6
SCRIPT = """
import os, sys, time
import numpy as np
from brickwork import Sequential, layers

sizes, batch, rows = eval(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
rng = np.random.default_rng(0)
x = rng.normal(size=(rows, sizes[0])).astype("float32")
y = rng.normal(size=(rows, sizes[-1])).astype("float32")
model = Sequential([layers.Input(sizes[:1]), *[layers.Dense(u, "relu") for u in sizes[1:-1]],
                    layers.Dense(sizes[-1])])
model.compile("adam", "mse", engine="jax")
model.fit(x, y, batch_size=batch, verbose=0)
best = float("inf")
for _ in range(3):
    began = time.perf_counter()
    model.fit(x, y, batch_size=batch, epochs=2, verbose=0)
    best = min(best, time.perf_counter() - began)
print("rows a second", 2 * rows / best, flush=True)
"""


def rate(script: Path, sizes: tuple[int, ...], batch: int, count: int) -> float:
    """Rows a second of some processes together, each of which computes its part of a batch."""
    rows = max(4 * batch, 1 << 14)
    launch = ["run"] if count == 1 else ["launch", "-n", str(count)]
    command = [sys.executable, "-m", "brickwork", *launch, str(script)]
    arguments = [str(sizes), str(batch), str(rows)]
    env = os.environ | {"JAX_PLATFORMS": "cpu"}
    out = subprocess.run(
        [*command, *arguments], env=env, capture_output=True, text=True, check=True
    )
    return float(out.stdout.split("rows a second")[1].split()[0])


def parameters(sizes: tuple[int, ...]) -> int:
    """The parameter count of dense layers of these units."""
    return sum((a + 1) * b for a, b in pairwise(sizes))


def step_of(seconds: float, nbytes: int, hosts: int, bandwidth: float) -> float:
    """The seconds of a step, with the sum of the gradients of all hosts."""
    messages = 2 * (hosts - 1)
    return seconds + messages * (LATENCY + nbytes / hosts / bandwidth)


def main() -> None:
    """Measure, compute, and print both tables."""
    print(f"{os.cpu_count()} cores\n")
    print("| network | rows a batch | 1 process | 2 | 4 |\n| --- | --- | --- | --- | --- |")
    seconds = {}
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder, "train.py")
        script.write_text(SCRIPT)
        for name, (sizes, batch) in JOBS.items():
            rates = [rate(script, sizes, batch, count) for count in (1, 2, 4)]
            seconds[name] = batch / rates[0]
            cells = [
                f"{r / 1e3:,.0f}k" if n == 1 else f"{r / 1e3:,.0f}k ({r / n / 1e3:,.0f}k each)"
                for n, r in zip((1, 2, 4), rates, strict=True)
            ]
            print(f"| {name} | {batch} | {' | '.join(cells)} |", flush=True)
    print("\n| network | gradients | a step here | network of hosts |", end="")
    print("".join(f" {hosts} |" for hosts in HOSTS[1:]))
    print("| --- | --- | --- | --- |" + " --- |" * (len(HOSTS) - 1))
    for name, (sizes, _) in JOBS.items():
        nbytes = 4 * parameters(sizes)
        for network, bandwidth in NETWORKS.items():
            shares = [seconds[name] / step_of(seconds[name], nbytes, p, bandwidth) for p in HOSTS]
            cells = "".join(f" {100 * share:.0f} % |" for share in shares[1:])
            here = f"{1e3 * seconds[name]:.2f} ms"
            print(f"| {name} | {nbytes / 1e6:.2f} MB | {here} | {network} |{cells}")


if __name__ == "__main__":
    main()
