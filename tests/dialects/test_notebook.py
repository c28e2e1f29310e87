"""The lesson in a notebook, in a separate kernel as started by Jupyter."""

import re

import nbformat
import pytest
from nbclient import NotebookClient
from samples import environment

CELLS = [
    "%load_ext brickwork.dialects",
    """
import numpy as np
from keras.models import Sequential
from keras.layers import Dense
np.random.seed(5)
X = np.random.rand(768, 4)
Y = (X.sum(1) > 2) * 1
model = Sequential()
model.add(Dense(8, input_dim=4, init='uniform', activation='relu'))
model.add(Dense(6, init='uniform', activation='relu'))
model.add(Dense(1, init='uniform', activation='sigmoid'))
model.compile(loss='binary_crossentropy', optimizer='adam', metrics=['accuracy'])
model.fit(X, Y, nb_epoch=150, batch_size=10)""",
    """
from IPython.display import SVG
from keras.utils.visualize_util import model_to_dot
SVG(model_to_dot(model, show_shapes=True).create(prog='dot', format='svg'))""",
    """
from keras.callbacks import LambdaCallback
import time
slow = LambdaCallback(on_train_batch_end=lambda batch, logs: time.sleep(0.02))
history = model.fit(X[:100], Y[:100], nb_epoch=2, batch_size=10, callbacks=[slow])""",
]


@pytest.fixture(scope="module")
def outputs():
    """What came of each cell: texts by stream, and the data of results by kind."""
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(c) for c in CELLS])
    NotebookClient(notebook, timeout=120, kernel_name="python3").execute(env=environment())
    found = []
    for cell in notebook.cells:
        said = {"stdout": "", "stderr": ""}
        for output in cell.outputs:
            if output.output_type == "stream":
                said[output.name] += output.text
            else:
                said |= output.get("data", {})
        found.append(said)
    return found


def seen(text):
    """The lines that stand on the page: without colours, and what was written over gone."""
    plain = re.sub(r"\033\[[0-9]*m", "", text)
    return [line.rpartition("\r")[2].rstrip() for line in plain.rstrip("\n").split("\n")]


def test_the_engine_and_old_spellings_are_reported(outputs):
    assert outputs[1]["stderr"].startswith("Using brickwork's engine: native")
    assert "init is kernel_initializer" in outputs[1]["stderr"]


def test_the_bar_of_a_fast_training_ends_with_its_last_epoch(outputs):
    heading, bar = seen(outputs[1]["stdout"])[-2:]
    assert heading == "Epoch 150/150"
    assert re.fullmatch(r"77/77 \u2501{20} \d+s [0-9.]+us/step - accuracy: 0.\d{4} - loss: .*", bar)


def test_the_bar_of_a_slow_training_is_written_over(outputs):
    text = outputs[3]["stdout"]
    assert text.count("\r") > 4
    lines = seen(text)
    assert lines[::2] == ["Epoch 1/2", "Epoch 2/2"] and len(lines) == 4
    assert all(line.startswith("10/10 ") and "loss" in line for line in lines[1::2])


def test_the_model_s_picture_is_on_the_page(outputs):
    picture = outputs[2]["image/svg+xml"]
    assert picture.lstrip().startswith("<svg") and "Dense" in picture and "(None, 8)" in picture
