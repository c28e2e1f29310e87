"""TensorFlow's functions, against NumPy on arrays, and traced against themselves."""

import numpy as np
import pytest

from brickwork import ops
from brickwork.dialects.tensors import FUNCTIONS as TF, Tensor, function, normal, uniform, variable
from brickwork.errors import ArgumentError
from brickwork.layers import Dense
from brickwork.program import run, signature_of, trace_function

A = np.array([[0.5, -1.5, 2.0], [3.0, 0.25, -0.75]], "float32")
B = np.array([[1.0, 2.0, -2.0], [0.5, 0.25, 4.0]], "float32")
ONE_HOT = np.array([[0.0, 1.0, 0.0], [1.0, 0.0, 0.0]], "float32")


def softmax(x):
    e = np.exp(x - x.max(-1, keepdims=True))
    return e / e.sum(-1, keepdims=True)


CASES = [
    ("reduce_mean", lambda f, x: f(x, axis=1, keepdims=True), A.mean(1, keepdims=True)),
    ("reduce_sum", lambda f, x: f(input_tensor=x, axis=[0, 1]), A.sum()),
    ("reduce_max", lambda f, x: f(x, 0), A.max(0)),
    ("reduce_std", lambda f, x: f(x, 0), A.std(0)),
    ("squared_difference", lambda f, x: f(x, B), (A - B) ** 2),
    ("maximum", lambda f, x: f(x, B, name="m"), np.maximum(A, B)),
    ("pow", lambda f, x: f(x, 2.0), A**2),
    ("argmax", lambda f, x: f(x), A.argmax(0)),
    ("argmax", lambda f, x: f(x, axis=-1), A.argmax(-1)),
    ("argmin", lambda f, x: f(x), A.argmin(0)),
    ("cumsum", lambda f, x: f(x), A.cumsum(0)),
    ("clip_by_value", lambda f, x: f(x, clip_value_min=-1, clip_value_max=1), A.clip(-1, 1)),
    ("where", lambda f, x: f(x > 0, x, 0.1), np.where(A > 0, A, np.float32(0.1))),
    ("concat", lambda f, x: f([x, B], axis=-1), np.concatenate([A, B], -1)),
    ("stack", lambda f, x: f([x, B], axis=1), np.stack([A, B], 1)),
    ("expand_dims", lambda f, x: f(x, -1), A[..., None]),
    ("reshape", lambda f, x: f(tensor=x, shape=(-1, 1)), A.reshape(-1, 1)),
    ("transpose", lambda f, x: f(x, perm=[1, 0]), A.T),
    ("matmul", lambda f, x: f(x, B.T), A @ B.T),
    ("gather", lambda f, x: f(x, [2, 0], axis=1), A[:, [2, 0]]),
    ("cast", lambda f, x: f(x, dtype="int32"), A.astype("int32")),
    ("add_n", lambda f, x: f([x, B, x]), 2 * A + B),
    ("one_hot", lambda f, x: f(ops.cast(x > 0, "int32"), depth=2), np.eye(2)[(A > 0).astype(int)]),
    ("l2_normalize", lambda f, x: f(x, axis=1), A / np.linalg.norm(A, axis=1, keepdims=True)),
    ("leaky_relu", lambda f, x: f(x), np.where(A > 0, A, 0.2 * A)),
    ("leaky_relu", lambda f, x: f(x, alpha=0.1), np.where(A > 0, A, 0.1 * A)),
    ("swish", lambda f, x: f(x), A / (1 + np.exp(-A))),
    ("softmax", lambda f, x: f(logits=x), softmax(A)),
    (
        "sigmoid_cross_entropy_with_logits",
        lambda f, x: f(labels=ONE_HOT, logits=x),
        -ONE_HOT * np.log(1 / (1 + np.exp(-A))) - (1 - ONE_HOT) * np.log(1 / (1 + np.exp(A))),
    ),
    (
        "softmax_cross_entropy_with_logits",
        lambda f, x: f(labels=ONE_HOT, logits=x),
        -np.log((softmax(A) * ONE_HOT).sum(-1)),
    ),
    (
        "sparse_softmax_cross_entropy_with_logits",
        lambda f, x: f(labels=[1, 0], logits=x),
        -np.log((softmax(A) * ONE_HOT).sum(-1)),
    ),
]


@pytest.mark.parametrize(("name", "use", "right"), CASES)
def test_a_function_on_arrays_and_traced(name, use, right):
    now = use(TF[name], A)
    assert isinstance(now, Tensor)
    np.testing.assert_allclose(now.numpy(), right, rtol=1e-5, atol=1e-6)
    program = trace_function(
        lambda x: ops.convert_to_tensor(use(TF[name], x)), [signature_of(A, batched=False)]
    )
    (traced,) = run(program, [A])
    np.testing.assert_allclose(traced, right, rtol=1e-5, atol=1e-6)


def test_gelu_is_exact_by_default():
    erf = np.vectorize(__import__("math").erf)
    exact = 0.5 * A * (1 + erf(A / np.sqrt(2)))
    np.testing.assert_allclose(TF["gelu"](A), exact, atol=1e-6)
    np.testing.assert_allclose(TF["gelu"](A, approximate=True), ops.gelu(A), atol=1e-6)
    assert not np.allclose(TF["gelu"](A, True), exact, atol=1e-6)


def test_values_that_are_made():
    assert TF["constant"]([1.0, 2.0]).dtype == "float32" and TF["constant"]([1, 2]).dtype == "int32"
    assert TF["constant"](3.0, shape=(2, 2)).numpy().tolist() == [[3.0, 3.0], [3.0, 3.0]]
    assert TF["constant"](range(4), "int64", (2, 2)).numpy().tolist() == [[0, 1], [2, 3]]
    assert TF["zeros"]((2, 3)).shape == (2, 3) and TF["fill"]([2], 7).numpy().tolist() == [7, 7]
    assert TF["range"](3).numpy().tolist() == [0, 1, 2]
    assert type(TF["reduce_sum"]([1.0, 2.0]).numpy()) is np.float32
    assert variable([1.0, 2.0]).dtype == "float32" and not variable(0, trainable=False).trainable


def test_random_numbers():
    assert abs(normal((2000,), mean=3.0, stddev=0.5, seed=1).mean() - 3) < 0.1
    assert 0 <= uniform((9,), seed=1).min() and uniform((99,), 2, 5, seed=1).max() > 4
    assert set(uniform((99,), 0, 3, dtype="int32", seed=1).numpy()) == {0, 1, 2}
    with pytest.raises(ArgumentError, match="maxval"):
        uniform((3,), dtype="int32")


def test_a_function_stays_the_function():
    @function
    def double(x):
        return 2 * x

    @function(jit_compile=True)
    def triple(x):
        return 3 * x

    assert (double(2), triple(2)) == (4, 6)
    assert Dense(2, activation=TF["relu"])(A).min() >= 0
