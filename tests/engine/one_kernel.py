"""One kernel at a time: a plan of a single instruction."""

import numpy as np

from brickwork import _engine

SIZES = (1, 2, 3, 7, 10, 15, 16, 17, 33, 115, 255, 256, 257, 1000)


def run_kernel(kernel, outs, ins, ints=(), reals=(), code=None):
    """The outs, given as (shape, dtype), that a kernel makes of arrays."""
    ins = [np.asarray(a) for a in ins]
    buffers = [("input", a.dtype.name, list(a.shape), i, 0) for i, a in enumerate(ins)]
    buffers += [("temp", np.dtype(dtype).name, list(shape), 0, 0) for shape, dtype in outs]
    made = list(range(len(ins), len(buffers)))
    instruction = (
        kernel,
        made,
        list(range(len(ins))),
        list(ints),
        list(reals),
        ("one",),
        False,
        f"test/{kernel}",
        code,
    )
    return _engine.Plan(buffers, [instruction], made).run(ins, 1)


def run_map(outs, ins, steps, space, spreads=None, scratch=()):
    """A map's outs; its slots are the outs, the ins and scratch of the dtypes given."""
    ins = [np.asarray(a) for a in ins]
    slots = [np.dtype(d).name for _, d in outs] + [a.dtype.name for a in ins]
    slots += [np.dtype(d).name for d in scratch]
    if spreads is None:
        spreads = [
            "full" if size == space[0] * space[1] else "scalar"
            for size in [int(np.prod(s)) for s, _ in outs] + [a.size for a in ins]
        ]
    return run_kernel("map", outs, ins, code=(space, spreads, steps, slots))


def run_op(op, dtype, *ins):
    """One op on flat arrays and scalars."""
    size = max(np.size(a) for a in ins)
    return run_map([((size,), dtype)], ins, [(op, 0, tuple(range(1, len(ins) + 1)))], (size, 1))[0]


def values(rng, shape, dtype):
    """Numbers of both signs, or booleans; of floats one is NaN where there are several."""
    dtype = np.dtype(dtype)
    if dtype.kind == "b":
        return rng.random(shape) < 0.5
    if dtype.kind == "i":
        return rng.integers(-50, 50, shape).astype(dtype)
    x = np.asarray(3 * rng.normal(size=shape), dtype)
    if x.size > 3:
        x.flat[rng.integers(x.size)] = np.nan
    return x


def assert_close(got, want, dtype, ulps=4):
    """Equal to a number of units in the last place, at the highest precision of the dtype."""
    want = np.asarray(want)
    assert got.dtype == np.dtype(dtype)
    assert got.shape == want.shape
    if np.dtype(dtype).kind != "f":
        np.testing.assert_array_equal(got, want)
        return
    eps = np.finfo(dtype).eps
    tiny = np.finfo(dtype).tiny
    np.testing.assert_allclose(got, want, rtol=ulps * eps, atol=ulps * tiny)
