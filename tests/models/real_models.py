"""The models of the tables of data (`data_models`), as real ones."""

from __future__ import annotations

import numpy as np
from bad_parts import FRAME, B

from brickwork import losses
from brickwork.layers import Dense, Embedding, Flatten, Input, Layer, Masking
from brickwork.models import Model, Sequential
from brickwork.ops import cast, nan_to_num


def own_loss(y_true, y_pred):
    """A custom loss, which declares nothing about its targets."""
    return y_pred[:, 0]


class Fill(Layer):
    """A user's own layer, which can do with NaN."""

    def call(self, inputs):
        return nan_to_num(inputs)


class Embedded(Layer):
    """Ids as numbers: takes integers without knowing their range."""

    def call(self, inputs):
        return cast(inputs, "float32")


def table():
    return Embedding(5, 2)


def masking():
    return Masking(0.0)


def ignoring():
    return losses.SparseCategoricalCrossentropy(ignore_class=-1)


#: name -> (shape of a row, layers but the last, units, activation, loss, dtype)
CHAINS = {
    "binary": ((3,), (), 1, "sigmoid", "binary_crossentropy"),
    "multilabel": ((3,), (), 4, "sigmoid", "binary_crossentropy"),
    "classes": ((3,), (), 3, "softmax", "sparse_categorical_crossentropy"),
    "rows": ((3,), (), 3, "softmax", "categorical_crossentropy"),
    "amount": ((3,), (), 1, None, "mse"),
    "amounts": ((3,), (), 2, None, "mse"),
    "ignoring": ((3,), (), 3, "softmax", ignoring),
    "own": ((3,), (), 2, None, lambda: own_loss),
    "steps": ((5, 3), (), 4, "softmax", "sparse_categorical_crossentropy"),
    "steps_amount": ((5, 3), (), 1, None, "mse"),
    "image": ((2, 2, 1), (Flatten,), 3, "softmax", "sparse_categorical_crossentropy"),
    "one": ((1,), (), 1, None, "mse"),
    "unbuilt": (None, (), 1, None, "mse"),
    "masking": ((3,), (Fill,), 1, "sigmoid", "bce"),
    "double": ((3,), (), 1, None, "mse"),
    "channel": ((4, 1), (), 1, None, "mse"),
    "ids": ((4,), (Embedded,), 1, "sigmoid", "binary_crossentropy"),
    "table": ((4,), (table, Flatten), 1, "sigmoid", "binary_crossentropy"),
    "masked": ((5, 3), (masking,), 3, "softmax", "sparse_categorical_crossentropy"),
    "signs": ((3,), (), 1, "tanh", "hinge"),
    "focal_rows": ((3,), (), 3, "softmax", "categorical_focal_crossentropy"),
    "counts": ((3,), (), 1, "exponential", "poisson"),
    "focal": ((3,), (), 1, "sigmoid", "binary_focal_crossentropy"),
}
DTYPES = {"double": "float64", "ids": "int32", "table": "int32"}


def two():
    """Two inputs and two outputs."""
    left, right = Input((3,), name="left"), Input((2,), name="right")
    model = Model(
        [left, right],
        [Dense(1, activation="sigmoid", name="main")(left), Dense(2, name="side")(right)],
    )
    model.compile("adam", ["binary_crossentropy", "mse"])
    return model


def half():
    """Two outputs, of which one has no loss."""
    x = Input((3,), name="features")
    model = Model(x, [Dense(1, activation="sigmoid", name="main")(x), Dense(2, name="free")(x)])
    model.compile("adam", ["binary_crossentropy", None])
    return model


def named():
    """Trained on named columns."""
    model = _chain("binary")
    model.fit(FRAME, B, verbose=0)
    return model


GRAPHS = {"two": two, "half": half, "named": named}


def build(name: str) -> Model:
    """A compiled model of this name, its weights always the same."""
    model = GRAPHS[name]() if name in GRAPHS else _chain(name)
    rng = np.random.default_rng(7)
    model.set_weights([rng.normal(size=w.shape) for w in model.get_weights()])
    return model


def _chain(name: str) -> Sequential:
    shape, layers, units, activation, loss = CHAINS[name]
    dtype = "float64" if name == "double" else None
    first = [] if shape is None else [Input(shape, dtype=DTYPES.get(name), name="features")]
    model = Sequential(
        [*first, *[layer() for layer in layers], Dense(units, activation=activation, dtype=dtype)]
    )
    model.compile("adam", loss() if callable(loss) else loss)
    return model


def call(model, method: str, arguments: dict):
    """A method of the model on a case's arguments."""
    if method == "train_on_batch":
        return model.train_on_batch(**arguments)
    if method == "predict":
        return model.predict(arguments["x"], verbose=0)
    more = {"shuffle": False} if method == "fit" else {}
    return getattr(model, method)(**{"verbose": 0} | more | arguments)
