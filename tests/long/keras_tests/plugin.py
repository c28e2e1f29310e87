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

# The words of errors and warnings are brickwork's own: they are not compared here either.
for _name in ("raises", "warns"):
    _given = getattr(pytest, _name)

    def _without_words(*args, _given=_given, match=None, **kwargs):
        return _given(*args, **kwargs)

    setattr(pytest, _name, _without_words)

#: Names with an underscore that are not Keras's private ones: of named tuples, and scikit-learn's.
NOT_PRIVATE = {"_asdict", "_fields", "_make", "_replace", "_more_tags", "_safe_tags", "_tags"}
_results: dict[str, tuple[str, str]] = {}


class Reads(ast.NodeVisitor):
    """What the source of a test mentions: private attributes, and other functions of the file."""

    def __init__(self, own: set[str]):
        self.own = own
        self.private: set[str] = set()
        self.called: set[str] = set()

    def visit_Attribute(self, node):
        own = isinstance(node.value, ast.Name) and node.value.id in ("self", "cls")
        special = node.attr.startswith("__") or node.attr in NOT_PRIVATE
        if own and (special or not node.attr.startswith("_") or node.attr in self.own):
            self.called.add(node.attr)  # the test's, or of a class in it
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


@cache
def sources(path: str, case: str | None) -> dict[str, ast.AST]:
    """The functions and classes of a file by their names, and the methods of one of the classes."""
    found = {}
    for node in ast.parse(Path(path).read_text("utf-8")).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            found[node.name] = node
        if isinstance(node, ast.ClassDef) and node.name == case:
            found |= {part.name: part for part in node.body if isinstance(part, ast.FunctionDef)}
    return found


@cache
def defined(path: str) -> set[str]:
    """The private names that a file defines itself: its methods, and what it assigns to self."""
    tree = ast.parse(Path(path).read_text("utf-8"))
    return {
        name
        for node in ast.walk(tree)
        for name in [getattr(node, "attr", None) or getattr(node, "name", None)]
        if isinstance(node, ast.FunctionDef)
        or (isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store))
    }


@cache
def private_reads(path: str, case: str | None, function: str) -> frozenset[str]:
    """The private attributes that a test reads, by itself or in helpers of its file."""
    known, done, todo, private = sources(path, case), {case}, [function], set()
    while todo:
        name = todo.pop()
        if name in done or name not in known:
            continue
        done.add(name)
        reads = Reads(defined(path))
        for part in [*known[name].decorator_list, *known[name].body]:
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
    case = item.cls.__name__ if getattr(item, "cls", None) else None
    private = private_reads(str(item.path), case, _function(str(item.path), case, item.name))
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


def _function(path: str, case: str | None, test: str) -> str:
    """The function in the source behind a parametrized test: test_basics of test_basics_int8."""
    function, known = test.partition("[")[0], sources(path, case)
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
