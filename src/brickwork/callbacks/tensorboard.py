"""`TensorBoard`: writes curves and histograms of a training for TensorBoard."""

from __future__ import annotations

import os
from time import perf_counter
from typing import TYPE_CHECKING, Any

from ..errors import shown
from ..fields import Configurable, field
from ..training.callback import Callback
from .checkpoint import frequency
from .csv_logger import file_name
from .events import EventFile, histogram, keras_model, scalar

if TYPE_CHECKING:
    from ..models.model import Model


def _frequency(value) -> str | int:
    return 1 if isinstance(value, str) and value == "batch" else frequency(value)


def _nothing(what: str):
    """Return the converter of an argument that is accepted as in Keras, with a warning that it has
    no effect."""

    def convert(value):
        if value:
            from ..data import warn_once

            warn_once(
                "tensorboard",
                f"TensorBoard.{what}: got {shown(value)}, but no {what} are "
                "written here; scalars and histograms are.",
            )
        return value

    return convert


class TensorBoard(Configurable, Callback):
    """Writes event files for ``tensorboard --logdir logs``, as Keras does; without TensorFlow.

    The folders ``train`` and ``validation`` hold ``epoch_loss`` and the other metrics of each
    epoch, the learning rate, and ``evaluation_loss_vs_iterations`` of each validation.

    Args:
        log_dir: str or path of the folder, one for each training; default "logs".
        histogram_freq: int >= 0, write histograms of all weights every so many epochs; 0 (default)
            for never.
        write_graph: whether to write the model's config, from which TensorBoard draws a graph;
            default True.
        write_images: accepted as in Keras; True has no effect but a warning.
        write_steps_per_second: whether to write the training speed; default False.
        update_freq: "epoch" (default), "batch", or an int: write ``batch_loss`` and the other
            metrics every so many batches too.
        profile_batch, embeddings_freq, embeddings_metadata: accepted as in Keras, without effect
            but a warning.

    >>> import brickwork, pathlib, tempfile
    >>> folder = tempfile.mkdtemp()
    >>> model = brickwork.Sequential([brickwork.layers.Dense(1, input_dim=1)])
    >>> model.compile("sgd", "mse")
    >>> _ = model.fit([[0.0]], [0.0], verbose=0, callbacks=TensorBoard(folder))
    >>> [path.name for path in pathlib.Path(folder).iterdir()]
    ['train']
    """

    _tells = True

    log_dir: str = field(default="logs", convert=file_name)
    histogram_freq: int = field(default=0, kind="int", ge=0)
    write_graph: bool = field(default=True, kind="bool")
    write_images: bool = field(default=False, convert=_nothing("images"))
    write_steps_per_second: bool = field(default=False, kind="bool")
    update_freq: Any = field(default="epoch", convert=_frequency)
    profile_batch: Any = field(default=0, convert=_nothing("profiles"))
    embeddings_freq: int = field(default=0, convert=_nothing("embeddings"))
    embeddings_metadata: Any = field(default=None)

    def setup(self) -> None:
        self._files: dict[str, EventFile] = {}
        self._trained = self._tested = 0
        self._training = False
        if self.update_freq == "epoch":
            self._inactive_hooks = (
                TensorBoard.on_train_batch_begin,
                TensorBoard.on_train_batch_end,
                TensorBoard.on_test_batch_begin,
            )

    def _file(self, part: str) -> EventFile:
        """The file of ``train`` or ``validation``, created on demand."""
        if part not in self._files:
            self._files[part] = EventFile(os.path.join(self.log_dir, part))
        return self._files[part]

    def _write(self, part: str, step: int, values: dict[str, Any]) -> None:
        for tag, value in values.items():
            if getattr(value, "ndim", 0) == 0:  # several values are not a curve
                self._file(part).write(step, scalar(tag, float(value)))
        self._file(part).flush()

    def set_model(self, model: Model) -> None:
        super().set_model(model)
        self._close()

    def on_train_begin(self, logs: dict[str, Any] | None = None) -> None:
        """Create the file, and write the graph."""
        self._trained, self._training = 0, True
        train = self._file("train")
        if self.write_graph and callable(getattr(self.model, "to_json", None)):
            train.write(0, keras_model(self.model.to_json()))

    def get_state(self) -> dict[str, Any]:
        return {"trained": self._trained, "tested": self._tested}

    def set_state(self, state: dict[str, Any]) -> None:
        self._trained, self._tested = state["trained"], state["tested"]

    def on_epoch_begin(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Start the clock."""
        if self.write_steps_per_second:
            self._begun = perf_counter(), int(self.model.optimizer.iterations)

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Write the epoch's metrics."""
        logs = dict(logs or {})
        validated = {name: logs.pop(name) for name in list(logs) if name.startswith("val_")}
        logs |= self.model.optimizer.rates()
        if self.write_steps_per_second:
            start, steps = self._begun
            done = int(self.model.optimizer.iterations) - steps
            logs["steps_per_second"] = done / (perf_counter() - start)
        self._write("train", epoch, {f"epoch_{name}": value for name, value in logs.items()})
        if validated:
            self._write(
                "validation",
                epoch,
                {f"epoch_{name.removeprefix('val_')}": value for name, value in validated.items()},
            )
        if self.histogram_freq and epoch % self.histogram_freq == 0:
            self._write_weights(epoch)

    def _write_weights(self, epoch: int) -> None:
        train = self._file("train")
        for layer in self.model.layers:
            for weight in layer.weights:
                train.write(epoch, histogram(f"{weight.path}/histogram", weight.numpy()))
        train.flush()

    def on_train_batch_begin(self, batch: int, logs: dict[str, Any] | None = None) -> None:
        """Count the batch, and start the clock."""
        self._trained += 1
        self._batch_begun = perf_counter()

    def on_train_batch_end(self, batch: int, logs: dict[str, Any] | None = None) -> None:
        """Write the batch's metrics every `update_freq` batches."""
        if self.update_freq == "epoch" or self._trained % self.update_freq:
            return
        values = {f"batch_{name}": value for name, value in (logs or {}).items()}
        if self.write_steps_per_second:
            values["batch_steps_per_second"] = 1 / (perf_counter() - self._batch_begun)
        self._write("train", self._trained, values)

    def on_test_batch_begin(self, batch: int, logs: dict[str, Any] | None = None) -> None:
        """Count the batch."""
        self._tested += 1

    def on_test_end(self, logs: dict[str, Any] | None = None) -> None:
        """Write the metrics of a validation or evaluation."""
        if self.update_freq == "epoch" or self._tested % self.update_freq == 0:
            self._write(
                "validation",
                int(self.model.optimizer.iterations),
                {f"evaluation_{name}_vs_iterations": value for name, value in (logs or {}).items()},
            )
        if not self._training:
            self._close()

    def on_train_end(self, logs: dict[str, Any] | None = None) -> None:
        """Close the files."""
        self._close()

    def _close(self) -> None:
        self._training = False
        for file in self._files.values():
            file.close()
        self._files = {}

    def _on_fit_error(self) -> None:
        self._close()
