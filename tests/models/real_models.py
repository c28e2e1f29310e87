"""The models of the tables of data (`data_models`), as real ones: those that a chain can be."""

from __future__ import annotations

import numpy as np

from brickwork import losses
from brickwork.layers import Dense, Flatten, Input, Layer
from brickwork.models import Sequential
from brickwork.ops import nan_to_num


def own_loss(y_true, y_pred):
    """A loss of the user's, which says nothing of its targets."""
    return y_pred[:, 0]


class Fill(Layer):
    """A user's own layer, which can do with NaN."""

    def call(self, inputs):
        return nan_to_num(inputs)


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
}


def build(name: str) -> Sequential:
    """A compiled model of this name, its weights always the same."""
    shape, layers, units, activation, loss = CHAINS[name]
    dtype = "float64" if name == "double" else None
    first = [] if shape is None else [Input(shape, dtype=dtype, name="features")]
    model = Sequential([*first, *[layer() for layer in layers],
                        Dense(units, activation=activation, dtype=dtype)])
    model.compile("adam", loss() if callable(loss) else loss)
    rng = np.random.default_rng(7)
    model.set_weights([rng.normal(size=w.shape) for w in model.get_weights()])
    return model


def call(model, method: str, arguments: dict):
    """A method of the model on a case's arguments."""
    if method == "train_on_batch":
        return model.train_on_batch(**arguments)
    if method == "predict":
        return model.predict(arguments["x"], verbose=0)
    more = {"shuffle": False} if method == "fit" else {}
    return getattr(model, method)(**arguments, **more, verbose=0)
