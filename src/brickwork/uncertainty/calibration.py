"""Calibration: of the rows that are given 80 %, about 80 % should be of the class.

What is fitted here is fitted on rows that the model was not trained on.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..errors import ArgumentError, whole_number
from ..program.records import Record
from .checks import indices, probabilities, same_rows

#: Probabilities are not taken for nearer to 0 than this.
LEAST = 1e-7


class Temperature:
    """Probabilities ∝ p^(1 / T): all of them sharper or blunter, and no other class more likely.

    T minimizes the log loss: Guo et al., "On Calibration of Modern Neural Networks",
    arXiv:1706.04599, section 4.2. In 1 / T the loss is convex; this is found by Newton's method.

    Args:
        y: ``(rows,)`` indices of classes.
        p: ``(rows, classes)`` probabilities; of two classes ``(rows,)``, that of class 1, will do.

    Attributes:
        value: T, more than 1 if the model was too sure.

    Raises:
        ArgumentError (a ValueError): for what are no probabilities or classes.

    >>> temperature = Temperature([0, 1, 0, 1], [0.01, 0.99, 0.99, 0.99])
    >>> temperature.value > 3, bool(temperature([[0.2, 0.8]])[0, 1] < 0.8)
    (True, True)
    """

    def __init__(self, y: Any, p: Any):
        p = probabilities(p, "Temperature.p")
        y = indices(y, p.shape[1], "Temperature.y")
        same_rows("Temperature", y=y, p=p)
        logs = np.log(np.clip(p, LEAST, None))
        own, inverse = logs[np.arange(len(y)), y], 1.0
        for _ in range(100):
            q = _softmax(inverse * logs)
            mean = (q * logs).sum(1)
            curve = ((q * logs**2).sum(1) - mean**2).mean()
            if curve < 1e-12:  # all classes are equally probable, at any temperature
                break
            step = np.clip((own - mean).mean() / curve, -inverse / 2, inverse + 1)
            # Without a row that is wrong there is no minimum: colder were always better.
            inverse = float(np.clip(inverse + step, 0.05, 20))
            if abs(step) < 1e-10 * inverse:
                break
        self.value = 1 / inverse

    def __call__(self, p: Any) -> np.ndarray:
        """Return probabilities ``(rows, classes)`` for those of new rows."""
        p = probabilities(p, "Temperature.p")
        return _softmax(np.log(np.clip(p, LEAST, None)) / self.value)

    def __repr__(self) -> str:
        return f"<Temperature {self.value:.3g}>"


class Platt:
    """Of two classes, the probability of class 1: sigmoid(a log(p / (1 − p)) + b).

    Unlike a temperature it also mends a model for which class 1 is too likely throughout. a and b
    minimize the log loss to targets that are drawn in a little, (n₁ + 1) / (n₁ + 2) and
    1 / (n₀ + 2), so that the result is finite: Platt, "Probabilistic Outputs for Support Vector
    Machines", 1999, by Newton's method as Lin, Lin, Weng, 2007.

    Args:
        y: ``(rows,)``, 0 or 1.
        p: ``(rows,)``, the probabilities of class 1.

    Attributes:
        slope: a.
        shift: b.

    Raises:
        ArgumentError (a ValueError): for what are no probabilities, or more than two classes.

    >>> platt = Platt([0, 1, 0, 1, 1, 0] * 5, [0.8, 0.9, 0.7, 0.95, 0.8, 0.9] * 5)
    >>> float(platt([0.85])[0, 1].round(1))
    0.5
    """

    def __init__(self, y: Any, p: Any):
        z = self._logits(p)
        y = indices(y, 2, "Platt.y")
        same_rows("Platt", y=y, p=z)
        positive = int(y.sum())
        high, low = (positive + 1) / (positive + 2), 1 / (len(y) - positive + 2)
        target = np.where(y == 1, high, low)
        x = np.column_stack([z, np.ones(len(z))])
        found = np.array([0.0, np.log((positive + 1) / (len(y) - positive + 1))])
        for _ in range(100):
            q = _sigmoid(x @ found)
            gradient = x.T @ (q - target)
            curve = (x.T * (q * (1 - q))) @ x + 1e-10 * np.eye(2)
            step, size = np.linalg.solve(curve, gradient), 1.0
            loss = _log_loss(x @ found, target)
            while size > 1e-8 and _log_loss(x @ (found - size * step), target) > loss:
                size /= 2
            found = found - size * step
            if np.abs(size * step).max() < 1e-10:
                break
        self.slope, self.shift = map(float, found)

    def __call__(self, p: Any) -> np.ndarray:
        """Return probabilities ``(rows, 2)`` for those of new rows."""
        q = _sigmoid(self.slope * self._logits(p) + self.shift)
        return np.column_stack([1 - q, q])

    def __repr__(self) -> str:
        return f"<Platt {self.slope:.3g}, {self.shift:.3g}>"

    @staticmethod
    def _logits(p: Any) -> np.ndarray:
        p = probabilities(p, "Platt.p")
        if p.shape[1] != 2:
            raise ArgumentError("Platt.p", f"got {p.shape[1]} classes, expected two.")
        logs = np.log(np.clip(p, LEAST, None))
        return logs[:, 1] - logs[:, 0]


class Reliability(Record):
    """How often rows of one probability are of the class.

    Args:
        predicted: the mean probability of the rows of each interval.
        observed: the share of them that is of the class.
        counts: how many they are.
    """

    __slots__ = ("counts", "observed", "predicted")

    def __init__(self, predicted: np.ndarray, observed: np.ndarray, counts: np.ndarray):
        self.predicted, self.observed, self.counts = predicted, observed, counts


def reliability(y: Any, p: Any, intervals: int = 10) -> Reliability:
    """Compare probabilities with what came true (DeGroot, Fienberg, 1983).

    Of more than two classes, it is the most probable one of each row that comes true or not.

    Args:
        y: ``(rows,)`` indices of classes.
        p: ``(rows, classes)`` probabilities; of two classes ``(rows,)``, that of class 1, will do.
        intervals: int, the number of equal intervals of [0, 1]; empty ones are left out.

    Returns:
        A `Reliability` of arrays ``(intervals that hold rows,)``.

    Raises:
        ArgumentError (a ValueError): for what are no probabilities or classes, and no interval.

    >>> reliability([0, 1, 1, 1], [0.15, 0.15, 0.95, 0.95]).observed
    array([0.5, 1. ])
    """
    intervals = whole_number(intervals, "reliability.intervals")
    p = probabilities(p, "reliability.p")
    y = indices(y, p.shape[1], "reliability.y")
    same_rows("reliability", y=y, p=p)
    two = p.shape[1] == 2
    sure, right = (p[:, 1], y == 1) if two else (p.max(1), p.argmax(1) == y)
    place = np.minimum((sure * intervals).astype(int), intervals - 1)
    counts = np.bincount(place, minlength=intervals)
    held = counts > 0
    return Reliability(
        np.bincount(place, sure, intervals)[held] / counts[held],
        np.bincount(place, right, intervals)[held] / counts[held],
        counts[held],
    )


def calibration_error(y: Any, p: Any, intervals: int = 10) -> float:
    """Return the expected calibration error: how far probabilities are from what comes true, on
    average over rows (Naeini, Cooper, Hauskrecht, 2015).

    Args:
        y: ``(rows,)`` indices of classes.
        p: ``(rows, classes)`` probabilities; of two classes ``(rows,)``, that of class 1, will do.
        intervals: int, as for `reliability`.

    Returns:
        A float from 0 to 1.

    >>> round(calibration_error([0, 1], [0.1, 0.9]), 2)
    0.1
    """
    found = reliability(y, p, intervals)
    apart = np.abs(found.predicted - found.observed)
    return float((apart * found.counts).sum() / found.counts.sum())


def _softmax(z: np.ndarray) -> np.ndarray:
    e = np.exp(z - z.max(1, keepdims=True))
    return e / e.sum(1, keepdims=True)


def _sigmoid(z: np.ndarray) -> np.ndarray:
    return np.exp(-np.logaddexp(0, -z))


def _log_loss(z: np.ndarray, target: np.ndarray) -> float:
    return float((np.logaddexp(0, z) - target * z).sum())
