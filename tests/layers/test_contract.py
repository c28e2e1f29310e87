"""What holds for every layer that is registered: a new one is tested by being entered in CASES."""

import copy
import inspect
import json
import pickle

import keras
import keras_oracle as oracle
import numpy as np
import pytest

from brickwork import layers, ops
from brickwork.program import gradients, run, signature_of, trace_function

#: For each layer: (arguments, shape of one row) as often as it has ways to work.
CASES = {
    "Activation": [({"activation": "tanh"}, (3,)), ({"activation": "softmax"}, (2, 4)),
                   ({"activation": "glu"}, (6,)), ({"activation": "linear"}, (3,))],
    "Dense": [({"units": 3}, (4,)),
              ({"units": 1, "activation": "sigmoid", "use_bias": False}, (5,)),
              ({"units": 2, "activation": "softmax"}, (3, 4)),
              ({"units": 3, "activation": "gelu", "kernel_initializer": "he_normal",
                "bias_initializer": "ones", "kernel_regularizer": "l2", "bias_regularizer": "l1",
                "activity_regularizer": "l1", "kernel_constraint": "max_norm",
                "bias_constraint": "non_neg"}, (4,)),
              ({"units": 3, "lora_rank": 2}, (4,)),
              ({"units": 4, "activation": "tanh"}, (2, 3, 2))],
    "Dropout": [({"rate": 0.4, "seed": 3}, (4,)), ({"rate": 0.0}, (2, 2)),
                ({"rate": 0.5, "noise_shape": (None, 1, 4)}, (3, 4))],
    "Flatten": [({}, (2, 3)), ({"data_format": "channels_first"}, (2, 3, 4)), ({}, ())],
    "InputLayer": [({"shape": (4,)}, (4,))],
}
ALL = [pytest.param(name, kwargs, row, id=f"{name}-{i}") for name, cases in CASES.items()
       for i, (kwargs, row) in enumerate(cases)]
EACH = pytest.mark.parametrize(("name", "kwargs", "row"), ALL)
#: `InputLayer` holds no math, and Keras's takes no data.
WITH_MATH = pytest.mark.parametrize(("name", "kwargs", "row"),
                                    [case for case in ALL if case.values[0] != "InputLayer"])
KINDS = pytest.mark.parametrize("dtype", ["float32", "float64"])


def made(name, kwargs, **more):
    return getattr(layers, name)(**kwargs, **more)


def data(row, dtype="float64", rows=5):
    return np.random.default_rng(1).normal(size=(rows, *row)).astype(dtype)


def spread(layer):
    """Give every weight, zeros too, values of its own."""
    rng = np.random.default_rng(2)
    layer.set_weights([rng.normal(size=w.shape) for w in layer.weights])


def test_every_registered_layer_has_cases():
    assert set(layers.registry.names()) == set(CASES)


@pytest.mark.parametrize("name", CASES)
def test_arguments_their_order_and_defaults_are_keras_s(name):
    def positional(kind):
        return [(p.name, p.default) for p in inspect.signature(kind).parameters.values()
                if p.kind == p.POSITIONAL_OR_KEYWORD]

    assert positional(getattr(layers, name)) == positional(getattr(keras.layers, name))


@EACH
def test_the_config_makes_an_equal_layer(name, kwargs, row):
    layer = made(name, kwargs)
    config = json.loads(json.dumps(layers.serialize(layer)))
    again = layers.deserialize(config)
    assert type(again) is type(layer) and again.name == layer.name
    assert json.loads(json.dumps(layers.serialize(again))) == config
    x = data(row, "float32")
    layer(x), again(x)
    again.set_weights(layer.get_weights())
    np.testing.assert_array_equal(layer(x), again(x))


@EACH
@KINDS
def test_shapes_and_kinds(name, kwargs, row, dtype):
    layer = made(name, kwargs, dtype=dtype)
    for rows in (5, 1):
        for training in (False, True):
            out = layer(data(row, dtype, rows), training=training)
            assert out.dtype == dtype
            assert out.shape == (rows, *layer.compute_output_shape((None, *row))[1:])
    assert all(w.dtype == dtype for w in layer.weights)
    assert layer.output_shape == (None, *out.shape[1:]) and layer.input_shape == (None, *row)
    assert layer.input.shape == layer.input_shape and layer.output.shape == layer.output_shape


@EACH
def test_one_row_is_a_row_of_many(name, kwargs, row):
    layer, x = made(name, kwargs), data(row, "float32")
    np.testing.assert_allclose(layer(x[2:3]), layer(x)[2:3], rtol=1e-6, atol=1e-6)


@EACH
def test_inside_a_trace_as_on_arrays(name, kwargs, row):
    layer, x = made(name, kwargs), data(row, "float32")
    np.testing.assert_allclose(oracle.traced(layer, x), layer(x), rtol=1e-6, atol=1e-6)


@EACH
def test_on_a_symbol_of_input(name, kwargs, row):
    layer = made(name, kwargs)
    symbol = layer(layers.Input(shape=row))
    assert symbol.shape == layer.output_shape and symbol.history.layer is layer and layer.built


@EACH
def test_copies_and_pickles(name, kwargs, row):
    layer, x = made(name, kwargs), data(row, "float32")
    out = layer(x)
    for again in (copy.deepcopy(layer), pickle.loads(pickle.dumps(layer))):
        np.testing.assert_array_equal(again(x), out)
        for ours, theirs in zip(again.weights, layer.weights, strict=True):
            assert ours is not theirs and ours.path == theirs.path


def twins(name, kwargs, x):
    """Our layer and Keras's, built for the same data, with the same weights."""
    ours = made(name, kwargs)
    theirs = getattr(keras.layers, name)(**kwargs, dtype=x.dtype.name)
    theirs.build(x.shape)
    ours(x)
    spread(ours)
    theirs.set_weights(ours.get_weights())
    return ours, theirs


def loss_and_slopes(layer, x, training=False):
    """The weighted sum of the output, and its slope in the input and in each weight."""
    def whole(s):
        reads = [w.value for w in layer.trainable_weights]
        out = layer(s, training=training)
        total = ops.sum(out * oracle.weights(out, ops))
        return total, gradients(total, [s, *reads])

    program = trace_function(whole, [signature_of(x)])
    return program.rebuild(run(program, [x]))


@EACH
def test_gradients_by_finite_differences(name, kwargs, row):
    layer, x = made(name, kwargs, dtype="float64"), data(row)
    layer(x)
    spread(layer)
    _, (slope, *slopes) = loss_and_slopes(layer, x)
    places = [(slope, x)] + [(s, w.array) for s, w in zip(slopes, layer.trainable_weights,
                                                          strict=True)]
    for exact, array in places:
        measured = np.zeros_like(array)
        for i in np.ndindex(*array.shape):
            before, ends = array[i], []
            for step in (1e-5, -1e-5):
                array[i] = before + step
                ends.append(loss_and_slopes(layer, x)[0])
            array[i] = before
            measured[i] = (ends[0] - ends[1]) / 2e-5
        np.testing.assert_allclose(exact, measured, rtol=1e-6, atol=1e-6)


@WITH_MATH
@KINDS
def test_values_and_slopes_are_keras_s(name, kwargs, row, dtype):
    x = data(row, dtype)
    # Keras keeps LoRA's two matrices in float32, whatever the layer's kind.
    tolerance = 1e-5 if "lora_rank" in kwargs else None
    with oracle.floatx(dtype):
        ours, theirs = twins(name, kwargs, x)
        value, slopes = loss_and_slopes(ours, x)
        right, right_slopes = keras_loss_and_slopes(theirs, x)
        oracle.assert_close(ours(x), np.asarray(theirs(x)), tolerance)
        assert [w.shape for w in ours.weights] == [tuple(w.shape) for w in theirs.weights]
        assert [w.name for w in ours.weights] == [w.name for w in theirs.weights]
        assert ours.count_params() == theirs.count_params()
    oracle.assert_close(value, right, tolerance)
    for slope, right_slope in zip(slopes, right_slopes, strict=True):
        oracle.assert_close(slope, right_slope, tolerance)


def keras_loss_and_slopes(layer, x):
    import jax

    others = [v.value for v in layer.non_trainable_variables]

    def loss(x, trainable):
        out, _ = layer.stateless_call(trainable, others, x)
        return keras.ops.sum(out * oracle.weights(out, keras.ops))

    values = [v.value for v in layer.trainable_variables]
    total, (slope, slopes) = jax.value_and_grad(loss, argnums=(0, 1))(jax.numpy.asarray(x), values)
    return total, [slope, *slopes]


@WITH_MATH
def test_the_regularizers_of_weights_and_output_are_keras_s(name, kwargs, row):
    x = data(row)
    with oracle.floatx("float64"):
        ours, theirs = twins(name, kwargs, x)
        ours(x), theirs(x)
        assert float(sum(ours.losses)) == pytest.approx(float(sum(theirs.losses)), rel=1e-9)


@EACH
def test_frozen_weights_are_not_trainable(name, kwargs, row):
    layer = made(name, kwargs)
    layer(data(row, "float32"))
    before = [w.path for w in layer.trainable_weights]
    layer.trainable = False
    assert not layer.trainable_weights
    assert {w.path for w in layer.non_trainable_weights} == {w.path for w in layer.weights}
    layer.trainable = True
    assert [w.path for w in layer.trainable_weights] == before
