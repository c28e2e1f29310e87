"""Counter-based random numbers, a pure function of seed, stream, step and position.

Word j of a draw is threefry2x32-20 with the key (seed, stream) at the counter (step, j): the
same on any number of threads, in any chunking, on any engine. JAX uses the same generator.

Reference: Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", 2011.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..primitive import primitive
from .elementwise import cast

_ROTATIONS = ((13, 15, 26, 6), (17, 29, 16, 24))


def threefry(xp: Any, key: Any, counter: Any) -> Any:
    """Two words of 32 random bits for each pair of counter words."""
    k0, k1 = (xp.asarray(k, xp.uint32) for k in key)
    keys = (k0, k1, k0 ^ k1 ^ xp.uint32(0x1BD11BDA))
    x0 = xp.asarray(counter[0], xp.uint32) + keys[0]
    x1 = xp.asarray(counter[1], xp.uint32) + keys[1]
    for block in range(5):
        for r in _ROTATIONS[block % 2]:
            x0 = x0 + x1
            x1 = (x1 << xp.uint32(r)) | (x1 >> xp.uint32(32 - r))
            x1 = x1 ^ x0
        x0 = x0 + keys[(block + 1) % 3]
        x1 = x1 + keys[(block + 2) % 3] + xp.uint32(block + 1)
    return x0, x1


def _words(xp, seed, step, stream, dims):
    # JAX's integers have 32 bits, and wrap around, unless it is told to use 64.
    seed, step = xp.asarray(seed), xp.asarray(step)
    low = seed.astype(xp.uint32)
    if seed.dtype.itemsize == 8:
        low = low ^ (seed >> 32).astype(xp.uint32)
    count = int(np.prod(dims, dtype=np.int64))
    elements = xp.arange(count, dtype=xp.uint32)
    steps = xp.full((count,), step.astype(xp.uint32))
    return threefry(xp, (low, stream), (steps, elements))


def _uniform_formula(xp, seed, step, stream, dims, dtype):
    """Uniform in [0, 1): the top bits of a word are the fraction of a float in [1, 2), less 1."""
    high, low = _words(xp, seed, step, stream, dims)
    if dtype == "float32":
        bits = (high >> xp.uint32(9)) | xp.uint32(0x3F800000)
        return (bits.view(xp.float32) - xp.float32(1)).reshape(dims)
    wide = (high.astype(xp.uint64) << xp.uint64(32)) | low.astype(xp.uint64)
    bits = (wide >> xp.uint64(12)) | xp.uint64(0x3FF0000000000000)
    return (bits.view(xp.float64) - 1.0).reshape(dims)


def _infer(inputs, attrs):
    for symbol in inputs:
        # Kernels want int64; in JAX's own functions integers have 32 bits.
        if symbol.dims != () or symbol.dtype not in ("int64", "int32"):
            raise TypeError(f"random: got {symbol!r}, expected seed and step as int64 scalars.")
    return attrs["dims"], attrs["dtype"]


_uniform = primitive("random_uniform", _infer, _uniform_formula)


def uniform(seed: Any, step: Any, **attrs: Any) -> Any:
    """Random numbers in [0, 1): see `_words`.

    Args:
        seed, step: scalars, integers.
        attrs: the stream, the dims and the dtype of the draw.
    """
    return _uniform(cast(seed, "int64"), cast(step, "int64"), **attrs)
