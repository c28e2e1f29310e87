"""Properties of every metric: a new one is tested by being entered in `CASES`, or, where
Keras has none, in `METRICS` of tests/ours.py."""

import inspect
import json
import re
from pathlib import Path

import numpy as np
import ours as declared
import pytest
from keras_oracle import TOLERANCE, assert_close, floatx, keras
from samples import LONG

from brickwork import losses, metrics
from brickwork.errors import ArgumentError
from brickwork.program import run, signature_of, trace_function
from brickwork.registry import _plain as plain, snake_case

ROWS = (4, 1)
UNITS = 3


def reals(rows, rng):
    return rng.normal(size=(rows, UNITS)) * 3, rng.normal(size=(rows, UNITS)) * 3


def positive(rows, rng):
    return rng.random((rows, UNITS)) * 4, rng.random((rows, UNITS)) * 4


def shares(rows, rng):
    y, p = rng.random((rows, UNITS)), rng.random((rows, UNITS))
    return y / y.sum(-1, keepdims=True), p / p.sum(-1, keepdims=True)


def truth(rows, rng):
    """Some outputs are on thresholds, and at the limits."""
    p = np.where(
        rng.random((rows, UNITS)) < 0.5,
        rng.integers(0, 5, (rows, UNITS)) / 4,
        rng.random((rows, UNITS)),
    )
    return rng.integers(0, 2, (rows, UNITS)), p


def column(rows, rng):
    y, p = truth(rows, rng)
    return y[:, :1], p[:, :1]


def flat(rows, rng):
    y, p = truth(rows, rng)
    return y[:, 0], p[:, 0]


def flat_targets(rows, rng):
    y, p = truth(rows, rng)
    return y[:, 0], p[:, :1]


def logits(rows, rng):
    return rng.integers(0, 2, (rows, UNITS)), rng.normal(size=(rows, UNITS)) * 3


def signs(rows, rng):
    return rng.choice([-1.0, 1.0], (rows, UNITS)), rng.normal(size=(rows, UNITS))


def hot(rows, rng):
    return np.eye(UNITS)[rng.integers(0, UNITS, rows)], shares(rows, rng)[1]


def classes(rows, rng):
    return rng.integers(0, UNITS, rows), shares(rows, rng)[1]


def pixels(rows, rng):
    return rng.integers(-1, UNITS, (rows, 2)), rng.integers(0, UNITS + 1, (rows, 2))


def best(rows, rng):
    return rng.integers(0, 5, rows), np.argsort(rng.random((rows, 5)), axis=1)


#: For each metric: (data, arguments) as often as it has ways to work.
CASES = {
    "AUC": [
        (truth, {}),
        (flat, {"num_thresholds": 5}),
        (column, {"num_thresholds": 2}),
        (truth, {"curve": "PR"}),
        (truth, {"curve": "PRGAIN"}),
        (truth, {"curve": "pr", "summation_method": "minoring"}),
        (truth, {"summation_method": "majoring", "num_thresholds": 9}),
        (truth, {"thresholds": [0.3, 0.1, 0.75]}),
        (truth, {"multi_label": True, "num_thresholds": 11}),
        (
            truth,
            {
                "multi_label": True,
                "num_labels": UNITS,
                "thresholds": [0.2, 0.9],
                "label_weights": [1.0, 0.0, 2.0],
            },
        ),
        (truth, {"multi_label": True, "curve": "PR", "label_weights": [1.0, 0.5, 2.0]}),
        (truth, {"label_weights": [1.0, 0.5, 2.0], "num_thresholds": 7}),
        (logits, {"from_logits": True}),
    ],
    "Accuracy": [(pixels, {})],
    "BinaryAccuracy": [(truth, {}), (truth, {"threshold": 0.25})],
    "BinaryCrossentropy": [
        (truth, {}),
        (logits, {"from_logits": True}),
        (truth, {"label_smoothing": 0.1}),
    ],
    "BinaryIoU": [(truth, {}), (truth, {"target_class_ids": [1], "threshold": 0.25})],
    "CategoricalAccuracy": [(hot, {})],
    "CategoricalCrossentropy": [(shares, {}), (shares, {"from_logits": True, "axis": -1})],
    "CategoricalHinge": [(hot, {})],
    "ConcordanceCorrelation": [(reals, {})],
    "CosineSimilarity": [(reals, {})],
    "F1Score": [
        (hot, {}),
        (truth, {"threshold": 0.5, "average": "micro"}),
        (hot, {"average": "macro"}),
        (truth, {"threshold": 0.25, "average": "weighted"}),
    ],
    "FBetaScore": [
        (hot, {"beta": 2.0}),
        (truth, {"beta": 0.5, "threshold": 0.5, "average": "macro"}),
    ],
    "FalseNegatives": [(truth, {}), (truth, {"thresholds": [0.0, 0.25, 0.6]})],
    "FalsePositives": [(truth, {}), (truth, {"thresholds": 0.75})],
    "Hinge": [(signs, {}), (truth, {})],
    "IoU": [
        (pixels, {"num_classes": UNITS, "target_class_ids": [0, 2]}),
        (
            hot,
            {
                "num_classes": UNITS,
                "target_class_ids": [1],
                "sparse_y_true": False,
                "sparse_y_pred": False,
            },
        ),
        (pixels, {"num_classes": UNITS, "target_class_ids": [0, 1], "ignore_class": 0}),
    ],
    "KLDivergence": [(shares, {})],
    "LogCoshError": [(reals, {})],
    "MeanAbsoluteError": [(reals, {})],
    "MeanAbsolutePercentageError": [(reals, {})],
    "MeanIoU": [
        (pixels, {"num_classes": UNITS}),
        (pixels, {"num_classes": 5, "ignore_class": 1}),
        (classes, {"num_classes": UNITS, "sparse_y_pred": False, "dtype": "float32"}),
    ],
    "MeanSquaredError": [(reals, {})],
    "MeanSquaredLogarithmicError": [(positive, {})],
    "OneHotIoU": [(hot, {"num_classes": UNITS, "target_class_ids": [0, 2]})],
    "OneHotMeanIoU": [(hot, {"num_classes": UNITS})],
    "PearsonCorrelation": [(reals, {})],
    "Poisson": [(positive, {})],
    "Precision": [
        (truth, {}),
        (truth, {"thresholds": [0.0, 0.5, 1.0]}),
        (flat_targets, {}),
        (truth, {"top_k": 2}),
        (truth, {"top_k": 2, "thresholds": [0.3, 0.4]}),
        (truth, {"class_id": 1}),
        (flat, {"thresholds": 0.0}),
    ],
    "PrecisionAtRecall": [
        (truth, {"recall": 0.5}),
        (truth, {"recall": 0.2, "class_id": 2, "num_thresholds": 5}),
    ],
    "R2Score": [
        (reals, {}),
        (reals, {"class_aggregation": None}),
        (reals, {"class_aggregation": "variance_weighted_average"}),
        (reals, {"num_regressors": 2}),
    ],
    "Recall": [
        (truth, {}),
        (truth, {"thresholds": [0.2, 0.9]}),
        (truth, {"top_k": 1}),
        (truth, {"class_id": 0, "thresholds": 0.25}),
    ],
    "RecallAtPrecision": [(truth, {"precision": 0.5}), (flat, {"precision": 0.9})],
    "RootMeanSquaredError": [(reals, {})],
    "SensitivityAtSpecificity": [
        (truth, {"specificity": 0.4}),
        (truth, {"specificity": 0.4, "num_thresholds": 1}),
    ],
    "SparseCategoricalAccuracy": [(classes, {})],
    "SparseCategoricalCrossentropy": [(classes, {}), (classes, {"ignore_class": 1})],
    "SparseTopKCategoricalAccuracy": [
        (classes, {"k": 2}),
        (best, {"k": 3, "from_sorted_ids": True}),
    ],
    "SpecificityAtSensitivity": [(truth, {"sensitivity": 0.4}), (flat, {"sensitivity": 0.1})],
    "SquaredHinge": [(signs, {})],
    "TopKCategoricalAccuracy": [(hot, {"k": 2}), (hot, {})],
    "TrueNegatives": [(truth, {}), (truth, {"thresholds": [0.0, 0.5, 1.0]})],
    "TruePositives": [(truth, {}), (flat, {"thresholds": [0.1, 0.2]})],
}
#: Bases, and what takes values instead of targets and outputs: tested in test_metrics.py.
OTHERS = {"Metric", "MeanMetricWrapper", "Mean", "Sum"}
OF_PIXELS, ONE_HOT = {"IoU", "BinaryIoU", "MeanIoU"}, {"OneHotIoU", "OneHotMeanIoU"}
#: Metrics that may weigh each value by itself.
OF_VALUES = OF_PIXELS | {
    "AUC",
    "Accuracy",
    "BinaryAccuracy",
    "FalseNegatives",
    "FalsePositives",
    "R2Score",
    "RootMeanSquaredError",
    "SensitivityAtSpecificity",
    "SpecificityAtSensitivity",
    "TrueNegatives",
    "TruePositives",
}
#: Of rows only.
OF_ROWS = {"F1Score", "FBetaScore"} | ONE_HOT


#: Each metric with its cases, which are numbered.
NUMBERED = [(n, *case, i) for n, cases in CASES.items() for i, case in enumerate(cases)]


def each(step: int = 1):
    """A parametrization with each metric and its cases, or with every so many of them."""
    return pytest.mark.parametrize(
        ("name", "make", "arguments"),
        [
            pytest.param(name, make, arguments, id=f"{name}-{i}")
            for name, make, arguments, i in NUMBERED
            if i % step == 0
        ],
    )


EACH = each()


def both(name, arguments):
    return getattr(metrics, name)(**arguments), getattr(keras.metrics, name)(**arguments)


def weights_of(kind, name, y, rng):
    """None, a weight for each row, or for each value where the metric has values."""
    if kind == "none":
        return None
    by_value = y.shape if name in OF_VALUES or y.ndim == 1 else (len(y), 1)
    rows = name in OF_ROWS or (name in OF_PIXELS and y.dtype.kind == "f")
    each = not rows and (kind == "value" or name in OF_PIXELS)
    dims = by_value if each else y.shape[:1]
    return rng.integers(0, 3, dims) if name in OF_PIXELS | ONE_HOT else rng.random(dims)


def assert_same_state(ours, theirs, tolerance):
    assert [v.name for v in ours.variables] == [v.name for v in theirs.variables]
    for one, other in zip(ours.variables, theirs.variables, strict=True):
        assert_close(one.numpy(), np.asarray(other), tolerance)


def test_every_metric_has_cases():
    for item in metrics.registry.items():
        assert isinstance(item, type), (
            f"{item.__name__} of {item.__module__} is registered, and is a function: register the "
            "class of the metric alone"
        )
    known = {item.__name__ for item in metrics.registry.items()}
    declared.all_have_cases(
        "METRICS", known - OTHERS, CASES, "CASES of tests/test_metrics_contract.py"
    )


def test_what_keras_has_is_here():
    public = {name for name in dir(keras.metrics) if not name.startswith("_")}
    assert public <= set(dir(metrics))
    for name in public:
        ours, theirs = getattr(metrics, name), getattr(keras.metrics, name)
        assert isinstance(ours, type) == isinstance(theirs, type)


def test_the_catalogue_is_what_the_modules_hold():
    """`names` is written by hand so that modules can be loaded late."""
    for name in metrics.names:
        assert getattr(metrics, name).__name__ == name
    placed = {item for item in metrics.registry.items() if item.__name__ not in OTHERS}
    assert {plain(name) for name, item in metrics.registry._entries.items() if item in placed} == (
        set(metrics.registry._modules)
    )


@pytest.mark.parametrize("identifier", sorted(vars(keras.src.metrics)["ALL_OBJECTS_DICT"]))
def test_names_are_keras_s(identifier):
    """Those for which Keras needs no arguments."""
    try:
        theirs = keras.metrics.get(identifier)
    except (TypeError, ValueError):
        return
    ours = metrics.get(identifier)
    assert type(ours).__name__ == type(theirs).__name__


def tolerance_of(name, dtype):
    """Keras's results of intersections are float32, whatever it computes in."""
    return 1e-6 if dtype == "float64" and name in OF_PIXELS | ONE_HOT else TOLERANCE[dtype]


WAYS = [("none", "float64"), ("row", "float64"), ("row", "float32"), ("value", "float64")]


def in_turn() -> list:
    """The first case of each metric in two ways, every third one of the rest in one of them; with
    BRICKWORK_LONG all in all."""
    return [
        pytest.param(name, make, arguments, *way, id=f"{way[0]}-{way[1]}-{name}-{i}")
        for name, make, arguments, i in NUMBERED
        if LONG or i % 3 == 0
        for way in (WAYS if LONG else WAYS[::2] if i == 0 else WAYS[i % 4 :][:1])
    ]


@pytest.mark.parametrize(("name", "make", "arguments", "weights", "dtype"), in_turn())
def test_batches(name, make, arguments, weights, dtype):
    """State and result after each of some batches, and from the beginning again."""
    rng = np.random.default_rng(0)
    tolerance = tolerance_of(name, dtype)
    with floatx(dtype):
        ours, theirs = both(name, arguments)
        for rows in ROWS:
            y, p = make(rows, rng)
            p = p.astype(dtype) if p.dtype.kind == "f" else p
            w = weights_of(weights, name, y, rng)
            for metric in (ours, theirs):
                metric.update_state(y, p, w)
            assert_same_state(ours, theirs, tolerance)
            assert_close(ours.result(), np.asarray(theirs.result()), tolerance)
        ours.reset_state()
        assert not any(v.numpy().any() for v in ours.variables)


@each(1 if LONG else 5)
def test_one_traced_program_for_all_batch_sizes(name, make, arguments):
    rng = np.random.default_rng(1)
    with floatx("float64"):
        ours, theirs = both(name, arguments)
        y, p = make(4, rng)
        w = weights_of("row", name, y, rng)
        update = trace_function(
            lambda y, p, w: ours.update_state(y, p, w), [signature_of(a) for a in (y, p, w)]
        )
        program = trace_function(ours.result, [])
        for rows in ROWS:
            y, p = make(rows, rng)
            w = weights_of("row", name, y, rng)
            run(update, [y, p, w])
            theirs.update_state(y, p, w)
        tolerance = tolerance_of(name, "float64")
        assert_same_state(ours, theirs, tolerance)
        assert_close(run(program, [])[0], np.asarray(theirs.result()), tolerance)


@EACH
def test_config_is_keras_s(name, make, arguments):
    ours, theirs = both(name, arguments)

    def plain(config):
        return json.loads(
            json.dumps(
                {k: v for k, v in config.items() if k != "name"},
                default=lambda v: np.asarray(v).tolist(),
            )
        )

    wanted, got = plain(theirs.get_config()), plain(ours.get_config())
    assert {k: got[k] for k in wanted} == wanted
    again = metrics.deserialize(json.loads(json.dumps(metrics.serialize(ours))))
    assert type(again) is type(ours)
    assert plain(again.get_config()) == got and again.name == ours.name


@pytest.mark.parametrize("name", sorted(CASES))
def test_signature_and_name_are_keras_s(name):
    def of(kind):
        return [(p.name, p.default) for p in inspect.signature(kind).parameters.values()]

    assert of(getattr(metrics, name)) == of(getattr(keras.metrics, name))


FUNCTIONS = sorted(
    n
    for n, f in vars(keras.metrics).items()
    if inspect.isfunction(f) and n not in ("get", "serialize", "deserialize")
)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_functions(name):
    def of(function):
        return [(q.name, q.default) for q in inspect.signature(function).parameters.values()]

    ours, theirs = getattr(metrics, name), getattr(keras.metrics, name)
    assert of(ours) == of(theirs)
    if hasattr(losses, name):
        assert ours is getattr(losses, name)
        return
    kind = next(n for n in CASES if snake_case(n) == name)
    make, arguments = CASES[kind][0]
    with floatx("float64"):
        y, p = make(5, np.random.default_rng(2))
        assert_close(ours(y, p, **arguments), np.asarray(theirs(y, p, **arguments)), 1e-9)


def test_contributing_lists_the_data():
    page = (Path(__file__).parents[1] / "CONTRIBUTING.md").read_text("utf-8")
    listed = page.partition("`tests/test_metrics_contract.py` that makes them:")[2].partition(".")[
        0
    ]
    makers = {
        name
        for name, item in globals().items()
        if inspect.isfunction(item) and list(inspect.signature(item).parameters) == ["rows", "rng"]
    }
    assert set(re.findall(r"`(\w+)`", listed)) == makers


@pytest.mark.parametrize(
    ("metric", "y", "says"),
    [
        (metrics.Precision(), np.zeros(4), r"targets of shape \(4,\).*to_categorical"),
        (metrics.AUC(), np.zeros((4, 2)), "expected the same"),
        (metrics.F1Score(), np.zeros(4), "to_categorical"),
        (metrics.R2Score(), np.zeros((4, 3, 1, 1)), "expected"),
        (metrics.AUC(multi_label=True), np.zeros((4, 3)), None),
        (metrics.Precision(top_k=4), np.zeros((4, 3)), "got 4 for outputs"),
        (metrics.Recall(class_id=1), np.zeros(4), "expected"),
    ],
)
def test_shapes_that_do_not_fit_are_refused(metric, y, says):
    if says is None:
        metric.update_state(y, np.zeros((4, 3)))
        return
    with pytest.raises(ValueError, match=says):
        metric.update_state(y, np.zeros((4, 3)))


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("AUC", {"curve": "ROCK"}),
        ("AUC", {"num_thresholds": 1}),
        ("AUC", {"num_labels": 3}),
        ("AUC", {"thresholds": [1.5]}),
        ("Precision", {"thresholds": [0.5, None]}),
        ("Precision", {"thresholds": -0.1}),
        ("Recall", {"top_k": 0}),
        ("F1Score", {"average": "mean"}),
        ("FBetaScore", {"beta": 0.0}),
        ("FBetaScore", {"threshold": 1.5}),
        ("Recall", {"class_id": -1}),
        ("SensitivityAtSpecificity", {"specificity": 2.0}),
        ("PrecisionAtRecall", {}),
        ("IoU", {"num_classes": 2, "target_class_ids": [2]}),
        ("MeanIoU", {"num_classes": 0}),
        ("R2Score", {"class_aggregation": "mean"}),
        ("R2Score", {"num_regressors": -1}),
        ("SparseTopKCategoricalAccuracy", {"k": 0}),
        ("Precision", {"thresholds": []}),
    ],
)
def test_arguments_are_checked(name, arguments):
    with pytest.raises(ArgumentError, match=f"{name}."):
        getattr(metrics, name)(**arguments)


@pytest.mark.filterwarnings("ignore:invalid value:RuntimeWarning")
def test_what_says_nothing_is_warned_of():
    with pytest.warns(UserWarning, match="expected several values along axis -1"):
        metrics.PearsonCorrelation().update_state(np.zeros((4, 1)), np.ones((4, 1)))
    with pytest.warns(UserWarning, match="expected whole numbers"):
        metrics.MeanIoU(2).update_state([0, 1], [0, 1], np.array([0.5, 0.5]))
    score = metrics.R2Score(num_regressors=3)
    score.update_state(np.array([[1.0], [2.0]]), np.array([[1.0], [1.5]]))
    with pytest.warns(UserWarning, match="not adjusted"):
        assert float(score.result()) == 0.5


def test_what_was_not_seen():
    """Metrics whose state has the outputs' shape return a value before that shape is known."""
    assert metrics.F1Score().result() == 0 and metrics.AUC(multi_label=True).result() == 0
    assert np.isnan(metrics.R2Score().result())
