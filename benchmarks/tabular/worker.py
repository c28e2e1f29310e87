"""Runs methods of one environment: reads a job a line as JSON, writes a result a line.

A job has the table's file, its fold and a method. A result has the loss, that of a constant, and
seconds: of the processor, which a busy machine changes little, and of the clock.
"""

from __future__ import annotations

import functools
import json
import os
import sys
import time
import warnings
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tabular import methods
from tabular.catalogue import Table
from tabular.protocol import constant_of, folds_of, loss_of


def column_of(values: list[Any]) -> np.ndarray:
    """Numbers as floats or integers, texts as objects, None where one is missing."""
    if any(isinstance(value, str) for value in values):
        return np.array([None if one is None else str(one) for one in values], object)
    if None in values:
        return np.array([np.nan if one is None else one for one in values], float)
    return np.array(values)


@functools.lru_cache(maxsize=2)
def read(path: str) -> tuple[Table, dict[str, np.ndarray], np.ndarray, list, Any]:
    """A table: its columns, its target as numbers, its folds and its groups."""
    found = json.loads(Path(path).read_text())
    table = Table(*found["table"])
    columns = {name: column_of(values) for name, values in found["columns"].items()}
    y = columns.pop(table.target)
    if table.kind == "classes":
        y = np.unique(y.astype(str), return_inverse=True)[1]
    else:
        y = y.astype(float)
    groups = columns.pop(table.group) if table.group else None
    times = columns[table.time].astype(str) if table.time else None
    own = None if groups is None else np.unique(groups.astype(str), return_inverse=True)[1]
    return table, columns, y, folds_of(table.name, y, table.kind, own, times), own


@functools.cache
def function_of(method: str) -> Any:
    """A method, imported once."""
    return methods.function_of(method)


def run(job: dict[str, Any]) -> dict[str, Any]:
    """The result of a job."""
    table, columns, y, folds, groups = read(job["path"])
    train, test = folds[job["fold"]]
    classes = int(y.max()) + 1 if table.kind == "classes" else 0
    question = methods.Question(
        table.kind, classes, None if groups is None else groups[train], job["fold"]
    )
    known, asked = ({n: c[rows] for n, c in columns.items()} for rows in (train, test))
    method = function_of(job["method"])
    began, used = time.perf_counter(), time.process_time()
    predicted = method(known, y[train], asked, question)
    seconds, used = time.perf_counter() - began, time.process_time() - used
    assert np.isfinite(predicted).all(), "predictions that are not finite"
    constant = constant_of(table.kind, y[train], classes, len(test))
    return {
        "loss": loss_of(table.kind, y[test], predicted),
        "constant": loss_of(table.kind, y[test], constant),
        "rows": len(train),
        "cpu": round(used, 3),
        "seconds": round(seconds, 3),
    }


def main() -> None:
    """Answer jobs until the input ends; what libraries print goes to stderr."""
    results = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)
    warnings.simplefilter("ignore")
    for line in sys.stdin:
        job = json.loads(line)
        try:
            result = {"settings": methods.settings_of(job["method"]), **run(job)}
        except Exception as error:  # the table says so, and the others go on
            result = {"error": f"{type(error).__name__}: {str(error)[:300]}"}
        results.write(json.dumps(result) + "\n")


if __name__ == "__main__":
    main()
