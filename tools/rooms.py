"""Reads which rooms of src/brickwork import which, and writes the table of docs/architecture.md.

    python tools/rooms.py

docs/rooms.toml says which may; tests/test_rooms.py compares the two.
"""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
SOURCE, PAGE, TABLE = (
    ROOT / place for place in ("src/brickwork", "docs/architecture.md", "docs/rooms.toml")
)
BEGIN, END = "<!-- made by tools/rooms.py of docs/rooms.toml -->", "<!-- end of what is made -->"
PACKAGE = SOURCE.name
#: The engine is compiled, and so no file of Python.
COMPILED = f"{PACKAGE}._engine"


class Import(NamedTuple):
    """That a module imports another, or a name of it; `lazy` if inside of a function."""

    module: str
    imported: str
    name: str | None
    line: int
    lazy: bool

    @property
    def rooms(self) -> tuple[str, str]:
        """The rooms of both."""
        return room(self.module), room(self.imported)

    def __str__(self) -> str:
        return f"{self.module}:{self.line} imports {self.imported}"


def room(module: str) -> str:
    """The room that a module is in.

    >>> room("brickwork.layers.dense"), room("brickwork")
    ('layers', 'brickwork')
    """
    return module.split(".")[1] if "." in module else module


def modules() -> dict[str, Path]:
    """All modules of the package, with their files."""
    found = {}
    for path in sorted(SOURCE.rglob("*.py")):
        parts = path.relative_to(SOURCE.parent).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


def imports() -> Iterator[Import]:
    """All imports of the package's own modules, but those for type checkers alone."""
    known = modules()
    for module, path in known.items():
        package = module if path.name == "__init__.py" else module.rpartition(".")[0]
        for node, lazy in _statements(ast.parse(path.read_text()), False):
            for imported, name in _imported(node, package, {*known, COMPILED}):
                yield Import(module, imported, name, node.lineno, lazy)


def loaders() -> set[str]:
    """The modules that load others by names."""
    return {
        module
        for module, path in modules().items()
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call)
        and getattr(node.func, "attr", getattr(node.func, "id", None))
        in ("import_module", "__import__")
    }


def _statements(node: ast.AST, lazy: bool) -> Iterator[tuple[ast.AST, bool]]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.If) and ast.unparse(child.test) == "TYPE_CHECKING":
            child = ast.Module(child.orelse, [])  # what is not for type checkers
        if isinstance(child, ast.Import | ast.ImportFrom):
            yield child, lazy
        yield from _statements(
            child, lazy or isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        )


def _imported(
    node: ast.Import | ast.ImportFrom, package: str, known: set[str]
) -> Iterator[tuple[str, str | None]]:
    if isinstance(node, ast.Import):
        yield from (
            (alias.name, None) for alias in node.names if alias.name.split(".")[0] == PACKAGE
        )
        return
    parts = package.split(".")
    start = parts[: len(parts) - node.level + 1] if node.level else []
    base = ".".join([*start, *([node.module] if node.module else [])])
    if base.split(".")[0] == PACKAGE:
        for alias in node.names:
            whole = f"{base}.{alias.name}"
            yield (whole, None) if whole in known else (base, alias.name)


def declared() -> dict:
    """What docs/rooms.toml says."""
    return tomllib.loads(TABLE.read_text())


def table(said: dict) -> str:
    """The table and the lists of docs/architecture.md."""
    folder = {module.split(".")[1] for module in modules() if module.count(".") > 1}
    rows = ["| room | what it is | may import |", "| --- | --- | --- |"]
    for entry in said["room"]:
        name = entry["name"] + ("/" if entry["name"] in folder else "")
        rows.append(f"| `{name}` | {entry['what']} | {', '.join(entry['imports']) or '-'} |")
    doors = [f"- `{door['file']}` → `{door['to']}`: {door['why']}" for door in said["door"]]
    names = [f"- `{one['file']}`: {one['why']}" for one in said["loader"]]
    return "\n".join(
        [
            BEGIN,
            "",
            *rows,
            "",
            "Doors: imports that run up, each inside of a function.",
            "",
            *doors,
            "",
            "Modules that are loaded by name:",
            "",
            *names,
            "",
            END,
        ]
    )


def with_table(page: str) -> str:
    """The page with what is made put into its place."""
    before, _, rest = page.partition(BEGIN)
    return before + table(declared()) + rest.partition(END)[2]


if __name__ == "__main__":
    PAGE.write_text(with_table(PAGE.read_text()))
