"""Scores of predictions on rows that were held out, with their uncertainty."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ..program.records import Record
from ..uncertainty.calibration import LEAST
from .task import Task

#: How often rows are drawn with replacement for an interval.
DRAWS = 300
#: Of more rows than this a third as often: their interval is narrow.
MANY = 5000


class Score(Record):
    """One score of a predictor.

    Args:
        name: what is measured.
        value: float, on all rows.
        low, high: floats, the interval that holds 95 % of the scores of rows drawn with
            replacement (Efron's percentile bootstrap).
        higher: whether higher is better.
        draws: the scores of these rows.
    """

    __slots__ = ("draws", "high", "higher", "low", "name", "value")

    def __init__(
        self, name: str, value: float, low: float, high: float, higher: bool, draws: np.ndarray
    ):
        self.name = name
        self.value = value
        self.low = low
        self.high = high
        self.higher = higher
        self.draws = draws

    def __str__(self) -> str:
        return f"{self.name} {self.value:.4g} ({self.low:.4g} to {self.high:.4g})"

    def __repr__(self) -> str:
        return f"<Score {self}>"


def full_probabilities(p: np.ndarray) -> np.ndarray:
    """Return probabilities ``(rows, classes)``; of one output those of both classes.

    Args:
        p: outputs ``(rows, 1)`` or ``(rows, classes)``.
    """
    return np.concatenate([1 - p, p], axis=1) if p.shape[1] == 1 else p


def log_losses(y: np.ndarray, p: np.ndarray) -> np.ndarray:
    """Return minus the logarithm of the probability of each row's class.

    Args:
        y: indices of classes ``(rows,)``.
        p: probabilities ``(rows, 1 or classes)``.
    """
    own = full_probabilities(p)[np.arange(len(y)), y]
    return -np.log(np.clip(own, LEAST, None))


def auc(y: np.ndarray, p: np.ndarray) -> float:
    """Return the area under the ROC curve: how often a positive row is ranked above a negative
    one, ties counting half. NaN without rows of either kind.

    >>> auc(np.array([0, 1, 1]), np.array([0.1, 0.3, 0.1]))
    0.75
    """
    positive = np.asarray(y).astype(bool)
    count = int(positive.sum())
    if not 0 < count < len(p):
        return np.nan
    _, place, counts = np.unique(p, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(counts) - (counts - 1) / 2)[place]
    return float((ranks[positive].sum() - count * (count + 1) / 2) / (count * (len(p) - count)))


def _auc_of_classes(y: np.ndarray, p: np.ndarray) -> float:
    if p.shape[1] == 1:
        return auc(y, p[:, 0])
    found = [auc(y == k, p[:, k]) for k in range(p.shape[1])]
    found = [one for one in found if one == one]
    return float(np.mean(found)) if found else np.nan


def _rmse(y: np.ndarray, p: np.ndarray) -> float:
    return float(np.sqrt(np.mean((y - p) ** 2)))


def _r2(y: np.ndarray, p: np.ndarray) -> float:
    spread = ((y - y.mean(0)) ** 2).mean()
    return float(1 - ((y - p) ** 2).mean() / spread) if spread else np.nan


def _deviance(y: np.ndarray, p: np.ndarray) -> float:
    """Of a Poisson distribution, a row: ``2 (y log(y / p) - y + p)``."""
    p = np.clip(p, 1e-7, None)
    with np.errstate(divide="ignore", invalid="ignore"):
        logs = np.where(y > 0, y * np.log(y / p), 0)
    return float(2 * np.mean(logs - y + p))


def _of_labels(measure: Callable[[np.ndarray, np.ndarray], float]) -> Callable[..., float]:
    """The mean of a score over several labels, without those of which it is not defined."""

    def mean(y: np.ndarray, p: np.ndarray) -> float:
        found = [measure(y[:, i].astype(int), p[:, i : i + 1]) for i in range(y.shape[1])]
        found = [one for one in found if one == one]
        return float(np.mean(found)) if found else np.nan

    return mean


def _log_loss(y: np.ndarray, p: np.ndarray) -> float:
    return float(log_losses(y, p).mean())


def _accuracy(y: np.ndarray, p: np.ndarray) -> float:
    return float((full_probabilities(p).argmax(1) == y).mean())


def _mae(y: np.ndarray, p: np.ndarray) -> float:
    return float(np.abs(y - p).mean())


#: The scores of classes, and whether higher is better; the first decides.
_OF_CLASSES = (
    ("log loss", _log_loss, False),
    ("accuracy", _accuracy, True),
    ("ROC AUC", _auc_of_classes, True),
)
_SCORES = {
    "classes": _OF_CLASSES,
    "labels": tuple((name, _of_labels(one), higher) for name, one, higher in _OF_CLASSES),
    "regression": (("RMSE", _rmse, False), ("MAE", _mae, False), ("R2", _r2, True)),
    "counts": (
        ("Poisson deviance", _deviance, False),
        ("RMSE", _rmse, False),
        ("MAE", _mae, False),
    ),
}


def scores(task: Task, y: np.ndarray, p: np.ndarray, seed: int = 0) -> list[Score]:
    """Score predictions.

    Args:
        task: what is predicted.
        y: the encoded targets.
        p: the outputs ``(rows, outputs)``.
        seed: int that determines the draws of rows; the same draws for everyone who is compared.

    Returns:
        A list of `Score`, the first of which decides what is better.
    """
    rng = np.random.Generator(np.random.Philox(seed))
    count = DRAWS if len(y) <= MANY else DRAWS // 3
    draws = [rng.integers(0, len(y), len(y)) for _ in range(count)]
    found: list[Score] = []
    for name, measure, higher in _SCORES[task.kind]:
        values = np.array([measure(y[rows], p[rows]) for rows in draws])
        low, high = _interval(values)
        found.append(Score(name, measure(y, p), low, high, higher, values))
    return found


def first_score(task: Task) -> Callable[[np.ndarray, np.ndarray], float]:
    """Return the score that decides, as a function of targets and outputs; higher is better.

    Args:
        task: what is predicted.

    >>> y, p = np.array([[1.0]]), np.array([[3.0]])
    >>> first_score(Task("regression", ["y"]))(y, p)
    -2.0
    """
    _, measure, higher = _SCORES[task.kind][0]
    return measure if higher else lambda y, p: -measure(y, p)


def _interval(values: np.ndarray) -> tuple[float, float]:
    values = values[~np.isnan(values)]
    if not len(values):
        return np.nan, np.nan
    low, high = np.quantile(values, (0.025, 0.975))
    return float(low), float(high)


def chance_of_being_better(ours: Score, theirs: Score) -> float:
    """Return the share of draws of rows in which one score is better than another.

    Args:
        ours, theirs: the same score of two predictors, of the same draws.
    """
    better = ours.draws > theirs.draws if ours.higher else ours.draws < theirs.draws
    return float(better.mean())
