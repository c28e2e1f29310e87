"""The tasks and the kinds of data of random programs (`unusual_programs`)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from unusual_kinds import mapped, turned

ROWS = 10


@dataclass(frozen=True)
class Task:
    """What is learned: units and activation of the last layer, losses that fit it, and targets."""

    units: int
    activation: str | None
    losses: tuple[str, ...]
    targets: str  # which of `targets`


TASKS = {
    "amount": Task(
        1,
        None,
        ("mse", "mae", "huber", "log_cosh", "mean_squared_error", "mean_absolute_percentage_error"),
        "amounts",
    ),
    "amounts": Task(2, None, ("mse", "mae", "huber", "cosine_similarity"), "pairs"),
    "binary": Task(
        1, "sigmoid", ("binary_crossentropy", "mse", "binary_focal_crossentropy"), "truths"
    ),
    "tags": Task(3, "sigmoid", ("binary_crossentropy", "mae", "binary_focal_crossentropy"), "tags"),
    "classes": Task(3, "softmax", ("sparse_categorical_crossentropy",), "classes"),
    "rows": Task(
        3,
        "softmax",
        ("categorical_crossentropy", "kl_divergence", "mse", "categorical_focal_crossentropy"),
        "rows",
    ),
    "counts": Task(1, "exponential", ("poisson", "mse"), "counts"),
    "margins": Task(1, "tanh", ("hinge", "squared_hinge", "mse"), "truths"),
}


def targets(kind: str, rng, rows: int) -> np.ndarray:
    """Plain targets for a number of rows."""
    return {
        "amounts": lambda: rng.normal(size=(rows, 1)).astype("float32"),
        "pairs": lambda: rng.normal(size=(rows, 2)).astype("float32"),
        "truths": lambda: rng.integers(0, 2, (rows, 1)).astype("float32"),
        "tags": lambda: rng.integers(0, 2, (rows, 3)).astype("float32"),
        "classes": lambda: rng.integers(0, 3, (rows,)),
        "rows": lambda: np.eye(3, dtype="float32")[rng.integers(0, 3, rows)],
        "counts": lambda: rng.poisson(1.0, (rows, 1)).astype("float32"),
    }[kind]()


def read_only(values):
    values = values.copy()
    values.flags.writeable = False
    return values


def as_table(values):
    return pd.DataFrame(values, columns=[f"c{i}" for i in range(values.shape[1])])


def mixed_table(values):
    table = as_table(values)
    table["c0"] = table["c0"].round().astype("int64")
    table["c1"] = table["c1"] > 0
    return table


def nullable(values):
    return as_table(values.round()).astype("Int64")


#: Kinds of x: from a float32 array of (rows, 3).
X_KINDS: dict[str, Callable] = {
    "float32": lambda v: v,
    "float64": lambda v: v.astype("float64"),
    "float16": lambda v: v.astype("float16"),
    "int64": lambda v: v if v.dtype.kind == "i" else (v * 3).astype("int64"),
    "int32": lambda v: (v * 3).astype("int32"),
    "int8": lambda v: (v * 3).astype("int8"),
    "uint8": lambda v: np.abs(v * 3).astype("uint8"),
    "uint64": lambda v: np.abs(v * 3).astype("uint64"),
    "bool": lambda v: v > 0,
    "Fortran": np.asfortranarray,
    "backwards": lambda v: v[::-1],
    "columns backwards": lambda v: v[:, ::-1],
    "every second row": lambda v: v.repeat(2, 0)[::2],
    "other bytes": turned,
    "read-only": read_only,
    "map": mapped,
    "matrix": np.matrix,
    "masked": np.ma.array,
    "broadcast": lambda v: np.broadcast_to(v[:1], v.shape),
    "objects": lambda v: v.astype(object),
    "list of one": lambda v: [v],
    "tuple of one": lambda v: (v,),
    "dict": lambda v: {"x": v},
    "lists": lambda v: v.tolist(),
    "table": as_table,
    "mixed table": mixed_table,
    "nullable table": nullable,
    "float64 table": lambda v: as_table(v.astype("float64")),
    "table of truths": lambda v: as_table(v > 0),
    "table with a step": lambda v: as_table(v.repeat(2, 0)).iloc[::2],
}
#: Kinds of y: from the plain targets.
Y_KINDS: dict[str, Callable] = {
    "plain": lambda v: v,
    "float64": lambda v: v.astype("float64"),
    "whole": lambda v: v if v.dtype.kind == "f" and (v % 1).any() else v.astype("int32"),
    "int8": lambda v: v if v.dtype.kind == "f" and (v % 1).any() else v.astype("int8"),
    "uint8": lambda v: v if (v < 0).any() or (v % 1).any() else v.astype("uint8"),
    "bool": lambda v: v > 0,
    "vector": lambda v: v[:, 0] if v.ndim > 1 and v.shape[1] == 1 else v,
    "column": lambda v: v[:, None] if v.ndim == 1 else v,
    "list of one": lambda v: [v],
    "soft": lambda v: v * 0.8 + 0.1,
    "one class": np.zeros_like,
    "ones": np.ones_like,
    "float16": lambda v: v.astype("float16"),
    "Fortran": np.asfortranarray,
    "other bytes": turned,
    "read-only": read_only,
    "backwards": lambda v: v[::-1],
    "series": lambda v: pd.Series(v.ravel()) if v.size == len(v) else pd.DataFrame(v),
    "table": pd.DataFrame,
    "lists": lambda v: v.tolist(),
    "signs": lambda v: v * 2 - 1,
    "sorted": lambda v: np.sort(v, axis=0),
    "negative": lambda v: -v,
    "float classes": lambda v: v.astype("float32"),
}
WEIGHTS: dict[str, Callable] = {
    "none": lambda rng, n: None,
    "random": lambda rng, n: rng.random(n).astype("float32"),
    "float64": lambda rng, n: rng.random(n),
    "column": lambda rng, n: rng.random((n, 1)),
    "whole": lambda rng, n: rng.integers(0, 4, n),
    "truths": lambda rng, n: rng.random(n) > 0.5,
    "zeros": lambda rng, n: np.zeros(n),
    "one row": lambda rng, n: np.eye(1, n)[0],
    "negative": lambda rng, n: rng.normal(size=n),
    "list": lambda rng, n: rng.random(n).tolist(),
    "series": lambda rng, n: pd.Series(rng.random(n)),
    "large": lambda rng, n: np.full(n, 30.0),
    "float16": lambda rng, n: rng.random(n).astype("float16"),
}


def plain_form(given) -> np.ndarray:
    """The array that stands for the same numbers, as every library takes it."""
    if isinstance(given, dict):
        (given,) = given.values()
    if isinstance(given, list | tuple) and isinstance(given[0], np.ndarray):
        (given,) = given
    array = np.asarray(given)
    array = array.astype(float) if array.dtype.kind == "O" else array
    array = array[:, None] if isinstance(given, pd.Series) else array
    return np.ascontiguousarray(array.astype(array.dtype.newbyteorder("=")))
