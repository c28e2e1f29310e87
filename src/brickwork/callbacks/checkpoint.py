"""`ModelCheckpoint`: saves the model after each epoch, or when it is the best so far."""

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


def frequency(value: Any) -> str | int:
    """Convert a field: "epoch", or a number of batches."""
    if isinstance(value, str) and value == "epoch":
        return value
    try:
        return field(kind="int", ge=1).accept("", "", value)
    except ArgumentError:
        raise ValueError(
            f"got {shown(value)}, expected 'epoch' or a number of batches >= 1."
        ) from None


class Counter:
    """Counts batches across epochs: `due` returns True every `every` batches."""

    def __init__(self, every: int):
        self.every, self.seen = every, 0

    def due(self) -> bool:
        """Count a batch; return whether it is due."""
        self.seen = (self.seen + 1) % self.every
        return self.seen == 0


def check_writer(owner: str, model: Any, method: str) -> None:
    """Raise for a model that cannot be saved."""
    if not callable(getattr(model, method, None)):
        raise NotImplementedError(
            f"{owner}: a {type(model).__name__} has no {method}(...), which "
            "would write it to a file."
        )


class ModelCheckpoint(Monitor):
    """Saves the model, or its weights, during training.

    Args:
        filepath: str or path of the file; ``{epoch:02d}``, ``{batch}`` and names of the logs, as
            in ``{val_loss:.2f}``, are replaced by their values. The folder is created if needed.
        monitor: str, name of the logs' entry that determines the best model; default "val_loss".
        verbose: 1 prints a line for each file; default 0.
        save_best_only: whether to save only models that are better than all before; default
            False.
        save_weights_only: whether to save the weights only; default False.
        mode: which values are better: "min", "max", or "auto" (default): from the metric.
        save_freq: "epoch" (default), or an int: save every so many batches.
        initial_value_threshold: float, a value that the first model must be better than, with
            `save_best_only`; default None.
        every: int >= 1, save every so many epochs, with ``save_freq="epoch"``; default 1.

    Raises:
        ArgumentError (a ValueError): for an unknown extension; and by ``fit``, before the first
            step, for a name in `monitor` or `filepath` that no logs will have.

    >>> ModelCheckpoint("best.keras", save_best_only=True).filepath
    'best.keras'
    """

    field_order = ("filepath", "monitor", "verbose", "save_best_only", "save_weights_only", "mode")
    filepath: str = field(convert=file_name)
    verbose: int = field(default=0, convert=verbosity, kw_only=True, positional=True)
    save_best_only: bool = field(default=False, kind="bool", kw_only=True, positional=True)
    save_weights_only: bool = field(default=False, kind="bool", kw_only=True, positional=True)
    save_freq: Any = field(default="epoch", convert=frequency, kw_only=True, positional=True)
    initial_value_threshold: float | None = field(
        default=None, kind="float", kw_only=True, positional=True
    )
    every: int = field(default=1, kind="int", ge=1, kw_only=True)

    def setup(self) -> None:
        from ..saving.formats import MODELS, WEIGHTS, format_of

        format_of(
            self.filepath, WEIGHTS if self.save_weights_only else MODELS, "ModelCheckpoint.filepath"
        )
        self._method = "save_weights" if self.save_weights_only else "save"
        self._epoch, self.best = 0, self.initial_value_threshold
        self.by_batch = self.save_freq != "epoch"
        self._counter = Counter(self.save_freq if self.by_batch else self.every)
        if not self.by_batch:
            self._inactive_hooks = (
                ModelCheckpoint.on_epoch_begin,
                ModelCheckpoint.on_train_batch_end,
            )

    def on_train_begin(self, logs: dict[str, Any] | None = None) -> None:
        """Check that the model can be saved."""
        check_writer(type(self).__name__, self.model, self._method)

    def get_state(self) -> dict:
        return {"best": self.best, "seen": self._counter.seen}

    def set_state(self, state: dict) -> None:
        self.best, self._counter.seen = state["best"], state["seen"]

    def needs_monitor(self) -> bool:
        return self.save_best_only

    def _check_names(self, names: list[str], epoch_names: list[str], complete: bool) -> None:
        super()._check_names(names, epoch_names, complete)
        further = ["batch"] if self.by_batch else epoch_names
        known = OldKeys.fromkeys([*names, "epoch", *further], True)
        for _, name, _, _ in Formatter().parse(self.filepath):
            if name is not None and known.get(name) is None and complete:
                raise ArgumentError(
                    "ModelCheckpoint.filepath",
                    f"got {{{name}}} in {self.filepath!r}{near(name, known)}",
                )

    def on_epoch_begin(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Keep the index of the epoch."""
        self._epoch = epoch

    def on_train_batch_end(self, batch: int, logs: dict[str, Any] | None = None) -> None:
        """Save the model every `save_freq` batches."""
        if self.by_batch and self._counter.due():
            self._save(self._epoch, {"batch": batch + 1} | (logs or {}))

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Save the model every `every` epochs, with ``save_freq="epoch"``."""
        if not self.by_batch and self._counter.due():
            self._save(epoch, logs or {})

    def _save(self, epoch: int, logs) -> None:
        """Save the model, unless only better ones are to be saved."""
        better, why = self._is_best(logs) if self.save_best_only else (True, "")
        if not better:
            return self._say(epoch, why)
        try:
            path = self.filepath.format_map(OldKeys({**logs, "epoch": epoch + 1}))
        except KeyError as error:
            raise KeyError(
                f"ModelCheckpoint.filepath: got {{{error.args[0]}}} in "
                f"{self.filepath!r}{near(error.args[0], logs)}"
            ) from None
        self._say(epoch, f"{why}, saving model to {path}" if why else f"saving model to {path}")
        if os.path.isdir(path):
            raise IsADirectoryError(
                f"ModelCheckpoint.filepath: {path!r} is a folder, expected a "
                "file that can be written."
            )
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        getattr(self.model, self._method)(path, overwrite=True)
        self._say(epoch, f"finished saving model to {path}")

    def _say(self, epoch: int, what: str) -> None:
        if self.verbose and what:
            print(f"\nEpoch {epoch + 1}: {what}")

    def _is_best(self, logs) -> tuple[bool, str]:
        """Whether the model is to be saved as the best so far, and what is said of it."""
        if getattr((logs or {}).get(self.monitor), "ndim", 0):
            from ..data import warn_once

            warn_once(
                "monitor",
                f"ModelCheckpoint.monitor: {self.monitor!r} has several values, expected one "
                "number; as in Keras the model is saved without comparing them.",
            )
            return True, ""
        value = self.value_in(logs)
        if value is None:  # as in Keras, save the model rather than lose it; `value_in` has warned
            return not self._expected, ""
        before = "None" if self.best is None else f"{self.best:.5f}"
        if not self.improves(value, self.best):
            return False, f"{self.monitor} did not improve from {before}"
        self.best = value
        return True, f"{self.monitor} improved from {before} to {value:.5f}"
