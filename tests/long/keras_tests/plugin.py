"""The pytest plugin that runs one test file of a checkout: it loads `names`, and records results.

A test is not counted (state "not counted", with the reason) if

* it reads or patches private attributes, ``layer._losses``: found in its source, and in that of the
  helpers of its file that it calls, whether it passes or not;
* it uses what is private, absent on purpose, or another library's: `names` skips it;
* Keras's own marks skip it;
* `not_counted.toml` names it, with a reason.
"""

from __future__ import annotations

import ast
import json
import os
import re
import tomllib
from functools import cache
from pathlib import Path

import names
import pytest

CHECKOUT = Path(os.environ["KERAS_CHECKOUT"])
names.install(CHECKOUT)
LISTED = tomllib.loads((Path(__file__).parent / "not_counted.toml").read_text("utf-8"))["tests"]

#: Names with an underscore that are nobody's private ones: those of named tuples.
NOT_PRIVATE = {"_asdict", "_fields", "_make", "_replace"}
_results: dict[str, tuple[str, str]] = {}


class Reads(ast.NodeVisitor):
    """What the source of a test mentions: private attributes, and other functions of the file."""

    def __init__(self):
        self.private: set[str] = set()
        self.called: set[str] = set()

    def visit_Attribute(self, node):
        own = isinstance(node.value, ast.Name) and node.value.id in ("self", "cls")
        special = node.attr.startswith("__") or node.attr in NOT_PRIVATE
        if own or (isinstance(node.value, ast.Call) and _is_super(node.value)):
            self.called.add(node.attr)
        elif node.attr.startswith("_") and not special:
            self.private.add(node.attr)
        self.generic_visit(node)

    def visit_Name(self, node):
        self.called.add(node.id)

    def visit_ImportFrom(self, node):
        self.private |= {a.name for a in node.names if re.match("_[^_]", a.name)}

    def visit_Constant(self, node):
        if isinstance(node.value, str) and node.value.startswith("keras.src."):
            self.private.add(node.value)


def _is_super(call) -> bool:
    return isinstance(call.func, ast.Name) and call.func.id == "super"


@cache
def sources(path: str) -> dict[str, list]:
    """The functions and classes of a file by their names, those of classes too."""
    found: dict[str, list] = {}
    tree = ast.parse(Path(path).read_text("utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            found.setdefault(node.name, []).append(node)
    return found


@cache
def private_reads(path: str, function: str) -> frozenset[str]:
    """The private attributes that a test reads, by itself or in helpers of its file."""
    known, done, todo, private = sources(path), set(), [function], set()
    while todo:
        name = todo.pop()
        if name in done:
            continue
        done.add(name)
        for node in known.get(name, ()):
            reads = Reads()
            for part in [*getattr(node, "decorator_list", ()), *node.body]:
                reads.visit(part)
            private |= reads.private
            todo += [n for n in reads.called if not n.startswith("test")]
    return frozenset(private)


def short(nodeid: str) -> str:
    """``layers/core/dense_test.py::DenseTest::test_basics``."""
    return nodeid.split("keras/src/", 1)[-1]


def _listed(name: str) -> str | None:
    return next((why for pattern, why in LISTED.items() if re.fullmatch(pattern, name)), None)


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    """Record the worst of set-up, the test and what follows."""
    report = (yield).get_result()
    if report.when != "call" and report.outcome == "passed":
        return
    name = short(item.nodeid)
    path, _, function = item.nodeid.partition("::")
    function = getattr(item, "originalname", None) or function.rpartition("::")[2]
    private = private_reads(str(item.path), _base(str(item.path), function))
    if private:
        result = ("not counted", f"private attributes: {', '.join(sorted(private))}")
    elif why := _listed(name):
        result = ("not counted", why)
    elif report.outcome == "skipped":
        result = ("not counted", _why(report))
    elif report.outcome == "passed":
        result = ("passed", "")
    else:
        result = ("failed", _error(call, report))
    if _results.get(name, ("passed",))[0] == "passed":
        _results[name] = result


def _base(path: str, function: str) -> str:
    """The function in the source behind a parametrized test: test_basics of test_basics_int8."""
    function = function.partition("[")[0]
    known = sources(path)
    while function and function not in known:
        function = function[:-1]
    return function


def _why(report) -> str:
    text = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
    text = text.removeprefix("Skipped: ")
    known = ("private:", "absent:", "another library:", "sparse:")
    return text if text.startswith(known) else f"skipped by Keras: {text}"


def _error(call, report) -> str:
    if call.excinfo is None:
        return str(report.longrepr)[-300:]
    error = f"{call.excinfo.typename}: {call.excinfo.value}"
    places = [str(e.path) for e in call.excinfo.traceback]
    last = next((e for e in reversed(call.excinfo.traceback) if "_test.py" in str(e.path)), None)
    where = f" @{last.path.name}:{last.lineno + 1}" if last and places else ""
    return " ".join(error.split())[:400] + where


def pytest_collectreport(report):
    """A file that cannot be loaded is one failure, or not counted if it asked for what is."""
    if report.outcome == "passed":
        return
    if report.outcome == "skipped":
        _results[short(report.nodeid)] = ("not counted", _why(report))
    else:
        _results[short(report.nodeid)] = ("failed", f"not loaded: {str(report.longrepr)[-300:]}")


def pytest_sessionfinish(session):
    """Write what was recorded."""
    Path(os.environ["KERAS_RESULTS"]).write_text(json.dumps(_results), "utf-8")
