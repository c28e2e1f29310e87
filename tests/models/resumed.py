"""Trainings that are interrupted, at any step and in any way, and resumed by
`BackupAndRestore`, compared with undisturbed ones: every bit must be the same.

    python tests/models/resumed.py TRAINING FOLDER SAVE_FREQ STEP

trains in a separate process, which kills itself at that step (0: not at all).
"""

from __future__ import annotations

import os
import pickle
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np

import brickwork
from brickwork import callbacks, layers, optimizers
from brickwork.data import facts
from brickwork.utils import PyDataset, clear_session

RNG = np.random.default_rng(0)
ROWS, BATCH, EPOCHS = 86, 10, 7
X = RNG.normal(size=(ROWS, 4)).astype("float32")
Y = (X[:, :1] * X[:, 1:2] > 0).astype("float32")
WEIGHTS = RNG.uniform(0.5, 2.0, ROWS).astype("float32")


def network(optimizer):
    """Everything in it that has a state: moving statistics, noise, slots, metrics."""
    clear_session()
    np.random.seed(3)
    model = brickwork.Sequential(
        [
            layers.Input((4,)),
            layers.Dense(8, activation="relu"),
            layers.BatchNormalization(),
            layers.Dropout(0.2),
            layers.GaussianNoise(0.1),
            layers.Dense(1, activation="sigmoid"),
        ]
    )
    model.compile(
        optimizer, "binary_crossentropy", metrics=["accuracy", "AUC"], weighted_metrics=["mse"]
    )
    return model


class Numbered(PyDataset):
    """Batches by number, of any part of the rows."""

    def __init__(self, first=0, last=ROWS):
        super().__init__()
        self.first, self.last = first, last

    def __len__(self):
        return -(-(self.last - self.first) // BATCH)

    def __getitem__(self, index):
        start = self.first + index * BATCH
        rows = slice(start, min(start + BATCH, self.last))
        return X[rows], Y[rows], WEIGHTS[rows]


def endless():
    """The same batches in each process, each of them once."""
    numbers = np.random.default_rng(1)
    while True:
        rows = numbers.integers(0, ROWS, BATCH)
        yield X[rows], Y[rows]


class Counts(callbacks.Callback):
    """A custom callback with state."""

    def __init__(self):
        super().__init__()
        self.batches, self.sums, self.begun = 0, np.zeros(2), []

    def on_epoch_begin(self, epoch, logs=None):
        self.begun.append(epoch)

    def on_train_batch_end(self, batch, logs=None):
        self.batches += 1
        self.sums += [logs["loss"], logs["accuracy"]]

    def get_state(self):
        return {"batches": self.batches, "sums": self.sums, "begun": self.begun}

    def set_state(self, state):
        self.batches, self.sums, self.begun = state["batches"], state["sums"], state["begun"]


def files(folder, **options):
    return [
        callbacks.ModelCheckpoint(f"{folder}/{{epoch}}-{{loss:.3f}}.brick", **options),
        callbacks.CSVLogger(f"{folder}/log.csv"),
    ]


def arrays(folder):
    """Shuffled rows with weights; the rate falls, and training stops early."""
    return (
        network(optimizers.Adam(0.03)),
        [
            callbacks.ReduceLROnPlateau(
                "val_loss", factor=0.5, patience=0, min_delta=0.1, cooldown=2
            ),
            callbacks.EarlyStopping("val_loss", patience=3, restore_best_weights=True),
            *files(folder, save_best_only=True, monitor="accuracy"),
        ],
        {"x": X, "y": Y, "sample_weight": WEIGHTS, "batch_size": BATCH, "validation_split": 0.2},
    )


def scheduled(folder):
    """Rows in order, epochs that end within the data, momentum and a schedule for each step."""
    rate = optimizers.schedules.ExponentialDecay(0.1, 5, 0.9)
    return (
        network(optimizers.SGD(rate, momentum=0.9, nesterov=True)),
        [
            Counts(),
            callbacks.EarlyStopping("loss", patience=1, min_delta=0.02, start_from_epoch=3),
            *files(folder, save_freq=4),
        ],
        {
            "x": X,
            "y": Y,
            "batch_size": BATCH,
            "steps_per_epoch": 5,
            "shuffle": False,
            "validation_data": (X[:20], Y[:20]),
            "validation_freq": 2,
        },
    )


def numbered(folder):
    """Batches by number, shuffled; averages of the weights stand in for them."""
    return (
        network(optimizers.Adam(0.01, use_ema=True, ema_momentum=0.9)),
        [
            callbacks.SwapEMAWeights(swap_on_epoch=True),
            Counts(),
            callbacks.ReduceLROnPlateau("val_loss", factor=0.5, patience=0, min_delta=0.05),
            *files(folder),
        ],
        {"x": Numbered(0, 70), "validation_data": Numbered(70), "shuffle": True},
    )


def numbered_parts(folder):
    """Epochs that end within the numbered batches; a rate that depends on the one before."""
    return (
        network(optimizers.RMSprop(0.01, momentum=0.5)),
        [
            callbacks.LearningRateScheduler(lambda epoch, rate: rate * 0.9),
            callbacks.EarlyStopping("loss", patience=1, min_delta=0.03, start_from_epoch=4),
            *files(folder, save_freq=3, save_weights_only=True),
        ],
        {"x": Numbered(), "steps_per_epoch": 4, "validation_data": (X[:20], Y[:20])},
    )


def generated(folder):
    """A generator for training and one for validation; gradients of two steps are summed."""
    return (
        network(optimizers.Adam(0.02, gradient_accumulation_steps=2)),
        [
            callbacks.EarlyStopping("val_loss", patience=4, restore_best_weights=True),
            *files(folder),
        ],
        {"x": endless(), "steps_per_epoch": 6, "validation_data": endless(), "validation_steps": 3},
    )


def large(folder):
    """Arrays that are taken batch by batch, as very large ones are."""
    return (
        network("nadam"),
        [Counts(), *files(folder, save_freq=5)],
        {"x": X, "y": Y, "batch_size": BATCH, "validation_split": 0.1, "steps_per_epoch": 5},
    )


TRAININGS = {
    made.__name__: made for made in (arrays, scheduled, numbered, numbered_parts, generated, large)
}


class Cut(callbacks.Callback):
    """Ends everything at a step of a training, or at the end of an epoch."""

    def __init__(self, act, step=None, epoch=None):
        super().__init__()
        self.act, self.left, self.epoch = act, step, epoch

    def on_train_batch_end(self, batch, logs=None):
        if self.left is not None:
            self.left -= 1
            if self.left == 0:
                self.act()

    def on_epoch_end(self, epoch, logs=None):
        if epoch == self.epoch:
            self.act()


class Broken(Exception):
    pass


def fail():
    raise Broken


def ctrl_c():
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell may ignore it
    signal.raise_signal(signal.SIGINT)


def kill():
    os.kill(os.getpid(), signal.SIGKILL)


def train(name: str, folder, *more) -> dict:
    """All that a training leaves behind."""
    clear_session()  # an optimizer that is made here has the same name in each process
    folder = Path(folder)
    limits = facts.LARGE, facts.memory
    if name == "large":
        facts.LARGE, facts.memory = 100, lambda: 0
    try:
        model, own, data = TRAININGS[name](folder / "files")
        (folder / "files").mkdir(exist_ok=True, parents=True)
        history = model.fit(**data, epochs=EPOCHS, verbose=0, callbacks=[*more, *own])
    finally:
        facts.LARGE, facts.memory = limits
    variables = [*model.variables, *model.optimizer.variables]
    return {
        "epochs": history.epoch,
        "history": history.history,
        "bits": [v.numpy().tobytes() for v in variables],
        "counts": [(c.batches, c.begun, c.sums.tobytes()) for c in own if isinstance(c, Counts)],
        "best": [
            (c.wait, c.best, c.best_epoch, c.stopped_epoch)
            for c in own
            if isinstance(c, callbacks.EarlyStopping)
        ],
        "files": {p.name: p.read_bytes() for p in sorted((folder / "files").glob("[!.]*"))},
    }


def backup(folder, save_freq, **options):
    return callbacks.BackupAndRestore(Path(folder) / "backup", save_freq=save_freq, **options)


def train_cut(name: str, folder, save_freq, cuts) -> dict:
    """The same training, but interrupted several times: each of `cuts` is a `Cut`."""
    for cut in cuts:
        try:
            train(name, folder, backup(folder, save_freq), cut)
        except (Broken, KeyboardInterrupt):
            continue
        raise AssertionError("the training ended before the cut")
    return train(name, folder, backup(folder, save_freq))


def train_killed(name: str, folder, save_freq, steps) -> dict:
    """The same, but by processes that die at these steps of theirs."""
    for step in [*steps, 0]:
        command = [sys.executable, __file__, name, str(folder), str(save_freq), str(step)]
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode != (-signal.SIGKILL if step else 0):
            raise AssertionError(f"{command}: {done.returncode}\n{done.stderr}")
    return pickle.loads((Path(folder) / "outcome").read_bytes())


def check(whole: dict, resumed: dict) -> None:
    """Raises AssertionError unless the two trainings are the same, and the second one's history is
    the end of the first one's."""
    assert resumed["bits"] == whole["bits"]
    for part in ("counts", "best"):
        assert resumed[part] == whole[part], part
    count = len(resumed["epochs"])
    assert whole["epochs"][len(whole["epochs"]) - count :] == resumed["epochs"]
    # A column that began before the cut is shorter by the epochs that are not in the history.
    for name, values in resumed["history"].items():
        assert values == whole["history"][name][len(whole["history"][name]) - len(values) :], name
    assert resumed["files"].keys() == whole["files"].keys()
    for name, content in whole["files"].items():
        assert resumed["files"][name] == content, name


def main(name: str, folder: str, save_freq: str, step: str) -> None:
    freq = save_freq if save_freq == "epoch" else int(save_freq)
    outcome = train(name, folder, backup(folder, freq), Cut(kill, int(step) or None))
    (Path(folder) / "outcome").write_bytes(pickle.dumps(outcome))


if __name__ == "__main__":
    main(*sys.argv[1:])
