"""Says what scripts of the studio call and import, without running them.

Reads `["code", ...]`; answers for each `{"calls", "imports", "texts"}`: functions by their names as
they are called (`np.array`), methods of anything else by `.name`, and the texts that it holds.
"""

from __future__ import annotations

import ast
import json
import sys


def called(function: ast.expr) -> str:
    """Return the dotted name of a function, or `.name` of a method of an expression."""
    if isinstance(function, ast.Name):
        return function.id
    if not isinstance(function, ast.Attribute):
        return ast.dump(function)
    root = called(function.value) if isinstance(function.value, ast.Name | ast.Attribute) else ""
    return f"{root}.{function.attr}"


def facts(code: str) -> dict:
    """Return what a script calls and imports; raises `SyntaxError` for one that is none."""
    nodes = list(ast.walk(ast.parse(code)))
    return {
        "calls": sorted({called(node.func) for node in nodes if isinstance(node, ast.Call)}),
        "imports": sorted(
            {ast.unparse(node) for node in nodes if isinstance(node, ast.Import | ast.ImportFrom)}
        ),
        "texts": sorted(
            {
                node.value
                for node in nodes
                if isinstance(node, ast.Constant) and isinstance(node.value, str)
            }
        ),
    }


json.dump([facts(code) for code in json.load(sys.stdin)], sys.stdout)
