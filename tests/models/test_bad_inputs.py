"""Bad data are refused by real models before anything has happened; unusual data are trained on."""

from __future__ import annotations

import copy
import re
import warnings

import bad_inputs
import numpy as np
import pytest
import unusual_inputs
from real_models import CHAINS, build, call

from brickwork import data
from brickwork.data import facts
from brickwork.models import Sequential


def possible(case) -> bool:
    """Whether a chain can do it, the shapes of whose outputs and losses are known."""
    if case in unusual_inputs.WEIGHTS and case.model == "own":
        return False
    return case.model in CHAINS and case.name != "anything for a model without shapes"


def pairs(cases):
    return [pytest.param(case, method, id=f"{case.name}-{method}")
            for case in cases for method in case.methods if possible(case)]


def state(model):
    """All that a step could have changed."""
    optimizer = model.optimizer
    variables = [*model.variables, *optimizer.variables]
    return (model.built, optimizer.built, [v.numpy().tobytes() for v in variables],
            int(optimizer.iterations.numpy()))


WHOLE = [c for c in bad_inputs.CASES if c not in bad_inputs.STREAMS]


@pytest.mark.filterwarnings("ignore::brickwork.data.DataWarning")
@pytest.mark.parametrize("case, method", pairs(WHOLE))
def test_refused_before_the_first_step(case, method):
    model = build(case.model)
    before = state(model)
    with pytest.raises((ValueError, TypeError)) as caught:
        call(model, method, copy.copy(case.arguments()))
    message = str(caught.value)
    assert re.search(case.says, message, re.DOTALL), message
    assert message.startswith(f"{method}."), message
    assert ": got " in message and "expected" in message and len(message) < 400, message
    assert state(model) == before
    assert model.history is None


@pytest.mark.parametrize("case, method", pairs(bad_inputs.STREAMS))
def test_a_stream_is_trained_on_until_its_bad_batch(case, method):
    model, twin = build(case.model), build(case.model)
    with pytest.raises((ValueError, TypeError), match=case.says):
        call(model, method, case.arguments())
    if "beside" not in case.name and method == "fit":
        twin.fit(bad_inputs.X(), bad_inputs.B, batch_size=6, shuffle=False, verbose=0)
        assert int(model.optimizer.iterations.numpy()) == 1
    assert state(model)[2] == state(twin)[2]
    # The model is as good as before.
    assert len(model.fit(bad_inputs.X(), bad_inputs.B, verbose=0).epoch) == 1


@pytest.mark.parametrize("method", ["fit", "evaluate", "predict"])
@pytest.mark.parametrize("shuffle", [False, True])
def test_large_data_are_checked_batch_by_batch(monkeypatch, method, shuffle):
    """What is too large to be looked at in advance is refused when it comes."""
    monkeypatch.setattr(facts, "LARGE", 10)
    model, twin = build("binary"), build("binary")
    x = bad_inputs.spoiled(np.nan, at=(5, 1))
    arguments = {"shuffle": shuffle} if method == "fit" else {}
    data_of = (x,) if method == "predict" else (x, bad_inputs.B)
    with pytest.raises(ValueError, match=rf"{method}\.x of batch \d: got NaN"):
        getattr(model, method)(*data_of, batch_size=2, verbose=0, **arguments)
    if method == "fit" and not shuffle:
        twin.fit(x[:4], bad_inputs.B[:4], batch_size=2, shuffle=False, verbose=0)
    if not shuffle:
        assert state(model)[2:] == state(twin)[2:]
    assert all(np.isfinite(w).all() for w in model.get_weights())


def test_a_model_that_a_stream_has_built_refuses_its_next_batch():
    model = build("unbuilt")
    stream = iter([(bad_inputs.X(), bad_inputs.R), (bad_inputs.X(6, 4), bad_inputs.R)])
    with pytest.raises(ValueError, match=r"x of batch 2: got shape \(6, 4\)"):
        model.fit(stream, verbose=0)
    assert int(model.optimizer.iterations.numpy()) == 1
    with pytest.raises(ValueError, match=r"y of batch 1: got shape \(6, 2\)"):
        build("unbuilt").fit(iter([(bad_inputs.X(), bad_inputs.R2)]), verbose=0)


def same(a, b):
    np.testing.assert_array_equal(np.asarray(a, dtype=object).astype(float),
                                  np.asarray(b, dtype=object).astype(float))


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("case, method", pairs(unusual_inputs.CASES))
def test_unusual_data_are_what_they_mean(case, method):
    """The same result and the same weights, to the bit, as the plain arrays that they stand for."""
    model, plain = build(case.model), build(case.model)
    arguments = case.arguments()
    got = call(model, method, arguments)
    if case.plain is None:
        return
    wanted = call(plain, method, case.plain())
    if method == "fit":
        got, wanted = got.history["loss"], wanted.history["loss"]
    same(got, wanted)
    for a, b in zip(model.get_weights(), plain.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)


@pytest.mark.parametrize("arguments, says", [
    ({"epochs": -1}, "fit.epochs: got -1"), ({"epochs": 2.5}, "fit.epochs"),
    ({"epochs": "3"}, "fit.epochs"), ({"initial_epoch": -1}, "fit.initial_epoch"),
    ({"verbose": 7}, "fit.verbose"), ({"validation_freq": 0}, "fit.validation_freq"),
    ({"shuffle": "maybe"}, "fit.shuffle"), ({"on_nan": "ignore"}, "fit.on_nan: got 'ignore'"),
    ({"callbacks": [3]}, "callbacks: got"), ({"nb_epochs": 3}, "nb_epochs"),
])
def test_arguments_of_fit(arguments, says):
    model = build("binary")
    before = state(model)
    with pytest.raises((ValueError, TypeError), match=says):
        model.fit(bad_inputs.X(), bad_inputs.B, **{"verbose": 0} | arguments)
    assert state(model) == before


@pytest.mark.parametrize("method", ["fit", "evaluate", "train_on_batch", "test_on_batch"])
def test_not_compiled(method):
    from brickwork.layers import Dense

    model = Sequential([Dense(1, input_dim=3)])
    with pytest.raises(ValueError, match=rf"{method}.*compile"):
        getattr(model, method)(bad_inputs.X(), bad_inputs.B)


@pytest.mark.parametrize("loss, units, activation, says", [
    ("categorical_crossentropy", 1, "softmax", "binary_crossentropy"),
    ("sparse_categorical_crossentropy", 1, "softmax", "."),
    ("nonsense", 1, None, "nonsense"),
])
def test_what_compile_refuses(loss, units, activation, says):
    from brickwork.layers import Dense

    model = Sequential([Dense(units, activation, input_dim=3)])
    with pytest.raises(ValueError, match=says):
        model.compile("adam", loss)
    assert model.optimizer is None


def test_a_warning_is_given_once_a_program():
    model = build("binary")
    weights = -np.ones(6)
    data.forget_warnings()
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        for _ in range(3):
            model.fit(bad_inputs.X(), bad_inputs.B, sample_weight=weights, verbose=0)
    assert [w.category for w in said] == [data.DataWarning]
