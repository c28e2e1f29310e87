"""`Report`: what was found out about a predictor, as text."""

from __future__ import annotations

import numpy as np

from ..data.notices import listed
from ..layers import Table
from ..program.records import Record
from .scores import Score
from .task import Task


class Baseline(Record):
    """A simple predictor to compare with.

    Args:
        name: what it is.
        scores: its scores on the held-out rows.
        worse: share of draws of these rows in which it was worse.
    """

    __slots__ = ("name", "scores", "worse")

    def __init__(self, name: str, scores: list[Score], worse: float):
        self.name = name
        self.scores = scores
        self.worse = worse


class Report(Record):
    """What was found out about a predictor.

    Args:
        task: what it predicts.
        quality: the name of its recipe.
        rows: the numbers of rows trained on and held out.
        split: how the latter were chosen.
        y: the encoded targets of the held-out rows.
        outputs: what was predicted for them, ``(rows, outputs)``.
        scores: the scores on them.
        baselines: the same for simple predictors.
        table: the columns of the final model.
        notes: what looks like a leak.
        seconds: how long all of it took.

    >>> import brickwork
    >>> data = {"x": list(range(40)), "y": [0, 1] * 20}
    >>> report = brickwork.train(data, "y", quality="fast").report
    >>> report.rows, report.lines()[0]
    ((32, 8), "Target: 'y' (2 classes: '0', '1')")
    """

    __slots__ = (
        "baselines", "notes", "outputs", "quality", "rows", "scores", "seconds", "split", "table",
        "task", "y",
    )  # fmt: skip

    def __init__(
        self,
        task: Task,
        quality: str,
        rows: tuple[int, int],
        split: str,
        y: np.ndarray,
        outputs: np.ndarray,
        scores: list[Score],
        baselines: list[Baseline],
        table: Table,
        notes: list[str],
        seconds: float,
    ):
        self.task = task
        self.quality = quality
        self.rows = rows
        self.split = split
        self.y = y
        self.outputs = outputs
        self.scores = scores
        self.baselines = baselines
        self.table = table
        self.notes = notes
        self.seconds = seconds

    def __str__(self) -> str:
        return "\n".join(self.lines())

    def lines(self) -> list[str]:
        """Return the report as lines of text.

        Returns:
            A list of str.
        """
        trained, aside = self.rows
        return [
            f"Target: {listed(self.task.targets)} ({self._task()})",
            f"Columns: {len(self.table.columns)} used, as {len(self.table.features)} features"
            + "".join(f"; {name!r} left out: {why}" for name, why in self.table.left_out.items()),
            f"Scores on {aside:,} rows that were held out, {self.split}, trained on the other "
            f"{trained:,}; in brackets, 95 % of samples of such rows:",
            "",
            *self._scores(),
            "",
            *self._verdict(),
            *(f"Warning: {note}" for note in self.notes),
            f"The saved model is trained on all {trained + aside:,} rows. {self.seconds:.1f} s",
        ]

    def _task(self) -> str:
        task = self.task
        if task.kind == "classes":
            return f"{len(task.names)} classes: {listed(task.names)}"
        return {"labels": "several labels", "counts": "counts"}.get(task.kind, "numbers")

    def _scores(self) -> list[str]:
        heads = ["", *(one.name for one in self.scores)]
        rows = [["this model", *map(_cell, self.scores)]]
        rows += [[other.name, *map(_cell, other.scores)] for other in self.baselines]
        widths = [max(len(row[i]) for row in [heads, *rows]) for i in range(len(heads))]
        return [
            "  "
            + "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
            for row in [heads, *rows]
        ]

    def _verdict(self) -> list[str]:
        """What the comparison says, in a sentence."""
        name = self.scores[0].name
        worst = min(self.baselines, key=lambda other: other.worse)
        if worst.worse >= 0.95:
            return [
                f"Better than both baselines by {name}, in {worst.worse:.0%} of samples or more."
            ]
        if worst.worse > 0.5:
            return [
                f"By {name} better than {worst.name!r} in {worst.worse:.0%} of samples only: the "
                "difference may be chance."
            ]
        return [
            f"NOT better than {worst.name!r} by {name}: the columns say little about the target, "
            "the rows are few, or the target is that simple."
        ]


def _cell(score: Score) -> str:
    return f"{score.value:.4g} ({score.low:.3g} to {score.high:.3g})"
