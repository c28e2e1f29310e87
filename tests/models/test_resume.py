"""Trainings interrupted and resumed: bit for bit the same, or refused with an error."""

from __future__ import annotations

import functools
import os
import tempfile

import numpy as np
import pytest
import resumed
from resumed import BATCH, EPOCHS, TRAININGS, WEIGHTS, Broken, Cut, X, Y, ctrl_c, fail, network

import brickwork
from brickwork import callbacks, layers, losses, optimizers, random
from brickwork.callbacks import BackupAndRestore, Callback
from brickwork.data.notices import DataWarning, forget_warnings
from brickwork.errors import ArgumentError
from brickwork.saving import DamagedFile, MismatchedFile, load_model

pytestmark = pytest.mark.filterwarnings(
    "ignore:.*the epoch ends with them", "ignore:.*One epoch in"
)


@functools.cache
def whole(name):
    """The training that nothing disturbs."""
    return resumed.train(name, tempfile.mkdtemp())


@pytest.mark.parametrize(
    "save_freq, cuts",
    [
        ("epoch", lambda: [Cut(fail, epoch=2)]),
        ("epoch", lambda: [Cut(fail, step=3), Cut(fail, step=13)]),
        (1, lambda: [Cut(fail, step=5), Cut(ctrl_c, step=7), Cut(fail, epoch=3)]),
        (4, lambda: [Cut(ctrl_c, step=12), Cut(fail, step=6)]),
    ],
    ids=["epoch", "epochs", "1", "4"],
)
@pytest.mark.parametrize("name", TRAININGS)
def test_broken_off_and_resumed(tmp_path, name, save_freq, cuts):
    resumed.check(whole(name), resumed.train_cut(name, tmp_path, save_freq, cuts()))
    assert not (tmp_path / "backup").exists()


def test_processes_that_are_killed(tmp_path):
    resumed.check(whole("arrays"), resumed.train_killed("arrays", tmp_path, 2, [11]))


def test_the_trainings_would_differ():
    """What is compared above does not come out alike by itself."""
    for name in TRAININGS:
        found = whole(name)
        assert 4 < len(found["epochs"]) and len(set(found["bits"])) > 10
        assert len(found["files"]) > 3 and len(set(found["files"].values())) > 3
    assert any(best[0][3] for best in (whole(n)["best"] for n in TRAININGS) if best)
    assert len({whole(n)["bits"][0] for n in TRAININGS}) == len(TRAININGS)


# By hand


def bits(model):
    return [v.numpy().tobytes() for v in [*model.variables, *model.optimizer.variables]]


ALIKE = {
    "arrays": {"x": X, "y": Y, "batch_size": BATCH, "sample_weight": WEIGHTS},
    "parts": {"x": X, "y": Y, "batch_size": BATCH, "steps_per_epoch": 4},
    "numbered": {"x": resumed.Numbered()},
    "numbered parts": {"x": resumed.Numbered(), "steps_per_epoch": 4},
}


@pytest.mark.parametrize("data", ALIKE.values(), ids=ALIKE)
def test_by_initial_epoch_and_a_file(tmp_path, data):
    """One call of fit, several, or several by a file between them: the same."""
    one = network("adam")
    wanted = one.fit(**data, epochs=EPOCHS, verbose=0).history
    several, got = network("adam"), {}
    for first, last in ((0, 2), (2, 3), (3, EPOCHS)):
        history = several.fit(**data, initial_epoch=first, epochs=last, verbose=0).history
        for name, values in history.items():
            got.setdefault(name, []).extend(values)
    assert bits(several) == bits(one) and got == wanted
    begun = network("adam")
    begun.fit(
        **data,
        epochs=EPOCHS,
        verbose=0,
        callbacks=callbacks.ModelCheckpoint(f"{tmp_path}/{{epoch}}.brick"),
    )
    for epoch in (1, 3):
        loaded = load_model(tmp_path / f"{epoch}.brick")
        loaded.fit(**data, initial_epoch=epoch, epochs=EPOCHS, verbose=0)
        assert bits(loaded) == bits(one)


def test_a_new_training_has_an_order_of_its_own():
    model = other(optimizer=optimizers.SGD(0.0))
    orders = [
        model.fit(
            X, Y, batch_size=1, epochs=2, initial_epoch=first, verbose=0, callbacks=Order()
        ).order
        for first in (0, 0, 1, 1)
    ]
    assert orders[0] != orders[1] and orders[2] == orders[3] == orders[1][len(X) :]


class Order(Callback):
    def on_train_begin(self, logs=None):
        self.model.history.order = self.seen = []

    def on_train_batch_end(self, batch, logs=None):
        self.seen.append(logs["loss"])


# What else is kept


def cut_fit(model, folder, step=13, save_freq="epoch", more=(), **options):
    """Interrupt a training; returns the backup to resume from."""
    options = {"x": X, "y": Y, "batch_size": BATCH, "epochs": 4, "verbose": 0} | options
    with pytest.raises(Broken):
        model.fit(
            **options,
            callbacks=[BackupAndRestore(folder, save_freq=save_freq), *more, Cut(fail, step=step)],
        )
    return BackupAndRestore(folder, save_freq=save_freq)


def go_on(model, backup, **options):
    options = {"x": X, "y": Y, "batch_size": BATCH, "epochs": 4, "verbose": 0} | options
    return model.fit(**options, callbacks=backup)


def test_numbers_that_are_drawn_without_a_seed(tmp_path):
    class Shaken(layers.Layer):
        def call(self, inputs):
            return inputs + random.normal((4,))

    def build():
        random.forget_shared_generator()
        np.random.seed(1)
        model = brickwork.Sequential([layers.Input((4,)), Shaken(), layers.Dense(1)])
        model.compile("sgd", "mse")
        return model

    one = build()
    wanted = go_on(one, None).history["loss"]
    backup = cut_fit(build(), tmp_path, save_freq=1)
    resumed_model = build()
    assert go_on(resumed_model, backup).history["loss"] == wanted[1:]
    assert bits(resumed_model) == bits(one)
    random.forget_shared_generator()


def test_a_data_set_with_a_state(tmp_path):
    class Shuffling(resumed.Numbered):
        def __init__(self):
            super().__init__()
            self.order = np.arange(len(self))

        def __getitem__(self, index):
            return super().__getitem__(self.order[index])

        def on_epoch_end(self):
            self.order = np.roll(self.order, 1)

        def get_state(self):
            return {"order": self.order}

        def set_state(self, state):
            self.order = state["order"]

    data = {"x": Shuffling, "y": None, "batch_size": None, "shuffle": False}
    one = network("sgd")
    go_on(one, None, **data | {"x": Shuffling()})
    backup = cut_fit(network("sgd"), tmp_path, save_freq=1, step=21, **data | {"x": Shuffling()})
    model = network("sgd")
    go_on(model, backup, **data | {"x": Shuffling()})
    assert bits(model) == bits(one)


def test_a_generator_that_runs_already_is_left_where_it_is(tmp_path):
    forget_warnings()
    stream = resumed.endless()
    options = {"x": stream, "y": None, "batch_size": None, "steps_per_epoch": 5}
    backup = cut_fit(network("sgd"), tmp_path, **options)
    with pytest.warns(DataWarning, match="a generator that runs already goes on where it is"):
        go_on(network("sgd"), backup, **options)


@pytest.mark.parametrize(
    "value, message",
    [
        ({1, 2}, r"Keeps.get_state: got \{1, 2\}, which a file cannot hold; expected numbers"),
        (np.array(["a"]), "Keeps.get_state: got an array of <U1, expected a numeric"),
        ({1: 2}, "which a file cannot hold"),
    ],
)
def test_states_that_no_file_can_hold(tmp_path, value, message):
    class Keeps(Callback):
        def get_state(self):
            return {"value": value}

        def set_state(self, state):
            raise AssertionError

    with pytest.raises(ArgumentError, match=message):
        network("sgd").fit(X, Y, verbose=0, callbacks=[Keeps(), BackupAndRestore(tmp_path)])


@pytest.mark.parametrize("step", [3, 5])
def test_steps_that_threads_share(tmp_path, step):
    """Also from the last step of an epoch on, when nothing is left of it but its end."""
    from test_determinism import X as rows, Y as classes, large

    options = {"x": rows, "y": classes, "batch_size": 256, "epochs": 3, "validation_split": 0.1}
    one = large()
    wanted = go_on(one, None, **options).history["val_loss"]
    with pytest.raises(Broken):
        large().fit(
            **options,
            verbose=0,
            callbacks=[BackupAndRestore(tmp_path, save_freq=1), CutLast(fail, step=step)],
        )
    for save_freq in (1, "epoch"):  # the first one is interrupted at once
        model = large()
        more = [Cut(fail, step=1)] if save_freq == 1 else []
        try:
            got = go_on(model, [BackupAndRestore(tmp_path, save_freq=save_freq), *more], **options)
        except Broken:
            continue
        assert got.history["val_loss"] == wanted[len(wanted) - len(got.epoch) :]
        assert bits(model) == bits(one)


def test_errors_of_a_callback_are_its_own(tmp_path):
    class Fails(resumed.Counts):
        def set_state(self, state):
            state["no such"]

    backup = cut_fit(other(metrics=["accuracy"]), tmp_path, more=[Fails()])
    with pytest.raises(KeyError, match="no such"):
        go_on(other(metrics=["accuracy"]), [backup, Fails()])


def test_stopped_in_the_middle_of_an_epoch(tmp_path):
    """The epoch is ended as it would have been; no further batch is trained on."""

    class Stop(Callback):
        def on_train_batch_end(self, batch, logs=None):
            if batch == 4:
                self.model.stop_training = True

    one = network("sgd")
    wanted = one.fit(X, Y, batch_size=BATCH, epochs=3, verbose=0, callbacks=Stop()).history
    for step in (5, 4):
        folder = tmp_path / str(step)
        with pytest.raises(Broken):
            network("sgd").fit(
                X,
                Y,
                batch_size=BATCH,
                epochs=3,
                verbose=0,
                callbacks=[Stop(), BackupAndRestore(folder, save_freq=1), CutLast(fail, step=step)],
            )
        model = network("sgd")
        got = model.fit(
            X,
            Y,
            batch_size=BATCH,
            epochs=3,
            verbose=0,
            callbacks=[Stop(), BackupAndRestore(folder, save_freq=1)],
        )
        assert got.history == wanted and bits(model) == bits(one)


class CutLast(Cut):
    """Cuts when the checkpoint of its step has been written."""

    _runs_last = True


def test_stopped_at_the_end_of_an_epoch(tmp_path):
    class Stop(Callback):
        def on_epoch_end(self, epoch, logs=None):
            self.model.stop_training = epoch == 1

    one = network("sgd")
    one.fit(X, Y, epochs=5, verbose=0, callbacks=Stop())
    with pytest.raises(Broken):
        network("sgd").fit(
            X,
            Y,
            epochs=5,
            verbose=0,
            callbacks=[BackupAndRestore(tmp_path), Stop(), CutLast(fail, epoch=1)],
        )
    model = network("sgd")
    assert model.fit(X, Y, epochs=5, verbose=0, callbacks=BackupAndRestore(tmp_path)).epoch == []
    assert bits(model) == bits(one)


def test_a_step_that_cannot_be_done_is_come_to_again(tmp_path):
    x = X.copy()
    x[-1] = 3e38
    said = []
    for _ in range(2):
        model = network(optimizers.SGD(0.1))
        with pytest.raises(FloatingPointError) as raised:
            model.fit(
                x,
                Y,
                batch_size=BATCH,
                epochs=3,
                shuffle=False,
                verbose=0,
                on_nan="raise",
                callbacks=BackupAndRestore(tmp_path, save_freq=2),
            )
        said.append((str(raised.value), bits(model)))
    assert said[0] == said[1]


# What does not belong together


def other(kind="relu", units=8, optimizer="sgd", loss="mse", metrics=None):
    np.random.seed(1)
    model = brickwork.Sequential(
        [layers.Input((4,)), layers.Dense(units, activation=kind), layers.Dense(1)]
    )
    model.compile(optimizer, loss, metrics=metrics)
    return model


@pytest.mark.parametrize(
    "model, options, says",
    [
        ({"optimizer": "adam"}, {}, "optimizer.class_name is 'Adam' now, and was 'SGD'"),
        ({"optimizer": optimizers.SGD(0.01, momentum=0.5)}, {}, "optimizer.config.momentum is 0.5"),
        ({"kind": "tanh"}, {}, r"model.*activation is 'tanh' now, and was 'relu'"),
        ({"units": 9}, {}, "units is 9 now, and was 8"),
        ({"loss": "mae"}, {}, "loss is 'mae' now, and was 'mse'"),
        ({"loss": losses.Huber()}, {}, "loss is"),
        ({"metrics": ["mae"]}, {}, "metrics is"),
        ({}, {"batch_size": 5}, "batch_size is 5 now, and was 10"),
        ({}, {"x": X[:81], "y": Y[:81]}, "rows is 81 now, and was 86"),
        ({}, {"shuffle": False}, "shuffle is False now, and was True"),
        ({}, {"last_batch": "drop"}, "last_batch is 'drop' now, and was 'keep'"),
        ({}, {"validation_split": 0.1}, "rows"),
        ({}, {"steps_per_epoch": 4}, "steps of an epoch is 4 now, and was 9"),
    ],
    ids=lambda value: value[:30] if isinstance(value, str) else "",
)
def test_another_training_is_refused(tmp_path, model, options, says):
    backup = cut_fit(other(), tmp_path)
    changed = other(**model)
    before = bits(changed)
    with pytest.raises(ArgumentError, match=f"was written by another training: .*{says}"):
        go_on(changed, backup, **options)
    assert bits(changed) == before
    assert go_on(other(), backup).epoch == [1, 2, 3]


def test_what_may_differ(tmp_path, recwarn):
    """More epochs, other words, other names, callbacks that are new; also a loss without a name."""
    forget_warnings()
    for loss in ("mse", lambda y, p: brickwork.ops.mean((y - p) ** 2)):
        backup = cut_fit(other(loss=loss), tmp_path)
        history = other(loss=loss).fit(
            X,
            Y,
            BATCH,
            epochs=6,
            verbose=0,
            on_nan="raise",
            callbacks=[backup, callbacks.ReduceLROnPlateau("loss")],
        )
        assert history.epoch == [1, 2, 3, 4, 5]
    assert [str(w.message) for w in recwarn if "resume" not in str(w.message)] == [
        f"BackupAndRestore: {tmp_path}/latest.brick has no state of a ReduceLROnPlateau, which "
        "starts from the beginning."
    ]


def test_a_missing_callback_warns(tmp_path):
    backup = cut_fit(other(), tmp_path, more=[callbacks.EarlyStopping("loss")])
    with pytest.warns(DataWarning, match="holds the state of a EarlyStopping, which this"):
        go_on(other(), backup)


def test_another_learning_rate_warns(tmp_path, recwarn):
    """The checkpoint's is used; there is no warning about the rate that the training started or
    was interrupted with."""
    reduce = callbacks.ReduceLROnPlateau("loss", patience=0, min_delta=9.0, factor=0.5)
    backup = cut_fit(other(), tmp_path, step=22, more=[reduce])
    for rate in (0.01, 0.005):
        fresh = other(optimizer=optimizers.SGD(rate))
        with pytest.raises(Broken):
            fresh.fit(
                X, Y, BATCH, epochs=4, verbose=0, callbacks=[backup, reduce, Cut(fail, step=1)]
            )
        assert float(fresh.optimizer.learning_rate) == np.float32(0.005)
    assert not [w for w in recwarn if "learning rate" in str(w.message)]
    model = other(optimizer=optimizers.SGD(0.2))
    with pytest.warns(
        DataWarning, match="resumes with the learning rate of .*, 0.005, not with 0.2"
    ):
        model.fit(X, Y, BATCH, epochs=2, verbose=0, callbacks=[backup, reduce])
    assert float(model.optimizer.learning_rate) == np.float32(0.005)


def test_other_data_warn(tmp_path):
    forget_warnings()
    backup = cut_fit(other(), tmp_path)
    with pytest.warns(DataWarning, match="data differ from those that .* set the seed"):
        go_on(other(), backup, x=X[::-1])


def test_weights_alone_are_no_checkpoint(tmp_path):
    model = other()
    model.save_weights(tmp_path / "latest.brick")
    with pytest.raises(MismatchedFile, match="holds only weights, expected a checkpoint"):
        go_on(model, BackupAndRestore(tmp_path))


def test_a_model_without_weights(tmp_path):
    model = brickwork.Sequential([layers.Dense(1)])
    model.compile("sgd", "mse")
    with pytest.raises(ArgumentError, match="without weights, expected a built one"):
        model.fit(
            resumed.endless(), steps_per_epoch=2, verbose=0, callbacks=BackupAndRestore(tmp_path)
        )


# Files


def damage(path):
    content = bytearray(path.read_bytes())
    content[-5] ^= 1
    path.write_bytes(content)


def test_the_last_but_one_where_the_last_is_damaged(tmp_path):
    with pytest.raises(Broken):
        other().fit(
            X,
            Y,
            BATCH,
            epochs=4,
            verbose=0,
            callbacks=[BackupAndRestore(tmp_path, double_checkpoint=True), Cut(fail, step=29)],
        )
    assert sorted(os.listdir(tmp_path)) == ["latest.brick", "previous.brick"]
    damage(tmp_path / "latest.brick")
    one, model = other(), other()
    go_on(one, None)
    with pytest.warns(UserWarning, match="continues from the one before it"):
        assert go_on(model, BackupAndRestore(tmp_path)).epoch == [2, 3]
    assert bits(model) == bits(one) and not tmp_path.exists()


def test_a_damaged_file_alone_raises(tmp_path):
    backup = cut_fit(other(), tmp_path)
    damage(tmp_path / "latest.brick")
    model = other()
    before = bits(model)
    with pytest.raises(DamagedFile, match=r"latest\.brick"):
        go_on(model, backup)
    assert bits(model) == before


@pytest.mark.parametrize("double", [False, True])
def test_whenever_it_stops_there_is_a_whole_checkpoint(tmp_path, monkeypatch, double):
    """A disk that is full when the third checkpoint is written: the second one is there."""
    from brickwork.saving import atomic

    written, plain = [], atomic._fill

    def full(file, parts, durable):
        written.append(1)
        if len(written) == 3:
            os.write(file, b"{")
            raise OSError("No space left on device")
        plain(file, parts, durable)

    monkeypatch.setattr(atomic, "_fill", full)
    with pytest.raises(OSError, match="No space"):
        go_on(other(), BackupAndRestore(tmp_path, double_checkpoint=double))
    one, model = other(), other()
    go_on(one, None)
    assert go_on(model, BackupAndRestore(tmp_path)).epoch == [2, 3]
    assert bits(model) == bits(one)


def test_only_its_own_files_are_removed(tmp_path):
    (tmp_path / "letter.txt").write_text("dear")
    go_on(other(), BackupAndRestore(tmp_path))
    assert os.listdir(tmp_path) == ["letter.txt"]


def test_kept_if_that_is_wanted(tmp_path):
    one, model = other(), other()
    go_on(one, BackupAndRestore(tmp_path, delete_checkpoint=False))
    assert os.listdir(tmp_path) == ["latest.brick"]
    assert go_on(model, BackupAndRestore(tmp_path)).epoch == [] and bits(model) == bits(one)


@pytest.mark.parametrize("save_freq", ["epoch", 3])
def test_more_epochs_than_requested_are_kept(tmp_path, save_freq):
    """Keras removes what four epochs made if two are requested, so that nothing of it is left
    on the disk then."""
    one, model = other(), other()
    go_on(one, BackupAndRestore(tmp_path, save_freq, delete_checkpoint=False))
    kept = (tmp_path / "latest.brick").read_bytes()
    forget_warnings()
    with pytest.warns(
        DataWarning,
        match=r"written after 3 epochs and 9 batches, more than epochs=2"
        if save_freq == 3
        else "written after 4 epochs, more than epochs=2",
    ):
        history = model.fit(
            X, Y, BATCH, epochs=2, verbose=0, callbacks=BackupAndRestore(tmp_path, save_freq)
        )
    assert history.epoch == [] and (tmp_path / "latest.brick").read_bytes() == kept
    again = other()
    go_on(again, BackupAndRestore(tmp_path, save_freq))
    assert bits(again) == bits(one) and os.listdir(tmp_path.parent).count(tmp_path.name) == 0


def test_a_failing_end_keeps_the_checkpoint(tmp_path):
    ending = callbacks.LambdaCallback(on_train_end=lambda logs: fail())
    with pytest.raises(Broken):
        go_on(other(), [BackupAndRestore(tmp_path), ending])
    assert os.listdir(tmp_path) == ["latest.brick"]


def test_a_loop_of_the_users_own(tmp_path):
    """Callbacks called by hand: weights, the optimizer's state and the epoch are kept."""

    def loop(model, epochs):
        calls = callbacks.CallbackList(
            [BackupAndRestore(tmp_path, delete_checkpoint=False)], model=model
        )
        model._initial_epoch = None
        calls.on_train_begin()
        for epoch in range(model._initial_epoch or 0, epochs):
            calls.on_epoch_begin(epoch)
            model.train_on_batch(X, Y)
            calls.on_epoch_end(epoch, {})
        calls.on_train_end()
        return model

    one = other(optimizer="adam")
    for _ in range(5):
        one.train_on_batch(X, Y)
    loop(other(optimizer="adam"), 2)
    assert bits(loop(other(optimizer="adam"), 5)) == bits(one)


@pytest.mark.parametrize(
    "options",
    [
        {"backup_dir": ""},
        {"backup_dir": "x", "save_freq": 0},
        {"backup_dir": "x", "save_freq": False},
    ],
    ids=str,
)
def test_refusals(options):
    with pytest.raises(ArgumentError, match="BackupAndRestore"):
        BackupAndRestore(**options)


def test_epochs_that_are_done_are_not_begun():
    model = other()
    skip = callbacks.LambdaCallback(on_train_begin=lambda logs: setattr(model, "_initial_epoch", 3))
    assert go_on(model, skip).epoch == [3]
    assert go_on(model, None).epoch == [0, 1, 2, 3]
