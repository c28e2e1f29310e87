"""What is to be predicted: classes, several labels, numbers or counts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from ..data.columns import as_column, floats_of
from ..data.notices import listed
from ..errors import ArgumentError, shown
from ..layers.table.kinds import texts_of
from ..program.records import Record

#: What may be asked for.
KINDS = ("classes", "labels", "regression", "counts")
#: Whole numbers of at most so many different values are classes.
FEW = 10
#: Larger numbers are no targets: their squares are no float32.
LARGEST = 1e18


class Task(Record):
    """What is to be predicted.

    Args:
        kind: "classes" (one of several), "labels" (any of several), "regression" (numbers) or
            "counts" (whole numbers >= 0).
        targets: the names of the columns to be predicted.
        classes: the classes as they stand in the data, sorted; None for other kinds.
    """

    __slots__ = ("classes", "kind", "targets")

    def __init__(self, kind: str, targets: Sequence[str], classes: Sequence[Any] | None = None):
        self.kind = kind
        self.targets = tuple(targets)
        self.classes = None if classes is None else tuple(classes)

    def facts(self) -> dict[str, Any]:
        """Return what a file holds, of JSON types."""
        return {"kind": self.kind, "targets": self.targets, "classes": self.classes}

    @classmethod
    def from_facts(cls, facts: Mapping[str, Any]) -> Task:
        """Return the task of a file.

        Raises:
            ValueError: if it contradicts itself.
        """
        kind, targets, classes = (facts[name] for name in ("kind", "targets", "classes"))
        if kind not in KINDS or (kind == "classes") != (classes is not None):
            raise ValueError(f"a task of the kind {shown(kind)}")
        many = len(targets) != 1 if kind == "classes" else not targets
        if not _is_list_of(targets, str) or many:
            raise ValueError(f"the targets {shown(targets)}")
        if classes is not None and (
            not _is_list_of(classes, str | int | float) or len(set(classes)) < max(2, len(classes))
        ):
            raise ValueError(f"the classes {shown(classes)}")
        return cls(kind, targets, classes)

    @property
    def outputs(self) -> int:
        """The number of a network's outputs: one for two classes."""
        if self.kind == "classes":
            return 1 if len(self.classes or ()) == 2 else len(self.classes or ())
        return len(self.targets)

    @property
    def classifies(self) -> bool:
        """Whether outputs are probabilities."""
        return self.kind in ("classes", "labels")

    @property
    def activation(self) -> str:
        """Of the last layer of a network."""
        if self.kind == "classes":
            return "sigmoid" if self.outputs == 1 else "softmax"
        return {"labels": "sigmoid", "regression": "linear", "counts": "exponential"}[self.kind]

    @property
    def loss(self) -> str:
        """Of a network."""
        if self.kind == "classes" and self.outputs > 1:
            return "sparse_categorical_crossentropy"
        return {"regression": "mse", "counts": "poisson"}.get(self.kind, "binary_crossentropy")

    @property
    def metrics(self) -> list[str]:
        """What `evaluate` computes beside the loss."""
        return {
            "classes": ["accuracy"],
            "labels": ["binary_accuracy"],
            "regression": ["RootMeanSquaredError", "mae"],
            "counts": ["RootMeanSquaredError", "mae"],
        }[self.kind]

    def encode(self, columns: Mapping[str, np.ndarray]) -> np.ndarray:
        """Return the targets of rows for a network: ``(rows,)`` indices of classes, or ``(rows,
        outputs)`` numbers.

        Args:
            columns: arrays of `data.columns.as_column` by name.

        Raises:
            ArgumentError (a ValueError): for a class that is not known, and missing values.
        """
        if self.kind == "classes":
            return self.class_indices(columns[self.targets[0]])
        found = [floats_of(columns[name], f"the target {name!r}") for name in self.targets]
        for name, values in zip(self.targets, found, strict=True):
            _refuse_missing(name, np.isnan(values))
        return np.column_stack(found).astype(np.float32)

    def unit(self, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return what encoded targets are moved and divided by for a network, and its outputs
        multiplied and moved by: numbers have mean 0 and deviation 1 so, counts mean 1, by which the
        Poisson loss changes by a factor alone.

        Args:
            y: the encoded targets.

        Returns:
            The center and the scale, arrays ``(outputs,)``.
        """
        center, scale = np.zeros(self.outputs), np.ones(self.outputs)
        if self.kind == "regression":
            center, scale = y.mean(0, np.float64), y.std(0, np.float64)
        elif self.kind == "counts":
            scale = y.mean(0, np.float64)
        return center, np.where(scale > 0, scale, 1.0)

    def class_indices(self, column: np.ndarray) -> np.ndarray:
        """Return the index of the class of each row.

        Args:
            column: array of `data.columns.as_column`.
        """
        name, texts = self.targets[0], texts_of(column)
        _refuse_missing(name, np.array([text is None for text in texts], bool))
        known = {text: i for i, text in enumerate(self.names)}
        strange = sorted({text for text in texts if text not in known and text is not None})
        if strange:
            raise ArgumentError(
                f"the target {name!r}",
                f"got the classes {listed(strange)}, expected {listed(self.names, 8)}.",
            )
        return np.array([known[text] for text in texts if text is not None], np.int64)

    @property
    def names(self) -> list[str]:
        """The classes as text; of other kinds the targets."""
        if self.classes is None:
            return list(self.targets)
        return [str(name) for name in texts_of(as_column(list(self.classes), "classes"))]


def _is_list_of(value: Any, kind: Any) -> bool:
    return isinstance(value, list | tuple) and all(isinstance(one, kind) for one in value)


def task_of(columns: Mapping[str, np.ndarray], targets: Sequence[str], kind: str | None) -> Task:
    """Find out what is to be predicted.

    Text, true and false, and whole numbers of at most 10 different values are classes. Other whole
    numbers are counts if they begin at 0 or 1 and most of them are small (their mean is above their
    median); other numbers are regression. Several targets are labels if each holds 0 and 1 alone.

    Args:
        columns: arrays of `data.columns.as_column` by name.
        targets: the names of the columns to be predicted.
        kind: one of `KINDS`; None finds it.

    Raises:
        ArgumentError (a ValueError): for targets that are not there, have one value throughout, or
            do not fit the kind.

    >>> task_of({"y": np.array(["no", "yes"], object)}, ["y"], None).classes
    ('no', 'yes')
    >>> task_of({"y": np.array([0.5, 1.5])}, ["y"], None).kind
    'regression'
    """
    if kind is not None and kind not in KINDS:
        raise ArgumentError("task", f"got {shown(kind)}, expected one of {', '.join(KINDS)}.")
    for name in targets:
        if name not in columns:
            raise ArgumentError(
                "target", f"got {name!r}, expected one of the columns {listed(columns, 12)}."
            )
    own = [columns[name] for name in targets]
    if kind is None:
        kind = _kind_of(own)
    if kind == "classes":
        if len(own) > 1:
            raise ArgumentError("target", "got several columns of classes, expected one.")
        classes = _classes_in(own[0])
        if len(classes) < 2:
            raise ArgumentError(
                "target",
                f"the column {targets[0]!r} holds {listed(classes) or 'no value'} throughout, "
                "expected at least two classes.",
            )
        if len(classes) > max(FEW, len(own[0]) / 3):
            raise ArgumentError(
                "target",
                f"the column {targets[0]!r} has {len(classes):,} classes in {len(own[0]):,} rows, "
                "expected several rows of each.",
            )
        return Task(kind, targets, classes)
    for name, column in zip(targets, own, strict=True):
        values = floats_of(column, f"the target {name!r}")
        given = values[~np.isnan(values)]
        if not len(given) or (given == given[0]).all():
            raise ArgumentError("target", f"the column {name!r} has one value throughout.")
        if np.abs(given).max() > LARGEST:
            raise ArgumentError(
                "target",
                f"the column {name!r} goes up to {np.abs(given).max():g}, expected numbers that a "
                "float32 can hold. Divide it by a unit.",
            )
        if kind == "counts" and ((given < 0) | (given % 1 != 0)).any():
            raise ArgumentError(
                "target", f"the column {name!r} is not of counts: expected whole numbers >= 0."
            )
        if kind == "labels" and not set(np.unique(given)) <= {0.0, 1.0}:
            raise ArgumentError("target", f"the label {name!r} holds other values than 0 and 1.")
    return Task(kind, targets)


def _kind_of(columns: Sequence[np.ndarray]) -> str:
    if len(columns) > 1:
        values = [set(texts_of(column)) - {None} for column in columns]
        two = all(found <= {"0", "1"} or found <= {"False", "True"} for found in values)
        return "labels" if two else "regression"
    column = columns[0]
    if column.dtype.kind in "Ob":
        return "classes"
    given = column[~np.isnan(column.astype(float))] if column.dtype.kind != "M" else column
    if column.dtype.kind == "M" or not len(given) or (given % 1 != 0).any():
        return "regression"
    if len(np.unique(given)) <= FEW:
        return "classes"
    return "counts" if 0 <= given.min() <= 1 and np.mean(given) > np.median(given) else "regression"


def _classes_in(column: np.ndarray) -> list[Any]:
    """The different values of a column, sorted."""
    if column.dtype.kind == "O":
        return sorted({text for text in column.tolist() if text is not None})
    if column.dtype.kind == "f":
        found = np.unique(column[~np.isnan(column)])
        return (found.astype(int) if (found % 1 == 0).all() else found).tolist()
    return np.unique(column).tolist()


def _refuse_missing(name: str, missing: np.ndarray) -> None:
    if missing.any():
        raise ArgumentError(
            f"the target {name!r}",
            f"{int(missing.sum())} of {len(missing)} values are missing, the first in row "
            f"{int(missing.argmax())}; expected one for each row. Leave those rows out.",
        )
