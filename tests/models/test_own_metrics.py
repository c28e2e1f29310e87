"""Metrics and losses of the user's own: what they are given, beside Keras, and what they return."""

import warnings

import numpy as np
import pytest
from keras_oracle import keras

import brickwork
from brickwork.data import forget_warnings

pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")

ROWS = 24
X = np.random.default_rng(0).normal(size=(ROWS, 3)).astype("float32")
SIGNS = (X[:, 0] > 0).astype("float32")
CLASSES = np.arange(ROWS) % 3
Y = {
    "(n,)": SIGNS,
    "(n, 1)": SIGNS[:, None],
    "float64 (n,)": SIGNS.astype("float64"),
    "classes (n,)": CLASSES,
    "classes (n, 1)": CLASSES[:, None],
    "one-hot": np.eye(3)[CLASSES],
    "(n, 2)": X[:, :2],
    "(n, 2, 1)": X[:, :2, None],
}
#: Targets, the output's shape, and the loss.
CASES = [
    ("(n,)", (1,), "mse"),
    ("(n, 1)", (1,), "mse"),
    ("float64 (n,)", (1,), "mse"),
    ("(n,)", (1,), "own"),
    ("(n, 1)", (1,), "own"),
    ("classes (n,)", (3,), "sparse_categorical_crossentropy"),
    ("classes (n, 1)", (3,), "sparse_categorical_crossentropy"),
    ("one-hot", (3,), "categorical_crossentropy"),
    ("one-hot", (3,), "own"),
    ("(n, 2)", (2, 1), "mse"),
    ("(n, 2, 1)", (2, 1), "mse"),
]


@pytest.fixture(autouse=True)
def anew():
    forget_warnings()


def shapes_seen(library, y, shape, loss, call) -> set:
    """The ranks and last axes of what the functions are called with."""
    seen, ops = set(), library.ops

    def function(name):
        def noted(y_true, y_pred):
            seen.add((name, len(y_true.shape), tuple(y_true.shape[1:]), tuple(y_pred.shape[1:])))
            return ops.sum(ops.cast(y_true, "float32")) * 0 + ops.mean(y_pred)

        noted.__name__ = name
        return noted

    size = int(np.prod(shape))
    model = library.Sequential(
        [
            library.layers.Input((3,)),
            library.layers.Dense(size, "softmax" if size == 3 else None),
            library.layers.Reshape(shape),
        ]
    )
    model.compile(
        "sgd",
        function("loss") if loss == "own" else loss,
        metrics=[function("metric")],
        weighted_metrics=[function("weighted")],
    )
    quiet = {} if "batch" in call else {"verbose": 0}
    getattr(model, call)(X, y, **quiet)
    return seen


@pytest.mark.parametrize("y, shape, loss", CASES)
@pytest.mark.parametrize("call", ["fit", "evaluate", "train_on_batch", "test_on_batch"])
def test_given_what_keras_gives(y, shape, loss, call):
    arguments = Y[y], shape, loss, call
    assert shapes_seen(brickwork, *arguments) == shapes_seen(keras, *arguments)


def same(ops, y, p):
    return ops.cast(ops.equal(y, ops.cast(p > 0.5, y.dtype)), "float32")


#: Metrics as people write them, and whether y may only have the shape (n, 1).
METRICS = {
    "equal": (lambda y, p: brickwork.ops.mean(same(brickwork.ops, y, p)), True),
    "by row": (lambda y, p: brickwork.ops.mean(same(brickwork.ops, y, p), axis=-1), True),
    "sum": (
        lambda y, p: brickwork.ops.sum(same(brickwork.ops, y, p)) / brickwork.ops.shape(p)[0],
        True,
    ),
    "first column": (
        lambda y, p: brickwork.ops.mean(same(brickwork.ops, y[:, 0], p[:, 0])),
        True,
    ),
    "squeezed": (
        lambda y, p: brickwork.ops.mean(same(brickwork.ops, y, brickwork.ops.squeeze(p, -1))),
        False,
    ),
    "flat": (
        lambda y, p: brickwork.ops.mean(
            same(brickwork.ops, brickwork.ops.reshape(y, (-1,)), brickwork.ops.reshape(p, (-1,)))
        ),
        False,
    ),
}


class Share(brickwork.metrics.Metric):
    def __init__(self, name="share", **kwargs):
        super().__init__(name=name, **kwargs)
        self.right = self.add_weight(name="right")
        self.rows = self.add_weight(name="rows")

    def update_state(self, y_true, y_pred, sample_weight=None):
        found = same(brickwork.ops, y_true, y_pred)
        self.right.assign_add(brickwork.ops.sum(found))
        self.rows.assign_add(brickwork.ops.cast(brickwork.ops.size(found), "float32"))

    def result(self):
        return self.right / self.rows


def results(metric, y, **given):
    model = brickwork.Sequential(
        [brickwork.Input((3,)), brickwork.layers.Dense(1, "sigmoid", kernel_initializer="ones")]
    )
    model.compile("sgd", "mse", metrics=[metric], **given)
    right = (model.predict(X, verbose=0)[:, 0] > 0.5) == SIGNS
    values = [
        model.evaluate(X, y, verbose=0, batch_size=ROWS)[1],
        model.test_on_batch(X, y)[1],
        model.train_on_batch(X, y)[1],
    ]
    return values, right.mean()


@pytest.mark.parametrize("name", METRICS)
def test_each_row_beside_its_own(name):
    """A target is compared with the output of its row, not with those of all rows."""
    function, mended = METRICS[name]
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        values, right = results(function, SIGNS)
    np.testing.assert_allclose(values, right, rtol=1e-6)
    said = [w for w in caught if "(rows, 1), as in Keras 1 and 2" in str(w.message)]
    assert len(said) == mended


@pytest.mark.filterwarnings("ignore::brickwork.data.DataWarning")
def test_a_class_of_ones_own():
    values, right = results(Share(), SIGNS)
    np.testing.assert_allclose(values, right, rtol=1e-6)


def test_all_pairs_of_rows_may_be_meant():
    """What looks at pairs of outputs by itself is left alone."""
    ops = brickwork.ops
    values, _ = results(lambda y, p: ops.mean(ops.abs(p - ops.transpose(p))), SIGNS)
    out = 1 / (1 + np.exp(-X.sum(1, keepdims=True)))
    np.testing.assert_allclose(values[0], np.abs(out - out.T).mean(), rtol=1e-5)


@pytest.mark.filterwarnings("ignore::brickwork.data.DataWarning")
def test_with_several_outputs():
    ops, x = brickwork.ops, brickwork.Input((3,))
    ones = brickwork.layers.Dense(1, "sigmoid", kernel_initializer="ones", name="a")
    model = brickwork.Model(x, {"a": ones(x), "b": brickwork.layers.Dense(3, name="b")(x)})
    model.compile(
        "sgd",
        {"a": "mse", "b": "mse"},
        metrics={"a": lambda y, p: ops.mean(same(ops, y, p)), "b": "mae"},
    )
    logs = model.evaluate(X, {"a": SIGNS, "b": X}, return_dict=True, verbose=0, batch_size=ROWS)
    (value,) = (v for name, v in logs.items() if name.startswith("a_") and name != "a_loss")
    assert value == pytest.approx(((X.sum(1) > 0) == SIGNS).mean())
