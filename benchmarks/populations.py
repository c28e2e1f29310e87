"""Many models at once: 64 of each architecture, beside one alone, JAX's vmap and scikit-learn.

    python benchmarks/populations.py

Each member has weights and an order of rows of its own. A figure is the least of several rounds, in
turns, in one process: microseconds for a step of one model, on one core, the call itself included.
The search is that of 20 learning rates in 5 folds, on two cores. Peers take part where they can be
imported.
"""

from __future__ import annotations

import functools
import time
from collections.abc import Callable

import numpy as np
from brickwork import Sequential, layers, optimizers, population, search
from brickwork.datasets import pima
from brickwork.engines.native import SideBySide
from brickwork.populations import training

from jobs import JOBS, Job
from targets import Target, as_text, number

MEMBERS, ROWS = 64, 1000
EPOCHS = {"tutorial": 40, "pima": 30, "digits": 6, "regression": 4}
SPEEDUPS = {"tutorial": 0.31 / 0.06, "pima": 3.5, "digits": 1.4, "regression": 1.0}
LAST = {"binary": "sigmoid", "sparse": "softmax", "mse": "linear"}
LOSSES = {
    "binary": "binary_crossentropy",
    "sparse": "sparse_categorical_crossentropy",
    "mse": "mse",
}


def data(job: Job) -> tuple[np.ndarray, np.ndarray]:
    """Rows for a job; their values do not matter for its speed."""
    rng = np.random.default_rng(0)
    x = rng.standard_normal((ROWS, job.sizes[0]), dtype=np.float32)
    if job.loss == "mse":
        return x, x[:, :1]
    return x, rng.integers(0, max(2, job.sizes[-1]), ROWS).astype("int32")


def network(job: Job) -> Sequential:
    """A compiled network."""
    first, *hidden, out = job.sizes
    model = Sequential([layers.Input((first,)), *(layers.Dense(n, "relu") for n in hidden)])
    model.add(layers.Dense(out, LAST[job.loss]))
    model.compile("adam", LOSSES[job.loss])
    return model


def one_core(call: Callable[[], object]) -> Callable[[], object]:
    """The call with one thread."""

    def limited() -> None:
        before, training.cores = training.cores, lambda: 1
        try:
            call()
        finally:
            training.cores = before

    return limited


def timed(call: Callable[[], object], steps: float) -> Callable[[], float]:
    """A round: microseconds for each of a call's steps."""
    call()

    def measure() -> float:
        start = time.perf_counter()
        call()
        return 1e6 * (time.perf_counter() - start) / steps

    return measure


def ours(job: Job) -> dict[str, Callable[[], float]]:
    """A population, side by side and as the library chooses; and one model."""
    (x, y), epochs = data(job), EPOCHS[job.name]
    steps = job.steps(ROWS) * epochs
    fit = {"epochs": epochs, "batch_size": job.batch, "verbose": 0}
    one, many = network(job), population(network(job), MEMBERS, seed=1)

    def together() -> None:
        before, training.pays = training.pays, lambda *_: True
        try:
            many.fit(x, y, **fit)
        finally:
            training.pays = before

    return {
        "one model": timed(lambda: one.fit(x, y, **fit), steps),
        "side by side": timed(one_core(together), steps * MEMBERS),
        "as chosen": timed(one_core(lambda: many.fit(x, y, **fit)), steps * MEMBERS),
    }


def jax_vmap(job: Job) -> dict[str, Callable[[], float]]:
    """JAX: a whole epoch of all models in one compiled scan."""
    try:
        import jax
        import jax.numpy as jnp

        from contestants import jax_scan
    except ImportError:
        return {}
    (x, y), epochs = data(job), min(2, EPOCHS[job.name])
    x, y = jnp.asarray(x), jnp.asarray(y if y.ndim == 1 else y[:, 0])
    rng = np.random.default_rng(1)
    weights = [
        jnp.asarray(rng.standard_normal((MEMBERS, *shape), dtype=np.float32) * 0.3)
        for shape in job.shapes
    ]
    zeros = [jnp.zeros_like(w) for w in weights]
    state = [weights, zeros, zeros, jnp.zeros(MEMBERS)]
    step = functools.partial(jax_scan.train_epoch.__wrapped__, size=job.batch, kind=job.loss)
    epoch = jax.jit(jax.vmap(step, in_axes=(0, None, None, 0)))
    keys = jax.random.split(jax.random.key(0), (epochs, MEMBERS))

    def run() -> None:
        now = tuple(state)
        for own in keys:
            now, losses, _ = epoch(now, x, y, own)
        losses.block_until_ready()

    return {"JAX, vmap of scan": timed(run, job.steps(ROWS) * epochs * MEMBERS)}


def scikit_learn(job: Job) -> dict[str, Callable[[], float]]:
    """scikit-learn: some of the models by joblib, on all cores."""
    try:
        import warnings

        from joblib import Parallel, delayed
        from sklearn.neural_network import MLPClassifier, MLPRegressor
    except ImportError:
        return {}
    (x, y), members = data(job), 4
    kind = MLPRegressor if job.loss == "mse" else MLPClassifier
    y = y.ravel()

    def fit(seed: int) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            kind(
                hidden_layer_sizes=job.sizes[1:-1],
                batch_size=job.batch,
                max_iter=2,
                random_state=seed,
            ).fit(x, y)

    def run() -> None:
        Parallel(2)(delayed(fit)(seed) for seed in range(members))

    return {"scikit-learn, joblib": timed(run, job.steps(ROWS) * 2 * members)}


def pima_search(**settings: list[float]) -> Callable[[], float]:
    """Seconds of a search in 5 folds, 100 epochs each."""
    x, y = pima.load_data()[0]

    def make(rate: float = 0.001, dropout: float = 0.0) -> Sequential:
        inner = [layers.Dense(12, "relu"), layers.Dropout(dropout), layers.Dense(8, "relu")]
        model = Sequential([layers.Input(x.shape[1:]), *inner, layers.Dense(1, "sigmoid")])
        model.compile(optimizers.Adam(rate), "binary_crossentropy", metrics=["accuracy"])
        return model

    return timed(functools.partial(search, make, x, y, settings, epochs=100, seed=1), 1e6)


def measure(times: int = 6) -> dict[str, dict[str, float]]:
    """The least of the rounds, by job."""
    found: dict[str, dict[str, float]] = {}
    jobs = {
        name: {**ours(JOBS[name]), **jax_vmap(JOBS[name]), **scikit_learn(JOBS[name])}
        for name in EPOCHS
    }
    jobs["search"] = {
        "search": pima_search(rate=np.geomspace(1e-4, 1e-1, 20).tolist()),
        "of dropout": pima_search(dropout=np.linspace(0.05, 0.6, 20).tolist()),
    }
    for _ in range(times):
        for job, rounds in jobs.items():
            own = found.setdefault(job, {})
            for name, run in rounds.items():
                own[name] = min(run(), own.get(name, float("inf")))
    return found


def targets(us: dict[str, dict[str, float]]) -> list[Target]:
    """The figures beside what they must reach."""
    rows = [
        Target("5 folds of 20 settings of pima, 100 epochs", us["search"]["search"], 0.2, "s"),
        Target("the same of 20 rates of dropout", us["search"]["of dropout"], 0.5, "s"),
        Target("64 of 4-8-6-1, a step of one model", us["tutorial"]["side by side"], 0.06, "us"),
    ]
    for name, wanted in SPEEDUPS.items():
        own = us[name]
        rows.append(
            Target(
                f"{JOBS[name].network}: side by side, over one alone",
                own["side by side"] / own["one model"],
                1 / wanted,
                "",
            )
        )
        rows.append(
            Target(
                f"{JOBS[name].network}: as chosen, over the better of the two",
                own["as chosen"] / min(own["one model"], own["side by side"]),
                1.1,
                "",
            )
        )
    return rows


def table(us: dict[str, dict[str, float]]) -> str:
    """Microseconds for a step of one model, by job and way."""
    names = list(dict.fromkeys(name for job in EPOCHS for name in us[job]))
    rows = [("", *(JOBS[job].network for job in EPOCHS))]
    for name in names:
        rows.append((name, *(number(us[job][name]) if name in us[job] else "" for job in EPOCHS)))
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    return "\n".join(
        "  ".join(
            cell.rjust(w) if i else cell.ljust(w)
            for i, (cell, w) in enumerate(zip(row, widths, strict=True))
        )
        for row in rows
    )


if __name__ == "__main__":
    figures = measure()
    print(f"{MEMBERS} models, {SideBySide.models} side by side; us a step of one model\n")
    print(table(figures), "\n")
    print(as_text(targets(figures)))
