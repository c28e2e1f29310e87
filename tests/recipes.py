"""The recipes of CONTRIBUTING.md, done by the letter in a copy of the source.

A block that begins with ``# path`` is a step: one in ```python is a new file, one in ```diff
changes a file. There, lines that begin with a space must stand in the file one after the other,
whatever their indent, those with ``-`` are removed, those with ``+`` added; ``...`` parts two
places. Indented lines are for the shell.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "CONTRIBUTING.md"
#: What the copy is made of.
COPIED = ("src", "tests", "tools", "docs", "pyproject.toml", "CONTRIBUTING.md")

_PARTS = re.compile(
    r"^### (?P<title>[^\n]+)$"
    r"|^```(?P<kind>python|diff)\n# (?P<path>\S+)\n(?P<text>.*?)^```$"
    r"|(?<=\n\n)(?P<shell>(?: {4}\S[^\n]*\n)+)",
    re.M | re.S,
)


@dataclass
class Step:
    """What is done to one file."""

    path: str
    text: str
    new: bool

    def apply(self, folder: Path) -> None:
        """Do it in a copy of the source."""
        file = folder / self.path
        if self.new:
            assert not file.exists(), (
                f"{self.path} exists: what CONTRIBUTING.md shows as an example is a part of the "
                "package now, so another example must be shown there"
            )
            file.write_text(self.text, "utf-8")
            return
        assert file.exists(), f"CONTRIBUTING.md changes {self.path}, which is not there"
        lines = file.read_text("utf-8").splitlines()
        for part in self.text.split("...\n"):
            before = [line[1:] for line in part.splitlines() if line[0] in " -"]
            place = self._place(lines, before)
            indent = _indent(lines[place]) - _indent(before[0])
            lines[place : place + len(before)] = [
                (" " * indent + line[1:] if indent > 0 else line[1 - indent :]) if line[1:] else ""
                for line in part.splitlines()
                if line[0] in " +"
            ]
        file.write_text("\n".join(lines) + "\n", "utf-8")

    def _place(self, lines: list[str], before: list[str]) -> int:
        """Where these lines stand one after the other."""
        plain, wanted = [line.strip() for line in lines], [line.strip() for line in before]
        for place in range(len(lines)):
            if plain[place : place + len(wanted)] == wanted:
                return place
        raise AssertionError(
            f"CONTRIBUTING.md says that these lines stand in {self.path}:\n" + "\n".join(before)
        )


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


@dataclass
class Recipe:
    """A section that begins with ``###``: its steps, and what is typed at its end."""

    title: str
    steps: list[Step] = field(default_factory=list)
    shell: list[str] = field(default_factory=list)

    @property
    def files(self) -> set[str]:
        """All that are touched."""
        return {step.path for step in self.steps}


def recipes(page: str | None = None) -> dict[str, Recipe]:
    """Those of the page, by title."""
    found: dict[str, Recipe] = {}
    recipe = None
    for part in _PARTS.finditer(page or PAGE.read_text("utf-8")):
        if part["title"]:
            recipe = found.setdefault(part["title"], Recipe(part["title"]))
        elif recipe is not None and part["path"]:
            recipe.steps.append(Step(part["path"], part["text"], part["kind"] == "python"))
        elif recipe is not None:
            recipe.shell += [line.strip() for line in part["shell"].splitlines()]
    return {title: recipe for title, recipe in found.items() if recipe.steps}


def copy_of_the_source(folder: Path) -> Path:
    """What is tracked or new, with the engine that is compiled here."""
    for name in COPIED:
        if (ROOT / name).is_dir():
            shutil.copytree(
                ROOT / name,
                folder / name,
                ignore=shutil.ignore_patterns(
                    "__pycache__", "pictures" if name == "docs" else "none"
                ),
            )
        else:
            shutil.copy(ROOT / name, folder / name)
    from brickwork import _engine  # which pip puts among the packages

    shutil.copy(_engine.__file__, folder / "src/brickwork")
    return folder


#: Python that has loaded what takes long, and forks for each copy: it reads a line, (folder,
#: arguments), runs pytest there with the copy's brickwork, whichever is installed, and prints its
#: status.
_SERVER = """
import json, os, sys, traceback
import jax, keras, pytest, scipy.special, scipy.stats
sys.meta_path = [finder for finder in sys.meta_path if "ScikitBuild" not in type(finder).__name__]
assert not any(name.startswith("brickwork") for name in sys.modules)
for line in sys.stdin:
    folder, arguments = json.loads(line)
    child = os.fork()
    if not child:
        status = 9
        try:
            os.chdir(folder)
            os.environ["PYTHONPATH"] = sys.path[0] = folder + "/src"
            with open("said.txt", "w") as said:
                os.dup2(said.fileno(), 1), os.dup2(said.fileno(), 2)
            import brickwork
            assert brickwork.__file__.startswith(folder), brickwork.__file__
            status = pytest.main(arguments)
        except BaseException:
            traceback.print_exc()
        sys.stdout.flush()
        os._exit(status)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""


class Runner:
    """Runs pytest in copies of the source; to be closed."""

    def __init__(self):
        self._server = subprocess.Popen(
            [sys.executable, "-W", "ignore", "-c", _SERVER],
            text=True,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            start_new_session=True,
            env={
                **os.environ,
                "KERAS_BACKEND": "jax",
                "JAX_PLATFORMS": "cpu",
                "JAX_ENABLE_X64": "1",
            },
        )

    def run(self, folder: Path, arguments: list[str]) -> tuple[int, str]:
        """pytest's status, and what it says."""
        self._server.stdin.write(json.dumps([str(folder), arguments]) + "\n")
        self._server.stdin.flush()
        status = self._server.stdout.readline()
        assert status, "the process that runs the tests has ended"
        return int(status), (folder / "said.txt").read_text("utf-8")

    def __enter__(self) -> Runner:
        return self

    def __exit__(self, *_) -> None:
        self._server.stdin.close()
        try:
            self._server.wait(10)
        except subprocess.TimeoutExpired:  # it was given up
            os.killpg(self._server.pid, signal.SIGKILL)
            self._server.wait()
        self._server.stdout.close()


def check_style(folder: Path) -> tuple[int, str]:
    """What `make lint` says of the Python of a copy."""
    for command in (["check", "--no-cache"], ["format", "--no-cache", "--diff"]):
        done = subprocess.run(
            [sys.executable, "-m", "ruff", *command, "src", "tests"],
            cwd=folder,
            text=True,
            capture_output=True,
        )
        if done.returncode:
            break
    return done.returncode, done.stdout
