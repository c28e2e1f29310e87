"""Charts of what columns do: bars of importance and attributions, curves of partial dependence."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from .charts import LINES, drawing
from .palette import RED

#: The most bars, and the most curves of single rows.
BARS, ROWS = 20, 50


def bars(
    labels: Sequence[Any],
    values: np.ndarray,
    errors: np.ndarray,
    title: str,
    *,
    ax: Any = None,
    theme: str = "auto",
) -> Any:
    """Plot a value for each column, the largest above: green to the right, red to the left.

    Args:
        labels: what stands beside the bars.
        values: ``(columns,)``.
        errors: ``(columns,)``, half the length of the line on each bar; 0 for none.
        title: what the values are.
        ax: matplotlib's Axes to draw in; None (default): a new figure.
        theme: "light", "dark", or "auto" (default), which follows matplotlib's.

    Returns:
        matplotlib's Axes.
    """
    order = np.argsort(-np.abs(values), kind="stable")[:BARS][::-1]
    with drawing(theme, ax) as (plt, ink, kind):
        if ax is None:
            size = (6.4, 0.9 + 0.32 * len(order))
            _, ax = plt.subplots(figsize=size, layout="constrained")
        colours = [LINES[kind][0] if values[i] >= 0 else RED for i in order]
        places = np.arange(len(order))
        ax.barh(places, values[order], color=colours, height=0.72)
        known = errors[order] > 0
        ax.errorbar(
            values[order][known],
            places[known],
            xerr=errors[order][known],
            fmt="none",
            ecolor=ink["ink"],
            elinewidth=1.2,
        )
        ax.axvline(0, color=ink["guide"], linewidth=0.8)
        ax.set_yticks(places, [_plain(labels[i]) for i in order])
        ax.tick_params(axis="y", length=0)
        rest = len(values) - len(order)
        ax.set_title(title + (f" (the {len(order)} largest)" if rest else ""), fontsize="medium")
    return ax


def dependence(
    column: Any,
    grid: np.ndarray,
    mean: np.ndarray,
    each: np.ndarray,
    *,
    ax: Any = None,
    theme: str = "auto",
) -> Any:
    """Plot predictions over the values of a column: their mean, and pale those of single rows.

    Args:
        column: its name.
        grid: ``(points,)`` numbers, dates or categories.
        mean: ``(points,)``.
        each: ``(rows, points)``; of many rows some are shown.
        ax, theme: as in `bars`.

    Returns:
        matplotlib's Axes.
    """
    some = each[np.linspace(0, len(each) - 1, min(ROWS, len(each))).astype(int)]
    with drawing(theme, ax) as (plt, ink, kind):
        if ax is None:
            _, ax = plt.subplots(figsize=(5.6, 3.8), layout="constrained")
        own, others = LINES[kind]
        texts = grid.dtype.kind in "Ob"
        places = np.arange(len(grid)) if texts else grid
        style = {"marker": "o", "markersize": 3, "linestyle": "none"} if texts else {}
        ax.plot(places, some.T, color=others, alpha=0.25, linewidth=0.8, **style)
        style = {"marker": "o", "markersize": 9, "linestyle": "none"} if texts else {"linewidth": 3}
        ax.plot(places, mean, color=own, **style)
        if texts:
            ax.set_xticks(places, [_plain(value) for value in grid])
            ax.set_xlim(-0.5, len(grid) - 0.5)
        ax.set_xlabel(_plain(column))
        ax.set_ylabel("prediction")
        ax.grid(color=ink["guide"], alpha=0.3, linewidth=0.6)
    return ax


def _plain(name: Any) -> str:
    """A name as it stands: between two dollars matplotlib would read a formula."""
    return str(name).replace("$", r"\$")
