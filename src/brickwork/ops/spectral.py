"""Keras's linear algebra that takes steps until it is exact enough: eigenvalues, singular values.

How many steps is not known before the data, so these work on arrays, by LAPACK as NumPy calls it.
"""

from __future__ import annotations

import numpy as np

from ..program.results import answered
from .core import floating, public
from .indexing import known

_WORDS = ("it takes as many steps as the data need, and a program has a fixed number. For small "
          "matrices ops.qr, cholesky, solve, inv and det do without")


def _matrices(op: str, x, square: bool = True) -> np.ndarray:
    x = floating(known(op, x, _WORDS))
    if x.ndim < 2 or (square and x.shape[-1] != x.shape[-2]):
        raise ValueError(f"{op}: got shape {public(x)}, expected "
                         f"{'square ' * square}matrices along the last axes.")
    return x


def _all(parts) -> tuple:
    return tuple(answered(part) for part in parts)


def eig(x):
    """Eigenvalues and, as columns, eigenvectors of square matrices; both are complex numbers.

    >>> values, vectors = eig([[2.0, 0.0], [0.0, 3.0]])
    >>> values
    array([2.+0.j, 3.+0.j], dtype=complex64)
    """
    x = _matrices("eig", x)
    kind = np.result_type(x.dtype, np.complex64)
    return _all(part.astype(kind) for part in np.linalg.eig(x))


def eigh(x):
    """Eigenvalues in rising order and, as columns, eigenvectors of symmetric matrices.

    >>> values, vectors = eigh([[2.0, 1.0], [1.0, 2.0]])
    >>> values.round(4)
    array([1., 3.], dtype=float32)
    """
    x = _matrices("eigh", x)
    return _all(np.linalg.eigh((x + np.swapaxes(x, -1, -2)) / 2))


def svd(x, full_matrices=True, compute_uv=True):
    """U, the singular values s in falling order, and V with ``U @ diag(s) @ V = x``.

    Args:
        full_matrices: U and V are square; else they have as many columns and rows as s numbers.
        compute_uv: False: s alone is answered.

    >>> svd([[3.0, 0.0], [0.0, 4.0]], compute_uv=False)
    array([4., 3.], dtype=float32)
    """
    found = np.linalg.svd(_matrices("svd", x, False), full_matrices, compute_uv)
    return _all(found) if compute_uv else answered(found)


def pinv(x, rcond=None):
    """The inverse of Moore and Penrose, which any matrix has.

    Args:
        rcond: singular values below this part of the largest count as 0; None: ten times the
            larger extent times what a float resolves.

    >>> pinv([[2.0], [0.0]])
    array([[0.5, 0. ]], dtype=float32)
    """
    x = _matrices("pinv", x, False)
    if rcond is None:
        rcond = 10 * max(x.shape[-2:]) * np.finfo(x.dtype).eps
    return answered(np.linalg.pinv(x, rcond))


def lstsq(a, b, rcond=None):
    """The x with the least ``norm(b - a @ x)``; of several the shortest.

    Args:
        a: a matrix.
        b: a vector or a matrix with as many rows.
        rcond: singular values of a below this part of the largest count as 0; None: the larger
            extent times what a float resolves.

    >>> lstsq([[1.0], [1.0]], [1.0, 3.0]).round(4)
    array([2.], dtype=float32)
    """
    a, b = _matrices("lstsq", a, False), floating(known("lstsq", b, _WORDS))
    if a.ndim != 2 or b.ndim not in (1, 2) or len(a) != len(b):
        raise ValueError(f"lstsq: got shapes {public(a)} and {public(b)}, expected a matrix, and "
                         "a vector or a matrix with as many rows.")
    return answered(np.linalg.lstsq(a, b, rcond)[0])


def matrix_rank(x, tol=None):
    """How many singular values are larger than `tol`.

    Args:
        tol: None: the largest one times the larger extent times what a float resolves.

    >>> int(matrix_rank([[1.0, 2.0], [2.0, 4.0]]))
    1
    """
    x = _matrices("matrix_rank", x, False)
    return answered(np.asarray(np.linalg.matrix_rank(x, tol), "int32"))


def lu_factor(x):
    """L and U with ``L @ U = x``, its rows exchanged, packed into one matrix as LAPACK does it.

    L stands below the diagonal (on it are ones), U on and above it. Beside it the pivots: row i
    was exchanged with row ``pivots[i]``, one after the other.

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
        place, mine = best[..., None, None], lu[..., i:i + 1, :].copy()
        pivots[..., i] = best
        lu[..., i:i + 1, :] = np.take_along_axis(lu, place, -2)
        np.put_along_axis(lu, place, mine, -2)
        pivot, below = lu[..., i:i + 1, i:i + 1], lu[..., i + 1:, i:i + 1]
        below /= np.where(pivot == 0, 1, pivot)  # a column of zeros stays one
        lu[..., i + 1:, i + 1:] -= below * lu[..., i:i + 1, i + 1:]
    return _all((lu, pivots))


__all__ = ["eig", "eigh", "lstsq", "lu_factor", "matrix_rank", "pinv", "svd"]
