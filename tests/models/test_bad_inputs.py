"""Bad data and calls are refused by real models before anything has happened; unusual data are
trained on."""

from __future__ import annotations

import copy
import functools
import re
import warnings

import bad_acts
import bad_inputs
import numpy as np
import pytest
import unusual_inputs
from real_models import CHAINS, GRAPHS, build, call

from brickwork import data
from brickwork.data import facts, windows
from brickwork.models import Sequential

MODELS = {**CHAINS, **GRAPHS}
#: Data go to a method as arrays, or as the one batch of a stream.
WAYS = ("arrays", "stream")


def state(model):
    """All that a step could have changed."""
    optimizer = model.optimizer
    variables = [*model.variables, *optimizer.variables]
    return (
        model.built,
        optimizer.built,
        [v.numpy().tobytes() for v in variables],
        int(optimizer.iterations.numpy()),
    )


def pairs(cases):
    return [
        pytest.param(case, method, id=f"{case.name}-{method}")
        for case in cases
        for method in case.methods
    ]


def streamed(arguments: dict, method: str) -> bool:
    """Whether these arguments can be those of one batch of a stream."""
    return method != "train_on_batch" and not set(arguments) - {"x", "y", "sample_weight"}


def attempt(model, method: str, arguments: dict, way: str):
    """A method on a case's arguments, in one of the ways."""
    if way == "arrays":
        return call(model, method, copy.copy(arguments))
    batch = tuple(arguments[name] for name in ("x", "y", "sample_weight") if name in arguments)
    return call(model, method, {"x": iter([batch[0] if method == "predict" else batch])})


@functools.cache
def kept(name: str):
    """A model that nothing may change, and how it was made."""
    model = build(name)
    if model.built:
        model.optimizer.build(model.trainable_variables)
    return model, state(model)


def refused(case, method: str, way: str = "arrays") -> str:
    """The message with which a case is refused. Asserts that nothing else happens."""
    model, before = kept(case.model)
    history = model.history
    with pytest.raises((ValueError, TypeError)) as caught:
        if method == "act":
            case.act(model)
        else:
            attempt(model, method, case.arguments(), way)
    message = str(caught.value)
    plain = message.replace(" of batch 1", "")
    assert re.search(case.says, plain, re.DOTALL), message
    assert state(model) == before
    assert model.history is history or way == "stream" or method == "act"
    return message


def count(cases) -> int:
    """Different causes among cases."""
    return len({(case.cause or case.name, case.model) for case in cases})


WHOLE = [c for c in bad_inputs.CASES if c not in bad_inputs.STREAMS]
RUNS = [
    (case, method, way)
    for case in WHOLE
    for method in case.methods
    for way in WAYS
    if way == "arrays" or streamed(case.arguments(), method)
]


@pytest.mark.filterwarnings("ignore::brickwork.data.DataWarning")
@pytest.mark.parametrize("case, method, way", RUNS, ids=[f"{c.name}-{m}-{w}" for c, m, w in RUNS])
def test_refused_before_the_first_step(case, method, way):
    message = refused(case, method, way)
    assert message.startswith(f"{method}."), message
    assert ": got " in message and "expected" in message and len(message) < 400, message


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("act", bad_acts.ACTS, ids=lambda a: a.name)
def test_acts(act):
    assert ": " in refused(act, "act")


def test_enough_causes():
    assert count([*bad_inputs.CASES, *bad_acts.ACTS]) >= 250


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


def figures() -> dict[str, int]:
    """The number of causes of bad inputs, of calls, and of calls without an error."""
    silent, runs = 0, [*RUNS, *((act, "act", "arrays") for act in bad_acts.ACTS)]
    for case, method, way in runs:
        try:
            refused(case, method, way)
        except BaseException:  # pytest.raises fails with such
            silent += 1
    return {
        "causes": count([*bad_inputs.CASES, *bad_acts.ACTS]),
        "calls": len(runs),
        "silent": silent,
    }


@pytest.mark.parametrize("method", ["fit", "evaluate", "predict"])
@pytest.mark.parametrize("shuffle", [False, True])
def test_large_data_are_checked_when_they_are_read(monkeypatch, method, shuffle):
    """What is too large to be looked at in advance is refused before its window is used."""
    monkeypatch.setattr(facts, "LARGE", 10)
    monkeypatch.setattr(facts, "memory", lambda: 0)
    model, twin = build("binary"), build("binary")
    x = bad_inputs.spoiled(np.nan, at=(5, 1))
    arguments = {"shuffle": shuffle} if method == "fit" else {}
    data_of = (x,) if method == "predict" else (x, bad_inputs.B)
    with pytest.raises(ValueError, match=rf"{method}\.x (of batch \d|\(rows from 0 on\)): got NaN"):
        getattr(model, method)(*data_of, batch_size=2, verbose=0, **arguments)
    same(model.get_weights(), twin.get_weights())
    monkeypatch.setattr(windows, "WINDOW", 50)  # two batches
    if method == "fit" and not shuffle:
        with pytest.raises(ValueError, match=r"fit\.x of batch 3: got NaN"):
            model.fit(*data_of, batch_size=2, verbose=0, shuffle=False)
        twin.fit(x[:4], bad_inputs.B[:4], batch_size=2, shuffle=False, verbose=0)
        same(model.get_weights(), twin.get_weights())


def test_a_model_that_a_stream_has_built_refuses_its_next_batch():
    model = build("unbuilt")
    stream = iter([(bad_inputs.X(), bad_inputs.R), (bad_inputs.X(6, 4), bad_inputs.R)])
    with pytest.raises(ValueError, match=r"x of batch 2: got shape \(6, 4\)"):
        model.fit(stream, verbose=0)
    assert int(model.optimizer.iterations.numpy()) == 1
    with pytest.raises(ValueError, match=r"y of batch 1: got shape \(6, 2\)"):
        build("unbuilt").fit(iter([(bad_inputs.X(), bad_inputs.R2)]), verbose=0)


def same(a, b):
    for one, other in zip(*[x if isinstance(x, list) else [x] for x in (a, b)], strict=True):
        np.testing.assert_array_equal(one, other)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(
    "case, method",
    pairs(
        c
        for c in unusual_inputs.CASES
        if c.model in MODELS
        and c.name != "anything for a model without shapes"
        and not (c.model == "own" and c in unusual_inputs.WEIGHTS)
    ),
)
def test_unusual_data_are_what_they_mean(case, method):
    """The same result and the same weights, to the bit, as the plain arrays that they stand for."""
    model, plain = build(case.model), build(case.model)
    arguments = case.arguments()
    got = call(model, method, arguments)
    if case.plain is None:
        return
    wanted = call(plain, method, case.plain())
    if method == "fit":
        got, wanted = (fit.history.get("loss", []) for fit in (got, wanted))
    same(got, wanted)
    for a, b in zip(model.get_weights(), plain.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)


@pytest.mark.parametrize("method", ["fit", "evaluate", "train_on_batch", "test_on_batch"])
def test_not_compiled(method):
    from brickwork.layers import Dense

    model = Sequential([Dense(1, input_dim=3)])
    with pytest.raises(ValueError, match=rf"{method}.*compile"):
        getattr(model, method)(bad_inputs.X(), bad_inputs.B)


@pytest.mark.parametrize(
    "loss, units, activation, says",
    [
        ("categorical_crossentropy", 1, "softmax", "binary_crossentropy"),
        ("sparse_categorical_crossentropy", 1, "softmax", "."),
        ("nonsense", 1, None, "nonsense"),
    ],
)
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
