"""Losses against Keras on JAX: value and gradient, over random inputs and at the edges."""

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st
from keras_oracle import assert_close, floatx, keras
from losses_beside_keras import compare, our_value_and_grad
from samples import LONG

from brickwork import losses, ops
from brickwork.dialects import DialectWarning
from brickwork.errors import ArgumentError

LABELS = np.array([0, 2, 1, 2])
BINARY = np.array([[0.1], [0.6], [0.2], [0.9]], "float32")
KINDS = np.array([[0.7, 0.2, 0.1], [0.1, 0.1, 0.8], [0.3, 0.4, 0.3], [0.5, 0.2, 0.3]], "float32")
DTYPES = ("float32", "float64")
NAMES = (
    "MeanSquaredError",
    "MeanAbsoluteError",
    "BinaryCrossentropy",
    "CategoricalCrossentropy",
    "SparseCategoricalCrossentropy",
)


def targets_for(name, shape, rng):
    if name == "SparseCategoricalCrossentropy":
        return rng.integers(0, shape[-1], shape[:-1])
    if name == "CategoricalCrossentropy":
        t = rng.random(shape)
        return t / t.sum(-1, keepdims=True)
    return (
        rng.random(shape)
        if name != "BinaryCrossentropy" or rng.random() < 0.5
        else (rng.integers(0, 2, shape).astype(float))
    )


def outputs_for(name, shape, rng, logits):
    if logits or name.startswith("Mean"):
        return rng.normal(size=shape) * rng.choice([1, 10, 50])
    p = rng.random(shape)
    return p / p.sum(-1, keepdims=True) if "Categorical" in name and rng.random() < 0.7 else p


@settings(max_examples=40 if LONG else 12, deadline=None)
@given(data=st.data())
@pytest.mark.parametrize("name", NAMES)
def test_random(name, data):
    rng = np.random.default_rng(data.draw(st.integers(0, 2**32)))
    draw = data.draw
    # Few shapes, since JAX compiles each op for each.
    shape = draw(st.sampled_from([(1, 2), (4, 3), (4, 2, 3)]))
    arguments = {}
    logits = "Cross" in name and draw(st.booleans())
    if "Cross" in name:
        arguments["from_logits"] = logits
        if "Sparse" not in name:
            arguments["label_smoothing"] = draw(st.sampled_from([0.0, 0.1, 1.0]))
    arguments["reduction"] = draw(st.sampled_from(losses.loss.REDUCTIONS))
    weight = {
        "none": None,
        "row": rng.normal(size=shape[:-1]),
        "column": rng.random((shape[0], 1)) if len(shape) == 2 else None,
        "zeros": np.zeros(shape[:-1]),
    }[draw(st.sampled_from(["none", "row", "column", "zeros"]))]
    mask = rng.random(shape[:-1]) < 0.6 if draw(st.booleans()) else None
    if arguments["reduction"] == "mean_with_sample_weight" and weight is not None:
        weight = np.abs(weight)  # a sum near 0 below a fraction line compares nothing
    compare(
        name,
        targets_for(name, shape, rng),
        outputs_for(name, shape, rng, logits),
        weight,
        mask,
        **arguments,
    )


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("units", [1, 3])
def test_both_precisions(name, dtype, units):
    if units == 1 and "Categorical" in name:
        units = 2
    rng = np.random.default_rng(0)
    shape = (7, units)
    for logits in [False, True] if "Cross" in name else [False]:
        arguments = {"from_logits": logits} if "Cross" in name else {}
        compare(
            name,
            targets_for(name, shape, rng),
            outputs_for(name, shape, rng, logits),
            dtype=dtype,
            **arguments,
        )


EDGES = [0.0, 1e-8, 1e-7, 0.5, 1 - 1e-7, 1.0]


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("smoothing", [0.0, 0.2])
@pytest.mark.parametrize("target", [0.0, 0.3, 1.0])
def test_binary_at_the_clipping(dtype, smoothing, target):
    p = np.array([EDGES], dtype).T
    compare(
        "BinaryCrossentropy", np.full_like(p, target), p, dtype=dtype, label_smoothing=smoothing
    )


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("target", [0.0, 0.3, 1.0])
def test_binary_saturated_logits(dtype, target):
    x = np.array([[0.0, -0.0, 1e-3, 20, -20, 90, -90, 1000, -1000]], dtype).T
    compare("BinaryCrossentropy", np.full_like(x, target), x, dtype=dtype, from_logits=True)


@pytest.mark.parametrize("dtype", DTYPES)
def test_categorical_at_the_clipping(dtype):
    p = np.array([[0.0, 1.0, 0.0], [1e-7, 1 - 1e-7, 0.0], [1e-9, 0.5, 0.5], [1.0, 1.0, 1.0]])
    for t in np.eye(3):
        compare("CategoricalCrossentropy", np.tile(t, (4, 1)), p, dtype=dtype)
        compare("SparseCategoricalCrossentropy", np.full(4, t.argmax()), p, dtype=dtype)


@pytest.mark.parametrize("dtype", DTYPES)
def test_categorical_saturated_logits(dtype):
    x = np.array([[0.0, 0.0, 0.0], [1000.0, 0.0, -1000.0], [50.0, 50.0, -50.0]])
    for t in range(3):
        compare("SparseCategoricalCrossentropy", np.full(3, t), x, dtype=dtype, from_logits=True)
        compare(
            "CategoricalCrossentropy",
            np.tile(np.eye(3)[t], (3, 1)),
            x,
            dtype=dtype,
            from_logits=True,
        )


@pytest.mark.parametrize("logits", [False, True])
@pytest.mark.parametrize("reduction", ["sum_over_batch_size", "sum", None])
@pytest.mark.parametrize("column", [False, True])
def test_ignored_class(logits, reduction, column):
    rng = np.random.default_rng(1)
    y = np.array([0, -1, 2, -1, 1])
    compare(
        "SparseCategoricalCrossentropy",
        y[:, None] if column else y,
        outputs_for("Sparse", (5, 3), rng, logits),
        ignore_class=-1,
        from_logits=logits,
        reduction=reduction,
    )
    compare(
        "SparseCategoricalCrossentropy",
        np.abs(y),
        outputs_for("S", (5, 3), rng, logits),
        weight=rng.random(5),
        ignore_class=2,
        from_logits=logits,
        reduction=reduction,
    )


def test_all_masked_is_zero_not_nan():
    loss = losses.SparseCategoricalCrossentropy(ignore_class=0)
    assert float(loss([0, 0], [[0.5, 0.5], [0.1, 0.9]])) == 0.0


def test_ignored_rows_may_hold_nan():
    loss = losses.SparseCategoricalCrossentropy(ignore_class=-1)
    p = np.array([[np.nan, np.nan], [0.5, 0.5]])
    value, grad = our_value_and_grad(loss, np.array([-1, 1]), p, None, None)
    assert np.isfinite(value) and np.isfinite(grad).all()


@pytest.mark.parametrize(
    "shapes",
    [((4,), (4, 1)), ((4, 1), (4,)), ((4, 1), (4, 1)), ((4, 3), (4, 3, 1)), ((4, 3, 1), (4, 3))],
)
@pytest.mark.parametrize("name", ["MeanSquaredError", "MeanAbsoluteError", "BinaryCrossentropy"])
@pytest.mark.parametrize("weight", [None, (4,), (4, 1)])
def test_last_dimension_of_one(name, shapes, weight):
    rng = np.random.default_rng(2)
    y, p = (rng.random(s) for s in shapes)
    if weight is not None and len(shapes[0]) + len(shapes[1]) > 4:
        weight = (4, 1)
    compare(name, y, p, None if weight is None else rng.random(weight))


@pytest.mark.parametrize("axis", [-1, 1])
def test_axis(axis):
    rng = np.random.default_rng(3)
    p = rng.random((4, 3, 2))
    y = rng.random((4, 3, 2))
    compare("CategoricalCrossentropy", y, p, axis=axis)
    compare("CategoricalCrossentropy", y, p, axis=axis, from_logits=True)
    compare("BinaryCrossentropy", y, p, axis=axis)


def test_class_indices_stay_integers():
    """In float32 these two would be the same class."""
    seen = []

    def spy(y_true, y_pred):
        seen.append(y_true.dtype)
        return losses.sparse_categorical_crossentropy(y_true, y_pred)

    spy.labels = "classes"
    loss = losses.LossFunctionWrapper(spy)
    loss(np.array([2**24 + 1, 1]) % 2, np.full((2, 2), 0.5, "float32"))
    assert "int" in str(seen[0])


FUNCTIONS = [
    "mean_squared_error",
    "mean_absolute_error",
    "binary_crossentropy",
    "categorical_crossentropy",
    "sparse_categorical_crossentropy",
]


@pytest.mark.parametrize("name", FUNCTIONS)
def test_functions_return_rows(name):
    rng = np.random.default_rng(4)
    kind = "".join(w.capitalize() for w in name.split("_"))
    y, p = targets_for(kind, (5, 3), rng), outputs_for(kind, (5, 3), rng, False)
    with floatx("float64"):
        ours = getattr(losses, name)(y, p)
        assert ours.shape == (5,)
        assert_close(ours, np.asarray(getattr(keras.losses, name)(y, p)), 1e-9)


@pytest.mark.parametrize("alias", ["mse", "MSE", "mae", "MAE", "bce", "BCE", *FUNCTIONS])
def test_names_of_functions(alias):
    assert losses.get(alias).__name__ == keras.losses.get(alias).__name__
    if len(alias) == 3:
        assert getattr(losses, alias) is losses.get(alias)


def test_own_subclass_and_own_function():
    class Cubed(losses.Loss):
        def __init__(self, scale, **kwargs):
            super().__init__(**kwargs)
            self.scale = scale

        def call(self, y_true, y_pred):
            return self.scale * ops.mean(ops.abs(y_true - y_pred) ** 3, axis=-1)

    y, p = np.zeros((2, 2)), np.array([[1.0, 2.0], [3.0, 0.0]])
    assert float(Cubed(2.0)(y, p)) == pytest.approx(18.0)
    assert Cubed(1.0, name="cubed").name == "cubed"
    largest = losses.resolve(lambda y, p: ops.max(ops.abs(y - p), axis=-1))
    assert float(largest(y, p)) == pytest.approx(2.5)


def test_labels_are_those_of_the_math():
    class Renamed(losses.MeanSquaredError):
        pass

    class Anew(losses.MeanSquaredError):
        def call(self, y_true, y_pred):
            return y_pred[:, 0]

    assert Renamed().labels == "values" and Anew().labels is None
    assert losses.resolve("mse").labels == "values"


@pytest.mark.parametrize(
    "y, p, name",
    [
        ((None,), (None, 1), "binary_crossentropy"),
        ((None, 1), (None, 1), "binary_crossentropy"),
        ((None,), (None, 3), "sparse_categorical_crossentropy"),
        ((None, 1), (None, 3), "sparse_categorical_crossentropy"),
        ((None, 3), (None, 3), "categorical_crossentropy"),
    ],
)
@pytest.mark.parametrize("word", ["crossentropy", "ce", "CE"])
def test_crossentropy_by_shapes(word, y, p, name):
    from keras.src.trainers.compile_utils import get_loss

    loss = losses.resolve(word)
    loss.choose_by_shapes(y, p)
    assert get_loss(word, keras.KerasTensor(y), keras.KerasTensor(p)).fn.__name__ == name
    assert loss.fn.__name__ == name and loss.name == word
    assert loss.labels == losses.get(name).labels


@pytest.mark.parametrize(
    "y, p, name",
    [
        (LABELS > 1, BINARY, "binary_crossentropy"),
        (LABELS, KINDS, "sparse_categorical_crossentropy"),
        (np.eye(3)[LABELS], KINDS, "categorical_crossentropy"),
    ],
)
def test_compile_takes_a_crossentropy_by_shapes(y, p, name):
    from brickwork import Sequential, layers

    y = y.astype(float) if y.dtype == bool else y
    model = Sequential([layers.Input(p.shape[1:]), layers.Identity()])
    theirs = np.mean(getattr(keras.losses, name)(y[:, None] if p.shape[-1] == 1 else y, p))
    for loss in ("ce", ["crossentropy"], {model.layers[-1].name: "CE"}):
        model.compile("sgd", loss, metrics=["ce"])
        found = model.evaluate(p, y, verbose=0)
        np.testing.assert_allclose(found, theirs, rtol=1e-5)


def test_the_words_of_keras_2_for_reductions():
    y, p = np.zeros((3, 1)), np.ones((3, 1))
    with pytest.warns(DialectWarning):
        words = losses.Reduction
        assert float(losses.MeanSquaredError(words.AUTO)(y, p)) == 1.0
    assert float(losses.MeanSquaredError(reduction=words.SUM)(y, p)) == 3.0
    assert losses.MeanSquaredError(reduction=words.NONE)(y, p).shape == (3,)
    assert losses.MeanSquaredError(words.SUM_OVER_BATCH_SIZE).get_config() == (
        losses.MeanSquaredError("auto").get_config()
    )


@pytest.mark.parametrize(
    "wrong, says",
    [("mean_squared_eror", "mean_squared_error"), (3, "expected a name"), ("", "got ''")],
)
def test_unknown(wrong, says):
    with pytest.raises(ArgumentError, match=says):
        losses.resolve(wrong)


@pytest.mark.parametrize(
    "arguments",
    [
        {"reduction": "average"},
        {"from_logits": 3},
        {"label_smoothing": 1.5},
        {"label_smoothing": np.nan},
        {"dtype": "complex64"},
        {"axis": "x"},
        {"names": "a"},
    ],
)
def test_arguments_are_checked(arguments):
    with pytest.raises(ArgumentError):
        losses.BinaryCrossentropy(**arguments)


def test_shapes_are_checked():
    with pytest.raises(ValueError, match="same shape"):
        losses.binary_crossentropy(np.zeros((2, 3)), np.zeros((2, 2)))
    with pytest.raises(ValueError, match="one class index for each row"):
        losses.sparse_categorical_crossentropy(np.zeros((2, 3), int), np.zeros((2, 2)))
    with pytest.warns(SyntaxWarning, match="binary_crossentropy"):
        losses.categorical_crossentropy(np.zeros((2, 1)), np.ones((2, 1)))


def test_dtype_of_computation():
    y, p = np.zeros((2, 1), "float32"), np.full((2, 1), 1 / 3, "float32")
    assert losses.MeanSquaredError()(y, p).dtype == "float32"
    assert losses.MeanSquaredError(dtype="float64")(y, p).dtype == "float64"
    assert losses.MeanSquaredError()(y, p.astype(float)).dtype == "float64"
