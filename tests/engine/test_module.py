"""The module as a whole: its stub, its instruction sets, what it shows the linker."""

import ast
import inspect
import os
import subprocess
import sys
from pathlib import Path

import pytest

import brickwork
from brickwork import _engine

STUB = Path(brickwork.__file__).parent / "_engine.pyi"


def public(namespace):
    """The public names, without those that every exception has."""
    inherited = dir(Exception) if inspect.isclass(namespace) else []
    return {name for name in dir(namespace) if not name.startswith("_")} - set(inherited)


def test_the_stub_names_what_the_module_has():
    body = ast.parse(STUB.read_text()).body
    functions = {n.name for n in body if isinstance(n, ast.FunctionDef)}
    classes = {n.name: n for n in body if isinstance(n, ast.ClassDef)}
    values = {n.target.id for n in body if isinstance(n, ast.AnnAssign)}
    assert functions | set(classes) | values == public(_engine)
    for name, node in classes.items():
        members = {n.name for n in node.body if isinstance(n, ast.FunctionDef)}
        members |= {n.target.id for n in node.body if isinstance(n, ast.AnnAssign)}
        assert {m for m in members if not m.startswith("_")} == public(getattr(_engine, name))


def has_words(thing):
    """Whether there is more than the signature that every bound function starts with."""
    lines = (inspect.getdoc(thing) or "").splitlines()
    return any(line for line in lines if "->" not in line and "self" not in line)


def test_everything_is_documented():
    for name in public(_engine) - {"isa", "isas"}:
        thing = getattr(_engine, name)
        assert has_words(thing), name
        if inspect.isclass(thing):
            for member in public(thing):
                assert has_words(getattr(thing, member)), f"{name}.{member}"


def test_instruction_sets():
    assert _engine.isa == (os.environ.get("BRICKWORK_ISA") or _engine.isas[0])


def test_kernels():
    names = _engine.kernels()
    assert names == sorted(set(names))
    assert {"map", "matmul", "batch_matmul", "shuffle", "guard"} <= set(names)


@pytest.mark.skipif(sys.platform != "linux", reason="other linkers have other lists of symbols")
def test_nothing_but_pythons_entry_is_for_others():
    """An operator new of a C++ library inside would meet those of other libraries."""
    listed = subprocess.run(
        ["nm", "--dynamic", "--defined-only", "--format=just-symbols", _engine.__file__],
        capture_output=True,
        text=True,
        check=True,
    )
    assert listed.stdout.split() == ["PyInit__engine"]
