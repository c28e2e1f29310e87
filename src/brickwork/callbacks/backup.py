"""`BackupAndRestore`: a training that was broken off goes on where it was."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from ..fields import Configurable, field
from .base import Callback
from .checkpoint import Counter, check_writer, frequency
from .csv_logger import file_name


class BackupAndRestore(Configurable, Callback):
    """Writes weights, the optimizer's state and the epoch into a folder; a ``fit`` that finds
    them there goes on after that epoch.

    Args:
        backup_dir: the folder, of this training alone.
        save_freq: "epoch", or after so many batches. An epoch that was begun is begun again.
        double_checkpoint: whether to keep the state before the last, too, in case that the last
            one cannot be read.
        delete_checkpoint: whether what was written is removed when training ends well.

    What belongs together is named in one small file, which is put in place last and at once:
    whenever the machine stops, there is a whole state.

    >>> BackupAndRestore("backup").save_freq
    'epoch'
    """

    backup_dir: str = field(convert=file_name)
    save_freq: Any = field("epoch", convert=frequency)
    double_checkpoint: bool = field(False, kind="bool")
    delete_checkpoint: bool = field(True, kind="bool")

    def setup(self) -> None:
        self._folder = Path(self.backup_dir)
        self._list = self._folder / "training_metadata.json"
        self._epoch = 0
        if self.save_freq == "epoch":
            self._idle = (BackupAndRestore.on_train_batch_end,)
        else:
            self._counter = Counter(self.save_freq)

    def on_train_begin(self, logs=None):
        """Go on from what is there."""
        for method in ("save_weights", "load_weights"):
            check_writer(type(self).__name__, self.model, method)
        self._folder.mkdir(parents=True, exist_ok=True)
        states = self._states()
        for place, state in enumerate(states):
            try:
                optimizer = self.model.optimizer
                if optimizer is not None and not optimizer.built:
                    optimizer.build(self.model.trainable_variables)
                self.model.load_weights(str(self._folder / state["weights"]))
            except OSError:
                if place == len(states) - 1:
                    raise
                continue
            self.model._initial_epoch = self._epoch = state["epoch"]
            return

    def on_epoch_end(self, epoch, logs=None):
        """Keep the state."""
        self._epoch = epoch + 1
        if self.save_freq == "epoch":
            self._save(0)

    def on_train_batch_end(self, batch, logs=None):
        """Keep the state, if it is time."""
        if self.save_freq != "epoch" and self._counter.due():
            self._save(batch)

    def _states(self) -> list[dict]:
        """What was kept, the last first."""
        if not self._list.exists():
            return []
        return json.loads(self._list.read_text(encoding="utf-8"))["states"]

    def _save(self, batch: int) -> None:
        """Keep the state beside the last one, and then instead of it."""
        before = self._states()
        taken = {state["weights"] for state in before}
        names = (f"state-{i}.weights.h5" for i in range(len(taken) + 1))
        name = next(n for n in names if n not in taken)
        self.model.save_weights(str(self._folder / name), overwrite=True)
        kept = [{"epoch": self._epoch, "batch": batch, "weights": name},
                *before[:int(self.double_checkpoint)]]
        beside = self._list.with_suffix(".new")
        with open(beside, "w", encoding="utf-8") as file:
            json.dump({"states": kept}, file)
            file.flush()
            os.fsync(file.fileno())
        os.replace(beside, self._list)
        for state in before[int(self.double_checkpoint):]:
            (self._folder / state["weights"]).unlink(missing_ok=True)

    def on_train_end(self, logs=None):
        """Remove what was kept, and the folder if nothing else is in it."""
        if not self.delete_checkpoint:
            return
        for state in self._states():
            (self._folder / state["weights"]).unlink(missing_ok=True)
        self._list.unlink(missing_ok=True)
        if not any(self._folder.iterdir()):
            self._folder.rmdir()
