"""``to_yaml`` and ``model_from_yaml`` of Keras 1 and 2."""

import json
import os

import numpy as np
import pytest

from brickwork import Input, Model, Sequential, layers, models
from brickwork.errors import ArgumentError

pytestmark = pytest.mark.filterwarnings("ignore::brickwork.spelling.DialectWarning")

#: As Keras 1.2 wrote it: tags for a tuple and for a string of Python 2, and a part named twice.
KERAS_1 = """
class_name: Sequential
config:
- class_name: Dense
  config:
    W_regularizer: &id001 {l1: 0.0, l2: 0.01, name: L1L2Regularizer}
    activation: relu
    batch_input_shape: !!python/tuple [null, 8]
    init: uniform
    input_dtype: float32
    name: !!python/unicode 'dense_1'
    output_dim: 12
    trainable: true
- class_name: Dense
  config: {W_regularizer: *id001, activation: sigmoid, init: uniform, name: dense_2, output_dim: 1}
keras_version: 1.2.2
"""


def two():
    x = Input((3,))
    return Model(x, layers.Dense(2, name="out")(layers.Dense(4, "tanh")(x)))


@pytest.mark.parametrize("make", [two, lambda: Sequential([Input((3,)), layers.Dense(2)])])
def test_there_and_back(make):
    model = make()
    text = model.to_yaml()
    again = models.model_from_yaml(text)
    assert again.get_config() == model.get_config()
    again.set_weights(model.get_weights())
    x = np.ones((2, 3), "float32")
    np.testing.assert_array_equal(model.predict(x, verbose=0), again.predict(x, verbose=0))


def test_what_is_written_is_yaml():
    yaml = pytest.importorskip("yaml")
    text = two().to_yaml()
    assert yaml.safe_load(text) == json.loads(text)


def test_what_keras_1_wrote(tmp_path):
    pytest.importorskip("yaml")
    path = tmp_path / "model.yaml"
    path.write_text(KERAS_1)
    with open(path) as file:
        model = models.model_from_yaml(file.read())
    assert [layer.units for layer in model.layers] == [12, 1]
    assert model.input_shape == (None, 8) and model.layers[0].name == "dense_1"
    with open(path) as file:
        assert models.model_from_yaml(file).output_shape == (None, 1)


@pytest.mark.parametrize(
    "text, message",
    [
        ("a: !!python/object/apply:os.mkdir [{path}]", "no YAML of plain values"),
        ("a: !!python/name:os.system", "no YAML of plain values"),
        ("!!python/object/new:os.system [mkdir {path}]", "no YAML of plain values"),
        ("a: [", "no YAML of plain values"),
        ("a: &a [*a, *a]", "in a circle"),
        (
            "a: &a [x, x]\n"
            + "".join(
                f"{b}: &{b} [*{a}, *{a}]\n"
                for a, b in zip("abcdefghijklmnopqrstuvw", "bcdefghijklmnopqrstuvwx", strict=True)
            ),
            "more than 1,000,000 values",
        ),
    ],
)
def test_tags_and_bombs_are_refused(text, message, tmp_path):
    pytest.importorskip("yaml")
    made = tmp_path / "made"
    with pytest.raises(ArgumentError, match=message):
        models.model_from_yaml(text.replace("{path}", str(made)))
    assert not os.path.exists(made)


def test_without_pyyaml(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "yaml", None)
    with pytest.raises(ImportError, match=r"brickwork\[yaml\]"):
        models.model_from_yaml(KERAS_1)
