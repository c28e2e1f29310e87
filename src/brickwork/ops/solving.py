"""Keras's linear algebra with a fixed number of steps: elimination, Cholesky, Householder.

Matrices are the last two axes, whose extents a program knows. The program holds the steps for each
column, so these ops are meant for small matrices (covariances, whitening), up to a few dozen
columns.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..program.between import connect
from ..program.primitives import elementwise as e, layout as p
from ..program.symbol import Symbol
from ..program.types import Tensor, TensorLike
from .binary import where
from .core import dims_of, dtype_of, floating, public_shape
from .creation import eye, one_hot
from .joining import concatenate, stack
from .linalg import matmul
from .reductions import argmax, prod, sum
from .shapes import expand_dims, squeeze, swapaxes


def _matrices(op: str, x: TensorLike, square: bool = True) -> Tensor:
    x = floating(x)
    dims = dims_of(x)
    if (
        len(dims) < 2
        or not all(isinstance(d, int) for d in dims[-2:])
        or (square and dims[-1] != dims[-2])
    ):
        raise ValueError(
            f"{op}: got shape {public_shape(x)}, expected "
            f"{'square ' * square}matrices along the last two axes, with known "
            "extents."
        )
    return x


def cholesky(x: TensorLike, upper: bool = False) -> Tensor:
    """Return the triangular Cholesky factor, the lower L with ``L @ transpose(L) = x``.

    Args:
        x: square matrices, a tensor of shape ``(..., n, n)`` with n known before the program runs.
            Only its symmetric part counts.
        upper: whether to return the upper factor, the transpose of L.

    Returns:
        Tensor of the shape of x, of float dtype; in a program NaN where x is not positive definite.

    Raises:
        ValueError: an array that is not positive definite, or a shape that is not square.

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
            left = left - column[..., j:] * column[..., j : j + 1]
        whole = e.div(left, e.sqrt(left[..., :1]))
        columns.append(p.pad_axis(whole, len(dims_of(whole)) - 1, j, 0))
    found = stack(columns, -2 if upper else -1)
    if not isinstance(found, Symbol) and not np.isfinite(found).all():
        raise ValueError(
            "cholesky: got a matrix that is not positive definite. Add a small value "
            "to its diagonal: x + 1e-6 * ops.eye(n)."
        )
    return found


def _eliminated(a: Any, b: Any = None, safe: bool = False) -> Any:
    """Gauss-Jordan elimination with partial pivoting.

    Returns b after the steps that turn a into the identity (the inverse of a times b), the pivots,
    and the sign of the row permutation.
    """
    count = dims_of(a)[-1]
    m: Any = a if b is None else concatenate([a, b], -1)
    sign: Any = 1.0
    pivots: list[Any] = []
    for i in range(count):
        best = argmax(e.abs(m[..., i:, i]), -1)
        hot = expand_dims(one_hot(best, count - i, dtype=dtype_of(m)), -1)
        row = sum(e.where(e.greater(hot, 0), m[..., i:, :], 0.0), -2, keepdims=True)
        rest = e.where(e.greater(hot, 0), m[..., i : i + 1, :], m[..., i:, :])[..., 1:, :]
        sign = sign * where(e.greater(best, 0), -1.0, 1.0)
        pivot = row[..., i : i + 1]
        pivots.append(pivot[..., 0, 0])
        unit = e.div(row, e.where(e.equal(pivot, 0.0), 1.0, pivot) if safe else pivot)
        above = m[..., :i, :]
        m = concatenate(
            [above - above[..., i : i + 1] * unit, unit, rest - rest[..., i : i + 1] * unit]
            if i
            else [unit, rest - rest[..., i : i + 1] * unit],
            -2,
        )
    return m[..., count:], stack(pivots, -1), e.cast(sign, dtype_of(a))


def solve(a: TensorLike, b: TensorLike) -> Tensor:
    """Return the solution x of ``a @ x = b``.

    Args:
        a: square matrices, a tensor of shape ``(..., n, n)`` with n known before the program runs.
        b: vectors of shape ``(..., n)`` or matrices of shape ``(..., n, k)``.

    Returns:
        Tensor of the shape of b, of float dtype; not finite where a is singular.

    >>> solve([[2.0, 0.0], [0.0, 4.0]], [2.0, 8.0])
    array([1., 2.], dtype=float32)
    """
    a, b = _matrices("solve", a), floating(b)
    vector = len(dims_of(b)) == len(dims_of(a)) - 1
    found = _eliminated(a, expand_dims(b, -1) if vector else b)[0]
    return squeeze(found, -1) if vector else found


def inv(x: TensorLike) -> Tensor:
    """Return the inverse of square matrices.

    Args:
        x: square matrices, a tensor of shape ``(..., n, n)`` with n known before the program runs.

    Returns:
        Tensor of the shape of x, of float dtype; not finite where x is singular.

    >>> inv([[2.0, 0.0], [0.0, 4.0]])
    array([[0.5 , 0.  ],
           [0.  , 0.25]], dtype=float32)
    """
    x = _matrices("inv", x)
    return _eliminated(x, p.broadcast_to(eye(dims_of(x)[-1], dtype=dtype_of(x)), dims_of(x)))[0]


def det(x: TensorLike) -> Tensor:
    """Return the determinant of square matrices.

    Args:
        x: square matrices, a tensor of shape ``(..., n, n)`` with n known before the program runs.

    Returns:
        Tensor of shape ``(...)``, of float dtype.

    >>> float(det([[2.0, 0.0], [0.0, 4.0]]))
    8.0
    """
    _, pivots, sign = _eliminated(_matrices("det", x), safe=True)
    return sign * prod(pivots, -1)


def slogdet(x: TensorLike) -> tuple[Tensor, Tensor]:
    """Return the sign of the determinant, and the logarithm of its absolute value.

    Args:
        x: square matrices, a tensor of shape ``(..., n, n)`` with n known before the program runs.

    Returns:
        A tuple of two tensors of shape ``(...)``, of float dtype: sign (0 if singular) and
        logarithm.

    >>> sign, size = slogdet([[2.0, 0.0], [0.0, -4.0]])
    >>> float(sign), round(float(size), 4)
    (-1.0, 2.0794)
    """
    _, pivots, sign = _eliminated(_matrices("slogdet", x), safe=True)
    return sign * prod(e.sign(pivots), -1), sum(e.log(e.abs(pivots)), -1)


def logdet(x: TensorLike) -> Tensor:
    """Return the logarithm of the absolute value of the determinant.

    Args:
        x: square matrices, a tensor of shape ``(..., n, n)`` with n known before the program runs.

    Returns:
        Tensor of shape ``(...)``, of float dtype; -inf where x is singular.

    >>> round(float(logdet([[2.0, 0.0], [0.0, 4.0]])), 4)
    2.0794
    """
    return slogdet(x)[1]


def solve_triangular(a: TensorLike, b: TensorLike, lower: bool = False) -> Tensor:
    """Return the solution x of ``a @ x = b`` for triangular a.

    Args:
        a: square matrices, a tensor of shape ``(..., n, n)`` with n known before the program runs.
            Only the triangle in use is read.
        b: vectors of shape ``(..., n)`` or matrices of shape ``(..., n, k)``.
        lower: whether a is lower triangular; by default it is upper triangular.

    Returns:
        Tensor of the shape of b, of float dtype.

    >>> solve_triangular([[2.0, 1.0], [0.0, 4.0]], [4.0, 8.0])
    array([1., 2.], dtype=float32)
    """
    a, b = _matrices("solve_triangular", a), floating(b)
    vector = len(dims_of(b)) == len(dims_of(a)) - 1
    right, count = expand_dims(b, -1) if vector else b, dims_of(a)[-1]
    rows: dict[int, Any] = {}
    for i in range(count) if lower else reversed(range(count)):
        left = right[..., i, :]
        for j, row in rows.items():
            left = left - a[..., i, j : j + 1] * row
        rows[i] = e.div(left, a[..., i, i : i + 1])
    found = stack([rows[i] for i in range(count)], -2)
    return squeeze(found, -1) if vector else found


def cholesky_inverse(x: TensorLike, upper: bool = False) -> Tensor:
    """Return the inverse of the matrices with the given Cholesky factors.

    Args:
        x: Cholesky factors, a tensor of shape ``(..., n, n)`` with n known before the program runs.
        upper: whether the factors are upper triangular; by default they are lower triangular.

    Returns:
        Tensor of the shape of x, of float dtype.

    >>> cholesky_inverse([[2.0, 0.0], [0.0, 1.0]])
    array([[0.25, 0.  ],
           [0.  , 1.  ]], dtype=float32)
    """
    x = _matrices("cholesky_inverse", x)
    identity = p.broadcast_to(eye(dims_of(x)[-1], dtype=dtype_of(x)), dims_of(x))
    inverse = solve_triangular(x, identity, lower=not upper)
    transposed = swapaxes(inverse, -1, -2)
    return matmul(inverse, transposed) if upper else matmul(transposed, inverse)


def qr(x: TensorLike, mode: str = "reduced") -> tuple[Tensor, Tensor]:
    """Return orthogonal Q and upper triangular R with ``Q @ R = x``, by Householder reflections.

    Args:
        x: matrices, a tensor of shape ``(..., m, n)`` with m and n known before the program runs.
        mode: "reduced": Q has min(m, n) columns; "complete": Q is square.

    Returns:
        A tuple of two tensors, of float dtype: Q of shape ``(..., m, k)`` and R of shape ``(..., k,
        n)``.

    Raises:
        ValueError: an unknown mode, or x is not a matrix of known extents.

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
        left = r[..., j:, j : j + 1]
        size = e.sqrt(sum(e.square(left), -2, keepdims=True))
        first = left[..., :1, :]
        tip = first + e.where(e.less(first, 0.0), -size, size)
        normal = concatenate([tip, left[..., 1:, :]], -2)
        normal = p.pad_axis(
            e.div(normal, e.sqrt(sum(e.square(normal), -2, keepdims=True))),
            len(dims_of(normal)) - 2,
            j,
            0,
        )
        transposed = swapaxes(normal, -1, -2)
        r = r - 2.0 * normal * matmul(transposed, r)
        q = q - 2.0 * matmul(q, normal) * transposed
    r = r * np.triu(np.ones((rows, columns), dtype_of(r)))
    kept = rows if mode == "complete" else min(rows, columns)
    return q[..., :kept], r[..., :kept, :]


__all__ = [
    "cholesky",
    "cholesky_inverse",
    "det",
    "inv",
    "logdet",
    "qr",
    "slogdet",
    "solve",
    "solve_triangular",
]
connect(globals(), __all__)
