"""Networks for tables: what they are made of and how they are trained."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from ..errors import ArgumentError, shown
from ..layers import Dense, Dropout, Input, PiecewiseLinear, Waves
from ..layers.piecewise_linear import quantile_edges
from ..models import Sequential
from ..optimizers import AdamW
from ..program.records import Record, replaced
from .task import Task

#: Fewer steps than this without improvement say nothing.
STEPS = 100
#: Fewer different quantiles than this are as well seen without ramps.
EDGES = 4
#: Of the frequencies of cosines. Larger ones fit what is rough faster, and what is smooth worse.
DEVIATION = 0.5


class Recipe(Record):
    """How a predictor's networks are made and trained.

    Args:
        members: int, the number of networks, whose mean predicts.
        folds: int, parts of the rows; each network is stopped by one part, and trained on the rest.
        hidden: the units of the hidden layers.
        activation: of the hidden layers.
        dropout: float, share of the units that are dropped in training.
        rate: float, learning rate.
        decay: float, weight decay.
        epochs: int, the most epochs.
        patience: int, epochs without improvement before stopping; more where they are short.
        waves: int, cosines for each input that is a number, see `layers.Waves`, in the second
            half of the networks; 0 for none.
        ramps: int, ramps for each such input, see `layers.PiecewiseLinear`, in the other networks;
            0 for none.

    >>> Recipe(8, hidden=(32,)).batch_size(1000)
    32
    """

    __slots__ = (
        "activation",
        "decay",
        "dropout",
        "epochs",
        "folds",
        "hidden",
        "members",
        "patience",
        "ramps",
        "rate",
        "waves",
    )

    def __init__(
        self,
        members: int,
        folds: int = 5,
        hidden: tuple[int, ...] = (64, 64),
        activation: str = "silu",
        dropout: float = 0.15,
        rate: float = 2e-3,
        decay: float = 1e-3,
        epochs: int = 200,
        patience: int = 8,
        waves: int = 8,
        ramps: int = 8,
    ):
        self.members = members
        self.folds = folds
        self.hidden = hidden
        self.activation = activation
        self.dropout = dropout
        self.rate = rate
        self.decay = decay
        self.epochs = epochs
        self.patience = patience
        self.waves = waves
        self.ramps = ramps

    def batch_size(self, rows: int) -> int:
        """Return the number of rows per step.

        Args:
            rows: int, the number of rows to train on.

        Returns:
            An int.
        """
        return next(
            size
            for most, size in ((1500, 32), (6000, 64), (25000, 128), (1e12, 256))
            if rows <= most
        )

    def patience_of(self, rows: int) -> int:
        """Return the number of epochs without improvement before stopping.

        Args:
            rows: int, the number of rows to train on.

        Returns:
            An int.

        >>> Recipe(1, patience=8).patience_of(100), Recipe(1, patience=8).patience_of(10000)
        (25, 8)
        """
        steps = -(-rows // self.batch_size(rows))
        return max(self.patience, -(-STEPS // steps))

    def edges(self, features: np.ndarray, numbers: Sequence[int]) -> dict[int, list[float]]:
        """Return the edges of ramps for each input that has some.

        Args:
            features: ``(rows, features)`` to train on.
            numbers: the indices of the inputs that are scaled numbers.

        Returns:
            A dict from indices to increasing floats.
        """
        if not self.ramps:
            return {}
        found = {index: quantile_edges(features[:, index], self.ramps) for index in numbers}
        return {index: own for index, own in found.items() if len(own) >= EDGES}

    def network(
        self,
        features: int,
        task: Task,
        waves: Sequence[int] = (),
        ramps: Mapping[int, Sequence[float]] | None = None,
    ) -> Sequential:
        """Return a compiled network.

        Args:
            features: int, the number of its inputs.
            task: what it predicts.
            waves: the indices of the inputs that it sees cosines of, too.
            ramps: for those that it sees ramps of, the edges.

        Returns:
            `Sequential`, compiled.
        """
        model = Sequential([Input((features,))])
        if self.waves and waves:
            model.add(Waves(self.waves, waves, DEVIATION))
        if ramps:
            model.add(PiecewiseLinear(list(ramps.values()), list(ramps)))
        for units in self.hidden:
            model.add(Dense(units, self.activation))
            if self.dropout:
                model.add(Dropout(self.dropout))
        model.add(Dense(task.outputs, task.activation))
        model.compile(AdamW(self.rate, weight_decay=self.decay), task.loss)
        return model


#: By name, for ``quality``.
RECIPES = {
    "fast": Recipe(1),
    "default": Recipe(16, folds=8),
    "best": Recipe(64, folds=16, patience=16),
}


def recipe_of(quality: str | Recipe, task: Task) -> Recipe:
    """Return a recipe by its name. Where numbers are predicted it has no dropout, which would blur
    them.

    Args:
        quality: a name of `RECIPES`; or a recipe, which is returned as it is.
        task: what is predicted.

    Raises:
        ArgumentError (a ValueError): for another name.

    >>> recipe_of("fast", Task("regression", ["y"])).dropout
    0.0
    """
    if isinstance(quality, Recipe):
        return quality
    if quality not in RECIPES:
        raise ArgumentError(
            "quality", f"got {shown(quality)}, expected one of {', '.join(RECIPES)}."
        )
    found = RECIPES[quality]
    return found if task.classifies else replaced(found, dropout=0.0)
