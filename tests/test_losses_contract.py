"""Properties of every loss: a new one is tested by being entered in `CASES`, or, where
Keras has none, in `LOSSES` of tests/ours.py."""

import inspect
import json
import subprocess
import sys

import numpy as np
import ours
import pytest
from keras_oracle import assert_close, floatx, keras
from losses_beside_keras import compare
from samples import LONG

from brickwork import losses
from brickwork.losses.loss_names import MISSING
from brickwork.registry import _plain as plain

SHAPES = [(5, 3), (4, 2, 3)]


def reals(shape, rng):
    return rng.normal(size=shape) * 3, rng.normal(size=shape) * 3


def positive(shape, rng):
    return rng.random(shape) * 4, rng.random(shape) * 4 - 0.5


def counts(shape, rng):
    return rng.integers(0, 5, shape).astype(float), rng.random(shape) * 4


def shares(shape, rng):
    y, p = rng.random(shape), rng.random(shape)
    return y / y.sum(-1, keepdims=True), p / p.sum(-1, keepdims=True)


def truth(shape, rng):
    return rng.integers(0, 2, shape).astype(float), rng.random(shape)


def truth_and_logits(shape, rng):
    return rng.integers(0, 2, shape).astype(float), rng.normal(size=shape) * 5


def signs(shape, rng):
    return rng.choice([-1.0, 1.0], shape), rng.normal(size=shape)


def hot(shape, rng):
    return np.eye(shape[-1])[rng.integers(0, shape[-1], shape[:-1])], rng.normal(size=shape)


def hot_shares(shape, rng):
    return hot(shape, rng)[0], shares(shape, rng)[1]


def classes(shape, rng):
    return rng.integers(0, shape[-1], shape[:-1]), shares(shape, rng)[1]


def classes_and_logits(shape, rng):
    return rng.integers(0, shape[-1], shape[:-1]), rng.normal(size=shape) * 5


def embedded(shape, rng):
    p = rng.normal(size=shape)
    return rng.integers(0, 3, shape[:1]), p / np.linalg.norm(p, axis=-1, keepdims=True)


#: For each loss: (data, arguments) as often as it has ways to work.
CASES = {
    "BinaryCrossentropy": [
        (truth, {}),
        (truth, {"label_smoothing": 0.2, "axis": 1}),
        (truth_and_logits, {"from_logits": True}),
    ],
    "BinaryFocalCrossentropy": [
        (truth, {}),
        (truth, {"apply_class_balancing": True, "alpha": 0.4, "gamma": 1.5}),
        (truth, {"gamma": 0.0, "label_smoothing": 0.1, "axis": 1}),
        (truth_and_logits, {"from_logits": True}),
    ],
    "CategoricalCrossentropy": [
        (hot_shares, {}),
        (shares, {"label_smoothing": 0.3}),
        (hot, {"from_logits": True, "axis": 1}),
    ],
    "CategoricalFocalCrossentropy": [
        (hot_shares, {}),
        (shares, {"alpha": 0.7, "gamma": 1.0, "label_smoothing": 0.1}),
        (hot, {"from_logits": True}),
        (shares, {"axis": 1}),
        (shares, {"alpha": [0.2, 0.5, 1.0]}),
    ],
    "CategoricalGeneralizedCrossEntropy": [(classes, {}), (classes, {"q": 0.2})],
    "CategoricalHinge": [(hot, {})],
    "Circle": [
        (embedded, {}),
        (embedded, {"gamma": 2.0, "margin": 0.1}),
        (embedded, {"remove_diagonal": False, "gamma": 5.0}),
    ],
    "CosineSimilarity": [(reals, {}), (reals, {"axis": 1}), (positive, {"axis": 0})],
    "Dice": [(truth, {}), (truth, {"axis": -1}), (truth, {"axis": (0, 1)})],
    "Hinge": [(signs, {}), (truth_and_logits, {}), (reals, {})],
    "Huber": [(reals, {}), (reals, {"delta": 0.3}), (reals, {"delta": 50.0})],
    "KLDivergence": [(shares, {}), (hot_shares, {}), (truth, {})],
    "LogCosh": [(reals, {}), (lambda s, r: (r.normal(size=s), 900 * r.normal(size=s)), {})],
    "MeanAbsoluteError": [(reals, {})],
    "MeanAbsolutePercentageError": [(reals, {}), (counts, {})],
    "MeanSquaredError": [(reals, {})],
    "MeanSquaredLogarithmicError": [(positive, {}), (reals, {})],
    "Poisson": [(counts, {})],
    "SparseCategoricalCrossentropy": [
        (classes, {}),
        (classes, {"ignore_class": 1}),
        (classes_and_logits, {"from_logits": True}),
    ],
    "SquaredHinge": [(signs, {}), (truth_and_logits, {}), (reals, {})],
    "Tversky": [(truth, {}), (truth, {"alpha": 0.2, "beta": 0.9, "axis": -1})],
}
FLAT = {"Circle"}  # takes rows of numbers only
EACH = pytest.mark.parametrize(
    ("name", "make", "arguments"),
    [
        pytest.param(name, make, arguments, id=f"{name}-{i}")
        for name, cases in CASES.items()
        for i, (make, arguments) in enumerate(cases)
    ],
)
NAMED = pytest.mark.parametrize("name", sorted(CASES))
FUNCTIONS = sorted(
    n
    for n, f in vars(keras.losses).items()
    if inspect.isfunction(f) and n not in ("get", "serialize", "deserialize", "ctc")
)


def test_every_loss_has_cases():
    classes = {item.__name__ for item in losses.registry.items() if isinstance(item, type)}
    ours.all_have_cases(
        "LOSSES",
        classes - {"Loss", "LossFunctionWrapper"},
        CASES,
        "CASES of tests/test_losses_contract.py",
    )


def test_what_keras_has_is_here():
    public = {name for name in dir(keras.losses) if not name.startswith("_")}
    assert public - set(dir(losses)) == set(MISSING)
    for name in public - set(MISSING):
        getattr(losses, name)


def test_what_is_missing_says_why():
    with pytest.raises(AttributeError, match="recurrent networks"):
        _ = losses.CTC
    with pytest.raises(ValueError, match="recurrent networks"):
        losses.get("ctc")


def test_the_catalogue_is_what_the_modules_hold():
    """`names` is written by hand so that modules can be loaded late."""
    for name in losses.names:
        item, found = getattr(losses, name), losses.registry.get(name)
        assert found is item or type(found) is item or type(found).function is item
    placed = {
        item
        for item in losses.registry.items()
        if item not in (losses.Loss, losses.LossFunctionWrapper)
    }
    assert {plain(name) for name, item in losses.registry._entries.items() if item in placed} == (
        set(losses.registry._modules)
    )


def test_modules_are_loaded_on_first_use():
    program = """if True:
        import sys
        from brickwork import losses, metrics
        import brickwork.models
        def loaded():
            return {m.split(".", 1)[1] for m in sys.modules if m.startswith(("brickwork.losses.",
                    "brickwork.metrics."))}
        base = loaded()
        losses.get("mse"), metrics.get("auc"), losses.Hinge
        from brickwork.losses import Dice
        print(sorted(base), sorted(loaded() - base), "Huber" in dir(losses))"""
    said = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    ).stdout
    assert said == (
        "['losses.loss', 'losses.loss_names', 'metrics.metric', 'metrics.metric_names'] "
        "['losses.dice_losses', 'losses.hinge_losses', 'losses.regression', 'metrics.auc', "
        "'metrics.confusion'] True\n"
    )


@pytest.mark.parametrize(
    ("name", "make", "arguments", "dtype"),
    [
        pytest.param(name, make, arguments, dtype, id=f"{dtype}-{name}-{i}")
        for number, (name, cases) in enumerate(CASES.items())
        for i, (make, arguments) in enumerate(cases)
        for dtype in (("float32", "float64") if LONG or i + number % 2 == 0 else ("float64",))
    ],
)
def test_value_and_gradient(name, make, arguments, dtype):
    y, p = make(SHAPES[0], np.random.default_rng(0))
    compare(name, y, p, dtype=dtype, **arguments)


def steps(name, make):
    """The shape, and values of it, of rows of several steps where a loss takes such."""
    shape = SHAPES[0] if name in FLAT else SHAPES[1]
    rng = np.random.default_rng(1)
    return shape, rng, *make(shape, rng)


def losses_of_rows(name, make, arguments):
    shape, _, y, p = steps(name, make)
    return shape, getattr(losses, name)(**arguments, reduction=None)(y, p).shape


@pytest.mark.parametrize(
    ("name", "make", "arguments"),
    [
        pytest.param(name, make, arguments, id=f"{name}-{i}")
        for name, cases in CASES.items()
        for i, (make, arguments) in enumerate(cases)
        # A loss for all rows, or along them, has none that could be weighted.
        if (lambda shape, rows: rows[:1] == shape[:1])(*losses_of_rows(name, make, arguments))
    ],
)
def test_steps_weights_and_a_mask(name, make, arguments):
    """Rows of several steps: the weights and the mask are those of the steps."""
    _, rng, y, p = steps(name, make)
    _, rows = losses_of_rows(name, make, arguments)
    weight, mask = rng.random(rows), rng.random(rows) < 0.6
    compare(name, y, p, weight=weight, **arguments)
    compare(name, y, p, weight=weight, mask=mask, **arguments)


@pytest.mark.parametrize(
    ("name", "reduction"),
    [
        (name, reduction)
        for index, name in enumerate(sorted(CASES))
        for number, reduction in enumerate(losses.loss.REDUCTIONS)
        if LONG or number % 2 == index % 2
    ],
)
def test_reductions_and_weights_of_rows(name, reduction):
    make, arguments = CASES[name][0]
    rng = np.random.default_rng(2)
    y, p = make(SHAPES[0], rng)
    compare(name, y, p, weight=rng.random(5), reduction=reduction, **arguments)


@pytest.mark.parametrize(
    "name",
    [
        name
        for name in CASES  # targets of classes have no last dimension to leave out
        if losses.get(name).labels not in ("classes", "ids", "distribution")
    ],
)
def test_targets_without_their_last_dimension(name):
    """(rows,) with (rows, 1): the same in the class, the function and Keras's class."""
    make, arguments = CASES[name][0]
    y, p = make((5, 1), np.random.default_rng(3))
    compare(name, y[:, 0], p, **arguments)
    function = type(losses.get(name)).function
    with floatx("float64"):
        np.testing.assert_array_equal(function(y[:, 0], p), function(y, p))


@pytest.mark.parametrize("name", FUNCTIONS)
def test_functions(name):
    make, arguments = next(
        c[0] for n, c in CASES.items() if type(losses.get(n)).function.__name__ == name
    )
    y, p = make(SHAPES[0], np.random.default_rng(4))
    arguments = {"q": 0.7} if "generalized" in name else {}
    with floatx("float64"):
        ours, theirs = getattr(losses, name), getattr(keras.losses, name)
        assert_close(ours(y, p, **arguments), np.asarray(theirs(y, p, **arguments)), 1e-9)

    def of(function):
        return [(q.name, q.default) for q in inspect.signature(function).parameters.values()]

    assert of(ours) == of(theirs)
    named = losses.get(name)
    assert named is ours or ("q" in arguments and named.q == 0.5)


@pytest.mark.parametrize(
    "alias",
    sorted(k for k, v in vars(keras.src.losses)["ALL_OBJECTS_DICT"].items() if k != v.__name__),
)
def test_aliases_are_keras_s(alias):
    assert losses.get(alias).__name__ == keras.losses.get(alias).__name__
    assert getattr(losses, alias) is losses.get(alias)


@EACH
def test_config_is_keras_s(name, make, arguments):
    ours, theirs = (getattr(library, name)(**arguments) for library in (losses, keras.losses))
    got = ours.get_config()
    wanted = {k: list(v) if isinstance(v, tuple) else v for k, v in theirs.get_config().items()}
    assert {
        k: list(v) if isinstance(v, tuple) else v for k, v in got.items() if k in wanted
    } == wanted
    again = losses.deserialize(json.loads(json.dumps(losses.serialize(ours))))
    assert type(again) is type(ours) and again.name == ours.name
    assert json.dumps(again.get_config()) == json.dumps(got)


@NAMED
def test_signature_is_keras_s(name):
    def of(kind):
        return [
            (p.name, p.default)
            for p in inspect.signature(kind).parameters.values()
            if p.name != "self"
        ]

    assert of(getattr(losses, name)) == of(getattr(keras.losses, name))
