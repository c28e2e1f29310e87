"""`get_state_tree` and `set_state_tree`."""

import numpy as np
import pytest

from brickwork import Input, Model, layers, optimizers


def model_of(name="out"):
    x = Input((3,))
    model = Model(x, layers.Dense(2, name=name)(x))
    model.compile(optimizers.Adam(name="adam"), "mse")
    return model


def test_the_tree_of_a_model_makes_another_equal():
    first, second = model_of(), model_of()
    x, y = np.ones((4, 3), "float32"), np.zeros((4, 2), "float32")
    first.fit(x, y, epochs=2, verbose=0)
    second.optimizer.build(second.trainable_variables)
    tree = first.get_state_tree()
    assert sorted(tree["trainable_variables"]["out"]) == ["bias", "kernel"]
    assert int(tree["optimizer_variables"]["adam"]["iteration"]) == 2
    assert tree["non_trainable_variables"] == {} and "loss" in tree["metrics_variables"]
    second.set_state_tree({k: v for k, v in tree.items() if k != "metrics_variables"})
    for model in (first, second):
        model.fit(x, y, verbose=0)
    np.testing.assert_array_equal(*(m.get_layer("out").kernel.numpy() for m in (first, second)))


def test_what_does_not_fit_changes_nothing():
    model = model_of()
    kernel = model.get_layer("out").kernel.numpy()
    group = {"kernel": np.zeros((3, 2)), "bias": np.zeros(7)}
    for wrong in (
        {"trainable_variables": {"out": group}},
        {"trainable_variables": {"out": {"weight": 1.0}}},
        {"weights": {}},
    ):
        with pytest.raises(ValueError):
            model.set_state_tree(wrong)
    np.testing.assert_array_equal(model.get_layer("out").kernel.numpy(), kernel)
    with pytest.raises(ValueError, match="value_format"):
        model.get_state_tree("jax")


def test_two_variables_of_one_path_are_refused():
    class Twins(Model):
        def __init__(self):
            super().__init__()
            self.one, self.two = layers.Dense(2, name="d"), layers.Dense(2, name="d")

        def call(self, x):
            return self.two(self.one(x))

    model = Twins()
    model(np.ones((1, 2), "float32"))
    with pytest.raises(ValueError, match="the path 'twins/d/kernel'"):
        model.get_state_tree()
