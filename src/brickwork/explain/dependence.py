"""Partial dependence: what a model predicts on average when one column has a certain value."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..data.columns import as_column
from ..errors import ArgumentError, whole_number
from ..program.records import Record
from .column_model import ColumnModel, Name, output_of


class Dependence(Record):
    """What a model predicts as one column varies.

    Args:
        column: its name.
        grid: the values that it takes, ``(points,)``.
        mean: array ``(points, outputs)``, the mean of the predictions for all rows.
        each: array ``(rows, points, outputs)``, those for each row.

    >>> x = np.array([[0.0, 1.0], [2.0, 3.0]])
    >>> partial_dependence(lambda x: x[:, 0] + x[:, 1], x, 1).each[:, :, 0]
    array([[1., 3.],
           [3., 5.]])
    """

    __slots__ = ("column", "each", "grid", "mean")

    def __init__(self, column: Name, grid: np.ndarray, mean: np.ndarray, each: np.ndarray):
        self.column = column
        self.grid = grid
        self.mean = mean
        self.each = each

    def plot(self, output: int = 0, *, ax: Any = None, theme: str = "auto") -> Any:
        """Plot the mean prediction over the values of the column, and pale those of single rows,
        with matplotlib.

        Args:
            output: int, which of several outputs.
            ax: matplotlib's Axes to draw in; None (default): a new figure.
            theme: "light", "dark", or "auto" (default), which follows matplotlib's.

        Returns:
            matplotlib's Axes.

        Raises:
            ArgumentError (a ValueError): for an output that there is not.
            ImportError: without matplotlib.
        """
        from ..pictures.charts_of_columns import dependence

        output = output_of(self.mean, output, "plot")
        mean, each = self.mean[:, output], self.each[:, :, output]
        return dependence(self.column, self.grid, mean, each, ax=ax, theme=theme)


def partial_dependence(
    model: Any, data: Any, column: Name, grid: Any = None, points: int = 20
) -> Dependence:
    """Put one value after the other into a column of all rows, and average the predictions.

    Friedman, "Greedy Function Approximation", 2001, section 8.2; row by row these are the curves of
    individual conditional expectation of Goldstein et al., arXiv:1309.6392. Rows may arise that
    cannot be, where columns depend on one another.

    Args:
        model: a `Model`, or a function from the data to outputs.
        data: an array ``(rows, columns)``, a table, or a dict of columns.
        column: the column's name; of an array, its index.
        grid: the values; None for quantiles of a column of numbers or dates, from the 5th to the
            95th percentile, and for all categories of others.
        points: int, the number of quantiles.

    Returns:
        A `Dependence`.

    Raises:
        ArgumentError (a ValueError): for a column that there is not, and no value.

    >>> x = np.array([[0.0, 1.0], [2.0, 3.0]])
    >>> partial_dependence(lambda x: x[:, 0] * x[:, 1], x, 0, grid=[1, 2]).mean.tolist()
    [[2.0], [4.0]]
    """
    what = "partial_dependence"
    ask = ColumnModel(model, data, what)
    place = ask.place(column, f"{what}.column")
    points = whole_number(points, f"{what}.points", 2)
    name = ask.names[place]
    if grid is None:
        values = _grid(ask.columns[name], points)
    else:
        values = as_column(grid, f"{what}.grid")
    if not len(values):
        raise ArgumentError(f"{what}.grid", "got no value, expected some.")
    block = ask.block(place, values, f"{what}.grid")
    each = [
        ask(
            [
                *ask.blocks[:place],
                np.repeat(block[i : i + 1], len(ask), axis=0),
                *ask.blocks[place + 1 :],
            ]
        )
        for i in range(len(block))
    ]
    stacked = np.stack(each, axis=1)
    return Dependence(name, values, stacked.mean(0), stacked)


def _grid(column: np.ndarray, points: int) -> np.ndarray:
    if column.dtype.kind in "Ob":
        return np.array(sorted({value for value in column.tolist() if value is not None}), "O")
    given = column[~(np.isnat(column) if column.dtype.kind == "M" else np.isnan(column))]
    found = np.unique(given)
    if len(found) <= points:
        return found
    ranks = np.linspace(0.05, 0.95, points)
    # A quantile that is a value of the column: dates have no means, and whole numbers stay whole.
    return np.unique(np.quantile(given, ranks, method="nearest"))
