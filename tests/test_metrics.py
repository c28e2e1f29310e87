"""Metrics against Keras on JAX, over batches of different sizes, at once and traced."""

import numpy as np
import pytest
from keras_oracle import TOLERANCE, assert_close, floatx, jax, keras

from brickwork import losses, metrics, ops
from brickwork.errors import ArgumentError
from brickwork.program import run, signature_of, trace_function

set_keras_mask = keras.src.backend.common.masking.set_keras_mask
NAMES = (
    "Accuracy",
    "BinaryAccuracy",
    "CategoricalAccuracy",
    "SparseCategoricalAccuracy",
    "MeanSquaredError",
    "MeanAbsoluteError",
    "BinaryCrossentropy",
    "CategoricalCrossentropy",
    "SparseCategoricalCrossentropy",
)


def data_for(name, rows, rng, units=3, steps=()):
    p = rng.random((rows, *steps, units))
    p /= p.sum(-1, keepdims=True) if units > 1 else 1.0
    if name.startswith("Sparse"):
        return rng.integers(0, units, (rows, *steps)), p
    if name.startswith("Categorical"):
        return np.eye(units)[rng.integers(0, units, (rows, *steps))], p
    if name == "Accuracy":
        return rng.integers(0, 2, p.shape), np.round(p)
    return rng.integers(0, 2, p.shape), p


def weights_for(kind, y, rows, rng):
    return {
        "none": None,
        "row": rng.normal(size=rows),
        "column": rng.random((rows, 1)),
        "zero": np.zeros(rows),
        "integer": rng.integers(0, 3, rows),
    }[kind]


def follow(metric, oracle, batches):
    """Both see the same batches, ours at once."""
    for y, p, w in batches:
        metric.update_state(y, p, w)
        oracle.update_state(y, p, w)
    assert_close(metric.result(), np.asarray(oracle.result()), TOLERANCE[oracle.dtype])


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("weights", ["none", "row", "column", "zero", "integer"])
@pytest.mark.parametrize("name", NAMES)
def test_batches(name, weights, dtype):
    rng = np.random.default_rng(5)
    with floatx(dtype):
        batches = []
        for rows in (4, 4, 1):
            y, p = data_for(name, rows, rng)
            batches.append((y, p.astype(dtype), weights_for(weights, y, rows, rng)))
        follow(getattr(metrics, name)(), getattr(keras.metrics, name)(), batches)


@pytest.mark.parametrize("weights", ["none", "row", "column"])
@pytest.mark.parametrize("name", NAMES)
def test_steps_of_rows(name, weights):
    rng = np.random.default_rng(6)
    with floatx("float64"):
        y, p = data_for(name, 4, rng, steps=(3,))
        w = weights_for(weights, y, 4, rng)
        follow(getattr(metrics, name)(), getattr(keras.metrics, name)(), [(y, p, w)])


@pytest.mark.parametrize("name", NAMES)
def test_one_traced_program_for_all_batch_sizes(name):
    rng = np.random.default_rng(7)
    with floatx("float64"):
        metric, oracle = getattr(metrics, name)(), getattr(keras.metrics, name)()
        y, p = data_for(name, 4, rng)
        program = trace_function(
            lambda y, p, w: metric.update_state(y, p, w),
            [signature_of(a) for a in (y, p, p[..., 0])],
        )
        for rows in (4, 4, 1):
            y, p = data_for(name, rows, rng)
            w = rng.random(rows)
            run(program, [y, p, w])
            oracle.update_state(y, p, w)
        assert_close(metric.result(), np.asarray(oracle.result()), 1e-9)
        metric.reset_state()
        assert float(metric.result()) == 0


@pytest.mark.parametrize("y, p", [((4,), (4, 1)), ((4, 1), (4, 1)), ((4, 1), (4,)), ((4,), (4,))])
@pytest.mark.parametrize("kind", [int, float, bool])
def test_binary_shapes_and_thresholds(y, p, kind):
    rng = np.random.default_rng(8)
    y, p = rng.integers(0, 2, y).astype(kind), rng.random(p)
    p.flat[0] = 0.5
    with floatx("float64"):
        for threshold in (0.5, 0.2, 0.9):
            follow(
                metrics.BinaryAccuracy(threshold=threshold),
                keras.metrics.BinaryAccuracy(threshold=threshold),
                [(y, p, None)],
            )


@pytest.mark.parametrize(
    "name, arguments",
    [
        ("BinaryCrossentropy", {"from_logits": True}),
        ("BinaryCrossentropy", {"label_smoothing": 0.1}),
        ("CategoricalCrossentropy", {"from_logits": True, "label_smoothing": 0.2}),
        ("SparseCategoricalCrossentropy", {"ignore_class": 1}),
        ("SparseCategoricalCrossentropy", {"from_logits": True}),
    ],
)
@pytest.mark.parametrize("weighted", [False, True])
def test_arguments(name, arguments, weighted):
    rng = np.random.default_rng(9)
    with floatx("float64"):
        y, p = data_for(name, 4, rng)
        follow(
            getattr(metrics, name)(**arguments),
            getattr(keras.metrics, name)(**arguments),
            [(y, p, rng.random(4) if weighted else None)],
        )


@pytest.mark.parametrize("name", ["BinaryAccuracy", "MeanSquaredError"])
@pytest.mark.parametrize("weighted", [False, True])
def test_masked_outputs(name, weighted):
    rng = np.random.default_rng(10)
    with floatx("float64"):
        y, p = data_for(name, 4, rng, steps=(3,))
        mask, w = rng.random((4, 3)) < 0.5, rng.random((4, 3))
        metric, oracle = getattr(metrics, name)(), getattr(keras.metrics, name)()

        def update(y, p, mask, w):
            p.mask = mask
            metric.update_state(y, p, w if weighted else None)

        arrays = [y, p, mask, w]
        run(trace_function(update, [signature_of(a) for a in arrays]), arrays)
        theirs = jax.numpy.asarray(p)
        set_keras_mask(theirs, jax.numpy.asarray(mask))
        oracle.update_state(y, theirs, w if weighted else None)
        assert_close(metric.result(), np.asarray(oracle.result()), 1e-9)


@pytest.mark.parametrize(
    "values, weight",
    [
        (3.0, None),
        ([1.0, 2.0], None),
        ([1.0, 2.0], [0.5, 0.0]),
        ([[1.0, 2.0], [3.0, 5.0]], None),
        ([[1.0, 2.0], [3.0, 5.0]], [1.0, 3.0]),
        (4.0, 10),
        ([1.0, 2.0], 2.0),
        ([[1.0, 2.0], [3.0, 5.0]], [[1.0, 0.0], [2.0, 2.0]]),
        ([1.0, 2.0], [[1.0], [3.0]]),
    ],
)
@pytest.mark.parametrize("name", ["Mean", "Sum"])
def test_mean_and_sum(name, values, weight):
    with floatx("float64"):
        ours, theirs = getattr(metrics, name)(), getattr(keras.metrics, name)()
        for _ in range(2):
            ours.update_state(values, weight)
            theirs.update_state(values, weight)
        assert_close(ours.result(), np.asarray(theirs.result()), 1e-9)


def test_state_is_wide():
    """In float32 a sum stands still at 2^24."""
    count = metrics.Sum()
    count.update_state([2.0**24])
    for _ in range(3):
        count.update_state([1.0])
    assert float(count.result()) == 2**24 + 3


ACCURACIES = [
    ((None,), (None, 1)),
    ((None, 1), (None, 1)),
    ((None,), (None, 3)),
    ((None, 1), (None, 3)),
    ((None, 3), (None, 3)),
    ((None, 5), (None, 5, 3)),
    ((None, 5, 3), (None, 5, 3)),
    ((None, 5, 1), (None, 5, 1)),
]


@pytest.mark.parametrize("y, p", ACCURACIES)
@pytest.mark.parametrize("word", ["accuracy", "acc"])
def test_accuracy_by_shapes(word, y, p):
    from keras.src.trainers.compile_utils import get_metric

    theirs = get_metric(word, keras.KerasTensor(y), keras.KerasTensor(p))
    ours = metrics.resolve(word, y, p)
    assert type(ours).__name__ == type(theirs).__name__ and ours.name == theirs.name == word


@pytest.mark.parametrize(
    "identifier",
    [
        "mse",
        "mae",
        "mean_squared_error",
        "BinaryAccuracy",
        "binary_crossentropy",
        "Accuracy",
        "sparse_categorical_accuracy",
        "MSE",
    ],
)
def test_names(identifier):
    from keras.src.trainers.compile_utils import get_metric

    theirs = get_metric(identifier, keras.KerasTensor((None, 1)), keras.KerasTensor((None, 1)))
    ours = metrics.resolve(identifier, (None, 1), (None, 1))
    assert type(ours).__name__ == type(theirs).__name__ and ours.name == theirs.name


def test_functions_losses_and_own_metrics():
    def near(y_true, y_pred):
        return ops.cast(ops.abs(y_true - y_pred) < 0.5, "float32")

    wrapped = metrics.resolve(near, (None, 1), (None, 1))
    assert wrapped.name == "near"
    wrapped.update_state(np.zeros((2, 1)), np.array([[0.1], [0.9]]))
    assert float(wrapped.result()) == 0.5
    loss = metrics.resolve(losses.MeanSquaredError(), (None, 1), (None, 1))
    assert loss.name == "mean_squared_error"
    loss.update_state(np.zeros((2, 1)), np.array([[1.0], [3.0]]))
    assert float(loss.result()) == 5.0


def test_own_metric_with_state_and_a_part():
    class Recall(metrics.Metric):
        def __init__(self, name="recall", **kwargs):
            super().__init__(name=name, **kwargs)
            self.hits = self.add_weight(name="hits", initializer="zeros")
            self.share = metrics.Mean()

        def update_state(self, y_true, y_pred, sample_weight=None):
            hits = ops.cast((y_pred > 0.5) & (y_true > 0.5), "float32")
            self.hits.assign_add(ops.sum(hits))
            self.share.update_state(hits)

        def result(self):
            return self.hits / 2.0

    recall = Recall()
    assert [v.path for v in recall.variables] == ["recall/hits", "mean/total", "mean/count"]
    y, p = np.array([[1.0], [0.0]]), np.array([[0.9], [0.8]])
    program = trace_function(recall.update_state, [signature_of(y), signature_of(p)])
    run(program, [y, p])
    run(program, [y, p])
    assert float(recall.result()) == 1.0 and float(recall.share.result()) == 0.5
    recall.reset_state()
    assert all(float(v.numpy()) == 0 for v in recall.variables)


def test_forgotten_super():
    class Hasty(metrics.Metric):
        def __init__(self):
            self.part = metrics.Mean()

    with pytest.raises(ArgumentError, match="super"):
        Hasty()


@pytest.mark.parametrize("name", (*NAMES, "Mean", "Sum"))
def test_config_and_signature_are_keras(name):
    import inspect

    def of(kind):
        return [(p.name, p.default) for p in inspect.signature(kind).parameters.values()]

    ours, theirs = getattr(metrics, name)(), getattr(keras.metrics, name)()
    assert of(type(ours)) == of(type(theirs))
    assert ours.get_config() == theirs.get_config()
    again = metrics.deserialize(metrics.serialize(ours))
    assert type(again) is type(ours) and again.get_config() == ours.get_config()


def test_wrapper_round_trip():
    metric = metrics.MeanMetricWrapper(losses.binary_crossentropy, name="b", from_logits=True)
    again = metrics.deserialize(metrics.serialize(metric))
    assert again.fn is losses.binary_crossentropy and again.kwargs == {"from_logits": True}


@pytest.mark.parametrize(
    "wrong, says", [("acuracy", "accuracy"), (None, "None in the list"), (3, "expected a name")]
)
def test_unknown(wrong, says):
    with pytest.raises(ArgumentError, match=says):
        metrics.resolve(wrong, (None, 1), (None, 1))
