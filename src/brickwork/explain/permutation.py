"""Permutation importance: how much worse a model is when a column says nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ..errors import ArgumentError, shown, whole_number
from ..program.records import Record
from .column_model import ColumnModel


class Importance(Record):
    """How much worse a model is without what each column says.

    Args:
        columns: the names of the columns.
        means: array ``(columns,)``, by how much the score falls on average.
        deviations: array ``(columns,)``, the standard deviations of `draws`.
        draws: array ``(columns, repeats)``.
        score: float, that of the data as they are.

    >>> draws = np.array([[0.0, 0.1], [0.5, 0.7]])
    >>> print(Importance(["age", "pay"], draws.mean(1), draws.std(1), draws, 0.9))
    pay  0.6 ± 0.1
    age  0.05 ± 0.05
    """

    __slots__ = ("columns", "deviations", "draws", "means", "score")

    def __init__(
        self,
        columns: list[Any],
        means: np.ndarray,
        deviations: np.ndarray,
        draws: np.ndarray,
        score: float,
    ):
        self.columns = columns
        self.means = means
        self.deviations = deviations
        self.draws = draws
        self.score = score

    def ranked(self) -> list[tuple[Any, float]]:
        """Return the columns and their means, the most important first.

        Returns:
            A list of pairs.
        """
        order = np.argsort(-self.means, kind="stable")
        return [(self.columns[i], float(self.means[i])) for i in order]

    def plot(self, *, ax: Any = None, theme: str = "auto") -> Any:
        """Plot the importance of the columns as bars, with matplotlib.

        Args:
            ax: matplotlib's Axes to draw in; None (default): a new figure.
            theme: "light", "dark", or "auto" (default), which follows matplotlib's.

        Returns:
            matplotlib's Axes.

        Raises:
            ImportError: without matplotlib.
        """
        from ..pictures.charts_of_columns import bars

        title = f"by how much the score of {self.score:.4g} falls"
        return bars(self.columns, self.means, self.deviations, title, ax=ax, theme=theme)

    def __str__(self) -> str:
        width = max(len(str(name)) for name in self.columns)
        deviation = dict(zip(self.columns, self.deviations.tolist(), strict=True))
        return "\n".join(
            f"{name!s:{width}}  {mean:.4g} ± {deviation[name]:.2g}" for name, mean in self.ranked()
        )


def permutation_importance(
    model: Any,
    data: Any,
    y: Any,
    score: Callable[[np.ndarray, np.ndarray], float],
    *,
    repeats: int = 10,
    seed: int = 0,
) -> Importance:
    """Measure how much a score falls when the values of one column are dealt out to other rows.

    Breiman, "Random Forests", 2001, section 10; for any model, Fisher, Rudin, Dominici,
    arXiv:1801.01489. Take rows that the model was not trained on. Of columns that say the same,
    each seems unimportant while the other is there.

    Args:
        model: a `Model`, or a function from the data to outputs.
        data: an array ``(rows, columns)``, a table, or a dict of columns.
        y: ``(rows, ...)``, the targets.
        score: function from targets and outputs ``(rows, outputs)`` to a float, higher is better.
        repeats: int, how often each column is dealt out.
        seed: int that determines how.

    Returns:
        An `Importance`.

    Raises:
        ArgumentError (a ValueError): for targets of other rows, no repeats, and columns that the
            model does not take.

    >>> x = np.random.default_rng(0).normal(size=(100, 2))
    >>> def r2(y, p):
    ...     return 1 - ((y - p[:, 0]) ** 2).mean() / y.var()
    >>> found = permutation_importance(lambda x: 3 * x[:, 0], x, 3 * x[:, 0], r2)
    >>> found.columns, (found.means > 0.5).tolist()
    ([0, 1], [True, False])
    """
    what = "permutation_importance"
    ask = ColumnModel(model, data, what)
    y = np.asarray(y)
    if y.ndim == 0 or len(y) != len(ask):
        raise ArgumentError(f"{what}.y", f"got {shown(y)} for {len(ask)} rows.")
    if not callable(score):
        raise ArgumentError(f"{what}.score", f"got {shown(score)}, expected a function.")
    repeats = whole_number(repeats, f"{what}.repeats")
    rng = np.random.Generator(np.random.Philox(whole_number(seed, f"{what}.seed", 0)))
    orders = [rng.permutation(len(ask)) for _ in range(repeats)]
    whole = float(score(y, ask(ask.blocks)))
    draws = np.empty((len(ask.names), repeats))
    for i, block in enumerate(ask.blocks):
        for k, order in enumerate(orders):
            changed = [*ask.blocks[:i], block[order], *ask.blocks[i + 1 :]]
            draws[i, k] = whole - float(score(y, ask(changed)))
    return Importance(ask.names, draws.mean(1), draws.std(1), draws, whole)
