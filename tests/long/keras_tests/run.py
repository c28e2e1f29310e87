"""Keras's own unit tests, run as they stand with ``keras`` meaning brickwork.

    python tests/long/keras_tests/run.py CHECKOUT [-k PART] [--json FILE] [--failures] [--page]

CHECKOUT is a folder with Keras's source, such as ``git clone --branch v3.15.1
https://github.com/keras-team/keras``; nothing in it is changed, and nothing of it is in brickwork.
A table of the areas (`areas.toml`) is printed, and the
reasons for which tests were not counted; `plugin` says by which rules. With --page the table and
every failure, with its reason by `failures.toml`, are written to docs/keras-tests.md.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
import tomllib
from collections import Counter
from pathlib import Path

HERE = Path(__file__).resolve().parent
PAGE = HERE.parents[2] / "docs" / "keras-tests.md"
#: Seconds for a test, and for the files of an area.
EACH, LIMIT = 120, 3600


def files(checkout: Path) -> dict[str, list[Path]]:
    """The test files of each area."""
    areas = tomllib.loads((HERE / "areas.toml").read_text("utf-8"))["areas"]
    source = checkout / "keras" / "src"
    return {area: [f for p in each for f in sorted(source.glob(p))] for area, each in areas.items()}


def run(checkout: Path, paths: list[Path]) -> dict[str, list]:
    """State and reason of each test of some files.

    One process runs them; if it dies, each file is run in one of its own.
    """
    results, said = _process(checkout, paths)
    if results is not None:
        return results
    if len(paths) > 1:
        return {name: result for path in paths for name, result in run(checkout, [path]).items()}
    inner = str(paths[0].relative_to(checkout / "keras" / "src"))
    return {inner: ["failed", f"the file was not run to its end: {said}"]}


def _process(checkout: Path, paths: list[Path]) -> tuple[dict | None, str]:
    """The results of a pytest of some files, None if it died, and the end of what it printed."""
    with tempfile.TemporaryDirectory() as folder:
        results = Path(folder) / "results.json"
        environment = {
            **os.environ,
            "KERAS_CHECKOUT": str(checkout),
            "KERAS_RESULTS": str(results),
            "PYTHONPATH": str(HERE),
            "JAX_PLATFORMS": "cpu",
        }
        command = [sys.executable, "-m", "pytest", "-q", "-p", "plugin", "--tb=no", "--no-header"]
        command += ["--continue-on-collection-errors"]
        command += ["-p", "no:cacheprovider", "-p", "no:xdist", f"--timeout={EACH}", "-W", "ignore"]
        command += ["-c", os.devnull, f"--rootdir={checkout}", *map(str, paths)]
        try:
            done = subprocess.run(
                command, env=environment, cwd=folder, capture_output=True, text=True, timeout=LIMIT
            )
            said = (done.stdout + done.stderr)[-400:]
        except subprocess.TimeoutExpired:
            said = f"more than {LIMIT} s"
        if not results.exists():
            return None, said
        return json.loads(results.read_text("utf-8")), said


def main(argv: list[str]) -> int:
    """Run the files, print the table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("checkout", type=Path, help="a folder with the source of Keras")
    parser.add_argument("-k", default="", help="only files whose paths hold this")
    parser.add_argument("--json", type=Path, help="write the results of all tests there")
    parser.add_argument("--failures", action="store_true", help="print every failure")
    parser.add_argument("--page", action="store_true", help="write docs/keras-tests.md")
    parser.add_argument("--known", type=Path, help="results of --json, in place of a run")
    options = parser.parse_args(argv)
    checkout = options.checkout.resolve()
    if not (checkout / "keras" / "src").is_dir():
        parser.error(f"{checkout} has no keras/src: name a checkout of Keras's source")
    every: dict[str, dict[str, list]] = {}
    if options.known:
        every = json.loads(options.known.read_text("utf-8"))
    for area, paths in files(checkout).items():
        wanted = [path for path in paths if options.k in str(path)]
        if wanted and not options.known:
            every[area] = run(checkout, wanted)
            print(row(area, every[area]), flush=True)
            if options.json:
                options.json.write_text(json.dumps(every, indent=1), "utf-8")
    whole = {name: result for results in every.values() for name, result in results.items()}
    print(row("all", whole))
    print("\nNot counted, and why:")
    for why, count in reasons(whole).most_common():
        print(f"  {count:5}  {why}")
    if options.failures:
        for name, (state, why) in sorted(whole.items()):
            if state == "failed":
                print(f"\n{name}\n  {why}")
    if options.page:
        PAGE.write_text(page(every), "utf-8")
        print(f"\nwritten: {PAGE}")
    return 0


def row(area: str, results: dict[str, list]) -> str:
    """A line of the table."""
    counts = Counter(state for state, _ in results.values())
    counted = counts["passed"] + counts["failed"]
    share = f"{100 * counts['passed'] / counted:.1f} %" if counted else "-"
    return (
        f"{area:28} {counts['passed']:5} of {counted:5} passed {share:>8}"
        f" {counts['failed']:5} failed {counts['not counted']:5} not counted"
    )


def why_failed(name: str, listed: dict[str, str]) -> str:
    """The reason of a failure by `failures.toml`."""
    found = (why for pattern, why in listed.items() if re.fullmatch(pattern, name))
    return next(found, "not known yet")


def page(every: dict[str, dict[str, list]]) -> str:
    """docs/keras-tests.md: the table, what was not counted, and the failures by reason."""
    listed = tomllib.loads((HERE / "failures.toml").read_text("utf-8"))["failures"]
    whole = {name: result for results in every.values() for name, result in results.items()}
    lines = [PREFACE.rstrip(), "", "| area | passed | counted | share | not counted |"]
    lines.append("| --- | --- | --- | --- | --- |")
    for area, results in [*every.items(), ("**all**", whole)]:
        counts = Counter(state for state, _ in results.values())
        counted = counts["passed"] + counts["failed"]
        share = f"{100 * counts['passed'] / counted:.1f} %" if counted else "-"
        cells = (area, counts["passed"], counted, share, counts["not counted"])
        lines.append(f"| {' | '.join(map(str, cells))} |")
    lines += ["", "## Not counted", "", "| tests | why |", "| --- | --- |"]
    lines += [f"| {count} | {why} |" for why, count in reasons(whole).most_common()]
    lines += ["", "## What fails, and why", ""]
    groups: dict[str, list[str]] = {}
    for name, (state, _) in sorted(whole.items()):
        if state == "failed":
            groups.setdefault(why_failed(name, listed), []).append(name)
    for why, names in sorted(groups.items(), key=lambda group: (-len(group[1]), group[0])):
        lines += [f"{len(names)}: {why}", "", *(f"- `{short(name)}`" for name in names), ""]
    return "\n".join(lines)


def short(name: str) -> str:
    """A test without the class: ``layers/core/dense_test.py test_basics``."""
    file, _, test = name.partition("::")
    return f"{file} {test.rpartition('::')[2]}".strip()


PREFACE = """# Keras's own unit tests

`make keras-tests KERAS=path/to/a/checkout` runs the unit tests of Keras 3.15.1 as they stand, with
`keras` meaning brickwork, for all that is about dense networks; `ARGS=--page` writes this page.
tests/long/keras_tests/areas.toml says which files these are. Not compared are the words of errors
and warnings. Not counted are tests that read private attributes or use private names (Keras's
public names are those of its `keras/api`), that are about what brickwork
[lacks on purpose](keras.md),
or about another library, and what Keras itself skips for a backend that is not one of its own;
plugin.py and not_counted.toml there hold these rules.
"""


def reasons(results: dict[str, list]) -> Counter:
    """How often each kind of reason kept a test from being counted."""
    found: Counter = Counter()
    for state, why in results.values():
        if state == "not counted":
            kind, _, rest = why.partition(": ")
            if kind == "absent":
                kind = "absent on purpose: " + (rest.partition(": ")[2] or rest)
            elif kind == "private":
                kind = "private: modules, classes and functions that are not public"
            elif kind == "another library":
                kind = f"another library: {re.split('[.]', rest)[0]}"
            found[kind] += 1
    return found


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
