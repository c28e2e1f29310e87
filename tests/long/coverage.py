"""How often intervals and sets of a `Predictor` hold the truth, over many tables.

    python tests/long/coverage.py [SPLITS] [KIND ...]      (make coverage)

Each table of a kind is drawn anew: 400 rows to train on, 2,000 to look at. Prints, for each kind
and coverage that was asked for, the coverage over all tables, its standard error, and the standard
deviation of that of one table; all kinds together go into docs/coverage.json.
"""

import json
import sys
from pathlib import Path

import numpy as np

from brickwork.tabular.predictor import train
from brickwork.tabular.task import Task

ROWS, NEW = 400, 2000
NUMBERS = Task("regression", ["y"])
TASKS = {
    "even": NUMBERS,
    "uneven": NUMBERS,
    "counts": Task("counts", ["y"]),
    "two": Task("classes", ["y"], ["no", "yes"]),
    "four": Task("classes", ["y"], list("abcd")),
    "labels": Task("labels", ["y", "z"]),
}


def table(kind: str, rng, rows: int):
    """Columns, and encoded targets."""
    a, b = rng.normal(size=(2, rows))
    c = rng.integers(0, 3, rows)
    f = a + np.sin(2 * b) + (c == 0)
    columns = {"a": a, "b": b, "c": np.array(["u", "v", "w"], object)[c]}
    if kind == "two":
        return columns, (f + rng.logistic(size=rows) > 0.5).astype(int)
    if kind == "four":
        z = np.column_stack([f, a - b, b, 0 * a])
        return columns, (z + rng.gumbel(size=z.shape)).argmax(1)
    if kind == "labels":
        sums = np.column_stack([f, a - b])
        return columns, (sums + rng.logistic(size=sums.shape) > 0.5).astype(np.float32)
    y = {
        "even": lambda: f + 0.7 * rng.normal(size=rows),
        "uneven": lambda: np.exp(f / 2) * (1 + 0.5 * rng.normal(size=rows)),
        "counts": lambda: rng.poisson(np.exp(f / 2)),
    }[kind]()
    return columns, y[:, None].astype(np.float32)


def covered(kind: str, seed: int, quality: str, coverages) -> dict[str, float]:
    """The share of new rows that are covered, by a predictor of one table."""
    rng, task = np.random.default_rng(seed), TASKS[kind]
    columns, y = table(kind, rng, ROWS)
    new, truth = table(kind, rng, NEW)
    if kind == "labels":
        columns |= dict(zip(task.targets, y.T.astype(bool), strict=True))
    else:
        columns["y"] = np.array(task.classes, object)[y] if task.classes else y[:, 0]
    predictor = train(columns, task.targets, task=task.kind, quality=quality, seed=seed)
    outputs, trials, found = predictor.outputs(new), predictor.trials, {}
    for coverage in coverages:
        if task.classifies:
            for method in ("aps", "lac"):
                held = trials.sets(outputs, coverage, method)
                if kind == "labels":
                    inside = np.take_along_axis(held, truth[..., None].astype(int), 2)
                else:
                    inside = held[np.arange(NEW), truth]
                found[f"{coverage} {method}"] = float(inside.mean())
        else:
            low, high = trials.intervals(outputs, coverage)
            found[f"{coverage}"] = float(((low <= truth) & (truth <= high)).mean())
    return found


def figures(
    splits: int = 200, kinds=tuple(TASKS), quality: str = "default", coverages=(0.8, 0.9, 0.95)
) -> dict:
    """For each kind and coverage its mean, standard error and standard deviation."""
    found = {}
    for kind in kinds:
        rows = [covered(kind, seed, quality, coverages) for seed in range(splits)]
        for asked in rows[0]:
            values = np.array([row[asked] for row in rows])
            found[f"{kind} {asked}"] = [
                round(float(value), 4)
                for value in (values.mean(), values.std() / np.sqrt(splits), values.std())
            ]
        print(json.dumps({k: v for k, v in found.items() if k.startswith(kind)}), flush=True)
    return found


if __name__ == "__main__":
    splits, kinds = int((sys.argv[1:] or [200])[0]), sys.argv[2:] or tuple(TASKS)
    found = figures(splits, kinds)
    if not sys.argv[2:]:
        keep = Path(__file__).resolve().parents[2] / "docs/coverage.json"
        keep.write_text(json.dumps({"tables": splits} | found, indent=1) + "\n")
