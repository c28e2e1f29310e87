"""Every bound function that takes arrays, with arrays that do not fit: refused, nothing written."""

import inspect

import numpy as np
import pytest
from plans import Regression, linear

from brickwork import _engine

ROWS, WIDTH, UNITS = 6, 3, 4


def wrong_inputs(good):
    """What cannot be read as the rows that are wanted."""
    record = np.dtype([("a", "f4"), ("b", "f4"), ("c", "f4")])
    return {
        "None": None,
        "a list": good.tolist(),
        "no axis": np.float32(1) * np.ones(()),
        "an axis less": good[:, 0].copy(),
        "an axis more": good.reshape(*good.shape, 1).repeat(2, 2),
        "too narrow": good[:, 1:].copy(),
        "too wide": np.concatenate([good, good], 1),
        "rows missing": good[1:].copy(),
        "complex": good.astype("complex64"),
        "objects": good.astype(object),
        "text": good.astype("U8"),
        "dates": good.astype("int64").astype("datetime64[s]"),
        "records": np.zeros(good.shape, record),
        "long double": good.astype(np.longdouble),
        "a matrix's buffer": memoryview(good),
        "endless rows": np.broadcast_to(np.uint8(1), (ROWS, 2**59)),
    }


def wrong_states(good):
    """What cannot be written to as this state."""
    locked = good.copy()
    locked.flags.writeable = False
    bytes_ = good.nbytes
    return {
        "None": None,
        "a list": good.tolist(),
        "float64": good.astype("float64"),
        "int32": good.astype("int32"),
        "half": good.astype("float16"),
        "swapped bytes": good.astype(good.dtype.newbyteorder()),
        "columns first": np.asfortranarray(good),
        "strided": np.zeros((WIDTH, 2 * UNITS), "float32")[:, ::2],
        "backwards": good[::-1],
        "read only": locked,
        "broadcast": np.broadcast_to(np.float32(0), good.shape),
        "misaligned": np.frombuffer(bytearray(bytes_ + 1), "float32", good.size, 1).reshape(
            good.shape
        ),
        "objects": good.astype(object),
    }


class Case:
    """A plan with a state, guarded by canaries on both sides."""

    def __init__(self):
        self.x = np.random.default_rng(0).normal(size=(ROWS, WIDTH)).astype("float32")
        self.memory = np.full(3 * WIDTH * UNITS, 7, "float32")
        self.weights = self.memory[WIDTH * UNITS : 2 * WIDTH * UNITS].reshape(WIDTH, UNITS)
        self.bias = np.ones(UNITS, "float32")
        self.plan = linear(self.weights, self.bias)

    def plan_with(self, states):
        buffers = [
            ("input", "float32", [(0, 1), WIDTH], 0, 0),
            ("state", "float32", [WIDTH, UNITS], 0, 0),
        ]
        fill = ("fill", [1], [], [], [0.0], ("one",), False, "test/fill", None)
        return _engine.Plan(buffers, [fill], [], states).run([self.x], ROWS)

    def feed(self, x):
        model = Regression(WIDTH, UNITS)
        train = model.train(self.x, np.ones((ROWS, UNITS), "float32"), batch=2)
        assert train.steps(0) == 3
        return _engine.Loop(
            _engine.Pass(model.step, None, None, [x, np.ones((ROWS, UNITS))], ROWS, 2), None, 1
        ).run(9)

    def feed_window(self, x):
        model, ones = Regression(WIDTH, UNITS), np.ones((ROWS, UNITS), "float32")
        train = _engine.Pass(model.step, None, None, [self.x, ones], ROWS, 2)
        train.window([x, ones], 0)
        return _engine.Loop(train, None, 1).run(9)

    def predictor(self, x):
        def fallback(x):
            raise TypeError("not what the plan wants")

        return _engine.Predictor(self.plan, fallback)(x)

    def intact(self) -> bool:
        return (self.memory == 7).all() and np.allclose(
            self.plan.run([self.x], ROWS)[0], self.x.sum(1, keepdims=True) * 7 + 1, rtol=1e-5
        )


#: Bound functions that take arrays to read: what is done with one.
READS = {
    "Plan.run": lambda case, x: case.plan.run([x], ROWS),
    "Plan.sweep": lambda case, x: case.plan.sweep([x], ROWS, 2),
    "Pass": lambda case, x: case.feed(x),
    "Pass.window": lambda case, x: case.feed_window(x),
    "Predictor": lambda case, x: case.predictor(x),
}
#: Bound functions that take arrays to write to.
WRITES = {
    "Plan": lambda case, state: case.plan_with([state]),
    "Plan.set_states": lambda case, state: case.plan.set_states([state, case.bias]),
}
#: All others: what they take is no array.
OTHERS = {
    "Gate",
    "Loop",
    "Loop.current",
    "Loop.rows",
    "Loop.run",
    "Moved",
    "Pass.steps",
    "Plan.clear_timings",
    "Plan.timings",
    "kernels",
    "limit_threads",
    "most_threads",
    "release_threads",
    "shuffle_order",
    "within",  # takes anything, and is False for what it does not know
}


def bound_functions() -> set:
    names = set()
    for name, thing in vars(_engine).items():
        if name.startswith("_") or not callable(thing):
            continue
        names.add(name)
        if inspect.isclass(thing) and not issubclass(thing, BaseException):
            names |= {
                f"{name}.{member}"
                for member, value in vars(thing).items()
                if callable(value) and not member.startswith("_")
            }
    return names


def test_no_bound_function_is_forgotten():
    assert bound_functions() == READS.keys() | WRITES.keys() | OTHERS


@pytest.mark.parametrize("what", wrong_inputs(np.ones((ROWS, WIDTH), "float32")))
@pytest.mark.parametrize("name", READS)
def test_wrong_inputs(name, what):
    case = Case()
    if name == "Predictor" and what == "rows missing":
        return  # it takes any number of rows
    with pytest.raises((TypeError, ValueError, OverflowError)):
        READS[name](case, wrong_inputs(case.x)[what])
    assert case.intact()


@pytest.mark.parametrize("what", wrong_states(np.ones((WIDTH, UNITS), "float32")))
@pytest.mark.parametrize("name", WRITES)
def test_wrong_states(name, what):
    case = Case()
    with pytest.raises((TypeError, ValueError)):
        WRITES[name](case, wrong_states(case.weights)[what])
    assert case.intact()


@pytest.mark.parametrize("size", [0, 1, WIDTH * UNITS - 1])
def test_a_state_that_is_too_short_is_not_written_behind(size):
    case = Case()
    short = case.memory[:size]
    with pytest.raises(ValueError, match="wants elements"):
        case.plan_with([short])
    assert case.intact()


@pytest.mark.parametrize(
    "arguments",
    [
        {"rows": 0},
        {"rows": -1},
        {"rows": 2**63 - 1},
        {"portion": 0},
        {"portion": -1},
        {"threads": 0},
        {"threads": -5},
        {"rows": ROWS + 1},
    ],
)
def test_a_sweep_of_impossible_numbers(arguments):
    case = Case()
    with pytest.raises((ValueError, MemoryError)):
        case.plan.sweep([case.x], **({"rows": ROWS, "portion": 4} | arguments))
    assert case.intact()


FLOATS = [0.0, -0.0, 0.1, 1 / 3, 1.0, 1e-45, 3.4e38, 1e39, np.inf]


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("low", [-x for x in FLOATS])
@pytest.mark.parametrize("high", FLOATS)
def test_within_compares_as_numbers(low, high, dtype):
    """Limits that the dtype does not have count as what they are, whatever value is compared."""
    ends = [low, high, np.nan, 0.5]
    with np.errstate(over="ignore"):
        near = np.array(ends, dtype)
    values = [v for x in near for v in (np.nextafter(x, -np.inf), x, np.nextafter(x, np.inf))]
    for value in values:
        for place in (0, 3, 8):
            array = np.zeros(9, dtype)
            array[place] = value
            assert _engine.within(array, low, high) == (low <= float(value) <= high), value


@pytest.mark.parametrize("dtype", ["float32", "float64", "int32", "int64", "uint8"])
@pytest.mark.parametrize("place", [0, 7, 8, 18])
def test_within_looks_at_every_value(place, dtype):
    array = np.ones(19, dtype)
    assert _engine.within(array, 1, 1, whole=True)
    array[place] = 2
    assert not _engine.within(array, 1, 1, whole=True)
    if np.dtype(dtype).kind == "f":
        array[place] = 1.5
        assert _engine.within(array, 1, 2) and not _engine.within(array, 1, 2, whole=True)
