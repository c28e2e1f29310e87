"""T16: every layer with random arguments goes into a file and comes back the same: the config, the
predictions to the bit, and the file that the second one is written into to the byte."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "layers"))
from test_contract import CASES, OURS, data, flat, made, spread

import brickwork
from brickwork import layers
from brickwork.errors import ArgumentError
from brickwork.layers import Input

EVERY = CASES | OURS
NAMES = [name for name in EVERY if name != "InputLayer"]
#: What stands for an object in random arguments, by the end of the argument's name.
OBJECTS = {
    "initializer": [
        "zeros",
        "ones",
        "he_normal",
        "orthogonal",
        "lecun_uniform",
        lambda: brickwork.initializers.RandomUniform(-0.1, 0.3, seed=4),
        lambda: brickwork.initializers.Constant(0.5),
    ],
    "regularizer": [None, "l1", "l2", lambda: brickwork.regularizers.L1L2(0.01, 0.2)],
    "constraint": [
        None,
        "non_neg",
        lambda: brickwork.constraints.MaxNorm(1.5, axis=0),
        "unit_norm",
    ],
    "activation": [None, "relu", "softmax", "tanh", "gelu", "elu", "hard_sigmoid"],
}


def random_arguments(name: str, kwargs: dict, rng) -> dict:
    """Legal arguments near those of a case: each that is left out may get a value of its kind."""
    kwargs = dict(kwargs)
    for field_name, field in getattr(layers, name).__fields__.items():
        if field_name in kwargs or field_name in ("input_shape", "batch_input_shape", "input_dim"):
            continue
        value = random_value(field_name, field, rng)
        if value is not None and rng.random() < 0.5 and fits(name, kwargs, field_name, value):
            kwargs[field_name] = value
    return kwargs


def random_value(name: str, field, rng):
    end = name.rpartition("_")[2]
    if end in OBJECTS:
        value = OBJECTS[end][rng.integers(len(OBJECTS[end]))]
        return value() if callable(value) else value
    if name == "name":
        return str(rng.choice(["a layer", "한글 층", "x/y", "dense"]))
    if name == "dtype":
        return str(rng.choice(["float32", "float64"]))
    if field.options is not None:
        return str(rng.choice(list(field.options)))
    if field.kind == "bool":
        return bool(rng.random() < 0.5)
    if field.kind == "float":
        return float(rng.uniform(0.01, 0.9))
    return None


def fits(name: str, kwargs: dict, field: str, value) -> bool:
    """Whether a layer takes this argument together with the others."""
    if field in ("trainable", "autocast", "lora_rank"):
        return field != "lora_rank"
    try:
        made(name, {**kwargs, field: value})
    except (ArgumentError, NotImplementedError):
        return False
    return True


def model_of(name: str, kwargs: dict, row):
    inputs = [
        Input(shape=tuple(one), dtype="int32" if type(one).__name__ == "Ids" else None)
        for one in flat(row)
    ]
    layer = made(name, kwargs)
    return brickwork.Model(inputs, layer(inputs if isinstance(row, list) else inputs[0]))


def round_trip(model, name: str, kwargs: dict, row, folder: Path) -> None:
    """Write a model of the layer, read it, and compare all that can be compared."""
    spread(model)
    custom = {"function": kwargs["function"].make(brickwork)} if name == "Lambda" else None
    model.save(folder / "one.brick")
    again = brickwork.load_model(folder / "one.brick", custom_objects=custom)
    assert again.get_config() == model.get_config()
    x = data(row, "float32")
    for ours, theirs in zip(
        flat(model.predict(x, verbose=0, nan="propagate")),
        flat(again.predict(x, verbose=0, nan="propagate")),
        strict=True,
    ):
        np.testing.assert_array_equal(theirs, ours)
    assert [w.path for w in again.weights] == [w.path for w in model.weights]
    assert [w.trainable for w in again.weights] == [w.trainable for w in model.weights]
    again.save(folder / "two.brick")
    assert (folder / "one.brick").read_bytes() == (folder / "two.brick").read_bytes()


@pytest.mark.filterwarnings("ignore::brickwork.spelling.no_effect.NoEffectWarning")
@pytest.mark.parametrize("name", NAMES)
def test_every_layer_with_random_arguments(name, tmp_path):
    assert cases(name, 3, tmp_path) >= len(EVERY[name])


def cases(name: str, number: int, folder: Path) -> int:
    """Round trips of each of a layer's cases, `number` of each, the first with its own arguments.
    Returns how many there were, without those whose random arguments do not fit the shape."""
    rng, done = np.random.default_rng(list(map(ord, name))), 0
    for kwargs, row in EVERY[name]:
        for i in range(number):
            arguments = random_arguments(name, kwargs, rng) if i else kwargs
            try:
                model = model_of(name, arguments, row)
            except (ArgumentError, ValueError):
                if not i:
                    raise
                continue
            round_trip(model, name, arguments, row, folder)
            done += 1
    return done


def figures() -> dict:
    """T16 in full: 50 round trips of each case of each layer."""
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        done = {name: cases(name, 50, Path(folder)) for name in NAMES}
    return {"layers": len(done), "round trips": sum(done.values()), "different": 0}
