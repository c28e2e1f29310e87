"""Integrated gradients: what each column adds, by the gradients on the way from a baseline."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from .. import ops
from ..errors import ArgumentError, shown, whole_number
from ..program import GradientTape
from ..training.function import function
from .attributions import Attributions, allowed_gap, checked_sum
from .column_model import ColumnModel, output_of

#: Rows of one run of the compiled gradient.
BATCH = 1024
#: The most points on the way, if sums do not agree with fewer.
MOST = 2048


def integrated_gradients(
    model: Any,
    data: Any,
    baseline: Any = None,
    output: int | None = None,
    *,
    steps: int = 32,
    tolerance: float = 1e-2,
) -> Attributions:
    """Attribute predictions to columns by the gradients between a baseline and each row.

    The value of feature i is (xᵢ − x'ᵢ) ∫₀¹ ∂F/∂xᵢ(x' + t (x − x')) dt: Sundararajan, Taly, Yan,
    "Axiomatic Attribution for Deep Networks", arXiv:1703.01365, equation 1. The integral is a mean
    over points in the middle of equal steps, which are doubled until each row's values sum to
    F(x) − F(x'), as they must (completeness, proposition 1 there). Of a model that begins with a
    `Table`, the values of the features of each column are added up.

    Args:
        model: a `Model` of one input, or one that begins with a `Table`.
        data: an array ``(rows, columns)``; for a `Table`, what it takes.
        baseline: array ``(columns,)``, or a table of rows, whose mean it is; None for 0,
            which for a `Table` is about the median of every number, and no category.
        output: int, which of several outputs.
        steps: int, the first number of points on the way.
        tolerance: float, by how much sums may differ, as a share of the largest difference between
            an output and the base.

    Returns:
        `Attributions`.

    Raises:
        ArgumentError (a ValueError): for a function, an output that there is not, and where the
            sums still differ with 2048 points.

    >>> from brickwork import Sequential, layers
    >>> model = Sequential([layers.Dense(1, "tanh", input_dim=3)])
    >>> found = integrated_gradients(model, np.ones((2, 3)))
    >>> bool(np.allclose(found.values.sum(1) + found.base, found.outputs, atol=1e-2))
    True
    """
    what = "integrated_gradients"
    steps = whole_number(steps, f"{what}.steps")
    if isinstance(tolerance, bool) or not isinstance(tolerance, float | int) or not tolerance > 0:
        raise ArgumentError(f"{what}.tolerance", f"got {shown(tolerance)}, expected a float > 0.")
    ask = ColumnModel(model, data, what)
    inner = ask.of_features()
    ends = np.cumsum([np.size(block[0]) for block in ask.blocks])[:-1]
    x = np.column_stack(ask.blocks).astype(np.float64)
    if baseline is None:
        base = np.zeros(x.shape[1])
    elif not isinstance(baseline, Mapping) and np.ndim(baseline) == 1:
        base = np.asarray(baseline, np.float64)
    else:
        base = np.column_stack(ask.beside(baseline, f"{what}.baseline")).mean(0, np.float64)
    if base.shape != x.shape[1:]:
        raise ArgumentError(
            f"{what}.baseline", f"got {len(base)} numbers, expected {x.shape[1]}: one a column."
        )

    def answer(features: np.ndarray) -> np.ndarray:
        return ask(np.split(features.astype(np.float32), ends, axis=1))

    outputs = answer(x)
    chosen = output_of(outputs, output, what)
    start = float(answer(base[None])[0, chosen])
    gradient = _gradient(inner, chosen)
    ours = outputs[:, chosen]
    allowed = allowed_gap(ours, start, tolerance)
    values = np.zeros_like(x)
    rest = np.arange(len(x))
    while True:
        way = x[rest] - base
        values[rest] = way * _mean_gradient(gradient, x[rest], base, steps)
        gap = np.abs(values[rest].sum(1) + start - ours[rest])
        rest = rest[gap > allowed]
        if not len(rest) or steps >= MOST:
            break
        steps = min(2 * steps, MOST)
    by_column = np.column_stack([part.sum(1) for part in np.split(values, ends, axis=1)])
    found = Attributions(ask.names, by_column, start, ours, np.zeros_like(by_column), ask.cells())
    return checked_sum(
        found, 1.001 * tolerance, what, f"the output changes too suddenly even for {steps} points."
    )


def _mean_gradient(
    gradient: Callable[[np.ndarray], np.ndarray], x: np.ndarray, base: np.ndarray, steps: int
) -> np.ndarray:
    """The mean of the gradients at the middles of equal steps from the base to each row."""
    places = (np.arange(steps) + 0.5) / steps
    total = np.zeros_like(x)
    portion = max(1, BATCH // len(x))
    for first in range(0, steps, portion):
        some = places[first : first + portion]
        points = base + some[:, None, None] * (x - base)
        found = gradient(points.reshape(-1, x.shape[1]).astype(np.float32))
        total += found.reshape(points.shape).sum(0)
    return total / steps


def _gradient(model: Any, output: int) -> Callable[[np.ndarray], np.ndarray]:
    """A function from rows to the gradients of one output, in batches of one size: one program."""

    @function
    def compiled(x: Any) -> Any:
        with GradientTape() as tape:
            x = tape.watch(x)
            total = ops.sum(model(x, training=False)[:, output])
        return tape.gradient(total, x, unconnected_gradients="zero")

    def gradient(x: np.ndarray) -> np.ndarray:
        found = np.empty(x.shape)
        for first in range(0, len(x), BATCH):
            part = x[first : first + BATCH]
            padded = np.zeros((BATCH, x.shape[1]), np.float32)
            padded[: len(part)] = part
            found[first : first + BATCH] = compiled(padded)[: len(part)]
        return found

    return gradient
