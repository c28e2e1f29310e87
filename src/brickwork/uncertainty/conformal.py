"""Conformal prediction: intervals of numbers and sets of classes that hold the truth as often as
was asked for, whatever the model is.

All of it rests on one fact. Let rows be exchangeable (drawn from one source, in any order), and a
score s(x, y) be large where y does not fit the prediction for x. Of n rows that the model was not
trained on, let q be the ceil((n + 1) c)-th smallest score. Then the score of a new row is at most q
with a probability of at least c, and of at most c + 1 / (n + 1) where no two scores are equal.
Vovk, Gammerman, Shafer, "Algorithmic Learning in a Random World", 2005; Lei et al.,
"Distribution-Free Predictive Inference for Regression", arXiv:1604.04173, theorem 2.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..errors import ArgumentError, shown, whole_number
from .checks import indices, numbers, probabilities, same_rows, share


def bound(scores: np.ndarray, coverage: float) -> float:
    """Return the score that a new row's does not exceed, with a probability of `coverage`.

    Args:
        scores: ``(rows,)``, those of rows that the model was not trained on.
        coverage: float between 0 and 1.

    Returns:
        The ceil((rows + 1) coverage)-th smallest; infinity where there are not so many rows.
    """
    place = int(np.ceil((len(scores) + 1) * coverage - 1e-9))  # 0.9 * 10 is 9, not a bit more
    return np.inf if place > len(scores) else float(np.partition(scores, place - 1)[place - 1])


class Intervals:
    """Intervals for numbers: the prediction, plus and minus what residuals were.

    The score is \\|y − prediction\\| (Lei et al., arXiv:1604.04173), or this over a spread that one
    expects at each row (section 5.2 there). With several `bands`, rows are divided by their
    prediction into as many parts of equal size, each with a bound of its own (Mondrian conformal
    prediction: Vovk, Gammerman, Shafer, 2005, section 4.5): where large values vary more than small
    ones, as prices do, their intervals are longer.

    Args:
        y: ``(rows,)`` numbers of rows that the model was not trained on.
        predicted: ``(rows,)``, what it predicts for them.
        spread: ``(rows,)`` positive numbers, how far off one expects each to be; None for the same.
        bands: int, the number of parts; None for one for each 250 rows, and at most 10.

    Raises:
        ArgumentError (a ValueError): for rows that do not fit, and spreads <= 0.

    >>> intervals = Intervals([1.0, 2.0, 3.0, 4.0], [1.5, 2.0, 2.0, 4.2])
    >>> intervals.around([10.0], coverage=0.6)
    (array([9.5]), array([10.5]))
    """

    def __init__(self, y: Any, predicted: Any, spread: Any = None, bands: int | None = None):
        y, predicted = numbers(y, "Intervals.y"), numbers(predicted, "Intervals.predicted")
        same_rows("Intervals", y=y, predicted=predicted)
        if bands is None:
            bands = int(np.clip(len(y) // 250, 1, 10))
        elif whole_number(bands, "Intervals.bands") > len(y):
            raise ArgumentError("Intervals.bands", f"got {bands}, expected 1 to {len(y)}.")
        self._has_spread = spread is not None
        scores = np.abs(y - predicted) / _spread(spread, predicted)
        self._edges = np.quantile(predicted, np.linspace(0, 1, bands + 1)[1:-1])
        band = np.searchsorted(self._edges, predicted)
        # Where many predictions are equal, a band may hold no row; the others' bound is its own.
        self._scores = [
            scores[band == k] if (band == k).any() else scores for k in range(len(self._edges) + 1)
        ]

    def around(
        self, predicted: Any, coverage: float = 0.9, spread: Any = None
    ) -> tuple[np.ndarray, np.ndarray]:
        """Return the lower and upper ends of the intervals for new rows.

        Args:
            predicted: ``(rows,)``, what the model predicts for them.
            coverage: float between 0 and 1, how often the truth is to lie within.
            spread: ``(rows,)``, as for the other rows.

        Returns:
            Two arrays ``(rows,)``; infinite where there were too few rows for this coverage.

        Raises:
            ArgumentError (a ValueError): for what was not given alike.
        """
        predicted = numbers(predicted, "Intervals.around.predicted")
        coverage = share(coverage, "Intervals.around.coverage")
        bounds = np.array([bound(scores, coverage) for scores in self._scores])
        margin = bounds[np.searchsorted(self._edges, predicted)]
        if (spread is not None) != self._has_spread:
            raise ArgumentError("Intervals.around.spread", "expected it in both calls, or in none.")
        margin = margin * _spread(spread, predicted)
        return predicted - margin, predicted + margin


def _spread(spread: Any, predicted: np.ndarray) -> np.ndarray:
    """The spread of each row, 1 where there is none."""
    if spread is None:
        return np.ones(len(predicted))
    found = numbers(spread, "Intervals.spread")
    same_rows("Intervals", predicted=predicted, spread=found)
    if found.min() <= 0:
        raise ArgumentError("Intervals.spread", f"got {found.min():g}, expected numbers > 0.")
    return found


class QuantileIntervals:
    """Intervals for numbers of a model of two quantiles, widened or narrowed until they cover.

    The score is max(low − y, y − high): Romano, Patterson, Candes, "Conformalized Quantile
    Regression", arXiv:1905.03222.

    Args:
        y: ``(rows,)`` numbers of rows that the model was not trained on.
        low: ``(rows,)``, the lower quantile that it predicts.
        high: ``(rows,)``, the upper one.

    Raises:
        ArgumentError (a ValueError): for rows that do not fit.

    >>> intervals = QuantileIntervals([1.0, 2.0, 3.0], [0.5, 1.5, 2.5], [0.9, 2.5, 3.5])
    >>> intervals.around([7.0], [9.0], coverage=0.75)
    (array([6.9]), array([9.1]))
    """

    def __init__(self, y: Any, low: Any, high: Any):
        y, low = numbers(y, "QuantileIntervals.y"), numbers(low, "QuantileIntervals.low")
        high = numbers(high, "QuantileIntervals.high")
        same_rows("QuantileIntervals", y=y, low=low, high=high)
        self._scores = np.maximum(low - y, y - high)

    def around(self, low: Any, high: Any, coverage: float = 0.9) -> tuple[np.ndarray, np.ndarray]:
        """Return the lower and upper ends of the intervals for new rows.

        Args:
            low: ``(rows,)``, the lower quantile that the model predicts.
            high: ``(rows,)``, the upper one.
            coverage: float between 0 and 1, how often the truth is to lie within.

        Returns:
            Two arrays ``(rows,)``; where the model's interval shrinks to less than nothing, its
            middle twice.
        """
        what = "QuantileIntervals.around"
        low, high = numbers(low, f"{what}.low"), numbers(high, f"{what}.high")
        same_rows(what, low=low, high=high)
        margin = bound(self._scores, share(coverage, f"{what}.coverage"))
        low, high = low - margin, high + margin
        crossed = low > high
        middle = (low + high) / 2
        return np.where(crossed, middle, low), np.where(crossed, middle, high)


class Sets:
    """Sets of classes: as many of the most probable ones as are needed.

    Methods:

    - "lac", the default: the score is 1 minus the class's probability, so that a class is in the
      set from some probability on. Sadinle, Lei, Wasserman, "Least Ambiguous Set-Valued
      Classifiers", arXiv:1609.00451. These are the smallest sets on average, and cover clear rows
      more often than doubtful ones.
    - "aps": the score of a class is the probability of all that are more probable, and a random
      part of its own, so that clear and doubtful rows are covered about equally often; but of two
      rows the clearer one may have the larger set. Romano, Sesia, Candes, "Classification with
      Valid and Adaptive Coverage", arXiv:2006.02544. With a `penalty` for each class beyond the
      first it is RAPS, whose sets are smaller where there are many classes: Angelopoulos et al.,
      arXiv:2009.14193.

    No set is empty: the score of the most probable class is 0, for the other rows as for the new
    ones. Where the most probable class alone is right more often than was asked for, all sets are
    of one class, and cover more often. With "aps", what is random is a function of the row's own
    probabilities: the same row has the same set, whatever stands beside it.

    Args:
        y: ``(rows,)`` indices of the classes of rows that the model was not trained on.
        p: ``(rows, classes)``, the probabilities that it predicts for them; of two classes
            ``(rows,)``, that of class 1, will do.
        method: "lac" or "aps".
        penalty: float >= 0, for "aps".

    Raises:
        ArgumentError (a ValueError): for what are no probabilities or classes, and other methods.

    >>> sets = Sets([0, 1, 1, 0], [0.1, 0.8, 0.4, 0.3])
    >>> sets.of([0.05, 0.45], coverage=0.7)
    array([[ True, False],
           [ True,  True]])
    """

    def __init__(self, y: Any, p: Any, method: str = "lac", penalty: float = 0.0):
        p = probabilities(p, "Sets.p")
        y = indices(y, p.shape[1], "Sets.y")
        same_rows("Sets", y=y, p=p)
        if method not in ("lac", "aps"):
            raise ArgumentError("Sets.method", f"got {shown(method)}, expected 'lac' or 'aps'.")
        number = not isinstance(penalty, bool) and isinstance(penalty, int | float)
        if not number or not 0 <= penalty < np.inf or (penalty and method != "aps"):
            raise ArgumentError(
                "Sets.penalty", f"got {shown(penalty)}, expected one >= 0 with 'aps'."
            )
        self.method, self.penalty, self.classes = method, penalty, p.shape[1]
        self._scores = self._of_all(p)[np.arange(len(y)), y]

    def of(self, p: Any, coverage: float = 0.9) -> np.ndarray:
        """Return the sets for new rows.

        Args:
            p: ``(rows, classes)``, what the model predicts for them.
            coverage: float between 0 and 1, how often the true class is to be in the set.

        Returns:
            Array ``(rows, classes)`` of bool, True for the classes in the set.

        Raises:
            ArgumentError (a ValueError): for another number of classes.
        """
        p = probabilities(p, "Sets.of.p")
        if p.shape[1] != self.classes:
            raise ArgumentError("Sets.of.p", f"got {p.shape[1]} classes, expected {self.classes}.")
        return self._of_all(p) <= bound(self._scores, share(coverage, "Sets.of.coverage"))

    def _of_all(self, p: np.ndarray) -> np.ndarray:
        """The score of each class."""
        order = np.argsort(-p, axis=1, kind="stable")
        falling = np.take_along_axis(p, order, 1)
        if self.method == "lac":
            found = 1 - falling
        else:
            above = np.cumsum(falling, axis=1) - falling
            found = above + _noise(falling) * falling + self.penalty * np.arange(p.shape[1])
        found[:, 0] = 0
        scores = np.empty_like(found)
        np.put_along_axis(scores, order, found, 1)
        return scores


def _noise(p: np.ndarray) -> np.ndarray:
    """A number in [0, 1) for each row that depends on its probabilities alone: their last bits,
    mixed by the finalizer of SplitMix64 (Steele, Lea, Flood, 2014)."""
    bits = np.ascontiguousarray(p).view(np.uint64)
    with np.errstate(over="ignore"):
        mixed = np.zeros(len(p), np.uint64)
        for column in bits.T:
            mixed = (mixed ^ column) + np.uint64(0x9E3779B97F4A7C15)
            mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
            mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
            mixed ^= mixed >> np.uint64(31)
    return (mixed >> np.uint64(11)).astype(np.float64)[:, None] / 2.0**53
