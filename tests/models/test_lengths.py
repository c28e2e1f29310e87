"""Models of rows of unknown length: trained on batches of several lengths, as Keras trains them."""

from __future__ import annotations

import random
import warnings

import keras
import keras_oracle as oracle
import numpy as np
import pytest
from twins import distance

import brickwork

LENGTHS = (5, 3, 5)
ROWS, WORDS = 6, 9


class RandomModel:
    """A random model of rows of unknown length, the same for both libraries.

    Args:
        seed: int, which one.
    """

    def __init__(self, seed: int):
        self.seed = seed
        chance = random.Random(seed)
        self.kinds = [chance.choice(KINDS) for _ in range(chance.choice((1, 1, 2)))]
        self.middle = [[chance.choice(MIDDLE) for _ in range(chance.randint(0, 3))] for _ in "12"]
        self.head = chance.choice(HEADS)
        self.optimizer = chance.choice(("SGD", "Adam", "RMSprop"))
        if len(self.kinds) > 1 and self.head is None:
            self.head = "average"

    def make(self, k):
        """The compiled model in one library."""
        inputs, ends = [], []
        for kind, middle in zip(self.kinds, self.middle, strict=False):
            x, h = SOURCES[kind](k)
            for name in middle:
                h = LAYERS[name](k, h)
            inputs.append(x)
            ends.append(h if self.head is None else ENDS[self.head](k, h))
        h = ends[0] if len(ends) == 1 else k.layers.Concatenate()(ends)
        model = k.Model(inputs if len(inputs) > 1 else inputs[0], k.layers.Dense(2)(h))
        options = {"run_eagerly": True} if k is keras else {}  # compiled for each length else
        optimizer = getattr(k.optimizers, self.optimizer)(0.05)
        model.compile(optimizer, "mse", metrics=["mae"], **options)
        chance = np.random.default_rng(self.seed)
        model.set_weights([chance.normal(size=w.shape) * 0.4 + 0.1 for w in model.get_weights()])
        return model

    def batches(self, lengths=LENGTHS):
        """A batch for each length; that of a second input is another one."""
        rng = np.random.default_rng(self.seed)
        for length in lengths:
            xs = [DATA[kind](rng, length + 2 * i) for i, kind in enumerate(self.kinds)]
            steps = (length,) if self.head is None else ()
            y = rng.normal(size=(ROWS, *steps, 2))
            yield (tuple(xs) if len(xs) > 1 else xs[0]), y


def _ids(mask):
    def source(k):
        x = k.layers.Input((None,), dtype="int32")
        return x, k.layers.Embedding(WORDS, 3, mask_zero=mask)(x)

    return source


def _floats(k):
    x = k.layers.Input((None, 2))
    return x, x


def _masked(k):
    x = k.layers.Input((None, 2))
    return x, k.layers.Masking()(x)


def _words(rng, length):
    ids = rng.integers(1, WORDS, size=(ROWS, length))
    ids[:, length - length // 3 :] = 0
    return ids.astype("int32")


def _steps(rng, length):
    x = rng.normal(size=(ROWS, length, 2))
    x[1::2, -1] = 0
    return x


SOURCES = {"ids": _ids(False), "masked ids": _ids(True), "floats": _floats, "masked": _masked}
DATA = {"ids": _words, "masked ids": _words, "floats": _steps, "masked": _steps}
KINDS = list(SOURCES)
LAYERS = {
    "dense": lambda k, h: k.layers.Dense(3, "tanh")(h),
    "in time": lambda k, h: k.layers.TimeDistributed(k.layers.Dense(4, "relu"))(h),
    "batch": lambda k, h: k.layers.BatchNormalization(momentum=0.8)(h),
    "layer": lambda k, h: k.layers.LayerNormalization()(h),
    "prelu": lambda k, h: k.layers.PReLU(shared_axes=[1])(h),
    "softmax": lambda k, h: k.layers.Softmax()(h),
    "no dropout": lambda k, h: k.layers.Dropout(0.0, noise_shape=(None, 1, h.shape[-1]))(h),
    "centred": lambda k, h: k.layers.Lambda(lambda t: t - k.ops.mean(t, axis=1, keepdims=True))(h),
    "branches": lambda k, h: k.layers.Add()(
        [k.layers.Dense(3)(h), k.layers.Dense(3, "sigmoid")(h)]
    ),
    "beside": lambda k, h: k.layers.Concatenate()([h, k.layers.Dense(2)(h)]),
    "scaled": lambda k, h: h * 0.5 + 1.0,
    "normalized": lambda k, h: k.layers.UnitNormalization()(h),
    "einsum": lambda k, h: k.layers.EinsumDense("abc,cd->abd", (None, 3), bias_axes="d")(h),
    "attention": lambda k, h: k.layers.Dot(axes=(2, 1))(
        [k.layers.Softmax()(k.layers.Dot(axes=2)([h, h])), h]
    ),
}
MIDDLE = list(LAYERS)
ENDS = {
    "average": lambda k, h: k.layers.GlobalAveragePooling1D()(h),
    "max": lambda k, h: k.layers.GlobalMaxPooling1D()(h),
    "sum": lambda k, h: k.layers.Lambda(lambda t: k.ops.sum(t, axis=1))(h),
    "first": lambda k, h: k.layers.Lambda(lambda t: t[:, 0])(h),
}
HEADS = [*ENDS, None]


def outcome(library, random_model) -> dict[str, list]:
    """What training, evaluation and prediction give, step by step."""
    with oracle.floatx("float64"), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of masks that nothing uses
        model = random_model.make(library)
        batches = list(random_model.batches())
        found = {"shape": [model.output_shape, *[tuple(x.shape) for x in model.inputs]]}
        found["steps"] = [model.train_on_batch(x, y) for x, y in batches]
        history = model.fit((batch for batch in batches), verbose=0).history
        found["fit"] = [history[name] for name in sorted(history)]
        found["tests"] = [model.test_on_batch(x, y) for x, y in batches]
        found["predictions"] = [np.asarray(model.predict(x, verbose=0)) for x, _ in batches]
        found["weights"] = [np.asarray(w) for w in model.get_weights()]
        return found


@pytest.mark.parametrize("seed", range(6))
def test_random_models_train_on_several_lengths_as_keras_s(seed):
    random_model = RandomModel(seed)
    ours, theirs = outcome(brickwork, random_model), outcome(keras, random_model)
    assert ours.pop("shape") == theirs.pop("shape")
    for name, values in theirs.items():
        for mine, its in zip(ours[name], values, strict=True):
            assert distance(mine, its) < 1e-9, (seed, name, vars(random_model))
