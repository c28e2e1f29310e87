"""Eigenvectors, singular vectors and ranks: what is unique but for signs."""

import keras
import keras_oracle as oracle
import numpy as np
import pytest
from op_cases import COVARIANCE, CUBE, SQUARE, A

from brickwork import ops


@pytest.mark.parametrize("x", [COVARIANCE, SQUARE, COVARIANCE[0]], ids=["even", "uneven", "one"])
@pytest.mark.parametrize("kind_", ["float32", "float64"])
def test_eigenvectors(x, kind_):
    """Their signs are anybody's."""
    x = x.astype(kind_)
    for name, matrix in [("eig", x), ("eigh", (x + x.swapaxes(-1, -2)) / 2)]:
        with oracle.floatx(kind_):
            values, vectors = getattr(ops, name)(x)
            right, their_vectors = map(np.asarray, getattr(keras.ops, name)(x))
        close = oracle.TOLERANCE[kind_] * 10
        assert (values.dtype, vectors.dtype) == (right.dtype, their_vectors.dtype)
        np.testing.assert_allclose(np.sort(values), np.sort(right), rtol=close, atol=close)
        np.testing.assert_allclose(matrix @ vectors, vectors * values[..., None, :], atol=close)
        np.testing.assert_allclose(np.linalg.norm(vectors, axis=-2), 1, rtol=close)
    assert (np.diff(values) >= 0).all()  # of eigh


@pytest.mark.parametrize("full", [True, False])
@pytest.mark.parametrize("x", [A, A.T, CUBE, SQUARE], ids=["wide", "high", "several", "square"])
def test_singular_vectors(x, full):
    u, s, v = ops.svd(x, full_matrices=full)
    assert [p.shape for p in (u, s, v)] == [
        p.shape for p in keras.ops.svd(x.astype("float32"), full_matrices=full)
    ]
    assert (np.diff(s) <= 0).all()
    count = s.shape[-1]
    np.testing.assert_allclose(u[..., :count] * s[..., None, :] @ v[..., :count, :], x, atol=1e-12)
    for side in (np.swapaxes(u, -1, -2) @ u, v @ np.swapaxes(v, -1, -2)):
        np.testing.assert_allclose(
            side, np.broadcast_to(np.eye(side.shape[-1]), side.shape), atol=1e-12
        )


def test_a_rank_above_a_bound():
    x = np.diag([8.0, 2.0, 0.5])
    assert [int(ops.matrix_rank(x, tol)) for tol in (None, 0.1, 1.0, 3.0, 9.0)] == [3, 3, 2, 1, 0]
