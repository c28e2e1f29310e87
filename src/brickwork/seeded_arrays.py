"""Random arrays as a function of a seed, from which initial weights are made."""

from __future__ import annotations

import math

import numpy as np

from .program.primitives.random import threefry

#: Evaluations of threefry per chunk: its arrays stay in the cache.
_CHUNK = 1 << 14


class SeededArrays:
    """Random arrays for a seed: uniform, normal and truncated normal.

    A shorter array is the beginning of a longer one of the same seed.

    Args:
        seed: int; its lower 64 bits are used.
        dtype: "float32" or "float64".

    >>> first, second = (SeededArrays(1, "float64").uniform((n,)) for n in (2, 3))
    >>> first.tolist() == second[:2].tolist()
    True
    """

    def __init__(self, seed: int, dtype: str):
        self.key = (seed & 0xFFFFFFFF, seed >> 32 & 0xFFFFFFFF)
        self.dtype = dtype

    def uniform(self, shape, step: int = 0) -> np.ndarray:
        """Uniform in [0, 1), in multiples of 2^-23 (float32) or 2^-52 (float64)."""
        count = math.prod(shape)
        narrow = self.dtype == "float32"
        evaluations = -(-count // 2) if narrow else count
        words = np.empty((evaluations, 2), np.uint32)
        for start in range(0, evaluations, _CHUNK):
            part = words[start : start + _CHUNK]
            counters = np.arange(start, start + len(part), dtype=np.uint32)
            part[:, 0], part[:, 1] = threefry(
                np, self.key, (np.full(len(part), step, np.uint32), counters)
            )
        if narrow:
            bits = words.reshape(-1)[:count]
            bits >>= np.uint32(9)
            bits |= np.uint32(0x3F800000)
            return (bits.view(np.float32) - np.float32(1)).reshape(shape)
        bits = words.astype(np.uint64)
        bits = (bits[:, 0] << np.uint64(32) | bits[:, 1]) >> np.uint64(12)
        return ((bits | np.uint64(0x3FF0000000000000)).view(np.float64) - 1.0).reshape(shape)

    def normal(self, shape, step: int = 0) -> np.ndarray:
        """Standard normal values, two at a time by the Box-Muller transform.

        Reference:
            Box and Muller, "A note on the generation of random normal deviates", 1958.
            doi:10.1214/aoms/1177706645.
        """
        count = math.prod(shape)
        pairs = self.uniform((-(-count // 2), 2), step)
        radius = np.sqrt(-2 * np.log1p(-pairs[:, 0]))
        angle = pairs[:, 1] * np.asarray(2 * math.pi, self.dtype)
        values = np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1)
        return values.reshape(-1)[:count].reshape(shape)

    def truncated_normal(self, shape) -> np.ndarray:
        """Standard normal values, redrawn while their absolute value is above 2."""
        values = self.normal((math.prod(shape),))
        step, outside = 1, np.flatnonzero(np.abs(values) > 2)
        while outside.size:
            values[outside] = self.normal((outside.size,), step)
            step, outside = step + 1, outside[np.abs(values[outside]) > 2]
        return values.reshape(shape)
