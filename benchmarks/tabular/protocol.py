"""How the methods are judged: which tables for what, which rows for what, and the scores.

Written down before any recipe was tuned:

- **Halves.** The defaults of brickwork are chosen on one half of the tables and judged on the
  other. A hash of the table's name says which, nobody's hand.
- **Folds.** Five times five. Classes in proportion; whole groups where rows belong together; where
  rows have a time, six blocks of it, each of the last five predicted from all before it (once).
- **Loss.** Log loss of classes, probabilities clipped to 1e-7; root mean squared error of numbers.
- **Score.** The losses are averaged over the folds of a table. Skill is 1 - loss / the loss of a
  constant (the shares of the classes, the mean). The score is skill divided by that of the best
  method, clipped to [0, 1]: the best has 1, and what is no better than a constant 0.
- **Rank** by loss, 1 is best; equal losses share a rank. A method that failed on a table has score
  0 there and shares the last rank.
"""

from __future__ import annotations

import hashlib
import zlib
from typing import Any

import numpy as np

FOLDS = 5
REPEATS = 5


def half_of(name: str) -> str:
    """ "chosen" for a table that defaults are chosen on, "judged" for the others."""
    return ("chosen", "judged")[hashlib.sha256(name.encode()).digest()[0] % 2]


def folds_of(
    name: str, y: np.ndarray, kind: str, groups: Any = None, times: Any = None
) -> list[tuple[np.ndarray, np.ndarray]]:
    """All folds of a table, as rows to train on and rows to predict; the first five are a whole."""
    if times is not None:
        order = np.argsort(np.asarray(times), kind="stable")
        blocks = np.array_split(order, FOLDS + 1)
        return [(np.concatenate(blocks[:k]), blocks[k]) for k in range(1, FOLDS + 1)]
    found = []
    for repeat in range(REPEATS):
        rng = np.random.Generator(np.random.Philox([zlib.crc32(name.encode()), repeat]))
        place = _places(y, kind, groups, rng)
        found += [(np.flatnonzero(place != k), np.flatnonzero(place == k)) for k in range(FOLDS)]
    return found


def _places(y: np.ndarray, kind: str, groups: Any, rng: np.random.Generator) -> np.ndarray:
    """The fold of each row."""
    place = np.empty(len(y), int)
    if groups is not None:
        _, own, sizes = np.unique(np.asarray(groups), return_inverse=True, return_counts=True)
        fold_of, filled = np.empty(len(sizes), int), np.zeros(FOLDS)
        mixed = rng.permutation(len(sizes))
        for group in mixed[np.argsort(-sizes[mixed], kind="stable")]:
            fold_of[group] = filled.argmin()
            filled[fold_of[group]] += sizes[group]
        return fold_of[own]
    order = rng.permutation(len(y))
    if kind == "classes":  # dealt class by class, like cards
        order = order[np.argsort(np.unique(y, return_inverse=True)[1][order], kind="stable")]
    place[order] = np.arange(len(y)) % FOLDS
    return place


def loss_of(kind: str, y: np.ndarray, predicted: np.ndarray) -> float:
    """Log loss of indices of classes and probabilities ``(rows, classes)``, or RMSE."""
    if kind == "classes":
        own = predicted[np.arange(len(y)), y]
        return float(-np.log(np.clip(own, 1e-7, 1)).mean())
    return float(np.sqrt(np.mean((y - predicted) ** 2)))


def constant_of(kind: str, y: np.ndarray, classes: int, rows: int) -> np.ndarray:
    """What predicts the same for every row."""
    if kind == "classes":
        return np.tile(np.bincount(y, minlength=classes) / len(y), (rows, 1))
    return np.full(rows, y.mean())


def scores_of(losses: np.ndarray, constant: np.ndarray) -> np.ndarray:
    """The scores ``(tables, methods)`` of mean losses of that shape, NaN where one failed."""
    skill = np.nan_to_num(1 - losses / constant[:, None], nan=0.0)
    best = skill.max(1, keepdims=True)
    return np.where(best > 0, np.clip(skill / np.where(best > 0, best, 1), 0, 1), 0.0)


def ranks_of(losses: np.ndarray) -> np.ndarray:
    """The ranks ``(tables, methods)``, 1 for the lowest loss; equals share the mean of theirs."""
    filled = np.where(np.isnan(losses), np.inf, losses)
    below = (filled[:, None, :] < filled[:, :, None]).sum(2)
    equal = (filled[:, None, :] == filled[:, :, None]).sum(2)
    return below + (equal + 1) / 2
