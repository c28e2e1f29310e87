"""brickwork beside its peers and floors: one command, one table, one plot.

    python benchmarks/run.py                         everything; about 20 minutes
    python benchmarks/run.py --quick                 brickwork and the floors; under a minute
    python benchmarks/run.py --jobs tutorial,pima --contestants brickwork,jax,numpy

Peers come from `python benchmarks/envs.py`.  brickwork is the one that the running interpreter
imports.  Writes results.json, results.md and results.svg beside this file (or into --out); a quick
or partial run only prints, unless --out says where to write.
"""

from __future__ import annotations

import argparse
import datetime
import json
import sys
from pathlib import Path

import envs
import micro
import plot
import report
from harness import ENTRIES, Bench
from jobs import JOBS, ROOT, prepare
from targets import as_text, job_targets

QUICK = ("brickwork", "specialised", "gemm")


def names(text: str, known: dict) -> list[str]:
    """A comma-separated choice, in the order of the tables."""
    chosen = [part.strip() for part in text.split(",")]
    unknown = [part for part in chosen if part not in known]
    if unknown:
        raise argparse.ArgumentTypeError(f"no {unknown[0]!r}; there are {', '.join(known)}")
    return [name for name in known if name in chosen]


def arguments() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="brickwork and floors, few rounds")
    parser.add_argument("--jobs", type=lambda text: names(text, JOBS), default=list(JOBS))
    parser.add_argument("--contestants", type=lambda text: names(text, ENTRIES))
    parser.add_argument("--env-dir", type=Path, default=envs.ENV_DIR)
    parser.add_argument("--rounds", type=int, help="how often each is measured")
    parser.add_argument("--out", type=Path, help="folder for results.json, .md and .svg")
    return parser.parse_args()


def measure(options: argparse.Namespace) -> tuple[dict, list]:
    """All results, and micro.py's targets where brickwork takes part in a full run."""
    contestants = options.contestants or list(QUICK if options.quick else ENTRIES)
    has_sklearn = envs.is_ready("sklearn", options.env_dir)
    reader = envs.python_of("sklearn", options.env_dir) if has_sklearn else Path(sys.executable)
    for job in {"tutorial": None} | dict.fromkeys(options.jobs):  # the lesson's is always needed
        prepare(JOBS[job], reader)
    bench = Bench(contestants, options.env_dir, options.quick, options.rounds)
    try:
        for job in options.jobs:
            bench.run_job(JOBS[job])
        if not options.quick:
            bench.run_start(JOBS["tutorial"], rounds=5)
    finally:
        bench.close()
    results = bench.results
    results |= {"date": datetime.date.today().isoformat(), "machine": report.machine()}
    targets = []
    if "brickwork" in results["versions"] and not options.quick:
        results["micro"] = micro.measure(quick=False)
        targets = micro.targets(results["micro"])
    return results, targets


def main() -> int:
    """Measure, write, print."""
    options = arguments()
    results, targets = measure(options)
    whole = not options.quick and not options.contestants and options.jobs == list(JOBS)
    folder = options.out or (ROOT if whole else None)
    if folder:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "results.json").write_text(json.dumps(results, indent=1) + "\n")
        (folder / "results.md").write_text(report.markdown(results, targets))
        (folder / "results.svg").write_text(plot.svg(results))
        print(f"written: results.md, results.json and results.svg in {folder}")
    for mode in ("long", "short"):
        print("\n" + "\n".join(report.step_table(results, mode)))
    print(as_text([*job_targets(results), *targets]))
    return 0


if __name__ == "__main__":
    sys.exit(main())
