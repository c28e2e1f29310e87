"""The estimators of Keras 1 and 2: which arguments go where, and scikit-learn's use of them."""

import subprocess
import sys

import numpy as np
import pytest
from sklearn.base import clone, is_classifier, is_regressor
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

import brickwork
from brickwork.dialects import DialectWarning
from brickwork.layers import Dense
from brickwork.models import Sequential
from brickwork.spelling.translation import repeat_warnings
from brickwork.wrappers.scikit_learn import KerasClassifier, KerasRegressor

rng = np.random.default_rng(0)
X = rng.normal(size=(45, 4))
C = (X[:, 0] > 0.5).astype(int) + (X[:, 1] > 0)
Y = X @ [1.0, -1, 0, 2]


def classes(
    units=6,
    optimizer="adam",
    out=3,
    activation="softmax",
    loss="categorical_crossentropy",
    metrics=("accuracy",),
):
    brickwork.utils.set_random_seed(7)
    model = Sequential([Dense(units, input_dim=4, activation="relu"), Dense(out, activation)])
    model.compile(optimizer, loss, metrics=list(metrics))
    return model


def regression(units=6):
    brickwork.utils.set_random_seed(7)
    model = Sequential([Dense(units, input_dim=4, activation="relu"), Dense(1)])
    model.compile("sgd", "mse", metrics=["mae"])
    return model


def test_arguments_go_to_whom_they_are_meant_for():
    got = KerasClassifier(classes, units=3, optimizer="sgd", epochs=2, batch_size=9, verbose=0)
    history = got.fit(X, C)
    assert got.model.layers[0].units == 3 and history.epoch == [0, 1]
    assert history.params["steps"] == 5
    assert got.filter_sk_params(classes) == {"units": 3, "optimizer": "sgd"}
    assert got.filter_sk_params("predict", {"steps": 1}) == {
        "batch_size": 9,
        "verbose": 0,
        "steps": 1,
    }
    assert len(got.fit(X, C, epochs=1).epoch) == 1
    plain = classes(3, "sgd")
    plain.fit(X, np.eye(3)[C], epochs=1, batch_size=9, verbose=0)
    assert np.array_equal(got.predict_proba(X), plain.predict(X, verbose=0))
    assert got.score(X, C) == plain.evaluate(X, np.eye(3)[C], batch_size=9, verbose=0)[1]


def test_parameters():
    sizes = [1, 2]
    got = KerasRegressor(regression, units=sizes, epochs=3)
    assert got.get_params() == {"build_fn": regression, "units": sizes, "epochs": 3}
    assert got.set_params(epochs=5, units=2) is got and got.get_params()["epochs"] == 5
    copy = clone(KerasRegressor(regression, units=sizes))
    assert copy.get_params() == {"build_fn": regression, "units": [1, 2]}
    assert got.set_params(build_fn=classes).build_fn is classes
    for call in (lambda: KerasRegressor(regression, unitz=3), lambda: got.set_params(unitz=3)):
        with pytest.raises(ValueError, match=r"unitz is not a legal parameter.*'units'"):
            call()
    assert is_classifier(KerasClassifier(classes)) and is_regressor(got)
    assert "units=2" in repr(got)


@pytest.mark.parametrize(
    "labels, shape",
    [
        (C, (45,)),
        (C[:, None], (45,)),
        (np.array(["x", "y", "z"])[C], (45,)),
        (C * 10, (45,)),
        (np.eye(3)[C], (45,)),
    ],
)
def test_labels(labels, shape):
    got = KerasClassifier(classes, epochs=40, verbose=0)
    got.fit(X, labels)
    assert got.n_classes_ == 3 and got.predict(X).shape == shape
    assert set(got.predict(X)) <= set(got.classes_) and got.predict_proba(X).shape == (45, 3)
    if labels.ndim == 1:
        assert got.score(X, labels) == np.mean(got.predict(X) == labels)


@pytest.mark.parametrize(
    "loss",
    [
        "sparse_categorical_crossentropy",
        brickwork.losses.CategoricalCrossentropy(),
        brickwork.losses.categorical_crossentropy,
    ],
)
def test_losses(loss):
    got = KerasClassifier(classes, loss=loss, epochs=1, verbose=0)
    got.fit(X, C)
    assert 0 <= got.score(X, C) <= 1


def test_one_output_of_two_classes():
    got = KerasClassifier(
        classes, out=1, activation="sigmoid", loss="binary_crossentropy", epochs=30, verbose=0
    )
    got.fit(X, np.where(C > 0, "yes", "no"))
    predicted = got.predict(X)
    assert predicted.shape == (45, 1) and set(predicted[:, 0]) == {"no", "yes"}
    chances = got.predict_proba(X)
    assert chances.shape == (45, 2) and np.allclose(chances.sum(1), 1)
    assert np.array_equal(predicted[:, 0] == "yes", chances[:, 1] > 0.5)


def test_regression():
    got = KerasRegressor(regression, epochs=5, verbose=0)
    got.fit(X, Y)
    assert got.predict(X).shape == (45,) and got.predict(X[:1]).shape == (1,)
    assert got.score(X, Y) == -got.model.evaluate(X, Y, verbose=0)[0]
    weighed = KerasRegressor(regression, epochs=5, verbose=0)
    weighed.fit(X, Y, sample_weight=np.linspace(0, 1, 45))
    assert not np.array_equal(got.predict(X), weighed.predict(X))


def test_in_scikit_learn_s_hands():
    search = GridSearchCV(
        KerasClassifier(classes, verbose=0), {"units": [2, 8], "epochs": [1, 40]}, cv=2
    ).fit(X, C)
    assert search.best_params_["epochs"] == 40 and search.best_score_ > 0.5
    assert search.best_estimator_.model.layers[0].units == search.best_params_["units"]
    chain = make_pipeline(StandardScaler(), KerasRegressor(regression, epochs=2, verbose=0))
    scores = cross_val_score(chain, X, Y, cv=3)
    assert scores.shape == (3,) and (scores < 0).all()
    assert chain.fit(X, Y).predict(X).shape == (45,)
    search = GridSearchCV(
        chain, {"kerasregressor__units": [1, 9]}, cv=2, scoring="neg_mean_squared_error"
    ).fit(X, Y)
    assert set(search.best_params_) == {"kerasregressor__units"}


class Maker:
    def __call__(self, units=2):
        return regression(units)

    def method(self, units=2):
        return regression(units)


class Own(KerasRegressor):
    def __call__(self, units=2):
        return regression(units)


@pytest.mark.parametrize(
    "make",
    [
        lambda **k: KerasRegressor(Maker(), **k),
        lambda **k: KerasRegressor(Maker().method, **k),
        lambda **k: Own(**k),
    ],
)
def test_ways_to_build(make):
    got = make(units=5, verbose=0)
    got.fit(X, Y)
    assert got.model.layers[0].units == 5


def test_older_words():
    repeat_warnings()
    got = KerasClassifier(build_fn=classes, nb_epoch=2, batch_size=9, verbose=0)
    with pytest.warns(DialectWarning, match="nb_epoch is epochs"):
        assert len(got.fit(X, C).epoch) == 2


@pytest.mark.parametrize(
    "make, says",
    [
        (lambda: KerasClassifier().fit(X, C), "build_fn: got None, expected a function"),
        (lambda: KerasClassifier(classes).fit(X, np.zeros((45, 2, 2))), r"got shape \(45, 2, 2\)"),
        (
            lambda: _scored(KerasClassifier(classes, metrics=[], verbose=0)),
            r"metrics=\['accuracy'\]",
        ),
    ],
)
def test_refused(make, says):
    with pytest.raises(ValueError, match=says):
        make()


def _scored(estimator):
    estimator.fit(X, C)
    return estimator.score(X, C)


def run(code):
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)


def test_old_programs_find_it():
    done = run(
        "import brickwork; from brickwork.dialects import install; install()\n"
        "from keras.wrappers.scikit_learn import KerasClassifier, KerasRegressor\n"
        "from tensorflow.keras.wrappers.scikit_learn import KerasClassifier as K\n"
        "from keras.wrappers import SKLearnClassifier\n"
        "print(K is KerasClassifier, K.__module__)"
    )
    assert done.stdout == "True brickwork.wrappers.scikit_learn\n", done.stderr


def test_without_scikit_learn():
    done = run(
        "import sys; sys.modules['sklearn'] = None\n"
        "import brickwork.models, brickwork.utils\n"
        "assert not any(name.startswith('sklearn.') for name in sys.modules)\n"
        "import brickwork.wrappers.scikit_learn"
    )
    assert "pip install scikit-learn" in done.stderr
