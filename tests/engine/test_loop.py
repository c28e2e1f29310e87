"""Loops: every epoch as NumPy does it, cut into any slices."""

import threading
import time
from itertools import pairwise

import numpy as np
import pytest
from plans import Regression, linear
from scipy import sparse

from brickwork import _engine


def data(rows=23, features=3, targets=2, seed=1):
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(rows, features)).astype("float32")
    return x, rng.normal(size=(rows, targets)).astype("float32")


def batches(rows, batch, epochs, steps=None, shuffle=False, seed=0):
    """Row numbers of every step, epoch by epoch."""
    every = list(range(0, rows, batch))
    steps = min(steps or len(every), len(every))
    for epoch in range(epochs):
        data_pass, part = divmod(epoch, -(-len(every) // steps))
        order = _engine.shuffle_order(rows, seed, data_pass) if shuffle else np.arange(rows)
        yield [order[i : i + batch] for i in every[part * steps : (part + 1) * steps]]


def reference(x, y, batch, epochs, **options):
    """The weights and the epochs' results in float64."""
    model = Regression(x.shape[1], y.shape[1])
    weights, results = model.weights.astype("float64"), []
    for epoch in batches(len(x), batch, epochs, **options):
        total = count = 0
        for rows in epoch:
            weights, squares = model.reference_step(weights, x[rows].astype("float64"), y[rows])
            total, count = total + squares, count + y[rows].size
        results.append([total / count])
    return weights, np.array(results)


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"shuffle": True, "seed": 7},
        {"shuffle": True, "seed": -(2**62)},
        {"steps": 3},
        {"steps": 7, "shuffle": True},
        {"steps": 1},
    ],
)
@pytest.mark.parametrize("batch", [1, 5, 23, 64])
def test_epochs_are_those_of_numpy(options, batch):
    x, y = data()
    weights, results = reference(x, y, min(batch, 23), 4, **options)
    model = Regression(3, 2)
    loop = _engine.Loop(model.train(x, y, batch=batch, **options), None, 4)
    assert loop.run(60) == ("done", 4, 0)
    np.testing.assert_allclose(model.weights, weights, rtol=2e-4, atol=2e-5)
    np.testing.assert_allclose(loop.rows(), results, rtol=1e-4)
    assert loop.steps_done == sum(
        len(e) for e in batches(23, min(batch, 23), 4, options.get("steps"))
    )


def train(seconds=60.0, max_steps=0, stop_at_epoch=False, threads=1, looks=False, x=None, y=None):
    if x is None:
        x, y = data(rows=101)
    model = Regression(x.shape[1], y.shape[1], threads=threads)
    valid = _engine.Pass(model.step, model.begin, model.end, [x[:17], y[:17]], 17, 4)
    training = model.train(x, y, batch=8, shuffle=True, seed=5)
    loop = _engine.Loop(training, valid, 5, valid_every=2)
    calls = 0
    while True:
        calls += 1
        status, epoch, _ = loop.run(seconds, max_steps, stop_at_epoch)
        if looks:
            loop.current()
        if status == "done":
            return model.weights.tobytes(), loop.rows().tobytes(), calls
        assert epoch < 5


def test_slices_change_no_bit():
    weights, rows, calls = train()
    assert calls == 1
    for options in (
        {"max_steps": 1},
        {"max_steps": 7},
        {"stop_at_epoch": True},
        {"seconds": 0.0},
        {"seconds": 1e-6},
        {"max_steps": 3, "looks": True},
    ):
        again, rows_again, calls = train(**options)
        assert (again, rows_again) == (weights, rows), options
        assert calls > 3


def test_threads_change_no_bit():
    x, y = data(rows=640, features=256, targets=200)
    expected = train(x=x, y=y)[:2]
    for threads in (2, 3):
        assert train(x=x, y=y, threads=threads)[:2] == expected
        assert train(x=x, y=y, threads=threads, max_steps=5)[:2] == expected


def test_results_of_validation_and_of_epochs_without():
    x, y = data()
    model = Regression(3, 2, rate=0.0)
    valid = _engine.Pass(model.step, model.begin, model.end, [x[:9], y[:9]], 9, 4)
    loop = _engine.Loop(model.train(x, y, batch=5), valid, 4, valid_every=2)
    assert loop.run(60)[0] == "done"
    train_loss = np.mean(np.square(x @ model.weights - y))
    valid_loss = np.mean(np.square(x[:9] @ model.weights - y[:9]))
    nan = np.nan
    expected = np.column_stack([[train_loss] * 4, [nan, valid_loss, nan, valid_loss]])
    np.testing.assert_allclose(loop.rows(), expected, rtol=1e-5)
    np.testing.assert_allclose(loop.rows(2), expected[2:], rtol=1e-5)


def test_where_a_loop_stands():
    x, y = data()
    model = Regression(3, 2)
    valid = _engine.Pass(model.step, model.begin, model.end, [x[:9], y[:9]], 9, 4)
    loop = _engine.Loop(model.train(x, y, batch=10), valid, 2)
    assert loop.current() == []
    assert loop.rows().shape == (0, 2)
    seen = []
    for _ in range(12):
        status, epoch, step = loop.run(60, max_steps=1)
        assert status == "steps"
        seen.append((epoch, step, loop.validating, len(loop.current())))
    once = [(1, False, 1), (2, False, 1), (3, False, 1), (1, True, 2), (2, True, 2), (3, True, 2)]
    assert seen == [(epoch, *rest) for epoch in (0, 1) for rest in once]
    assert loop.steps_done == 6
    assert loop.run(60) == ("done", 2, 0)
    assert loop.run(60) == ("done", 2, 0)


def test_results_so_far_are_a_mean_over_the_epoch_so_far():
    x, y = data()
    model = Regression(3, 2, rate=0.0)
    loop = _engine.Loop(model.train(x, y, batch=5), None, 2)
    for step in range(1, 5):
        loop.run(60, max_steps=1)
        seen = slice(0, 5 * step)
        expected = np.mean(np.square(x[seen] @ model.weights - y[seen]))
        np.testing.assert_allclose(loop.current(), [expected], rtol=1e-5)


@pytest.mark.parametrize("steps", [None, 4])
def test_going_on_from_a_step_is_as_never_having_stopped(steps):
    """The metrics' state is in the model, and continues, too."""
    x, y = data()
    options = {"batch": 4, "shuffle": True, "seed": 3, "steps": steps}
    whole = Regression(3, 2)
    one = _engine.Loop(whole.train(x, y, **options), None, 3)
    one.run(60)
    for done in range(1, one.steps_done):
        model = Regression(3, 2)
        train_pass = model.train(x, y, **options)
        loop = _engine.Loop(train_pass, None, 3)
        status, epoch, step = loop.run(60, max_steps=done)
        assert (status, step > 0) == ("steps", True)
        rest = _engine.Loop(train_pass, None, 3, epoch, initial_step=step)
        assert (rest.epoch, rest.step) == (epoch, step)
        assert rest.current() == loop.current()
        assert rest.run(60) == ("done", 3, 0)
        assert model.weights.tobytes() == whole.weights.tobytes()
        assert rest.rows().tobytes() == one.rows(epoch).tobytes()


def test_an_epoch_does_not_begin_behind_its_end():
    x, y = data()
    train_pass = Regression(3, 2).train(x, y, batch=4)
    for step in (-1, 7):
        with pytest.raises(ValueError, match="the epoch has fewer steps than initial_step"):
            _engine.Loop(train_pass, None, 3, 1, initial_step=step)
    assert _engine.Loop(train_pass, None, 3, 1, initial_step=6).run(60, stop_at_epoch=True) == (
        "epoch",
        2,
        0,
    )


def test_going_on_from_an_epoch_is_as_never_having_stopped():
    x, y = data()
    whole = Regression(3, 2)
    _engine.Loop(whole.train(x, y, batch=4, shuffle=True, seed=3), None, 6).run(60)
    parts = Regression(3, 2)
    for first, last in ((0, 2), (2, 3), (3, 6)):
        loop = _engine.Loop(parts.train(x, y, batch=4, shuffle=True, seed=3), None, last, first)
        assert loop.run(60) == ("done", last, 0)
        assert len(loop.rows()) == last - first
    assert whole.weights.tobytes() == parts.weights.tobytes()


def test_the_first_epoch_of_all_begins_the_data():
    x, y = data()
    early, late = Regression(3, 2), Regression(3, 2)
    same = {"batch": 5, "steps": 3, "shuffle": True, "seed": 3}
    first = early.train(x, y, **same)
    assert [first.steps(epoch) for epoch in range(4)] == [3, 2, 3, 2]
    _engine.Loop(first, None, 3).run(60)
    begun_late = late.train(x, y, first_epoch=7, **same)
    assert [begun_late.steps(epoch) for epoch in (7, 8, 9)] == [3, 2, 3]
    _engine.Loop(begun_late, None, 10, 7).run(60)
    assert early.weights.tobytes() == late.weights.tobytes()
    with pytest.raises(ValueError, match="before first_epoch"):
        begun_late.steps(6)
    with pytest.raises(ValueError, match="initial_epoch is before"):
        _engine.Loop(begun_late, None, 10, 6)


@pytest.mark.parametrize("threads", [1, 2])
def test_a_dropped_last_batch_is_none(threads):
    x, y = data()
    short, whole = Regression(3, 2, threads=threads), Regression(3, 2)
    dropping = short.train(x, y, batch=5, drop=True)
    assert dropping.steps(0) == 4
    _engine.Loop(dropping, None, 2).run(60)
    _engine.Loop(whole.train(x[:20], y[:20], batch=5), None, 2).run(60)
    assert short.weights.tobytes() == whole.weights.tobytes()
    assert short.train(x, y, batch=99, drop=True).steps(0) == 1


def test_restart_begins_each_epoch_at_the_first_row():
    x, y = data()
    model = Regression(3, 2, rate=0.0)
    loop = _engine.Loop(model.train(x, y, batch=5, steps=2, restart=True), None, 3)
    loop.run(60)
    expected = np.mean(np.square(x[:10] @ model.weights - y[:10]))
    np.testing.assert_allclose(loop.rows(), [[expected]] * 3, rtol=1e-5)


@pytest.mark.parametrize("dtype", ["float64", "float16", "int64", "int8", "uint8", "bool", ">f4"])
def test_feeds_of_any_dtype(dtype):
    x = np.random.default_rng(0).integers(0, 2, (30, 3)).astype(dtype)
    y = data(30)[1]
    expected = Regression(3, 2)
    plain = x.astype("float32")
    _engine.Loop(expected.train(plain, y, batch=7, shuffle=True), None, 2).run(60)
    model = Regression(3, 2)
    _engine.Loop(model.train(x, y, batch=7, shuffle=True), None, 2).run(60)
    assert model.weights.tobytes() == expected.weights.tobytes()


@pytest.mark.parametrize("shuffle", [False, True])
@pytest.mark.parametrize("width", [1, 2, 3, 4, 5, 8, 13, 16, 17, 54, 65, 100])
def test_feeds_of_any_layout(width, shuffle):
    rng = np.random.default_rng(0)
    x, y = data(30, features=width)
    big = rng.normal(size=(60, 3, width)).astype("float32")
    for array in (
        x,
        np.asfortranarray(x),
        x[::-1],
        big[::2, 1],
        big[:30, :, 0].repeat(width, 1)[:, :width],
        np.broadcast_to(x[0], x.shape),
        x.T.copy().T,
    ):
        expected, model = Regression(width, 2), Regression(width, 2)
        plain = np.ascontiguousarray(array)
        _engine.Loop(expected.train(plain, y, batch=7, shuffle=shuffle), None, 2).run(60)
        _engine.Loop(model.train(array, y, batch=7, shuffle=shuffle), None, 2).run(60)
        assert model.weights.tobytes() == expected.weights.tobytes()


@pytest.mark.parametrize("wide", [False, True])
@pytest.mark.parametrize(
    "dtype", ["float64", "float16", "float32", "int64", "uint8", "bool", ">f4"]
)
def test_feeds_of_sparse_rows(dtype, wide):
    plain = np.random.default_rng(0).integers(0, 2, (30, 5)).astype(dtype)
    plain[7] = 0
    y = data(30)[1]
    held = sparse.csr_matrix(plain.astype(float))
    kind = "int64" if wide else "int32"
    numbers = np.repeat(held.data, 2)[::2].astype(dtype)
    rows = numbers, held.indices.astype(kind), held.indptr.astype(kind), 5
    for shuffle in (False, True):
        expected, model = Regression(5, 2), Regression(5, 2)
        _engine.Loop(expected.train(plain, y, batch=7, shuffle=shuffle), None, 2).run(60)
        _engine.Loop(model.train(rows, y, batch=7, shuffle=shuffle), None, 2).run(60)
        assert model.weights.tobytes() == expected.weights.tobytes()


@pytest.mark.parametrize(
    ("part", "wrong", "words"),
    [
        (1, [0, 5, 1], "column 5, expected 0 to 4"),
        (1, [0, -1, 1], "column -1"),
        (2, [0, 2, 1, 3], "start 2 is 1"),
        (2, [0, 2, 4, 4], "start 2 is 4, of 3 numbers"),
        (2, [1, 2, 3, 3], "start 0 is 1"),
        (1, [0, 1], "one for each number"),
        (1, np.array([0, 1, 2]), "both int32 or both int64"),
        (3, 6, "rows of 6 values"),
        (1, [0.0, 1.0, 2.0], "int32"),
        (2, [[0, 2]], "one dimension"),
        (2, [0, 3], "1 rows"),
    ],
)
def test_sparse_rows_that_lead_outside_of_the_matrix(part, wrong, words):
    rows = [np.ones(3), np.int32([0, 4, 1]), np.int32([0, 2, 2, 3]), 5]
    if isinstance(wrong, list):
        wrong = np.array(wrong)
        wrong = wrong.astype("int32") if wrong.dtype.kind == "i" else wrong
    rows[part] = wrong
    with pytest.raises(ValueError, match=words):
        _engine.Loop(Regression(5, 2).train(tuple(rows), data(3)[1], batch=2), None, 1).run(60)


def test_indices_that_are_changed_later_lead_nowhere():
    rows = np.ones(3, "float32"), np.int32([0, 4, 1]), np.int32([0, 2, 2, 3]), 5
    model, expected = Regression(5, 2), Regression(5, 2)
    y = data(3)[1]
    loop = _engine.Loop(model.train(rows, y, batch=3), None, 1)
    rows[1][:2], rows[2][-1] = (1 << 30, -7), 1 << 30
    loop.run(60)
    plain = np.zeros((3, 5), "float32")
    plain[2, 1] = 1
    _engine.Loop(expected.train(plain, y, batch=3), None, 1).run(60)
    assert model.weights.tobytes() == expected.weights.tobytes()


def test_a_bad_batch_stops_before_its_writes_and_is_passed_over():
    x, y = data(rows=20)
    x[7] = np.nan
    model = Regression(3, 2)
    loop = _engine.Loop(model.train(x, y, batch=5), None, 1)
    weights, _ = model.reference_step(model.weights.astype("float64"), x[:5], y[:5])
    assert loop.run(60) == ("not_finite", 0, 2)
    np.testing.assert_allclose(model.weights, weights, rtol=1e-5)
    assert (loop.steps_done, loop.epoch) == (1, 0)
    assert loop.run(60) == ("done", 1, 0)
    assert loop.steps_done == 3
    assert np.isfinite(model.weights).all()
    assert np.isfinite(loop.rows()).all()


def test_the_clock_is_kept():
    x, y = data(rows=1000)
    model = Regression(3, 2)
    loop = _engine.Loop(model.train(x, y, batch=1), None, 10**9)
    lasting = []
    for _ in range(5):
        start = time.perf_counter()
        assert loop.run(0.05)[0] == "time"
        lasting.append(time.perf_counter() - start)
    assert 0.02 < min(lasting) < 1.0  # a busy machine may stretch every slice


def test_a_slice_does_at_least_one_step():
    x, y = data()
    loop = _engine.Loop(Regression(3, 2).train(x, y, batch=5), None, 10)
    for done in range(1, 10):
        assert loop.run(0.0)[0] == "time"
        assert loop.steps_done == done


def test_loops_in_several_threads():
    expected = train()[:2]
    results = {}

    def work(i):
        results[i] = train(max_steps=i, threads=1 + i % 2)[:2]

    threads = [threading.Thread(target=work, args=(i,)) for i in range(6)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert all(results[i] == expected for i in range(6))


def test_python_runs_beside_a_loop_and_predictions_see_finished_steps():
    """With all columns alike, a step leaves them alike: other weights were seen half-written."""
    x, y = np.ones((100, 64), "float32"), np.zeros((100, 32), "float32")
    model = Regression(64, 32, rate=1e-4)
    model.weights[:] = 1
    plan = linear(model.weights, np.zeros(32, "float32"), gate=model.gate)
    loop = _engine.Loop(model.train(x, y, batch=10), None, 10**9)
    over = threading.Event()

    def work():
        while not over.is_set():
            loop.run(0.005)

    thread = threading.Thread(target=work)
    thread.start()
    try:
        for _ in range(100):
            [out] = plan.run([np.ones((1, 64), "float32")], 1)
            assert (out == out[0, 0]).all()
    finally:
        over.set()
        thread.join()
    assert loop.steps_done > 0


def test_a_running_loop_is_not_entered_twice():
    x, y = data(rows=1000)
    loop = _engine.Loop(Regression(3, 2).train(x, y, batch=1), None, 10**9)
    thread = threading.Thread(target=loop.run, args=(0.5,))
    thread.start()
    time.sleep(0.1)
    for use in (lambda: loop.run(1), loop.rows, loop.current, lambda: loop.epoch):
        with pytest.raises(RuntimeError, match="running"):
            use()
    thread.join()
    assert loop.steps_done > 0


def weights_as_results(model, dims):
    """A plan that returns the weights in some shape, after the sum of the loss."""
    states = [model.weights, model.total]
    buffers = [("state", "float32", dims, 0, 0), ("state", "float32", [], 1, 0)]
    return _engine.Plan(buffers, [], [1, 0], states)


def test_results_may_be_arrays():
    """Their numbers stand in the epoch's row one after the other."""
    x, y = data()
    model = Regression(3, 2)
    loop = _engine.Loop(
        _engine.Pass(model.step, model.begin, weights_as_results(model, [3, 2]), [x, y], 23, 5),
        None,
        3,
    )
    loop.run(10)
    rows = loop.rows()
    assert rows.shape == (3, 7)
    np.testing.assert_array_equal(rows[-1], [model.total, *model.weights.ravel()])
    loop = _engine.Loop(
        _engine.Pass(model.step, model.begin, weights_as_results(model, [3, 2]), [x, y], 23, 5),
        None,
        3,
    )
    loop.run(10, max_steps=1)
    np.testing.assert_array_equal(loop.current()[1:], model.weights.ravel())


@pytest.mark.parametrize(
    ("change", "kind", "message"),
    [
        ({"feeds": [np.zeros((23, 3))]}, ValueError, "got 1 feeds, the step has 2 inputs"),
        ({"feeds": [[1.0], np.zeros((23, 2))]}, TypeError, "feed 0: got list"),
        ({"feeds": [np.zeros((23, 3), "complex128"), np.zeros((23, 2))]}, ValueError, "complex128"),
        ({"feeds": [np.zeros((23, 3), object), np.zeros((23, 2))]}, ValueError, "object"),
        ({"rows": 0}, ValueError, "no rows"),
        ({"batch": 0}, ValueError, "batch must be at least 1"),
        ({"batch": -3}, ValueError, "batch must be at least 1"),
        ({"steps": 0}, ValueError, "steps must be at least 1"),
        ({"step": None}, TypeError, "step: got NoneType, expected a Plan"),
        ({"begin": 3}, TypeError, "begin: got int, expected a Plan"),
        (
            {
                "end": _engine.Plan(
                    [("temp", "float32", [(0, 1)], 0, 0)],
                    [("fill", [0], [], [], [0.0], ("one",), False, "metric/zero", None)],
                    [0],
                )
            },
            ValueError,
            "grows with the batch",
        ),
        ({"seed": 2**64}, TypeError, "incompatible"),
        ({"batch": 2.5}, TypeError, "incompatible"),
    ],
)
def test_a_wrong_pass_is_refused(change, kind, message):
    x, y = data()
    model = Regression(3, 2)
    given = {
        "step": model.step,
        "begin": model.begin,
        "end": model.end,
        "feeds": [x, y],
        "rows": 23,
        "batch": 5,
    }
    with pytest.raises(kind, match=message):
        _engine.Pass(**{**given, **change})


@pytest.mark.parametrize(
    "feeds",
    [
        [np.zeros((23, 4)), np.zeros((23, 2))],
        [np.zeros((22, 3)), np.zeros((23, 2))],
        [np.zeros((23, 3)), np.zeros(23)],
        [np.zeros(()), np.zeros((23, 2))],
    ],
)
def test_feeds_that_do_not_fit_are_refused(feeds):
    model = Regression(3, 2)
    before = model.weights.copy()
    loop = _engine.Loop(_engine.Pass(model.step, None, None, feeds, 23, 5), None, 1)
    with pytest.raises(ValueError, match=r"feed [01] has \d+ rows of \d+ values, expected 23"):
        loop.run(1)
    np.testing.assert_array_equal(model.weights, before)


def test_wrong_loops_are_refused():
    x, y = data()
    train_pass = Regression(3, 2).train(x, y, batch=5)
    for arguments in ((None, None, 1), (train_pass, 3, 1), (train_pass, None, 1.5)):
        with pytest.raises(TypeError):
            _engine.Loop(*arguments)
    for arguments in (
        (train_pass, None, -1),
        (train_pass, None, 1, -1),
        (train_pass, None, 1, 0, 0),
    ):
        with pytest.raises(ValueError, match="Loop"):
            _engine.Loop(*arguments)
    with pytest.raises(ValueError, match="max_steps"):
        _engine.Loop(train_pass, None, 1).run(1, -1)


def test_shuffle_is_the_documented_one():
    """Fisher-Yates by threefry2x32, word for word as engine/kernels/shuffle.cpp says."""

    def rotate(x, r):
        return ((x << r) | (x >> (32 - r))) & 0xFFFFFFFF

    def threefry(key, counter):
        keys = (*key, key[0] ^ key[1] ^ 0x1BD11BDA)
        a, b = (counter[0] + keys[0]) & 0xFFFFFFFF, (counter[1] + keys[1]) & 0xFFFFFFFF
        for group in range(5):
            for r in ((13, 15, 26, 6), (17, 29, 16, 24))[group % 2]:
                a = (a + b) & 0xFFFFFFFF
                b = rotate(b, r) ^ a
            a = (a + keys[(group + 1) % 3]) & 0xFFFFFFFF
            b = (b + keys[(group + 2) % 3] + group + 1) & 0xFFFFFFFF
        return a, b

    # The test vector of the generator's authors for 20 rounds.
    assert threefry((0, 0), (0, 0)) == (0x6B200159, 0x99BA4EFE)
    for n, seed, epoch in ((1, 0, 0), (2, 5, 1), (300, 123456789012345, 77), (257, -1, 3)):
        bits = seed & (2**64 - 1)
        key = ((bits ^ bits >> 32) & 0xFFFFFFFF, 0)
        order = list(range(n))
        for i in range(n - 1, 0, -1):
            j = threefry(key, (epoch, i // 2))[i % 2] * (i + 1) >> 32
            order[i], order[j] = order[j], order[i]
        assert _engine.shuffle_order(n, seed, epoch).tolist() == order


def test_shuffle_is_fair():
    """Every row is as likely at every place."""
    n, passes = 6, 6000
    counts = np.zeros((n, n))
    for epoch in range(passes):
        counts[np.arange(n), _engine.shuffle_order(n, 1, epoch)] += 1
    chi_square = ((counts - passes / n) ** 2 / (passes / n)).sum()
    assert 5 < chi_square < 60  # 25 degrees of freedom; both ends are one in many thousands


def test_shuffle_of_nothing_and_of_too_much():
    assert _engine.shuffle_order(0, 1, 1).tolist() == []
    assert _engine.shuffle_order(1, 1, 1).tolist() == [0]
    for n in (-1, 2**32):
        with pytest.raises(ValueError, match="n must be"):
            _engine.shuffle_order(n, 0, 0)


def windowed(model, x, y, batch, cuts, orders=None):
    """A training of one epoch whose rows come in windows."""
    train = _engine.Pass(model.step, model.begin, model.end, [x[:0], y[:0]], len(x), batch)
    train.window([x[:0], y[:0]], 0)
    loop = _engine.Loop(train, None, 1)
    for i, (start, stop) in enumerate(pairwise(cuts)):
        train.window([x[start:stop], y[start:stop]], start, None if orders is None else orders[i])
        loop.run(9, 0 if stop == len(x) else (stop - start) // batch)
    return loop.rows()[0, 0], model.weights


@pytest.mark.parametrize("threads", [1, 2])
def test_rows_in_windows(threads):
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(2, 50, 3)).astype("float32")
    plain = Regression(3, 3, threads=threads)
    loop = _engine.Loop(_engine.Pass(plain.step, plain.begin, plain.end, [x, y], 50, 8), None, 1)
    loop.run(9)
    loss, weights = windowed(Regression(3, 3, threads=threads), x, y, 8, [0, 16, 40, 50])
    assert loss == loop.rows()[0, 0]
    np.testing.assert_array_equal(weights, plain.weights)
    order = rng.permutation(50).astype("uint32")
    inverse = np.argsort(order)
    shuffled = windowed(
        Regression(3, 3, threads=threads), x[inverse], y[inverse], 8, [0, 50], [order]
    )
    np.testing.assert_array_equal(shuffled[1], plain.weights)


def test_steps_outside_of_a_window_are_refused():
    model = Regression(3, 3)
    x = np.ones((50, 3), "float32")
    train = _engine.Pass(model.step, model.begin, model.end, [x, x], 50, 8)
    before = model.weights.copy()
    for start, stop, order in ((16, 50, None), (0, 4, None), (0, 50, np.arange(5, dtype="uint32"))):
        train.window([x[start:stop], x[start:stop]], start, order)
        with pytest.raises(ValueError, match="outside of the window"):
            _engine.Loop(train, None, 1).run(9)
    np.testing.assert_array_equal(model.weights, before)
    with pytest.raises(ValueError, match="a multiple of the batch"):
        train.window([x, x], 4)
    with pytest.raises(ValueError, match="a row too many"):
        train.window([x, x], 0, np.array([50], "uint32"))
    with pytest.raises(ValueError, match="got 1 feeds"):
        train.window([x], 0)
    shuffled = _engine.Pass(model.step, None, None, [x, x], 50, 8, shuffle=True)
    with pytest.raises(ValueError, match="come as a whole"):
        shuffled.window([x, x], 0)
