"""Every layer in JAX has the outputs and the gradients of the native engine."""

import jax
import jax.numpy as jnp
import keras_oracle as oracle
import numpy as np
import pytest
from samples import LONG
from test_contract import ALL, data, flat, loss_and_grads, made, spread


def first_of_each(cases):
    seen = set()
    for case in cases:
        if LONG or case.values[0] not in seen:
            seen.add(case.values[0])
            yield case


@pytest.mark.parametrize(("name", "kwargs", "row"), list(first_of_each(ALL)))
@pytest.mark.filterwarnings("ignore")
def test_every_layer_and_its_gradients(name, kwargs, row):
    layer, x = made(name, kwargs), data(row, "float32")
    layer(x)
    spread(layer)
    weights = [w.numpy() for w in layer.trainable_weights]
    others = [v.numpy() for v in layer.non_trainable_variables]
    expected, grads = loss_and_grads(layer, x)()

    def whole(inputs, weights):
        out, _ = layer.stateless_call(weights, others, inputs)
        return sum((part * oracle.weights(part, jnp)).sum() for part in jax.tree.leaves(out))

    given = jax.tree.map(jnp.asarray, x)
    value = jax.jit(whole)(given, weights)
    np.testing.assert_allclose(value, expected, rtol=1e-4, atol=1e-4)
    floats = all(part.dtype.kind == "f" for part in flat(x))
    found = jax.grad(whole, argnums=(0, 1) if floats else 1)(given, weights)
    for one, other in zip(grads, jax.tree.leaves(found), strict=True):
        if one is not None:
            np.testing.assert_allclose(other, one, rtol=1e-3, atol=1e-4)
