"""Scripts for dense nets as people wrote them for Keras 1, Keras 2 and tf.keras, run unchanged.

Each program stands for an idiom that many public scripts share; the words are ours. What a script
expects it asserts itself.
"""

import textwrap
from importlib import import_module
from pathlib import Path

import numpy as np
import pytest
from samples import python

from brickwork.pictures import fonts

SCRIPTS = {
    name: code
    for file in sorted((Path(__file__).parent / "programs").glob("*.py"))
    for name, code in import_module(f"programs.{file.stem}").PROGRAMS.items()
}


#: ``brickwork run script.py``, with the same random numbers each time.
RUN = (
    "import sys, numpy; numpy.random.seed(3); from brickwork.cli import main; "
    "sys.exit(main(['run', 'script.py']))"
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    place = tmp_path_factory.mktemp("scripts")
    rows = np.random.default_rng(0).uniform(0, 100, (100, 9)).round(1)
    rows[:, -1] = rows[:, 1] > 50
    np.savetxt(place / "pima-indians-diabetes.csv", rows, delimiter=",")
    return place


@pytest.mark.parametrize("name", SCRIPTS)
def test_a_script(name, folder):
    if ".png" in SCRIPTS[name] and not _font():
        pytest.skip("a font is not installed (Debian: fonts-dejavu-core)")
    (folder / "script.py").write_text(textwrap.dedent(SCRIPTS[name]))
    done = python("-c", RUN, cwd=folder)
    assert done.returncode == 0, done.stderr


def _font() -> bool:
    try:
        return bool(fonts.sans())
    except RuntimeError:
        return False
