"""What scikit-learn demands of any estimator: nothing is expected to fail."""

import warnings

from samples import LONG
from sklearn.utils.estimator_checks import parametrize_with_checks

from brickwork.layers import Dense, Dropout
from brickwork.sklearn import Classifier, Regressor, Transformer

QUICK = {"members": 2, "hidden_layer_sizes": (16,), "max_iter": 40, "learning_rate": 0.01}


class Tower:
    """A function that makes layers; names of tests hold how it shows itself."""

    def __call__(self, x):
        return Dense(8, "tanh")(x)

    def __repr__(self):
        return "tower"


class Stack(list):
    """A list of layers."""

    def __repr__(self):
        return "stack"


#: One of each estimator; the others are taken with BRICKWORK_LONG (`make keras-files`).
SOME = [
    Classifier(),
    Regressor(members=3, layers=Tower(), loss="huber", monitor="mae"),
    Transformer(layer=[0, 1], members=2, hidden_layer_sizes=(8, 4), max_iter=20, table=False),
]
OTHERS = [
    Classifier(**QUICK),
    Classifier(**QUICK, early_stopping=False, table=False, class_weight="balanced"),
    Classifier(members=1, layers=Stack([Dense(16, "relu"), Dropout(0.1)])),
    Regressor(),
    Regressor(**QUICK, early_stopping=False, table=False),
    Transformer(hidden_layer_sizes=(8, 4), max_iter=40),
]


@parametrize_with_checks([*SOME, *(OTHERS if LONG else [])])
def test_scikit_learns_own_checks(estimator, check, monkeypatch):
    monkeypatch.setenv("SCIPY_ARRAY_API", "1")  # else a check is skipped
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        check(estimator)
