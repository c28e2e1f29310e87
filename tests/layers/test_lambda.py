"""What is special about `Lambda`, wrappers, merging, reshaping and `EinsumDense`."""

import json

import numpy as np
import pytest

import brickwork
from brickwork import layers, ops
from brickwork.errors import ArgumentError
from brickwork.layers import Dense, EinsumDense, Lambda, TimeDistributed, Wrapper

X = np.random.default_rng(0).normal(size=(5, 3, 4)).astype("float32")


def doubled(x, times=2):
    return times * x


def shape_of(shape):
    return shape


class Own(Dense):
    pass


def test_a_function_is_traced_and_trained_through():
    model = brickwork.Sequential(
        [brickwork.Input((4,)), Lambda(lambda x: ops.exp(x) - 1), Dense(1)]
    )
    model.compile("sgd", "mse")
    losses = model.fit(X[:, 0], X[:, 0, :1], epochs=20, verbose=0).history["loss"]
    assert losses[-1] < losses[0]
    out = Lambda(lambda x, training: x + 1 if training else x)
    np.testing.assert_array_equal(out(X), X)
    np.testing.assert_array_equal(out(X, training=True), X + 1)
    np.testing.assert_array_equal(Lambda(lambda xs: xs[0] - xs[1])([X, X]), 0 * X)


def test_a_function_goes_into_files_by_name_only():
    layer = Lambda(doubled, output_shape=shape_of, arguments={"times": 3})
    config = json.loads(json.dumps(layers.serialize(layer)))
    again = layers.deserialize(config, {"doubled": doubled, "shape_of": shape_of})
    np.testing.assert_array_equal(again(X), 3 * X)
    with pytest.raises(ArgumentError, match="got 'doubled'"):
        layers.deserialize(config)
    with pytest.raises(ArgumentError, match=r"Lambda.output_shape: got 'shape_of'"):
        layers.deserialize(config, {"doubled": doubled})
    with pytest.raises(ValueError, match="which a file cannot hold: it has no name"):
        layers.serialize(Lambda(lambda x: x))
    evil = {
        "class_name": "Lambda",
        "config": {
            "function": {
                "class_name": "__lambda__",
                "config": {"code": "4wEAAAAAAAAA", "defaults": None, "closure": None},
            }
        },
    }
    with pytest.raises(ArgumentError, match="never run"):
        layers.deserialize(evil)
    with pytest.raises(ArgumentError, match=r"Lambda.function: got 3, expected a function"):
        Lambda(3)


def test_shapes_that_were_said():
    assert Lambda(doubled, output_shape=(7,)).compute_output_shape((None, 4)) == (None, 7)
    assert Lambda(doubled, output_shape=lambda s: s).compute_output_shape((None, 4)) == (None, 4)
    assert Lambda(lambda x: ops.sum(x, -1)).compute_output_shape((None, 3, 4)) == (None, 3)


def test_wrappers_take_layers_of_one_s_own_out_of_files():
    config = layers.serialize(TimeDistributed(Own(2)))
    again = layers.deserialize(config, {"Own": Own})
    assert type(again.layer) is Own and again(X).shape == (5, 3, 2)
    with pytest.raises(ArgumentError, match="got 'Own'"):
        layers.deserialize(config)
    with pytest.raises(ArgumentError, match="expected a layer, such as Dense"):
        Wrapper(Dense)
    with pytest.raises(NotImplementedError, match="must define call"):
        Wrapper(Dense(1))(X)


def test_time_distributed_over_steps_or_over_rows():
    """A custom layer is called for each step: it may use the other rows."""

    class Centered(layers.Layer):
        def call(self, inputs):
            return inputs - ops.mean(inputs, axis=0)

    np.testing.assert_allclose(TimeDistributed(Centered())(X), X - X.mean(0), atol=1e-6)
    inner = brickwork.Sequential([Dense(3), layers.BatchNormalization()])
    assert TimeDistributed(inner)(X, training=True).shape == (5, 3, 3)
    with pytest.raises(ArgumentError, match="at least three axes"):
        TimeDistributed(Dense(1))(X[:, 0])


def test_merging_refuses():
    one, two = X[:, 0], X[:, 0, :3]
    for layer, inputs, message in (
        (layers.Add(), one, "expected a list of inputs"),
        (layers.Add(), [one, two], "expected shapes that are equal"),
        (layers.Subtract(), [one] * 3, "got 3 inputs, expected 2"),
        (layers.Concatenate(axis=1), [X, one], "expected equal extents"),
        (layers.Concatenate(axis=3), [X, X], "expected -3 to 2"),
        (layers.Dot(1), [one, two], "expected equal extents"),
        (layers.Dot(0), [one, one], "expected axes after the batch"),
        (layers.Dot(1), [one], "expected two"),
        (layers.Dot(1), [one, X[:, 0, 0]], "two axes"),
    ):
        with pytest.raises(ArgumentError, match=message):
            layer(inputs)
    with pytest.raises(ArgumentError, match=r"Dot.axes: got \(1, 2, 3\)"):
        layers.Dot((1, 2, 3))


def test_merging_lists_of_numbers():
    np.testing.assert_array_equal(layers.add([[[1, 2]], [[3, 4]]]), [[4, 6]])
    np.testing.assert_array_equal(layers.concatenate([[[1, 2]], np.array([[3]])]), [[1, 2, 3]])


@pytest.mark.parametrize(
    ("layer", "message"),
    [
        (layers.Reshape((5,)), "expected a shape of 12 values"),
        (layers.Reshape((-1, 5)), "expected a shape of 12 values"),
        (layers.Permute((1,)), "expected 2 axes"),
        (layers.RepeatVector(2), "expected 2 axes"),
    ],
)
def test_reshaping_refuses(layer, message):
    with pytest.raises(ArgumentError, match=message):
        layer(X)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: layers.Reshape((-1, -1)), "one may be -1"),
        (lambda: layers.Reshape("ab"), "got 'ab'"),
        (lambda: layers.Reshape((-2,)), "of which one"),
        (lambda: layers.Permute((0, 1)), "the axes 1"),
        (lambda: layers.Permute(2), "the axes 1, 2"),
        (lambda: layers.RepeatVector(0), "n: got 0"),
        (lambda: layers.Masking("a"), "expected a number"),
        (lambda: layers.Rescaling("a"), "number"),
    ],
)
def test_arguments_that_are_refused(make, message):
    with pytest.raises(ArgumentError, match=message):
        make()


@pytest.mark.parametrize(
    "equation",
    [
        "ab,bc",
        "aab,bc->ac",
        "ab,bb->ab",
        "ab,cd->ad",
        "ab,bc->ad",
        "...ab,bc->ac",
        "...ab...,bc->...ac...",
        "ab,bc,cd->ad",
        3,
    ],
)
def test_equations_that_are_refused(equation):
    with pytest.raises(ArgumentError, match=r"EinsumDense.equation: got .* 'abc,cd->abd'"):
        EinsumDense(equation, 3)


@pytest.mark.parametrize(
    ("equation", "shape"),
    [
        ("ab,bc->ac", 3),
        ("abc,cd->abd", 3),
        ("abc,cd->abd", (2, 5)),
        ("abcd,de->abce", (3, 4, 5)),
        ("abc,cd->abd", (None, None)),
    ],
)
def test_inputs_that_do_not_fit_the_equation(equation, shape):
    with pytest.raises(ArgumentError, match="expected extents that agree"):
        EinsumDense(equation, shape)(X)


def test_einsum_dense_is_dense():
    kernel = np.random.default_rng(1).normal(size=(4, 2)).astype("float32")
    layer = EinsumDense("abc,cd->abd", (None, 2), bias_axes="d")
    layer(X)
    layer.set_weights([kernel, [1, 2]])
    np.testing.assert_allclose(layer(X), X @ kernel + [1, 2], rtol=1e-4, atol=1e-5)
    heads = EinsumDense("abc,cde->abde", (3, 20, 30))
    heads(X)
    limit = np.sqrt(6 / (4 + 600))  # Glorot's, of all inputs and outputs
    assert limit * 0.95 < np.abs(heads.kernel.numpy()).max() <= limit
    with pytest.raises(ArgumentError, match="expected letters of the output"):
        EinsumDense("ab,bc->ac", 3, bias_axes="b")
