"""Keras 3's estimators: the results of Keras's own with the same weights, and what scikit-learn
demands of any estimator."""

import inspect
import pickle
import warnings

import numpy as np
import pytest
import sklearn
from keras_oracle import floatx, keras
from sklearn.base import clone
from sklearn.datasets import make_classification, make_regression
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MinMaxScaler, StandardScaler
from sklearn.utils.estimator_checks import parametrize_with_checks

import brickwork
from brickwork.wrappers import SKLearnClassifier, SKLearnRegressor, SKLearnTransformer

KINDS = ("SKLearnClassifier", "SKLearnRegressor", "SKLearnTransformer")
X, C = make_classification(60, 5, n_informative=4, n_redundant=0, n_classes=3, random_state=0)
Y = make_regression(60, 5, random_state=0)[1] / 100


def made(library, X, y, units=4, loss="mse", last="linear"):
    """The same model in either library, with the same weights."""
    layers = library.layers
    model = library.Sequential(
        [library.Input((X.shape[1],)), layers.Dense(units, "tanh"), layers.Dense(y.shape[1], last)]
    )
    rng = np.random.default_rng(1)
    model.set_weights([rng.normal(size=np.shape(w)) for w in model.get_weights()])
    model.compile("sgd", loss)
    return model


class Builder:
    """`made` for one of the libraries; names of tests hold how it shows itself."""

    def __init__(self, library):
        self.name = library.__name__

    def __call__(self, X, y, **more):
        return made(brickwork if self.name == "brickwork" else keras, X, y, **more)

    def __repr__(self):
        return self.name


def estimator(library, kind, **more):
    classes = {"loss": "categorical_crossentropy", "last": "softmax"}
    return getattr(library.wrappers, kind)(
        Builder(library),
        fit_kwargs={"epochs": 3, "shuffle": False, "verbose": 0},
        model_kwargs=classes if kind == "SKLearnClassifier" else {"units": 3},
        **more,
    )


@pytest.fixture(autouse=True)
def doubles():
    with floatx("float64"), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # JAX's arrays under NumPy 2
        yield


@pytest.mark.parametrize("kind", KINDS)
def test_arguments_are_keras_s(kind):
    got, wanted = (getattr(library.wrappers, kind) for library in (brickwork, keras))
    assert inspect.signature(got) == inspect.signature(wanted)
    assert {name for name in dir(wanted) if not name.startswith("_")} <= set(dir(got))


def results(library, kind, targets):
    fitted = estimator(library, kind).fit(X, targets, batch_size=20)
    yield fitted.predict(X)
    yield np.float64(fitted.history_.history["loss"])
    for name in ("decision_function", "transform"):
        if hasattr(fitted, name):
            yield getattr(fitted, name)(X)
    if hasattr(fitted, "score"):
        yield np.float64(fitted.score(X, targets))
    if hasattr(fitted, "classes_"):
        yield fitted.classes_
    yield fitted.n_features_in_


@pytest.mark.parametrize("kind", KINDS)
def test_results_are_keras_s(kind):
    for targets in (C, np.array(["a", "b", "c"])[C], C > 0) if kind == KINDS[0] else (Y,):
        got, wanted = (list(results(library, kind, targets)) for library in (brickwork, keras))
        assert len(got) == len(wanted) >= 4
        for a, b in zip(got, wanted, strict=True):
            if np.shape(b) == (60, 2):  # scores of two classes, which scikit-learn wants as one
                b = np.log(b[:, 1]) - np.log(b[:, 0])
            assert np.shape(a) == np.shape(b)
            if np.asarray(b).dtype.kind == "f":
                np.testing.assert_allclose(a, b, rtol=1e-9, atol=1e-12)
            else:
                np.testing.assert_array_equal(a, b)


def test_a_model_is_copied_with_its_way_of_compiling():
    def built(library):
        model = Builder(library)(X, Y[:, None])
        return model, library.wrappers.SKLearnRegressor(model).fit(X, Y, verbose=0).model_

    for library in (brickwork, keras):
        given, fitted = built(library)
        assert fitted is not given
        assert getattr(fitted.loss, "name", fitted.loss) == getattr(given.loss, "name", given.loss)
        assert type(fitted.optimizer) is type(given.optimizer)
        assert not np.array_equal(fitted.get_weights()[0], given.get_weights()[0])
        assert int(np.asarray(given.optimizer.iterations)) == 0


def test_going_on():
    model = Builder(brickwork)(X, Y[:, None])
    warm = SKLearnRegressor(model, warm_start=True).fit(X, Y, verbose=0)
    assert warm.model_ is model and warm.epoch_ == 1
    steps = int(model.optimizer.iterations.numpy())
    warm.fit(X, Y, verbose=0, epochs=2)
    assert warm.model_ is model and int(model.optimizer.iterations.numpy()) == 3 * steps
    made = estimator(brickwork, KINDS[1], warm_start=True).fit(X, Y)
    assert made.model_ is made.fit(X, Y).model_
    assert SKLearnRegressor(model).epoch_ == 0


def test_arguments_of_fit():
    wrapped = estimator(brickwork, KINDS[1])
    assert wrapped.fit(X, Y, epochs=1).epoch_ == 1
    assert wrapped.fit(X, Y).epoch_ == 3, "those of one fit are not kept for the next"
    weights = np.linspace(0, 1, 60)
    assert not np.array_equal(
        wrapped.fit(X, Y, sample_weight=weights).predict(X), wrapped.fit(X, Y).predict(X)
    )
    copy = clone(wrapped)
    assert copy.fit_kwargs == wrapped.fit_kwargs and not hasattr(copy, "model_")
    fitted = wrapped.fit(X, Y)
    assert np.array_equal(pickle.loads(pickle.dumps(fitted)).predict(X), fitted.predict(X))


def test_in_scikit_learn_s_hands():
    chain = make_pipeline(StandardScaler(), estimator(brickwork, KINDS[0]))
    assert cross_val_score(chain, X, C, cv=3).shape == (3,)
    search = GridSearchCV(
        chain,
        {"sklearnclassifier__fit_kwargs": [{"epochs": epochs, "verbose": 0} for epochs in (1, 60)]},
        cv=2,
    ).fit(X, C)
    assert np.unique(search.cv_results_["mean_test_score"]).size == 2, "fit_kwargs are not lost"
    chain = make_pipeline(estimator(brickwork, KINDS[2]), estimator(brickwork, KINDS[1]))
    assert chain.fit(X, Y).predict(X).shape == (60,)
    assert estimator(brickwork, KINDS[2]).fit_transform(X, Y).shape == (60, 1)


def test_metadata():
    wrapped = estimator(brickwork, KINDS[1])
    with pytest.raises(RuntimeError, match="enable_metadata_routing"):
        wrapped.set_fit_request(sample_weight=True)
    with sklearn.config_context(enable_metadata_routing=True):
        chain = make_pipeline(MinMaxScaler(), wrapped.set_fit_request(sample_weight=True))
        plain = chain.fit(X, Y).predict(X)
        weighed = chain.fit(X, Y, sample_weight=np.linspace(0, 1, 60)).predict(X)
    assert not np.array_equal(plain, weighed)


@pytest.mark.parametrize(
    "make, says",
    [
        (lambda: SKLearnRegressor(lambda X, y: brickwork.Sequential()).fit(X, Y), "not compiled"),
        (lambda: SKLearnRegressor(brickwork.Sequential()).fit(X, Y), "not compiled"),
        (lambda: estimator(brickwork, KINDS[0]).fit(X, C * 0), "one class"),
        (lambda: estimator(brickwork, KINDS[0]).fit(X, Y), "Unknown label type: continuous"),
        (lambda: estimator(brickwork, KINDS[0]).predict(X), "not fitted"),
        (lambda: estimator(brickwork, KINDS[1]).fit(X, Y).predict(X[:, 1:]), "4 features"),
        (lambda: estimator(brickwork, KINDS[1]).fit(X * np.nan, Y), "NaN"),
        (
            lambda: (
                SKLearnClassifier(
                    lambda X, y: Builder(brickwork)(
                        X, y[:, :1], loss=lambda a, b: brickwork.ops.mean(b, -1)
                    )
                )
                .fit(X, C)
                .predict(X)
            ),
            "a unit for each class",
        ),
    ],
)
def test_refused(make, says):
    with pytest.raises((ValueError, RuntimeError, sklearn.exceptions.NotFittedError), match=says):
        make()


#: Checks that a network trained for a few epochs cannot pass.
NOT_MEANT = {
    "SKLearnClassifier": {
        "check_classifiers_one_label_sample_weights": "classes of weight 0 are classes"
    }
}


@parametrize_with_checks(
    [
        SKLearnClassifier(
            Builder(brickwork),
            model_kwargs={"loss": "categorical_crossentropy", "last": "softmax"},
            fit_kwargs={"epochs": 50, "verbose": 0, "shuffle": False},
        ),
        SKLearnRegressor(Builder(brickwork), fit_kwargs={"verbose": 0, "shuffle": False}),
        SKLearnTransformer(Builder(brickwork), fit_kwargs={"verbose": 0, "shuffle": False}),
    ],
    expected_failed_checks=lambda e: NOT_MEANT.get(type(e).__name__, {}),
)
def test_what_scikit_learn_demands(estimator, check):
    check(estimator)
