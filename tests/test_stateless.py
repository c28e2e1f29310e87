"""Optimizers and metrics as functions of their state, on arrays, and variables among numbers."""

import numpy as np
import pytest

from brickwork import Variable, losses, metrics, optimizers

RULES = [
    lambda: optimizers.SGD(0.5, momentum=0.9),
    lambda: optimizers.Adam(0.1),
    lambda: optimizers.LossScaleOptimizer(optimizers.Adam(0.1)),
]


@pytest.mark.parametrize("make", RULES)
def test_an_update_is_that_of_apply_and_changes_nothing(make):
    start, gradient = np.array([1.0, -2.0], "float32"), np.array([0.5, 1.0], "float32")
    pure, stateful = make(), make()
    w, v = Variable(start), Variable(start)
    pure.build([w])
    state, weights = pure.variables, [w]
    before = [value.numpy() for value in state]
    for _ in range(3):
        gradients = [gradient * getattr(pure, "initial_scale", 1.0)]
        weights, state = pure.stateless_apply(state, gradients, weights)
        stateful.apply(gradients, [v])
    np.testing.assert_allclose(weights[0], v.numpy(), rtol=1e-6)
    np.testing.assert_array_equal(w.numpy(), start)
    for one, other in zip(before, pure.variables, strict=True):
        np.testing.assert_array_equal(one, other.numpy())


def test_what_does_not_fit_says_so():
    adam, w = optimizers.Adam(), Variable(1.0)
    adam.build([w])
    with pytest.raises(ValueError):
        adam.stateless_apply(adam.variables[:-1], [1.0], [w])
    with pytest.raises(ValueError):
        metrics.Mean().stateless_result([1.0])


def test_a_metric():
    mean = metrics.Mean()
    mean.update_state([1.0, 3.0])
    state = mean.stateless_update_state(mean.variables, [8.0])
    assert float(mean.stateless_result(state)) == 4.0 and float(mean.result()) == 2.0
    assert [float(v) for v in mean.stateless_reset_state()] == [0.0, 0.0]


def test_a_metric_finds_state_in_every_container():
    metric = metrics.Mean()
    metric.more = {"a": [Variable(0.0), (Variable(1.0),)], "b": metrics.Sum()}
    assert len(metric.variables) == 5


def test_variables_compare_with_numbers_and_go_into_numpy():
    v, steps = Variable([[1.0, 2.0], [3.0, 4.0]]), Variable(0, dtype="int64")
    assert steps == 0 and not steps != 0 and steps != 1
    assert (v == v) is True and v in [steps, v] and v != steps and {v: 1}[v] == 1
    assert (v == 1).tolist() == [[True, False], [False, False]] and (v == "x") is False
    assert np.min(v) == 1 and np.sqrt(v).tolist()[1][1] == 2
    assert (np.ones((2, 2)) @ v).tolist() == [[4, 6], [4, 6]]
    assert (np.float32(2) * v).tolist() == [[2, 4], [6, 8]]


def test_a_loss_is_rounded_to_the_dtype_asked_for():
    for dtype in ("float16", "bfloat16"):
        loss = losses.MeanSquaredError(dtype=dtype)
        assert loss([1.0], [1.1]).dtype == dtype
        assert losses.get(losses.serialize(loss)).dtype == dtype
