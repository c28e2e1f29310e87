"""Unusual data mean to brickwork what the arrays that they stand for mean to Keras."""

from __future__ import annotations

import functools
import warnings

import numpy as np
import pytest
import unusual_inputs
from keras_oracle import floatx, keras
from real_models import CHAINS, build, call
from twins import distance, jax

assert jax  # twins turns its optimisations off

MODELS = ("binary", "multilabel", "classes", "rows", "amount", "ignoring")
CASES = [c for c in unusual_inputs.CASES if c.model in MODELS and "evaluate" in c.methods]


@functools.cache
def theirs(name):
    """Keras's model of this name, with the same weights as ours."""
    shape, _, units, activation, loss = CHAINS[name]
    if name == "ignoring":
        loss = keras.losses.SparseCategoricalCrossentropy(ignore_class=-1)
    model = keras.Sequential([keras.Input(shape), keras.layers.Dense(units, activation)])
    model.compile("adam", loss)
    model.set_weights(build(name).get_weights())
    return model


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("case", CASES, ids=lambda c: c.name)
def test_loss(case):
    with floatx("float32"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        plain = {k: np.asarray(v) for k, v in (case.plain or case.arguments)().items()}
        plain["x"] = plain["x"].astype("float32")
        wanted = theirs(case.model).evaluate(**plain, verbose=0)
        got = call(build(case.model), "evaluate", case.arguments())
    assert np.isfinite(wanted) and distance(got, wanted) < 1e-5


def test_enough_cases():
    assert len(CASES) > 60
