"""A page's requests: which are heard, what is answered, and that nothing piles up."""

import io
import re
import sys
import threading
import time

import numpy as np
import pytest
from pace import in_time
from studio_parts import brick, dense, flat, job, page, rows, waited, wall

from brickwork.studio import session as session_module
from brickwork.studio.jobs import job_of
from brickwork.studio.limits import Limits
from brickwork.studio.snapshots import Snapshots
from brickwork.studio.training import Training
from brickwork.studio.walls import model_of


def test_a_page_is_told_what_is_lent_and_what_was_opened():
    given = {"type": "given", "file": {"name": "a.csv", "data": b"a,b\n1,2\n"}}
    waiting = [given]
    with page(given=waiting) as one:
        one.ask("hello")
        lent = one.get("capabilities")
        assert one.get("given") == given | {"number": 0}
    assert lent["threads"] >= 1 and lent["engine"] and lent["limits"]["rows"] > 0
    with page(given=waiting) as again:  # it has the user's work, which the file would replace
        again.ask("hello")
        again.ask("step")
        assert [m["type"] for m in again.until("failed")] == ["capabilities", "failed"]


def test_what_did_not_reach_a_page_reaches_the_next(monkeypatch):
    waiting = [{"type": "given"}]

    def broken(message):
        if message["type"] == "given":
            raise session_module.Gone

    session = session_module.Session(broken, given=waiting)
    session.hear({"type": "hello"})
    session._thread.join(5)
    assert waiting == [{"type": "given"}]


def test_a_file_for_keras_is_the_librarys_own():
    given = wall(dense(3, "tanh"), dense(1, "sigmoid"))
    with page() as one:
        one.ask("open", job=job(given))
        trained = one.run(2)
        for at, weights in enumerate(trained["weights"]):
            given["bricks"][at] = given["bricks"][at] | {"weights": weights}
        one.ask("export", id=9, wall=given, format=".h5")
        answer = one.get("exported", "failed")
    assert answer["type"] == "exported" and answer["id"] == 9, answer
    kept = in_hdf5(answer["data"])
    for weights in flat(trained):
        assert any(np.array_equal(weights, array) for array in kept)
    assert b'"seed": null' in answer["data"]  # as in the code of the wall


def in_hdf5(data: bytes) -> list[np.ndarray]:
    """The arrays in a file of Keras, as h5py reads them."""
    h5py = pytest.importorskip("h5py")
    found = []
    with h5py.File(io.BytesIO(data)) as file:
        file.visititems(lambda _, item: found.append(item) if hasattr(item, "shape") else None)
        return [np.ravel(item[()]) for item in found]


def test_what_cannot_be_exported_is_said_with_its_id():
    with page() as one:
        one.ask("export", id=3, wall=wall(), format=".exe")
        answer = one.get("failed")
        assert answer["id"] == 3 and ".h5" in answer["message"]


def test_opening_ends_what_was_running():
    with page() as one:
        one.ask("open", job=job(), number=1)
        one.ask("run", until=100_000, pace=None)
        one.get("snapshot")
        one.ask("open", job=job(wall(dense(2, "relu"), dense(1, "sigmoid"))), number=2)
        found = one.until("snapshot")
        while found[-1]["number"] != 2:
            found = one.until("snapshot")
        assert found[-1]["snapshot"]["step"] == 0
        assert len(flat(found[-1]["snapshot"])) == 4
        one.ask("hello")
        assert len(one.until("capabilities")) == 1  # and no word of the first one's end
        one.ask("run", until=2, pace=None)
        assert one.stop()[0]["epoch"] == 2
        one.ask("run", until=100_000, pace=None)
        one.ask("close")
        assert waited(lambda: one.session.training is None)
        one.ask("run", until=3, pace=None)
        assert "open one first" in one.get("failed")["message"]


def test_a_wall_that_is_refused_ends_the_one_before():
    with page() as one:
        one.ask("open", job=job())
        one.ask("run", until=100_000, pace=None)
        one.ask("open", job=job(wall(dense(1, "sigmoid"), brick("Dropout", rate=1.5))))
        failed = one.get("failed")
        assert failed["brick"] == 1 and "rate" in failed["message"]
        assert one.session.training is None


def test_data_that_fit_refuses_are_refused_in_words():
    given = job(wall(dense(3, "softmax"), loss="sparse_categorical_crossentropy"))
    given["training"]["y"][4] = 9
    with page() as one:
        one.ask("open", job=given)
        one.ask("run", until=5, pace=None)
        assert "9" in one.get("failed")["message"]
        one.ask("pause")  # it is not running
        one.ask("run", until=0, pace=None)
        assert one.stop()[1]["reason"] == "done"


def test_a_page_that_does_not_look_gets_one_picture_until_it_asks():
    with page(sees=False) as one:
        one.ask("open", job=job(count=2000))
        one.ask("seen")
        one.ask("run", until=100_000, pace=None)
        time.sleep(0.5)
        one.ask("pause")
        kinds = [message["type"] for message in one.until("stopped")]
        # The wall, one while it trains, the last one, and that it has stopped.
        assert kinds == ["snapshot"] * 3 + ["stopped"]


def test_pictures_come_thirty_times_a_second_and_tell_no_more_than_can_be_seen():
    with page() as one:
        one.ask("open", job=job(count=2000))
        one.ask("run", until=100_000, pace=None)
        one.get("snapshot")
        begin = time.monotonic()
        found = [one.get("snapshot")["snapshot"] for _ in range(20)]
        took = time.monotonic() - begin
        one.ask("pause")
    assert took > 19 / 31 and in_time(took, 2)  # never more than 31 a second, and 10 at least
    assert all(len(snapshot["ended"]) <= 64 for snapshot in found)


def test_large_weights_are_not_in_every_picture_but_in_the_last_one(monkeypatch):
    large = wall(dense(2000, "relu"), dense(500, "relu"), dense(1, "sigmoid"))  # 4 MB
    snapshots = Snapshots(Training(job_of(job(large), Limits()), 1.0, lambda: None))

    def weights(whole: bool):
        return snapshots.take(whole)["snapshot"]["weights"]

    assert weights(False) is not None
    assert weights(False) is None  # half a second later they would be
    assert len(weights(True)) == 3
    monkeypatch.setattr("brickwork.studio.snapshots.BYTES", 1e12)
    weights(True)
    assert weights(False) is not None


def test_requests_that_wait_are_few():
    with page(Limits(requests=4)) as one:
        one.ask("open", job=job(count=100_000))
        one.ask("run", until=100_000, pace=None)
        taken = 0
        while one.session.hear({"type": "seen"}, wait=False):
            taken += 1
        assert taken < 1000
        waiting = threading.Thread(target=one.session.hear, args=({"type": "seen"},))
        waiting.start()
        one.session.end()
        waiting.join(5)  # whoever waits for room is let go
        assert not waiting.is_alive()
        one.session.close(5)
        assert not one.session.hear({"type": "seen"})


def test_a_fault_of_ours_is_said_and_ends_nothing(monkeypatch, capfd):
    def broken(*_):
        raise RuntimeError("nobody thought of this")

    monkeypatch.setattr(session_module, "job_of", broken)
    with page() as one:
        one.ask("open", job=job())
        assert "fault of brickwork" in one.get("failed")["message"]
        one.ask("hello")
        one.get("capabilities")
    assert "nobody thought of this" in capfd.readouterr().err


def test_the_users_random_numbers_are_left_alone():
    import random

    np.random.seed(3)
    random.seed(3)
    expected = np.random.rand(), random.random()
    np.random.seed(3)
    random.seed(3)
    with page() as one:
        one.ask("open", job=job())
        one.run(2)
    assert (np.random.rand(), random.random()) == expected


def test_a_cell_that_runs_meanwhile_draws_no_number_twice():
    """The walls are built in a thread beside it."""
    given, stop = wall(dense(30), dense(1, "sigmoid")), threading.Event()

    def build():
        while not stop.is_set():
            model_of(given, Limits())

    np.random.seed(7)
    thread = threading.Thread(target=build)
    thread.start()
    drawn = [np.random.random() for _ in range(200_000)]
    stop.set()
    thread.join()
    assert len(set(drawn)) == len(drawn)


LIMITS = Limits(
    rows=50, inputs=5, bricks=3, units=20, parameters=200, epochs=10, memory=20_000, message=4000
)
SMALL = wall(dense(2, "relu"), dense(1, "sigmoid"))


OUT = dense(1, "sigmoid")


@pytest.mark.parametrize(
    "says, given",
    {
        "training.rows.*50": job(SMALL, count=51, valid=0),
        "validation.rows.*50": job(SMALL, count=40, valid=51),
        "wall.inputs.*5": job(wall(OUT, inputs=6), count=40),
        "wall.bricks.*3": job(wall(*[OUT] * 4), count=40),
        "units.*20": job(wall(dense(21), OUT), count=40),
        "more than 200 weights": job(wall(dense(20), dense(20), OUT), count=40),
        "wall.epochs.*10": job(wall(OUT, epochs=11), count=40),
        "wall.batchSize.*50": job(wall(OUT, batchSize=51), count=40),
        "GiB of memory": job(wall(dense(18), dense(5), OUT, batchSize=50), count=50),
    }.items(),
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_limits_are_kept_before_anything_is_made(says, given):
    with page(LIMITS) as one:
        one.ask("open", job=given)
        assert re.search(says, one.get("failed")["message"])
        assert one.session.training is None


def test_limits_of_a_run_and_of_outputs():
    with page(LIMITS) as one:
        one.ask("open", job=job(SMALL, count=40, valid=0))
        one.ask("run", until=11, pace=None)
        assert "10" in one.get("failed")["message"]
        one.ask("predict", id=1, x=rows(51)["x"], rows=51, all=True)
        assert "50" in one.get("failed")["message"]


@pytest.mark.skipif(sys.platform != "linux", reason="/proc is Linux's")
def test_a_closed_page_leaves_no_thread():
    before = threading.active_count()
    for _ in range(3):
        with page() as one:
            one.ask("open", job=job())
            one.ask("run", until=100_000, pace=None)
            one.get("snapshot")
    assert waited(lambda: threading.active_count() == before)
