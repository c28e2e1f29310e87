"""Counts which public names have complete docstrings, and lists what the others lack.

    python tools/docstrings.py [losses layers ...]

Public is what the modules below list in ``__all__``, and what their classes add to their bases.
A docstring is complete that has a summary; ``Args:`` with every argument by its name;
``Returns:`` where a value is returned; ``Raises:`` where the body raises; and, for classes and
functions, an example.
"""

from __future__ import annotations

import ast
import importlib
import inspect
import re
import sys
import textwrap
from collections import Counter
from collections.abc import Iterator

import brickwork

#: The public modules. `data` serves `fit`, and lists nothing for users.
PUBLIC = tuple(sorted(brickwork._MODULES - {"data"} | {"optimizers.schedules"}))
PARTS = ("summary", "args", "returns", "raises", "example")
#: Parameters that need no line under ``Args``.
_EXEMPT = {"args", "kwargs", "self", "cls"}


def public(modules=PUBLIC) -> Iterator[tuple[str, object]]:
    """The public classes and functions, and the methods that classes add to their bases, each
    once, by the first name that it has."""
    seen: set[int] = set()
    for name in modules:
        module = importlib.import_module(f"brickwork.{name}")
        for word in sorted(getattr(module, "__all__", None) or vars(module)):
            if word.startswith("_"):
                continue
            item = getattr(module, word)
            if (
                id(item) in seen
                or not _is_ours(item)
                or not (hasattr(module, "__all__") or item.__module__.startswith(module.__name__))
            ):
                continue
            seen.add(id(item))
            yield f"{name}.{word}", item
            if isinstance(item, type):
                for method, function in vars(item).items():
                    if _is_new(item, method, function):
                        yield f"{name}.{word}.{method}", function


def _is_ours(item) -> bool:
    return (isinstance(item, type) or inspect.isfunction(item)) and (
        item.__module__.startswith("brickwork")
    )


def _is_new(owner: type, name: str, item) -> bool:
    """Whether a method is a class's own: those of bases are explained there."""
    function = getattr(item, "__func__", item)
    return (
        inspect.isfunction(function)
        and not name.startswith("_")
        and not any(hasattr(base, name) for base in owner.__mro__[1:])
    )


def lacks(item) -> list[str]:
    """The parts that the docstring of a public thing lacks."""
    function = getattr(item, "__func__", item)
    doc = inspect.cleandoc(function.__doc__ or "")
    found = ["summary"] if not doc else []
    sections = _sections(doc)
    missing = [
        name
        for name in _arguments(function)
        if not re.search(rf"(?<![\w.]){re.escape(name)}(?!\w)", sections.get("Args", ""))
    ]
    if missing:
        found.append(f"args ({', '.join(missing)})")
    if not isinstance(function, type):
        body = _body(function)
        if _returns(body) and "Returns" not in sections and "Yields" not in sections:
            found.append("returns")
        if _raises(body) and "Raises" not in sections:
            found.append("raises")
    if ">>>" not in doc and "." not in function.__qualname__:
        found.append("example")
    return found


def _sections(doc: str) -> dict[str, str]:
    parts = re.split(r"^(\w+):\n(?=    )", doc, flags=re.MULTILINE)
    # A section ends where the text is no longer indented: an example names arguments too.
    texts = [re.split(r"^(?=\S)", part, maxsplit=1, flags=re.MULTILINE)[0] for part in parts[2::2]]
    return dict(zip(parts[1::2], texts, strict=True))


def _arguments(item) -> list[str]:
    if isinstance(item, type):
        own = vars(item).get("__annotations__", {})
        fields = getattr(item, "__fields__", None)
        if fields is not None:
            return [name for name in fields if name in own and not name.startswith("_")]
        if "__init__" not in vars(item):
            return []
        item = item.__init__
    return [
        name
        for name, p in inspect.signature(item).parameters.items()
        if name not in _EXEMPT
        and not name.startswith("_")
        and p.kind not in (p.VAR_POSITIONAL, p.VAR_KEYWORD)
    ]


def _body(function) -> list[ast.AST]:
    """The nodes of a function, without those of functions inside of it."""
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(inspect.unwrap(function)))).body[0]
    except (OSError, TypeError, SyntaxError):
        return []
    found, stack = [], list(getattr(tree, "body", []))
    while stack:
        node = stack.pop()
        found.append(node)
        if not isinstance(node, ast.FunctionDef | ast.Lambda | ast.ClassDef):
            stack += ast.iter_child_nodes(node)
    return found


def _returns(body: list[ast.AST]) -> bool:
    return any(
        isinstance(node, ast.Return)
        and node.value is not None
        and not (isinstance(node.value, ast.Constant) and node.value.value is None)
        for node in body
    )


def _raises(body: list[ast.AST]) -> bool:
    return any(isinstance(node, ast.Raise) and node.exc is not None for node in body)


def main(modules) -> None:
    """Print what is missing where, and how many are complete."""
    items, missing = 0, Counter()
    for name, item in public(modules or PUBLIC):
        items += 1
        without = lacks(item)
        missing.update(part.split()[0] for part in without)
        missing["complete"] += not without
        if without:
            print(f"{name}: {', '.join(without)}")
    print(
        f"{items} public names, {missing['complete']} complete; lacking: "
        + ", ".join(f"{part} {missing[part]}" for part in PARTS)
    )


if __name__ == "__main__":
    main(sys.argv[1:])
