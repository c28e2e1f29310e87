"""Small models of every sort, and their files, from which attacks and fuzzing begin."""

from __future__ import annotations

import tempfile
from functools import cache
from pathlib import Path

import numpy as np

import brickwork
from brickwork import Model, Sequential, layers, ops

SEED = 7


def small() -> Sequential:
    """Two layers, compiled and trained for a step."""
    model = Sequential(
        [
            layers.Dense(2, input_dim=3, activation="relu", name="a"),
            layers.Dropout(0.5, seed=3, name="drop"),
            layers.Dense(1, name="b"),
        ],
        name="small",
    )
    model.compile("adam", "mse", metrics=["mae"])
    model.fit(np.ones((4, 3), "float32"), np.ones((4, 1), "float32"), verbose=0)
    return model


def graph() -> Model:
    """Branches, ops between layers, two outputs, a layer that is called twice."""
    x = layers.Input((3,), name="x")
    twice = layers.Dense(3, name="twice")
    h = layers.Concatenate(name="both")([twice(twice(x)), layers.Dense(2, name="side")(x)])
    return Model(x, [layers.Dense(1, name="one")(h), ops.exp(h) + 1.5], name="graph")


def operation() -> Model:
    """One op between layers."""
    x = layers.Input((4,), name="x")
    return Model(x, layers.Dense(2, name="top")(x + 1.5), name="operation")


def words() -> Model:
    """Words by a vocabulary, as counts."""
    x = layers.Input((1,), dtype="string", name="x")
    table = layers.StringLookup(output_mode="multi_hot", name="table")
    table.adapt(np.array([["ant"], ["bee"], ["bee"]]))
    return Model(x, layers.Dense(2, name="top")(table(x)), name="words")


def texts() -> Sequential:
    """Texts by a vocabulary, in front of an embedding."""
    table = layers.TextVectorization(output_sequence_length=4, name="table")
    table.adapt(["the ant", "the bee"])
    return Sequential(
        [
            layers.Input((1,), dtype="string"),
            table,
            layers.Embedding(8, 2, name="e"),
            layers.Flatten(name="f"),
            layers.Dense(1, name="top"),
        ],
        name="texts",
    )


def rare() -> Sequential:
    """Whole numbers by how rare they are."""
    table = layers.IntegerLookup(output_mode="tf_idf", name="table")
    table.adapt(np.array([[1, 2], [2, 3]]))
    return Sequential(
        [layers.Input((2,), dtype="int64"), table, layers.Dense(1, name="top")], name="rare"
    )


def scaled() -> Sequential:
    """Layers that were adapted, and normalisation with moving statistics."""
    scale = layers.Normalization(name="scale")
    scale.adapt(np.arange(12.0).reshape(4, 3))
    return Sequential(
        [
            layers.Input((3,)),
            scale,
            layers.BatchNormalization(name="norm"),
            layers.Dense(1, name="top"),
        ],
        name="scaled",
    )


def wrapped() -> Sequential:
    """A layer inside of a layer, over steps."""
    return Sequential(
        [
            layers.Input((3, 2)),
            layers.TimeDistributed(layers.Dense(2, name="in"), name="over"),
            layers.Flatten(name="f"),
            layers.Dense(1, name="top"),
        ],
        name="wrapped",
    )


MODELS = {
    make.__name__: make for make in (small, graph, operation, words, texts, rare, scaled, wrapped)
}


@cache
def file_of(name: str, method: str = "save") -> bytes:
    """The file of one of these models."""
    brickwork.utils.set_random_seed(SEED)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "m.brick"
        getattr(MODELS[name](), method)(path)
        return path.read_bytes()


def weights_of(name: str) -> bytes:
    """The file of its weights alone."""
    return file_of(name, "save_weights")
