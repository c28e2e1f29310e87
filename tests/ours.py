"""What Keras lacks: declared once, with a formula in NumPy for comparison.

The contract tests compare each layer, activation, loss, metric, optimizer, initializer,
regularizer, constraint and op with Keras's. One that Keras lacks is entered here and nowhere else:
`test_ours.py` compares its values with the formula and its gradient with finite differences, and
whatever needs no Keras (shapes, configs, copies, files, pictures ...) is tested as for all others.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import pairwise

import numpy as np


@dataclass
class Ours:
    """One thing that Keras does not have.

    Args:
        formula: what it computes, in NumPy. The comment above each table below says what it is
            given; the arguments of the case follow by name, without those left at their defaults.
        cases: one for each way in which it can be used. Each argument must be in one of them.
    """

    formula: Callable[..., np.ndarray]
    cases: list


# Formulas of more than a line go here.


def piecewise_linear(x, edges, columns=None):
    ramps = [
        np.clip((x[..., column] - a) / (b - a), 0, 1)
        for column, own in zip(columns or range(x.shape[-1]), edges, strict=True)
        for a, b in pairwise(own)
    ]
    return np.concatenate([x, np.stack(ramps, -1)], -1)


#: ``formula(x, **arguments)``; cases are arguments.
ACTIVATIONS: dict[str, Ours] = {
    # "name": Ours(formula, cases),
}
#: ``formula(x, *weights, **arguments)``, with weights of any value, in the order in which they were
#: made; cases are (arguments, shape of one row), as in `CASES` of tests/layers/test_contract.py.
LAYERS: dict[str, Ours] = {
    # "name": Ours(formula, cases),
    "PiecewiseLinear": Ours(
        piecewise_linear,
        [
            ({"edges": [[-1.0, 0.0, 0.5], [0.0, 2.0]]}, (2,)),
            ({"edges": [[-0.5, 0.25, 1.0]], "columns": [2]}, (2, 3)),
        ],
    ),
    "Waves": Ours(
        lambda x, frequencies, phases, columns=None, **_: np.concatenate(
            [
                x,
                np.cos(
                    (x if columns is None else x[..., list(columns)])[..., None] * frequencies
                    + phases
                ).reshape(*x.shape[:-1], -1),
            ],
            axis=-1,
        ),
        [
            ({}, (3,)),
            ({"count": 2, "columns": [2, 0], "seed": 1}, (2, 3)),
            ({"count": 3, "deviation": 2.0}, (4,)),
        ],
    ),
}
#: ``formula(y_true, y_pred, **arguments)`` of each row; cases are (data, arguments), where data is
#: the name of a function of tests/test_losses_contract.py: "reals" (any), "positive", "counts",
#: "shares", "truth", "truth_and_logits", "signs", "hot", "hot_shares", "classes" ...
LOSSES: dict[str, Ours] = {
    # "name": Ours(formula, cases),
}
#: The same of all rows, with data of tests/test_metrics_contract.py.
METRICS: dict[str, Ours] = {
    # "name": Ours(formula, cases),
}
#: ``formula(weight, gradient, t, slots, **arguments)``: the weight after update t = 1, 2 ...; slots
#: is a dict, empty at first, for what the formula keeps between updates. Cases are arguments.
OPTIMIZERS: dict[str, Ours] = {
    # "name": Ours(formula, cases),
}
#: ``formula(shape, generator, **arguments)``: the same numbers, or others of the same distribution
#: by NumPy's generator; cases are arguments.
INITIALIZERS: dict[str, Ours] = {
    # "name": Ours(formula, cases),
}
#: ``formula(weight, **arguments)``; cases are arguments.
REGULARIZERS: dict[str, Ours] = {
    # "name": Ours(formula, cases),
}
CONSTRAINTS: dict[str, Ours] = {
    # "name": Ours(formula, cases),
}
#: ``formula(*tensors, **arguments)``; cases are (tensors, arguments), as in tests/ops/op_cases.py.
OPS: dict[str, Ours] = {
    # "name": Ours(formula, cases),
}


def all_have_cases(
    table: str, names: Iterable[str], cases: Iterable[str], file: str | None
) -> None:
    """Refuse what has no case, and cases of nothing, with the file that they go in.

    Args:
        table: the table above that what Keras lacks is declared in.
        names: of all that are here.
        cases: of those that are compared with Keras.
        file: where those cases are; None if they are made of all names that Keras has.
    """
    declared, names, cases = set(globals()[table]), set(names), set(cases)
    for name in sorted(names - cases - declared):
        entered = f"enter it in {table} of tests/ours.py, with its formula"
        raise AssertionError(
            f"{name} has no case: "
            + (
                f"Keras lacks it, so {entered}"
                if file is None
                else f"if Keras has it, add some to {file}; if not, {entered}"
            )
        )
    for name in sorted(cases - names):
        raise AssertionError(f"{file or 'Keras'} has {name}, which is not here")
    for name in sorted(declared - names):
        raise AssertionError(
            f"{table} of tests/ours.py has cases of {name}, which is not here: it "
            "is not registered, or in no catalogue, or an op in no __all__"
        )
    for name in sorted(declared & cases):
        raise AssertionError(
            f"{name} has cases in {file or 'Keras'} and in tests/ours.py: take one out"
        )


def arguments_of(name: str) -> dict:
    """The arguments of the first case of that name, or none."""
    for table in (LAYERS, LOSSES, METRICS, OPTIMIZERS, INITIALIZERS, REGULARIZERS, CONSTRAINTS):
        if name in table:
            case = table[name].cases[0]
            parts = case if isinstance(case, tuple) else (case,)
            return next(part for part in parts if isinstance(part, dict))
    return {}
