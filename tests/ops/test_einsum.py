"""Einsum compared with NumPy, on arrays and in programs."""

import keras
import keras_oracle as oracle
import numpy as np
import pytest
from op_compare import compare

from brickwork import ops
from brickwork.program import Variable

#: (letters, shapes of the tensors; the first axis of the first is the batch).
EINSUMS = [
    ("ab,bc->ac", (5, 3), (3, 2)),
    ("ab,bc", (5, 3), (3, 2)),
    ("abc,cd->abd", (5, 2, 3), (3, 4)),
    ("abc,cde->abde", (5, 2, 3), (3, 2, 4)),
    ("abc,bcd->ad", (5, 2, 3), (2, 3, 4)),
    ("abc,bcd->abd", (5, 2, 3), (2, 3, 4)),
    ("...x,xy->...y", (5, 2, 3), (3, 2)),
    ("xy...,xz->zy...", (5, 2, 3), (5, 4)),
    ("ab,b->ab", (5, 3), (3,)),
    ("abc->bac", (5, 2, 3)),
    ("ab->b", (5, 3)),
    ("ab->", (5, 3)),
    ("ab,ab->", (5, 3), (5, 3)),
    ("abc,abd->acd", (5, 2, 3), (5, 2, 4)),
    ("ab,cd->acbd", (5, 3), (2, 4)),
    ("ab,bc,cd->ad", (5, 3), (3, 2), (2, 4)),
    ("a...,...b->a...b", (5, 3), (3, 2)),
    ("ab,bc,c->b", (5, 3), (3, 2), (2,)),
    ("ab,ab->ab", (5, 3), (1, 3)),
    ("ab,bc->ac", (5, 3), (1, 2)),
]


@pytest.mark.parametrize(("letters", "shapes"), [(case[0], case[1:]) for case in EINSUMS])
@pytest.mark.parametrize("batched", [False, True])
def test_einsum(letters, shapes, batched):
    rng = np.random.default_rng(1)
    tensors = [rng.normal(size=shape) for shape in shapes]
    if batched and any(shape[0] != 5 for shape in shapes):
        weights = [Variable(t, dtype="float64") for t in tensors[1:]]
        arguments, tensors = weights, tensors[:1]
    else:
        arguments = []

    def function(*xs):
        return ops.einsum(letters, *xs, *arguments)

    with oracle.floatx("float64"):
        value, grads = oracle.value_and_gradients(function, *tensors, batched=batched)
        right, right_grads = oracle.keras_value_and_gradients(
            lambda *xs: keras.ops.einsum(letters, *xs, *map(np.asarray, arguments)), *tensors
        )
        compare(value, right, "float64")
        for ours, theirs in zip(grads, right_grads, strict=True):
            compare(ours, theirs, "float64")
    compare(ops.einsum(letters, *tensors, *arguments), right, "float64")


@pytest.mark.parametrize(
    ("letters", "count", "message"),
    [
        ("ab,bc->ac", 1, "got 1 tensors .* expected 2"),
        ("abc->a", 1, "the term 'abc' for shape"),
        ("aa->a", 1, "one distinct letter"),
        ("ab->c", 1, "letters after the arrow"),
        ("a1->a", 1, "the term 'a1'"),
        ("ab,bc->ac", 2, "'b' has two different extents"),
    ],
)
def test_einsum_refuses(letters, count, message):
    with pytest.raises(ValueError, match=message):
        ops.einsum(letters, *[np.ones((2, 3), "float32")] * count)
