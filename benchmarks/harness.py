"""Contestants as processes, and measurements in rounds: each in turn, again and again.

Machines are shared and drift.  In a round everybody is measured once, one after the other, so a
slow minute hits all of them; of all rounds the least time counts, and the median is kept beside it.
"""

from __future__ import annotations

import importlib.metadata
import json
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import NamedTuple

import numpy as np

import envs
import native
from jobs import BUILD, ROOT, Job, data_path, full_loss

WORKER = ROOT / "worker.py"


class Entry(NamedTuple):
    """A contestant: what the table calls it, where it lives, what it is."""

    label: str
    env: str | None  # None: the interpreter that runs the benchmark
    kind: str  # "own", "peer", "hand" (no library: a yardstick) or "floor"


ENTRIES = {
    "brickwork": Entry("brickwork", None, "own"),
    "mlpack": Entry("mlpack (C++)", "floors", "peer"),
    "jax": Entry("JAX, whole-epoch scan", "jax", "peer"),
    "torch": Entry("PyTorch", "torch", "peer"),
    "sklearn": Entry("scikit-learn MLP", "sklearn", "peer"),
    "keras-jax": Entry("Keras 3 on JAX", "keras-jax", "peer"),
    "keras-torch": Entry("Keras 3 on PyTorch", "keras-torch", "peer"),
    "keras-tensorflow": Entry("Keras 3 on TensorFlow", "keras-tensorflow", "peer"),
    "numpy": Entry("NumPy by hand", "floors", "hand"),
    "specialised": Entry("floor: specialised C++", "floors", "floor"),
    "gemm": Entry("floor: bare products", "floors", "floor"),
}


class Missing(Exception):
    """A contestant that cannot run here; the message says why, for the table."""


def clean_environment() -> dict[str, str]:
    """The environment of every contestant: none of the caller's pins.

    Some environments pin OpenBLAS to an old processor (OPENBLAS_CORETYPE) or limit threads; every
    library shall choose by itself, or be told by the benchmark.
    """
    pins = ("OPENBLAS_", "OMP_", "MKL_", "NVPL_", "XLA_", "TF_", "KERAS_", "BRICKWORK_")
    kept = {key: value for key, value in os.environ.items() if not key.startswith(pins)}
    kept |= {"JAX_PLATFORMS": "cpu", "CUDA_VISIBLE_DEVICES": "-1", "TF_CPP_MIN_LOG_LEVEL": "3"}
    return kept | {"KERAS_HOME": str(BUILD / "keras")}


def interpreter(name: str, env_dir: Path) -> str:
    """The Python that runs the contestant, or Missing."""
    env = ENTRIES[name].env
    if env is None:
        return sys.executable
    if not envs.is_ready(env, env_dir):
        raise Missing(f"not installed: run `python benchmarks/envs.py --only {env}`")
    if name == "mlpack" and not native.has_mlpack():
        raise Missing("not installed: `apt-get install libmlpack-dev libopenblas-dev`")
    return str(envs.python_of(env, env_dir))


def last_line(log: Path) -> str:
    """What a process said last: the message of its error."""
    return (log.read_text().strip().splitlines() or ["it said nothing"])[-1]


class Process:
    """A contestant's worker; commands are keyword arguments, answers dictionaries."""

    def __init__(self, name: str, env_dir: Path):
        self.name = name
        python = interpreter(name, env_dir)
        BUILD.mkdir(exist_ok=True)
        self.log = BUILD / f"{name}.log"
        with self.log.open("w") as log:
            self.process = subprocess.Popen(
                [python, str(WORKER), name], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                stderr=log, text=True, bufsize=1, env=clean_environment(),
            )  # fmt: skip
        self.greeting = self("hello")

    def __call__(self, do: str, **arguments) -> dict:
        """Send a command and wait for its answer."""
        try:
            self.process.stdin.write(json.dumps({"do": do, **arguments}) + "\n")
            line = self.process.stdout.readline()
        except BrokenPipeError:
            line = ""
        if not line:
            self.process.wait()
            raise Missing(f"`{do}` failed: {last_line(self.log)}")
        return json.loads(line)

    def close(self) -> None:
        """End the worker by ending its input."""
        self.process.stdin.close()
        self.process.wait()


class Bench:
    """All workers, the results so far, and what is missing and why."""

    def __init__(
        self, names: list[str], env_dir: Path, quick: bool, rounds: int | None = None, say=print
    ):
        self.quick, self.say, self.env_dir = quick, say, env_dir
        self.rounds = rounds or (5 if quick else 7)
        self.budget = 0.05 if quick else 0.25  # seconds that one measurement should take
        self.workers: dict[str, Process] = {}
        self.results = {"versions": {}, "jobs": {}, "start": {}, "latency": {}, "missing": {}}
        for name in names:
            self.attempt(name, self.start)

    def attempt(self, name: str, action, *arguments) -> None:
        """Do something with a contestant; if it cannot, note why and go on without it."""
        try:
            action(name, *arguments)
        except Missing as reason:
            self.drop(name, str(reason))

    def drop(self, name: str, reason: str) -> None:
        """Go on without this contestant, and say so in the table."""
        self.say(f"  {ENTRIES[name].label}: {reason}")
        self.results["missing"][name] = reason
        worker = self.workers.pop(name, None)
        if worker:
            worker.close()

    def start(self, name: str) -> None:
        """Start the worker and note its versions."""
        self.workers[name] = Process(name, self.env_dir)
        self.results["versions"][name] = self.workers[name].greeting["versions"]

    def close(self) -> None:
        """End all workers."""
        for worker in self.workers.values():
            worker.close()

    # ---- steps ---------------------------------------------------------------------------------

    def takes_part(self, name: str, job: Job) -> bool:
        """Floors stand only below the jobs they are meant for."""
        return {"specialised": job.specialised, "gemm": job.products}.get(name, True)

    def run_job(self, job: Job) -> None:
        """Both kinds of training in rounds, then losses and throughput."""
        self.say(f"{job.name}: {job.network}, batch {job.batch}")
        self.table = self.results["jobs"][job.name] = {}
        names = [name for name in self.workers if self.takes_part(name, job)]
        for name in names:
            self.attempt(name, self.prepare, job)
        for _ in range(self.rounds):
            for mode in ("long", "short"):
                for name in [name for name in names if name in self.workers]:
                    self.attempt(name, self.time_steps, mode, job)
        for row in self.table.values():
            for mode in ("long", "short"):
                times = row[mode].pop("times")
                row[mode] |= {"us": min(times), "median": statistics.median(times)}
        rivals = [name for name in names if name in self.workers and name != "gemm"]
        if not self.quick:
            for _ in range(3):
                for name in rivals:
                    if name != "specialised":
                        self.attempt(name, self.time_predict, job)
        self.compare_losses(job, [name for name in rivals if name in self.workers])

    def prepare(self, name: str, job: Job) -> None:
        """Load, take the fastest setting, and choose how long a measurement is."""
        worker = self.workers[name]
        worker("load", job=job.name)
        trials = {}
        for setting in worker.greeting["settings"]:
            worker("use", setting=setting)
            trials[setting] = self.trial(worker, job)
        step = min(trials.values())
        close = 1.3 if ENTRIES[name].kind == "floor" else 1.0  # floors: the best in every round
        settings = [setting for setting in trials if trials[setting] <= close * step]
        worker("use", setting=settings[0])
        steps = min(job.steps(job.long_rows), max(4, int(self.budget / step)))
        epochs = max(2, min(job.epochs, int(self.budget / step / job.steps(job.short_rows))))
        plans = {
            "long": {"rows": min(steps * job.batch, job.long_rows), "epochs": 1},
            "short": {"rows": job.short_rows, "epochs": epochs},
        }
        for plan in plans.values():
            worker("fit", rows=plan["rows"], epochs=1)
        self.table[name] = {"settings": settings}
        self.table[name] |= {mode: plan | {"times": []} for mode, plan in plans.items()}

    def trial(self, worker: Process, job: Job) -> float:
        """Seconds a step, roughly; the first fits compile where something compiles."""
        steps, least = 2, float("inf")
        for _ in range(4):
            seconds = worker("fit", rows=steps * job.batch, epochs=1)["seconds"]
            least = min(least, seconds / steps)
            steps = max(2, min(20, int(self.budget / 2 / least)))
        return least

    def time_steps(self, name: str, mode: str, job: Job) -> None:
        """A measurement with each setting, the faster counts; short ones up to ten times.

        A short training that the system interrupts tells nothing, and many of them fit in.
        """
        plan, settings = self.table[name][mode], self.table[name]["settings"]
        steps = job.steps(plan["rows"]) * plan["epochs"]
        end = time.perf_counter() + self.budget
        for _ in range(10):
            times = {}
            for setting in settings:
                if len(settings) > 1:
                    self.workers[name]("use", setting=setting)
                answer = self.workers[name]("fit", rows=plan["rows"], epochs=plan["epochs"])
                times[setting] = 1e6 * answer["seconds"] / steps
            setting = min(times, key=times.get)
            if not plan["times"] or times[setting] < min(plan["times"]):
                plan["setting"] = setting
            plan["times"].append(times[setting])
            if time.perf_counter() > end:
                break

    def time_predict(self, name: str, job: Job) -> None:
        """Rows a second; the best of the rounds."""
        rows = 100_000 if job.sizes[0] < 100 else 8192
        seconds = self.workers[name]("throughput", rows=rows)["seconds"]
        row = self.table[name]
        row["predict_rows_per_s"] = max(row.get("predict_rows_per_s", 0.0), rows / seconds)

    # ---- losses --------------------------------------------------------------------------------

    def compare_losses(self, job: Job, names: list[str]) -> None:
        """Train from the same weights; losses in float64 over all rows must agree with NumPy's.

        On one batch for ten epochs the shuffling makes no difference: there the loss must fall as
        far as NumPy's, to half a percent of the fall.
        On many batches everybody shuffles by itself and runs differ a little; how much, NumPy's
        own runs show: a median within four standard errors and half a percent agrees. Medians,
        since Keras's clip of probabilities at 1e-7 leaves rows without a slope: in the wide job an
        order of rows now and then ends far above all others, whoever trains on it.
        """
        names = [name for name in names if self.can_train(name, job)]
        if "numpy" not in names:
            return
        exact = {name: self.final_loss(name, job, job.batch, 10) for name in names}
        losses = {
            name: [self.final_loss(name, job, *job.agree) for _ in range(5)] for name in names
        }
        reference = losses["numpy"]
        middle, spread = statistics.median(reference), statistics.stdev(reference)
        allowed = 4 * spread * (2 / len(reference)) ** 0.5 + 0.005 * middle
        start = np.load(data_path(job) / "weights.npy")
        fall = judge(job, start, job.batch) - exact["numpy"]
        for name in names:
            own = statistics.median(losses[name])
            off = abs(exact[name] - exact["numpy"]) / fall
            agrees = bool(abs(own - middle) <= allowed and off <= 0.005)
            self.table[name] |= {"loss": own, "loss_allowed": allowed, "agrees": agrees}
            self.table[name] |= {"loss_one_batch": exact[name], "one_batch_off": off}
            if not agrees:
                self.say(f"  {name}: loss {own:.5f} for {middle:.5f} +- {allowed:.5f}; one batch "
                         f"{exact[name]:.6f} for {exact['numpy']:.6f}")  # fmt: skip

    def can_train(self, name: str, job: Job) -> bool:
        """Whether a contestant gets through a first training; if not, it is dropped."""
        self.attempt(name, self.final_loss, job, job.batch, 1)
        return name in self.workers

    def final_loss(self, name: str, job: Job, rows: int, epochs: int) -> float:
        """The loss over all rows, in float64, of a freshly trained network."""
        path = BUILD / f"{name}-trained.npy"
        self.workers[name]("train", path=str(path), rows=rows, epochs=epochs)
        return judge(job, np.load(path), rows)

    # ---- start, memory, size, one row ------------------------------------------------------------

    def run_start(self, job: Job, rounds: int) -> None:
        """Cold start, peak memory, installed size and one-row latency, on the lesson's network."""
        names = [name for name in self.workers if ENTRIES[name].kind in ("own", "peer")]
        self.say("cold start, memory, size, one row")
        for _ in range(rounds):
            for name in names:
                self.attempt(name, self.time_cold, job)
        for name in names:
            row = self.results["start"][name]
            times = row.pop("times")
            row |= {"seconds": min(times), "median": statistics.median(times)}
            row["size"] = installed_size(name, self.env_dir)
        for name in [n for n in self.workers if ENTRIES[n].kind != "floor"]:
            self.workers[name]("load", job=job.name)
        for _ in range(3):
            for name in [n for n in self.workers if ENTRIES[n].kind != "floor"]:
                best = self.results["latency"].setdefault(name, {})
                for call, us in self.workers[name]("latency", seconds=0.3).items():
                    best[call] = min(us, best.get(call, us))

    def time_cold(self, name: str, job: Job) -> None:
        """A process from its start to the end of its first epoch."""
        seconds, peak = cold_start(name, self.env_dir, job)
        row = self.results["start"].setdefault(name, {"times": [], "peak": peak})
        row["times"].append(seconds)
        row["peak"] = min(row["peak"], peak)


def judge(job: Job, weights: np.ndarray, rows: int) -> float:
    """The loss that these weights have on the job's first rows."""
    x, y = (np.load(data_path(job) / f"{part}.npy")[:rows] for part in ("x", "y"))
    return full_loss(job, weights, x, y)


def cold_start(name: str, env_dir: Path, job: Job) -> tuple[float, int]:
    """Seconds and peak bytes; the child says its peak itself, at the end of the epoch."""
    command = [interpreter(name, env_dir), str(WORKER), name, "--cold"]
    if name == "mlpack":
        folder = data_path(job)
        for part in ("x", "y", "weights"):
            np.load(folder / f"{part}.npy").tofile(folder / f"{part}.raw")
        files = [str(folder / f"{part}.raw") for part in ("x", "y", "weights")]
        rows = str(len(np.load(folder / "y.npy")))
        command = [str(native.build_mlpack("binary", shared=False)), *files, rows]
    log = BUILD / f"{name}-cold.log"
    start = time.perf_counter()
    with log.open("w") as errors, subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=errors, text=True, env=clean_environment()
    ) as child:  # fmt: skip
        line = next((line for line in child.stdout if line.startswith("VmHWM")), "")
        seconds = time.perf_counter() - start
    if not line:
        raise Missing(f"the cold start failed: {last_line(log)}")
    return seconds, int(line.split()[1]) * 1024


def tree_size(folder: Path) -> int:
    """Bytes of the files below a folder, compiled Python left out."""
    files = (path for path in folder.rglob("*") if "__pycache__" not in path.parts)
    return sum(path.stat().st_size for path in files if path.is_file() and not path.is_symlink())


def installed_size(name: str, env_dir: Path) -> int | None:
    """Bytes of all that the contestant needs beside Python: brickwork with its NumPy."""
    if name == "mlpack":
        return None  # headers and a few system libraries: not comparable
    env = ENTRIES[name].env
    if env is None:
        return brickwork_size() + sum(distribution_size(part) for part in ("numpy",))
    site = next((env_dir / env / "lib").glob("python3*/site-packages"))
    tools = ("pip", "setuptools", "_distutils_hack", "pkg_resources", "wheel")
    return sum(tree_size(path) for path in site.iterdir() if not path.name.startswith(tools))


def distribution_size(name: str) -> int:
    """Bytes of an installed distribution's files."""
    files = importlib.metadata.files(name) or []
    paths = (Path(str(file.locate())) for file in files if file.suffix != ".pyc")
    return sum(path.stat().st_size for path in paths if path.exists())


def brickwork_size() -> int:
    """Bytes of the package's folders: the same for an editable and a plain installation."""
    import brickwork

    return sum(tree_size(Path(folder)) for folder in set(brickwork.__path__))
