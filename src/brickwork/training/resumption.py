"""Where a `fit` starts, from the beginning or from a checkpoint, and the objects besides the model
whose state a checkpoint holds. The files themselves are read and written by `saving.checkpoint`."""

from __future__ import annotations

from collections.abc import Iterator


class TrainingState:
    """The state of one call of `fit` beside the model: where it starts, and its participants.

    Args:
        model: the model.
        callbacks: the callbacks of the call.
        prepared, plain: its data and arguments; None for a custom training loop.

    Attributes:
        epoch, batch: where it starts: the epoch, and the number of its batches that are done.
        first_epoch: the epoch at which the current sequence of row orders started.
        seed: the seed of these orders; None if rows are not shuffled.
        source, tests: the streams of training and validation data, if any.
        logs: the metrics of the batches that are done.
        checkpoint: the `saving.checkpoint.Checkpoint` to resume from; None: from the beginning.
    """

    source = tests = seed = checkpoint = None

    def __init__(self, model, callbacks=(), prepared=None, arguments: dict | None = None):
        self.model, self.callbacks = model, callbacks
        self.prepared, self.arguments = prepared, arguments
        self.epoch = self.first_epoch = arguments["initial_epoch"] if arguments else 0
        self.batch, self.logs = 0, {}

    def begin(self) -> None:
        """Determine where training starts, once its callbacks are ready."""
        model = self.model
        if self.checkpoint is not None:
            self.restore()
            model._shuffle_as(self.checkpoint.contents["shuffle"])
        else:
            if model._initial_epoch is not None:  # set by a callback: some epochs are done
                self.epoch = model._initial_epoch
            self._continue_order()
        self.first_epoch = model._first_epoch
        if self.arguments["shuffle"]:
            self.seed = (model._shuffle_seed * 1_000_003 + model._data_passes) % 2**63

    def _continue_order(self) -> None:
        """Start a new sequence of row orders, or continue the last call's.

        Each call of `fit` has its own orders, all determined by `compile`. A call that starts at
        a later epoch than the last one continues its orders, so that the epochs are the same in
        one call or in several.
        """
        model, shuffle = self.model, self.arguments["shuffle"]
        if shuffle and model._data_passes and self.epoch > model._first_epoch:
            return
        model._data_passes += bool(shuffle)
        model._first_epoch = self.epoch

    def restore(self) -> None:
        """Restore a checkpoint's state.

        For a checkpoint within an epoch it is called twice: callbacks see the state when the epoch
        begins, and what they change then is overwritten, since it was done before.
        """
        if self.checkpoint is not None:
            self.checkpoint.restore(self)

    def restore_metrics(self) -> None:
        """Restore the state of the metrics, once they are made."""
        self.checkpoint.restore_metrics(self)

    def restore_streams(self) -> None:
        """Move streams to the position of the checkpoint."""
        contents = self.checkpoint.contents if self.checkpoint else {}
        if self.tests is not None and contents.get("tests"):
            self.tests.seek(contents["tests"])
        if self.source is not None and contents.get("source"):
            self.source.seek(contents["source"])
        elif self.source is not None and self.seed is not None:
            self.source.skip(self.epoch - self.first_epoch, self.prepared.steps)

    def metrics(self) -> list:
        """The variables of all metrics."""
        return [v for tracker in self.model._compiled.trackers for v in tracker.variables]

    def stateful_objects(self) -> Iterator:
        """The objects with a state of their own: callbacks, and the data source."""
        source = getattr(self.prepared.data if self.prepared else None, "source", None)
        for item in (*self.callbacks, *([] if source is None else [source])):
            if (
                callable(getattr(item, "get_state", None))
                and (callable(getattr(item, "set_state", None)))
                and not _keeps_no_state(item)
            ):
                yield item


def _keeps_no_state(item) -> bool:
    """Whether a callback does not override `Callback.get_state`."""
    from .callback import Callback

    return getattr(type(item), "get_state", None) is Callback.get_state
