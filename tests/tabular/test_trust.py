"""How sure a `Predictor` is, and why."""

import numpy as np
import pytest
from samples import LONG
from scripts import script
from sklearn.metrics import mean_poisson_deviance, mean_squared_error

import brickwork
from brickwork import Predictor, Sequential, layers
from brickwork.errors import ArgumentError
from brickwork.explain import shap_values
from brickwork.layers import Table
from brickwork.saving import DamagedFile, MismatchedFile, brick
from brickwork.tabular.bag import optimism_of, train_bag
from brickwork.tabular.predictor import Fitted
from brickwork.tabular.recipes import Recipe
from brickwork.tabular.scores import log_losses
from brickwork.tabular.task import Task
from brickwork.tabular.trials import MOST, Trials

coverage = script("tests/long/coverage.py")


def table(rows: int, seed: int = 0) -> dict:
    rng = np.random.default_rng(seed)
    age, city = rng.integers(18, 80, rows), rng.choice(["Busan", "Seoul"], rows).astype(object)
    pay = 1000 + 40 * age + 500 * (city == "Seoul") + rng.normal(0, 300, rows)
    late = np.where(rng.random(rows) < 1 / (1 + np.exp((pay - 1800) / 200)), "yes", "no")
    plan = np.array(["a", "b", "c"])[np.clip((age // 20) + rng.integers(-1, 2, rows), 0, 2)]
    return {
        "age": age,
        "city": city,
        "pay": pay,
        "late": late.astype(object),
        "plan": plan.astype(object),
        "visits": rng.poisson(age / 20),
    }


def trained(target: str, **options):
    data = table(400)
    exclude = [name for name in ("pay", "late", "plan", "visits") if name != target]
    return brickwork.train(data, target, quality="fast", exclude=exclude, **options)


NEW = table(1000, seed=1)


@pytest.fixture(scope="module")
def pay():
    return trained("pay")


@pytest.fixture(scope="module")
def late():
    return trained("late")


def test_coverage_in_brief():
    """`make coverage` is the long version: here a standard error is more than a point."""
    found = coverage.figures(3 if LONG else 2, ["even", "two"], coverages=(0.9,))
    assert sorted(found) == ["even 0.9", "two 0.9 aps", "two 0.9 lac"]
    for mean, _, deviation in found.values():
        assert mean == pytest.approx(0.9, abs=0.05) and deviation < 0.06


def test_intervals(pay):
    low, high = pay.predict_interval(NEW)
    assert low.shape == high.shape == (1000,)
    assert np.mean((low <= NEW["pay"]) & (NEW["pay"] <= high)) == pytest.approx(0.9, abs=0.06)
    np.testing.assert_allclose((low + high) / 2, pay.predict(NEW), rtol=1e-4)
    narrow, wide = pay.predict_interval(NEW, 0.5)
    assert (narrow > low).all() and (wide < high).all()
    with pytest.raises(ArgumentError, match="expected classes"):
        pay.predict_set(NEW)
    with pytest.raises(ArgumentError, match="expected classes"):
        pay.threshold()


def test_sets_of_two_classes_depend_on_the_probability_alone(late):
    """The surer the predictor is, the smaller the set."""
    places = [("no",), ("no", "yes"), ("yes",)]
    order = np.argsort(late.predict_proba(NEW)[:, 1])
    for coverage in (0.7, 0.9, 0.97):
        sets = [places.index(one) for one in late.predict_set(NEW, coverage)]
        assert (np.diff(np.array(sets)[order]) >= 0).all() and len(set(sets)) > 1


def test_intervals_of_counts_are_longer_where_counts_are_larger():
    visits = trained("visits", task="counts")
    low, high = visits.predict_interval(NEW)
    old = NEW["age"] > 60
    assert (low >= 0).all() and (high - low)[old].mean() > 1.2 * (high - low)[~old].mean()
    assert np.mean((low <= NEW["visits"]) & (NEW["visits"] <= high)) > 0.85


def test_intervals_of_several_targets():
    data = {name: NEW[name] for name in ("age", "pay", "visits")}
    both = brickwork.train(data, ["pay", "visits"], quality="fast")
    low, high = both.predict_interval(data, 0.8)
    assert low.shape == (1000, 2)
    y = np.column_stack([data["pay"], data["visits"]])
    np.testing.assert_allclose(((low <= y) & (y <= high)).mean(0), 0.8, atol=0.06)


def test_sets():
    plan = trained("plan")
    found = plan.predict_set(NEW, 0.8)
    assert {len(one) for one in found} >= {1, 2}
    inside = np.mean([y in one for y, one in zip(NEW["plan"], found, strict=True)])
    assert inside == pytest.approx(0.8, abs=0.07)
    top = plan.predict(NEW)
    assert all(best in one for best, one in zip(top, found, strict=True))
    sizes = [np.mean([len(one) for one in plan.predict_set(NEW, 0.8, m)]) for m in ("aps", "lac")]
    assert min(sizes) > 1 and sizes[0] != sizes[1]
    with pytest.raises(ArgumentError, match="predict_set is for classes"):
        plan.predict_interval(NEW)
    with pytest.raises(ArgumentError, match=r"got None, expected one of 'a', 'b'"):
        plan.explain({name: NEW[name][:2] for name in NEW})
    found = plan.explain({name: NEW[name][:2] for name in NEW}, of="b")
    np.testing.assert_allclose(found.outputs, plan.predict_proba(NEW)[:2, 1], atol=1e-5)


def test_sets_of_several_labels():
    rng = np.random.default_rng(8)
    age = rng.uniform(20, 80, 1500)
    labels = {"old": age + rng.normal(0, 9, 1500) > 50, "odd": rng.random(1500) < age / 100}
    predictor = brickwork.train({"age": age, **labels}, ["old", "odd"], quality="fast")
    found = predictor.predict_set({"age": age}, 0.8)
    assert set(found[0]) == {"old", "odd"}
    for name, truth in labels.items():
        inside = [yes in one[name] for yes, one in zip(truth.tolist(), found, strict=True)]
        assert np.mean(inside) > 0.77  # of the two values one may be right more often
    assert {one["odd"] for one in found} >= {(False, True), (False,)}
    with pytest.raises(ArgumentError, match="expected numbers"):
        predictor.predict_interval({"age": age})


def test_calibrated_probabilities(late):
    p = late.calibrated(NEW)
    y = (NEW["late"] == "yes").astype(int)
    assert log_losses(y, p).mean() <= log_losses(y, late.predict_proba(NEW)).mean() + 0.01
    temperature = late.trials.temperature.value
    assert temperature != 1
    odds = np.log(p[:, 1] / p[:, 0]) * temperature
    before = late.predict_proba(NEW)
    np.testing.assert_allclose(odds, np.log(before[:, 1] / before[:, 0]), atol=1e-3)


def test_thresholds(late):
    dear = late.threshold([[0, 1], [20, 0]])
    assert dear.value < late.threshold([[0, 1], [1, 0]]).value
    y, p = NEW["late"] == "yes", late.predict_proba(NEW)[:, 1]

    def cost(value):
        return np.where(y, 20.0 * (p < value), p >= value).mean()

    assert cost(dear.value) < cost(0.5)


def test_importance_and_shap_values_find_the_columns(pay, late):
    found = pay.importance(NEW)
    assert [name for name, _ in found.ranked()] == ["age", "city"] and found.means.min() > 0
    mse = mean_squared_error(NEW["pay"], pay.predict(NEW))
    assert found.score == pytest.approx(-np.sqrt(mse), rel=1e-4)
    few = {"age": [20, 79], "city": ["Busan", "Seoul"]}
    one = pay.explain(few)
    assert (one.values[0] < 0).all() and (one.values[1] > 0).all()
    np.testing.assert_allclose(one.values.sum(1) + one.base, pay.predict(few), rtol=1e-4)
    other = pay.explain(few, background={"age": [20], "city": ["Busan"]})
    np.testing.assert_allclose(other.values[0], 0, atol=1e-2)
    own = shap_values(late.model, few, late.trials.background, 0)
    np.testing.assert_array_equal(late.explain(few, "yes").values, own.values)
    assert (own.values[1] < 0).all()
    with pytest.raises(ArgumentError, match="got 'no', expected one of 'yes'"):
        late.explain(few, "no")


def test_scores_by_subgroup(pay):
    by_city = pay.scores_by(NEW, "city")
    assert {one.name: one.rows for one in by_city} == {
        f"city = {city}": int(np.sum(NEW["city"] == city)) for city in ("Busan", "Seoul")
    }
    for one in by_city:
        rows = NEW["city"] == one.name.removeprefix("city = ")
        part = {name: column[rows] for name, column in NEW.items()}
        assert {score.name: score.value for score in one.scores} == pytest.approx(pay.score(part))
    quarters = pay.scores_by(NEW, "age")
    assert len(quarters) == 4 and sum(one.rows for one in quarters) == 1000
    assert min(one.rows for one in quarters) > 200
    assert any(one.name.startswith("age from 18 to ") for one in quarters)
    missing = {**NEW, "age": np.where(np.arange(1000) < 30, np.nan, NEW["age"])}
    with pytest.warns(UserWarning, match="missing"):
        assert pay.scores_by(missing, "age")[-1].name == "age is missing"
    days = {**NEW, "day": np.datetime64("2026-01-01") + np.arange(1000)}
    names = [one.name for one in pay.scores_by(days, "day")]
    assert len(names) == 4 and "day from 2026-01-01T00:00 to 2026-09-08T00:00" in names
    with pytest.raises(ArgumentError, match="expected one of"):
        pay.scores_by(NEW, "town")
    with pytest.raises(ArgumentError, match="without the target 'pay'"):
        pay.scores_by({"age": [1], "city": ["Busan"]}, "age")


def test_of_rows_in_the_order_of_time_the_last_ones_are_the_trial():
    data = table(200)
    days = np.datetime64("2026-01-01") + np.arange(200)
    last = brickwork.train(
        {"day": days, "age": data["age"], "pay": data["pay"]}, "pay", quality="fast"
    )
    assert len(last.trials.y) == last.report.rows[1] == 40
    np.testing.assert_allclose(last.trials.y[:, 0], data["pay"][-40:], rtol=1e-6)


def test_a_predictor_is_saved_with_what_it_knows(pay, late, tmp_path):
    pay.save(tmp_path / "pay.brick")
    loaded = Predictor.load(tmp_path / "pay.brick")
    np.testing.assert_array_equal(loaded.predict(NEW), pay.predict(NEW))
    np.testing.assert_array_equal(loaded.predict_interval(NEW), pay.predict_interval(NEW))
    assert loaded.score(NEW) == pay.score(NEW) and loaded.report is None
    few = {"age": [20], "city": ["Busan"]}
    np.testing.assert_allclose(
        loaded.explain(few, background=NEW).values, pay.explain(few, background=NEW).values
    )
    with pytest.raises(ArgumentError, match=r"background: got none.*does not hold any of the rows"):
        loaded.explain(few)
    late.save(tmp_path / "late.brick")
    again = Predictor.load(tmp_path / "late.brick")
    assert again.task == late.task and again.predict_set(NEW) == late.predict_set(NEW)
    np.testing.assert_array_equal(again.calibrated(NEW), late.calibrated(NEW))
    assert again.threshold().value == late.threshold().value


def test_files_of_other_models_and_damaged_ones_are_refused(pay, tmp_path):
    model = brickwork.load_model(saved(pay, tmp_path))
    model.save(tmp_path / "model.brick")
    with pytest.raises(MismatchedFile, match=r"holds a model, expected what Predictor\.save wrote"):
        Predictor.load(tmp_path / "model.brick")
    with pytest.raises(ArgumentError, match=r"predict_interval.*Predictor\.load"):
        Predictor(model, pay.task).predict_interval(NEW)
    with pytest.raises(ArgumentError, match=r"expected a name ending in \.brick"):
        pay.save(tmp_path / "pay.keras")
    whole = {"predictor": pay.task.facts(), **pay.trials.facts()}
    brick.save(pay.model, tmp_path / "whole.brick", attached=whole)
    np.testing.assert_array_equal(
        Predictor.load(tmp_path / "whole.brick").predict(NEW), pay.predict(NEW)
    )
    wrong = [
        ({"predictor": {**pay.task.facts(), "kind": "wishes"}}, "the kind 'wishes'"),
        ({"predictor": {**pay.task.facts(), "targets": []}}, r"the targets \[\]"),
        ({"predictor": {**pay.task.facts(), "kind": "classes"}}, "the kind 'classes'"),
        ({"predictor": []}, "list indices"),
        ({"outputs": pay.trials.outputs[:-1]}, r"outputs \(79, 1\)"),
        ({"outputs": np.full_like(pay.trials.outputs, np.nan)}, "NaN among them"),
        ({"targets": 3}, r"targets \(\)"),
        ({"predictor": {**pay.task.facts(), "targets": "pay"}}, "the targets 'pay'"),
        ({"predictor": Task("classes", ["pay"], ["a", "b"]).facts()}, "of classes"),
        ({"targets": pay.trials.y[:0], "outputs": pay.trials.outputs[:0]}, "no rows"),
    ]
    for change, says in wrong:
        brick.save(pay.model, tmp_path / "wrong.brick", attached=whole | change)
        with pytest.raises(DamagedFile, match=says):
            Predictor.load(tmp_path / "wrong.brick")


def test_facts_must_fit_the_model(late, pay, tmp_path):
    whole = {"predictor": late.task.facts(), **late.trials.facts()}
    brick.save(late.model, tmp_path / "whole.brick", attached=whole)
    assert Predictor.load(tmp_path / "whole.brick").predict_set(NEW) == late.predict_set(NEW)
    for change, of, says in (
        ({}, Sequential([layers.Dense(1, input_dim=2)]), "begins with no Table"),
        ({}, Sequential([*pay.model.layers[:1], layers.Dense(3)]), r"outputs \(None, 3\)"),
        ({"outputs": late.trials.outputs + 7}, late.model, "no probabilities"),
        ({"targets": np.full_like(late.trials.y, 99)}, late.model, "no indices of classes"),
    ):
        if not of.built:
            of.predict(NEW, verbose=0)
        brick.save(of, tmp_path / "wrong.brick", attached=whole | change)
        with pytest.raises(DamagedFile, match=says):
            Predictor.load(tmp_path / "wrong.brick")


def saved(predictor, folder):
    predictor.save(folder / "predictor.brick")
    return folder / "predictor.brick"


def test_the_choice_of_epochs_is_measured():
    curves = [[2, 1, 3], [2, 3, 1.5], [2, 1, 3]]
    assert optimism_of([np.array(c, float) for c in curves]) == pytest.approx(1 / 3)
    assert optimism_of([np.array([2.0, 1.0, 3.0])] * 3) == 0
    assert optimism_of([np.array([2.0, 1.0, 3.0])]) == 0


@pytest.mark.parametrize("share", [0.02, -0.05])
def test_trials_are_moved_until_their_loss_is_that_of_new_rows(share):
    rng = np.random.default_rng(0)
    columns = {"x": np.arange(500)}
    y = rng.normal(0, 3, (500, 1))
    outputs = y + rng.normal(size=y.shape)
    moved = Trials.of(Task("regression", ["y"]), y, outputs, columns, share).outputs
    before, after = (mean_squared_error(y, one) for one in (outputs, moved))
    assert after / before == pytest.approx(1 + share)
    y = rng.poisson(20, (500, 1)).astype(float)
    outputs = np.maximum(y + rng.normal(size=y.shape), 1)
    moved = Trials.of(Task("counts", ["y"]), y, outputs, columns, share).outputs
    before, after = (mean_poisson_deviance(y, one) for one in (outputs, moved))
    assert after / before == pytest.approx(1 + share, abs=0.003)
    for kinds in (2, 3):
        p = rng.dirichlet(np.ones(kinds), 500)
        y = rng.integers(0, kinds, 500)
        given = p[:, 1:] if kinds == 2 else p
        moved = Trials.of(Task("classes", ["y"], "abc"[:kinds]), y, given, columns, share).outputs
        assert moved.shape == given.shape
        before, after = (log_losses(y, one).mean() for one in (given, moved))
        assert after / before == pytest.approx(1 + share, abs=0.001)
        assert (moved >= 0).all() and (moved <= 1).all()
        if kinds == 3:
            np.testing.assert_allclose(moved.sum(1), 1, atol=1e-6)


def test_networks_know_how_optimistic_they_are():
    """The loss of counts has a floor other than 0, above which the share is measured."""
    rng = np.random.default_rng(0)
    x = rng.normal(size=(300, 2))
    counts = rng.poisson(np.exp(x[:, :1])).astype(np.float32)
    for kind, y in (("counts", counts), ("regression", x[:, :1] + rng.normal(size=(300, 1)))):
        bag = train_bag(x, y, Task(kind, ["y"]), Recipe(8, folds=4))
        assert 0 < bag.optimism < 0.3
    assert train_bag(x, counts, Task("counts", ["y"]), Recipe(1)).optimism == 0


def test_what_more_networks_gain_is_measured_on_rows_that_none_knows():
    rng = np.random.default_rng(0)
    x = rng.normal(size=(360, 2))
    y = (x[:, :1] + np.sin(2 * x[:, 1:]) + rng.normal(size=(360, 1))).astype(np.float32)
    columns = {"a": x[:, 0], "b": x[:, 1]}
    table = Table.from_data(columns)
    features = np.asarray(table(columns))
    known, new = slice(0, 300), slice(300, None)
    fitted = Fitted(
        table,
        features[known],
        y[known],
        Task("regression", ["y"]),
        Recipe(6, folds=3, dropout=0.0),
        weights=None,
        groups=None,
        seed=0,
        verbose=0,
    )
    each = fitted.bag.each_way(features[new])
    members = fitted.bag.members.predict(features[new])
    np.testing.assert_allclose(each[1], (members[1] + members[4]) / 2, rtol=1e-6)
    np.testing.assert_allclose(each.mean(0), members.mean(0), atol=1e-6)
    # The loss of a mean is the mean loss less the variance: Krogh, Vedelsby, 1995.
    each = each * fitted.scale + fitted.center
    few = ((each - y[new]) ** 2).mean()
    gain = fitted.gain(features[new], y[new])
    assert gain == pytest.approx(each.var(0).mean() / few, rel=1e-6) and gain > 0


def test_intervals_cover_whatever_the_unit():
    rng = np.random.default_rng(3)
    x, noise = rng.normal(size=(2, 1600))
    for unit in (1e-9, 1.0, 1e9):
        volts = {"x": x, "u": unit * (x + noise), "v": 5 * x + noise}
        known = {name: column[:400] for name, column in volts.items()}
        predictor = brickwork.train(known, ["u", "v"], task="regression")
        low, high = predictor.predict_interval({"x": x[400:]})
        truth = np.column_stack([volts["u"], volts["v"]])[400:]
        covered = ((low <= truth) & (truth <= high)).mean(0)
        np.testing.assert_allclose(covered, 0.9, atol=0.05)


def test_of_many_rows_some_are_kept():
    rows = MOST + 50
    y = np.arange(rows, dtype=float)[:, None]
    outputs = np.where(np.arange(rows)[:, None] < 20, np.nan, y)
    kept = Trials.of(Task("regression", ["y"]), y, outputs, {"x": y[:, 0]})
    assert len(kept.y) == MOST and kept.y.min() >= 20 and len(kept.background["x"]) == 100
    np.testing.assert_array_equal(kept.y, kept.outputs)
