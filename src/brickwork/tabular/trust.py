"""`Trust`: the methods of a `Predictor` that say how sure it is, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ..data.notices import listed
from ..errors import ArgumentError, shown
from ..explain import Attributions, Importance, permutation_importance, shap_values
from ..layers.table.layer import columns_of
from ..uncertainty import Threshold
from .scores import first_score
from .subgroups import Subgroup, scores_by
from .task import Task
from .trials import Trials

if TYPE_CHECKING:
    from ..models import Sequential


class Trust:
    """How sure a predictor is, and why it predicts what it does.

    Attributes:
        trials: the `Trials` of its training, by which it knows; None if they are not known.
    """

    model: Sequential
    task: Task
    trials: Trials | None = None

    if TYPE_CHECKING:

        def outputs(self, data: Any) -> np.ndarray: ...

    def predict_interval(self, data: Any, coverage: float = 0.9) -> tuple[np.ndarray, np.ndarray]:
        """Predict between which numbers the target of each row lies (see `uncertainty.Intervals`).

        Args:
            data: a table with the columns that the model takes.
            coverage: float between 0 and 1: in this share of rows the target lies within.

        Returns:
            The lower and the upper ends, arrays ``(rows,)``; of several targets ``(rows,
            targets)``, each of which is covered that often.

        Raises:
            ArgumentError (a ValueError): if classes are predicted.
        """
        trials = self._known("predict_interval")
        low, high = trials.intervals(self.outputs(data), coverage)
        return (low[:, 0], high[:, 0]) if low.shape[1] == 1 else (low, high)

    def predict_set(self, data: Any, coverage: float = 0.9, method: str = "lac") -> list[Any]:
        """Predict among which classes that of each row is (see `uncertainty.Sets`).

        Args:
            data: a table with the columns that the model takes.
            coverage: float between 0 and 1: in this share of rows the class is in the set, or in
                more of them if the most probable class alone is right more often.
            method: "lac" for the smallest sets, or "aps".

        Returns:
            A list of tuples of classes. For several labels a list of dicts, from each label to
            what it may be: ``(False,)``, ``(True,)`` or both; each of them is covered that often.

        Raises:
            ArgumentError (a ValueError): if numbers are predicted.
        """
        held = self._known("predict_set").sets(self.outputs(data), coverage, method)
        if self.task.kind == "labels":
            names = self.task.targets
            return [
                {n: tuple(map(bool, np.flatnonzero(k))) for n, k in zip(names, row, strict=True)}
                for row in held
            ]
        classes = self.task.classes or ()
        return [tuple(classes[k] for k in np.flatnonzero(row)) for row in held]

    def calibrated(self, data: Any) -> np.ndarray:
        """Predict probabilities that are calibrated (see `uncertainty.Temperature`).

        Args:
            data: a table with the columns that the model takes.

        Returns:
            Array ``(rows, classes)``, the classes sorted.

        Raises:
            ArgumentError (a ValueError): if no classes are predicted.
        """
        return self._known("calibrated").temperature(self.outputs(data))

    def threshold(self, costs: Any = None) -> Threshold:
        """Find the probability of the second class from which on it costs least to predict it.

        Args:
            costs: ``[[c₀₀, c₀₁], [c₁₀, c₁₁]]``, the cost of a row of the first index that is called
                the second; None so that the mistakes of each class cost the same in all.

        Returns:
            A `Threshold`; ``predictor.predict_proba(data)[:, 1] >= threshold.value`` decides.

        Raises:
            ArgumentError (a ValueError): for other tasks than two classes.
        """
        return self._known("threshold").threshold(costs)

    def importance(self, data: Any, repeats: int = 10, seed: int = 0) -> Importance:
        """Measure how much the first score gets worse without what each column says.

        Args:
            data: a table with the target, of rows that were not trained on, if possible.
            repeats: int, how often each column is dealt out to other rows.
            seed: int that determines how.

        Returns:
            An `Importance`.

        Raises:
            ArgumentError (a ValueError): without the target.
        """
        columns, y = self.with_target(data, "importance")
        score = first_score(self.task)
        return permutation_importance(self.model, columns, y, score, repeats=repeats, seed=seed)

    def explain(
        self, data: Any, of: Any = None, background: Any = None, **options: Any
    ) -> Attributions:
        """Say what each column adds to the prediction of each row: its SHAP values.

        Args:
            data: a table of the rows, few of them.
            of: of several outputs the class or the target that is meant; of two classes None is
                the second.
            background: a table of rows to compare with; None for 100 of the rows trained on, which
                a file does not hold.
            options: those of `explain.shap_values`.

        Returns:
            `Attributions`, whose values add up to a probability, or a number.

        Raises:
            ArgumentError (a ValueError): for a class that there is not, and None of several.
        """
        if background is None and (self.trials is None or self.trials.background is None):
            raise ArgumentError(
                "Predictor.explain.background",
                "got none, expected a table of some 100 rows to compare with: a saved predictor "
                "does not hold any of the rows that it was trained on.",
            )
        background = self.trials.background if background is None else background
        columns = columns_of(data, "Predictor.explain")
        return shap_values(self.model, columns, background, self._output(of), **options)

    def scores_by(self, data: Any, column: str, seed: int = 0) -> list[Subgroup]:
        """Score the rows of each value of a column by themselves.

        Args:
            data: a table with the target, of rows that were not trained on, if possible.
            column: a column's name, used to predict or not; numbers of more than 10 different
                values are divided into quarters.
            seed: int that determines the draws of rows for intervals.

        Returns:
            A list of `Subgroup`, the largest first.

        Raises:
            ArgumentError (a ValueError): without the target or the column.
        """
        columns, y = self.with_target(data, "scores_by")
        what = "Predictor.scores_by"
        return scores_by(self.task, y, self.outputs(columns), columns, column, seed, what)

    def _known(self, method: str) -> Trials:
        if self.trials is None:
            raise ArgumentError(
                f"Predictor.{method}",
                "the predictions that it would be measured by are not known. brickwork.train and "
                "Predictor.load know them; or give your own to brickwork.uncertainty.",
            )
        return self.trials

    def with_target(self, data: Any, method: str) -> tuple[dict[str, np.ndarray], np.ndarray]:
        """Return the columns of a table, and the encoded targets.

        Args:
            data: a table with the target.
            method: who asks, for messages.

        Raises:
            ArgumentError (a ValueError): without the target.
        """
        columns = columns_of(data, f"Predictor.{method}")
        for name in self.task.targets:
            if name not in columns:
                raise ArgumentError(
                    f"Predictor.{method}", f"got a table without the target {name!r}."
                )
        return columns, self.task.encode(columns)

    def _output(self, of: Any) -> int:
        names = list(self.task.classes or self.task.targets)
        if self.task.outputs == 1 and (of is None or of == names[-1]):
            return 0
        if of not in names or self.task.outputs == 1:
            expected = names[-1:] if self.task.outputs == 1 else names
            raise ArgumentError(
                "Predictor.explain.of", f"got {shown(of)}, expected one of {listed(expected, 12)}."
            )
        return names.index(of)
