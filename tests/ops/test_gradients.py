"""Forward-mode gradients compared with JAX."""

import keras
import keras_oracle as oracle
import numpy as np
import pytest
from op_cases import A, B
from op_compare import compare

from brickwork import ops

SMOOTH = {
    "sin": lambda o, x, y: o.sin(x) * y,
    "relu": lambda o, x, y: o.relu(x - y),
    "softmax": lambda o, x, y: o.softmax(x * y),
    "matmul": lambda o, x, y: x @ o.transpose(y),
    "mean": lambda o, x, y: (o.mean(x, axis=0), o.std(y)),
    "max": lambda o, x, y: o.max(x, axis=1),
    "take": lambda o, x, y: o.take(x, [0, 2, 2], axis=0) + y,
    "slice": lambda o, x, y: x[1:, ::2],
    "concatenate": lambda o, x, y: o.concatenate([x, y * x], 1),
    "where": lambda o, x, y: o.where(x > 0, x, y),
    "cumsum": lambda o, x, y: o.cumsum(x * x),
    "sort": lambda o, x, y: o.sort(x),
    "norm": lambda o, x, y: o.layer_normalization(x) / o.norm(y),
    "neither": lambda o, x, y: (o.ones((2,), "float64"), x),
    "solve": lambda o, x, y: o.solve(x @ o.transpose(x) + o.eye(3, dtype="float64"), y),
    "logsumexp": lambda o, x, y: o.logsumexp(o.stack([x, y]), axis=0),
}


@pytest.mark.parametrize("name", SMOOTH)
def test_forward_mode(name):
    function, along = SMOOTH[name], (B, A[::-1].copy())
    with oracle.floatx("float64"):
        theirs = keras.ops.jvp(lambda x, y: function(keras.ops, x, y), (A, B), along)
        compare(ops.jvp(lambda x, y: function(ops, x, y), (A, B), along), theirs, "float64")
        # In a program, of values that depend on each other; and second derivatives.
        again, their_again = (through_grads(o, function) for o in (ops, keras.ops))
        value, grads = oracle.value_and_gradients(again, A, batched=False)
        right, right_grads = oracle.keras_value_and_gradients(their_again, A)
        compare(value, right, "float64")
        compare(grads[0], right_grads[0], "float64")


def through_grads(library, function):
    def whole(x):
        value = library.jvp(lambda a, b: function(library, a, b), (x, x * x), (x * 2, x))[1]
        return value[1] if isinstance(value, tuple) else value

    return whole


def test_forward_mode_with_other_outputs():
    function = lambda x: (x * x, {"seen": x + 1})  # noqa: E731
    for ours, theirs in zip(
        ops.jvp(function, [A], [B], has_aux=True),
        keras.ops.jvp(function, [A], [B], has_aux=True),
        strict=True,
    ):
        compare(ours, theirs, "float64" if np.asarray(0.0).dtype == A.dtype else "float32")
