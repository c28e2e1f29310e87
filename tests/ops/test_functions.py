"""Ops that take functions: a condition, a custom gradient, a function of numbers."""

import keras
import keras_oracle as oracle
import numpy as np
import pytest
from op_cases import POSITIVE, ROW, A
from op_compare import compare

import brickwork
from brickwork import ops
from brickwork.program import TraceError, Variable, run, signature_of, trace_function


def test_cond_chooses_when_the_program_runs():
    def function(x):
        return ops.cond(
            ops.sum(x) > 0, lambda: {"a": x + 1, "b": None}, lambda: {"a": -x, "b": None}
        )

    program = trace_function(function, [signature_of(A)])
    for x in (POSITIVE, -POSITIVE):
        np.testing.assert_array_equal(program.rebuild(run(program, [x]))["a"], function(x)["a"])


def test_cond_refuses_a_branch_that_assigns():
    counter = Variable(0.0)
    with pytest.raises(TraceError, match="assigns a variable"):
        oracle.traced(
            lambda x: ops.cond(ops.sum(x) > 0, lambda: counter.assign(1.0), lambda: 2.0), A
        )


def test_a_gradient_of_one_s_own():
    def functions(library):
        @library.ops.custom_gradient
        def scaled(a, b):
            def grads(*args, upstream=None):
                upstream = args[0] if upstream is None else upstream
                return upstream * 3.0, library.ops.sum(upstream * a, axis=0)

            return library.ops.exp(a) * b, grads

        return lambda a, b: library.ops.sin(scaled(a, b) * a)

    with oracle.floatx("float64"):
        value, grads = oracle.value_and_gradients(functions(brickwork), A, ROW, batched=False)
        right, right_grads = oracle.keras_value_and_gradients(functions(keras), A, ROW)
    for one, other in zip([value, *grads], [right, *right_grads], strict=True):
        compare(one, other, "float64")
    np.testing.assert_allclose(functions(brickwork)(A, ROW), right, rtol=1e-12)

    wrong = ops.custom_gradient(lambda a: (a, lambda upstream: (upstream, upstream)))
    with pytest.raises(ValueError, match=r"got 2 gradients .* expected 1"):
        oracle.value_and_gradients(wrong, A)


def test_a_function_of_numbers_as_one_of_tensors():
    def sharpened(a, b, power=1):
        return a * b**power

    x, row = A.astype("float32"), np.abs(ROW).astype("float32")
    for library in (keras, brickwork):
        function = library.ops.vectorize(sharpened, excluded={2})
        np.testing.assert_allclose(function(x, row, 2), x * row**2, rtol=1e-6)
    for one, other, tensors in [
        (ops.vectorize(sharpened), sharpened, (A, ROW)),
        (
            lambda a: ops.associative_scan(lambda x, y: x + y, a),
            lambda a: ops.cumsum(a, axis=0),
            (A,),
        ),
    ]:
        value, grads = oracle.value_and_gradients(one, *tensors, batched=False)
        right, right_grads = oracle.value_and_gradients(other, *tensors, batched=False)
        for ours, theirs in zip([value, *grads], [right, *right_grads], strict=True):
            np.testing.assert_allclose(ours, theirs, rtol=1e-12)
