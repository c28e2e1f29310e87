"""results.md: what was measured, as tables, each figure beside its target."""

from __future__ import annotations

import platform
import subprocess
from pathlib import Path

import native
from harness import ENTRIES
from jobs import JOBS
from targets import MODES, Target, best_peer, cells, floor_of, job_targets, number

LOSSES = {"binary": "binary cross-entropy", "sparse": "cross-entropy of classes", "mse": "mse"}


def machine() -> dict[str, str]:
    """Processor, cores, compiler: what a reader needs to compare."""
    info = Path("/proc/cpuinfo").read_text()
    fields = dict(
        [part.strip() for part in line.split(":", 1)] for line in info.splitlines() if ":" in line
    )
    flags = fields.get("flags", fields.get("Features", "")).split()
    wanted = ("sse4_2", "avx2", "fma", "avx512f", "avx512vl", "avx512_bf16", "asimd")
    compiler = subprocess.run([native.CXX, "--version"], capture_output=True, text=True, check=True)
    return {
        "processor": fields.get("model name", platform.machine()),
        "cores": str(info.count("processor\t")),
        "instructions": " ".join(flag for flag in wanted if flag in flags),
        "compiler": compiler.stdout.splitlines()[0],
        "python": platform.python_version(),
    }


def grid(head: list[str], rows: list[list[str]]) -> list[str]:
    """A Markdown table; the first column is text, the others are figures."""
    lines = ["| " + " | ".join(head) + " |", "|---" + "|--:" * (len(head) - 1) + "|"]
    return [*lines, *("| " + " | ".join(row) + " |" for row in rows), ""]


def step_cell(row: dict | None, mode: str) -> str:
    """Minimum and median; a figure whose losses disagree does not count and says so."""
    if row is None:
        return ""
    text = f"{number(row[mode]['us'])} ({number(row[mode]['median'])})"
    return text if row.get("agrees", True) else f"~~{text}~~ loss disagrees"


def step_table(results: dict, mode: str) -> list[str]:
    """Microseconds a step for every contestant and job, and brickwork's ratios."""
    jobs = results["jobs"]
    rows = []
    for name, entry in ENTRIES.items():
        if any(name in table for table in jobs.values()):
            figures = [step_cell(table.get(name), mode) for table in jobs.values()]
            bold = "**" if entry.kind == "own" else ""
            rows.append([f"{bold}{entry.label}{bold}", *figures])
    for label, other in (("brickwork / floor", floor_of), ("brickwork / best peer", best_peer)):
        figures = []
        for table in jobs.values():
            base = other(table, mode)
            own = table.get("brickwork", {}).get(mode)
            figures.append(f"**{own['us'] / base[0]:.2f}**" if own and base else "")
        if any(figures):
            rows.append([f"**{label}**", *figures])
    heads = [f"{name}<br>{JOBS[name].network}<br>batch {JOBS[name].batch}" for name in jobs]
    return grid(["us a step: minimum (median)", *heads], rows)


def loss_table(results: dict) -> list[str]:
    """The full-data losses that must agree, with what is allowed around NumPy's."""
    jobs = results["jobs"]
    rows = []
    for name, entry in ENTRIES.items():
        values = [table.get(name, {}).get("loss") for table in jobs.values()]
        if any(value is not None for value in values):
            rows.append([entry.label, *("" if v is None else f"{v:.4f}" for v in values)])
    allowed = [
        max((row.get("loss_allowed", 0.0) for row in table.values()), default=0.0)
        for table in jobs.values()
    ]
    rows.append(["allowed from NumPy's, +-", *(f"{value:.4f}" for value in allowed)])
    worst = [
        max((row.get("one_batch_off", 0.0) for row in table.values()), default=0.0)
        for table in jobs.values()
    ]
    rows.append(["one batch: farthest off, of the fall", *(f"{100 * off:.4f} %" for off in worst)])
    heads = [f"{name}<br>{LOSSES[JOBS[name].loss]}" for name in jobs]
    return grid(["loss after training", *heads], rows)


def predict_table(results: dict) -> list[str]:
    """Rows a second in large batches."""
    jobs = results["jobs"]
    rows = []
    for name, entry in ENTRIES.items():
        rates = [table.get(name, {}).get("predict_rows_per_s") for table in jobs.values()]
        if any(rates):
            rows.append([entry.label, *(f"{rate:,.0f}" if rate else "" for rate in rates)])
    return grid(["rows a second", *jobs], rows) if rows else []


def start_table(results: dict) -> list[str]:
    """Cold start, memory, size and one row, on the lesson's network."""
    rows = []
    for name, entry in ENTRIES.items():
        start = results["start"].get(name, {})
        calls = results["latency"].get(name, {})
        if not start and not calls:
            continue
        size = start.get("size")
        rows.append(
            [
                entry.label,
                f"{start['seconds']:.2f} ({start['median']:.2f})" if start else "",
                f"{start['peak'] / 1e6:,.0f}" if start else "",
                f"{size / 1e6:,.0f}" if size else "",
                number(calls["predict"]) if "predict" in calls else "",
                number(calls["predict_on_batch"]) if "predict_on_batch" in calls else "",
            ]
        )
    head = ["", "cold start, s", "peak memory, MB", "installed, MB", "predict, us"]
    return grid([*head, "predict_on_batch, us"], rows) if rows else []


def target_table(targets: list[Target]) -> list[str]:
    """Every figure with a limit, met or not."""
    return grid(["", "measured", "at most", ""], [list(cells(target)) for target in targets])


def versions(results: dict) -> list[str]:
    """Who took part, and who is missing and why."""
    lines = []
    for name, entry in ENTRIES.items():
        if name in results["missing"]:
            lines.append(f"- {entry.label}: **missing**. {results['missing'][name]}")
        elif results["versions"].get(name):
            parts = (f"{key} {value}" for key, value in results["versions"][name].items())
            lines.append(f"- {entry.label}: {', '.join(parts)}")
    return [*lines, ""]


def markdown(results: dict, micro_targets: list[Target]) -> str:
    """The whole page."""
    about = results["machine"]
    lines = [
        "# brickwork beside its peers",
        "",
        f"Measured {results['date']} on {about['processor']}, {about['cores']} cores "
        f"({about['instructions']}), Python {about['python']}, {about['compiler']}.",
        "Made by `python benchmarks/run.py`; how it measures stands in "
        "[README.md](README.md), all figures with their settings in results.json.",
        "",
        "![step times over the floor](results.svg)",
        "",
        "## Targets",
        "",
        *target_table([*job_targets(results), *micro_targets]),
    ]
    for mode, words in MODES.items():
        lines += [f"## A step of training: {words}", "", *step_table(results, mode)]
    sections = {
        "The losses agree": loss_table(results),
        "Predicting many rows": predict_table(results),
        "Start, memory, size, one row (the lesson's network)": start_table(results),
        "Who took part": versions(results),
    }
    for title, table in sections.items():
        if table:
            lines += [f"## {title}", "", *table]
    return "\n".join(lines).rstrip() + "\n"
