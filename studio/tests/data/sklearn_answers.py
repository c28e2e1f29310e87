"""What scikit-learn makes of a table: a list of questions in, as JSON, and their answers out.

``{"ask": "prepare", "numbers": [[...]], "texts": [[...]], "training": [...], "validation": [...]}``
answers with both parts: numbers imputed and scaled by the training rows, then texts one-hot. The
other questions ask for datasets, for the scores of answers that look at no input, and for the
inputs that tell most.
"""

import json
import sys

import numpy as np
from sklearn.compose import ColumnTransformer
from sklearn.datasets import load_digits, load_iris, make_circles, make_moons
from sklearn.dummy import DummyClassifier, DummyRegressor
from sklearn.feature_selection import f_classif, f_regression
from sklearn.impute import SimpleImputer
from sklearn.metrics import mean_absolute_error, mean_squared_error
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler


def prepare(case: dict) -> dict:
    """Returns both parts of a table, and the categories of its texts."""
    numbers = np.array(case["numbers"], float)  # null: nan
    texts = np.array(case["texts"], object)
    table = np.concatenate([numbers.astype(object), texts], axis=1)
    scaled = make_pipeline(SimpleImputer(), StandardScaler())
    hot = OneHotEncoder(sparse_output=False)
    width = numbers.shape[1]
    both = ColumnTransformer(
        [("n", scaled, list(range(width))), ("t", hot, list(range(width, table.shape[1])))],
        sparse_threshold=0,
    )
    hot_of_all = OneHotEncoder(sparse_output=False).fit(texts)
    training = both.fit_transform(table[case["training"]])
    return {
        "training": training.tolist(),
        "validation": both.transform(table[case["validation"]]).tolist(),
        "categories": [list(found) for found in hot_of_all.categories_],
    }


def dataset(case: dict) -> dict:
    """Returns a dataset without noise and in order."""
    if case["name"] in ("iris", "digits"):
        data = load_iris() if case["name"] == "iris" else load_digits()
        return {"x": data.data.tolist(), "y": [str(data.target_names[i]) for i in data.target]}
    options = {"n_samples": case["samples"], "shuffle": False}
    x, y = make_moons(**options) if case["name"] == "moons" else make_circles(**options, factor=0.5)
    return {"x": x.tolist(), "y": y.tolist()}


def dummy(case: dict) -> dict:
    """Returns the scores of answers that look at no input: the most frequent class, or the mean."""
    training, validation = np.array(case["training"]), np.array(case["validation"])
    nothing, nothing_held_out = np.zeros((len(training), 1)), np.zeros((len(validation), 1))
    if case["classes"]:
        dull = DummyClassifier().fit(nothing, training)
        return {"accuracy": dull.score(nothing_held_out, validation)}
    said = DummyRegressor().fit(nothing, training).predict(nothing_held_out)
    return {
        "mean_absolute_error": mean_absolute_error(validation, said),
        "mean_squared_error": mean_squared_error(validation, said),
    }


def best_two(case: dict) -> list[int]:
    """Returns the two inputs of the largest F statistics, in the order of the columns."""
    score = f_classif if case["classes"] else f_regression
    with np.errstate(invalid="ignore"):
        statistics = np.nan_to_num(score(np.array(case["x"]), np.array(case["y"]))[0])
    return sorted(np.argsort(-statistics, kind="stable")[:2].tolist())


if __name__ == "__main__":
    known = {"prepare": prepare, "dataset": dataset, "dummy": dummy, "best two": best_two}
    json.dump([known[question["ask"]](question) for question in json.load(sys.stdin)], sys.stdout)
