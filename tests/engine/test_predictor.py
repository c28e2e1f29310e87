"""Predictors: the plain case fast, every other one to the fallback, unchanged."""

import gc
import threading
import weakref
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from plans import FULL, Regression, elementwise, linear

from brickwork import _engine


@pytest.fixture
def dense():
    rng = np.random.default_rng(0)
    return rng.normal(size=(3, 4)).astype("float32"), rng.normal(size=4).astype("float32")


def fallback(*args, **kwargs):
    return "fallback", args, kwargs


def test_rows_are_predicted(dense):
    weights, bias = dense
    predict = _engine.Predictor(linear(weights, bias), fallback)
    for rows in (1, 1, 2, 10, 1, 0, 300, 1):
        x = np.random.default_rng(rows).normal(size=(rows, 3)).astype("float32")
        out = predict(x)
        assert out.dtype == np.float32 and out.shape == (rows, 4) and out.flags.owndata
        np.testing.assert_allclose(out, x @ weights + bias, rtol=1e-4, atol=1e-6)


def test_results_are_fresh_and_the_input_is_read_anew(dense):
    predict = _engine.Predictor(linear(*dense), fallback)
    x = np.zeros((1, 3), "float32")
    first = predict(x)
    kept = first.copy()
    x[:] = 5
    assert not np.array_equal(predict(x), kept)
    np.testing.assert_array_equal(first, kept)


def test_new_weights_and_new_arrays_are_seen(dense):
    weights, bias = dense
    plan = linear(weights, bias)
    predict = _engine.Predictor(plan, fallback)
    x = np.ones((1, 3), "float32")
    predict(x)
    weights += 1
    np.testing.assert_allclose(predict(x), x @ weights + bias, rtol=1e-5)
    plan.set_states([np.zeros_like(weights), bias])
    del weights
    gc.collect()
    np.testing.assert_array_equal(predict(x), [bias])


class Own(np.ndarray):
    pass


@pytest.mark.parametrize(
    "args",
    [
        (),
        (np.ones((1, 3), "float64"),),
        (np.ones((1, 3), "int32"),),
        (np.ones((1, 3), ">f4"),),
        (np.ones((1, 4), "float32"),),
        (np.ones(3, "float32"),),
        (np.ones((1, 1, 3), "float32"),),
        (np.ones((4, 6), "float32")[:, ::2],),
        (np.ones((3, 4), "float32").T,),
        (np.frombuffer(bytearray(13), "float32", 3, 1).reshape(1, 3),),
        (np.ones((1, 3), "float32").view(Own),),
        ([[1.0, 2.0, 3.0]],),
        (None,),
        (np.ones((1, 3), "float32"), 1),
    ],
)
def test_anything_else_goes_to_the_fallback(dense, args):
    predict = _engine.Predictor(linear(*dense), fallback)
    name, passed, kwargs = predict(*args)
    assert name == "fallback" and kwargs == {}
    assert len(passed) == len(args) and all(a is b for a, b in zip(passed, args, strict=True))


def test_keywords_go_to_the_fallback(dense):
    predict = _engine.Predictor(linear(*dense), fallback)
    x = np.ones((1, 3), "float32")
    assert predict(x=x) == ("fallback", (), {"x": x})


def test_much_work_goes_to_the_fallback():
    plan = linear(np.ones((300, 300), "float32"), np.ones(300, "float32"))
    predict = _engine.Predictor(plan, fallback)
    assert predict(np.ones((1, 300), "float32")).shape == (1, 300)
    assert predict(np.ones((100, 300), "float32")).shape == (100, 300)
    assert predict(np.ones((10_000, 300), "float32"))[0] == "fallback"
    assert predict(np.ones((1, 300), "float32")).shape == (1, 300)


def test_a_model_in_training_goes_to_the_fallback():
    model = Regression(3, 4)
    plan = linear(model.weights, np.zeros(4, "float32"), gate=model.gate)
    predict = _engine.Predictor(plan, fallback)
    x = np.ones((1000, 3), "float32")
    loop = _engine.Loop(model.train(x, np.ones((1000, 4), "float32"), batch=1), None, 10**9)
    thread = threading.Thread(target=loop.run, args=(0.3,))
    thread.start()
    types = set()
    while thread.is_alive():
        types.add(type(predict(x[:1])))
    thread.join()
    assert tuple in types
    assert isinstance(predict(x[:1]), np.ndarray)


def test_a_stop_goes_to_the_fallback():
    buffers = [
        ("input", "float32", [(0, 1)], 0, 0),
        ("view", "float32", [], 0, 0),
        ("temp", "float32", [(0, 1)], 0, 0),
    ]
    code = [
        ("guard", [], [1], [], [], ("one",), False, "guard", None),
        elementwise([2], [0], ((0, 1), 1), [FULL] * 2, [("copy", 0, (1,))], ["float32"] * 2),
    ]
    predict = _engine.Predictor(_engine.Plan(buffers, code, [2]), fallback)
    assert predict(np.ones(2, "float32")).tolist() == [1, 1]
    assert predict(np.full(2, np.nan, "float32"))[0] == "fallback"


def test_errors_of_the_fallback_pass_through(dense):
    def refuse(x):
        raise LookupError("mine")

    with pytest.raises(LookupError, match="mine"):
        _engine.Predictor(linear(*dense), refuse)(None)


def test_a_cycle_through_the_fallback_is_collected(dense):
    class Model:
        def fall(self, x):
            return x

    model = Model()
    model.predict = _engine.Predictor(linear(*dense), model.fall)
    model.predict(np.ones((1, 3), "float32"))
    gone = weakref.ref(model)
    del model
    gc.collect()
    assert gone() is None


def test_wrong_predictors_are_refused(dense):
    plan = linear(*dense)
    for args in ((), (plan,), (None, fallback), (plan, None), (fallback, plan)):
        with pytest.raises(TypeError, match="Predictor"):
            _engine.Predictor(*args)
    two = _engine.Plan(
        [("input", "float32", [(0, 1)], 0, 0), ("input", "float32", [(0, 1)], 1, 0)], [], [0]
    )
    fixed = _engine.Plan([("input", "float32", [3], 0, 0)], [], [0])
    writes = Regression(3, 2).begin
    for bad, message in ((two, "one input"), (fixed, "batch"), (writes, "one input")):
        with pytest.raises(ValueError, match=message):
            _engine.Predictor(bad, fallback)


def test_many_calls_take_no_memory(dense):
    import resource

    predict = _engine.Predictor(linear(*dense), fallback)
    x = np.ones((1, 3), "float32")
    for _ in range(1000):
        predict(x)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for _ in range(200_000):
        predict(x)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 1024


def test_long_calls_in_several_threads():
    """They run without the GIL, each in a workspace of its own; none goes to the fallback."""
    rng = np.random.default_rng(2)
    weights, bias = rng.normal(size=(900, 700)), rng.normal(size=700)
    predict = _engine.Predictor(
        linear(weights.astype("float32"), bias.astype("float32")), lambda *_: pytest.fail("slow")
    )
    rows = rng.normal(size=(4, 3, 900)).astype("float32")
    expected = [predict(x) for x in rows]

    def ask(index):
        return [predict(rows[index]) for _ in range(60)]

    with ThreadPoolExecutor(4) as pool:
        for index, found in enumerate(pool.map(ask, range(4))):
            for one in found:
                np.testing.assert_array_equal(one, expected[index])
