"""Jobs: a wall and the rows that it is to be trained on, checked and ready for `fit`."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ..errors import ArgumentError
from ..models import Sequential
from . import values
from .limits import Limits
from .walls import floats, model_of, training_of

#: Bytes for each weight of a training: itself, its gradient, the optimizer's moments, a copy.
_PER_WEIGHT = 20


class Job(NamedTuple):
    """What `fit` needs.

    Attributes:
        wall: the wall.
        model: its model, compiled.
        batch_size: rows per step.
        x, y: rows, and their targets: ``(rows, inputs)`` and ``(rows, 1)`` or one-hot.
        valid: the same of the validation, or None.
    """

    wall: dict
    model: Sequential
    batch_size: int
    x: np.ndarray
    y: np.ndarray
    valid: tuple[np.ndarray, np.ndarray] | None


def job_of(value: object, limits: Limits) -> Job:
    """Return the job that a page sends.

    Args:
        value: wall and rows: `Job` of ``studio/src/engine/protocol.ts``.
        limits: how large it may be.

    Raises:
        ArgumentError: for what cannot be trained, or is too large.
    """
    value = values.mapping(value, "job", ("wall", "training", "validation"))
    wall = values.mapping(value.get("wall"), "wall")
    model = model_of(wall, limits)
    batch_size, _ = training_of(wall, limits)
    x, y = _rows(value.get("training"), "training", model, wall, limits)
    given = value.get("validation")
    valid = None if given is None else _rows(given, "validation", model, wall, limits)
    arrays = (x, y, *(valid or ()))
    outputs = sum(layer.output_shape[-1] for layer in model.layers)
    needed = _PER_WEIGHT * model.count_params() + 16 * min(batch_size, len(x)) * outputs
    needed += 2 * sum(array.nbytes for array in arrays)
    if needed > limits.memory:
        raise ArgumentError(
            "job",
            f"would take some {needed / 2**30:.1f} GiB of memory, and {limits.memory / 2**30:.1f} "
            "are allowed here. Make the wall, the batches or the table smaller.",
        )
    return Job(wall, model, batch_size, x, y, valid)


def _rows(
    value: object, what: str, model: Sequential, wall: dict, limits: Limits
) -> tuple[np.ndarray, np.ndarray]:
    value = values.mapping(value, what, ("rows", "x", "inputs", "y"))
    rows = values.whole(value.get("rows"), f"{what}.rows", 1, limits.rows)
    inputs = model.input_shape[-1]
    if value.get("inputs") != inputs:
        raise ArgumentError(
            f"{what}.inputs", f"got {value.get('inputs')!r:.60}, expected the wall's {inputs}."
        )
    x = floats(value.get("x"), f"{what}.x", rows * inputs).reshape(rows, inputs)
    y = floats(value.get("y"), f"{what}.y", rows).reshape(rows, 1)
    if wall["loss"] == "categorical_crossentropy":
        y = _one_hot(y, model.output_shape[-1], f"{what}.y")
    return x, y


def _one_hot(y: np.ndarray, classes: int, what: str) -> np.ndarray:
    """The targets of Keras's `categorical_crossentropy`; the page sends indices of classes."""
    if (y != np.floor(y)).any() or y.min() < 0 or y.max() >= classes:
        raise ArgumentError(
            what, f"got {y.min():g} to {y.max():g}, expected classes 0 to {classes - 1}."
        )
    targets = np.zeros((len(y), classes), "float32")
    targets[np.arange(len(y)), y[:, 0].astype(int)] = 1
    return targets
