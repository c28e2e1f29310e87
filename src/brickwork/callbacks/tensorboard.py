"""`TensorBoard`: curves and histograms of a training, in files that TensorBoard shows."""

from __future__ import annotations

import os
from time import perf_counter
from typing import Any

from ..errors import shown
from ..fields import Configurable, field
from ..training.callback import Callback
from .checkpoint import frequency
from .csv_logger import file_name
from .events import EventFile, histogram, keras_model, scalar


def _frequency(value) -> str | int:
    return 1 if isinstance(value, str) and value == "batch" else frequency(value)


def _nothing(what: str):
    """An argument that is taken as in Keras, and of which it is said that nothing is written."""
    def convert(value):
        if value:
            from ..data import warn_once

            warn_once("tensorboard", f"TensorBoard.{what}: got {shown(value)}, but no {what} are "
                      "written here; scalars and histograms are.")
        return value
    return convert


class TensorBoard(Configurable, Callback):
    """Writes what ``tensorboard --logdir logs`` shows, as Keras does: into ``train`` and
    ``validation``, ``epoch_loss`` and the like for each epoch with the learning rate, and
    ``evaluation_loss_vs_iterations`` for each validation. TensorFlow is not needed.

    Args:
        log_dir: the folder; one for each training keeps their curves apart.
        histogram_freq: after so many epochs the histograms of all weights are written; 0 is never.
        write_graph: whether the model's config is written, if the model has a ``to_json``.
        write_images, embeddings_freq, embeddings_metadata, profile_batch: taken, and said once
            that nothing is written for them.
        write_steps_per_second: whether the speed is a curve, too.
        update_freq: "epoch", "batch", or after so many batches: ``batch_loss`` and the like.

    >>> import brickwork, pathlib, tempfile
    >>> folder = tempfile.mkdtemp()
    >>> model = brickwork.Sequential([brickwork.layers.Dense(1, input_dim=1)])
    >>> model.compile("sgd", "mse")
    >>> _ = model.fit([[0.0]], [0.0], verbose=0, callbacks=TensorBoard(folder))
    >>> [path.name for path in pathlib.Path(folder).iterdir()]
    ['train']
    """

    log_dir: str = field("logs", convert=file_name)
    histogram_freq: int = field(0, kind="int", ge=0)
    write_graph: bool = field(True, kind="bool")
    write_images: bool = field(False, convert=_nothing("images"))
    write_steps_per_second: bool = field(False, kind="bool")
    update_freq: Any = field("epoch", convert=_frequency)
    profile_batch: Any = field(0, convert=_nothing("profiles"))
    embeddings_freq: int = field(0, convert=_nothing("embeddings"))
    embeddings_metadata: Any = field(None)

    def setup(self) -> None:
        self._files: dict[str, EventFile] = {}
        self._trained = self._tested = 0
        self._training = False
        if self.update_freq == "epoch":
            self._idle = (TensorBoard.on_train_batch_begin, TensorBoard.on_train_batch_end,
                          TensorBoard.on_test_batch_begin)

    def _file(self, part: str) -> EventFile:
        """The file of ``train`` or ``validation``, made when it is needed."""
        if part not in self._files:
            self._files[part] = EventFile(os.path.join(self.log_dir, part))
        return self._files[part]

    def _write(self, part: str, step: int, values: dict[str, Any]) -> None:
        for tag, value in values.items():
            if getattr(value, "ndim", 0) == 0:  # a value for each class is no curve
                self._file(part).write(step, scalar(tag, float(value)))
        self._file(part).flush()

    def set_model(self, model) -> None:
        super().set_model(model)
        self._close()

    def on_train_begin(self, logs=None):
        """Begin the file, with the graph if there is one."""
        self._trained, self._training = 0, True
        train = self._file("train")
        if self.write_graph and callable(getattr(self.model, "to_json", None)):
            train.write(0, keras_model(self.model.to_json()))

    def get_state(self) -> dict[str, Any]:
        return {"trained": self._trained, "tested": self._tested}

    def set_state(self, state: dict[str, Any]) -> None:
        self._trained, self._tested = state["trained"], state["tested"]

    def on_epoch_begin(self, epoch, logs=None):
        """Take the time."""
        if self.write_steps_per_second:
            self._begun = perf_counter(), int(self.model.optimizer.iterations)

    def on_epoch_end(self, epoch, logs=None):
        """Write the epoch's numbers."""
        logs = dict(logs or {})
        judged = {name: logs.pop(name) for name in list(logs) if name.startswith("val_")}
        logs |= self.model.optimizer.rates()
        if self.write_steps_per_second:
            start, steps = self._begun
            done = int(self.model.optimizer.iterations) - steps
            logs["steps_per_second"] = done / (perf_counter() - start)
        self._write("train", epoch, {f"epoch_{name}": value for name, value in logs.items()})
        if judged:
            self._write("validation", epoch, {f"epoch_{name.removeprefix('val_')}": value
                                              for name, value in judged.items()})
        if self.histogram_freq and epoch % self.histogram_freq == 0:
            self._write_weights(epoch)

    def _write_weights(self, epoch: int) -> None:
        train = self._file("train")
        for layer in self.model.layers:
            for weight in layer.weights:
                train.write(epoch, histogram(f"{weight.path}/histogram", weight.numpy()))
        train.flush()

    def on_train_batch_begin(self, batch, logs=None):
        """Count it, and take the time."""
        self._trained += 1
        self._batch_begun = perf_counter()

    def on_train_batch_end(self, batch, logs=None):
        """Write the batch's numbers, if it is time."""
        if self.update_freq == "epoch" or self._trained % self.update_freq:
            return
        values = {f"batch_{name}": value for name, value in (logs or {}).items()}
        if self.write_steps_per_second:
            values["batch_steps_per_second"] = 1 / (perf_counter() - self._batch_begun)
        self._write("train", self._trained, values)

    def on_test_batch_begin(self, batch, logs=None):
        """Count it."""
        self._tested += 1

    def on_test_end(self, logs=None):
        """Write a validation's, or an evaluation's, numbers."""
        if self.update_freq == "epoch" or self._tested % self.update_freq == 0:
            self._write("validation", int(self.model.optimizer.iterations),
                        {f"evaluation_{name}_vs_iterations": value
                         for name, value in (logs or {}).items()})
        if not self._training:
            self._close()

    def on_train_end(self, logs=None):
        """End the files."""
        self._close()

    def _close(self) -> None:
        self._training = False
        for file in self._files.values():
            file.close()
        self._files = {}

    def _left(self) -> None:
        self._close()
