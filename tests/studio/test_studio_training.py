"""A job that a page controls gives the numbers of `fit`, however it is run, stepped and paused."""

import time

import numpy as np
from studio_parts import arrays, brick, dense, flat, job, page, wall

from brickwork import layers, optimizers
from brickwork.models import Sequential
from brickwork.studio import catalogue
from brickwork.studio.jobs import job_of
from brickwork.studio.limits import Limits
from brickwork.studio.training import LOOKS, Training
from brickwork.studio.walls import model_of
from brickwork.utils import set_random_seed

BRICKS = (
    dense(8, "relu", config={"kernel_initializer": "he_normal"}),
    brick("BatchNormalization", momentum=0.9),
    brick("Dropout", rate=0.2),
    dense(5, config={"kernel_regularizer": {"class_name": "L2", "config": {"l2": 0.01}}}),
    brick("LayerNormalization"),
    brick("Activation", activation="tanh"),
    brick("GaussianNoise", stddev=0.1),
    dense(1, "sigmoid"),
)


def script() -> Sequential:
    """The wall of `BRICKS` as one would write it down."""
    set_random_seed(7)
    model = Sequential(
        [
            layers.Input((4,)),
            layers.Dense(8, activation="relu", kernel_initializer="he_normal"),
            layers.BatchNormalization(momentum=0.9),
            layers.Dropout(0.2),
            layers.Dense(5, kernel_regularizer="l2"),
            layers.LayerNormalization(),
            layers.Activation("tanh"),
            layers.GaussianNoise(0.1),
            layers.Dense(1, activation="sigmoid"),
        ]
    )
    model.compile(optimizers.Adam(0.01), "binary_crossentropy", metrics=["accuracy"])
    return model


def fitted(given: dict, epochs: int, model: Sequential | None = None, **more):
    model = model or script()
    x, y = arrays(given["training"])
    history = model.fit(
        x,
        y,
        batch_size=10,
        epochs=epochs,
        validation_data=arrays(given["validation"]),
        verbose=0,
        **more,
    )
    return model, history.history


def assert_same(snapshot: dict, model: Sequential) -> None:
    expected = [weight.numpy().ravel() for layer in model.layers for weight in layer.weights]
    for ours, theirs in zip(flat(snapshot), expected, strict=True):
        np.testing.assert_array_equal(ours, theirs)


def test_a_job_is_what_fit_does():
    given = job(wall(*BRICKS))
    with page() as one:
        one.ask("open", job=given)
        first = one.get("snapshot")["snapshot"]
        assert (first["step"], first["epoch"], first["batch"], first["logs"]) == (0, 0, 0, {})
        assert_same(first, script())
        last = one.run(4)
    model, history = fitted(given, 4)
    assert_same(last, model)
    assert (last["step"], last["epoch"], last["batch"]) == (40, 4, 0)
    assert last["logs"] == {name: values[-1] for name, values in history.items()}
    assert last["stepsPerSecond"] > 0


def test_all_seeds_are_those_of_the_code():
    """Of weights, dropout, noise and the order of rows, as after `set_random_seed`."""
    kinds = [name for name in catalogue.INITIALIZERS if name not in ("zeros", "ones")]
    bricks = [
        dense(3, config={"kernel_initializer": name, "bias_initializer": other})
        for name, other in zip(kinds, [*kinds[1:], "zeros"], strict=True)
    ]
    bricks[2:2] = [brick("Dropout", rate=0.0), brick("Dropout", rate=0.5)]
    bricks[5:5] = [brick("GaussianNoise", stddev=0.0), brick("GaussianNoise", stddev=0.2)]
    bricks.append(dense(1, "sigmoid", config={"use_bias": False, "bias_initializer": "he_normal"}))
    ours = model_of(wall(*bricks), Limits())
    set_random_seed(7)
    stack = [getattr(layers, one["kind"])(**one["config"]) for one in bricks]
    theirs = Sequential([layers.Input((4,)), *stack])
    theirs.compile(optimizers.Adam(0.01), "binary_crossentropy", metrics=["accuracy"])
    for one, other in zip(ours.layers, theirs.layers, strict=True):
        assert {**one.get_config(), "name": ""} == {**other.get_config(), "name": ""}
    x = np.random.default_rng(0).normal(size=(40, 4))
    for epochs in (0, 2):  # as they begin, and as dropout, noise and order of rows have them
        for model in (ours, theirs):
            model.fit(x, x[:, :1] > 0, epochs=epochs, verbose=0)
        for one, other in zip(ours.get_weights(), theirs.get_weights(), strict=True):
            np.testing.assert_array_equal(one, other)


def test_epochs_are_told_once_and_all():
    given = job(wall(*BRICKS))
    with page() as one:
        one.ask("open", job=given)
        one.ask("run", until=3, pace=None)
        seen = one.until("stopped")
        one.ask("run", until=30, pace=None)
        seen += one.until("stopped")
        ended = [e for m in seen if m["type"] == "snapshot" for e in m["snapshot"]["ended"]]
    _, history = fitted(given, 30)
    assert [one["epoch"] for one in ended] == [*range(30)]
    for one in ended:
        assert one["logs"] == {name: values[one["epoch"]] for name, values in history.items()}


def test_steps_runs_and_pauses_in_any_order_change_nothing():
    given = job(wall(*BRICKS))  # 10 steps an epoch
    with page() as one:
        one.ask("open", job=given)
        places = []
        for _ in range(13):  # over the end of an epoch, and its validation
            one.ask("step")
            snapshot, stopped = one.stop()
            places.append((snapshot["epoch"], snapshot["batch"]))
            assert stopped["reason"] == "paused"
        assert places == [*((0, n) for n in range(1, 10)), (1, 0), (1, 1), (1, 2), (1, 3)]
        assert "val_loss" in snapshot["logs"]
        assert one.run(2)["batch"] == 0
        one.ask("run", until=10_000, pace=None)
        one.get("snapshot")
        one.ask("pause")
        snapshot, stopped = one.stop()
        assert stopped["reason"] == "paused" and snapshot["epoch"] < 10_000
        end = snapshot["epoch"] + 3
        last = one.run(end)  # before the end of the call of `fit` that is under way
        assert (last["epoch"], last["batch"]) == (end, 0)
        one.ask("step")
        assert one.stop()[0]["step"] == 10 * end + 1
        last = one.run(end + 1)
    assert_same(last, fitted(given, end + 1)[0])


def test_weights_are_set_by_hand_within_an_epoch():
    given = job(wall(dense(3, "tanh"), dense(1, "sigmoid")))
    with page() as one:
        one.ask("open", job=given)
        for _ in range(3):
            one.ask("step")
            snapshot, _ = one.stop()
        zeros = [np.zeros_like(values) for values in flat(snapshot)]
        one.ask("assign", weights=zeros)
        assert not np.concatenate(flat(one.get("snapshot")["snapshot"])).any()
        outputs = [predicted(one, np.ones((2, 4)), all=True) for _ in range(2)]
        one.ask("assign", weights=flat(snapshot))
        last = one.run(2)
        one.ask("assign", weights=[*zeros, zeros[0]])
        assert "expected 4" in one.get("failed")["message"]
        one.ask("assign", weights=[zeros[0], *zeros[2:], zeros[1]])
        assert "expected" in one.get("failed")["message"]
        bad = [*zeros[:-1], np.float32([np.nan])]
        one.ask("assign", weights=bad)
        assert "not finite" in one.get("failed")["message"]
    assert [array.tolist() for array in outputs[0]] == [[0] * 6, [0.5] * 2]
    assert_same(last, fitted(given, 2, plain(given))[0])


def plain(given: dict) -> Sequential:
    set_random_seed(7)
    stack = [layers.Dense(b["config"]["units"], b["config"]["activation"]) for b in bricks(given)]
    model = Sequential([layers.Input((4,)), *stack])
    model.compile(optimizers.Adam(0.01), "binary_crossentropy", metrics=["accuracy"])
    return model


def bricks(given: dict) -> list[dict]:
    return given["wall"]["bricks"]


def predicted(one, x, all: bool = False) -> list:
    one.ask("predict", id=5, x=np.float32(x).ravel(), rows=len(x), all=all)
    answer = one.get("predicted")
    assert answer["id"] == 5
    return answer["outputs"]


def test_outputs_are_those_of_each_brick():
    given = job(wall(*BRICKS))
    x, _ = arrays(given["validation"])
    with page() as one:
        one.ask("open", job=given)
        one.run(2)
        every, top = predicted(one, x, all=True), predicted(one, x)
        one.ask("run", until=100_000, pace=None)
        assert len(predicted(one, x)) == 1  # while it trains
        assert predicted(one, x[:, :3]) == []  # another wall has overtaken it
    model, _ = fitted(given, 2)
    np.testing.assert_array_equal(top[0], model.predict(x, verbose=0).ravel())
    for layer, outputs in zip(model.layers, every, strict=True):
        x = np.asarray(layer(x))
        np.testing.assert_allclose(outputs, x.ravel(), rtol=1e-5, atol=1e-6)


def test_weights_of_bricks_are_where_it_begins_and_frozen_ones_stay():
    given = job(wall(dense(3, "tanh"), dense(1, "sigmoid")))
    kernel, bias = np.full((4, 3), 0.5, "float32"), np.float32([1, 2, 3])
    given["wall"]["bricks"][0] |= {
        "trainable": False,
        "weights": [
            {"name": "kernel", "shape": [4, 3], "values": kernel.ravel()},
            {"name": "bias", "shape": [3], "values": bias},
        ],
    }
    with page() as one:
        one.ask("open", job=given)
        first = flat(one.get("snapshot")["snapshot"])
        last = flat(one.run(3))
    for weights in (first, last):
        np.testing.assert_array_equal(weights[0], kernel.ravel())
        np.testing.assert_array_equal(weights[1], bias)
    assert (first[2] != last[2]).any()


def test_classes_may_be_one_hot():
    """The page sends indices; Keras's `categorical_crossentropy` wants one column for each."""
    results = []
    for loss in ("sparse_categorical_crossentropy", "categorical_crossentropy"):
        given = job(wall(dense(2, "softmax"), loss=loss))
        with page() as one:
            one.ask("open", job=given)
            results.append(flat(one.run(3)))
            given["training"]["y"][0] = 2
            one.ask("open", job=given)
            one.ask("run", until=1, pace=None)
            assert "classes" in one.get("failed")["message"].lower()
    for one, other in zip(*results, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-6)


def test_a_pace_is_kept_and_requests_are_heard_at_once():
    with page() as one:
        one.ask("open", job=job())
        one.ask("run", until=100, pace=400)  # 40 steps a second
        begin = one.get("snapshot")["snapshot"]
        time.sleep(0.5)
        one.ask("run", until=100, pace=0.1)  # a step in 100 seconds
        one.ask("pause")
        end, _ = one.stop()
    assert 10 <= end["step"] - begin["step"] <= 30


def test_a_slow_pace_shows_each_step_and_each_end_of_an_epoch():
    with page() as one:
        one.ask("open", job=job(count=30))  # 3 steps an epoch
        one.get("snapshot")
        one.ask("run", until=2, pace=200)  # 20 steps a second
        shown = [message["snapshot"] for message in one.until("stopped")[:-1]]
    places = [*dict.fromkeys((snapshot["epoch"], snapshot["batch"]) for snapshot in shown)]
    assert places == [(0, 1), (0, 2), (1, 0), (1, 1), (1, 2), (2, 0)]


def test_a_loss_that_is_not_finite_stops_it_with_the_reason():
    given = job(
        wall(
            dense(1),
            loss="mean_squared_error",
            optimizer={"kind": "SGD", "config": {"learning_rate": 100}},
            metrics=[],
        )
    )
    with page() as one:
        one.ask("open", job=given)
        one.ask("run", until=50, pace=None)
        snapshot, stopped = one.stop()
        assert stopped["reason"] == "not finite"
        assert "learning rate" in stopped["detail"]
        assert f"batch {snapshot['batch'] + 1};" in stopped["detail"].replace(",", ";")
        assert snapshot["epoch"] == len(snapshot["ended"]) == 0
        assert np.isfinite(np.concatenate(flat(snapshot))).all()
        one.ask("assign", weights=[np.zeros(4), np.zeros(1)])  # it is still there
        one.get("snapshot")


def test_a_training_pauses_when_its_seconds_are_over():
    with page(Limits(seconds=0.1)) as one:
        one.ask("open", job=job())
        one.ask("run", until=100_000, pace=None)
        snapshot, stopped = one.stop()
        assert stopped["reason"] == "paused" and "0.1 seconds" in stopped["detail"]
        assert 0 < snapshot["epoch"] < 100_000
        assert one.run(snapshot["epoch"])["step"] == snapshot["step"]  # nothing is left to do


def test_weights_set_by_hand_outlive_a_step_that_is_not_finite():
    """What is undone is the step, and not what was set before it. The loss of these weights is
    finite, and the gradient is not."""
    given = job(wall(dense(1), dense(1), loss="mean_squared_error", metrics=[]))
    with page() as one:
        one.ask("open", job=given)
        one.ask("run", until=100_000, pace=None)
        one.get("snapshot")
        one.ask("pause")
        one.stop()
        extreme = [np.full(4, 1e-7, "f4"), np.float32([0]), np.float32([1e25]), np.float32([0])]
        one.ask("assign", weights=extreme)
        one.ask("step")
        snapshot, stopped = one.stop()
    assert stopped["reason"] == "not finite"
    for ours, theirs in zip(flat(snapshot), extreme, strict=True):
        np.testing.assert_array_equal(ours, theirs)


def test_steps_that_are_asked_for_at_once_are_taken_one_by_one():
    with page() as one:
        one.ask("open", job=job())
        for _ in range(5):
            one.ask("step")
        assert [one.stop()[0]["step"] for _ in range(5)] == [1, 2, 3, 4, 5]


def test_looks_do_not_fall_into_the_same_place_of_every_epoch():
    """Equal strides could all end in the validation, where nobody looks."""
    training = Training(job_of(job(), Limits()), 1.0, lambda: None)
    assert training._stride() == 0  # nothing is known yet
    training.rate = 1e6
    strides = [training._stride() for _ in range(60)]
    assert len({*strides}) > 50
    assert abs(np.mean(strides) / (1e6 / LOOKS) - 1) < 0.05
    training.run(5, pace=1e6)
    assert len({training._stride() for _ in range(60)}) > 50
    training.run(5, pace=1)
    assert {training._stride() for _ in range(60)} == {1}
