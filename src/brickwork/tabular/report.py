"""`Report`: what was found out about a predictor, as text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from os import PathLike

import numpy as np

from ..data.notices import listed
from ..errors import ArgumentError
from ..layers import Table
from ..program.records import Record
from .page import page
from .scores import Score
from .subgroups import Subgroup, scores_by
from .task import Task
from .words import Said


class Baseline(Record):
    """A simple predictor to compare with.

    Args:
        name: what it is.
        scores: its scores on the held-out rows.
        worse: share of draws of these rows in which it was worse.
    """

    __slots__ = ("name", "scores", "worse")

    def __init__(self, name: Said, scores: list[Score], worse: float):
        self.name = name
        self.scores = scores
        self.worse = worse


class Report(Record):
    """What was found out about a predictor.

    Args:
        task: what it predicts.
        rows: the numbers of rows trained on and held out.
        aside: the columns of the latter.
        split: how the latter were chosen.
        y: the encoded targets of the held-out rows.
        outputs: what was predicted for them, ``(rows, outputs)``.
        scores: the scores on them.
        baselines: the same for simple predictors.
        table: the columns of the final model.
        notes: what looks like a leak.
        seconds: how long all of it took.
        curves: for each network the losses of its epochs, in training and in validation.
        networks: the number of networks whose mean predicts.
        picture: one of them as bricks, SVG; "" for none.
        importance: name, importance and standard deviation of each column; empty for none.

    >>> import brickwork
    >>> data = {"x": list(range(40)), "y": [0, 1] * 20}
    >>> report = brickwork.train(data, "y", quality="fast").report
    >>> report.rows, report.lines()[0]
    ((32, 8), "Target: 'y' (2 classes: '0', '1')")
    """

    __slots__ = (
        "aside", "baselines", "curves", "importance", "networks", "notes", "outputs", "picture",
        "rows", "scores", "seconds", "split", "table", "task", "y",
    )  # fmt: skip

    def __init__(
        self,
        task: Task,
        rows: tuple[int, int],
        aside: Mapping[str, np.ndarray],
        split: Said,
        y: np.ndarray,
        outputs: np.ndarray,
        scores: list[Score],
        baselines: list[Baseline],
        table: Table,
        notes: list[Said],
        seconds: float,
        curves: Sequence[tuple[Sequence[float], Sequence[float]]] = (),
        networks: int = 1,
        picture: str = "",
        importance: Sequence[tuple[str, float, float]] = (),
    ):
        self.task = task
        self.rows = rows
        self.aside = aside
        self.split = split
        self.y = y
        self.outputs = outputs
        self.scores = scores
        self.baselines = baselines
        self.table = table
        self.notes = notes
        self.seconds = seconds
        self.curves = curves
        self.networks = networks
        self.picture = picture
        self.importance = importance

    def __repr__(self) -> str:
        return f"<Report of {listed(self.task.targets)}: {self.scores[0]}>"

    def __str__(self) -> str:
        return "\n".join(self.lines())

    def html(self, language: str | None = None) -> str:
        """Return the report as a page: scores, curves, what is taken for what, columns, bricks.

        Args:
            language: "en" or "ko", which is shown first; None (default): the browser's.

        Returns:
            HTML that needs nothing else, no network either.

        Raises:
            ArgumentError (a ValueError): for another language.
        """
        if language not in (None, "en", "ko"):
            raise ArgumentError("Report.html.language", f"got {language!r}, expected 'en' or 'ko'.")
        return page(self, language)

    def save(self, path: str | PathLike, language: str | None = None) -> None:
        """Write the report as a page.

        Args:
            path: name of the file, ``report.html``.
            language: as for `html`.

        Raises:
            OSError: if it cannot be written.
        """
        with open(path, "w", encoding="utf-8", errors="replace") as file:
            file.write(self.html(language))

    def _repr_html_(self) -> str:
        text = escape("\n".join(self.lines()))
        return f'<pre style="white-space: pre-wrap">{text}</pre>'

    def scores_by(self, column: str, seed: int = 0) -> list[Subgroup]:
        """Score the held-out rows of each value of a column by themselves.

        Args:
            column: a column's name, used to predict or not; numbers of more than 10 different
                values are divided into quarters.
            seed: int that determines the draws of rows for intervals.

        Returns:
            A list of `Subgroup`, the largest first.

        Raises:
            ArgumentError (a ValueError): for a column that there is not.
        """
        what = "Report.scores_by"
        return scores_by(self.task, self.y, self.outputs, self.aside, column, seed, what)

    def lines(self) -> list[str]:
        """Return the report as lines of text.

        Returns:
            A list of str.
        """
        trained, aside = self.rows
        return [
            f"Target: {listed(self.task.targets)} ({self.kind})",
            f"Columns: {len(self.table.columns)} used, as {len(self.table.features)} features"
            + "".join(f"; {name!r} left out: {why}" for name, why in self.table.left_out.items()),
            f"Scores on {aside:,} rows that were held out, {self.split}, trained on the other "
            f"{trained:,}; in brackets, 95 % of samples of such rows:",
            "",
            *self._scores(),
            "",
            str(self.verdict),
            *self._importance(),
            *(f"{'Note' if note.key == 'order' else 'Warning'}: {note}" for note in self.notes),
            f"The saved model is trained on all {trained + aside:,} rows. {self.seconds:.1f} s",
        ]

    @property
    def kind(self) -> Said:
        """What is predicted."""
        names = self.task.names
        return Said(self.task.kind, count=len(names), names=names)

    def _importance(self) -> list[str]:
        ranked = sorted(self.importance, key=lambda one: -one[1])
        names = [name for name, value, _ in ranked[:5] if value > 0]
        return [f"Most important columns: {listed(names)}"] if names else []

    def _scores(self) -> list[str]:
        rows = [["", *(one.name for one in self.scores)]]
        rows += [["this model", *map(_cell, self.scores)]]
        rows += [[str(other.name), *map(_cell, other.scores)] for other in self.baselines]
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        return [
            "  "
            + "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
            for row in rows
        ]

    @property
    def verdict(self) -> Said:
        """What the comparison with the baselines says."""
        best = min(self.baselines, key=lambda other: other.worse)
        worst = "no better than linear" if best.name.key == "linear" else "not better"
        key = "better" if best.worse >= 0.95 else "maybe better" if best.worse > 0.5 else worst
        return Said(key, score=self.scores[0].name, name=best.name, share=f"{best.worse:.0%}")


def _cell(score: Score) -> str:
    return f"{score.value:.4g} ({score.low:.3g} to {score.high:.3g})"
