"""Ops between layers on rows of unknown length: shapes and values are Keras's."""

import keras
import keras_oracle as oracle
import numpy as np
import pytest

import brickwork

#: What a model computes of x, rows of any length of two features, and of the library's ops.
FORMULAS = {
    "mean": lambda x, ops: ops.mean(x, axis=1),
    "the first step": lambda x, ops: x[:, 0],
    "the last step": lambda x, ops: x[:, -1],
    "all but the first": lambda x, ops: x[:, 1:],
    "every second": lambda x, ops: x[:, ::2],
    "products of steps": lambda x, ops: ops.matmul(x, ops.transpose(x, (0, 2, 1))),
    "einsum": lambda x, ops: ops.einsum("abc,adc->abd", x, x),
    "centred": lambda x, ops: x - ops.mean(x, axis=1, keepdims=True),
    "shares": lambda x, ops: ops.exp(x) / ops.sum(ops.exp(x), axis=1, keepdims=True),
    "softmax": lambda x, ops: ops.softmax(x, axis=1),
    "in pairs": lambda x, ops: ops.reshape(x, (-1, 4)),
    "twice": lambda x, ops: ops.concatenate([x, x], axis=1),
    "repeated": lambda x, ops: ops.repeat(x, 2, axis=1),
    "stacked": lambda x, ops: ops.stack([x, x], axis=1),
    "padded": lambda x, ops: ops.pad(x, ((0, 0), (1, 0), (0, 0))),
    "backwards": lambda x, ops: ops.flip(x, axis=1),
    "sorted": lambda x, ops: ops.sort(x, axis=1),
    "median": lambda x, ops: ops.median(x, axis=1),
    "deviation": lambda x, ops: ops.std(x, axis=1),
    "largest": lambda x, ops: ops.argmax(x, axis=1),
    "gelu": lambda x, ops: ops.gelu(x),
    "where": lambda x, ops: ops.where(x > 0, x, 0.0),
    "sums so far": lambda x, ops: ops.cumsum(x, axis=1),
    "ones": lambda x, ops: ops.ones_like(x),
    "split": lambda x, ops: ops.split(x, 2, axis=1)[0],
    "differences": lambda x, ops: ops.diff(x, axis=1),
    "tiled": lambda x, ops: ops.tile(x, (1, 2, 1)),
}


@pytest.mark.parametrize("name", FORMULAS)
def test_shapes_and_values_are_keras_s(name):
    models = []
    for library in (brickwork, keras):
        x = library.layers.Input((None, 2))
        models.append(library.Model(x, FORMULAS[name](x, library.ops)))
    ours, theirs = models
    assert ours.output_shape == tuple(theirs.output_shape)
    for length in (4, 6):
        x = np.random.default_rng(0).normal(size=(3, length, 2)).astype("float32")
        oracle.assert_close(ours.predict(x, verbose=0), np.asarray(theirs(x)), 1e-5)
