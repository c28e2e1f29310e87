"""Classifiers in the hands of scikit-learn: probabilities, scores, and what is built on them."""

import numpy as np
import pytest
from sklearn.calibration import CalibratedClassifierCV
from sklearn.datasets import make_classification
from sklearn.ensemble import BaggingClassifier, StackingClassifier, VotingClassifier
from sklearn.inspection import permutation_importance
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV, cross_val_predict, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

import brickwork
from brickwork import layers, losses, ops
from brickwork.errors import ArgumentError
from brickwork.wrappers import SKLearnClassifier
from brickwork.wrappers.scikit_learn import KerasClassifier

NAMES = np.array(["no", "perhaps", "yes"])


def data(classes):
    x, y = make_classification(
        90, 5, n_informative=4, n_redundant=0, n_classes=classes, class_sep=2.0, random_state=0
    )
    return x, NAMES[y]


def own_loss(y_true, y_pred):
    return ops.mean(ops.square(y_true - y_pred), axis=-1)


#: How the last layer looks, the loss, and whether the outputs are probabilities.
ENDS = {
    "softmax": ("softmax", "categorical_crossentropy", True),
    "numbers": ("softmax", "sparse_categorical_crossentropy", True),
    "logits": (None, lambda: losses.CategoricalCrossentropy(from_logits=True), True),
    "sigmoids": ("sigmoid", "binary_crossentropy", True),
    "sigmoid logits": (None, lambda: losses.BinaryCrossentropy(from_logits=True), True),
    "own": ("softmax", lambda: own_loss, True),
    "amounts": (None, "mse", False),
}
ONE = {
    "unit": ("sigmoid", "binary_crossentropy", True),
    "logit": (None, lambda: losses.BinaryCrossentropy(from_logits=True), True),
    "focal": ("sigmoid", "binary_focal_crossentropy", True),
    "amount": (None, "mse", False),
    "margin": ("tanh", "hinge", False),
}
CASES = [(name, classes) for classes in (2, 3) for name in ENDS] + [(name, 2) for name in ONE]


def made(X, y, end="softmax"):
    last, loss, _ = {**ENDS, **ONE}[end]
    units = 1 if end in ONE else y.shape[1]
    model = brickwork.Sequential(
        [layers.Dense(6, "tanh", input_dim=X.shape[1]), layers.Dense(units, last)]
    )
    model.compile(brickwork.optimizers.Adam(0.02), loss() if callable(loss) else loss)
    return model


def classifier(end="softmax", epochs=15):
    return SKLearnClassifier(
        made, model_kwargs={"end": end}, fit_kwargs={"epochs": epochs, "verbose": 0}
    )


@pytest.mark.parametrize("end, classes", CASES)
def test_scores_and_probabilities_agree_with_what_is_predicted(end, classes):
    x, y = data(classes)
    fitted = classifier(end).fit(x, y)
    predicted, scores = fitted.predict(x), fitted.decision_function(x)
    assert fitted.score(x, y) > 0.6
    if classes == 2:
        assert scores.shape == (90,)
        assert (fitted.classes_[(scores > 0).astype(int)] == predicted).all()
    else:
        assert (fitted.classes_[scores.argmax(axis=1)] == predicted).all()
    if not {**ENDS, **ONE}[end][2]:
        with pytest.raises(ValueError, match=r"predict_proba: got outputs from .*softmax.*logits"):
            fitted.predict_proba(x * 10)
        return
    shares = fitted.predict_proba(x)
    assert shares.shape == (90, classes)
    np.testing.assert_allclose(shares.sum(axis=1), 1.0, rtol=1e-12)
    assert (fitted.classes_[shares.argmax(axis=1)] == predicted).all()
    np.testing.assert_allclose(np.exp(fitted.predict_log_proba(x)), shares)
    if classes == 2 and end != "own":  # a monotone way from one to the other
        order = np.argsort(scores)
        assert (np.diff(shares[order, 1]) >= -1e-6).all()


def test_probabilities_are_the_model_s_own():
    x, y = data(3)
    fitted = classifier().fit(x, y)
    np.testing.assert_allclose(
        fitted.predict_proba(x), fitted.model_.predict(x, verbose=0), rtol=1e-6
    )
    x, y = data(2)
    fitted = classifier("unit").fit(x, y)
    np.testing.assert_allclose(
        fitted.predict_proba(x)[:, 1:], fitted.model_.predict(x, verbose=0), rtol=1e-6
    )
    np.testing.assert_array_equal(fitted.classes_, ["no", "perhaps"])


def old(**more):
    def build(units=6):
        model = brickwork.Sequential(
            [layers.Dense(units, "tanh", input_dim=5), layers.Dense(1, "sigmoid")]
        )
        model.compile(brickwork.optimizers.Adam(0.02), "binary_crossentropy", metrics=["accuracy"])
        return model

    return KerasClassifier(build, epochs=15, verbose=0, **more)


ESTIMATORS = {"softmax": classifier, "unit": lambda: classifier("unit"), "old": old}
#: What scikit-learn does with them, and the least that comes of it.
USES = {
    "roc_auc": lambda e, x, y: cross_val_score(
        e, x, y, cv=2, scoring="roc_auc", error_score="raise"
    ).mean(),
    "log_loss": lambda e, x, y: (
        2 + cross_val_score(e, x, y, cv=2, scoring="neg_log_loss", error_score="raise").mean()
    ),
    "calibrated": lambda e, x, y: CalibratedClassifierCV(e, cv=2).fit(x, y).score(x, y),
    "importance": lambda e, x, y: (
        e.fit(x, y)
        and 0.5
        + permutation_importance(
            e, x, y, scoring="roc_auc", n_repeats=2, random_state=0
        ).importances_mean.max()
    ),
    "predicted": lambda e, x, y: np.mean(
        cross_val_predict(e, x, y, cv=2, method="predict_proba").argmax(axis=1) == (y == "perhaps")
    ),
    "stacked": lambda e, x, y: (
        StackingClassifier([("net", e), ("line", LogisticRegression())], cv=2).fit(x, y).score(x, y)
    ),
    "voting": lambda e, x, y: (
        VotingClassifier([("net", e), ("line", LogisticRegression())], voting="soft")
        .fit(x, y)
        .score(x, y)
    ),
    "bagged": lambda e, x, y: BaggingClassifier(e, n_estimators=2).fit(x, y).score(x, y),
    "searched": lambda e, x, y: (
        GridSearchCV(
            make_pipeline(StandardScaler(), e),
            {"standardscaler__with_std": [True, False]},
            cv=2,
            scoring="roc_auc",
            error_score="raise",
        )
        .fit(x, y)
        .best_score_
    ),
}


#: Keras 2's predicts columns, which these do not take.
NOT_OLD = ("bagged", "voting")


@pytest.mark.parametrize(
    "name, use",
    [(name, use) for name in ESTIMATORS for use in USES if name != "old" or use not in NOT_OLD],
)
def test_in_scikit_learn_s_hands(name, use):
    x, y = data(2)
    assert USES[use](ESTIMATORS[name](), x, y) > 0.55


def test_scores_by_cross_validation():
    x, y = data(2)
    assert cross_val_predict(classifier(), x, y, cv=2, method="decision_function").shape == (90,)
    x, y = data(3)
    assert cross_val_predict(classifier(), x, y, cv=2, method="decision_function").shape == (90, 3)
    assert cross_val_score(classifier(), x, y, cv=2, scoring="roc_auc_ovr").mean() > 0.6


def nothing(X, y):
    made(X, y)


@pytest.mark.parametrize(
    "model, words",
    [
        ("relu", "got 'relu', expected a compiled model, or a function (X, y)"),
        (nothing, "returned None, .* `return model`"),
        (lambda: None, "cannot be called with X, y"),
        (lambda x, y: None, "cannot be called with X, y by name: missing a required argument: 'x'"),
    ],
)
def test_what_makes_no_model_is_refused(model, words):
    x, y = data(2)
    with pytest.raises(ArgumentError, match=words.replace("(", r"\(").replace(")", r"\)")):
        SKLearnClassifier(model).fit(x, y)


def test_a_function_of_older_estimators_must_return_its_model():
    with pytest.raises(ArgumentError, match=r"KerasClassifier.build_fn: .*returned None"):
        KerasClassifier(lambda: None).fit(*data(2))


def test_a_model_with_functions_of_the_user_s_is_copied():
    x, y = data(2)
    model = made(x, np.zeros((1, 2)), "own")
    model.compile("adam", own_loss, metrics=[own_loss, "accuracy"])
    fitted = SKLearnClassifier(model, fit_kwargs={"verbose": 0}).fit(x, y)
    assert fitted.model_ is not model and "own_loss" in fitted.history_.history
