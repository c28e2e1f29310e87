"""From probabilities to decisions: what costs least, where mistakes do not cost the same."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ..errors import ArgumentError, shown
from ..program.records import Record
from .checks import indices, numbers, probabilities, same_rows


class Threshold(Record):
    """From which probability on a row counts as class 1.

    Args:
        value: float; a row is of class 1 if its probability is at least this. More than 1 if it
            costs least to call no row so.
        cost: the mean cost of a row with it.
        cost_at_half: with 0.5 instead.
        costs: the cost matrix.
        counts: ``[[true 0 called 0, true 0 called 1], [true 1 called 0, true 1 called 1]]``.
        names: what the classes are called.

    >>> print(pick_threshold([0, 0, 0, 1], [0.1, 0.2, 0.35, 0.3], costs=[[0, 1], [10, 0]]))
    1 from a probability of 0.25 on costs 0.25 a row, from 0.5 on 2.5
    """

    __slots__ = ("cost", "cost_at_half", "costs", "counts", "names", "value")

    def __init__(
        self,
        value: float,
        cost: float,
        cost_at_half: float,
        costs: np.ndarray,
        counts: np.ndarray,
        names: Sequence[str] = ("0", "1"),
    ):
        self.value, self.cost, self.cost_at_half = value, cost, cost_at_half
        self.costs, self.counts, self.names = costs, counts, tuple(names)

    def __str__(self) -> str:
        return (
            f"{self.names[1]} from a probability of {self.value:.3g} on costs {self.cost:.4g} a "
            f"row, from 0.5 on {self.cost_at_half:.4g}"
        )


def pick_threshold(y: Any, p: Any, costs: Any = None) -> Threshold:
    """Find the threshold of the lowest cost, on rows that the model was not trained on.

    If probabilities were exact, it would be that of Elkan, "The Foundations of Cost-Sensitive
    Learning", 2001, equation 2: (c₀₁ − c₀₀) / (c₀₁ − c₀₀ + c₁₀ − c₁₁). Here every threshold is
    tried. Where several cost the same, it is the middle of the widest gap between probabilities.

    Args:
        y: ``(rows,)``, 0 or 1.
        p: ``(rows,)`` probabilities of class 1.
        costs: ``[[c₀₀, c₀₁], [c₁₀, c₁₁]]``, the cost of a row of the first index that is called the
            second; None for 0 where it is right, and so that the mistakes of each class cost the
            same in all, however rare it is: the best threshold by balanced accuracy.

    Returns:
        A `Threshold`.

    Raises:
        ArgumentError (a ValueError): for what are no probabilities, or not both classes, and costs
            by which mistakes are not worse.

    >>> found = pick_threshold([0, 0, 0, 1], [0.1, 0.2, 0.35, 0.3], costs=[[0, 1], [10, 0]])
    >>> round(found.value, 2), found.cost
    (0.25, 0.25)
    """
    p = probabilities(p, "pick_threshold.p")
    if p.shape[1] != 2:
        raise ArgumentError(
            "pick_threshold.p", f"got {p.shape[1]} classes, expected two; see `cheapest`."
        )
    y = indices(y, 2, "pick_threshold.y")
    same_rows("pick_threshold", y=y, p=p)
    positive = int(y.sum())
    if not 0 < positive < len(y):
        raise ArgumentError("pick_threshold.y", "got one class alone, expected rows of both.")
    if costs is None:
        table = np.array([[0, len(y) / (2 * (len(y) - positive))], [len(y) / (2 * positive), 0]])
    else:
        table = _costs(costs, 2, "pick_threshold.costs")
        if table[0, 1] <= table[0, 0] or table[1, 0] <= table[1, 1]:
            raise ArgumentError(
                "pick_threshold.costs",
                f"got {table.tolist()}, expected that a mistake costs more than what is right.",
            )

    def counts_at(value: float) -> np.ndarray:
        called = p[:, 1] >= value
        return np.array([[np.sum((y == t) & (called == c)) for c in (0, 1)] for t in (0, 1)])

    order = np.argsort(-p[:, 1], kind="stable")
    falling = p[order, 1]
    # The cost of calling the first 0, 1, 2, ... rows class 1; equal probabilities go together.
    gained = np.where(y[order] == 1, table[1, 1] - table[1, 0], table[0, 1] - table[0, 0])
    total = np.concatenate([[0.0], np.cumsum(gained)])
    cuts = np.flatnonzero(np.concatenate([[True], falling[1:] < falling[:-1], [True]]))
    upper = np.concatenate([[1.0], falling])[cuts]  # just above the cut
    lower = np.concatenate([falling, [0.0]])[cuts]  # just below
    best = cuts[total[cuts] <= total[cuts].min() + 1e-9 * np.abs(gained).sum()]
    own = np.isin(cuts, best)
    widest = int(np.argmax(np.where(own, upper - lower, -1)))
    value = (upper[widest] + lower[widest]) / 2
    if value <= lower[widest] < upper[widest]:  # there is no float between them
        value = upper[widest]
    if cuts[widest] == 0 and falling[0] == 1:
        value = 1.5
    counts = counts_at(value)
    return Threshold(
        float(value),
        float((counts * table).sum() / len(y)),
        float((counts_at(0.5) * table).sum() / len(y)),
        table,
        counts,
    )


def cheapest(p: Any, costs: Any) -> np.ndarray:
    """Return the class of the lowest expected cost of each row (Elkan, 2001, equation 1).

    It takes the probabilities at their word; calibrate them first.

    Args:
        p: ``(rows, classes)`` probabilities.
        costs: ``(classes, classes)``, the cost of a row of the first index that is called the
            second.

    Returns:
        Array ``(rows,)`` of indices of classes.

    Raises:
        ArgumentError (a ValueError): for costs of another shape.

    >>> cheapest([[0.9, 0.1], [0.99, 0.01]], [[0, 1], [20, 0]])
    array([1, 0])
    """
    p = probabilities(p, "cheapest.p")
    return (p @ _costs(costs, p.shape[1], "cheapest.costs")).argmin(1)


def _costs(costs: Any, classes: int, what: str) -> np.ndarray:
    found = numbers(costs, what, 2)
    if found.shape != (classes, classes):
        raise ArgumentError(
            what, f"got {shown(found)}, expected ({classes}, {classes}): a row for each true class."
        )
    return found
