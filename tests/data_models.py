"""The models of the tables of data, as plain facts: their inputs, outputs and losses."""

from brickwork import losses
from brickwork.data import Expectation, Port


def _model(inputs, *outputs, **more):
    """``outputs``: (name, shape, activation, loss)."""
    return Expectation(
        tuple(inputs),
        tuple(Port(n, s, activation=a) for n, s, a, _ in outputs),
        tuple(losses.resolve(loss) for *_, loss in outputs),
        **more,
    )


_X = Port("features", (3,))


def own_loss(y_true, y_pred):
    """A custom loss, which declares nothing about its targets."""
    return y_pred[:, 0]


MODELS = {
    "binary": _model([_X], ("out", (1,), "sigmoid", "binary_crossentropy")),
    "multilabel": _model([_X], ("out", (4,), "sigmoid", "binary_crossentropy")),
    "classes": _model([_X], ("out", (3,), "softmax", "sparse_categorical_crossentropy")),
    "rows": _model([_X], ("out", (3,), "softmax", "categorical_crossentropy")),
    "amount": _model([_X], ("out", (1,), "linear", "mse")),
    "amounts": _model([_X], ("out", (2,), "linear", "mse")),
    "ignoring": _model(
        [_X], ("out", (3,), "softmax", losses.SparseCategoricalCrossentropy(ignore_class=-1))
    ),
    "own": _model([_X], ("out", (2,), "linear", own_loss)),
    "steps": _model(
        [Port("features", (5, 3))], ("out", (5, 4), "softmax", "sparse_categorical_crossentropy")
    ),
    "steps_amount": _model([Port("features", (5, 3))], ("out", (5, 1), "linear", "mse")),
    "any_steps": _model([Port("features", (None, 3))], ("out", (None, 1), "linear", "mse")),
    "ids": _model([Port("ids", (4,), "int32")], ("out", (1,), "sigmoid", "binary_crossentropy")),
    "image": _model(
        [Port("image", (2, 2, 1))], ("out", (3,), "softmax", "sparse_categorical_crossentropy")
    ),
    "channel": _model([Port("steps", (4, 1))], ("out", (4, 1), "linear", "mse")),
    "one": _model([Port("x", (1,))], ("out", (1,), "linear", "mse")),
    "unbuilt": _model([Port("x", None)], ("out", None, None, "mse")),
    "masking": _model([_X], ("out", (1,), "sigmoid", "bce"), handles_nan=True),
    "masked": _model(
        [Port("features", (5, 3))],
        ("out", (5, 3), "softmax", "sparse_categorical_crossentropy"),
        masks=lambda arrays, _: (arrays.x[0] != 0).any(-1),
    ),
    "table": _model(
        [Port("ids", (4,), "int32", ids=5)], ("out", (1,), "sigmoid", "binary_crossentropy")
    ),
    "signs": _model([_X], ("out", (1,), "tanh", "hinge")),
    "focal": _model([_X], ("out", (1,), "sigmoid", "binary_focal_crossentropy")),
    "focal_rows": _model([_X], ("out", (3,), "softmax", "categorical_focal_crossentropy")),
    "counts": _model([_X], ("out", (1,), "exponential", "poisson")),
    "double": _model([Port("features", (3,), "float64")], ("out", (1,), "linear", "mse")),
    "two": _model(
        [Port("left", (3,)), Port("right", (2,))],
        ("main", (1,), "sigmoid", "binary_crossentropy"),
        ("side", (2,), "linear", "mse"),
    ),
    "half": _model(
        [_X], ("main", (1,), "sigmoid", "binary_crossentropy"), ("free", (2,), "linear", None)
    ),
}
