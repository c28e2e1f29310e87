"""`BackupAndRestore`: a training that was broken off goes on where it was."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from ..fields import Configurable, field
from ..training.callback import Callback
from .checkpoint import Counter, frequency
from .csv_logger import file_name


class BackupAndRestore(Configurable, Callback):
    """Writes a checkpoint of the training into a folder; a ``fit`` that finds one there goes on
    from it, and comes to the same weights, bit for bit, as if it had never been broken off.

    A checkpoint is one ``.brick`` file, which is there whole or not at all. It holds the weights,
    the optimizer's state, all random numbers' places, the place in the data, the metrics so far and
    the state of the other callbacks (`Callback.get_state`). What is not in it: the epochs that
    ``fit`` answers, which begin with the one that is gone on with, as in Keras; what a data set
    or a callback of your own keeps without having a ``get_state`` and a ``set_state``.

    Arrays and data sets that are asked by number (``PyDataset``) go on at the right batch. Other
    streams are run forward: a generator must give the same batches as it did before.

    Args:
        backup_dir: the folder, of this training alone.
        save_freq: "epoch", or after so many batches.
        double_checkpoint: whether to keep the checkpoint before the last, too, in case that the
            last one cannot be read.
        delete_checkpoint: whether what was written is removed when training ends well. It is kept
            where it is of a later epoch than the last one that ``fit`` is asked for.

    Raises:
        ArgumentError: by ``fit``, for a checkpoint of another training: of another model,
            optimizer or loss, or over the data in other batches.
        FileError: for a damaged one.

    >>> import brickwork, tempfile
    >>> model = brickwork.Sequential([brickwork.layers.Dense(1, input_dim=1)])
    >>> model.compile("sgd", "mse")
    >>> folder = tempfile.mkdtemp()
    >>> for epochs in (2, 5):
    ...     backup = BackupAndRestore(folder, delete_checkpoint=False)
    ...     model.fit([[1.0]], [1.0], epochs=epochs, verbose=0, callbacks=backup).epoch
    [0, 1]
    [2, 3, 4]
    """

    backup_dir: str = field(convert=file_name)
    save_freq: Any = field("epoch", convert=frequency)
    double_checkpoint: bool = field(False, kind="bool")
    delete_checkpoint: bool = field(True, kind="bool")

    _further = False
    _last = True  # the others' hooks have been called when a checkpoint is written
    _course: Any = None
    _checkpoints: Any = None

    def setup(self) -> None:
        self._folder = Path(self.backup_dir)
        self._latest, self._before = (self._folder / f"{name}.brick"
                                      for name in ("latest", "previous"))
        self._epoch, self._broken = 0, False
        self._counter = Counter(1 if self.save_freq == "epoch" else self.save_freq)
        if self.save_freq == "epoch":
            self._idle = BackupAndRestore.on_epoch_begin, BackupAndRestore.on_train_batch_end

    def _begins(self, course) -> None:
        self._course = course

    def on_train_begin(self, logs=None):
        """Go on from what is there."""
        from ..saving.checkpoint import Checkpoints
        from ..saving.models import need_built
        from ..training.resumption import Course

        need_built(self.model, "BackupAndRestore")
        self._course = self._course or Course(self.model)  # else a loop of the user's own
        self._folder.mkdir(parents=True, exist_ok=True)
        self._counter.seen, self._broken = 0, False
        self._checkpoints = Checkpoints(self._course)
        taken = self._take()
        self._epoch = self._course.epoch
        self._further = taken and self._is_further()

    def _is_further(self) -> bool:
        """Whether more had been trained than is asked for now, which is told."""
        from ..data import warn_once

        asked = (self.params or {}).get("epochs")
        epoch, batch = self._course.epoch, self._course.batch
        if asked is None or (epoch, batch) <= (asked, 0):
            return False
        done = f"{epoch} epochs" + (f" and {batch} batches" if batch else "")
        warn_once("resume", f"BackupAndRestore: {self._latest} was written after {done}, more than "
                            f"epochs={asked}: the model has its weights, nothing is trained, and "
                            "the file is kept.")
        return True

    def _take(self) -> bool:
        """Go on from the last checkpoint; from the one before where that cannot be read. Answers
        whether there was one."""
        from ..data import warn_once
        from ..saving import FileError

        there = [path for path in (self._latest, self._before) if path.exists()]
        for path in there:
            try:
                self._checkpoints.take(path)
                return True
            except (OSError, FileError) as error:
                if path is there[-1]:
                    raise
                warn_once("resume", f"BackupAndRestore: the last checkpoint cannot be read, so "
                                    f"training goes on from the one before it. {error}")
        return False

    def on_epoch_begin(self, epoch, logs=None):
        """Which epoch the batches are of."""
        self._epoch = epoch

    def on_train_batch_end(self, batch, logs=None):
        """Write a checkpoint, if it is time."""
        if self.save_freq != "epoch" and self._counter.due():
            self._save(self._epoch, batch + 1, logs)

    def on_epoch_end(self, epoch, logs=None):
        """Write a checkpoint, if it is time."""
        self._epoch = epoch + 1
        if self.save_freq == "epoch":
            self._save(epoch + 1)

    def _save(self, epoch: int, batch: int = 0, logs=None) -> None:
        """Write a checkpoint, unless training has come to a step that it could not do: another one
        from there would not end as this one does."""
        if self._broken:
            return
        if self.double_checkpoint and self._latest.exists():
            os.replace(self._latest, self._before)
        self._checkpoints.write(self._latest, epoch, batch, logs)

    def _not_finite(self, batch: int) -> None:
        self._broken = True

    def on_train_end(self, logs=None):
        """Remove what was written, and the folder if nothing else is in it."""
        self._left()
        if not self.delete_checkpoint or self._further:
            return
        for path in (self._latest, self._before):
            path.unlink(missing_ok=True)
        if self._folder.exists() and not any(self._folder.iterdir()):
            self._folder.rmdir()

    def _left(self) -> None:
        self._course = self._checkpoints = None
