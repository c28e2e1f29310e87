"""Products of operands rounded to bfloat16, and rounding: the same bits on every processor."""

import numpy as np
import pytest
from one_kernel import run_kernel, run_op

from brickwork import _engine
from brickwork.program.dtypes import numpy_dtype

RNG = np.random.default_rng(11)
SHAPES = [  # rows, columns, steps
    (1, 16, 16),
    (5, 16, 3),
    (14, 33, 65),
    (29, 47, 31),
    (3, 130, 17),
    (40, 512, 100),
    (530, 20, 40),
    (6, 24, 2500),
    (700, 1, 300),
]


def rounded(x):
    return np.asarray(x).astype(numpy_dtype("bfloat16")).astype("float32")


def chain(a, b, order=(1, 0)):
    """Pairs of steps, the second of each first. A product of two bfloat16 is exact in float32."""
    a, b = rounded(a), rounded(b)
    total = np.zeros((len(a), b.shape[1]), "float32")
    for k in range(0, a.shape[1], 2):
        for step in (k + order[0], k + order[1]):
            if step < a.shape[1]:
                total += a[:, step, None] * b[step]
    return total


def cancelling(m, n, k):
    """Operands whose sums are but what float32 lost on the way, so that any other order shows."""
    half = k // 2
    a, b = RNG.normal(size=(m, k)), RNG.normal(size=(k, n))
    a *= 2.0 ** RNG.integers(0, 16, a.shape)
    a[:, half : 2 * half], b[half : 2 * half] = -a[:, :half], b[:half]
    a[:, 2 * half :] /= 2.0**20  # of an odd k, the last has no other to cancel it
    return a.astype("float32"), b.astype("float32")


def product(a, b, ta, tb, bias=None, relu=False, mask=None, columns=False):
    """What the kernel makes, of operands that are transposed in memory."""
    ins = [a.T.copy() if ta else a, b.T.copy() if tb else b]
    ins += [x for x in (bias, mask) if x is not None]
    flags = [ta, tb, relu, bias is not None, mask is not None, columns]
    shape = (a.shape[0], b.shape[1])
    return run_kernel("matmul_bf16", [(shape, "float32")], ins, list(map(int, flags)))[0]


@pytest.mark.parametrize(("ta", "tb"), [(False, False), (True, False), (False, True)])
@pytest.mark.parametrize("shape", SHAPES)
def test_a_product(shape, ta, tb):
    m, n, k = shape
    a, b = cancelling(m, n, k)
    bias, mask = rounded(RNG.normal(size=n)), rounded(RNG.normal(size=(m, n)))
    plain = rounded(chain(a, b))
    assert k < 16 or (plain != rounded(chain(a, b, order=(0, 1)))).any()
    np.testing.assert_array_equal(product(a, b, ta, tb), plain)
    np.testing.assert_array_equal(product(a, b, ta, tb, mask=mask), np.where(mask > 0, plain, 0))
    if not ta:
        biased = np.maximum(rounded(plain + bias), 0)
        np.testing.assert_array_equal(product(a, b, ta, tb, bias, relu=True), biased)
        if n >= 128:
            np.testing.assert_array_equal(
                product(a, b, ta, tb, bias, relu=True, columns=True), biased
            )


@pytest.mark.skipif(_engine.isa == "base", reason="without fused adds the product underflows first")
def test_relu_keeps_the_sign_of_zero():
    a, b = np.full((3, 16), -(2.0**-70), "float32"), np.full((16, 20), 2.0**-70, "float32")
    for relu in (False, True):
        found = product(a, b, False, False, relu=relu)
        assert (found == 0).all() and np.signbit(found).all()


def test_what_is_not_finite_stays_so():
    a, b = np.ones((2, 16), "float32"), np.ones((16, 16), "float32")
    a[0, 3], a[1, 4], b[0, 0] = np.nan, np.inf, 3e38
    found = product(a, b, False, False)
    assert np.isnan(found[0]).all() and np.isinf(found[1]).all()


@pytest.mark.parametrize("dtype", ["bfloat16", "float16"])
def test_rounding(dtype):
    bits = RNG.integers(0, 1 << 32, 100_000, dtype="uint32").view("float32")
    with np.errstate(all="ignore"):  # some processors report NaNs that are converted
        halves = np.arange(1 << 16, dtype="uint16").view(numpy_dtype(dtype)).astype("float32")
        between = (halves[:-1] + halves[1:]) / 2
        x = np.concatenate([bits, halves, between, np.linspace(-70000, 70000, 9999, dtype="f4")])
        x = x[~(np.abs(x) < 1.2e-38) | (x == 0)]  # the engine takes subnormals for 0
        wanted = x.astype(numpy_dtype(dtype)).astype("float32")
    np.testing.assert_array_equal(run_op(f"to_{dtype}", "float32", x), wanted)


def test_operands_that_do_not_fit_are_refused():
    with pytest.raises(ValueError, match="needs float32"):
        run_kernel(
            "matmul_bf16",
            [((2, 16), "float64")],
            [np.ones((2, 3)), np.ones((3, 16))],
            [0, 0, 0, 0, 0, 0],
        )
    assert "matmul_bf16" in _engine.kernels()
