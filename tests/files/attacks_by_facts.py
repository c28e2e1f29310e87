"""Vocabularies, compile arguments and facts that contradict the model."""

from __future__ import annotations

import json
from collections.abc import Iterator

import numpy as np
from attacking import Attack, file


def _tables():
    """Vocabularies whose arrays contradict each other."""

    def tables(name, source="words", **arrays):
        def change(kept):
            for key, value in arrays.items():
                path = f"layers/1/{key}"
                kept.pop(path, None) if value is None else kept.update({path: value})

        return file("A8", name, None, source, change)

    def ends(*values, dtype="int64"):
        return np.array(values, dtype)

    letters = np.frombuffer(b"beeant", np.uint8)
    for name, value in {
        "that fall": ends(6, 3),
        "below zero": ends(-3, 6),
        "beyond": ends(3, 7),
        "far beyond": ends(3, 2**62),
        "of floats": ends(3, 6, dtype="float64"),
        "of NaN": np.array([np.nan, 6.0]),
        "in a square": ends(3, 6)[None],
        "that miss the last": ends(3, 4),
        "none": ends(),
        "of truths": ends(1, 0, dtype="bool"),
        "alone": np.array(6),
        "unsigned": ends(3, 2**64 - 1, dtype="uint64"),
        "one less": ends(6),
        "one more": ends(3, 6, 6),
    }.items():
        yield tables(f"ends {name}", ends=value)
    yield tables("ends without tokens", tokens=None)
    yield tables("tokens without ends", ends=None)
    yield tables("tokens of floats", tokens=letters.astype("float32"))
    yield tables("tokens of wide numbers", tokens=letters.astype("int64"))
    yield tables("tokens in rows", tokens=letters.reshape(2, 3))
    yield tables("tokens twice", tokens=np.frombuffer(b"beebee", np.uint8))
    yield tables("tokens that are no UTF-8", tokens=np.frombuffer(b"\xff\xfe\xfdant", np.uint8))
    yield tables(
        "the unknown token among the tokens", tokens=np.frombuffer(b"[UNK]", np.uint8), ends=ends(5)
    )
    yield tables("an array that a table has not", evil=letters)
    yield tables("weights of a table that has none", idf_weights=np.ones(3, "float32"))
    yield tables("whole numbers that are floats", "rare", tokens=np.array([1.5, 2.0, 3.0]))
    yield tables("whole numbers twice", "rare", tokens=ends(1, 1, 2))
    yield tables("whole numbers in rows", "rare", tokens=ends(1, 2, 3)[None])
    yield tables("rare without weights", "rare", idf_weights=None)
    yield tables("rare with NaN", "rare", idf_weights=np.full(4, np.nan, "float32"))
    yield tables("rare with few weights", "rare", idf_weights=np.ones(2, "float32"))
    yield tables("rare with many weights", "rare", idf_weights=np.ones(9, "float32"))
    yield tables("rare with weights in rows", "rare", idf_weights=np.ones((4, 1), "float32"))
    yield tables("rare with weights in words", "rare", idf_weights=np.ones(4, "uint8"))
    yield tables("texts with ends that fall", "texts", ends=ends(3, 0, 6))


def _compile():
    def compiled(name, change):
        def document(whole):
            whole["compile"] = change(whole["compile"]) or whole["compile"]

        return file("A14", name, document)

    for value in (
        3,
        [1],
        "x",
        True,
        {"optimizer": "adam", "evil": 1},
        {"callbacks": ["x"]},
        {"optimizer": "adam", "run_eagerly": {"a": 1}},
    ):
        yield compiled(f"compile {value!r}", lambda c, value=value: value)
    for value in (
        3,
        [],
        {},
        "os.system",
        {
            "class_name": "SGD",
            "config": {"learning_rate": {"class_name": "function", "config": "system"}},
        },
        {"class_name": "SGD", "config": {"learning_rate": "x"}},
        {"class_name": "Dense", "config": {"units": 1}},
        {"class_name": "Adam", "config": {"learning_rate": -1}},
        {"class_name": "Adam", "config": [1]},
        {"class_name": "Adam", "config": {"evil": 1}},
        {
            "class_name": "SGD",
            "config": {
                "learning_rate": {
                    "class_name": "PiecewiseConstantDecay",
                    "config": {"boundaries": "abc", "values": 3},
                }
            },
        },
        {"class_name": "LossScaleOptimizer", "config": {}},
    ):
        yield compiled(
            f"an optimizer {json.dumps(value)[:60]}",
            lambda c, value=value: c.update(optimizer=value),
        )
    for value in (
        3,
        "nobody",
        {"class_name": "function", "config": "eval"},
        {"class_name": "LossFunctionWrapper", "config": {"fn": "system"}},
        {"class_name": "LossFunctionWrapper", "config": {"fn": 3}},
        {"class_name": "CSVLogger", "config": {"filename": "x"}},
        ["mse", {"nobody": "mse"}],
        {"nobody": "mse"},
    ):
        yield compiled(
            f"a loss {json.dumps(value)[:60]}", lambda c, value=value: c.update(loss=value)
        )
    for value in (3, True, 2.5):
        yield compiled(f"metrics {value!r}", lambda c, value=value: c.update(metrics=value))
    for value in ("x", {"nobody": 1.0}, [[1, 2]], True):
        yield compiled(
            f"weights of losses {value!r}", lambda c, value=value: c.update(loss_weights=value)
        )


def _facts():
    def fact(name, key, value):
        return file("A14", f"{key}: {name}", lambda whole: {**whole, key: value})

    for key in (
        "built",
        "trainable",
        "optimizer",
        "shuffle",
        "probe",
        "feature_names",
        "class_names",
        "compile",
        "model",
    ):
        yield file(
            "A14", f"no {key}", lambda whole, key=key: {k: v for k, v in whole.items() if k != key}
        )
    for value in (3, "x", True, 2.5, {"a": 3}):
        yield fact(repr(value), "trainable", value)
        yield fact(repr(value), "probe", value)
        yield fact(repr(value), "shuffle", value)
        yield fact(repr(value), "optimizer", value)
    for value in ([3], [None], [["layers/1/kernel"]], ["nobody"], {"layers/1/kernel": 1}):
        yield fact(repr(value), "trainable", value)
    for value in (
        {"inputs": 1},
        {"inputs": "1", "outputs": 1},
        {"inputs": -1, "outputs": 1},
        {"inputs": 10**9, "outputs": 1},
        {"inputs": 1, "outputs": 0},
        {"inputs": 2.0, "outputs": 1},
        {"inputs": True, "outputs": True},
        [],
        {},
    ):
        yield fact(repr(value), "probe", value)
    for value in (
        None,
        [],
        {},
        {"seed": 1},
        {"seed": "x", "passes": 0},
        {"seed": 1, "passes": "x"},
        {"seed": 2.5, "passes": 1},
        {"seed": -1, "passes": 0},
        {"seed": 1, "passes": -1},
        {"seed": 10**30, "passes": 0},
        {"seed": [1], "passes": 0},
        {"seed": 1, "passes": 10**30},
        {"seed": True, "passes": 0},
    ):
        yield fact(repr(value), "shuffle", value)
    for value in (
        None,
        [],
        {},
        {"class_name": "Adam"},
        {"class_name": "Adam", "built_for": "abc"},
        {"class_name": "Adam", "built_for": [3]},
        {"class_name": "Adam", "built_for": ["nobody"]},
        {"class_name": "Adam", "built_for": [["layers/1/kernel"]]},
        {"class_name": "Adam", "built_for": ["layers/1/kernel"] * 4},
        {"class_name": "Adam", "built_for": []},
        {"class_name": "Adam", "built_for": None},
        {"class_name": "Adam", "built_for": ["layers/1/kernel"] * 10**5},
        {"class_name": "SGD", "built_for": 3},
    ):
        yield fact(repr(value)[:60], "optimizer", value)
    for value in (3, "abc", True, 2.5, {"a": 1}, [None], [["a"]], {}):
        yield fact(repr(value), "class_names", value)

    def built(value):
        def document(whole):
            whole["model"]["config"]["layers"].pop(0)
            whole["built"] = value

        return file("A14", f"built {str(value)[:40]}", document)

    for value in (
        3,
        "abc",
        True,
        {},
        [],
        [None],
        [None, None],
        [None, "3"],
        [None, -3],
        [None, 2.5],
        [None, 10**12],
        [[None, 3], [None, 3]],
        {"a": [None, 3]},
        [3],
        [None, True],
        [None, 10**30],
        [None, 3, 3, 3, [3]],
        [None, {}],
        [None] + [3] * 10**4,
    ):
        yield built(value)


def attacks() -> Iterator[Attack]:
    """All of these."""
    for part in (_tables, _compile, _facts):
        yield from part()
