"""A script starts fast: what it does not use is not loaded.

Times depend on the machine and are in `make bench`; what is loaded does not.
"""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

IMPORT = "from brickwork.models import Sequential; from brickwork.layers import Dense, Input"
EPOCH = f"""
{IMPORT}
model = Sequential([Input((4,)), Dense(8, activation="relu"), Dense(1, activation="sigmoid")])
model.compile(loss="binary_crossentropy", optimizer="adam", metrics=["accuracy"])
model.fit(numpy.ones((20, 4)), numpy.ones(20), batch_size=10, verbose=0)
"""
#: What neither needs: of ours, and of what takes long, NumPy's and Python's own.
NEVER = (
    "brickwork.dialects",
    "brickwork.models.functional",
    "brickwork.models.host_layers",
    "brickwork.pictures",
    "brickwork.program.segment",
    "brickwork.program.tape",
    "brickwork.saving",
    "brickwork.spelling.absent",
    "brickwork.training.custom_step",
    "brickwork.training.streaming",
    "dataclasses",
    "difflib",
    "numpy.random",
    "pathlib",
)
#: What only a training needs.
TRAINING = (
    "brickwork._engine",
    "brickwork.data.arrays",
    "brickwork.engines",
    "brickwork.losses",
    "brickwork.metrics",
    "brickwork.optimizers",
    "brickwork.training.compiled",
    "brickwork.training.loop",
    "brickwork.training.programs",
)


def loaded(code: str) -> list[str]:
    """The modules that code loads beyond NumPy."""
    script = (
        "import json, sys, numpy\nbefore = set(sys.modules)\n"
        f"{code}\nprint(json.dumps([name for name in sys.modules if name not in before]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, encoding="utf-8"
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.parametrize(
    "code, without, most",
    [(IMPORT, NEVER + TRAINING, 89), (EPOCH, NEVER, 162)],
    ids=["import", "epoch"],
)
def test_what_a_script_does_not_use_is_not_loaded(code, without, most):
    names = loaded(code)
    unused = [name for name in names if any(f"{name}.".startswith(f"{one}.") for one in without)]
    assert unused == [], "import these where they are used: in a function, or by a lazy name"
    ours = [name for name in names if name.startswith("brickwork")]
    assert len(ours) <= most, (
        f"{len(ours)} modules, expected at most {most}: each takes 0.1 ms. Import what few scripts "
        f"use in the function that uses it. Loaded are {' '.join(sorted(ours))}"
    )


def test_a_seed_is_numpys_once_its_generator_is_loaded():
    script = """
import sys, numpy
before = "numpy.random" in sys.modules
from brickwork.program.seeds import draw_seed
seeds = {draw_seed() for _ in range(9)}
assert ("numpy.random" in sys.modules) == before
numpy.random.seed(3)
assert len(seeds) == 9 and draw_seed() == 218175338
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
