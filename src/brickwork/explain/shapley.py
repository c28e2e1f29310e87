"""SHAP values: what each column adds to a prediction, fairly shared among all of them."""

from __future__ import annotations

from math import factorial
from typing import Any

import numpy as np

from ..errors import ArgumentError, whole_number
from .attributions import Attributions, checked_sum
from .column_model import ColumnModel, output_of

#: The most columns of which all sets are tried.
EXACT = 8
#: Rows that a model is asked for at once.
PORTION = 16384


def shap_values(
    model: Any,
    data: Any,
    background: Any,
    output: int | None = None,
    *,
    permutations: int = 16,
    exact: bool | None = None,
    seed: int = 0,
) -> Attributions:
    """Attribute predictions to columns by their Shapley values.

    The worth of a set of columns is the mean prediction for the row, with the other columns from
    each row of the background (Lundberg, Lee, "A Unified Approach to Interpreting Model
    Predictions", arXiv:1705.07874; Janzing et al., arXiv:1910.13413). A column's value is what it
    adds to the worth, averaged over all orders in which columns may come (Shapley, 1953). Up to 8
    columns all sets are tried. Of more, orders are drawn, and each is also gone through backwards
    (Castro, Gomez, Tejada, 2009; Mitchell et al., arXiv:2104.12199); `errors` says how sure that
    is.

    Values sum to the prediction minus the mean prediction for the background. This is checked.

    Args:
        model: a `Model`, or a function from the data to outputs.
        data: the rows to explain: an array ``(rows, columns)``, a table, or a dict of columns.
        background: rows to compare with, in the same form; some 50 to 200.
        output: int, which of several outputs.
        permutations: int >= 2, how many orders are drawn for each row.
        exact: bool, whether all sets are tried; None for up to 8 columns.
        seed: int that determines the orders.

    Returns:
        `Attributions`.

    Raises:
        ArgumentError (a ValueError): for data of other columns, an output that there is not, and
            a model that does not say the same of the same row twice.

    >>> x = np.array([[1.0, 2.0, 3.0]])
    >>> found = shap_values(lambda x: x[:, 0] * x[:, 1] + x[:, 2], x, np.zeros((1, 3)))
    >>> found.values.round(6).tolist(), found.base
    ([[1.0, 1.0, 3.0]], 0.0)
    """
    what = "shap_values"
    ask = ColumnModel(model, data, what)
    beside = ask.beside(background, f"{what}.background")
    count = len(ask.names)
    if exact is None:
        exact = count <= EXACT
    if exact and count > 16:
        raise ArgumentError(f"{what}.exact", f"got {count} columns, expected at most 16.")
    permutations = whole_number(permutations, f"{what}.permutations", 2)
    seed = whole_number(seed, f"{what}.seed", 0)
    whole = ask(ask.blocks)
    chosen = output_of(whole, output, what)
    outputs = whole[:, chosen]
    base = float(ask(beside)[:, chosen].mean())
    values, errors = np.empty((len(ask), count)), np.zeros((len(ask), count))
    rng = np.random.Generator(np.random.Philox(seed))
    sets, weights = _all_sets(count) if exact else (np.empty((0, count), bool), np.empty(0))
    for row in range(len(ask)):
        own = [block[row] for block in ask.blocks]
        if exact:
            values[row] = weights @ _worths(ask, own, beside, sets)[:, chosen]
        else:
            orders = np.array([rng.permutation(count) for _ in range(permutations)])
            both = np.concatenate([orders, orders[:, ::-1]])
            along = _along(both).reshape(-1, count)
            worth = _worths(ask, own, beside, along)[:, chosen]
            steps = np.diff(worth.reshape(len(both), count + 1), axis=1)
            added = np.empty_like(steps)
            np.put_along_axis(added, both, steps, 1)
            pairs = (added[:permutations] + added[permutations:]) / 2
            values[row] = pairs.mean(0)
            errors[row] = pairs.std(0, ddof=1) / np.sqrt(permutations)
    return checked_sum(
        Attributions(ask.names, values, base, outputs, errors, ask.cells()),
        1e-5,
        what,
        "the model does not say the same of the same row twice.",
    )


def _all_sets(count: int) -> tuple[np.ndarray, np.ndarray]:
    """All sets of columns ``(sets, columns)``, and the weights ``(columns, sets)`` by which their
    worths become Shapley values."""
    sets = (np.arange(2**count)[:, None] >> np.arange(count)) & 1 == 1
    sizes = sets.sum(1)
    share = np.array(
        [factorial(k) * factorial(count - k - 1) / factorial(count) for k in range(count)]
    )
    with_it = share[np.maximum(sizes - 1, 0)]  # the rest of the set came before
    without = share[np.minimum(sizes, count - 1)]
    return sets, np.where(sets.T, with_it, -without)


def _along(orders: np.ndarray) -> np.ndarray:
    """The sets that one passes when columns come in these orders: ``(orders, columns + 1,
    columns)``."""
    count = orders.shape[1]
    place = np.argsort(orders, axis=1)
    return place[:, None, :] < np.arange(count + 1)[None, :, None]


def _worths(
    ask: ColumnModel, own: list[np.ndarray], beside: list[np.ndarray], sets: np.ndarray
) -> np.ndarray:
    """The worths ``(sets, outputs)`` of sets of columns, for a row's part of each block."""
    size = len(beside[0])

    def of_some(some: np.ndarray) -> np.ndarray:
        mixed = []
        for mine, theirs, inside in zip(own, beside, some.T, strict=True):
            block = np.tile(theirs, (len(some),) + (1,) * (theirs.ndim - 1))
            block[np.repeat(inside, size)] = mine
            mixed.append(block)
        return ask(mixed).reshape(len(some), size, -1).mean(1)

    most = max(1, PORTION // size)
    return np.concatenate([of_some(sets[i : i + most]) for i in range(0, len(sets), most)])
