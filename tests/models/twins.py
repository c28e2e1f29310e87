"""Two models alike, one of brickwork's and one of Keras's, and the same training for both."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

import numpy as np
from keras_oracle import floatx, jax, keras

import brickwork

# What XLA makes of a step is compiled twice as fast and differs in speed only.
jax.config.update("jax_disable_most_optimizations", True)

#: |a - b| <= tolerance (1 + |b|), for losses and metrics, and for weights.
LOSSES = {"float32": 1e-5, "float64": 1e-9}
WEIGHTS = {"float32": 1e-4, "float64": 1e-9}


@dataclass
class Run:
    """What came of a training."""

    history: dict[str, list[float]]
    epochs: list[int]
    weights: list[np.ndarray]
    extra: dict = field(default_factory=dict)
    model: object = None


def trained(
    library, make: Callable, fit: dict, dtype: str, start, data=None, in_training: bool = False
) -> Run:
    """Build a model by ``make(library)``, give it the weights, train it.

    ``fit`` may hold functions of the library for what differs (callbacks). ``in_training``: keep
    the model's outputs for fit's x, called as in training.
    """
    arguments = {k: v(library) if k == "callbacks" else v for k, v in fit.items()}
    with floatx(dtype), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model = make(library)
        if start is not None:
            model.set_weights([w.astype(dtype) for w in start])
        arguments = {"shuffle": False, "verbose": 0} | arguments
        history = model.fit(**arguments)
        weights = [np.asarray(w) for w in model.get_weights()]
        assert {w.dtype.name for w in weights} == {dtype}
        extra = {}
        if data is not None:
            x, y = data
            logs = model.evaluate(x, y, batch_size=7, verbose=0, return_dict=True)
            extra["evaluate"] = [logs[name] for name in sorted(logs)]
            extra["predict"] = np.asarray(model.predict(x, verbose=0))
        if in_training:
            extra["in training"] = np.asarray(model(fit["x"], training=True))
    return Run(history.history, history.epoch, weights, extra, model)


def first_weights(make: Callable, seed: int = 0) -> list[np.ndarray]:
    """Weights of about Glorot's size for a model; biases that are not zero."""
    rng = np.random.default_rng(seed)
    with floatx("float64"):
        shapes = [w.shape for w in make(brickwork).get_weights()]
    return [rng.normal(size=s) / np.sqrt(s[0] if len(s) > 1 else 10) for s in shapes]


def distance(ours, theirs) -> float:
    """The largest |a - b| / (1 + |b|)."""
    a, b = np.asarray(ours, float), np.asarray(theirs, float)
    assert a.shape == b.shape, (a.shape, b.shape)
    return float(np.max(np.abs(a - b) / (1 + np.abs(b)), initial=0))


def quantities(run: Run, dtype: str) -> dict[str, tuple]:
    """Everything that is compared, with its tolerance."""
    found = {name: (values, LOSSES[dtype]) for name, values in run.history.items()}
    found |= {f"weight {i}": (w, WEIGHTS[dtype]) for i, w in enumerate(run.weights)}
    return found | {n: (v, WEIGHTS[dtype]) for n, v in run.extra.items()}


def check_same(
    make: Callable,
    fit: dict,
    dtypes=("float64",),
    data=None,
    start=None,
    idle: frozenset = frozenset(),
) -> Run:
    """The same training by both libraries ends in the same losses, metrics and weights.

    In float32 a quantity is compared only if Keras's own float32 and float64 agree about it to half
    of the tolerance. Weights that are ``idle`` ("weight 2") do not matter to what the model
    outputs in training; there these outputs are compared instead.
    """
    start = first_weights(make) if start is None else start
    run = partial(trained, make=make, fit=fit, start=start, data=data, in_training=bool(idle))
    exact = run(keras, dtype="float64")
    for dtype in dtypes:
        mine = run(brickwork, dtype=dtype)
        its = exact if dtype == "float64" else run(keras, dtype=dtype)
        assert list(mine.history) == list(its.history), (mine.history, its.history)
        assert mine.epochs == its.epochs
        wanted, best = quantities(its, dtype), quantities(exact, dtype)
        compared = 0
        for name, (value, tolerance) in quantities(mine, dtype).items():
            if name in idle:
                continue
            if distance(wanted[name][0], best[name][0]) > tolerance / 2:
                continue
            compared += 1
            off = distance(value, wanted[name][0])
            assert off <= tolerance, f"{dtype} {name} differs by {off:.2e} > {tolerance}"
        assert compared >= len(wanted) / 2, f"{dtype}: only {compared} of {len(wanted)} compared"
    return mine
