"""`Bricks` in a notebook: what a kernel, as Jupyter starts it, sends to the page."""

import json
import re

import numpy as np
import pytest
from browser import needs_browser, script_output
from jupyter_client.manager import start_new_kernel
from pace import SLOWER, in_time
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
slow = LambdaCallback(on_epoch_end=lambda epoch, logs: time.sleep(0.05 * {slower}))
_ = model.fit(x, x[:, :1], epochs={epochs}, verbose=0, callbacks=[slow, Bricks()])
{more}"""


def cell(epochs: int, more: str = "") -> str:
    """A cell that trains slowly under a picture."""
    return CELL.format(slower=SLOWER, epochs=epochs, more=more)


@pytest.fixture(scope="module")
def kernel():
    manager, client = start_new_kernel(kernel_name="python3", env=environment())
    yield client
    client.stop_channels()
    manager.shutdown_kernel(now=True)


def sent(kernel, code):
    """What a cell has shown, in order: each message's kind, the name of the output that it is for,
    and its data; and the text that it printed."""
    found, printed = [], []

    def hear(message):
        content = message["content"]
        if message["msg_type"] in ("display_data", "update_display_data"):
            found.append((message["msg_type"], content["transient"]["display_id"], content["data"]))
        elif message["msg_type"] == "stream":
            printed.append(content["text"])

    reply = kernel.execute_interactive(code, timeout=60 * SLOWER, output_hook=hear)
    assert reply["content"]["status"] == "ok", reply["content"]
    return found, "".join(printed)


def outputs(messages):
    """The messages by the output that they are for, in the order in which these came."""
    found = {}
    for kind, name, data in messages:
        assert (kind == "display_data") == (name not in found)
        found.setdefault(name, []).append(data)
    return list(found.values())


def test_one_picture_is_shown_and_then_what_changes(kernel):
    messages, _ = sent(kernel, cell(60))
    pictures, changes = outputs(messages)
    texts = [data["text/html"] for data in pictures]
    assert len(changes) > len(texts) >= 3  # now and then a whole one, for pages without scripts
    epochs = [int(re.search(r"epoch (\d+)/60", text)[1]) for text in texts]
    assert epochs == sorted(epochs) and epochs[0] == 0 and epochs[-1] == 60
    weights = [re.findall(r'class="weight.*?data-value="([^"]*)"', text) for text in texts]
    assert all(len(values) == 15 for values in weights) and weights[0] != weights[-1]
    assert [("image/svg+xml" in data) for data in pictures] == [False] * (len(texts) - 1) + [True]
    assert changes[0]["text/html"] == changes[-1]["text/html"] == ""  # none stays in the notebook
    sizes = [len(data["text/html"]) for data in changes[1:-1]]
    assert np.median(sizes) < len(texts[0]) / 5
    assert all(data["text/plain"] == "<Bricks>" for data in [*pictures, *changes])


def test_each_training_has_a_picture_of_its_own(kernel):
    first, second = (sent(kernel, cell(1))[0] for _ in range(2))
    assert first[0][0] == second[0][0] == "display_data" and first[0][1] != second[0][1]


SLOW = """
from time import perf_counter
begun = perf_counter()
film = Bricks(seconds=2)
_ = model.fit(x, x[:, :1], epochs=200, callbacks=film)
print(perf_counter() - begun)"""


def test_slow_motion(kernel):
    messages, printed = sent(kernel, cell(1, SLOW))
    took = float(printed)  # and no progress bar
    assert took > 1.8 and in_time(took - 2, 2)
    *_, changes = outputs(messages)
    assert len(changes) > 20
    played = {}

    def hear(message):
        if message["msg_type"] == "execute_result":
            played.update(message["content"]["data"])

    kernel.execute_interactive("film", timeout=60 * SLOWER, output_hook=hear)
    assert (
        played["text/html"].startswith("<iframe srcdoc=")
        and "&lt;input id=" in (played["text/html"])
    )


@needs_browser
def test_the_page_becomes_what_the_whole_picture_is(kernel, tmp_path):
    """The messages are given to a browser as a notebook gives them: an output's HTML is replaced,
    and its scripts are run. All whole pictures but the first are left out."""
    messages, _ = sent(kernel, cell(40))
    picture, changes = dict.fromkeys(name for _, name, _ in messages)
    shown = [data["text/html"] for _, name, data in messages if name == changes]
    whole = [data["text/html"] for _, name, data in messages if name == picture]
    script = f"""
const shown = {json.dumps([text for text in shown if text])};
document.getElementById("a").innerHTML = {json.dumps(whole[0])};
for (const text of shown) {{
  const box = document.getElementById("b");
  box.innerHTML = text;
  for (const old of box.querySelectorAll("script")) {{
    const fresh = document.createElement("script");
    fresh.textContent = old.textContent;
    old.replaceWith(fresh);
  }}
}}
document.getElementById("c").innerHTML = {json.dumps(whole[-1])};
const [made, drawn] = ["a", "c"].map(id => document.getElementById(id).innerHTML);
tell(made === drawn);
if (made !== drawn) {{ let k = 0; while (made[k] === drawn[k]) k++;
  tell(made.slice(k - 200, k + 100)); tell(drawn.slice(k - 200, k + 100)); }}
"""
    script = script.replace("</", "<\\/")  # what is quoted there ends no script
    page = (
        '<!doctype html><html><body><div id="a"></div><div id="b"></div><div id="c"></div>'
        "</body></html>"
    )
    assert script_output(tmp_path, page, script).strip() == "true"


def test_a_cell_that_ends_in_a_picture_shows_it(kernel):
    shown = {}

    def hear(message):
        if message["msg_type"] == "execute_result":
            shown.update(message["content"]["data"])

    kernel.execute_interactive(
        "from brickwork.layers import Dense\nDense(1, input_dim=3, name='film').draw()",
        timeout=60 * SLOWER,
        output_hook=hear,
    )
    assert shown["image/svg+xml"].startswith("<svg") and "film" in shown["text/plain"]
