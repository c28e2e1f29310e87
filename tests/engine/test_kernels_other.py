"""Kernels that are no maps, against NumPy."""

import numpy as np
import pytest
from one_kernel import assert_close, run_kernel, values
from scipy import special

from brickwork.program.primitives.random import threefry

FLOATS = ("float32", "float64")
NUMBERS = (*FLOATS, "int32", "int64")
EXTENTS = [
    (1, 1, 1),
    (1, 10, 1),
    (1, 1000, 1),
    (7, 3, 1),
    (33, 10, 1),
    (5, 129, 1),
    (1, 10, 8),
    (1, 33, 100),
    (1, 5, 33),
    (4, 6, 5),
    (3, 7, 130),
    (1, 64, 515),
    (1, 8, 1030),
    (2, 19, 700),
]


@pytest.fixture
def rng():
    return np.random.default_rng(3)


@pytest.mark.parametrize("dtype", NUMBERS)
@pytest.mark.parametrize("extents", [*EXTENTS, (2, 0, 3), (1, 0, 1)])
def test_sums_and_products(extents, dtype, rng):
    x = values(rng, extents, dtype)
    wide = "float64" if dtype in FLOATS else dtype
    out = [((extents[0], extents[2]), dtype)]
    # Columns of float32 are added eight at a time before they are widened.
    slack = 8 * np.finfo(dtype).eps * np.nansum(np.abs(x), 1).max() if dtype in FLOATS else 0
    got = run_kernel("reduce_sum", out, [x], extents)[0]
    np.testing.assert_allclose(got, x.sum(1, dtype=wide).astype(dtype), rtol=0, atol=slack)
    y = (x / 60 + 1).astype(dtype)
    want = y.prod(1, dtype=wide).astype(dtype)
    assert_close(run_kernel("reduce_prod", out, [y], extents)[0], want, dtype, ulps=2 + extents[1])
    shape = [(extents, dtype)]
    want = x.cumsum(1, dtype=wide).astype(dtype)
    np.testing.assert_allclose(run_kernel("cumsum", shape, [x], extents)[0], want, atol=slack)


@pytest.mark.parametrize("dtype", NUMBERS)
@pytest.mark.parametrize("extents", EXTENTS)
def test_extremes_and_where_they_are(extents, dtype, rng):
    x = values(rng, extents, dtype)
    x[..., 0] = np.round(x[..., 0])  # ties: the first wins
    shape = (extents[0], extents[2])
    for name in ("max", "min"):
        got = run_kernel("reduce_" + name, [(shape, dtype)], [x], extents)[0]
        np.testing.assert_array_equal(got, getattr(x, name)(1))
        for ids in ("int32", "int64"):
            got = run_kernel("arg" + name, [(shape, ids)], [x], extents)[0]
            np.testing.assert_array_equal(got, getattr(x, "arg" + name)(1))


def test_a_long_sum_of_float32_is_precise(rng):
    x = rng.random(1_000_003).astype("float32")
    got = run_kernel("reduce_sum", [((), "float32")], [x], (1, x.size, 1))[0]
    assert got == np.float32(x.sum(dtype="float64"))


@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize(
    "rows, n", [(1, 1), (3, 2), (10, 10), (33, 16), (5, 17), (4, 100), (2, 1000)]
)
def test_softmax(rows, n, dtype, rng):
    x = values(rng, (rows, n), dtype) * 10
    x[0] = 1e4
    want = special.softmax(x.astype("float64"), axis=1).astype(dtype)
    got = run_kernel("softmax", [((rows, n), dtype)], [x], (rows, n))[0]
    np.testing.assert_allclose(got, want, rtol=40 * np.finfo(dtype).eps, atol=np.finfo(dtype).tiny)


@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize("dtype", [*NUMBERS, "bool"])
@pytest.mark.parametrize("rows, n", [(1, 1), (3, 0), (3, 2), (5, 16), (4, 17), (3, 100), (2, 1025)])
def test_argsort(rows, n, dtype, descending, rng):
    x = values(rng, (rows, n), dtype)
    if n:
        x[0] = np.round(x[0])  # equals keep their order
    want = np.argsort(x, axis=1, kind="stable")
    if descending:
        want = n - 1 - np.argsort(x[:, ::-1], axis=1, kind="stable")[:, ::-1]
    shape = [((rows, n), "int32")]
    got = run_kernel("argsort", shape, [x], (rows, n, int(descending)))[0]
    np.testing.assert_array_equal(got, want)


@pytest.mark.parametrize("dtype", ["float32", "float64", "int64", "bool"])
def test_copy(dtype, rng):
    for trial in range(60):
        rank = int(rng.integers(1, 5))
        dims = rng.integers(1, 7 if trial < 40 else 40 if rank < 3 else 9, rank)
        x = values(rng, dims, dtype)
        axes = rng.permutation(rank)
        want = np.ascontiguousarray(x.transpose(axes))
        steps, to = ([s // x.itemsize for s in a.strides] for a in (x, want))
        ints = [rank, *map(int, want.shape), 0, *[steps[a] for a in axes], 0, *to]
        got = run_kernel("copy", [(want.shape, dtype)], [x], ints)[0]
        np.testing.assert_array_equal(got, want)
    x = values(rng, (5, 6), dtype)
    got = run_kernel("copy", [((3, 5, 6), dtype)], [x], [3, 3, 5, 6, 0, 0, 6, 1, 0, 30, 6, 1])[0]
    np.testing.assert_array_equal(got, np.broadcast_to(x, (3, 5, 6)))
    got = run_kernel("copy", [((5, 6), dtype)], [x], [2, 5, 6, 5, 6, -1, 0, 6, 1])[0]
    np.testing.assert_array_equal(got, x[:, ::-1])
    np.testing.assert_array_equal(run_kernel("copy", [((), dtype)], [x], [0, 8, 0])[0], x[1, 2])


def test_a_copy_stays_inside_its_operands():
    x = np.zeros((5, 6), "float32")
    for ints in (
        [2, 5, 6, 1, 6, 1, 0, 6, 1],
        [2, 5, 6, 0, 6, -1, 0, 6, 1],
        [2, 5, 6, 0, 6, 1, 1, 6, 1],
        [2, 5, 7, 0, 6, 1, 0, 6, 1],
    ):
        with pytest.raises(Exception, match="outside"):
            run_kernel("copy", [((5, 6), "float32")], [x], ints)


@pytest.mark.parametrize("dtype", NUMBERS)
def test_made_of_nothing(dtype):
    for shape in ((), (1,), (5, 7)):
        got = run_kernel("fill", [(shape, dtype)], [], reals=[3.0])[0]
        np.testing.assert_array_equal(got, np.full(shape, 3, dtype))
    for outer, n, inner in ((1, 5, 1), (3, 4, 2), (1, 4, 5), (2, 3, 1)):
        got = run_kernel("iota", [((outer, n, inner), dtype)], [], (outer, n, inner))[0]
        np.testing.assert_array_equal(got, np.arange(n)[None, :, None] + np.zeros(got.shape, int))
    assert run_kernel("extent", [((), dtype)], [], (3, 4, 5))[0] == 60
    assert run_kernel("fill", [((3,), "bool")], [], reals=[1.0])[0].tolist() == [True] * 3


@pytest.mark.parametrize("ids", ["int32", "int64"])
@pytest.mark.parametrize("dtype", NUMBERS)
def test_take_and_its_gradient(dtype, ids, rng):
    table, rows = values(rng, (9, 4), dtype), rng.integers(0, 9, (5, 3)).astype(ids)
    got = run_kernel("take", [((5, 3, 4), dtype)], [table, rows])[0]
    np.testing.assert_array_equal(got, table[rows])
    for bad in (-1, 9):
        wrong = rows.copy()
        wrong[2, 1] = bad
        with pytest.raises(Exception, match=r"range|outside"):
            run_kernel("take", [((5, 3, 4), dtype)], [table, wrong])
    if dtype in FLOATS:
        gradients = rng.normal(size=(5, 3, 4)).astype(dtype)
        want = np.zeros((9, 4), dtype)
        np.add.at(want, rows, gradients)
        got = run_kernel("scatter_add", [((9, 4), dtype)], [rows, gradients])[0]
        np.testing.assert_allclose(got, want, atol=10 * np.finfo(dtype).eps)


@pytest.mark.parametrize("dtype", FLOATS)
def test_guard(dtype):
    run_kernel("guard", [], [np.asarray(1, dtype)])
    for bad in (np.nan, np.inf, -np.inf):
        with pytest.raises(Exception, match="finite"):
            run_kernel("guard", [], [np.asarray(bad, dtype)])


@pytest.mark.parametrize("shape", [(), (1,), (10,), (7, 33), (300,)])
@pytest.mark.parametrize("seed, step, stream", [(0, 0, 0), (0x123456789AB, 77, 5), (-3, 1, 9)])
def test_random_numbers(shape, seed, step, stream):
    count = int(np.prod(shape))
    key = ((seed & 0xFFFFFFFF) ^ ((seed >> 32) & 0xFFFFFFFF), stream)
    counter = (np.full(count, step, "uint32"), np.arange(count, dtype="uint32"))
    with np.errstate(over="ignore"):
        high, low = threefry(np, key, counter)
    narrow = ((high >> 9) | 0x3F800000).astype("uint32").view("float32") - np.float32(1)
    wide = ((high.astype("uint64") << np.uint64(32)) | low) >> np.uint64(12)
    wide = (wide | np.uint64(0x3FF0000000000000)).view("float64") - 1
    ins = [np.array(seed, "int64"), np.array(step, "int64")]
    for dtype, uniform, half in (("float32", narrow, 2.0**-24), ("float64", wide, 2.0**-53)):
        got = run_kernel("random_uniform", [(shape, dtype)], ins, [stream])[0]
        np.testing.assert_array_equal(got, uniform.reshape(shape))
        got = run_kernel("random_normal", [(shape, dtype)], ins, [stream])[0]
        want = special.ndtri(uniform.reshape(shape).astype("float64") + half)
        np.testing.assert_allclose(got, want, rtol=1e-5, atol=1e-6)


def test_the_words_are_those_of_jax():
    from jax.extend.random import threefry_2x32

    counts = np.arange(40, dtype="uint32")
    words = np.asarray(
        threefry_2x32(
            np.array([5, 9], "uint32"), np.concatenate([np.full(40, 3, "uint32"), counts])
        )
    )
    want = ((words[:40] >> 9) | 0x3F800000).astype("uint32").view("float32") - np.float32(1)
    got = run_kernel(
        "random_uniform", [((40,), "float32")], [np.array(5, "int64"), np.array(3, "int64")], [9]
    )[0]
    np.testing.assert_array_equal(got, want)
