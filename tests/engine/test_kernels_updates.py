"""Updates in place: trees with their own loop give the same bits as single steps."""

import numpy as np
import pytest

from brickwork import _engine

DTYPES = ("float32", "float64")
SIZES = (1, 10, 17, 115, 256, 257, 9000)


def update(states, scalars, gradient, steps, scratch, times=3):
    """A plan that writes all states in place, run several times."""
    n, dtype = gradient.size, gradient.dtype
    arrays = [s.copy() for s in states]
    buffers = [("state", dtype.name, [n], i, 0) for i in range(len(arrays))]
    buffers.append(("input", dtype.name, [n], 0, 0))
    buffers += [("const", dtype.name, [], dtype.type(s).tobytes(), 0) for s in scalars]
    outs = list(range(len(arrays)))
    ins = list(range(len(buffers)))
    spreads = ["full"] * (2 * len(arrays) + 1) + ["scalar"] * len(scalars)
    slots = [dtype.name] * (len(outs) + len(ins) + scratch)
    code = ((n, 1), spreads, steps, slots)
    plan = _engine.Plan(
        buffers, [("map", outs, ins, [], [], ("one",), False, "test/update", code)], [], arrays
    )
    for _ in range(times):
        plan.run([gradient], 1)
    return arrays


def numbers(n, dtype, count):
    rng = np.random.default_rng(n)
    return [np.abs(rng.normal(size=n)).astype(dtype) for _ in range(count)]


@pytest.mark.parametrize("swapped", [False, True])
@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("n", SIZES)
def test_adam(n, dtype, swapped):
    w, m, v, g = numbers(n, dtype, 4)
    alpha, t1, t2, eps = (np.dtype(dtype).type(x) for x in (0.01, 0.1, 0.001, 1e-7))
    # outs 0-2 and ins 3-5: w, m, v; 6: g; 7-10: scalars
    steps = [
        ("sub", 11, (6, 4)),
        ("mul", 12, (11, 8)),
        ("add", 1, (4, 12)),
        ("square", 13, (6,)),
        ("sub", 14, (13, 5)),
        ("mul", 15, (14, 9)),
        ("add", 2, (5, 15)),
        ("mul", 16, (1, 7)),
        ("sqrt", 17, (2,)),
        ("add", 18, (17, 10)),
        ("div", 19, (16, 18)),
        ("sub", 0, (3, 19)),
    ]
    if swapped:
        steps = [(op, dst, src[::-1] if op in ("add", "mul") else src) for op, dst, src in steps]
    got = update([w, m, v], [alpha, t1, t2, eps], g, steps, 9)
    for _ in range(3):
        m = m + (g - m) * t1
        v = v + (g * g - v) * t2
        w = w - m * alpha / (np.sqrt(v) + eps)
    for a, b in zip(got, [w, m, v], strict=True):
        np.testing.assert_array_equal(a, b)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("n", SIZES)
def test_rmsprop(n, dtype):
    w, v, g = numbers(n, dtype, 3)
    rate, rho, rest, eps = (np.dtype(dtype).type(x) for x in (0.01, 0.9, 0.1, 1e-7))
    # outs 0-1 and ins 2-3: w, v; 4: g; 5-8: scalars
    steps = [
        ("square", 9, (4,)),
        ("mul", 10, (6, 3)),
        ("mul", 11, (7, 9)),
        ("add", 1, (10, 11)),
        ("mul", 12, (5, 4)),
        ("add", 13, (1, 8)),
        ("sqrt", 14, (13,)),
        ("div", 15, (12, 14)),
        ("sub", 0, (2, 15)),
    ]
    got = update([w, v], [rate, rho, rest, eps], g, steps, 7)
    for _ in range(3):
        v = rho * v + rest * (g * g)
        w = w - rate * g / np.sqrt(v + eps)
    for a, b in zip(got, [w, v], strict=True):
        np.testing.assert_array_equal(a, b)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("n", SIZES)
def test_momentum(n, dtype):
    w, m, g = numbers(n, dtype, 3)
    rate, mu = (np.dtype(dtype).type(x) for x in (0.01, 0.9))
    steps = [("mul", 7, (4, 5)), ("mul", 8, (3, 6)), ("sub", 1, (8, 7)), ("add", 0, (2, 1))]
    got = update([w, m], [rate, mu], g, steps, 2)
    for _ in range(3):
        m = m * mu - g * rate
        w = w + m
    for a, b in zip(got, [w, m], strict=True):
        np.testing.assert_array_equal(a, b)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("n", SIZES)
def test_an_old_value_is_read_after_the_new_one(n, dtype):
    """w <- w + g; m <- m * (old w): the out must not overwrite its in too early."""
    w, m, g = numbers(n, dtype, 3)
    steps = [("add", 0, (2, 4)), ("mul", 1, (3, 2))]
    got = update([w, m], [], g, steps, 0)
    for _ in range(3):
        w, m = w + g, m * w
    for a, b in zip(got, [w, m], strict=True):
        np.testing.assert_array_equal(a, b)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("n", SIZES)
def test_old_mean_is_read_after_a_tree(n, dtype):
    """The tree that keeps m may not run before the step that wants the m of before."""
    w, m, g = numbers(n, dtype, 3)
    rate, mu = (np.dtype(dtype).type(x) for x in (0.01, 0.9))
    # outs 0-2 and ins 3-5: w, m, m of before; 6: g; 7-8: scalars
    steps = [
        ("mul", 9, (6, 7)),
        ("mul", 10, (4, 8)),
        ("sub", 1, (10, 9)),
        ("add", 0, (3, 1)),
        ("copy", 2, (4,)),
    ]
    got = update([w, m, m], [rate, mu], g, steps, 2)
    for _ in range(3):
        before = m
        m = m * mu - g * rate
        w = w + m
    for a, b in zip(got, [w, m, before], strict=True):
        np.testing.assert_array_equal(a, b)
