"""`ModelCheckpoint`: the model in a file, after each epoch or when it is the best so far."""

from __future__ import annotations

import os
from pathlib import Path
from string import Formatter
from typing import Any

from ..errors import ArgumentError, near, shown
from ..fields import field
from ..spelling import OldKeys
from .csv_logger import file_name
from .monitor import Monitor, verbosity


def frequency(value) -> str | int:
    """ "epoch", or a number of batches."""
    if isinstance(value, str) and value == "epoch":
        return value
    try:
        return field(kind="int", ge=1).accept("", "", value)
    except ArgumentError:
        raise ValueError(f"got {shown(value)}, expected 'epoch' or a number of batches >= 1.") \
            from None


class Counter:
    """Tells each so-manieth batch, over the ends of epochs."""

    def __init__(self, every: int):
        self.every, self.seen = every, 0

    def due(self) -> bool:
        """Count a batch; whether it is the one."""
        self.seen = (self.seen + 1) % self.every
        return self.seen == 0


def check_writer(owner: str, model, method: str) -> None:
    """Refuse a model that cannot be written into a file."""
    if not callable(getattr(model, method, None)):
        raise NotImplementedError(f"{owner}: a {type(model).__name__} has no {method}(...), which "
                                  "writes it into a file.")


class ModelCheckpoint(Monitor):
    """Writes the model, or its weights, into a file while it is trained.

    Args:
        filepath: the name of the file; ``{epoch:02d}``, ``{batch}`` and names of the logs, as in
            ``{val_loss:.2f}``, stand for their values. The folder is made if need be.
        monitor: the number by which the best is known.
        verbose: 1 tells of each file.
        save_best_only: whether only models are written that are better than those before.
        save_weights_only: whether to call ``model.save_weights(file)`` or ``model.save(file)``.
        mode: "min", "max" or "auto".
        save_freq: "epoch", or after so many batches.
        initial_value_threshold: the value that the first file's must be better than.
        every: with ``save_freq="epoch"``, only after so many epochs.

    Raises:
        ArgumentError: for names of files of other kinds, and before the first step for a monitor
            or a name in ``filepath`` that no logs will have.

    >>> ModelCheckpoint("best.keras", save_best_only=True).filepath
    'best.keras'
    """

    field_order = ("filepath", "monitor", "verbose", "save_best_only", "save_weights_only", "mode")
    filepath: str = field(convert=file_name)
    verbose: int = field(0, convert=verbosity)
    save_best_only: bool = field(False, kind="bool")
    save_weights_only: bool = field(False, kind="bool")
    save_freq: Any = field("epoch", convert=frequency)
    initial_value_threshold: float | None = field(None, kind="float")
    every: int = field(1, kind="int", ge=1, keyword=True)

    def setup(self) -> None:
        from ..saving.formats import MODELS, WEIGHTS, format_of

        format_of(self.filepath, WEIGHTS if self.save_weights_only else MODELS,
                  "ModelCheckpoint.filepath")
        self._method = "save_weights" if self.save_weights_only else "save"
        self._epoch, self.best = 0, self.initial_value_threshold
        self.by_batch = self.save_freq != "epoch"
        self._counter = Counter(self.save_freq if self.by_batch else self.every)
        if not self.by_batch:
            self._idle = ModelCheckpoint.on_epoch_begin, ModelCheckpoint.on_train_batch_end

    def on_train_begin(self, logs=None):
        """See to it that the model can be written."""
        check_writer(type(self).__name__, self.model, self._method)

    def get_state(self) -> dict:
        return {"best": self.best, "seen": self._counter.seen}

    def set_state(self, state: dict) -> None:
        self.best, self._counter.seen = state["best"], state["seen"]

    def needs_monitor(self) -> bool:
        return self.save_best_only

    def _check_names(self, names: list[str], judged: list[str], complete: bool) -> None:
        super()._check_names(names, judged, complete)
        known = OldKeys.fromkeys([*names, "epoch", *(["batch"] if self.by_batch else judged)], True)
        for _, name, _, _ in Formatter().parse(self.filepath):
            if name is not None and known.get(name) is None and complete:
                raise ArgumentError("ModelCheckpoint.filepath", f"got {{{name}}} in "
                                    f"{self.filepath!r}{near(name, known)}")

    def on_epoch_begin(self, epoch, logs=None):
        """Which epoch the batches are of."""
        self._epoch = epoch

    def on_train_batch_end(self, batch, logs=None):
        """Write a file, if it is time."""
        if self.by_batch and self._counter.due():
            self._save(self._epoch, {"batch": batch + 1} | (logs or {}))

    def on_epoch_end(self, epoch, logs=None):
        """Write a file, if it is time."""
        if not self.by_batch and self._counter.due():
            self._save(epoch, logs or {})

    def _save(self, epoch: int, logs) -> None:
        """Write the model, if it is to be."""
        if self.save_best_only and not self._is_best(epoch, logs):
            return
        try:
            path = self.filepath.format_map(OldKeys({**logs, "epoch": epoch + 1}))
        except KeyError as error:
            raise KeyError(f"ModelCheckpoint.filepath: got {{{error.args[0]}}} in "
                           f"{self.filepath!r}{near(error.args[0], logs)}") from None
        if self.verbose:
            print(f"\nEpoch {epoch + 1}: saving model to {path}")
        if os.path.isdir(path):
            raise IsADirectoryError(f"ModelCheckpoint.filepath: {path!r} is a folder, expected a "
                                    "file that can be written.")
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        getattr(self.model, self._method)(path, overwrite=True)

    def _is_best(self, epoch: int, logs) -> bool:
        value = self.value_in(logs)
        if value is None:  # Keras writes the model rather than lose it; `value_in` has warned
            return not self._promised
        before = "None" if self.best is None else f"{self.best:.5f}"
        better = self.improves(value, self.best)
        if self.verbose:
            print(f"\nEpoch {epoch + 1}: {self.monitor} " + (
                f"improved from {before} to {value:.5f}" if better else
                f"did not improve from {before}"))
        if better:
            self.best = value
        return better
