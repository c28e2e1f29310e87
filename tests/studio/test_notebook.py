"""`widget`: the page in a notebook, at the other end of the kernel's messages."""

import json
import queue
import re
import sys

import numpy as np
import pytest
from samples import chain, lesson
from studio_parts import PAGE, dense, flat, job, waited, wall

from brickwork import layers
from brickwork.errors import ArgumentError
from brickwork.studio import notebook
from brickwork.studio.messages import packed, unpacked

anywidget = pytest.importorskip("anywidget")


class Comm:
    """A channel to a page; what is sent is kept, what is received was said by the page."""

    def __init__(self, **opened):
        self.comm_id, self.opened, self.sent = "1", opened, queue.Queue()
        self.kernel = object()

    def send(self, data=None, metadata=None, buffers=None):
        self.sent.put((data, buffers))

    def on_msg(self, hear):
        self._hear = hear

    def on_close(self, _):
        pass

    def close(self, *_, **__):
        pass

    def say(self, message: dict) -> None:
        """A custom message of the page, as Jupyter hands it over."""
        text, block = packed(message)
        content = {"method": "custom", "content": {"message": text}}
        data = {"content": {"data": content, "comm_id": "1"}, "buffers": [memoryview(block)]}
        self._hear(data)

    def get(self, kind: str) -> dict:
        """The next message of a kind that the page gets."""
        while True:
            data, buffers = self.sent.get(timeout=20)
            if data.get("method") == "custom":
                message = unpacked(data["content"]["message"], buffers[0])
                if message["type"] == "snapshot":
                    self.say({"type": "seen"})
                if message["type"] == kind:
                    return message


@pytest.fixture
def shown(monkeypatch, tmp_path):
    """Makes widgets whose pages are channels of ours."""
    (tmp_path / "studio.html").write_text(PAGE)
    (tmp_path / "widget.js").write_text("export default { render() {} };")
    monkeypatch.setattr(notebook, "PAGE", tmp_path / "studio.html")
    notebook._class.cache_clear()
    made = []

    def show(*args, **kwargs):
        found = notebook.widget(*args, **kwargs)
        channel = Comm()
        found.comm = channel
        made.append(found)
        return found, channel

    yield show
    for one in made:
        one.close()
    notebook._class.cache_clear()


def test_the_page_gets_the_model_and_the_data(shown):
    model = lesson()
    found, _ = shown(model, np.eye(4), [0, 1, 0, 1])
    given = json.loads(re.search(r'id="given">(.*?)</script>', found.page)[1])
    assert given["format"] == "brickwork studio"
    assert [b["config"]["units"] for b in given["project"]["wall"]["bricks"]] == [8, 6, 1]
    assert given["project"]["data"]["table"]["rows"] == 4
    assert "page" in found.keys and "render" in found._esm
    assert found.model is model


def test_a_job_in_a_notebook_is_what_fit_does(shown):
    model = lesson()
    before = [weights.copy() for weights in model.get_weights()]
    found, page = shown(model)
    page.say({"type": "hello"})
    assert page.get("capabilities")["version"]
    given = job(wall(dense(3, "tanh"), dense(1, "sigmoid")))
    page.say({"type": "open", "job": given, "number": 1})
    page.get("snapshot")
    page.say({"type": "run", "until": 3, "pace": None})
    assert page.get("stopped")["reason"] == "done"
    trained = found.model
    assert trained is not model and trained.count_params() == 19

    from studio_parts import page as session_page

    with session_page() as other:
        other.ask("open", job=given)
        expected = flat(other.run(3))
    for ours, theirs in zip(trained.get_weights(), expected, strict=True):
        np.testing.assert_array_equal(ours.ravel(), theirs)
    for ours, theirs in zip(model.get_weights(), before, strict=True):
        np.testing.assert_array_equal(ours, theirs)  # the user's model is left alone


def test_what_is_no_message_is_refused_in_words(shown):
    found, page = shown(lesson())
    for content in ({"message": "[1"}, {"message": '{"type": "shell"}'}, "text", {"other": 1}):
        found._hear(found, content, [])
        assert page.get("failed")["message"]


def test_closing_ends_the_training(shown):
    found, page = shown(lesson())
    page.say({"type": "open", "job": job(count=2000)})
    page.say({"type": "run", "until": 100_000, "pace": None})
    page.get("snapshot")
    thread = found._session._thread
    found.close()
    assert waited(lambda: not thread.is_alive())


def test_models_and_data_that_the_studio_cannot_show():
    with pytest.raises(ArgumentError, match=r"widget\.model: embedding"):
        notebook.widget(chain(2, layers.Embedding(5, 2)))
    with pytest.raises(ArgumentError, match="x without y"):
        notebook.widget(lesson(), np.eye(4))
    with pytest.raises(ArgumentError, match=r"widget: x: got an array of shape"):
        notebook.widget(lesson(), np.eye(3), [0, 1, 0])


def test_without_the_package_the_line_that_installs_it_is_said(monkeypatch):
    notebook._class.cache_clear()
    monkeypatch.setitem(sys.modules, "anywidget", None)
    with pytest.raises(ImportError, match=re.escape("pip install 'brickwork[notebook]'")):
        notebook.widget(lesson())
