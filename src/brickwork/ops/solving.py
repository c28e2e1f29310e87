"""Keras's linear algebra that comes to an end: elimination, Cholesky's and Householder's factors.

Matrices stand along the last two axes, whose extents a program knows; it holds the steps for each
column, so these ops are for small matrices (covariances, whitening), up to some dozens of columns.
"""

from __future__ import annotations

import numpy as np

from ..program.primitives import elementwise as e
from ..program.primitives import layout as p
from ..program.symbol import Symbol
from .binary import where
from .core import dims_of, dtype_of, floating, public
from .creation import eye, one_hot
from .joining import concatenate, stack
from .linalg import matmul
from .reductions import argmax, prod, sum
from .shapes import expand_dims, squeeze, swapaxes


def _matrices(op: str, x, square: bool = True):
    x = floating(x)
    dims = dims_of(x)
    if len(dims) < 2 or not all(isinstance(d, int) for d in dims[-2:]) or (
            square and dims[-1] != dims[-2]):
        raise ValueError(f"{op}: got shape {public(x)}, expected "
                         f"{'square ' * square}matrices along the last axes, of known extents.")
    return x


def cholesky(x, upper=False):
    """The lower (or upper) triangular L with ``L @ transpose(L) = x``.

    Raises:
        ValueError: for an array that is not positive definite; in a program L is NaN then.

    >>> cholesky([[4.0, 2.0], [2.0, 5.0]])
    array([[2., 0.],
           [1., 2.]], dtype=float32)
    """
    x = _matrices("cholesky", x)
    x, count = (x + swapaxes(x, -1, -2)) / 2, dims_of(x)[-1]
    columns: list = []
    for j in range(count):
        left = x[..., j:, j]
        for column in columns:
            left = left - column[..., j:] * column[..., j:j + 1]
        whole = e.div(left, e.sqrt(left[..., :1]))
        columns.append(p.pad_axis(whole, len(dims_of(whole)) - 1, j, 0))
    found = stack(columns, -2 if upper else -1)
    if not isinstance(found, Symbol) and not np.isfinite(found).all():
        raise ValueError("cholesky: got a matrix that is not positive definite. Add a small number "
                         "to its diagonal: x + 1e-6 * ops.eye(n).")
    return found


def _eliminated(a, b=None, safe: bool = False):
    """What is left of b when a has become the identity (Gauss and Jordan, the largest number of
    each column first); the pivots, and the sign of the rows' order."""
    count = dims_of(a)[-1]
    m, sign, pivots = a if b is None else concatenate([a, b], -1), 1.0, []
    for i in range(count):
        best = argmax(e.abs(m[..., i:, i]), -1)
        mine = expand_dims(one_hot(best, count - i, dtype=dtype_of(m)), -1)
        row = sum(e.where(e.greater(mine, 0), m[..., i:, :], 0.0), -2, keepdims=True)
        rest = e.where(e.greater(mine, 0), m[..., i:i + 1, :], m[..., i:, :])[..., 1:, :]
        sign = sign * where(e.greater(best, 0), -1.0, 1.0)
        pivot = row[..., i:i + 1]
        pivots.append(pivot[..., 0, 0])
        unit = e.div(row, e.where(e.equal(pivot, 0.0), 1.0, pivot) if safe else pivot)
        above = m[..., :i, :]
        m = concatenate([above - above[..., i:i + 1] * unit, unit, rest - rest[..., i:i + 1] * unit]
                        if i else [unit, rest - rest[..., i:i + 1] * unit], -2)
    return m[..., count:], stack(pivots, -1), e.cast(sign, dtype_of(a))


def solve(a, b):
    """The x with ``a @ x = b``.

    Args:
        a: square matrices.
        b: a vector less one axis than a, or matrices.

    >>> solve([[2.0, 0.0], [0.0, 4.0]], [2.0, 8.0])
    array([1., 2.], dtype=float32)
    """
    a, b = _matrices("solve", a), floating(b)
    vector = len(dims_of(b)) == len(dims_of(a)) - 1
    found = _eliminated(a, expand_dims(b, -1) if vector else b)[0]
    return squeeze(found, -1) if vector else found


def inv(x):
    """The inverse of square matrices.

    >>> inv([[2.0, 0.0], [0.0, 4.0]])
    array([[0.5 , 0.  ],
           [0.  , 0.25]], dtype=float32)
    """
    x = _matrices("inv", x)
    return _eliminated(x, p.broadcast_to(eye(dims_of(x)[-1], dtype=dtype_of(x)), dims_of(x)))[0]


def det(x):
    """The determinant.

    >>> float(det([[2.0, 0.0], [0.0, 4.0]]))
    8.0
    """
    _, pivots, sign = _eliminated(_matrices("det", x), safe=True)
    return sign * prod(pivots, -1)


def slogdet(x):
    """The determinant's sign, and the logarithm of its absolute value.

    >>> sign, size = slogdet([[2.0, 0.0], [0.0, -4.0]])
    >>> float(sign), round(float(size), 4)
    (-1.0, 2.0794)
    """
    _, pivots, sign = _eliminated(_matrices("slogdet", x), safe=True)
    return sign * prod(e.sign(pivots), -1), sum(e.log(e.abs(pivots)), -1)


def logdet(x):
    """The logarithm of the determinant's absolute value.

    >>> round(float(logdet([[2.0, 0.0], [0.0, 4.0]])), 4)
    2.0794
    """
    return slogdet(x)[1]


def solve_triangular(a, b, lower=False):
    """The x with ``a @ x = b``, of a only the upper (or lower) triangle being looked at.

    >>> solve_triangular([[2.0, 1.0], [0.0, 4.0]], [4.0, 8.0])
    array([1., 2.], dtype=float32)
    """
    a, b = _matrices("solve_triangular", a), floating(b)
    vector = len(dims_of(b)) == len(dims_of(a)) - 1
    b, count = expand_dims(b, -1) if vector else b, dims_of(a)[-1]
    rows: dict = {}
    for i in range(count) if lower else reversed(range(count)):
        left = b[..., i, :]
        for j, row in rows.items():
            left = left - a[..., i, j:j + 1] * row
        rows[i] = e.div(left, a[..., i, i:i + 1])
    found = stack([rows[i] for i in range(count)], -2)
    return squeeze(found, -1) if vector else found


def cholesky_inverse(x, upper=False):
    """The inverse of the matrices that these triangles are Cholesky's factors of.

    >>> cholesky_inverse([[2.0, 0.0], [0.0, 1.0]])
    array([[0.25, 0.  ],
           [0.  , 1.  ]], dtype=float32)
    """
    x = _matrices("cholesky_inverse", x)
    one = p.broadcast_to(eye(dims_of(x)[-1], dtype=dtype_of(x)), dims_of(x))
    half = solve_triangular(x, one, lower=not upper)
    turned = swapaxes(half, -1, -2)
    return matmul(half, turned) if upper else matmul(turned, half)


def qr(x, mode="reduced"):
    """Orthogonal Q and upper triangular R with ``Q @ R = x``, by Householder's reflections.

    Args:
        mode: "reduced": Q has as many columns as x, where that has fewer than rows; "complete":
            Q is square.

    >>> qr([[3.0, 1.0], [4.0, 2.0]])[1].round(4)
    array([[-5. , -2.2],
           [ 0. ,  0.4]], dtype=float32)
    """
    if mode not in ("reduced", "complete"):
        raise ValueError(f"qr.mode: got {mode!r}, expected 'reduced' or 'complete'.")
    r = _matrices("qr", x, square=False)
    rows, columns = dims_of(r)[-2:]
    q = p.broadcast_to(eye(rows, dtype=dtype_of(r)), (*dims_of(r)[:-2], rows, rows))
    for j in range(min(rows - 1, columns)):
        left = r[..., j:, j:j + 1]
        size = e.sqrt(sum(e.square(left), -2, keepdims=True))
        first = left[..., :1, :]
        tip = first + e.where(e.less(first, 0.0), -size, size)
        axis = concatenate([tip, left[..., 1:, :]], -2)
        axis = p.pad_axis(e.div(axis, e.sqrt(sum(e.square(axis), -2, keepdims=True))),
                          len(dims_of(axis)) - 2, j, 0)
        turned = swapaxes(axis, -1, -2)
        r = r - 2.0 * axis * matmul(turned, r)
        q = q - 2.0 * matmul(q, axis) * turned
    r = r * np.triu(np.ones((rows, columns), dtype_of(r)))
    kept = rows if mode == "complete" else min(rows, columns)
    return q[..., :kept], r[..., :kept, :]


__all__ = ["cholesky", "cholesky_inverse", "det", "inv", "logdet", "qr", "slogdet", "solve",
           "solve_triangular"]
