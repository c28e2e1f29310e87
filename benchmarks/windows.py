"""Training on tables that come in windows beside the same rows as arrays in memory, in one process.

    python benchmarks/windows.py [native | jax] [JOB ...]      a table, as in docs/large-tables.md

Of each job one epoch: of arrays in memory, of a Parquet file (compressed with Snappy, as pandas
writes it), and of a memory-mapped array that is read in blocks as one is that no memory holds. The
better of three rounds, interleaved; the files are in the page cache, so no disk is measured. In JAX
two rounds on half as many rows, without the lesson's network, which takes minutes there.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from pathlib import Path

import brickwork
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from brickwork import Sequential, layers, utils
from brickwork.data import facts

#: Bytes of a job's data, and rounds.
SIZES, ROUNDS = {"native": 1 << 30, "jax": 1 << 29}, {"native": 3, "jax": 2}
#: Inputs and units, and rows of a batch.
JOBS = {
    "lesson": ((4, 8, 6, 1), 10),
    "small": ((8, 64, 64, 1), 16),
    "tabular": ((13, 64, 64, 1), 128),
    "wide": ((100, 256, 256, 1), 256),
    "mnist": ((784, 512, 512, 1), 128),
}
HEADING = """| network | rows a batch | in memory, rows a second | Parquet | memory map |
| --- | --- | --- | --- | --- |"""


def write(folder: Path, inputs: int, rows: int) -> None:
    """Write random rows as a Parquet file and as arrays, a row group at a time."""
    rng = np.random.default_rng(0)
    group = max(1 << 12, (1 << 22) // inputs)
    x = np.lib.format.open_memmap(folder / "x.npy", "w+", "float32", (rows, inputs))
    y = np.empty(rows, "float32")
    writer = None
    for start in range(0, rows, group):
        part = rng.normal(size=(min(group, rows - start), inputs)).astype("float32")
        x[start : start + group] = part
        y[start : start + group] = part[:, :4].sum(1) > 0
        columns = {f"c{i}": part[:, i] for i in range(inputs)}
        table = pa.table(columns | {"y": y[start : start + group]})
        writer = writer or pq.ParquetWriter(folder / "t.parquet", table.schema)
        writer.write_table(table)
    writer.close()
    np.save(folder / "y.npy", y)


def seconds(engine: str, name: str) -> tuple[int, dict[str, float]]:
    """Rows, and the seconds of an epoch, by the form of the data."""
    sizes, batch = JOBS[name]
    rows = SIZES[engine] // (4 * sizes[0] + 4)
    with tempfile.TemporaryDirectory() as path:
        folder = Path(path)
        write(folder, sizes[0], rows)
        table, y = utils.ParquetTable(folder / "t.parquet"), np.load(folder / "y.npy")
        forms = {
            "memory": (np.load(folder / "x.npy"), y),
            "parquet": (table.drop("y"), table["y"]),
            "map": (np.load(folder / "x.npy", mmap_mode="r"), y),
        }
        models = {form: model(engine, sizes) for form in forms}
        for found in models.values():  # compiles, and makes the optimizer's state
            found.fit(*(a[: 4 * batch] for a in forms["memory"]), batch_size=batch, verbose=0)
        best = dict.fromkeys(forms, float("inf"))
        for _ in range(ROUNDS[engine]):
            for form, given in forms.items():
                facts.LARGE = 1 << 40 if form == "memory" else 1 << 20
                facts.memory = lambda: 0
                began = time.perf_counter()
                models[form].fit(*given, batch_size=batch, verbose=0)
                best[form] = min(best[form], time.perf_counter() - began)
    return rows, best


def model(engine: str, sizes: tuple[int, ...]) -> Sequential:
    """A network of these units, with Adam."""
    utils.set_random_seed(1)
    hidden = [layers.Dense(units, "relu") for units in sizes[1:-1]]
    found = Sequential([layers.Input(sizes[:1]), *hidden, layers.Dense(1, "sigmoid")])
    found.compile("adam", "binary_crossentropy", engine=engine)
    return found


def main(arguments: list[str]) -> None:
    """Measure jobs, and print the table."""
    engine = arguments.pop(0) if arguments and arguments[0] in ("native", "jax") else "native"
    print(f"{brickwork.backend() if engine == 'native' else engine}, {os.cpu_count()} cores")
    print(HEADING, flush=True)
    for name in arguments or [job for job in JOBS if engine == "native" or job != "lesson"]:
        rows, best = seconds(engine, name)
        shown = "-".join(map(str, JOBS[name][0]))
        speeds = [f"{best['memory'] / best[form]:.2f}" for form in ("parquet", "map")]
        rate = f"{rows / best['memory'] / 1e6:.2f}M"
        print(f"| {shown} | {JOBS[name][1]} | {rate} | {' | '.join(speeds)} |", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
