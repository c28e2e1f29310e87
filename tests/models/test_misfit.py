"""Layers declared for other inputs than they get: an error where they meet says what to do."""

import warnings

import numpy as np
import pytest
from samples import python

from brickwork import Input, Model, Sequential, models
from brickwork.errors import ArgumentError
from brickwork.layers import (
    Activation,
    Dense,
    Dropout,
    Embedding,
    Flatten,
    Reshape,
    TimeDistributed,
)
from brickwork.spelling import reading_file, translation


@pytest.fixture(autouse=True)
def our_own_words(monkeypatch):
    """Other tests of the process may have let ``import keras`` mean brickwork."""
    monkeypatch.setattr(translation, "keras_means_brickwork", lambda: False)


def functional(*shape):
    data = Input(shape)
    return Model(data, Dense(2)(data))


MISFITS = {
    "as the lesson has it": lambda: Sequential([Dense(4, input_dim=2), Dense(2, input_dim=3)]),
    "added": lambda: Sequential([Dense(4, input_dim=2)]).add(Dense(2, input_dim=3)),
    "on an Input": lambda: Sequential([Input((4,)), Dense(2, input_dim=3)]),
    "before the shape is known": lambda: Sequential([Dense(4), Dense(2, input_dim=3)]),
    "above what keeps the shape": lambda: Sequential(
        [Dense(4), Dropout(0.5), Activation("relu"), Dense(2, input_dim=3)]
    ),
    "input_shape": lambda: Sequential([Dense(4, input_dim=2), Dense(2, input_shape=(3,))]),
    "batch_input_shape": lambda: Sequential(
        [Dense(4, input_dim=2), Dense(2, batch_input_shape=(None, 3))]
    ),
    "of no weights": lambda: Sequential([Dense(4, input_dim=2), Dropout(0.5, input_shape=(3,))]),
    "a model in a model": lambda: Sequential(
        [Dense(4, input_dim=2), Sequential([Dense(2, input_dim=3)])]
    ),
    "a model before the shape is known": lambda: Sequential(
        [Dense(4), Sequential([Dense(2, input_dim=3)])]
    ),
    "on a model": lambda: Sequential([Sequential([Dense(4, input_dim=2)]), Dense(2, input_dim=3)]),
    "a functional model": lambda: Sequential([Dense(4, input_dim=2), functional(3)]),
    "called on a symbol": lambda: Dense(2, input_dim=3)(Input((4,))),
    "called on an array": lambda: Dense(2, input_dim=3)(np.zeros((1, 4))),
    "built": lambda: Dense(2, input_dim=3).build((None, 4)),
    "in a wrapper": lambda: TimeDistributed(Dense(2, input_dim=3))(Input((5, 4))),
}


@pytest.mark.parametrize("name", MISFITS)
def test_four_outputs_do_not_fit_three_inputs(name):
    with pytest.raises(ArgumentError, match="4 outputs do not fit 3 inputs") as raised:
        MISFITS[name]()
    assert "give the layer below 3 units" in str(raised.value)
    assert "pictures.misfit" in str(raised.value)


def test_the_model_is_as_it_was():
    model = Sequential([Dense(4, input_dim=2)])
    with pytest.raises(ArgumentError, match=r"Write input_dim=4, or leave it out"):
        model.add(Dense(2, input_dim=3))
    model.add(Dense(2, input_dim=4))
    assert model.output_shape == (None, 2) and len(model.layers) == 2


def test_other_axes_and_build():
    with pytest.raises(ArgumentError, match=r"input_shape=\(5, 3\). Leave input_shape out"):
        Sequential([Input((6, 3)), Flatten(input_shape=(5, 3))])
    model = Sequential([Dense(2, input_dim=3)])
    with pytest.raises(ArgumentError, match=r"got \(None, 4\), but its first layer has"):
        model.build((None, 4))
    model.build((10, 3))


def test_what_agrees_or_is_not_known_is_taken():
    Sequential([Dense(3, input_dim=2), Dense(2, input_dim=3), Dropout(0.5, input_shape=(2,))])
    Sequential([Dense(3), Dense(2, input_dim=3)]).build((None, 7))
    Sequential([Input((5, 3)), Dense(2, input_dim=3)])  # along the last axis
    Sequential([Input((6,)), Embedding(10, 3), Flatten(), Dense(2, input_dim=18)])
    Sequential([Input((6,)), Reshape((2, 3)), Dense(2, batch_input_shape=(None, None, 3))])
    Sequential([Dense(4, input_dim=2), functional(4), Sequential([Dense(1, input_dim=2)])])
    shared = Activation("relu", input_shape=(3,))
    assert shared(Input((3,))).shape == (None, 3) and shared(Input((4,))).shape == (None, 4)
    config = Sequential([Dense(3, input_dim=2), Dense(2, input_dim=3)]).get_config()
    assert models.Sequential.from_config(config).output_shape == (None, 2)


def test_what_a_file_says_is_keras_s_business():
    with reading_file(), warnings.catch_warnings():
        warnings.simplefilter("error")
        assert Sequential([Dense(4, input_dim=2), Dense(2, input_dim=3)]).count_params() == 22


def test_a_script_written_for_keras_warns_once(tmp_path):
    """Keras does not look at it, and scripts of any age run."""
    (tmp_path / "old.py").write_text(
        "from keras.models import Sequential\nfrom keras.layers import Dense\n"
        "model = Sequential([Dense(4, input_dim=2)])\n"
        "for _ in range(2):\n    model.add(Dense(4, input_shape=(2,), name='again'))\n"
        "    model.pop()\nprint(model.count_params())\n"
    )
    done = python("-m", "brickwork", "run", "old.py", cwd=tmp_path)
    assert done.returncode == 0 and done.stdout == "12\n"
    assert done.stderr.count("4 outputs do not fit 2 inputs") == 1
    assert "Keras does not check this" in done.stderr


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: Sequential(Dense(3, input_dim=2), Dense(1)), "Put them into brackets"),
        (lambda: Sequential(Dense(3, input_dim=2)), "Put them into brackets"),
        (lambda: Sequential(Dense), "Put them into brackets"),
        (lambda: Sequential([Dense]), r"Call it: Dense\(\.\.\.\)"),
        (lambda: Sequential().add(Dense), r"Call it: Dense\(\.\.\.\)"),
    ],
)
def test_layers_that_are_not_a_list_of_layers(make, words):
    with pytest.raises(TypeError, match=words):
        make()
