"""What type checkers take for the constructors of public classes, beside what they are.

    python tools/signatures.py

Arguments are declared as fields, so no ``__init__`` is written; type checkers know them by PEP 681.
mypy is asked for each signature, which must have the arguments of the real one, in its order, and
require the same ones. Prints what differs; the exit status is then 1.
"""

from __future__ import annotations

import inspect
import re
import subprocess
import sys
import tempfile
from importlib import import_module
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
MODULES = (
    "callbacks",
    "constraints",
    "initializers",
    "layers",
    "losses",
    "metrics",
    "optimizers",
    "optimizers.schedules",
    "regularizers",
    "utils",
)
#: A base that nobody constructs: its subclasses have a default where it requires an argument.
ABSTRACT = {"Optimizer"}
_REVEALED = re.compile(r':(\d+): note: Revealed type is "(.*)"')


def classes() -> dict[str, type]:
    """The public classes whose constructors are made from fields, by their full names."""
    found = {}
    for module in MODULES:
        package = import_module(f"brickwork.{module}")
        for name in getattr(package, "__all__", None) or dir(package):
            kind = getattr(package, name)
            if (
                isinstance(kind, type)
                and hasattr(kind.__init__, "fields_of")
                and name not in ABSTRACT
            ):
                found.setdefault(f"brickwork.{module}.{name}", kind)
    return found


def revealed(names: list[str]) -> dict[str, str]:
    """Return what mypy says of each name."""
    lines = [f"import {module}" for module in sorted({n.rpartition(".")[0] for n in names})]
    start = len(lines) + 1
    lines += [f"reveal_type({name})" for name in names]
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "signatures.py")
        file.write_text("\n".join(lines))
        out = subprocess.run(
            [sys.executable, "-m", "mypy", str(file)],
            text=True,
            cwd=ROOT,
            capture_output=True,
            check=False,
        ).stdout
    notes = [_REVEALED.search(line) for line in out.splitlines()]
    return {names[int(note[1]) - start]: note[2] for note in notes if note}


def arguments(text: str) -> list[tuple[str, bool, bool]]:
    """Return name, whether it is required and whether it is keyword-only, for each argument of a
    ``def (...) -> ...`` of mypy."""
    depth, part, parts = 0, "", []
    for letter in text[text.index("(") + 1 :]:
        if letter == "," and depth == 0:
            parts.append(part)
            part = ""
            continue
        depth += (letter in "[(") - (letter in "])")
        if depth < 0:
            break
        part += letter
    found, keyword = [], False
    for item in (p.strip() for p in [*parts, part] if p.strip()):
        if item == "*":
            keyword = True
        else:
            found.append((item.partition(":")[0].lstrip("*"), not item.endswith("="), keyword))
    return found


def differences(kind: type, text: str) -> list[str]:
    """Return what a checker's signature has wrong."""
    if not text.startswith("def "):
        return [f"is taken for {text}"]
    real = [p for p in inspect.signature(kind).parameters.values()]
    seen = arguments(text)
    wrong = []
    required = {p.name for p in real if p.default is p.empty}
    if {name for name, _, _ in seen} != {p.name for p in real}:
        wrong.append(f"has {sorted({n for n, _, _ in seen} ^ {p.name for p in real})} in one only")
    if (needed := {name for name, needed, _ in seen if needed}) != required:
        wrong.append(f"requires {sorted(needed)}, not {sorted(required)}")
    positional = [name for name, _, keyword in seen if not keyword]
    if positional != [p.name for p in real][: len(positional)]:
        wrong.append(f"takes {positional} by position, not {[p.name for p in real]}")
    return wrong


def main() -> int:
    """Print the differences; return how many classes have some, at most 1."""
    kinds = classes()
    said = revealed(sorted(kinds))
    wrong = {name: differences(kind, said.get(name, "nothing")) for name, kind in kinds.items()}
    for name, faults in sorted(wrong.items()):
        for fault in faults:
            print(f"{name} {fault}")
    print(f"{len(kinds)} classes, {sum(map(bool, wrong.values()))} differ")
    return any(wrong.values())


if __name__ == "__main__":
    sys.exit(main())
