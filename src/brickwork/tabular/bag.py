"""Trains the networks of a predictor, side by side, each on other rows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ..callbacks import EarlyStopping
from ..layers import Layer, Rescaling
from ..models import Sequential
from ..populations import Population, population
from ..populations.folds import folds_of
from .recipes import Recipe
from .splits import classes_of
from .task import Task

#: Rows that all networks are asked at a time: the outputs of each are held beside each other.
BLOCK = 1 << 16


class Bag:
    """Networks that were trained on the same table, each stopped by rows of its own.

    Attributes:
        members: the `Population`.
        inside: what each member predicts of the rows that stopped it, averaged over the members
            of the row: ``(rows, outputs)``; rows that none held out are NaN.
        folds: into how many parts rows were divided, again and again: of as many members one after
            the other, each was stopped by another part.
        optimism: by what share the loss of these is too low, see `optimism_of`.
    """

    def __init__(self, members: Population, inside: np.ndarray, folds: int, optimism: float):
        self.members = members
        self.inside = inside
        self.folds = folds
        self.optimism = optimism

    def each_way(self, features: np.ndarray) -> np.ndarray:
        """Return what rows that no member knows could have as `inside`: the means over members of
        which each was stopped by another division's part.

        Args:
            features: ``(rows, features)``.

        Returns:
            Array ``(folds, rows, outputs)``; their mean is that of all members.
        """
        found = self.members.predict(features).astype(np.float64)
        folds = min(self.folds, len(found))
        return np.stack([found[k::folds].mean(0) for k in range(folds)])


def train_bag(
    features: np.ndarray,
    y: np.ndarray,
    task: Task,
    recipe: Recipe,
    *,
    weights: np.ndarray | None = None,
    groups: np.ndarray | None = None,
    numbers: Sequence[int] = (),
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
        numbers: the indices of the features that are scaled numbers.
        seed: int that determines everything.
        verbose: 1 for a progress bar, 0 for none.

    Returns:
        A `Bag`.
    """
    rows = len(features)
    parts = folds_of_members(y, task, recipe, groups=groups, seed=seed)
    trained_on, stopped_by = [train for train, _ in parts], [test for _, test in parts]
    numbers = many_valued(features, numbers)
    edges = recipe.edges(features, numbers)

    def network(waves: bool) -> Sequential:
        seen = (numbers, None) if waves else ((), edges)
        return recipe.network(features.shape[1], task, *seen)

    many = population(
        network,
        settings=kinds_of_networks(recipe.members),
        seed=seed,
    )
    options: dict[str, Any] = {} if weights is None else {"sample_weight": weights}
    many.fit(
        features,
        y,
        batch_size=recipe.batch_size(rows),
        epochs=recipe.epochs,
        rows=trained_on,
        held_out=stopped_by,
        callbacks=EarlyStopping(
            monitor="val_loss", patience=recipe.patience_of(rows), restore_best_weights=True
        ),
        verbose=verbose,
        **options,
    )
    curves = [
        np.array(one.history["val_loss"]) - _least_loss(task, y[held])
        for one, held in zip(many.history, stopped_by, strict=True)
    ]
    inside = _inside(many, features, stopped_by, task)
    # Networks with waves learn faster than those with ramps.
    waves = [own["waves"] for own in kinds_of_networks(recipe.members)]
    alike = [[c for c, w in zip(curves, waves, strict=True) if w == kind] for kind in set(waves)]
    optimism = np.average([optimism_of(some) for some in alike], weights=[len(c) for c in alike])
    return Bag(many, inside, _folds(recipe, rows, groups), float(optimism))


def mean_outputs(networks: Population, features: Any) -> np.ndarray:
    """Return the mean of the networks' outputs, ``(rows, outputs)`` float64.

    Args:
        networks: the population.
        features: ``(rows, features)``.
    """
    blocks = [features[i : i + BLOCK] for i in range(0, features.shape[0], BLOCK)]
    means = [networks.predict(block).mean(0, dtype=np.float64) for block in blocks]
    return means[0] if len(means) == 1 else np.concatenate(means)


def assembled(
    layers: Sequence[Layer],
    networks: Population,
    task: Task,
    unit: tuple[np.ndarray, np.ndarray],
    name: str,
) -> Sequential:
    """Return one model of what encodes rows, the networks, and the targets' unit.

    Args:
        layers: what encodes rows, such as a `Table`.
        networks: the population, whose mean predicts.
        task: what is predicted.
        unit: as `Task.unit` returns it.
        name: of the model.
    """
    model = Sequential([*layers, networks.ensemble("networks")], name=name)
    if not task.classifies:
        center, scale = unit
        model.add(Rescaling(scale.tolist(), center.tolist(), name="units"))
    model.compile("adam", task.loss, metrics=task.metrics)
    if task.kind == "classes":
        model.class_names = task.names
    return model


def optimism_of(curves: Sequence[np.ndarray]) -> float:
    """Return by what share the least of each curve is below what it would be, had it not been
    chosen.

    Each network was stopped where the loss of its own rows was least, so that these are predicted
    better than rows that had no say. How much better, shows at the epoch at which the others were
    least on average: theirs is a choice that these rows had no part in.

    Args:
        curves: the losses of each network's epochs, on the rows that stopped it; of networks of one
            make, which learn about as fast.

    Returns:
        A float from 0 to 1; 0 for a single network.

    >>> optimism_of([np.array([3.0, 1.0, 2.0]), np.array([3.0, 2.5, 2.0]), np.array([2.0, 1.0])])
    0.4166666666666667
    """
    if len(curves) < 2:
        return 0.0
    longest = max(len(curve) for curve in curves)
    # Where everything is predicted without error, a share says nothing.
    shares = np.array(
        [np.pad(c, (0, longest - len(c)), "edge") / max(c.min(), 1e-12) - 1 for c in curves]
    )
    of_others = shares.sum(0) - shares
    own = shares[np.arange(len(curves)), of_others.argmin(1)]
    return float(np.clip(own.mean(), 0, 1))


def _least_loss(task: Task, y: np.ndarray) -> float:
    """The loss of predictions without error."""
    if task.kind != "counts":
        return 0.0
    return float(np.mean(y - y * np.log(np.where(y > 0, y, 1))))


def many_valued(features: np.ndarray, numbers: Sequence[int]) -> list[int]:
    """Return those of the numbers that have waves or ramps: of two values these say nothing new.

    Args:
        features: array ``(rows, features)``.
        numbers: the indices of the features that are scaled numbers.
    """
    return [index for index in numbers if len(np.unique(features[:, index])) > 2]


def kinds_of_networks(members: int) -> list[dict[str, bool]]:
    """Return the settings of each network: half of them see waves, the others ramps, so that what
    each kind is bad at is fitted by the other.

    >>> kinds_of_networks(3)
    [{'waves': False}, {'waves': False}, {'waves': True}]
    """
    return [{"waves": 2 * index >= members > 1} for index in range(members)]


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
    folds = _folds(recipe, len(y), groups)
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


def _folds(recipe: Recipe, rows: int, groups: np.ndarray | None) -> int:
    distinct = rows if groups is None else len(np.unique(groups))
    return max(2, min(recipe.folds, distinct))


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
