"""What is special about `Input` and `InputLayer`."""

import inspect

import keras
import pytest

from brickwork.errors import ArgumentError
from brickwork.layers import Input, InputLayer
from brickwork.program import input_symbol, set_floatx


def test_the_arguments_of_input_are_keras_s():
    ours, theirs = inspect.signature(Input), inspect.signature(keras.Input)
    assert list(ours.parameters) == list(theirs.parameters)


def test_input_shapes():
    assert Input((4,)).shape == (None, 4)
    assert Input(shape=[3, 4], batch_size=2).shape == (2, 3, 4)
    assert Input(batch_shape=(None, 4)).shape == (None, 4)
    assert Input((None, 4)).shape == (None, None, 4)
    assert Input((4,), dtype="int32").dtype == "int32"
    assert Input((4,), name="here").name == "here"
    assert Input(tensor=input_symbol((3, 4), "float64")).dtype == "float64"
    set_floatx("float64")
    try:
        assert Input((4,)).dtype == "float64"
    finally:
        set_floatx("float32")


@pytest.mark.parametrize(
    "kwargs",
    [
        {},
        {"shape": (4,), "batch_shape": (None, 4)},
        {"shape": 4},
        {"shape": "abc"},
        {"shape": (4,), "sparse": True},
        {"shape": (4,), "ragged": True},
        {"shape": (4,), "batch_size": 0},
        {"shape": (-4,)},
    ],
)
def test_inputs_that_cannot_be(kwargs):
    with pytest.raises(ArgumentError, match="InputLayer"):
        Input(**kwargs)


def test_the_config_of_an_input_is_keras_s():
    ours = InputLayer((4,), name="x").get_config()
    theirs = keras.layers.InputLayer((4,), name="x").get_config()
    assert ours == theirs
    assert InputLayer.from_config(theirs).shape == (None, 4)
