"""`brickwork.train`: what it finds out, how honest it is, what its model can do."""

import warnings

import numpy as np
import pandas as pd
import polars as pl
import pytest
from sklearn.datasets import load_breast_cancer, load_diabetes, load_iris
from sklearn.metrics import (
    accuracy_score,
    log_loss,
    mean_absolute_error,
    mean_poisson_deviance,
    r2_score,
    roc_auc_score,
    root_mean_squared_error,
)

import brickwork
from brickwork import load_model
from brickwork.errors import ArgumentError
from brickwork.layers import Table
from brickwork.tabular.bag import _least_loss
from brickwork.tabular.leaks import warnings_of
from brickwork.tabular.scores import auc, full_probabilities, scores
from brickwork.tabular.splits import held_out, in_order_of_time
from brickwork.tabular.task import Task, task_of

RNG = np.random.default_rng(11)
N = 160
X = pd.DataFrame(
    {
        "age": RNG.integers(18, 80, N).astype(float),
        "city": RNG.choice(["Seoul", "Busan", None], N),
        "since": pd.Timestamp("2025-01-01") + pd.to_timedelta(RNG.integers(0, 300, N), "D"),
    }
)
BOUGHT = np.where((X["age"] > 50) ^ (X["city"] == "Seoul"), "yes", "no")
PAY = 1000 + 40 * X["age"] + RNG.normal(0, 30, N)
VISITS = RNG.poisson(np.exp((X["age"] - 40) / 20))
TARGETS = {
    "classes": {"y": BOUGHT},
    "three classes": {"y": np.where(X["age"] > 60, "old", np.where(X["age"] < 30, "young", "mid"))},
    "regression": {"y": PAY},
    "counts": {"y": VISITS},
    "labels": {"a": (X["age"] > 50).astype(int), "b": (X["city"] == "Seoul").astype(int)},
    "two numbers": {"a": PAY, "b": 1e6 - PAY},
}


@pytest.fixture(scope="module")
def trained():
    kept = {}

    def train(name):
        if name not in kept:
            data = X.assign(**TARGETS[name])
            kept[name] = brickwork.train(data, list(TARGETS[name]), quality="fast"), data
        return kept[name]

    return train


@pytest.mark.parametrize(
    ("column", "kind", "classes"),
    [
        (["b", "a", None], "classes", ("a", "b")),
        ([True, False, True], "classes", (False, True)),
        ([0, 1, 1], "classes", (0, 1)),
        ([1.0, 2.0, np.nan], "classes", (1, 2)),
        (list(range(11)), "regression", None),
        ([0, 0, 0, 1, 1, *range(2, 40)], "counts", None),
        ([18, 18, 18, 19, 20, *range(21, 60)], "regression", None),
        ([0.5, 1.5, 0.5], "regression", None),
    ],
)
def test_the_task_is_found(column, kind, classes):
    task = task_of({"y": brickwork.data.columns.as_column(column, "y")}, ["y"], None)
    assert (task.kind, task.classes) == (kind, classes)


@pytest.mark.parametrize("name", TARGETS)
def test_every_task_is_better_than_a_constant_and_its_model_is_saved(name, trained, tmp_path):
    predictor, data = trained(name)
    ours, constant = predictor.report.scores[0], predictor.report.baselines[0].scores[0]
    assert ours.value < 0.8 * constant.value
    found = predictor.predict(data)
    assert found.shape == ((N,) if len(TARGETS[name]) == 1 else (N, 2))
    predictor.save(tmp_path / "model.brick")
    again = load_model(tmp_path / "model.brick")
    np.testing.assert_array_equal(again.predict(data, verbose=0), predictor.outputs(data))
    np.testing.assert_array_equal(
        again.predict(pl.from_pandas(data), verbose=0), predictor.outputs(data)
    )
    if predictor.task.classifies:
        p = predictor.predict_proba(data)
        assert p.min() >= 0 and p.max() <= 1
    else:
        with pytest.raises(ValueError, match="expected classes"):
            predictor.predict_proba(data)


def test_scores_are_those_of_scikit_learn():
    p, k = RNG.dirichlet(np.ones(3), 200).astype(float), RNG.integers(0, 3, 200)
    found = {one.name: one for one in scores(Task("classes", ["y"], "abc"), k, p)}
    assert found["log loss"].value == pytest.approx(log_loss(k, p))
    assert found["accuracy"].value == accuracy_score(k, p.argmax(1))
    assert found["ROC AUC"].value == pytest.approx(roc_auc_score(k, p, multi_class="ovr"))
    assert all(one.low < one.value < one.high for one in found.values())
    y, guess = RNG.normal(size=(200, 1)), RNG.normal(size=(200, 1))
    found = {one.name: one.value for one in scores(Task("regression", ["y"]), y, guess)}
    assert found["RMSE"] == pytest.approx(root_mean_squared_error(y, guess))
    assert found["MAE"] == pytest.approx(mean_absolute_error(y, guess))
    assert found["R2"] == pytest.approx(r2_score(y, guess))
    counts, rates = RNG.poisson(2, (200, 1)), RNG.gamma(2, 1, (200, 1))
    found = {one.name: one.value for one in scores(Task("counts", ["y"]), counts, rates)}
    assert found["Poisson deviance"] == pytest.approx(mean_poisson_deviance(counts, rates))
    ties = RNG.integers(0, 5, 200) / 5
    assert auc(k == 0, ties) == pytest.approx(roc_auc_score(k == 0, ties))


def test_the_interval_of_a_score_holds_what_it_says():
    """Of samples with a known accuracy of 0.8, about 95 % of the intervals hold it."""
    task, inside = Task("classes", ["y"], "ab"), 0
    for draw in range(200):
        rng = np.random.default_rng(draw)
        right = rng.random(150) < 0.8
        y = rng.integers(0, 2, 150)
        score = scores(task, y, np.where(right, y, 1 - y)[:, None].astype(float))[1]
        inside += score.low <= 0.8 <= score.high
    assert 0.89 <= inside / 200 <= 0.99


def test_held_out_scores_are_those_of_rows_never_trained_on():
    """Noise can be learnt by heart; the report must not say so."""
    data = pd.DataFrame(RNG.normal(size=(200, 20))).rename(columns=str)
    data["y"] = RNG.choice(["a", "b"], 200)
    report = brickwork.train(data, "y").report
    accuracy = report.scores[1]
    assert accuracy.low < 0.6 and report.verdict.key != "better"
    assert "NOT better" in str(report) or "may be chance" in str(report)


def test_rows_in_the_order_of_a_date_are_held_out_from_the_end():
    data = X.assign(y=PAY).sort_values("since")
    predictor = brickwork.train(data, "y", quality="fast")
    assert "the last ones by 'since'" in str(predictor.report)
    times = data["since"].to_numpy()
    inside, outside = held_out(predictor.task, PAY.to_numpy()[:, None], None, times, 0)
    assert times[inside].max() < times[outside].min()
    assert in_order_of_time({"since": X["since"].to_numpy()}) is None


def test_dates_as_text_and_fractions_of_years_are_times_as_well():
    data = X.assign(y=PAY).sort_values("since")
    texts = data.assign(since=data["since"].dt.strftime("%Y-%m-%d"))
    for given in (data, texts):
        report = brickwork.train(given, "y", quality="fast").report
        assert "the last ones by 'since'" in str(report)
    years = 2020 + np.arange(N) / 50
    mixed = RNG.permutation(N)
    inside, outside = held_out(Task("regression", ["y"]), years[:, None], None, years[mixed], 0)
    assert len(outside) == N // 5 and years[mixed][inside].max() < years[mixed][outside].min()
    lacking = texts.assign(since=texts["since"].where(texts["age"] > 25))
    with pytest.raises(ValueError, match="values of 'since' are missing"):
        brickwork.train(lacking, "y", time_column="since", quality="fast")


def test_rows_without_events_are_counts_too():
    data = {"day": pd.date_range("2025-01-01", periods=60), "y": [0] * 48 + [3, 5, 0, 20] * 3}
    data["x"] = RNG.random(60)
    predictor = brickwork.train(data, "y", task="counts", quality="fast")
    assert np.isfinite(predictor.predict(data)).all()


def test_the_least_loss_of_counts_is_that_of_predictions_without_error():
    y = RNG.poisson(1.5, (200, 1)) / 1.5
    rates = np.maximum(y, 1e-12)
    assert _least_loss(Task("counts", ["y"]), y) == pytest.approx(
        (rates - y * np.log(rates)).mean()
    )


def test_groups_are_held_out_together():
    data = X.assign(y=BOUGHT, person=np.arange(N) // 4)
    predictor = brickwork.train(data, "y", groups="person", quality="fast")
    assert "person" not in [column.name for column in predictor.model.layers[0].columns]
    y = predictor.task.encode({"y": BOUGHT.astype(object)})
    inside, outside = held_out(predictor.task, y, np.arange(N) // 4, None, 0)
    assert not set(inside // 4) & set(outside // 4)


def test_the_report_says_which_columns_are_important(trained):
    importance = {name: mean for name, mean, _ in trained("regression")[0].report.importance}
    assert max(importance, key=importance.get) == "age"
    assert "Most important columns: 'age'" in str(trained("regression")[0].report)


def test_what_looks_like_a_leak_is_warned_of():
    y = RNG.integers(0, 2, N)
    columns = {
        "after": y * 2.0 + RNG.random(N),
        "place": np.arange(N),
        "noise": np.round(RNG.random(N), 1),
    }
    task = Task("classes", ["y"], (0, 1))
    inside, outside = held_out(task, y, None, None, 0)
    keys = [
        (note.key, note.values.get("name"))
        for note in warnings_of(columns, Table.from_data(columns), task, y, inside, outside, True)
    ]
    assert keys == [("gives away", "after"), ("numbers rows", "place")]
    noise = Table.from_data({"noise": columns["noise"]})
    twice = warnings_of(columns, noise, task, y, inside, outside, True)
    assert [note.key for note in twice] == ["twice"]


def notes_of(data, target="y", **options):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        report = brickwork.train(data, target, quality="fast", **options).report
    return {note.key: str(note) for note in report.notes}


def test_few_rows_are_told_apart_by_chance_which_is_no_leak():
    for rows in (12, 25, 40):
        few = pd.DataFrame(RNG.normal(size=(rows, 8))).add_prefix("x")
        assert "gives away" not in notes_of(few.assign(y=np.arange(rows) % 2 == 0))


def test_what_is_doubtful_is_said_in_the_report():
    data = X.assign(y=BOUGHT)
    rare = data.assign(y=np.where(np.arange(N) == 7, "yes", "no"))
    assert f"Of the class 'yes' there are 1 of {N} rows" in notes_of(rare)["rare"]
    cells = [str(i % 30) for i in range(N - 1)] + ["28.1kg"]
    assert f"{N - 1} of its values are numbers" in notes_of(data.assign(x=cells))["doubtful"]
    days = pd.date_range("2026-01-01", periods=N).to_series().sample(frac=1, random_state=0)
    dated = data.drop(columns="since").assign(day=days.to_numpy())
    assert "'day'" in notes_of(dated)["order"]
    assert "order" not in notes_of(dated, time_column="day")


def test_habits_of_other_libraries_are_answered_in_words():
    data = X.assign(y=BOUGHT)
    for target in (BOUGHT, data["y"], data):
        with pytest.raises(ArgumentError, match=r"brickwork\.sklearn\.Classifier.*fit\(X, y\)"):
            brickwork.train(X, target)
    for name in ("groups", "weights", "time_column"):
        with pytest.raises(ArgumentError, match=f"train.{name}: got .* expected the name of a col"):
            brickwork.train(data, "y", **{name: np.ones(N)})
    with pytest.raises(ArgumentError, match="got no column beside 'y'"):
        brickwork.train(data[["y"]], "y")


def test_a_row_is_a_dict_of_values_and_a_missing_column_is_named():
    predictor = brickwork.train(X.assign(y=BOUGHT), "y", quality="fast")
    row = {"age": 44.0, "city": "Seoul", "since": pd.Timestamp("2025-03-01")}
    expected = predictor.predict_proba(pd.DataFrame([row]))
    np.testing.assert_array_equal(predictor.predict_proba(row), expected)
    with pytest.raises(ArgumentError, match="predict: got a table without the column 'city'"):
        predictor.predict(X.drop(columns="city"))


def test_held_out_rows_are_scored_by_group():
    data = X.assign(y=BOUGHT, shop=np.arange(N) % 3)
    report = brickwork.train(data, "y", exclude="shop", quality="fast").report
    groups = report.scores_by("shop")
    assert sum(group.rows for group in groups) == report.rows[1] and len(groups) == 3
    for group in groups:
        rows = report.aside["shop"] == float(group.name.removeprefix("shop = "))
        assert group.rows == rows.sum()
        right = report.y[rows] == full_probabilities(report.outputs[rows]).argmax(1)
        assert group.scores[1].value == pytest.approx(right.mean())
    with pytest.raises(ArgumentError, match="expected one of 'age'"):
        report.scores_by("ship")


def test_intervals_of_pandas_are_categories():
    data = X.assign(y=BOUGHT, band=pd.cut(X["age"], 3))
    table = brickwork.train(data, "y", quality="fast").model.layers[0]
    assert {c.name: c.kind for c in table.columns}["band"] == "category"


@pytest.mark.parametrize("load", [load_iris, load_breast_cancer, load_diabetes])
def test_real_tables_are_predicted_as_well_as_by_a_linear_model(load):
    data = load(as_frame=True).frame
    task = "regression" if load is load_diabetes else None
    report = brickwork.train(data, "target", task=task).report
    assert report.scores[0].value < 1.1 * report.baselines[1].scores[0].value


def test_equal_seeds_give_equal_models():
    data = X.assign(y=BOUGHT)
    first, second = (brickwork.train(data, "y", quality="fast", seed=3) for _ in range(2))
    np.testing.assert_array_equal(first.outputs(X), second.outputs(X))
    other = brickwork.train(data, "y", quality="fast", seed=4)
    assert (first.outputs(X) != other.outputs(X)).any()


def test_weights_count():
    data = X.assign(y=BOUGHT, weight=np.where(BOUGHT == "yes", 1.0, 1e-6))
    predictor = brickwork.train(data, "y", weights="weight", quality="fast")
    assert (predictor.predict(data) == "yes").mean() > 0.95


@pytest.mark.parametrize(
    ("change", "arguments", "message"),
    [
        ({}, {"target": "ya"}, "Did you mean 'y'"),
        ({"y": "same"}, {}, "throughout"),
        ({"y": [None, *BOUGHT[1:]]}, {}, "1 of 160 values are missing, the first in row 0"),
        ({}, {"task": "regression"}, "expected a number"),
        ({}, {"quality": "good"}, "expected one of fast, default, best"),
        ({}, {"groups": "who"}, "expected one of"),
        ({}, {"time_column": "city"}, "neither dates nor numbers"),
        ({}, {"groups": "city", "time_column": "since"}, "expected one of them"),
        ({"w": -1.0}, {"weights": "w"}, "missing or negative"),
        ({}, {"exclude": ["age", "city", "since"]}, "no column that can be used"),
    ],
)
def test_what_makes_no_sense_is_refused_in_words(change, arguments, message):
    data = X.assign(y=BOUGHT).assign(**change)
    with pytest.raises(ValueError, match=message):
        brickwork.train(data, **{"target": "y", "quality": "fast", **arguments})


def test_few_rows_are_refused_and_a_rare_class_is_not():
    with pytest.raises(ValueError, match="at least 10"):
        brickwork.train(X.assign(y=BOUGHT)[:5], "y")
    rare = X.assign(y=["rare", *["a", "b"] * ((N - 1) // 2), "a"])
    predictor = brickwork.train(rare, "y", quality="fast")
    assert predictor.task.classes == ("a", "b", "rare")
