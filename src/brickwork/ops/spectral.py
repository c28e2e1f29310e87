"""Keras's iterative linear algebra: eigenvalues, singular values, least squares.

The number of steps depends on the data, so these ops work on arrays only, by LAPACK through NumPy.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..program.between import connect
from ..program.results import as_result
from ..program.types import Tensor, TensorLike
from .core import floating, public_shape
from .indexing import concrete

_REASON = (
    "it takes as many steps as the data need, and a program has a fixed number of them. For "
    "small matrices use ops.qr, cholesky, solve, inv or det"
)


def _matrices(op: str, x: Any, square: bool = True) -> np.ndarray:
    x = floating(concrete(op, x, _REASON))
    if x.ndim < 2 or (square and x.shape[-1] != x.shape[-2]):
        raise ValueError(
            f"{op}: got shape {public_shape(x)}, expected "
            f"{'square ' * square}matrices along the last two axes."
        )
    return x


def _all(parts: Any) -> tuple:
    return tuple(as_result(part) for part in parts)


def eig(x: TensorLike) -> tuple[Tensor, Tensor]:
    """Return the eigenvalues and eigenvectors of square matrices.

    Args:
        x: square matrices, an array of shape ``(..., n, n)``.

    Returns:
        A tuple of complex arrays: eigenvalues of shape ``(..., n)``, and eigenvectors as the
        columns of matrices of shape ``(..., n, n)``.

    >>> values, vectors = eig([[2.0, 0.0], [0.0, 3.0]])
    >>> values
    array([2.+0.j, 3.+0.j], dtype=complex64)
    """
    x = _matrices("eig", x)
    dtype = np.result_type(x.dtype, np.complex64)
    return _all(part.astype(dtype) for part in np.linalg.eig(x))


def eigh(x: TensorLike) -> tuple[Tensor, Tensor]:
    """Return the eigenvalues and eigenvectors of symmetric matrices.

    Args:
        x: square matrices, an array of shape ``(..., n, n)``. Only its symmetric part counts.

    Returns:
        A tuple of float arrays: eigenvalues in ascending order of shape ``(..., n)``, and
        eigenvectors as the columns of matrices of shape ``(..., n, n)``.

    >>> values, vectors = eigh([[2.0, 1.0], [1.0, 2.0]])
    >>> values.round(4)
    array([1., 3.], dtype=float32)
    """
    x = _matrices("eigh", x)
    return _all(np.linalg.eigh((x + np.swapaxes(x, -1, -2)) / 2))


def svd(x: TensorLike, full_matrices: bool = True, compute_uv: bool = True) -> Any:
    """Return the singular value decomposition, U, s and V with ``U @ diag(s) @ V = x``.

    Args:
        x: matrices, an array of shape ``(..., m, n)``.
        full_matrices: whether U and V are square; if not, U has min(m, n) columns and V as many
            rows.
        compute_uv: whether to return U and V; if not, only s is returned.

    Returns:
        A tuple of float arrays U, s and V; the singular values s in descending order, of shape
        ``(..., min(m, n))``.

    >>> svd([[3.0, 0.0], [0.0, 4.0]], compute_uv=False)
    array([4., 3.], dtype=float32)
    """
    found: Any = np.linalg.svd(  # type: ignore[call-overload]
        _matrices("svd", x, False), full_matrices, compute_uv
    )
    return _all(found) if compute_uv else as_result(found)


def pinv(x: TensorLike, rcond: float | None = None) -> Tensor:
    """Return the Moore-Penrose pseudoinverse of matrices.

    Args:
        x: matrices, an array of shape ``(..., m, n)``.
        rcond: singular values below this fraction of the largest count as 0; None means 10 * max(m,
            n) * the machine epsilon of the dtype.

    Returns:
        Array of shape ``(..., n, m)``, of float dtype.

    >>> pinv([[2.0], [0.0]])
    array([[0.5, 0. ]], dtype=float32)
    """
    x = _matrices("pinv", x, False)
    if rcond is None:
        rcond = 10 * max(x.shape[-2:]) * np.finfo(x.dtype).eps
    return as_result(np.linalg.pinv(x, rcond))


def lstsq(a: TensorLike, b: TensorLike, rcond: float | None = None) -> Tensor:
    """Return the least-squares solution x that minimizes ``norm(b - a @ x)``.

    Of several solutions the one with the smallest norm is returned.

    Args:
        a: a matrix of shape ``(m, n)``.
        b: a vector of shape ``(m,)`` or a matrix of shape ``(m, k)``.
        rcond: singular values of a below this fraction of the largest count as 0; None means max(m,
            n) * the machine epsilon of the dtype.

    Returns:
        Array of shape ``(n,)`` or ``(n, k)``, of float dtype.

    Raises:
        ValueError: the shapes do not fit, or a or b is a symbol in a program.

    >>> lstsq([[1.0], [1.0]], [1.0, 3.0]).round(4)
    array([2.], dtype=float32)
    """
    a, b = _matrices("lstsq", a, False), floating(concrete("lstsq", b, _REASON))
    if a.ndim != 2 or b.ndim not in (1, 2) or len(a) != len(b):
        raise ValueError(
            f"lstsq: got shapes {public_shape(a)} and {public_shape(b)}, expected a "
            "matrix, and a vector or a matrix with as many rows."
        )
    return as_result(np.linalg.lstsq(a, b, rcond)[0])


def matrix_rank(x: TensorLike, tol: float | None = None) -> Tensor:
    """Return the number of singular values that are larger than a tolerance.

    Args:
        x: matrices, an array of shape ``(..., m, n)``.
        tol: tolerance, a float; None means the largest singular value * max(m, n) * the machine
            epsilon of the dtype.

    Returns:
        Array of shape ``(...)``, dtype int32.

    >>> int(matrix_rank([[1.0, 2.0], [2.0, 4.0]]))
    1
    """
    x = _matrices("matrix_rank", x, False)
    return as_result(np.asarray(np.linalg.matrix_rank(x, tol), "int32"))


def lu_factor(x: TensorLike) -> tuple[Tensor, Tensor]:
    """Return the LU decomposition with partial pivoting, packed as in LAPACK.

    L is below the diagonal (its own diagonal is 1), U on and above it. In order, row i was swapped
    with row ``pivots[i]``.

    Args:
        x: matrices, an array of shape ``(..., m, n)``.

    Returns:
        A tuple: L and U in an array of the shape of x, of float dtype, and the pivots, an int32
        array of shape ``(..., min(m, n))``.

    >>> lu, pivots = lu_factor([[1.0, 2.0], [4.0, 4.0]])
    >>> lu, pivots
    (array([[4.  , 4.  ],
           [0.25, 1.  ]], dtype=float32), array([1, 1], dtype=int32))
    """
    lu = _matrices("lu_factor", x, False).copy()
    count = min(lu.shape[-2:])
    pivots = np.zeros((*lu.shape[:-2], count), "int32")
    for i in range(count):
        best = i + np.abs(lu[..., i:, i]).argmax(-1)
        index, row = best[..., None, None], lu[..., i : i + 1, :].copy()
        pivots[..., i] = best
        lu[..., i : i + 1, :] = np.take_along_axis(lu, index, -2)
        np.put_along_axis(lu, index, row, -2)
        pivot, below = lu[..., i : i + 1, i : i + 1], lu[..., i + 1 :, i : i + 1]
        below /= np.where(pivot == 0, 1, pivot)  # a column of zeros stays zero
        lu[..., i + 1 :, i + 1 :] -= below * lu[..., i : i + 1, i + 1 :]
    return _all((lu, pivots))


__all__ = ["eig", "eigh", "lstsq", "lu_factor", "matrix_rank", "pinv", "svd"]
connect(globals(), __all__)
