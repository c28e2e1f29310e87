"""Folds, and scores on the rows that are held out."""

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

import brickwork
from brickwork.layers import Dense, Input
from brickwork.models import Sequential
from brickwork.populations.cross_validation import classes_of
from brickwork.populations.folds import folds_of

RNG = np.random.default_rng(8)
X = RNG.normal(size=(60, 4)).astype("float32")
Y = (X[:, 0] + 0.3 * RNG.normal(size=60) > 0.4).astype("int64")


def model():
    made = Sequential([Input((4,)), Dense(5, "relu"), Dense(1, "sigmoid")])
    made.compile("adam", "binary_crossentropy", metrics=["accuracy"])
    return made


@settings(max_examples=60, deadline=None)
@given(st.integers(2, 90), st.integers(2, 9), st.integers(0, 9), st.sampled_from([0, 2, 5]))
def test_every_row_is_held_out_once(rows, folds, seed, kinds):
    if folds > rows:
        return
    classes = np.random.default_rng(seed).integers(0, kinds, rows) if kinds else None
    parts = folds_of(rows, folds, classes=classes, seed=seed)
    held_out = np.concatenate([test for _, test in parts])
    assert sorted(held_out) == list(range(rows)) and len(parts) == folds
    for train, test in parts:
        assert sorted([*train, *test]) == list(range(rows))
    sizes = [len(test) for _, test in parts]
    assert max(sizes) - min(sizes) <= 1
    if classes is not None:  # as scikit-learn's StratifiedKFold: each class within one row
        for one in range(kinds):
            counts = [int((classes[test] == one).sum()) for _, test in parts]
            assert max(counts) - min(counts) <= 1


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(0, 12), min_size=20, max_size=80), st.integers(2, 4))
def test_groups_stay_together(groups, folds):
    if len(set(groups)) < folds:
        return
    parts = folds_of(len(groups), folds, groups=groups, seed=1)
    for train, test in parts:
        assert not {groups[i] for i in train} & {groups[i] for i in test}
    assert sorted(np.concatenate([t for _, t in parts])) == list(range(len(groups)))


def test_seeds_of_folds():
    one, two, other = (folds_of(30, 3, seed=s)[0][1].tolist() for s in (1, 1, 2))
    assert one == two != other


CLASSES = {
    "integers": ([2, 0, 2], [1, 0, 1]),
    "bools": ([True, False], [1, 0]),
    "texts": (["b", "a"], [1, 0]),
    "one-hot rows": ([[0, 1], [1, 0]], [1, 0]),
    "floats that are 0 or 1": ([0.0, 1.0], [0, 1]),
    "a column": ([[3], [4]], [0, 1]),
    "measures": ([0.5, 1.5], None),
    "whole measures": ([float(i) for i in range(30)], None),
    "several labels": ([[1, 1], [0, 0]], None),
    "several outputs": ([np.zeros(3), np.zeros(3)], None),
}


@pytest.mark.parametrize("name", CLASSES)
def test_what_are_classes(name):
    y, expected = CLASSES[name]
    found = classes_of(y)
    assert (None if found is None else found.tolist()) == expected


def test_scores_are_those_of_the_rows_held_out():
    result = brickwork.cross_validate(model, X, Y, folds=4, epochs=5, verbose=0, seed=3)
    assert set(result.scores) == {"loss", "accuracy"} and len(result.population) == 4
    for index, (one, rows) in enumerate(zip(result.population, result.held_out, strict=True)):
        alone = one.evaluate(X[rows], Y[rows], verbose=0, return_dict=True)
        assert alone["loss"] == pytest.approx(result.scores["loss"][index])
        assert len(one.history.epoch) == 5
    assert result.mean("accuracy") == pytest.approx(result.scores["accuracy"].mean())
    assert result.std() == pytest.approx(result.scores["loss"].std())
    assert "4 models: accuracy" in repr(result)


def test_each_row_is_predicted_by_a_model_that_has_not_seen_it():
    result = brickwork.cross_validate(model, X, Y, folds=3, repeats=2, epochs=2, verbose=0, seed=3)
    assert len(result.population) == 6
    found = result.predict(X)
    for row in (0, 17, 59):
        own = [
            one.predict(X[row : row + 1], verbose=0)[0]
            for one, rows in zip(result.population, result.held_out, strict=True)
            if row in rows
        ]
        assert len(own) == 2
        np.testing.assert_allclose(found[row], np.mean(own, axis=0), rtol=1e-6)


def test_weights_of_rows_count_in_the_scores():
    weights = np.linspace(0.0, 3.0, 60)
    result = brickwork.cross_validate(
        model, X, Y, folds=3, epochs=2, sample_weight=weights, verbose=0, seed=3
    )
    for index, (one, rows) in enumerate(zip(result.population, result.held_out, strict=True)):
        alone = one.evaluate(X[rows], Y[rows], sample_weight=weights[rows], verbose=0)
        assert alone[0] == pytest.approx(result.scores["loss"][index])


def test_rows_that_no_model_held_out():
    folds = [(np.arange(30), np.arange(30, 40)), (np.arange(40), np.arange(45, 50))]
    result = brickwork.cross_validate(model, X, Y, folds=folds, epochs=1, verbose=0)
    with pytest.raises(ValueError, match="45 are held out by none"):
        result.predict(X)


def test_seeds():
    runs = [
        brickwork.cross_validate(model, X, Y, epochs=2, verbose=0, seed=s).scores["loss"]
        for s in (1, 1, 2)
    ]
    assert (runs[0] == runs[1]).all() and (runs[0] != runs[2]).any()


def test_splitters_of_scikit_learn():
    selection = pytest.importorskip("sklearn.model_selection")
    splitter = selection.StratifiedKFold(3, shuffle=True, random_state=1)
    result = brickwork.cross_validate(model, X, Y, folds=splitter, epochs=1, verbose=0)
    for ours, (_, theirs) in zip(result.held_out, splitter.split(X, Y), strict=True):
        np.testing.assert_array_equal(ours, theirs)
    groups = np.arange(60) // 6
    result = brickwork.cross_validate(
        model, X, Y, folds=selection.GroupKFold(5), groups=groups, epochs=1, verbose=0
    )
    assert [len(rows) for rows in result.held_out] == [12] * 5


def test_validation_by_the_fold():
    stop = brickwork.callbacks.EarlyStopping(patience=1)
    result = brickwork.cross_validate(
        model, X, Y, folds=3, epochs=4, validate=True, callbacks=stop, verbose=0, seed=1
    )
    history = result.population.history.history
    last = [one.history["val_loss"][-1] for one in result.population.history]
    assert history["val_loss"].shape[0] == 3
    np.testing.assert_allclose(last, result.scores["loss"], rtol=1e-5)


def test_tables():
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame(X, columns=list("abcd"), index=np.arange(100, 160))
    one = brickwork.cross_validate(model, frame, pandas.Series(Y), epochs=2, verbose=0, seed=1)
    two = brickwork.cross_validate(model, X, Y, epochs=2, verbose=0, seed=1)
    np.testing.assert_array_equal(one.scores["loss"], two.scores["loss"])


WRONG = {
    "one fold": (dict(folds=1), "integer >= 2"),
    "more folds than rows": (dict(folds=61), "61 folds of 60 rows"),
    "no repetition": (dict(repeats=0), "integer >= 1"),
    "few groups": (dict(groups=np.zeros(60)), "1 groups for 5 folds"),
    "groups of other rows": (dict(groups=np.arange(59)), "59 for 60 rows"),
    "a row that is not there": (dict(folds=[([0], [60])]), "outside of 60 rows"),
    "a fold without rows": (dict(folds=[([0], [])]), "pairs of arrays"),
    "no folds": (dict(folds=[]), "got no folds"),
    "strata of measures": (dict(y=X[:, 0], stratify=True), "classes as y"),
    "an unknown argument": (dict(epoch=2), "epoch"),
}


@pytest.mark.parametrize("name", WRONG)
def test_wrong_arguments(name):
    more, message = WRONG[name]
    given = {"y": Y, "verbose": 0} | more
    with pytest.raises((ValueError, TypeError), match=message):
        brickwork.cross_validate(model, X, **given)
