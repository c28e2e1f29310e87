"""Integrated gradients: their axioms, and the same integral by SciPy over finite differences."""

import numpy as np
import pytest
from scipy.integrate import quad

from brickwork import Input, Model, Sequential, layers
from brickwork.errors import ArgumentError
from brickwork.explain import integrated_gradients
from brickwork.layers import Table
from brickwork.utils import set_random_seed

rng = np.random.default_rng(0)
X = rng.normal(size=(5, 4))


@pytest.fixture(autouse=True)
def seeded():
    set_random_seed(1)


def smooth(outputs=1) -> Sequential:
    return Sequential(
        [Input((4,)), layers.Dense(6, "tanh"), layers.Dropout(0.5), layers.Dense(outputs)]
    )


def test_the_integral_is_scipy_s():
    model, base = smooth(2), np.array([0.5, -1.0, 0.0, 0.2])
    found = integrated_gradients(model, X, base, output=1, steps=256)
    kernel, bias, last, shift = (w.astype(float) for w in model.get_weights())

    def value(x):
        return np.tanh(x @ kernel + bias) @ last[:, 1] + shift[1]

    for row, values in zip(X, found.values, strict=True):
        for i, got in enumerate(values):

            def slope(t, i=i, row=row):
                at, h = base + t * (row - base), 1e-5 * np.eye(4)[i]
                return (value(at + h) - value(at - h)) / 2e-5

            assert got == pytest.approx((row[i] - base[i]) * quad(slope, 0, 1)[0], abs=2e-5)
    assert found.base == pytest.approx(value(base), abs=1e-5)


@pytest.mark.parametrize("activation", ["relu", "sigmoid", "swish"])
def test_values_add_up(activation):
    model = Sequential([layers.Dense(32, activation, input_dim=4), layers.Dense(1, "sigmoid")])
    found = integrated_gradients(model, 5 * X, tolerance=1e-3)
    gap = np.abs(found.values.sum(1) + found.base - found.outputs)
    assert gap.max() <= 1e-3 * np.abs(found.outputs - found.base).max() + 1e-5


def test_steps_are_doubled_until_they_add_up():
    model = Sequential([layers.Dense(8, "tanh", input_dim=4), layers.Dense(1)])
    model.set_weights([20 * w for w in model.get_weights()])
    exact = integrated_gradients(model, X, steps=2048)
    rough = integrated_gradients(model, X, steps=1, tolerance=1e-3)
    np.testing.assert_allclose(rough.values, exact.values, atol=0.02 * np.abs(exact.values).max())


def test_what_changes_too_suddenly_is_said():
    model = Sequential([layers.Dense(1, "sigmoid", input_dim=1)])
    model.set_weights([np.array([[1e7]]), np.array([-3e6])])
    with pytest.raises(ArgumentError, match="too suddenly even for 2048 points"):
        integrated_gradients(model, [[1.0]])


def test_of_a_linear_model_it_is_the_weight_times_the_way():
    model = Sequential([layers.Dense(1, input_dim=4)])
    kernel = model.get_weights()[0][:, 0]
    found = integrated_gradients(model, X, steps=1)
    np.testing.assert_allclose(found.values, X * kernel, atol=1e-5)


def test_what_the_output_does_not_depend_on_has_no_part():
    inputs = Input((4,))
    model = Model(inputs, layers.Dense(1, "tanh")(inputs[:, :2]))
    values = integrated_gradients(model, X).values
    assert (values[:, 2:] == 0).all() and (values[:, :2] != 0).all()


def test_features_of_a_table_are_added_up_by_column():
    data = {
        "age": rng.integers(20, 60, 40).astype(float),
        "city": rng.choice(["Busan", "Seoul", "Ulsan"], 40).astype(object),
        "pay": np.where(rng.random(40) < 0.2, np.nan, rng.normal(3000, 500, 40)),
    }
    table = Table.from_data(data)
    model = Sequential([table, layers.Dense(6, "tanh"), layers.Dense(1)])
    found = integrated_gradients(model, data, baseline=data, tolerance=1e-4)
    assert found.columns == ["age", "city", "pay"] and found.values.shape == (40, 3)
    np.testing.assert_allclose(found.outputs, model.predict(data, verbose=0)[:, 0], atol=1e-5)
    features = np.asarray(table(data))
    rest = Sequential(model.layers[1:])
    single = integrated_gradients(rest, features, features.mean(0), tolerance=1e-4).values
    assert (
        table.features[1:4] == ["city = Busan", "city = Seoul", "city = Ulsan"]
        or len(table.features) == single.shape[1]
    )
    np.testing.assert_allclose(found.values[:, 0], single[:, 0], atol=1e-5)
    np.testing.assert_allclose(found.values[:, 1], single[:, 1:4].sum(1), atol=1e-5)
    np.testing.assert_allclose(found.values[:, 2], single[:, 4:].sum(1), atol=1e-5)


def test_mistakes():
    with pytest.raises(ArgumentError, match="shap_values takes any function"):
        integrated_gradients(lambda x: x, X)
    with pytest.raises(ArgumentError, match="baseline: got 3 numbers, expected 4"):
        integrated_gradients(smooth(), X, np.zeros(3))
    with pytest.raises(ArgumentError, match="got None of 2 outputs"):
        integrated_gradients(smooth(2), X)
    with pytest.raises(ArgumentError, match="steps: got 0"):
        integrated_gradients(smooth(), X, steps=0)
    with pytest.raises(ArgumentError, match="tolerance: got nan"):
        integrated_gradients(smooth(), X, tolerance=np.nan)
    a, b = Input((1,), name="a"), Input((1,), name="b")
    both = Model([a, b], layers.add([a, b]))
    with pytest.raises(ArgumentError, match="takes several inputs, expected a model of one input"):
        integrated_gradients(both, {"a": [1.0], "b": [2.0]})
