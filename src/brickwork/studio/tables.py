"""Data as the studio's tables: what ``studio/src/data/table.ts`` describes."""

from __future__ import annotations

import re
from base64 import b64encode
from typing import Any

import numpy as np

from ..errors import ArgumentError, shown
from .catalogue import MOST_CELLS, MOST_CLASSES, MOST_COLUMNS, MOST_ROWS

#: Names of columns that number rows, where their values do: the page has them as no inputs.
_ROW_NUMBER = re.compile(r"#|.*id|index|no\.?|nr\.?|row|number|번호|순번|unnamed.*", re.IGNORECASE)


def table_of(model: Any, x: Any, y: Any, loss: str, what: str) -> dict[str, Any]:
    """Return rows and targets as a table, in the project file's form.

    Args:
        model: the model, which knows the names of its inputs if it was trained on a table.
        x: numbers ``(rows, inputs)``: an array, or a table of pandas or Polars.
        y: targets ``(rows,)`` or ``(rows, 1)``; of classes also one-hot.
        loss: the model's loss, which says what the targets are.
        what: the calling function, for messages.

    Raises:
        ArgumentError: for data that do not go with the model, or are too large for a page.
    """
    names, inputs = _names_of(model, x), model.input_shape[-1]
    rows = _numbers(x, f"{what}: x")
    if rows.ndim != 2 or rows.shape[1] != inputs:
        raise ArgumentError(
            f"{what}: x", f"got an array of shape {rows.shape}, expected (rows, {inputs})."
        )
    cells = rows.shape[0] * (inputs + 1)
    if len(rows) > MOST_ROWS or inputs >= MOST_COLUMNS or cells > MOST_CELLS:
        raise ArgumentError(
            f"{what}: x",
            f"got {len(rows):,} rows of {inputs:,}, and a page opens at most {MOST_ROWS:,} rows, "
            f"{MOST_COLUMNS:,} columns and {MOST_CELLS:,} cells. Pass a part of them: x[:10000], "
            "y[:10000].",
        )
    if len(rows) < 2:
        raise ArgumentError(f"{what}: x", f"got {len(rows)} rows, expected at least 2.")
    for name, column in zip(names, rows.T, strict=True):
        _check_input(name, column, f"{what}: x")
    outputs = model.output_shape[-1]
    targets, task = _targets(y, loss, outputs, what)
    if len(targets) != len(rows):
        raise ArgumentError(
            f"{what}: y", f"got {len(targets):,} targets for {len(rows):,} rows, expected as many."
        )
    target = next(n for n in ("y", "target", "target of all") if n not in names)
    columns = [*zip(names, rows.T, strict=True), (target, targets)]
    return {
        "name": model.name,
        "rows": len(rows),
        "columns": [
            {"name": name, "numbers": b64encode(np.ascontiguousarray(column, "<f8")).decode()}
            for name, column in columns
        ],
        "target": target,
        "task": task,
    }


def _names_of(model: Any, x: Any) -> list[str]:
    """Names of the columns: the table's, those that the model was trained on, or x0, x1 ..., as in
    pictures."""
    inputs = model.input_shape[-1]
    names = getattr(x, "columns", None)
    if names is None:
        names = getattr(model, "feature_names_in_", None)
    found = [] if names is None else [str(name) for name in names]
    unique = len(set(found)) == len(found) == inputs
    return found if unique else [f"x{place}" for place in range(inputs)]


def _numbers(values: Any, what: str) -> np.ndarray:
    try:
        return np.asarray(values, "float64")
    except (TypeError, ValueError):
        raise ArgumentError(what, f"got {shown(values)}, expected numbers.") from None


def _targets(y: Any, loss: str, outputs: int, what: str) -> tuple[np.ndarray, str]:
    """The targets as a column, and the task: binary, classes or regression."""
    targets = _numbers(y, f"{what}: y")
    if loss.endswith("categorical_crossentropy"):
        if targets.ndim == 2 and targets.shape[1] == outputs > 1:  # one-hot
            targets = targets.argmax(1).astype("float64")
        targets = _column(targets, what)
        _check_classes(targets, outputs, what)
        return targets, "classes"
    if outputs != 1:
        raise ArgumentError(
            f"{what}: y", f"the studio learns one target, and the model has {outputs} outputs."
        )
    targets = _column(targets, what)
    if loss in ("binary_crossentropy", "hinge"):
        targets = np.where(targets == -1, 0.0, targets) if loss == "hinge" else targets
        _check_classes(targets, 2, what)
        return targets, "binary"
    if (targets == targets[:1]).all():
        raise ArgumentError(
            f"{what}: y", f"got {targets[0]:g} for every row, of which nothing can be learned."
        )
    return targets, "regression"


def _check_input(name: str, column: np.ndarray, what: str) -> None:
    """Refuse a column that the page would leave out, so that the model lacks an input."""
    there = column[~np.isnan(column)]
    if (np.abs(there) > np.finfo("float32").max).any():
        problem = "holds infinity, or a number beyond float32"
    elif not len(there):
        problem = "is empty"
    elif (there == there[0]).all():
        problem = f"is {there[0]:g} in every row"
    elif len(column) > 3 and _numbers_rows(name, column):
        problem = "numbers the rows"
    else:
        return
    raise ArgumentError(
        what,
        f"the column {shown(name)} {problem}, and the studio learns from no such column. Pass "
        "other rows, or a model without it.",
    )


def _numbers_rows(name: str, column: np.ndarray) -> bool:
    counting = (column == column[0] + np.arange(len(column))).all()
    return bool(counting and _ROW_NUMBER.fullmatch(name))


def _column(targets: np.ndarray, what: str) -> np.ndarray:
    if targets.ndim == 2 and targets.shape[1] == 1:
        targets = targets[:, 0]
    if targets.ndim != 1 or not np.isfinite(targets).all():
        raise ArgumentError(
            f"{what}: y",
            f"got an array of shape {targets.shape}, expected a finite number for each row.",
        )
    return targets


def _check_classes(targets: np.ndarray, classes: int, what: str) -> None:
    """The page counts classes by the values that there are, so each must be there."""
    if not 2 <= classes <= MOST_CLASSES:
        raise ArgumentError(
            f"{what}: y", f"got {classes:,} classes, and the studio has 2 to {MOST_CLASSES}."
        )
    found = np.unique(targets)
    if found.tolist() != [*range(classes)]:
        raise ArgumentError(
            f"{what}: y",
            f"got the classes {', '.join(f'{value:g}' for value in found[:8])}, expected each of "
            f"0 to {classes - 1}: pass rows of every class.",
        )
