"""One loss in both libraries: its value, and its gradient in the outputs."""

import numpy as np
from keras_oracle import assert_close, floatx, jax, keras, traced

from brickwork import losses, ops
from brickwork.program import gradients

set_keras_mask = keras.src.backend.common.masking.set_keras_mask


def compare(name, y, p, weight=None, mask=None, dtype="float64", **arguments):
    """One loss of both libraries: value, and the gradient of its sum in the outputs."""
    with floatx(dtype):
        ours, theirs = getattr(losses, name)(**arguments), getattr(keras.losses, name)(**arguments)
        p = np.asarray(p, dtype)
        value, grad = our_value_and_grad(ours, y, p, weight, mask)
        wanted, wanted_grad = their_value_and_grad(theirs, y, p, weight, mask)
        assert_close(value, wanted, {"float32": 1e-5, "float64": 1e-9}[dtype])
        close_grads(grad, wanted_grad, dtype)
        if mask is None:  # at once, on arrays
            assert_close(ours(y, p, weight), wanted, {"float32": 1e-5, "float64": 1e-9}[dtype])


def close_grads(ours, theirs, dtype):
    """Gradients reach 1e7 at the clipping's edge, so they are compared relatively."""
    tolerance = {"float32": 1e-5, "float64": 1e-9}[dtype]
    assert ours.shape == theirs.shape
    np.testing.assert_allclose(ours, theirs, rtol=tolerance * 4, atol=tolerance)


def our_value_and_grad(loss, y, p, weight, mask):
    arrays = [y, p] + [a for a in (weight, mask) if a is not None]

    def whole(y, p, *rest):
        rest = list(rest)
        w = rest.pop(0) if weight is not None else None
        p.mask = rest.pop(0) if mask is not None else None
        value = loss(y, p, w)
        return value, gradients(ops.sum(value), [p])[0]

    return traced(whole, *arrays)


def their_value_and_grad(loss, y, p, weight, mask):
    def whole(p):
        if mask is not None:
            set_keras_mask(p, jax.numpy.asarray(mask))
        value = loss(y, p, weight)
        return value.sum(), value

    grad, value = jax.grad(whole, has_aux=True)(jax.numpy.asarray(p))
    return np.asarray(value), np.asarray(grad)
