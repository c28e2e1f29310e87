"""Figures beside the limits they must not pass, as rows of a table."""

from __future__ import annotations

from typing import NamedTuple

from harness import ENTRIES
from jobs import JOBS

STEP_LIMITS = {  # brickwork's step over the job's floor
    "tutorial": 1.5, "pima": 1.5, "digits": 1.35, "regression": 1.25, "tabular": 1.25,
    "mnist": 1.08, "wide": 1.08,
}  # fmt: skip
MODES = {"long": "one long epoch", "short": "many short epochs"}


class Target(NamedTuple):
    """A figure, and the most it may be; None as a limit means that it is only told."""

    what: str
    value: float | None  # None: not measured, and said so
    limit: float | None
    unit: str

    @property
    def verdict(self) -> str:
        """What the table says."""
        if self.limit is None:
            return ""
        if self.value is None:
            return "NOT MEASURED"
        return "met" if self.value <= self.limit else "NOT MET"


def number(value: float) -> str:
    """Three significant digits, without an exponent."""
    if value == 0 or abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.2f}" if abs(value) < 10 else f"{value:.1f}"


def cells(target: Target) -> tuple[str, str, str, str]:
    """A row: what, measured, at most, verdict."""
    unit = " " + target.unit if target.unit else ""
    limit = "" if target.limit is None else number(target.limit) + unit
    value = "" if target.value is None else number(target.value) + unit
    return target.what, value, limit, target.verdict


def as_text(targets: list[Target]) -> str:
    """Columns for a terminal."""
    rows = [("", "measured", "at most", ""), *map(cells, targets)]
    widths = [max(len(row[i]) for row in rows) for i in range(4)]
    return "\n".join(
        f"{a:<{widths[0]}}  {b:>{widths[1]}}  {c:>{widths[2]}}  {d}".rstrip() for a, b, c, d in rows
    )


def floor_of(table: dict, mode: str) -> tuple[float, str] | None:
    """The lower of a job's floors, and which one it is."""
    found = [(table[name][mode]["us"], name) for name in ("specialised", "gemm") if name in table]
    return min(found) if found else None


def best_peer(table: dict, mode: str) -> tuple[float, str] | None:
    """The fastest library beside brickwork whose losses agree."""
    peers = [
        (row[mode]["us"], name)
        for name, row in table.items()
        if ENTRIES[name].kind == "peer" and row.get("agrees", True)
    ]
    return min(peers) if peers else None


def job_targets(results: dict) -> list[Target]:
    """Steps against the floor and the best peer, and predicting against the best peer."""
    found = []
    for job, table in results["jobs"].items():
        own = table.get("brickwork")
        if own is None:
            continue
        for mode, words in MODES.items():
            floor, peer = floor_of(table, mode), best_peer(table, mode)
            step = own[mode]["us"] if own.get("agrees", True) else float("inf")
            if floor:
                what = f"{job}, {words}: step / floor ({floor[1]})"
                found.append(Target(what, step / floor[0], STEP_LIMITS[job], "x"))
            if peer:
                what = f"{job}, {words}: step / best peer ({peer[1]})"
                found.append(Target(what, step / peer[0], 1.0, "x"))
        found += predict_targets(job, table)
    return found


def predict_targets(job: str, table: dict) -> list[Target]:
    """Time to predict many rows over that of the fastest peer."""
    rates = [
        (row["predict_rows_per_s"], name)
        for name, row in table.items()
        if ENTRIES[name].kind == "peer" and "predict_rows_per_s" in row
    ]
    if not rates or "predict_rows_per_s" not in table["brickwork"]:
        return []
    best, name = max(rates)
    ratio = best / table["brickwork"]["predict_rows_per_s"]
    return [Target(f"{job}, predicting many rows: time / best peer ({name})", ratio, 1.0, "x")]


if set(STEP_LIMITS) != set(JOBS):
    raise AssertionError("every job has its limit, and only jobs have one")
