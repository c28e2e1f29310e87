"""`Bricks` in a notebook: what a kernel, as Jupyter starts it, sends to the page."""

import re

import pytest
from jupyter_client.manager import start_new_kernel
from samples import environment

CELL = """
import time
import numpy as np
from brickwork import Sequential
from brickwork.callbacks import Bricks, LambdaCallback
from brickwork.layers import Dense
x = np.random.default_rng(0).normal(size=(100, 4))
model = Sequential([Dense(3, input_dim=4), Dense(1)], name="film")
model.compile("sgd", "mse")
slow = LambdaCallback(on_epoch_end=lambda epoch, logs: time.sleep(0.05))
_ = model.fit(x, x[:, :1], epochs={epochs}, verbose=0, callbacks=[slow, Bricks()])"""


@pytest.fixture(scope="module")
def kernel():
    manager, client = start_new_kernel(kernel_name="python3", env=environment())
    yield client
    client.stop_channels()
    manager.shutdown_kernel(now=True)


def sent(kernel, code):
    """The pictures of a cell in the order in which they came: what kind of message each was, under
    which name, and its SVG."""
    found = []

    def hear(message):
        content = message["content"]
        if message["msg_type"] in ("display_data", "update_display_data"):
            found.append((message["msg_type"], content["transient"]["display_id"],
                          content["data"]["image/svg+xml"]))

    reply = kernel.execute_interactive(code, timeout=60, output_hook=hear)
    assert reply["content"]["status"] == "ok", reply["content"]
    return found


def test_one_picture_is_shown_and_then_changed(kernel):
    pictures = sent(kernel, CELL.format(epochs=60))
    kinds = [kind for kind, *_ in pictures]
    assert kinds == ["display_data"] + ["update_display_data"] * (len(pictures) - 1)
    assert len(pictures) > 2 and len({name for _, name, _ in pictures}) == 1
    epochs = [int(re.search(r"epoch (\d+)/60", svg)[1]) for *_, svg in pictures]
    assert epochs == sorted(epochs) and epochs[0] == 0 and epochs[-1] == 60
    weights = [re.findall(r'class="weight.*?data-value="([^"]*)"', svg) for *_, svg in pictures]
    assert all(len(values) == 15 for values in weights) and weights[0] != weights[-1]


def test_each_training_has_a_picture_of_its_own(kernel):
    first, second = (sent(kernel, CELL.format(epochs=1)) for _ in range(2))
    assert first[0][0] == second[0][0] == "display_data" and first[0][1] != second[0][1]


def test_a_cell_that_ends_in_a_picture_shows_it(kernel):
    shown = {}

    def hear(message):
        if message["msg_type"] == "execute_result":
            shown.update(message["content"]["data"])

    kernel.execute_interactive("from brickwork.layers import Dense\n"
                               "Dense(1, input_dim=3, name='film').draw()", timeout=60,
                               output_hook=hear)
    assert shown["image/svg+xml"].startswith("<svg") and "film" in shown["text/plain"]
