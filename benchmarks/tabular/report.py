"""tables.md: what was run, as tables."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np

from .methods import METHODS, settings_of
from .protocol import half_of, ranks_of, scores_of

Line = dict[str, Any]


def lines_of(path: Path) -> list[Line]:
    """The results of a file, none if it is not there."""
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


def rows_in(path: Path) -> int:
    """The number of rows of a table's file."""
    return len(next(iter(json.loads(path.read_text())["columns"].values())))


def key_of(line: Line) -> tuple:
    """What is not run twice. A recipe's settings are part of it, a package's version is not."""
    own = line.get("settings", "") if line["method"].startswith("brickwork") else ""
    return line["table"], line["fold"], line["method"], own


class Arena:
    """Losses of methods on the cells (a table and a fold) that all of them have run.

    Args:
        lines: results.
        methods: which methods; a cell that one of them lacks does not count.
    """

    def __init__(self, lines: Iterable[Line], methods: list[str]):
        self.methods = methods
        cells: dict[tuple[str, int], dict[str, Line]] = {}
        for line in lines:
            if line["method"] in methods:
                cells.setdefault((line["table"], line["fold"]), {})[line["method"]] = line
        self.cells = {key: own for key, own in cells.items() if len(own) == len(methods)}
        self.tables = sorted({name for name, _ in self.cells})
        self.losses = self._means("loss")
        self.constant = np.nanmean(self._means("constant"), 1) if self.tables else np.zeros(0)
        self.scores = scores_of(self.losses, self.constant)
        self.ranks = ranks_of(self.losses)
        self.seconds = self._means("cpu")

    def _means(self, what: str) -> np.ndarray:
        """``(tables, methods)``; NaN where a method failed in a fold."""
        found = np.full((len(self.tables), len(self.methods)), np.nan)
        for i, name in enumerate(self.tables):
            own = [lines for key, lines in self.cells.items() if key[0] == name]
            for j, method in enumerate(self.methods):
                found[i, j] = np.mean([lines[method].get(what, np.nan) for lines in own])
        return found

    def failed(self, method: str) -> int:
        """On how many tables a method failed."""
        return int(np.isnan(self.losses[:, self.methods.index(method)]).sum())


def summary(arena: Arena, beside: str | None = None) -> list[str]:
    """A row for each method, the best first: score, rank, seconds, and how often `beside` won."""
    order = np.argsort(-arena.scores.mean(0), kind="stable")
    head = ["method", "mean score", "mean rank", "tables won", "s a fit"]
    if beside:
        head.append(f"{beside} has the lower loss on")
    rows = []
    for j in order:
        row = [
            arena.methods[j],
            f"{arena.scores[:, j].mean():.3f}",
            f"{arena.ranks[:, j].mean():.2f}",
            str(int((arena.ranks[:, j] == 1).sum())),
            f"{np.nanmean(arena.seconds[:, j]):.2f}",
        ]
        if beside:
            own = arena.losses[:, arena.methods.index(beside)]
            other = np.where(np.isnan(arena.losses[:, j]), np.inf, arena.losses[:, j])
            same = arena.methods[j] == beside
            row.append("" if same else f"{int((own < other).sum())} of {len(own)}")
        rows.append(row)
    return grid(head, rows)


def by_table(arena: Arena) -> list[str]:
    """The scores of each table."""
    rows = []
    for i, name in enumerate(arena.tables):
        scores = [f"{score:.3f}" for score in arena.scores[i]]
        best = int(np.nanargmin(arena.losses[i]))
        scores[best] = f"**{scores[best]}**"
        rows.append([name, *scores])
    return grid(["table", *arena.methods], rows)


def lost(arena: Arena, method: str) -> list[str]:
    """The tables on which other methods are better, the widest gap first."""
    own = arena.methods.index(method)
    found = [
        (arena.scores[i, own], f"{name} ({arena.methods[best]}; {arena.scores[i, own]:.3f})")
        for i, name in enumerate(arena.tables)
        if (best := int(np.nanargmin(arena.losses[i]))) != own
    ]
    words = ", ".join(text for _, text in sorted(found))
    return [f"Where another method is better than {method}: {words or 'nowhere'}.", ""]


def grid(head: list[str], rows: list[list[str]]) -> list[str]:
    """A table of Markdown, its first column left, the others right."""
    lines = ["| " + " | ".join(row) + " |" for row in (head, *rows)]
    return [lines[0], "|---|" + "---:|" * (len(head) - 1), *lines[1:], ""]


def current(lines: Iterable[Line]) -> list[Line]:
    """Without recipes of one's own, and without results of recipes as they no longer are."""
    now = {m: settings_of(m) for m in METHODS if m.startswith("brickwork")}
    return [
        line
        for line in lines
        if line["method"] in METHODS and now.get(line["method"]) in (None, line.get("settings"))
    ]


def folds_in(arena: Arena) -> str:
    """How much was run."""
    count = {name: sum(key[0] == name for key in arena.cells) for name in arena.tables}
    low, high = min(count.values()), max(count.values())
    folds = f"{low} to {high} folds" if low < high else f"{low} fold{'s' * (low > 1)}"
    return f"{len(arena.tables)} tables, {folds} of each"


def markdown(lines: list[Line]) -> str:
    """The whole page."""
    lines = current(lines)
    page = [
        "# Recipes for tables beside their peers",
        "",
        "Made by `python benchmarks/tables.py`. The protocol, written before any recipe was tuned, "
        "stands in [tabular/protocol.py](tabular/protocol.py), the tables in "
        "[tabular/catalogue.py](tabular/catalogue.py), every result in tables.jsonl. Each method "
        "has its defaults and one thread; seconds are the processor's, to train and to predict.",
        "",
    ]
    titles = {
        "judged": "Judged: half of the tables, by a hash of the name; results on them influenced "
        "two defaults, see README.md",
        "chosen": "The tables that defaults were chosen on: flattering, for comparison",
    }
    for half, title in titles.items():
        own = [line for line in lines if half_of(line["table"]) == half]
        page += [f"## {title}", "", *_sections(own)]
    return "\n".join(page).rstrip() + "\n"


def _sections(lines: list[Line]) -> list[str]:
    """First the methods that have run all cells; then, on fewer cells, each of the slower ones."""
    counts = {m: sum(line["method"] == m for line in lines) for m in METHODS}
    most = max(counts.values(), default=0)
    if not most:
        return ["No result is kept.", ""]
    main = [m for m in METHODS if counts[m] > 0.8 * most]
    arena = Arena(lines, main)
    beside = "brickwork default" if "brickwork default" in main else None
    left_out = sorted({line["table"] for line in lines} - set(arena.tables))
    words = f" Not run by all of them, and left out: {', '.join(left_out)}." if left_out else ""
    page = [f"{folds_in(arena)}.{words}", "", *summary(arena, beside)]
    page += lost(arena, beside) if beside else []
    page += ["Scores by table, the lowest loss in bold:", "", *by_table(arena)]
    for method in (m for m in METHODS if 0 < counts[m] <= 0.8 * most):
        part = Arena(lines, [*main, method])
        if part.tables:
            page += [f"With {method}, {folds_in(part)}:", "", *summary(part, beside)]
    errors = [line for line in lines if "error" in line]
    if errors:
        page += ["Failed:", ""]
        page += [f"- {e['method']} on {e['table']}, fold {e['fold']}: {e['error']}" for e in errors]
        page.append("")
    return page
