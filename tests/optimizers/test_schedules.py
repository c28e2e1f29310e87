"""Schedules against Keras's, step by step; user-written ones; what is refused."""

import json

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st
from keras_oracle import TOLERANCE, floatx, jax, keras

from brickwork.engines import native
from brickwork.optimizers import SGD, schedules
from brickwork.optimizers.schedules import LearningRateSchedule
from brickwork.program import Variable, interpret, run, signature_of, trace_function

CASES = [
    ("ExponentialDecay", (0.1, 10, 0.7)),
    ("ExponentialDecay", (0.1, 10, 0.7, True)),
    ("PiecewiseConstantDecay", ([3, 10, 20], [1.0, 0.5, 0.2, 0.1])),
    ("PiecewiseConstantDecay", ([7], [0.3, 0.1])),
    ("PolynomialDecay", (0.1, 20)),
    ("PolynomialDecay", (0.1, 20, 0.01, 2.0)),
    ("PolynomialDecay", (0.1, 7, 0.01, 0.5, True)),
    ("InverseTimeDecay", (0.1, 10, 0.5)),
    ("InverseTimeDecay", (0.1, 10, 0.5, True)),
    ("CosineDecay", (0.1, 25)),
    ("CosineDecay", (0.1, 25, 0.2)),
    ("CosineDecay", (0.0, 25, 0.1, "warm", 0.5, 9)),
    ("CosineDecay", (0.1, 25, 0.1, "warm", 0.5)),
    ("CosineDecayRestarts", (0.1, 6)),
    ("CosineDecayRestarts", (0.1, 6, 1.0, 0.8, 0.1)),
    ("CosineDecayRestarts", (0.1, 5, 1.5, 0.9)),
]


def program_of(schedule):
    """The schedule as a training step sees it: traced, the step known when the program runs."""
    return trace_function(schedule, [((), "int64")])


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("name, arguments", CASES, ids=str)
def test_every_step_is_keras(name, arguments, dtype):
    with floatx(dtype):
        mine = getattr(schedules, name)(*arguments)
        its = getattr(keras.optimizers.schedules, name)(*arguments)
        # Compiled, Keras's restarts may come a step late: log(8) / log(2) is then below 3.
        rate_of = its if name == "CosineDecayRestarts" else jax.jit(lambda step: its(step))
        program = program_of(mine)
        for step in [*range(0, 12), *range(12, 45, 3), 1000, 123_456]:
            rate = native.run(program, [np.int64(step)])[0]
            wanted = np.asarray(rate_of(step), dtype)
            if name == "CosineDecayRestarts" and step > 10_000 and dtype == "float32":
                continue  # the fraction of a run that is thousands of steps long: noise in both
            assert abs(rate - wanted) <= TOLERANCE[dtype] * (1 + abs(wanted)), step
            assert np.asarray(rate).dtype == dtype
            assert interpret(program, [np.int64(step)])[0] == pytest.approx(rate, rel=1e-6)
            assert mine(step) == pytest.approx(rate, rel=1e-6)


@pytest.mark.parametrize("name, arguments", CASES, ids=str)
def test_config_is_keras_and_comes_back(name, arguments):
    mine = getattr(schedules, name)(*arguments)
    config = mine.get_config()
    assert config == getattr(keras.optimizers.schedules, name)(*arguments).get_config()
    again = schedules.deserialize(json.loads(json.dumps(schedules.serialize(mine))))
    assert type(again) is type(mine) and again.get_config() == config


@given(st.lists(st.integers(0, 10_000), min_size=1, max_size=6, unique=True).map(sorted), st.data())
@settings(max_examples=50, deadline=None)
def test_piecewise_takes_each_value_in_its_range(boundaries, data):
    values = data.draw(
        st.lists(
            st.floats(0, 1, width=32), min_size=len(boundaries) + 1, max_size=len(boundaries) + 1
        )
    )
    step = data.draw(st.integers(0, 11_000))
    program = program_of(schedules.PiecewiseConstantDecay(boundaries, values))
    wanted = values[sum(step > b for b in boundaries)]
    assert run(program, [np.int64(step)])[0] == np.float32(wanted)


@given(st.floats(0.001, 1), st.integers(1, 500), st.floats(0, 0.5), st.integers(0, 1000))
@settings(max_examples=50, deadline=None)
def test_cosine_falls_and_stays_between_its_ends(start, steps, alpha, step):
    rates = [float(schedules.CosineDecay(start, steps, alpha)(s)) for s in (step, step + 1)]
    rounding = 1e-6 * start
    assert rates[1] <= rates[0] + rounding
    assert start * alpha - rounding <= rates[1] <= start + rounding


class Halving(LearningRateSchedule):
    def __init__(self, start):
        self.start = start

    def __call__(self, step):
        return self.start * 0.5**step


class Kept(Halving):
    def get_config(self):
        return {"start": self.start}


def test_a_users_schedule_is_traced():
    weight = Variable([0.0], name="w")
    optimizer = SGD(Halving(1.0))
    grads = [np.ones(1, "float32")]
    program = trace_function(
        lambda g: optimizer.apply([g], [weight]), [signature_of(grads[0], batched=False)]
    )
    seen = []
    for _ in range(3):
        run(program, grads)
        seen.append(float(weight.numpy()[0]))
    assert seen == [-1.0, -1.5, -1.75]
    assert float(optimizer.learning_rate) == 0.125


def test_a_users_schedule_in_a_config():
    with pytest.raises(NotImplementedError, match="get_config"):
        Halving(1.0).get_config()
    config = SGD(Kept(0.5)).get_config()
    assert config["learning_rate"] == {"class_name": "Kept", "config": {"start": 0.5}}
    assert schedules.deserialize(config["learning_rate"], {"Kept": Kept}).start == 0.5


@pytest.mark.parametrize(
    "name, arguments, message",
    [
        ("PiecewiseConstantDecay", ([1, 2], [0.1, 0.2]), "values: got 2 for 2 boundaries"),
        ("PiecewiseConstantDecay", ([2, 1], [0.1, 0.2, 0.3]), "boundaries: got"),
        ("PiecewiseConstantDecay", ([], [0.1]), "expected a list of numbers"),
        ("PiecewiseConstantDecay", ([1, float("nan")], [0.1, 0.2, 0.3]), "got nan"),
        ("ExponentialDecay", (0.1, 0, 0.9), "decay_steps: got 0, expected a number > 0"),
        ("CosineDecay", (0.1, -5), "decay_steps: got -5"),
        ("CosineDecayRestarts", (0.1, 5, 0), "t_mul: got 0"),
        ("PolynomialDecay", (-0.1, 5), "initial_learning_rate: got -0.1"),
    ],
)
def test_refusals(name, arguments, message):
    with pytest.raises(ValueError) as caught:
        getattr(schedules, name)(*arguments)
    assert message in str(caught.value)
