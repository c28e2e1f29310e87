"""What Keras lacks, compared with formulas in NumPy and finite differences: tests/ours.py."""

from __future__ import annotations

import inspect
import json

import keras
import keras_oracle as oracle
import numpy as np
import ours
import pytest
import test_losses_contract
import test_metrics_contract
from layers.test_contract import check_initializers, data, made, spread
from optimizers import test_parity as parity
from test_initializers import kolmogorov_smirnov

import brickwork
from brickwork import ops
from brickwork.losses.loss import Function as LossFunction
from brickwork.metrics.metric import Function as MetricFunction
from brickwork.program import run, signature_of, trace_function
from brickwork.registry import in_keras, snake_case
from brickwork.seeded_arrays import SeededArrays

DTYPES = ("float32", "float64")
#: Where Keras would have a thing of each kind.
KINDS = {
    "ACTIVATIONS": "activations",
    "LAYERS": "layers",
    "LOSSES": "losses",
    "METRICS": "metrics",
    "OPTIMIZERS": "optimizers",
    "INITIALIZERS": "initializers",
    "REGULARIZERS": "regularizers",
    "CONSTRAINTS": "constraints",
    "OPS": "ops",
}


def each(table: dict) -> list[tuple]:
    """(name, entry, case) of all entries: `parametrize` would count an empty table as skipped."""
    return [(name, entry, case) for name, entry in table.items() for case in entry.cases]


@pytest.mark.parametrize("kind", KINDS)
def test_keras_has_none_of_them(kind):
    theirs = getattr(keras, KINDS[kind])
    for name, entry in getattr(ours, kind).items():
        assert not hasattr(theirs, name), (
            f"Keras has {KINDS[kind]}.{name}: compare it with that, in the contract test, and take "
            "it out of tests/ours.py"
        )
        assert entry.cases, f"{kind} of tests/ours.py: {name} has no case"
        assert callable(entry.formula), (
            f"{kind} of tests/ours.py: the formula of {name} is {entry.formula!r}, expected a "
            "function in NumPy"
        )
        for case in entry.cases:
            check_form(kind, name, case)


#: The first part of a case that is a pair; the second are arguments.
FIRST = {
    "LAYERS": "the shape of one row",
    "LOSSES": "the name of a data maker",
    "METRICS": "the name of a data maker",
    "OPS": "a tuple of tensors",
}


def check_form(kind: str, name: str, case) -> None:
    """Refuse a case that is not of the form that its table's comment says."""
    said = f"{kind} of tests/ours.py: a case of {name} is {case!r}, expected "
    if kind not in FIRST:
        assert isinstance(case, dict), said + "a dict of arguments"
        return
    order = ("arguments, " + FIRST[kind]) if kind == "LAYERS" else f"{FIRST[kind]}, arguments"
    assert isinstance(case, tuple) and len(case) == 2, f"{said}({order})"
    first, given = reversed(case) if kind == "LAYERS" else case
    assert isinstance(given, dict), f"{said}({order}), where arguments are a dict"
    if kind == "OPS":
        assert isinstance(first, tuple), f"{said}({order}): of one tensor x, ((x,), {{}})"
    if kind in ("LOSSES", "METRICS"):
        maker(kind, first)


def maker(kind: str, name: str):
    """The function of a contract test that makes data."""
    module = test_losses_contract if kind == "LOSSES" else test_metrics_contract
    makers = [
        one
        for one, item in vars(module).items()
        if inspect.isfunction(item) and list(inspect.signature(item).parameters)[1:] == ["rng"]
    ]
    assert name in makers, (
        f"{kind} of tests/ours.py: got {name!r}, expected data that "
        f"{module.__name__}.py makes: {', '.join(sorted(makers))}"
    )
    return getattr(module, name)


@pytest.mark.parametrize(
    ("kind", "case", "says"),
    [
        ("ACTIVATIONS", ({},), "expected a dict of arguments"),
        ("LAYERS", ((4,), {}), r"expected \(arguments, the shape of one row\), where"),
        ("LOSSES", ("amount", {}), "got 'amount', expected data .* makes: classes, .*reals"),
        ("METRICS", "reals", r"expected \(the name of a data maker, arguments\)"),
        ("OPS", (np.ones(3), {}), r"of one tensor x, \(\(x,\), \{\}\)"),
    ],
)
def test_a_case_of_another_form_is_refused(kind, case, says):
    with pytest.raises(AssertionError, match=says):
        check_form(kind, "thing", case)


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "OPS"])
def test_keras_s_files_are_told_that_keras_has_none_of_them(kind):
    for name in getattr(ours, kind):
        registry = getattr(brickwork, KINDS[kind]).registry
        for item in (one for one in registry.items() if one.__name__ == name):
            assert not in_keras(item), (
                f"{name} is registered as if Keras had it, so files for Keras would name a class "
                "that is not there: write @registry.add(in_keras=False) above it"
            )


@pytest.mark.parametrize(
    ("here", "theirs", "declared", "says"),
    [
        (
            ["Dense", "Maxout"],
            ["Dense"],
            [],
            r"Maxout has no case: if Keras has it, add some to "
            r"CASES of there\.py; if not, enter it in LAYERS of tests/ours\.py",
        ),
        (
            ["Dense"],
            ["Dense"],
            ["Maxout"],
            r"LAYERS of tests/ours\.py has cases of Maxout, which is "
            "not here: it is not registered, or in no catalogue",
        ),
        ([], ["Dense"], [], r"CASES of there\.py has Dense, which is not here"),
        (
            ["Dense"],
            ["Dense"],
            ["Dense"],
            "Dense has cases in .* and in tests/ours.py: take one out",
        ),
        (["Dense", "Maxout"], ["Dense"], ["Maxout"], None),
    ],
)
def test_what_was_forgotten_is_said(here, theirs, declared, says, monkeypatch):
    monkeypatch.setattr(ours, "LAYERS", dict.fromkeys(declared))
    if says is None:
        ours.all_have_cases("LAYERS", here, theirs, "CASES of there.py")
        return
    with pytest.raises(AssertionError, match=says):
        ours.all_have_cases("LAYERS", here, theirs, "CASES of there.py")


#: The classes that each kind's have their common arguments from.
BASES = {
    "LAYERS": brickwork.layers.Layer,
    "LOSSES": brickwork.losses.Loss,
    "METRICS": brickwork.metrics.Metric,
    "OPTIMIZERS": brickwork.optimizers.Optimizer,
    "INITIALIZERS": brickwork.initializers.RandomInitializer,
    "REGULARIZERS": brickwork.regularizers.Regularizer,
    "CONSTRAINTS": brickwork.constraints.Constraint,
}


def arguments_of(kind: str, name: str) -> list[str]:
    """The arguments that one thing has and others of its kind need not."""
    item = getattr(
        brickwork.activations if kind == "ACTIVATIONS" else getattr(brickwork, KINDS[kind]), name
    )
    if isinstance(item, type):
        common = set(BASES[kind].__fields__) - {"learning_rate"}
        return [a for a in item.__fields__ if a not in common]
    takes = list(inspect.signature(item).parameters)
    tensors = 1 if kind == "ACTIVATIONS" else max(len(t) for t, _ in ours.OPS[name].cases)
    return takes[tensors:]


@pytest.mark.parametrize("kind", KINDS)
def test_every_argument_is_in_a_case(kind):
    for name, entry in getattr(ours, kind).items():
        cases = [case if isinstance(case, tuple) else (case,) for case in entry.cases]
        given = {a for case in cases for part in case if isinstance(part, dict) for a in part}
        for argument in arguments_of(kind, name):
            assert argument in given, (
                f"{kind} of tests/ours.py: no case of {name} gives {argument}=..., so nothing "
                "tests that it is used: add one with another value than its default"
            )


@pytest.mark.parametrize("kind", [kind for kind in BASES if kind != "LOSSES"])
def test_own_arguments_come_first(kind):
    """Before those of all of its kind."""
    for name in getattr(ours, kind):
        item, own = getattr(getattr(brickwork, KINDS[kind]), name), arguments_of(kind, name)
        takes = [a for a in inspect.signature(item).parameters if a in item.__fields__]
        for place, argument in enumerate(takes):
            late = [a for a in takes[place + 1 :] if a in own]
            assert argument in own or not late, (
                f"{name} takes {argument} before {late[0]}: write field_order = "
                f"{tuple(sorted(takes, key=lambda a: a not in own))} into the class"
            )


def test_a_metric_has_a_name():
    for name in ours.METRICS:
        item = getattr(brickwork.metrics, name)
        function = getattr(getattr(item, "function", None), "__name__", None)
        default = item.__fields__["name"].default
        assert default in {snake_case(name), function}, (
            f"{name}.name is {default!r}: write name = {snake_case(name)!r} into the class; logs "
            "and files show it"
        )


def functions_of(kind: str, base: type) -> list[type]:
    """The classes of a table that are made of a function."""
    found = [getattr(getattr(brickwork, KINDS[kind]), name) for name in getattr(ours, kind)]
    return [item for item in found if issubclass(item, base)]


def test_a_class_has_the_arguments_of_its_function():
    """In the same order, with the same defaults; and a name."""
    for item in [*functions_of("LOSSES", LossFunction), *functions_of("METRICS", MetricFunction)]:
        names = {item.function.__name__, snake_case(item.__name__)}
        assert item.__fields__["name"].default in names, (
            f"{item.__name__}.name is {item.__fields__['name'].default!r}: write name = "
            f"{snake_case(item.__name__)!r} into the class; logs and files show it"
        )
        of_function = list(inspect.signature(item.function).parameters.values())[2:]
        of_class = list(inspect.signature(item).parameters.values())
        for argument in of_function:
            assert argument.name in item.__fields__, (
                f"{item.__name__} has no argument {argument.name!r}, as its function has: declare "
                "it as a field"
            )
            assert argument.name in item.arguments, (
                f"{item.__name__}.{argument.name} is not passed to its function: enter it in "
                f"`arguments` of {item.__name__}"
            )
            default = item.__fields__[argument.name].default
            assert argument.default in (argument.empty, default), (
                f"{item.__name__}.{argument.name} is {default!r} by default, that of "
                f"{item.function.__name__} is {argument.default!r}"
            )
        wanted = [argument.name for argument in of_function]
        begins = [argument.name for argument in of_class[: len(wanted)]]
        assert begins == wanted or issubclass(item, brickwork.metrics.Metric), (
            f"{item.__name__} takes {', '.join(begins)} first, its function {', '.join(wanted)}: "
            f"write field_order = {(*wanted, 'reduction', 'name', 'dtype')} into the class"
        )


def check_gradient(function, x, name: str) -> None:
    """The gradient of a function of floats, weighted and summed, by finite differences."""
    with oracle.floatx("float64"):
        _, (gradient,) = oracle.value_and_gradients(function, x, batched=False)

        def total(values):
            out = np.asarray(oracle.traced(function, values, batched=False))
            return float(np.sum(out * oracle.weights(out, np)))

        for place in list(np.ndindex(*x.shape))[:40]:
            ends = [x.copy(), x.copy()]
            ends[0][place] += 1e-6
            ends[1][place] -= 1e-6
            measured = (total(ends[0]) - total(ends[1])) / 2e-6
            assert gradient[place] == pytest.approx(measured, rel=1e-5, abs=1e-6), (
                f"{name}: the gradient at {place}"
            )


#: Where formulas that are not written with care overflow, in single precision at least.
LARGE = np.array([[0.0, 30.0, -30.0, 90.0, -90.0, 300.0, -300.0, 1e4, -1e4]])


def compare_large(name: str, found, formula, *args, **given) -> None:
    """What is computed in single precision of large numbers, where the formula has a value."""
    with np.errstate(all="ignore"):
        wanted = np.asarray(formula(*args, **given))
    finite = np.isfinite(wanted) & (np.abs(wanted) < 1e38)
    size = np.abs(wanted[finite]).max(initial=1.0)
    np.testing.assert_allclose(
        np.asarray(found)[finite],
        wanted[finite],
        rtol=1e-4,
        atol=1e-6 * size,
        err_msg=(
            f"{name} of large numbers, where its formula has a value: it overflows, or loses them"
        ),
    )


def check_large_gradient(name: str, function, x) -> None:
    """In single precision it is a number where it is one in double."""
    single, double = [], []
    for dtype, found in (("float32", single), ("float64", double)):
        with oracle.floatx(dtype):
            found += oracle.value_and_gradients(function, x.astype(dtype), batched=False)[1]
    lost = np.isfinite(double[0]) & ~np.isfinite(single[0])
    assert not lost.any(), f"{name}: the gradient at {x[lost][:3]} is {single[0][lost][:3]}"


def test_what_overflows_is_found():
    def naive(x):
        return ops.log(1.0 + ops.exp(x))

    found = oracle.traced(naive, LARGE.astype("float32"))
    with pytest.raises(AssertionError, match="it overflows, or loses them"):
        compare_large("naive", found, lambda x: np.logaddexp(x, 0), LARGE)
    compare_large(
        "softplus",
        oracle.traced(ops.softplus, LARGE.astype("float32")),
        lambda x: np.logaddexp(x, 0),
        LARGE,
    )
    with pytest.raises(AssertionError, match=r"naive: the gradient at \[ ?90\. 300\.\] is \[nan"):
        check_large_gradient("naive", naive, LARGE)


def test_activations():
    rng = np.random.default_rng(0)
    for name, entry, given in each(ours.ACTIVATIONS):
        function = brickwork.activations.get(name)
        x = rng.normal(scale=2.0, size=(2, 3, 4))
        for dtype in DTYPES:
            with oracle.floatx(dtype):
                value = oracle.traced(lambda s, f=function, g=given: f(s, **g), x.astype(dtype))
            wanted = np.asarray(entry.formula(x.astype(dtype), **given)).astype(dtype)
            assert value.dtype == dtype, f"{name} of {dtype} is {value.dtype}"
            np.testing.assert_allclose(
                value,
                wanted,
                rtol=2e-5 if dtype == "float32" else 1e-12,
                atol=1e-6 if dtype == "float32" else 1e-12,
                err_msg=name,
            )
        check_gradient(lambda s, f=function, g=given: f(s, **g), x, name)
        large = oracle.traced(lambda s, f=function, g=given: f(s, **g), LARGE.astype("float32"))
        compare_large(name, large, entry.formula, LARGE, **given)
        check_large_gradient(name, lambda s, f=function, g=given: f(s, **g), LARGE)
        nan = np.full((1, 4), np.nan)
        assert np.isnan(function(nan, **given)).all(), f"{name} hides NaN"


def test_layers():
    """Values; gradients and all else are tested by tests/layers/test_contract.py."""
    for name, entry, (given, row) in each(ours.LAYERS):
        x = data(row, "float64")
        with oracle.floatx("float64"):
            layer = made(name, given)
            layer(x)
            spread(layer)
            wanted = entry.formula(x, *layer.get_weights(), **given)
            np.testing.assert_allclose(layer(x), wanted, rtol=1e-9, atol=1e-9, err_msg=name)
            check_initializers(name, given, x)
        if not isinstance(row, list) and x.dtype.kind == "f":
            single = made(name, given, dtype="float32")
            single.build((None, *row))
            single.set_weights(layer.get_weights())
            compare_large(
                name,
                single((300 * x).astype("float32")),
                entry.formula,
                300 * x,
                *layer.get_weights(),
                **given,
            )


def test_losses():
    for name, entry, (data_of, given) in each(ours.LOSSES):
        y, p = maker("LOSSES", data_of)((5, 3), np.random.default_rng(0))
        case = f"{name} of {data_of}, {given}"
        with oracle.floatx("float64"):
            rows = getattr(brickwork.losses, name)(**given, reduction=None)(y, p)
            np.testing.assert_allclose(
                rows, entry.formula(y, p, **given), rtol=1e-9, atol=1e-12, err_msg=case
            )
            whole = getattr(brickwork.losses, name)(**given)
            assert whole.labels, (
                f"{name} does not say what its targets are, so they are not "
                "checked: write NAME.labels = 'values' behind its function, or "
                "another kind that brickwork.losses.Loss lists"
            )
            assert float(whole(y, p)) == pytest.approx(np.mean(rows), rel=1e-9), name
            weights = np.random.default_rng(1).random(len(rows))
            assert float(whole(y, p, weights)) == pytest.approx(np.mean(rows * weights)), name
        check_gradient(lambda s, loss=whole, y=y: loss(y, s), p, name)
        if whole.labels == "values":  # outputs are of any size then
            y, p = y * 30, p * 300
            loss = getattr(brickwork.losses, name)(**given, reduction=None)
            compare_large(name, loss(y, p.astype("float32")), entry.formula, y, p, **given)
            check_large_gradient(name, lambda s, loss=whole, y=y: loss(y, s), p)


def test_metrics():
    for name, entry, (data_of, given) in each(ours.METRICS):
        rng = np.random.default_rng(0)
        batches = [maker("METRICS", data_of)(rows, rng) for rows in (4, 1, 7)]
        with oracle.floatx("float64"):
            metric = getattr(brickwork.metrics, name)(**given)
            assert hasattr(metric, "_direction"), (
                f"{name} does not say which way is better, so EarlyStopping cannot know: write "
                "_direction = 'up' into the class, or 'down', or None for neither"
            )
            for y, p in batches:
                metric.update_state(y, p)
            wanted = entry.formula(*map(np.concatenate, zip(*batches, strict=True)), **given)
            np.testing.assert_allclose(
                metric.result(), wanted, rtol=1e-9, err_msg=f"{name} of {data_of}, {given}"
            )
            metric.reset_state()
            assert not any(v.numpy().any() for v in metric.variables), name
            check_weights(metric, batches, entry.formula, given)
            check_direction(metric, data_of, batches[-1])


def check_weights(metric, batches, formula, given: dict) -> None:
    """A row of weight n counts as n rows; and in a program for batches of any number of rows."""
    rng = np.random.default_rng(1)
    weights = [rng.integers(0, 4, len(y)) + (i == 0) for i, (y, _) in enumerate(batches)]
    rows = [np.concatenate(part) for part in zip(*batches, strict=True)]
    wanted = formula(*(np.repeat(part, np.concatenate(weights), axis=0) for part in rows), **given)
    batches = [(y, p, w.astype("float64")) for (y, p), w in zip(batches, weights, strict=True)]
    name = type(metric).__name__

    def compare(how: str) -> None:
        np.testing.assert_allclose(
            metric.result(),
            wanted,
            rtol=1e-9,
            err_msg=f"{name} of rows with weights, {how}: sample_weight must count, and a row of "
            "weight 2 as two rows",
        )
        metric.reset_state()

    for batch in batches:
        metric.update_state(*batch)
    compare("at once")
    update = trace_function(metric.update_state, [signature_of(a) for a in batches[0]])
    for batch in batches:
        run(update, list(batch))
    compare("in a program")


def check_direction(metric, data_of: str, batch) -> None:
    """The targets themselves are no worse than other outputs."""
    name, direction = type(metric).__name__, metric._direction
    assert direction in ("up", "down", None), (
        f"{name}._direction is {direction!r}, expected 'up', 'down' or None"
    )
    y, p = batch
    if direction is None or data_of == "logits" or np.shape(y) != np.shape(p):
        return
    best, other = [], []
    for outputs, kept in ((np.asarray(y, p.dtype), best), (p, other)):
        metric.reset_state()
        metric.update_state(y, outputs)
        kept.append(float(np.mean(metric.result())))
    better = best[0] - other[0] if direction == "up" else other[0] - best[0]
    assert not better < 0, (
        f"{name} of the targets themselves is {best[0]:g}, of other outputs {other[0]:g}, though "
        f"_direction = {direction!r} says that this is worse"
    )


@pytest.mark.parametrize(
    ("direction", "weighted", "says"),
    [
        ("down", True, None),
        ("up", True, "of the targets themselves is 0, of other outputs .*'up' says"),
        ("less", True, "Wrong._direction is 'less', expected"),
        ("down", False, "Wrong of rows with weights, at once"),
    ],
)
def test_a_metric_without_weights_or_direction_is_found(direction, weighted, says):
    class Wrong(brickwork.metrics.MeanAbsoluteError):
        _direction = direction

        def update_state(self, y_true, y_pred, sample_weight=None):
            super().update_state(y_true, y_pred, sample_weight if weighted else None)

    rng = np.random.default_rng(0)
    batches = [test_metrics_contract.reals(rows, rng) for rows in (4, 2)]
    with oracle.floatx("float64"):
        metric = Wrong()

        def check():
            check_weights(metric, batches, lambda y, p: np.abs(y - p).mean(), {})
            check_direction(metric, "reals", batches[0])

        if says is None:
            check()
            return
        with pytest.raises(AssertionError, match=says):
            check()


def check_elementwise(name: str, given: dict) -> None:
    """`elementwise` is set if all weights in one pack give what each gives by itself."""
    rule, trained = getattr(brickwork.optimizers, name), []
    differs = "all weights in one pack give other values than each by itself"
    for packed in (False, True):
        kind, weights = type(name, (rule,), {"elementwise": packed}), parity.ours("float64")
        try:
            with oracle.floatx("float64"):
                parity.train(kind(**given), weights, parity.gradients("float64", 3))
        except Exception as error:
            if not packed:
                raise
            differs = f"a pack of weights raises {type(error).__name__}: {error}"
        trained.append(np.concatenate([w.numpy().ravel() for w in weights]))
    same = np.allclose(*trained, rtol=1e-12, atol=1e-15)
    assert same or not rule.elementwise, (
        f"{name}.elementwise is True, but {differs}. Leave it out if the rule uses norms or shapes"
    )
    assert rule.elementwise or not same, (
        f"{name} updates each element independently of the others: write elementwise = True into "
        "the class, so that all weights are updated in one pass over memory"
    )


def test_elementwise_rules_say_so():
    for name, _, given in each(ours.OPTIMIZERS):
        check_elementwise(name, given)


@pytest.mark.parametrize(
    ("rule", "says"),
    [
        ("Adam", "Wrong updates each element independently of the others: write elementwise"),
        ("Lamb", "Wrong.elementwise is True, but .* Leave it out if the rule uses norms"),
    ],
)
def test_elementwise_that_is_wrong_is_found(rule, says, monkeypatch):
    rule = getattr(brickwork.optimizers, rule)
    wrong = type("Wrong", (rule,), {"elementwise": not rule.elementwise})
    monkeypatch.setattr(brickwork.optimizers, "Wrong", wrong, raising=False)
    with pytest.raises(AssertionError, match=says):
        check_elementwise("Wrong", {})


def test_optimizers():
    """Weights after 50 updates, by the formulas of ops and by the engine."""
    for name, entry, given in each(ours.OPTIMIZERS):
        for dtype in DTYPES:
            with oracle.floatx(dtype):
                wanted = [np.array(w, "float64") for w in parity.start(dtype).values()]
                kept = [{} for _ in wanted]
                for t, gradients in enumerate(parity.gradients(dtype), 1):
                    wanted = [
                        np.asarray(entry.formula(w, np.asarray(g, "float64"), t, s, **given))
                        for w, g, s in zip(wanted, gradients, kept, strict=True)
                    ]
                for execute in parity.ENGINES.values():
                    weights = parity.ours(dtype)
                    parity.train(
                        getattr(brickwork.optimizers, name)(**given),
                        weights,
                        parity.gradients(dtype),
                        execute,
                    )
                    for one, other in zip(weights, wanted, strict=True):
                        np.testing.assert_allclose(
                            one.numpy(),
                            other,
                            rtol=2e-4 if dtype == "float32" else 1e-9,
                            atol=2e-5 if dtype == "float32" else 1e-9,
                            err_msg=f"{name}, {dtype}",
                        )


def test_initializers():
    for name, entry, given in each(ours.INITIALIZERS):
        kind, shape = getattr(brickwork.initializers, name), (600, 500)
        wanted = np.asarray(entry.formula(shape, np.random.default_rng(1), **given))
        random = issubclass(kind, brickwork.initializers.RandomInitializer)
        found = kind(**given, **({"seed": 3} if random else {}))(shape, "float64")
        assert found.shape == wanted.shape == shape and found.dtype == "float64", name
        if random:
            # The distance that two samples of one distribution exceed once in a thousand times.
            distance, limit = kolmogorov_smirnov(found, wanted), 1.95 * np.sqrt(2 / found.size)
            assert distance < limit, (
                f"{name}: its distribution is {distance:.4f} from that of the formula (Kolmogorov "
                f"and Smirnov), expected less than {limit:.4f}"
            )
            check_limits(kind, given)
        else:
            np.testing.assert_allclose(found, wanted, rtol=1e-12, err_msg=name)


def check_limits(kind: type, given: dict) -> None:
    """The smallest and the largest number that `uniform` returns give numbers too."""

    class Limits(SeededArrays):
        def uniform(self, shape, step=0):
            values = super().uniform(shape, step)
            values.flat[0], values.flat[-1] = 0.0, 1 - np.finfo(self.dtype).eps
            return values

    with pytest.MonkeyPatch.context() as patch, np.errstate(all="ignore"):
        patch.setattr(brickwork.initializers, "SeededArrays", Limits)
        for dtype in DTYPES:
            values = kind(**given, seed=3)((30, 20), dtype)
            assert np.isfinite(values).all(), (
                f"{kind.__name__}: {values[~np.isfinite(values)][0]} in {dtype} where "
                "draws.uniform returns 0 or the largest number below 1: it returns both"
            )


def test_an_initializer_of_another_distribution_is_found(monkeypatch):
    def wrong(formula):
        table = {"RandomNormal": ours.Ours(formula, [{}])}
        monkeypatch.setattr(ours, "INITIALIZERS", table)
        with pytest.raises(AssertionError, match=r"RandomNormal: its distribution is 0\.0"):
            test_initializers()

    wrong(lambda shape, rng: rng.normal(0, 0.052, shape))
    wrong(lambda shape, rng: rng.logistic(0, 0.05 * np.sqrt(3) / np.pi, shape))

    class Endless(brickwork.initializers.RandomInitializer):
        def draw(self, draws, shape):
            return np.log(draws.uniform(shape))

    with pytest.raises(AssertionError, match="Endless: -inf in float32 where draws"):
        check_limits(Endless, {})
    check_limits(brickwork.initializers.RandomNormal, {})


def test_regularizers_and_constraints():
    w = np.random.default_rng(2).normal(size=(4, 3))
    for table, module in (
        (ours.REGULARIZERS, brickwork.regularizers),
        (ours.CONSTRAINTS, brickwork.constraints),
    ):
        for name, entry, given in each(table):
            one = getattr(module, name)(**given)
            with oracle.floatx("float64"):
                np.testing.assert_allclose(
                    one(w), entry.formula(w, **given), rtol=1e-9, atol=1e-12, err_msg=name
                )
            if table is ours.REGULARIZERS:
                check_gradient(lambda s, one=one: one(s), w, name)


@pytest.mark.parametrize("kind", ["METRICS", "INITIALIZERS", "REGULARIZERS", "CONSTRAINTS"])
def test_a_config_comes_back(kind):
    module = getattr(brickwork, KINDS[kind])
    for name, _, case in each(getattr(ours, kind)):
        given = case[1] if kind == "METRICS" else case
        one = getattr(module, name)(**given)
        again = module.deserialize(json.loads(json.dumps(module.serialize(one))))
        assert type(again) is type(one) and again.get_config() == one.get_config(), name


def test_ops():
    """On arrays, in a program, and its gradient in the first of the floats."""
    for name, entry, (tensors, given) in each(ours.OPS):
        op = getattr(ops, name)
        arrays = [np.asarray(t) for t in tensors]
        with oracle.floatx("float64"):
            wanted = entry.formula(*arrays, **given)
            program = trace_function(
                lambda *s, op=op, g=given: op(*s, **g), [signature_of(a, False) for a in arrays]
            )
            for found in (op(*arrays, **given), program.rebuild(run(program, arrays))):
                for one, other in zip(parts(found), parts(wanted), strict=True):
                    np.testing.assert_allclose(one, other, rtol=1e-9, atol=1e-12, err_msg=name)
        for i, x in enumerate(arrays):
            if x.dtype.kind == "f" and np.asarray(parts(wanted)[0]).dtype.kind == "f":
                check_gradient(
                    lambda s, i=i, op=op, g=given, a=arrays: parts(op(*a[:i], s, *a[i + 1 :], **g))[
                        0
                    ],
                    x,
                    name,
                )


def parts(value) -> list:
    return list(value) if isinstance(value, list | tuple) else [value]
