"""The methods, each with its defaults: brickwork's recipes and their peers.

A method is a function of the columns to train on, their targets, the columns to predict, and a
`Question`; it returns probabilities ``(rows, classes)`` or numbers ``(rows,)``. What it imports is
loaded before the clock starts. Each runs on one thread.

Trees get the raw cells, texts as categories. Networks of others get what they ask for: numbers with
medians for what is missing and a column that says so; scikit-learn's also standard scaling,
one-hot categories and a scaled target. Dates are a number of days, a month and a day of the week.
"""

from __future__ import annotations

import ast
import warnings
from importlib import metadata
from typing import Any, NamedTuple

import numpy as np

Columns = dict[str, np.ndarray]


class Question(NamedTuple):
    """What is asked."""

    kind: str  # "classes" or "regression"
    classes: int
    groups: np.ndarray | None
    seed: int


#: The environment of each method (see ../envs.py); None: the one that runs brickwork.
METHODS: dict[str, str | None] = {
    "brickwork fast": None,
    "brickwork default": None,
    "brickwork best": None,
    "CatBoost": "table-trees",
    "LightGBM": "table-trees",
    "HistGradientBoosting": "table-trees",
    "scikit-learn MLP": "table-trees",
    "scikit-learn MLP of 50 settings": "table-trees",
    "RealMLP-TD": "table-nets",
    "RealMLP-TD log loss": "table-nets",
    "TabM": "table-nets",
}
#: The package whose version says which method it was.
PACKAGES = {
    "CatBoost": "catboost",
    "LightGBM": "lightgbm",
    "HistGradientBoosting": "scikit-learn",
    "scikit-learn MLP": "scikit-learn",
    "scikit-learn MLP of 50 settings": "scikit-learn",
    "RealMLP-TD": "pytabkit",
    "RealMLP-TD log loss": "pytabkit",
    "TabM": "pytabkit",
}


def environment_of(method: str) -> str | None:
    """The environment of a method; of "brickwork {...}" too, a recipe of one's own."""
    return None if method.startswith("brickwork") else METHODS[method]


def settings_of(method: str) -> str:
    """What a result depends on: a recipe's arguments, or a package's version."""
    if method.startswith("brickwork"):
        recipe = _recipe(method)
        return ", ".join(f"{name}={getattr(recipe, name)!r}" for name in recipe.__slots__)
    return f"{PACKAGES[method]} {metadata.version(PACKAGES[method])}"


def function_of(method: str) -> Any:
    """The method as a function."""
    if method.startswith("brickwork"):
        return _brickwork(_recipe(method))
    return {
        "CatBoost": _catboost,
        "LightGBM": _lightgbm,
        "HistGradientBoosting": _histogram,
        "scikit-learn MLP": _sklearn_mlp,
        "scikit-learn MLP of 50 settings": lambda: _sklearn_mlp(settings=50),
        "RealMLP-TD": lambda: _pytabkit("RealMLP_TD"),
        "RealMLP-TD log loss": lambda: _pytabkit("RealMLP_TD", log_loss=True),
        "TabM": lambda: _pytabkit("TabM_D"),
    }[method]()


def _recipe(method: str) -> Any:
    """The recipe of "brickwork default"; "brickwork {...}" is default but for what it says."""
    from brickwork.tabular.recipes import RECIPES, Recipe

    name = method.removeprefix("brickwork ")
    if name in RECIPES:
        return RECIPES[name]
    default = RECIPES["default"]
    given = {key: getattr(default, key) for key in default.__slots__}
    return Recipe(**{**given, **ast.literal_eval(name)})


def _brickwork(recipe: Any) -> Any:
    """The networks as `brickwork.train` trains them on all rows, without its report, which trains
    on four fifths of the rows once more."""
    from brickwork.data.columns import as_column
    from brickwork.layers import Table
    from brickwork.program.records import replaced
    from brickwork.tabular.predictor import Fitted
    from brickwork.tabular.scores import full_probabilities
    from brickwork.tabular.task import Task

    def method(train: Columns, y: np.ndarray, test: Columns, question: Question) -> np.ndarray:
        known, asked = (
            {name: as_column(value, name) for name, value in part.items()} for part in (train, test)
        )
        names = [str(k) for k in range(question.classes)] if question.classes else None
        task = Task(question.kind, ["target"], names)
        target = y if names else y[:, None].astype(np.float32)
        table = Table.from_data(known)
        own = recipe if names else replaced(recipe, dropout=0.0)  # as `recipe_of` has it
        features = np.asarray(table(known))
        fitted = Fitted(table, features, target, task, own, None, question.groups, question.seed, 0)
        found = fitted.outputs(asked)
        return full_probabilities(found) if names else found[:, 0]

    return method


def frame_of(columns: Columns) -> Any:
    """The columns as pandas has them: numbers as floats, texts as texts, dates as three numbers."""
    import pandas as pd

    frame: dict[str, Any] = {}
    for name, column in columns.items():
        if column.dtype.kind != "O":
            frame[name] = column.astype(float)
            continue
        given = [value for value in column if value is not None]
        if all(len(value) >= 10 and value[4:8:3] == "--" for value in given):
            dates = pd.to_datetime(pd.Series(column), format="mixed")
            frame[f"{name} days"] = (dates - pd.Timestamp("2000-01-01")).dt.days.astype(float)
            frame[f"{name} month"] = dates.dt.month.astype(float)
            frame[f"{name} weekday"] = dates.dt.weekday.astype(float)
        else:
            frame[name] = pd.Series(column, dtype=object)
    return pd.DataFrame(frame)


def _texts(frame: Any) -> list[str]:
    return [name for name in frame if frame[name].dtype == object]


def _categories(train: Any, test: Any, most: int = 250) -> tuple[Any, Any]:
    """Texts as categories of the training rows; of very many only the most frequent."""
    import pandas as pd

    train, test = train.copy(), test.copy()
    for name in _texts(train):
        kept = train[name].value_counts().index[:most]
        for frame in (train, test):
            frame[name] = pd.Categorical(frame[name], categories=sorted(kept))
    return train, test


def _filled(train: Any, test: Any) -> tuple[Any, Any]:
    """Medians instead of missing numbers, and a column that says so."""
    train, test = train.copy(), test.copy()
    for name in [one for one in train if train[one].dtype.kind == "f"]:
        gone = train[name].isna().any()
        middle = train[name].median() if train[name].notna().any() else 0.0
        for frame in (train, test):
            if gone:
                frame[f"{name} is missing"] = frame[name].isna().astype(float)
            frame[name] = frame[name].fillna(middle)
    return train, test


def _all_classes(found: np.ndarray, known: Any, question: Question) -> np.ndarray:
    """Probabilities with a column for each class, 0 for those that no row was trained on."""
    full = np.zeros((len(found), question.classes))
    full[:, np.asarray(known, int)] = found
    return full


def _answer(model: Any, test: Any, question: Question) -> np.ndarray:
    if question.kind == "classes":
        return _all_classes(model.predict_proba(test), model.classes_, question)
    return np.asarray(model.predict(test), float).reshape(-1)


def _catboost() -> Any:
    from catboost import CatBoostClassifier, CatBoostRegressor

    def method(train: Columns, y: np.ndarray, test: Columns, question: Question) -> np.ndarray:
        known, asked = frame_of(train), frame_of(test)
        texts = _texts(known)
        for frame in (known, asked):
            frame[texts] = frame[texts].fillna("missing")
        kind = CatBoostClassifier if question.kind == "classes" else CatBoostRegressor
        model = kind(
            cat_features=texts,
            random_seed=question.seed,
            thread_count=1,
            verbose=False,
            allow_writing_files=False,
        )
        return _answer(model.fit(known, y), asked, question)

    return method


def _lightgbm() -> Any:
    from lightgbm import LGBMClassifier, LGBMRegressor

    def method(train: Columns, y: np.ndarray, test: Columns, question: Question) -> np.ndarray:
        known, asked = _categories(frame_of(train), frame_of(test))
        for frame in (known, asked):  # it refuses some characters of names
            frame.columns = range(frame.shape[1])
        kind = LGBMClassifier if question.kind == "classes" else LGBMRegressor
        model = kind(random_state=question.seed, n_jobs=1, verbosity=-1)
        return _answer(model.fit(known, y), asked, question)

    return method


def _histogram() -> Any:
    from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor

    def method(train: Columns, y: np.ndarray, test: Columns, question: Question) -> np.ndarray:
        known, asked = _categories(frame_of(train), frame_of(test))
        kind = (
            HistGradientBoostingClassifier
            if question.kind == "classes"
            else HistGradientBoostingRegressor
        )
        return _answer(kind(random_state=question.seed).fit(known, y), asked, question)

    return method


def _sklearn_mlp(settings: int = 1) -> Any:
    """With several `settings` the best of so many random ones, by cross-validation in three folds,
    trained on all rows."""
    from scipy.stats import loguniform
    from sklearn.compose import TransformedTargetRegressor, make_column_transformer
    from sklearn.model_selection import RandomizedSearchCV
    from sklearn.neural_network import MLPClassifier, MLPRegressor
    from sklearn.pipeline import Pipeline
    from sklearn.preprocessing import OneHotEncoder, StandardScaler

    space = {
        "hidden_layer_sizes": [(32,), (64,), (128,), (256,), (32, 32), (64, 64), (128, 128)],
        "activation": ["relu", "tanh"],
        "alpha": loguniform(1e-5, 10),
        "learning_rate_init": loguniform(1e-4, 1e-2),
        "batch_size": [32, 64, 128, 256],
        "early_stopping": [False, True],
    }

    def method(train: Columns, y: np.ndarray, test: Columns, question: Question) -> np.ndarray:
        known, asked = _filled(*_categories(frame_of(train), frame_of(test)))
        numbers = [name for name in known if known[name].dtype.kind == "f"]
        texts = [name for name in known if name not in numbers]
        inputs = make_column_transformer(
            (StandardScaler(), numbers), (OneHotEncoder(handle_unknown="ignore"), texts)
        )
        if question.kind == "classes":
            network: Any = MLPClassifier(random_state=question.seed)
            scoring, prefix = "neg_log_loss", "network__"
        else:
            network = TransformedTargetRegressor(
                MLPRegressor(random_state=question.seed), transformer=StandardScaler()
            )
            scoring, prefix = "neg_root_mean_squared_error", "network__regressor__"
        model = Pipeline([("inputs", inputs), ("network", network)])
        if settings > 1:
            model = RandomizedSearchCV(
                model,
                {prefix + name: values for name, values in space.items()},
                n_iter=settings,
                scoring=scoring,
                cv=3,
                random_state=question.seed,
            )
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # 200 epochs, its default, are often too few
            return _answer(model.fit(known, y), asked, question)

    return method


def _pytabkit(name: str, log_loss: bool = False) -> Any:
    """RealMLP stops by the class error; `log_loss` tells it to use cross-entropy instead, without
    label smoothing, as its authors advise where probabilities count."""
    import pytabkit
    import torch

    torch.set_num_threads(1)

    def method(train: Columns, y: np.ndarray, test: Columns, question: Question) -> np.ndarray:
        known, asked = _filled(*_categories(frame_of(train), frame_of(test)))
        options: dict[str, Any] = {}
        if log_loss and question.kind == "classes":
            options = {"val_metric_name": "cross_entropy", "use_ls": False}
        kind = "Classifier" if question.kind == "classes" else "Regressor"
        model = getattr(pytabkit, f"{name}_{kind}")(
            device="cpu", n_threads=1, random_state=question.seed, **options
        )
        return _answer(model.fit(known, y), asked, question)

    return method
