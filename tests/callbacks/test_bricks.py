"""The picture that is redrawn while the model is trained: what it shows, and what it may cost."""

import concurrent.futures
import os
import re
import sys
import types
from threading import current_thread, main_thread

import numpy as np
import pytest

import brickwork
from brickwork.callbacks import Bricks, Callback, CallbackList, LambdaCallback, Watcher
from brickwork.callbacks.screens import FileScreen
from brickwork.layers import Dense
from brickwork.pictures.live import Look
from brickwork.pictures.looks import Slot

X = np.random.default_rng(0).normal(size=(64, 4)).astype("float32")
Y = (X.sum(axis=1, keepdims=True) > 0).astype("float32")


def model(**options):
    made = brickwork.Sequential(
        [Dense(3, input_dim=4, activation="tanh"), Dense(1, activation="sigmoid")]
    )
    made.compile("adam", "binary_crossentropy", **options)
    return made


class Clock:
    """Time advances a little by itself, and by `cost` for each picture."""

    now = 0.0

    def __call__(self):
        self.now += 1e-6
        return self.now


def timed(tmp_path, cost, first=0.0, **options):
    """A callback on a false clock whose pictures take so long."""
    bricks, clock, times = Bricks(tmp_path / "m.svg", **options), Clock(), []

    class Live:
        network = source = None
        layouts = 1

        def __init__(self, model, **options):
            clock.now += first

        def look(self, since=None, loss=None):
            clock.now += cost
            times.append(clock.now)
            return Look(np.zeros(1), np.zeros(1, int))

        def filled(self, look, status, curve=""):
            return status

        def curve(self, losses=None):
            return ""

    def begin(logs=None):  # the thread is done before time advances
        bricks._on_fit_begin(types.SimpleNamespace(epoch=0, batch=0))
        Bricks.on_train_begin(bricks)
        concurrent.futures.wait([bricks._making])
        bricks.look(0, dict)

    bricks._make, bricks._read = Live, lambda model: model
    bricks._clock = bricks._work = clock
    bricks._sleep = lambda seconds: setattr(clock, "now", clock.now + seconds)
    bricks.on_train_begin = begin
    bricks.set_model(types.SimpleNamespace(built=True, history=None))
    bricks.set_params({"epochs": 1000, "steps": 10})
    return bricks, clock, times


def test_first_and_last_state_are_drawn(tmp_path, monkeypatch):
    states = []
    monkeypatch.setattr(
        "brickwork.pictures.saving.put", lambda path, text, durable: states.append(text)
    )
    made = model()
    before = made.draw().svg()
    made.fit(X, Y, epochs=3, verbose=0, callbacks=Bricks(tmp_path / "m.svg"))
    assert len(states) == 2

    def values(text):
        return re.findall(r'class="(weight[^"]*)".*?data-value="([^"]*)"', text)

    assert values(states[0]) == values(before)
    assert values(states[-1]) == values(made.draw().svg()) != values(before)
    assert "epoch 0/3<" in states[0]
    assert re.search(rf"epoch 3/3 &#183; loss {made.history.history['loss'][-1]:.4g}<", states[-1])


def test_training_comes_out_the_same(tmp_path):
    results = []
    for callbacks in (None, Bricks(tmp_path / "m.svg"), Bricks(tmp_path / "m.svg", every=1)):
        np.random.seed(3)
        made = model()
        made.fit(X, Y, epochs=5, verbose=0, callbacks=callbacks)
        results.append(made.get_weights())
    for other in results[1:]:
        assert all(np.array_equal(a, b) for a, b in zip(results[0], other, strict=True))


def test_a_long_run_is_drawn_without_hooks_for_epochs(tmp_path):
    bricks = Bricks(tmp_path / "m.svg")
    listens = CallbackList(bricks)
    assert not listens.per_epoch and not listens.per_batch and listens.watchers == [bricks]
    made = model()
    big = np.tile(X, (8000, 1)), np.tile(Y, (8000, 1))
    made.fit(*big, epochs=1, batch_size=8, verbose=0, callbacks=bricks)
    assert bricks.drawn >= 2 and (tmp_path / "m.svg").read_text().startswith("<svg")
    assert [f.name for f in tmp_path.iterdir()] == ["m.svg"]


@pytest.mark.parametrize(("cost", "first"), [(1e-4, 0.01), (1e-3, 0.02), (0.02, 0.1), (0.1, 0.5)])
@pytest.mark.parametrize("seconds", [2, 10, 60])
def test_its_share_of_the_time_and_its_rate(tmp_path, cost, first, seconds):
    bricks, clock, times = timed(tmp_path, cost, first)
    bricks.on_train_begin()
    while clock.now < seconds:
        clock.now += 0.001
        bricks.look(0, dict)
    bricks.on_train_end({})
    unavoidable = first + 2 * cost
    assert bricks.took <= max(0.0145 * clock.now + cost, unavoidable) + 1e-3
    intervals = np.diff(times[1:-1])
    assert (intervals > 0.05).all() and (intervals > 50 * cost).all()
    if cost == 1e-4 and seconds == 10:
        assert bricks.drawn > 100  # it does draw where it may


def test_fps_and_every(tmp_path):
    bricks, clock, times = timed(tmp_path, 1e-5, fps=2)
    bricks.on_train_begin()
    for _ in range(4000):
        clock.now += 0.001
        bricks.look(0, dict)
    assert 6 <= len(times) <= 9
    bricks, clock, times = timed(tmp_path, 1e-5, every=10)
    assert CallbackList(bricks).per_epoch
    bricks.on_train_begin()
    for epoch in range(50):
        clock.now += 1.0
        bricks.look(epoch, dict)
        bricks.on_epoch_end(epoch, {})
    assert bricks.drawn == 6 and (tmp_path / "m.svg").read_text() == "epoch 50/1,000"


def test_in_a_notebook(monkeypatch):
    shown = []

    class Handle:
        def __init__(self):
            self.number = len({number for number, *_ in shown})

        def update(self, what):
            shown.append((self.number, "update", what._repr_mimebundle_()))

    def display(what, display_id):
        assert display_id is True
        handle = Handle()
        shown.append((handle.number, "new", what._repr_mimebundle_()))
        return handle

    ipython = types.ModuleType("IPython")
    ipython.get_ipython = lambda: types.SimpleNamespace(kernel=object())
    ipython.display = types.SimpleNamespace(display=display)
    monkeypatch.setitem(sys.modules, "IPython", ipython)
    for _ in range(2):
        shown.clear()
        model().fit(X, Y, epochs=2, verbose=0, callbacks=Bricks(labels="ko"))
        assert [(number, what) for number, what, _ in shown] == [
            (0, "new"),
            (1, "new"),
            (1, "update"),
            (0, "update"),
            (1, "update"),
        ]
        changed = "에포크 2/2".encode("ascii", "backslashreplace").decode()  # "epoch" in Korean
        assert changed in shown[2][2]["text/html"] and "<svg" not in shown[2][2]["text/html"]
        last = shown[3][2]
        assert "&#50640;&#54252;&#53356; 2/2" in last["image/svg+xml"]
        assert last["image/svg+xml"] in last["text/html"]
        assert shown[4][2]["text/html"] == ""  # no scripts stay in the notebook
    ipython.get_ipython = lambda: types.SimpleNamespace()  # IPython in a terminal
    with pytest.warns(RuntimeWarning, match="no notebook"):
        model().fit(X, Y, verbose=0, callbacks=Bricks())


def test_a_stream_builds_the_model_first(tmp_path):
    made = brickwork.Sequential([Dense(1)])
    made.compile("sgd", "mse")
    made.fit(
        ((X[i : i + 8], Y[i : i + 8]) for i in range(0, 64, 8)),
        verbose=0,
        callbacks=Bricks(tmp_path / "m.svg"),
    )
    assert (tmp_path / "m.svg").read_text().count('class="weight') == 4


def test_trouble_with_the_file(tmp_path, monkeypatch):
    for name in ("m.svg", "m.html"):  # before it learns: a film is written at the end
        learner = model()
        before = [w.copy() for w in learner.get_weights()]
        with pytest.raises(FileNotFoundError, match="There is no such folder to write"):
            learner.fit(X, Y, verbose=0, callbacks=Bricks(tmp_path / "no" / name))
        assert all(map(np.array_equal, before, learner.get_weights()))
    calls = []

    def fails_later(path, text, durable):
        calls.append(text)
        if len(calls) > 1:
            raise OSError("disk full")

    monkeypatch.setattr("brickwork.pictures.saving.put", fails_later)
    with pytest.warns(RuntimeWarning, match="disk full"):
        model().fit(X, Y, epochs=2, verbose=0, callbacks=Bricks(tmp_path / "m.svg"))


def test_beside_others_that_stop_training(tmp_path):
    made = model()

    def stop(epoch, logs):
        made.stop_training = epoch == 1

    made.fit(
        X,
        Y,
        epochs=9,
        verbose=0,
        callbacks=[LambdaCallback(on_epoch_end=stop), Bricks(tmp_path / "m.svg")],
    )
    assert "epoch 2/9" in (tmp_path / "m.svg").read_text()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"file": "m.png"}, "ends in .svg"),
        ({"file": 3}, "ends in .svg"),
        ({"seconds": 0}, "more than 0"),
        ({"seconds": True}, "more than 0"),
        ({"every": 2, "seconds": 5}, "one of them"),
        ({"every": 0}, ">= 1"),
        ({"every": True}, ">= 1"),
        ({"fps": 0}, "at most 20"),
        ({"fps": 50}, "at most 20"),
    ],
)
def test_refusals(arguments, words):
    with pytest.raises(ValueError, match=rf"Bricks\.{next(iter(arguments))}: got .*{words}"):
        Bricks(**arguments)
    with pytest.raises(ValueError, match="level"):
        model().fit(X, Y, verbose=0, callbacks=Bricks("m.svg", level="all"))


def test_watchers_are_let_in_on_every_way_of_training():
    class Seen(Watcher):
        def __init__(self):
            super().__init__()
            self.epochs = []

        def look(self, epoch, current):
            assert set(current()) == {"loss"}
            self.epochs.append(epoch)

    class PerBatch(Callback):
        def on_train_batch_end(self, batch, logs=None):
            pass

    for others in ([PerBatch()], [LambdaCallback(on_epoch_end=lambda *_: None)]):
        seen = Seen()
        model().fit(X, Y, epochs=2, verbose=0, callbacks=[seen, *others])
        assert set(seen.epochs) == {0, 1}
    seen = Seen()
    model().fit(((X, Y) for _ in range(4)), epochs=2, steps_per_epoch=2, verbose=0, callbacks=seen)
    assert set(seen.epochs) == {0, 1}


@pytest.mark.parametrize("name", ["m.svg", "m.html"])
def test_a_link_stays_a_link_and_a_file_keeps_its_mode(tmp_path, name):
    kept = tmp_path / "kept"
    kept.write_text("old")
    kept.chmod(0o640)
    (tmp_path / name).symlink_to(kept)
    model().fit(X, Y, epochs=2, verbose=0, callbacks=Bricks(tmp_path / name))
    assert (tmp_path / name).is_symlink() and len(kept.read_text()) > 1000
    assert kept.stat().st_mode & 0o777 == 0o640


@pytest.mark.parametrize("ending", [".svg", ".html"])
def test_where_no_file_can_be_written_it_says_so_before_it_learns(tmp_path, monkeypatch, ending):
    (tmp_path / f"folder{ending}").mkdir()
    learner = model()
    before = [w.copy() for w in learner.get_weights()]
    with pytest.raises(IsADirectoryError, match="This is a folder"):
        learner.fit(X, Y, verbose=0, callbacks=Bricks(tmp_path / f"folder{ending}"))
    monkeypatch.setattr("os.access", lambda path, mode: False)  # this may be run by root
    with pytest.raises(PermissionError, match="Cannot write files to this folder"):
        learner.fit(X, Y, verbose=0, callbacks=Bricks(tmp_path / f"m{ending}"))
    assert all(map(np.array_equal, before, learner.get_weights()))


def test_a_name_as_long_as_can_be(tmp_path):
    name = f"{'n' * 251}.svg"
    model().fit(X, Y, verbose=0, callbacks=Bricks(tmp_path / name))
    assert os.listdir(tmp_path) == [name]


def test_training_does_not_wait_for_the_first_picture(tmp_path, monkeypatch):
    cuts, cut = [], Slot._cut
    monkeypatch.setattr(Slot, "_cut", lambda *args: cuts.append(current_thread()) or cut(*args))
    film = Bricks(tmp_path / "m.svg")
    film._state, film.params = types.SimpleNamespace(epoch=0, batch=0), {}
    film._screens = [FileScreen(film.file)]
    film.set_model(model())
    film.on_train_begin()
    film._show_first(wait=True)
    assert (tmp_path / "m.svg").exists() and cuts and main_thread() not in cuts
