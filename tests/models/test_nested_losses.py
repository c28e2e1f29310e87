"""Losses, weights and metrics in the nest of the outputs, as Keras computes and names them."""

from collections import namedtuple

import numpy as np
import pytest
from keras_oracle import keras

import brickwork

Pair = namedtuple("Pair", ["one", "two"])
RNG = np.random.default_rng(2)
X = RNG.normal(size=(6, 3)).astype("float32")
KERNELS = {name: RNG.normal(size=(3, 1)) for name in "pq"}
TRUTH = {name: RNG.normal(size=(6, 1)).astype("float32") for name in "pq"}


def whole(library):
    """A loss of a whole nest of outputs: the sum of the errors of each."""

    def whole(y_true, y_pred):
        library.tree.assert_same_structure(y_true, y_pred)
        pairs = zip(library.tree.flatten(y_true), library.tree.flatten(y_pred), strict=True)
        return sum(library.ops.mean(abs(t - p), axis=-1) for t, p in pairs)

    return whole


CASES = {
    "a list of one in a list": (["p", "q"], lambda _: ["mse", ["mae"]], [2.0, 3.0]),
    "a list in a list": (["p", "q"], lambda _: ["mse", ["mse", "mae"]], None),
    "a list in a dict": (
        {"a": "p", "b": "q"},
        lambda _: {"a": ["mse"], "b": "mae"},
        {"a": [1.0], "b": 3.0},
    ),
    "the whole, and parts": (("p", "q"), lambda lib: [whole(lib), ("mse", None)], None),
    "the whole of a dict": (
        {"a": "p", "b": "q"},
        lambda lib: [whole(lib), {"a": "mse", "b": "mae"}],
        [2.0, {"a": 3.0, "b": 4.0}],
    ),
    "a named tuple": (Pair("p", "q"), lambda _: Pair("mae", "mse"), Pair(2.0, 3.0)),
    "the whole of a named tuple": (
        Pair("p", "q"),
        lambda lib: [whole(lib), Pair("mae", "mse")],
        None,
    ),
    "deep": (
        {"a": ("p", "q"), "b": {"c": "q"}, "d": "p"},
        lambda lib: {"a": [whole(lib), (None, "mae")], "b": {"c": "mse"}, "d": "mae"},
        None,
    ),
    "one for all": ({"a": ("p", "q"), "d": "p"}, lambda _: "mse", None),
}


def evaluated(library, nest, loss, weights, metrics=None):
    x = library.layers.Input((3,))
    outputs = {name: library.layers.Dense(1, use_bias=False, name=name)(x) for name in "pq"}
    model = library.Model(x, library.tree.map_structure(outputs.get, nest))
    for name in "pq":
        model.get_layer(name).set_weights([KERNELS[name]])
    model.compile("sgd", loss(library), weights, metrics)
    y = library.tree.map_structure(TRUTH.get, nest)
    return model.evaluate(X, y, verbose=0, return_dict=True)


@pytest.mark.parametrize("nest, loss, weights", CASES.values(), ids=CASES)
def test_losses_in_the_nest_of_the_outputs(nest, loss, weights):
    expected, found = (evaluated(lib, nest, loss, weights) for lib in (keras, brickwork))
    # Of two losses of one output Keras logs the last alone, and brickwork their sum.
    several = {"q_loss"} if nest == ["p", "q"] and weights is None else set()
    assert found.keys() == expected.keys()
    for name in found.keys() - several:
        np.testing.assert_allclose(found[name], expected[name], rtol=1e-5, err_msg=name)


def test_metrics_in_the_nest_of_the_outputs():
    nest, metrics = {"a": ("p", "q"), "d": "p"}, {"a": ("mae", ["mse", "mae"]), "d": None}
    expected, found = (
        evaluated(lib, nest, lambda _: "mse", None, metrics) for lib in (keras, brickwork)
    )
    assert sorted(found) == sorted(expected)
    for name in found:
        np.testing.assert_allclose(found[name], expected[name], rtol=1e-5, err_msg=name)


def test_several_losses_of_the_only_output_are_added():
    model = brickwork.Sequential([brickwork.Input((3,)), brickwork.layers.Dense(1)])
    model.compile("sgd", ["mse", "mae"], metrics=["mse", "mae"])
    found = model.evaluate(X, TRUTH["p"], verbose=0, return_dict=True)
    np.testing.assert_allclose(found["loss"], found["mse"] + found["mae"], rtol=1e-5)


@pytest.mark.parametrize(
    "loss, says",
    [
        ({"a": "mse", "z": "mse"}, "compile.loss: got 'z', which is not an output"),
        ({"a": {"b": "mse"}}, r"compile.loss\['a'\]: got .* expected one loss"),
    ],
)
def test_losses_in_another_nest_are_refused(loss, says):
    x = brickwork.Input((3,))
    dense = brickwork.layers.Dense(1)(x)
    model = brickwork.Model(x, {"a": (dense, dense), "b": dense})
    with pytest.raises(ValueError, match=says):
        model.compile("sgd", loss)
