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
from brickwork.studio.limits import Limits
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

    def say(self, message: dict, view: str = "a") -> None:
        """A custom message of a page, as Jupyter hands it over."""
        text, block = packed(message)
        self.hand({"view": view, "message": text}, memoryview(block))

    def leave(self, view: str) -> None:
        self.hand({"view": view, "closed": True})

    def hand(self, content: dict, *buffers: memoryview) -> None:
        data = {"method": "custom", "content": content}
        self._hear({"content": {"data": data, "comm_id": "1"}, "buffers": [*buffers]})

    def get(self, kind: str, view: str = "a") -> dict:
        """The next message of a kind that a page gets."""
        while True:
            data, buffers = self.sent.get(timeout=20)
            if data.get("method") == "custom" and data["content"]["view"] == view:
                message = unpacked(data["content"]["message"], buffers[0])
                if message["type"] == "snapshot":
                    self.say({"type": "seen"}, view)
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


def test_a_block_comes_in_pieces_and_too_many_are_refused(shown, monkeypatch):
    found, page = shown(lesson())
    text, block = packed({"type": "open", "job": job(), "number": 1})
    for begin in range(0, len(block) - 100, 100):
        page.hand({"view": "a", "piece": True}, memoryview(block)[begin : begin + 100])
    page.hand({"view": "a", "message": text}, memoryview(block)[begin + 100 :])
    assert page.get("snapshot")["number"] == 1
    monkeypatch.setattr(notebook, "Limits", lambda **_: Limits(message=1 << 20))
    piece = memoryview(bytes(600_000))
    for _ in range(2):
        page.hand({"view": "b", "piece": True}, piece)
    assert "larger than 1 MiB" in page.get("failed", "b")["message"]
    assert not found._pieces
    page.hand({"view": "a", "piece": True}, piece)
    page.leave("a")
    assert not found._pieces


def test_what_is_no_message_is_refused_in_words(shown):
    found, page = shown(lesson())
    for message in ({"message": "[1"}, {"message": '{"type": "shell"}'}, {"other": 1}):
        page.hand({"view": "a", **message})
        assert page.get("failed") | {"message": ""} == {
            "type": "failed",
            "message": "",
            "number": 0,
        }
    for content in ("text", {"message": "{}"}, {"view": 5}, {"view": "x" * 1000}):
        found._hear(found, content, [])
        assert "view" in page.get("failed", "")["message"]


def trained(page: Comm, view: str, given: dict) -> None:
    page.say({"type": "open", "job": given, "number": 1}, view)
    page.get("snapshot", view)
    page.say({"type": "run", "until": 2, "pace": None}, view)
    assert page.get("stopped", view)["reason"] == "done"


def test_two_views_have_a_wall_each_and_the_model_is_the_one_that_trained_last(shown):
    found, page = shown(lesson())
    first, second = (job(wall(dense(units), dense(1, "sigmoid"))) for units in (3, 7))
    trained(page, "a", first)
    page.say({"type": "open", "job": second, "number": 1}, "b")
    page.get("snapshot", "b")
    assert found.model.layers[0].units == 3  # b has not trained
    x = {"x": np.ones(4, "f4"), "rows": 1, "all": False}
    answers = []
    for view in ("a", "b"):
        page.say({"type": "predict", "id": 5, **x}, view)
        answers.append(page.get("predicted", view)["outputs"][0])
    assert answers[0] != answers[1]
    page.say({"type": "run", "until": 1, "pace": None}, "b")
    assert page.get("stopped", "b")["reason"] == "done"
    assert found.model.layers[0].units == 7
    page.say({"type": "step"}, "a")
    page.get("stopped")
    assert found.model.layers[0].units == 3


def test_a_view_that_is_closed_ends_its_training_alone(shown):
    found, page = shown(lesson())
    for view in ("a", "b"):
        page.say({"type": "open", "job": job(count=2000), "number": 1}, view)
        page.say({"type": "run", "until": 100_000, "pace": None}, view)
        page.get("snapshot", view)
    ofA, ofB = (found._sessions[view]._thread for view in ("a", "b"))
    page.leave("a")
    page.leave("unknown")
    assert waited(lambda: not ofA.is_alive()) and ofB.is_alive()
    assert [*found._sessions] == ["b"]


def test_views_are_few_and_the_one_that_was_silent_longest_is_told(shown, monkeypatch):
    monkeypatch.setattr(notebook, "MOST_VIEWS", 2)
    found, page = shown(lesson())
    for view in ("a", "b"):
        page.say({"type": "open", "job": job(), "number": 4}, view)
        page.get("snapshot", view)
    page.say({"type": "pause"}, "a")
    page.say({"type": "hello"}, "c")
    told = page.get("failed", "b")
    assert told["number"] == 4 and "2 newer views" in told["message"]
    assert [*found._sessions] == ["a", "c"]


def test_closing_ends_the_training(shown):
    found, page = shown(lesson())
    page.say({"type": "open", "job": job(count=2000)})
    page.say({"type": "run", "until": 100_000, "pace": None})
    page.get("snapshot")
    thread = found._sessions["a"]._thread
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
