"""What is special about `Dropout`."""

import numpy as np
import pytest

from brickwork import ops
from brickwork.errors import ArgumentError
from brickwork.layers import Dropout
from brickwork.program import gradients, run, signature_of, trace_function

ONES = np.ones((200, 50), "float32")


@pytest.mark.parametrize("rate", [0.1, 0.5, 0.9])
def test_so_many_are_dropped_and_the_others_scaled(rate):
    out = Dropout(rate, seed=1)(ONES, training=True)
    kept = out != 0
    assert abs(kept.mean() - (1 - rate)) < 5 * np.sqrt(rate * (1 - rate) / out.size)
    np.testing.assert_allclose(out[kept], 1 / (1 - rate), rtol=1e-6)
    # No pattern along rows or columns.
    assert np.abs(kept.mean(0) - (1 - rate)).max() < 5 * np.sqrt(rate * (1 - rate) / 200)
    assert np.abs(kept.mean(1) - (1 - rate)).max() < 5 * np.sqrt(rate * (1 - rate) / 50)


def test_the_ends_of_rate():
    np.testing.assert_array_equal(Dropout(0.0)(ONES, training=True), ONES)
    assert not Dropout(1.0)(ONES, training=True).any()
    for wrong in (-0.1, 1.1, float("nan"), "a"):
        with pytest.raises(ArgumentError, match=r"Dropout\.rate"):
            Dropout(wrong)


def test_each_step_is_another_and_a_seed_repeats_them():
    def three(layer):
        return [layer(ONES, training=True) for _ in range(3)]

    first, again = three(Dropout(0.5, seed=7)), three(Dropout(0.5, seed=7))
    for a, b in zip(first, again, strict=True):
        np.testing.assert_array_equal(a, b)
    assert (first[0] != first[1]).any() and (first[1] != first[2]).any()
    assert (three(Dropout(0.5, seed=8))[0] != first[0]).any()


def test_numpy_s_seed_repeats_what_has_none():
    outs = []
    for _ in range(2):
        np.random.seed(5)
        outs.append(Dropout(0.5)(ONES, training=True))
    np.testing.assert_array_equal(*outs)
    assert (Dropout(0.5)(ONES, training=True) != outs[0]).any()


def test_one_layer_used_twice_drops_other_values():
    drop = Dropout(0.5, seed=3)
    program = trace_function(lambda x: (drop(x), drop(x)), [signature_of(ONES)], training=True)
    first, second = run(program, [ONES])
    assert (first != second).any()
    third, _ = run(program, [ONES])
    assert (third != first).any()


def test_noise_shape():
    out = Dropout(0.5, noise_shape=(None, 1), seed=1)(ONES, training=True)
    assert (out == out[:, :1]).all() and 0 < (out[:, 0] == 0).mean() < 1
    out = Dropout(0.5, noise_shape=(1, 50), seed=1)(ONES, training=True)
    assert (out == out[:1]).all()
    for wrong in ((0, 1), 3, "ab", (-1, 2)):
        with pytest.raises(ArgumentError, match=r"Dropout\.noise_shape"):
            Dropout(0.5, noise_shape=wrong)
    with pytest.raises(ValueError, match="noise_shape"):
        Dropout(0.5, noise_shape=(1,))(ONES, training=True)


def test_gradient_flows_where_values_were_kept():
    drop = Dropout(0.5, seed=1)

    def function(x):
        out = drop(x)
        return out, gradients(ops.sum(out), [x])[0]

    out, grad = run(trace_function(function, [signature_of(ONES)], training=True), [ONES])
    np.testing.assert_array_equal(out, grad)
