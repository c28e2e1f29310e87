"""Hashes of strings, the same as TensorFlow's; strings of equal length are hashed together.

`farm64` is FarmHash's Fingerprint64 (Geoff Pike, Google, 2014), `sip64` is SipHash-2-4 (Aumasson
and Bernstein, INDOCRYPT 2012), `joined` combines two fingerprints as TensorFlow does.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

_MASK = (1 << 64) - 1
#: FarmHash's primes between 2^63 and 2^64.
_K0, _K1, _K2 = map(np.uint64, (0xC3A5C85C97CB3127, 0xB492B66FBE98F273, 0x9AE16A3B2F90404F))
#: The number of bytes that are hashed at once.
_PORTION = 1 << 22


def buckets(texts: list[bytes], count: int, salt: Sequence[int] | None = None) -> np.ndarray:
    """A bin from 0 to `count` - 1 for each string: `sip64` with a salt, else `farm64`.

    >>> buckets([b"sea", b"sky"], 10).tolist()
    [2, 2]
    """
    hashes = farm64(texts) if salt is None else sip64(texts, salt)
    return (hashes % np.uint64(count)).astype(np.int64)


def farm64(texts: list[bytes]) -> np.ndarray:
    """FarmHash's Fingerprint64 of each string."""
    return _each(texts, _farm)


def sip64(texts: list[bytes], salt: Sequence[int]) -> np.ndarray:
    """SipHash-2-4 of each string, with two integers as the key."""
    keys = [np.uint64(int(k) & _MASK) for k in salt]
    return _each(texts, lambda rows: _sip(rows, *keys))


def joined(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Combine two fingerprints, in this order."""
    factor = np.uint64(0xC6A4A7935BD1E995)
    out = (first ^ factor) ^ (_folded(second * factor) * factor)
    return _folded(_folded(out * factor) * factor)


def _each(texts: list[bytes], hashed: Callable) -> np.ndarray:
    """Hash strings of equal length together, each a row of bytes."""
    lengths = np.fromiter(map(len, texts), np.int64, len(texts))
    memory = np.frombuffer(b"".join(texts), np.uint8)
    starts = np.cumsum(lengths) - lengths
    out = np.empty(len(texts), np.uint64)
    order = np.argsort(lengths, kind="stable")
    sizes, firsts = np.unique(lengths[order], return_index=True)
    for size, same in zip(sizes.tolist(), np.split(order, firsts[1:]), strict=False):
        portion = max(1, _PORTION // max(size, 1))
        for begin in range(0, len(same), portion):
            rows = same[begin : begin + portion]
            out[rows] = hashed(memory[starts[rows][:, None] + np.arange(size)])
    return out


# Words


def _word(rows: np.ndarray, at: int, width: int = 8) -> np.ndarray:
    """The little-endian integer in the bytes from `at` on."""
    piece = np.ascontiguousarray(rows[:, at : at + width])
    return piece.view(f"<u{width}")[:, 0].astype(np.uint64)


def _turned(x: np.ndarray, right: int) -> np.ndarray:
    return (x >> np.uint64(right)) | (x << np.uint64(64 - right))


def _folded(x: np.ndarray) -> np.ndarray:
    return x ^ (x >> np.uint64(47))


# FarmHash


def _farm(rows: np.ndarray) -> np.ndarray:
    size = rows.shape[1]
    if size > 64:
        return _farm_long(rows)
    if size == 0:
        return np.full(len(rows), _K2)
    if size < 4:
        return _farm_tiny(rows)
    factor = np.uint64(int(_K2) + 2 * size)
    if size < 8:
        low, high = _word(rows, 0, 4), _word(rows, size - 4, 4)
        return _mixed(np.uint64(size) + (low << np.uint64(3)), high, factor)
    if size <= 16:
        a, b = _word(rows, 0) + _K2, _word(rows, size - 8)
        return _mixed(_turned(b, 37) * factor + a, (_turned(a, 25) + b) * factor, factor)
    if size <= 32:
        return _mixed(*_quarter(rows, size, _K1, factor), factor)
    y, z = _quarter(rows, size, _K2, factor)
    z = _mixed(y, z, factor)
    first, e, f = _word(rows, 0) * _K2, _word(rows, 16) * factor, _word(rows, 24)
    g, h = (y + _word(rows, size - 32)) * factor, (z + _word(rows, size - 24)) * factor
    return _mixed(_turned(e + f, 43) + _turned(g, 30) + h, e + _turned(f + first, 18) + g, factor)


def _mixed(u, v, factor):
    """Combine two integers, as Murmur does."""
    a = _folded((u ^ v) * factor)
    return _folded((v ^ a) * factor) * factor


def _farm_tiny(rows: np.ndarray) -> np.ndarray:
    size = rows.shape[1]
    first, middle, last = (rows[:, i].astype(np.uint64) for i in (0, size // 2, size - 1))
    y = first + (middle << np.uint64(8))
    z = np.uint64(size) + (last << np.uint64(2))
    return _folded(y * _K2 ^ z * _K0) * _K2


def _quarter(rows: np.ndarray, size: int, first: Any, factor: Any) -> tuple[Any, Any]:
    """Two integers from the first and the last 16 bytes."""
    a, b = _word(rows, 0) * first, _word(rows, 8)
    c, d = _word(rows, size - 8) * factor, _word(rows, size - 16) * _K2
    return _turned(a + b, 43) + _turned(c, 30) + d, a + _turned(b + _K2, 18) + c


def _weak(rows: np.ndarray, at: int, a: Any, b: Any) -> tuple[Any, Any]:
    """Two integers from 32 bytes and two seeds."""
    w, x, y, z = (_word(rows, at + 8 * i) for i in range(4))
    a = a + w
    b = _turned(b + a + z, 21)
    rest = a + x + y
    return rest + z, b + _turned(rest, 44) + a


def _farm_long(rows: np.ndarray) -> np.ndarray:
    """Strings of more than 64 bytes: 56 bytes of state, 64 bytes of text at a time."""
    count, size = rows.shape
    zero = np.zeros(count, np.uint64)
    seed = 81
    y = zero + np.uint64((seed * int(_K1) + 113) & _MASK)
    z = _folded(y * _K2 + np.uint64(113)) * _K2
    x = zero + np.uint64((seed * int(_K2)) & _MASK) + _word(rows, 0)
    v, w = (zero, zero), (zero, zero)
    for at in range(0, (size - 1) // 64 * 64, 64):
        x = _turned(x + y + v[0] + _word(rows, at + 8), 37) * _K1
        y = _turned(y + v[1] + _word(rows, at + 48), 42) * _K1
        x = x ^ w[1]
        y = y + v[0] + _word(rows, at + 40)
        z = _turned(z + w[0], 33) * _K1
        v = _weak(rows, at, v[1] * _K1, x + w[0])
        w = _weak(rows, at + 32, z + w[1], y + _word(rows, at + 16))
        z, x = x, z
    at, nine = size - 64, np.uint64(9)
    factor = _K1 + ((z & np.uint64(0xFF)) << np.uint64(1))
    w = (w[0] + np.uint64((size - 1) & 63), w[1])
    v = (v[0] + w[0], v[1])
    w = (w[0] + v[0], w[1])
    x = _turned(x + y + v[0] + _word(rows, at + 8), 37) * factor
    y = _turned(y + v[1] + _word(rows, at + 48), 42) * factor
    x = x ^ w[1] * nine
    y = y + v[0] * nine + _word(rows, at + 40)
    z = _turned(z + w[0], 33) * factor
    v = _weak(rows, at, v[1] * factor, x + w[0])
    w = _weak(rows, at + 32, z + w[1], y + _word(rows, at + 16))
    z, x = x, z
    return _mixed(
        _mixed(v[0], w[0], factor) + _folded(y) * _K0 + z, _mixed(v[1], w[1], factor) + x, factor
    )


# SipHash


def _sip(rows: np.ndarray, k0: Any, k1: Any) -> np.ndarray:
    count, size = rows.shape
    zero = np.zeros(count, np.uint64)
    state = [
        zero + (k ^ np.uint64(word))
        for k, word in (
            (k0, 0x736F6D6570736575),
            (k1, 0x646F72616E646F6D),
            (k0, 0x6C7967656E657261),
            (k1, 0x7465646279746573),
        )
    ]
    whole = size // 8 * 8
    end = np.zeros((count, 8), np.uint8)  # the rest of the text, and its length
    end[:, : size - whole] = rows[:, whole:]
    end[:, 7] = size & 0xFF
    for word in (*(_word(rows, at) for at in range(0, whole, 8)), _word(end, 0)):
        state[3] = state[3] ^ word
        state = _sip_round(*_sip_round(*state))
        state[0] = state[0] ^ word
    state[2] = state[2] ^ np.uint64(0xFF)
    for _ in range(4):
        state = _sip_round(*state)
    return state[0] ^ state[1] ^ state[2] ^ state[3]


def _sip_round(a: Any, b: Any, c: Any, d: Any) -> list:
    a, c = a + b, c + d
    b, d = _turned(b, 51) ^ a, _turned(d, 48) ^ c
    a, c = _turned(a, 32) + d, c + b
    b, d = _turned(b, 47) ^ c, _turned(d, 43) ^ a
    return [a, b, _turned(c, 32), d]
