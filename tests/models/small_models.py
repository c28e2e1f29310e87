"""A small model in either library, its data, and what counts as the same result."""

from __future__ import annotations

import numpy as np
from keras_oracle import keras
from twins import distance

import brickwork

RNG = np.random.default_rng(4)
X = RNG.normal(size=(30, 4))
Y = (X.sum(1) > 0) * 1.0
BOTH = (brickwork, keras)


def build(library, metrics=("accuracy",), optimizer="adam", **arguments):
    layers = library.layers
    model = library.Sequential(
        [
            library.Input((4,)),
            layers.Dense(5, activation="tanh"),
            layers.Dense(1, activation="sigmoid"),
        ]
    )
    model.compile(optimizer, "binary_crossentropy", metrics=list(metrics), **arguments)
    rng = np.random.default_rng(1)
    model.set_weights([rng.normal(size=np.shape(w)) for w in model.get_weights()])
    return model


def same(ours, theirs):
    """Equal in form, and in value but for rounding."""
    assert isinstance(ours, dict) == isinstance(theirs, dict)
    if isinstance(ours, dict):
        assert list(ours) == list(theirs)
        ours, theirs = ([d[k] for k in sorted(d)] for d in (ours, theirs))
    assert isinstance(ours, list) == isinstance(theirs, list)
    assert distance(ours, theirs) <= 1e-9
