"""What the networks predicted for rows that they were not trained on: what one can be sure by."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any

import numpy as np

from ..errors import ArgumentError
from ..program.records import replaced
from ..uncertainty import Intervals, Sets, Temperature, Threshold, pick_threshold
from ..uncertainty.calibration import LEAST
from .scores import full_probabilities, log_losses
from .task import Task

#: The most rows that are kept. Coverage is off by 1 / (rows + 1) at most, and varies by 0.3 %.
MOST = 10_000
#: The number of rows that single predictions are compared with.
BACKGROUND = 100


class Trials:
    """Rows with their targets, and what was predicted for them by networks that did not know them.

    Each row of the table is held out by some of a predictor's networks; their mean is the trial.
    Barber et al., "Predictive Inference with the Jackknife+", arXiv:1905.02928, and Kim, Xu,
    Barber, "Predictive Inference Is Free with the Jackknife+-after-Bootstrap", arXiv:2002.09025,
    build intervals of such trials. Here they surround the mean of all networks, which is nearer to
    the truth than a trial; docs/trust.md has the coverage that was measured.

    Args:
        task: what is predicted.
        y: the encoded targets.
        outputs: ``(rows, outputs)``, in the targets' units.
        background: some rows to compare with, by the name of the column; None if these are not
            known.
    """

    def __init__(
        self,
        task: Task,
        y: np.ndarray,
        outputs: np.ndarray,
        background: Mapping[str, np.ndarray] | None = None,
    ):
        self.task = task
        self.y = y
        self.outputs = outputs
        self.background = background

    @classmethod
    def of(
        cls,
        task: Task,
        y: np.ndarray,
        outputs: np.ndarray,
        columns: Mapping[str, np.ndarray],
        share: np.ndarray | float = 0.0,
        seed: int = 0,
    ) -> Trials:
        """Return trials of some of the rows.

        Args:
            task: what is predicted.
            y: the encoded targets.
            outputs: ``(rows, outputs)``, in the targets' units; rows of NaN are left out.
            columns: the rows.
            share: by what share the loss of `outputs` is lower than that of the predictions for new
                rows: of each number, or of the class. They are moved away from the truth by so
                much; a share < 0 moves them towards it.
            seed: int that determines which rows are kept, if there are many.
        """
        rng = np.random.Generator(np.random.Philox(seed))
        rows = np.flatnonzero(~np.isnan(outputs).any(1))
        if len(rows) > MOST:
            rows = np.sort(rng.choice(rows, MOST, replace=False))
        some = rng.permutation(len(next(iter(columns.values()))))[:BACKGROUND]
        moved = _moved(task, y[rows], np.asarray(outputs[rows], np.float64), share)
        # In the dtype of the model's own outputs, and of a file.
        return cls(
            task,
            y[rows],
            moved.astype(np.float32),
            {name: column[some] for name, column in columns.items()},
        )

    def facts(self) -> dict[str, Any]:
        """Return what a file holds: no row of the table but its targets."""
        dtype = np.int32 if self.task.kind == "classes" else np.float32
        return {"targets": self.y.astype(dtype), "outputs": self.outputs}

    @classmethod
    def from_facts(cls, task: Task, facts: Mapping[str, Any]) -> Trials:
        """Return the trials of a file.

        Raises:
            ValueError: if they contradict the task.
        """
        y, outputs = (np.asarray(facts[name]) for name in ("targets", "outputs"))
        shape = (len(outputs),) if task.kind == "classes" else (len(outputs), task.outputs)
        if outputs.shape != (len(outputs), task.outputs) or y.shape != shape:
            raise ValueError(f"targets {y.shape} and outputs {outputs.shape} of {task.kind}")
        if not len(y) or not (np.isfinite(outputs).all() and np.isfinite(y).all()):
            raise ValueError("no rows, or NaN among them")
        if task.classifies and (outputs.min() < 0 or outputs.max() > 1):
            raise ValueError("outputs that are no probabilities")
        if task.kind == "classes" and not (0 <= y.min() and y.max() < len(task.classes or ())):
            raise ValueError("targets that are no indices of classes")
        return cls(task, y, outputs)

    @cached_property
    def temperature(self) -> Temperature:
        """How much too sure the networks are."""
        return Temperature(self.y, self._probabilities("calibrated probabilities"))

    def intervals(self, outputs: np.ndarray, coverage: float) -> tuple[np.ndarray, np.ndarray]:
        """Return the ends of intervals ``(rows, outputs)``.

        Args:
            outputs: ``(rows, outputs)``, what is predicted for new rows.
            coverage: float between 0 and 1.

        Raises:
            ArgumentError (a ValueError): if no numbers are predicted.
        """
        if self.task.classifies:
            raise ArgumentError(
                "Predictor.predict_interval",
                f"got {self.task.kind}, expected numbers; predict_set is for classes.",
            )
        ends = []
        for k in range(outputs.shape[1]):
            known, new = self.outputs[:, k], outputs[:, k]
            if self.task.kind == "counts":  # they vary by the root of their mean, and more
                intervals = Intervals(self.y[:, k], known, _root(known))
                low, high = intervals.around(new, coverage, _root(new))
                # Whole numbers at the ends hold the same counts; at least one is within.
                low = np.maximum(np.ceil(low), 0)
                ends.append((low, np.maximum(np.floor(high), low)))
            else:
                ends.append(Intervals(self.y[:, k], known).around(new, coverage))
        return np.column_stack([low for low, _ in ends]), np.column_stack([hi for _, hi in ends])

    def sets(self, outputs: np.ndarray, coverage: float, method: str) -> np.ndarray:
        """Return the classes in each row's set, ``(rows, classes)`` of bool; of several labels
        ``(rows, labels, 2)``, for each whether it may be False, and True.

        Args:
            outputs: ``(rows, outputs)``, what is predicted for new rows.
            coverage: float between 0 and 1.
            method: of `uncertainty.Sets`.

        Raises:
            ArgumentError (a ValueError): if neither classes nor labels are predicted.
        """
        if self.task.kind == "labels":  # each is two classes
            every = zip(self.y.T.astype(int), self.outputs.T, outputs.T, strict=True)
            return np.stack([Sets(y, p, method).of(new, coverage) for y, p, new in every], axis=1)
        sets = Sets(self.y, self._probabilities("Predictor.predict_set"), method)
        return sets.of(full_probabilities(outputs), coverage)

    def threshold(self, costs: object) -> Threshold:
        """Return the threshold of the lowest cost.

        Args:
            costs: see `uncertainty.pick_threshold`.

        Raises:
            ArgumentError (a ValueError): for other tasks than two classes.
        """
        found = pick_threshold(self.y, self._probabilities("Predictor.threshold"), costs)
        return replaced(found, names=self.task.names)

    def _probabilities(self, what: str) -> np.ndarray:
        if self.task.kind != "classes":
            raise ArgumentError(what, f"got {self.task.kind}, expected classes.")
        return full_probabilities(self.outputs)


def losses(task: Task, y: np.ndarray, outputs: np.ndarray) -> np.ndarray:
    """Return the mean loss of outputs, as `Trials` understands it.

    Args:
        task: what is predicted.
        y: the encoded targets.
        outputs: ``(rows, outputs)``.

    Returns:
        Of numbers the mean squares of residuals ``(outputs,)`` (of counts these are nearly the
        deviance); of classes the log loss ``(1,)``.
    """
    if task.kind == "classes":
        return log_losses(y, outputs).mean(keepdims=True)
    return ((y - outputs) ** 2).mean(0)


def _moved(task: Task, y: np.ndarray, outputs: np.ndarray, share: np.ndarray | float) -> np.ndarray:
    """Outputs whose losses are larger by a share."""
    if task.kind == "labels":
        return outputs
    if task.kind == "classes":
        p, rows = full_probabilities(outputs), np.arange(len(y))
        before = np.clip(p[rows, y], LEAST, 1 - LEAST)
        own = before ** (1 + share)
        moved = p * ((1 - own) / (1 - before))[:, None]
        moved[rows, y] = own
        return moved[:, 1:] if outputs.shape[1] == 1 else moved
    moved = y + np.sqrt(1 + share) * (outputs - y)
    return np.maximum(moved, 0) if task.kind == "counts" else moved


def _root(mean: np.ndarray) -> np.ndarray:
    return np.sqrt(np.maximum(mean, 0.1))
