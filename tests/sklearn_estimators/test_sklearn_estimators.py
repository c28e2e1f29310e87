"""`brickwork.sklearn`: tables, targets of every kind, weights, and scikit-learn's tools."""

import pickle

import joblib
import numpy as np
import pandas as pd
import polars as pl
import pytest
import sklearn
from scipy import sparse
from sklearn.base import clone
from sklearn.calibration import CalibratedClassifierCV
from sklearn.datasets import load_iris, make_classification
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils.class_weight import compute_sample_weight

import brickwork
from brickwork.layers import Concatenate, Dense, Dropout, Normalization
from brickwork.layers.table.layer import Table
from brickwork.sklearn import Classifier, Regressor, Transformer
from brickwork.tabular.recipes import RECIPES

X, C = load_iris(return_X_y=True)
NAMES = np.array(["setosa", "versicolor", "virginica"])
QUICK = {"members": 2, "hidden_layer_sizes": (8,), "max_iter": 30, "random_state": 3}
EVEN = {**QUICK, "early_stopping": False, "max_iter": 4}
rng = np.random.default_rng(1)
ROWS = 240
TABLE = pd.DataFrame(
    {
        "age": np.where(rng.random(ROWS) < 0.1, np.nan, rng.integers(18, 80, ROWS)),
        "city": rng.choice(["Busan", "Seoul", None], ROWS),
        "since": pd.Timestamp("2026-01-01") - pd.to_timedelta(rng.integers(0, 900, ROWS), "D"),
    }
)
SOLD = np.where(TABLE["city"] == "Seoul", "yes", "no")


def test_defaults_are_those_of_the_recipe():
    recipe, got = RECIPES["default"], Classifier().get_params()
    assert got["members"] == recipe.members and got["hidden_layer_sizes"] == recipe.hidden
    assert got["learning_rate"] == recipe.rate and got["alpha"] == recipe.decay
    assert got["max_iter"] == recipe.epochs and got["n_iter_no_change"] == recipe.patience
    assert round(1 / got["validation_fraction"]) == recipe.folds


def test_three_lines_with_classes_as_text():
    classifier = Classifier(random_state=1).fit(X, NAMES[C])
    assert classifier.score(X, NAMES[C]) > 0.95
    assert classifier.classes_.tolist() == NAMES.tolist()
    assert len(classifier.networks_) == 16 and classifier.n_iter_ <= 200
    assert set(classifier.predict(X)) <= set(NAMES)
    np.testing.assert_allclose(
        classifier.decision_function(X), np.log(classifier.predict_proba(X)), atol=1e-6
    )


def test_columns_of_a_table_just_work():
    classifier = Classifier(**{**QUICK, "max_iter": 60, "learning_rate": 0.02})
    score = classifier.fit(TABLE, SOLD).score(TABLE, SOLD)
    assert score == 1
    assert [c.kind for c in classifier._features.table.columns] == ["number", "category", "date"]
    assert classifier.feature_names_in_.tolist() == ["age", "city", "since"]
    by_polars = classifier.predict_proba(pl.from_pandas(TABLE))
    np.testing.assert_array_equal(by_polars, classifier.predict_proba(TABLE))
    objects = TABLE.astype({"since": object}).to_numpy(object)
    with pytest.warns(UserWarning, match="feature names"):
        np.testing.assert_array_equal(classifier.predict_proba(objects), by_polars)
    with pytest.raises(ValueError, match="order"):
        classifier.predict(TABLE[["city", "age", "since"]])
    with pytest.raises(ValueError, match="could not convert"):
        Classifier(**QUICK, table=False).fit(TABLE, SOLD)


def test_an_array_of_objects_is_a_table_where_it_holds_text():
    objects = TABLE[["age", "city"]].to_numpy(object)
    classifier = Classifier(**{**QUICK, "max_iter": 60, "learning_rate": 0.02}).fit(objects, SOLD)
    assert classifier.score(objects, SOLD) == 1
    assert [c.name for c in classifier._features.table.columns] == ["x0", "x1"]


def test_kinds_say_what_columns_are():
    zips = pd.DataFrame({"zip": rng.integers(0, 3, 90), "n": rng.normal(size=90)})
    classifier = Classifier(**QUICK, kinds={"zip": "category"}).fit(zips, zips["zip"] == 1)
    assert sorted(classifier._features.names[:3]) == ["zip = 0", "zip = 1", "zip = 2"]
    with pytest.raises(ValueError, match="expected a table"):
        Classifier(**QUICK, kinds={"zip": "category"}).fit(zips.to_numpy(), zips["zip"] == 1)


def test_numbers_are_scaled_as_a_table_scales_them():
    numbers = rng.normal(size=(200, 4)) * [1, 1e6, 1, 1] + [0, 0, 7, 0]
    numbers[:, 3] = rng.standard_cauchy(200)  # by rank
    numbers[::9, 2] = np.nan
    learnt = Classifier(**EVEN).fit(numbers, numbers[:, 0] > 0)._features
    table = Table.from_data({f"x{i}": numbers[:, i] for i in range(4)})
    assert learnt.names == table.features
    wanted = table({f"x{i}": numbers[:, i] for i in range(4)})
    np.testing.assert_allclose(learnt(numbers), wanted, atol=1e-6)
    infinite = numbers.copy()
    infinite[5, 1] = np.inf
    with pytest.raises(ValueError, match="infinity"):
        Classifier(**EVEN).fit(infinite, numbers[:, 0] > 0)


@pytest.mark.parametrize("table", [True, False])
def test_sparse_rows_count_as_dense_ones(table):
    own = sparse.random_array((120, 10), density=0.3, rng=rng, format="csr")
    y = own.sum(axis=1) > 1.5
    fitted = Classifier(**EVEN, table=table).fit(own, y)
    assert fitted.predict_proba(own).shape == (120, 2)
    if not table:
        dense = Classifier(**EVEN, table=False).fit(own.toarray(), y)
        np.testing.assert_allclose(
            dense.predict_proba(own.toarray()), fitted.predict_proba(own), atol=1e-5
        )


def test_several_labels():
    x = rng.normal(size=(300, 5))
    y = (x[:, :4] > 0).astype(int)
    classifier = Classifier(**{**QUICK, "max_iter": 60, "learning_rate": 0.02}).fit(x, y)
    assert classifier.predict(x).shape == y.shape and classifier.predict_proba(x).shape == y.shape
    assert (classifier.predict(x) == y).mean() > 0.9
    with pytest.raises(ValueError, match="MultiOutputClassifier"):
        classifier.fit(x, np.stack([y[:, 0] * 2, y[:, 1] + 5], 1))


def test_several_outputs_have_their_own_units():
    y = np.stack([X[:, 0] * 1e4, X[:, 1] - 50], 1)
    regressor = Regressor(members=4, max_iter=100, random_state=1).fit(X[:, :3], y)
    assert regressor.predict(X[:, :3]).shape == y.shape
    assert regressor.score(X[:, :3], y) > 0.9
    assert Regressor(**EVEN).fit(X, y[:, 0]).predict(X).shape == (150,)


def test_counts():
    y = rng.poisson(np.exp(X[:, 0] - 2))
    regressor = Regressor(members=2, loss="poisson", max_iter=60, random_state=1).fit(X, y)
    assert (regressor.predict(X) > 0).all() and regressor.score(X, y) > 0.5
    with pytest.raises(ValueError, match="numbers < 0"):
        regressor.fit(X, y - 9.0)


@pytest.mark.parametrize("loss, keras", [("absolute_error", "mae"), ("squared_error", "mse")])
def test_losses_have_scikit_learns_names(loss, keras):
    a, b = (Regressor(**EVEN, loss=name).fit(X, X[:, 0]).predict(X) for name in (loss, keras))
    np.testing.assert_array_equal(a, b)


def joined(x):
    return Concatenate()([x, Dense(4, "relu")(x)])


@pytest.mark.parametrize(
    "layers, widths",
    [
        ([Dense(6, "relu"), Dropout(0.2), Dense(5)], [6, 6, 5, 3]),
        (Dense(7), [7, 3]),
        (joined, [4, 8, 3]),
    ],
)
def test_any_stack_of_bricks(layers, widths):
    classifier = Classifier(layers=layers, members=3, max_iter=3, random_state=1).fit(X, C)
    network = classifier.networks_[0]
    found = [layer.output.shape[-1] for layer in network.layers]
    assert found[-len(widths) :] == widths
    assert classifier.predict(X).shape == (150,)
    if isinstance(layers, list):
        assert not layers[0].built  # those given are templates


def test_layers_that_have_learnt_keep_it():
    scaled = Normalization()
    scaled.adapt(np.full((3, 4), 5.0) + np.arange(3)[:, None])
    classifier = Classifier(layers=[scaled, Dense(3)], **EVEN, table=False).fit(X, C)
    own = classifier.networks_[1].layers[0]
    np.testing.assert_allclose(np.ravel(own.mean), np.ravel(scaled.mean))


@pytest.mark.parametrize("wrong", ["dense", [Dense], lambda x: 3])
def test_what_is_no_layer_is_refused(wrong):
    with pytest.raises(ValueError, match="expected"):
        Classifier(layers=wrong, **EVEN).fit(X, C)


@pytest.mark.parametrize("kind, y", [(Classifier, C), (Regressor, X[:, 0])])
def test_partial_fit_is_continued_training(kind, y):
    whole, parts = kind(**EVEN).fit(X, y), kind(**EVEN)
    given = {"classes": [0, 1, 2]} if kind is Classifier else {}
    for _ in range(EVEN["max_iter"]):
        parts.partial_fit(X, y, **given)
        given = {}
    assert parts.n_iter_ == whole.n_iter_ == 4
    np.testing.assert_array_equal(whole._outputs(X), parts._outputs(X))
    before = parts._outputs(X)
    parts.partial_fit(X[:1], y[:1])
    assert not np.array_equal(before, parts._outputs(X))


def test_warm_start_is_continued_training():
    whole = Regressor(**EVEN).fit(X, X[:, 0])
    parts = Regressor(**{**EVEN, "max_iter": 2}, warm_start=True)
    first = parts.fit(X, X[:, 0]).predict(X)
    np.testing.assert_array_equal(parts.fit(X, X[:, 0]).predict(X), whole.predict(X))
    assert not np.array_equal(first, whole.predict(X))
    again = parts.set_params(warm_start=False).fit(X, X[:, 0])
    np.testing.assert_array_equal(again.predict(X), first)
    with pytest.raises(ValueError, match="alpha"):
        parts.set_params(warm_start=True, alpha=0.5).fit(X, X[:, 0])


def test_partial_fit_knows_its_classes():
    with pytest.raises(ValueError, match="classes must be passed on the first call"):
        Classifier(**EVEN).partial_fit(X, C)
    classifier = Classifier(**EVEN).partial_fit(X[:50], C[:50], classes=[0, 1, 2])
    assert classifier.predict_proba(X).shape == (150, 3)
    with pytest.raises(ValueError, match=r"got \[7\]"):
        classifier.partial_fit(X[:1], [7])


@pytest.mark.parametrize("weights", [{0: 2, 1: 1, 2: 0}, {0: 0.3, 1: 1.7, 2: 1}])
def test_a_class_weight_is_a_sample_weight(weights):
    by_class = Classifier(**QUICK, class_weight=weights).fit(X, C)
    by_row = Classifier(**QUICK).fit(X, C, sample_weight=compute_sample_weight(weights, C))
    np.testing.assert_array_equal(by_class.predict_proba(X), by_row.predict_proba(X))
    plain = Classifier(**QUICK).fit(X, C)
    assert not np.array_equal(plain.predict_proba(X), by_row.predict_proba(X))


def test_balanced_weights_count_what_rows_weigh():
    few = np.r_[0:50, 50:60]
    balanced = Classifier(**QUICK, class_weight="balanced").fit(X[few], C[few])
    by_dict = Classifier(**QUICK, class_weight={0: 0.6, 1: 3.0}).fit(X[few], C[few])
    np.testing.assert_allclose(balanced.predict_proba(X), by_dict.predict_proba(X), atol=1e-3)
    times = Classifier(**QUICK, class_weight="balanced")
    times.fit(X[few], C[few], sample_weight=np.where(C[few] == 1, 5, 1))
    plain = Classifier(**QUICK).fit(X[few], C[few], sample_weight=np.where(C[few] == 1, 5, 1))
    np.testing.assert_array_equal(times.predict_proba(X), plain.predict_proba(X))


def test_the_order_of_rows_does_not_matter():
    order = np.random.default_rng(5).permutation(150)
    a, b = Classifier(**QUICK).fit(X, C), Classifier(**QUICK).fit(X[order], C[order])
    np.testing.assert_array_equal(a.predict_proba(X), b.predict_proba(X))


@pytest.mark.parametrize("monitor", ["accuracy", "val_auc", brickwork.metrics.F1Score("macro")])
def test_early_stopping_on_any_metric(monitor):
    classifier = Classifier(**{**QUICK, "max_iter": 80}, monitor=monitor, n_iter_no_change=3)
    classifier.fit(X, C)
    name = monitor.removeprefix("val_") if isinstance(monitor, str) else "f1_score"
    for history in classifier.history_:
        values = history.history[f"val_{name}"]
        assert len(values) == 80 or int(np.argmax(values)) == len(values) - 1 - 3
    with pytest.raises(ValueError, match="acuracy"):
        Classifier(**QUICK, monitor="acuracy").fit(X, C)


def test_without_early_stopping_all_epochs_are_trained():
    assert [len(h.epoch) for h in Classifier(**EVEN).fit(X, C).history_] == [4, 4]


@pytest.mark.parametrize("y", [C, C > 0, NAMES[C], X[:, 0]], ids=["three", "two", "text", "number"])
def test_copies_predict_the_same(y, tmp_path):
    kind = Regressor if np.asarray(y).dtype.kind == "f" else Classifier
    fitted = kind(**EVEN).fit(X, y)
    joblib.dump(fitted, tmp_path / "fitted")
    for copy in (
        pickle.loads(pickle.dumps(fitted)),
        joblib.load(tmp_path / "fitted"),
        joblib.load(tmp_path / "fitted", mmap_mode="r"),
        clone(fitted).fit(X, y),
    ):
        np.testing.assert_array_equal(copy._outputs(X), fitted._outputs(X))
    copy = joblib.load(tmp_path / "fitted", mmap_mode="r").set_params(warm_start=True).fit(X, y)
    again = fitted.set_params(warm_start=True).fit(X, y)
    np.testing.assert_array_equal(copy._outputs(X), again._outputs(X))


@pytest.mark.parametrize(
    "estimator, x, y",
    [
        (Classifier(**EVEN), X, C),
        (Classifier(**EVEN), TABLE, SOLD),
        (Regressor(**EVEN), X, X[:, :2]),
        (Regressor(**EVEN, loss="poisson"), X, C),
        (Regressor(**EVEN, table=False), X, X[:, 1]),
        (Regressor(**EVEN), sparse.csr_array(X), X[:, 1]),
    ],
    ids=["numbers", "table", "outputs", "counts", "plain", "sparse"],
)
def test_the_model_says_the_same(estimator, x, y, tmp_path):
    fitted = clone(estimator).fit(x, y)
    path = tmp_path / "m.brick"
    fitted.model().save(path)
    model = brickwork.load_model(path)
    if hasattr(fitted._features, "table") and x is X:
        x = {f"x{i}": X[:, i] for i in range(4)}
    wanted = fitted._outputs(X if isinstance(x, dict) else x)
    got = model.predict(x, verbose=0)
    np.testing.assert_allclose(got, wanted.reshape(got.shape), rtol=1e-5, atol=1e-5)


def test_searches_pipelines_and_cross_validation():
    search = GridSearchCV(
        Classifier(**EVEN), {"layers": [[Dense(4)], [Dense(8, "relu")]], "alpha": [0, 0.1]}, cv=2
    ).fit(X, C)
    assert set(search.best_params_) == {"layers", "alpha"}
    pipeline = make_pipeline(StandardScaler(), Classifier(**QUICK, learning_rate=0.02))
    assert cross_val_score(pipeline, X, C, cv=3).mean() > 0.85
    assert CalibratedClassifierCV(Classifier(**QUICK), cv=2).fit(X, C).predict(X).shape == (150,)
    scores = cross_val_score(Classifier(**EVEN), TABLE, SOLD, cv=2, n_jobs=2, scoring="roc_auc")
    assert np.isfinite(scores).all()


def test_weights_are_routed():
    weights = np.where(C == 0, 0.0, 1.0)
    with sklearn.config_context(enable_metadata_routing=True):
        classifier = Classifier(**QUICK).set_fit_request(sample_weight=True)
        scaler = StandardScaler().set_fit_request(sample_weight=False)
        routed = make_pipeline(scaler, classifier).fit(X, C, sample_weight=weights)
    assert 0 not in routed.predict(X)


def test_a_transformer_gives_hidden_layers():
    transformer = Transformer((8, 4), max_iter=60, random_state=1, learning_rate=0.02)
    pipeline = make_pipeline(transformer, LogisticRegression()).fit(X, C)
    assert pipeline.score(X, C) > 0.9
    both = Transformer((8, 4), layer=[0, -1], members=2, random_state=1, max_iter=3)
    both.set_output(transform="pandas").fit(X, NAMES[C])
    frame = both.transform(X)
    assert frame.shape == (150, 24) and frame.columns[23] == "transformer23"
    waves, first = both.networks_[1].layers[:2]  # the second network sees cosines, too
    kernel, bias = first.get_weights()
    z = np.asarray(waves(both._features(X))) @ kernel + bias
    hidden = z / (1 + np.exp(-z))  # silu
    np.testing.assert_allclose(frame.to_numpy()[:, 12:20], hidden, atol=1e-5)
    with pytest.raises(ValueError, match="hidden layers"):
        Transformer((8,), layer=1, max_iter=1).fit(X, C)


def test_without_targets_a_transformer_reproduces_its_input():
    line = np.outer(rng.normal(size=300), [1.0, -2.0, 3.0])
    transformer = Transformer(
        (8, 1), activation="tanh", dropout=0, random_state=1, layer=-1, learning_rate=0.01, alpha=0
    ).fit(line)
    assert transformer.history_[0].history["val_loss"][-1] < 0.1
    assert transformer.transform(line).shape == (300, 1)


@pytest.mark.parametrize(
    "arguments, message",
    [
        ({"members": 0}, "members"),
        ({"max_iter": 1.5}, "max_iter"),
        ({"learning_rate": "adaptive"}, "learning_rate_init"),
        ({"validation_fraction": 0.9}, "validation_fraction"),
        ({"batch_size": 0}, "batch_size"),
        ({"class_weight": "equal"}, "class_weight"),
        ({"alpha": -1}, "weight_decay"),
    ],
)
def test_arguments_that_mean_nothing_are_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        Classifier(**arguments).fit(X, C)


def test_an_optimizer_has_a_rate_of_its_own():
    sgd = brickwork.optimizers.SGD(0.25)
    networks = Classifier(**EVEN, optimizer=sgd).fit(X, C).networks_
    assert float(np.asarray(networks[0].optimizer.learning_rate)) == 0.25
    by_name = Classifier(**EVEN, optimizer="sgd", learning_rate=0.5).fit(X, C).networks_
    assert float(np.asarray(by_name[0].optimizer.learning_rate)) == 0.5


def test_two_rows_are_enough_and_one_class_is_not():
    assert Classifier(**EVEN).fit([[0.0], [1.0]], ["a", "b"]).predict([[0.5]]).shape == (1,)
    with pytest.raises(ValueError, match="one class"):
        Classifier(**EVEN).fit(X, C, sample_weight=C == 1)


def test_many_rows_of_text_classes():
    x, y = make_classification(3000, 6, random_state=0)
    classifier = Classifier(members=2, max_iter=5, random_state=0).fit(x, NAMES[y])
    assert classifier.score(x, NAMES[y]) > 0.85


def test_many_rows_are_predicted_block_by_block(monkeypatch):
    classifier = Classifier(**EVEN).fit(X, C)
    wanted = classifier.predict_proba(X)
    monkeypatch.setattr("brickwork.tabular.bag.BLOCK", 64)
    np.testing.assert_allclose(classifier.predict_proba(X), wanted, atol=1e-6)


def test_rows_that_a_weight_repeats_are_held_out_together():
    classifier = Classifier(**QUICK)
    seen = {}

    def parts(targets, marks, task, recipe):
        found = Classifier._parts(classifier, targets, marks, task, recipe)
        seen["shared"] = [len(np.intersect1d(marks[train], marks[test])) for train, test in found]
        return found

    classifier._parts = parts
    classifier.fit(X, C, sample_weight=np.full(len(X), 4.0))
    assert seen["shared"] == [0] * classifier.members
