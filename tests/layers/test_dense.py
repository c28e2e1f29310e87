"""What is special about `Dense`."""

import inspect

import keras
import numpy as np
import pytest

from brickwork.errors import ArgumentError
from brickwork.layers import Dense

X = np.random.default_rng(0).normal(size=(5, 4)).astype("float32")


def test_the_source_stays_small():
    assert len(inspect.getsource(inspect.getmodule(Dense)).splitlines()) < 130


def test_closed_form():
    dense = Dense(2, activation="relu")
    dense.build((None, 4))
    kernel = np.arange(8, dtype="float32").reshape(4, 2) - 4
    dense.set_weights([kernel, [0.5, -0.5]])
    np.testing.assert_allclose(dense(X), np.maximum(X @ kernel + [0.5, -0.5], 0), rtol=1e-5)


@pytest.mark.parametrize(
    ("kwargs", "message"),
    [
        ({}, "Dense.units: is missing"),
        ({"units": 0}, "Dense.units: got 0, expected an integer >= 1"),
        ({"units": 2.5}, "Dense.units: got 2.5"),
        ({"units": True}, "Dense.units: got True"),
        ({"units": "3"}, "Dense.units: got '3'"),
        ({"units": 3, "activation": "rleu"}, "Dense.activation: got 'rleu'; did you mean 'relu'"),
        ({"units": 3, "kernel_initializer": "glorot"}, "Dense.kernel_initializer: got 'glorot'"),
        ({"units": 3, "kernel_regularizer": 0.1}, "Dense.kernel_regularizer: got 0.1"),
        ({"units": 3, "use_bias": "no"}, "Dense.use_bias: got 'no'"),
        ({"units": 3, "lora_rank": 0}, "Dense.lora_rank: got 0"),
        ({"units": 3, "quantization_config": {"bits": 8}}, "quantized weights are not supported"),
        ({"units": 3, "inputs": 4}, "unknown argument 'inputs'"),
    ],
)
def test_what_is_refused(kwargs, message):
    with pytest.raises(ArgumentError, match=message):
        Dense(**kwargs)


def test_numpy_s_numbers_are_numbers():
    assert Dense(np.int64(3)).units == 3
    assert Dense(np.int32(3)).get_config()["units"] == 3


def test_the_kernel_is_not_there_before_it_is_built():
    dense = Dense(3)
    with pytest.raises(AttributeError, match="before the layer is built"):
        dense.kernel  # noqa: B018
    assert dense.bias is None
    dense(X)
    assert dense.kernel.shape == (4, 3) and dense.bias.shape == (3,)
    assert Dense(3, use_bias=False).bias is None


def test_lora_scaled_as_keras_s():
    ours, theirs = Dense(3), keras.layers.Dense(3)
    for dense in (ours, theirs):
        dense.build((None, 4))
        dense.enable_lora(2, lora_alpha=3.0)
    rng = np.random.default_rng(1)
    values = [rng.normal(size=w.shape).astype("float32") for w in ours.weights]
    ours.set_weights(values)
    theirs.set_weights(values)
    np.testing.assert_allclose(ours(X), np.asarray(theirs(X)), rtol=1e-5, atol=1e-5)
    assert [w.name for w in ours.trainable_weights] == [w.name for w in theirs.trainable_weights]
    assert ours.get_config()["lora_rank"] == 2 and ours.get_config()["lora_alpha"] == 3.0


def test_lora_begins_as_the_layer_was():
    dense = Dense(3)
    before = dense(X)
    dense.enable_lora(2)
    np.testing.assert_array_equal(dense(X), before)
    dense.trainable = False
    dense.trainable = True
    assert [w.name for w in dense.trainable_weights] == ["bias", "lora_kernel_a", "lora_kernel_b"]


def test_lora_where_it_cannot_be():
    constrained = Dense(3, kernel_constraint="non_neg")
    constrained(X)
    twice = Dense(3, lora_rank=1)
    twice(X)
    for dense in (Dense(3), constrained, twice):
        with pytest.raises(ValueError, match="without a kernel constraint"):
            dense.enable_lora(1)


def test_wide_and_deep_inputs():
    dense = Dense(2)
    x = np.random.default_rng(0).normal(size=(2, 3, 4, 5)).astype("float32")
    np.testing.assert_allclose(dense(x), x @ dense.kernel.numpy(), rtol=1e-4, atol=1e-5)
    assert dense.compute_output_shape((None, 3, 4, 5)) == (None, 3, 4, 2)


def test_dense_can_be_subclassed_in_every_way():
    class Plain(Dense):
        pass

    class More(Dense):
        def __init__(self, units, gain=1.0, **kwargs):
            super().__init__(units, **kwargs)
            self.gain = gain

        def call(self, inputs):
            return self.gain * super().call(inputs)

    class Deeper(Plain):
        use_bias = False

    x = np.ones((2, 3), "float32")
    plain = Plain(4, "relu", input_dim=3)
    assert plain.units == 4 and plain.activation.__name__ == "relu"
    assert list(inspect.signature(Plain).parameters) == list(inspect.signature(Dense).parameters)
    one, two = More(4, kernel_initializer="ones"), More(4, gain=2.0, kernel_initializer="ones")
    np.testing.assert_array_equal(2 * np.asarray(one(x)), two(x))
    deeper = Deeper(5, kernel_initializer="ones")
    np.testing.assert_array_equal(deeper(x), np.full((2, 5), 3))
    assert deeper.bias is None and Plain.from_config(plain.get_config()).units == 4
