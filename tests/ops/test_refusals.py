"""What ops refuse, and in which words."""

import inspect

import keras_oracle as oracle
import numpy as np
import pytest
from op_cases import COVARIANCE, FLAWED, IDS, ROW, SQUARE, TRUTH, A

from brickwork import ops


def test_what_the_data_decide_is_known_on_arrays_only():
    for op in (ops.nonzero, ops.unique):
        with pytest.raises(ValueError, match="not known before the program runs"):
            oracle.traced(op, A)
    assert float(ops.det(FLAWED)) == 0.0 == float(np.exp(ops.logdet(FLAWED)))
    assert not np.isfinite(ops.inv(FLAWED)).any()
    twice = ops.scatter_update(ROW, [[1], [1]], [5.0, 7.0])
    np.testing.assert_array_equal(twice, [ROW[0], 7.0, *ROW[2:]])  # the last of two stands


@pytest.mark.parametrize(
    "name",
    [
        "bitwise_and",
        "bitwise_not",
        "left_shift",
        "gcd",
        "nextafter",
        "view",
        "eig",
        "eigh",
        "svd",
        "pinv",
        "lstsq",
        "matrix_rank",
        "lu_factor",
        "polar",
        "view_as_real",
        "view_as_complex",
    ],
)
def test_what_no_program_can_do_is_refused_in_words(name):
    function = getattr(ops, name)
    count = sum(p.default is p.empty for p in inspect.signature(function).parameters.values())
    with pytest.raises(
        ValueError,
        match=f"{name}: got a symbol, expected an array: (it takes as "
        "many steps|the engine has no op|a program has no)",
    ):
        oracle.traced(lambda x: function(*[x] * count), SQUARE[0])


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: ops.where(TRUTH), "x1 and x2"),
        (lambda: ops.split(A, 3, axis=1), "does not divide into 3"),
        (lambda: ops.squeeze(A, 0), "axis 0"),
        (lambda: ops.sum(A, axis=2), "axis: got 2"),
        (lambda: ops.transpose(A, (0, 0)), "each of 0 to 1 once"),
        (lambda: ops.pad(A, 1, mode="reflect"), "'constant'"),
        (lambda: ops.norm(A, ord=2), "ord=2"),
        (lambda: ops.segment_sum(A, IDS), "num_segments"),
        (lambda: ops.one_hot(IDS, 3, sparse=True), "sparse"),
        (lambda: ops.expand_dims(A, 4), "axis 4"),
        (lambda: ops.slice(A, (1, 0), (3, 4)), "beyond"),
        (lambda: ops.tensordot(A, A, axes=1), "different extents"),
        (lambda: ops.matmul(A, A), "inner dimensions"),
        (lambda: ops.eigh(A), "eigh: got shape .3, 4., expected square matrices"),
        (lambda: ops.svd(ROW), "expected matrices"),
        (lambda: ops.lstsq(A, ROW), "as many rows"),
        (lambda: ops.jvp(ops.sin, [A], [ROW]), "expected those of the primals"),
        (lambda: ops.cholesky(-COVARIANCE), "not positive definite"),
        (lambda: ops.inv(A), "expected square matrices"),
        (lambda: ops.segment_max(A, IDS), "num_segments"),
        (lambda: ops.rearrange(A, "a b -> a"), "the same names"),
        (lambda: ops.rearrange(A, "a (b c) -> a b c"), "no extents of b, c"),
        (lambda: ops.vectorize(abs, signature="(n)->(n)"), "vectorized_map"),
        (lambda: ops.scatter_update(A, [[0]], A[:1], "mean"), "'mul'"),
        (lambda: ops.quantile(A, 0.5, method="cubic"), "'cubic', expected one of linear"),
        (lambda: ops.histogram(A), "rank 2, expected 1"),
        (lambda: ops.qr(A, mode="r"), "'complete'"),
        (lambda: ops.moments(A, 0, synchronized=True), "synchronized"),
    ],
)
def test_what_cannot_be_is_refused_in_words(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_an_op_that_does_not_exist_names_the_nearest():
    with pytest.raises(AttributeError, match=r"no op 'logsumexpp'; did you mean 'logsumexp'"):
        ops.logsumexpp  # noqa: B018
    assert not hasattr(ops, "__wrapped__")
