"""Each recipe of CONTRIBUTING.md, and each of its steps left out: a test says what is missing.

    python tests/long/forgotten.py [words of the titles ...]
"""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))
from recipes import ROOT, Recipe, Runner, Step, check_style, copy_of_the_source, recipes

#: What each recipe makes: it is named where the rest of it is missing.
MADE = {"An activation": "snake", "A layer": "Maxout", "A loss": "[Qq]uantile",
        "An optimizer": "Yogi", "An op": "hypot"}
#: Other omissions, and the messages that report them.
FORGOTTEN = {
    "An activation": {"+@registry.add\n": "snake, which is not here"},
    "A layer": {"@registry.add\n": r"Maxout in src/\S*maxout.py is not registered"},
    "A loss": {'+quantile.labels = "values"\n': "Quantile does not say what its targets are"},
    "An optimizer": {"@registry.add\n": r"Yogi in src/\S*yogi.py is not registered"},
    "An op": {", vjp=_hypot_vjp": "'hypot' has no gradient",
              '+    BW_BOTH(two, Hypot, "hypot"),\n': r"'hypot' has no kernel[^\n]*map_float\.cpp"},
}


def without(recipe: Recipe) -> Iterator[tuple[str, list[Step], str]]:
    """What is left out, the steps that are left, and what must be said."""
    for step in recipe.steps:
        yield step.path, [one for one in recipe.steps if one is not step], MADE[recipe.title]
    for part, said in FORGOTTEN[recipe.title].items():
        assert any(part in step.text for step in recipe.steps), part
        yield part.strip(), [Step(s.path, s.text.replace(part, "", 1), s.new)
                             for s in recipe.steps], said


def compiled(folder: Path, build: Path) -> None:
    """What `make setup` does after a change of C++, for one instruction set."""
    python = Path(sys.executable)
    subprocess.run([python.with_name("cmake"), "-S", folder, "-B", build, "-G", "Ninja",
                    f"-DCMAKE_MAKE_PROGRAM={python.with_name('ninja')}",
                    f"-DPython_EXECUTABLE={python}", "-DBRICKWORK_ISAS=base",
                    f"-DBRICKWORK_OUTPUT={build / 'module'}"], check=True, capture_output=True)
    subprocess.run([python.with_name("cmake"), "--build", build, "-j", "2"], check=True,
                   capture_output=True)


def tried(tests: Runner, recipe: Recipe, steps: list[Step], build: Path) -> tuple[int, str]:
    """The recipe's tests after some of its steps."""
    with tempfile.TemporaryDirectory() as place:
        folder = copy_of_the_source(Path(place))
        kernel = next((s for s in steps if s.path.startswith("engine/")), None)
        for name in ("engine", "CMakeLists.txt") if kernel else ():
            copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
            copy(ROOT / name, folder / name)
        for step in steps:
            step.apply(folder)
        if kernel and kernel.text == next(s.text for s in recipe.steps if s.path == kernel.path):
            if not (build / "module").exists():
                compiled(folder, build)
            for module in (build / "module").iterdir():
                shutil.copy(module, folder / "src/brickwork")
        status, said = check_style(folder)
        for line in recipe.shell:
            if "pytest" in line:
                failed, output = tests.run(folder, shlex.split(line)[3:])
                status, said = status or failed, said + output
        return status, said


def figures(words: list[str]) -> dict:
    """The number of steps left out, and of those that no test noticed."""
    left_out = unnoticed = 0
    with tempfile.TemporaryDirectory() as build, Runner() as tests:
        for title, recipe in recipes().items():
            if words and not any(word in title for word in words):
                continue
            began = time.perf_counter()
            status, said = tried(tests, recipe, recipe.steps, Path(build))
            print(f"{title}: {len(recipe.files)} files, {time.perf_counter() - began:.0f} s to "
                  f"test, {'it works' if status == 0 else 'IT FAILS'}", flush=True)
            assert status == 0, said
            for what, steps, wanted in without(recipe):
                status, said = tried(tests, recipe, steps, Path(build))
                output = [line[1:].strip() for line in said.splitlines() if line.startswith("E  ")]
                noticed = status != 0 and any(re.search(wanted, line) for line in output)
                left_out, unnoticed = left_out + 1, unnoticed + (not noticed)
                line = next((t for t in output if re.search(wanted, t)), "")
                print(f"  without {what}: {line[:300] if noticed else 'NOT NOTICED' + said}",
                      flush=True)
    return {"left out": left_out, "unnoticed": unnoticed}


if __name__ == "__main__":
    found = figures(sys.argv[1:])
    print(found)
    sys.exit(found["unnoticed"] > 0)
