"""Plans: what they compute, what they refuse, what they may be run by."""

import os
import subprocess
import threading

import numpy as np
import pytest
from plans import FULL, elementwise, linear
from samples import PYTHON

from brickwork import _engine


@pytest.fixture
def rng():
    return np.random.default_rng(0)


@pytest.fixture
def dense(rng):
    weights = rng.normal(size=(3, 4)).astype("float32")
    bias = rng.normal(size=4).astype("float32")
    return linear(weights, bias), weights, bias


def layouts(x):
    """The same values in other clothes."""
    wide = np.zeros((len(x), 2 * x.shape[1]), x.dtype)
    wide[:, ::2] = x
    raw = bytearray(b"\0" + x.tobytes())
    readonly = x.copy()
    readonly.flags.writeable = False
    return {
        "plain": x,
        "float64": x.astype("float64"),
        "fortran": np.asfortranarray(x),
        "strided": wide[:, ::2],
        "reversed rows": x[::-1].copy()[::-1],
        "reversed columns": x[:, ::-1].copy()[:, ::-1],
        "swapped bytes": x.astype(x.dtype.newbyteorder()),
        "misaligned": np.frombuffer(raw, x.dtype, x.size, 1).reshape(x.shape),
        "read only": readonly,
    }


def test_any_layout_of_the_input_gives_the_same_bits(dense, rng):
    plan, weights, bias = dense
    x = rng.normal(size=(5, 3)).astype("float32")
    expected = plan.run([x], 5)[0]
    np.testing.assert_allclose(expected, x @ weights + bias, rtol=1e-5)
    for name, array in layouts(x).items():
        np.testing.assert_array_equal(plan.run([array], 5)[0], expected, name)


@pytest.mark.parametrize(
    "dtype",
    ["float16", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64", "bool"],
)
def test_any_number_is_converted(dense, dtype):
    plan, weights, bias = dense
    x = np.array([[0, 1, 1], [1, 0, 1]], dtype)
    np.testing.assert_allclose(plan.run([x], 2)[0], x.astype("float32") @ weights + bias, rtol=1e-5)


def convert(values, source, to):
    """What an input of dtype `to` holds after an array of `source`."""
    flat = [((3, 1), [FULL, FULL], [("copy", 0, (1,))], [to, to])]
    buffers = [("input", to, [(0, 1)], 0, 0), ("temp", to, [(0, 1)], 0, 0)]
    plan = _engine.Plan(buffers, [elementwise([1], [0], *flat[0])], [1])
    return plan.run([np.array(values, source)], 3)[0].tolist()


def test_integers_saturate_so_that_a_wrong_id_stays_wrong():
    top, least = 2**31 - 1, -(2**31)
    assert convert([2**40, -(2**40), 7], "int64", "int32") == [top, least, 7]
    assert convert([2**32 - 1, 0, 7], "uint32", "int32") == [top, 0, 7]
    assert convert([2**64 - 1, 0, 7], "uint64", "int64") == [2**63 - 1, 0, 7]
    assert convert([np.nan, 1e30, -1e30], "float64", "int32") == [least, top, least]
    assert convert([2.0**31, 2.0**63, -2.9], "float64", "int32") == [top, top, -2]
    assert convert([np.inf, 2.0**63, -np.inf], "float32", "int64") == [
        2**63 - 1,
        2**63 - 1,
        -(2**63),
    ]


def test_half_floats():
    values = [65504.0, -6.0e-8, 2.0**-14]
    assert convert(values, "float16", "float64") == np.array(values, "float16").tolist()
    inf, nan, zero = convert([np.inf, np.nan, -0.0], "float16", "float32")
    assert inf == np.inf and np.isnan(nan) and zero == 0 and np.signbit(zero)


def test_no_rows(dense):
    plan, _, _ = dense
    assert plan.run([np.zeros((0, 3), "float32")], 0)[0].shape == (0, 4)


def test_views_states_and_constants():
    """A state read through an offset, a view of a view, a constant."""
    state = np.arange(10, dtype="float64")
    buffers = [
        ("state", "float64", [4], 0, 3),
        ("view", "float64", [3], 0, 1),
        ("view", "float64", [2], 1, 1),
        ("const", "float64", [2], np.array([10.0, 20.0]).tobytes(), 0),
        ("temp", "float64", [2], 0, 0),
    ]
    code = [elementwise([4], [2, 3], (2, 1), [FULL] * 3, [("add", 0, (1, 2))], ["float64"] * 3)]
    plan = _engine.Plan(buffers, code, [4, 2], [state])
    added, seen = plan.run([], 1)
    assert seen.tolist() == [5, 6]
    assert added.tolist() == [15, 26]
    state[:] = 0
    assert plan.run([], 1)[0].tolist() == [10, 20]


def test_a_view_of_an_input_follows_it(rng):
    """The engine points inputs at the caller's array; views of them must come along."""
    buffers = [
        ("input", "float32", [(0, 1), 4], 0, 0),
        ("view", "float32", [4], 0, (-4, 4)),
        ("temp", "float32", [4], 0, 0),
    ]
    code = [elementwise([2], [1], (4, 1), [FULL] * 2, [("copy", 0, (1,))], ["float32"] * 2)]
    plan = _engine.Plan(buffers, code, [2])
    for rows in (3, 5, 3):
        x = rng.normal(size=(rows, 4)).astype("float32")
        assert plan.run([x], rows)[0].tolist() == x[-1].tolist()
        assert plan.run([x.astype("float64")], rows)[0].tolist() == x[-1].tolist()


def test_new_states_are_used_at_once(dense):
    plan, weights, bias = dense
    x = np.ones((2, 3), "float32")
    plan.run([x], 2)
    plan.set_states([2 * weights, 2 * bias])
    np.testing.assert_allclose(plan.run([x], 2)[0], 2 * (x @ weights + bias), rtol=1e-5)


def test_states_are_kept_alive():
    plan = linear(np.full((300, 300), 2.0, "float32"), np.zeros(300, "float32"))
    others = [np.full((300, 300), 7.0, "float32") for _ in range(20)]
    assert np.all(plan.run([np.ones((1, 300), "float32")], 1)[0] == 600)
    assert len(others) == 20


def test_timings(dense):
    plan, _, _ = dense
    x = np.ones((5, 3), "float32")
    plan.run([x], 5)
    assert plan.timings() == [("dense/matmul", "matmul", 0, 0.0, 0.0, 0.0)]
    plan.timed = True
    plan.run([x], 5)
    plan.run([x], 5)
    [(label, kernel, calls, seconds, size, flops)] = plan.timings()
    assert (label, kernel, calls) == ("dense/matmul", "matmul", 2)
    assert 0 < seconds < 1
    assert size == 2 * 4 * (5 * 3 + 3 * 4 + 4 + 5 * 4)
    assert flops == 2 * 2 * 5 * 3 * 4
    plan.clear_timings()
    assert plan.timings()[0][2] == 0


def test_many_threads_predict_on_one_plan(dense, rng):
    plan, weights, bias = dense
    wrong = []

    def work(rows):
        x = np.random.default_rng(rows).normal(size=(rows, 3)).astype("float32")
        expected = plan.run([x], rows)[0]
        for _ in range(300):
            if not np.array_equal(plan.run([x], rows)[0], expected):
                wrong.append(rows)
        np.testing.assert_allclose(expected, x @ weights + bias, rtol=1e-4, atol=1e-5)

    threads = [threading.Thread(target=work, args=(rows,)) for rows in (1, 2, 7, 64, 100, 999)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert wrong == []


def test_a_stop_is_an_error_of_its_kind():
    buffers = [("input", "float32", [], 0, 0)]
    guard = [("guard", [], [0], [], [], ("one",), False, "loss/guard", None)]
    plan = _engine.Plan(buffers, guard)
    assert plan.run([np.ones((), "float32")], 1) == []
    with pytest.raises(FloatingPointError, match="not finite"):
        plan.run([np.full((), np.nan, "float32")], 1)
    buffers = [
        ("input", "float32", [3, 2], 0, 0),
        ("input", "int32", [(0, 1)], 1, 0),
        ("temp", "float32", [(0, 1), 2], 0, 0),
    ]
    take = [("take", [2], [0, 1], [], [], ("rows",), False, "embedding/take", None)]
    plan = _engine.Plan(buffers, take, [2])
    table = np.ones((3, 2), "float32")
    for bad in ([0, 3], [-1, 0], [2**40, 0]):
        with pytest.raises(IndexError, match="out of range"):
            plan.run([table, np.array(bad)], 2)


T = ("temp", "float32", [(0, 1), 4], 0, 0)
X = ("input", "float32", [(0, 1), 4], 0, 0)
COPY = elementwise([1], [0], ((0, 1), 4), [FULL] * 2, [("copy", 0, (1,))], ["float32"] * 2)


@pytest.mark.parametrize(
    ("buffers", "instructions", "options", "message"),
    [
        ([("tmp", *T[1:])], [], {}, "'tmp' is not one of temp"),
        ([("temp", "float16", *T[2:])], [], {}, "float16"),
        ([T[:4]], [], {}, "tuple of 5"),
        ([("temp", "float32", [1.5], 0, 0)], [], {}, r"int or \(c, k\)"),
        ([("temp", "float32", [1] * 9, 0, 0)], [], {}, "rank 9"),
        ([("view", "float32", [1], 0, 0)], [], {}, "does not precede"),
        ([T, ("view", "int32", [1], 0, 0)], [], {}, "differs in dtype"),
        ([("input", "float32", [1], 1, 0)], [], {}, "input 0 has no buffer"),
        ([X, X], [], {}, "two buffers"),
        ([("state", "float32", [1], -1, 0)], [], {}, "negative"),
        ([X, T], [("nonsense", *COPY[1:])], {}, "no such kernel"),
        ([X, T], [COPY[:8]], {}, "tuple of 9"),
        ([X, T], [("map", [2], *COPY[2:])], {}, "buffer 2 does not exist"),
        ([X, T], [("map", [0], [0], *COPY[3:])], {}, "constant or an input"),
        ([X, T], [(*COPY[:5], ("some",), *COPY[6:])], {}, "'some' is not one of one, rows"),
        ([X, T], [(*COPY[:8], (((0, 1), 4), ["full"], [], ["float32"] * 2))], {}, "one spread"),
        (
            [X, T],
            [(*COPY[:8], (((0, 1), 4), ["full"] * 2, [("copy", 5, (1,))], ["float32"] * 2))],
            {},
            "slot 5",
        ),
        ([X], [], {"outputs": [3]}, "output buffer 3"),
        ([X], [], {"threads": 0}, "threads"),
    ],
)
def test_a_plan_that_does_not_fit_together_is_refused(buffers, instructions, options, message):
    with pytest.raises(ValueError, match=message):
        _engine.Plan(buffers, instructions, **options)


@pytest.mark.parametrize(
    ("buffers", "message"),
    [
        ([X, T, ("view", "float32", [5], 1, (0, 4))], "wants elements"),
        ([X, T, ("view", "float32", [(5, -1)], 1, 0)], "negative dimension"),
        ([X, T, ("const", "float32", [2], b"1234", 0)], "has 4 bytes, needs 8"),
        ([X, ("temp", "float32", [(0, 1), 5], 0, 0)], "map"),
    ],
)
def test_a_plan_that_does_not_fit_a_batch_is_refused(buffers, message):
    plan = _engine.Plan(buffers, [COPY], [1])
    with pytest.raises(ValueError, match=message):
        plan.run([np.zeros((6, 4), "float32")], 6)


@pytest.mark.parametrize("dims", [[2**62, 8], [(0, 2**62), 8], [2**40, 2**10]])
def test_sizes_beyond_memory_are_an_error_not_a_crash(dims):
    plan = _engine.Plan([("temp", "float32", dims, 0, 0)], [], [])
    with pytest.raises((MemoryError, OverflowError)):
        plan.run([], 8)


@pytest.mark.parametrize(
    ("inputs", "kind", "message"),
    [
        ([], ValueError, "got 0 inputs, expected 1"),
        ([[[1.0, 2.0, 3.0]]], TypeError, "input 0: got list"),
        ([np.zeros((2, 4))], ValueError, r"got float64 \(2, 4\), expected shape \(2, 3\)"),
        ([np.zeros(3)], ValueError, r"\(3,\)"),
        ([np.zeros((2, 3, 1))], ValueError, r"\(2, 3, 1\)"),
        ([np.zeros((2, 3), "complex64")], ValueError, "complex64"),
        ([np.zeros((2, 3), object)], ValueError, "object"),
        ([np.zeros((2, 3), "U3")], ValueError, "numbers"),
    ],
)
def test_wrong_inputs_are_refused_by_name(dense, inputs, kind, message):
    plan, _, _ = dense
    with pytest.raises(kind, match=message):
        plan.run(inputs, 2)


def bad_states():
    good = np.zeros((3, 4), "float32")
    locked = good.copy()
    locked.flags.writeable = False
    return {
        "a list": (good.tolist(), TypeError, "list"),
        "float64": (good.astype("float64"), ValueError, "expected float32"),
        "int32": (good.astype("int32"), ValueError, "expected float32"),
        "swapped": (good.astype(">f4"), ValueError, "expected float32"),
        "fortran": (np.asfortranarray(good), ValueError, "C-contiguous"),
        "strided": (np.zeros((3, 8), "float32")[:, ::2], ValueError, "C-contiguous"),
        "read only": (locked, ValueError, "writeable"),
        "misaligned": (
            np.frombuffer(bytearray(49), "float32", 12, 1).reshape(3, 4),
            ValueError,
            "aligned",
        ),
    }


@pytest.mark.parametrize("case", bad_states())
def test_wrong_states_are_refused_and_the_old_ones_stay(dense, case):
    plan, _, bias = dense
    array, kind, message = bad_states()[case]
    x = np.ones((1, 3), "float32")
    before = plan.run([x], 1)[0]
    with pytest.raises(kind, match=f"state 0.*{message}"):
        plan.set_states([array, bias])
    np.testing.assert_array_equal(plan.run([x], 1)[0], before)


def test_a_state_that_is_too_short_is_refused(dense):
    plan, weights, bias = dense
    plan.set_states([weights[:2].copy(), bias])
    with pytest.raises(ValueError, match=r"wants elements \[0, 12\) of 8"):
        plan.run([np.ones((1, 3), "float32")], 1)
    with pytest.raises(ValueError, match="got 1 states"):
        plan.set_states([weights])


def test_the_interpreter_keeps_its_arithmetic(dense):
    """Denormals are flushed inside the engine only."""
    plan, _, _ = dense
    plan.run([np.ones((4, 3), "float32")], 4)
    assert 5e-324 * 1.0 != 0
    assert np.float32(1e-45) * np.float32(1) != 0


def test_a_forked_child_computes():
    code = """
import os, sys
sys.path.insert(0, sys.argv[1])
import numpy as np
from plans import Regression
from brickwork import _engine
x, y = np.ones((4000, 64), "float32"), np.ones((4000, 32), "float32")
def train():
    model = Regression(64, 32, threads=2)
    loop = _engine.Loop(model.train(x, y, batch=2000), None, 3)
    assert loop.run(60)[0] == "done"
    return model.weights.tobytes()
expected = train()
child = os.fork()
if child == 0:
    os._exit(0 if train() == expected else 1)
raise SystemExit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""
    done = subprocess.run(
        [*PYTHON, "-W", "ignore", "-c", code, os.path.dirname(__file__)], timeout=120
    )
    assert done.returncode == 0


def test_threads_can_be_released():
    _engine.release_threads()
    _engine.release_threads()
