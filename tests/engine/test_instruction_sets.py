"""Every instruction set of this build that the machine has passes the kernels' tests."""

import os
import subprocess
from pathlib import Path

import pytest
from samples import PYTHON

from brickwork import _engine

HERE = Path(__file__).parent


@pytest.mark.parametrize("isa", [i for i in _engine.isas if i != _engine.isa])
def test_kernels_on(isa):
    if os.environ.get("BRICKWORK_ISA"):
        return  # the outer run has all of them
    tests = sorted(str(p) for p in HERE.glob("test_kernels_*.py"))
    done = subprocess.run(
        [*PYTHON, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", *tests],
        env={**os.environ, "BRICKWORK_ISA": isa},
        cwd=HERE.parent,
        capture_output=True,
        text=True,
        timeout=600,
    )
    assert done.returncode == 0, done.stdout[-3000:]


def test_an_unknown_one_is_refused():
    done = subprocess.run(
        [*PYTHON, "-c", "import brickwork._engine"],
        capture_output=True,
        env={**os.environ, "BRICKWORK_ISA": "sse9"},
        text=True,
        timeout=60,
    )
    assert done.returncode != 0
    assert "BRICKWORK_ISA=sse9" in done.stderr
