"""brickwork's recipes for tables beside CatBoost, RealMLP and others: one command, one table.

    python benchmarks/envs.py --only table-data,table-trees,table-nets
    python benchmarks/tables.py --half judged            every method, 5 x 5 folds: days
    python benchmarks/tables.py --half judged --folds 5  the first five folds only
    python benchmarks/tables.py --half chosen --folds 2 --methods "brickwork {'rate': 0.001}"
    python benchmarks/tables.py --report                 tables.md anew, of what has been run

How they are judged stands in tabular/protocol.py, the tables in tabular/catalogue.py. brickwork is
the one that the running interpreter imports. Results are lines of tables.jsonl, one for a table,
fold and method; those that are there are not run again (brickwork's are, when a recipe has
changed), so a run that was stopped goes on where it was. Every method has one thread.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import envs
from jobs import BUILD, ROOT
from tabular import methods, report
from tabular.catalogue import TABLES
from tabular.protocol import FOLDS, REPEATS, half_of

RESULTS = ROOT / "tables.jsonl"
FOLDER = BUILD / "tables"
#: Variables that give every library one thread, and those that pin a BLAS, which are taken out.
ONE_THREAD = {
    f"{name}_NUM_THREADS": "1" for name in ("OMP", "OPENBLAS", "MKL", "NUMEXPR", "LOKY")
} | {"LOKY_MAX_CPU_COUNT": "1"}
PINS = ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE")


def prepare(names: list[str], env_dir: Path) -> None:
    """Write the tables that are not there yet, by the environment that has their packages."""
    lacking = [name for name in names if not (FOLDER / f"{name}.json").exists()]
    if not lacking:
        return
    if not envs.is_ready("table-data", env_dir):
        raise SystemExit("the tables: `python benchmarks/envs.py --only table-data`")
    script = ROOT / "tabular" / "catalogue.py"
    python = envs.python_of("table-data", env_dir)
    subprocess.run([str(part) for part in (python, script, FOLDER, *lacking)], check=True)


class Workers:
    """One process for each environment, started when it is first needed."""

    def __init__(self, env_dir: Path):
        self.env_dir = env_dir
        self.running: dict[str | None, subprocess.Popen] = {}

    def ask(self, job: dict[str, Any]) -> dict[str, Any]:
        """The result of a job."""
        name = methods.environment_of(job["method"])
        if name and not envs.is_ready(name, self.env_dir):
            return {"error": f"not installed: `python benchmarks/envs.py --only {name}`"}
        if name not in self.running:
            python = envs.python_of(name, self.env_dir) if name else sys.executable
            kept = {key: value for key, value in os.environ.items() if key not in PINS}
            self.running[name] = subprocess.Popen(
                [str(python), str(ROOT / "tabular" / "worker.py")],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                text=True,
                env=kept | ONE_THREAD,
            )
        worker = self.running[name]
        worker.stdin.write(json.dumps(job) + "\n")
        worker.stdin.flush()
        line = worker.stdout.readline()
        if not line:
            del self.running[name]
            return {"error": f"the process ended with {worker.wait()}"}
        return json.loads(line)

    def close(self) -> None:
        """End the processes."""
        for worker in self.running.values():
            worker.stdin.close()
            worker.wait()


def choice(text: str, known: list[str]) -> list[str]:
    """Names with semicolons or commas between them; a recipe of one's own is one, too."""
    parts = [part.strip() for part in (text.split(";") if "{" in text else text.split(","))]
    unknown = [part for part in parts if part not in known and "{" not in part]
    if unknown:
        raise argparse.ArgumentTypeError(f"no {unknown[0]!r}; there are {', '.join(known)}")
    return parts


def arguments() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    known = list(methods.METHODS)
    parser.add_argument("--methods", type=lambda text: choice(text, known), default=known)
    parser.add_argument("--tables", type=lambda text: choice(text, list(TABLES)))
    parser.add_argument("--half", choices=("chosen", "judged"), help="the tables of one half")
    parser.add_argument(
        "--folds", type=int, default=FOLDS * REPEATS, help="how many of the 25; 5 are a whole"
    )
    parser.add_argument("--most-rows", type=int, help="leave out larger tables")
    parser.add_argument("--env-dir", type=Path, default=envs.ENV_DIR)
    parser.add_argument("--results", type=Path, default=RESULTS)
    parser.add_argument("--report", action="store_true", help="run nothing, write tables.md")
    return parser.parse_args()


def run(options: argparse.Namespace) -> None:
    """Run what is not there yet: fold by fold, so that a run that is stopped is a fair one."""
    names = options.tables or list(TABLES)
    names = [name for name in names if options.half in (None, half_of(name))]
    prepare(names, options.env_dir)
    rows = {name: report.rows_in(FOLDER / f"{name}.json") for name in names}
    names = [n for n in names if options.most_rows is None or rows[n] <= options.most_rows]
    done = {report.key_of(line) for line in report.lines_of(options.results)}
    workers = Workers(options.env_dir)
    try:
        for fold in range(options.folds):
            for name in names:
                if TABLES[name].time and fold >= FOLDS:
                    continue
                for method in options.methods:
                    job = {"table": name, "fold": fold, "method": method}
                    if method.startswith("brickwork"):
                        job["settings"] = methods.settings_of(method)
                    if report.key_of(job) in done:
                        continue
                    path = str(FOLDER / f"{name}.json")
                    line = job | workers.ask({**job, "path": path})
                    if "not installed" not in line.get("error", ""):
                        with options.results.open("a") as file:
                            file.write(json.dumps(line) + "\n")
                    found = line.get("error") or f"{line['loss']:.4f} in {line['cpu']:.1f} s"
                    print(f"{fold:2} {name:20} {method}: {found}", flush=True)
    finally:
        workers.close()


def main() -> int:
    """Run, and write the report."""
    options = arguments()
    if not options.report:
        run(options)
    page = report.markdown(report.lines_of(options.results))
    options.results.with_suffix(".md").write_text(page)
    return 0


if __name__ == "__main__":
    sys.exit(main())
