"""Trains the networks of a predictor, side by side, each on other rows."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..callbacks import EarlyStopping
from ..populations import Population, population
from ..populations.folds import folds_of
from .recipes import Recipe
from .splits import classes_of
from .task import Task


class Bag:
    """Networks that were trained on the same table, each stopped by rows of its own.

    Attributes:
        members: the `Population`.
        inside: what each member predicts of the rows that stopped it, averaged over the members
            of the row: ``(rows, outputs)``; rows that none held out are NaN.
    """

    def __init__(self, members: Population, inside: np.ndarray):
        self.members = members
        self.inside = inside


def train_bag(
    features: np.ndarray,
    y: np.ndarray,
    task: Task,
    recipe: Recipe,
    *,
    weights: np.ndarray | None = None,
    groups: np.ndarray | None = None,
    seed: int = 0,
    verbose: int = 0,
) -> Bag:
    """Train a recipe's networks.

    Args:
        features: array ``(rows, features)``.
        y: the encoded targets; numbers are scaled already.
        task: what is predicted.
        recipe: the networks.
        weights: ``(rows,)`` or None, the weight of each row in the loss.
        groups: ``(rows,)`` or None: rows of one group stay together.
        seed: int that determines everything.
        verbose: 1 for a progress bar, 0 for none.

    Returns:
        A `Bag`.
    """
    rows = len(features)
    parts = folds_of_members(y, task, recipe, groups=groups, seed=seed)
    trained_on, stopped_by = [train for train, _ in parts], [test for _, test in parts]
    many = population(lambda: recipe.network(features.shape[1], task), recipe.members, seed=seed)
    options: dict[str, Any] = {} if weights is None else {"sample_weight": weights}
    many.fit(
        features,
        y,
        batch_size=recipe.batch_size(rows),
        epochs=recipe.epochs,
        rows=trained_on,
        held_out=stopped_by,
        callbacks=EarlyStopping(
            monitor="val_loss", patience=recipe.patience, restore_best_weights=True
        ),
        verbose=verbose,
        **options,
    )
    return Bag(many, _inside(many, features, stopped_by, task))


def folds_of_members(
    y: np.ndarray,
    task: Task,
    recipe: Recipe,
    *,
    groups: np.ndarray | None = None,
    seed: int = 0,
) -> list[tuple[np.ndarray, np.ndarray]]:
    """Return the rows that each network is trained on, and those that stop it.

    Args:
        y: the encoded targets.
        task: what is predicted; classes are held out in proportion.
        recipe: the networks.
        groups: ``(rows,)`` or None: rows of one group stay together.
        seed: int that determines the choice.
    """
    parts: list[tuple[np.ndarray, np.ndarray]] = []
    distinct = len(y) if groups is None else len(np.unique(groups))
    folds = max(2, min(recipe.folds, distinct))
    while len(parts) < recipe.members:
        found = folds_of(
            len(y),
            folds,
            classes=None if groups is not None else classes_of(task, y),
            groups=groups,
            seed=seed + len(parts),
        )
        parts += found[: recipe.members - len(parts)]
    return parts


def _inside(
    many: Population, features: np.ndarray, stopped_by: list[np.ndarray], task: Task
) -> np.ndarray:
    total = np.zeros((len(features), task.outputs))
    counts = np.zeros((len(features), 1))
    for index, held in enumerate(stopped_by):
        total[held] += many[index : index + 1].predict(features[held])[0]
        counts[held] += 1
    with np.errstate(invalid="ignore"):
        return total / counts
