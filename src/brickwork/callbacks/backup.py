"""`BackupAndRestore`: checkpoints from which an interrupted training is resumed."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from ..fields import Configurable, field
from ..processes import is_first
from ..training.callback import Callback
from .checkpoint import Counter, frequency
from .csv_logger import file_name


class BackupAndRestore(Configurable, Callback):
    """Writes checkpoints of a training to a folder, and resumes from them.

    If ``fit`` finds a checkpoint in the folder it continues from there, and ends with the same
    weights, bit for bit, as an uninterrupted training.

    A checkpoint is one ``.brick`` file, which is written completely or not at all. It holds the
    weights, the optimizer's state, the state of random number generators, the position in the
    data, the metrics so far, and the state of the other callbacks (`Callback.get_state`). It does
    not hold the `History`, which begins with the resumed epoch, as in Keras; nor the state of
    custom callbacks and datasets without ``get_state`` and ``set_state``.

    Arrays and indexed datasets (``PyDataset``) continue with the right batch. Other streams are
    advanced to it: a generator must yield the same batches again.

    Args:
        backup_dir: str or path, a folder for this training only.
        save_freq: "epoch" (default), or an int: a checkpoint every so many batches.
        double_checkpoint: whether to keep the second last checkpoint too, in case that the last
            one cannot be read; default False.
        delete_checkpoint: whether to remove the checkpoints when training ends without an error;
            default True. A checkpoint of a later epoch than the last of ``fit`` is kept.

    Raises:
        ArgumentError (a ValueError): by ``fit``, for a checkpoint of another model, optimizer or
            loss, or of other batches.
        FileError: by ``fit``, for a damaged checkpoint.

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
    save_freq: Any = field(default="epoch", convert=frequency)
    double_checkpoint: bool = field(default=False, kind="bool")
    delete_checkpoint: bool = field(default=True, kind="bool")

    _is_past_end = False
    _runs_last = True  # a checkpoint is written after the hooks of other callbacks
    _state = None  # type: Any
    _checkpoints = None  # type: Any

    def setup(self) -> None:
        self._folder = Path(self.backup_dir)
        self._latest, self._previous = (
            self._folder / f"{name}.brick" for name in ("latest", "previous")
        )
        self._epoch, self._broken = 0, False
        self._counter = Counter(1 if self.save_freq == "epoch" else self.save_freq)
        if self.save_freq == "epoch":
            self._inactive_hooks = (
                BackupAndRestore.on_epoch_begin,
                BackupAndRestore.on_train_batch_end,
            )

    def _on_fit_begin(self, state) -> None:
        self._state = state

    def on_train_begin(self, logs: dict[str, Any] | None = None) -> None:
        """Resume from a checkpoint, if there is one."""
        from ..saving.checkpoint import Checkpoints
        from ..saving.models import need_built
        from ..training.resumption import TrainingState

        need_built(self.model, "BackupAndRestore")
        self._state = self._state or TrainingState(self.model)  # else a custom loop
        self._folder.mkdir(parents=True, exist_ok=True)
        self._counter.seen, self._broken = 0, False
        self._checkpoints = Checkpoints(self._state)
        resumed = self._resume()
        self._epoch = self._state.epoch
        self._is_past_end = resumed and self._checkpoint_is_past_end()

    def _checkpoint_is_past_end(self) -> bool:
        """Whether the checkpoint is of a later epoch than the last of this ``fit``; warns of it."""
        from ..data import warn_once

        epochs = (self.params or {}).get("epochs")
        epoch, batch = self._state.epoch, self._state.batch
        if epochs is None or (epoch, batch) <= (epochs, 0):
            return False
        done = f"{epoch} epochs" + (f" and {batch} batches" if batch else "")
        warn_once(
            "resume",
            f"BackupAndRestore: {self._latest} was written after {done}, more than "
            f"epochs={epochs}: the model has its weights, nothing is trained, and "
            "the file is kept.",
        )
        return True

    def _resume(self) -> bool:
        """Resume from the last checkpoint, or from the one before if that cannot be read; return
        whether there was one."""
        from ..data import warn_once
        from ..saving import FileError

        existing = [path for path in (self._latest, self._previous) if path.exists()]
        for path in existing:
            try:
                self._checkpoints.resume_from(path)
                return True
            except (OSError, FileError) as error:
                if path is existing[-1]:
                    raise
                warn_once(
                    "resume",
                    f"BackupAndRestore: the last checkpoint cannot be read, so "
                    f"training continues from the one before it. {error}",
                )
        return False

    def on_epoch_begin(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Keep the index of the epoch."""
        self._epoch = epoch

    def on_train_batch_end(self, batch: int, logs: dict[str, Any] | None = None) -> None:
        """Write a checkpoint every `save_freq` batches."""
        if self.save_freq != "epoch" and self._counter.due():
            self._save(self._epoch, batch + 1, logs)

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Write a checkpoint, with ``save_freq="epoch"``."""
        self._epoch = epoch + 1
        if self.save_freq == "epoch":
            self._save(epoch + 1)

    def _save(self, epoch: int, batch: int = 0, logs=None) -> None:
        """Write a checkpoint, unless a step was not finite: a training resumed after it would not
        end as this one does."""
        if self._broken:
            return
        if self.double_checkpoint and is_first() and self._latest.exists():
            os.replace(self._latest, self._previous)
        self._checkpoints.write(self._latest, epoch, batch, logs)

    def _on_not_finite(self, batch: int) -> bool:
        self._broken = True
        return False

    def on_train_end(self, logs: dict[str, Any] | None = None) -> None:
        """Remove the checkpoints, and the folder if it is empty then."""
        self._on_fit_error()
        if not self.delete_checkpoint or self._is_past_end or not is_first():
            return
        for path in (self._latest, self._previous):
            path.unlink(missing_ok=True)
        if self._folder.exists() and not any(self._folder.iterdir()):
            self._folder.rmdir()

    def _on_fit_error(self) -> None:
        self._state = self._checkpoints = None
