"""Members with weights of classes and of rows of their own train as alone."""

import numpy as np
import pytest
from members_alone import CLASSES, RELU, X, Y, chain, same

from brickwork import cross_validate, layers, population, search
from brickwork.layers import Dense, Dropout, Input
from brickwork.models import Model

TWO = (Y[:, 0] > 0.4).astype("int64")
BINARY = chain(
    RELU,
    Dropout(0.2),
    output=("sigmoid", 1),
    loss="binary_crossentropy",
    metrics=["accuracy"],
)
OWN = [None, {0: 1.0, 1: 3.0}, "balanced", None, {0: 0.2, 1: 1.0}]
ROWS = [np.random.default_rng(k).permutation(70)[:50] for k in range(5)]
REST = [np.setdiff1d(np.arange(70), own) for own in ROWS]


def pair(make=BINARY, n=5):
    return (population(make, n, seed=9) for _ in range(2))


@pytest.mark.parametrize("split", [0.0, 0.3])
def test_classes(together, trainings, split):
    many, alone = pair()
    fit = dict(epochs=3, batch_size=16, validation_split=split, verbose=0)
    many.fit(X, TWO, class_weight=OWN, **fit)
    assert trainings == [1, 1]  # those without weights, and those with some
    for member, model, weight in zip(many, alone, OWN, strict=True):
        model.fit(X, TWO, class_weight=weight, **fit)
        same(member, model)
    kernels = [model.get_weights()[-1][0] for model in many]
    assert len(set(kernels)) == 5


@pytest.mark.parametrize("given", ["balanced", {0: 1.0, 1: 3.0}, OWN])
def test_classes_of_rows_of_their_own(together, given):
    many, alone = pair()
    many.fit(X, TWO, rows=ROWS, held_out=REST, class_weight=given, epochs=2, verbose=0)
    own = given if isinstance(given, list) else [given] * 5
    for member, model, weight, rows, rest in zip(many, alone, own, ROWS, REST, strict=True):
        model.fit(
            X[rows],
            TWO[rows],
            validation_data=(X[rest], TWO[rest]),
            class_weight=weight,
            epochs=2,
            verbose=0,
        )
        same(member, model)


def test_rows(together, trainings):
    many, alone = pair()
    weights = np.random.default_rng(1).uniform(0, 3, (5, 70))
    weights[2] *= 0.01
    many.fit(X, TWO, rows=ROWS, held_out=REST, row_weights=weights, epochs=2, verbose=0)
    assert trainings == [1]
    for member, model, weight, rows, rest in zip(many, alone, weights, ROWS, REST, strict=True):
        model.fit(
            X[rows],
            TWO[rows],
            sample_weight=weight[rows],
            validation_data=(X[rest], TWO[rest]),
            epochs=2,
            verbose=0,
        )
        same(member, model)


def test_those_that_cannot_lie_side_by_side_have_their_weights_too(monkeypatch):
    monkeypatch.setattr("brickwork.populations.training.pays", lambda *_: False)
    many, alone = pair()
    weights = np.random.default_rng(1).uniform(0, 3, (5, 70))
    fit = dict(epochs=2, validation_split=0.2, verbose=0)
    many.fit(X, TWO, row_weights=weights, **fit)
    for member, model, weight in zip(many, alone, weights, strict=True):
        model.fit(X, TWO, sample_weight=weight, **fit)
        same(member, model)
    many.fit(X, TWO, class_weight=OWN, rows=ROWS, epochs=1, verbose=0)
    for member, model, weight, rows in zip(many, alone, OWN, ROWS, strict=True):
        model.fit(X[rows], TWO[rows], class_weight=weight, epochs=1, verbose=0)
        same(member, model)


def branches():
    given = Input((6,))
    shared = Dense(5, "tanh")(given)
    outputs = [
        Dense(1, "sigmoid", name="two")(shared),
        Dense(3, "softmax", name="three")(shared),
    ]
    model = Model(given, outputs)
    model.compile("adam", ["binary_crossentropy", "sparse_categorical_crossentropy"])
    return model


def test_several_outputs(together):
    many, alone = pair(branches, 6)
    own = [
        {"three": {0: 2.0, 1: 0.5, 2: 1.0}},
        {"two": {0: 2, 1: 1}, "three": "balanced"},
        None,
    ] * 2
    many.fit(X, [TWO, CLASSES], epochs=1, verbose=0)
    many.fit(X, [TWO, CLASSES], class_weight=own, epochs=2, verbose=0)
    for member, model, weight in zip(many, alone, own, strict=True):
        model.fit(X, [TWO, CLASSES], epochs=1, verbose=0)
        model.fit(X, [TWO, CLASSES], class_weight=weight, epochs=2, verbose=0)
        same(member, model)


def test_steps_with_weights_each(together):
    """A class for each step of a row, so weights of more than one axis."""
    make = chain(layers.Reshape((6, 1)), Dense(4, "relu"), output=("sigmoid", 1), loss="mse")
    y = (X > 0).astype("float32")[..., None]
    weights = np.random.default_rng(1).uniform(0, 3, (3, 70, 6))
    many, alone = pair(make, 3)
    many.fit(X, y, row_weights=weights, epochs=2, verbose=0)
    for member, model, weight in zip(many, alone, weights, strict=True):
        model.fit(X, y, sample_weight=weight, epochs=2, verbose=0)
        same(member, model)


def network(units):
    return chain(Dense(units), output=("sigmoid", 1), loss="binary_crossentropy")()


def test_a_search_of_weights(together, tmp_path):
    settings = {"units": [2, 3], "class_weight": OWN}
    fixed = dict(epochs=2, folds=5, seed=3, of_fit="class_weight", file=tmp_path / "found")
    found = search(network, X, TWO, settings, **fixed)
    assert len(found.rows) == 10
    for row in found.rows:
        own = cross_validate(
            lambda row=row: network(row["settings"]["units"]),
            X,
            TWO,
            folds=5,
            epochs=2,
            seed=3,
            class_weight=row["settings"]["class_weight"],
            verbose=0,
        )
        np.testing.assert_allclose(row["scores"]["loss"], own.scores["loss"], rtol=1e-5)
    again = search(network, X, TWO, settings, **fixed)
    assert again.rows == found.rows
    found.rows[0]["settings"] = {"units": 2, "class_weight": {0: 1.0, 1: 50.0}}
    assert (
        found.model(X, TWO, epochs=60, seed=1, verbose=0).predict(X, verbose=0) > 0.5
    ).mean() > 0.9
    with pytest.raises(ValueError, match="seed or arguments"):
        search(network, X, TWO, settings, **fixed | {"of_fit": ()})


WRONG = {
    "too few": (dict(class_weight=[None]), "got 1, expected one for each of 5"),
    "too few rows' weights": (dict(row_weights=np.ones((2, 70))), "got 2, expected one for each"),
    "no dict": (dict(class_weight=[1.0] * 5), "a float, expected a dict"),
    "both": (dict(row_weights=np.ones((5, 70)), sample_weight=np.ones(70)), "one of the two"),
    "both of a member": (
        dict(row_weights=np.ones((5, 70)), class_weight="balanced"),
        "class weights beside sample_weight",
    ),
    "weights of other rows": (dict(row_weights=np.ones((5, 60))), "60"),
    "weights that are not finite": (dict(row_weights=np.full((5, 70), np.nan)), "NaN"),
}


@pytest.mark.parametrize("name", WRONG)
def test_wrong_weights(name):
    fit, message = WRONG[name]
    with pytest.raises((ValueError, TypeError), match=message):
        population(BINARY, 5).fit(X, TWO, verbose=0, **fit)


def test_wrong_names_of_settings():
    with pytest.raises(ValueError, match="expected 'class_weight'"):
        search(network, X, TWO, {"units": [1]}, of_fit=["epochs"])
    with pytest.raises(ValueError, match="give it once"):
        search(
            network, X, TWO, {"class_weight": OWN}, of_fit="class_weight", class_weight="balanced"
        )
