"""The map's ops against NumPy: all dtypes, ragged sizes, NaN and the ends of the range."""

import numpy as np
import pytest
from one_kernel import SIZES, assert_close, run_map, run_op, values
from scipy import special

FLOATS = ("float32", "float64")
ALL = (*FLOATS, "int32", "int64", "bool")

UNARY = {
    "neg": np.negative,
    "abs": np.abs,
    "sign": np.sign,
    "exp": np.exp,
    "expm1": np.expm1,
    "log": np.log,
    "log1p": np.log1p,
    "sqrt": np.sqrt,
    "rsqrt": lambda x: 1 / np.sqrt(x),
    "reciprocal": lambda x: 1 / x,
    "square": np.square,
    "tanh": np.tanh,
    "sigmoid": lambda x: 1 / (1 + np.exp(-x)),
    "softplus": lambda x: np.logaddexp(x, np.zeros_like(x)),
    "erf": lambda x: special.erf(x.astype("float64")),
    "floor": np.floor,
    "ceil": np.ceil,
    "round": np.rint,
    "relu": lambda x: np.where(x <= 0, np.zeros_like(x), x),
    "sin": np.sin,
    "cos": np.cos,
    "tan": np.tan,
    "asin": np.arcsin,
    "acos": np.arccos,
    "atan": np.arctan,
    "sinh": np.sinh,
    "cosh": np.cosh,
    "asinh": np.arcsinh,
    "acosh": np.arccosh,
    "atanh": np.arctanh,
}
TESTS = {"isnan": np.isnan, "isinf": np.isinf, "isfinite": np.isfinite}
BINARY = {
    "add": np.add,
    "sub": np.subtract,
    "mul": np.multiply,
    "div": np.divide,
    "pow": np.power,
    "maximum": np.maximum,
    "minimum": np.minimum,
    "mod": np.mod,
    "floordiv": np.floor_divide,
    "atan2": np.arctan2,
    "relu_grad": lambda y, g: np.where(y > 0, g, np.zeros_like(g)),
}
COMPARE = {
    "eq": np.equal,
    "ne": np.not_equal,
    "lt": np.less,
    "le": np.less_equal,
    "gt": np.greater,
    "ge": np.greater_equal,
}


def wide(f, *arrays):
    """The function's value in extended precision: the tests' judge."""
    with np.errstate(all="ignore"):
        return f(*(a.astype(np.longdouble) for a in arrays))


@pytest.fixture
def rng():
    return np.random.default_rng(7)


@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize("op", UNARY)
def test_unary(op, dtype, rng):
    for n in SIZES:
        x = values(rng, n, dtype)
        assert_close(run_op(op, dtype, x), wide(UNARY[op], x).astype(dtype), dtype)


@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize(
    "op, low, high, ulps",
    [
        ("exp", -87, 88, 1.5),
        ("expm1", -20, 20, 2),
        ("log", 1e-30, 1e3, 1.5),
        ("log1p", -0.99, 50, 2),
        ("tanh", -10, 10, 3),
        ("sigmoid", -80, 30, 3),
        ("softplus", -80, 30, 3),
        ("erf", -4, 4, 3),
        ("sqrt", 0.01, 100, 0.6),
        ("rsqrt", 0.01, 100, 2),
    ],
)
def test_precision(op, low, high, ulps, dtype, rng):
    spread = rng.uniform(low, high, 20000)
    near = rng.uniform(max(low, -1), min(high, 2), 20000)
    x = np.concatenate([spread, near]).astype(dtype)
    want = wide(UNARY[op], x)
    error = np.abs(run_op(op, dtype, x) - want) / np.spacing(np.abs(want.astype(dtype)))
    # SciPy's erf, the judge of that one, is itself a float64.
    assert error.max() < ulps + (1 if op == "erf" else 0)


@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize("op", UNARY)
def test_edges(op, dtype):
    x = np.array([0, -0.0, np.inf, -np.inf, np.nan, 1, -1, 0.5, 1e30, -1e30], dtype)
    if op in ("sin", "cos", "tan"):
        x = x[:8]
    with np.errstate(all="ignore"):
        want = UNARY[op](x).astype(dtype)
    assert_close(run_op(op, dtype, x), want, dtype, ulps=8)


@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize("op", TESTS)
def test_tests(op, dtype, rng):
    for n in SIZES:
        x = values(rng, n, dtype)
        x[::3] = np.inf
        np.testing.assert_array_equal(run_op(op, "bool", x), TESTS[op](x))


@pytest.mark.parametrize("scalar", [None, 0, 1])
@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize("op", BINARY)
def test_binary(op, dtype, scalar, rng):
    for n in SIZES:
        pair = [values(rng, (), dtype) if k == scalar else values(rng, n, dtype) for k in (0, 1)]
        with np.errstate(all="ignore"):
            want = np.broadcast_to(BINARY[op](*pair).astype(dtype), (n,))
        assert_close(run_op(op, dtype, *pair), want, dtype)


@pytest.mark.parametrize("dtype", FLOATS)
def test_pow_at_the_edges(dtype):
    v = np.array([0, -0.0, 1, -1, 2, -2, 0.5, np.inf, -np.inf, np.nan, 3, -3], dtype)
    x, y = (a.ravel() for a in np.meshgrid(v, v))
    with np.errstate(all="ignore"):
        assert_close(run_op("pow", dtype, x, y), np.power(x, y), dtype)


@pytest.mark.parametrize("dtype", FLOATS)
def test_pow_is_precise(dtype, rng):
    x = rng.uniform(0.9, 1, 20000).astype(dtype)
    y = rng.uniform(0, 700, 20000).astype(dtype)
    want = wide(np.power, x, y)
    error = np.abs(run_op("pow", dtype, x, y) - want) / np.spacing(want.astype(dtype))
    assert error.max() < 2


@pytest.mark.parametrize("dtype", FLOATS)
def test_ternary(dtype, rng):
    for n in SIZES:
        a, b, c = (rng.normal(size=n).astype(dtype) for _ in range(3))
        tol = 8 * np.finfo(dtype).eps
        np.testing.assert_allclose(run_op("fma", dtype, a, b, c), a * b + c, atol=8 * tol)
        np.testing.assert_allclose(run_op("lerp", dtype, a, b, c), a + (b - a) * c, atol=8 * tol)
        b[::3] = a[::3]
        want = np.where(a > b, c, np.where(a == b, c / 2, 0 * c)).astype(dtype)
        assert_close(run_op("where_greater", dtype, a, b, c), want, dtype)


@pytest.mark.parametrize("dtype", ["int32", "int64"])
@pytest.mark.parametrize("op", ["add", "sub", "mul", "maximum", "minimum", "mod", "floordiv"])
def test_integers(op, dtype, rng):
    for n in SIZES:
        x, y = values(rng, n, dtype), values(rng, n, dtype)
        with np.errstate(all="ignore"):
            assert_close(run_op(op, dtype, x, y), BINARY[op](x, y), dtype)


@pytest.mark.parametrize("dtype", ["int32", "int64"])
def test_integers_at_the_edges(dtype):
    info = np.iinfo(dtype)
    x = np.array([info.min, info.min, info.max, 7, -7, 7, -7, 0], dtype)
    y = np.array([-1, 0, info.max, 2, 2, -2, -2, 0], dtype)
    with np.errstate(all="ignore"):
        for op in ("add", "mul", "mod", "floordiv"):
            assert_close(run_op(op, dtype, x, y), BINARY[op](x, y), dtype)
        for op in ("neg", "abs", "sign", "square"):
            assert_close(run_op(op, dtype, x), UNARY[op](x), dtype)


@pytest.mark.parametrize("dtype", ["int32", "int64"])
def test_powers_of_integers(dtype, rng):
    for n in SIZES:
        x, y = values(rng, n, dtype), np.abs(values(rng, n, dtype)) % 70
        assert_close(run_op("pow", dtype, x, y), np.power(x, y), dtype)
    x, y = (
        a.ravel()
        for a in np.meshgrid(
            np.array([0, 1, -1, 2, -3], dtype), np.array([-1, -2, -3, np.iinfo(dtype).min], dtype)
        )
    )
    parity = np.where(y % 2 == 0, 1, x)
    # NumPy refuses negative exponents: here they give what is left of the fraction.
    expected = np.where(np.abs(x) == 1, parity, 0).astype(dtype)
    assert_close(run_op("pow", dtype, x, y), expected, dtype)


@pytest.mark.parametrize("dtype", ALL)
def test_compare_choose_copy(dtype, rng):
    for n in SIZES:
        x, y, c = values(rng, n, dtype), values(rng, n, dtype), values(rng, n, "bool")
        y[::3] = x[::3]
        for op, f in COMPARE.items():
            np.testing.assert_array_equal(run_op(op, "bool", x, y), f(x, y))
        np.testing.assert_array_equal(run_op("where", dtype, c, x, y), np.where(c, x, y))
        np.testing.assert_array_equal(run_op("copy", dtype, x), x)


@pytest.mark.parametrize("to", ALL)
@pytest.mark.parametrize("dtype", ALL)
def test_cast(dtype, to, rng):
    for n in SIZES:
        x = values(rng, n, dtype)
        if to.startswith("int"):
            x = np.nan_to_num(x) if x.dtype.kind == "f" else x
        np.testing.assert_array_equal(run_op("cast", to, x), x.astype(to))


def test_logic(rng):
    for n in SIZES:
        x, y = values(rng, n, "bool"), values(rng, n, "bool")
        for op, f in (("and", np.logical_and), ("or", np.logical_or), ("xor", np.logical_xor)):
            np.testing.assert_array_equal(run_op(op, "bool", x, y), f(x, y))
        np.testing.assert_array_equal(run_op("not", "bool", x), ~x)


@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize(
    "rows, columns",
    [
        (1, 7),
        (7, 1),
        (5, 3),
        (2, 8),
        (10, 10),
        (33, 7),
        (64, 13),
        (20, 128),
        (9, 129),
        (4, 300),
        (3, 1000),
        (2, 256),
        (100, 5),
        (3, 9000),
    ],
)
def test_rows_and_columns(rows, columns, dtype, rng):
    """Bias and mask, scalars that are computed, an out that is read again."""
    x = rng.normal(size=(rows, columns)).astype(dtype)
    row, column = rng.normal(size=columns).astype(dtype), rng.normal(size=rows).astype(dtype)
    s, mask = np.asarray(0.3, dtype), rng.random(rows) < 0.5
    first = (x + row) * column[:, None] - s
    second = np.where(mask[:, None], first, row[None, :] * s)
    steps = [
        ("add", 8, (3, 4)),
        ("mul", 8, (8, 5)),
        ("sub", 0, (8, 6)),
        ("mul", 9, (4, 6)),
        ("where", 1, (7, 0, 9)),
        ("mul", 10, (6, 6)),
        ("add", 2, (10, 6)),
    ]
    got = run_map(
        [((rows, columns), dtype), ((rows, columns), dtype), ((), dtype)],
        [x, row, column, s, mask],
        steps,
        (rows, columns),
        ["full", "full", "scalar", "full", "row", "column", "scalar", "column"],
        [dtype] * 3,
    )
    tol = 20 * np.finfo(dtype).eps
    for a, b in zip(got, [first, second, s * s + s], strict=True):
        np.testing.assert_allclose(a, b, rtol=tol, atol=tol)


EXACT = {
    "add": np.add,
    "sub": np.subtract,
    "mul": np.multiply,
    "div": np.divide,
    "maximum": np.maximum,
    "minimum": np.minimum,
    "neg": np.negative,
    "square": np.square,
    "sqrt": np.sqrt,
    "abs": np.abs,
}


@pytest.mark.parametrize("seed", range(150))
def test_random_programs(seed):
    """Whatever is fused, reordered or kept in registers: the bits are NumPy's, step by step."""
    rng = np.random.default_rng(seed)
    dtype = FLOATS[seed % 2]
    shape = [(1, 1), (1, 10), (16, 1), (3, 5), (33, 1), (8, 9), (40, 30), (3, 700)][seed % 8]
    spreads = {"full": shape, "scalar": (), "row": shape[1:], "column": shape[:1]}
    n_outs, n_scratch = int(rng.integers(1, 4)), int(rng.integers(2, 6))
    kinds = ["full", *rng.choice(list(spreads), int(rng.integers(1, 6)))]
    ins = [rng.uniform(0.5, 2, spreads[k]).astype(dtype) for k in kinds]
    first_in, first_scratch = n_outs, n_outs + len(ins)
    values = {}
    for i, (x, kind) in enumerate(zip(ins, kinds, strict=True)):
        values[first_in + i] = np.broadcast_to(x[:, None] if kind == "column" else x, shape)
    steps = []
    count = int(rng.integers(n_outs, 30))
    for i in range(count):
        op = str(rng.choice(list(EXACT)))
        left = count - i
        dst = left - 1 if left <= n_outs else first_scratch + int(rng.integers(n_scratch))
        known = list(values)
        src = tuple(
            int(rng.choice(known[-4:] if rng.random() < 0.7 else known))
            for _ in range(1 if op in ("neg", "square", "sqrt", "abs") else 2)
        )
        with np.errstate(all="ignore"):
            result = EXACT[op](*(values[s] for s in src))
        values.pop(dst, None)
        values[dst] = result
        steps.append((op, dst, src))
    got = run_map(
        [(shape, dtype)] * n_outs,
        ins,
        steps,
        shape,
        ["full"] * n_outs + [str(k) for k in kinds],
        [dtype] * n_scratch,
    )
    for i, a in enumerate(got):
        np.testing.assert_array_equal(a, values[i])


@pytest.mark.parametrize("n", [4, 40])
def test_a_very_long_program(n):
    """As many steps as a map may have, every pair of them one tree; one more is refused."""
    x, s = np.linspace(0.5, 1, n).astype("float32"), np.float32(0.5)
    want, steps = x, []
    while len(steps) < 240:
        want = (want - x) * s
        steps += [("sub", 3, (4 if steps else 1, 1)), ("mul", 4, (3, 2))]
    steps[-1] = ("mul", 0, (3, 2))
    got = run_map([((n,), "float32")], [x, s], steps, (n, 1), scratch=["float32"] * 2)[0]
    np.testing.assert_array_equal(got, want)
    with pytest.raises(Exception, match="more steps"):
        run_map([((n,), "float32")], [x, s], steps * 2, (n, 1), scratch=["float32"] * 2)


@pytest.mark.parametrize("dtype", FLOATS)
def test_wrong_maps_are_refused(dtype):
    x = np.ones(4, dtype)
    for steps, words in [
        ([("add", 0, (1, 3))], "before it is written"),
        ([("foo", 0, (1,))], "foo"),
        ([("add", 1, (1, 1)), ("copy", 0, (1,))], "one of the ins"),
        ([("add", 2, (1, 1))], "never written"),
    ]:
        with pytest.raises(Exception, match=words):
            run_map([((4,), dtype)], [x], steps, (4, 1), scratch=[dtype, dtype])
