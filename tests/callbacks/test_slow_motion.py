"""A training that is spread over seconds: when it waits, that no number changes, how it ends."""

import math
import signal
import time
import types

import numpy as np
import pytest
from pace import in_time

import brickwork
from brickwork.callbacks import Bricks, Callback, EarlyStopping, LambdaCallback
from brickwork.callbacks.bricks import Pace
from brickwork.layers import Dense
from brickwork.pictures.live import Look

X = np.random.default_rng(0).normal(size=(64, 4)).astype("float32")
Y = (X.sum(axis=1, keepdims=True) > 0).astype("float32")


def model():
    np.random.seed(3)
    made = brickwork.Sequential(
        [Dense(3, input_dim=4, activation="tanh"), Dense(1, activation="sigmoid")]
    )
    made.compile("adam", "binary_crossentropy", metrics=["accuracy"])
    return made


class PerBatch(Callback):
    def on_train_batch_end(self, batch, logs=None):
        pass


def stream():
    while True:
        for i in range(0, 64, 16):
            yield X[i : i + 16], Y[i : i + 16]


WAYS = {
    "arrays": lambda made, more: made.fit(X, Y, epochs=7, batch_size=16, verbose=0, callbacks=more),
    "validation": lambda made, more: made.fit(
        X,
        Y,
        epochs=6,
        batch_size=16,
        verbose=0,
        validation_split=0.25,
        validation_freq=2,
        callbacks=more,
    ),
    "epochs": lambda made, more: made.fit(
        X,
        Y,
        epochs=5,
        batch_size=16,
        verbose=0,
        callbacks=[*more, LambdaCallback(on_epoch_end=lambda *_: None)],
    ),
    "batches": lambda made, more: made.fit(
        X, Y, epochs=5, batch_size=16, verbose=0, callbacks=[*more, PerBatch()]
    ),
    "stream": lambda made, more: made.fit(
        stream(), epochs=4, steps_per_epoch=4, verbose=0, callbacks=more
    ),
    "unknown length": lambda made, more: made.fit(
        ((X[i : i + 16], Y[i : i + 16]) for i in (0, 16, 32, 48)),
        epochs=1,
        verbose=0,
        callbacks=more,
    ),
}


@pytest.mark.parametrize("way", WAYS)
def test_no_number_changes(way, tmp_path):
    plain, slow = model(), model()
    before = WAYS[way](plain, []).history
    bricks = Bricks(tmp_path / "m.svg", seconds=0.3)
    assert WAYS[way](slow, [bricks]).history == before
    for a, b in zip(plain.get_weights(), slow.get_weights(), strict=True):
        assert np.array_equal(a, b)
    assert bricks.drawn >= 2


def test_a_pace_shows_the_beginning_and_ends_in_time():
    for steps, fps in ((1, 20), (6, 20), (200, 20), (9_300, 20), (10**7, 5)):
        pace = Pace(10, steps, fps)
        done = [pace.step(k / fps) for k in range(10 * fps + 1)]
        assert done == sorted(done) and done[0] == 0 and done[-1] == pace.step(99) == steps
        assert done[1] <= max(1, 4 * steps / (10 * fps) ** 2 + 1)
        for step in {1, steps // 3, steps}:
            assert pace.step(pace.time(step)) == step
    pace = Pace(10, 1000, 20)
    assert pace.wait_time(0, 0, 0) == 0 and pace.wait_time(1000, 4, 0) == 6
    assert pace.wait_time(500, 1, 1.0) == 0  # what is left takes longer than there is time


class Clock:
    now = 0.0

    def __call__(self):
        return self.now


def trained(tmp_path, steps, each, cost=1e-4, seconds=10, hiccup=0.0):
    """A training on a false clock: one step an epoch, which takes so long; when pictures came."""
    bricks, clock, times = Bricks(tmp_path / "m.svg", seconds=seconds), Clock(), []

    class Live:
        network = source = None
        layouts = 1

        def __init__(self, model, **options):
            pass

        def look(self, since=None, loss=None):
            clock.now += cost
            times.append(clock.now)
            return Look(np.zeros(1), np.zeros(1, int))

        def filled(self, look, status, curve=""):
            return status

        def curve(self, losses=None):
            return ""

    bricks._make, bricks._read = Live, lambda made: made
    bricks._clock = bricks._work = clock
    bricks._sleep = lambda wait: setattr(clock, "now", clock.now + wait)
    bricks.set_model(
        types.SimpleNamespace(
            built=True, history=types.SimpleNamespace(epoch=list(range(steps)), history={})
        )
    )
    bricks.set_params({"epochs": steps, "steps": 1})
    bricks._on_fit_begin(types.SimpleNamespace(epoch=0, batch=0))
    bricks.on_train_begin()
    clock.now += 0.1  # planning
    done = 0
    while done < steps:
        slice_ends, stride = clock.now + 0.04, bricks._stride() or math.inf
        begun = done
        while done < steps and done - begun < stride and clock.now < slice_ends:
            done, clock.now = done + 1, clock.now + each
        clock.now += hiccup if 20 < len(times) < 25 else 0.0
        if done < steps:
            bricks.step = 0
            bricks.look(done, dict)
    bricks.on_train_end({"loss": 1.0})
    return clock.now, times


@pytest.mark.parametrize("hiccup", [0.0, 0.3])
@pytest.mark.parametrize("steps", [200, 9_300, 300_000])
def test_it_takes_its_time_at_twenty_pictures_a_second(tmp_path, steps, hiccup):
    took, times = trained(tmp_path, steps, 1e-6, hiccup=hiccup)
    assert 9.8 < took < 10.5
    assert len(times) > (190 if not hiccup else 150)
    intervals = np.diff(times[1:-1])
    assert np.median(intervals) == pytest.approx(0.05, abs=0.005)
    assert intervals.max() < 0.15 + hiccup


@pytest.mark.parametrize(("steps", "own"), [(1000, 8.0), (100_000, 12.0), (50, 100.0)])
def test_a_long_training_is_not_slowed_beyond_its_own_time(tmp_path, steps, own):
    took, times = trained(tmp_path, steps, own / steps)
    assert took < 1.03 * max(own, 10) + 0.3
    assert len(times) > min(steps, 40)


def test_few_steps_are_spread_evenly(tmp_path):
    took, times = trained(tmp_path, 5, 1e-6)
    assert len(times) == 6 and 7.9 < took < 10.2
    assert np.diff(times[1:-1]) == pytest.approx(2, abs=0.1)


def test_without_a_screen_nothing_waits(tmp_path):
    start = time.perf_counter()
    bricks = Bricks(tmp_path / "film.html", seconds=60)
    model().fit(X, Y, epochs=400, batch_size=16, verbose=0, callbacks=bricks)
    assert in_time(time.perf_counter() - start, 20)
    assert len(bricks.film.frames()) == 60 * 20 + 1 and bricks.drawn > 700
    assert [f.name for f in tmp_path.iterdir()] == ["film.html"]


def test_ctrl_c_while_it_waits_acts_at_once_and_the_film_is_there(tmp_path):
    def interrupted(*_):
        raise KeyboardInterrupt

    made, bricks = model(), Bricks(tmp_path / "m.svg", seconds=100)
    before = signal.signal(signal.SIGALRM, interrupted)
    start = time.perf_counter()
    signal.setitimer(signal.ITIMER_REAL, 1.0)
    try:
        with pytest.raises(KeyboardInterrupt):
            made.fit(X, Y, epochs=10, batch_size=16, shuffle=False, verbose=0, callbacks=bricks)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    assert in_time(time.perf_counter() - start, 8)
    drawn = (tmp_path / "m.svg").read_text()
    assert "epoch 1/10" in drawn and drawn.endswith("</svg>\n")
    twin, done = model(), int(made.optimizer.iterations.numpy())
    assert 0 < done < 4
    for k in range(done):
        twin.train_on_batch(X[16 * k : 16 * k + 16], Y[16 * k : 16 * k + 16])
    for a, b in zip(made.get_weights(), twin.get_weights(), strict=True):
        assert np.array_equal(a, b)
    bricks.save(tmp_path / "film.html")
    assert "<!doctype html>" in (tmp_path / "film.html").read_text()


@pytest.mark.parametrize("error", [KeyboardInterrupt, ValueError])
def test_an_error_ends_the_film(tmp_path, error):
    def fails(epoch, logs):
        if epoch == 3:
            raise error("here")

    bricks = Bricks(tmp_path / "film.html", seconds=5)
    with pytest.raises(error):
        model().fit(
            X, Y, epochs=10, verbose=0, callbacks=[bricks, LambdaCallback(on_epoch_end=fails)]
        )
    assert len(bricks.film.shots) > 3 and (tmp_path / "film.html").exists()


def test_early_stopping_ends_the_film(tmp_path):
    made, bricks = model(), Bricks(tmp_path / "film.html", seconds=5)
    made.fit(
        X,
        Y,
        epochs=100,
        verbose=0,
        callbacks=[bricks, EarlyStopping("loss", patience=0, min_delta=100)],
    )
    assert made.history.epoch == [0, 1] and bricks.film.shots[-1].epoch == 2
    assert len(bricks.film.frames()) < 5 * 20


def test_a_second_training_is_another_film(tmp_path):
    made, bricks = model(), Bricks(seconds=1)
    for epochs in (3, 5):
        made.fit(X, Y, epochs=epochs, verbose=0, callbacks=bricks)
        assert bricks.film.shots[0].epoch == 0 and bricks.film.shots[-1].epoch == epochs
        assert bricks.film.shots[-1].loss == made.history.history["loss"][-1]


def test_a_later_epoch_is_the_first():
    made, bricks = model(), Bricks(seconds=0.5)
    made.fit(X, Y, epochs=9, initial_epoch=5, verbose=0, callbacks=bricks)
    assert bricks.film.shots[0].epoch == 5 and bricks.film.shots[-1].epoch == 9
    assert bricks.film.shots[-1].place == 4 * 2


def test_what_cannot_be_saved(tmp_path):
    bricks = Bricks(seconds=1)
    with pytest.raises(ValueError, match="Pass Bricks to fit first"):
        bricks.save("film.html")
    model().fit(X, Y, epochs=2, verbose=0, callbacks=bricks)
    with pytest.raises(ValueError, match=r"expected a name that ends in .*\.gif"):
        bricks.save(tmp_path / "film.avi")
