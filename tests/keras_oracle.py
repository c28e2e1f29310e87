"""Keras 3 on JAX in double precision: what brickwork's values and gradients are compared with."""

from __future__ import annotations

import inspect

import jax
import keras
import numpy as np
from keras.src.backend.common import dtypes as keras_dtypes

from brickwork import ops
from brickwork.engines import native
from brickwork.program import gradients, interpret, set_floatx, signature_of, trace_function

# Keras gives up double precision in many ops even where JAX has it on: here it must not, so that
# nine digits can be compared.
keras_dtypes.BIT64_TO_BIT32_DTYPE["float64"] = "float64"

#: |a - b| <= tolerance * (1 + |b|): one number for each dtype.
TOLERANCE = {"float32": 1e-5, "float64": 1e-9}


class floatx:
    """Both libraries compute in this dtype inside the block."""

    def __init__(self, dtype: str):
        self.dtype = dtype

    def __enter__(self):
        self.before = keras.config.floatx()
        self.set(self.dtype)

    def __exit__(self, *_):
        self.set(self.before)

    @staticmethod
    def set(dtype: str) -> None:
        keras.config.set_floatx(dtype)
        keras.config.set_dtype_policy(dtype)  # Keras's layers keep the first floatx they saw
        set_floatx(dtype)


def positional(function) -> list[tuple]:
    """Names and defaults of the arguments by position."""
    return [
        (p.name, p.default)
        for p in inspect.signature(function).parameters.values()
        if p.kind == p.POSITIONAL_OR_KEYWORD
    ]


def assert_close(ours, theirs, tolerance: float | None = None) -> None:
    """Equal shapes, dtypes, and values up to rounding; NaN equals NaN."""
    ours, theirs = np.asarray(ours), np.asarray(theirs)
    assert ours.shape == theirs.shape, (ours.shape, theirs.shape)
    if tolerance is None:
        assert ours.dtype == theirs.dtype
        tolerance = TOLERANCE.get(theirs.dtype.name, 0.0)
    np.testing.assert_allclose(ours, theirs, rtol=tolerance, atol=tolerance)


def traced(function, *arrays, training: bool = False, batched: bool = True):
    """The outputs of a function when it is traced and its program is run on the arrays.

    The program is run by the primitives' formulas too, which must agree with the engine. Unless
    ``batched``, the first extent of the arrays is known to the program.
    """
    signatures = [signature_of(a, batched) for a in arrays]
    program = trace_function(function, signatures, training=training)
    outputs = native.run(program, list(arrays))
    if not program.writes:
        for one, other in zip(outputs, interpret(program, list(arrays)), strict=True):
            assert_close(one, other)
    return program.rebuild(outputs)


def value_and_gradients(function, *arrays, batched: bool = True):
    """Value of a function, and the gradients of its weighted sum in each float array.

    The weights (1.0, 1.1, 1.2 ...) distinguish the values of the output.
    """

    def whole(*symbols):
        value = function(*symbols)
        wanted = [s for s in symbols if s.dtype.startswith("float")]
        return value, gradients(ops.sum(value * weights(value, ops)), wanted)

    return traced(whole, *arrays, batched=batched)


def keras_value_and_gradients(function, *arrays):
    """The same by Keras's ops under JAX."""
    floats = [i for i, a in enumerate(arrays) if a.dtype.kind == "f"]

    def loss(*values):
        value = function(*values)
        return (value * weights(value, keras.ops)).sum(), value

    # Compiled whole: op by op takes longer.
    gradient_of = jax.jit(jax.grad(loss, argnums=floats, has_aux=True))
    grads, value = gradient_of(*map(jax.numpy.asarray, arrays))
    return np.asarray(value), [np.asarray(g) for g in grads]


def weights(value, ops):
    """1.0, 1.1, ... along the last axis."""
    if not value.shape:
        return 1.0
    return 1.0 + 0.1 * np.arange(value.shape[-1] or 1, dtype=str(value.dtype))
