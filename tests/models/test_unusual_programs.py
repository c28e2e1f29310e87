"""A few of the random programs of `make unusual`; and a fault of each kind, which it finds."""

import numpy as np
import pytest
from scripts import script
from unusual_programs import ASPECTS, Program, drawn

import brickwork

unusual = script("tests/long/unusual.py")

PLAIN = {aspect: choices[0] for aspect, choices in ASPECTS.items()}


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("seed", (7, 8, 9))
def test_random_programs_mean_what_they_mean_to_keras(seed):
    kind, words = unusual.verdict(Program(drawn(np.random.default_rng(seed)), seed))
    assert kind not in unusual.FINDS, words


class Faulty(Program):
    """One that brickwork gets wrong."""

    fault = None

    def run(self, k, plain=False):
        for name, value in super().run(k, plain):
            if k is brickwork and name == "rate":
                if self.fault is not None:
                    raise self.fault
                value += 1e-3
            yield name, value


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        (None, "different"),
        (ValueError("too much"), "only brickwork refuses"),
        (KeyError("inside"), "an error from within"),
    ],
)
def test_faults_are_found(fault, kind):
    program = Faulty(PLAIN | {"epochs": 1}, 0)
    program.fault = fault
    assert unusual.verdict(program)[0] == kind
