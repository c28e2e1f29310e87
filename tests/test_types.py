"""What is imported lazily is also imported for type checkers, so that editors know it.

mypy itself runs in `make types`: over some rooms, over constructors, over a script of a user's.
"""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

import brickwork

ROOT = Path(brickwork.__file__).parent
#: The packages that import lazily, with the file whose `if TYPE_CHECKING:` lists the same.
LAZY = {
    "": "__init__",
    "callbacks": "__init__",
    "data": "__init__",
    "datasets": "__init__",
    "layers": "__init__",
    "losses": "loss_names",
    "metrics": "metric_names",
    "models": "__init__",
    "ops": "__init__",
    "optimizers": "optimizer_names",
    "populations": "__init__",
    "program": "__init__",
    "saving": "__init__",
    "spelling": "__init__",
    "training": "__init__",
    "utils": "__init__",
    "wrappers": "__init__",
}


def for_checkers(file: Path) -> tuple[set[str], set[str]]:
    """Return the names that ``if TYPE_CHECKING:`` imports under their own names, and the modules
    that it imports all names of."""
    names, modules = set(), set()
    for block in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(block, ast.If) and ast.unparse(block.test) == "TYPE_CHECKING":
            for line in block.body:
                assert isinstance(line, ast.ImportFrom), ast.unparse(line)
                for alias in line.names:
                    if alias.name == "*":
                        modules.add("." * line.level + (line.module or ""))
                    else:
                        assert alias.asname == alias.name, (
                            f"{file.name}: write `{alias.name} as {alias.name}`: without it the "
                            "name is private to the module"
                        )
                        names.add(alias.name)
    return names, modules


def defined(module) -> set[str]:
    """The names that the source of a module defines."""
    found = set()
    for line in ast.parse(Path(module.__file__).read_text(encoding="utf-8")).body:
        if isinstance(line, ast.FunctionDef | ast.ClassDef):
            found.add(line.name)
        elif isinstance(line, ast.Assign):
            found |= {
                t.id for target in line.targets for t in ast.walk(target) if isinstance(t, ast.Name)
            }
    return found


@pytest.mark.parametrize("package", LAZY)
def test_type_checkers_see_what_is_imported_lazily(package):
    module = import_module(f"brickwork.{package}".rstrip("."))
    file = ROOT / package / f"{LAZY[package]}.py"
    names, modules = for_checkers(file)
    seen = set(names)
    for name in modules:
        seen |= defined(import_module(name, f"brickwork.{package}"))
    if package == "metrics":
        seen |= for_checkers(ROOT / "metrics/__init__.py")[0]
    eager = defined(module) | {
        alias.asname or alias.name
        for line in ast.parse(Path(module.__file__).read_text(encoding="utf-8")).body
        if isinstance(line, ast.ImportFrom)
        for alias in line.names
    }
    public = set(getattr(module, "__all__", ())) or set(dir(module)) - set(vars(module))
    for name in sorted(public - eager - seen):
        where = getattr(module, name).__module__.removeprefix(module.__name__)
        pytest.fail(
            f"{name} is not seen by type checkers: under `if TYPE_CHECKING:` in "
            f"src/{file.relative_to(ROOT.parent)} write `from {where} import *`"
        )


def test_the_package_says_that_it_has_types():
    assert (ROOT / "py.typed").exists()


#: The rooms that `make types` checks, and the others that users and contributors call.
CHECKED = """
program fields ops layers models activations callbacks config constraints custom_objects datasets
distillation distribution dtype_policies explain initializers losses metrics optimizers populations
random regularizers studio tabular tree uncertainty utils wrappers
""".split()


def public_functions(body, prefix=""):
    """Yield each public function and method below a module or class, with its full name."""
    for line in body:
        if isinstance(line, ast.FunctionDef):
            if not line.name.startswith("_") or line.name.endswith("__"):
                yield f"{prefix}{line.name}", line
        elif isinstance(line, ast.ClassDef) and not line.name.startswith("_"):
            yield from public_functions(line.body, f"{prefix}{line.name}.")


def lacking(function: ast.FunctionDef, in_class: bool) -> list[str]:
    """Return what of a function has no annotation."""
    arguments = function.args
    named = [*arguments.posonlyargs, *arguments.args]
    static = any(ast.unparse(d) == "staticmethod" for d in function.decorator_list)
    named = named[in_class and not static :] + arguments.kwonlyargs
    named += [a for a in (arguments.vararg, arguments.kwarg) if a]
    missing = [a.arg for a in named if a.annotation is None]
    if function.returns is None and (function.name != "__init__" or not named):
        missing.append("what it returns")
    return missing


@pytest.mark.parametrize("room", CHECKED)
def test_public_functions_say_what_they_take_and_return(room):
    without = []
    place = ROOT / room
    files = sorted(place.rglob("*.py")) if place.is_dir() else [place.with_suffix(".py")]
    for file in files:
        for name, function in public_functions(ast.parse(file.read_text(encoding="utf-8")).body):
            if missing := lacking(function, "." in name):
                without.append(f"{file.relative_to(ROOT)}: {name}: {', '.join(missing)}")
    assert not without, "annotate them:\n" + "\n".join(without)


def test_the_script_that_make_types_checks_runs():
    script = Path(__file__).with_name("typing_usage.py")
    ran = subprocess.run(
        [sys.executable, "-W", "error", script],
        capture_output=True,
        text=True,
        encoding="utf-8",
        env={**os.environ, "PYTHONIOENCODING": "utf-8"},
    )
    assert ran.returncode == 0, ran.stderr
