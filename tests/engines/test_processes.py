"""A few of the scenarios that `make cluster` tries: several processes that train together."""

import signal

import numpy as np
import pytest
from scripts import script

from brickwork import Sequential, callbacks, layers
from brickwork.engines.jax import processes
from brickwork.training.callback import HOOKS, overrides

cluster = script("tests/long/cluster.py")


def test_two_processes_come_to_the_weights_of_one(tmp_path):
    cluster.check_same(str(tmp_path), counts=(2,))


def test_other_data_are_refused_before_the_first_step(tmp_path):
    cluster.check_odd(str(tmp_path), "a value")


def test_a_process_that_is_killed_ends_the_others_and_is_named(tmp_path):
    cluster.check_signal(str(tmp_path), signal.SIGKILL, 2, 1, 0)


@pytest.fixture
def second(monkeypatch):
    """This process, as the second one of two."""
    monkeypatch.setattr(processes, "rank", lambda: 1)


def test_the_first_process_alone_writes_files_and_tells(tmp_path, capsys, second, monkeypatch):
    model = Sequential([layers.Dense(1, input_dim=2)])
    model.compile("sgd", "mse")
    x = np.ones((8, 2), "float32")
    of_user = []

    class Own(callbacks.Callback):
        def on_epoch_end(self, epoch, logs=None):
            of_user.append(epoch)

    def train():
        told = [callbacks.CSVLogger(tmp_path / "log.csv"), Own()]
        kept = callbacks.ModelCheckpoint(tmp_path / "kept.brick")
        model.fit(x, x[:, :1], epochs=2, verbose=2, callbacks=[*told, kept])
        model.save(tmp_path / "model.brick")
        return capsys.readouterr().out

    assert train() == "" and not list(tmp_path.iterdir())
    assert of_user == [0, 1]  # the user's own run everywhere, as all take the same steps
    monkeypatch.undo()
    assert "Epoch 2/2" in train()
    names = {"kept.brick", "log.csv", "model.brick"}
    assert {path.name for path in tmp_path.iterdir()} == names


@pytest.mark.parametrize("frequency", ["epoch", "batch"])
def test_what_tells_nothing_has_the_hooks_of_what_tells(tmp_path, frequency, monkeypatch):
    """Else processes would return from their steps at other times."""
    ways = []
    for rank in (0, 1):
        monkeypatch.setattr(processes, "rank", lambda rank=rank: rank)
        told = callbacks.CallbackList(callbacks.TensorBoard(tmp_path, update_freq=frequency))
        told.append(callbacks.CSVLogger(tmp_path / "log.csv"))
        hooks = [hook for hook in HOOKS if any(overrides(c, hook) for c in told.callbacks)]
        ways.append([told.per_epoch, told.per_batch, told.per_test_batch, hooks])
    assert ways[0] == ways[1]
    kinds = [type(c) for c in told.callbacks]
    assert callbacks.TensorBoard not in kinds and callbacks.CSVLogger not in kinds


def test_every_scenario_is_counted():
    assert len(cluster.scenarios()) >= 40


@pytest.mark.parametrize("count", [0, -1])
def test_launch_wants_a_process(count, capsys):
    from brickwork.cli import main

    assert main(["launch", "-n", str(count), "train.py"]) == 2
    assert f"processes: got {count}, expected at least 1" in capsys.readouterr().err
