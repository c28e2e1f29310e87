"""Permutation importance and partial dependence beside scikit-learn."""

import warnings

import numpy as np
import pandas as pd
import pytest
from sklearn import inspection
from sklearn.datasets import make_regression
from sklearn.metrics import r2_score
from sklearn.neural_network import MLPRegressor

from brickwork import Input, Model, Sequential, layers
from brickwork.errors import ArgumentError
from brickwork.explain import (
    integrated_gradients,
    partial_dependence,
    permutation_importance,
    shap_values,
)
from brickwork.layers import Table

X, Y = make_regression(150, 4, n_informative=2, noise=5, random_state=0)
Y = Y / Y.std()
with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # it need not converge
    NET = MLPRegressor(hidden_layer_sizes=(16,), solver="lbfgs", max_iter=100, random_state=0)
    NET.fit(X, Y)


def score(y, p):
    return r2_score(y, p[:, 0])


def test_importance_is_scikit_learn_s():
    theirs = inspection.permutation_importance(NET, X, Y, n_repeats=60, random_state=0)
    ours = permutation_importance(NET.predict, X, Y, score, repeats=60)
    error = np.hypot(theirs.importances_std, ours.deviations) / np.sqrt(60)
    assert (np.abs(theirs.importances_mean - ours.means) <= 4 * error + 1e-9).all()
    np.testing.assert_allclose(ours.deviations, theirs.importances_std, rtol=0.5, atol=1e-3)
    assert ours.score == pytest.approx(NET.score(X, Y))
    assert [name for name, _ in ours.ranked()] == np.argsort(-theirs.importances_mean).tolist()


def test_a_column_that_is_not_used_has_no_importance():
    found = permutation_importance(lambda x: x[:, 1], X, X[:, 1], score, repeats=5)
    assert (found.means[[0, 2, 3]] == 0).all()
    # Dealt out, the error is twice the variance: R2 falls from 1 to -1.
    assert found.means[1] == pytest.approx(2, abs=0.3)
    again = permutation_importance(lambda x: x[:, 1], X, X[:, 1], score, repeats=5, seed=1)
    assert again.means[1] != found.means[1]


@pytest.mark.parametrize("column", [0, 3])
def test_dependence_is_scikit_learn_s(column):
    theirs = inspection.partial_dependence(
        NET, X, [column], kind="both", method="brute", grid_resolution=9
    )
    ours = partial_dependence(NET.predict, X, column, grid=theirs["grid_values"][0])
    np.testing.assert_allclose(ours.mean[:, 0], theirs["average"][0], rtol=1e-10)
    np.testing.assert_allclose(ours.each[:, :, 0], theirs["individual"][0], rtol=1e-10)
    own = partial_dependence(NET.predict, X, column, points=5)
    assert len(own.grid) == 5 and np.isin(own.grid, X[:, column]).all()


def test_columns_of_a_table():
    rng = np.random.default_rng(0)
    data = {
        "city": rng.choice(["Busan", "Seoul"], 50).astype(object),
        "day": np.datetime64("2026-01-01") + rng.integers(0, 90, 50),
        "rooms": rng.integers(1, 4, 50),
        "id": np.arange(50),
    }
    model = Sequential([Table.from_data(data, exclude=["id"]), layers.Dense(1)])
    y = model.predict(data, verbose=0)
    found = permutation_importance(model, data, y[:, 0], score)
    assert found.columns == ["city", "day", "rooms"] and (found.means > 0).all()
    cities = partial_dependence(model, data, "city")
    assert cities.grid.tolist() == ["Busan", "Seoul"]
    busan = model.predict({**data, "city": ["Busan"] * 50}, verbose=0)
    np.testing.assert_allclose(cities.mean[0], busan.mean(0), rtol=1e-5)
    assert partial_dependence(model, data, "rooms").grid.tolist() == [1, 2, 3]
    days = partial_dependence(model, data, "day", points=4)
    assert days.grid.dtype.kind == "M" and len(days.mean) == 4


def test_a_model_of_one_input_takes_the_columns_of_a_table_side_by_side():
    model = Sequential([layers.Dense(3, "tanh", input_dim=4), layers.Dense(1)])
    y = model.predict(X, verbose=0)[:, 0]
    table = {f"x{i}": column for i, column in enumerate(X.T)}
    own = permutation_importance(model, table, y, score)
    np.testing.assert_allclose(own.draws, permutation_importance(model, X, y, score).draws)
    assert own.columns == ["x0", "x1", "x2", "x3"]
    curve = partial_dependence(model, table, "x1", points=4)
    np.testing.assert_allclose(curve.mean, partial_dependence(model, X, 1, points=4).mean)
    np.testing.assert_allclose(
        shap_values(model, pd.DataFrame(table)[:2], table).values,
        shap_values(model, X[:2], X).values,
    )
    np.testing.assert_allclose(
        integrated_gradients(model, table).values, integrated_gradients(model, X).values
    )
    with pytest.raises(ValueError, match="'x1', row 0: got 'a', expected a number"):
        permutation_importance(model, {**table, "x1": ["a"] * 150}, y, score)


def test_the_columns_that_a_model_was_trained_on_are_found_by_name():
    frame = pd.DataFrame({"a": X[:, 0], "b": X[:, 1]})
    model = Sequential([layers.Dense(1, input_dim=2)])
    model.compile("sgd", "mse")
    model.fit(frame, 3 * frame["a"], epochs=1, verbose=0)
    model.set_weights([np.array([[3.0], [0.0]]), np.zeros(1)])
    found = shap_values(model, frame[["b", "a"]].assign(c=0)[:3], frame)
    assert found.columns == ["a", "b"] and np.abs(found.values[:, 1]).max() < 1e-6
    curve = partial_dependence(model, frame[["b", "a"]], "a", grid=[0, 1])
    np.testing.assert_allclose(np.diff(curve.mean, axis=0), 3, rtol=1e-5)
    with pytest.raises(ArgumentError, match="without the column 'b'"):
        permutation_importance(model, frame[["a"]], frame["a"], score)


def test_functions_of_texts_and_truths():
    frame = pd.DataFrame({"b": ["x", "yy"], "t": [True, False]})
    curve = partial_dependence(lambda c: (np.asarray(c["b"]) == "x") * 1.0, frame, "b")
    assert curve.grid.tolist() == ["x", "yy"] and curve.mean.tolist() == [[1.0], [0.0]]
    truths = partial_dependence(lambda c: np.asarray(c["t"]) * 1.0, frame, "t")
    assert truths.mean.tolist() == [[0.0], [1.0]]


def test_dates_and_numbers_written_as_text_have_quantiles():
    days = (np.datetime64("2026-01-01") + np.arange(80)).astype(str).astype(object)
    data = {"day": days, "n": np.array([str(i) for i in range(79)] + ["?"], object)}
    model = Sequential([Table.from_data(data), layers.Dense(1)])
    assert [column.kind for column in model.layers[0].columns] == ["date", "number"]
    for name, kind in (("day", "M"), ("n", "f")):
        curve = partial_dependence(model, data, name, points=5)
        assert len(curve.grid) == 5 and curve.grid.dtype.kind == kind


def test_a_model_of_several_inputs_takes_them_by_name():
    a, b = Input((1,), name="a"), Input((1,), name="b")
    model = Model({"a": a, "b": b}, layers.multiply([a, b]))
    data = {"a": np.array([1.0, 2.0]), "b": np.array([3.0, 4.0])}
    assert partial_dependence(model, data, "a", grid=[1, 10]).mean.tolist() == [[3.5], [35]]
    assert shap_values(model, data, {"a": [0], "b": [0]}).values.tolist() == [[1.5, 1.5], [4, 4]]


def test_mistakes():
    with pytest.raises(ArgumentError, match=r"seed: got 0\.5"):
        permutation_importance(NET.predict, X, Y, score, seed=0.5)
    with pytest.raises(ArgumentError, match="score: got 'r2'"):
        permutation_importance(NET.predict, X, Y, "r2")
    with pytest.raises(ArgumentError, match=r"column: got \[0\]"):
        partial_dependence(NET.predict, X, [0])
    with pytest.raises(ArgumentError, match="column: got 'a', expected one of the columns"):
        partial_dependence(NET.predict, X, "a")
    with pytest.raises(ArgumentError, match="points: got 1"):
        partial_dependence(NET.predict, X, 0, points=1)
    with pytest.raises(ArgumentError, match="got no value"):
        partial_dependence(NET.predict, X, 0, grid=[])
    with pytest.raises(ArgumentError, match="for 150 rows"):
        permutation_importance(NET.predict, X, Y[:-1], score)
    with pytest.raises(ArgumentError, match="repeats: got 0"):
        permutation_importance(NET.predict, X, Y, score, repeats=0)
    model = Sequential([Table.from_data({"age": [1, 2], "pay": [3, 4]}), layers.Dense(1)])
    with pytest.raises(ArgumentError, match="without the column 'pay'"):
        permutation_importance(model, {"age": [1, 2]}, [1, 2], score)
