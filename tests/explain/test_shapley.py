"""SHAP values beside the package shap, and beside all orders of columns."""

import json
from itertools import permutations
from pathlib import Path

import numpy as np
import pytest

from brickwork import Sequential, layers
from brickwork.errors import ArgumentError
from brickwork.explain import shap_values
from brickwork.layers import Table

GOLDEN = json.loads((Path(__file__).parent / "shap_golden.json").read_text("utf-8"))["cases"]


def network(case):
    first, second = np.array(case["first"]), np.array(case["second"])
    return lambda x: 1 / (1 + np.exp(-np.maximum(x @ first, 0) @ second))


@pytest.mark.parametrize("case", GOLDEN, ids=lambda case: f"{len(case['first'])} columns")
def test_the_package_shap_has_the_same_values(case):
    model, x, beside = network(case), np.array(case["x"]), np.array(case["background"])
    for output in range(len(case["base"])):
        found = shap_values(model, x, beside, output, exact=True)
        for theirs in (case["exact"], case["kernel"]):
            np.testing.assert_allclose(found.values, np.array(theirs)[:, :, output], atol=1e-7)
        assert found.base == pytest.approx(case["base"][output])
        np.testing.assert_array_equal(found.errors, 0)


def by_all_orders(model, row, background):
    """Shapley's definition, order after order."""
    total, count = np.zeros(len(row)), 0
    for order in permutations(range(len(row))):
        at, before = background.copy(), model(background).mean()
        for column in order:
            at[:, column] = row[column]
            now = model(at).mean()
            total[column] += now - before
            before = now
        count += 1
    return total / count


def test_the_definition():
    rng = np.random.default_rng(0)

    def model(x):
        return x[:, 0] * x[:, 1] + np.where(x[:, 2] > 0, x[:, 3], np.exp(x[:, 4] / 2))

    x, beside = rng.normal(size=(4, 5)), rng.normal(size=(6, 5))
    found = shap_values(model, x, beside)
    for row, values in zip(x, found.values, strict=True):
        np.testing.assert_allclose(values, by_all_orders(model, row, beside), atol=1e-12)


def test_samples_come_near_as_near_as_they_say():
    rng = np.random.default_rng(1)
    case = GOLDEN[2]
    model, x, beside = network(case), np.array(case["x"]), np.array(case["background"])
    found = shap_values(model, x, beside, exact=False, permutations=200)
    apart = np.abs(found.values - np.array(case["exact"])[:, :, 0])
    assert 0 < found.errors.max() < 0.02 and (apart <= 4 * found.errors + 1e-9).all()
    np.testing.assert_allclose(found.values.sum(1) + found.base, found.outputs, atol=1e-12)
    fewer = shap_values(model, x, beside, exact=False, permutations=8)
    assert fewer.errors.mean() > 2 * found.errors.mean()
    other = shap_values(model, x, beside, exact=False, permutations=8, seed=1)
    assert not np.allclose(fewer.values, other.values, atol=1e-6)
    many = rng.normal(size=(2, 20))  # too many to be tried; the function is a sum, so it is exact
    weights = rng.normal(size=20)
    linear = shap_values(lambda x: x @ weights, many, np.zeros((1, 20)), permutations=2)
    np.testing.assert_allclose(linear.values, many * weights, atol=1e-12)


def table(rows):
    rng = np.random.default_rng(2)
    return {
        "age": rng.integers(20, 60, rows),
        "city": rng.choice(["Busan", "Seoul", "Ulsan"], rows).astype(object),
        "pay": np.where(rng.random(rows) < 0.2, np.nan, rng.normal(3000, 500, rows)),
    }


def test_a_table_is_explained_by_its_own_columns():
    """The same by a model that begins with a `Table`, and by a function that is asked for dicts."""
    data = table(60)
    model = Sequential([Table.from_data(data), layers.Dense(6, "tanh"), layers.Dense(2)])
    few = {name: column[:3] for name, column in reversed(data.items())}
    own = shap_values(model, {"more": [0, 0, 0], **few}, data, 1)
    assert own.columns == ["age", "city", "pay"]
    asked = shap_values(lambda columns: model.predict(columns, verbose=0), few, data, 1)
    assert sorted(asked.columns) == own.columns
    order = [asked.columns.index(name) for name in own.columns]
    np.testing.assert_allclose(own.values, asked.values[:, order], atol=1e-5)
    np.testing.assert_allclose(own.outputs, model.predict(few, verbose=0)[:, 1], atol=1e-5)
    np.testing.assert_allclose(own.values.sum(1) + own.base, own.outputs, atol=1e-5)


def test_what_is_printed_adds_up_and_has_the_cells():
    x = np.arange(10.0)[None]
    found = shap_values(lambda x: x.sum(1), x, np.zeros((1, 10)))
    lines = str(found).splitlines()
    assert lines[0] == "row 0: 45, where 0 is expected" and lines[1] == "  +9  9 = 9"
    assert lines[-1] == "  +1  2 other columns" and len(lines) == 10
    data = table(60)
    model = Sequential([Table.from_data(data), layers.Dense(1)])
    few = {name: column[:1] for name, column in data.items()}
    assert f"city = {data['city'][0]}" in str(shap_values(model, few, data))


def test_a_model_that_says_something_else_each_time_is_found_out():
    rng = np.random.default_rng(0)
    with pytest.raises(ArgumentError, match="does not say the same of the same row twice"):
        shap_values(lambda x: rng.normal(size=len(x)), np.ones((2, 3)), np.zeros((4, 3)))


def test_sums_are_compared_with_differences_not_with_the_outputs_themselves():
    rng = np.random.default_rng(0)

    def noisy(x):
        return 1e6 + x.sum(1) + rng.normal(scale=2, size=len(x))

    with pytest.raises(ArgumentError, match="does not say the same of the same row twice"):
        shap_values(noisy, np.ones((9, 3)), np.zeros((4, 3)))
    single = shap_values(lambda x: (1e6 + x.sum(1)).astype("f"), np.ones((2, 3)), np.zeros((4, 3)))
    np.testing.assert_allclose(single.values, 1)


@pytest.mark.parametrize(
    "how, says",
    [
        ({"background": np.zeros((2, 4))}, "got the columns 0, 1, 2, 3, expected 0, 1, 2"),
        ({"output": 2}, "output: got 2, expected 0 to 1"),
        ({"output": None}, "got None of 2 outputs"),
        ({"permutations": 1}, "permutations: got 1"),
        ({"model": 3}, "expected a model or a function"),
        ({"model": lambda x: np.ones(3)}, r"returns the shape \(3, 1\)"),
        ({"data": np.ones(3)}, "expected an array"),
        ({"data": {"a": [1, 2], "b": [1]}}, "different lengths"),
    ],
    ids=lambda value: value if isinstance(value, str) else "-".join(value),
)
def test_mistakes(how, says):
    given = {
        "model": lambda x: np.column_stack([x[:, 0], x[:, 1]]),
        "data": np.ones((2, 3)),
        "background": np.zeros((2, 3)),
        "output": 0,
    }
    with pytest.raises(ArgumentError, match=says):
        shap_values(**{**given, **how})
