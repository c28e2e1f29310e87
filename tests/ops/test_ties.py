"""Gradients where both operands are the same number, as in Keras on JAX."""

import jax
import keras
import numpy as np
import pytest

from brickwork import GradientTape, ops

SAME = np.array([-2.0, -0.5, 0.5, 3.0])
NAMES = (
    "add subtract multiply divide maximum minimum logaddexp logaddexp2 hypot arctan2 power "
    "true_divide"
).split()


@pytest.mark.parametrize("name", NAMES)
def test_the_gradient_of_equal_operands(name):
    a = np.abs(SAME) if name == "power" else SAME
    if name == "hypot":  # which has none at the origin: one half each there
        a = np.append(a, 0.0)
    with GradientTape() as tape:
        x, y = tape.watch(a), tape.watch(a.copy())
        value = ops.sum(getattr(ops, name)(x, y))
    found = tape.gradient(value, [x, y])
    theirs = getattr(keras.ops, name)
    expected = jax.grad(lambda x, y: theirs(x, y).sum(), (0, 1))(a, a)
    for ours, other in zip(found, expected, strict=True):
        np.testing.assert_allclose(ours, other, rtol=1e-6)


def test_the_sum_of_equal_infinities():
    for end in (np.inf, -np.inf):
        assert ops.logaddexp(end, end) == end
        assert ops.logaddexp2(end, end) == end
