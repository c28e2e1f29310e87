"""What the tables of bad inputs are made of: a case, and the data that it spoils."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

ALL = ("fit", "evaluate", "predict", "train_on_batch")
LEARN = ("fit", "evaluate", "train_on_batch")
LOOP = ("fit", "evaluate")
FIT = ("fit",)


@dataclass(frozen=True)
class Case:
    name: str
    model: str
    arguments: Callable[[], dict]
    says: str
    methods: tuple[str, ...] = LEARN
    cause: str = ""


def X(rows=6, columns=3):
    return np.random.default_rng(0).normal(size=(rows, columns)).astype("float32")


def spoiled(value, at=(2, 1), dtype="float32", x=None):
    x = (X() if x is None else x).astype(dtype)
    x[at] = value
    return x


B = np.array([0, 1, 1, 0, 1, 0])
C = np.array([0, 1, 2, 0, 1, 2])
R = np.array([0.5, 1.5, -2.0, 0.25, 9.0, 1.0])
R2 = np.stack([R, R], 1)
ROWS = np.eye(3, dtype="float32")[C]
FRAME = pd.DataFrame(X(), columns=["age", "bmi", "glucose"])


def bad_x(name, make, says, model="binary", methods=ALL, y=B):
    """A bad x, whatever is done with it."""
    return Case(name, model, lambda: {"x": make(), "y": y}, says, methods)


def bad_y(name, model, make, says, methods=LEARN):
    return Case(name, model, lambda: {"x": X(), "y": make()}, says, methods)


def bad_w(name, make, says, model="binary", y=B, methods=LEARN):
    return Case(name, model, lambda: {"x": X(), "y": y, "sample_weight": make()}, says, methods)


def bad_fit(name, says, cause="", model="binary", y=B, x=None, **arguments):
    return Case(
        name, model, lambda: {"x": X() if x is None else x, "y": y, **arguments}, says, FIT, cause
    )
