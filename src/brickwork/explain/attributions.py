"""`Attributions`: what each column adds to each prediction."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..errors import ArgumentError, whole_number
from ..program.records import Record

#: The most columns of a row that are printed one by one.
SHOWN = 8


class Attributions(Record):
    """What each column adds to the prediction of each row, compared with a base.

    Args:
        columns: the names of the columns.
        values: array ``(rows, columns)``; with the base, a row's sum is its output.
        base: float, the output that one would expect without knowing the row.
        outputs: array ``(rows,)``, what the model returns.
        errors: array ``(rows, columns)``, the standard errors of values that are estimated from
            samples; 0 where they are exact.
        cells: for each column an array ``(rows,)``, what it holds; None (default) if that is not
            known.

    >>> found = Attributions(["age", "pay"], np.array([[1.0, -2.0]]), 5.0, np.array([4.0]),
    ...                      np.zeros((1, 2)))
    >>> found.ranked()
    [('pay', -2.0), ('age', 1.0)]
    """

    __slots__ = ("base", "cells", "columns", "errors", "outputs", "values")

    def __init__(
        self,
        columns: list[Any],
        values: np.ndarray,
        base: float,
        outputs: np.ndarray,
        errors: np.ndarray,
        cells: list[np.ndarray] | None = None,
    ):
        self.columns = columns
        self.values = values
        self.base = base
        self.outputs = outputs
        self.errors = errors
        self.cells = cells

    def ranked(self, row: int = 0) -> list[tuple[Any, float]]:
        """Return the columns and values of a row, the largest first.

        Args:
            row: int, which row.

        Returns:
            A list of pairs.
        """
        return [(self.columns[i], float(self.values[row, i])) for i in self._order(row)]

    def plot(self, row: int = 0, *, ax: Any = None, theme: str = "auto") -> Any:
        """Plot what each column adds to the prediction of a row as bars, with matplotlib.

        Args:
            row: int, which row.
            ax: matplotlib's Axes to draw in; None (default): a new figure.
            theme: "light", "dark", or "auto" (default), which follows matplotlib's.

        Returns:
            matplotlib's Axes.

        Raises:
            ArgumentError (a ValueError): for a row that there is not.
            ImportError: without matplotlib.
        """
        from ..pictures.charts_of_columns import bars

        if whole_number(row, "plot.row", 0) >= len(self.values):
            raise ArgumentError("plot.row", f"got {row}, expected 0 to {len(self.values) - 1}.")
        labels = [self._cell(row, i) for i in range(len(self.columns))]
        title = f"row {row}: {self.outputs[row]:.4g}, where {self.base:.4g} is expected"
        return bars(labels, self.values[row], self.errors[row], title, ax=ax, theme=theme)

    def __str__(self) -> str:
        lines = []
        for row in range(min(3, len(self.values))):
            lines.append(f"row {row}: {self.outputs[row]:.4g}, where {self.base:.4g} is expected")
            order = self._order(row)
            for i in order[:SHOWN]:
                lines.append(f"  {self.values[row, i]:+.4g}  {self._cell(row, i)}")
            rest = order[SHOWN:]
            if len(rest):
                total = self.values[row, rest].sum()
                lines.append(f"  {total:+.4g}  {len(rest)} other column{'s' * (len(rest) > 1)}")
        if len(self.values) > 3:
            lines.append(f"... and {len(self.values) - 3} rows more")
        return "\n".join(lines)

    def _order(self, row: int) -> np.ndarray:
        """The indices of the columns, that of the largest value first."""
        return np.argsort(-np.abs(self.values[row]), kind="stable")

    def _cell(self, row: int, index: int) -> str:
        """A column and what it holds in a row: ``bmi = 32.1``."""
        name, cells = self.columns[index], self.cells
        if cells is None:
            return str(name)
        cell = cells[index][row]
        if cells[index].dtype.kind == "f":
            text = f"{cell:.6g}"
        else:
            when = cells[index].dtype.kind == "M"
            text = (
                str(cell.astype("datetime64[s]")).removesuffix("T00:00:00") if when else str(cell)
            )
        return f"{name} = {text if len(text) < 40 else text[:37] + '...'}"


def allowed_gap(outputs: np.ndarray, base: float, tolerance: float) -> float:
    """Return by how much sums may differ from outputs: a share of the largest difference from the
    base, and the rounding of float32 outputs.

    Args:
        outputs: ``(rows,)``.
        base: float, the output that they are compared with.
        tolerance: float, the share.
    """
    largest = max(np.abs(outputs).max(), abs(base))
    return float(tolerance * np.abs(outputs - base).max() + 8 * np.finfo(np.float32).eps * largest)


def checked_sum(found: Attributions, tolerance: float, what: str, why: str) -> Attributions:
    """Return attributions whose sums are the outputs.

    Args:
        found: the attributions.
        tolerance: float, see `allowed_gap`.
        what: the function's name, for messages.
        why: what it means if they are not.

    Raises:
        ArgumentError (a ValueError): if they are not.
    """
    gap = np.abs(found.values.sum(1) + found.base - found.outputs)
    worst = int(gap.argmax())
    # Not "gap > allowed": NaN is no sum either.
    if not gap[worst] <= allowed_gap(found.outputs, found.base, tolerance):
        raise ArgumentError(
            what,
            f"the values of row {worst} sum to {found.values[worst].sum() + found.base:.6g}, the "
            f"output is {found.outputs[worst]:.6g}: {why}",
        )
    return found
