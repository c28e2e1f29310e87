"""Unusual data mean to brickwork what the arrays that they stand for mean to Keras; and so do
unusual models and trainings."""

from __future__ import annotations

import functools
import warnings

import numpy as np
import pytest
import unusual_inputs
import unusual_models
from keras_oracle import floatx, keras
from real_models import CHAINS, DTYPES, build, call
from twins import distance, jax

import brickwork

assert jax  # twins turns its optimisations off

#: Models of the table that Keras's layers can be stacked to.
MODELS = set(CHAINS) - {"unbuilt", "own", "masking", "ids", "double"}
CASES = [c for c in unusual_inputs.CASES if c.model in MODELS and "evaluate" in c.methods]


@functools.cache
def theirs(name):
    """Keras's model of this name, with the same weights as ours."""
    shape, layers, units, activation, loss = CHAINS[name]
    if name == "ignoring":
        loss = keras.losses.SparseCategoricalCrossentropy(ignore_class=-1)
    middle = [
        getattr(keras.layers, type(made).__name__).from_config(made.get_config())
        for made in (layer() for layer in layers)
    ]
    model = keras.Sequential(
        [keras.Input(shape, dtype=DTYPES.get(name)), *middle, keras.layers.Dense(units, activation)]
    )
    model.compile("adam", loss)
    model.set_weights(build(name).get_weights())
    return model


known: dict[tuple, float] = {}


def wanted(case) -> float:
    """Keras's loss of the plain data; those of several cases are the same."""
    plain = {k: np.asarray(v) for k, v in (case.plain or case.arguments)().items()}
    if case.model not in DTYPES:
        plain["x"] = plain["x"].astype("float32")
    if plain["y"].dtype == bool:
        plain["y"] = plain["y"].astype(int)
    key = case.model, *((k, v.dtype.name, v.shape, v.tobytes()) for k, v in plain.items())
    if key not in known:
        known[key] = theirs(case.model).evaluate(**plain, verbose=0)
    return known[key]


def equal_to_keras(case) -> None:
    with floatx("float32"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        loss = wanted(case)
        got = call(build(case.model), "evaluate", case.arguments())
    assert np.isfinite(loss) and distance(got, loss) < 1e-5


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("case", CASES, ids=lambda c: f"{c.model}-{c.name}")
def test_loss(case):
    equal_to_keras(case)


def trained_alike(make) -> None:
    """A function of the library returns the same with both."""
    with floatx("float32"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        ours, others = make(brickwork), make(keras)
    assert len(ours) == len(others) > 0
    for a, b in zip(ours, others, strict=True):
        a, b = np.asarray(a, float), np.asarray(b, float)
        assert a.shape == b.shape
        np.testing.assert_allclose(a, b, rtol=2e-5, atol=2e-5)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", unusual_models.TABLE)
def test_trained_alike(name):
    trained_alike(unusual_models.TABLE[name])


def figures() -> dict[str, int]:
    """The number of unusual legal inputs, of those compared with Keras, of those refused, and of
    those with other results."""
    refused = different = 0
    runs = [
        *((equal_to_keras, case) for case in CASES),
        *((trained_alike, make) for make in unusual_models.TABLE.values()),
    ]
    for check, case in runs:
        try:
            check(case)
        except AssertionError:
            different += 1
        except (ValueError, TypeError):
            refused += 1
    every = {(c.name, c.model) for c in unusual_inputs.CASES}
    return {
        "cases": len(every) + len(unusual_models.TABLE),
        "against Keras": len(runs),
        "refused": refused,
        "different": different,
    }


def test_enough_cases():
    assert len(CASES) + len(unusual_models.TABLE) >= 250
