"""`cross_validate`: how well models predict rows that they were not trained on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ..errors import ArgumentError, whole_number
from ..models import Model
from ..program.seeds import draw_seed
from ..tree import map_structure
from .folds import folds_of
from .members import members_of
from .model_population import Population
from .settings import maker
from .training import count_rows, taken


class CrossValidation:
    """The result of `cross_validate`.

    Args:
        population: the trained models, one for each fold of each repetition.
        held_out: for each of them the indices of the rows that it was not trained on.
        scores: dict from the names of the loss and the metrics to arrays ``(models,)``.

    Attributes:
        population, held_out, scores: as given.

    >>> CrossValidation(Population([]), [], {"loss": np.array([0.5, 0.7])})
    <CrossValidation of 2 models: loss 0.6000 +- 0.1000>
    """

    def __init__(
        self, population: Population, held_out: list[np.ndarray], scores: dict[str, np.ndarray]
    ):
        self.population, self.held_out, self.scores = population, held_out, scores

    def mean(self, name: str = "loss") -> float:
        """Return the mean of a score over the models.

        Args:
            name: the loss or metric; default "loss".

        Returns:
            A float.
        """
        return float(np.mean(self.scores[name]))

    def std(self, name: str = "loss") -> float:
        """Return the standard deviation of a score over the models.

        Args:
            name: the loss or metric; default "loss".

        Returns:
            A float.
        """
        return float(np.std(self.scores[name]))

    def predict(self, x: Any, **options: Any) -> Any:
        """Predict each row by the models that were not trained on it.

        Args:
            x: the inputs that the models were cross-validated on.
            options: other arguments of `Model.predict`.

        Returns:
            An array ``(rows, ...)``: the mean of these models' outputs; of several outputs a list
            or dict of them.

        Raises:
            ValueError: if there are no models, or a row was held out by none.
        """
        if not self.held_out:
            raise ValueError("CrossValidation.predict: got no models, expected some.")
        rows = count_rows(x)
        counts = np.bincount(np.concatenate(self.held_out), minlength=rows)
        if len(counts) != rows or not counts.all():
            raise ArgumentError(
                "CrossValidation.predict.x",
                f"got {rows} rows, expected the rows of the folds, each held out by one at least; "
                f"{np.count_nonzero(counts[:rows] == 0)} are held out by none.",
            )
        total: Any = None
        for model, own in zip(self.population, self.held_out, strict=True):
            part = model.predict(taken(x, own), **{"verbose": 0, **options})
            if total is None:
                total = map_structure(lambda p: np.zeros((rows, *p.shape[1:]), p.dtype), part)
            map_structure(lambda whole, p, own=own: np.add.at(whole, own, p), total, part)
        return map_structure(
            lambda whole: whole / counts.reshape(-1, *[1] * (whole.ndim - 1)).astype(whole.dtype),
            total,
        )

    def __repr__(self) -> str:
        parts = [f"{name} {self.mean(name):.4f} +- {self.std(name):.4f}" for name in self.scores]
        count = len(next(iter(self.scores.values()), []))
        return f"<CrossValidation of {count} models: {', '.join(parts)}>"


def cross_validate(
    model: Model | Callable[..., Model],
    x: Any,
    y: Any,
    *,
    folds: Any = 5,
    repeats: int = 1,
    stratify: str | bool = "auto",
    groups: Any = None,
    seed: int | None = None,
    validate: bool = False,
    **options: Any,
) -> CrossValidation:
    """Train a model on all folds but one, for each of them, and evaluate it on that one.

    All models are trained together; see `population`.

    Args:
        model: a compiled model, which is copied; or a function that returns one.
        x, y: inputs and targets ``(rows, ...)``.
        folds: int >= 2, into how many folds the rows are divided; or pairs of index arrays, such as
            a splitter of scikit-learn yields. Default 5.
        repeats: int >= 1, how often, each time with other folds. Default 1.
        stratify: whether each fold has each class in proportion; "auto" (default): if `y` is
            integers, booleans, or one-hot rows.
        groups: ``(rows,)``: rows of one group stay in one fold; default None.
        seed: int that determines folds and models; None (default) draws one.
        validate: whether the held-out rows are evaluated after each epoch too, for curves and for
            `EarlyStopping`. The scores are then too good, since they chose the epoch. Default
            False.
        options: other arguments of `Population.fit`: ``epochs``, ``batch_size``, ...

    Returns:
        A `CrossValidation`: the scores on the held-out rows, and the models.

    Raises:
        ArgumentError (a ValueError): for folds that the rows cannot be divided into.

    >>> import brickwork
    >>> model = brickwork.Sequential([brickwork.layers.Dense(1, input_dim=1)])
    >>> model.compile("sgd", "mse")
    >>> x = np.arange(20.0).reshape(20, 1) / 20
    >>> result = brickwork.cross_validate(model, x, 2 * x, folds=4, epochs=3, verbose=0, seed=1)
    >>> result.scores["loss"].shape
    (4,)
    """
    seed = draw_seed() if seed is None else seed
    parts = split_rows(x, y, folds, repeats, stratify, groups, seed, "cross_validate")
    make = maker(model, "cross_validate.model")
    population = Population(members_of(make, [{}], len(parts), seed))
    return validated(population, x, y, parts, validate, options)


def split_rows(
    x: Any, y: Any, folds: Any, repeats: int, stratify: Any, groups: Any, seed: int, what: str
) -> list[tuple[np.ndarray, np.ndarray]]:
    """The rows to train on and to hold out, of each fold of each repetition."""
    repeats = whole_number(repeats, f"{what}.repeats")
    if hasattr(folds, "split"):
        folds = list(folds.split(np.zeros(count_rows(y)), np.asarray(y), groups))
    classes = classes_of(y) if stratify in ("auto", True) and groups is None else None
    if stratify is True and classes is None:
        raise ArgumentError(f"{what}.stratify", "expected classes as y.")
    return [
        pair
        for turn in range(repeats)
        for pair in folds_of(
            count_rows(y),
            folds,
            classes=classes,
            groups=groups,
            seed=seed + turn,
            what=what,
        )
    ]


def validated(
    population: Population,
    x: Any,
    y: Any,
    parts: list[tuple[np.ndarray, np.ndarray]],
    validate: bool,
    options: dict[str, Any],
) -> CrossValidation:
    """Train each member on its part, and evaluate it on the rows held out."""
    held_out = [test for _, test in parts]
    population.fit(
        x,
        y,
        rows=[train for train, _ in parts],
        held_out=held_out if validate else None,
        **options,
    )
    weights = options.get("sample_weight")
    scores = population.evaluate(x, y, rows=held_out, sample_weight=weights)
    return CrossValidation(population, held_out, scores)


def classes_of(y: Any) -> np.ndarray | None:
    """The class of each row; None if the targets are no classes.

    >>> classes_of([[1, 0], [0, 1]]).tolist(), classes_of([0.5, 1.0]) is None
    ([0, 1], True)
    """
    if isinstance(y, dict) or (isinstance(y, list | tuple) and y and hasattr(y[0], "shape")):
        return None
    values = np.asarray(y)
    values = values.reshape(len(values), -1)
    if values.shape[1] > 1:
        one_hot = np.isin(values, (0, 1)).all() and (values.sum(1) == 1).all()
        return values.argmax(1) if one_hot else None
    column = values[:, 0]
    if column.dtype.kind in "biuOUS":
        return np.unique(column, return_inverse=True)[1]
    whole = column.dtype.kind == "f" and bool((column == np.floor(column)).all())
    found, place = np.unique(column, return_inverse=True) if whole else (column, None)
    return place if whole and len(found) <= max(2, len(column) // 10) else None
