"""Every layer in half precision, compared with Keras's."""

from __future__ import annotations

import jax
import keras
import keras_oracle as oracle
import numpy as np
import pytest
from samples import LONG
from test_contract import SHARED, data, flat, loss_and_grads, twins

pytestmark = [
    pytest.mark.filterwarnings("ignore:.*rms_scaling"),
    pytest.mark.filterwarnings("ignore:[^n]*overflow encountered in cast"),  # of Keras's constants
]

#: Half the distance of two neighbours, relative to the number.
UNIT = {"float16": 2.0**-11, "bfloat16": 2.0**-8}
POLICIES = ("mixed_bfloat16", "mixed_float16", "bfloat16", "float16")
EACH = [case.values for case in SHARED if case.values[0] != "InputLayer"]
#: The first case of each layer under the policy that is used most, and every twentieth under each
#: other one; with BRICKWORK_LONG every case, and every fifth.
CASES = [
    (policy, *case)
    for place, policy in enumerate(POLICIES)
    for number, case in enumerate(EACH)
    if (
        number % (5 if LONG else 20) == place
        if place
        else LONG or case[0] not in [name for name, *_ in EACH[:number]]
    )
    and (place < 2 or "lora_rank" not in case[1])
]


def close(ours, theirs, unit, what):
    """Equal up to some roundings of the largest number, of 0.25 at least: where gradients cancel
    each other, their own size counts."""
    ours, theirs = (np.asarray(a).astype("float64") for a in (ours, theirs))
    assert ours.shape == theirs.shape
    largest = np.abs(theirs[np.isfinite(theirs)]).max(initial=0.25)
    np.testing.assert_allclose(ours, theirs, rtol=16 * unit, atol=8 * unit * largest, err_msg=what)


def keras_loss_and_grads(layer, x):
    """Of a call of the layer, which casts inputs and weights; `stateless_call` does not."""

    def loss(floats, trainable):
        floats, state = iter(floats), list(zip(layer.trainable_variables, trainable, strict=True))
        xs = [part if part.dtype.kind == "i" else next(floats) for part in flat(x)]
        with keras.StatelessScope(state_mapping=state):
            out = layer(xs if isinstance(x, list) else xs[0])
        return keras.ops.sum(out * oracle.weights(out, keras.ops)), out

    values = [v.value for v in layer.trainable_variables]
    floats = [jax.numpy.asarray(part) for part in flat(x) if part.dtype.kind == "f"]
    compiled = jax.jit(jax.value_and_grad(loss, (0, 1), has_aux=True))
    value, (grads, others_grads) = compiled(floats, values)
    return value, [*grads, *others_grads]


@pytest.mark.parametrize(("policy_name", "name", "kwargs", "row"), CASES)
def test_values_and_gradients_are_keras_s(policy, policy_name, name, kwargs, row):
    x = data(row, "float32")
    half = policy(policy_name).compute_dtype
    ours, theirs = twins(name, kwargs, x)
    assert [w.dtype for w in ours.weights] == [str(w.dtype) for w in theirs.weights]
    assert (ours.dtype, ours.compute_dtype) == (theirs.dtype, theirs.compute_dtype)
    value, grads = loss_and_grads(ours, x)()
    (right, out), right_grads = keras_loss_and_grads(theirs, x)
    found = ours(x)
    assert found.dtype.name == np.asarray(out).dtype.name
    close(found, out, UNIT[half], "output")
    close(value, right, 16 * UNIT[half], "sum")
    for index, (grad, right_grad) in enumerate(zip(grads, right_grads, strict=True)):
        grad = np.zeros_like(right_grad) if grad is None else grad
        close(grad, right_grad, 4 * UNIT[half], f"gradient {index}")
