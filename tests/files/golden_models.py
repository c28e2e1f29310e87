"""The models of the golden `.brick` files, and their inputs.

    python tests/files/golden_models.py     # writes the files of this version, if there are none

Files of a version are written once, when the version is new, and never again: they show that what
was written then can still be read.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np

import brickwork
from brickwork import layers, optimizers
from brickwork.layers import Dense, Input
from brickwork.utils import FeatureSpace

FOLDER = Path(__file__).parent / "brick-1"
ROWS = np.random.default_rng(0).normal(size=(40, 4)).astype("float32")
CLASSES = np.arange(40) % 3
IDS = np.arange(80).reshape(40, 2).astype("int32") % 5
WORDS = np.array([["red"], ["green"], ["파랑"], ["?"]] * 10)


def chain():
    model = brickwork.Sequential(
        [
            Input((4,), name="flower"),
            Dense(6, "relu", kernel_regularizer="l2", name="첫 층"),
            layers.Dropout(0.2, seed=1),
            layers.BatchNormalization(),
            Dense(3, "softmax", kernel_constraint="max_norm"),
        ],
        name="chain",
    )
    model.compile(
        optimizers.Adam(optimizers.schedules.ExponentialDecay(0.01, 10, 0.9)),
        "sparse_categorical_crossentropy",
        metrics=["accuracy"],
    )
    model.class_names = ["one", "two", "셋"]
    return model, ROWS, CLASSES


def graph():
    numbers, ids = Input((4,), name="numbers"), Input((2,), dtype="int32", name="ids")
    table = layers.GlobalAveragePooling1D()(layers.Embedding(5, 3, mask_zero=True)(ids))
    both = layers.Concatenate()([numbers, table]) * 2.0
    shared = Dense(4, "tanh", name="shared")
    one, two = shared(both), shared(layers.LayerNormalization()(both))
    model = brickwork.Model(
        {"numbers": numbers, "ids": ids},
        {"q": brickwork.Sequential([Dense(3, "relu"), Dense(1)])(two), "p": Dense(2)(one)},
    )
    model.compile(
        optimizers.SGD(0.05, momentum=0.9),
        {"p": "mse", "q": "huber"},
        loss_weights={"q": 0.5},
        metrics={"q": ["mae"]},
    )
    return model, {"numbers": ROWS, "ids": IDS}, {"p": ROWS[:, :2], "q": ROWS[:, :1]}


def words():
    word, amount = Input((1,), dtype="string", name="word"), Input((1,), name="amount")
    lookup, scale = layers.StringLookup(output_mode="one_hot"), layers.Normalization()
    bins = layers.Discretization(num_bins=3)
    lookup.adapt(WORDS[:3]), scale.adapt(ROWS[:, :1]), bins.adapt(ROWS[:, :1])
    encoded = layers.Concatenate()(
        [lookup(word), scale(amount), layers.Flatten()(layers.Embedding(3, 2)(bins(amount)))]
    )
    model = brickwork.Model([word, amount], Dense(1, "sigmoid")(encoded))
    model.compile("rmsprop", "binary_crossentropy", metrics=["auc"])
    return model, [WORDS, ROWS[:, :1]], CLASSES > 0


def double():
    model = brickwork.Sequential(
        [
            Input((4,), dtype="float64"),
            Dense(3, dtype="float64"),
            layers.PReLU(dtype="float64"),
            Dense(1, dtype="float64"),
        ]
    )
    model.compile(optimizers.Nadam(0.01, clipnorm=1.0), "log_cosh")
    return model, ROWS.astype("float64"), ROWS[:, :1]


MODELS = {"chain": chain, "graph": graph, "words": words, "double": double}


def space():
    made = FeatureSpace(
        {"word": "string_categorical", "amount": "float_normalized"}, crosses=[("word", "word")]
    )
    made.adapt({"word": WORDS[:, 0], "amount": ROWS[:, 0]})
    return made


def outputs_of(model, x) -> dict:
    """What a model predicts, by the output's name or ''."""
    out = model.predict(x, verbose=0)
    out = out if isinstance(out, dict) else {"": out}
    return {name: np.asarray(part).tolist() for name, part in out.items()}


def write(folder: Path) -> None:
    """Write all files of this version, with the outputs of their models."""
    expected = {"brickwork": brickwork.__version__, "answers": {}}
    for name, make in MODELS.items():
        model, x, y = make()
        model.fit(x, y, epochs=3, verbose=0, shuffle=False)
        model.save(folder / f"{name}.brick")
        expected["answers"][name] = outputs_of(model, x)
        model.save_weights(folder / f"{name}-weights.brick")
        model.fit(x, y, epochs=2, verbose=0, shuffle=False)
        expected["answers"][f"{name}, two epochs later"] = outputs_of(model, x)
    made = space()
    made.save(folder / "space.brick")
    expected["space"] = made({"word": WORDS[:, 0], "amount": ROWS[:, 0]}).tolist()
    (folder / "answers.json").write_text(json.dumps(expected, ensure_ascii=False) + "\n", "utf-8")


if __name__ == "__main__":
    if (FOLDER / "answers.json").exists():
        sys.exit(f"{FOLDER} has golden files already; they are never made again.")
    FOLDER.mkdir(exist_ok=True)
    np.random.seed(0)
    write(FOLDER)
