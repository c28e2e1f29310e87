"""The benchmark's jobs, their data and their initial weights: the same for every contestant."""

from __future__ import annotations

import csv
import subprocess
from pathlib import Path
from typing import NamedTuple

import numpy as np

ROOT = Path(__file__).resolve().parent
BUILD = ROOT / ".build"
PIMA = ROOT.parent / "src" / "brickwork" / "datasets" / "pima.csv"


class Job(NamedTuple):
    """One network and how long it trains in each measurement."""

    name: str
    sizes: tuple[int, ...]  # inputs, hidden units (relu), outputs
    batch: int
    loss: str  # "binary" (sigmoid), "sparse" (softmax) or "mse" (linear)
    short_rows: int  # "many epochs of few steps" trains on these ...
    epochs: int  # ... at most this often
    long_rows: int  # "one epoch of many steps"
    agree: tuple[int, int]  # rows and epochs after which losses are compared
    specialised: bool = True  # has a floor in C++ specialised at compile time
    products: bool = True  # has a floor of bare matrix products

    def steps(self, rows: int) -> int:
        """Steps in an epoch of that many rows, a last partial batch included."""
        return -(-rows // self.batch)

    @property
    def network(self) -> str:
        """The sizes as people write them: 4-8-6-1."""
        return "-".join(map(str, self.sizes))

    @property
    def shapes(self) -> list[tuple[int, ...]]:
        """Shapes of kernel, bias, kernel, bias ..., as Keras orders them."""
        pairs = zip(self.sizes, self.sizes[1:], strict=False)
        return [shape for pair in pairs for shape in (pair, pair[1:])]


JOBS = {
    job.name: job
    for job in (
        Job("tutorial", (4, 8, 6, 1), 10, "binary", 532, 1000, 100_000, (532, 20), True, False),
        Job("pima", (8, 12, 8, 1), 10, "binary", 532, 1000, 100_000, (532, 20), True, False),
        Job("digits", (64, 32, 10), 32, "sparse", 1797, 200, 57_504, (1797, 5)),
        Job("regression", (13, 64, 64, 1), 64, "mse", 506, 500, 64_000, (506, 20)),
        Job("tabular", (54, 128, 64, 7), 256, "sparse", 2560, 100, 102_400, (20_000, 3)),
        Job("mnist", (784, 512, 512, 10), 128, "sparse", 1280, 10, 16_384, (16_384, 1), False),
        Job("wide", (1024, 2048, 2048, 100), 512, "sparse", 1024, 3, 4096, (4096, 4), False),
    )
}


def split_weights(job: Job, flat: np.ndarray) -> list[np.ndarray]:
    """A flat vector of all weights as arrays in Keras's order."""
    ends = np.cumsum([int(np.prod(shape)) for shape in job.shapes])
    parts = np.split(flat, ends[:-1])
    return [part.reshape(shape) for part, shape in zip(parts, job.shapes, strict=True)]


def glorot(job: Job, rng: np.random.Generator) -> np.ndarray:
    """Glorot-uniform kernels and zero biases, flat: limit sqrt(6 / (inputs + units))."""
    parts = []
    for shape in job.shapes:
        limit = np.sqrt(6.0 / sum(shape)) if len(shape) == 2 else 0.0
        parts.append(rng.uniform(-limit, limit, shape).ravel())
    return np.concatenate(parts).astype(np.float32)


def _standardised(x: np.ndarray) -> np.ndarray:
    return (x - x.mean(0)) / x.std(0)


def _pima(job: Job, rng: np.random.Generator, _: Path) -> tuple[np.ndarray, np.ndarray]:
    """Real rows.  The table lacks insulin, so the 8-input job's last column is a mixture of two."""
    with PIMA.open(newline="") as file:
        rows = list(csv.DictReader(file))
    lesson = ["glucose", "bmi", "pedigree", "age"]
    names = [*lesson, "pregnancies", "blood_pressure", "skin_thickness"]
    table = _standardised(np.array([[float(row[name]) for name in names] for row in rows]))
    insulin = 0.6 * table[:, :1] + 0.8 * rng.standard_normal((len(rows), 1))
    x = np.hstack([table, insulin])[:, : job.sizes[0]]
    return x, np.array([float(row["diabetes"]) for row in rows])


def _digits(job: Job, rng: np.random.Generator, python: Path) -> tuple[np.ndarray, np.ndarray]:
    """scikit-learn's 8 x 8 digits, read by an interpreter that has scikit-learn."""
    code = (
        "import sys; from sklearn.datasets import load_digits; import numpy as np;"
        "d = load_digits(); np.save(sys.argv[1], np.c_[d.data / 16.0, d.target])"
    )
    path = BUILD / "digits.npy"
    done = subprocess.run([str(python), "-c", code, str(path)], check=False)
    if done.returncode:
        raise SystemExit("the digits need scikit-learn: `python benchmarks/envs.py --only sklearn`")
    table = np.load(path)
    return table[:, :-1], table[:, -1]


def _teacher(job: Job, rng: np.random.Generator, _: Path) -> tuple[np.ndarray, np.ndarray]:
    """Rows labelled by a random network with noise: learnable, never perfectly."""
    rows = max(job.short_rows, job.agree[0])
    x = rng.standard_normal((rows, job.sizes[0]), dtype=np.float32)
    hidden = np.tanh(x @ rng.standard_normal((job.sizes[0], 16)) / np.sqrt(job.sizes[0]))
    out = hidden @ rng.standard_normal((16, job.sizes[-1]))
    out += 0.3 * rng.standard_normal(out.shape)
    return x, out[:, 0] if job.loss == "mse" else out.argmax(1)


MAKERS = {"tutorial": _pima, "pima": _pima, "digits": _digits}


def data_path(job: Job) -> Path:
    """The folder with x.npy, y.npy (both float32) and weights.npy."""
    return BUILD / "data" / job.name


def prepare(job: Job, sklearn_python: Path) -> None:
    """Write the job's data once; another definition of the job writes them anew."""
    folder = data_path(job)
    stamp = folder / "job.txt"
    if stamp.exists() and stamp.read_text() == repr(job):
        return
    folder.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(2016)
    x, y = MAKERS.get(job.name, _teacher)(job, rng, sklearn_python)
    np.save(folder / "x.npy", np.ascontiguousarray(x, np.float32))
    np.save(folder / "y.npy", y.astype(np.float32))
    np.save(folder / "weights.npy", glorot(job, rng))
    stamp.write_text(repr(job))


def full_loss(job: Job, flat: np.ndarray, x: np.ndarray, y: np.ndarray) -> float:
    """The mean loss over all rows in float64: one formula judges every contestant's weights."""
    weights = split_weights(job, flat.astype(np.float64))
    a = x.astype(np.float64)
    for i in range(0, len(weights), 2):
        a = a @ weights[i] + weights[i + 1]
        if i + 2 < len(weights):
            a = np.maximum(a, 0.0)
    if job.loss == "mse":
        return float(np.mean((a[:, 0] - y) ** 2))
    if job.loss == "binary":  # -log sigmoid of the truth's side
        return float(np.mean(np.logaddexp(0.0, np.where(y > 0.5, -a[:, 0], a[:, 0]))))
    top = a.max(1, keepdims=True)
    log_sum = np.log(np.exp(a - top).sum(1)) + top[:, 0]
    return float(np.mean(log_sum - a[np.arange(len(a)), y.astype(int)]))
